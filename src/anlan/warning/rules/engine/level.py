"""The level of every rule and station after one more slot.

House rule: a level begins when its limit has been reached long enough, and ends when the value
has been below its lower limit long enough with nothing of the window missing. What is missing can
hold or raise a level, never lower it.
Shapes: tables (rule, station); a place numbers one entry of them, see `plan.Bounds`. Most stations
change nothing in most slots: those that cross a bound are looked up first, and only they are
decided. Rules with hold or clear times are decided for every station.
"""

from dataclasses import dataclass, replace

import numpy as np

from anlan.warning.rules.engine.plan import LEVELS, Bounds, Levels, Places, Plan, WindowRule
from anlan.warning.rules.engine.state import Row, RuleState, State, frozen
from anlan.warning.rules.engine.window import Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class Levelled:
    """Tables of levels and their bounds, what each rule keeps, and the places where a level
    changed, in their order."""

    level: Levels
    begins: Row
    ends: Row
    rules: tuple[RuleState, ...]
    place: Places


def levelled(plan: Plan, state: State, moved: Moved) -> Levelled:
    is_crossing = moved.value >= state.begins
    is_crossing |= moved.value < state.ends
    place = is_crossing.ravel().nonzero()[0]
    before = state.level.take(place)
    after = _decided(plan.bounds, moved, place, before)
    is_changed = after != before
    if not is_changed.all():
        place, after = place[is_changed], after[is_changed]
    level, begins, ends = state.level, state.begins, state.ends
    if len(place):
        level, begins, ends = level.copy(), begins.copy(), ends.copy()
        level.put(place, after)
        up, down = plan.bounds.around(place, after)
        begins.put(place, up)
        ends.put(place, down)
    found = Levelled(
        level=frozen(level),
        begins=frozen(begins),
        ends=frozen(ends),
        rules=moved.rules,
        place=place,
    )
    return _with_waiting(plan, state, moved, found) if plan.waiting else found


def _decided(bounds: Bounds, moved: Moved, place: Places, before: Levels) -> Levels:
    reached, kept = bounds.counts(place, moved.value.take(place))
    is_open = moved.missing.take(place) > 0
    decided: Levels = np.maximum(reached, np.where(is_open, before, np.minimum(before, kept)))
    return decided


def _with_waiting(plan: Plan, state: State, moved: Moved, found: Levelled) -> Levelled:
    """The rules with hold or clear times added."""
    level, rules = found.level.copy(), list(moved.rules)
    changed = [found.place]
    for number in plan.waiting:
        row, rules[number] = _in_time(plan, number, state, moved)
        changed.append(np.flatnonzero(row != state.level[number]) + number * plan.stations)
        level[number] = row
    place = np.sort(np.concatenate(changed))
    return replace(found, level=frozen(level), rules=tuple(rules), place=place)


def _in_time(plan: Plan, number: int, state: State, moved: Moved) -> tuple[Levels, RuleState]:
    rule: WindowRule = plan.rules[number]
    kept, value, level = moved.rules[number], moved.value[number], state.level[number]
    reached = value >= plan.bounds.upper[number]
    below = (value < plan.bounds.lower[number]) & (moved.missing[number] == 0)
    rising = np.where(reached, kept.rising + 1, 0).astype(np.int32)
    falling = np.where(below, kept.falling + 1, 0).astype(np.int32)
    is_on = level >= np.arange(1, LEVELS + 1)[:, None]
    is_on = (is_on & (falling <= rule.clear_slots)) | (rising > rule.hold_slots)
    state_of_rule = replace(kept, rising=frozen(rising), falling=frozen(falling))
    return is_on.sum(axis=0, dtype=np.uint8), state_of_rule
