"""What a computation read, and whether an entry of the journal changed it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Count, Exists, OuterRef

from anlan.base.actor import Actor
from anlan.base.journal import changes as module
from anlan.base.journal.changes import (
    EVERYTHING,
    ROWS,
    Reads,
    changed_columns,
    changes_here,
    columns_of,
    forget_changes,
    reading,
)
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.base.models import JournalEntry, OutgoingMessage
from anlan.registers.models import Body, Region, ReportingUnit

KEEPER = Actor(account="keeper")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    forget_changes()


@pytest.fixture
def write(db: None, now: Any, request_ids: Callable[[], str]) -> Callable[..., Region]:
    """`write(code)` adds a region; `write(row, name=…)` changes one."""

    def run(what: Any, **change: Any) -> Region:
        with recording(action="t", actor=KEEPER, now=now, request_id=request_ids()) as rec:
            if isinstance(what, str):
                row = Region(code=what, name=what, level="county")
                rec.add(row)
                return row
            row = rec.lock(Region, what.pk)
            for name, value in change.items():
                setattr(row, name, value)
            rec.save(row)
            return row

    return run


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(module, "_followed", {"registers.region"})
    return "registers.region"


def names_of(images: Any) -> list[tuple[str | None, str | None]]:
    return [tuple(row["name"] if row else None for row in image) for image in images]


def test_images_of_a_followed_table_say_where_to_look(
    write: Callable[..., Region], followed: str
) -> None:
    before = changes_here().look()
    row = write("甲")
    write(row, name="乙")
    middle = changes_here().look()
    write("丙")
    after = changes_here().look()
    images = changes_here().images
    assert names_of(images(followed, since=before)) == [
        (None, "甲"),
        ("甲", "乙"),
        (None, "丙"),
    ]
    assert names_of(images(followed, since=middle)) == [(None, "丙")]
    assert images(followed, since=after) == []
    assert images("registers.body", since=before) == []


def test_images_that_are_not_all_known_are_none(
    write: Callable[..., Region], followed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "IMAGES", 2)
    first = changes_here().look()
    seen = []
    for name in ("甲", "乙", "丙"):
        write(name)
        seen.append(changes_here().look())
    images = changes_here().images
    assert images(followed, since=first) is None
    assert names_of(images(followed, since=seen[0])) == [(None, "乙"), (None, "丙")]
    monkeypatch.setattr(module, "ENTRY_CHARS", 10)
    write("丁")
    everything = changes_here().look()
    assert images(followed, since=seen[-1]) is None
    assert images(followed, since=everything) == []


def read_by(run: Callable[[], Any]) -> Reads:
    with reading() as reads:
        run()
    return reads


def test_columns_are_found_behind_aliases(db: None) -> None:
    inner = Body.objects.filter(unit=OuterRef("pk"), code="x")
    rows = ReportingUnit.objects.annotate(has=Exists(inner)).values_list("parent__code", "has")
    reads = read_by(lambda: list(rows.order_by("position")))
    unit, body = ReportingUnit._meta.db_table, Body._meta.db_table
    assert {(unit, "code"), (unit, "position"), (body, "code"), (body, "unit_id")} <= reads.columns
    assert (unit, "name") not in reads.columns
    assert (body, "full_name") not in reads.columns


def test_a_count_reads_which_rows_there_are(db: None) -> None:
    reads = read_by(lambda: Region.objects.aggregate(n=Count("*")))
    assert reads.columns == {(Region._meta.db_table, ROWS)}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        'SELECT * FROM "django_session"',
        'SELECT "registers_body"."id" FROM "registers_region", "registers_body"',
        "SELECT * FROM registers_body",
    ],
)
def test_what_is_not_understood_reads_everything(sql: str) -> None:
    assert columns_of(sql) == {EVERYTHING}


def test_bulk_tables_have_no_images_so_they_read_everything(db: None) -> None:
    from anlan.base.models import Dispatch

    assert EVERYTHING in read_by(lambda: list(Dispatch.objects.all())).columns
    assert EVERYTHING not in read_by(lambda: list(OutgoingMessage.objects.all())).columns


def test_an_outer_computation_read_what_an_inner_one_read(db: None) -> None:
    with reading() as outer, reading() as inner:
        Region.objects.count()
    assert outer.columns == inner.columns != set()


def test_images_tell_columns() -> None:
    table = Region._meta.db_table
    image = {"model": "registers.region", "key": "k"}
    same = {"name": "a", "code": "1", "version": 1}
    changed = {**image, "before": same, "after": same | {"name": "b", "version": 2}}
    assert changed_columns([changed]) == {(table, "name"), (table, "version")}
    assert changed_columns([{**image, "after": same}]) == {(table, ROWS)}
    assert changed_columns([{**image, "before": same}]) == {(table, ROWS)}
    assert changed_columns([{"model": "gone.model", "key": "k"}]) == {EVERYTHING}


def test_a_secret_column_always_counts_as_changed() -> None:
    """Its images say only that something stands there."""
    from anlan.registers.models import Account

    name = next(iter(Account.SECRET))
    row = {name: "(not recorded)"}
    image = {"model": Account._meta.label_lower, "key": "k", "before": row, "after": row}
    assert changed_columns([image]) == {(Account._meta.db_table, name)}


def test_only_what_was_read_is_outdated(write: Any, anchor: Any) -> None:
    region = write("999901")
    names = read_by(lambda: list(Region.objects.order_by().values_list("name")))
    count = read_by(lambda: Region.objects.count())
    bodies = read_by(lambda: list(Body.objects.order_by().values_list("code")))
    changes = changes_here()
    seen = changes.look()
    assert not any(changes.have(reads, since=seen) for reads in (names, count, bodies))
    write(region, name="另名")
    after = changes.look()
    assert [changes.have(r, since=seen) for r in (names, count, bodies)] == [True, False, False]
    assert not changes.have(names, since=after)
    write("999902")
    changes.look()
    assert [changes.have(r, since=after) for r in (names, count, bodies)] == [True, True, False]


def test_sealing_is_no_change(write: Any, anchor: Any, now: Any) -> None:
    seal(now)
    changes = changes_here()
    changes.look()
    write("999901")
    seen = changes.look()
    seal(now)
    assert changes.look() == seen
    write("999902")
    seal(now)
    assert changes.look() == seen + 1


# PostgreSQL: positions are given before commit; SQLite has one writer, and they come in order


@pytest.mark.postgres
def test_an_entry_that_becomes_visible_late_is_taken(write: Any, anchor: Any) -> None:
    """Of two writers on PostgreSQL the one with the higher position may commit first."""
    write("999901")
    write("999902")
    changes = changes_here()
    seen = changes.look()
    first = JournalEntry.objects.order_by("position").values_list("position", flat=True)[0]
    changes._waiting -= {first}  # as if it had not been there to be seen
    assert changes.look() == seen + 1
    assert changes.look() == seen + 1


@pytest.mark.postgres
def test_an_entry_far_below_is_taken_when_it_is_sealed(
    write: Any, anchor: Any, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WINDOW", 0)
    seal(now)
    changes = changes_here()
    changes.look()
    write("999901")
    changes._last = JournalEntry.objects.latest("position").position
    reads = read_by(lambda: list(Region.objects.all()))
    seen = changes.look()
    assert not changes.have(reads, since=seen)
    seal(now)
    changes.look()
    assert changes.have(reads, since=seen)


def test_a_long_entry_and_many_entries_count_as_everything(
    write: Any, anchor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = read_by(lambda: list(Body.objects.order_by().values_list("code")))
    changes = changes_here()
    seen = changes.look()
    monkeypatch.setattr(module, "ENTRY_CHARS", 10)
    write("999901")
    again = changes.look()
    assert changes.have(bodies, since=seen)
    monkeypatch.undo()
    monkeypatch.setattr(module, "ENTRIES_AT_ONCE", 2)
    for code in ("999902", "999903", "999904"):
        write(code)
    changes.look()
    assert changes.have(bodies, since=again)


@pytest.mark.parametrize("content", ["garbage", "{}", "[]", '{"images": [{}]}', '{"images": 1}'])
def test_a_row_that_the_program_did_not_write_counts_as_everything(
    write: Any, anchor: Any, now: Any, content: str
) -> None:
    """The sealer steps over it and `verify` names it; whoever looks goes on as well."""
    changes = changes_here()
    seen = changes.look()
    forged = {"action": "t", "actor": "t", "request_id": "forged", "digest": "0"}
    JournalEntry.objects.create(content=content, known_at=now, **forged)
    changes.look()
    assert changes.have(Reads({("any", ROWS)}), since=seen)
    write("999901")
    assert seal(now).refused == 1
    changes.look()


def test_another_database_in_the_place_of_this_one(write: Any, anchor: Any, now: Any) -> None:
    write("999901")
    changes = changes_here()
    seen = changes.look()
    changes._last = 10**9
    changes.look()
    assert changes.have(Reads({("any", ROWS)}), since=seen)


def test_a_look_is_one_query(write: Any, django_assert_num_queries: Any) -> None:
    changes = changes_here()
    for code in ("999901", "999902"):
        write(code)
        with django_assert_num_queries(1):
            changes.look()
