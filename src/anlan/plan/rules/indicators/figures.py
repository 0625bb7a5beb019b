"""Figures that an indicator is made of, each with where it stands or what is missing.

Source: House rule; coverage.md ("numerator and denominator kept apart", "known as of any date").
Units and valid range: those of the indicator's table; nothing negative.
Edge cases: None is missing, never zero. A zero denominator is missing as well. A year that still
runs has a figure so far and the part of it that has elapsed.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.plan.rules.indicator import YearFigures
from anlan.plan.rules.indicator_table import FIGURE_LABELS, Indicator

WHOLE_YEAR: Final = Fraction(1)
NOT_HELD: Final = Message.of(gettext_noop("not held"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its source and edition, or None and in words why there is none. `records` is
    how many records it counts, `beside` another source's figure that differs."""

    value: Decimal | None = None
    source: str = ""
    edition: str = ""
    why_missing: Message = NOT_HELD
    records: int = 0
    beside: Decimal | None = None

    def __post_init__(self) -> None:
        if self.value is not None and (not self.value.is_finite() or self.value < 0):
            raise ValueError("a figure is a number of at least 0, or missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFact:
    """Numerator and denominator of one year; `elapsed` below 1 while the year runs."""

    year: int
    numerator: Figure
    denominator: Figure
    elapsed: Fraction = WHOLE_YEAR

    def __post_init__(self) -> None:
        if not 0 < self.elapsed <= 1:
            raise ValueError("of a year more than nothing and at most all has elapsed")

    @property
    def is_whole(self) -> bool:
        return self.elapsed == WHOLE_YEAR

    @property
    def is_known(self) -> bool:
        """A ratio of the whole year can be formed."""
        return self.is_whole and self.numerator.value is not None and bool(self.denominator.value)

    def figures(self) -> YearFigures:
        """As `evaluate_indicator` takes it; the figure of a running year is not one of a year."""
        top = self.numerator.value if self.is_whole else None
        return YearFigures(numerator=top, denominator=self.denominator.value, year=self.year)

    def ratio(self, indicator: Indicator) -> Fraction | None:
        top, bottom = self.numerator.value, self.denominator.value
        if not self.is_known or top is None or bottom is None:
            return None
        return indicator.ratio(Fraction(top), Fraction(bottom))


def missing_of(indicator: Indicator, fact: YearFact) -> tuple[Message, ...]:
    """What the year lacks, each with its reason."""
    found = []
    if not fact.is_whole:
        found.append(_said(indicator.numerator, fact.year, Message.of(STILL_RUNS)))
    elif fact.numerator.value is None:
        found.append(_said(indicator.numerator, fact.year, fact.numerator.why_missing))
    if fact.denominator.value is None:
        found.append(_said(indicator.denominator, fact.year, fact.denominator.why_missing))
    elif not fact.denominator.value:
        found.append(_said(indicator.denominator, fact.year, Message.of(ZERO)))
    return tuple(found)


def missing_base(indicator: Indicator, base: Figure) -> Message:
    """The base year's figure, before any year is held against it."""
    return Message.of(
        gettext_noop("{figure} ({why})"),
        figure=Message.of(FIGURE_LABELS[indicator.denominator]),
        why=base.why_missing,
    )


STILL_RUNS: Final = gettext_noop("the year still runs")
ZERO: Final = gettext_noop("it is zero, and nothing can be divided by zero")


def _said(figure: str, year: int, why: Message) -> Message:
    return Message.of(
        gettext_noop("{figure} {year} ({why})"),
        figure=Message.of(FIGURE_LABELS[figure]),
        year=year,
        why=why,
    )
