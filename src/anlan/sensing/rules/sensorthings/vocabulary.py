"""Entities of the standard that are held here, their properties and ways to one another.

Source: OGC 18-088, SensorThings API Part 1: Sensing 1.1, clause 8 (from memory, not checked
against the published text). House rule: only what is held truly is offered. A station is a Thing,
its point a Location and the FeatureOfInterest of its observations; each datastream has the one
Sensor that its number names. Where stations stood before is in the journal and not offered as
HistoricalLocations. Units and valid range: names are compared as written. Edge cases: `id` and
`@iot.id` are the same property.
"""

from dataclasses import dataclass
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NotOffered

THINGS: Final = "Things"
LOCATIONS: Final = "Locations"
DATASTREAMS: Final = "Datastreams"
SENSORS: Final = "Sensors"
PROPERTIES: Final = "ObservedProperties"
OBSERVATIONS: Final = "Observations"
FEATURES: Final = "FeaturesOfInterest"
NOT_HELD: Final = frozenset(
    {
        *("HistoricalLocations", "HistoricalLocation", "MultiDatastreams", "Actuators"),
        *("Tasks", "TaskingCapabilities", "$batch"),
    }
)
ID: Final = "id"
_SAME: Final = {"@iot.id": ID, "@iot.selfLink": "selfLink"}
NOT_BUILT: Final = gettext_noop("{name} is not offered here. The service root lists what is.")
UNKNOWN_NAME: Final = gettext_noop("{kind} has no property {name}. It has: {known}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a navigation property leads, and whether to many."""

    kind: str
    is_many: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    name: str
    properties: tuple[str, ...]
    ways: dict[str, Way]


def _many(kind: str) -> Way:
    return Way(kind=kind, is_many=True)


def _one(kind: str) -> Way:
    return Way(kind=kind, is_many=False)


_DESCRIBED: Final = ("name", "description")
KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind(
            name=THINGS,
            properties=(*_DESCRIBED, "properties"),
            ways={LOCATIONS: _many(LOCATIONS), DATASTREAMS: _many(DATASTREAMS)},
        ),
        Kind(
            name=LOCATIONS,
            properties=(*_DESCRIBED, "encodingType", "location", "properties"),
            ways={THINGS: _many(THINGS)},
        ),
        Kind(
            name=DATASTREAMS,
            properties=(
                *(*_DESCRIBED, "observationType", "unitOfMeasurement", "observedArea"),
                *("phenomenonTime", "properties"),
            ),
            ways={
                "Thing": _one(THINGS),
                "Sensor": _one(SENSORS),
                "ObservedProperty": _one(PROPERTIES),
                OBSERVATIONS: _many(OBSERVATIONS),
            },
        ),
        Kind(
            name=SENSORS,
            properties=(*_DESCRIBED, "encodingType", "metadata", "properties"),
            ways={DATASTREAMS: _many(DATASTREAMS)},
        ),
        Kind(
            name=PROPERTIES,
            properties=(*_DESCRIBED, "definition", "properties"),
            ways={DATASTREAMS: _many(DATASTREAMS)},
        ),
        Kind(
            name=OBSERVATIONS,
            properties=("phenomenonTime", "result", "resultTime", "resultQuality", "parameters"),
            ways={"Datastream": _one(DATASTREAMS), "FeatureOfInterest": _one(FEATURES)},
        ),
        Kind(
            name=FEATURES,
            properties=(*_DESCRIBED, "encodingType", "feature", "properties"),
            ways={OBSERVATIONS: _many(OBSERVATIONS)},
        ),
    )
}
FREE: Final = frozenset(
    {"properties", "parameters", "metadata", "unitOfMeasurement", "location", "feature"}
)
"""Properties that hold an object, into which a path may lead."""


def plain_name(name: str) -> str:
    return _SAME.get(name, name)


def kind_named(name: str) -> Kind:
    """The kind of an entity set; refuses one that is not held."""
    if name in NOT_HELD:
        raise NotOffered(NOT_BUILT, name=name)
    kind = KINDS.get(name)
    if kind is None:
        raise BadQuery(
            gettext_noop("There are no {name} here. There are: {known}."),
            name=name,
            known=tuple(KINDS),
        )
    return kind


def many_in(kind: Kind, path: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """The beginnings of a checked path that lead to many, the shortest first."""
    here, found = kind, []
    for place, name in enumerate(path):
        if name not in here.ways:
            break
        way = here.ways[name]
        if way.is_many:
            found.append(path[: place + 1])
        here = KINDS[way.kind]
    return tuple(found)


def way_named(kind: Kind, name: str) -> Way:
    """Where a navigation property of a kind leads."""
    if name in NOT_HELD:
        raise NotOffered(NOT_BUILT, name=name)
    way = kind.ways.get(name)
    if way is None:
        raise BadQuery(
            gettext_noop("{kind} leads to no {name}. It leads to: {known}."),
            kind=kind.name,
            name=name,
            known=tuple(kind.ways),
        )
    return way


def check_path(kind: Kind, path: tuple[str, ...], *, may_be_many: bool = False) -> None:
    """Refuse a path of a filter or an order that leads nowhere, or through many where it may not.
    Through Observations it never leads: they are too many to be looked through."""
    here, rest = kind, list(path)
    while rest and rest[0] not in here.properties and rest[0] != ID:
        name = rest.pop(0)
        if name not in here.ways and name not in NOT_HELD:
            known = (ID, *here.properties, *here.ways)
            raise BadQuery(UNKNOWN_NAME, kind=here.name, name=name, known=known)
        way = way_named(here, name)
        if way.is_many and not (may_be_many and way.kind != OBSERVATIONS):
            raise NotOffered(
                gettext_noop("{name} are many: filter from the other end, as {kind}?$filter=…"),
                name=name,
                kind=way.kind,
            )
        here = KINDS[way.kind]
    if not rest:
        raise BadQuery(
            gettext_noop("{name} is an entity: add a property to it, as {name}/id."),
            name="/".join(path),
        )
    if len(rest) > 1 and rest[0] not in FREE:
        raise BadQuery(UNKNOWN_NAME, kind=rest[0], name=rest[1], known=())
