"""Quarters, terms and standings of the implementation mechanism."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.mechanism import (
    Presence,
    Quarter,
    Standing,
    presence_of,
    quarter_of,
    standing_of,
)

BY = dt.date(2026, 10, 31)


@given(st.dates(min_value=dt.date(2000, 1, 1), max_value=dt.date(2099, 12, 31)))
def test_every_day_lies_in_its_quarter_and_the_term_in_its_first_month(day: dt.date) -> None:
    quarter = quarter_of(day)
    assert quarter.first_on <= day
    assert quarter_of(quarter.first_on) == quarter
    assert quarter.confirm_by.month == quarter.first_on.month
    assert (quarter.confirm_by + dt.timedelta(days=1)).day == 1


def test_the_quarters_of_a_year() -> None:
    assert Quarter(year=2026, number=4).confirm_by == BY
    assert str(quarter_of(dt.date(2026, 3, 31))) == "2026-1"
    assert str(quarter_of(dt.date(2026, 4, 1))) == "2026-2"


@pytest.mark.parametrize(
    ("confirmed", "is_held", "today", "stands"),
    [
        (None, None, dt.date(2026, 10, 30), Standing.WAITING),
        (None, None, BY, Standing.WAITING),
        (None, None, dt.date(2026, 11, 1), Standing.OVERDUE),
        (None, True, dt.date(2026, 11, 1), Standing.OVERDUE),
        (BY, True, dt.date(2026, 11, 1), Standing.CONFIRMED),
        (dt.date(2026, 11, 5), True, dt.date(2026, 11, 6), Standing.CONFIRMED),
        (BY, None, dt.date(2026, 11, 1), Standing.CONFIRMED),
        (BY, False, dt.date(2026, 11, 1), Standing.VACANT),
    ],
)
def test_standings(
    confirmed: dt.date | None, is_held: bool | None, today: dt.date, stands: Standing
) -> None:
    verdict = standing_of(confirmed_on=confirmed, is_held=is_held, confirm_by=BY, today=today)
    assert verdict.known() is stands
    assert verdict.reasons[0].rule == "plan-mechanism"


def presence(
    begins: dt.date | None, ended: dt.date | None, *, is_confirmed: bool = False
) -> Presence:
    verdict = presence_of(
        Quarter(year=2026, number=4),
        confirm_by=BY,
        begins_on=begins,
        ended_on=ended,
        is_confirmed=is_confirmed,
    )
    assert verdict.reasons[0].rule == "plan-mechanism-presence"
    return verdict.known()


@pytest.mark.parametrize(
    ("begins", "ended", "there"),
    [
        (None, None, Presence.THERE),
        (dt.date(2026, 12, 30), None, Presence.THERE),
        (dt.date(2026, 12, 31), None, Presence.THERE),
        (dt.date(2027, 1, 1), None, Presence.NOT_YET),
        (None, dt.date(2026, 9, 30), Presence.ENDED_BEFORE),
        (None, dt.date(2026, 10, 1), Presence.ENDED_BEFORE),
        (None, dt.date(2026, 10, 2), Presence.ENDED_IN_TERM),
        (None, BY, Presence.ENDED_IN_TERM),
        (None, BY + dt.timedelta(days=1), Presence.THERE),
        (dt.date(2026, 10, 2), dt.date(2027, 3, 1), Presence.THERE),
    ],
)
def test_a_body_counts_in_the_quarters_in_which_it_existed(
    begins: dt.date | None, ended: dt.date | None, there: Presence
) -> None:
    assert presence(begins, ended) is there


def test_who_confirmed_before_it_ended_counts() -> None:
    assert presence(None, dt.date(2026, 10, 1), is_confirmed=True) is Presence.ENDED_BEFORE
    assert presence(None, dt.date(2026, 10, 2), is_confirmed=True) is Presence.THERE


@given(
    st.dates(min_value=dt.date(2026, 1, 1), max_value=dt.date(2027, 12, 31)),
    st.integers(min_value=1, max_value=500),
    st.booleans(),
)
def test_who_exists_longer_never_counts_less(
    ended: dt.date, more: int, is_confirmed: bool
) -> None:
    earlier = presence(None, ended, is_confirmed=is_confirmed)
    later = presence(None, ended + dt.timedelta(days=more), is_confirmed=is_confirmed)
    assert later.counts >= earlier.counts


def test_who_was_not_there_is_not_judged() -> None:
    verdict = standing_of(
        confirmed_on=None,
        is_held=None,
        confirm_by=BY,
        today=dt.date(2026, 11, 1),
        presence=Presence.ENDED_IN_TERM,
    )
    assert verdict.known() is Standing.NOT_ASKED
