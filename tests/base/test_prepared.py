"""Statements that are compiled once give and write what the ORM gives and writes."""

import datetime as dt
import uuid
from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models.functions import Upper
from django.db.models.signals import post_save

from anlan.base.actor import Actor
from anlan.base.errors import UnjournaledWrite
from anlan.base.journal.recording import recording
from anlan.base.models import Due, JournalEntry
from anlan.base.prepared import (
    PLANNED_AFTER,
    Mark,
    Prepared,
    _insertion,
    _is_plain,
    insert,
    planned_once,
)
from anlan.base.records import Record
from anlan.base.rows import row_image
from anlan.base.rules.due.addressee import Addressee
from anlan.registers.addressees import holdings
from anlan.registers.models import Region, Tenure

KEEPER = Actor(account="keeper")
ROWS_OF_A_TABLE = 20
TENURES = Prepared(
    lambda: Tenure.objects.filter(post=Mark("post"), held_from__lte=Mark("day")).values_list(
        "pk", "person", "held_from", "held_until", "post__body__code"
    )
)
ENTRIES = Prepared(
    lambda: JournalEntry.objects.filter(known_at=Mark("at"), seq=Mark("seq")).values_list(
        "id", "known_at", "request_id", "seq"
    )
)
NAMED = Prepared(
    lambda: (
        Region.objects.filter(code__in=[Mark("one"), Mark("other")])
        .order_by("-code")
        .values_list("code", "parent")
    )
)


def region(code: str = "999001", **more: Any) -> Region:
    return Region(code=code, name="测试县", level="county", **more)


def test_keys_days_and_nothing_come_back_as_the_fields_give_them(city: None) -> None:
    day = dt.date(2026, 11, 24)
    posts = set(Tenure.objects.values_list("post", flat=True))
    assert posts
    for post in posts:
        asked = Tenure.objects.filter(post=post, held_from__lte=day)
        expected = asked.values_list("pk", "person", "held_from", "held_until", "post__body__code")
        assert TENURES.rows(post=post, day=day) == list(expected)
    assert TENURES.rows(post=uuid.uuid4(), day=day) == []
    assert TENURES.rows(post=next(iter(posts)), day=dt.date(1990, 1, 1)) == []


def test_instants_are_found_and_empty_is_not_equal_to_empty(
    db: None, now: dt.datetime, request_ids: Callable[[], str]
) -> None:
    with recording(action="t.add", actor=KEEPER, now=now, request_id=request_ids()) as rec:
        rec.add(region())
    JournalEntry.objects.update(seq=7)
    assert [row[1:] for row in ENTRIES.rows(at=now, seq=7)] == [(now, row_of().request_id, 7)]
    assert ENTRIES.rows(at=now, seq=7)[0][0] == row_of().id
    assert ENTRIES.rows(at=now + dt.timedelta(microseconds=1), seq=7) == []
    assert ENTRIES.rows(at=now, seq=None) == []


def row_of() -> JournalEntry:
    return JournalEntry.objects.get()


def test_a_list_of_marks_and_an_order(city: None) -> None:
    codes = list(Region.objects.values_list("code", flat=True)[:3])
    for one, other in combinations(codes, 2):
        expected = Region.objects.filter(code__in=[one, other]).order_by("-code")
        assert NAMED.rows(one=one, other=other) == list(expected.values_list("code", "parent"))


def test_a_value_of_another_kind_is_refused(db: None) -> None:
    with pytest.raises(TypeError, match="Decimal"):
        NAMED.rows(one=Decimal(1), other="x")


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_row_is_held_where_the_query_says_so(city: None) -> None:
    held = Prepared(
        lambda: Region.objects.select_for_update().filter(code=Mark("code")).values_list("code")
    )
    with connection.execute_wrapper(lambda run, sql, *more: run(sql, *more)):
        held.rows(code="140800")
    assert "FOR UPDATE" in held._compiled["postgresql"].sql


# insert


def test_a_new_row_is_what_saving_would_have_written(
    city: None, now: dt.datetime, request_ids: Callable[[], str]
) -> None:
    parent = Region.objects.get(code="140800")
    with recording(action="t.add", actor=KEEPER, now=now, request_id=request_ids()) as rec:
        row = region(parent=parent)
        rec.add(row)
    assert not row._state.adding
    found = Region.objects.get(code="999001")
    assert row_image(found) == row_image(row)
    assert found.parent == parent


def test_nothing_is_inserted_past_a_recording(db: None) -> None:
    with pytest.raises(UnjournaledWrite):
        insert(region())
    assert not Region.objects.filter(code="999001").exists()


def test_a_row_that_others_are_told_of_is_saved(
    db: None, now: dt.datetime, request_ids: Callable[[], str]
) -> None:
    told: list[str] = []

    def hear(instance: Region, **_: object) -> None:
        told.append(instance.code)

    post_save.connect(hear, sender=Region)
    try:
        with recording(action="t.add", actor=KEEPER, now=now, request_id=request_ids()) as rec:
            rec.add(region())
    finally:
        post_save.disconnect(hear, sender=Region)
    assert told == ["999001"]


def test_a_column_that_the_database_works_out_is_saved(
    db: None, now: dt.datetime, request_ids: Callable[[], str]
) -> None:
    with recording(action="t.add", actor=KEEPER, now=now, request_id=request_ids()) as rec:
        row = region()
        row.name = Upper(models.Value("abc"))
        rec.add(row)
    assert Region.objects.get().name == "ABC"


def test_what_the_database_takes_as_it_is_the_field_would_not_change(city: None) -> None:
    seen = 0
    for model in apps.get_models():
        if not issubclass(model, Record):
            continue
        insertion = _insertion(model, connection.vendor)
        if insertion is None:
            continue
        assert {one.column for one in insertion.fields} == {
            one.column for one in model._meta.concrete_fields
        }
        for row in model._default_manager.all()[:ROWS_OF_A_TABLE]:
            for field in insertion.fields:
                value = field.pre_save(row, add=True)
                if _is_plain(field, value):
                    assert field.get_db_prep_save(value, connection) == value, field
                    seen += 1
    assert seen > 1000


# whom a due reaches: the statement for one, the query for many


def test_one_addressee_is_found_as_among_many(city: None) -> None:
    other = Addressee(unit="nowhere", body="nobody", person=str(uuid.uuid4()))
    day = dt.date(2026, 11, 24)
    tenures = Tenure.objects.select_related("post__body__unit", "person__account")
    asked = {Addressee(unit="nowhere"), Addressee(unit="nowhere", account="nobody")}
    for row in tenures:
        body = row.post.body
        asked |= {
            Addressee(unit=body.unit.code),
            Addressee(unit=body.unit.code, body=body.code),
            Addressee(unit=body.unit.code, body=body.code, post=str(row.post_id)),
            Addressee(unit=body.unit.code, body=body.code, person=str(row.person_id)),
        }
    asked |= {due.addressee() for due in Due.objects.all()[:200]}
    assert len(asked) > 20
    for one in asked:
        assert holdings([one], day)[0] == holdings([one, other, asked.copy().pop()], day)[0]


def test_a_query_that_can_find_nothing_finds_nothing(city: None) -> None:
    nothing = Prepared(lambda: Region.objects.none().filter(code=Mark("code")).values_list("name"))
    assert nothing.rows(code="140802") == nothing.rows(code="999901") == []


# cursors of which a server keeps the plans


@pytest.mark.postgres
def test_a_server_keeps_the_plan_of_a_statement_and_takes_any_value(city: None) -> None:
    day, post = dt.date(2026, 11, 24), Tenure.objects.values_list("post", flat=True)[0]
    found = [TENURES.rows(post=post, day=day) for _ in range(PLANNED_AFTER + 2)]
    assert found == [found[0]] * len(found)
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor.fetchall()]
    assert any('FROM "registers_tenure"' in statement for statement in kept)
    assert TENURES.rows(post=None, day=day) == []


def test_a_planned_cursor_refuses_and_counts_as_the_others_do(
    city: None, django_assert_num_queries: Any
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        planned_once(connection).execute("SELECT nothing FROM nowhere WHERE code = %s", ["1"])
    said = "SELECT COUNT(*), '%%' FROM registers_region WHERE code = %s"
    for counts in (nullcontext(), django_assert_num_queries(1)):
        with counts:
            cursor = planned_once(connection)
            cursor.execute(said, ["none"])
            assert cursor.fetchall() == [(0, "%")]


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_opened_anew_has_a_cursor_of_its_own() -> None:
    other = connection.copy()
    before = planned_once(other)
    assert planned_once(other) is before
    opened, other.connection = other.connection, None  # what a lost connection comes to
    after = planned_once(other)
    assert after is not before
    after.execute("SELECT COUNT(*) FROM registers_region WHERE code = %s", ["none"])
    assert after.fetchall() == [(0,)]
    other.close()
    opened.close()
