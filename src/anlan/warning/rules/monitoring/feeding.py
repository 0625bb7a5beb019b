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
Units and valid range: values in the canonical unit; instants in microseconds since 1970.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from anlan.sensing.rules.quality import Flag
from anlan.warning.rules.engine.intake import Batch
from anlan.warning.rules.engine.plan import LARGEST_VALUE, MISSING, Plan
from anlan.warning.rules.monitoring.group import Group, turned, units

NEVER_RAISES: Final = int(Flag.RANGE | Flag.SPIKE | Flag.CLOCK)
SECOND_US: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """One reading as it is held."""

    at_us: int
    value: float
    flags: int = 0

    @property
    def may_raise(self) -> bool:
        return not self.flags & NEVER_RAISES


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The engine's numbers of a slot, MISSING for none."""

    sound: int = MISSING
    raising: int = MISSING


def slot_of(at_us: int, slot_s: int) -> int:
    return (at_us - 1) // (slot_s * SECOND_US)


def span_us(slot: int, slot_s: int) -> tuple[int, int]:
    """From (included) and until (excluded) when a reading belongs to a slot."""
    return slot * slot_s * SECOND_US + 1, (slot + 1) * slot_s * SECOND_US + 1


def said_in(group: Group, interval_s: int, readings: Sequence[Read]) -> Said:
    """What a datastream said in one slot."""
    eligible = [reading for reading in readings if reading.may_raise]
    if not eligible:
        return Said()
    if group.accumulates:
        total = sum(units(reading.value) for reading in eligible)
        expected = max(1, group.slot_s // interval_s)
        is_whole = len(readings) >= expected and not any(r.flags for r in readings)
        return Said(sound=total if is_whole else MISSING, raising=total)
    numbers = [(turned(group.comparison, units(r.value)), r.flags) for r in eligible]
    sound = [number for number, flags in numbers if not flags]
    return Said(sound=max(sound, default=MISSING), raising=max(number for number, _ in numbers))


def by_slot(readings: Iterable[Read], slot_s: int) -> dict[int, list[Read]]:
    found: dict[int, list[Read]] = {}
    for reading in readings:
        found.setdefault(slot_of(reading.at_us, slot_s), []).append(reading)
    return found


def said_by_slot(
    group: Group, readings: Mapping[str, Sequence[Read]]
) -> dict[int, dict[int, Said]]:
    """Slot → number of the place → what it said; `readings` by datastream."""
    found: dict[int, dict[int, Said]] = {}
    slots = {stream: by_slot(rows, group.slot_s) for stream, rows in readings.items()}
    for number, place in enumerate(group.places):
        for slot, rows in slots.get(place.stream, {}).items():
            found.setdefault(slot, {})[number] = said_in(group, place.interval_s, rows)
    return found


def batch_of(plan: Plan, slot: int, said: Mapping[int, Said]) -> Batch:
    """The engine's batch of one slot. A value beyond its numbers counts as the largest."""
    half, most = plan.stations // 2, min(plan.largest, LARGEST_VALUE)
    rows = [
        (number + shift, max(-most, min(most, value)))
        for number, each in sorted(said.items())
        for shift, value in ((0, each.sound), (half, each.raising))
        if value != MISSING
    ]
    table = np.array(sorted(rows), dtype=np.int64).reshape(-1, 2)
    return Batch(
        station=table[:, 0].copy(),
        observed_s=np.full(len(table), slot * plan.slot_s, dtype=np.int64),
        value=table[:, 1].copy(),
    )
