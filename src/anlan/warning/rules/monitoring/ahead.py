"""Levels that are reached before their slot is closed.

House rule (**ours, `D`**): a slot is closed, and may lower a level, when no reading can reach it
any more. Raising need not wait: what is known of the slots that are still open can only be a part
of what fell or the lower of what was measured, so a limit that it reaches is reached. What the
slots say when they are closed is never lower, unless a reading is corrected or doubted meanwhile.
Rules that begin after a time (`hold_s`) are decided when their slots are closed, here never.
Source: the windows of the engine (`engine/window.py`), for the readings that may raise.
Shapes: `places` numbers those to be looked at. Edge cases: a slot of which nothing is known adds
nothing to a sum, raises no maximum and breaks a difference and a persistence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from anlan.warning.rules.engine.plan import MISSING, Operation, Plan, WindowRule
from anlan.warning.rules.engine.state import Row
from anlan.warning.rules.monitoring.feeding import Said, within_numbers
from anlan.warning.rules.monitoring.stepping import Change, Watch

MOST_AHEAD: Final = 64
"""Open slots that are looked at; a watch that is further behind has to catch up first."""
Places = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """Rows of the open slots after a state, for some stations of its plan: the newest closed slot
    is number 0, what came before it has numbers below."""

    watch: Watch
    stations: Places
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]

    def row(self, number: int) -> Row:
        if number > 0:
            return self.rows[number - 1]
        return self.watch.engine.closed[number - 1].row[self.stations]

    def total(self, number: int) -> Row:
        if number >= 0:
            return self.totals[number]
        return self.watch.engine.closed[number - 1].total[self.stations]


def reached_ahead(
    plan: Plan, watch: Watch, said: Mapping[int, Said], places: Places, until: int
) -> tuple[Change, ...]:
    """Each time that a place reaches more than it had, in the order of the slots; what is said is
    of these places, in their order."""
    half = watch.level.shape[1]
    count = min(until - watch.slot, MOST_AHEAD)
    if count < 1 or not len(places):
        return ()
    slots = range(watch.slot + 1, watch.slot + count + 1)
    raising = _open(watch, places + half, _rows(plan, said, slots, "raising", len(places)))
    sounds = _rows(plan, said, slots, "sound", len(places))
    highest, found = watch.level[:, places].max(axis=0), list[Change]()
    for number in range(1, count + 1):
        level, window, value = _levels(plan, raising, number)
        for place in np.flatnonzero(level > highest).tolist():
            one = slice(place, place + 1)
            sound = _open(watch, places[one], [row[one] for row in sounds])
            found.append(
                Change(
                    slot=watch.slot + number,
                    place=int(places[place]),
                    before=int(highest[place]),
                    after=int(level[place]),
                    window=int(window[place]),
                    value=int(value[place]),
                    missing=_missing(plan.rules[window[place]], sound, number),
                )
            )
        highest = np.maximum(highest, level)
    return tuple(found)


def _rows(plan: Plan, said: Mapping[int, Said], slots: range, which: str, count: int) -> list[Row]:
    nothing = np.full(count, MISSING, dtype=np.int32)
    return [
        within_numbers(plan, getattr(said[slot], which)).astype(np.int32)
        if slot in said
        else nothing
        for slot in slots
    ]


def _open(watch: Watch, stations: Places, rows: list[Row]) -> _Open:
    totals = [watch.engine.closed[-1].total[stations]]
    for row in rows:
        totals.append(totals[-1] + np.where(row == MISSING, 0, row).astype(np.int32))
    return _Open(watch=watch, stations=stations, rows=tuple(rows), totals=tuple(totals))


def _levels(plan: Plan, slots: _Open, number: int) -> tuple[Row, Row, Row]:
    """(level, window, value) by place: the highest level and the first window that says so."""
    count = len(slots.stations)
    level, window = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int32)
    value = np.full(count, MISSING, dtype=np.int32)
    for each, rule in enumerate(plan.rules):
        if rule.hold_slots:
            continue
        now = _value(rule, slots, number)
        reached = plan.bounds.counts(each * plan.stations + slots.stations, now)[0]
        is_higher = reached > level
        level = np.where(is_higher, reached, level).astype(np.int32)
        window, value = np.where(is_higher, each, window), np.where(is_higher, now, value)
    return level, window, value


def _value(rule: WindowRule, slots: _Open, number: int) -> Row:
    before = number - rule.window_slots
    if rule.operation is Operation.SUM:
        return slots.total(number) - slots.total(before)
    if rule.operation is Operation.DIFFERENCE:
        newest, oldest = slots.row(number), slots.row(before)
        is_open = (newest == MISSING) | (oldest == MISSING)
        return np.where(is_open, MISSING, newest - oldest)
    rows = [slots.row(each) for each in range(before + 1, number + 1)]
    best = np.maximum if rule.operation is Operation.MAX else np.minimum
    found: Row = best.reduce(rows)
    return found


def _missing(rule: WindowRule, slots: _Open, number: int) -> int:
    """Slots of the window of which nothing sound is known, for one place."""
    before = number - rule.window_slots
    if rule.operation is Operation.DIFFERENCE:
        ends = (slots.row(number)[0], slots.row(before)[0])
        return int(MISSING in ends)
    rows = np.concatenate([slots.row(each) for each in range(before + 1, number + 1)])
    return int(np.count_nonzero(rows == MISSING))
