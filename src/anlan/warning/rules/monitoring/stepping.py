"""A group of places slot by slot: their levels, and what changed.

House rule: the level of a place by one criterion is the higher of what its sound readings and what
all that may raise say; while anything sound is missing of the window it does not fall. The level
of the rule is the highest of its criteria. A closed slot is never opened again: when more becomes
known of it (a correction, a reading that came late, another plan) the windows are filled anew from
what is held (`rebuilt`), the level that was reached is carried over, and whole windows below the
limit lower it as ever.
Shapes: tables (criterion, place). Edge cases: the same slots give the same, however they are cut
into runs; nothing heard lowers nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from anlan.warning.rules.engine.plan import Plan
from anlan.warning.rules.engine.state import (
    ForeignState,
    State,
    dump,
    empty_state,
    load,
    part_of,
    spliced,
    with_levels,
)
from anlan.warning.rules.engine.step import step
from anlan.warning.rules.monitoring.feeding import Said, batch_of
from anlan.warning.rules.monitoring.group import Group

Levels = NDArray[np.int32]
_BYTES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is remembered of a group: the engine's state and the level of every place."""

    engine: State
    level: Levels

    @property
    def slot(self) -> int:
        return self.engine.slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The level of a place changed at the end of a slot; `window` is the criterion that says so,
    `value` its number of the engine, `missing` the slots of it of which nothing sound is known."""

    slot: int
    place: int
    before: int
    after: int
    window: int
    value: int
    missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A place fell silent, or is heard again."""

    slot: int
    place: int
    is_silent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    watch: Watch
    changes: tuple[Change, ...] = ()
    silences: tuple[Silence, ...] = ()


def last_closed(group: Group, now_s: int) -> int:
    return (now_s - group.lateness_s) // group.slot_s - 1


def begun(group: Group, plan: Plan, slot: int) -> Watch:
    """Before anything is known, with that slot as the last closed one."""
    closed_at = (slot + 1) * group.slot_s + group.lateness_s
    level = np.zeros((len(group.windows), len(group.places)), dtype=np.int32)
    return Watch(engine=empty_state(plan, now_s=closed_at), level=level)


def advanced(
    group: Group,
    plan: Plan,
    watch: Watch,
    said: Mapping[int, Said],
    until: int,
) -> Outcome:
    """Close every slot up to and with `until`. An instant that lies back closes nothing."""
    changes: list[Change] = []
    silences: list[Silence] = []
    half = len(group.places)
    for slot in range(watch.slot + 1, until + 1):
        closed_at = (slot + 1) * group.slot_s + group.lateness_s
        batch = batch_of(plan, slot, said.get(slot))
        engine, _ = step(plan, watch.engine, batch, now_s=closed_at)
        level = _levels(watch.level, engine, half)
        changes += _changes(slot, watch.level, level, engine, half)
        before, after = watch.engine.silent[half:], engine.silent[half:]
        for place in np.flatnonzero(before != after).tolist():
            silences.append(Silence(slot=slot, place=place, is_silent=bool(after[place])))
        watch = Watch(engine=engine, level=level)
    return Outcome(watch=watch, changes=tuple(changes), silences=tuple(silences))


def rebuilt(
    group: Group,
    plan: Plan,
    said: Mapping[int, Said],
    until: int,
    carried: Sequence[Sequence[int]] | Levels = (),
) -> Outcome:
    """The same slots from what is held now. `carried` are levels (criterion, place) that were
    reached before: they stay until whole windows lower them, for as long as ever. The changes are
    those on the way."""
    start = begun(group, plan, until - group.warm_up_slots)
    outcome = advanced(group, plan, start, said, until)
    if not len(carried):
        return outcome
    before, engine = np.array(carried, dtype=np.int32), outcome.watch.engine
    older = np.flatnonzero((before > outcome.watch.level).any(axis=0))
    if len(older):  # reached before these slots, or taken back since
        reached = with_levels(plan, start.engine, np.concatenate((before, before), axis=1))
        again = advanced(group, plan, replace(start, engine=reached), said, until).watch.engine
        stations = np.concatenate((older, older + len(group.places)))
        engine = spliced(engine, part_of(again, stations), stations)
    level = np.maximum(outcome.watch.level, before)
    return replace(outcome, watch=Watch(engine=engine, level=level))


def renewed(
    group: Group, watch: Watch, said: Mapping[int, Said], places: NDArray[np.intp]
) -> Outcome:
    """The watch with the windows of some places filled anew from what is held now; `said` is what
    these places said, in their order. The changes are theirs, on the way."""
    part = replace(group, places=tuple(group.places[place] for place in places.tolist()))
    outcome = rebuilt(part, part.plan(), said, watch.slot, watch.level[:, places])
    level = watch.level.copy()
    level[:, places] = outcome.watch.level
    stations = np.concatenate((places, places + len(group.places)))
    engine = spliced(watch.engine, outcome.watch.engine, stations)
    changes = tuple(replace(change, place=int(places[change.place])) for change in outcome.changes)
    return Outcome(watch=Watch(engine=engine, level=level), changes=changes)


def rearranged(
    group: Group, plan: Plan, old: Group, watch: Watch
) -> tuple[Watch, NDArray[np.intp]] | None:
    """The watch of an older group for one that has other places besides: those that stayed as they
    were keep what is remembered of them. Returns it with the numbers of the others, of which
    nothing is known yet; None where more than places differs."""
    if replace(old, places=group.places) != group:
        return None
    known = {each: number for number, each in enumerate(old.places)}
    pairs = [(n, known[each]) for n, each in enumerate(group.places) if each in known]
    table = np.array(pairs, dtype=np.intp).reshape(-1, 2)
    here, there = table[:, 0], table[:, 1]
    new = begun(group, plan, watch.slot)
    half, old_half = len(group.places), len(old.places)
    part = part_of(watch.engine, np.concatenate((there, there + old_half)))
    engine = spliced(new.engine, part, np.concatenate((here, here + half)))
    level = new.level.copy()
    level[:, here] = watch.level[:, there]
    others = np.setdiff1d(np.arange(half), here)
    return Watch(engine=engine, level=level), others


def _levels(before: Levels, engine: State, half: int) -> Levels:
    now = np.maximum(engine.level[:, :half], engine.level[:, half:])
    is_open = engine.missing[:, :half] > 0
    level: Levels = np.where(is_open, np.maximum(before, now), now).astype(np.int32)
    return level


def _changes(slot: int, before: Levels, after: Levels, engine: State, half: int) -> list[Change]:
    old, new = before.max(axis=0), after.max(axis=0)
    found = []
    for place in np.flatnonzero(old != new).tolist():
        column = after[:, place] if new[place] > old[place] else before[:, place]
        window = int(column.argmax())
        found.append(
            Change(
                slot=slot,
                place=place,
                before=int(old[place]),
                after=int(new[place]),
                window=window,
                value=int(engine.value[window, half + place]),
                missing=int(engine.missing[window, place]),
            )
        )
    return found


def value_of(watch: Watch, place: int) -> tuple[int, int, int]:
    """(criterion, its number of the engine, slots missing) that holds the level of a place."""
    half = watch.level.shape[1]
    window = int(watch.level[:, place].argmax())
    number = int(watch.engine.value[window, half + place])
    return window, number, int(watch.engine.missing[window, place])


def dumped(watch: Watch) -> bytes:
    """The same bytes for the same watch."""
    table = np.ascontiguousarray(watch.level, dtype="<i4").tobytes()
    return len(table).to_bytes(_BYTES, "little") + table + dump(watch.engine)


def loaded(group: Group, plan: Plan, data: bytes) -> Watch:
    """The watch of `dumped`; refuses another plan's with `ForeignState`."""
    length = int.from_bytes(data[:_BYTES], "little")
    shape = (len(group.windows), len(group.places))
    if length != 4 * shape[0] * shape[1]:
        raise ForeignState("another number of places")
    table = np.frombuffer(data[_BYTES : _BYTES + length], dtype="<i4").astype(np.int32)
    return Watch(engine=load(plan, data[_BYTES + length :]), level=table.reshape(shape))
