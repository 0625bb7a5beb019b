"""Natural disasters: processes, and the figures of their units."""

import datetime as dt
import decimal
import uuid
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, exact
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.losses.actions.disasters import (
    How,
    NewDisaster,
    UnitReport,
    change_disaster,
    open_disaster,
    report_disaster,
)
from anlan.losses.api.accidents import Fen, Line, Short, Title, aware, scope_of
from anlan.losses.choices import Hazard, ReportKind
from anlan.losses.models import Disaster, DisasterFigure
from anlan.losses.queries.disasters import held_figures, relief_of, sums_of
from anlan.losses.queries.offered import bodies_in_view, units_in_view
from anlan.losses.rules.disaster_figures import FIELD_LABELS, HECTARES, DisasterFigures
from anlan.registers.rules.scope import Capability

router = Router(tags=["losses"])
MOST_COUNT = 100_000_000
MOST_UNITS = 100
Count = Annotated[int, Field(ge=0, le=MOST_COUNT)] | None
Hectares = Annotated[decimal.Decimal, Field(ge=0, max_digits=12, decimal_places=2)] | None
Money = Fen | None


class FiguresInput(Schema):
    """Core fields; null is not reported, never zero. Money in fen, areas in hectares."""

    affected_person_times: Count = None
    deaths: Count = None
    missing: Count = None
    injured_sick: Count = None
    evacuated_avoidance: Count = None
    relocated_collective: Count = None
    relocated_scattered: Count = None
    need_urgent_relief: Count = None
    water_shortage: Count = None
    crop_affected_ha: Hectares = None
    crop_damaged_ha: Hectares = None
    crop_failed_ha: Hectares = None
    house_collapsed_rooms: Count = None
    house_collapsed_households: Count = None
    house_severe_rooms: Count = None
    house_severe_households: Count = None
    house_slight_rooms: Count = None
    house_slight_households: Count = None
    direct_loss_fen: Money = None
    loss_housing_fen: Money = None
    loss_household_goods_fen: Money = None
    loss_agriculture_fen: Money = None
    loss_industry_fen: Money = None
    loss_infrastructure_fen: Money = None
    loss_public_services_fen: Money = None

    def to_domain(self) -> DisasterFigures:
        return DisasterFigures(**{name: getattr(self, name) for name in FIELD_LABELS})


class UnitFiguresInput(Schema):
    """`seen` is the number of the statement it is based on; 409 when somebody reported since."""

    unit: Code
    figures: FiguresInput
    note: Line = ""
    seen: Annotated[int, Field(ge=0, le=10_000)] | None = None


class DisasterQuery(Paging):
    hazard: Hazard | None = None
    year: Annotated[int, Field(ge=1949, le=2200)] | None = None
    sort: Literal["began_on", "-began_on"] = "-began_on"


class DisasterRow(Schema):
    id: uuid.UUID
    code: str
    title: str
    hazard: Hazard
    began_on: dt.date
    began_at: dt.datetime | None
    ended_on: dt.date | None
    unit: Named
    note: str
    source: str
    mark: str
    version: int


class DisasterDetail(DisasterRow):
    """`sums` over the units in view; `gaps` are fields that some unit has not reported. Areas are
    decimals as text. `relief` is the verdict of the rule relief-response-level."""

    sums: dict[str, int | str | None]
    gaps: list[str]
    relief: dict[str, Any]


class DisasterFigureQuery(Paging):
    """`held=true`: only the statements that hold now."""

    disaster: uuid.UUID | None = None
    unit: Code | None = None
    held: bool = False
    sort: Literal["known_at", "-known_at"] = "-known_at"


class DisasterFigureRow(Schema):
    id: uuid.UUID
    disaster: uuid.UUID
    unit: str
    number: int
    report_kind: ReportKind
    reported_at: dt.datetime
    known_at: dt.datetime
    superseded_at: dt.datetime | None
    body: str
    year: int
    figures: dict[str, int | str | None]
    note: str
    source: str
    mark: str


class DisasterInput(Write):
    """Without `code` the process gets a number."""

    title: Title
    hazard: Hazard
    began_on: Day
    unit: Code
    began_at: dt.datetime | None = None
    ended_on: Day | None = None
    code: Annotated[str, Field(max_length=30)] = ""
    note: Line = ""
    source: Short = ""


class DisasterChangeInput(Change):
    title: Title
    hazard: Hazard
    ended_on: Day | None = None
    note: Line = ""


class DisasterReportInput(Write):
    """Figures of one or many units: all are taken, or none."""

    report_kind: ReportKind
    body: Code
    reported_at: dt.datetime
    units: Annotated[tuple[UnitFiguresInput, ...], Field(min_length=1, max_length=MOST_UNITS)]
    source: Short = ""


class DisasterMade(Schema):
    id: uuid.UUID
    version: int


class ReportMade(Schema):
    id: uuid.UUID
    units: list[str]
    figures: list[uuid.UUID]


@router.get("/disasters", response=Page[DisasterRow])
def list_disasters(request: HttpRequest, query: Query[DisasterQuery]) -> dict[str, Any]:
    """Processes in view, newest first."""
    rows = seen_disasters(request)
    if query.hazard is not None:
        rows = rows.filter(hazard=query.hazard)
    if query.year is not None:
        rows = rows.filter(began_on__year=query.year)
    return page_of(request, rows.order_by(query.sort, "pk"), query, _row)


@router.post("/disasters", response={201: DisasterMade})
def post_disaster(request: HttpRequest, body: DisasterInput) -> Status[dict[str, Any]]:
    """Open a process."""
    scope = scope_of(request, Capability.KEEP_OWN)
    new = NewDisaster(
        title=body.title,
        hazard=body.hazard.value,
        began_on=body.began_on,
        began_at=aware(body.began_at),
        ended_on=body.ended_on,
        unit=by_key(units_in_view(scope), body.unit),
        code=body.code,
        note=body.note,
        source=body.source,
    )
    return Status(201, open_disaster(new, **stated(request, body).kwargs()))


@router.get("/disasters/{uuid:disaster_id}", response=DisasterDetail)
def get_disaster(
    request: HttpRequest, response: HttpResponse, disaster_id: uuid.UUID
) -> dict[str, Any]:
    """A process with the sums of the units in view."""
    row = only(seen_disasters(request).filter(pk=disaster_id))
    tagged(response, row.version)
    sums = sums_of(held_figures([row.pk], scope_of(request)))
    return _row(row) | {
        "sums": {name: _plain(value) for name, value in sums.values.items()},
        "gaps": sorted(sums.gaps),
        "relief": relief_of(row, sums).to_json(gettext),
    }


@router.put(
    "/disasters/{uuid:disaster_id}",
    response=DisasterMade,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_disaster(
    request: HttpRequest, disaster_id: uuid.UUID, body: DisasterChangeInput
) -> dict[str, Any]:
    """Correct title, hazard, end, note; the day it began stands."""
    scope_of(request, Capability.KEEP_OWN)
    values = {
        "title": body.title,
        "hazard": body.hazard.value,
        "ended_on": body.ended_on,
        "note": body.note,
    }
    return change_disaster(
        disaster_id,
        values,
        expected_version=expected_version(request, body),
        **stated(request, body).kwargs(),
    )


@router.post("/disasters/{uuid:disaster_id}/reports", response={201: ReportMade})
def post_disaster_report(
    request: HttpRequest, disaster_id: uuid.UUID, body: DisasterReportInput
) -> Status[dict[str, Any]]:
    """Report figures of units; earlier ones stay."""
    scope = scope_of(request, Capability.KEEP_OWN)
    units = units_in_view(scope)
    reports = tuple(
        UnitReport(
            unit=by_key(units, each.unit),
            figures=each.figures.to_domain(),
            note=each.note,
            seen=each.seen,
        )
        for each in body.units
    )
    how = How(
        report_kind=body.report_kind.value,
        reported_at=aware(body.reported_at),
        body=by_key(bodies_in_view(scope), body.body),
        source=body.source,
    )
    made = report_disaster(disaster_id, reports, how, **stated(request, body).kwargs())
    return Status(201, made)


@router.get("/disaster-figures", response=Page[DisasterFigureRow])
def list_figures(request: HttpRequest, query: Query[DisasterFigureQuery]) -> dict[str, Any]:
    """Statements of units, the newest first."""
    rows = DisasterFigure.objects.visible_to(scope_of(request)).select_related("unit", "body")
    if query.disaster is not None:
        rows = rows.filter(disaster=query.disaster)
    if query.unit is not None:
        rows = rows.filter(unit__code=query.unit)
    if query.held:
        rows = rows.filter(superseded_at__isnull=True)
    return page_of(request, rows.order_by(query.sort, "pk"), query, _figure)


def seen_disasters(request: HttpRequest) -> QuerySet[Disaster]:
    rows: QuerySet[Disaster] = Disaster.objects.visible_to(scope_of(request))
    return rows.select_related("unit")


def _row(row: Disaster) -> dict[str, Any]:
    names = (
        "code",
        "title",
        "hazard",
        "began_on",
        "began_at",
        "ended_on",
        "note",
        "source",
        "mark",
    )
    found = {name: getattr(row, name) for name in names}
    return found | {"id": row.pk, "unit": named(row.unit), "version": row.version}


def _figure(row: DisasterFigure) -> dict[str, Any]:
    names = (
        *("number", "report_kind", "reported_at", "known_at", "superseded_at", "year"),
        *("note", "source", "mark"),
    )
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk,
        "disaster": row.disaster_id,
        "unit": row.unit.code,
        "body": row.body.code,
        "figures": {
            name: exact(getattr(row, name)) if name in HECTARES else getattr(row, name)
            for name in FIELD_LABELS
        },
    }


def _plain(value: Any) -> Any:
    return exact(value) if isinstance(value, decimal.Decimal) else value
