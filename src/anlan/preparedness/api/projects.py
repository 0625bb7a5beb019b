"""Project sheets: state, progress, money, places and the checks of the notice."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, Point, Search, Text, exact, point
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.preparedness.actions.projects import (
    BackFill,
    add_place,
    add_project,
    back_fill_project,
    change_place,
    change_project,
)
from anlan.preparedness.choices import QuantityUnit
from anlan.preparedness.models import NoticeCheck, Project, ProjectPlace
from anlan.preparedness.queries import checks_of, live_from, paid_fen, state_of, with_course
from anlan.preparedness.rules.notice_check import Asked, Check
from anlan.preparedness.rules.project import ProjectState
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.choices import Mark
from anlan.registers.models import Body, Region
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["projects"])
Name = Annotated[str, Field(min_length=1, max_length=160)]
PlaceName = Annotated[str, Field(min_length=1, max_length=120)]
ItemKey = Annotated[str, Field(max_length=20, pattern=r"^([A-Z][0-9]{1,3})?$")]
Fen = Annotated[int, Field(gt=0, le=10**15)]
Note = Annotated[str, Field(max_length=300)]
Line = Annotated[str, Field(min_length=1, max_length=120)]
Number = Annotated[str, Field(min_length=1, max_length=60)]
Amount = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class ProjectQuery(Paging):
    """`item` is the key of an item of the plan, `unit` the code of a reporting unit."""

    item: Annotated[str, Field(max_length=20)] | None = None
    unit: Code | None = None
    q: Search = ""
    sort: Literal["name", "-name", "planned_finish_on", "-planned_finish_on"] = "name"


class ProjectRow(Proof):
    """`state` is decided for today; progress is milestones done of those planned; money in fen."""

    id: uuid.UUID
    name: str
    item_key: str
    unit: Named
    lead: Named
    budget_fen: int | None
    paid_fen: int
    planned_start_on: dt.date | None
    planned_finish_on: dt.date | None
    started_on: dt.date | None
    built_on: dt.date | None
    accepted_on: dt.date | None
    is_back_filled: bool
    milestones_done: int
    milestones_planned: int
    state: ProjectState
    note: str
    version: int


class ProjectColumns(Schema):
    """`lead` is the code of a body; the sheet belongs to its unit."""

    name: Name
    item_key: ItemKey = ""
    lead: Code
    budget_fen: Fen | None = None
    planned_start_on: Day | None = None
    planned_finish_on: Day | None = None
    started_on: Day | None = None
    built_on: Day | None = None
    note: Note = ""
    source: Text
    mark: Mark = Mark.VERIFIED


class ProjectInput(Write, ProjectColumns):
    pass


class ProjectChangeInput(Change, ProjectColumns):
    """All columns of the sheet as they shall be."""


class ProjectBackFillInput(Change):
    started_on: Day | None = None
    built_on: Day
    accepted_on: Day
    document: Number
    accepted_by: Line
    confirmed_by: Line


class PlaceRow(Schema):
    """Amounts in the base unit (metres, square metres, households, pieces) as exact texts."""

    id: uuid.UUID
    project: uuid.UUID
    name: str
    region: Named
    place: Point | None
    what: str
    unit_of_work: str
    planned: str | None
    done: str | None
    version: int


class PlaceColumns(Schema):
    """`region` is a code; degrees in CGCS2000."""

    name: PlaceName
    region: Code
    longitude_deg: Degrees | None = None
    latitude_deg: Degrees | None = None
    what: Annotated[str, Field(max_length=60)] = ""
    unit_of_work: QuantityUnit | None = None
    planned: Amount | None = None
    done: Amount | None = None


class ProjectPlaceInput(Write, PlaceColumns):
    pass


class PlaceChangeInput(Change, PlaceColumns):
    """All columns of the place as they shall be."""


class ProjectDone(Schema):
    id: uuid.UUID
    version: int


class CheckRow(Schema):
    """A check of the notice, decided today over all sheets of its item."""

    item_key: str
    asked: Asked
    by: dt.date
    phrase: str
    basis: str
    result: Check


@router.get("/projects", response=Page[ProjectRow])
def list_projects(request: HttpRequest, query: Query[ProjectQuery]) -> dict[str, Any]:
    """Project sheets of the units in view, with state and progress of today."""
    rows = _projects(scope_for(request, Capability.READ_INTERNAL))
    if query.item:
        rows = rows.filter(item_key=query.item)
    if query.unit:
        rows = rows.filter(unit__code=query.unit)
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(lead__full_name__icontains=query.q))
    since = live_from()
    return page_of(
        request, rows.order_by(query.sort, "pk"), query, lambda row: project_row(row, since)
    )


@router.get("/projects/{uuid:project_id}", response=ProjectRow)
def get_project(
    request: HttpRequest, response: HttpResponse, project_id: uuid.UUID
) -> dict[str, Any]:
    return _one(response, scope_for(request, Capability.READ_INTERNAL), project_id)


@router.post("/projects", response={201: ProjectRow})
def post_project(
    request: HttpRequest, response: HttpResponse, body: ProjectInput
) -> Status[dict[str, Any]]:
    scope = scope_for(request, Capability.KEEP_OWN)
    result = add_project(_values(body, scope), **stated(request, body).kwargs())
    return Status(201, _one(response, scope, result["id"]))


@router.put(
    "/projects/{uuid:project_id}",
    response=ProjectRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_project(
    request: HttpRequest,
    response: HttpResponse,
    project_id: uuid.UUID,
    body: ProjectChangeInput,
) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_projects(scope).filter(pk=project_id))
    values = _values(body, scope)
    change_project(row.pk, values, expected_version=version, **stated(request, body).kwargs())
    return _one(response, scope, project_id)


@router.post(
    "/projects/{uuid:project_id}/back-fill",
    response=ProjectRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_back_fill(
    request: HttpRequest, response: HttpResponse, project_id: uuid.UUID, body: ProjectBackFillInput
) -> dict[str, Any]:
    """It was finished before the program was kept here."""
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_projects(scope).filter(pk=project_id))
    known = BackFill(
        started_on=body.started_on,
        built_on=body.built_on,
        accepted_on=body.accepted_on,
        document=body.document,
        accepted_by=body.accepted_by,
        confirmed_by=body.confirmed_by,
    )
    back_fill_project(row.pk, known, expected_version=version, **stated(request, body).kwargs())
    return _one(response, scope, project_id)


@router.get("/projects/{uuid:project_id}/places", response=Page[PlaceRow])
def list_places(
    request: HttpRequest, project_id: uuid.UUID, query: Query[Paging]
) -> dict[str, Any]:
    """Places of a project, for internal use only."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    project = only(Project.objects.visible_to(scope).filter(pk=project_id))
    rows = ProjectPlace.objects.visible_to(scope).filter(project=project)
    return page_of(request, rows.select_related("region").order_by("pk"), query, place_row)


@router.post("/projects/{uuid:project_id}/places", response={201: ProjectDone})
def post_place(
    request: HttpRequest, project_id: uuid.UUID, body: ProjectPlaceInput
) -> Status[dict[str, Any]]:
    scope = scope_for(request, Capability.KEEP_OWN)
    project = only(Project.objects.visible_to(scope).filter(pk=project_id))
    values = _place(body, scope) | {"project": project}
    return Status(201, add_place(values, **stated(request, body).kwargs()))


@router.put(
    "/project-places/{uuid:place_id}",
    response=ProjectDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_place(request: HttpRequest, place_id: uuid.UUID, body: PlaceChangeInput) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(ProjectPlace.objects.visible_to(scope).filter(pk=place_id))
    values = _place(body, scope)
    return change_place(row.pk, values, expected_version=version, **stated(request, body).kwargs())


@router.get("/project-checks", response=Page[CheckRow])
def list_checks(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """The checks that the notice sets for its projects, decided today."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    keys = NoticeCheck.objects.visible_to(scope).values_list("item_key", flat=True)
    today = clock.today()
    found = [
        {
            "item_key": row.item_key,
            "asked": row.asked,
            "by": row.by,
            "phrase": row.phrase,
            "basis": row.basis,
            "result": verdict.known(),
        }
        for key in keys.order_by("item_key").distinct()
        for row, verdict in checks_of(key, today)
    ]
    return page_of(request, found, query, lambda row: row)


def _projects(scope: Scope) -> QuerySet[Any]:
    return with_course(Project.objects.visible_to(scope).select_related("unit", "lead"))


def _one(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(_projects(scope).filter(pk=key))
    tagged(response, row.version)
    return project_row(row, live_from())


def _values(body: ProjectColumns, scope: Scope) -> dict[str, Any]:
    lead = by_key(Body.objects.visible_to(scope).select_related("unit"), body.lead)
    days = ("planned_start_on", "planned_finish_on", "started_on", "built_on")
    names = ("name", "item_key", "budget_fen", "note", "source", *days)
    found = {name: getattr(body, name) for name in names}
    return found | {"lead": lead, "mark": body.mark.value}


def _place(body: PlaceColumns, scope: Scope) -> dict[str, Any]:
    names = ("name", "longitude_deg", "latitude_deg", "what", "planned", "done")
    return {name: getattr(body, name) for name in names} | {
        "region": by_key(Region.objects.visible_to(scope), body.region),
        "unit_of_work": body.unit_of_work.value if body.unit_of_work is not None else "",
    }


def project_row(row: Any, since: dt.date) -> dict[str, Any]:
    return {
        "id": row.pk,
        "name": row.name,
        "item_key": row.item_key,
        "unit": named(row.unit),
        "lead": named(row.lead),
        "budget_fen": row.budget_fen,
        "paid_fen": paid_fen(row),
        "planned_start_on": row.planned_start_on,
        "planned_finish_on": row.planned_finish_on,
        "started_on": row.started_on,
        "built_on": row.built_on,
        "accepted_on": row.accepted_on,
        "is_back_filled": row.is_back_filled,
        "milestones_done": row.milestones_done,
        "milestones_planned": row.milestones_all,
        "state": state_of(row, clock.today(), since).known(),
        "note": row.note,
        "version": row.version,
        **proof(row),
    }


def place_row(row: ProjectPlace) -> dict[str, Any]:
    return {
        "id": row.pk,
        "project": row.project_id,
        "name": row.name,
        "region": named(row.region),
        "place": point(row.longitude_deg, row.latitude_deg),
        "what": row.what,
        "unit_of_work": row.unit_of_work,
        "planned": exact(row.planned),
        "done": exact(row.done),
        "version": row.version,
    }
