"""Items of the plan, their duties, and the duties of a body."""

import uuid
from typing import Annotated, Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from anlan.base.api.as_of import AsOfDay, answers_as_of
from anlan.base.api.finding import holding, only, uuid_or_none
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, OnDay, Search
from anlan.base.api.writing import tagged
from anlan.base.errors import Invalid, NotFound
from anlan.base.rules.labels import gettext_noop
from anlan.plan.api.common import (
    DutyRow,
    ItemRow,
    duty_row,
    item_row,
    notice_by_id,
    scope_for,
)
from anlan.plan.api.corrections import CorrectionRow, correction_row
from anlan.plan.choices import DutyRole
from anlan.plan.models import Duty, Notice, PlanItem
from anlan.plan.queries import items as plan_items
from anlan.plan.queries import overview
from anlan.plan.rules.notice.values import Kind, Mode
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["plan"])


class NoticeNeeded(Invalid):
    code = "notice-needed"
    message = gettext_noop("Say of which notice: notice=<id>.")


class NoSuchUnit(Invalid):
    code = "no-such-unit"
    message = gettext_noop("There is no such reporting unit. See /api/v1/reporting-units.")


class ItemQuery(Paging, OnDay, AsOfDay):
    """`body` (code or id) and `unit` (code) count groups that hold them on the day `on`;
    `unit` needs `notice`; `q` finds key, heading or clause."""

    notice: uuid.UUID | None = None
    kind: Kind | None = None
    mode: Mode | None = None
    body: Code | None = None
    role: DutyRole | None = None
    unit: Code | None = None
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    q: Search = ""
    sort: Literal["position", "-position", "key", "-key", "kind", "-kind"] = "position"


class DutyQuery(Paging, OnDay, AsOfDay):
    notice: uuid.UUID | None = None


class ItemObject(ItemRow):
    text: str
    deliverables: list[str]
    parent: str | None
    edition: int
    is_dropped: bool
    duties: list[DutyRow]
    corrections: list[CorrectionRow]


class BodyDuty(DutyRow):
    """`via_group` tells that the notice names a group to which the body belongs."""

    item: ItemRow
    via_group: bool


@router.get("/items", response=Page[ItemRow])
@answers_as_of
def list_items(request: HttpRequest, query: Query[ItemQuery]) -> dict[str, Any]:
    """Items in force, in the order of the notice."""
    scope = scope_for(request)
    rows = plan_items.items(scope)
    notice = notice_by_id(scope, query.notice) if query.notice else None
    plain = {"notice": notice, "kind": query.kind, "mode": query.mode}
    rows = holding(rows, plain)
    if query.q:
        found = Q(heading__icontains=query.q) | Q(text__icontains=query.q)
        rows = rows.filter(found | Q(key__iexact=query.q))
    if query.year:
        rows = plan_items.with_year(rows, query.year)
    rows = _of_unit(_of_body(rows, query, scope), query, notice)
    ordered = rows.order_by("notice", query.sort, "position", "pk")
    return page_of(request, ordered, query, item_row)


@router.get("/items/{key}", response=ItemObject)
@answers_as_of
def get_item(
    request: HttpRequest,
    response: HttpResponse,
    key: str,
    notice: uuid.UUID | None = None,
    as_of: Day | None = None,
) -> dict[str, Any]:
    """One item by id, or by its key in a notice (`T3`; the newest notice when none is named);
    `as_of`: as it was known at the end of that day."""
    scope = scope_for(request)
    item = _item(scope, key, notice)
    tagged(response, item.version)
    corrections: list[dict[str, Any]] = []
    if scope.may(Capability.READ_INTERNAL):
        found = plan_items.corrections_of(item.notice_id, item.key)
        corrections = [correction_row(row) for row in found.select_related("notice")]
    return {
        **item_row(item),
        "text": item.text,
        "deliverables": item.deliverables,
        "parent": item.parent.key if item.parent else None,
        "edition": item.edition,
        "is_dropped": item.is_dropped,
        "duties": [duty_row(duty, scope) for duty in plan_items.duties_of(item.pk)],
        "corrections": corrections,
    }


@router.get("/bodies/{code}/duties", response=Page[BodyDuty])
@answers_as_of
def duties_of_body(request: HttpRequest, code: str, query: Query[DutyQuery]) -> dict[str, Any]:
    """What a body carries, by name or through a group it belongs to on the day `on`."""
    scope = scope_for(request)
    body = _body(scope, code)
    if query.notice:
        notices = [notice_by_id(scope, query.notice).pk]
    else:
        current = plan_items.current_notice(scope)
        notices = [current.pk] if current else []
    groups = [group.pk for group in registers.groups_of(body.pk, query.day())]
    rows: QuerySet[Duty] = Duty.objects.none()
    for notice in notices:
        rows = plan_items.duties_of_body(notice, body.pk, groups)
    related = rows.select_related("item__notice", "group", "body__unit")
    return page_of(request, related, query, lambda duty: _body_duty(duty, scope))


def _item(scope: Scope, key: str, notice: uuid.UUID | None) -> PlanItem:
    wanted = uuid_or_none(key)
    if wanted is not None:
        rows = PlanItem.objects.visible_to(scope).select_related("notice", "parent")
        found: PlanItem = only(rows.filter(pk=wanted))
        return found
    among = notice_by_id(scope, notice) if notice else None
    item = plan_items.item_by_key(scope, key, among)
    if item is None:
        raise NotFound
    return item


def _body(scope: Scope, key: str) -> Any:
    wanted = uuid_or_none(key)
    if wanted is None:
        body = registers.body_by_code(scope, key)
    else:
        body = registers.bodies_found(scope, "").filter(pk=wanted).first()
    if body is None:
        raise NotFound
    return body


def _of_body(rows: QuerySet[PlanItem], query: ItemQuery, scope: Scope) -> QuerySet[PlanItem]:
    if not query.body:
        if not query.role:
            return rows
        in_role = Duty.objects.filter(role=query.role)
        return rows.filter(pk__in=in_role.values("item"))
    body = _body(scope, query.body)
    groups = [group.pk for group in registers.groups_of(body.pk, query.day())]
    role = query.role.value if query.role else ""
    duties = plan_items.items_of_body(body.pk, groups, role)
    return rows.filter(pk__in=duties.values("item"))


def _of_unit(
    rows: QuerySet[PlanItem], query: ItemQuery, notice: Notice | None
) -> QuerySet[PlanItem]:
    if not query.unit:
        return rows
    if notice is None:
        raise NoticeNeeded(field="notice")
    unit = registers.unit_by_code(query.unit)
    if unit is None:
        raise NoSuchUnit(field="unit")
    reached = overview.items_of_unit(notice.pk, unit, query.day())
    return rows.filter(pk__in=reached.order_by().values("pk"))


def _body_duty(duty: Duty, scope: Scope) -> dict[str, Any]:
    return {
        **duty_row(duty, scope),
        "item": item_row(duty.item),
        "via_group": duty.body_id is None,
    }
