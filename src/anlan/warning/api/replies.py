"""SMS replies of called people: what waits, reading one, naming or dismissing an unknown one."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from anlan.base.api.finding import holding, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import Change, expected_version, stated, tagged
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability
from anlan.warning.actions.replies import dismiss_reply, name_reply, read_reply
from anlan.warning.choices import ReplyState
from anlan.warning.models import CallReply
from anlan.warning.queries.replies import replies

router = Router(tags=["call-and-confirm"])
VERSION = {"x-states": ["expected_version"]}
StateCode = Literal[tuple(ReplyState.values)]  # type: ignore[valid-type]


class CallReplyQuery(Paging):
    """`round` leaves those of its addressees."""

    state: StateCode | None = None
    round: uuid.UUID | None = None
    sort: Literal["known_at", "-known_at"] = "-known_at"


class CallReplyRow(Schema):
    """`number` only of an unknown one, until somebody has looked."""

    id: uuid.UUID
    state: StateCode
    addressee: uuid.UUID | None
    round: uuid.UUID | None
    name: str
    number: str
    text: str
    gateway: str
    said_at: dt.datetime
    known_at: dt.datetime
    settled_at: dt.datetime | None
    settled_by: str
    version: int


class CallReplyRead(Change):
    """With `counts` its words are the answer of the call."""

    counts: bool


class CallReplyName(Change):
    addressee: uuid.UUID


class CallReplyDismiss(Change):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


@router.get("/call-replies", response=Page[CallReplyRow])
def list_replies(request: HttpRequest, query: Query[CallReplyQuery]) -> dict[str, Any]:
    rows = replies(scope_for(request, Capability.READ_PEOPLE))
    rows = holding(rows, {"state": query.state, "addressee__round": query.round})
    return page_of(request, rows.order_by(query.sort, "pk"), query, reply_row)


@router.get("/call-replies/{uuid:reply_id}", response=CallReplyRow)
def get_reply(request: HttpRequest, response: HttpResponse, reply_id: uuid.UUID) -> dict[str, Any]:
    row = _one(request, reply_id)
    tagged(response, row.version)
    return reply_row(row)


@router.post("/call-replies/{uuid:reply_id}/read", response=CallReplyRow, openapi_extra=VERSION)
def post_reply_read(
    request: HttpRequest, reply_id: uuid.UUID, body: CallReplyRead
) -> dict[str, Any]:
    """Somebody has read it, and says whether it is the answer."""
    return _step(read_reply, request, reply_id, body, counts=body.counts)


@router.post("/call-replies/{uuid:reply_id}/name", response=CallReplyRow, openapi_extra=VERSION)
def post_reply_name(
    request: HttpRequest, reply_id: uuid.UUID, body: CallReplyName
) -> dict[str, Any]:
    """The unknown number is this addressee's: it then waits to be read."""
    return _step(name_reply, request, reply_id, body, addressee=body.addressee)


@router.post("/call-replies/{uuid:reply_id}/dismiss", response=CallReplyRow, openapi_extra=VERSION)
def post_reply_dismiss(
    request: HttpRequest, reply_id: uuid.UUID, body: CallReplyDismiss
) -> dict[str, Any]:
    """Of nobody who was called: number and words are destroyed."""
    return _step(dismiss_reply, request, reply_id, body)


def _step(
    act: Any, request: HttpRequest, key: uuid.UUID, body: Change, **more: Any
) -> dict[str, Any]:
    scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    act(key, expected_version=version, **more, **stated(request, body).kwargs())
    return reply_row(_one(request, key))


def _one(request: HttpRequest, key: uuid.UUID) -> CallReply:
    row: CallReply = only(replies(scope_for(request, Capability.READ_PEOPLE)).filter(pk=key))
    return row


def reply_row(row: CallReply) -> dict[str, Any]:
    plain = ("state", "gateway", "said_at", "known_at", "settled_at", "settled_by", "version")
    return {name: getattr(row, name) for name in plain} | {
        "id": row.pk,
        "addressee": row.addressee_id,
        "round": row.addressee.round_id if row.addressee is not None else None,
        "name": row.person.name if row.person is not None else "",
        "number": row.other_number,
        "text": row.text or row.other_text,
    }
