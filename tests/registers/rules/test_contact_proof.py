"""A number is alive up to the threshold, stale a day later; missing is never alive."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.registers.rules.contact_proof import (
    CITY_TIME,
    STALE_AFTER_CALENDAR_DAYS,
    ContactState,
    Threshold,
    age_calendar_days,
    contact_state,
)

NOW = dt.datetime(2026, 11, 25, 0, 30, tzinfo=CITY_TIME)
DAYS = st.integers(0, 400)


def state(
    answered: int | None = None, wrong: int | None = None, *, has: bool = True, days: int = 90
) -> ContactState:
    def ago(number: int | None) -> dt.datetime | None:
        return None if number is None else NOW - dt.timedelta(days=number)

    return contact_state(
        has_number=has,
        answered_at=ago(answered),
        wrong_at=ago(wrong),
        now=NOW,
        threshold=Threshold(calendar_days=days, is_default=days == 90),
    ).known()


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (0, ContactState.ALIVE),
        (89, ContactState.ALIVE),
        (90, ContactState.ALIVE),
        (91, ContactState.STALE),
        (None, ContactState.NEVER),
    ],
)
def test_the_default_of_90_calendar_days(answered: int | None, expected: ContactState) -> None:
    assert STALE_AFTER_CALENDAR_DAYS == 90
    assert state(answered) is expected


def test_calendar_days_are_those_of_the_city() -> None:
    """Answered at 23:59 of a day, asked at 00:30 of the next: one calendar day."""
    assert age_calendar_days(NOW - dt.timedelta(minutes=31), NOW) == 1
    assert age_calendar_days(NOW - dt.timedelta(minutes=30), NOW) == 0
    assert age_calendar_days(NOW + dt.timedelta(days=2), NOW) == 0


def test_a_wrong_number_stays_wrong_until_it_is_answered() -> None:
    assert state(answered=10, wrong=5) is ContactState.WRONG
    assert state(answered=5, wrong=10) is ContactState.ALIVE
    assert state(wrong=5) is ContactState.WRONG


def test_no_number_is_not_alive() -> None:
    assert state(answered=0, has=False) is ContactState.NO_NUMBER


def test_a_threshold_below_a_day_is_refused() -> None:
    with pytest.raises(ValueError):
        Threshold(calendar_days=0)


@given(DAYS, DAYS, st.integers(1, 300))
def test_an_older_answer_never_makes_a_number_more_alive(a: int, b: int, days: int) -> None:
    older, newer = max(a, b), min(a, b)
    if state(older, days=days) is ContactState.ALIVE:
        assert state(newer, days=days) is ContactState.ALIVE


@given(st.one_of(st.none(), DAYS), st.one_of(st.none(), DAYS))
def test_without_an_answer_nothing_is_alive(answered: int | None, wrong: int | None) -> None:
    if state(answered, wrong) is ContactState.ALIVE:
        assert answered is not None
