"""Collections by workbook: rounds, workbooks, returned files; and back-filling."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import holding, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.reading import is_fit
from anlan.base.api.writing import Change, Input, Line, Write, expected_version, stated
from anlan.base.documents.table_file import MAX_BYTES
from anlan.plan.actions.collecting.back_filling import BackFill, back_fill
from anlan.plan.actions.collecting.issuing import (
    NewCollection,
    close_collection,
    issue_collection,
)
from anlan.plan.actions.collecting.merging import Choice, take_workbook
from anlan.plan.actions.collecting.receiving import ReturnedFile, receive_files, set_aside
from anlan.plan.api.common import scope_for
from anlan.plan.api.importing import BadFileName
from anlan.plan.forms.collecting import FIRST_YEAR, LAST_YEAR
from anlan.plan.models import Collection, CollectionSheet, Deliverable, ReturnedWorkbook
from anlan.plan.queries.collecting.returned import differences_of
from anlan.plan.rules.workbook.collection import Purpose, ReturnState
from anlan.plan.rules.workbook.column import SheetField as Column
from anlan.plan.rules.workbook.merge import CellChange, RowChange
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan"])
RELATED = ("sheet__collection__notice", "sheet__body", "sheet__unit")
MOST_CELLS = 2_000
Reason = Annotated[str, Field(min_length=1, max_length=300)]
RowId = Annotated[str, Field(max_length=40)]


class RoundRow(Schema):
    id: uuid.UUID
    notice: uuid.UUID
    purpose: Purpose
    year: int
    number: int
    wanted_on: dt.date | None
    issued_at: dt.datetime
    closed_at: dt.datetime | None
    version: int


class SheetRow(Schema):
    """`answers`: row id → column → value; dates ISO 8601, states by code."""

    id: uuid.UUID
    collection: uuid.UUID
    body: str | None
    unit: str
    stamp: str
    rows: list[dict[str, Any]]
    answers: dict[str, dict[str, str]]
    version: int


class ReturnRow(Schema):
    id: uuid.UUID
    sheet: uuid.UUID
    stamp: str
    file_name: str
    digest: str
    state: ReturnState
    returned_by: str
    received_at: dt.datetime
    decided_at: dt.datetime | None
    rows_taken: int
    rows_left: int
    version: int


class CellRow(Schema):
    column: Column
    current: str
    returned: str
    change: CellChange
    others: list[str]


class ChangeRow(Schema):
    """`fault`: why the row cannot be taken as it is."""

    row: str
    code: str
    line: int
    fault: str
    cells: list[CellRow]


class DifferenceRow(Schema):
    """`asked`: columns that a person has to name first. `sheet_version` is what a decision is
    based on."""

    sheet_version: int
    asked: list[Column]
    changes: list[ChangeRow]
    refused: list[ChangeRow]
    added_lines: list[int]
    missing: list[str]
    same: int


class RoundInput(Write):
    notice: uuid.UUID
    purpose: Purpose
    year: Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
    wanted_on: dt.date | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class RoundMade(Schema):
    id: uuid.UUID
    version: int
    workbooks: int


class CloseInput(Change):
    reason: Reason


class HandInInput(Write):
    """The round is optional: a workbook of another one is then refused."""

    returned_by: Annotated[str, Field(min_length=1, max_length=120)]
    collection: uuid.UUID | None = None


class HandedIn(Schema):
    """`is_known`: the very file was here before, nothing changed."""

    id: uuid.UUID
    is_known: bool


class CellChoice(Input):
    """`value`: keep, take, or the value of a file beside it."""

    row: RowId
    column: Column
    value: Annotated[str, Field(min_length=1, max_length=500)]


class TakeInput(Change):
    """`rows` null: all without conflict. The version is that of the workbook (`sheet_version`)."""

    rows: Annotated[list[RowId], Field(max_length=MOST_CELLS)] | None = None
    cells: Annotated[tuple[CellChoice, ...], Field(max_length=MOST_CELLS)] = ()


class WorkbookTaken(Schema):
    id: uuid.UUID
    version: int
    taken: int
    left: int


class BackFillInput(Change):
    """What was finished before the plan was kept here; `replaces` decides between two days."""

    finished_on: dt.date
    confirmed_by: Annotated[str, Field(min_length=1, max_length=120)]
    document_number: Annotated[str, Field(max_length=60)] = ""
    evidence: Line = ""
    replaces: bool = False


class WorkbookChanged(Schema):
    id: uuid.UUID
    version: int


class RoundQuery(Paging):
    purpose: Purpose | None = None
    sort: Literal["issued_at", "-issued_at"] = "-issued_at"


class SheetQuery(Paging):
    collection: uuid.UUID | None = None


class ReturnQuery(Paging):
    sheet: uuid.UUID | None = None
    state: ReturnState | None = None
    sort: Literal["received_at", "-received_at"] = "-received_at"


@router.get("/collections", response=Page[RoundRow])
def list_collections(request: HttpRequest, query: Query[RoundQuery]) -> dict[str, Any]:
    """Rounds of workbooks."""
    rows = Collection.objects.visible_to(scope_for(request, Capability.READ_INTERNAL))
    if query.purpose:
        rows = rows.filter(purpose=query.purpose.value)
    return page_of(request, rows.order_by(query.sort, "pk"), query, _round)


@router.post("/collections", response={201: RoundMade})
def send_out(request: HttpRequest, body: RoundInput) -> Status[dict[str, Any]]:
    """Make the workbooks of a round."""
    new = NewCollection(
        notice=body.notice,
        purpose=body.purpose,
        year=body.year,
        wanted_on=body.wanted_on,
        note=body.note,
    )
    return Status(201, issue_collection(new, **stated(request, body).kwargs()))


@router.post(
    "/collections/{uuid:collection_id}/close",
    response=WorkbookChanged,
    openapi_extra={"x-states": ["expected_version"]},
)
def close(request: HttpRequest, collection_id: uuid.UUID, body: CloseInput) -> dict[str, Any]:
    """End a round: nothing is handed in any more, its terms are withdrawn."""
    version = expected_version(request, body)
    return close_collection(
        collection_id, expected_version=version, **stated(request, body).kwargs()
    )


@router.get("/workbooks", response=Page[SheetRow])
def list_workbooks(request: HttpRequest, query: Query[SheetQuery]) -> dict[str, Any]:
    """Workbooks that went out, with what was taken of them so far."""
    rows = CollectionSheet.objects.visible_to(scope_for(request, Capability.READ_INTERNAL))
    if query.collection:
        rows = rows.filter(collection=query.collection)
    ordered = rows.select_related("body", "unit").order_by("collection", "stamp")
    return page_of(request, ordered, query, _sheet)


@router.get("/returned-workbooks", response=Page[ReturnRow])
def list_returned(request: HttpRequest, query: Query[ReturnQuery]) -> dict[str, Any]:
    """Files that came back, newest first."""
    rows = ReturnedWorkbook.objects.visible_to(scope_for(request, Capability.READ_INTERNAL))
    plain = {"sheet": query.sheet, "state": query.state.value if query.state else None}
    rows = holding(rows, plain)
    ordered = rows.select_related("sheet").order_by(query.sort, "pk")
    return page_of(request, ordered, query, _returned)


@router.post("/returned-workbooks", response={201: HandedIn})
def hand_in(
    request: HttpRequest, file: File[UploadedFile], said: Form[HandInInput]
) -> Status[dict[str, Any]]:
    """Hand one returned workbook in. It waits for a decision."""
    name = file.name or ""
    if not is_fit(name):
        raise BadFileName(field="file")
    kwargs = stated(request, said).kwargs()
    kwargs.pop("reason")
    found = receive_files(
        [ReturnedFile(name=name, data=file.read(MAX_BYTES + 1))],
        collection=said.collection,
        returned_by=said.returned_by,
        **kwargs,
    )[0]
    if found.row is None:
        raise found.refusal or BadFileName(field="file")
    return Status(201, {"id": found.row.pk, "is_known": found.is_known})


@router.get("/returned-workbooks/{uuid:returned_id}/differences", response=DifferenceRow)
def differences(request: HttpRequest, returned_id: uuid.UUID) -> dict[str, Any]:
    """A returned workbook held against what is known."""
    row = _found(request, returned_id)
    found = differences_of(row, clock.today())
    return {
        "sheet_version": row.sheet.version,
        "asked": list(found.returned.asked),
        "changes": [_change(change) for change in found.merge.changes],
        "refused": [_change(change) for change in found.merge.refused],
        "added_lines": [one.line for one in found.merge.added],
        "missing": list(found.merge.missing),
        "same": found.merge.same,
    }


@router.post(
    "/returned-workbooks/{uuid:returned_id}/take",
    response=WorkbookTaken,
    openapi_extra={"x-states": ["expected_version"]},
)
def take(request: HttpRequest, returned_id: uuid.UUID, body: TakeInput) -> dict[str, Any]:
    """Take rows of a waiting file: one entry of the journal."""
    version = expected_version(request, body)
    choice = Choice(
        rows=frozenset(body.rows) if body.rows is not None else None,
        cells={(cell.row, cell.column): cell.value for cell in body.cells},
    )
    return take_workbook(
        returned_id, choice, expected_version=version, **stated(request, body).kwargs()
    )


@router.post(
    "/returned-workbooks/{uuid:returned_id}/set-aside",
    response=WorkbookChanged,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_aside(request: HttpRequest, returned_id: uuid.UUID, body: CloseInput) -> dict[str, Any]:
    """Take nothing of a waiting file; it stays kept."""
    version = expected_version(request, body)
    return set_aside(returned_id, expected_version=version, **stated(request, body).kwargs())


@router.post(
    "/deliverables/{uuid:deliverable_id}/back-fill",
    response=WorkbookChanged,
    openapi_extra={"x-states": ["expected_version"]},
)
def fill_back(
    request: HttpRequest, deliverable_id: uuid.UUID, body: BackFillInput
) -> dict[str, Any]:
    """Bring in what was finished before the plan was kept here."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    only(Deliverable.objects.visible_to(scope).filter(pk=deliverable_id))
    version = expected_version(request, body)
    fill = BackFill(
        finished_on=body.finished_on,
        confirmed_by=body.confirmed_by,
        document_number=body.document_number,
        evidence=body.evidence,
        replaces=body.replaces,
    )
    return back_fill(
        deliverable_id,
        fill,
        expected_version=version,
        **stated(request, body).kwargs(),
    )


def _found(request: HttpRequest, key: uuid.UUID) -> ReturnedWorkbook:
    seen = ReturnedWorkbook.objects.visible_to(scope_for(request, Capability.READ_INTERNAL))
    return only(seen.select_related(*RELATED).filter(pk=key))


def _round(row: Collection) -> dict[str, Any]:
    names = ("purpose", "year", "number", "wanted_on", "issued_at", "closed_at", "version")
    return {"id": row.pk, "notice": row.notice_id} | {name: getattr(row, name) for name in names}


def _sheet(row: CollectionSheet) -> dict[str, Any]:
    return {
        "id": row.pk,
        "collection": row.collection_id,
        "body": row.body.code if row.body is not None else None,
        "unit": row.unit.code,
        "stamp": row.stamp,
        "rows": row.rows,
        "answers": row.answers,
        "version": row.version,
    }


def _returned(row: ReturnedWorkbook) -> dict[str, Any]:
    names = ("file_name", "digest", "state", "returned_by", "received_at", "decided_at")
    more = ("rows_taken", "rows_left", "version")
    return {"id": row.pk, "sheet": row.sheet_id, "stamp": row.sheet.stamp} | {
        name: getattr(row, name) for name in (*names, *more)
    }


def _change(change: RowChange) -> dict[str, Any]:
    return {
        "row": change.id,
        "code": change.code,
        "line": change.line,
        "fault": change.fault.text(gettext) if change.fault is not None else "",
        "cells": [
            {
                "column": cell.field,
                "current": cell.current,
                "returned": cell.returned,
                "change": cell.change,
                "others": [value for _who, value in cell.others],
            }
            for cell in change.cells
        ],
    }
