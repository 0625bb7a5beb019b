"""Outgoing rows: what waits, what arrived, what could not be delivered."""

import datetime as dt
import uuid
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from anlan.base.api.finding import holding, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import Change, expected_version, stated, tagged
from anlan.base.models.dispatch import Dispatch
from anlan.base.rules.dispatch import AddresseeKind, Channel, DispatchState, MessageMode
from anlan.exchange.actions.outbox import cancel, retry
from anlan.exchange.queries import Names, masked_number, next_attempt, with_names
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability

router = Router(tags=["dispatch"])


class DispatchQuery(Paging):
    state: DispatchState | None = None
    mode: MessageMode | None = None
    channel: Channel | None = None
    message: uuid.UUID | None = None
    sort: Literal["known_at", "-known_at", "next_at", "-next_at", "attempts", "-attempts"] = (
        "-known_at"
    )


class DispatchRow(Schema):
    """`number` shows its last four digits. `mode` tells whether it was meant."""

    id: str
    message: str
    subject: str
    mode: str
    world: str
    channel: str
    state: str
    addressee_kind: AddresseeKind
    addressee: str
    addressee_name: str
    number: str
    attempts: int
    next_at: dt.datetime | None
    known_at: dt.datetime
    settled_at: dt.datetime | None
    acknowledged_by: str
    version: int


class OutcomeRow(Schema):
    outcome: str
    gateway: str
    detail: str
    happened_at: dt.datetime
    known_at: dt.datetime


class DispatchDetail(DispatchRow):
    text: str
    sender: str
    outcomes: list[OutcomeRow]


def dispatch_row(row: Dispatch, names: Names) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "message": str(row.message_id),
        "subject": row.message.subject,
        "mode": row.mode,
        "world": row.world,
        "channel": row.channel,
        "state": row.state,
        "addressee_kind": row.addressee_kind,
        "addressee": row.addressee,
        "addressee_name": names.of(row),
        "number": masked_number(row),
        "attempts": row.attempts,
        "next_at": next_attempt(row),
        "known_at": row.known_at,
        "settled_at": row.settled_at,
        "acknowledged_by": row.acknowledged_by,
        "version": row.version,
    }


def _detail(request: HttpRequest, response: HttpResponse, key: uuid.UUID) -> dict[str, Any]:
    scope = scope_for(request, Capability.MANAGE_DISPATCH)
    row = only(with_names(Dispatch.objects.visible_to(scope)).filter(pk=key))
    tagged(response, row.version)
    outcomes = row.outcomes.order_by("known_at", "pk").values(
        "outcome", "gateway", "detail", "happened_at", "known_at"
    )
    return dispatch_row(row, Names()) | {
        "text": row.message.text,
        "sender": row.message.sender,
        "outcomes": list(outcomes),
    }


@router.get("/dispatches", response=Page[DispatchRow])
def list_dispatches(request: HttpRequest, query: Query[DispatchQuery]) -> dict[str, Any]:
    """Outgoing rows, one an addressee."""
    scope = scope_for(request, Capability.MANAGE_DISPATCH)
    rows = with_names(Dispatch.objects.visible_to(scope))
    wanted = {
        "state": query.state,
        "mode": query.mode,
        "channel": query.channel,
        "message": query.message,
    }
    rows = holding(rows, wanted)
    names = Names()
    return page_of(
        request, rows.order_by(query.sort, "pk"), query, lambda row: dispatch_row(row, names)
    )


@router.get("/dispatches/{uuid:dispatch_id}", response=DispatchDetail)
def get_dispatch(
    request: HttpRequest, response: HttpResponse, dispatch_id: uuid.UUID
) -> dict[str, Any]:
    """One row with everything that became of it."""
    return _detail(request, response, dispatch_id)


@router.post(
    "/dispatches/{uuid:dispatch_id}/retry",
    response=DispatchDetail,
    openapi_extra={"x-states": ["expected_version"]},
)
def retry_dispatch(
    request: HttpRequest, response: HttpResponse, dispatch_id: uuid.UUID, body: Change
) -> dict[str, Any]:
    """A row that failed or expired is sent again. A reason is required."""
    scope_for(request, Capability.MANAGE_DISPATCH)
    version = expected_version(request, body)
    retry(dispatch_id, expected_version=version, **stated(request, body).kwargs())
    return _detail(request, response, dispatch_id)


@router.post(
    "/dispatches/{uuid:dispatch_id}/cancel",
    response=DispatchDetail,
    openapi_extra={"x-states": ["expected_version"]},
)
def cancel_dispatch(
    request: HttpRequest, response: HttpResponse, dispatch_id: uuid.UUID, body: Change
) -> dict[str, Any]:
    """A row that was not sent yet is recalled. A reason is required."""
    scope_for(request, Capability.MANAGE_DISPATCH)
    version = expected_version(request, body)
    cancel(dispatch_id, expected_version=version, **stated(request, body).kwargs())
    return _detail(request, response, dispatch_id)
