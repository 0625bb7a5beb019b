"""Datastreams of stations, and the limits that hold for them."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import holding, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Text
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.choices import Mark
from anlan.registers.rules.scope import Capability, Scope
from anlan.sensing.actions.stations import (
    add_datastream,
    add_threshold,
    change_datastream,
    end_threshold,
)
from anlan.sensing.choices import SoilState, StationState, ThresholdKind
from anlan.sensing.models import Datastream, Station, Threshold
from anlan.sensing.models.stations import ONLY
from anlan.sensing.queries.offered import region_named
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty

router = Router(tags=["sensing"])
MOST = 1e9
Value = Annotated[float, Field(ge=-MOST, le=MOST, allow_inf_nan=False)]
Step = Annotated[float, Field(gt=0, le=MOST, allow_inf_nan=False)]
Seconds = Annotated[int, Field(ge=1, le=86_400 * 31)]
Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 15)]
Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{1,20}$")]
UnitOfMeasurement = Annotated[str, Field(min_length=1, max_length=10)]


class DatastreamQuery(Paging):
    station: uuid.UUID | None = None
    observed: ObservedProperty | None = None
    state: StationState | None = None
    sort: Literal["code", "-code"] = "code"


class DatastreamLimitQuery(Paging):
    datastream: uuid.UUID | None = None
    kind: ThresholdKind | None = None
    sort: Literal["valid_from", "-valid_from"] = "valid_from"


class DatastreamRow(Proof):
    """Values are kept in `unit`; the device sends `unit_of_measurement`. A limit that is null is
    that of the catalogue. Messages name it by `property` within its station."""

    id: uuid.UUID
    code: str
    station: uuid.UUID
    observed: ObservedProperty
    number: str
    property: str
    unit: str
    unit_of_measurement: str
    interval_s: int
    lowest: float | None
    highest: float | None
    step: float | None
    calibrated_on: dt.date | None
    calibration_due_on: dt.date | None
    state: StationState
    version: int


class DatastreamColumns(Schema):
    unit_of_measurement: UnitOfMeasurement
    interval_s: Seconds
    lowest: Value | None = None
    highest: Value | None = None
    step: Step | None = None
    calibrated_on: Day | None = None
    calibration_due_on: Day | None = None
    state: StationState = StationState.IN_USE
    source: Text
    mark: Mark = Mark.VERIFIED

    def columns(self) -> dict[str, Any]:
        names = DatastreamColumns.model_fields
        found = {name: getattr(self, name) for name in names}
        return found | {"state": self.state.value, "mark": self.mark.value}


class DatastreamInput(Write, DatastreamColumns):
    station: uuid.UUID
    observed: ObservedProperty
    number: Number = ONLY


class DatastreamChangeInput(Change, DatastreamColumns):
    """All columns of the datastream as they shall be; what it observes stays."""


class DatastreamLimitRow(Proof):
    """`region` is the code of the village that a limit of rain over a window is meant for;
    `valid_until` is the first day on which it no longer holds."""

    id: uuid.UUID
    datastream: uuid.UUID
    kind: ThresholdKind
    value: float
    window_min: int
    soil: SoilState
    region: str | None
    valid_from: dt.date
    valid_until: dt.date | None
    version: int


class DatastreamLimitInput(Write):
    datastream: uuid.UUID
    kind: ThresholdKind
    value: Value
    window_min: Minutes = 0
    soil: SoilState = SoilState.ANY
    region: Code | None = None
    valid_from: Day
    source: Text
    mark: Mark = Mark.VERIFIED


class ThresholdEndInput(Change):
    valid_until: Day


def datastream_row(row: Datastream) -> dict[str, Any]:
    names = (
        *("id", "code", "observed", "number", "unit_of_measurement", "interval_s", "lowest"),
        *("highest", "step", "calibrated_on", "calibration_due_on", "state", "version"),
    )
    return {
        **{name: getattr(row, name) for name in names},
        "station": row.station_id,
        "property": row.key,
        "unit": QUANTITIES[ObservedProperty(row.observed)].unit,
        **proof(row),
    }


def threshold_row(row: Threshold) -> dict[str, Any]:
    names = ("id", "kind", "value", "window_min", "soil", "valid_from", "valid_until", "version")
    return {
        **{name: getattr(row, name) for name in names},
        "datastream": row.datastream_id,
        "region": row.region.code if row.region else None,
        **proof(row),
    }


@router.get("/datastreams", response=Page[DatastreamRow])
def list_datastreams(request: HttpRequest, query: Query[DatastreamQuery]) -> dict[str, Any]:
    """Datastreams of the stations in view."""
    given = {"station": query.station, "observed": query.observed, "state": query.state}
    rows = holding(_streams(scope_for(request, Capability.READ_INTERNAL)), given)
    return page_of(request, rows.order_by(query.sort), query, datastream_row)


@router.get("/datastreams/{uuid:datastream_id}", response=DatastreamRow)
def get_datastream(
    request: HttpRequest, response: HttpResponse, datastream_id: uuid.UUID
) -> dict[str, Any]:
    return _stream(response, scope_for(request, Capability.READ_INTERNAL), datastream_id)


@router.post("/datastreams", response={201: DatastreamRow})
def post_datastream(
    request: HttpRequest, response: HttpResponse, body: DatastreamInput
) -> Status[dict[str, Any]]:
    scope = scope_for(request, Capability.KEEP_OWN)
    station = only(Station.objects.visible_to(scope).filter(pk=body.station))
    values = {"station": station, "observed": body.observed.value, "number": body.number}
    result = add_datastream(body.columns() | values, **stated(request, body).kwargs())
    return Status(201, _stream(response, scope, result["id"]))


@router.put(
    "/datastreams/{uuid:datastream_id}",
    response=DatastreamRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_datastream(
    request: HttpRequest,
    response: HttpResponse,
    datastream_id: uuid.UUID,
    body: DatastreamChangeInput,
) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_streams(scope).filter(pk=datastream_id))
    said = stated(request, body).kwargs()
    change_datastream(row.pk, body.columns(), expected_version=version, **said)
    return _stream(response, scope, datastream_id)


@router.get("/thresholds", response=Page[DatastreamLimitRow])
def list_thresholds(request: HttpRequest, query: Query[DatastreamLimitQuery]) -> dict[str, Any]:
    """Limits of the datastreams in view, in the unit in which the datastream is kept."""
    given = {"datastream": query.datastream, "kind": query.kind}
    rows = holding(_thresholds(scope_for(request, Capability.READ_INTERNAL)), given)
    return page_of(request, rows.order_by(query.sort, "pk"), query, threshold_row)


@router.post("/thresholds", response={201: DatastreamLimitRow})
def post_threshold(
    request: HttpRequest, response: HttpResponse, body: DatastreamLimitInput
) -> Status[dict[str, Any]]:
    """A limit from a day on. Critical rainfall says its window in minutes, and so do the colours
    of a table of rain."""
    scope = scope_for(request, Capability.KEEP_OWN)
    values = {
        "datastream": only(_streams(scope).filter(pk=body.datastream)),
        "kind": body.kind.value,
        "value": body.value,
        "window_min": body.window_min,
        "soil": body.soil.value,
        "region": region_named(scope, body.region),
        "valid_from": body.valid_from,
        "source": body.source,
        "mark": body.mark.value,
    }
    result = add_threshold(values, **stated(request, body).kwargs())
    return Status(201, _threshold(response, scope, result["id"]))


@router.post(
    "/thresholds/{uuid:threshold_id}/end",
    response=DatastreamLimitRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_threshold_end(
    request: HttpRequest, response: HttpResponse, threshold_id: uuid.UUID, body: ThresholdEndInput
) -> dict[str, Any]:
    """The limit holds until a day, which is excluded."""
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_thresholds(scope).filter(pk=threshold_id))
    said = stated(request, body).kwargs()
    end_threshold(row.pk, body.valid_until, expected_version=version, **said)
    return _threshold(response, scope, threshold_id)


def _streams(scope: Scope) -> QuerySet[Datastream]:
    return Datastream.objects.visible_to(scope).select_related("station")


def _stream(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(_streams(scope).filter(pk=key))
    tagged(response, row.version)
    return datastream_row(row)


def _thresholds(scope: Scope) -> QuerySet[Threshold]:
    return Threshold.objects.visible_to(scope).select_related("region")


def _threshold(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(_thresholds(scope).filter(pk=key))
    tagged(response, row.version)
    return threshold_row(row)
