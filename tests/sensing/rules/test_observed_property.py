"""Every property has a unit, limits that make sense, and units that convert."""

import unicodedata

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


@pytest.mark.parametrize(
    ("observed", "value", "unit", "kept"),
    [
        *(("temperature", 21.5, "℃", 21.5), ("rain", 1.2, "ｍｍ", 1.2), ("rain", 1.2, "㎝", 12)),
        *(("flow", 2, "m3/s", 2), ("seepage", 2, "m³/s", 2000), ("oxygen", 21, "％", 21)),
        *(("strain", 5, "\u03bcε", 5), ("strain", 5, "\u00b5ε", 5), ("pressure", 1, "㎫", 1000)),
    ],
)
def test_a_unit_in_other_characters_of_the_same_meaning(
    observed: str, value: float, unit: str, kept: float
) -> None:
    """As Chinese input methods write them: ℃ is one character, ％ a wide one."""
    assert in_canonical_unit(ObservedProperty(observed), value, unit) == pytest.approx(kept)


@pytest.mark.parametrize("observed", list(ObservedProperty))
def test_no_two_units_are_written_alike(observed: ObservedProperty) -> None:
    factors = QUANTITIES[observed].factors
    for unit, factor in factors.items():
        assert in_canonical_unit(observed, 1.0, unit) == factor
        assert in_canonical_unit(observed, 1.0, unicodedata.normalize("NFKC", unit)) == factor


@pytest.mark.parametrize("unit", ["", "MM", "毫米", "°F", "℉", "mm ", "m m", "m²/s", "ppb"])
def test_what_merely_looks_like_a_unit_is_none(unit: str) -> None:
    for observed in (ObservedProperty.RAIN, ObservedProperty.TEMPERATURE, ObservedProperty.FLOW):
        with pytest.raises(UnitUnknown):
            in_canonical_unit(observed, 1.0, unit)


def test_a_unit_is_never_guessed() -> None:
    with pytest.raises(UnitUnknown):
        in_canonical_unit(ObservedProperty.RAIN, 1.0, "inch")
    with pytest.raises(UnitUnknown):
        in_canonical_unit(ObservedProperty.RAIN, float("inf"), "mm")
