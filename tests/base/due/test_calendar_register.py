"""The working-day calendar as a register: a notice that arrives moves what rests on it, said."""

import datetime as dt
import json
from typing import Any

import pytest

from anlan.base.due import actions
from anlan.base.due.holiday_notices import (
    NewNotice,
    YearEnteredAlready,
    load_calendar,
    set_year,
)
from anlan.base.errors import Conflict, Invalid, NotAllowed
from anlan.base.models import Due, HolidayYear, JournalEntry
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.working_days import national_calendar
from anlan.base.working_calendar import calendar
from tests.base.due.life import DAY, NOW, PROGRAM_ACTOR, Life, entries_of, how, opened

pytestmark = pytest.mark.django_db
DECEMBER = dt.datetime(2026, 12, 25, 2, 0, tzinfo=dt.UTC)  # a Friday
# an invented notice of 2027: 1 January off, Saturday 2 January worked
NOTICE = NewNotice(
    year=2027,
    source="测试用通知",
    document_number="国办发明电〔2026〕测1号",
    days_off=(dt.date(2027, 1, 1),),
    worked_weekend_days=(dt.date(2027, 1, 2),),
)


def end(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(16), dt.UTC)


def enter(notice: NewNotice = NOTICE, version: int = 0, **more: Any) -> dict[str, Any]:
    return set_year(notice, expected_version=version, **how(**more))


def test_the_register_gives_the_calendar_of_the_notices(life: Life) -> None:
    assert calendar() == national_calendar()
    assert calendar() is calendar()  # built once for one content


def test_a_second_load_writes_nothing(life: Life) -> None:
    before = JournalEntry.objects.count()
    load_calendar(None, lambda line: None)
    assert JournalEntry.objects.count() == before


def test_without_any_notice_everything_is_provisional(db: None) -> None:
    assert calendar().known_years == frozenset()
    assert calendar().counting == national_calendar().counting


def test_a_notice_that_arrives_moves_provisional_dues_in_one_entry(life: Life) -> None:
    spans = {"start_at": DECEMBER, "kind": ClockKind.WORKING_DAYS}
    moved = opened(amount=6, **spans)  # 28, 29, 30, 31, 1 and 4 January
    unmoved = opened(amount=1, start_at=NOW)
    assert (moved.due_at, moved.is_provisional) == (end(dt.date(2027, 1, 4)), True)
    assert not unmoved.is_provisional
    result = enter()
    assert result["recounted"] == 1
    moved.refresh_from_db()
    unmoved.refresh_from_db()
    assert (moved.due_at, moved.is_provisional) == (end(dt.date(2027, 1, 4)), False)
    assert (moved.version, unmoved.version) == (2, 1)
    assert entries_of(moved, "base.holidayyear.set") == 1


def test_the_day_itself_moves_too_and_closed_or_standing_dues_do_not(life: Life) -> None:
    spans = {"start_at": DECEMBER, "kind": ClockKind.WORKING_DAYS, "amount": 5}
    moved, answered, standing, withdrawn = (opened(**spans) for _ in range(4))
    assert moved.due_at == end(dt.date(2027, 1, 1))
    actions.answer(answered.pk, what="x", expected_version=1, **how(now=DECEMBER))
    actions.pause(standing.pk, expected_version=1, **how(now=DECEMBER))
    actions.withdraw(withdrawn.pk, expected_version=1, **how(now=DECEMBER))
    assert enter()["recounted"] == 1
    moved.refresh_from_db()
    assert moved.due_at == end(dt.date(2027, 1, 2))
    for kept in (answered, standing, withdrawn):
        before = kept.due_at
        kept.refresh_from_db()
        assert (kept.due_at, kept.is_provisional, kept.version) == (before, True, 2)
    actions.resume(standing.pk, expected_version=2, **how(now=DECEMBER + DAY))
    standing.refresh_from_db()
    assert standing.due_at == end(dt.date(2027, 1, 3)) or not standing.is_provisional


def test_a_reached_level_is_kept_when_the_end_moves(life: Life) -> None:
    from anlan.base.due.sweeping import climb_ladders

    due = opened(start_at=DECEMBER, amount=5)
    climb_ladders(DECEMBER + 5 * DAY)
    due.refresh_from_db()
    assert due.level == 1
    enter()
    due.refresh_from_db()
    assert due.level == 1
    assert due.due_at == end(dt.date(2027, 1, 2))
    assert climb_ladders(DECEMBER + 5 * DAY) == 0


def test_a_notice_is_set_right_under_its_version(life: Life) -> None:
    first = enter()
    with pytest.raises(YearEnteredAlready):
        enter()
    with pytest.raises(Conflict):
        enter(version=7)
    right = NewNotice(year=2027, source="更正", days_off=(), worked_weekend_days=())
    assert enter(right, version=first["version"])["version"] == 2
    row = HolidayYear.objects.get(year=2027)
    assert (row.source, row.days_off) == ("更正", [])
    with pytest.raises(Conflict):
        enter(NewNotice(year=2031, source="x", days_off=(), worked_weekend_days=()), version=3)


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        ((dt.date(2027, 1, 2),), ()),  # a Saturday off
        ((), (dt.date(2027, 1, 1),)),  # a Friday worked
        ((dt.date(2028, 1, 3),), ()),  # another year
        ((dt.date(2026, 12, 21),), ()),  # before the last days of December
    ],
)
def test_days_that_do_not_fit_are_refused(
    life: Life, off: tuple[dt.date, ...], worked: tuple[dt.date, ...]
) -> None:
    notice = NewNotice(year=2027, source="x", days_off=off, worked_weekend_days=worked)
    with pytest.raises(Invalid) as refused:
        enter(notice)
    assert refused.value.field == "days_off"
    assert not HolidayYear.objects.filter(year=2027).exists()


def test_the_last_days_of_december_belong_to_the_next_notice(life: Life) -> None:
    notice = NewNotice(
        year=2027, source="x", days_off=(dt.date(2026, 12, 31),), worked_weekend_days=()
    )
    enter(notice)
    assert not calendar().is_worked(dt.date(2026, 12, 31))


@pytest.mark.parametrize("year", [1948, 2101])
def test_a_year_beyond_the_calendar_is_refused(life: Life, year: int) -> None:
    with pytest.raises(Invalid) as refused:
        enter(NewNotice(year=year, source="x", days_off=(), worked_weekend_days=()))
    assert refused.value.field == "year"


def test_only_keepers_of_registers_enter_notices(life: Life) -> None:
    for login in ("water", "xia", "reader"):
        with pytest.raises(NotAllowed):
            enter(actor=life.actor(login))
    enter(actor=life.actor("keeper"))


def test_a_repeat_returns_the_first_result(life: Life) -> None:
    same = {
        "expected_version": 0,
        "actor": PROGRAM_ACTOR,
        "now": NOW,
        "request_id": "notice-of-2027",
        "reason": "测试",
    }
    assert set_year(NOTICE, **same) == set_year(NOTICE, **same)
    entry = JournalEntry.objects.get(request_id="notice-of-2027")
    assert json.loads(entry.content)["notes"] == {"recounted": 0, "year": 2027}
    assert Due.objects.count() == 0
