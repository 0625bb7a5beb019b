"""Notices: what was read, what was not, and bodies × items."""

import datetime as dt
import uuid
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from anlan.base.api.finding import named
from anlan.base.api.paging import Page, Paging, is_marked, page_of
from anlan.base.api.shapes import Named, OnDay, Search
from anlan.base.api.writing import tagged
from anlan.plan.api.common import NoticeRef, notice_by_id, notice_ref, scope_for
from anlan.plan.choices import NoticeSource
from anlan.plan.models import Notice
from anlan.plan.queries import items as plan_items
from anlan.plan.queries import overview
from anlan.registers.queries import sees_body

router = Router(tags=["plan"])


class NoticeQuery(Paging):
    q: Search = ""
    sort: Literal["issued_on", "-issued_on", "number", "-number"] = "-issued_on"


class NoticeRow(NoticeRef):
    issuer: str
    issued_on: dt.date | None
    unit: Named
    current_edition: int
    version: int


class NoticeObject(NoticeRow):
    """`chars` counts characters that are no white space, `chars_read` those understood.
    `source_kind` facts: rendered from the profile, not the published wording."""

    source_kind: NoticeSource
    file_name: str
    file_digest: str
    imported_at: dt.datetime
    chars: int
    chars_read: int
    unread_passages: int
    open_names: int
    items: int
    items_by_kind: dict[str, int]


class Passage(Schema):
    """A passage of the text that was not understood; offsets count characters."""

    start: int
    end: int
    text: str


class OpenName(Schema):
    """A printed name that nobody has matched to a body yet, and the items it stands in."""

    name: str
    items: list[str]


class Counts(Schema):
    lead: int
    support: int
    joint: int
    via_group: int


class MatrixColumn(Schema):
    key: str
    title: str
    kind: str
    items: int


class MatrixRow(Schema):
    body: Named
    totals: Counts
    cells: dict[str, Counts]


class MatrixGroup(Schema):
    group: Named
    totals: Counts


class MatrixTable(Schema):
    """Bodies × items (`by_item`) or × kinds of items. Groups are expanded to their members of
    the day; `hidden_rows` are bodies outside the actor's scope."""

    notice: NoticeRef
    day: dt.date
    demonstration: bool
    by_item: bool
    items: int
    open_names: int
    columns: list[MatrixColumn]
    rows: list[MatrixRow]
    groups: list[MatrixGroup]
    hidden_rows: int


class UnitItems(Schema):
    """How many items name a body of the unit, or a group that holds one."""

    unit: Named
    total: int
    by_kind: dict[str, int]


class UnitTable(Schema):
    notice: NoticeRef
    day: dt.date
    demonstration: bool
    results: list[UnitItems]


def notice_row(notice: Notice) -> dict[str, Any]:
    return {
        **notice_ref(notice),
        "issuer": notice.issuer,
        "issued_on": notice.issued_on,
        "unit": named(notice.unit),
        "current_edition": notice.current_edition,
        "version": notice.version,
    }


@router.get("/notices", response=Page[NoticeRow])
def list_notices(request: HttpRequest, query: Query[NoticeQuery]) -> dict[str, Any]:
    rows = plan_items.notices(scope_for(request))
    if query.q:
        rows = rows.filter(title__icontains=query.q) | rows.filter(number__icontains=query.q)
    return page_of(request, rows.order_by(query.sort, "pk"), query, notice_row)


@router.get("/notices/{uuid:notice_id}", response=NoticeObject)
def get_notice(
    request: HttpRequest, response: HttpResponse, notice_id: uuid.UUID
) -> dict[str, Any]:
    """One notice: where its text came from and how much of it was understood."""
    scope = scope_for(request)
    notice = notice_by_id(scope, notice_id)
    tagged(response, notice.version)
    edition = plan_items.edition_of(notice)
    shape = overview.shape(notice)
    return {
        **notice_row(notice),
        "source_kind": edition.source_kind,
        "file_name": edition.file_name,
        "file_digest": edition.file_digest,
        "imported_at": edition.imported_at,
        "chars": edition.chars,
        "chars_read": edition.chars_read,
        "unread_passages": len(edition.unread),
        "open_names": len(plan_items.open_names(notice.pk)),
        "items": shape.total,
        "items_by_kind": dict(shape.kinds),
    }


@router.get("/notices/{uuid:notice_id}/unread", response=Page[Passage])
def list_unread(
    request: HttpRequest, notice_id: uuid.UUID, query: Query[Paging]
) -> dict[str, Any]:
    """Passages that were not understood: listed, never dropped."""
    edition = plan_items.edition_of(notice_by_id(scope_for(request), notice_id))
    return page_of(request, edition.unread, query, _passage)


@router.get("/notices/{uuid:notice_id}/open-names", response=Page[OpenName])
def list_open_names(
    request: HttpRequest, notice_id: uuid.UUID, query: Query[Paging]
) -> dict[str, Any]:
    """Printed names that wait for a person to match them."""
    notice = notice_by_id(scope_for(request), notice_id)
    return page_of(request, plan_items.open_names(notice.pk), query, dict)


@router.get("/notices/{uuid:notice_id}/matrix", response=MatrixTable)
def get_matrix(request: HttpRequest, notice_id: uuid.UUID, query: Query[OnDay]) -> dict[str, Any]:
    """Who carries what: bodies × items."""
    scope = scope_for(request)
    notice = notice_by_id(scope, notice_id)
    table = overview.matrix(notice, query.day())
    shown = [row for row in table.rows if sees_body(scope, row.body)]
    return {
        "notice": notice_ref(notice),
        "day": query.day(),
        "demonstration": is_marked(request),
        "by_item": table.by_item,
        "items": table.items,
        "open_names": table.open_names,
        "columns": [
            {"key": c.key, "title": c.title, "kind": c.kind, "items": c.items}
            for c in table.columns
        ],
        "rows": [_matrix_row(row) for row in shown],
        "groups": [
            {"group": named(group), "totals": _counts(cell)} for group, cell in table.groups
        ],
        "hidden_rows": len(table.rows) - len(shown),
    }


@router.get("/notices/{uuid:notice_id}/units", response=UnitTable)
def items_by_unit(
    request: HttpRequest, notice_id: uuid.UUID, query: Query[OnDay]
) -> dict[str, Any]:
    """How many items reach each county and the development zone."""
    notice = notice_by_id(scope_for(request), notice_id)
    lines = overview.by_unit(notice, query.day())
    return {
        "notice": notice_ref(notice),
        "day": query.day(),
        "demonstration": is_marked(request),
        "results": [
            {"unit": named(line.unit), "total": line.total, "by_kind": line.by_kind}
            for line in lines
        ],
    }


def _matrix_row(row: overview.Row) -> dict[str, Any]:
    cells = {key: _counts(cell) for key, cell in row.cells.items()}
    return {"body": named(row.body), "totals": _counts(row.totals), "cells": cells}


def _counts(cell: overview.Cell) -> dict[str, int]:
    return {
        "lead": cell.lead,
        "support": cell.support,
        "joint": cell.joint,
        "via_group": cell.via_group,
    }


def _passage(row: list[Any]) -> dict[str, Any]:
    start, end, text = row
    return {"start": start, "end": end, "text": text}
