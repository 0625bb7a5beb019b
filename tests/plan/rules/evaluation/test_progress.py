"""Progress of an indicator: worked row 40 of the fact sheet, and each boundary."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.rules.evaluation.progress import ProgressState, Span, indicator_progress

SPAN = Span(base_year=2020, year=2023, end_year=2025)
HUNDRED, TARGET = Decimal(100), Decimal(85)


def test_as_worked_in_row_40() -> None:
    value = indicator_progress(HUNDRED, TARGET, Decimal(93), SPAN).known()
    assert round(float(value.progress), 4) == 0.4667
    assert value.elapsed == Fraction(3, 5)
    assert round(float(value.progress / value.elapsed), 4) == 0.7778
    assert value.state is ProgressState.BEHIND


@pytest.mark.parametrize(
    ("actual", "state"),
    [
        ("85.01", ProgressState.ON_SCHEDULE),
        ("85", ProgressState.REACHED),
        ("84.99", ProgressState.REACHED),
        ("90.99", ProgressState.ON_SCHEDULE),
        ("91", ProgressState.ON_SCHEDULE),
        ("91.01", ProgressState.NEARLY),
        ("92.8", ProgressState.NEARLY),
        ("92.81", ProgressState.BEHIND),
        ("101", ProgressState.BEHIND),
    ],
)
def test_boundaries(actual: str, state: ProgressState) -> None:
    assert indicator_progress(HUNDRED, TARGET, Decimal(actual), SPAN).known().state is state


@pytest.mark.parametrize(
    ("base", "actual"), [(None, Decimal(93)), (HUNDRED, None), (TARGET, Decimal(80))]
)
def test_missing_is_unknown_and_said(base: Decimal | None, actual: Decimal | None) -> None:
    verdict = indicator_progress(base, TARGET, actual, SPAN)
    assert verdict.value is UNKNOWN
    assert verdict.reasons[0].note is not None


def test_a_year_outside_the_span_is_refused() -> None:
    with pytest.raises(ValueError, match="year"):
        Span(base_year=2020, year=2026, end_year=2025)


@given(st.decimals(0, 200, places=2), st.decimals(0, 200, places=2))
def test_a_better_value_is_never_further_behind(one: Decimal, other: Decimal) -> None:
    order = [ProgressState.REACHED, ProgressState.ON_SCHEDULE]
    order += [ProgressState.NEARLY, ProgressState.BEHIND]
    better, worse = sorted((one, other))
    states = [
        indicator_progress(HUNDRED, TARGET, value, SPAN).known().state for value in (better, worse)
    ]
    assert order.index(states[0]) <= order.index(states[1])
