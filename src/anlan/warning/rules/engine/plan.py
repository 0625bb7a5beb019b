"""What the window engine watches: windows, limits, times. Frozen for the life of a state.

House rule: times are counted in slots of equal length, values as whole numbers of a resolution
(0.1 mm of rain is 1 at a resolution of 0.1 mm), so that sums are exact and a replay gives the same
bytes. A level begins once its limit has been reached in `hold_slots` further slots, and ends once
the value has been below the limit times `release_share` in `clear_slots` further slots.
Units and valid range: seconds for slot, lateness and staleness; windows, hold and clear in slots;
limits from blue to red in the resolution of the values, rising. None: that colour has no limit.
Limits of a sum and of a difference are above 0, those of an extreme above the lowest value.
Edge cases: a value equal to a limit reaches it. A colour without a limit of its own begins with
the next higher one. A limit of 0 or below ends below itself: a share of it means nothing.
"""

import math
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Levels = NDArray[np.uint8]
Places = NDArray[np.intp]

LEVELS: Final = 4
NEVER: Final = 2**31 - 1
"""A limit that no value reaches."""
MISSING: Final = -(2**31)
"""Stands in a slot without a reading; below every value."""
LARGEST_VALUE: Final = 2**30 - 1
"""Of a reading and of a limit; less where a sum over a window would not fit (`Plan.largest`)."""
MOST_SLOTS: Final = 100_000
LINE: Final = 16
"""Numbers in a line of `Bounds.table`."""


class Operation(Enum):
    """SUM over the window, MAX of it, DIFFERENCE of its end and its beginning (a rate is the
    difference that it makes in the window), PERSISTENCE: the least value of the window."""

    SUM = "SUM"
    MAX = "MAX"
    DIFFERENCE = "DIFFERENCE"
    PERSISTENCE = "PERSISTENCE"


AMOUNTS: Final = (Operation.SUM, Operation.DIFFERENCE)
"""What is nought where nothing happened."""
Limits = tuple[int | None, int | None, int | None, int | None]


class BadPlan(ValueError):
    """A limit, window or time that makes no sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRule:
    """`limits` for every station, or one tuple per station in `station_limits`."""

    name: str
    operation: Operation
    window_slots: int
    limits: Limits
    station_limits: tuple[Limits, ...] = ()
    release_share: Fraction = Fraction(1)
    hold_slots: int = 0
    clear_slots: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.window_slots <= MOST_SLOTS:
            raise BadPlan(f"{self.name}: window")
        if not 0 < self.release_share <= 1:
            raise BadPlan(f"{self.name}: release share")
        if not (0 <= self.hold_slots <= MOST_SLOTS and 0 <= self.clear_slots <= MOST_SLOTS):
            raise BadPlan(f"{self.name}: hold or clear")
        lowest = 0 if self.operation in AMOUNTS else -LARGEST_VALUE
        for limits in (self.limits, *self.station_limits):
            given = [limit for limit in limits if limit is not None]
            if given != sorted(given) or any(not lowest < limit < NEVER for limit in given):
                raise BadPlan(f"{self.name}: limits rise from blue to red above {lowest}")

    @property
    def waits(self) -> bool:
        return bool(self.hold_slots or self.clear_slots)

    def upper(self) -> Ints:
        """(level, station or 1): from which value a level begins."""
        rows = [_filled(limits) for limits in self.station_limits or (self.limits,)]
        return np.array(rows, dtype=np.int32).T.copy()

    def lower(self) -> Ints:
        """(level, station or 1): below which value a level ends."""
        rows = [
            [_released(limit, self.release_share) for limit in _filled(limits)]
            for limits in self.station_limits or (self.limits,)
        ]
        return np.array(rows, dtype=np.int32).T.copy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Limits of all rules as numbers: `upper` from where a level begins, `lower` below where it
    ends, by rule (level, station or 1). `table` has both for every place (a rule and a station,
    numbered rule by rule) in one line of sixteen, so that one read finds all of a place: from
    where the level above 0, 1, 2, 3 begins and four times NEVER, then below where level 0 ends,
    which is MISSING, 1, 2, 3, 4, and three times NEVER."""

    upper: tuple[Ints, ...]
    lower: tuple[Ints, ...]
    table: Ints

    @classmethod
    def of(cls, rules: tuple[WindowRule, ...], stations: int) -> Self:
        upper = tuple(rule.upper() for rule in rules)
        lower = tuple(rule.lower() for rule in rules)
        table = np.full((len(rules), stations, LINE), NEVER, dtype=np.int32)
        table[:, :, LINE // 2] = MISSING
        for number in range(len(rules)):
            table[number, :, :LEVELS] = upper[number].T
            table[number, :, LINE // 2 + 1 :][:, :LEVELS] = lower[number].T
        return cls(upper=upper, lower=lower, table=table.reshape(-1, LINE))

    def around(self, place: Places, level: Levels) -> tuple[Ints, Ints]:
        """From which value more than this level begins, and below which this level ends."""
        number = place * LINE + level
        return self.table.take(number), self.table.take(number + LINE // 2)

    def counts(self, place: Places, value: Ints) -> tuple[Levels, Levels]:
        """How many levels the values reach, and up to which level they keep one. What is met of a
        line is sixteen bytes of 0 or 1, counted eight at a time; level 0 is always kept."""
        is_met = value[:, None] >= self.table.take(place, axis=0)
        count = np.bitwise_count(is_met.view(np.uint64))
        return count[:, 0], count[:, 1] - np.uint8(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Stations are numbered from 0."""

    stations: int
    slot_s: int
    lateness_s: int
    stale_s: int
    rules: tuple[WindowRule, ...]
    bounds: Bounds = field(init=False, repr=False, compare=False)
    waiting: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """Numbers of the rules with hold or clear times."""
    adds: bool = field(init=False, repr=False, compare=False)
    """Whether any rule is a sum."""
    everyone: NDArray[np.int64] = field(init=False, repr=False, compare=False)
    """The numbers of all stations."""
    nobody: Ints = field(init=False, repr=False, compare=False)
    """A row of noughts."""
    largest: int = field(init=False, repr=False, compare=False)
    """The largest value of a reading: its sum over every window still fits."""

    def __post_init__(self) -> None:
        if self.stations < 1 or self.slot_s < 1 or self.lateness_s < 0 or self.stale_s < 0:
            raise BadPlan("stations and slots are at least 1, times not below 0")
        if len({rule.name for rule in self.rules}) != len(self.rules):
            raise BadPlan("names of rules repeat")
        if any(len(rule.station_limits) not in (0, self.stations) for rule in self.rules):
            raise BadPlan("limits by station: one for every station")
        object.__setattr__(self, "bounds", Bounds.of(self.rules, self.stations))
        waiting = tuple(number for number, rule in enumerate(self.rules) if rule.waits)
        object.__setattr__(self, "waiting", waiting)
        everyone, nobody = np.arange(self.stations), np.zeros(self.stations, dtype=np.int32)
        for name, row in (("everyone", everyone), ("nobody", nobody)):
            row.setflags(write=False)
            object.__setattr__(self, name, row)
        sums = [rule.window_slots for rule in self.rules if rule.operation is Operation.SUM]
        object.__setattr__(self, "adds", bool(sums))
        largest = min(LARGEST_VALUE, (NEVER - 1) // max(sums, default=1))
        object.__setattr__(self, "largest", largest)
        if any(int(upper.min()) <= -largest for upper in self.bounds.upper):
            raise BadPlan("whatever is lower than the lowest value would reach a limit")

    @property
    def nothing(self) -> Ints:
        """The row of a slot without any reading."""
        return np.full(self.stations, MISSING, dtype=np.int32)

    @property
    def longest_window(self) -> int:
        """How many closed slots are remembered."""
        return max((rule.window_slots for rule in self.rules), default=1)

    @property
    def stale_slots(self) -> int:
        return math.ceil(self.stale_s / self.slot_s)

    def last_closed_slot(self, now_s: int) -> int:
        """The last slot that no reading can reach any more at that time."""
        return (now_s - self.lateness_s) // self.slot_s - 1


def _filled(limits: Limits) -> list[int]:
    """A missing limit is that of the next higher colour; above the highest: never."""
    filled, higher = [], NEVER
    for limit in reversed(limits):
        higher = higher if limit is None else limit
        filled.append(higher)
    return filled[::-1]


def _released(limit: int, share: Fraction) -> int:
    return limit if limit == NEVER or limit <= 0 else math.ceil(limit * share)
