"""What the window engine remembers. Never changed in place: a step makes a new one.

Rows of closed slots are shared between states, so that a step costs what it changes.
`dump` gives the same bytes for the same state, `load` reads them back.
"""

import json
from dataclasses import dataclass, fields, replace
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from anlan.warning.rules.engine.plan import (
    LEVELS,
    MISSING,
    NEVER,
    Levels,
    Operation,
    Plan,
    WindowRule,
)

Row = NDArray[np.int32]
Number = TypeVar("Number", bound=np.generic)
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


class Closed(NamedTuple):
    """A closed slot. `total` sums all slots up to and with it, modulo 2³²: the difference of two
    is a sum of what lies between, exact because that fits (`Plan.largest`). `is_whole` where every
    station was heard."""

    row: Row
    total: Row
    is_whole: bool

    def then(self, plan: Plan, row: Row) -> "Closed":
        """The next slot; what is missing adds nothing to the total."""
        is_whole = bool(row.min() != MISSING)
        if not plan.adds:
            return Closed(row, self.total, is_whole)
        total = self.total + (row if is_whole else np.where(row == MISSING, 0, row))
        return Closed(row, frozen(total), is_whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """`slot` is the last closed one. `closed` are the slots of the longest window, the newest
    last; `pending` the rows that readings can still reach, by slot. `unheard` counts the slots of
    each station since its last reading, or since the start; `silent` who is silent now.

    Tables (rule, station): the `value` of each window, how much of it is `missing`, the `level`
    (0 none, 4 red), from which value the next one `begins` and below which this one `ends`."""

    slot: int
    closed: tuple[Closed, ...]
    pending: tuple[tuple[int, Row], ...]
    unheard: Row
    silent: Row
    value: Row
    missing: Row
    level: Levels
    begins: Row
    ends: Row
    rules: tuple[RuleState, ...]


TABLES: Final = ("value", "missing", "level", "begins", "ends")


def empty_state(plan: Plan, *, now_s: int) -> State:
    """Before the first reading: nothing is known, nobody has a level."""
    nothing = frozen(plan.nothing)
    zeros, shape = plan.nobody, (len(plan.rules), plan.stations)
    table = frozen(np.zeros(shape, dtype=np.int32))
    windows = np.array([rule.window_slots for rule in plan.rules], dtype=np.int32)
    waits = np.array([rule.waits for rule in plan.rules], dtype=bool)
    begins = plan.bounds.table[:, 0].reshape(shape).copy()
    begins[waits] = NEVER  # with hold or clear times every slot is decided
    return State(
        slot=plan.last_closed_slot(now_s),
        closed=(Closed(nothing, zeros, False),) * plan.longest_window,
        pending=(),
        unheard=zeros,
        silent=zeros,
        value=table,
        missing=frozen(table + windows[:, None]),
        level=frozen(np.zeros(shape, dtype=np.uint8)),
        begins=frozen(begins),
        ends=frozen(np.full(shape, MISSING, dtype=np.int32)),
        rules=tuple(_empty_rule(plan, rule, nothing) for rule in plan.rules),
    )


def with_levels(plan: Plan, state: State, level: Levels) -> State:
    """The state as if these levels (rule, station) had been reached in it."""
    level = level.astype(np.uint8)
    up, down = plan.bounds.around(np.arange(level.size), level.ravel())
    begins, ends = up.reshape(level.shape), down.reshape(level.shape)
    waits = np.array([rule.waits for rule in plan.rules], dtype=bool)
    begins[waits], ends[waits] = NEVER, MISSING
    return replace(state, level=frozen(level), begins=frozen(begins), ends=frozen(ends))


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


def spliced(state: State, part: State, stations: NDArray[np.intp]) -> State:
    """The state with some stations as in `part`, which has them alone, by the same rules and at
    the same slot. Nobody is pending in either."""
    if state.slot != part.slot or state.pending or part.pending:
        raise ForeignState("another slot")

    def laid(whole: NDArray[Number], new: NDArray[Number]) -> NDArray[Number]:
        if not whole.shape[-1]:
            return whole
        row = whole.copy()
        row[..., stations] = new
        return frozen(row)

    closed = []
    for old, new in zip(state.closed, part.closed, strict=True):
        row = laid(old.row, new.row)
        closed.append(Closed(row, laid(old.total, new.total), bool(row.min() != MISSING)))
    rules = []
    for kept, mine in zip(state.rules, part.rules, strict=True):
        suffixes = tuple(map(laid, kept.suffixes, mine.suffixes))
        names = ("rising", "falling", "prefix")
        rows = {name: laid(getattr(kept, name), getattr(mine, name)) for name in names}
        rules.append(RuleState(suffixes=suffixes, **rows))
    tables: dict[str, Any] = {
        name: laid(getattr(state, name), getattr(part, name))
        for name in (*TABLES, "unheard", "silent")
    }
    return State(slot=state.slot, closed=tuple(closed), pending=(), rules=tuple(rules), **tables)


def part_of(state: State, stations: NDArray[np.intp]) -> State:
    """The state of some stations alone, in the order given. Nobody is pending."""

    def mine(row: NDArray[Number]) -> NDArray[Number]:
        return frozen(row[..., stations] if row.shape[-1] else row)

    closed = [
        Closed(row, mine(slot.total), bool(row.min(initial=0) != MISSING))
        for slot in state.closed
        for row in (mine(slot.row),)
    ]
    rules = tuple(
        RuleState(
            rising=mine(kept.rising),
            falling=mine(kept.falling),
            prefix=mine(kept.prefix),
            suffixes=tuple(map(mine, kept.suffixes)),
        )
        for kept in state.rules
    )
    tables: dict[str, Any] = {
        name: mine(getattr(state, name)) for name in (*TABLES, "unheard", "silent")
    }
    return State(slot=state.slot, closed=tuple(closed), pending=(), rules=rules, **tables)


def frozen(row: NDArray[Number]) -> NDArray[Number]:
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
    rows += [
        *(slot.row for slot in state.closed),
        *(row for _, row in state.pending),
        state.unheard,
        state.silent,
    ]
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


def _read_closed(plan: Plan, count: int, reader: _Reader) -> tuple[Closed, ...]:
    """Totals begin anew: only their differences count."""
    slots = [Closed(plan.nothing, plan.nobody, False)]
    for _ in range(count):
        slots.append(slots[-1].then(plan, reader.take(plan.stations)))
    return tuple(slots[1:])


def _as_levels(table: Row) -> Levels:
    if table.size and not 0 <= table.min() <= table.max() <= LEVELS:
        raise ForeignState("no such level")
    return frozen(table.astype(np.uint8))


def _read(plan: Plan, shape: dict[str, Any], reader: _Reader) -> State:
    stations = plan.stations
    expected = [rule.window_slots if is_extreme(rule.operation) else 0 for rule in plan.rules]
    if shape["closed"] != plan.longest_window or shape["suffixes"] != expected:
        raise ForeignState("other windows")
    closed = _read_closed(plan, shape["closed"], reader)
    pending = tuple((int(slot), reader.take(stations)) for slot in shape["pending"])
    unheard, silent = reader.take(stations), reader.take(stations)
    tables: dict[str, Any] = {name: reader.take(len(plan.rules), stations) for name in TABLES}
    tables["level"] = _as_levels(tables["level"])
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
        pending=pending,
        unheard=unheard,
        silent=silent,
        rules=rules,
        **tables,
    )
