"""Stations, datastreams and readings in view, as entities of SensorThings."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.utils.translation import gettext as _

from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Scope
from anlan.sensing.models import Datastream, Station
from anlan.sensing.rules.observed_property import PROPERTY_LABELS, QUANTITIES, ObservedProperty
from anlan.sensing.rules.quality import names_of
from anlan.sensing.rules.sensorthings import vocabulary as names
from anlan.sensing.rules.sensorthings.evaluation import is_true
from anlan.sensing.rules.sensorthings.expression import Node, paths_of
from anlan.sensing.rules.sensorthings.refusals import BadQuery
from anlan.sensing.store.reads import newest, oldest_us
from anlan.sensing.store.values import Observation, from_us, to_us

MOST_ENTITIES: Final = 20_000
MOST_SCANNED: Final = 100_000
"""House rule: one answer gives and reads no more than this, whatever is asked."""
MEASUREMENT: Final = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"
GEOJSON: Final = "application/geo+json"
UCUM: Final = {
    "m³/s": "m3/s",
    "°C": "Cel",
    "%CH4": "%",
    "%LEL": "%",
    "ppm": "[ppm]",
    "µε": "10*-6",
}
"""Codes of UCUM (from memory) where they are not the unit as it is written here."""


@dataclass(frozen=True, slots=True)
class Entity:
    """`row` is a station, a datastream, a property, or a reading with its datastream."""

    kind: str
    key: str
    row: Any


Chosen = dict[tuple[str, ...], Entity | None]
Many = tuple[tuple[str, ...], ...]


def many_of(kind: str, tree: Node | None) -> Many:
    """What a filter leads to many by, the shortest first."""
    paths = [] if tree is None else paths_of(tree)
    found = {prefix for path in paths for prefix in names.many_in(names.KINDS[kind], path)}
    return tuple(sorted(found, key=lambda prefix: (len(prefix), prefix)))


@dataclass(frozen=True, slots=True)
class Held:
    """A reading with the datastream that it belongs to."""

    reading: Observation
    stream: Datastream


def key_of(reading: Observation) -> str:
    """The id of a reading: its datastream and its instant. A correction keeps it."""
    return f"{reading.stream.hex}-{reading.at_us}"


class Holdings:
    """What one request may see; read once, and no more than it may spend."""

    def __init__(self, scope: Scope, now: dt.datetime) -> None:
        self.scope, self.now = scope, now
        self.entities_left, self.rows_left = MOST_ENTITIES, MOST_SCANNED

    def spend(self, number: int) -> None:
        self.entities_left -= number
        if self.entities_left < 0:
            raise BadQuery(
                gettext_noop("More than {most} entities at once: lower $top in $expand."),
                most=MOST_ENTITIES,
            )

    @cached_property
    def stations(self) -> dict[str, Station]:
        rows = Station.objects.visible_to(self.scope).select_related("body", "unit", "region")
        return {str(row.pk): row for row in rows.order_by("pk")}

    @cached_property
    def streams(self) -> dict[str, Datastream]:
        rows = Datastream.objects.visible_to(self.scope).select_related(
            "station__body", "station__unit", "station__region"
        )
        return {str(row.pk): row for row in rows.order_by("pk")}

    @cached_property
    def _streams_of(self) -> dict[uuid.UUID, list[Datastream]]:
        found: dict[uuid.UUID, list[Datastream]] = {}
        for row in self.streams.values():
            found.setdefault(row.station_id, []).append(row)
        return found

    def stream(self, key: str) -> Datastream | None:
        """One datastream, without reading the others."""
        if "streams" in self.__dict__:
            return self.streams.get(key)
        rows = Datastream.objects.visible_to(self.scope).select_related(
            "station__body", "station__unit", "station__region"
        )
        return rows.filter(pk=key).first() if _is_uuid(key) else None

    def every(self, kind: str) -> list[Entity]:
        """All entities of a kind but Observations, in the order of their ids."""
        if kind in (names.THINGS, names.FEATURES):
            return [Entity(kind, key, row) for key, row in self.stations.items()]
        if kind == names.LOCATIONS:
            return [Entity(kind, k, s) for k, s in self.stations.items() if _has_point(s)]
        if kind in (names.DATASTREAMS, names.SENSORS):
            return [Entity(kind, key, row) for key, row in self.streams.items()]
        return [Entity(kind, each.value, each) for each in sorted(ObservedProperty)]

    def one(self, kind: str, key: str) -> Entity | None:
        """The entity of an id, when it is in view."""
        if kind in (names.DATASTREAMS, names.SENSORS):
            stream = self.stream(key.lower())
            return None if stream is None else Entity(kind, str(stream.pk), stream)
        if kind == names.PROPERTIES:
            known = key in {each.value for each in ObservedProperty}
            return Entity(kind, key, ObservedProperty(key)) if known else None
        station = self.stations.get(key.lower())
        if station is None or (kind == names.LOCATIONS and not _has_point(station)):
            return None
        return Entity(kind, str(station.pk), station)

    def related(self, entity: Entity, name: str) -> list[Entity]:
        """What a navigation property leads to; not for Observations, which are too many."""
        if name in ("Thing", names.THINGS, "FeatureOfInterest"):
            kind = names.FEATURES if name == "FeatureOfInterest" else names.THINGS
            station = _station_of(entity)
            return [Entity(kind, str(station.pk), station)]
        if name == names.LOCATIONS:
            station = entity.row
            return [Entity(name, str(station.pk), station)] if _has_point(station) else []
        if name == "ObservedProperty":
            each = ObservedProperty(entity.row.observed)
            return [Entity(names.PROPERTIES, each.value, each)]
        if name in ("Sensor", "Datastream"):
            kind = names.SENSORS if name == "Sensor" else names.DATASTREAMS
            stream = entity.row.stream if isinstance(entity.row, Held) else entity.row
            return [Entity(kind, str(stream.pk), stream)]
        return [Entity(names.DATASTREAMS, str(s.pk), s) for s in self.streams_behind(entity)]

    def streams_behind(self, entity: Entity) -> list[Datastream]:
        """The datastreams of an entity."""
        if isinstance(entity.row, Datastream):
            return [entity.row]
        if isinstance(entity.row, Station):
            return self._streams_of.get(entity.row.pk, [])
        return [row for row in self.streams.values() if row.observed == entity.row.value]

    def value(self, entity: Entity, name: str) -> Any:
        """A property of an entity; times as times."""
        return entity.key if name == names.ID else VALUES[entity.kind][name](entity.row)

    def is_meant(self, tree: Node, entity: Entity, many: Many) -> bool:
        """Whether a filter holds for an entity; where a path leads to many, for any one of them,
        and all paths through the same of them are about the same one."""
        return any(
            is_true(tree, lambda path, chosen=chosen: self.look(entity, path, chosen), self.now)
            for chosen in self._choices(entity, many)
        )

    def _choices(self, entity: Entity, many: Many) -> Iterator[Chosen]:
        """Every way of choosing one of the many; None where there is none to choose."""
        chosen: list[Chosen] = [{}]
        for prefix in many:
            following: list[Chosen] = []
            for each in chosen:
                here = self._reached(entity, prefix[:-1], each)
                found: list[Entity | None] = [] if here is None else [*self._spent(here, prefix)]
                following += [each | {prefix: one} for one in found or [None]]
            chosen = following
        yield from chosen

    def _spent(self, here: Entity, prefix: tuple[str, ...]) -> list[Entity]:
        found = self.related(here, prefix[-1])
        self.rows_left -= len(found)
        if self.rows_left < 0:
            raise BadQuery(
                gettext_noop("Too much to look through at once: filter {name} by themselves."),
                name=prefix[-1],
            )
        return found

    def _reached(self, entity: Entity, path: tuple[str, ...], chosen: Chosen) -> Entity | None:
        """Where ways lead; of many to the one that is chosen."""
        here: Entity | None = entity
        for place, name in enumerate(path):
            if here is None:
                return None
            prefix = path[: place + 1]
            here = chosen[prefix] if prefix in chosen else self.related(here, name)[0]
        return here

    def look(self, entity: Entity, path: tuple[str, ...], chosen: Chosen | None = None) -> Any:
        """The value at a path that was checked before."""
        kind, ways = names.KINDS[entity.kind], 0
        while path[ways] in kind.ways:
            kind = names.KINDS[kind.ways[path[ways]].kind]
            ways += 1
        here = self._reached(entity, path[:ways], chosen or {})
        if here is None:
            return None
        rest = list(path[ways:])
        found = self.value(here, rest.pop(0))
        while rest:
            found = found.get(rest.pop(0)) if isinstance(found, dict) else None
        return found


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _has_point(row: Station) -> bool:
    return row.longitude_deg is not None and row.latitude_deg is not None


def _station_of(entity: Entity) -> Station:
    row = entity.row
    if isinstance(row, Held):
        row = row.stream
    return row if isinstance(row, Station) else row.station


def _point(row: Station) -> dict[str, Any] | None:
    if not _has_point(row):
        return None
    return {"type": "Point", "coordinates": [row.longitude_deg, row.latitude_deg]}


def _about_station(row: Station) -> dict[str, Any]:
    return {
        "code": row.code,
        "kind": row.kind,
        "state": row.state,
        "owner": {"code": row.body.code, "name": row.body.short_name},
        "unit": {"code": row.unit.code, "name": row.unit.short_name},
        "region": {"code": row.region.code, "name": row.region.name},
        "grade": row.grade,
        "source": row.source,
        "mark": row.mark,
    }


def _place(row: Station) -> dict[str, Any]:
    about = {"datum": "CGCS2000", "source_datum": row.source_datum, "proof": row.place_state}
    return about | {"region": row.region.code}


def _feature(row: Station) -> dict[str, Any]:
    return {"type": "Feature", "geometry": _point(row), "properties": {"code": row.code}}


def _unit(row: Datastream) -> dict[str, str]:
    unit = QUANTITIES[ObservedProperty(row.observed)].unit
    return {"name": unit, "symbol": unit, "definition": f"ucum:{UCUM.get(unit, unit)}"}


def _span(row: Datastream) -> str | None:
    """From the first to the newest reading, as an interval of ISO 8601."""
    first = oldest_us(row.pk)
    last = newest([row.pk], until_us=2**62).get(row.pk)
    if first is None or last is None:
        return None
    return f"{written(from_us(first))}/{written(last.at)}"


def _about_stream(row: Datastream) -> dict[str, Any]:
    return {
        "code": row.code,
        "property": row.key,
        "interval_s": row.interval_s,
        "lowest": row.lowest,
        "highest": row.highest,
        "step": row.step,
        "state": row.state,
        "source": row.source,
        "mark": row.mark,
    }


def _instrument(row: Datastream) -> dict[str, Any]:
    return {
        "number": row.number,
        "unit_of_device": row.unit_of_measurement,
        "calibrated_on": _day(row.calibrated_on),
        "calibration_due_on": _day(row.calibration_due_on),
    }


def _day(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()


def _received(row: Held) -> dict[str, Any]:
    reading = row.reading
    return {"receivedAt": written(reading.received_at), "revision": reading.revision}


def written(instant: dt.datetime) -> str:
    """A time as the standard writes it, in UTC, to the microsecond that is held."""
    us = to_us(instant) % 1_000_000
    text = instant.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{us:06d}Z" if us % 1000 else f"{text}.{us // 1000:03d}Z"


Read = Callable[[Any], Any]
_STATION: Final[dict[str, Read]] = {
    "name": lambda row: row.name,
    "description": lambda row: f"{row.get_kind_display()} · {row.unit.short_name}",
    "encodingType": lambda row: GEOJSON,
}
VALUES: Final[dict[str, dict[str, Read]]] = {
    names.THINGS: {**_STATION, "properties": _about_station},
    names.LOCATIONS: {**_STATION, "location": _point, "properties": _place},
    names.FEATURES: {**_STATION, "feature": _feature, "properties": _place},
    names.DATASTREAMS: {
        "name": str,
        "description": lambda row: f"{row.get_observed_display()} · {row.station.name}",
        "observationType": lambda row: MEASUREMENT,
        "unitOfMeasurement": _unit,
        "observedArea": lambda row: _point(row.station),
        "phenomenonTime": _span,
        "properties": _about_stream,
    },
    names.SENSORS: {
        "name": lambda row: f"{row.station.code}:{row.key}",
        "description": lambda row: f"{row.get_observed_display()} {row.number}",
        "encodingType": lambda row: "application/json",
        "metadata": _instrument,
        "properties": lambda row: {"station": row.station.code},
    },
    names.PROPERTIES: {
        "name": lambda each: _(PROPERTY_LABELS[each]),
        "description": lambda each: f"{_(PROPERTY_LABELS[each])} ({QUANTITIES[each].unit})",
        "definition": lambda each: f"urn:anlan:observed-property:{each.value}",
        "properties": lambda each: {"unit": QUANTITIES[each].unit},
    },
    names.OBSERVATIONS: {
        "phenomenonTime": lambda row: row.reading.at,
        "result": lambda row: row.reading.value,
        "resultTime": lambda row: None,
        "resultQuality": lambda row: list(names_of(row.reading.flags)),
        "parameters": _received,
    },
}


def as_entities(rows: Iterable[Held]) -> list[Entity]:
    return [Entity(names.OBSERVATIONS, key_of(row.reading), row) for row in rows]
