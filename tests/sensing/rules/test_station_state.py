"""States of a station: limits at −ε, equal and +ε, missing values, the order of urgency."""

import datetime as dt
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.silence import Heard
from anlan.sensing.rules.station_state import (
    LOWER_IS_WORSE,
    NOT_COMPARED,
    Shown,
    is_over,
    is_overdue,
    states_of,
    station_state,
)

TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("observed", "value", "wanted"),
    [
        (ObservedProperty.RIVER_LEVEL, 343.499, False),
        (ObservedProperty.RIVER_LEVEL, 343.5, True),
        (ObservedProperty.RIVER_LEVEL, 343.501, True),
        (ObservedProperty.RIVER_LEVEL, None, False),
        (ObservedProperty.OXYGEN, 343.501, False),
        (ObservedProperty.OXYGEN, 343.5, True),
        (ObservedProperty.OXYGEN, 343.499, True),
        (ObservedProperty.VISIBILITY, 343.4, True),
        (ObservedProperty.SOIL_MOISTURE, 400.0, False),
        (ObservedProperty.SOIL_MOISTURE, 300.0, False),
    ],
)
def test_a_limit_is_reached_at_its_value(
    observed: ObservedProperty, value: float | None, wanted: bool
) -> None:
    assert is_over(observed, value, 343.5) is wanted


@pytest.mark.parametrize(
    ("value", "wanted"), [(343.501, False), (343.5, True), (343.499, True), (None, False)]
)
def test_a_lower_limit_is_reached_from_above(value: float | None, wanted: bool) -> None:
    assert is_over(ObservedProperty.PRESSURE, value, 343.5, is_lower=True) is wanted
    assert is_over(ObservedProperty.OXYGEN, value, 343.5, is_lower=True) is wanted
    assert not is_over(ObservedProperty.SOIL_MOISTURE, value, 343.5, is_lower=True)


@pytest.mark.parametrize(
    ("due", "wanted"),
    [
        (None, False),
        (TODAY + dt.timedelta(days=1), False),
        (TODAY, False),
        (TODAY - dt.timedelta(days=1), True),
    ],
)
def test_a_calibration_is_overdue_after_its_day(due: dt.date | None, wanted: bool) -> None:
    assert is_overdue(due, TODAY) is wanted


def test_silence_never_hides_a_limit_and_nothing_heard_is_never_normal() -> None:
    for heard, over, overdue in product(Heard, (False, True), (False, True)):
        found = states_of([heard], has_limit_reached=over, has_calibration_overdue=overdue)
        assert (found[0] is Shown.OVER) is over
        assert (Shown.NORMAL in found) is (heard is Heard.FRESH and not over and not overdue)
        verdict = station_state(heard, has_limit_reached=over, has_calibration_overdue=overdue)
        assert verdict.value is found[0]
        assert verdict.reasons
    assert states_of([], has_limit_reached=False, has_calibration_overdue=False) == (Shown.NEVER,)
    both = states_of(
        [Heard.FRESH, Heard.LATE], has_limit_reached=False, has_calibration_overdue=True
    )
    assert both == (Shown.LATE, Shown.CALIBRATION)


@given(st.sampled_from(ObservedProperty), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_what_is_worse_is_never_less_over(
    observed: ObservedProperty, value: float, more: float
) -> None:
    worse = value - more if observed in LOWER_IS_WORSE else value + more
    assert is_over(observed, value, 10.0) <= is_over(observed, worse, 10.0)
    assert observed not in NOT_COMPARED or not is_over(observed, worse, 10.0)


def test_every_state_has_its_words() -> None:
    assert len({state.label for state in Shown}) == len(Shown)
