"""Stations with the state that a map and the list beside it show: one query for both."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from anlan.base.clock import CITY_ZONE
from anlan.base.worlds.current import current
from anlan.registers.rules.scope import Scope
from anlan.sensing.choices import NOT_OF_THE_VALUE
from anlan.sensing.models import Station, Threshold
from anlan.sensing.queries.live import Live, LiveStation, known_until, live_stations, readings
from anlan.sensing.rules.limit_kinds import LOWER_LIMITS
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.station_state import Shown, is_over, is_overdue, states_of
from anlan.sensing.store.values import MICROSECOND

ORDER = {state: place for place, state in enumerate(Shown)}
MOST_IN_WINDOW = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A limit that is reached: its row, the datastream, the value that reached it."""

    limit: Threshold
    live: Live
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A station with every state that holds, the most urgent first."""

    station: Station
    streams: tuple[Live, ...]
    states: tuple[Shown, ...]
    reached: tuple[Reached, ...] = ()
    overdue: tuple[Live, ...] = ()

    @property
    def shown(self) -> Shown:
        return self.states[0]

    @property
    def point(self) -> tuple[float, float] | None:
        lon, lat = self.station.longitude_deg, self.station.latitude_deg
        return None if lon is None or lat is None else (lon, lat)

    @property
    def last_at(self) -> dt.datetime | None:
        times = [live.last.at for live in self.streams if live.last is not None]
        return max(times, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What the reader asked for; empty asks for nothing. A property narrows the state as well."""

    observed: str = ""
    body: str = ""
    unit: str = ""
    kind: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Stations that hold everything but the state, and those of the state that was asked for."""

    rows: tuple[Placed, ...]
    counts: Mapping[Shown, int]
    total: int
    owners: Mapping[str, str] = field(default_factory=dict)


def placed_stations(scope: Scope, now: dt.datetime, asked: Narrowing) -> Seen:
    """The stations in use of the units in view, the most urgent first."""
    world = current()
    instant = min(now, world.as_of) if world.as_of is not None else now
    every = live_stations(scope, instant)
    narrowed = [found for row in every if (found := _narrowed(row, asked)) is not None]
    limits = _limits_of(narrowed, instant)
    rows = [_placed(row, limits, instant) for row in narrowed]
    rows.sort(key=lambda row: (ORDER[row.shown], row.station.code))
    counts = {state: sum(row.shown is state for row in rows) for state in Shown}
    chosen = [row for row in rows if asked.state in ("", row.shown.value)]
    owners = {row.station.body.code: row.station.body.short_name for row in every}
    return Seen(rows=tuple(chosen), counts=counts, total=len(rows), owners=owners)


def _narrowed(row: LiveStation, asked: Narrowing) -> LiveStation | None:
    station = row.station
    wanted = (
        asked.body in ("", station.body.code),
        asked.unit in ("", station.unit.code),
        asked.kind in ("", station.kind),
    )
    if not all(wanted):
        return None
    if not asked.observed:
        return row
    streams = tuple(live for live in row.streams if live.stream.observed == asked.observed)
    return LiveStation(station=station, streams=streams, heard=row.heard) if streams else None


def _limits_of(rows: Iterable[LiveStation], now: dt.datetime) -> dict[uuid.UUID, list[Threshold]]:
    """Limits of the value that hold today, by datastream: not those of a rate or a sum of days."""
    keys = [live.stream.pk for row in rows for live in row.streams if live.last is not None]
    day = now.astimezone(CITY_ZONE).date()
    held = Threshold.objects.filter(valid_from__lte=day).exclude(valid_until__lte=day)
    held = held.exclude(kind__in=NOT_OF_THE_VALUE)
    wanted, found = set(keys), {}
    for limit in held.order_by("value"):
        if limit.datastream_id in wanted:
            found.setdefault(limit.datastream_id, []).append(limit)
    return found


def _placed(
    row: LiveStation, limits: Mapping[uuid.UUID, Sequence[Threshold]], now: dt.datetime
) -> Placed:
    today = now.astimezone(CITY_ZONE).date()
    values = {
        (live.stream.pk, window_min): _value_over(window_min, live, now)
        for live in row.streams
        for window_min in {limit.window_min for limit in limits.get(live.stream.pk, ())}
    }
    reached = tuple(
        Reached(limit=limit, live=live, value=value)
        for live in row.streams
        for limit in limits.get(live.stream.pk, ())
        if (value := values[live.stream.pk, limit.window_min]) is not None
        and is_over(
            ObservedProperty(live.stream.observed),
            value,
            limit.value,
            is_lower=limit.kind in LOWER_LIMITS,
        )
    )
    overdue = tuple(
        live for live in row.streams if is_overdue(live.stream.calibration_due_on, today)
    )
    states = states_of(
        (live.heard for live in row.streams),
        has_limit_reached=bool(reached),
        has_calibration_overdue=bool(overdue),
    )
    return Placed(
        station=row.station,
        streams=row.streams,
        states=states,
        reached=reached,
        overdue=overdue,
    )


def _value_over(window_min: int, live: Live, now: dt.datetime) -> float | None:
    """What limits are compared with: the newest value, or the sum over their window. Asked once
    for all limits of a window: a table of colours has four."""
    if live.last is None:
        return None
    if not window_min:
        return live.last.value
    end = now + MICROSECOND  # the instant itself is inside, the beginning of the window is not
    start = end - dt.timedelta(minutes=window_min)
    rows = readings(live.stream.pk, start, end, most=MOST_IN_WINDOW, known_at=known_until())
    return sum(row.value for row in rows) if rows else None
