"""Accidents: list, record with its verdicts, entry, report, correction, counting, statements."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, Search
from anlan.base.api.writing import Change, Write, actor_of, expected_version, stated, tagged
from anlan.base.clock import CITY_ZONE
from anlan.losses.actions.accidents import (
    NewAccident,
    Report,
    add_accident,
    change_accident,
    decide_counting,
    report_accident,
)
from anlan.losses.actions.stating import FIGURES, Figures
from anlan.losses.choices import AccidentKind, Counting, ReportKind, Threat
from anlan.losses.models import Accident, AccidentFigure, AccidentSector
from anlan.losses.queries.accidents import grade_of, near_serious_of, statements_of, window_of
from anlan.losses.queries.offered import (
    bodies_in_view,
    enterprise_in_view,
    regions_in_view,
    units_in_view,
)
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["losses"])
MOST_PEOPLE = 1_000_000
MOST_FEN = 10**15
People = Annotated[int, Field(ge=0, le=MOST_PEOPLE)]
Fen = Annotated[int, Field(ge=0, le=MOST_FEN)]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Line = Annotated[str, Field(max_length=300)]
Short = Annotated[str, Field(max_length=200)]


class AccidentQuery(Paging):
    """`unit` and `sector` take codes; `year` is the year of the accident in the city."""

    unit: Code | None = None
    sector: Code | None = None
    kind: AccidentKind | None = None
    counting: Counting | None = None
    year: Annotated[int, Field(ge=1949, le=2200)] | None = None
    q: Search = ""
    sort: Literal["occurred_at", "-occurred_at"] = "-occurred_at"


class AccidentRow(Schema):
    """Figures known last; null is not known, never zero. `grade` is the verdict of the rule
    accident-grade on counted deaths. Money is in fen."""

    id: uuid.UUID
    title: str
    occurred_at: dt.datetime
    kind: AccidentKind
    unit: Named
    region: Named
    address: str
    longitude_deg: float | None
    latitude_deg: float | None
    sector: str
    enterprise: uuid.UUID | None
    body: str
    head_told_at: dt.datetime | None
    people_at_risk: int | None
    people_trapped: int | None
    people_evacuated: int | None
    people_observed: int | None
    threat: Threat | Literal[""]
    is_back_filled: bool
    counting: Counting
    counting_note: str
    deaths: int | None
    counted_deaths: int | None
    missing: int | None
    serious_injuries: int | None
    direct_loss_fen: int | None
    changes_count_until: dt.date
    grade: dict[str, Any]
    near_serious: dict[str, Any]
    source: str
    mark: str
    version: int


class StatementRow(Schema):
    """One statement: what was known from `known_at` until `superseded_at`."""

    number: int
    report_kind: ReportKind
    reported_at: dt.datetime
    known_at: dt.datetime
    superseded_at: dt.datetime | None
    body: str
    entered_by: str
    changed_on: dt.date
    in_window: bool
    counting: Counting
    deaths: int | None
    counted_deaths: int | None
    missing: int | None
    serious_injuries: int | None
    direct_loss_fen: int | None
    note: str
    source: str


class SectorRow(Schema):
    code: str
    name: str
    focus: str
    is_coal_mine: bool


class FigureFields(Schema):
    deaths: People | None = None
    missing: People | None = None
    serious_injuries: People | None = None
    direct_loss_fen: Fen | None = None

    def figures(self) -> Figures:
        return Figures(**{name: getattr(self, name) for name in FIGURES})


class AccidentFacts(Schema):
    title: Title
    occurred_at: dt.datetime
    kind: AccidentKind
    unit: Code
    sector: Code
    body: Code
    region: Code | None = None
    address: Short = ""
    longitude_deg: Annotated[float, Field(ge=-180, le=180)] | None = None
    latitude_deg: Annotated[float, Field(ge=-90, le=90)] | None = None
    enterprise: uuid.UUID | None = None
    head_told_at: dt.datetime | None = None
    people_at_risk: People | None = None
    people_trapped: People | None = None
    people_evacuated: People | None = None
    people_observed: People | None = None
    threat: Threat | Literal[""] = ""
    source: Short = ""


class AccidentInput(Write, AccidentFacts, FigureFields):
    """A new accident. 409 `likely-duplicate` when one is recorded that looks like it: report to
    that one, or send `is_other`."""

    is_back_filled: bool = False
    is_other: bool = False


class AccidentChangeInput(Change, AccidentFacts):
    """The facts as they shall be; figures are changed by a report."""


class AccidentReportInput(Change, FigureFields):
    """A follow-up or final report. `changed_on` decides whether a death counts."""

    report_kind: ReportKind = ReportKind.FOLLOW_UP
    reported_at: dt.datetime | None = None
    changed_on: Day | None = None
    note: Line = ""
    source: Short = ""


class CountingInput(Change):
    counting: Counting
    counting_note: Short = ""


class AccidentMade(Schema):
    id: uuid.UUID
    version: int


@router.get("/accident-sectors", response=Page[SectorRow])
def list_sectors(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """Sectors in which accidents are counted."""
    rows = AccidentSector.objects.visible_to(scope_of(request)).order_by("position", "code")
    return page_of(request, rows, query, _sector)


@router.get("/accidents", response=Page[AccidentRow])
def list_accidents(request: HttpRequest, query: Query[AccidentQuery]) -> dict[str, Any]:
    """Accidents in view, newest first."""
    rows = seen_accidents(scope_of(request))
    wanted = {
        "unit__code": query.unit,
        "sector__code": query.sector,
        "kind": query.kind,
        "counting": query.counting,
        "occurred_at__year": query.year,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value is not None})
    if query.q:
        rows = rows.filter(title__icontains=query.q)
    return page_of(request, rows.order_by(query.sort, "pk"), query, accident_row)


@router.post("/accidents", response={201: AccidentMade})
def post_accident(request: HttpRequest, body: AccidentInput) -> Status[dict[str, Any]]:
    """Enter an accident with its first figures; a recent one opens its clocks."""
    scope = scope_of(request, Capability.KEEP_OWN)
    new = NewAccident(
        **_facts(body, scope), is_back_filled=body.is_back_filled, is_other=body.is_other
    )
    report = Report(figures=body.figures(), report_kind=ReportKind.INITIAL)
    return Status(201, add_accident(new, report, **stated(request, body).kwargs()))


@router.get("/accidents/{uuid:accident_id}", response=AccidentRow)
def get_accident(
    request: HttpRequest, response: HttpResponse, accident_id: uuid.UUID
) -> dict[str, Any]:
    row = only(seen_accidents(scope_of(request)).filter(pk=accident_id))
    tagged(response, row.version)
    return accident_row(row)


@router.get("/accidents/{uuid:accident_id}/statements", response=list[StatementRow])
def get_statements(request: HttpRequest, accident_id: uuid.UUID) -> list[dict[str, Any]]:
    """Everything that was stated about an accident, in order."""
    row = only(seen_accidents(scope_of(request)).filter(pk=accident_id))
    return [_statement(each) for each in statements_of(row.pk)]


@router.put(
    "/accidents/{uuid:accident_id}",
    response=AccidentMade,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_accident(
    request: HttpRequest, accident_id: uuid.UUID, body: AccidentChangeInput
) -> dict[str, Any]:
    """Correct where, when and how it happened."""
    scope = scope_of(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(seen_accidents(scope).filter(pk=accident_id))
    values = _facts(body, scope)
    values["region"] = values["region"] or values["unit"].region
    return change_accident(
        row.pk, values, expected_version=version, **stated(request, body).kwargs()
    )


@router.post(
    "/accidents/{uuid:accident_id}/reports",
    response={201: AccidentMade},
    openapi_extra={"x-states": ["expected_version"]},
)
def post_report(
    request: HttpRequest, accident_id: uuid.UUID, body: AccidentReportInput
) -> Status[dict[str, Any]]:
    """Report figures: one more statement, the earlier ones stay."""
    scope_of(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    report = Report(
        figures=body.figures(),
        report_kind=body.report_kind.value,
        reported_at=aware(body.reported_at),
        changed_on=body.changed_on,
        note=body.note,
        source=body.source,
    )
    made = report_accident(
        accident_id, report, expected_version=version, **stated(request, body).kwargs()
    )
    return Status(201, made)


@router.post(
    "/accidents/{uuid:accident_id}/counting",
    response=AccidentMade,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_counting(
    request: HttpRequest, accident_id: uuid.UUID, body: CountingInput
) -> dict[str, Any]:
    """Whether it enters the statistics, by which document. The plan office decides."""
    scope_of(request, Capability.KEEP_OWN)
    return decide_counting(
        accident_id,
        counting=body.counting.value,
        counting_note=body.counting_note,
        expected_version=expected_version(request, body),
        **stated(request, body).kwargs(),
    )


def scope_of(request: HttpRequest, capability: Capability = Capability.READ_INTERNAL) -> Scope:
    """The scope of whoever asks, when it holds the capability."""
    return require(actor_of(request), capability)


def seen_accidents(scope: Scope) -> QuerySet[Accident]:
    rows: QuerySet[Accident] = Accident.objects.visible_to(scope)
    return rows.select_related("unit", "region", "sector", "body")


def accident_row(row: Accident) -> dict[str, Any]:
    names = (
        *("title", "occurred_at", "kind", "address", "longitude_deg", "latitude_deg"),
        *("head_told_at", "is_back_filled", "counting", "counting_note", "counted_deaths"),
        *("people_at_risk", "people_trapped", "people_evacuated", "people_observed", "threat"),
        *("source", "mark", "version", *FIGURES),
    )
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk,
        "unit": named(row.unit),
        "region": named(row.region),
        "sector": row.sector.code,
        "enterprise": row.enterprise_id,
        "body": row.body.code,
        "changes_count_until": window_of(row),
        "grade": grade_of(row).to_json(gettext),
        "near_serious": near_serious_of(row).to_json(gettext),
    }


def _statement(row: AccidentFigure) -> dict[str, Any]:
    names = (
        *("number", "report_kind", "reported_at", "known_at", "superseded_at", "entered_by"),
        *("changed_on", "in_window", "counting", "counted_deaths", "note", "source", *FIGURES),
    )
    return {name: getattr(row, name) for name in names} | {"body": row.body.code}


def _sector(row: AccidentSector) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("code", "name", "focus", "is_coal_mine")}


def _facts(body: AccidentFacts, scope: Scope) -> dict[str, Any]:
    region = body.region
    return {
        "title": body.title,
        "occurred_at": aware(body.occurred_at),
        "kind": body.kind.value,
        "unit": by_key(units_in_view(scope), body.unit),
        "sector": by_key(AccidentSector.objects.visible_to(scope), body.sector),
        "body": by_key(bodies_in_view(scope), body.body),
        "region": by_key(regions_in_view(scope), region) if region else None,
        "address": body.address,
        "longitude_deg": body.longitude_deg,
        "latitude_deg": body.latitude_deg,
        "enterprise": enterprise_in_view(scope, body.enterprise),
        "head_told_at": aware(body.head_told_at),
        "people_at_risk": body.people_at_risk,
        "people_trapped": body.people_trapped,
        "people_evacuated": body.people_evacuated,
        "people_observed": body.people_observed,
        "threat": body.threat,
        "source": body.source,
    }


def aware(at: dt.datetime | None) -> Any:
    """A time without a zone is the city's."""
    return at.replace(tzinfo=CITY_ZONE) if at is not None and at.tzinfo is None else at
