"""The six core indicators of the notice: value, target, met or not.

Source: 运政办函〔2023〕9号 part 二（一）1（1）–（6）, edition 2023-02-03; numbers in
`data/indicators.toml`. The fact sheet reads "falls by 15 %" as at least 15 %; the five rates are
strict: a value equal to the target is not met.
Units and valid range: deaths and person-times are numbers ≥ 0; GDP and loss in 100 million yuan
(亿元), current prices; coal in million tonnes; population in persons. Arithmetic is exact;
decisions never use a rounded value.
Edge cases: a missing figure or a zero denominator or base → UNKNOWN, naming what is missing
(no coal and no deaths is not determinable, not zero). I4–I6 are yearly means; the notice does not
say whether the mean of the yearly ratios or the ratio of the sums is meant: both are kept, and
`met` is decided only where both agree.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
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
from anlan.plan.rules.indicator_table import (
    FIGURE_LABELS,
    Indicator,
    IndicatorKind,
    IndicatorUnit,
    Operator,
)
from anlan.plan.rules.indicators.choices import RULE as CHOICE_RULE
from anlan.plan.rules.indicators.choices import Choices, CitedReading, CitedYear, Reading

RULE: Final = "indicator-value"
CHOSEN_READING: Final = "mean_of_yearly_ratios"
"""House rule: the notice names a yearly mean (年均), so the mean of the yearly ratios is shown."""

MetState = bool | Literal[Unknown.UNKNOWN]
Known = tuple[int | None, Decimal, Decimal]
"""Year, numerator, denominator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YearFigures:
    """Numerator and denominator of one year; None is missing, never zero.

    `spans_years` > 1: the numerator is a total over that many years and the denominator the
    yearly mean over them.
    """

    numerator: Decimal | None
    denominator: Decimal | None
    year: int | None = None
    spans_years: int = 1

    def __post_init__(self) -> None:
        if any(each is not None and each < 0 for each in (self.numerator, self.denominator)):
            raise ValueError("a numerator or denominator is not negative")
        if self.spans_years < 1:
            raise ValueError("figures span at least one year")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorValue:
    """Value, unit, operator and target, whether met; the two figures apart (sums over years)."""

    id: str
    value: Decimal
    unit: IndicatorUnit
    operator: Operator
    target: Decimal
    met: MetState
    numerator: Decimal
    denominator: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRatio:
    year: int | None
    numerator: Decimal
    denominator: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyMeanValue(IndicatorValue):
    """Both readings of a yearly mean; `value` is the one named by `reading`."""

    reading: str
    mean_of_yearly_ratios: Decimal | Literal[Unknown.UNKNOWN]
    ratio_of_sums: Decimal
    yearly: tuple[YearRatio, ...]


def evaluate_indicator(
    indicator: Indicator, figures: tuple[YearFigures, ...], choices: Choices | None = None
) -> Verdict[IndicatorValue]:
    """The indicator's value and whether its target is met.

    Source, units, edge cases: see the module. I1–I3 take the figures of one year, I4–I6 of one or
    more years, or one total over several years. A cited choice of the city (base year, reading)
    takes the place of the assumption.
    """
    chosen = choices or Choices()
    one_total = len(figures) == 1 and figures[0].spans_years > 1
    if not figures or (len(figures) > 1 and any(each.spans_years > 1 for each in figures)):
        raise ValueError("figures of single years, or one total over several")
    if not indicator.yearly_mean and (len(figures) > 1 or one_total):
        raise ValueError(f"{indicator.id} is of one year")
    target = _target_reason(indicator, figures)
    known = _known(figures)
    if len(known) < len(figures):
        return Verdict.unknown(_missing_reason(indicator, figures), target)
    if not indicator.yearly_mean:
        value = _single(indicator, known[0])
        is_fall = indicator.kind is IndicatorKind.FALL
        base_year = (_base_year_reason(chosen.base_year),) if is_fall else ()
        return Verdict(value=value, reasons=(target, *base_year))
    if one_total:
        return Verdict(
            value=_of_total(indicator, known[0], figures[0].spans_years),
            reasons=(target, _total_reason(figures[0].spans_years, indicator.denominator)),
        )
    mean = _of_years(indicator, known, chosen.reading)
    return Verdict(value=mean, reasons=(target, _reading_reason(mean, chosen.reading)))


def _single(indicator: Indicator, figures: Known) -> IndicatorValue:
    _, numerator, denominator = figures
    value = indicator.ratio(Fraction(numerator), Fraction(denominator))
    return IndicatorValue(
        id=indicator.id,
        value=shown(value),
        unit=indicator.unit,
        operator=indicator.operator,
        target=indicator.target,
        met=indicator.is_met(value),
        numerator=numerator,
        denominator=denominator,
    )


def _of_years(
    indicator: Indicator, known: tuple[Known, ...], chosen: CitedReading | None
) -> YearlyMeanValue:
    ratios = [indicator.ratio(Fraction(top), Fraction(bottom)) for _, top, bottom in known]
    tops = sum((Fraction(top) for _, top, _ in known), Fraction(0))
    bottoms = sum((Fraction(bottom) for _, _, bottom in known), Fraction(0))
    mean = sum(ratios, Fraction(0)) / len(ratios)
    of_sums = indicator.ratio(tops, bottoms)
    agree = indicator.is_met(mean) is indicator.is_met(of_sums)
    by_sums = chosen is not None and chosen.reading is Reading.RATIO_OF_SUMS
    value = of_sums if by_sums else mean
    return YearlyMeanValue(
        id=indicator.id,
        value=shown(value),
        unit=indicator.unit,
        operator=indicator.operator,
        target=indicator.target,
        met=indicator.is_met(value) if agree or chosen is not None else UNKNOWN,
        numerator=_sum([top for _, top, _ in known]),
        denominator=_sum([bottom for _, _, bottom in known]),
        reading=CHOSEN_READING if chosen is None else chosen.reading.value,
        mean_of_yearly_ratios=shown(mean),
        ratio_of_sums=shown(of_sums),
        yearly=tuple(
            YearRatio(year=year, numerator=top, denominator=bottom, value=shown(ratio))
            for (year, top, bottom), ratio in zip(known, ratios, strict=True)
        ),
    )


def _of_total(indicator: Indicator, figures: Known, years: int) -> YearlyMeanValue:
    _, numerator, denominator = figures
    ratio = indicator.ratio(Fraction(numerator) / years, Fraction(denominator))
    return YearlyMeanValue(
        id=indicator.id,
        value=shown(ratio),
        unit=indicator.unit,
        operator=indicator.operator,
        target=indicator.target,
        met=indicator.is_met(ratio),
        numerator=numerator,
        denominator=denominator,
        reading="ratio_of_sums",
        mean_of_yearly_ratios=UNKNOWN,
        ratio_of_sums=shown(ratio),
        yearly=(),
    )


def _sum(numbers: list[Decimal]) -> Decimal:
    total = sum((Fraction(number) for number in numbers), Fraction(0))
    return shown(total, digits=30)


def _known(figures: tuple[YearFigures, ...]) -> tuple[Known, ...]:
    """The years whose ratio can be formed: both figures there, the denominator not zero."""
    return tuple(
        (each.year, each.numerator, each.denominator)
        for each in figures
        if each.numerator is not None and each.denominator
    )


def _missing(
    indicator: Indicator, figures: tuple[YearFigures, ...]
) -> tuple[tuple[str, Message], ...]:
    """What is missing, as a code and in words, with the year where there are several.

    A zero denominator counts as missing: a rate over nothing is not a number.
    """
    missing = []
    for place, each in enumerate(figures, start=1):
        mark = f" {each.year}" if each.year else f" #{place}" if len(figures) > 1 else ""
        if each.numerator is None:
            missing.append(_named(indicator.numerator, mark))
        if not each.denominator:
            zero = "" if each.denominator is None else " > 0"
            missing.append(_named(indicator.denominator, mark + zero))
    return tuple(missing)


def _named(figure: str, mark: str) -> tuple[str, Message]:
    label = Message.of(FIGURE_LABELS[figure])
    return figure + mark, Message.of("{figure}{mark}", figure=label, mark=mark)


def _target_reason(indicator: Indicator, figures: tuple[YearFigures, ...]) -> Reason:
    years = tuple(each.year for each in figures if each.year is not None)
    return Reason(
        rule=RULE,
        source=indicator.source,
        article=indicator.article,
        edition=indicator.edition,
        status=indicator.status,
        inputs=(
            *pairs(id=indicator.id),
            (indicator.numerator, tuple(each.numerator for each in figures)),
            (indicator.denominator, tuple(each.denominator for each in figures)),
            *(pairs(years=years) if years else ()),
        ),
        note=Message.of(
            gettext_noop("{id}: target {operator} {target}, unit: {unit}."),
            id=indicator.id,
            operator=indicator.operator.value,
            target=indicator.target,
            unit=Message.of(indicator.unit.label),
        ),
    )


def _missing_reason(indicator: Indicator, figures: tuple[YearFigures, ...]) -> Reason:
    missing = _missing(indicator, figures)
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(id=indicator.id),
        note=Message.of(
            gettext_noop("{id} cannot be determined. Missing: {missing}."),
            id=indicator.id,
            missing=tuple(words for _, words in missing),
        ),
        details=pairs(missing=tuple(code for code, _ in missing)),
    )


def _base_year_reason(chosen: CitedYear | None) -> Reason:
    if chosen is not None:
        return _cited(
            chosen.source,
            Message.of(
                gettext_noop(
                    "The base year is {year}. The fall counts as met from exactly the target on."
                ),
                year=chosen.year,
            ),
        )
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.FROM_MEMORY,
        note=Message.of(
            gettext_noop(
                "The notice names no base year; 2020, the last year before the plan, is assumed. "
                "The fall counts as met from exactly the target on."
            )
        ),
    )


def _total_reason(years: int, denominator: str) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(years=years),
        note=Message.of(
            gettext_noop(
                "One total over {years} years was divided by the years and by {denominator}, "
                "taken as a yearly mean. Give each year's figures to see both readings."
            ),
            years=years,
            denominator=Message.of(FIGURE_LABELS[denominator]),
        ),
    )


def _cited(source: str, note: Message) -> Reason:
    """What the city decided by a paper; the paper was named by whoever entered the choice."""
    return Reason(rule=CHOICE_RULE, source=source, status=SourceStatus.VERIFIED, note=note)


def _reading_reason(mean: YearlyMeanValue, chosen: CitedReading | None) -> Reason:
    if chosen is not None:
        note = Message.of(
            gettext_noop("The yearly mean is read as: {reading}."),
            reading=Message.of(chosen.reading.label),
        )
        return _cited(chosen.source, note)
    said = gettext_noop(
        "The notice does not say how the yearly mean is formed; the mean of the yearly ratios is "
        "shown, and the ratio of the sums gives the same answer."
    )
    if mean.met is UNKNOWN:
        said = gettext_noop(
            "The notice does not say how the yearly mean is formed, and the two readings "
            "disagree on whether the target is met. Ask the issuer which one holds."
        )
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(reading=mean.reading),
        note=Message.of(said),
    )
