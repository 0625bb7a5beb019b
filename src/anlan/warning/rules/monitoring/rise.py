"""The level of a reservoir that rises so fast that it would pass its next level within 6 hours.

Source: fact sheet, reservoir levels: "rate-of-rise warning if predicted to pass the next level
within 6 h". All of it is **ours (`D`)**: the 6 hours, the straight line, the hour over which the
rate is taken (the reading nearest to one hour before, 30 to 90 minutes before; of two as near the
older), and the colour, which is that of the level that would be passed.
Units and valid range: m, in the engine's thousandths; instants in microseconds; limits from blue
to red, as the rule of the levels itself has them, so each keeps its own inequality. A predicted
level counts in whole thousandths, as a reading does.
Edge cases: a level that falls or stands predicts nothing. Of what lies above only the next level
counts, however far the line goes; above the highest there is none. Without a reading in that hour,
or with none of the last 6 hours, nothing is known: that raises nothing and ends nothing, save
where the level that was to be passed is reached, since then its own rule says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from anlan.warning.rules.engine.plan import Limits
from anlan.warning.rules.monitoring.group import UNITS, units

MINUTE_US: Final = 60 * 1_000_000
HOUR_US: Final = 60 * MINUTE_US
HORIZON_H: Final = 6
HORIZON_US: Final = HORIZON_H * HOUR_US
YELLOW: Final = 2
NEAREST_US, FARTHEST_US = 30 * MINUTE_US, 90 * MINUTE_US
"""How long before the newest reading the other one may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """A reading that nobody doubts."""

    at_us: int
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """What is predicted. `newest` is what it starts from; `rate_m_h` and `predicted_m` are None
    where no rate is known, `limit_m` where no level would be passed."""

    level: int
    newest: Sound | None = None
    since_us: int | None = None
    rate_m_h: float | None = None
    predicted_m: float | None = None
    limit_m: float | None = None


def rise_level(readings: Sequence[Sound], limits: Limits, *, now_us: int, before: int) -> Rise:
    """The level now, from the one before it; `readings` in the order of their instants."""
    if not readings:
        return Rise(level=before)
    newest = readings[-1]
    whole = units(newest.value)
    earlier = _an_hour_before(readings)
    if earlier is None or now_us - newest.at_us > HORIZON_US:
        return Rise(level=_held(before, whole, limits), newest=newest)
    span_us, risen = newest.at_us - earlier.at_us, whole - units(earlier.value)
    predicted = whole + round(Fraction(risen * HORIZON_US, span_us))
    level = _next_passed(whole, predicted, limits)
    return Rise(
        level=level,
        newest=newest,
        since_us=earlier.at_us,
        rate_m_h=round(risen * HOUR_US / span_us / UNITS, 3),
        predicted_m=predicted / UNITS,
        limit_m=_limit_m(limits, level) if level else None,
    )


def _an_hour_before(readings: Sequence[Sound]) -> Sound | None:
    at_us = readings[-1].at_us
    there = [each for each in readings if NEAREST_US <= at_us - each.at_us <= FARTHEST_US]
    return min(there, key=lambda each: abs(at_us - each.at_us - HOUR_US), default=None)


def _next_passed(whole: int, predicted: int, limits: Limits) -> int:
    """The colour of the next level above, where the prediction reaches it; of two that are the
    same the higher colour."""
    above = (limit for limit in limits if limit is not None and limit > whole)
    following = min(above, default=None)
    if following is None or predicted < following:
        return 0
    return max(rank for rank, limit in enumerate(limits, start=1) if limit == following)


def _limit_m(limits: Limits, level: int) -> float | None:
    """The level as people read it: yellow begins one thousandth above the flood limit."""
    limit = limits[level - 1]
    return None if limit is None else (limit - (level == YELLOW)) / UNITS


def _held(before: int, whole: int, limits: Limits) -> int:
    """What stood stays, unless the level that was to be passed is reached."""
    limit = limits[before - 1] if before else None
    return 0 if limit is not None and whole >= limit else before
