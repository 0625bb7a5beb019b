"""Limits of a place's own, in the numbers of the window engine.

`river_limits`, `low_water_limits`, `reservoir_limits`, `critical_limits`, `methane_limits`,
`alarm_limits`, `lower_limits`, `tangent_limits`: from blue to red.

Source: river: 水情预警发布管理办法 (水汛〔2013〕1号): yellow from the warning level, orange from
the guarantee level, red from the highest on record; blue "close to" the warning level has no
number there, 0.5 m below it is ours (`river_flood.toml`). Low water, from the same: yellow at or
below the drought-warning level, orange the lowest of the same period, red the lowest on record;
blue "close to" has no number and is not judged. Methane: 煤矿安全规程 (2016) Table 18
by place. Tangent angle: Xu Qiang, from memory, decided by `slope-tangent-level` itself.
House rule (**ours, `D`**), where no text maps a limit to a colour: reservoir above the flood-limit
level yellow, from the design flood level orange, from the check flood level red; critical rainfall
"prepare to move" orange, "move now" red, and 70 % of "move now" where "prepare" is not known; the
four colours of a county's flash-flood table stand beside them, and the lower counts; alarm of a
sensor yellow, its cut-off orange; low alarm yellow, low-low alarm orange. Of soil states that are
not known the lowest critical rainfall counts; a place in a mine with settings of its own has the
lowest of all.
Units and valid range: m, mm, %CH4, mm a day. Edge cases: a limit that is missing leaves its colour
out; limits that do not rise are refused with BadGroup.
"""

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from anlan.warning.rules.engine.plan import LARGEST_VALUE, Limits
from anlan.warning.rules.monitoring.group import (
    UNITS,
    BadGroup,
    Comparison,
    limit_of,
    limits_of,
)
from anlan.warning.rules.thresholds.methane import methane_places
from anlan.warning.rules.thresholds.scale import Reached
from anlan.warning.rules.thresholds.slope_tangent import slope_tangent_level
from anlan.warning.rules.thresholds.source import read_table

PREPARE_SHARE: Final = 0.7
Own = Mapping[str, float]
"""Limits of a datastream by their kind."""


def river_limits(own: Own) -> Limits:
    warning = own.get("warning-level")
    below = float(read_table("river_flood")["close"]["below_m"])
    blue = None if warning is None else warning - below
    guarantee, record = own.get("guarantee-level"), own.get("record-level")
    return limits_of(Comparison.AT_LEAST, (blue, warning, guarantee, record))


def low_water_limits(own: Own, comparison: Comparison) -> Limits:
    values = (None, own.get("drought-level"), own.get("period-low"), own.get("record-low"))
    return limits_of(comparison, values)


def reservoir_limits(own: Own) -> Limits:
    yellow = limit_of(Comparison.ABOVE, own.get("flood-limit"))
    orange = limit_of(Comparison.AT_LEAST, own.get("design-flood"))
    red = limit_of(Comparison.AT_LEAST, own.get("check-flood"))
    return _rising((None, yellow, orange, red))


def critical_limits(own: Own) -> Limits:
    """Of one window: "prepare" and "move" of the place, and the four colours of its table. Of what
    is said twice the lower counts."""
    prepare, move = own.get("prepare"), own.get("move")
    if prepare is None and move is not None:
        prepare = move * PREPARE_SHARE
    orange, red = _lowest(prepare, own.get("orange")), _lowest(move, own.get("red"))
    values = _capped((own.get("blue"), own.get("yellow"), orange, red))
    return limits_of(Comparison.AT_LEAST, values, is_amount=True)


def alarm_limits(
    own: Own, comparison: Comparison = Comparison.AT_LEAST, *, is_amount: bool = False
) -> Limits:
    """Colours where they are set, else alarm and cut-off; downwards for oxygen and visibility."""
    yellow = own.get("yellow", own.get("alarm"))
    orange = own.get("orange", own.get("cut-off"))
    values = (own.get("blue"), yellow, orange, own.get("red"))
    return limits_of(comparison, values, is_amount=is_amount)


def lower_limits(own: Own, comparison: Comparison) -> Limits:
    """The lower limits of what may be too high and too low."""
    return limits_of(comparison, (None, own.get("low-alarm"), own.get("low-low-alarm"), None))


def methane_limits(code: str, own: Own) -> Limits:
    """`code`: the place in the table, as the number of the sensor. Of a limit that is said more
    than once the lowest counts."""
    place = methane_places().get(code)
    table = (None, None) if place is None else (place.alarm_pct, place.cut_pct)
    alarm = _lowest(own.get("alarm"), own.get("yellow"), table[0])
    cut = _lowest(own.get("cut-off"), own.get("orange"), table[1])
    return limits_of(Comparison.AT_LEAST, _capped((own.get("blue"), alarm, cut, own.get("red"))))


def tangent_limits(steady_mm_d: float) -> Limits:
    """From which displacement in a day the angle reaches a colour: the rule itself decides."""
    if steady_mm_d <= 0:
        return (None, None, None, None)
    if not steady_mm_d <= LARGEST_VALUE:
        raise BadGroup("a rate beyond all numbers")
    steady = Decimal(str(steady_mm_d))
    yellow, orange, red = (
        _first_at(level, steady) for level in (Reached.YELLOW, Reached.ORANGE, Reached.RED)
    )
    return _rising((None, yellow, orange, red))


def _first_at(level: Reached, steady: Decimal) -> int:
    angles = {Reached.YELLOW: 45.0, Reached.ORANGE: 80.0, Reached.RED: 85.0}
    guess = math.floor(float(steady) * UNITS * math.tan(math.radians(angles[level])))
    whole = max(0, guess - 2)
    while not _reaches(whole, level, steady):
        whole += 1
    return whole


def _reaches(whole: int, level: Reached, steady: Decimal) -> bool:
    rate = Decimal(whole) / UNITS
    found = slope_tangent_level(rate_mm_d=rate, steady_rate_mm_d=steady).known()
    return found.rank() <= level.rank()


def _lowest(*given: float | Decimal | None) -> float | None:
    return min((float(value) for value in given if value is not None), default=None)


def _capped(limits: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """A limit above that of a higher colour is reached with it: so no two contradict."""
    capped, higher = list[float | None](), math.inf
    for limit in reversed(limits):
        higher = higher if limit is None else min(limit, higher)
        capped.append(None if limit is None else higher)
    return tuple(reversed(capped))


def _rising(limits: Limits) -> Limits:
    return limits_of(
        Comparison.AT_LEAST,
        tuple(None if limit is None else limit / UNITS for limit in limits),
    )
