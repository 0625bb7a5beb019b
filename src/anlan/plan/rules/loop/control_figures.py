"""Control figures: the city's figure of an indicator, given to the counties, and whether it sums.

Source: House rule; coverage.md ("broken down to county control figures with responsibility
papers, sum checked against the city's").
Units and valid range: those of the indicator; whole numbers for counts (deaths), decimals
otherwise; nothing negative. Arithmetic is exact.
Edge cases: a unit without a figure → not determinable, naming it, never zero; no figure of the
city → not determinable; a rate (deaths per GDP) does not add up: each unit is held against the
city's own figure instead, and the verdict says so.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "plan-control-figures"
MOST_DECIMALS: Final = 6


class Nature(StrEnum):
    """What kind of number a control figure is."""

    WHOLE = "whole"
    DECIMAL = "decimal"
    RATE = "rate"

    @property
    def label(self) -> str:
        return NATURE_LABELS[self]


NATURE_LABELS: Final = {
    Nature.WHOLE: gettext_noop("whole number that adds up"),
    Nature.DECIMAL: gettext_noop("decimal that adds up"),
    Nature.RATE: gettext_noop("rate that does not add up"),
}


class Sum(StrEnum):
    """How the figures of the units stand to the city's."""

    EQUAL = "equal"
    OVER = "over"
    UNDER = "under"

    @property
    def label(self) -> str:
        return SUM_LABELS[self]


SUM_LABELS: Final = {
    Sum.EQUAL: gettext_noop("the figures add up to the city's"),
    Sum.OVER: gettext_noop("over the city's figure"),
    Sum.UNDER: gettext_noop("under the city's figure"),
}


class FigureRefused(RuleRefused):
    """A figure that does not fit its indicator."""

    def __init__(self, msgid: str, value: Decimal) -> None:
        super().__init__(Message.of(msgid, value=str(value)))


def check_figure(value: Decimal, nature: Nature) -> Decimal:
    """The figure, or FigureRefused."""
    if not value.is_finite() or value < 0:
        raise FigureRefused(
            gettext_noop("{value} was refused: give a number of at least 0."), value
        )
    if nature is Nature.WHOLE and value != value.to_integral_value():
        raise FigureRefused(
            gettext_noop("{value} was refused: this indicator counts in whole numbers."), value
        )
    if value != round(value, MOST_DECIMALS):
        raise FigureRefused(gettext_noop("{value} was refused: give at most six decimals."), value)
    return value


def check_sum(
    city: Decimal | None, units: Mapping[str, Decimal | None], nature: Nature
) -> Verdict[Sum]:
    """How the figures of the units (by name, None: none given) stand to the city's.

    Source and edge cases: see the module. A rate: OVER when any unit is over the city's own
    figure, UNDER when all are strictly below it, else EQUAL.
    """
    missing = tuple(name for name, value in units.items() if value is None)
    given = {name: value for name, value in units.items() if value is not None}
    if city is None:
        return _unknown(gettext_noop("The city's own figure is not entered yet."), nature)
    if missing or not given:
        said = gettext_noop("No figure yet for: {units}.")
        return _unknown(said, nature, units=missing or ("—",))
    if nature is Nature.RATE:
        highest = max(given.values())
        return _decided(_against(highest, city), nature, city=city, highest=highest)
    total = sum(given.values(), Decimal(0))
    return _decided(_against(total, city), nature, city=city, total=total)


def _against(value: Decimal, city: Decimal) -> Sum:
    if value == city:
        return Sum.EQUAL
    return Sum.OVER if value > city else Sum.UNDER


def _decided(value: Sum, nature: Nature, **inputs: object) -> Verdict[Sum]:
    note = Message.of(value.label)
    if nature is Nature.RATE:
        note = Message.of(
            gettext_noop(
                "A rate does not add up: the highest figure of a unit is held against the city's."
            )
        )
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(nature=nature.value, **inputs),
        note=note,
    )
    return Verdict(value=value, reasons=(reason,))


def _unknown(msgid: str, nature: Nature, **params: object) -> Verdict[Sum]:
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(nature=nature.value, **params),
        note=Message.of(msgid, **params),
    )
    return Verdict.unknown(reason)
