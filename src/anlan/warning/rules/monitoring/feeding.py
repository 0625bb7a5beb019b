"""What the readings of one slot say: once by the sound ones, once by all that may raise a level.

House rule (**ours, `D`**): missing is not normal, so whatever is not sure can hold or raise a
level and never lower it.

| reading | may raise | may lower |
|---|---|---|
| not doubted | yes | yes |
| doubted for a jump, for standing still, by its neighbours | yes | no |
| outside the valid range, a single spike, a clock that runs ahead | no | no |
| none | no | no |

A slot is the time after its beginning up to and with its end: a gauge that reports at 08:05 says
what fell until 08:05. Amounts (rain) of a slot are added up, of anything else the value nearest to
the limit counts. An amount of which readings are missing is doubted as a whole.
Shapes: readings by column; a tally has one row for each of its facts and one column for each
datastream of a feed; what is said has one number for each place of the group.
Units and valid range: values in the canonical unit; instants in microseconds since 1970.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from anlan.sensing.rules.quality import Flag
from anlan.warning.rules.engine.intake import Batch, no_readings
from anlan.warning.rules.engine.plan import LARGEST_VALUE, MISSING, Plan
from anlan.warning.rules.monitoring.group import OFFSET, UNITS, Group

NEVER_RAISES: Final = int(Flag.RANGE | Flag.SPIKE | Flag.CLOCK)
SECOND_US: Final = 1_000_000
NOTHING: Final = np.iinfo(np.int64).min
"""Stands in a tally where no value is."""
MOST_UNITS: Final = 2.0**40
"""Whatever is larger counts as that; the engine's own largest number is smaller."""
FEW: Final = 100
"""Datastreams that are looked up one by one."""
RAISING, SOUND, COUNT, ELIGIBLE, DOUBTED, LAST = range(6)
"""Rows of a tally: the amount or the highest value of what may raise, the highest sound value, how
many readings, how many may raise, how many are doubted, and the newest instant that may raise."""
Whole = NDArray[np.int64]
Numbers = NDArray[np.float64]
Tally = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One reading as it is held."""

    at_us: int
    value: float
    flags: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """Readings by column, each instant of a datastream once; `stream` is its number in a feed."""

    stream: Whole
    at_us: Whole
    value: Numbers
    flags: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The engine's numbers of a slot, one for each place, MISSING for none."""

    sound: Whole
    raising: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """The datastreams of a group in their order; `of_place` numbers that of each place, `expected`
    counts the readings of a whole slot."""

    group: Group
    streams: tuple[str, ...]
    of_place: NDArray[np.intp]
    expected: Whole
    by_stream: NDArray[np.intp] = field(init=False, repr=False, compare=False)
    """The places in the order of their datastreams; `first` says where those of each begin."""
    first: NDArray[np.intp] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_stream = np.argsort(self.of_place, kind="stable")
        first = np.searchsorted(self.of_place[by_stream], np.arange(len(self.streams) + 1))
        object.__setattr__(self, "by_stream", by_stream)
        object.__setattr__(self, "first", first)

    @classmethod
    def of(cls, group: Group) -> Self:
        interval = {each.stream: each.interval_s for each in group.places}
        streams = tuple(sorted(interval))
        number = {stream: place for place, stream in enumerate(streams)}
        expected = [max(1, group.slot_s // interval[stream]) for stream in streams]
        return cls(
            group=group,
            streams=streams,
            of_place=np.array([number[each.stream] for each in group.places], dtype=np.intp),
            expected=np.array(expected, dtype=np.int64),
        )

    def places_of(self, streams: Iterable[int]) -> NDArray[np.intp]:
        """The places that are read from some datastreams."""
        wanted = list(streams)
        if len(wanted) > FEW:
            return np.flatnonzero(np.isin(self.of_place, wanted))
        spans = ((self.first[each], self.first[each + 1]) for each in wanted)
        found = [self.by_stream[begin:end] for begin, end in spans]
        return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.intp)

    def nothing(self) -> Tally:
        """The tally of a slot without any reading."""
        tally = np.zeros((6, len(self.streams)), dtype=np.int64)
        tally[SOUND] = tally[LAST] = NOTHING
        if not self.group.accumulates:
            tally[RAISING] = NOTHING
        return tally


def slot_of(at_us: int, slot_s: int) -> int:
    return (at_us - 1) // (slot_s * SECOND_US)


def slots_of(at_us: Whole, slot_s: int) -> Whole:
    """The slots of many instants."""
    return (at_us - 1) // (slot_s * SECOND_US)


def span_us(slot: int, slot_s: int) -> tuple[int, int]:
    """From (included) and until (excluded) when a reading belongs to a slot."""
    return slot * slot_s * SECOND_US + 1, (slot + 1) * slot_s * SECOND_US + 1


def tallied(
    feed: Feed, readings: Readings, before: Mapping[int, Tally] | None = None
) -> dict[int, Tally]:
    """The tallies of all slots with these readings added; those of `before` stay as they are."""
    found = {slot: tally.copy() for slot, tally in (before or {}).items()}
    tally_into(found, feed, readings)
    return found


def tally_into(tallies: dict[int, Tally], feed: Feed, readings: Readings) -> None:
    """Add readings to tallies that nobody else holds."""
    slots = slots_of(readings.at_us, feed.group.slot_s)
    for slot in np.unique(slots).tolist():
        if slot not in tallies:
            tallies[slot] = feed.nothing()
        _add(feed.group, tallies[slot], readings, slots == slot)


def without(feed: Feed, before: Mapping[int, Tally], streams: Sequence[int]) -> dict[int, Tally]:
    """The tallies as if some datastreams had said nothing."""
    found, nothing = {}, feed.nothing()[:, streams]
    for slot, known in before.items():
        tally = known.copy()
        tally[:, streams] = nothing
        found[slot] = tally
    return found


def _add(group: Group, tally: Tally, readings: Readings, chosen: NDArray[np.bool_]) -> None:
    stream, flags = readings.stream[chosen], readings.flags[chosen]
    np.add.at(tally[COUNT], stream, 1)
    np.add.at(tally[DOUBTED], stream, (flags != 0).astype(np.int64))
    may_raise = (flags & NEVER_RAISES) == 0
    if not may_raise.any():
        return
    number = units_of(readings.value[chosen][may_raise])
    stream, flags = stream[may_raise], flags[may_raise]
    np.add.at(tally[ELIGIBLE], stream, 1)
    np.maximum.at(tally[LAST], stream, readings.at_us[chosen][may_raise])
    if group.accumulates:
        np.add.at(tally[RAISING], stream, number)
        return
    number = OFFSET - number if group.comparison.is_turned else number
    np.maximum.at(tally[RAISING], stream, number)
    np.maximum.at(tally[SOUND], stream[flags == 0], number[flags == 0])


def units_of(values: Numbers) -> Whole:
    """Values in the engine's numbers: `group.units` for many."""
    most = np.clip(np.rint(values * UNITS), -MOST_UNITS, MOST_UNITS)
    return most.astype(np.int64)


def said_of(feed: Feed, tally: Tally, places: NDArray[np.intp] | None = None) -> Said:
    """What each place, or each of some, said in a slot."""
    stream = feed.of_place if places is None else feed.of_place[places]
    mine = tally[:, stream]
    raising, sound = np.where(mine[ELIGIBLE] > 0, mine[RAISING], NOTHING), mine[SOUND]
    if feed.group.accumulates:
        is_whole = (mine[COUNT] >= feed.expected[stream]) & (mine[DOUBTED] == 0)
        sound = np.where(is_whole, raising, NOTHING)
    sound, raising = (np.where(row == NOTHING, MISSING, row) for row in (sound, raising))
    return Said(sound=sound, raising=raising)


def said_by_slot(group: Group, readings: Mapping[str, Sequence[Read]]) -> dict[int, Said]:
    """What was said in each slot; `readings` by datastream."""
    feed = Feed.of(group)
    rows = [
        (number, each.at_us, each.value, each.flags)
        for number, stream in enumerate(feed.streams)
        for each in readings.get(stream, ())
    ]
    columns = tuple(zip(*rows, strict=True)) or ((),) * 4
    stream, at_us, flags = (np.array(columns[n], dtype=np.int64) for n in (0, 1, 3))
    value = np.array(columns[2], dtype=np.float64)
    found = tallied(feed, Readings(stream=stream, at_us=at_us, value=value, flags=flags))
    return {slot: said_of(feed, tally) for slot, tally in found.items()}


def within_numbers(plan: Plan, row: Whole) -> Whole:
    """A value beyond the numbers of the engine counts as its largest."""
    most = min(plan.largest, LARGEST_VALUE)
    return np.where(row == MISSING, MISSING, np.clip(row, -most, most))


def batch_of(plan: Plan, slot: int, said: Said | None) -> Batch:
    """The engine's batch of one slot."""
    if said is None:
        return no_readings()
    row = within_numbers(plan, np.concatenate((said.sound, said.raising)))
    station = np.flatnonzero(row != MISSING)
    return Batch(
        station=station,
        observed_s=np.full(len(station), slot * plan.slot_s, dtype=np.int64),
        value=row[station],
    )
