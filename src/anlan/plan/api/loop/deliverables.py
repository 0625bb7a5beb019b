"""Deliverables and control figures over the API."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, exact
from anlan.base.api.writing import Input, Write, tagged
from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.actions.loop.deliverables import (
    NewDeliverable,
    add_deliverable,
    derive_deliverables,
    set_day,
    withdraw_deliverable,
)
from anlan.plan.actions.loop.figures import NewTable, UnitFigure, set_control_table
from anlan.plan.api.common import scope_for
from anlan.plan.api.loop.common import (
    LoopDone,
    LoopItem,
    LoopReasonInput,
    Number,
    Sentence,
    body_ref,
    changing,
    item_ref,
    making,
    unit_ref,
)
from anlan.plan.models import ControlFigure, ControlTable, Deliverable
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.queries.loop.figures import check_table
from anlan.plan.queries.loop.progress import with_state
from anlan.plan.rules.loop.control_figures import Nature
from anlan.plan.rules.loop.deliverable import DeliverableState
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["plan: working loop"])
Figure = Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=6)]
Year = Annotated[int, Field(ge=1949, le=2100)]


class DeliverableQuery(Paging):
    """`state` is decided now by rule `plan-deliverable`; it is not stored."""

    item: uuid.UUID | None = None
    body: Code | None = None
    state: DeliverableState | None = None
    sort: Literal["due_on", "-due_on"] = "due_on"


class DeliverableRow(Schema):
    id: uuid.UUID
    item: LoopItem
    text: str
    body: Named | None
    unit: Named
    due_on: dt.date | None
    basis: str
    state: DeliverableState
    finish: str
    finished_on: dt.date | None
    document_number: str
    confirmed_by: str
    version: int


class DeliverableInput(Write):
    item: uuid.UUID
    text: Sentence
    body: uuid.UUID | None = None
    due_on: Day | None = None


class DeliverableDayInput(LoopReasonInput):
    due_on: Day


class DeliverablesMade(Schema):
    made: int


class ControlFigureInput(Input):
    """A unit by its code, its figure and the number of its responsibility paper."""

    unit: Code
    value: Figure
    paper_number: Number = ""


class ControlTableInput(Write):
    """The whole table of a year. A unit left out has no figure. `expected_version` is left out
    for a new table."""

    item: uuid.UUID
    year: Year
    nature: Nature
    city_value: Figure | None = None
    figures: Annotated[list[ControlFigureInput], Field(max_length=100)]
    document_number: Number = ""
    issued_on: Day | None = None
    expected_version: Annotated[int, Field(ge=1)] | None = None


class ControlFigureRow(Schema):
    unit: Named
    value: str | None
    paper_number: str


class ControlTableQuery(Paging):
    item: uuid.UUID | None = None
    year: Year | None = None


class ControlTableRow(Schema):
    """`sum` is equal, over or under by rule `plan-control-figures`; null: not determinable."""

    id: uuid.UUID
    item: LoopItem
    year: int
    nature: Nature
    city_value: str | None
    sum: str | None
    document_number: str
    issued_on: dt.date | None
    figures: list[ControlFigureRow]
    version: int


def deliverable_row(row: Any, scope: Scope) -> dict[str, Any]:
    return {
        "id": row.pk,
        "item": item_ref(row.item),
        "text": row.text,
        "body": body_ref(row.body, scope),
        "unit": unit_ref(row.unit),
        "due_on": row.due_on,
        "basis": row.basis,
        "state": row.state,
        "finish": row.finish,
        "finished_on": row.finished_on,
        "document_number": row.document_number,
        "confirmed_by": row.confirmed_by,
        "version": row.version,
    }


def _stated(scope: Scope) -> Any:
    rows = Deliverable.objects.visible_to(scope).filter(item__is_dropped=False)
    joined = rows.select_related("item", "unit", "body__unit")
    return with_state(joined, clock.now(), live_from())


@router.get("/deliverables", response=Page[DeliverableRow])
def list_deliverables(request: HttpRequest, query: Query[DeliverableQuery]) -> dict[str, Any]:
    """What the items have to bring, with its state of now."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    given = {"item": query.item, "body__code": query.body, "state": query.state}
    rows = _stated(scope).filter(**{k: v for k, v in given.items() if v is not None})
    ordered = rows.order_by(query.sort, "pk")
    return page_of(request, ordered, query, lambda row: deliverable_row(row, scope))


@router.get("/deliverables/{uuid:deliverable_id}", response=DeliverableRow)
def get_deliverable(
    request: HttpRequest, response: HttpResponse, deliverable_id: uuid.UUID
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    row = only(_stated(scope).filter(pk=deliverable_id))
    tagged(response, row.version)
    return deliverable_row(row, scope)


@router.post("/deliverables", response={201: LoopDone})
def ask_for(request: HttpRequest, body: DeliverableInput) -> Status[dict[str, Any]]:
    """Ask for one more; without a day it is expected."""
    scope_for(request, Capability.WORK_IN_PLAN)
    new = NewDeliverable(item=body.item, text=body.text, body=body.body, due_on=body.due_on)
    return Status(201, add_deliverable(new, **making(request, body), reason=body.reason))


@router.post("/notices/{uuid:notice_id}/deliverables", response={201: DeliverablesMade})
def derive(request: HttpRequest, notice_id: uuid.UUID, body: Write) -> Status[dict[str, Any]]:
    """Make the deliverables that the clauses ask for, of items that have none yet."""
    scope_for(request, Capability.STEER_PLAN)
    return Status(201, derive_deliverables(notice_id, **making(request, body)))


@router.post(
    "/deliverables/{uuid:deliverable_id}/day",
    response=LoopDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def set_the_day(
    request: HttpRequest, deliverable_id: uuid.UUID, body: DeliverableDayInput
) -> dict[str, Any]:
    """Give a day, or another one, with a reason."""
    scope_for(request, Capability.STEER_PLAN)
    return set_day(deliverable_id, body.due_on, **changing(request, body), reason=body.reason)


@router.post(
    "/deliverables/{uuid:deliverable_id}/withdraw",
    response=LoopDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def no_longer_ask(
    request: HttpRequest, deliverable_id: uuid.UUID, body: LoopReasonInput
) -> dict[str, Any]:
    """It is no longer asked for."""
    scope_for(request, Capability.STEER_PLAN)
    return withdraw_deliverable(deliverable_id, **changing(request, body), reason=body.reason)


def table_row(table: ControlTable, scope: Scope) -> dict[str, Any]:
    seen = ControlFigure.objects.visible_to(scope).filter(table=table).select_related("unit")
    verdict = check_table(table)
    return {
        "id": table.pk,
        "item": item_ref(table.item),
        "year": table.year,
        "nature": table.nature,
        "city_value": exact(table.city_value),
        "sum": None if verdict.value is UNKNOWN else verdict.known().value,
        "document_number": table.document_number,
        "issued_on": table.issued_on,
        "figures": [
            {
                "unit": unit_ref(figure.unit),
                "value": exact(figure.value),
                "paper_number": figure.paper_number,
            }
            for figure in seen
        ],
        "version": table.version,
    }


@router.get("/control-tables", response=Page[ControlTableRow])
def list_tables(request: HttpRequest, query: Query[ControlTableQuery]) -> dict[str, Any]:
    """Control figures by item and year; the figures of the units in view."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    given = {"item": query.item, "year": query.year}
    rows = ControlTable.objects.visible_to(scope).select_related("item")
    rows = rows.filter(**{k: v for k, v in given.items() if v is not None})
    ordered = rows.order_by("item__position", "year", "pk")
    return page_of(request, ordered, query, lambda table: table_row(table, scope))


@router.put("/control-tables", response=LoopDone)
def write_table(request: HttpRequest, body: ControlTableInput) -> dict[str, Any]:
    """Write the figures of an indicator and year as one entry."""
    scope_for(request, Capability.STEER_PLAN)
    new = NewTable(
        item=body.item,
        year=body.year,
        nature=body.nature,
        city_value=body.city_value,
        figures={
            f.unit: UnitFigure(value=f.value, paper_number=f.paper_number) for f in body.figures
        },
        document_number=body.document_number,
        issued_on=body.issued_on,
    )
    version = body.expected_version or 0
    said = making(request, body)
    return set_control_table(new, expected_version=version, **said, reason=body.reason)
