"""Older months in files: what is read stays the same to the last digit, whatever comes late."""

import datetime as dt
import json
import random
from pathlib import Path
from typing import Any

import pytest

from anlan.sensing.actions import archiving
from anlan.sensing.actions.archiving import archive, archive_by_setting
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.commands import SENSE_COMMANDS
from anlan.sensing.models import Datastream, IntakeBatch
from anlan.sensing.queries.live import readings
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.store import archiving as moving
from anlan.sensing.store import copying, engine
from anlan.sensing.store.parts import parts
from anlan.sensing.store.reads import newest, rejections_of, revisions, rows_of
from anlan.sensing.store.values import digest_of_rows, to_us
from tests.registers.kept import NOW, said
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_processes import SCRIPT, Instance

HEAD = "station,property,time,value"
START = dt.datetime(2026, 5, 20, tzinfo=dt.UTC)
ANYWHERE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC)

pytestmark = pytest.mark.skipif(engine.is_server(), reason="a server keeps partitions")


@pytest.fixture
def streams(kept: None) -> list[Datastream]:
    return [make_stream(make_station(code=code)) for code in ("YC-R-001", "YC-R-002")]


def take(*rows: str, now: dt.datetime = NOW) -> dict[str, Any]:
    return take_readings("\n".join([HEAD, *rows]).encode(), CSV, **said(now=now))


def row(day: float, value: float, station: str = "YC-R-001") -> str:
    return f"{station},rain,{(START + dt.timedelta(days=day)).isoformat()},{value}"


def filled() -> None:
    """Half a year of both, with corrections that came later; one falls silent in July."""
    take(*(row(day, day % 5) for day in range(0, 180, 2)), row(1, float("nan")))
    take(*(row(day, day % 3, "YC-R-002") for day in range(50)))
    take(*(row(day, 9) for day in range(0, 40, 10)), now=NOW + dt.timedelta(hours=1))


def everything(streams: list[Datastream]) -> list[Any]:
    """What reads say: whole and parted spans, as known then and now, the newest until anywhere."""
    some = random.Random(7)
    found: list[Any] = []
    for stream in streams:
        for known in (None, NOW, NOW + dt.timedelta(hours=2)):
            found.append(list(readings(stream.pk, *ANYWHERE, most=10**6, known_at=known)))
            found.append(list(readings(stream.pk, *ANYWHERE, most=20, known_at=known)))
        for _ in range(25):
            start = START + dt.timedelta(days=some.uniform(-5, 190))
            end = start + dt.timedelta(days=some.uniform(0, 70))
            found.append(list(readings(stream.pk, start, end, most=some.choice([3, 99]))))
            found.append(newest([stream.pk], until_us=to_us(end)))
            found.append(newest([stream.pk], until_us=to_us(end), known_us=to_us(NOW)))
        times = [to_us(START + dt.timedelta(days=day)) for day in range(0, 180, 5)]
        with engine.reading() as session:
            found.append(revisions(session, stream.pk, times))
    return found


def in_store() -> int:
    with engine.reading() as session:
        return int(session.rows("SELECT COUNT(*) FROM sensing_observation")[0][0])


def proven() -> bool:
    return all(
        digest_of_rows(rows_of(b.pk), rejections_of(b.pk)) == b.digest
        for b in IntakeBatch.objects.all()
    )


def test_reads_say_the_same_after_months_were_moved(streams: list[Datastream]) -> None:
    filled()
    before, rows = everything(streams), in_store()
    moved = archive(NOW, 2)
    assert moved > 100
    assert in_store() == rows - moved
    assert everything(streams) == before
    assert proven()
    with engine.reading() as session:
        found = parts(session)
    assert [part.month for part in found] == ["2026-08", "2026-07", "2026-06", "2026-05"]
    assert sum(part.rows for part in found) == moved
    assert archive(NOW, 2) == 0


def test_what_comes_late_for_a_moved_month_is_judged_against_it(
    streams: list[Datastream], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled()
    archive(NOW, 2)
    answer = take(row(0, 9), row(2, 2), row(4, 8.5), row(5, 1), now=NOW + dt.timedelta(days=1))
    assert answer["counts"]["repeated"] == 2
    assert (answer["counts"]["corrected"], answer["counts"]["stored"]) == (1, 1)
    before, rows = everything(streams), in_store()
    assert archive(NOW, 2) == 0  # no crumbs
    monkeypatch.setattr(moving, "LEAST_LATE", 1)
    assert archive(NOW, 2) == 2
    assert in_store() == rows - 2
    assert everything(streams) == before
    assert proven()


def test_months_of_every_day_stay(streams: list[Datastream], settings: Any) -> None:
    filled()
    rows = in_store()
    assert archive_by_setting(NOW) == 0
    assert in_store() == rows
    settings.ANLAN_ARCHIVE_MONTHS = 1
    archive_by_setting(NOW)
    kept = [r.at for r in readings(streams[0].pk, *ANYWHERE, most=10**6)]
    assert in_store() == sum(at >= dt.datetime(2026, 9, 1, tzinfo=dt.UTC) for at in kept)
    assert archiving.LEAST_MONTHS == 2


def test_a_file_that_reads_back_otherwise_moves_nothing(
    streams: list[Datastream], monkeypatch: pytest.MonkeyPatch
) -> None:
    filled()
    before, rows = everything(streams), in_store()
    with monkeypatch.context() as broken:
        broken.setattr(moving, "all_rows", lambda path: iter([[(b"", 0)]]))
        with pytest.raises(engine.StoreFailed):
            archive(NOW, 2)
    assert in_store() == rows
    assert everything(streams) == before


def test_a_long_series_is_parted_between_instants(
    streams: list[Datastream], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving, "MOST_IN_GROUP", 3)
    filled()
    before = everything(streams)
    archive(NOW, 2)
    assert everything(streams) == before


def test_a_server_takes_the_rows_of_a_part_once(streams: list[Datastream]) -> None:
    """A backup may hold a row in the store and in a part; here the other engine's way in."""
    filled()
    lines = sorted(copying.lines_of("sensing_observation"))
    moved = archive(NOW, 2)
    with engine.reading() as session:
        paths = [part.path for part in parts(session)]
    with engine.writing() as session:
        taken = sum(copying.take_part(session, path) for path in paths)
        again = sum(copying.take_part(session, path) for path in paths)
    assert taken == again == moved
    assert sorted(copying.lines_of("sensing_observation")) == lines


def test_the_command_says_how_many(
    streams: list[Datastream], capsys: pytest.CaptureFixture[str]
) -> None:
    import argparse

    (command,) = (c for c in SENSE_COMMANDS if c.path == ("sense", "archive"))
    assert command.run(argparse.Namespace(months=13, json=True)) == 0
    assert json.loads(capsys.readouterr().out) == {"rows": 0}


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    made = Instance(tmp_path_factory.mktemp("archive") / "home", SCRIPT)
    made.environment["ANLAN_DEMO"] = "1"
    made.digest = made.run("make", "more_stations", "send:1", "send:2", "send:9", "series")
    return made


@pytest.mark.faults
@pytest.mark.parametrize("moment", ["name", "note", "remove", "amid"])
def test_killed_while_it_moves_a_month_nothing_is_lost_or_double(
    sent: Any, tmp_path: Path, moment: str
) -> None:
    import shutil

    shutil.copytree(sent.home, tmp_path / "home")
    instance = Instance(tmp_path / "home", SCRIPT)
    instance.killed(f"archive_and_die:{moment}")
    assert instance.run("series") == sent.digest
    found = instance.run("archive", "sums")
    assert (found["instants"], found["proven"], found["journal"]) == (0, True, True)
    assert instance.run("in_store", "series") == sent.digest
    assert len(instance.run("files")) == 1


@pytest.mark.long
def test_a_backup_holds_older_months(sent: Any, tmp_path: Path) -> None:
    import shutil
    import subprocess
    import sys

    shutil.copytree(sent.home, tmp_path / "home")
    instance, other = (Instance(tmp_path / name, SCRIPT) for name in ("home", "other"))
    instance.run("archive")
    instance.run("send:30")
    digest = instance.run("series")
    other.home.mkdir()
    shutil.copytree(instance.home / "keys", other.home / "keys")
    file = str(tmp_path / "all.backup")
    for each, verb in ((instance, "backup"), (other, "restore")):
        command = [sys.executable, "-m", "anlan.site.cli", verb, file]
        done = subprocess.run(command, env=each.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert other.run("series") == digest
    assert other.run("sums")["proven"] is True
    assert other.run("files") == instance.run("files")
