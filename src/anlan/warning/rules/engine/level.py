"""The level of a rule after one more slot, for all stations at once.

House rule: a level begins when its limit has been reached long enough, and ends when the value
has been below its lower limit long enough with nothing of the window missing. What is missing can
hold or raise a level, never lower it.
Shapes: level by station; bounds (level, station or 1), see `plan.Bounds`. Most stations change
nothing in most slots: those that cross a bound are looked up first, and only they are decided.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.warning.rules.engine.plan import LEVELS, Bounds, WindowRule
from anlan.warning.rules.engine.state import Row, RuleState, frozen
from anlan.warning.rules.engine.window import Moved

Stations = NDArray[np.intp]


def levelled(
    rule: WindowRule, bounds: Bounds, old: RuleState, moved: Moved
) -> tuple[RuleState, Stations]:
    """The rule's next state, and the stations whose level changed."""
    if rule.waits:
        return _in_time(rule, bounds, old, moved)
    rows = (old.level, old.begins, old.ends)
    changed = np.flatnonzero((moved.value >= old.begins) | (moved.value < old.ends))
    if len(changed):
        before = old.level[changed]
        after = _decided(bounds, moved, changed, before)
        is_changed = after != before
        changed, after = changed[is_changed], after[is_changed]
        if len(changed):
            rows = _with(rows, bounds, changed, after)
    return _state(old, moved, rows, (old.rising, old.falling)), changed


def _decided(bounds: Bounds, moved: Moved, stations: Stations, before: Row) -> Row:
    value = moved.value[stations]
    reached = _count(bounds.upper[:LEVELS], value, stations)
    kept = np.minimum(before, _count(bounds.lower[1:], value, stations))
    is_open = moved.missing[stations] > 0
    decided: Row = np.maximum(reached, np.where(is_open, before, kept))
    return decided


def _count(rows: Row, value: Row, stations: Stations) -> Row:
    """How many of the rising limits each value reaches."""
    if rows.shape[1] == 1:
        return np.searchsorted(rows[:, 0], value, side="right").astype(np.int32)
    found: Row = (value >= rows[:, stations]).sum(axis=0, dtype=np.int32)
    return found


def _with(
    rows: tuple[Row, Row, Row], bounds: Bounds, stations: Stations, level: Row
) -> tuple[Row, Row, Row]:
    """Level and its two bounds, changed at some stations."""
    new = (rows[0].copy(), rows[1].copy(), rows[2].copy())
    column = 0 if bounds.upper.shape[1] == 1 else stations
    new[0][stations] = level
    new[1][stations] = bounds.upper[level, column]
    new[2][stations] = bounds.lower[level, column]
    return (frozen(new[0]), frozen(new[1]), frozen(new[2]))


def _in_time(
    rule: WindowRule, bounds: Bounds, old: RuleState, moved: Moved
) -> tuple[RuleState, Stations]:
    """With hold and clear times."""
    reached = moved.value >= bounds.upper[:LEVELS]
    below = (moved.value < bounds.lower[1:]) & (moved.missing == 0)
    rising = np.where(reached, old.rising + 1, 0).astype(np.int32)
    falling = np.where(below, old.falling + 1, 0).astype(np.int32)
    is_on = old.level >= np.arange(1, LEVELS + 1)[:, None]
    is_on = (is_on & (falling <= rule.clear_slots)) | (rising > rule.hold_slots)
    level = is_on.sum(axis=0, dtype=np.int32)
    rows = (frozen(level), old.begins, old.ends)
    state = _state(old, moved, rows, (frozen(rising), frozen(falling)))
    return state, np.flatnonzero(level != old.level)


def _state(
    old: RuleState, moved: Moved, rows: tuple[Row, Row, Row], counts: tuple[Row, Row]
) -> RuleState:
    return RuleState(
        total=moved.total,
        missing=moved.missing_kept,
        level=rows[0],
        begins=rows[1],
        ends=rows[2],
        rising=counts[0],
        falling=counts[1],
        prefix=moved.prefix,
        suffixes=moved.suffixes,
    )
