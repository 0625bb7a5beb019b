"""Stations (Things). Their places are internal."""

import uuid
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import holding, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Named, Point, Search, Text, point
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.base.rules.coordinates import Datum
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.choices import DataGrade, Mark, PlaceState
from anlan.registers.rules.scope import Capability, Scope
from anlan.sensing.actions.stations import add_station, change_station
from anlan.sensing.choices import StationKind, StationState
from anlan.sensing.models import Station
from anlan.sensing.queries.offered import body_named, region_named, unit_named

router = Router(tags=["sensing"])
Line = Annotated[str, Field(min_length=1, max_length=120)]
Note = Annotated[str, Field(max_length=200)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
StationCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_\-]{0,39}$")]


class StationQuery(Paging):
    """`unit` takes a code."""

    unit: Code | None = None
    kind: StationKind | None = None
    state: StationState | None = None
    q: Search = ""
    sort: Literal["code", "-code"] = "code"


class StationRow(Proof):
    """`place` is a GeoJSON point in CGCS2000. `code` is what messages of readings call it."""

    id: uuid.UUID
    code: str
    name: str
    kind: StationKind
    state: StationState
    body: Named
    unit: Named
    region: Named
    place: Point | None
    source_datum: str
    place_state: PlaceState
    grade: DataGrade
    note: str
    version: int


class StationColumns(Schema):
    """`datum` is that of the two degrees; they are converted once. `region` only without them."""

    name: Line
    kind: StationKind
    state: StationState = StationState.IN_USE
    body: Code
    unit: Code
    longitude_deg: Degrees | None = None
    latitude_deg: Degrees | None = None
    datum: Datum = Datum.CGCS2000
    region: Code | None = None
    grade: DataGrade = DataGrade.INTERNAL
    note: Note = ""
    source: Text
    mark: Mark = Mark.VERIFIED


class StationInput(Write, StationColumns):
    code: StationCode


class StationChangeInput(Change, StationColumns):
    """All columns of the station as they shall be; its code stays."""


def station_row(row: Station) -> dict[str, Any]:
    names = ("id", "code", "name", "kind", "state", "source_datum", "place_state", "grade")
    return {
        **{name: getattr(row, name) for name in names},
        "body": named(row.body),
        "unit": named(row.unit),
        "region": named(row.region),
        "place": point(row.longitude_deg, row.latitude_deg),
        "note": row.note,
        "version": row.version,
        **proof(row),
    }


@router.get("/stations", response=Page[StationRow])
def list_stations(request: HttpRequest, query: Query[StationQuery]) -> dict[str, Any]:
    """Stations of the units in view, with their places; for internal use only."""
    rows = _stations(scope_for(request, Capability.READ_INTERNAL))
    rows = holding(rows, {"unit__code": query.unit, "kind": query.kind, "state": query.state})
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(code__icontains=query.q))
    return page_of(request, rows.order_by(query.sort, "pk"), query, station_row)


@router.get("/stations/{uuid:station_id}", response=StationRow)
def get_station(
    request: HttpRequest, response: HttpResponse, station_id: uuid.UUID
) -> dict[str, Any]:
    return _station(response, scope_for(request, Capability.READ_INTERNAL), station_id)


@router.post("/stations", response={201: StationRow})
def post_station(
    request: HttpRequest, response: HttpResponse, body: StationInput
) -> Status[dict[str, Any]]:
    """A station. Its region follows from the point; a point outside the city is refused."""
    scope = scope_for(request, Capability.KEEP_OWN)
    values = _columns(body, scope) | {"code": body.code}
    result = add_station(values, **stated(request, body).kwargs())
    return Status(201, _station(response, scope, result["id"]))


@router.put(
    "/stations/{uuid:station_id}",
    response=StationRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_station(
    request: HttpRequest, response: HttpResponse, station_id: uuid.UUID, body: StationChangeInput
) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_stations(scope).filter(pk=station_id))
    values = _columns(body, scope)
    change_station(row.pk, values, expected_version=version, **stated(request, body).kwargs())
    return _station(response, scope, station_id)


def _stations(scope: Scope) -> QuerySet[Station]:
    return Station.objects.visible_to(scope).select_related("body", "unit", "region")


def _station(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(_stations(scope).filter(pk=key))
    tagged(response, row.version)
    return station_row(row)


def _columns(body: StationColumns, scope: Scope) -> dict[str, Any]:
    return {
        "name": body.name,
        "kind": body.kind.value,
        "state": body.state.value,
        "body": body_named(scope, body.body),
        "unit": unit_named(scope, body.unit),
        "longitude_deg": body.longitude_deg,
        "latitude_deg": body.latitude_deg,
        "datum": body.datum.value,
        "region": region_named(scope, body.region),
        "grade": body.grade.value,
        "note": body.note,
        "source": body.source,
        "mark": body.mark.value,
    }
