"""What the window engine remembers. Never changed in place: a step makes a new one.

Rows of closed slots are shared between states, so that a step costs what it changes.
`dump` gives the same bytes for the same state, `load` reads them back.
"""

import json
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from anlan.warning.rules.engine.plan import (
    LEVELS,
    MISSING,
    NEVER,
    Operation,
    Plan,
    WindowRule,
)

Row = NDArray[np.int32]
_HEAD: Final = "anlan-window-engine-1"


class ForeignState(ValueError):
    """The bytes belong to another plan or format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleState:
    """What one rule keeps beside the tables of `State`: `rising` and `falling` count slots (level,
    station) for hold and clear times, `prefix` and `suffixes` serve extremes: see `window`."""

    rising: Row
    falling: Row
    prefix: Row
    suffixes: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """`slot` is the last closed one. `closed` are the rows of the longest window, the newest last;
    `filled` the same with 0 where nothing is known (the very same row where all is); `pending`
    those that readings can still reach, by slot. `unheard` counts the slots of each station
    since its last reading, or since the start; `silent` who is silent now.

    Tables (rule, station): the `value` of each window, how much of it is `missing`, the `level`
    (0 none, 4 red), from which value the next one `begins` and below which this one `ends`."""

    slot: int
    closed: tuple[Row, ...]
    filled: tuple[Row, ...]
    pending: tuple[tuple[int, Row], ...]
    unheard: Row
    silent: Row
    value: Row
    missing: Row
    level: Row
    begins: Row
    ends: Row
    rules: tuple[RuleState, ...]


TABLES: Final = ("value", "missing", "level", "begins", "ends")


def empty_state(plan: Plan, *, now_s: int) -> State:
    """Before the first reading: nothing is known, nobody has a level."""
    nothing = frozen(plan.nothing)
    zeros = frozen(np.zeros(plan.stations, dtype=np.int32))
    table = frozen(np.zeros((len(plan.rules), plan.stations), dtype=np.int32))
    windows = np.array([rule.window_slots for rule in plan.rules], dtype=np.int32)
    waits = np.array([rule.waits for rule in plan.rules], dtype=bool)
    begins, ends = plan.bounds.upper[:, 0].copy(), plan.bounds.lower[:, 0].copy()
    begins[waits] = NEVER  # with hold or clear times every slot is decided
    return State(
        slot=plan.last_closed_slot(now_s),
        closed=(nothing,) * plan.longest_window,
        filled=(zeros,) * plan.longest_window,
        pending=(),
        unheard=zeros,
        silent=zeros,
        value=table,
        missing=frozen(table + windows[:, None]),
        level=table,
        begins=frozen(begins),
        ends=frozen(ends),
        rules=tuple(_empty_rule(plan, rule, nothing) for rule in plan.rules),
    )


def _empty_rule(plan: Plan, rule: WindowRule, nothing: Row) -> RuleState:
    counts = frozen(np.zeros((LEVELS, plan.stations if rule.waits else 0), dtype=np.int32))
    return RuleState(
        rising=counts,
        falling=counts,
        prefix=nothing,
        suffixes=(nothing,) * rule.window_slots if is_extreme(rule.operation) else (),
    )


def is_extreme(operation: Operation) -> bool:
    return operation in (Operation.MAX, Operation.PERSISTENCE)


def filled(row: Row) -> Row:
    """The row with 0 where nothing is known; the row itself where all is."""
    gaps = row == MISSING
    return frozen(np.where(gaps, 0, row)) if gaps.any() else row


def frozen(row: Row) -> Row:
    row.setflags(write=False)
    return row


def dump(state: State) -> bytes:
    """A head that says the shapes, then the numbers, little-endian."""
    rows: list[Row] = []
    shape = _shape(state, rows)
    head = json.dumps([_HEAD, shape], separators=(",", ":")).encode()
    body = b"".join(np.ascontiguousarray(row, dtype="<i4").tobytes() for row in rows)
    return len(head).to_bytes(4, "little") + head + body


def load(plan: Plan, data: bytes) -> State:
    """The state of `dump`; refuses another plan's with `ForeignState`."""
    length = int.from_bytes(data[:4], "little")
    try:
        name, shape = json.loads(data[4 : 4 + length])
        numbers = np.frombuffer(data, dtype="<i4", offset=4 + length).astype(np.int32)
    except ValueError:
        raise ForeignState("not a state") from None
    if name != _HEAD or shape["stations"] != plan.stations:
        raise ForeignState("another format or another number of stations")
    reader = _Reader(numbers)
    state = _read(plan, shape, reader)
    if reader.place != len(numbers):
        raise ForeignState("another length")
    return state


def _shape(state: State, rows: list[Row]) -> dict[str, Any]:
    rows += [*state.closed, *(row for _, row in state.pending), state.unheard, state.silent]
    rows += [getattr(state, name) for name in TABLES]
    for rule in state.rules:
        for field in fields(rule):
            value = getattr(rule, field.name)
            rows += list(value) if isinstance(value, tuple) else [value]
    return {
        "stations": len(state.unheard),
        "slot": state.slot,
        "closed": len(state.closed),
        "pending": [slot for slot, _ in state.pending],
        "suffixes": [len(rule.suffixes) for rule in state.rules],
    }


class _Reader:
    """Takes arrays of given shapes from a run of numbers."""

    def __init__(self, numbers: Row) -> None:
        self.numbers, self.place = numbers, 0

    def take(self, *shape: int) -> Row:
        size = int(np.prod(shape))
        piece = self.numbers[self.place : self.place + size]
        if len(piece) != size:
            raise ForeignState("too short")
        self.place += size
        return frozen(piece.reshape(shape).copy())


def _read(plan: Plan, shape: dict[str, Any], reader: _Reader) -> State:
    stations = plan.stations
    expected = [rule.window_slots if is_extreme(rule.operation) else 0 for rule in plan.rules]
    if shape["closed"] != plan.longest_window or shape["suffixes"] != expected:
        raise ForeignState("other windows")
    closed = tuple(reader.take(stations) for _ in range(shape["closed"]))
    pending = tuple((int(slot), reader.take(stations)) for slot in shape["pending"])
    unheard, silent = reader.take(stations), reader.take(stations)
    tables = {name: reader.take(len(plan.rules), stations) for name in TABLES}
    rules = tuple(
        RuleState(
            rising=reader.take(LEVELS, stations if rule.waits else 0),
            falling=reader.take(LEVELS, stations if rule.waits else 0),
            prefix=reader.take(stations),
            suffixes=tuple(reader.take(stations) for _ in range(count)),
        )
        for rule, count in zip(plan.rules, expected, strict=True)
    )
    return State(
        slot=int(shape["slot"]),
        closed=closed,
        filled=tuple(filled(row) for row in closed),
        pending=pending,
        unheard=unheard,
        silent=silent,
        rules=rules,
        **tables,
    )
