"""Body groups and who belongs to them on a day."""

import uuid
from typing import Annotated, Any, Literal

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status
from pydantic import Field

from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Day, Named, OnDay, Search
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.registers.actions.memberships import add_member, end_member
from anlan.registers.api.bodies import visible_bodies
from anlan.registers.api.common import Proof, Span, proof, scope_for, span
from anlan.registers.models import BodyGroup, GroupMembership
from anlan.registers.queries import valid_on
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["body groups"])


class NoSuchBody(Invalid):
    code = "no-such-body"
    message = gettext_noop("There is no such body, or it is outside what your post may see.")


class GroupQuery(Paging):
    q: Search = ""
    sort: Literal["code", "-code", "name", "-name"] = "code"


class GroupRow(Proof):
    """A phrase of notices that stands for many bodies; `names` are the phrases as printed."""

    id: str
    code: str
    name: str
    names: list[str]
    unit: Named
    note: str
    version: int


class Membership(Proof, Span):
    id: str
    group: Named
    body: Named
    version: int


class GroupObject(GroupRow):
    """`members` of the day in `?on=`; `hidden_members` are outside the actor's scope."""

    members: list[Membership]
    hidden_members: int


class MemberInput(Write):
    """`body` is an id. A reason is asked for: membership changes who carries a duty."""

    body: uuid.UUID
    valid_from: Day
    source: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class EndInput(Change):
    """`valid_until` is the first day on which the membership no longer holds."""

    valid_until: Day
    reason: Annotated[str, Field(min_length=1, max_length=300)]


def group_row(group: BodyGroup) -> dict[str, Any]:
    return {
        "id": str(group.pk),
        "code": group.code,
        "name": group.name,
        "names": group.names,
        "unit": named(group.unit),
        "note": group.note,
        "version": group.version,
        **proof(group),
    }


def membership_row(row: GroupMembership) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "group": named(row.group),
        "body": named(row.body),
        "version": row.version,
        **span(row),
        **proof(row),
    }


@router.get("/body-groups", response=Page[GroupRow])
def list_groups(request: HttpRequest, query: Query[GroupQuery]) -> dict[str, Any]:
    rows = _groups(scope_for(request))
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(code__startswith=query.q))
    return page_of(request, rows.order_by(query.sort, "pk"), query, group_row)


@router.get("/body-groups/{code}", response=GroupObject)
def get_group(
    request: HttpRequest, response: HttpResponse, code: str, query: Query[OnDay]
) -> dict[str, Any]:
    """One group by code or id, with its members on a day."""
    scope = scope_for(request)
    group = by_key(_groups(scope), code)
    tagged(response, group.version)
    on_day = GroupMembership.objects.filter(valid_on(query.day()), group=group)
    shown = _memberships(scope).filter(pk__in=on_day.values("pk")).order_by("body__position", "pk")
    members = [membership_row(row) for row in shown]
    return {
        **group_row(group),
        "members": members,
        "hidden_members": on_day.aggregate(n=Count("pk"))["n"] - len(members),
    }


@router.post("/body-groups/{code}/members", response={201: Membership})
def add_group_member(
    request: HttpRequest, response: HttpResponse, code: str, body: MemberInput
) -> Status[dict[str, Any]]:
    """A body becomes a member from a day on."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    group = by_key(_groups(scope), code)
    if not visible_bodies(scope).filter(pk=body.body).exists():
        raise NoSuchBody(field="body")
    values = {"body": body.body, "valid_from": body.valid_from, "source": body.source}
    result = add_member(group.pk, values, **stated(request, body).kwargs())
    row = _memberships(scope).get(pk=result["id"])
    tagged(response, row.version)
    return Status(201, membership_row(row))


@router.get("/memberships/{uuid:membership_id}", response=Membership)
def get_membership(
    request: HttpRequest, response: HttpResponse, membership_id: uuid.UUID
) -> dict[str, Any]:
    row = only(_memberships(scope_for(request)).filter(pk=membership_id))
    tagged(response, row.version)
    return membership_row(row)


@router.post(
    "/memberships/{uuid:membership_id}/end",
    response=Membership,
    openapi_extra={"x-states": ["expected_version"]},
)
def end_membership(
    request: HttpRequest, response: HttpResponse, membership_id: uuid.UUID, body: EndInput
) -> dict[str, Any]:
    """The membership ends. 409 with the present row when somebody changed it meanwhile."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    version = expected_version(request, body)
    row = only(_memberships(scope).filter(pk=membership_id))
    end_member(
        row.pk,
        body.valid_until,
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    row = _memberships(scope).get(pk=membership_id)
    tagged(response, row.version)
    return membership_row(row)


def _groups(scope: Scope) -> QuerySet[BodyGroup]:
    return BodyGroup.objects.visible_to(scope).select_related("unit")


def _memberships(scope: Scope) -> QuerySet[GroupMembership]:
    """Memberships whose body is in the scope as well."""
    rows = GroupMembership.objects.visible_to(scope).select_related("group", "body")
    return rows.filter(body__in=visible_bodies(scope).values("pk"))
