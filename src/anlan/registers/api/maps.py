"""Maps: what lies under them, and the switch of the online base map. The key is only taken."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from anlan.base.api.openapi import MEDIA_KEY
from anlan.base.api.paging import is_marked
from anlan.base.api.shapes import GEOJSON_TYPE, FeatureCollection, collected
from anlan.base.api.writing import Change, expected_version, stated, tagged
from anlan.base.maps.ground import ground
from anlan.base.maps.online import online_map, set_online_map
from anlan.base.models import OnlineMap
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability

router = Router(tags=["maps"])


class OnlineMapRow(Schema):
    """`version` 0: nobody has set it. `has_key` says that a key is there, never which."""

    is_on: bool
    has_key: bool
    approval: str
    version: int


class OnlineMapInput(Change):
    """An empty `key` keeps the one that is there."""

    is_on: bool
    key: Annotated[str, Field(max_length=80)] = ""
    approval: Annotated[str, Field(max_length=60)] = ""


@router.get("/online-map", response=OnlineMapRow)
def get_online_map(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    scope_for(request, Capability.READ_INTERNAL)
    row = online_map()
    tagged(response, row.version)
    return _row(row)


@router.put(
    "/online-map",
    response=OnlineMapRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_online_map(request: HttpRequest, body: OnlineMapInput) -> dict[str, Any]:
    """Switch it. `expected_version` is stated once it was ever set."""
    scope_for(request, Capability.KEEP_INSTANCE)
    version = 0 if online_map().version == 0 else expected_version(request, body)
    set_online_map(
        is_on=body.is_on,
        key=body.key,
        approval=body.approval,
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _row(online_map())


@router.get(
    "/map-ground.geojson",
    response=FeatureCollection,
    openapi_extra={MEDIA_KEY: GEOJSON_TYPE},
)
def get_map_ground(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    """Rivers and towns as every map draws them, with their sources."""
    scope_for(request, Capability.READ_PUBLISHED)
    found = ground()
    features = [
        _feature(
            {"type": "MultiLineString", "coordinates": list(river.lines)},
            "river",
            river.name,
            key=f"river-{number}",
        )
        for number, river in enumerate(found.rivers, start=1)
    ]
    features += [
        _feature(
            {"type": "Point", "coordinates": [town.longitude, town.latitude]},
            "town",
            town.name,
            key=town.code,
        )
        for town in found.towns
    ]
    response.headers["Content-Type"] = GEOJSON_TYPE
    note = "; ".join(found.sources)
    return collected(features, note=note, marked=is_marked(request))


def _feature(geometry: dict[str, Any], kind: str, name: str, *, key: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": key,
        "geometry": geometry,
        "properties": {"kind": kind, "name": name},
    }


def _row(row: OnlineMap) -> dict[str, Any]:
    return {
        "is_on": row.is_on,
        "has_key": bool(row.sealed_key),
        "approval": row.approval,
        "version": row.version,
    }
