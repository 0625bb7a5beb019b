"""The level of every rule and station after one more slot.

House rule: a level begins when its limit has been reached long enough, and ends when the value
has been below its lower limit long enough with nothing of the window missing. What is missing can
hold or raise a level, never lower it.
Shapes: tables (rule, station), bounds (rule, level, station), see `plan.Bounds`. Most stations
change nothing in most slots: those that cross a bound are looked up first, and only they are
decided. Rules with hold or clear times are decided for every station.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from anlan.warning.rules.engine.plan import LEVELS, Bounds, Plan, WindowRule
from anlan.warning.rules.engine.state import Row, RuleState, State, frozen
from anlan.warning.rules.engine.window import Moved

Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Levelled:
    """Tables of levels and their bounds, what each rule keeps, and where a level changed."""

    level: Row
    begins: Row
    ends: Row
    rules: tuple[RuleState, ...]
    rule: Places
    station: Places


def levelled(plan: Plan, state: State, moved: Moved) -> Levelled:
    is_crossing = moved.value >= state.begins
    is_crossing |= moved.value < state.ends
    rule, station = np.divmod(np.flatnonzero(is_crossing), plan.stations)
    before = state.level[rule, station]
    after = _decided(plan.bounds, moved, (rule, station), before)
    is_changed = after != before
    rule, station, after = rule[is_changed], station[is_changed], after[is_changed]
    level, begins, ends = state.level, state.begins, state.ends
    if len(rule):
        level, begins, ends = level.copy(), begins.copy(), ends.copy()
        level[rule, station] = after
        begins[rule, station] = plan.bounds.upper[rule, after, station]
        ends[rule, station] = plan.bounds.lower[rule, after, station]
    found = Levelled(
        level=frozen(level),
        begins=frozen(begins),
        ends=frozen(ends),
        rules=moved.rules,
        rule=rule,
        station=station,
    )
    return _with_waiting(plan, state, moved, found) if plan.waiting else found


def _decided(bounds: Bounds, moved: Moved, places: tuple[Places, Places], before: Row) -> Row:
    rule, station = places
    value = moved.value[places][:, None]
    reached = (value >= bounds.upper[rule, :LEVELS, station]).sum(axis=1, dtype=np.int32)
    kept = (value >= bounds.lower[rule, 1:, station]).sum(axis=1, dtype=np.int32)
    is_open = moved.missing[places] > 0
    decided: Row = np.maximum(reached, np.where(is_open, before, np.minimum(before, kept)))
    return decided


def _with_waiting(plan: Plan, state: State, moved: Moved, found: Levelled) -> Levelled:
    """The rules with hold or clear times added; places in the order of rule and station."""
    level, rules = found.level.copy(), list(moved.rules)
    changed_rules, changed_stations = [found.rule], [found.station]
    for number in plan.waiting:
        row, rules[number] = _in_time(plan, number, state, moved)
        stations = np.flatnonzero(row != state.level[number])
        level[number] = row
        changed_rules.append(np.full(len(stations), number))
        changed_stations.append(stations)
    rule, station = np.concatenate(changed_rules), np.concatenate(changed_stations)
    order = np.lexsort((station, rule))
    return replace(
        found,
        level=frozen(level),
        rules=tuple(rules),
        rule=rule[order],
        station=station[order],
    )


def _in_time(plan: Plan, number: int, state: State, moved: Moved) -> tuple[Row, RuleState]:
    rule: WindowRule = plan.rules[number]
    kept, value, level = moved.rules[number], moved.value[number], state.level[number]
    reached = value >= plan.bounds.upper[number, :LEVELS]
    below = (value < plan.bounds.lower[number, 1:]) & (moved.missing[number] == 0)
    rising = np.where(reached, kept.rising + 1, 0).astype(np.int32)
    falling = np.where(below, kept.falling + 1, 0).astype(np.int32)
    is_on = level >= np.arange(1, LEVELS + 1)[:, None]
    is_on = (is_on & (falling <= rule.clear_slots)) | (rising > rule.hold_slots)
    state_of_rule = replace(kept, rising=frozen(rising), falling=frozen(falling))
    return is_on.sum(axis=0, dtype=np.int32), state_of_rule
