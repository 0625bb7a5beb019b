"""The plan office writes to bodies, inside the program or by a channel that reaches bodies.

UnknownBody     a code that is no body which the sender may see
NoSuchChannel   a channel that no gateway of this instance takes, or that reaches no body
"""

import datetime as dt
from dataclasses import dataclass

from anlan.base.actor import Actor
from anlan.base.dispatch.writing import Addressee, Draft, apply_dispatch
from anlan.base.errors import Invalid
from anlan.base.journal.recording import recording
from anlan.base.models.dispatch import OutgoingMessage
from anlan.base.rules.dispatch import TO_A_NUMBER, AddresseeKind, Channel
from anlan.base.rules.labels import gettext_noop
from anlan.exchange.gateways import offered_channels
from anlan.registers import queries as registers
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

PURPOSE = "exchange.notice"


class UnknownBody(Invalid):
    code = "unknown-body"
    message = gettext_noop("“{body}” is no body that your post may see. Choose one of the list.")


class NoSuchChannel(Invalid):
    code = "no-such-channel"
    message = gettext_noop("No gateway of this instance carries messages to bodies by it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewNotice:
    """`mode` says whether it is meant; `bodies` are codes."""

    mode: str
    subject: str
    text: str
    bodies: tuple[str, ...]
    channel: str = Channel.IN_APP.value


def channels_to_bodies() -> list[Channel]:
    """By which channels a body can be written to here."""
    offered = offered_channels()
    return [
        channel
        for channel in Channel
        if channel is Channel.IN_APP or (channel not in TO_A_NUMBER and channel in offered)
    ]


def send_notice(
    notice: NewNotice, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> OutgoingMessage:
    """One message to each body, delivered to whoever holds a post there and signs in."""
    scope = require(actor, Capability.MANAGE_DISPATCH)
    payload = {
        "mode": notice.mode,
        "subject": notice.subject,
        "text": notice.text,
        "bodies": sorted(notice.bodies),
    }
    if notice.channel != Channel.IN_APP:
        payload["channel"] = notice.channel
    with recording(
        action="exchange.notice.send",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload,
    ) as rec:
        if not rec.repeated:
            if notice.channel not in channels_to_bodies():
                raise NoSuchChannel(field="channel")
            draft = Draft(
                mode=notice.mode,
                channel=notice.channel,
                purpose=PURPOSE,
                subject=notice.subject,
                text=notice.text,
            )
            codes = list(dict.fromkeys(notice.bodies))
            for code in codes:
                if registers.body_by_code(scope, code) is None:
                    raise UnknownBody(field="bodies", body=code)
            bodies = [Addressee(AddresseeKind.BODY, code) for code in codes]
            rec.result = {"id": str(apply_dispatch(rec, draft, bodies).pk)}
    return OutgoingMessage.objects.get(pk=rec.result["id"])
