"""What is observed, in which unit it is kept, and which units a device may send.

Source: the property names follow the monitoring kinds of the fact sheets (rain and river network,
geological hazards, mines and plants); units are those in which their limits are written. House
rule: a value is converted once, when it comes in, and kept in the canonical unit.

Units and valid range: `lowest` and `highest` are what the quantity can be at all in this city's
reach (House rule, our default: not a regulation); `step` is the largest change between two
readings that is believed, None where any change is possible. A station may say narrower limits of
its own. Edge cases: a unit that is not listed is refused, never guessed; one that Unicode holds to
be the same in other characters (NFKC: ℃, ％, m³) is the same.
"""

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop


class ObservedProperty(StrEnum):
    """Code of an observed property (OGC SensorThings: ObservedProperty)."""

    RAIN = "rain"
    RIVER_LEVEL = "river-level"
    RESERVOIR_LEVEL = "reservoir-level"
    FLOW = "flow"
    SOIL_MOISTURE = "soil-moisture"
    WIND = "wind"
    TEMPERATURE = "temperature"
    VISIBILITY = "visibility"
    DISPLACEMENT = "displacement"
    CRACK = "crack"
    METHANE = "methane"
    CARBON_MONOXIDE = "carbon-monoxide"
    CARBON_DIOXIDE = "carbon-dioxide"
    HYDROGEN_SULFIDE = "hydrogen-sulfide"
    AMMONIA = "ammonia"
    CHLORINE = "chlorine"
    SULFUR_DIOXIDE = "sulfur-dioxide"
    NITROGEN_DIOXIDE = "nitrogen-dioxide"
    COMBUSTIBLE = "combustible"
    OXYGEN = "oxygen"
    PRESSURE = "pressure"
    TANK_LEVEL = "tank-level"
    SEEPAGE = "seepage"
    PORE_PRESSURE = "pore-pressure"
    STRAIN = "strain"
    VIBRATION = "vibration"

    @property
    def label(self) -> str:
        return PROPERTY_LABELS[self]


PROPERTY_LABELS: Final[Mapping[ObservedProperty, str]] = {
    ObservedProperty.RAIN: gettext_noop("rain"),
    ObservedProperty.RIVER_LEVEL: gettext_noop("river level"),
    ObservedProperty.RESERVOIR_LEVEL: gettext_noop("reservoir level"),
    ObservedProperty.FLOW: gettext_noop("flow"),
    ObservedProperty.SOIL_MOISTURE: gettext_noop("soil moisture"),
    ObservedProperty.WIND: gettext_noop("wind speed"),
    ObservedProperty.TEMPERATURE: gettext_noop("temperature"),
    ObservedProperty.VISIBILITY: gettext_noop("visibility"),
    ObservedProperty.DISPLACEMENT: gettext_noop("slope displacement"),
    ObservedProperty.CRACK: gettext_noop("crack width"),
    ObservedProperty.METHANE: gettext_noop("methane"),
    ObservedProperty.CARBON_MONOXIDE: gettext_noop("carbon monoxide"),
    ObservedProperty.CARBON_DIOXIDE: gettext_noop("carbon dioxide"),
    ObservedProperty.HYDROGEN_SULFIDE: gettext_noop("hydrogen sulfide"),
    ObservedProperty.AMMONIA: gettext_noop("ammonia"),
    ObservedProperty.CHLORINE: gettext_noop("chlorine"),
    ObservedProperty.SULFUR_DIOXIDE: gettext_noop("sulfur dioxide"),
    ObservedProperty.NITROGEN_DIOXIDE: gettext_noop("nitrogen dioxide"),
    ObservedProperty.COMBUSTIBLE: gettext_noop("combustible gas"),
    ObservedProperty.OXYGEN: gettext_noop("oxygen"),
    ObservedProperty.PRESSURE: gettext_noop("pressure"),
    ObservedProperty.TANK_LEVEL: gettext_noop("tank level"),
    ObservedProperty.SEEPAGE: gettext_noop("dam seepage"),
    ObservedProperty.PORE_PRESSURE: gettext_noop("pore water pressure"),
    ObservedProperty.STRAIN: gettext_noop("bridge strain"),
    ObservedProperty.VIBRATION: gettext_noop("vibration speed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """Canonical unit, other units as factors to it, and the limits of what is believed."""

    unit: str
    factors: Mapping[str, float]
    lowest: float
    highest: float
    step: float | None = None


def _of(
    unit: str, lowest: float, highest: float, step: float | None = None, **others: float
) -> Quantity:
    names = {name.replace("_per_", "/"): factor for name, factor in others.items()}
    return Quantity(
        unit=unit, factors={unit: 1.0} | names, lowest=lowest, highest=highest, step=step
    )


QUANTITIES: Final[Mapping[ObservedProperty, Quantity]] = {
    ObservedProperty.RAIN: _of("mm", 0, 300, cm=10),
    ObservedProperty.RIVER_LEVEL: _of("m", -10, 3000, 5, cm=0.01),
    ObservedProperty.RESERVOIR_LEVEL: _of("m", -10, 3000, 3, cm=0.01),
    ObservedProperty.FLOW: _of("m³/s", 0, 50_000, L_per_s=0.001),
    ObservedProperty.SOIL_MOISTURE: _of("%", 0, 100, 40),
    ObservedProperty.WIND: _of("m/s", 0, 75, 40, km_per_h=1 / 3.6),
    ObservedProperty.TEMPERATURE: _of("°C", -50, 90, 15),
    ObservedProperty.VISIBILITY: _of("m", 0, 75_000, km=1000),
    ObservedProperty.DISPLACEMENT: _of("mm", -20_000, 20_000, 500, cm=10, m=1000),
    ObservedProperty.CRACK: _of("mm", -5_000, 5_000, 200, cm=10, m=1000),
    ObservedProperty.METHANE: _of("%CH4", 0, 100, ppm=0.0001),
    ObservedProperty.CARBON_MONOXIDE: _of("ppm", 0, 10_000),
    ObservedProperty.CARBON_DIOXIDE: _of("%", 0, 100, ppm=0.0001),
    ObservedProperty.HYDROGEN_SULFIDE: _of("ppm", 0, 10_000),
    ObservedProperty.AMMONIA: _of("ppm", 0, 100_000),
    ObservedProperty.CHLORINE: _of("ppm", 0, 10_000),
    ObservedProperty.SULFUR_DIOXIDE: _of("ppm", 0, 10_000),
    ObservedProperty.NITROGEN_DIOXIDE: _of("ppm", 0, 10_000),
    ObservedProperty.COMBUSTIBLE: _of("%LEL", 0, 100),
    ObservedProperty.OXYGEN: _of("%", 0, 100, 15),
    ObservedProperty.PRESSURE: _of("kPa", -100, 100_000, Pa=0.001, MPa=1000),
    ObservedProperty.TANK_LEVEL: _of("m", 0, 60, 5, cm=0.01, mm=0.001),
    ObservedProperty.SEEPAGE: _of("L/s", 0, 5_000, m3_per_s=1000),
    ObservedProperty.PORE_PRESSURE: _of("kPa", -100, 10_000, 500, Pa=0.001, MPa=1000),
    ObservedProperty.STRAIN: _of("µε", -20_000, 20_000, 5_000),
    ObservedProperty.VIBRATION: _of("mm/s", 0, 1_000, cm_per_s=10),
}

LONGEST_UNIT: Final = 20
"""No text that is longer is looked at: it may be of any length."""
UNITS: Final = tuple(
    dict.fromkeys(unit for quantity in QUANTITIES.values() for unit in quantity.factors)
)


class UnitUnknown(ValueError):
    """A unit that this property is never measured in."""


def _in_plain_characters(unit: str) -> str:
    return unicodedata.normalize("NFKC", unit) if len(unit) <= LONGEST_UNIT else unit


_PLAIN_FACTORS: Final = {
    observed: {_in_plain_characters(unit): each for unit, each in quantity.factors.items()}
    for observed, quantity in QUANTITIES.items()
}


def in_canonical_unit(observed: ObservedProperty, value: float, unit: str) -> float:
    """The value in the unit in which the property is kept; UnitUnknown for another unit."""
    factor = QUANTITIES[observed].factors.get(unit)
    if factor is None:
        factor = _PLAIN_FACTORS[observed].get(_in_plain_characters(unit))
    if factor is None or not math.isfinite(value):
        raise UnitUnknown(unit)
    return value * factor
