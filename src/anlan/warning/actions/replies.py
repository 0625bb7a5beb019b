"""SMS replies of called numbers: taken in once, looked at by a person, or confirmed at once.

NotOpenReply    somebody has looked at it already
NotUnknown      only a reply of an unknown number is named or dismissed
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from anlan.base.actor import Actor, permitted
from anlan.base.errors import NotFound, Refused
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require, require_keeping
from anlan.registers.rules.scope import Capability
from anlan.warning.actions.calling_record import apply_reply
from anlan.warning.choices import ReplyState
from anlan.warning.models import CallAddressee, CallReply
from anlan.warning.queries.replies import (
    as_open,
    calls_to,
    nameable,
    open_calls,
    people_of,
    plain_number,
    who_of,
)
from anlan.warning.rules.bulletin.words import printable
from anlan.warning.rules.call_state import CallState
from anlan.warning.rules.ladder import Who
from anlan.warning.rules.reply import calls_meant, is_confirmation

TAKER: Final = Actor.program("replies")
TEXT_CHARS: Final = 300
NUMBER_CHARS: Final = 20
REFERENCE_CHARS: Final = 80
_REQUEST_CHARS: Final = 48


class NotOpenReply(Refused):
    code = "reply-not-open"
    status = 409
    message = gettext_noop("Somebody has looked at this reply already. Open the list again.")


class NotUnknown(Refused):
    code = "reply-not-unknown"
    status = 409
    message = gettext_noop(
        "Only the reply of an unknown number is named or dismissed. Mark this one as read."
    )


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Reply:
    """A message as a gateway handed it over. Without a `repr`: it holds a number."""

    gateway: str
    reference: str
    number: str
    text: str
    said_at: dt.datetime


def take_reply(reply: Reply, *, now: dt.datetime, request_id: str = "") -> dict[str, Any]:
    """Take one in. The same message again changes nothing. Neither number nor words enter the
    journal in the clear. A `request_id` is given by a story; else the name of the message is it.
    """
    name = f"{reply.gateway}\x00{reply.reference}".encode()
    with recording(
        action="warning.reply.take",
        actor=TAKER,
        now=now,
        request_id=request_id or f"reply-{plain_digest(name)[:_REQUEST_CHARS]}",
    ) as rec:
        if not rec.repeated:
            row = _take(rec, reply)
            rec.result = {"id": str(row.pk), "state": str(row.state), "version": row.version}
    return rec.result | {"is_repeated": rec.repeated}


def read_reply(
    key: uuid.UUID,
    *,
    counts: bool,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """A person has read it. With `counts` its words are the answer of the call; the first answer
    counts."""
    with recording(
        action="warning.reply.read",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"reply": str(key), "counts": counts, "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = _held(rec, key, expected_version, ReplyState.UNREAD)
            if counts and row.addressee is None:
                raise NotOpenReply
            if counts and row.addressee is not None:
                person = row.person_id or row.addressee.person_id
                apply_reply(rec, row.addressee_id, person, row.said_at, row.text, is_first=True)
            _settle(rec, row, ReplyState.CONFIRMED if counts else ReplyState.READ)
    return rec.result


def name_reply(
    key: uuid.UUID,
    addressee: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """A person says whose number it is: it then is an unread reply of that call."""
    with recording(
        action="warning.reply.name",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"reply": str(key), "addressee": str(addressee), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = _held(rec, key, expected_version, ReplyState.UNKNOWN)
            found = nameable(actor.scope).filter(pk=addressee).first()
            if found is None:
                raise NotFound
            row.addressee, row.person, row.text = found, found.person, row.other_text
            row.other_number = row.other_text = ""
            row.state = ReplyState.UNREAD
            _save(rec, row)
    return rec.result


def dismiss_reply(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """A person has looked: it is of nobody whom we called. Number and words are destroyed."""
    with recording(
        action="warning.reply.dismiss",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"reply": str(key), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = _held(rec, key, expected_version, ReplyState.UNKNOWN)
            row.other_number = row.other_text = ""
            _settle(rec, row, ReplyState.DISMISSED)
    return rec.result


def _take(rec: Recording, reply: Reply) -> CallReply:
    said_at = min(reply.said_at, rec.now)
    row = CallReply(
        gateway=reply.gateway,
        reference=reply.reference[:REFERENCE_CHARS],
        state=ReplyState.UNREAD,
        said_at=said_at,
        known_at=rec.now,
    )
    people = people_of(reply.number)
    words = printable(reply.text)[:TEXT_CHARS]
    if people:
        _attach(rec, row, people, words)
    else:
        row.state = ReplyState.UNKNOWN
        row.other_number = plain_number(reply.number)[:NUMBER_CHARS]
        row.other_text = words
    validate(row)
    rec.add(row)
    return row


def _attach(rec: Recording, row: CallReply, people: list[uuid.UUID], text: str) -> None:
    """To the calls that are meant, which a plain word confirms; else to the newest one, unread."""
    waiting = open_calls(people)
    keys = calls_meant([as_open(each, people) for each in waiting], row.said_at).known()
    meant = [each for each in waiting if str(each.pk) in keys]
    newest = calls_to(people).first()
    near = next(iter([*meant, *waiting]), newest)
    row.addressee, row.text = near, text
    row.person_id = people[0] if near is None else _writer(near, people)
    if not is_confirmation(text):
        return
    for call in meant:
        apply_reply(rec, call.pk, _writer(call, people), row.said_at, text)
        row.state = ReplyState.CONFIRMED
    if not waiting and newest is not None and _is_answered(newest):
        row.state = ReplyState.CONFIRMED


def _writer(call: CallAddressee, people: list[uuid.UUID]) -> uuid.UUID:
    is_self = who_of(call, people) is Who.SELF
    found: uuid.UUID | None = call.person_id if is_self else call.deputy_id
    return found or people[0]


def _is_answered(call: CallAddressee) -> bool:
    """Said once more of a round under way: nothing to look at."""
    return call.state == CallState.ANSWERED.value and call.round.closed_at is None


def _held(rec: Recording, key: uuid.UUID, version: int, state: ReplyState) -> CallReply:
    scope = require(rec.actor, Capability.KEEP_OWN)
    seen = CallReply.objects.visible_to(scope).filter(pk=key).select_related("addressee__unit")
    found = seen.first()
    if found is None:
        raise NotFound
    if found.addressee is not None:
        require_keeping(rec.actor, found.addressee.unit.code)
    else:
        permitted(rec.actor, Capability.KEEP_REGISTERS)
    row: CallReply = rec.lock(CallReply, key, expected_version=version)
    if row.state != state:
        is_other = state is ReplyState.UNKNOWN and row.state == ReplyState.UNREAD
        raise NotUnknown if is_other else NotOpenReply
    return row


def _settle(rec: Recording, row: CallReply, state: ReplyState) -> None:
    row.state = state
    row.settled_at, row.settled_by = rec.now, rec.actor.account
    _save(rec, row)


def _save(rec: Recording, row: CallReply) -> None:
    validate(row)
    rec.save(row)
    rec.result = {"id": str(row.pk), "state": str(row.state), "version": row.version}
