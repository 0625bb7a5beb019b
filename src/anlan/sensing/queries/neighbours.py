"""Which datastreams of one property stand around another, and what they said."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from anlan.sensing.choices import StationState
from anlan.sensing.models import Datastream
from anlan.sensing.queries.remembered import view_of
from anlan.sensing.queries.resolving import Stream
from anlan.sensing.rules.quality import NEIGHBOUR_KM
from anlan.sensing.store.engine import Session
from anlan.sensing.store.reads import known_within

EARTH_KM = 6371.0
MOST_NEIGHBOURS = 8
SECOND_US = 1_000_000
_COLUMNS = ("pk", "station", "station__longitude_deg", "station__latitude_deg")
Place = tuple[uuid.UUID, float | None, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Where the datastreams of one property stand, and whom one of them has around it."""

    keys: Sequence[uuid.UUID]
    stations: Sequence[uuid.UUID]
    degrees: NDArray[np.float64]
    _near: dict[Place, tuple[uuid.UUID, ...]] = field(default_factory=dict)

    def around(self, stream: Stream) -> tuple[uuid.UUID, ...]:
        """The nearest datastreams within the distance of the test, at other stations."""
        place = stream.station, stream.longitude_deg, stream.latitude_deg
        if place not in self._near:
            self._near[place] = self._found(*place)
        return self._near[place]

    def _found(
        self, station: uuid.UUID, longitude_deg: float | None, latitude_deg: float | None
    ) -> tuple[uuid.UUID, ...]:
        if longitude_deg is None or latitude_deg is None:
            return ()
        km = _km(longitude_deg, latitude_deg, self.degrees)
        near = sorted(
            (km[place], self.keys[place])
            for place in np.flatnonzero(km <= NEIGHBOUR_KM)
            if self.stations[place] != station
        )
        return tuple(key for _, key in near[:MOST_NEIGHBOURS])


def surroundings_of(observed: str) -> Surroundings:
    """Those of a property, remembered until a station or datastream is changed."""
    view = view_of("surroundings")
    known: Surroundings | None = view.get(observed)
    return known or view.ask(lambda: {observed: _asked(observed)})[observed]


def _asked(observed: str) -> Surroundings:
    rows = Datastream.objects.filter(
        observed=observed,
        state=StationState.IN_USE,
        station__state=StationState.IN_USE,
        station__longitude_deg__isnull=False,
    ).order_by()
    found = list(rows.values_list(*_COLUMNS))
    return Surroundings(
        keys=[row[0] for row in found],
        stations=[row[1] for row in found],
        degrees=np.array([row[2:] for row in found], dtype=np.float64).reshape(-1, 2),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A datastream whose neighbours are asked what they said at some instants, which rise."""

    stream: Stream
    times_us: NDArray[np.int64]
    keys: Sequence[uuid.UUID]

    @property
    def reach_us(self) -> int:
        return self.stream.interval_s * SECOND_US


def said_around(session: Session, asked: Sequence[Asked]) -> list[NDArray[np.float64]]:
    """For each of shape (times, neighbours): the newest unflagged value of each neighbour within
    one interval before. All are read together."""
    spans = [
        (key.bytes, int(one.times_us[0]) - one.reach_us, int(one.times_us[-1]) + 1)
        for one in asked
        for key in one.keys
    ]
    known = known_within(session, spans)
    is_sound = known.flags == 0
    same = (np.diff(known.stream) == 0) & (np.diff(known.at_us) == 0)
    is_sound[:-1] &= ~same  # a later revision says what is held
    stream, at_us, value = (
        column[is_sound] for column in (known.stream, known.at_us, known.value)
    )
    edges = np.searchsorted(stream, np.arange(len(spans) + 1)).tolist()
    tables, number = [], 0
    for one in asked:
        table = np.full((len(one.times_us), len(one.keys)), np.nan)
        for column in range(len(one.keys)):
            part = slice(edges[number], edges[number + 1])
            number += 1
            places = np.searchsorted(at_us[part], one.times_us, side="right") - 1
            heard = np.flatnonzero(places >= 0)
            near = heard[one.times_us[heard] - at_us[part][places[heard]] <= one.reach_us]
            table[near, column] = value[part][places[near]]
        tables.append(table)
    return tables


def _km(longitude: float, latitude: float, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances on the sphere; some metres off at 30 km, which no test notices."""
    middle = np.radians((latitude + degrees[:, 1]) / 2)
    east = np.radians(degrees[:, 0] - longitude) * np.cos(middle)
    north = np.radians(degrees[:, 1] - latitude)
    found: NDArray[np.float64] = EARTH_KM * np.hypot(east, north)
    return found
