"""What phones wrote back to an SMS gateway, handed on to the calls that asked for it."""

import datetime as dt
from typing import Final

from anlan.base.clock import CITY_ZONE
from anlan.base.rules.dispatch import Channel
from anlan.exchange.actions.receipts import (
    BadProof,
    Delivery,
    Taken,
    document_of,
    is_signed_call,
)
from anlan.exchange.gateways import settings_of
from anlan.exchange.outward.settings import WEBHOOK, GatewaySettings
from anlan.exchange.outward.signing import is_same
from anlan.exchange.rules.carrier import ReplyMap, read_replies
from anlan.warning.actions.replies import Reply, take_reply

OUR_MAP: Final = ReplyMap(
    number="number", text="text", reference="reference", at="at", many="replies"
)
"""How a system that takes our signed calls hands over replies."""
_SECONDS_DIGITS, _MILLISECONDS_DIGITS = 10, 13


def take_replies(name: str, delivery: Delivery, *, now: dt.datetime) -> Taken:
    """Take in what a gateway hands over. Whoever cannot prove to be one learns nothing."""
    gateway = settings_of(name)
    rule = None if gateway is None else _map_of(gateway)
    if gateway is None or rule is None or not _is_proven(gateway, delivery, now):
        raise BadProof
    found, unread = read_replies(rule, document_of(delivery))
    taken = 0
    for one in found:
        reply = Reply(
            gateway=gateway.name,
            reference=one.reference,
            number=one.number,
            text=one.text,
            said_at=instant_of(one.at, now),
        )
        taken += not take_reply(reply, now=now)["is_repeated"]
    return Taken(taken=taken, unread=unread, answer=gateway.reply_answer)


def instant_of(text: str, now: dt.datetime) -> dt.datetime:
    """When it was written: ISO 8601 (the city's zone without one) or seconds since 1970. What
    cannot be read, and what lies ahead, is now."""
    try:
        if text.isascii() and text.isdigit() and len(text) == _SECONDS_DIGITS:
            at = dt.datetime.fromtimestamp(int(text), tz=dt.UTC)
        elif text.isascii() and text.isdigit() and len(text) == _MILLISECONDS_DIGITS:
            at = dt.datetime.fromtimestamp(int(text) / 1000, tz=dt.UTC)
        else:
            read = dt.datetime.fromisoformat(text)
            at = read if read.tzinfo is not None else read.replace(tzinfo=CITY_ZONE)
    except (ValueError, OverflowError, OSError):
        return now
    return min(at, now)


def _map_of(gateway: GatewaySettings) -> ReplyMap | None:
    if Channel.SMS.value not in gateway.channels:
        return None
    return OUR_MAP if gateway.kind == WEBHOOK else gateway.reply


def _is_proven(gateway: GatewaySettings, delivery: Delivery, now: dt.datetime) -> bool:
    if gateway.kind == WEBHOOK:
        return is_signed_call(gateway, delivery, now)
    return bool(delivery.token) and is_same(delivery.token, gateway.reply_token)
