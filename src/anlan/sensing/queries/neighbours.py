"""Which datastreams of one property stand around another, and what they said."""

import math
import uuid
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anlan.sensing.choices import StationState
from anlan.sensing.models import Datastream
from anlan.sensing.rules.quality import NEIGHBOUR_KM
from anlan.sensing.store.engine import Session
from anlan.sensing.store.reads import series_in

EARTH_KM = 6371.0
MOST_NEIGHBOURS = 8
SECOND_US = 1_000_000


def around(stream: Datastream) -> list[uuid.UUID]:
    """The nearest datastreams of the same property within the distance of the test."""
    station = stream.station
    if station.longitude_deg is None or station.latitude_deg is None:
        return []
    rows = Datastream.objects.filter(
        observed=stream.observed,
        state=StationState.IN_USE,
        station__state=StationState.IN_USE,
        station__longitude_deg__isnull=False,
    ).exclude(station=station)
    columns = ("pk", "station__longitude_deg", "station__latitude_deg")
    here = (station.longitude_deg, station.latitude_deg)
    near = sorted((_km(here, (lon, lat)), key) for key, lon, lat in rows.values_list(*columns))
    return [key for km, key in near if km <= NEIGHBOUR_KM][:MOST_NEIGHBOURS]


def said_around(
    session: Session, stream: Datastream, times_us: Sequence[int]
) -> NDArray[np.float64]:
    """Shape (times, neighbours): the newest unflagged value of each within one interval before."""
    keys, reach = around(stream), stream.interval_s * SECOND_US
    table = np.full((len(times_us), len(keys)), np.nan)
    for column, key in enumerate(keys):
        rows = series_in(session, key, times_us[0] - reach, times_us[-1] + 1)
        sound = [row for row in rows if not row.flags]
        instants = np.array([row.at_us for row in sound], dtype=np.int64)
        places = np.searchsorted(instants, np.array(times_us, dtype=np.int64), side="right") - 1
        for line, place in enumerate(places):
            if place >= 0 and times_us[line] - instants[place] <= reach:
                table[line, column] = sound[place].value
    return table


def _km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance on the sphere; some metres off at 30 km, which no test notices."""
    east = math.radians(b[0] - a[0]) * math.cos(math.radians((a[1] + b[1]) / 2))
    return EARTH_KM * math.hypot(east, math.radians(b[1] - a[1]))
