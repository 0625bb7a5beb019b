"""The live map as GeoJSON: the rows of the page, under the same narrowing."""

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from anlan.base import clock
from anlan.base.api.openapi import MEDIA_KEY
from anlan.base.api.paging import is_marked
from anlan.base.api.shapes import DATUM, GEOJSON_TYPE, Point, point
from anlan.base.rules.labels import gettext_noop
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability
from anlan.sensing.choices import StationKind
from anlan.sensing.queries.station_map import Narrowing, Placed, placed_stations
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty
from anlan.sensing.rules.quality import names_of
from anlan.sensing.rules.silence import Heard
from anlan.sensing.rules.station_state import Shown

router = Router(tags=["sensing"])
NOTE = gettext_noop("For internal use only: places of dams and hazard sites are never published.")
Short = Annotated[str, Field(max_length=60)]


class StationMapQuery(Schema):
    """`body` and `unit` take codes; `observed` narrows the state to its datastreams as well."""

    model_config = ConfigDict(extra="forbid")

    state: Shown | None = None
    observed: ObservedProperty | None = None
    body: Short = ""
    unit: Short = ""
    kind: StationKind | None = None


class NewestRow(Schema):
    """The newest value of a datastream; null where it was never heard."""

    datastream: str
    observed: ObservedProperty
    property: str
    unit: str
    heard: Heard
    value: float | None
    phenomenon_time: dt.datetime | None
    flags: list[str]


class ReachedRow(Schema):
    """A limit that is reached, and by what."""

    limit: str
    kind: str
    datastream: str
    limit_value: float
    value: float
    window_min: int


class StationProperties(Schema):
    """`state` is the most urgent of `states` and is what the map draws."""

    code: str
    name: str
    kind: StationKind
    body: str
    unit: str
    state: Shown
    states: list[Shown]
    reached: list[ReachedRow]
    calibration_overdue: list[str]
    newest: list[NewestRow]


class StationFeature(Schema):
    """`geometry` is null where the point is not known."""

    type: Literal["Feature"] = "Feature"
    id: str
    geometry: Point | None
    properties: StationProperties


class StationCollection(Schema):
    """GeoJSON (RFC 7946): longitude, latitude."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    datum: str
    note: str
    demonstration: bool
    features: list[StationFeature]


@router.get(
    "/stations.geojson", response=StationCollection, openapi_extra={MEDIA_KEY: GEOJSON_TYPE}
)
def station_features(
    request: HttpRequest, response: HttpResponse, query: Query[StationMapQuery]
) -> dict[str, Any]:
    """Stations in use with their states, the most urgent first. Internal use only."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    response.headers["Content-Type"] = GEOJSON_TYPE
    asked = Narrowing(
        state=query.state.value if query.state else "",
        observed=query.observed.value if query.observed else "",
        body=query.body,
        unit=query.unit,
        kind=query.kind.value if query.kind else "",
    )
    seen = placed_stations(scope, clock.now(), asked)
    return {
        "datum": DATUM,
        "note": gettext(NOTE),
        "demonstration": is_marked(request),
        "features": [_feature(row) for row in seen.rows],
    }


def _feature(row: Placed) -> dict[str, Any]:
    station = row.station
    return {
        "id": str(station.pk),
        "geometry": point(station.longitude_deg, station.latitude_deg),
        "properties": {
            "code": station.code,
            "name": station.name,
            "kind": station.kind,
            "body": station.body.code,
            "unit": station.unit.code,
            "state": row.shown,
            "states": list(row.states),
            "reached": [_reached(each) for each in row.reached],
            "calibration_overdue": [str(live.stream.pk) for live in row.overdue],
            "newest": [_newest(live) for live in row.streams],
        },
    }


def _reached(each: Any) -> dict[str, Any]:
    return {
        "limit": str(each.limit.pk),
        "kind": each.limit.kind,
        "datastream": str(each.live.stream.pk),
        "limit_value": each.limit.value,
        "value": each.value,
        "window_min": each.limit.window_min,
    }


def _newest(live: Any) -> dict[str, Any]:
    last = live.last
    return {
        "datastream": str(live.stream.pk),
        "observed": live.stream.observed,
        "property": live.stream.key,
        "unit": QUANTITIES[ObservedProperty(live.stream.observed)].unit,
        "heard": live.heard,
        "value": last.value if last else None,
        "phenomenon_time": last.at if last else None,
        "flags": list(names_of(last.flags)) if last else [],
    }
