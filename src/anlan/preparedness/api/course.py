"""What happens on a project: milestones, payments, photographs, acceptance, delay."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Day
from anlan.base.api.writing import Change, Write, expected_version, stated
from anlan.base.documents.reader import refuse_size
from anlan.preparedness.actions.course import (
    NewAcceptance,
    NewPayment,
    NewPhotograph,
    add_payment,
    add_photograph,
    record_acceptance,
    record_delay,
)
from anlan.preparedness.actions.milestones import add_milestone, finish_milestone, move_milestone
from anlan.preparedness.api.projects import Fen, Line, Note, Number, ProjectDone
from anlan.preparedness.choices import AcceptanceResult
from anlan.preparedness.models import Milestone, Payment, Photograph, Project
from anlan.preparedness.rules.photo_time import TimeProof
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability

router = Router(tags=["projects"])
Sentence = Annotated[str, Field(min_length=1, max_length=300)]
VERSION = {"x-states": ["expected_version"]}


class MilestoneInput(Write):
    name: Line
    due_on: Day


class MoveInput(Change):
    due_on: Day
    reason: Sentence


class TickInput(Change):
    done_on: Day
    proof: Sentence


class MilestoneRow(Schema):
    id: uuid.UUID
    project: uuid.UUID
    name: str
    due_on: dt.date
    done_on: dt.date | None
    proof: str
    version: int


class PaymentInput(Write):
    """`note` is needed when the payment goes above the budget."""

    paid_on: Day
    amount_fen: Fen
    document: Number
    note: Note = ""


class PaymentRow(Schema):
    id: uuid.UUID
    paid_on: dt.date
    amount_fen: int
    document: str
    note: str
    is_over_budget: bool


class PhotographInput(Write):
    """Beside the file. `milestone` is one of the project."""

    what: Annotated[str, Field(max_length=200)] = ""
    milestone: uuid.UUID | None = None


class PhotographRow(Schema):
    """`taken_at` is null when the camera wrote no time or a wrong one; `time_proof` says it."""

    id: uuid.UUID
    milestone: uuid.UUID | None
    what: str
    taken_at: dt.datetime | None
    time_proof: TimeProof
    camera_clock: str
    received_at: dt.datetime
    file: str


class AcceptanceInput(Change):
    """`instrument` is the institution that was followed; it is cited in the same act."""

    accepted_on: Day
    result: AcceptanceResult
    by: Line
    document: Number
    note: Note = ""
    instrument: uuid.UUID | None = None


class DelayInput(Change):
    cause: Sentence
    new_finish_on: Day


@router.get("/projects/{uuid:project_id}/milestones", response=Page[MilestoneRow])
def list_milestones(
    request: HttpRequest, project_id: uuid.UUID, query: Query[Paging]
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    project = only(Project.objects.visible_to(scope).filter(pk=project_id))
    rows = Milestone.objects.visible_to(scope).filter(project=project)
    return page_of(request, rows.order_by("due_on", "pk"), query, milestone_row)


@router.post("/projects/{uuid:project_id}/milestones", response={201: ProjectDone})
def post_milestone(
    request: HttpRequest, project_id: uuid.UUID, body: MilestoneInput
) -> Status[dict[str, Any]]:
    """A milestone; a day to come opens a term for the lead body."""
    scope_for(request, Capability.KEEP_OWN)
    told = stated(request, body).kwargs()
    return Status(201, add_milestone(project_id, body.name, body.due_on, **told))


@router.post("/milestones/{uuid:milestone_id}/move", response=ProjectDone, openapi_extra=VERSION)
def post_move(request: HttpRequest, milestone_id: uuid.UUID, body: MoveInput) -> dict[str, Any]:
    scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    told = stated(request, body).kwargs()
    return move_milestone(milestone_id, body.due_on, expected_version=version, **told)


@router.post("/milestones/{uuid:milestone_id}/tick", response=ProjectDone, openapi_extra=VERSION)
def post_tick(request: HttpRequest, milestone_id: uuid.UUID, body: TickInput) -> dict[str, Any]:
    """It was done on a day, and this proves it."""
    scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    return finish_milestone(
        milestone_id,
        body.done_on,
        body.proof,
        expected_version=version,
        **stated(request, body).kwargs(),
    )


@router.get("/projects/{uuid:project_id}/payments", response=Page[PaymentRow])
def list_payments(
    request: HttpRequest, project_id: uuid.UUID, query: Query[Paging]
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    project = only(Project.objects.visible_to(scope).filter(pk=project_id))
    rows = Payment.objects.visible_to(scope).filter(project=project)
    return page_of(request, rows.order_by("paid_on", "pk"), query, _payment)


@router.post("/projects/{uuid:project_id}/payments", response={201: ProjectDone})
def post_payment(
    request: HttpRequest, project_id: uuid.UUID, body: PaymentInput
) -> Status[dict[str, Any]]:
    scope_for(request, Capability.KEEP_OWN)
    new = NewPayment(
        paid_on=body.paid_on,
        amount_fen=body.amount_fen,
        document=body.document,
        note=body.note,
    )
    return Status(201, add_payment(project_id, new, **stated(request, body).kwargs()))


@router.get("/projects/{uuid:project_id}/photographs", response=Page[PhotographRow])
def list_photographs(
    request: HttpRequest, project_id: uuid.UUID, query: Query[Paging]
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    project = only(Project.objects.visible_to(scope).filter(pk=project_id))
    rows = Photograph.objects.visible_to(scope).filter(project=project)
    ordered = rows.select_related("attachment").order_by("received_at", "pk")
    return page_of(request, ordered, query, _photograph)


@router.post("/projects/{uuid:project_id}/photographs", response={201: ProjectDone})
def post_photograph(
    request: HttpRequest,
    project_id: uuid.UUID,
    file: File[UploadedFile],
    body: Form[PhotographInput],
) -> Status[dict[str, Any]]:
    """A photograph (JPEG, PNG, WebP); the time is read from the camera."""
    scope_for(request, Capability.KEEP_OWN)
    refuse_size(file.size or 0)
    new = NewPhotograph(
        file_name=file.name or "",
        content=file.read(),
        what=body.what,
        milestone=body.milestone,
    )
    return Status(201, add_photograph(project_id, new, **stated(request, body).kwargs()))


@router.post("/projects/{uuid:project_id}/acceptance", response=ProjectDone, openapi_extra=VERSION)
def post_acceptance(
    request: HttpRequest, project_id: uuid.UUID, body: AcceptanceInput
) -> dict[str, Any]:
    """An acceptance; one that passed finishes the project."""
    scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    new = NewAcceptance(
        accepted_on=body.accepted_on,
        result=body.result.value,
        by=body.by,
        document=body.document,
        note=body.note,
        instrument=body.instrument,
    )
    told = stated(request, body).kwargs()
    return record_acceptance(project_id, new, expected_version=version, **told)


@router.post("/projects/{uuid:project_id}/delay", response=ProjectDone, openapi_extra=VERSION)
def post_delay(request: HttpRequest, project_id: uuid.UUID, body: DelayInput) -> dict[str, Any]:
    """Why it is late and when it will be finished instead."""
    scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    told = stated(request, body).kwargs()
    return record_delay(
        project_id, body.cause, body.new_finish_on, expected_version=version, **told
    )


def _payment(row: Payment) -> dict[str, Any]:
    names = ("paid_on", "amount_fen", "document", "note", "is_over_budget")
    found: dict[str, Any] = {name: getattr(row, name) for name in names}
    return found | {"id": row.pk}


def _photograph(row: Photograph) -> dict[str, Any]:
    names = ("what", "taken_at", "time_proof", "camera_clock", "received_at")
    found: dict[str, Any] = {name: getattr(row, name) for name in names}
    return found | {
        "id": row.pk,
        "milestone": row.milestone_id,
        "file": row.attachment.file_name,
    }


def milestone_row(row: Milestone) -> dict[str, Any]:
    names = ("name", "due_on", "done_on", "proof", "version")
    found: dict[str, Any] = {name: getattr(row, name) for name in names}
    return found | {"id": row.pk, "project": row.project_id}
