"""Messages of brokers: packed by sender, kept in one commit, entered, only then acknowledged.

A broker delivers a message again when it heard no acknowledgement. Its id stands beside the batch
that holds it, in the same commit, so that a message counts once however often it comes. Two values
of one instant in two messages are a reading and its correction: they go into two batches, in the
order in which they came.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.identity import new_id
from anlan.base.journal.content import plain_digest
from anlan.registers import queries as people
from anlan.registers.models import Account
from anlan.registers.rules.scope import NOTHING
from anlan.sensing.actions.intake import acknowledging, enter, tell_hearers, write
from anlan.sensing.choices import IntakeWay
from anlan.sensing.queries.resolving import Resolved, resolve
from anlan.sensing.rules.decoding.decoded import Decoded, Rejected, Why, cut
from anlan.sensing.store.engine import reading, writing
from anlan.sensing.store.reads import known_messages
from anlan.sensing.store.values import Batch, Head, to_us
from anlan.sensing.store.writes import add_messages, forget_messages

MESSAGES_KEPT = dt.timedelta(days=8)
"""House rule: no broker delivers a message again after so long; readings stay harmless anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message: who sent it (the name of an account), what it says, under which id."""

    key: bytes
    request: str
    sender: str
    form: str
    decoded: Decoded


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """Messages of one sender that become one batch."""

    actor: Actor
    sent: tuple[Sent, ...]
    decoded: Decoded


def message_key(*parts: str | bytes) -> bytes:
    """Sixteen bytes of what tells a message from all others."""
    texts = [part.encode() if isinstance(part, str) else part for part in parts]
    return bytes.fromhex(plain_digest(b"\0".join(texts)))[:16]


def take_messages(messages: Sequence[Sent], *, now: dt.datetime, way: IntakeWay) -> list[Batch]:
    """Keep what is not kept yet. After it returns every message may be acknowledged."""
    rows = [m for m in messages if m.decoded.readings or m.decoded.rejected]
    fresh = list({message.key: message for message in rows}.values())
    with acknowledging():
        while True:
            with reading() as session:
                known = known_messages(session, [message.key for message in fresh])
            fresh = [message for message in fresh if message.key not in known]
            packs = [(pack, _resolved(pack, now)) for pack in _packs(fresh, way)]
            batches = _kept(packs, now, way)
            if batches is not None:
                tell_hearers(batches, now)
                enter(batches)
                return batches


def forget_old_messages(now: dt.datetime) -> int:
    """The sweep: ids of messages that no broker delivers again."""
    return forget_messages(to_us(now - MESSAGES_KEPT))


def _kept(
    packs: list[tuple[Pack, Resolved]], now: dt.datetime, way: IntakeWay
) -> list[Batch] | None:
    """All packs in one commit; None when another worker was faster with one of them."""
    keys = [message.key for pack, _ in packs for message in pack.sent]
    if not keys:
        return []
    with writing() as session:
        if known_messages(session, keys):
            return None
        batches = []
        for pack, resolved in packs:
            batch = write(session, _head(pack, now, way), resolved)
            add_messages(session, batch, [(m.key, m.request) for m in pack.sent])
            batches.append(batch)
    return batches


def _head(pack: Pack, now: dt.datetime, way: IntakeWay) -> Head:
    key: uuid.UUID = new_id()
    return Head(
        id=key,
        request_id=key.hex,
        said=b"".join(message.key for message in pack.sent),
        actor=pack.actor.account,
        body=pack.actor.body,
        form=pack.sent[0].form,
        reason="",
        received_us=to_us(now),
        way=way.value,
    )


def _resolved(pack: Pack, now: dt.datetime) -> Resolved:
    return resolve(pack.decoded, pack.actor.scope or NOTHING, now)


def _packs(messages: Iterable[Sent], way: IntakeWay) -> list[Pack]:
    """Messages by sender and form, in their order; a new pack where one contradicts the last.
    Over the stream a request stays by itself, so that its sender can be told how it ended."""
    groups: dict[tuple[str, str, str], list[list[Sent]]] = {}
    said: dict[tuple[str, str, str], dict[Any, Any]] = {}
    for message in messages:
        request = message.request if way is IntakeWay.STREAM else ""
        group = message.sender, message.form, request
        says = {(r.station, r.key, r.at): (r.value, r.unit) for r in message.decoded.readings}
        before = said.setdefault(group, {})
        if any(before.get(place, value) != value for place, value in says.items()):
            groups[group].append([])
            before.clear()
        groups.setdefault(group, [[]])[-1].append(message)
        before |= says
    actors = _actors({sender for sender, _, _ in groups})
    return [
        _pack(part, actors.get(sender), way)
        for (sender, _, _), parts in groups.items()
        for part in parts
    ]


def _actors(senders: Iterable[str]) -> dict[str, Actor]:
    """The accounts behind the names, as they are today."""
    found = Account.objects.filter(login__in=senders, is_active=True)
    return {account.login: people.actor_for(account, clock.today()) for account in found}


def _pack(messages: list[Sent], actor: Actor | None, way: IntakeWay) -> Pack:
    """One batch of them; its lines are numbered through. Nobody knows the sender: all rejected."""
    readings, rejected, line = [], [], 0
    for message in messages:
        decoded = message.decoded
        if actor is None:
            decoded = _unknown(message)
        readings += [replace(row, line=line + row.line) for row in decoded.readings]
        rejected += [replace(row, line=line + row.line) for row in decoded.rejected]
        line += max((row.line for row in (*decoded.readings, *decoded.rejected)), default=0)
    return Pack(
        actor=actor or Actor.program(way.value),
        sent=tuple(messages),
        decoded=Decoded(readings=tuple(readings), rejected=tuple(rejected)),
    )


def _unknown(message: Sent) -> Decoded:
    rows = [
        Rejected(row.line, Why.UNKNOWN_SENDER, cut(f"{message.sender}: {row.station},{row.key}"))
        for row in message.decoded.readings
    ]
    return Decoded(rejected=(*rows, *message.decoded.rejected))
