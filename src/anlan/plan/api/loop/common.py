"""What the addresses of the working loop share."""

import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Schema
from pydantic import Field

from anlan.base.api.writing import Change, Write, expected_version, stated
from anlan.plan.api.common import scope_for
from anlan.plan.models import PlanItem
from anlan.registers.queries import sees_body
from anlan.registers.rules.scope import Capability, Scope

Sentence = Annotated[str, Field(min_length=1, max_length=500)]
Paragraph = Annotated[str, Field(min_length=1, max_length=1000)]
Reason = Annotated[str, Field(min_length=1, max_length=300)]
Number = Annotated[str, Field(max_length=60)]


class LoopItem(Schema):
    """`key` is the item's name in its notice, e.g. T3."""

    id: uuid.UUID
    notice: uuid.UUID
    key: str
    heading: str


class LoopDone(Schema):
    """What an act did: the record, its version and its state after it."""

    id: uuid.UUID
    version: int


class LoopReasonInput(Change):
    reason: Reason


def item_ref(item: PlanItem) -> dict[str, Any]:
    return {"id": item.pk, "notice": item.notice_id, "key": item.key, "heading": item.heading}


def body_ref(body: Any, scope: Scope) -> dict[str, Any] | None:
    """A body in passing; null when there is none, or outside the actor's scope."""
    if body is None or not sees_body(scope, body):
        return None
    return {"id": str(body.pk), "code": body.code, "name": body.short_name}


def unit_ref(unit: Any) -> dict[str, Any]:
    return {"id": str(unit.pk), "code": unit.code, "name": unit.short_name}


def changing(request: HttpRequest, said: Change) -> dict[str, Any]:
    """Version, actor, time and request id of an act on a record."""
    version = expected_version(request, said)
    return {"expected_version": version, **making(request, said)}


def working(request: HttpRequest, said: Change) -> dict[str, Any]:
    """The same for an act of whoever works in the plan; NotAllowed for others, before all else."""
    scope_for(request, Capability.WORK_IN_PLAN)
    return changing(request, said)


def reasoned(request: HttpRequest, said: Change) -> dict[str, Any]:
    """The same for an act that takes a reason."""
    return {**working(request, said), "reason": said.reason}


def making(request: HttpRequest, said: Write) -> dict[str, Any]:
    """Actor, time and request id; a reason is passed by those acts that take one."""
    found = stated(request, said).kwargs()
    found.pop("reason")
    return found
