"""The level of a place by its effective antecedent rainfall 有效雨量.

Source: the figure by `effective-rainfall` (R_e = Σ α^i · R_i, from memory); what it is compared
with is the critical value of the place, never a number of ours. **The levels are ours (`D`)**:
orange from the critical value on, yellow from 70 % of it (the fact sheet's default share for
"prepare" where only one value is known).
Units and valid range: mm a day, days of 24 hours that end at the hour that is judged, the newest
first; critical value above zero.
Edge cases: equal reaches. A day that is missing is not a dry day: the sum of the known days may
raise, and nothing lowers.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from anlan.base.rules.verdict import UNKNOWN, Verdict
from anlan.warning.rules.thresholds.effective_rainfall import effective_rainfall

NEAR_SHARE: Final = Decimal("0.7")
YELLOW, ORANGE = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Rain of 24 hours as far as it is known; not `is_whole`: something of it is missing."""

    known_mm: Decimal
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Effective:
    """`sum_mm` of what is known; `is_open` where something is missing."""

    sum_mm: Decimal
    is_open: bool
    level: int
    verdict: Verdict[Decimal]


def effective_level(
    days: tuple[Day, ...], *, critical_mm: Decimal, alpha: Decimal, before: int
) -> Effective:
    """The level after this hour, from the one before it."""
    daily = tuple(day.known_mm if day.is_whole else None for day in days)
    verdict = effective_rainfall(daily, alpha=alpha)
    weighed = (alpha**place * day.known_mm for place, day in enumerate(days))
    known = sum(weighed, start=Decimal(0))
    is_open = verdict.value is UNKNOWN
    reached = 0
    if known >= critical_mm:
        reached = ORANGE
    elif known >= critical_mm * NEAR_SHARE:
        reached = YELLOW
    level = max(reached, before) if is_open else reached
    return Effective(sum_mm=known, is_open=is_open, level=level, verdict=verdict)
