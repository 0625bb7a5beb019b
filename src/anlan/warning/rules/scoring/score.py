"""The figures of warnings: probability of detection, false-alarm ratio, critical success index,
lead time.

Source: forecast verification, 2×2 contingency table: POD = hits / (hits + misses); FAR = false
alarms / (false alarms + alarms of which something came); CSI = hits / (hits + misses + false
alarms). Interval: E. B. Wilson, "Probable inference, the law of succession, and statistical
inference", J. Am. Stat. Assoc. 22 (1927), at 95 %. House rule: an event that was warned of after
its onset is a miss; an alarm that came late is neither a false one nor one of which something came
in time, and is left out of FAR.
Units and valid range: counts from 0; lead times in minutes.

Edge cases: none of none is not determinable, never 0 %. What cannot be said is counted apart and
is part of no figure. A lead time of 0 is one. Of two middle lead times the median is their mean.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median, quantiles
from typing import Final

from anlan.warning.rules.scoring.matching import (
    AlarmFate,
    EventFate,
    Judged,
    JudgedAlarm,
    JudgedEvent,
)

Z_95: Final = 1.959963984540054
"""Quantile 0.975 of the normal distribution."""
FEW: Final = 10
"""House rule: below so many the interval is said first."""


class BadCount(ValueError):
    """More of them than there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """So many of so many, with the interval in which the true share lies with 95 %."""

    part: int
    whole: int

    def __post_init__(self) -> None:
        if not 0 <= self.part <= self.whole:
            raise BadCount(f"{self.part} of {self.whole}")

    @property
    def value(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        return wilson(self.part, self.whole) if self.whole else None

    @property
    def is_of_few(self) -> bool:
        return self.whole < FEW


def wilson(part: int, whole: int) -> tuple[float, float]:
    """The interval of Wilson for `part` of `whole` (from 1), within 0 and 1."""
    if not 0 <= part <= whole or whole < 1:
        raise BadCount(f"{part} of {whole}")
    share, square = part / whole, Z_95 * Z_95
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    half = (
        Z_95
        * sqrt(share * (1 - share) / whole + square / (4 * whole * whole))
        / (1 + square / whole)
    )
    low = 0.0 if part == 0 else max(0.0, middle - half)
    high = 1.0 if part == whole else min(1.0, middle + half)
    return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadTimes:
    """Lead times in minutes, in order. `unknown` are hits of which only the day is known."""

    minutes: tuple[float, ...]
    unknown: int = 0

    @property
    def median_min(self) -> float | None:
        return median(self.minutes) if self.minutes else None

    @property
    def quartiles_min(self) -> tuple[float, float] | None:
        """The first and the third quartile; None of fewer than two."""
        if len(self.minutes) < 2:
            return None
        low, _, high = quantiles(self.minutes, n=4, method="inclusive")
        return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """The contingency table with its figures."""

    hits: int
    late: int
    misses: int
    events_undecidable: int
    alarms_hit: int
    alarms_late: int
    false_alarms: int
    alarms_undecidable: int
    leads: LeadTimes

    @property
    def detection(self) -> Rate:
        """Probability of detection."""
        return Rate(part=self.hits, whole=self.hits + self.late + self.misses)

    @property
    def false_share(self) -> Rate:
        """False-alarm ratio."""
        return Rate(part=self.false_alarms, whole=self.false_alarms + self.alarms_hit)

    @property
    def success(self) -> Rate:
        """Critical success index."""
        whole = self.hits + self.late + self.misses + self.false_alarms
        return Rate(part=self.hits, whole=whole)

    @property
    def events(self) -> int:
        return self.hits + self.late + self.misses + self.events_undecidable

    @property
    def alarms(self) -> int:
        whole = self.alarms_hit + self.alarms_late + self.false_alarms
        return whole + self.alarms_undecidable


def score(judged: Judged) -> Score:
    """The figures of what was judged. Source and edge cases: see the module."""
    return score_of(judged.events, judged.alarms)


def score_of(events: Sequence[JudgedEvent], alarms: Sequence[JudgedAlarm]) -> Score:
    """The figures of some events and some alarms."""
    fates = Counter(one.fate for one in events)
    came = Counter(one.fate for one in alarms)
    hits = [one for one in events if one.fate is EventFate.HIT]
    leads = sorted(one.lead_min for one in hits if one.lead_min is not None)
    return Score(
        hits=fates[EventFate.HIT],
        late=fates[EventFate.LATE],
        misses=fates[EventFate.MISS],
        events_undecidable=fates[EventFate.UNDECIDABLE],
        alarms_hit=came[AlarmFate.HIT],
        alarms_late=came[AlarmFate.LATE],
        false_alarms=came[AlarmFate.FALSE],
        alarms_undecidable=came[AlarmFate.UNDECIDABLE],
        leads=LeadTimes(minutes=tuple(leads), unknown=len(hits) - len(leads)),
    )
