"""Carrying a notice over to its successor, and work that an amendment orphaned."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.db.models import Count, Q
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import Input, Version, Write
from anlan.plan.actions.carrying.closing import close_carry_over
from anlan.plan.actions.carrying.deciding import (
    NewDecision,
    choose_owner,
    decide_item,
    decide_many,
    undo_decision,
)
from anlan.plan.actions.carrying.opening import (
    open_carry_over,
    refresh_carry_over,
    set_draft,
)
from anlan.plan.actions.carrying.placing import Placing, place_work
from anlan.plan.api.common import notice_by_id, notice_ref, scope_for
from anlan.plan.api.loop.common import (
    LoopDone,
    LoopItem,
    LoopReasonInput,
    Reason,
    body_ref,
    changing,
    item_ref,
    making,
)
from anlan.plan.models import CarriedItem, CarryOver, NoticeEdition
from anlan.plan.queries.amended import OrphanCause, orphaned_work
from anlan.plan.queries.carrying import carry_over_at
from anlan.plan.queries.items import edition_of
from anlan.plan.rules.carry_over.decision import Decision
from anlan.plan.rules.carry_over.proposal import Likeness
from anlan.plan.rules.carry_over.standing import ItemStanding
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan"])
STEER, READ = Capability.STEER_PLAN, Capability.READ_INTERNAL
STATES = {"x-states": ["expected_version"]}
MOST_AT_ONCE = 1000
Document = Annotated[str, Field(max_length=60)]
Name = Annotated[str, Field(max_length=120)]


class CarryOverRow(Schema):
    """`listed` unfinished items, `decided` of them; `unsettled` is what stands against closing,
    in words, and is told by the record alone."""

    id: uuid.UUID
    predecessor: dict[str, Any]
    successor: dict[str, Any]
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    listed: int
    decided: int
    version: int


class OrphanRow(Schema):
    """A body whose work the new item no longer names. `decided` says that somebody chose;
    `new_body` null then: the work is withdrawn."""

    row: uuid.UUID
    item: LoopItem
    body: dict[str, Any] | None
    works: int
    decided: bool
    new_body: dict[str, Any] | None


class CarryOverDetail(CarryOverRow):
    unsettled: list[str]
    orphans: list[OrphanRow]


class CarriedRow(Schema):
    id: uuid.UUID
    carry_over: uuid.UUID
    item: LoopItem
    standing: ItemStanding
    proposed: LoopItem | None
    likeness: Likeness
    percent: int
    decision: Decision | None
    target: LoopItem | None
    new_day: dt.date | None
    document: str
    finished_on: dt.date | None
    confirmed_by: str
    reason: str
    decided_at: dt.datetime | None
    version: int


class CarriedQuery(Paging):
    carry_over: uuid.UUID | None = None
    decided: bool | None = None
    decision: Decision | None = None
    standing: ItemStanding | None = None


class CarryOverOpenInput(Write):
    predecessor: uuid.UUID
    successor: uuid.UUID
    reason: Reason


class Opened(Schema):
    id: uuid.UUID
    version: int
    listed: int


class Closed(Schema):
    id: uuid.UUID
    version: int
    moved: int
    withdrawn: int
    finished: int


class DecideInput(LoopReasonInput):
    """Carried: `target` (and `new_day`). Finished: `document`, `finished_on`, `confirmed_by`.
    Ended: `document`."""

    decision: Decision
    target: uuid.UUID | None = None
    new_day: dt.date | None = None
    document: Document = ""
    finished_on: dt.date | None = None
    confirmed_by: Name = ""


class SeenRow(Input):
    id: uuid.UUID
    version: Version


class DecideManyInput(Write):
    """All or none; carried goes into what is proposed for each."""

    rows: Annotated[list[SeenRow], Field(min_length=1, max_length=MOST_AT_ONCE)]
    decision: Decision
    new_day: dt.date | None = None
    document: Document = ""
    finished_on: dt.date | None = None
    confirmed_by: Name = ""
    reason: Reason


class DecidedMany(Schema):
    ids: list[uuid.UUID]
    decided: int


class OwnerInput(LoopReasonInput):
    """`new_body` null: the work is withdrawn."""

    body: uuid.UUID
    new_body: uuid.UUID | None = None


class DraftInput(LoopReasonInput):
    is_draft: bool


class OrphanedWorkRow(Schema):
    kind: Literal["assignment", "deliverable", "obstacle"]
    id: uuid.UUID
    item: LoopItem
    body: dict[str, Any] | None
    cause: OrphanCause
    goes_to: LoopItem | None
    version: int


class CarryPlaceInput(LoopReasonInput):
    """Another `body`, another `item` of the notice, or `withdraws`."""

    item: uuid.UUID | None = None
    body: uuid.UUID | None = None
    withdraws: bool = False
    new_day: dt.date | None = None


class Placed(Schema):
    moved: int
    withdrawn: int


@router.get("/carry-overs", response=Page[CarryOverRow])
def list_carry_overs(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """Notices that are or were carried over to a successor."""
    rows = _counted().visible_to(scope_for(request, READ))
    return page_of(request, rows.order_by("-opened_at", "pk"), query, _pair)


@router.post("/carry-overs", response={201: Opened})
def open_one_carry_over(request: HttpRequest, body: CarryOverOpenInput) -> Status[dict[str, Any]]:
    """List what the predecessor left unfinished, each with a proposal."""
    scope_for(request, STEER)
    said = {**making(request, body), "reason": body.reason}
    return Status(201, open_carry_over(body.predecessor, body.successor, **said))


@router.get("/carry-overs/{uuid:carry_over_id}", response=CarryOverDetail)
def get_carry_over(request: HttpRequest, carry_over_id: uuid.UUID) -> dict[str, Any]:
    """One carry-over with what stands against closing it."""
    scope = scope_for(request, READ)
    row = only(_counted().visible_to(scope).filter(pk=carry_over_id))
    seen = carry_over_at(row, clock.now(), clock.today())
    orphans = [
        {
            "row": one.row.pk,
            "item": item_ref(one.row.item),
            "body": body_ref(one.body, scope),
            "works": one.works,
            "decided": one.owner is not None,
            "new_body": body_ref(one.owner.new_body, scope) if one.owner else None,
        }
        for one in (seen.orphans if row.closed_at is None else ())
    ]
    unsettled = [message.text() for message in seen.unsettled.messages()]
    return {**_pair(row), "unsettled": unsettled, "orphans": orphans}


@router.post("/carry-overs/{uuid:carry_over_id}/refresh", response=Opened)
def refresh(request: HttpRequest, carry_over_id: uuid.UUID, body: Write) -> dict[str, Any]:
    """Add what became unfinished since; decisions stay."""
    scope_for(request, STEER)
    return refresh_carry_over(carry_over_id, **making(request, body))


@router.post("/carry-overs/{uuid:carry_over_id}/close", response=Closed, openapi_extra=STATES)
def close_one_carry_over(
    request: HttpRequest, carry_over_id: uuid.UUID, body: LoopReasonInput
) -> dict[str, Any]:
    """Carry every decision out; the successor is in force from then on."""
    scope_for(request, STEER)
    return close_carry_over(carry_over_id, **changing(request, body), reason=body.reason)


@router.post("/carry-overs/{uuid:carry_over_id}/decide", response=DecidedMany)
def decide_several(
    request: HttpRequest, carry_over_id: uuid.UUID, body: DecideManyInput
) -> dict[str, Any]:
    """The same decision on several items, all or none."""
    scope_for(request, STEER)
    said = body.model_dump(exclude={"request_id", "reason", "rows"})
    rows = [(one.id, one.version) for one in body.rows]
    return decide_many(
        carry_over_id, rows, NewDecision(**said), **making(request, body), reason=body.reason
    )


@router.get("/carried-items", response=Page[CarriedRow])
def list_carried_items(request: HttpRequest, query: Query[CarriedQuery]) -> dict[str, Any]:
    """Unfinished items with what is proposed and what was decided."""
    given = {
        "carry_over": query.carry_over,
        "decision": query.decision,
        "standing": query.standing,
    }
    rows = CarriedItem.objects.visible_to(scope_for(request, READ))
    rows = rows.filter(**{name: value for name, value in given.items() if value is not None})
    if query.decided is not None:
        rows = rows.exclude(decision="") if query.decided else rows.filter(decision="")
    related = rows.select_related("item", "proposed", "target")
    ordered = related.order_by("carry_over", "item__position", "pk")
    return page_of(request, ordered, query, _row)


@router.get("/carried-items/{uuid:carried_id}", response=CarriedRow)
def get_carried_item(request: HttpRequest, carried_id: uuid.UUID) -> dict[str, Any]:
    rows = CarriedItem.objects.visible_to(scope_for(request, READ))
    return _row(only(rows.select_related("item", "proposed", "target").filter(pk=carried_id)))


@router.post("/carried-items/{uuid:carried_id}/decide", response=LoopDone, openapi_extra=STATES)
def decide_carried_item(
    request: HttpRequest, carried_id: uuid.UUID, body: DecideInput
) -> dict[str, Any]:
    """Say what becomes of one item."""
    scope_for(request, STEER)
    said = body.model_dump(exclude={"request_id", "reason", "expected_version"})
    return decide_item(
        carried_id, NewDecision(**said), **changing(request, body), reason=body.reason
    )


@router.post("/carried-items/{uuid:carried_id}/undo", response=LoopDone, openapi_extra=STATES)
def undo(request: HttpRequest, carried_id: uuid.UUID, body: LoopReasonInput) -> dict[str, Any]:
    """Take the decision back while the carry-over is open."""
    scope_for(request, STEER)
    return undo_decision(carried_id, **changing(request, body), reason=body.reason)


@router.post("/carried-items/{uuid:carried_id}/owner", response=LoopDone, openapi_extra=STATES)
def owner(request: HttpRequest, carried_id: uuid.UUID, body: OwnerInput) -> dict[str, Any]:
    """Choose who takes the work of an orphaned body on."""
    scope_for(request, STEER)
    return choose_owner(
        carried_id, body.body, body.new_body, **changing(request, body), reason=body.reason
    )


@router.post("/notices/{uuid:notice_id}/draft", response=LoopDone, openapi_extra=STATES)
def draft(request: HttpRequest, notice_id: uuid.UUID, body: DraftInput) -> dict[str, Any]:
    """Make a notice a draft, or put it in force."""
    scope_for(request, STEER)
    said = {**changing(request, body), "reason": body.reason}
    return set_draft(notice_id, is_draft=body.is_draft, **said)


@router.get("/notices/{uuid:notice_id}/orphans", response=list[OrphanedWorkRow])
def list_orphans(
    request: HttpRequest,
    notice_id: uuid.UUID,
    since_edition: Annotated[int, Field(ge=1, le=30_000)] | None = None,
) -> list[dict[str, Any]]:
    """Open work that the step from an edition (the one before, when not given) to the edition in
    force left without its clause or its body."""
    scope = scope_for(request, READ)
    new = edition_of(notice_by_id(scope, notice_id))
    number = since_edition or max(new.edition - 1, 1)
    old = only(NoticeEdition.objects.filter(notice=notice_id, edition=number))
    return [
        {
            "kind": one.kind,
            "id": one.key,
            "item": item_ref(one.row.item),
            "body": body_ref(one.row.body, scope),
            "cause": one.cause,
            "goes_to": item_ref(one.goes_to) if one.goes_to is not None else None,
            "version": one.row.version,
        }
        for one in orphaned_work(old, new, scope, clock.today())
    ]


@router.post("/orphans/{kind}/{uuid:work_id}", response=Placed, openapi_extra=STATES)
def place(
    request: HttpRequest,
    kind: Literal["assignment", "deliverable", "obstacle"],
    work_id: uuid.UUID,
    body: CarryPlaceInput,
) -> dict[str, Any]:
    """Give orphaned work to a body or an item, or withdraw it."""
    scope_for(request, STEER)
    said = body.model_dump(exclude={"request_id", "reason", "expected_version"})
    new = Placing(kind=kind, key=work_id, **said)
    return place_work(new, **changing(request, body), reason=body.reason)


def _counted() -> Any:
    return CarryOver.objects.select_related("predecessor__unit", "successor").annotate(
        listed=Count("rows"), decided=Count("rows", filter=~Q(rows__decision=""))
    )


def _pair(row: Any) -> dict[str, Any]:
    names = ("opened_at", "closed_at", "listed", "decided", "version")
    return {
        "id": row.pk,
        "predecessor": notice_ref(row.predecessor),
        "successor": notice_ref(row.successor),
        **{name: getattr(row, name) for name in names},
    }


def _row(row: CarriedItem) -> dict[str, Any]:
    names = ("standing", "likeness", "percent", "new_day", "document", "finished_on")
    more = ("confirmed_by", "reason", "decided_at", "version")
    return {
        "id": row.pk,
        "carry_over": row.carry_over_id,
        "item": item_ref(row.item),
        "proposed": item_ref(row.proposed) if row.proposed is not None else None,
        "decision": row.decision or None,
        "target": item_ref(row.target) if row.target is not None else None,
        **{name: getattr(row, name) for name in (*names, *more)},
    }
