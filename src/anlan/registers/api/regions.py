"""Regions: list, object, and outlines as GeoJSON for internal use."""

from typing import Any, Literal

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router, Schema
from pydantic import Field

from anlan.base.api.finding import by_key, named
from anlan.base.api.openapi import MEDIA_KEY
from anlan.base.api.paging import Page, Paging, is_marked, page_of
from anlan.base.api.shapes import (
    GEOJSON_TYPE,
    Code,
    FeatureCollection,
    Named,
    Point,
    Search,
    collected,
    point,
)
from anlan.base.api.writing import tagged
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.rules.labels import gettext_noop
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.api.statistics import Figure, figure_row
from anlan.registers.choices import RegionLevel
from anlan.registers.models import Region, RegionOutline, Statistic
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["regions"])
MAP_NOTE = gettext_noop(
    "Internal use only: these outlines carry no map approval number. Do not publish them."
)


class MapIsInternal(NotAllowed):
    code = "map-is-internal"
    message = gettext_noop(
        "Outlines are for internal use until a base map with its approval number is configured. "
        "Sign in with a working post to read them."
    )


class OutlineMissing(NotFound):
    code = "outline-missing"
    message = gettext_noop("There is no outline of {region} on this machine.")


class RegionQuery(Paging):
    """`parent` is the code or id of a region; `q` finds name, code or pinyin initials."""

    level: RegionLevel | None = None
    parent: Code | None = None
    q: Search = ""
    sort: Literal["code", "-code", "name", "-name", "level", "-level"] = "code"


class RegionRow(Proof):
    id: str
    code: str
    name: str
    name_en: str
    level: RegionLevel
    is_division: bool
    parent: Named | None
    seat: str
    place: Point | None = Field(description="the seat of the administration")
    edition: str
    version: int


class ChildCount(Schema):
    level: RegionLevel
    count: int


class RegionObject(RegionRow):
    note: str
    children: list[ChildCount]
    statistics: list[Figure]


def region_row(region: Region) -> dict[str, Any]:
    return {
        "id": str(region.pk),
        "code": region.code,
        "name": region.name,
        "name_en": region.name_en,
        "level": region.level,
        "is_division": region.is_division,
        "parent": named(region.parent) if region.parent else None,
        "seat": region.seat,
        "place": point(region.longitude_deg, region.latitude_deg),
        "edition": region.edition,
        "version": region.version,
        **proof(region),
    }


@router.get("/regions", response=Page[RegionRow])
def list_regions(request: HttpRequest, query: Query[RegionQuery]) -> dict[str, Any]:
    """Divisions and statistical units, by level, parent or name."""
    rows = _regions(scope_for(request))
    if query.level:
        rows = rows.filter(level=query.level)
    if query.parent:
        rows = rows.filter(Q(parent__code=query.parent))
    if query.q:
        found = Q(name__icontains=query.q) | Q(code__startswith=query.q)
        rows = rows.filter(found | Q(initials__startswith=query.q.lower()))
    return page_of(request, rows.order_by(query.sort, "pk"), query, region_row)


@router.get(
    "/regions.geojson", response=FeatureCollection, openapi_extra={MEDIA_KEY: GEOJSON_TYPE}
)
def region_outlines(
    request: HttpRequest, response: HttpResponse, level: RegionLevel | None = None
) -> dict[str, Any]:
    """All outlines (longitude, latitude, CGCS2000). Internal use only."""
    rows = _outlines(request)
    if level:
        rows = rows.filter(region__level=level)
    return _collection(request, response, rows)


@router.get("/regions/{code}", response=RegionObject)
def get_region(request: HttpRequest, response: HttpResponse, code: str) -> dict[str, Any]:
    """One region by code or id: how many children of each level, and its statistics."""
    scope = scope_for(request)
    region = by_key(_regions(scope), code)
    tagged(response, region.version)
    children = Region.objects.visible_to(scope).filter(parent=region).order_by()
    counts = children.values("level").annotate(count=Count("id")).order_by("level")
    figures = Statistic.objects.visible_to(scope).filter(region=region).select_related("region")
    return {
        **region_row(region),
        "note": region.note,
        "children": list(counts),
        "statistics": [figure_row(figure) for figure in figures],
    }


@router.get(
    "/regions/{code}/outline",
    response=FeatureCollection,
    openapi_extra={MEDIA_KEY: GEOJSON_TYPE},
)
def region_outline(request: HttpRequest, response: HttpResponse, code: str) -> dict[str, Any]:
    """The outline of one region. Internal use only."""
    rows = _outlines(request)
    region = by_key(_regions(scope_for(request)), code)
    found = rows.filter(region=region)
    if not found.exists():
        raise OutlineMissing(region=region.name)
    return _collection(request, response, found)


def _regions(scope: Scope) -> QuerySet[Region]:
    return Region.objects.visible_to(scope).select_related("parent")


def _outlines(request: HttpRequest) -> QuerySet[RegionOutline]:
    scope = scope_for(request)
    if not scope.may(Capability.READ_INTERNAL):
        raise MapIsInternal
    rows: QuerySet[RegionOutline] = RegionOutline.objects.visible_to(scope)
    return rows.select_related("region").order_by("region__code")


def _collection(
    request: HttpRequest, response: HttpResponse, rows: QuerySet[RegionOutline]
) -> dict[str, Any]:
    response.headers["Content-Type"] = GEOJSON_TYPE
    features = (_feature(row) for row in rows)
    return collected(features, note=gettext(MAP_NOTE), marked=is_marked(request))


def _feature(row: RegionOutline) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": row.region.code,
        "geometry": row.geometry,
        "properties": {
            "region": str(row.region_id),
            "code": row.region.code,
            "name": row.region.name,
            "level": row.region.level,
            "area_km2": row.area_km2,
            "label": [row.label_longitude_deg, row.label_latitude_deg],
            "source": row.source,
            "source_datum": row.source_datum,
        },
    }
