"""What the notice leaves open and the city decides, each with the paper that decides it.

Source: House rule; issue and coverage.md: "base year and averaging window configured with a cited
source, and shown as missing when missing". Nothing here has a default: without a paper the choice
is missing and what needs it is not determinable.
Edge cases: a choice without a source is refused; a window that ends before it begins too.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop

RULE: Final = "indicator-choice"
FIRST_YEAR, LAST_YEAR = 1949, 2100


class Reading(StrEnum):
    """How a yearly mean (年均) is formed."""

    MEAN_OF_RATIOS = "mean_of_yearly_ratios"
    RATIO_OF_SUMS = "ratio_of_sums"

    @property
    def label(self) -> str:
        return READING_LABELS[self]


READING_LABELS: Final = {
    Reading.MEAN_OF_RATIOS: gettext_noop("mean of the yearly ratios"),
    Reading.RATIO_OF_SUMS: gettext_noop("ratio of the sums"),
}


class ChoiceKind(StrEnum):
    BASE_YEAR = "base_year"
    WINDOW = "window"
    READING = "reading"
    COVERAGE = "coverage"

    @property
    def label(self) -> str:
        return CHOICE_LABELS[self]


CHOICE_LABELS: Final = {
    ChoiceKind.BASE_YEAR: gettext_noop("base year of the fall in deaths"),
    ChoiceKind.WINDOW: gettext_noop("years of the yearly mean"),
    ChoiceKind.READING: gettext_noop("reading of the yearly mean"),
    ChoiceKind.COVERAGE: gettext_noop("years for which a register is complete"),
}


class Basis(StrEnum):
    """The registers that hold the facts."""

    ACCIDENTS = "accidents"
    DISASTERS = "disasters"

    @property
    def label(self) -> str:
        return BASIS_LABELS[self]


BASIS_LABELS: Final = {
    Basis.ACCIDENTS: gettext_noop("work-safety accidents"),
    Basis.DISASTERS: gettext_noop("natural disasters"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """From which year to which a register is complete; without a last year it still is kept."""

    first: int
    last: int | None = None

    def covers(self, year: int) -> bool:
        return self.first <= year and (self.last is None or year <= self.last)


class ChoiceRefused(ValueError):
    """A choice that cannot hold; the border says it in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedYear:
    year: int
    source: str

    def __post_init__(self) -> None:
        _check(self.source, self.year)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedWindow:
    """The years over which the mean is formed, both included."""

    first: int
    last: int
    source: str

    def __post_init__(self) -> None:
        _check(self.source, self.first, self.last)
        if self.last < self.first:
            raise ChoiceRefused("a window ends after it begins")

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedReading:
    reading: Reading
    source: str

    def __post_init__(self) -> None:
        _check(self.source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    base_year: CitedYear | None = None
    window: CitedWindow | None = None
    reading: CitedReading | None = None


def _check(source: str, *years: int) -> None:
    if not source.strip():
        raise ChoiceRefused("a choice names the paper that decides it")
    if any(not FIRST_YEAR <= year <= LAST_YEAR for year in years):
        raise ChoiceRefused("a year of four digits")
