"""One rule and time step as this process stands with it: the last closed slot, and what was said
since.

All of it can be made again from the row and the store at any time. Whoever acts on it holds the
row of the rule's place and compares it first (`Standing.is_of`): what another process did
meanwhile is taken from there.
"""

import dataclasses
import datetime as dt
import threading
import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.sensing.models import Datastream
from anlan.sensing.store.numbered import arrived, held, held_at, kept_here, newest_number
from anlan.sensing.store.reads import ALWAYS_US
from anlan.sensing.store.values import Rows, to_us
from anlan.warning.models import MonitoringPlace, MonitoringRule
from anlan.warning.rules.engine.plan import Plan
from anlan.warning.rules.engine.state import ForeignState
from anlan.warning.rules.monitoring.ahead import MOST_AHEAD, reached_ahead
from anlan.warning.rules.monitoring.feeding import (
    LAST,
    NOTHING,
    Feed,
    Readings,
    Said,
    Tally,
    said_of,
    slot_of,
    slots_of,
    span_us,
    tallied,
    tally_into,
    without,
)
from anlan.warning.rules.monitoring.group import Group
from anlan.warning.rules.monitoring.stepping import Change, Watch, loaded

AT_ONCE = 1_000_000
"""So many numbers of slots and datastreams are held while slots are read from the store."""
Kept = tuple[str, int, int]
"""Digest, last closed slot and number, as the row of a place has them."""
Key = tuple[uuid.UUID, int]
"""Of a rule, and its time step."""
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Arrivals:
    """What became known up to a number, of the datastreams of a group."""

    number: int
    readings: Readings
    revision: NDArray[np.int64]
    received_us: NDArray[np.int64]

    def until(self, slot: int, slot_s: int) -> "list[Arrival]":
        """What was observed until the end of a slot."""
        chosen = np.flatnonzero(slots_of(self.readings.at_us, slot_s) <= slot)
        columns = (self.readings.stream, self.readings.at_us, self.revision, self.received_us)
        rows = zip(*(column[chosen].tolist() for column in columns), strict=True)
        names = ("stream", "at_us", "revision", "received_us")
        return [Arrival(**dict(zip(names, row, strict=True))) for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A reading of a slot that was closed when it became known; `stream` is its number."""

    stream: int
    at_us: int
    revision: int
    received_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """What came for closed slots, with the watch and the number that it belongs to."""

    arrivals: Sequence[Arrival]
    watch: Watch
    number: int


@dataclass(frozen=True, slots=True)
class Ahead:
    """Levels that are reached in open slots, each with its newest reading in that slot, as of a
    row of the place and a number."""

    kept: Kept
    number: int
    changes: list[tuple[Change, int]]


class News:
    """What became known, read once for all who ask at the same time: up to what this process kept
    just now, or else up to the newest."""

    def __init__(self, kept: range = range(0)) -> None:
        self.until = kept[-1] if kept else newest_number()
        self._kept = kept
        self._rows: dict[int, Rows] = {}

    def after(self, number: int) -> Rows:
        if number not in self._rows:
            self._rows[number] = self._read(number)
        return self._rows[number]

    def _read(self, number: int) -> Rows:
        here = kept_here(self._kept) if self._kept and self._kept.start == number + 1 else None
        return arrived(number, self.until) if here is None else here


class Held(Mapping[int, Said]):
    """What was said in each slot of a span, read from the store some slots at a time."""

    def __init__(self, feed: Feed, keys: Sequence[bytes], first: int, last: int) -> None:
        self.feed, self.first, self.last = feed, first, last
        self._streams = keys
        self._count = max(1, AT_ONCE // len(self._streams))
        self._from, self._known = first, dict[int, Said]()
        self._until = first

    def __getitem__(self, slot: int) -> Said:
        if not self.first <= slot <= self.last:
            raise KeyError(slot)
        if not self._from <= slot < self._until:
            self._read(slot)
        return self._known[slot]

    def _read(self, slot: int) -> None:
        slot_s = self.feed.group.slot_s
        self._from, self._until = slot, min(self.last + 1, slot + self._count)
        span = (span_us(slot, slot_s)[0], span_us(self._until - 1, slot_s)[1])
        tallies = tallied(self.feed, _readings(held([(key, *span) for key in self._streams])))
        self._known = {each: said_of(self.feed, tally) for each, tally in tallies.items()}

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.first, self.last + 1))

    def __len__(self) -> int:
        return max(0, self.last + 1 - self.first)


class _Joined(Mapping[int, Said]):
    """What was gathered, and the store for slots of which not all was."""

    def __init__(self, gathered: Mapping[int, Said], stored: Held, holes: Collection[int]) -> None:
        self._gathered, self._stored, self._holes = gathered, stored, holes

    def __getitem__(self, slot: int) -> Said:
        return self._stored[slot] if slot in self._holes else self._gathered[slot]

    def __iter__(self) -> Iterator[int]:
        return iter(self._stored)

    def __len__(self) -> int:
        return len(self._stored)


class Standing:
    """One rule and time step. `guard` is held while its parts are changed; what is given out is a
    copy, or is never changed in place. `turn` is held by who brings it up."""

    def __init__(
        self, rule: MonitoringRule, group: Group, streams: Mapping[str, Datastream]
    ) -> None:
        self.rule, self.group, self.streams = rule, group, streams
        self.plan: Plan = group.plan()
        self.digest = group.digest
        self.feed = Feed.of(group)
        self.keys = keys_of(self.feed)
        self._number_of = {key: place for place, key in enumerate(self.keys)}
        self.guard, self.turn = threading.RLock(), threading.Lock()
        self.kept: Kept | None = None
        self.before: Standing | None = None
        """What stood for other places of the same rule and time step, until this has begun."""
        self._watch: Watch | None = None
        self.number = 0
        self._since = 0
        self._tallies: dict[int, Tally] = {}
        self._beyond: set[int] = set()
        self._arrivals: list[_Arrivals] = []
        self._late: list[Arrival] = []
        self._fresh: set[int] = set()
        self._told: dict[int, int] = {}

    @property
    def watch(self) -> Watch:
        """As of the last closed slot. A standing that has not begun has none."""
        if self._watch is None:
            raise RuntimeError("begin from the row of the place first")
        return self._watch

    def is_of(self, place: MonitoringPlace) -> bool:
        """Whether this is what the row says."""
        return self.kept == kept_of(place)

    def take_up(self, place: MonitoringPlace, now: dt.datetime) -> bool:
        """Begin from the row: its state, and what the store got to know since its number. False
        where the state is none that this program can read: it has to be made again."""
        try:
            watch = loaded(self.group, self.plan, bytes(place.state))
        except ForeignState:
            self.forget()
            return False
        with self.guard:
            self._begin(watch, place.number, now)
            self.kept = kept_of(place)
        self.gather(now, News())
        return True

    def _begin(self, watch: Watch, number: int, now: dt.datetime) -> None:
        slot_s = self.group.slot_s
        newest = slot_of(to_us(now), slot_s) + 1
        self._watch, self.number = watch, number
        self._since = max(watch.slot + 1, newest - MOST_AHEAD)
        self._told, self._arrivals, self._late = {}, [], []
        span = (span_us(self._since, slot_s)[0], ALWAYS_US)
        readings = _readings(held_at(number, [(key, *span) for key in self.keys]))
        slots = slots_of(readings.at_us, slot_s)
        self._beyond = set(slots[slots > newest].tolist())
        self._tallies = tallied(self.feed, _only(readings, slots <= newest))
        self._fresh = set(np.unique(readings.stream).tolist())

    def settled(self, watch: Watch, place: MonitoringPlace, now: dt.datetime) -> None:
        """What was committed: slots up to its last are closed, arrivals up to its number done."""
        with self.guard:
            if self.kept is None:  # another plan, or the first
                self._begin(watch, place.number, now)
            number, self._watch, self.kept = place.number, watch, kept_of(place)
            self._tallies = {s: t for s, t in self._tallies.items() if s > watch.slot}
            self._beyond = {slot for slot in self._beyond if slot > watch.slot}
            self._arrivals = [each for each in self._arrivals if each.number > number]
            again = (each.until(watch.slot, self.group.slot_s) for each in self._arrivals)
            self._late = [late for arrivals in again for late in arrivals]
            self._since = max(self._since, watch.slot + 1)
            self._told, self.before = {}, None

    def forget(self) -> None:
        """Begin from the row next time."""
        with self.guard:
            self.kept = self._watch = None

    def gather(self, now: dt.datetime, news: News) -> None:
        """Take in what became known. What could be taken in half way only is begun anew."""
        with self.guard:
            if self._watch is None or news.until <= self.number:
                return
            rows = news.after(self.number)
            try:
                self._add(rows, news.until, now)
            except BaseException:
                self.forget()
                raise

    def _add(self, rows: Rows, until: int, now: dt.datetime) -> None:
        mine = np.array([self._number_of.get(key, -1) for key in rows.keys], dtype=np.int64)
        stream = mine[rows.stream] if len(rows) else rows.stream
        self.number = until
        is_mine = stream >= 0
        if not is_mine.any():
            return
        readings = _only(dataclasses.replace(_readings(rows), stream=stream), is_mine)
        arrival = _Arrivals(until, readings, rows.revision[is_mine], rows.received_us[is_mine])
        self._arrivals.append(arrival)
        self._late += arrival.until(self.watch.slot, self.group.slot_s)
        slots = slots_of(arrival.readings.at_us, self.group.slot_s)
        newest = slot_of(to_us(now), self.group.slot_s) + 1
        self._beyond |= set(slots[slots > newest].tolist())
        is_open = (slots >= self._since) & (slots > self.watch.slot) & (slots <= newest)
        if is_open.any():
            self._tally(arrival, is_open, newest)

    def _tally(self, arrival: _Arrivals, is_open: Chosen, newest: int) -> None:
        """First revisions are added; a datastream of which something was revised is read anew, in
        all that was open by any clock so far: one that runs back takes nothing away."""
        readings = arrival.readings
        self._fresh |= set(readings.stream[is_open].tolist())
        is_revised = is_open & (arrival.revision > 0)
        if not is_revised.any():
            tally_into(self._tallies, self.feed, _only(readings, is_open))
            return
        revised = np.unique(readings.stream[is_revised])
        is_first = is_open & ~np.isin(readings.stream, revised)
        tally_into(self._tallies, self.feed, _only(readings, is_first))
        slot_s, again = self.group.slot_s, revised.tolist()
        newest = max([newest, *self._tallies])
        span = (span_us(self._since, slot_s)[0], span_us(newest, slot_s)[1])
        known = held_at(self.number, [(self.keys[each], *span) for each in again])
        anew = dataclasses.replace(_readings(known), stream=revised[known.stream])
        self._tallies = without(self.feed, self._tallies, again)
        tally_into(self._tallies, self.feed, anew)

    def late(self) -> Late:
        """Arrivals of slots that are closed."""
        with self.guard:
            return Late(arrivals=self._late[:], watch=self.watch, number=self.number)

    def held(self, places: NDArray[np.intp] | None, until: int) -> Held:
        """What some places, or all, said in the slots that a window can reach back to."""
        group, first = self.group, until - self.group.warm_up_slots
        if places is None:
            return Held(self.feed, self.keys, first, until)
        chosen = tuple(group.places[place] for place in places.tolist())
        feed = Feed.of(dataclasses.replace(group, places=chosen))
        return Held(feed, keys_of(feed), first, until)

    def said(self, last: int) -> Mapping[int, Said]:
        """What was said since the last closed slot."""
        with self.guard:
            first = self.watch.slot + 1
            holes = {slot for slot in self._beyond if slot <= last}
            holes |= set(range(first, min(self._since, last + 1)))
            gathered = {
                slot: said_of(self.feed, tally)
                for slot, tally in self._tallies.items()
                if slot <= last
            }
            return _Joined(gathered, Held(self.feed, self.keys, first, last), holes)

    def ahead(self) -> Ahead | None:
        """What places that were heard since the last look reach in slots that are still open.
        While the watch is far behind they are looked at again: all when there is a gap between it
        and what is gathered, else in the slots that it has come near to."""
        with self.guard:
            if self.kept is None or not self._fresh or not self._tallies:
                return None
            if self._since > self.watch.slot + 1:
                return None
            fresh = self._fresh
            if max(self._tallies) <= self.watch.slot + MOST_AHEAD:
                self._fresh = set()
            places = self.feed.places_of(fresh)
            said = {slot: said_of(self.feed, t, places) for slot, t in self._tallies.items()}
            found = reached_ahead(self.plan, self.watch, said, places, max(said))
            new = [each for each in found if each.after > self._told.get(each.place, 0)]
            if not new:
                return None
            return Ahead(self.kept, self.number, [(each, self._newest_us(each)) for each in new])

    def _newest_us(self, change: Change) -> int:
        """The newest reading of a place in the slot of a change, at most its end."""
        end = span_us(change.slot, self.group.slot_s)[1] - 1
        tally = self._tallies.get(change.slot)
        known = NOTHING if tally is None else int(tally[LAST, self.feed.of_place[change.place]])
        return end if known == NOTHING else known

    def tell(self, ahead: Ahead, *, is_told: bool) -> None:
        """What was found ahead is told; or it is not, and looked at again."""
        with self.guard:
            for change, _ in ahead.changes:
                if not is_told:
                    self._fresh.add(int(self.feed.of_place[change.place]))
                elif self.kept == ahead.kept:
                    before = self._told.get(change.place, 0)
                    self._told[change.place] = max(before, change.after)


def keys_of(feed: Feed) -> list[bytes]:
    """The keys of its datastreams in the store."""
    return [uuid.UUID(stream).bytes for stream in feed.streams]


def kept_of(place: MonitoringPlace) -> Kept:
    return place.digest, place.slot, place.number


def _readings(rows: Rows) -> Readings:
    return Readings(stream=rows.stream, at_us=rows.at_us, value=rows.value, flags=rows.flags)


def _only(readings: Readings, chosen: Chosen) -> Readings:
    return Readings(
        stream=readings.stream[chosen],
        at_us=readings.at_us[chosen],
        value=readings.value[chosen],
        flags=readings.flags[chosen],
    )
