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

from anlan.warning.rules.engine.intake import Batch, Flags, taken_in
from anlan.warning.rules.engine.level import Levelled, levelled
from anlan.warning.rules.engine.plan import MISSING, Plan
from anlan.warning.rules.engine.state import Closed, Row, State, frozen
from anlan.warning.rules.engine.window import Moved, move

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
Rows = NDArray[np.int64]
"""Records that are being gathered: one row each, one column for each of their fields."""
_NONE: Final = {dtype: frozen(np.zeros(0, dtype=dtype)) for dtype in (CHANGE, SILENCE, READING)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`late` and `ahead` are readings that changed nothing."""

    changes: Records
    silences: Records
    late: Records
    ahead: Records


def step(plan: Plan, state: State, batch: Batch, *, now_s: int) -> tuple[State, Facts]:
    """Take readings in, close what can be closed, say what changed."""
    intake = taken_in(plan, state, batch, now_s=now_s)
    last = max(state.slot, plan.last_closed_slot(now_s))
    pending = tuple(sorted((slot, row) for slot, row in intake.pending.items() if slot > last))
    changes: list[Rows] = []
    silences: list[Rows] = []
    is_same = not pending and not state.pending
    moving = state if is_same else dataclasses.replace(state, pending=pending)
    for number in range(state.slot + 1, last + 1):
        row = intake.pending.get(number)
        row = frozen(plan.nothing) if row is None else row
        moving = _close(plan, moving, row, changes, silences)
    return moving, Facts(
        changes=_joined(changes, CHANGE),
        silences=_joined(silences, SILENCE),
        late=_readings(batch, intake.is_late),
        ahead=_readings(batch, intake.is_ahead),
    )


def _close(plan: Plan, state: State, row: Row, changes: list[Rows], silences: list[Rows]) -> State:
    number, slot = state.slot + 1, state.closed[-1].then(plan, row)
    moved = move(plan, state, slot)
    new = levelled(plan, state, moved)
    if len(new.place):
        changes.append(_changes(plan, number, (state, new), moved))
    unheard, silent = _heard(plan, state, slot)
    _note_silences(silences, number, state.silent, silent)
    return State(
        slot=number,
        closed=(*state.closed[1:], slot),
        pending=state.pending,
        unheard=unheard,
        silent=silent,
        value=moved.value,
        missing=moved.missing,
        level=new.level,
        begins=new.begins,
        ends=new.ends,
        rules=new.rules,
    )


def _heard(plan: Plan, state: State, slot: Closed) -> tuple[Row, Row]:
    """For how many slots each was not heard, and who is silent."""
    if slot.is_whole:
        return plan.nobody, plan.nobody
    unheard = np.where(slot.row == MISSING, state.unheard + 1, 0).astype(np.int32)
    return frozen(unheard), frozen((unheard > plan.stale_slots).astype(np.int32))


def _changes(plan: Plan, slot: int, between: tuple[State, Levelled], moved: Moved) -> Rows:
    old, new = between
    place = new.place
    rows = np.empty((len(place), len(CHANGE.names or ())), dtype="<i8")
    rows[:, 0] = slot
    rows[:, 1], rows[:, 2] = np.divmod(place, plan.stations)
    rows[:, 3], rows[:, 4] = old.level.take(place), new.level.take(place)
    rows[:, 5], rows[:, 6] = moved.value.take(place), moved.missing.take(place)
    return rows


def _note_silences(silences: list[Rows], slot: int, before: Row, after: Row) -> None:
    if before is after:
        return
    stations = np.flatnonzero(before != after)
    if len(stations):
        rows = np.empty((len(stations), len(SILENCE.names or ())), dtype="<i8")
        rows[:, 0], rows[:, 1], rows[:, 2] = slot, stations, after[stations]
        silences.append(rows)


def _readings(batch: Batch, chosen: Flags | None) -> Records:
    if chosen is None:
        return _NONE[READING]
    records = np.zeros(int(chosen.sum()), dtype=READING)
    records["station"] = batch.station[chosen]
    records["observed_s"] = batch.observed_s[chosen]
    records["value"] = batch.value[chosen]
    return records


def _joined(parts: list[Rows], dtype: np.dtype[np.void]) -> Records:
    if not parts:
        return _NONE[dtype]
    rows = parts[0] if len(parts) == 1 else np.concatenate(parts)
    return rows.view(dtype)[:, 0]
