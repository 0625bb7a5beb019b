"""Channels and their state, a check to oneself, and receipts of carriers and other systems."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.writing import Write, stated
from anlan.base.rules.dispatch import Channel
from anlan.exchange.actions.checking import check_channel
from anlan.exchange.actions.receipts import (
    BODY_AT_MOST,
    Delivery,
    Taken,
    UnreadableReceipt,
    take_receipts,
)
from anlan.exchange.actions.replies import take_replies
from anlan.exchange.channel_state import channel_states
from anlan.exchange.outward.signing import SIGNATURE, TIMESTAMP
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability

router = Router(tags=["dispatch"])
_BEARER = "Bearer "


class ChannelRow(Schema):
    """A channel by one gateway, in the order of use. `condition`: inside, rehearsed
    (demonstration), off, unused, works, fails. `is_spare`: it steps in for the one before it."""

    channel: Channel
    condition: str
    gateway: str
    is_spare: bool
    succeeded_at: dt.datetime | None
    failed_at: dt.datetime | None
    failure: str


class ChannelList(Schema):
    count: int
    results: list[ChannelRow]


class Checked(Schema):
    """`dispatches/{id}` says what became of it."""

    id: str
    channel: str


class GatewayName(Schema):
    name: str = Field(min_length=1, max_length=30)


class ReceiptToken(Schema):
    """For carriers that call a fixed address only. As in every text, no control characters."""

    token: str = Field("", max_length=200, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")


@router.get("/channels", response=ChannelList)
def list_channels(request: HttpRequest) -> dict[str, Any]:
    """By which ways something can leave this instance, and how each fared last."""
    scope_for(request, Capability.KEEP_INSTANCE)
    rows = [
        {
            "channel": state.channel,
            "condition": state.condition.value,
            "gateway": state.gateway,
            "is_spare": state.is_spare,
            "succeeded_at": state.succeeded_at,
            "failed_at": state.failed_at,
            "failure": state.failure,
        }
        for state in channel_states()
    ]
    return {"count": len(rows), "results": rows}


@router.post("/channels/{channel}/check", response={201: Checked})
def check(request: HttpRequest, channel: Channel, body: Write) -> Status[dict[str, Any]]:
    """Send one message by this channel to whoever asks."""
    scope_for(request, Capability.KEEP_INSTANCE)
    row = check_channel(channel.value, **stated(request, body).kwargs())
    return Status(201, {"id": str(row.pk), "channel": row.channel})


@router.post(
    "/gateways/{name}/receipts",
    auth=None,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        "responses": {200: {"description": "How many reports were new, and how many unread."}},
    },
)
def receive_receipts(
    request: HttpRequest, where: Path[GatewayName], query: Query[ReceiptToken]
) -> HttpResponse:
    """A carrier or another system reports what became of messages. It proves itself by the token
    of its gateway (header Authorization, or `token` in the address), or by its signature."""
    taken = take_receipts(where.name, _delivery(request, query), now=clock.now())
    return _answer(taken)


@router.post(
    "/gateways/{name}/replies",
    auth=None,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object"}}},
        },
        "responses": {200: {"description": "How many messages were new, and how many unread."}},
    },
)
def receive_replies(
    request: HttpRequest, where: Path[GatewayName], query: Query[ReceiptToken]
) -> HttpResponse:
    """An SMS gateway hands over what called people wrote back. It proves itself as above, by the
    token of its replies. A message that comes twice counts once."""
    return _answer(take_replies(where.name, _delivery(request, query), now=clock.now()))


def _delivery(request: HttpRequest, query: ReceiptToken) -> Delivery:
    if int(request.headers.get("Content-Length") or 0) > BODY_AT_MOST:
        raise UnreadableReceipt
    proof = request.headers.get("Authorization", "")
    token = proof.removeprefix(_BEARER) if proof.startswith(_BEARER) else ""
    return Delivery(
        body=request.body,
        content_type=request.headers.get("Content-Type", ""),
        token=token or query.token,
        timestamp=request.headers.get(TIMESTAMP, ""),
        signature=request.headers.get(SIGNATURE, ""),
    )


def _answer(taken: Taken) -> HttpResponse:
    if taken.answer:
        return HttpResponse(taken.answer, content_type="text/plain; charset=utf-8")
    return JsonResponse({"taken": taken.taken, "unread": taken.unread})
