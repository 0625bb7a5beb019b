"""Writing outgoing work: inside the recording of the action that wants something said.

    with recording(...) as rec:
        ...
        apply_dispatch(rec, Draft(mode=MessageMode.ACTUAL, channel=Channel.IN_APP, …), people)

UnknownMode          not one of the modes; there is no default
ChannelNotOffered    no gateway takes this channel
NobodyAddressed      the list of addressees is empty
BadAddressee         an addressee that no gateway could reach
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from anlan.base.dispatch import bulk
from anlan.base.dispatch.seal import Sealer, digest_of_rows
from anlan.base.dispatch.standing import world_name
from anlan.base.errors import Invalid
from anlan.base.identity import new_hex_id, new_id
from anlan.base.journal.recording import Recording
from anlan.base.models.dispatch import Dispatch, OutgoingMessage
from anlan.base.records import this_centre
from anlan.base.rules.dispatch import AddresseeKind, Channel, DispatchState, MessageMode
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate

COLUMNS = (
    *("id", "owner_centre", "version", "message", "mode", "world", "channel"),
    *("addressee_kind", "addressee", "person", "number", "seal", "known_at", "state"),
    *("attempts", "next_at", "lease_until", "lease_by", "settled_at", "acknowledged_by"),
)
ADDRESSEE_CHARS = 60
NUMBER_CHARS = 30


class UnknownMode(Invalid):
    code = "unknown-mode"
    message = gettext_noop(
        "“{mode}” is no mode. Say whether this is actual, an exercise or a test."
    )


class ChannelNotOffered(Invalid):
    code = "channel-not-offered"
    message = gettext_noop("“{channel}” is no channel of this instance. Choose one of the list.")


class NobodyAddressed(Invalid):
    code = "nobody-addressed"
    message = gettext_noop("Nobody is addressed. Choose at least one addressee.")


class BadAddressee(Invalid):
    code = "bad-addressee"
    message = gettext_noop(
        "An addressee is not complete or stands in the list twice: name account, person, body or "
        "post once each, and a number only together with its person."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is to be said. `mode` and `channel` have no default; names of people belong into the
    text, never into the subject (the subject stands in the journal)."""

    mode: str
    channel: str
    purpose: str
    subject: str
    text: str
    template: str = ""
    about_model: str = ""
    about_key: str = ""
    expires_at: dt.datetime | None = None


class Addressee(NamedTuple):
    """`name`: sign-in name, key of the person, code of the body, or key of the post."""

    kind: str
    name: str
    person: uuid.UUID | None = None
    number: str = ""


def apply_dispatch(
    rec: Recording, draft: Draft, addressees: Iterable[Addressee]
) -> OutgoingMessage:
    """Write one message and its rows inside an open recording. Nothing leaves before the
    transaction is committed: the sweep of `exchange` sees only committed rows."""
    _check(draft)
    sealer, message = Sealer(), _message(rec, draft)
    message.seal = sealer.of_message(message)
    listed = list(addressees)
    if not listed:
        raise NobodyAddressed(field="addressees")
    if len({(one.kind, one.name) for one in listed}) != len(listed):
        raise BadAddressee(field="addressees")
    rows, seals = _rows(sealer, message, listed)
    message.rows_count, message.rows_digest = len(rows), digest_of_rows(seals)
    validate(message)
    rec.add(message)
    bulk.append(Dispatch, COLUMNS, rows)
    return message


def _check(draft: Draft) -> None:
    if draft.mode not in {mode.value for mode in MessageMode}:
        raise UnknownMode(field="mode", mode=draft.mode)
    if draft.channel not in {channel.value for channel in Channel}:
        raise ChannelNotOffered(field="channel", channel=draft.channel)


def _message(rec: Recording, draft: Draft) -> OutgoingMessage:
    return OutgoingMessage(
        id=new_id(),
        mode=str(draft.mode),
        world=world_name(),
        channel=str(draft.channel),
        purpose=draft.purpose,
        about_model=draft.about_model,
        about_key=draft.about_key,
        subject=draft.subject.strip(),
        text=draft.text.strip(),
        template=draft.template,
        sender=rec.actor.account,
        sender_body=rec.actor.body,
        known_at=rec.now,
        expires_at=draft.expires_at,
        rows_count=0,
    )


def _rows(
    sealer: Sealer, message: OutgoingMessage, addressees: Iterable[Addressee]
) -> tuple[list[tuple[Any, ...]], list[str]]:
    """Rows ready for the driver, and their seals. Keys are hexadecimal: every database takes
    that for one."""
    kinds = {kind.value: kind.value for kind in AddresseeKind}
    centre, parent, mark = this_centre(), bulk.key(message.id), message.seal
    mode, world, channel = message.mode, message.world, message.channel
    now, waiting = bulk.instant(message.known_at), DispatchState.WAITING.value
    make, seal_of = new_hex_id, sealer.of_row
    rows: list[tuple[Any, ...]] = []
    seals: list[str] = []
    for given, name, person, number in addressees:
        kind = kinds.get(given, "")
        if not kind or not _is_fit(name, number, person):
            raise BadAddressee(field="addressees")
        key, holder = make(), "" if person is None else person.hex
        seal = seal_of(key, mark, mode, world, channel, kind, name, holder, number)
        seals.append(seal)
        held = holder or None
        head = (key, centre, 1, parent, mode, world, channel, kind, name, held, number)
        rows.append((*head, seal, now, waiting, 0, now, None, "", None, ""))  # as in COLUMNS
    return rows, seals


def _is_fit(name: str, number: str, person: uuid.UUID | None) -> bool:
    if not 0 < len(name) <= ADDRESSEE_CHARS or "\x00" in name:
        return False
    if not number:
        return True
    return person is not None and len(number) <= NUMBER_CHARS and "\x00" not in number
