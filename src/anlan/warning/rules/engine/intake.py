"""Readings into the slots that they can still reach.

House rule: two readings of a station in one slot: the higher holds, so that order and repetition
do not matter. Shapes: the three arrays of a batch have one entry per reading.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.warning.rules.engine.plan import Plan
from anlan.warning.rules.engine.state import Row, State, frozen

Flags = NDArray[np.bool_]
Whole = NDArray[np.int64]


class BadBatch(ValueError):
    """Arrays of different length, an unknown station, or a value out of range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    station: Whole
    observed_s: Whole
    value: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """`pending` rows by slot; which readings came too late or lie ahead, None for none."""

    pending: tuple[tuple[int, Row], ...]
    is_late: Flags | None = None
    is_ahead: Flags | None = None


def no_readings() -> Batch:
    nothing = np.zeros(0, dtype=np.int64)
    return Batch(station=nothing, observed_s=nothing, value=nothing)


def require_sound(plan: Plan, batch: Batch) -> None:
    if len({len(batch.station), len(batch.observed_s), len(batch.value)}) != 1:
        raise BadBatch("the arrays differ in length")
    if not len(batch.station):
        return
    if batch.station.min() < 0 or batch.station.max() >= plan.stations:
        raise BadBatch("a station is not of the plan")
    if batch.value.min() < -plan.largest or batch.value.max() > plan.largest:
        raise BadBatch("a value is out of range")


def taken_in(plan: Plan, state: State, batch: Batch, *, now_s: int) -> Intake:
    """Rows that readings reach are copied once."""
    if not len(batch.station):
        return Intake(pending=state.pending)
    pending = dict(state.pending)
    first = int(batch.observed_s.min()) // plan.slot_s
    last = int(batch.observed_s.max()) // plan.slot_s
    newest = now_s // plan.slot_s
    if first == last and state.slot < first <= newest:
        pending[first] = _with(plan, pending.get(first), batch.station, batch.value)
        return Intake(pending=tuple(pending.items()))
    slots = batch.observed_s // plan.slot_s
    is_late, is_ahead = slots <= state.slot, slots > newest
    for slot in np.unique(slots[~(is_late | is_ahead)]).tolist():
        here = slots == slot
        pending[slot] = _with(plan, pending.get(slot), batch.station[here], batch.value[here])
    return Intake(pending=tuple(pending.items()), is_late=is_late, is_ahead=is_ahead)


def _with(plan: Plan, row: Row | None, station: Whole, whole: Whole) -> Row:
    value = whole.astype(np.int32)
    is_in_order = bool((station[1:] > station[:-1]).all())
    if is_in_order and len(station) == plan.stations:
        return frozen(value if row is None else np.maximum(row, value))
    new = plan.nothing if row is None else row.copy()
    if is_in_order:
        new[station] = np.maximum(new[station], value)
    else:
        np.maximum.at(new, station, value)
    return frozen(new)
