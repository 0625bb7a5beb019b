"""Where an indicator stands: its yearly values, its value over the period, met or not, what lacks.

Source: 运政办函〔2023〕9号 part 二（一）1 (targets, see `indicator`); the final evaluation of
coverage.md: after the period a final value, met, not met or not determinable with the list of
what is missing, and no projection.
Units and valid range: those of the table; years of four digits.
Edge cases: I1 needs a base year and I4–I6 a window of years that the city set with a paper: none
set → not determinable, never guessed. I1–I3 are judged by the last year of the period. While a
year runs its figure is "so far" and enters no rate. Where the two readings of a yearly mean
disagree and no paper chooses one, the final state is not determinable.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import (
    HOUSE_RULE,
    UNKNOWN,
    Reason,
    SourceStatus,
    Unknown,
    Verdict,
    pairs,
    shown,
)
from anlan.plan.rules.indicator import IndicatorValue, YearlyMeanValue, evaluate_indicator
from anlan.plan.rules.indicator_table import Indicator, IndicatorKind
from anlan.plan.rules.indicators.choices import Choices
from anlan.plan.rules.indicators.figures import Figure, YearFact, missing_base, missing_of
from anlan.plan.rules.indicators.projecting import Outlook, project

RULE: Final = "indicator-standing"
Number = Decimal | Literal[Unknown.UNKNOWN]


class Status(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    NOT_DETERMINABLE = "not_determinable"
    RUNNING = "running"

    @property
    def label(self) -> str:
        return STATUS_LABELS[self]


STATUS_LABELS: Final = {
    Status.MET: gettext_noop("target met"),
    Status.NOT_MET: gettext_noop("target not met"),
    Status.NOT_DETERMINABLE: gettext_noop("cannot be determined"),
    Status.RUNNING: gettext_noop("the period still runs"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The years of a plan, both included."""

    first: int
    last: int

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends after it begins")

    @property
    def years(self) -> range:
        return range(self.first, self.last + 1)

    def is_over(self, today: dt.date) -> bool:
        return today > dt.date(self.last, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearValue:
    """One year: the two figures apart, the value, and what lacks."""

    fact: YearFact
    value: Number
    missing: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`value` is that of the period (or of the years so far); `missing` what would decide it."""

    indicator: Indicator
    period: Period
    status: Status
    value: Number
    yearly: tuple[YearValue, ...]
    missing: tuple[Message, ...]
    mean_of_yearly_ratios: Number = UNKNOWN
    ratio_of_sums: Number = UNKNOWN
    outlook: Outlook | None = None


def stand(
    indicator: Indicator,
    facts: tuple[YearFact, ...],
    *,
    period: Period,
    today: dt.date,
    choices: Choices,
    projects: bool = True,
) -> Verdict[Standing]:
    """The standing of an indicator on a day. `facts` in any order, one a year at most. Without
    `projects` no outlook is asked for."""
    base = _base(indicator, facts, choices)
    known = _by_year(facts if base is None else tuple(replace(f, denominator=base) for f in facts))
    needed, open_choices = _needed(indicator, period, choices)
    known = {y: _fact(y, base) for y in needed if y < today.year and y not in known} | known
    is_over = (Period(first=needed[0], last=needed[-1]) if needed else period).is_over(today)
    judged = [year for year in needed if is_over or year < today.year]
    missing = [lack for year in judged for lack in missing_of(indicator, known[year])]
    if base is not None and base.value is None and not judged:
        missing.append(missing_base(indicator, base))
    start = Standing(
        indicator=indicator,
        period=period,
        status=Status.NOT_DETERMINABLE if is_over else Status.RUNNING,
        value=UNKNOWN,
        yearly=tuple(_year_value(indicator, known[year]) for year in sorted(known)),
        missing=(*open_choices, *missing),
    )
    if not is_over:
        found = _so_far(start, known, needed, choices)
        return _with_outlook(found, known, needed, choices) if projects else found
    if start.missing:
        return Verdict(value=start, reasons=(_lacking(start), _target(start)))
    return _final(start, tuple(known[year] for year in needed), choices)


def _needed(
    indicator: Indicator, period: Period, choices: Choices
) -> tuple[tuple[int, ...], tuple[Message, ...]]:
    """The years that decide, and the choices that are not made yet."""
    if indicator.yearly_mean:
        if choices.window is None:
            return (), (Message.of(NO_WINDOW),)
        return tuple(choices.window.years), ()
    return (period.last,), ()


NO_WINDOW: Final = gettext_noop("the years over which the mean is formed, set with a paper")
NO_BASE: Final = gettext_noop("no base year is set with a paper")
WHICH_READING: Final = gettext_noop(
    "a paper that says how the yearly mean is formed: the two readings disagree"
)


def _base(indicator: Indicator, facts: tuple[YearFact, ...], choices: Choices) -> Figure | None:
    """I1 is held against its base year: the numerator of that year is everybody's denominator.
    None for an indicator that has no base."""
    if indicator.kind is not IndicatorKind.FALL:
        return None
    if choices.base_year is None:
        return Figure(why_missing=Message.of(NO_BASE))
    year = choices.base_year.year
    found = next((each for each in facts if each.year == year and each.is_whole), None)
    return Figure() if found is None else found.numerator


def _fact(year: int, base: Figure | None) -> YearFact:
    """A year of which nothing is held."""
    return YearFact(year=year, numerator=Figure(), denominator=base or Figure())


def _by_year(facts: tuple[YearFact, ...]) -> dict[int, YearFact]:
    known = {each.year: each for each in facts}
    if len(known) != len(facts):
        raise ValueError("one fact a year")
    return known


def _year_value(indicator: Indicator, fact: YearFact) -> YearValue:
    ratio = fact.ratio(indicator)
    return YearValue(
        fact=fact,
        value=UNKNOWN if ratio is None else shown(ratio),
        missing=missing_of(indicator, fact),
    )


def _final(start: Standing, facts: tuple[YearFact, ...], choices: Choices) -> Verdict[Standing]:
    decided = evaluate_indicator(start.indicator, tuple(each.figures() for each in facts), choices)
    value = decided.known()
    found = _with_value(start, value)
    if value.met is UNKNOWN:
        undecided = replace(found, missing=(Message.of(WHICH_READING),))
        return Verdict(value=undecided, reasons=(*decided.reasons, _lacking(undecided)))
    status = Status.MET if value.met else Status.NOT_MET
    return Verdict(value=replace(found, status=status), reasons=decided.reasons)


def _with_value(start: Standing, value: IndicatorValue) -> Standing:
    if not isinstance(value, YearlyMeanValue):
        return replace(start, value=value.value)
    return replace(
        start,
        value=value.value,
        mean_of_yearly_ratios=value.mean_of_yearly_ratios,
        ratio_of_sums=value.ratio_of_sums,
    )


def _within(start: Standing, needed: tuple[int, ...]) -> tuple[int, ...]:
    """The years whose pace is read."""
    return needed if start.indicator.yearly_mean else tuple(start.period.years)


def _so_far(
    start: Standing, known: Mapping[int, YearFact], needed: tuple[int, ...], choices: Choices
) -> Verdict[Standing]:
    """The mean of the whole years that are known, or the last of them."""
    indicator = start.indicator
    whole = [known[y] for y in _within(start, needed) if y in known and known[y].is_known]
    taken = whole if indicator.yearly_mean else whole[-1:]
    if not taken:
        return Verdict(value=start, reasons=(_target(start),))
    decided = evaluate_indicator(indicator, tuple(each.figures() for each in taken), choices)
    return Verdict(value=_with_value(start, decided.known()), reasons=decided.reasons)


def _with_outlook(
    so_far: Verdict[Standing],
    known: Mapping[int, YearFact],
    needed: tuple[int, ...],
    choices: Choices,
) -> Verdict[Standing]:
    start = so_far.known()
    within = _within(start, needed)
    outlook = project(
        start.indicator, known, needed=needed, within=within, reading=choices.reading
    )
    if outlook.value is UNKNOWN:
        return so_far.because(*outlook.reasons)
    found = replace(start, outlook=outlook.known())
    return Verdict(value=found, reasons=(*so_far.reasons, *outlook.reasons))


def _target(start: Standing) -> Reason:
    row = start.indicator
    return Reason(
        rule=RULE,
        source=row.source,
        article=row.article,
        edition=row.edition,
        status=row.status,
        inputs=pairs(id=row.id),
        note=Message.of(
            gettext_noop("{id}: target {operator} {target}, unit: {unit}."),
            id=row.id,
            operator=row.operator.value,
            target=row.target,
            unit=Message.of(row.unit.label),
        ),
    )


def _lacking(start: Standing) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(id=start.indicator.id),
        note=Message.of(
            gettext_noop("{id} cannot be determined. Missing: {missing}."),
            id=start.indicator.id,
            missing=start.missing,
        ),
    )
