"""Messages that always fail: put aside as they came, sent again or dismissed by a person.

Three commits, each of which may be repeated: the bytes (store of files), the record with its
journal entry, then a batch of one rejected row, under which the intake knows the message from then
on. It may be acknowledged after the last. All of them go the way of every reading, so that nothing
is put aside while the way as a whole is broken.
"""

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import NotFound, Refused
from anlan.base.file_store import ASIDE
from anlan.base.journal.recording import Recording, recording
from anlan.registers.access import require
from anlan.registers.actions.keeping import Request
from anlan.registers.rules.scope import Capability
from anlan.sensing.actions.errors import DecidedAlready, FailsStill, StoreRefuses
from anlan.sensing.actions.intake import acknowledging
from anlan.sensing.actions.messages import Sent, message_key, take_messages
from anlan.sensing.actions.raw_messages import Raw, read
from anlan.sensing.choices import AsideState, IntakeWay
from anlan.sensing.models import AsideMessage
from anlan.sensing.rules.decoding.decoded import Decoded, Rejected, Why, cut
from anlan.sensing.store.values import Batch

PUT_ASIDE = "sensing.message.put-aside"
SEND_AGAIN = "sensing.message.send-again"
DISMISS = "sensing.message.dismiss"
SENDER_CHARS = 80


def put_aside(raw: Raw, *, why: str, tries: int, now: dt.datetime) -> None:
    """After it returns the message may be acknowledged."""
    digest = ASIDE.keep(raw.content)
    sender, request = _said_by(raw)
    with (
        acknowledging(),
        recording(
            action=PUT_ASIDE,
            actor=Actor.program(raw.way.value),
            now=now,
            request_id=f"aside-{raw.key.hex()}",
            reason="",
            payload={"message": raw.key.hex(), "digest": digest},
        ) as rec,
    ):
        if not rec.repeated:
            row = AsideMessage(
                message=raw.key.hex(),
                way=raw.way.value,
                sender=sender,
                topic=raw.topic,
                why=why[:80],
                tries=tries,
                aside_at=now,
                size_bytes=len(raw.content),
                digest=digest,
            )
            rec.add(row)
            rec.result = {"id": str(row.pk)}
    text = cut(raw.content[: 4 * SENDER_CHARS].decode("utf-8", "replace"))
    row_of_it = Decoded(rejected=(Rejected(1, Why.PUT_ASIDE, text),))
    known = Sent(key=raw.key, request=request, sender="", form="unknown", decoded=row_of_it)
    take_messages([known], now=now, way=raw.way)


def send_again(
    aside_id: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Read it as if it came now, with the rights of its sender. Its readings are committed before
    the decision: who repeats after a kill finds them known."""
    row = _visible(aside_id, actor)
    batches = _taken(row, now) if row.state == AsideState.WAITING else []
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    with recording(**asked.opening(SEND_AGAIN, _payload(row, expected_version))) as rec:
        if not rec.repeated:
            _decide(rec, row, expected_version, AsideState.SENT_AGAIN)
            rec.result |= {"batches": [str(batch.id) for batch in batches]}
    return rec.result


def dismiss(
    aside_id: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """A person says that nothing is lost with it. The bytes stay."""
    row = _visible(aside_id, actor)
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    with recording(**asked.opening(DISMISS, _payload(row, expected_version))) as rec:
        if not rec.repeated:
            _decide(rec, row, expected_version, AsideState.DISMISSED)
    return rec.result


def content_of(row: AsideMessage) -> bytes:
    """The message as it came, proven by its digest."""
    return ASIDE.content(row.digest, name=str(row))


def _said_by(raw: Raw) -> tuple[str, str]:
    """Its sender and its request, as far as they can be read."""
    try:
        found = read(raw)
    except Exception:  # it is put aside because it fails; where, nobody knows
        found = None
    if found is None:
        parts = raw.topic.split("/")
        return (cut(parts[3])[:SENDER_CHARS] if len(parts) > 4 else ""), raw.key.hex()
    is_plain = found.request == cut(found.request)
    sender = cut(found.sender)[:SENDER_CHARS]
    return sender, found.request if is_plain else raw.key.hex()


def _visible(aside_id: uuid.UUID, actor: Actor) -> AsideMessage:
    scope = require(actor, Capability.KEEP_REGISTERS)
    row: AsideMessage | None = AsideMessage.objects.visible_to(scope).filter(pk=aside_id).first()
    if row is None:
        raise NotFound
    return row


def _taken(row: AsideMessage, now: dt.datetime) -> list[Batch]:
    raw = Raw(way=IntakeWay(row.way), topic=row.topic, content=content_of(row))
    try:
        found = read(raw)
        if found is None:
            return []
        again = replace(found, key=message_key("again", row.message))
        return take_messages([again], now=now, way=raw.way)
    except StoreRefuses as error:
        raise FailsStill(why=type(error).__name__) from error
    except (Refused, OSError):
        raise
    except Exception as error:  # why it was put aside: said to the person who asks
        raise FailsStill(why=type(error).__name__) from error


def _payload(row: AsideMessage, version: int) -> dict[str, Any]:
    return {"id": str(row.pk), "version": version}


def _decide(rec: Recording, row: AsideMessage, version: int, state: AsideState) -> None:
    held = rec.lock(AsideMessage, row.pk, expected_version=version)
    if held.state != AsideState.WAITING:
        raise DecidedAlready(state=held.get_state_display())
    held.state, held.decided_at, held.decided_by = state, rec.now, rec.actor.account
    rec.save(held)
    rec.result = {"id": str(held.pk), "version": held.version, "state": held.state}
