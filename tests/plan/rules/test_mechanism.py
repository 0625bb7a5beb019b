"""Quarters, terms and standings of the implementation mechanism."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.mechanism import Quarter, Standing, quarter_of, standing_of

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
