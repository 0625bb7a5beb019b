"""Limits that nothing would look at, and limits that contradict each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.choices import NOT_OF_THE_VALUE, ThresholdKind
from anlan.sensing.rules.limit_kinds import ONLY_FOR, RANKS, is_for, is_in_order
from anlan.sensing.rules.observed_property import ObservedProperty

P = ObservedProperty
KINDS = st.sampled_from([kind.value for kind in ThresholdKind])
VALUES = st.sampled_from([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    ("kind", "observed", "fits"),
    [
        ("warning-level", P.RIVER_LEVEL, True),
        ("warning-level", P.RAIN, False),
        ("warning-level", P.RESERVOIR_LEVEL, False),
        ("crest", P.RESERVOIR_LEVEL, True),
        ("move", P.RAIN, True),
        ("move", P.TEMPERATURE, False),
        ("steady-rate", P.DISPLACEMENT, True),
        ("steady-rate", P.CRACK, False),
        ("red", P.CRACK, True),
        ("alarm", P.METHANE, True),
        ("yellow", P.METHANE, False),
        ("yellow", P.COMBUSTIBLE, True),
        ("low-alarm", P.PRESSURE, True),
        ("low-low-alarm", P.TEMPERATURE, True),
        ("low-alarm", P.OXYGEN, False),  # its alarm is the lower one
        ("low-alarm", P.CRACK, False),
        ("drought-level", P.RIVER_LEVEL, True),
        ("record-low", P.RESERVOIR_LEVEL, False),
    ],
)
def test_which_limit_goes_with_what(kind: str, observed: P, fits: bool) -> None:
    assert is_for(kind, observed) is fits


def test_every_property_has_a_limit_and_every_limit_a_property() -> None:
    for observed in P:
        assert any(is_for(kind, observed) for kind in ThresholdKind)
    for kind in ThresholdKind:
        assert any(is_for(kind, observed) for observed in P)
    assert set(ONLY_FOR) <= set(ThresholdKind)
    assert set(ThresholdKind) - set(RANKS) == set(NOT_OF_THE_VALUE)


@pytest.mark.parametrize(
    ("first", "second", "observed", "fits"),
    [
        (("warning-level", 340.0), ("guarantee-level", 339.9), P.RIVER_LEVEL, False),
        (("warning-level", 340.0), ("guarantee-level", 340.0), P.RIVER_LEVEL, True),
        (("warning-level", 340.0), ("guarantee-level", 340.1), P.RIVER_LEVEL, True),
        (("record-level", 343.0), ("guarantee-level", 344.0), P.RIVER_LEVEL, False),
        (("crest", 620.0), ("check-flood", 621.0), P.RESERVOIR_LEVEL, False),
        (("alarm", 1.0), ("cut-off", 0.9), P.METHANE, False),
        (("alarm", 1.0), ("yellow", 9.0), P.CRACK, True),  # the same place in the order
        (("yellow", 19.5), ("orange", 18.0), P.OXYGEN, True),
        (("yellow", 19.5), ("orange", 20.0), P.OXYGEN, False),
        (("yellow", 500.0), ("red", 50.0), P.VISIBILITY, True),
        (("yellow", 50.0), ("red", 20.0), P.SOIL_MOISTURE, True),
        (("prepare", 50.0), ("move", 42.0), P.RAIN, False),
        (("steady-rate", 5.0), ("red", 1.0), P.DISPLACEMENT, True),
        (("warning-level", 5.0), ("red", 1.0), P.RIVER_LEVEL, True),  # two orders
        (("low-alarm", 20.0), ("low-low-alarm", 20.1), P.PRESSURE, False),
        (("low-alarm", 20.0), ("low-low-alarm", 20.0), P.PRESSURE, True),
        (("low-alarm", 20.0), ("low-low-alarm", 19.9), P.PRESSURE, True),
        (("low-alarm", 20.0), ("alarm", 30.0), P.PRESSURE, True),
        (("drought-level", 2.0), ("period-low", 2.1), P.RIVER_LEVEL, False),
        (("record-low", 1.2), ("period-low", 1.5), P.RIVER_LEVEL, True),
        (("record-low", 1.6), ("period-low", 1.5), P.RIVER_LEVEL, False),
    ],
)
def test_the_order_of_limits(
    first: tuple[str, float], second: tuple[str, float], observed: P, fits: bool
) -> None:
    assert is_in_order(*first, *second, observed) is fits


@given(KINDS, VALUES, KINDS, VALUES, st.sampled_from(list(P)))
def test_the_order_is_asked_from_either_side(
    kind: str, value: float, other: str, other_value: float, observed: P
) -> None:
    one = is_in_order(kind, value, other, other_value, observed)
    assert one is is_in_order(other, other_value, kind, value, observed)
