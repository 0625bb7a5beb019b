"""What stations say now: the newest reading of every datastream, silence, series."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from anlan.base.worlds.current import current
from anlan.registers.rules.scope import Scope
from anlan.sensing.choices import StationState
from anlan.sensing.models import Datastream, Station
from anlan.sensing.rules.quality import AHEAD_S
from anlan.sensing.rules.silence import Heard, heard
from anlan.sensing.store.reads import newest, series
from anlan.sensing.store.values import EPOCH, Observation, to_us

ORDER = {state: place for place, state in enumerate((Heard.SILENT, Heard.NEVER, Heard.LATE))}


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """A datastream with its newest reading and how it is heard."""

    stream: Datastream
    last: Observation | None
    heard: Heard


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStation:
    """A station as it is heard: as badly as the worst of its datastreams."""

    station: Station
    streams: tuple[Live, ...]
    heard: Heard

    @property
    def last_at(self) -> dt.datetime | None:
        times = [live.last.at for live in self.streams if live.last is not None]
        return max(times, default=None)


def known_until() -> dt.datetime | None:
    """Until when readings were known in this world: a past one shows those of its time, an
    exercise has none of its own and shows none."""
    world = current()
    if world.is_past:
        return world.as_of
    return None if world.is_live else EPOCH


def lives(rows: Iterable[Datastream], now: dt.datetime) -> list[Live]:
    """Each datastream with its newest reading until now."""
    streams = list(rows)
    known = known_until()
    until_us = to_us(min(now, known) if known else now) + int(AHEAD_S * 1_000_000)
    more = {} if known is None else {"known_us": to_us(known)}
    found = newest([row.pk for row in streams], until_us=until_us, **more)
    return [_live(row, found.get(row.pk), now) for row in streams]


def in_use(scope: Scope) -> list[Datastream]:
    """Datastreams in use at stations in use, of the units in view."""
    rows = Datastream.objects.visible_to(scope).filter(
        state=StationState.IN_USE, station__state=StationState.IN_USE
    )
    joined = rows.select_related("station__unit", "station__body")
    return list(joined.order_by("station__code", "observed", "number"))


def live_stations(scope: Scope, now: dt.datetime) -> list[LiveStation]:
    """Stations in use, the silent first, then those never heard, late, online."""
    grouped: dict[uuid.UUID, list[Live]] = {}
    for live in lives(in_use(scope), now):
        grouped.setdefault(live.stream.station_id, []).append(live)
    without = Station.objects.visible_to(scope).filter(state=StationState.IN_USE)
    rows = [_station(found[0].stream.station, found) for found in grouped.values()]
    rows += [
        _station(row, []) for row in without.exclude(pk__in=grouped).select_related("unit", "body")
    ]
    return sorted(rows, key=lambda row: (ORDER.get(row.heard, len(ORDER)), row.station.code))


def readings(
    stream: uuid.UUID,
    start: dt.datetime,
    end: dt.datetime,
    *,
    most: int,
    known_at: dt.datetime | None = None,
) -> Sequence[Observation]:
    """Readings of a span in order, the newest `most`."""
    more = {} if known_at is None else {"known_us": to_us(known_at)}
    return series(stream, to_us(start), to_us(end), most=most, **more)


def _live(row: Datastream, last: Observation | None, now: dt.datetime) -> Live:
    state = heard(last.at if last else None, now, row.interval_s)
    return Live(stream=row, last=last, heard=state)


def _station(station: Station, found: list[Live]) -> LiveStation:
    states = [live.heard for live in found]
    worst = min(states, key=lambda state: ORDER.get(state, len(ORDER)), default=Heard.NEVER)
    return LiveStation(station=station, streams=tuple(found), heard=worst)
