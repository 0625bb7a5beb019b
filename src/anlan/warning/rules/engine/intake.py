"""Readings into the slots that they can still reach.

House rule: two readings of a station in one slot: the higher holds, so that order and repetition
do not matter. Shapes: the three arrays of a batch have one entry per reading.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.warning.rules.engine.plan import MISSING, MOST_SLOTS, Plan
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

    pending: Mapping[int, Row]
    is_late: Flags | None = None
    is_ahead: Flags | None = None


def no_readings() -> Batch:
    nothing = np.zeros(0, dtype=np.int64)
    return Batch(station=nothing, observed_s=nothing, value=nothing)


def taken_in(plan: Plan, state: State, batch: Batch, *, now_s: int) -> Intake:
    """Rows that readings reach are copied once. Raises BadBatch."""
    if len({len(batch.station), len(batch.observed_s), len(batch.value)}) != 1:
        raise BadBatch("the arrays differ in length")
    if not len(batch.station):
        return Intake(pending=dict(state.pending))
    is_everyone = np.array_equal(batch.station, plan.everyone)
    _require_sound(plan, batch, is_everyone)
    pending = dict(state.pending)
    first = int(batch.observed_s.min()) // plan.slot_s
    last = int(batch.observed_s.max()) // plan.slot_s
    newest = now_s // plan.slot_s
    if first == last and state.slot < first <= newest:
        row = pending.get(first)
        if is_everyone:
            pending[first] = _with_everyone(row, batch.value)
        else:
            pending[first] = _with(plan, row, batch.station, batch.value)
        return Intake(pending=pending)
    slots, station, value = batch.observed_s // plan.slot_s, batch.station, batch.value
    if state.slot < first and last <= newest:
        return Intake(pending=pending | _rows(plan, pending, slots, station, value))
    is_late, is_ahead = slots <= state.slot, slots > newest
    here = ~(is_late | is_ahead)
    if here.any():
        pending |= _rows(plan, pending, slots[here], station[here], value[here])
    return Intake(pending=pending, is_late=is_late, is_ahead=is_ahead)


def _require_sound(plan: Plan, batch: Batch, is_everyone: bool) -> None:
    if not is_everyone and not 0 <= batch.station.min() <= batch.station.max() < plan.stations:
        raise BadBatch("a station is not of the plan")
    if batch.value.min() < -plan.largest or batch.value.max() > plan.largest:
        raise BadBatch("a value is out of range")


def _with_everyone(row: Row | None, whole: Whole) -> Row:
    value = whole.astype(np.int32)
    return frozen(value if row is None else np.maximum(row, value))


def _rows(
    plan: Plan, pending: Mapping[int, Row], slots: Whole, station: Whole, value: Whole
) -> dict[int, Row]:
    """The rows of several slots at once: all in one table, then each by itself, so that a row
    that is kept holds no other."""
    numbers, place = _numbered(slots)
    table = np.empty((len(numbers), plan.stations), dtype=np.int32)
    for row, number in zip(table, numbers, strict=True):
        row[:] = pending.get(number, MISSING)
    place *= plan.stations
    place += station
    np.maximum.at(table.reshape(-1), place, value.astype(np.int32))
    return {number: frozen(row.copy()) for row, number in zip(table, numbers, strict=True)}


def _numbered(slots: Whole) -> tuple[list[int], Whole]:
    """The slots that there are, rising, and for each reading which of them it is of."""
    first = int(slots.min())
    after = slots - first
    if after.max() > MOST_SLOTS:
        numbers, place = np.unique(slots, return_inverse=True)
        return numbers.tolist(), place
    is_there = np.bincount(after) > 0
    numbers = np.flatnonzero(is_there) + first
    if len(numbers) <= after.max():
        after = (is_there.cumsum() - 1).take(after)
    return numbers.tolist(), after


def _with(plan: Plan, row: Row | None, station: Whole, whole: Whole) -> Row:
    new = plan.nothing if row is None else row.copy()
    np.maximum.at(new, station, whole.astype(np.int32))
    return frozen(new)
