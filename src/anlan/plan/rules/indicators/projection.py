"""What an indicator will be at the end of its period, with an interval, while the period runs.

Source: House rule. Counts (deaths) are taken as Poisson with a rate that does not change; what is
not known about the rate makes the predicted count negative binomial (gamma–Poisson, Jeffreys
prior ½). Where the years vary more than Poisson says (Pearson's dispersion over 1, from three
whole years on) the variance is multiplied by it. Amounts (loss, person-times) are taken as
log-normal from year to year, with Student's t of years − 1 degrees. 95 % two-sided.
Units and valid range: counts are whole and ≥ 0; years are fractions > 0.
Edge cases: no exposure, or fewer than three positive years of amounts → no interval is given, not
a narrow one. Bounds of counts are rounded outwards to whole numbers, so that the plain estimate
always lies inside. Bounds of a sum of amounts take every year at the bound: wider, never narrower.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "indicator-projection"
CONFIDENCE: Final = 0.95
PRIOR_COUNT: Final = 0.5
LEAST_YEARS: Final = 3


class Model(StrEnum):
    NEGATIVE_BINOMIAL = "negative_binomial"
    OVERDISPERSED = "negative_binomial_overdispersed"
    LOG_NORMAL = "log_normal_t"

    @property
    def label(self) -> str:
        return MODEL_LABELS[self]


MODEL_LABELS: Final = {
    Model.NEGATIVE_BINOMIAL: gettext_noop(
        "Counts vary like Poisson counts with a constant rate; the rate itself is uncertain, so "
        "the predicted count is negative binomial"
    ),
    Model.OVERDISPERSED: gettext_noop(
        "Counts vary more than Poisson counts do; the predicted count is negative binomial, its "
        "variance widened by the observed dispersion"
    ),
    Model.LOG_NORMAL: gettext_noop(
        "Yearly values vary like log-normal values; bounds by Student's t on the logarithm"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A plain estimate and its 95 % bounds."""

    low: Fraction
    estimate: Fraction
    high: Fraction
    model: Model

    def __post_init__(self) -> None:
        if not self.low <= self.estimate <= self.high:
            raise ValueError("the interval holds the estimate")


def predict_count(
    whole_years: Sequence[int], so_far: int, elapsed: Fraction, remaining: Fraction
) -> Verdict[Range]:
    """How many more will be counted in `remaining` years.

    `whole_years` are the counts of years that are over; `so_far` and `elapsed` those of the year
    that runs (0 and 0 where none does).
    """
    if remaining < 0 or elapsed < 0 or so_far < 0 or any(count < 0 for count in whole_years):
        raise ValueError("counts and years are not negative")
    exposure = len(whole_years) + elapsed
    if not exposure:
        return _too_little(gettext_noop("No whole year is known, so no pace can be read."), 0)
    seen = sum(whole_years) + so_far
    dispersion = dispersion_of(whole_years)
    model = Model.OVERDISPERSED if dispersion > 1 else Model.NEGATIVE_BINOMIAL
    plain = Fraction(seen) / exposure * remaining
    low, high = 0, 0
    if remaining:
        low, high = _bounds(seen, float(remaining / exposure), dispersion)
    found = Range(
        low=Fraction(min(low, math.floor(plain))),
        estimate=plain,
        high=Fraction(max(high, math.ceil(plain))),
        model=model,
    )
    return Verdict(value=found, reasons=(_reason(model, len(whole_years), dispersion),))


def dispersion_of(counts: Sequence[int]) -> float:
    """Pearson's χ²/(k − 1), at least 1; 1 where fewer than three years can show none."""
    mean = Fraction(sum(counts), len(counts)) if counts else Fraction(0)
    if len(counts) < LEAST_YEARS or not mean:
        return 1.0
    squares = sum((count - mean) ** 2 for count in counts)
    return max(1.0, float(squares / mean / (len(counts) - 1)))


def _bounds(seen: int, share: float, dispersion: float) -> tuple[int, int]:
    from scipy.stats import nbinom  # half a second; only where an interval is asked for

    shape = seen + PRIOR_COUNT
    mean = shape * share
    # variance = dispersion × (mean + mean²/shape), written so that a small mean loses no digits
    size = mean / (dispersion - 1 + dispersion * mean / shape) if mean else shape
    chance = 1 / (dispersion * (1 + mean / shape))
    tail = (1 - CONFIDENCE) / 2
    low, high = nbinom.ppf((tail, 1 - tail), size, chance)
    return max(int(low), 0), int(high)


def predict_amount(values: Sequence[Fraction]) -> Verdict[Range]:
    """The value of one further year, from the values of whole years."""
    if any(value < 0 for value in values):
        raise ValueError("amounts are not negative")
    if len(values) < LEAST_YEARS or not all(values):
        said = gettext_noop(
            "An interval needs at least {least} whole years with a value over zero; {count} are "
            "known."
        )
        return _too_little(said, sum(1 for value in values if value))
    from scipy.stats import t  # half a second; only where an interval is asked for

    logs = [math.log(value) for value in values]
    count = len(logs)
    centre = sum(logs) / count
    spread = math.sqrt(sum((each - centre) ** 2 for each in logs) / (count - 1))
    reach = float(t.ppf((1 + CONFIDENCE) / 2, count - 1)) * spread * math.sqrt(1 + 1 / count)
    plain = sum(values, Fraction(0)) / count
    found = Range(
        low=min(_exp(centre - reach), plain),
        estimate=plain,
        high=max(_exp(centre + reach), plain),
        model=Model.LOG_NORMAL,
    )
    return Verdict(value=found, reasons=(_reason(Model.LOG_NORMAL, count, 1.0),))


MOST_EXPONENT: Final = 600.0


def _exp(power: float) -> Fraction:
    return Fraction(math.exp(max(-MOST_EXPONENT, min(MOST_EXPONENT, power))))


def exact_interval(count: int) -> tuple[float, float]:
    """The exact 95 % interval of the mean behind one Poisson count (Garwood 1936)."""
    if count < 0:
        raise ValueError("a count is not negative")
    from scipy.stats import chi2  # half a second; only where an interval is asked for

    tail = (1 - CONFIDENCE) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * (count + 1))) / 2


def _reason(model: Model, years: int, dispersion: float) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(years=years, confidence=CONFIDENCE, dispersion=round(dispersion, 4)),
        note=Message.of(
            gettext_noop(
                "{model}. 95 % interval from {years} whole years; no change of pace is assumed."
            ),
            model=Message.of(model.label),
            years=years,
        ),
        details=pairs(model=model.value),
    )


def _too_little(msgid: str, count: int) -> Verdict[Range]:
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(years=count),
        note=Message.of(msgid, count=count, least=LEAST_YEARS),
    )
    return Verdict.unknown(reason)
