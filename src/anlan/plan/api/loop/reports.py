"""Progress reports, their evidence, and requests for coordination over the API."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from anlan.base.api.finding import holding, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named
from anlan.base.api.writing import Change, Write, tagged
from anlan.plan.actions.loop.coordinating import (
    NewObstacle,
    escalate_obstacle,
    raise_obstacle,
    reply_to_obstacle,
    settle_obstacle,
)
from anlan.plan.actions.loop.evidence import MOST_FILES, keep_file
from anlan.plan.actions.loop.reporting import (
    ReportText,
    accept_report,
    return_report,
    save_report,
    write_report,
)
from anlan.plan.api.common import scope_for
from anlan.plan.api.loop.common import (
    LoopDone,
    LoopItem,
    LoopReasonInput,
    Number,
    Paragraph,
    Sentence,
    body_ref,
    changing,
    item_ref,
    making,
    reasoned,
    working,
)
from anlan.plan.models import Obstacle, ProgressReport
from anlan.plan.rules.loop.obstacle import ObstacleState
from anlan.plan.rules.loop.report import ReportState
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["plan: working loop"])
REPORT_RELATED = ("item", "body__unit", "reviewer__unit")
OBSTACLE_RELATED = ("item", "body__unit", "addressee__unit", "due")


class ReportQuery(Paging):
    """`body` and `reviewer` are codes."""

    item: uuid.UUID | None = None
    deliverable: uuid.UUID | None = None
    body: Code | None = None
    reviewer: Code | None = None
    state: ReportState | None = None
    sort: Literal["written_at", "-written_at", "done_on", "-done_on"] = "-written_at"


class ReportRow(Schema):
    id: uuid.UUID
    item: LoopItem
    deliverable: uuid.UUID | None
    assignment: uuid.UUID | None
    body: Named | None
    reviewer: Named | None
    text: str
    done_on: dt.date
    is_final: bool
    document_number: str
    state: ReportState
    written_at: dt.datetime
    submitted_at: dt.datetime | None
    reviewed_at: dt.datetime | None
    review_note: str
    version: int


class ReportInput(Write):
    """A report of a body on an item; files are added by `/reports/{id}/evidence`."""

    item: uuid.UUID
    body: uuid.UUID
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    done_on: Day
    is_final: bool = False
    document_number: Number = ""
    deliverable: uuid.UUID | None = None
    assignment: uuid.UUID | None = None
    submit: bool = False


class ReportWritten(LoopDone):
    """`beside`: other reports on the same matter that wait; all are kept."""

    state: ReportState
    beside: list[uuid.UUID] = Field(default_factory=list)


class ReportSavedInput(Change):
    text: Annotated[str, Field(min_length=1, max_length=4000)]
    done_on: Day
    is_final: bool = False
    document_number: Number = ""
    deliverable: uuid.UUID | None = None
    assignment: uuid.UUID | None = None
    submit: bool = False


def report_row(row: ProgressReport, scope: Scope) -> dict[str, Any]:
    return {
        "id": row.pk,
        "item": item_ref(row.item),
        "deliverable": row.deliverable_id,
        "assignment": row.assignment_id,
        "body": body_ref(row.body, scope),
        "reviewer": body_ref(row.reviewer, scope),
        "text": row.text,
        "done_on": row.done_on,
        "is_final": row.is_final,
        "document_number": row.document_number,
        "state": row.state,
        "written_at": row.written_at,
        "submitted_at": row.submitted_at,
        "reviewed_at": row.reviewed_at,
        "review_note": row.review_note,
        "version": row.version,
    }


@router.get("/reports", response=Page[ReportRow])
def list_reports(request: HttpRequest, query: Query[ReportQuery]) -> dict[str, Any]:
    """Reports in view; drafts only of the actor's own bodies."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    given = {
        "item": query.item,
        "deliverable": query.deliverable,
        "body__code": query.body,
        "reviewer__code": query.reviewer,
        "state": query.state,
    }
    rows = ProgressReport.objects.visible_to(scope).select_related(*REPORT_RELATED)
    rows = holding(rows, given)
    ordered = rows.order_by(query.sort, "pk")
    return page_of(request, ordered, query, lambda row: report_row(row, scope))


@router.get("/reports/{uuid:report_id}", response=ReportRow)
def get_report(
    request: HttpRequest, response: HttpResponse, report_id: uuid.UUID
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = ProgressReport.objects.visible_to(scope).select_related(*REPORT_RELATED)
    row = only(rows.filter(pk=report_id))
    tagged(response, row.version)
    return report_row(row, scope)


def _text(body: ReportInput | ReportSavedInput) -> ReportText:
    return ReportText(
        text=body.text,
        done_on=body.done_on,
        is_final=body.is_final,
        document_number=body.document_number,
        deliverable=body.deliverable,
        assignment=body.assignment,
    )


@router.post("/reports", response={201: ReportWritten})
def write(request: HttpRequest, body: ReportInput) -> Status[dict[str, Any]]:
    """Write a report, and send it at once when `submit`."""
    scope_for(request, Capability.WORK_IN_PLAN)
    made = write_report(
        body.item, body.body, _text(body), submit=body.submit, **making(request, body)
    )
    return Status(201, made)


@router.put(
    "/reports/{uuid:report_id}",
    response=ReportWritten,
    openapi_extra={"x-states": ["expected_version"]},
)
def save(request: HttpRequest, report_id: uuid.UUID, body: ReportSavedInput) -> dict[str, Any]:
    """Change a draft or a returned report, and send it when `submit`."""
    said = working(request, body)
    return save_report(report_id, _text(body), submit=body.submit, **said)


@router.post("/reports/{uuid:report_id}/evidence", response=ReportWritten)
def add_files(
    request: HttpRequest,
    report_id: uuid.UUID,
    files: File[list[UploadedFile]],
    body: Form[Change],
) -> dict[str, Any]:
    """Add files to a draft or a returned report; at most 30 MB each, nothing secret."""
    scope, said = scope_for(request, Capability.WORK_IN_PLAN), changing(request, body)
    row = only(ProgressReport.objects.visible_to(scope).filter(pk=report_id))
    kept = tuple(keep_file(file.read(), file.name or "") for file in files[:MOST_FILES])
    text = ReportText(
        text=row.text,
        done_on=row.done_on,
        is_final=row.is_final,
        document_number=row.document_number,
        deliverable=row.deliverable_id,
        assignment=row.assignment_id,
    )
    return save_report(report_id, text, files=kept, **said)


@router.post(
    "/reports/{uuid:report_id}/accept",
    response=ReportWritten,
    openapi_extra={"x-states": ["expected_version"]},
)
def accept(request: HttpRequest, report_id: uuid.UUID, body: Change) -> dict[str, Any]:
    """The reviewing body takes it; what it finishes is finished."""
    return accept_report(report_id, **reasoned(request, body))


@router.post(
    "/reports/{uuid:report_id}/return",
    response=ReportWritten,
    openapi_extra={"x-states": ["expected_version"]},
)
def give_back(request: HttpRequest, report_id: uuid.UUID, body: LoopReasonInput) -> dict[str, Any]:
    """Back to the writing body, with what is missing."""
    return return_report(report_id, **reasoned(request, body))


class ObstacleQuery(Paging):
    """`body` and `addressee` are codes."""

    item: uuid.UUID | None = None
    body: Code | None = None
    addressee: Code | None = None
    state: ObstacleState | None = None
    sort: Literal["raised_at", "-raised_at"] = "-raised_at"


class ObstacleRow(Schema):
    """`due_at` is the end of the running term, null when none runs."""

    id: uuid.UUID
    item: LoopItem
    body: Named | None
    addressee: Named | None
    text: str
    asked: str
    state: ObstacleState
    raised_at: dt.datetime
    reply: str
    replied_at: dt.datetime | None
    escalated_at: dt.datetime | None
    closed_at: dt.datetime | None
    outcome: str
    due_at: dt.datetime | None
    version: int


class ObstacleInput(Write):
    item: uuid.UUID
    body: uuid.UUID
    addressee: uuid.UUID
    text: Paragraph
    asked: Sentence


class ObstacleReplyInput(Change):
    reply: Paragraph


class ObstacleDone(LoopDone):
    state: ObstacleState


def obstacle_row(row: Obstacle, scope: Scope) -> dict[str, Any]:
    return {
        "id": row.pk,
        "item": item_ref(row.item),
        "body": body_ref(row.body, scope),
        "addressee": body_ref(row.addressee, scope),
        "text": row.text,
        "asked": row.asked,
        "state": row.state,
        "raised_at": row.raised_at,
        "reply": row.reply,
        "replied_at": row.replied_at,
        "escalated_at": row.escalated_at,
        "closed_at": row.closed_at,
        "outcome": row.outcome,
        "due_at": row.due.due_at if row.due is not None else None,
        "version": row.version,
    }


@router.get("/obstacles", response=Page[ObstacleRow])
def list_obstacles(request: HttpRequest, query: Query[ObstacleQuery]) -> dict[str, Any]:
    """Requests for coordination: of the units in view, raised by or put to the actor's bodies."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    given = {
        "item": query.item,
        "body__code": query.body,
        "addressee__code": query.addressee,
        "state": query.state,
    }
    rows = Obstacle.objects.visible_to(scope).select_related(*OBSTACLE_RELATED)
    rows = holding(rows, given)
    ordered = rows.order_by(query.sort, "pk")
    return page_of(request, ordered, query, lambda row: obstacle_row(row, scope))


@router.get("/obstacles/{uuid:obstacle_id}", response=ObstacleRow)
def get_obstacle(
    request: HttpRequest, response: HttpResponse, obstacle_id: uuid.UUID
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    rows = Obstacle.objects.visible_to(scope).select_related(*OBSTACLE_RELATED)
    row = only(rows.filter(pk=obstacle_id))
    tagged(response, row.version)
    return obstacle_row(row, scope)


@router.post("/obstacles", response={201: ObstacleDone})
def ask_for_help(request: HttpRequest, body: ObstacleInput) -> Status[dict[str, Any]]:
    """Put an obstacle to the body that can remove it; its term for a reply begins."""
    scope_for(request, Capability.WORK_IN_PLAN)
    new = NewObstacle(
        item=body.item,
        body=body.body,
        addressee=body.addressee,
        text=body.text,
        asked=body.asked,
    )
    return Status(201, raise_obstacle(new, **making(request, body)))


@router.post(
    "/obstacles/{uuid:obstacle_id}/reply",
    response=ObstacleDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def reply(
    request: HttpRequest, obstacle_id: uuid.UUID, body: ObstacleReplyInput
) -> dict[str, Any]:
    """Answer for the addressed body."""
    return reply_to_obstacle(obstacle_id, body.reply, **working(request, body))


@router.post(
    "/obstacles/{uuid:obstacle_id}/settle",
    response=ObstacleDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def settle(request: HttpRequest, obstacle_id: uuid.UUID, body: LoopReasonInput) -> dict[str, Any]:
    """Accept the reply, or say that it is no longer needed."""
    return settle_obstacle(obstacle_id, **reasoned(request, body))


@router.post(
    "/obstacles/{uuid:obstacle_id}/escalate",
    response=ObstacleDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def escalate(
    request: HttpRequest, obstacle_id: uuid.UUID, body: LoopReasonInput
) -> dict[str, Any]:
    """The plan office is asked."""
    return escalate_obstacle(obstacle_id, **reasoned(request, body))
