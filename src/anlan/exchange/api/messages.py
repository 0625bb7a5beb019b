"""Messages to whoever asks, and writing one to bodies."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code
from anlan.base.api.writing import Write, actor_of, stated
from anlan.base.models.dispatch import SUBJECT_CHARS, TEXT_CHARS
from anlan.base.rules.dispatch import AddresseeKind, Channel, DispatchState, MessageMode
from anlan.exchange.actions.inbox import acknowledge
from anlan.exchange.actions.notices import NewNotice, send_notice
from anlan.exchange.models import InboxMessage
from anlan.exchange.queries import inbox_of, unconfirmed
from anlan.registers.api.common import scope_for

router = Router(tags=["messages"])
MOST_BODIES = 2_000


class MessageQuery(Paging):
    """`open`: only what nobody confirmed yet."""

    open: bool = False


class MessageRow(Schema):
    """`mode` EXERCISE or TEST: this is not a real instruction. `id` is the key of the row."""

    id: str
    mode: str
    subject: str
    text: str
    sender: str
    sender_body: str
    addressee_kind: AddresseeKind
    addressee: str
    received_at: dt.datetime
    is_acknowledged: bool
    acknowledged_by: str


class NoticeInput(Write):
    """A message to bodies. `mode` has no default; `channel` is inside the program."""

    mode: MessageMode
    channel: Channel = Channel.IN_APP
    subject: Annotated[str, Field(min_length=1, max_length=SUBJECT_CHARS)]
    text: Annotated[str, Field(min_length=1, max_length=TEXT_CHARS)]
    bodies: Annotated[list[Code], Field(min_length=1, max_length=MOST_BODIES)]


class WrittenMessage(Schema):
    """`dispatches?message=` lists the rows."""

    id: str
    mode: str
    channel: str
    subject: str
    rows: int


def message_row(row: InboxMessage) -> dict[str, Any]:
    sent, said = row.dispatch, row.dispatch.message
    return {
        "id": str(row.pk),
        "mode": sent.mode,
        "subject": said.subject,
        "text": said.text,
        "sender": said.sender,
        "sender_body": said.sender_body,
        "addressee_kind": row.addressee_kind,
        "addressee": row.addressee,
        "received_at": row.received_at,
        "is_acknowledged": sent.state == DispatchState.ACKNOWLEDGED,
        "acknowledged_by": sent.acknowledged_by,
    }


@router.get("/messages", response=Page[MessageRow])
def list_messages(request: HttpRequest, query: Query[MessageQuery]) -> dict[str, Any]:
    """What was sent to this sign-in, its person, posts and bodies; newest first."""
    scope_for(request)
    rows = inbox_of(actor_of(request), clock.now())
    return page_of(request, unconfirmed(rows) if query.open else rows, query, message_row)


@router.get("/messages/{uuid:message_id}", response=MessageRow)
def get_message(request: HttpRequest, message_id: uuid.UUID) -> dict[str, Any]:
    scope_for(request)
    return message_row(only(inbox_of(actor_of(request), clock.now()).filter(pk=message_id)))


@router.post("/messages/{uuid:message_id}/acknowledge", response=MessageRow)
def acknowledge_message(
    request: HttpRequest, message_id: uuid.UUID, body: Write
) -> dict[str, Any]:
    """Confirm receipt; of several readers of one body the first confirms for it."""
    scope_for(request)
    return message_row(acknowledge(message_id, **stated(request, body).kwargs()))


@router.post("/messages", response={201: WrittenMessage})
def write_message(request: HttpRequest, body: NoticeInput) -> Status[dict[str, Any]]:
    """Write to bodies, inside the program or by a channel that a gateway here takes to them."""
    notice = NewNotice(
        mode=body.mode.value,
        subject=body.subject,
        text=body.text,
        bodies=tuple(body.bodies),
        channel=body.channel.value,
    )
    message = send_notice(notice, **stated(request, body).kwargs())
    shown = {
        "id": str(message.pk),
        "mode": message.mode,
        "channel": message.channel,
        "subject": message.subject,
        "rows": message.rows_count,
    }
    return Status(201, shown)
