"""Which lamp a measure shows.

Source: House rule (no statute sets bounds for these figures): where more is better, green from
`green_from_percent`, red below `red_below_percent`, yellow between; where less is better, green up
to `green_from_percent`, red above `red_below_percent`. A city sets its own bounds with a source.
Units and valid range: per cent, as exact decimals. Edge cases: at a bound → the better lamp; none
of none → grey, not determinable (missing is not normal, and never green); records of which nothing
is known hold a green lamp back; no measure → not yet measured. An item is as bad as the worst of
its measures; with one that is not determinable it is not green.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs, shown

RULE: Final = "measure-lamp"
GREEN_FROM_PERCENT: Final = Decimal(90)
RED_BELOW_PERCENT: Final = Decimal(60)
"""House defaults where more is better."""


class MeasureLamp(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NOT_DETERMINABLE = "not-determinable"
    INFORMATION = "information"
    NOT_MEASURED = "not-measured"

    @property
    def label(self) -> str:
        return MEASURE_LAMP_LABELS[self]


MEASURE_LAMP_LABELS: Final = {
    MeasureLamp.GREEN: gettext_noop("on target"),
    MeasureLamp.YELLOW: gettext_noop("behind"),
    MeasureLamp.RED: gettext_noop("far behind"),
    MeasureLamp.NOT_DETERMINABLE: gettext_noop("not determinable: information is missing"),
    MeasureLamp.INFORMATION: gettext_noop("for information, without a lamp"),
    MeasureLamp.NOT_MEASURED: gettext_noop("not yet measured"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Two bounds in per cent and where they come from; empty source: the house default."""

    green_from_percent: Decimal = GREEN_FROM_PERCENT
    red_below_percent: Decimal = RED_BELOW_PERCENT
    source: str = ""


def measure_lamp(
    part: int, whole: int, direction: str, bounds: Bounds, *, silent: int = 0
) -> Verdict[MeasureLamp]:
    """The lamp of a figure; `silent` are records of which nothing is known. Source and edge cases:
    see the module."""
    ratio = Fraction(100 * part, whole) if whole else None
    value = MeasureLamp.NOT_DETERMINABLE if ratio is None else _lamp(ratio, direction, bounds)
    if silent and value is MeasureLamp.GREEN:
        value = MeasureLamp.NOT_DETERMINABLE
    reason = Reason(
        rule=RULE,
        source=bounds.source or HOUSE_RULE,
        status=SourceStatus.VERIFIED if bounds.source else SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            part=part,
            whole=whole,
            silent=silent,
            percent="" if ratio is None else shown(ratio),
            direction=direction,
            green_from_percent=bounds.green_from_percent,
            red_below_percent=bounds.red_below_percent,
        ),
        note=Message.of(value.label),
    )
    return Verdict(value=value, reasons=(reason,))


def combined_lamp(lamps: Iterable[MeasureLamp]) -> MeasureLamp:
    """The lamp of an item from those of its live measures. Edge cases: see the module."""
    said = {lamp for lamp in lamps if lamp not in _SILENT}
    for lamp in _WORST_FIRST:
        if lamp in said:
            return lamp
    return MeasureLamp.NOT_MEASURED


_SILENT: Final = (MeasureLamp.INFORMATION, MeasureLamp.NOT_MEASURED)
_WORST_FIRST: Final = (
    MeasureLamp.RED,
    MeasureLamp.YELLOW,
    MeasureLamp.NOT_DETERMINABLE,
    MeasureLamp.GREEN,
)


def _lamp(ratio: Fraction, direction: str, bounds: Bounds) -> MeasureLamp:
    green, red = Fraction(bounds.green_from_percent), Fraction(bounds.red_below_percent)
    if direction == "down":
        ratio, green, red = -ratio, -green, -red
    if ratio >= green:
        return MeasureLamp.GREEN
    return MeasureLamp.RED if ratio < red else MeasureLamp.YELLOW
