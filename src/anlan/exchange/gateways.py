"""Gateways that exist: the loop-back one, and the real ones that the settings file names.

A real instance alone has real ones; the guard decides row by row whether one may be reached.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import transaction

from anlan.base.clock import CITY_ZONE
from anlan.base.dispatch import bulk
from anlan.base.dispatch.guard import Gateway, Gateways, Outbound, Receipt
from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.rules.dispatch import AddresseeKind, Channel, Outcome
from anlan.exchange.models import InboxMessage
from anlan.exchange.outward.settings import (
    APPRISE,
    CARRIER,
    WEBHOOK,
    Configured,
    GatewaySettings,
    read,
)
from anlan.registers import queries as registers

INBOX_COLUMNS = ("dispatch", "addressee_kind", "addressee", "received_at")
_KNOWN: dict[str, Callable[[set[str], dt.date], set[str]]] = {
    AddresseeKind.ACCOUNT.value: registers.known_logins,
    AddresseeKind.PERSON.value: registers.known_people,
    AddresseeKind.BODY.value: registers.known_bodies,
    AddresseeKind.POST.value: registers.known_posts,
}


class LoopbackGateway:
    """Delivers into the program and never leaves it. Messages of the channel in-app lie in the
    addressee's inbox; of every other channel it only says that they would have gone."""

    name = "loopback"
    is_real = False
    channels = frozenset(channel.value for channel in Channel)

    def send(self, rows: Sequence[Outbound], now: dt.datetime) -> list[Receipt]:
        inside = [row for row in rows if row.channel == Channel.IN_APP]
        known = _known_addressees(inside, now)
        found = [row for row in inside if (row.addressee_kind, row.addressee) in known]
        received = bulk.instant(now)
        with transaction.atomic():
            bulk.append_missing(
                InboxMessage,
                INBOX_COLUMNS,
                [
                    (key, row.addressee_kind, row.addressee, received)
                    for key, row in zip(bulk.as_keys(r.key for r in found), found, strict=True)
                ],
            )
        arrived = {row.key for row in found}
        return [self._receipt(row, arrived, now) for row in rows]

    def _receipt(self, row: Outbound, arrived: set[uuid.UUID], now: dt.datetime) -> Receipt:
        if row.channel == Channel.IN_APP and row.key not in arrived:
            return Receipt(
                key=row.key,
                outcome=Outcome.FAILED,
                gateway=self.name,
                detail="no-such-addressee",
            )
        return Receipt(key=row.key, outcome=Outcome.DELIVERED, gateway=self.name, happened_at=now)


def _known_addressees(rows: Sequence[Outbound], now: dt.datetime) -> set[tuple[str, str]]:
    """Who can read a message today. One query a kind."""
    day = now.astimezone(CITY_ZONE).date()
    wanted: dict[str, set[str]] = {}
    for row in rows:
        wanted.setdefault(row.addressee_kind, set()).add(row.addressee)
    return {(kind, name) for kind, names in wanted.items() for name in _KNOWN[kind](names, day)}


@cache
def configured() -> Configured:
    """What the settings file said when the program started."""
    return read(Path(settings.ANLAN_CHANNELS_FILE))


@cache
def real_gateways() -> tuple[Gateway, ...]:
    """One a gateway of the settings. What speaks HTTP is loaded only when there is one."""
    found = configured().gateways
    if not found:
        return ()
    from anlan.exchange.outward.http import CarrierGateway, WebhookGateway
    from anlan.exchange.outward.robots import AppriseGateway

    made: dict[str, Callable[[GatewaySettings], Gateway]] = {
        WEBHOOK: WebhookGateway,
        CARRIER: CarrierGateway,
        APPRISE: AppriseGateway,
    }
    return tuple(made[one.kind](one) for one in found)


def gateways() -> Gateways:
    """What this instance has. A demonstration has no real gateway, whatever its settings say."""
    is_real = is_demonstration_now() is False
    return Gateways(loopback=LoopbackGateway(), real=real_gateways() if is_real else ())


def settings_of(name: str) -> GatewaySettings | None:
    """The settings of a gateway of this instance."""
    if is_demonstration_now() is not False:
        return None
    return next((one for one in configured().gateways if one.name == name), None)


def offered_channels() -> frozenset[str]:
    """Channels by which something of this instance can leave."""
    return frozenset(channel for one in gateways().real for channel in one.channels)
