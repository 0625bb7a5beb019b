"""Past worlds: read-only, personal fields by keys that still exist, files bounded and whole."""

import datetime as dt
import errno
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils.connection import ConnectionDoesNotExist

from anlan.base import clock, upkeep
from anlan.base.actor import Actor
from anlan.base.journal.history import history_of
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.base.models import JournalEntry, PersonKey, WorldCheckpoint
from anlan.base.worlds import checkpoints, files, past
from anlan.base.worlds.current import LIVE, current
from anlan.base.worlds.errors import (
    BeforeTheJournal,
    JournalDamaged,
    NoRoomForWorld,
    NoSuchDay,
    NotYet,
    PastIsReadOnly,
)
from anlan.base.worlds.replay import cut_at
from anlan.registers.models import Person, Region, RegionOutline

KEEPER = Actor(account="keeper")
HOUR = dt.timedelta(hours=1)
SQUARE = {"type": "Polygon", "coordinates": [[[111.0, 35.0], [111.1, 35.0], [111.0, 35.1]]]}
Write = Callable[..., Any]


@pytest.fixture
def add(db: None, home: Path, request_ids: Callable[[], str]) -> Write:
    """`add(row, at)`: one sealed entry."""

    def write(row: Any, at: dt.datetime) -> Any:
        with recording(action="t.add", actor=KEEPER, now=at, request_id=request_ids()) as rec:
            rec.add(row)
        seal(at)
        return row

    return write


def region(code: str = "990001") -> Region:
    return Region(code=code, name=f"县{code}", level="county")


def test_the_row_as_it_was_known(add: Write, now: dt.datetime, request_ids: Any) -> None:
    row = add(region(), now)
    upkeep.change(
        Region,
        row.pk,
        {"name": "新名"},
        expected_version=1,
        actor=KEEPER,
        now=now + HOUR,
        request_id=request_ids(),
    )
    seal(now + HOUR)
    for span, name in ((0 * HOUR, "县990001"), (HOUR, "新名"), (2 * HOUR, "新名")):
        with past.as_of(now + span):
            assert Region.objects.get().name == name
            assert len(history_of(Region.objects.get())) == (1 if span < HOUR else 2)
    with past.as_of(now + HOUR - dt.timedelta(microseconds=1)):
        assert Region.objects.get().name == "县990001"
        assert clock.now() == now + HOUR - dt.timedelta(microseconds=1)
    assert Region.objects.get().name == "新名"


def test_unsealed_entries_are_not_known_yet(
    add: Write, now: dt.datetime, request_ids: Any
) -> None:
    add(region(), now)
    with recording(action="t.add", actor=KEEPER, now=now, request_id=request_ids()) as rec:
        rec.add(region("990002"))
    with past.as_of(now):
        assert Region.objects.count() == 1


def test_nothing_is_written_in_the_past(add: Write, now: dt.datetime, request_ids: Any) -> None:
    row = add(region(), now)
    before = JournalEntry.objects.count()
    with past.as_of(now):
        with pytest.raises(PastIsReadOnly):
            add(region("990002"), now)
        found = Region.objects.get()
        with pytest.raises(PastIsReadOnly):
            upkeep.remove(
                Region, found.pk, expected_version=1, actor=KEEPER, now=now, request_id="rm-00001"
            )
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            connections[current().alias].connection.execute("DELETE FROM registers_region")
    assert current() is LIVE
    assert (JournalEntry.objects.count(), Region.objects.get().pk) == (before, row.pk)
    with pytest.raises(ConnectionDoesNotExist):
        _ = connections[past.ALIAS]


def test_personal_fields_open_by_key_and_lie_sealed_in_files(add: Write, now: dt.datetime) -> None:
    person = add(Person(name="演示·甲乙", mobile="19900000001"), now)
    checkpoint = checkpoints.make(now)
    assert checkpoint is not None
    with past.as_of(now):
        assert Person.objects.get(name__contains="甲乙").mobile == "19900000001"
        assert list(Person.objects.values_list("name", flat=True)) == ["演示·甲乙"]
    kept = [past.scratch(cut_at(now)), checkpoints.path_of(checkpoint)]
    for path in kept:
        data = path.read_bytes()
        assert "甲乙".encode() not in data
        assert b"19900000001" not in data
        assert str(person.pk).replace("-", "").encode() in data
        assert path.stat().st_mode & 0o077 == 0
    PersonKey.objects.all().delete()
    with past.as_of(now):
        found = Person.objects.get()
        assert (found.name, found.mobile, found.landline) == ("已删除", "已删除", "")
        assert not Person.objects.filter(name__contains="甲乙").exists()


def test_columns_kept_by_digest(add: Write, now: dt.datetime, request_ids: Any) -> None:
    """From the live row while its digest is the one of the journal; else said to be not kept."""
    row = add(region(), now)
    outline = RegionOutline(
        region=row,
        geometry=SQUARE,
        source_datum="CGCS2000",
        area_km2=1.0,
        label_longitude_deg=111.0,
        label_latitude_deg=35.0,
    )
    add(outline, now + HOUR)
    with past.as_of(now + HOUR):
        assert RegionOutline.objects.get().geometry == SQUARE
    kept = checkpoints.make(now + HOUR)
    with recording(
        action="t.change", actor=KEEPER, now=now + 2 * HOUR, request_id=request_ids()
    ) as rec:
        changed = rec.lock(RegionOutline, outline.pk)
        changed.geometry = {"type": "Point", "coordinates": [1, 2]}
        rec.save(changed)
    seal(now + 2 * HOUR)
    with past.as_of(now + 2 * HOUR):
        assert RegionOutline.objects.get().geometry["type"] == "Point"
    past.clear_scratch(kept=0)
    with past.as_of(now + HOUR):  # the checkpoint had it when the live row still did
        assert RegionOutline.objects.get().geometry == SQUARE
    past.clear_scratch(kept=0)
    WorldCheckpoint.objects.filter(pk=kept.pk).delete()
    with past.as_of(now + HOUR):
        assert RegionOutline.objects.get().geometry == {}


def test_a_checkpoint_is_proven_before_use(add: Write, now: dt.datetime) -> None:
    add(region(), now)
    checkpoint = checkpoints.make(now)
    assert checkpoint is not None
    cut = cut_at(now)
    assert checkpoints.nearest(cut) == checkpoint
    path = checkpoints.path_of(checkpoint)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE registers_region SET name='forged'")
    db.close()
    assert checkpoints.nearest(cut) is None
    checkpoint.refresh_from_db()
    assert checkpoint.fault == "content"
    with past.as_of(now):
        assert Region.objects.get().name == "县990001"
    WorldCheckpoint.objects.update(fault="", mac="0" * 64)
    checkpoints.path_of(WorldCheckpoint.objects.get()).write_bytes(b"")
    assert checkpoints.nearest(cut) is None
    assert WorldCheckpoint.objects.get().fault == "chain"
    WorldCheckpoint.objects.update(fault="", mac=cut.mac)
    path.unlink()
    assert checkpoints.nearest(cut) is None
    assert WorldCheckpoint.objects.get().fault == "missing"


def test_checkpoints_are_made_when_due_and_thinned(
    add: Write, now: dt.datetime, monkeypatch: Any
) -> None:
    monkeypatch.setattr(checkpoints, "KEPT", 2)
    assert checkpoints.make_when_due(now) == 0
    add(region(), now)
    assert checkpoints.make_when_due(now) == 1
    add(region("990002"), now)
    assert checkpoints.make_when_due(now + HOUR) == 0
    assert checkpoints.make_when_due(now + checkpoints.DAY) == 1
    assert checkpoints.make_when_due(now + 2 * checkpoints.DAY) == 0
    add(region("990003"), now)
    monkeypatch.setattr(checkpoints, "ENTRIES_BETWEEN", 1)
    assert checkpoints.make_when_due(now + checkpoints.DAY) == 1
    assert WorldCheckpoint.objects.count() == 2
    assert len(list(files.folder("checkpoints").iterdir())) == 2


def test_days_that_are_refused(add: Write, now: dt.datetime) -> None:
    with pytest.raises(BeforeTheJournal):
        past.end_of(dt.date(2026, 11, 24), now)
    add(region(), now)
    today = now.astimezone(clock.CITY_ZONE).date()
    assert past.end_of(today, now) == now
    later = now + 2 * checkpoints.DAY
    ends = past.end_of(today, later).astimezone(clock.CITY_ZONE)
    assert (ends.date(), ends.hour, ends.minute) == (today, 23, 59)
    with pytest.raises(BeforeTheJournal, match=today.isoformat()):
        past.end_of(today - checkpoints.DAY, now)
    with pytest.raises(NotYet):
        past.end_of(today + checkpoints.DAY, now)
    for text in ("", "2026-13-01", "昨天", "24.11.2026"):
        with pytest.raises(NoSuchDay):
            past.day_of(text)
    with pytest.raises(BeforeTheJournal), past.as_of(now - HOUR):
        pass


def test_files_are_bounded(add: Write, now: dt.datetime, monkeypatch: Any) -> None:
    monkeypatch.setattr(past, "SCRATCH_KEPT", 3)
    monkeypatch.setattr(past.clear_scratch, "__kwdefaults__", {"keep": None, "kept": 3})
    for number in range(6):
        add(region(f"99000{number}"), now + number * HOUR)
        with past.as_of(now + number * HOUR):
            assert Region.objects.count() == number + 1
    assert len(list(files.folder("scratch").iterdir())) == 3


@pytest.mark.parametrize("failure", [OSError(errno.ENOSPC, "full"), "database or disk is full"])
def test_a_full_disk_is_a_clear_refusal(
    add: Write, now: dt.datetime, monkeypatch: Any, failure: Any
) -> None:
    add(region(), now)
    error = sqlite3.OperationalError(failure) if isinstance(failure, str) else failure

    def full(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(checkpoints, "replay", full)
    with pytest.raises(NoRoomForWorld), past.as_of(now):
        pass
    assert list(files.folder("scratch").iterdir()) == []
    assert shutil.disk_usage(files.folder("scratch")).free > 0


def test_a_damaged_entry_builds_nothing(add: Write, now: dt.datetime) -> None:
    add(region(), now)
    entry = JournalEntry.objects.get()
    content = json.loads(entry.content)
    content["images"][0]["after"]["name"] = "forged"
    JournalEntry.objects.update(content=json.dumps(content))
    with pytest.raises(JournalDamaged), past.as_of(now):
        pass


def test_secrets_are_in_no_file(city: None, home: Path, now: dt.datetime) -> None:
    from anlan.registers.models import Account

    seal(now)
    with past.as_of(dt.datetime.now(dt.UTC) + HOUR):
        assert all(a.password.startswith("!") for a in Account.objects.all())
