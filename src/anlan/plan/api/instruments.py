"""Institutions required, measures of items and the figures of days."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.base.errors import NotFound
from anlan.base.parts import registry
from anlan.plan.actions.instrument import (
    NewRequirement,
    link_instrument,
    require_instrument,
    withdraw_requirement,
)
from anlan.plan.actions.measuring import NewBounds, set_bounds
from anlan.plan.api.common import scope_for
from anlan.plan.api.loop.common import LoopDone, LoopItem, LoopReasonInput, item_ref
from anlan.plan.models import InstrumentRequirement, MeasureSnapshot, PlanItem
from anlan.plan.queries.instruments import required, standing
from anlan.plan.queries.item_measures import ItemLine, item_lines
from anlan.plan.rules.instrument_requirement import NEXT_STEPS, RequirementStanding
from anlan.plan.rules.measure_lamp import MeasureLamp
from anlan.registers.choices import InstrumentKind
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan: measures and institutions"])
Percent = Annotated[Decimal, Field(ge=0, le=9999, max_digits=6, decimal_places=2)]


class RequirementRow(Schema):
    """`standing` is decided for today; `next_step` says what to do, in the reader's language."""

    id: uuid.UUID
    item: LoopItem
    phrase: str
    wanted: str
    kind: InstrumentKind
    is_named_exactly: bool
    is_ours: bool
    instrument: uuid.UUID | None
    standing: RequirementStanding
    next_step: str
    version: int


class RequirementQuery(Paging):
    """`key` is the key of an item, e.g. T19."""

    key: Annotated[str, Field(max_length=20)] | None = None


class RequirementInput(Write):
    item: uuid.UUID
    phrase: Annotated[str, Field(min_length=1, max_length=120)]
    wanted: Annotated[str, Field(min_length=1, max_length=160)]
    kind: InstrumentKind
    is_named_exactly: bool = False


class LinkInput(Change):
    """`instrument` null takes the link back."""

    instrument: uuid.UUID | None = None


class BoundsInput(Change):
    green_from_percent: Percent
    red_below_percent: Percent
    source: Annotated[str, Field(min_length=1, max_length=200)]


class MeasureFigureRow(Schema):
    """`part` and `whole` are null while no stage declares the measure: not yet measured."""

    id: uuid.UUID
    measure: str
    part: int | None
    whole: int | None
    lamp: MeasureLamp
    green_from_percent: str
    red_below_percent: str
    lamp_source: str
    version: int


class ItemMeasuresRow(Schema):
    item: LoopItem
    lamp: MeasureLamp
    figures: list[MeasureFigureRow]


class SnapshotRow(Schema):
    """A figure of a day over the whole city; `item` when it is narrowed to one."""

    measure: str
    item: str | None
    day: dt.date
    part: int
    whole: int
    made_at: dt.datetime


class SnapshotQuery(Paging):
    """`key` is the key of an item; without it the figures over all items."""

    key: Annotated[str, Field(max_length=20)] | None = None


@router.get("/instrument-requirements", response=Page[RequirementRow])
def list_requirements(request: HttpRequest, query: Query[RequirementQuery]) -> dict[str, Any]:
    """What the clauses ask for, and how each requirement stands today."""
    rows = required(scope_for(request, Capability.READ_INTERNAL))
    if query.key:
        rows = rows.filter(item__key=query.key)
    return page_of(request, rows, query, _requirement)


@router.get("/instrument-requirements/{uuid:requirement_id}", response=RequirementRow)
def get_requirement(
    request: HttpRequest, response: HttpResponse, requirement_id: uuid.UUID
) -> dict[str, Any]:
    rows = required(scope_for(request, Capability.READ_INTERNAL))
    row = only(rows.filter(pk=requirement_id))
    tagged(response, row.version)
    return _requirement(row)


@router.post("/instrument-requirements", response={201: LoopDone})
def post_requirement(request: HttpRequest, body: RequirementInput) -> Status[dict[str, Any]]:
    """Say that a clause asks for an institution: the plan office or the lead body of the item."""
    scope_for(request, Capability.WORK_IN_PLAN)
    new = NewRequirement(
        item=body.item,
        phrase=body.phrase,
        wanted=body.wanted,
        kind=body.kind.value,
        is_named_exactly=body.is_named_exactly,
    )
    return Status(201, require_instrument(new, **stated(request, body).kwargs()))


@router.post(
    "/instrument-requirements/{uuid:requirement_id}/link",
    response=LoopDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_link(request: HttpRequest, requirement_id: uuid.UUID, body: LinkInput) -> dict[str, Any]:
    """The document that meets it; a draft may be linked and does not count yet."""
    scope_for(request, Capability.WORK_IN_PLAN)
    version = expected_version(request, body)
    return link_instrument(
        requirement_id,
        body.instrument,
        expected_version=version,
        **stated(request, body).kwargs(),
    )


@router.post(
    "/instrument-requirements/{uuid:requirement_id}/withdraw",
    response=LoopDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_withdraw(
    request: HttpRequest, requirement_id: uuid.UUID, body: LoopReasonInput
) -> dict[str, Any]:
    """The clause does not ask for it after all."""
    scope_for(request, Capability.STEER_PLAN)
    version = expected_version(request, body)
    return withdraw_requirement(
        requirement_id, expected_version=version, **stated(request, body).kwargs()
    )


@router.get("/item-measures", response=Page[ItemMeasuresRow])
def list_item_measures(request: HttpRequest, query: Query[RequirementQuery]) -> dict[str, Any]:
    """The items with their measures as they are today, in the actor's view."""
    scope, now = scope_for(request, Capability.READ_INTERNAL), clock.now()
    items = PlanItem.objects.visible_to(scope).filter(is_dropped=False)
    if query.key:
        items = items.filter(key=query.key)
    lines = item_lines(items.defer("text", "as_read").order_by("notice", "position"), scope, now)
    return page_of(request, lines, query, _line)


@router.post(
    "/item-measures/{uuid:row_id}/bounds",
    response=LoopDone,
    openapi_extra={"x-states": ["expected_version"]},
)
def post_bounds(request: HttpRequest, row_id: uuid.UUID, body: BoundsInput) -> dict[str, Any]:
    """The bounds of a lamp as a document of the city sets them."""
    scope_for(request, Capability.STEER_PLAN)
    version = expected_version(request, body)
    bounds = NewBounds(
        green_from_percent=body.green_from_percent,
        red_below_percent=body.red_below_percent,
        source=body.source,
    )
    return set_bounds(row_id, bounds, expected_version=version, **stated(request, body).kwargs())


@router.get("/measures/{name}/days", response=Page[SnapshotRow])
def list_days(request: HttpRequest, name: str, query: Query[SnapshotQuery]) -> dict[str, Any]:
    """The figures that were kept day by day, newest first."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    if name not in {measure.name for measure in registry.measures()}:
        raise NotFound
    rows = MeasureSnapshot.objects.visible_to(scope).filter(measure=name)
    rows = rows.filter(item__key=query.key) if query.key else rows.filter(item__isnull=True)
    return page_of(request, rows.select_related("item").order_by("-day"), query, _day)


def _requirement(row: InstrumentRequirement) -> dict[str, Any]:
    stands = standing(row, clock.today())
    return {
        "id": row.pk,
        "item": item_ref(row.item),
        "phrase": row.phrase,
        "wanted": row.wanted,
        "kind": row.kind,
        "is_named_exactly": row.is_named_exactly,
        "is_ours": row.is_ours,
        "instrument": row.instrument_id,
        "standing": stands,
        "next_step": _(NEXT_STEPS[stands]),
        "version": row.version,
    }


def _line(line: ItemLine) -> dict[str, Any]:
    return {
        "item": item_ref(line.item),
        "lamp": line.lamp,
        "figures": [
            {
                "id": figure.row.pk,
                "measure": figure.row.measure,
                "part": figure.share.part if figure.share is not None else None,
                "whole": figure.share.whole if figure.share is not None else None,
                "lamp": figure.lamp,
                "green_from_percent": str(figure.row.green_from_percent),
                "red_below_percent": str(figure.row.red_below_percent),
                "lamp_source": figure.row.lamp_source,
                "version": figure.row.version,
            }
            for figure in line.figures
        ],
    }


def _day(row: MeasureSnapshot) -> dict[str, Any]:
    return {
        "measure": row.measure,
        "item": row.item.key if row.item is not None else None,
        "day": row.day,
        "part": row.part,
        "whole": row.whole,
        "made_at": row.made_at,
    }
