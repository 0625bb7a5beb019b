"""Which datastreams of one property stand around another, and what they said."""

import uuid
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anlan.sensing.choices import StationState
from anlan.sensing.models import Datastream
from anlan.sensing.queries.resolving import Stream
from anlan.sensing.rules.quality import NEIGHBOUR_KM
from anlan.sensing.store.engine import Session
from anlan.sensing.store.reads import series_in

EARTH_KM = 6371.0
MOST_NEIGHBOURS = 8
SECOND_US = 1_000_000


class Surroundings:
    """Where the datastreams of one property stand: read once for all streams of a batch."""

    def __init__(self, observed: str) -> None:
        rows = Datastream.objects.filter(
            observed=observed,
            state=StationState.IN_USE,
            station__state=StationState.IN_USE,
            station__longitude_deg__isnull=False,
        ).order_by()
        columns = ("pk", "station", "station__longitude_deg", "station__latitude_deg")
        found = list(rows.values_list(*columns))
        self.keys = [key for key, _, _, _ in found]
        self.stations = [station for _, station, _, _ in found]
        self.degrees = np.array([row[2:] for row in found], dtype=np.float64).reshape(-1, 2)

    def around(self, stream: Stream) -> list[uuid.UUID]:
        """The nearest datastreams within the distance of the test, at other stations."""
        if stream.longitude_deg is None or stream.latitude_deg is None:
            return []
        km = _km(stream.longitude_deg, stream.latitude_deg, self.degrees)
        near = sorted(
            (km[place], self.keys[place])
            for place in np.flatnonzero(km <= NEIGHBOUR_KM)
            if self.stations[place] != stream.station
        )
        return [key for _, key in near][:MOST_NEIGHBOURS]


def said_around(
    session: Session, stream: Stream, keys: Sequence[uuid.UUID], times_us: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Shape (times, neighbours): the newest unflagged value of each within one interval before."""
    reach = stream.interval_s * SECOND_US
    table = np.full((len(times_us), len(keys)), np.nan)
    for column, key in enumerate(keys):
        rows = series_in(session, key, int(times_us[0]) - reach, int(times_us[-1]) + 1)
        sound = [row for row in rows if not row.flags]
        if not sound:
            continue
        instants = np.array([row.at_us for row in sound], dtype=np.int64)
        values = np.array([row.value for row in sound], dtype=np.float64)
        places = np.searchsorted(instants, times_us, side="right") - 1
        is_near = (places >= 0) & (times_us - instants[places] <= reach)
        table[is_near, column] = values[places[is_near]]
    return table


def _km(longitude: float, latitude: float, degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances on the sphere; some metres off at 30 km, which no test notices."""
    middle = np.radians((latitude + degrees[:, 1]) / 2)
    east = np.radians(degrees[:, 0] - longitude) * np.cos(middle)
    north = np.radians(degrees[:, 1] - latitude)
    found: NDArray[np.float64] = EARTH_KM * np.hypot(east, north)
    return found
