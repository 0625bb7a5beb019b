"""The administrator checks a channel with a message to nobody but himself.

ChannelNotUsable    no gateway of this instance takes the channel
NoNumber            no mobile number is entered for whoever checks
NoBody              whoever checks holds no post in a body
"""

import datetime as dt
from typing import Final

from anlan.base.actor import Actor
from anlan.base.city_language import in_city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.dispatch.writing import Addressee, Draft, apply_dispatch
from anlan.base.errors import Invalid
from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.journal.recording import recording
from anlan.base.models.dispatch import Dispatch
from anlan.base.rules.dispatch import TO_A_NUMBER, AddresseeKind, Channel, MessageMode
from anlan.base.rules.labels import gettext_noop
from anlan.exchange.gateways import offered_channels
from anlan.registers import queries as registers
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

PURPOSE: Final = "exchange.check"
SUBJECT: Final = gettext_noop("Check of a channel")
TEXT: Final = gettext_noop(
    "This is a check of the channel “{channel}”. Nothing is to be done about it."
)


class ChannelNotUsable(Invalid):
    code = "channel-not-usable"
    message = gettext_noop(
        "No gateway of this instance takes this channel. Enter one in the settings file, and "
        "start the program again."
    )


class NoNumber(Invalid):
    code = "no-number"
    message = gettext_noop("No mobile number is entered for you. Enter it in the register first.")


class NoBody(Invalid):
    code = "no-body"
    message = gettext_noop("You hold no post in a body, so this channel cannot reach you.")


def is_usable(channel: str) -> bool:
    """Whether a check can be written: a demonstration answers by itself and reaches nobody."""
    return is_demonstration_now() is True or channel in offered_channels()


def check_channel(
    channel: str, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> Dispatch:
    """One message by the channel to whoever asks. It is meant, since a test never leaves the
    program; its text says that nothing is to be done."""
    require(actor, Capability.KEEP_INSTANCE)
    if channel not in {one.value for one in Channel} or not is_usable(channel):
        raise ChannelNotUsable(field="channel")
    way = Channel(channel)
    with recording(
        action="exchange.channel.check",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"channel": channel},
    ) as rec:
        if not rec.repeated:
            draft = Draft(
                mode=MessageMode.ACTUAL,
                channel=way,
                purpose=PURPOSE,
                subject=in_city_language(SUBJECT),
                text=in_city_language(TEXT, channel=in_city_language(way.label)),
            )
            message = apply_dispatch(rec, draft, [_own_address(actor, way, now)])
            rec.result = {"id": str(message.pk)}
    found: Dispatch = Dispatch.objects.select_related("message").get(message=rec.result["id"])
    return found


def _own_address(actor: Actor, channel: Channel, now: dt.datetime) -> Addressee:
    mine = registers.addresses_of(actor.account, now.astimezone(CITY_ZONE).date())
    if channel in TO_A_NUMBER:
        number = registers.mobile_of(mine.person) if mine.person is not None else ""
        if not number or mine.person is None:
            raise NoNumber
        return Addressee(AddresseeKind.PERSON, str(mine.person), mine.person, number)
    if not mine.bodies:
        raise NoBody
    return Addressee(AddresseeKind.BODY, min(mine.bodies))
