"""The window engine: (plan, state, batch, now) → (state, facts).

House rule: readings are keyed by when they were observed. A slot is closed, and decides, once no
reading can reach it any more (`lateness_s` after its end); until then order does not matter. Two
readings of a station in one slot: the higher holds, so that a repetition is harmless. A reading
for a closed slot is late, one from the future is ahead: both are named, neither changes anything.
Units and valid range: seconds since 1970; values as whole numbers of the resolution.
Shapes: the three arrays of a batch have one entry per reading; facts are in the order of slot,
rule, station.
Edge cases: a silent station keeps its level and is named once, and once when it speaks again. A
clock that jumps back closes nothing.
"""

import dataclasses
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from anlan.warning.rules.engine.level import next_level, next_level_in_time
from anlan.warning.rules.engine.plan import LARGEST_VALUE, MISSING, Plan, WindowRule
from anlan.warning.rules.engine.state import Row, RuleState, State, frozen
from anlan.warning.rules.engine.window import move

CHANGE: Final = np.dtype(
    [
        ("slot", "<i8"),
        ("rule", "<i8"),
        ("station", "<i8"),
        ("before", "<i8"),
        ("after", "<i8"),
        ("value", "<i8"),
        ("missing", "<i8"),
    ]
)
"""A level that changed; `value` of the window, and how many of its slots were missing."""
SILENCE: Final = np.dtype([("slot", "<i8"), ("station", "<i8"), ("is_silent", "<i8")])
READING: Final = np.dtype([("station", "<i8"), ("observed_s", "<i8"), ("value", "<i8")])
Records = NDArray[np.void]


class BadBatch(ValueError):
    """Arrays of different length, an unknown station, or a value out of range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    station: Row
    observed_s: Row
    value: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`late` and `ahead` are readings that changed nothing."""

    changes: Records
    silences: Records
    late: Records
    ahead: Records


def no_readings() -> Batch:
    nothing = np.zeros(0, dtype=np.int64)
    return Batch(station=nothing, observed_s=nothing, value=nothing)


def step(plan: Plan, state: State, batch: Batch, *, now_s: int) -> tuple[State, Facts]:
    """Take readings in, close what can be closed, say what changed."""
    _require_sound(plan, batch)
    slots = batch.observed_s // plan.slot_s
    is_late = slots <= state.slot
    is_ahead = slots > now_s // plan.slot_s
    taken = ~(is_late | is_ahead)
    pending = _with_readings(plan, dict(state.pending), batch, slots, taken)
    last = max(state.slot, plan.last_closed_slot(now_s))
    changes: list[Records] = []
    silences: list[Records] = []
    nothing = frozen(np.full(plan.stations, MISSING, dtype=np.int64))
    limits = [(rule.upper(), rule.lower()) for rule in plan.rules]
    moving = state
    for slot in range(state.slot + 1, last + 1):
        row = pending.pop(slot, nothing)
        moving = _close(plan, moving, slot, row, limits, changes, silences)
    ended = dataclasses.replace(moving, pending=tuple(sorted(pending.items())))
    return ended, Facts(
        changes=_joined(changes, CHANGE),
        silences=_joined(silences, SILENCE),
        late=_readings(batch, is_late),
        ahead=_readings(batch, is_ahead),
    )


def _with_readings(
    plan: Plan, pending: dict[int, Row], batch: Batch, slots: Row, taken: NDArray[np.bool_]
) -> dict[int, Row]:
    """Rows that readings reach are copied once and hold the higher value."""
    for slot in np.unique(slots[taken]).tolist():
        row = pending.get(slot)
        row = np.full(plan.stations, MISSING, dtype=np.int64) if row is None else row.copy()
        here = taken & (slots == slot)
        np.maximum.at(row, batch.station[here], batch.value[here])
        pending[slot] = frozen(row)
    return pending


def _close(
    plan: Plan,
    state: State,
    slot: int,
    row: Row,
    limits: list[tuple[Row, Row]],
    changes: list[Records],
    silences: list[Records],
) -> State:
    rules = []
    for index, (rule, old) in enumerate(zip(plan.rules, state.rules, strict=True)):
        moved, value, missing = move(rule, old, state.closed, row, slot)
        new = _levelled(rule, moved, value, missing, limits[index])
        _note_changes(changes, slot, index, (old.level, new.level, value, missing))
        rules.append(new)
    seen = np.where(row == MISSING, state.seen, slot)
    silent = (slot - seen > plan.stale_slots).astype(np.int64)
    _note_silences(silences, slot, state.silent, silent)
    return dataclasses.replace(
        state,
        slot=slot,
        closed=(*state.closed[1:], row),
        seen=frozen(seen),
        silent=frozen(silent),
        rules=tuple(rules),
    )


def _levelled(
    rule: WindowRule, state: RuleState, value: Row, missing: Row, limits: tuple[Row, Row]
) -> RuleState:
    upper, lower = limits
    if not rule.hold_slots and not rule.clear_slots:
        level = next_level(state.level, value, missing, upper, lower)
        return dataclasses.replace(state, level=frozen(level))
    flags = (value >= upper, (value < lower) & (missing == 0))
    level, rising, falling = next_level_in_time(
        state.level,
        (state.rising, state.falling),
        flags,
        hold=rule.hold_slots,
        clear=rule.clear_slots,
    )
    return dataclasses.replace(
        state, level=frozen(level), rising=frozen(rising), falling=frozen(falling)
    )


def _note_changes(
    changes: list[Records], slot: int, rule: int, rows: tuple[Row, Row, Row, Row]
) -> None:
    before, after, value, missing = rows
    stations = np.flatnonzero(before != after)
    if not len(stations):
        return
    records = np.zeros(len(stations), dtype=CHANGE)
    records["slot"], records["rule"], records["station"] = slot, rule, stations
    records["before"], records["after"] = before[stations], after[stations]
    records["value"], records["missing"] = value[stations], missing[stations]
    changes.append(records)


def _note_silences(silences: list[Records], slot: int, before: Row, after: Row) -> None:
    stations = np.flatnonzero(before != after)
    if len(stations):
        records = np.zeros(len(stations), dtype=SILENCE)
        records["slot"], records["station"] = slot, stations
        records["is_silent"] = after[stations]
        silences.append(records)


def _readings(batch: Batch, chosen: NDArray[np.bool_]) -> Records:
    records = np.zeros(int(chosen.sum()), dtype=READING)
    records["station"] = batch.station[chosen]
    records["observed_s"] = batch.observed_s[chosen]
    records["value"] = batch.value[chosen]
    return records


def _joined(parts: list[Records], dtype: np.dtype[np.void]) -> Records:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=dtype)


def _require_sound(plan: Plan, batch: Batch) -> None:
    lengths = {len(batch.station), len(batch.observed_s), len(batch.value)}
    if len(lengths) != 1:
        raise BadBatch("the arrays differ in length")
    if len(batch.station) and not (
        batch.station.min() >= 0 and batch.station.max() < plan.stations
    ):
        raise BadBatch("a station is not of the plan")
    if len(batch.value) and not (
        batch.value.min() >= -LARGEST_VALUE and batch.value.max() <= LARGEST_VALUE
    ):
        raise BadBatch("a value is out of range")
