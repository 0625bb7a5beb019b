"""Sites of enterprises. Their places are internal."""

import uuid
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Named, Point, Search, Text, point
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.base.rules.coordinates import Datum
from anlan.registers.actions.sites import (
    add_site,
    change_site,
)
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.choices import (
    DataGrade,
    Mark,
    PlaceState,
)
from anlan.registers.models import (
    Enterprise,
    Region,
    Site,
)
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["sites"])
Line = Annotated[str, Field(min_length=1, max_length=120)]
Address = Annotated[str, Field(max_length=200)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Ref(Schema):
    id: str
    name: str


class SiteQuery(Paging):
    """`enterprise` takes an id, `region` a code (with the regions below it)."""

    enterprise: uuid.UUID | None = None
    region: Code | None = None
    q: Search = ""
    sort: Literal["name", "-name"] = "name"


class SiteRow(Proof):
    """`place` is a GeoJSON point in CGCS2000; `source_datum` is the datum it was read in."""

    id: str
    enterprise: Ref
    name: str
    address: str
    region: Named
    place: Point | None
    source_datum: str
    place_state: PlaceState
    grade: DataGrade
    version: int


class SiteColumns(Schema):
    """`datum` is that of the two degrees; they are converted once. `region` only without them."""

    name: Line
    address: Address = ""
    longitude_deg: Degrees | None = None
    latitude_deg: Degrees | None = None
    datum: Datum = Datum.CGCS2000
    region: Code | None = None
    grade: DataGrade = DataGrade.INTERNAL
    source: Text
    mark: Mark = Mark.VERIFIED


class SiteInput(Write, SiteColumns):
    enterprise: uuid.UUID


class SiteChangeInput(Change, SiteColumns):
    """All columns of the site as they shall be."""


def ref(row: Any) -> dict[str, str]:
    return {"id": str(row.pk), "name": row.name}


def site_row(row: Site) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "enterprise": ref(row.enterprise),
        "name": row.name,
        "address": row.address,
        "region": named(row.region),
        "place": point(row.longitude_deg, row.latitude_deg),
        "source_datum": row.source_datum,
        "place_state": row.place_state,
        "grade": row.grade,
        "version": row.version,
        **proof(row),
    }


@router.get("/sites", response=Page[SiteRow])
def list_sites(request: HttpRequest, query: Query[SiteQuery]) -> dict[str, Any]:
    """Sites of the enterprises in view, with their places; for internal use only."""
    rows = _sites(scope_for(request, Capability.READ_INTERNAL))
    if query.enterprise:
        rows = rows.filter(enterprise=query.enterprise)
    if query.region:
        paths = ("region", "region__parent", "region__parent__parent")
        inside = Q()
        for path in paths:
            inside |= Q(**{f"{path}__code": query.region})
        rows = rows.filter(inside)
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(enterprise__name__icontains=query.q))
    return page_of(request, rows.order_by(query.sort, "pk"), query, site_row)


@router.get("/sites/{uuid:site_id}", response=SiteRow)
def get_site(request: HttpRequest, response: HttpResponse, site_id: uuid.UUID) -> dict[str, Any]:
    return _site(response, scope_for(request, Capability.READ_INTERNAL), site_id)


@router.post("/sites", response={201: SiteRow})
def post_site(
    request: HttpRequest, response: HttpResponse, body: SiteInput
) -> Status[dict[str, Any]]:
    """A site. Its region follows from the point; a point outside the city is refused."""
    scope = scope_for(request, Capability.KEEP_OWN)
    enterprise = only(Enterprise.objects.visible_to(scope).filter(pk=body.enterprise))
    values = _place(body, scope) | {"enterprise": enterprise}
    result = add_site(values, **stated(request, body).kwargs())
    return Status(201, _site(response, scope, result["id"]))


@router.put(
    "/sites/{uuid:site_id}",
    response=SiteRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_site(
    request: HttpRequest, response: HttpResponse, site_id: uuid.UUID, body: SiteChangeInput
) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_sites(scope).filter(pk=site_id))
    values = _place(body, scope)
    change_site(row.pk, values, expected_version=version, **stated(request, body).kwargs())
    return _site(response, scope, site_id)


def _sites(scope: Scope) -> QuerySet[Site]:
    return Site.objects.visible_to(scope).select_related("enterprise", "region")


def _site(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(_sites(scope).filter(pk=key))
    tagged(response, row.version)
    return site_row(row)


def _place(body: SiteColumns, scope: Scope) -> dict[str, Any]:
    region = body.region and by_key(Region.objects.visible_to(scope), body.region)
    return {
        "name": body.name,
        "address": body.address,
        "longitude_deg": body.longitude_deg,
        "latitude_deg": body.latitude_deg,
        "datum": body.datum.value,
        "region": region or None,
        "grade": body.grade.value,
        "source": body.source,
        "mark": body.mark.value,
    }
