"""An indicator at the end of its period, from the pace of its known years.

Source: House rule; the model is in `projection`. The denominator of years that are not published
yet is the last one known, carried forward; the verdict says so.
Units and valid range: those of the indicator.
Edge cases: a year that is over but unknown, no whole year, or no denominator → no outlook, naming
what lacks. A fall (I1) grows as deaths shrink, so its bounds change places.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import (
    HOUSE_RULE,
    UNKNOWN,
    Reason,
    SourceStatus,
    Verdict,
    pairs,
    shown,
)
from anlan.plan.rules.indicator_table import Indicator, IndicatorKind
from anlan.plan.rules.indicators.choices import CitedReading, Reading
from anlan.plan.rules.indicators.figures import YearFact, missing_of
from anlan.plan.rules.indicators.projection import RULE, Model, predict_amount, predict_count

Value = Callable[[Fraction], Fraction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The value at the end of the period and its 95 % bounds; whether the estimate and whether
    both bounds meet the target."""

    low: Decimal
    estimate: Decimal
    high: Decimal
    model: Model
    estimate_meets: bool
    bounds_meet: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pace:
    """What the outlook starts from: whole years, the running one, and years still to come."""

    indicator: Indicator
    whole: tuple[YearFact, ...]
    running: YearFact | None
    needed: tuple[int, ...]
    denominator: Fraction
    by_sums: bool

    @property
    def unfinished(self) -> tuple[int, ...]:
        done = {fact.year for fact in self.whole}
        return tuple(year for year in self.needed if year not in done)

    @property
    def so_far(self) -> Fraction:
        """What the running year has counted already, where it is one that decides."""
        fact = self.running
        if fact is None or fact.year not in self.needed:
            return Fraction(0)
        return Fraction(fact.numerator.value or 0)

    @property
    def remaining(self) -> Fraction:
        """Years of exposure that are still to come."""
        left = Fraction(len(self.unfinished))
        if self.running is not None and self.running.year in self.needed:
            left -= self.running.elapsed
        return left

    def value_of(self, top: Fraction) -> Fraction:
        """The indicator when its unfinished years come to `top` altogether."""
        indicator, open_years = self.indicator, len(self.unfinished)
        if not indicator.yearly_mean:
            return indicator.ratio(top, self.denominator)
        done = [fact for fact in self.whole if fact.year in self.needed]
        if self.by_sums:
            tops = sum((Fraction(fact.numerator.value or 0) for fact in done), top)
            bottoms = sum((Fraction(fact.denominator.value or 0) for fact in done), Fraction(0))
            return indicator.ratio(tops, bottoms + self.denominator * open_years)
        ratios = sum((fact.ratio(indicator) or Fraction(0) for fact in done), Fraction(0))
        return (ratios + indicator.ratio(top, self.denominator)) / len(self.needed)


def project(
    indicator: Indicator,
    known: Mapping[int, YearFact],
    *,
    needed: tuple[int, ...],
    within: tuple[int, ...],
    reading: CitedReading | None,
) -> Verdict[Outlook]:
    """The outlook. `needed` are the years that decide, `within` those whose pace is read."""
    pace = _pace(indicator, known, needed, within, reading)
    if isinstance(pace, Message):
        return Verdict.unknown(_reason(pace))
    counted = indicator.numerator == "deaths"
    found = _by_count(pace) if counted else _by_amount(pace)
    if found.value is UNKNOWN:
        return found
    return found.because(_reason(Message.of(CARRIED), denominator=shown(pace.denominator)))


CARRIED: Final = gettext_noop(
    "For years without a published denominator the last one known is carried forward."
)
NOTHING_KNOWN: Final = gettext_noop("No outlook: no year is known whole. Missing: {missing}.")
NO_YEARS: Final = gettext_noop("No outlook: the years that decide are not set with a paper.")


def _pace(
    indicator: Indicator,
    known: Mapping[int, YearFact],
    needed: tuple[int, ...],
    within: tuple[int, ...],
    reading: CitedReading | None,
) -> _Pace | Message:
    facts = [known[year] for year in within if year in known]
    whole = tuple(fact for fact in facts if fact.is_known)
    running = next((fact for fact in facts if not fact.is_whole), None)
    gaps = [fact for fact in facts if fact.is_whole and not fact.is_known]
    if not needed:
        return Message.of(NO_YEARS)
    if not whole or gaps or (running is not None and running.numerator.value is None):
        lacks = tuple(lack for fact in facts for lack in missing_of(indicator, fact))
        return Message.of(NOTHING_KNOWN, missing=lacks or (Message.of(gettext_noop("all")),))
    last = whole[-1].denominator.value
    if running is not None and running.denominator.value:
        last = running.denominator.value
    return _Pace(
        indicator=indicator,
        whole=whole,
        running=running,
        needed=needed,
        denominator=Fraction(last or 0),
        by_sums=reading is not None and reading.reading is Reading.RATIO_OF_SUMS,
    )


def _by_count(pace: _Pace) -> Verdict[Outlook]:
    counts = [int(fact.numerator.value or 0) for fact in pace.whole]
    running = pace.running
    found = predict_count(
        counts,
        0 if running is None else int(running.numerator.value or 0),
        Fraction(0) if running is None else running.elapsed,
        pace.remaining,
    )
    more = found.known()  # a whole year is known, so there is a pace
    ends = [pace.value_of(pace.so_far + each) for each in (more.low, more.estimate, more.high)]
    return Verdict(value=_outlook(pace.indicator, ends, more.model), reasons=found.reasons)


def _by_amount(pace: _Pace) -> Verdict[Outlook]:
    ratios = [fact.ratio(pace.indicator) or Fraction(0) for fact in pace.whole]
    found = predict_amount(ratios)
    if found.value is UNKNOWN:
        return Verdict.unknown(*found.reasons)
    year = found.known()
    per_unit = pace.denominator / pace.indicator.scale
    ends = [
        pace.value_of(max(pace.so_far, each * per_unit * len(pace.unfinished)))
        for each in (year.low, year.estimate, year.high)
    ]
    return Verdict(value=_outlook(pace.indicator, ends, year.model), reasons=found.reasons)


def _outlook(indicator: Indicator, ends: list[Fraction], model: Model) -> Outlook:
    low, estimate, high = ends
    if indicator.kind is IndicatorKind.FALL:
        low, high = high, low
    return Outlook(
        low=shown(low),
        estimate=shown(estimate),
        high=shown(high),
        model=model,
        estimate_meets=indicator.is_met(estimate),
        bounds_meet=indicator.is_met(low) and indicator.is_met(high),
    )


def _reason(note: Message, **inputs: object) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(**inputs),
        note=note,
    )
