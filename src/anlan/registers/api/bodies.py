"""Reporting units and bodies."""

from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from anlan.base.api.finding import by_key, named
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Named, OnDay, Search
from anlan.base.api.writing import tagged
from anlan.registers.api.common import Proof, Span, holds, proof, scope_for, span
from anlan.registers.choices import BodyKind, NameKind, UnitKind
from anlan.registers.models import Body, BodyGroup, BodyName, GroupMembership, ReportingUnit
from anlan.registers.queries import valid_on
from anlan.registers.rules.scope import Scope

router = Router(tags=["bodies"])


class UnitQuery(Paging):
    kind: UnitKind | None = None
    q: Search = ""
    sort: Literal["position", "-position", "code", "-code", "name", "-name"] = "position"


class UnitRow(Proof, Span):
    """A unit that reports beside its siblings; the development zone is one, though no division."""

    id: str
    code: str
    name: str
    short_name: str
    kind: UnitKind
    region: Named
    parent: Named | None
    position: int
    version: int


class BodyQuery(Paging):
    """`unit` and `group` take codes (`group`: members today); `q` finds any name, former too."""

    unit: Code | None = None
    kind: BodyKind | None = None
    group: Code | None = None
    q: Search = ""
    sort: Literal["position", "-position", "code", "-code", "name", "-name"] = "position"


class BodyRow(Proof, Span):
    id: str
    code: str
    full_name: str
    short_name: str
    kind: BodyKind
    unit: Named
    in_line_of_command: bool
    note: str
    version: int


class NameRow(Proof, Span):
    """`on_day` tells whether the name was in use on the day that was asked for."""

    id: str
    kind: NameKind
    name: str
    only_in_unit: bool
    on_day: bool
    note: str


class BodyObject(BodyRow):
    """`groups` are those of the day in `?on=` (today when it is absent)."""

    names: list[NameRow]
    groups: list[Named]


def unit_row(unit: ReportingUnit) -> dict[str, Any]:
    return {
        "id": str(unit.pk),
        "code": unit.code,
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "region": named(unit.region),
        "parent": named(unit.parent) if unit.parent else None,
        "position": unit.position,
        "version": unit.version,
        **span(unit),
        **proof(unit),
    }


def body_row(body: Body) -> dict[str, Any]:
    return {
        "id": str(body.pk),
        "code": body.code,
        "full_name": body.full_name,
        "short_name": body.short_name,
        "kind": body.kind,
        "unit": named(body.unit),
        "in_line_of_command": body.in_line_of_command,
        "note": body.note,
        "version": body.version,
        **span(body),
        **proof(body),
    }


def name_row(name: BodyName, query: OnDay) -> dict[str, Any]:
    return {
        "id": str(name.pk),
        "kind": name.kind,
        "name": name.name,
        "only_in_unit": name.only_in_unit,
        "on_day": holds(name, query.day()),
        "note": name.note,
        **span(name),
        **proof(name),
    }


@router.get("/reporting-units", response=Page[UnitRow])
def list_units(request: HttpRequest, query: Query[UnitQuery]) -> dict[str, Any]:
    """The city, its counties and the development zone."""
    rows = _units(scope_for(request))
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(short_name__icontains=query.q))
    return page_of(request, rows.order_by(query.sort, "code"), query, unit_row)


@router.get("/reporting-units/{code}", response=UnitRow)
def get_unit(request: HttpRequest, response: HttpResponse, code: str) -> dict[str, Any]:
    unit = by_key(_units(scope_for(request)), code)
    tagged(response, unit.version)
    return unit_row(unit)


@router.get("/bodies", response=Page[BodyRow])
def list_bodies(request: HttpRequest, query: Query[BodyQuery]) -> dict[str, Any]:
    """Bodies of the city, and of the units in the actor's scope."""
    scope = scope_for(request)
    rows = visible_bodies(scope)
    if query.unit:
        rows = rows.filter(unit__code=query.unit)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.group:
        members = GroupMembership.objects.visible_to(scope).filter(
            valid_on(OnDay().day()), group__code=query.group
        )
        rows = rows.filter(pk__in=members.values("body"))
    if query.q:
        rows = rows.filter(_found(query.q))
    sign = "-" if query.sort.startswith("-") else ""
    orders = {
        "position": ("unit__position", "position", "code"),
        "name": ("initials", "short_name", "code"),
        "code": ("code",),
    }
    order = [sign + name for name in orders[query.sort.removeprefix("-")]]
    return page_of(request, rows.order_by(*order), query, body_row)


@router.get("/bodies/{code}", response=BodyObject)
def get_body(
    request: HttpRequest, response: HttpResponse, code: str, query: Query[OnDay]
) -> dict[str, Any]:
    """One body by code or id, with all its names and its groups on a day."""
    scope = scope_for(request)
    body = by_key(visible_bodies(scope), code)
    tagged(response, body.version)
    names = BodyName.objects.visible_to(scope).filter(body=body)
    member_of = GroupMembership.objects.visible_to(scope).filter(valid_on(query.day()), body=body)
    groups = BodyGroup.objects.visible_to(scope).filter(pk__in=member_of.values("group"))
    return {
        **body_row(body),
        "names": [name_row(name, query) for name in names],
        "groups": [named(group) for group in groups],
    }


def visible_bodies(scope: Scope) -> QuerySet[Body]:
    return Body.objects.visible_to(scope).select_related("unit")


def _units(scope: Scope) -> QuerySet[ReportingUnit]:
    return ReportingUnit.objects.visible_to(scope).select_related("region", "parent")


def _found(word: str) -> Q:
    former = BodyName.objects.filter(name__icontains=word).values("body")
    names = Q(full_name__icontains=word) | Q(short_name__icontains=word)
    return names | Q(initials__startswith=word.lower()) | Q(pk__in=former)
