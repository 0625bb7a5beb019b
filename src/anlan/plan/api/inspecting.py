"""On-site inspections, their problems, and effects."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from anlan.base import clock
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.reading import is_fit
from anlan.base.api.writing import Change, Write, expected_version, stated
from anlan.plan.actions.inspecting import (
    NewInspection,
    NewProblem,
    add_problem,
    decide_effect,
    record_inspection,
    report_effect,
)
from anlan.plan.actions.loop.evidence import MOST_BYTES, keep_file
from anlan.plan.api.common import scope_for
from anlan.plan.api.importing import BadFileName
from anlan.plan.models import Inspection, Problem
from anlan.plan.queries.inspecting import state_of
from anlan.plan.rules.inspection import ProblemState
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan"])
Words = Annotated[str, Field(min_length=1, max_length=300)]


class InspectionRow(Schema):
    id: uuid.UUID
    notice: uuid.UUID
    body: str
    inspected_on: dt.date
    place: str
    inspectors: str
    looked_at: list[str]
    summary: str
    version: int


class ProblemRow(Schema):
    """`state` is decided for today."""

    id: uuid.UUID
    inspection: uuid.UUID
    body: str
    item: str | None
    text: str
    measure: str
    due_on: dt.date
    state: ProblemState
    effect: str
    effect_on: dt.date | None
    proven_on: dt.date | None
    version: int


class InspectionInput(Write):
    notice: uuid.UUID
    body: uuid.UUID
    inspected_on: dt.date
    place: Annotated[str, Field(min_length=1, max_length=200)]
    inspectors: Annotated[str, Field(min_length=1, max_length=200)]
    summary: Annotated[str, Field(min_length=1, max_length=2000)]
    looked_at: Annotated[
        tuple[Annotated[str, Field(max_length=20)], ...], Field(max_length=60)
    ] = ()


class ProblemInput(Write):
    text: Words
    measure: Words
    due_on: dt.date
    item_key: Annotated[str, Field(max_length=20)] = ""


class EffectInput(Change):
    effect: Words
    effect_on: dt.date


class DecisionInput(Change):
    is_proven: bool
    reason: Words


class InspectionMade(Schema):
    id: uuid.UUID
    version: int


class InspectionQuery(Paging):
    sort: Literal["inspected_on", "-inspected_on"] = "-inspected_on"


class ProblemQuery(Paging):
    inspection: uuid.UUID | None = None
    sort: Literal["due_on", "-due_on"] = "due_on"


@router.get("/inspections", response=Page[InspectionRow])
def list_inspections(request: HttpRequest, query: Query[InspectionQuery]) -> dict[str, Any]:
    """Visits, newest first."""
    rows = Inspection.objects.visible_to(scope_for(request, Capability.READ_INTERNAL))
    return page_of(request, rows.select_related("body").order_by(query.sort, "pk"), query, _visit)


@router.post("/inspections", response={201: InspectionMade})
def record(request: HttpRequest, body: InspectionInput) -> Status[dict[str, Any]]:
    """Record a visit; photographs are added on its page."""
    said = body.model_dump(exclude={"request_id", "reason"})
    made = record_inspection(NewInspection(**said), **stated(request, body).kwargs())
    return Status(201, made)


@router.get("/problems", response=Page[ProblemRow])
def list_problems(request: HttpRequest, query: Query[ProblemQuery]) -> dict[str, Any]:
    """Problems found on the spot, with measure, day and effect."""
    rows = Problem.objects.visible_to(scope_for(request, Capability.READ_INTERNAL))
    if query.inspection:
        rows = rows.filter(inspection=query.inspection)
    related = rows.select_related("inspection__body", "item")
    return page_of(request, related.order_by(query.sort, "pk"), query, _problem)


@router.post("/inspections/{uuid:inspection_id}/problems", response={201: InspectionMade})
def add(
    request: HttpRequest, inspection_id: uuid.UUID, body: ProblemInput
) -> Status[dict[str, Any]]:
    """Add a problem to a visit; the inspected body gets a term."""
    said = body.model_dump(exclude={"request_id", "reason"})
    new = NewProblem(inspection=inspection_id, **said)
    return Status(201, add_problem(new, **stated(request, body).kwargs()))


@router.post(
    "/problems/{uuid:problem_id}/effect",
    response=InspectionMade,
    openapi_extra={"x-states": ["expected_version"]},
)
def say_effect(
    request: HttpRequest,
    problem_id: uuid.UUID,
    file: File[UploadedFile],
    said: Form[EffectInput],
) -> dict[str, Any]:
    """The body says the effect, with one file that proves it."""
    scope_for(request, Capability.WORK_IN_PLAN)
    version = expected_version(request, said)
    name = file.name or ""
    if not is_fit(name):
        raise BadFileName(field="file")
    kwargs = stated(request, said).kwargs()
    kwargs.pop("reason")
    return report_effect(
        problem_id,
        said.effect,
        said.effect_on,
        files=(keep_file(file.read(MOST_BYTES + 1), name),),
        expected_version=version,
        **kwargs,
    )


@router.post(
    "/problems/{uuid:problem_id}/decide",
    response=InspectionMade,
    openapi_extra={"x-states": ["expected_version"]},
)
def decide(request: HttpRequest, problem_id: uuid.UUID, body: DecisionInput) -> dict[str, Any]:
    """Take the effect as proven, or return it with a word."""
    version = expected_version(request, body)
    return decide_effect(
        problem_id,
        is_proven=body.is_proven,
        expected_version=version,
        **stated(request, body).kwargs(),
    )


def _visit(row: Inspection) -> dict[str, Any]:
    names = ("inspected_on", "place", "inspectors", "looked_at", "summary", "version")
    return {"id": row.pk, "notice": row.notice_id, "body": row.body.code} | {
        name: getattr(row, name) for name in names
    }


def _problem(row: Problem) -> dict[str, Any]:
    names = ("text", "measure", "due_on", "effect", "effect_on", "proven_on", "version")
    return {
        "id": row.pk,
        "inspection": row.inspection_id,
        "body": row.inspection.body.code,
        "item": row.item.key if row.item is not None else None,
        "state": state_of(row, clock.today()),
    } | {name: getattr(row, name) for name in names}
