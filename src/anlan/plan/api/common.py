"""Shapes and reads that the addresses of the plan share."""

import uuid
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from anlan.base.api.finding import named, only
from anlan.base.api.shapes import Named, exact
from anlan.base.api.writing import actor_of
from anlan.plan.choices import DutyRole, MatchState
from anlan.plan.models import Duty, Notice, PlanItem
from anlan.plan.queries import items as plan_items
from anlan.plan.rules.notice.values import Kind, Mode
from anlan.registers.access import require
from anlan.registers.queries import sees_body
from anlan.registers.rules.scope import Capability, Scope


class NoticeRef(Schema):
    id: uuid.UUID
    number: str
    title: str


class Target(Schema):
    """`value` is an exact decimal as text; `operator` one of < <= > >= = up down."""

    name: str
    operator: str
    value: str
    unit: str


class ItemRow(Schema):
    """`key` is the item's name in the notice, e.g. T3."""

    id: uuid.UUID
    notice: NoticeRef
    key: str
    kind: Kind
    number: str
    section: str
    heading: str
    deadline_years: list[int]
    mode: Mode
    open_ended: bool
    indicator: Target | None
    version: int


class DutyRow(Schema):
    """`body` is null while nobody matched the printed name, or outside the actor's scope."""

    id: uuid.UUID
    role: DutyRole
    position: int
    printed_name: str
    body: Named | None
    group: Named | None
    match: MatchState


def scope_for(request: HttpRequest, capability: Capability = Capability.READ_PUBLISHED) -> Scope:
    """The scope of whoever asks, when it holds the capability; NotAllowed otherwise."""
    return require(actor_of(request), capability)


def notice_by_id(scope: Scope, key: uuid.UUID) -> Notice:
    return only(plan_items.notices(scope).filter(pk=key))


def notice_ref(notice: Notice) -> dict[str, Any]:
    return {"id": notice.pk, "number": notice.number, "title": notice.title}


def item_row(item: PlanItem) -> dict[str, Any]:
    return {
        "id": item.pk,
        "notice": notice_ref(item.notice),
        "key": item.key,
        "kind": item.kind,
        "number": item.number,
        "section": item.section,
        "heading": item.heading,
        "deadline_years": item.deadline_years,
        "mode": item.mode,
        "open_ended": item.open_ended,
        "indicator": _target(item),
        "version": item.version,
    }


def duty_row(duty: Duty, scope: Scope) -> dict[str, Any]:
    shows = duty.body is not None and sees_body(scope, duty.body)
    return {
        "id": duty.pk,
        "role": duty.role,
        "position": duty.position,
        "printed_name": duty.printed_name,
        "body": named(duty.body) if shows else None,
        "group": named(duty.group) if duty.group else None,
        "match": duty.match,
    }


def _target(item: PlanItem) -> dict[str, Any] | None:
    if item.indicator_value is None:
        return None
    return {
        "name": item.indicator_name,
        "operator": item.indicator_operator,
        "value": exact(item.indicator_value),
        "unit": item.indicator_unit,
    }
