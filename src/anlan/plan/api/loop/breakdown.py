"""Break-down over the API: assignments, how items are dealt with."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import holding, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named
from anlan.base.api.writing import Input, Write, tagged
from anlan.plan.actions.loop.breaking_down import (
    NewBreakdown,
    Target,
    assign,
    refuse,
    sign,
    withdraw,
)
from anlan.plan.actions.loop.handling import decide_handling
from anlan.plan.api.common import scope_for
from anlan.plan.api.loop.common import (
    Change,
    LoopDone,
    LoopItem,
    LoopReasonInput,
    Sentence,
    body_ref,
    item_ref,
    making,
    reasoned,
    unit_ref,
    working,
)
from anlan.plan.models import Assignment
from anlan.plan.rules.loop.assignment import AssignmentState, Step
from anlan.plan.rules.loop.handling import Handling
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["plan: working loop"])
RELATED = ("item", "unit", "body__unit", "post", "assigner__unit")


class AssignmentQuery(Paging):
    """`item`, `above`: ids; `body`, `unit`: codes."""

    item: uuid.UUID | None = None
    above: uuid.UUID | None = None
    body: Code | None = None
    unit: Code | None = None
    state: AssignmentState | None = None
    step: Step | None = None
    sort: Literal["assigned_at", "-assigned_at", "due_on", "-due_on"] = "-assigned_at"


class AssignmentRow(Schema):
    """`person` is the id of a person; the name is with /people, for whoever may read it."""

    id: uuid.UUID
    item: LoopItem
    step: Step
    unit: Named
    body: Named | None
    post: str | None
    person: uuid.UUID | None
    asked: str
    measure: str
    due_on: dt.date | None
    state: AssignmentState
    above: uuid.UUID | None
    replaces: uuid.UUID | None
    assigned_at: dt.datetime
    assigner: Named | None
    answered_at: dt.datetime | None
    reason: str
    version: int


class AssigneeInput(Input):
    """One assignee by ids: a unit, a body, a post, or a person in the body of `above`."""

    unit: uuid.UUID | None = None
    body: uuid.UUID | None = None
    post: uuid.UUID | None = None
    person: uuid.UUID | None = None


class BreakdownInput(Write):
    item: uuid.UUID
    targets: Annotated[list[AssigneeInput], Field(min_length=1, max_length=200)]
    asked: Sentence
    measure: Annotated[str, Field(max_length=200)] = ""
    due_on: Day | None = None
    above: uuid.UUID | None = None
    replaces: uuid.UUID | None = None


class AssignmentsMade(Schema):
    ids: list[uuid.UUID]


class HandlingInput(LoopReasonInput):
    """`expected_version` 0 is left out when nobody has decided yet."""

    decided: Literal["break-down", "market"]


def assignment_row(row: Assignment, scope: Scope) -> dict[str, Any]:
    return {
        "id": row.pk,
        "item": item_ref(row.item),
        "step": row.step,
        "unit": unit_ref(row.unit),
        "body": body_ref(row.body, scope),
        "post": row.post.title if row.post else None,
        "person": row.person_id,
        "asked": row.asked,
        "measure": row.measure,
        "due_on": row.due_on,
        "state": row.state,
        "above": row.above_id,
        "replaces": row.replaces_id,
        "assigned_at": row.assigned_at,
        "assigner": body_ref(row.assigner, scope),
        "answered_at": row.answered_at,
        "reason": row.reason,
        "version": row.version,
    }


@router.get("/assignments", response=Page[AssignmentRow])
def list_assignments(request: HttpRequest, query: Query[AssignmentQuery]) -> dict[str, Any]:
    """Who was asked to do what, in the actor's units."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    given = {
        "item": query.item,
        "above": query.above,
        "body__code": query.body,
        "unit__code": query.unit,
        "state": query.state,
        "step": query.step,
    }
    rows = Assignment.objects.visible_to(scope).select_related(*RELATED)
    rows = holding(rows, given)
    ordered = rows.order_by(query.sort, "pk")
    return page_of(request, ordered, query, lambda row: assignment_row(row, scope))


@router.get("/assignments/{uuid:assignment_id}", response=AssignmentRow)
def get_assignment(
    request: HttpRequest, response: HttpResponse, assignment_id: uuid.UUID
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    row = only(
        Assignment.objects.visible_to(scope).select_related(*RELATED).filter(pk=assignment_id)
    )
    tagged(response, row.version)
    return assignment_row(row, scope)


@router.post("/assignments", response={201: AssignmentsMade})
def break_down(request: HttpRequest, body: BreakdownInput) -> Status[dict[str, Any]]:
    """Ask something of one or many, all or none, in one entry."""
    scope_for(request, Capability.WORK_IN_PLAN)
    new = NewBreakdown(
        item=body.item,
        targets=tuple(Target(**target.model_dump()) for target in body.targets),
        asked=body.asked,
        measure=body.measure,
        due_on=body.due_on,
        above=body.above,
        replaces=body.replaces,
    )
    made = assign(new, **making(request, body), reason=body.reason)
    return Status(201, {"ids": made["ids"]})


@router.post(
    "/assignments/{uuid:assignment_id}/sign",
    response=LoopDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def sign_assignment(
    request: HttpRequest, assignment_id: uuid.UUID, body: Change
) -> dict[str, Any]:
    """Take it on."""
    return sign(assignment_id, **working(request, body))


@router.post(
    "/assignments/{uuid:assignment_id}/refuse",
    response=LoopDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def refuse_assignment(
    request: HttpRequest, assignment_id: uuid.UUID, body: LoopReasonInput
) -> dict[str, Any]:
    """Refuse with a reason; it goes back to whoever assigned it."""
    return refuse(assignment_id, **reasoned(request, body))


@router.post(
    "/assignments/{uuid:assignment_id}/withdraw",
    response=LoopDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def withdraw_assignment(
    request: HttpRequest, assignment_id: uuid.UUID, body: LoopReasonInput
) -> dict[str, Any]:
    """Take it back, with what was broken down from it."""
    return withdraw(assignment_id, **reasoned(request, body))


@router.put("/items/{uuid:item_id}/handling", response=LoopDone)
def handle(request: HttpRequest, item_id: uuid.UUID, body: HandlingInput) -> dict[str, Any]:
    """Say that an item is market-driven, or is to be broken down after all."""
    scope_for(request, Capability.STEER_PLAN)
    said = making(request, body)
    return decide_handling(
        item_id,
        Handling(body.decided),
        expected_version=body.expected_version or 0,
        **said,
        reason=body.reason,
    )
