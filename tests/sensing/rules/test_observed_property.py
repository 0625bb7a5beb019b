"""Every property has a unit, limits that make sense, and units that convert."""

import pytest

from anlan.sensing.rules.observed_property import (
    QUANTITIES,
    ObservedProperty,
    UnitUnknown,
    in_canonical_unit,
)


@pytest.mark.parametrize("observed", list(ObservedProperty))
def test_every_property_is_in_the_catalogue(observed: ObservedProperty) -> None:
    quantity = QUANTITIES[observed]
    assert quantity.factors[quantity.unit] == 1
    assert quantity.lowest < quantity.highest
    assert quantity.step is None or quantity.step > 0
    assert observed.label


@pytest.mark.parametrize(
    ("observed", "value", "unit", "kept"),
    [
        ("river-level", 34_250, "cm", 342.5),
        ("methane", 10_000, "ppm", 1.0),
        ("pressure", 0.35, "MPa", 350),
        ("flow", 250, "L/s", 0.25),
        ("visibility", 0.5, "km", 500),
        ("rain", 1.2, "mm", 1.2),
    ],
)
def test_units(observed: str, value: float, unit: str, kept: float) -> None:
    assert in_canonical_unit(ObservedProperty(observed), value, unit) == pytest.approx(kept)


def test_a_unit_is_never_guessed() -> None:
    with pytest.raises(UnitUnknown):
        in_canonical_unit(ObservedProperty.RAIN, 1.0, "inch")
    with pytest.raises(UnitUnknown):
        in_canonical_unit(ObservedProperty.RAIN, float("inf"), "mm")
