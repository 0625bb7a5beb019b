"""Readings of a batch as columns, so that a large one costs no object for each of its rows.

Source: House rule. Units and valid range: see `decoded`; instants in microseconds since 1970.
Edge cases: a row may be looked at as a `Reading` at any time; the columns are of one length.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, overload

from anlan.sensing.rules.decoding.decoded import Reading

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns(Sequence[Reading]):
    """The readings of a batch, in the order in which they were sent."""

    lines: Sequence[int]
    stations: Sequence[str]
    keys: Sequence[str]
    at_us: Sequence[int]
    values: Sequence[float]
    units: Sequence[str]

    def __len__(self) -> int:
        return len(self.lines)

    @overload
    def __getitem__(self, place: int) -> Reading: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Reading, ...]: ...
    def __getitem__(self, place: int | slice) -> Reading | tuple[Reading, ...]:
        if isinstance(place, slice):
            return tuple(self[each] for each in range(*place.indices(len(self))))
        return Reading(
            self.lines[place],
            self.stations[place],
            self.keys[place],
            EPOCH + self.at_us[place] * MICROSECOND,
            self.values[place],
            self.units[place],
        )


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND


def columns_of(readings: Iterable[Reading]) -> Columns:
    """The same readings by column; those that stand in columns already are not copied."""
    if isinstance(readings, Columns):
        return readings
    rows = tuple(readings)
    return Columns(
        lines=[row.line for row in rows],
        stations=[row.station for row in rows],
        keys=[row.key for row in rows],
        at_us=[microseconds(row.at) for row in rows],
        values=[row.value for row in rows],
        units=[row.unit for row in rows],
    )
