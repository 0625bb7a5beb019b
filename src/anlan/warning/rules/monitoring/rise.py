"""The level of a reservoir that rises so fast that it would pass its next level within 6 hours.

Source: fact sheet, reservoir levels: "rate-of-rise warning if predicted to pass the next level
within 6 h". All of it is **ours (`D`)**: the 6 hours, the straight line, the hour over which the
rate is taken (the reading nearest to one hour before, 30 to 90 minutes before; of two as near the
older), the colour, which is that of the level that would be passed, and what damps it: as every
rule it ends or falls after `clear_s`. For so long the readings have to predict less, each with a
rate of its own, the first and the last of them that far apart; and a level that was reached within
that time lies behind, not ahead, so a level that swings around its edge is told once.
Units and valid range: m, in the engine's thousandths; instants in microseconds; limits from blue
to red, as the rule of the levels itself has them, so each keeps its own inequality. A predicted
level counts in whole thousandths, as a reading does.
Edge cases: a level that falls or stands predicts nothing. Of what lies above only the next level
counts, however far the line goes; above the highest there is none. Without a reading in that hour
nothing is known: that raises nothing and ends nothing, save where the level that was to be passed
is reached, since then its own rule says so. With none of the last 6 hours nothing changes at all.
Exactly `clear_s` is long enough.
"""

from bisect import bisect_left, bisect_right
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """Readings in the order of their instants, and the straight line through each of them."""

    readings: Sequence[Sound]
    limits: Limits
    clear_us: int

    def earlier(self, number: int) -> Sound | None:
        """The reading an hour before one of them."""
        at_us = self.readings[number].at_us
        first = bisect_left(self.readings, at_us - FARTHEST_US, key=_at_us)
        until = bisect_right(self.readings, at_us - NEAREST_US, key=_at_us)
        there = self.readings[first:until]
        return min(there, key=lambda each: abs(at_us - each.at_us - HOUR_US), default=None)

    def reached(self, number: int) -> int:
        """The highest value within `clear_s` until one of them."""
        at_us = self.readings[number].at_us
        first = bisect_right(self.readings, at_us - self.clear_us, key=_at_us)
        near = self.readings[min(first, number) : number + 1]
        return max(units(each.value) for each in near)

    def predicted(self, number: int, earlier: Sound) -> int:
        newest = self.readings[number]
        span_us, risen = newest.at_us - earlier.at_us, units(newest.value) - units(earlier.value)
        return units(newest.value) + round(Fraction(risen * HORIZON_US, span_us))

    def level(self, number: int) -> int | None:
        """What one of them predicts; None where no rate is known."""
        earlier = self.earlier(number)
        if earlier is None:
            return None
        return _next_passed(self.reached(number), self.predicted(number, earlier), self.limits)

    def highest(self, before: int) -> int:
        """The highest level predicted within `clear_s`, at most that before: what the newest
        reading falls to. Where something of that time is not known, it stays."""
        found, newest_us = 0, self.readings[-1].at_us
        for number in range(len(self.readings) - 1, -1, -1):
            level = self.level(number)
            if level is None or level >= before:
                break
            found = max(found, level)
            if newest_us - self.readings[number].at_us >= self.clear_us:
                return found
        return before


def rise_level(
    readings: Sequence[Sound], limits: Limits, *, now_us: int, before: int, clear_us: int
) -> Rise:
    """The level now, from the one before it; `readings` in the order of their instants."""
    if not readings:
        return Rise(level=before)
    line, number = _Line(readings=readings, limits=limits, clear_us=clear_us), len(readings) - 1
    newest, earlier = readings[number], line.earlier(number)
    if now_us - newest.at_us > HORIZON_US:
        return Rise(level=before, newest=newest)
    before = _held(before, line.reached(number), limits)
    if earlier is None:
        return Rise(level=before, newest=newest)
    predicted = line.predicted(number, earlier)
    level = _next_passed(line.reached(number), predicted, limits)
    if level < before:
        level = line.highest(before)
    risen, span_us = units(newest.value) - units(earlier.value), newest.at_us - earlier.at_us
    return Rise(
        level=level,
        newest=newest,
        since_us=earlier.at_us,
        rate_m_h=round(risen * HOUR_US / span_us / UNITS, 3),
        predicted_m=predicted / UNITS,
        limit_m=_limit_m(limits, level) if level else None,
    )


def _at_us(reading: Sound) -> int:
    return reading.at_us


def _next_passed(reached: int, predicted: int, limits: Limits) -> int:
    """The colour of the next level above what was reached, where the prediction reaches it; of two
    that are the same the higher colour."""
    above = (limit for limit in limits if limit is not None and limit > reached)
    following = min(above, default=None)
    if following is None or predicted < following:
        return 0
    return max(rank for rank, limit in enumerate(limits, start=1) if limit == following)


def _limit_m(limits: Limits, level: int) -> float | None:
    """The level as people read it: yellow begins one thousandth above the flood limit."""
    limit = limits[level - 1]
    return None if limit is None else (limit - (level == YELLOW)) / UNITS


def _held(before: int, reached: int, limits: Limits) -> int:
    """What stood stays, unless the level that was to be passed is reached."""
    limit = limits[before - 1] if before else None
    return 0 if limit is not None and reached >= limit else before
