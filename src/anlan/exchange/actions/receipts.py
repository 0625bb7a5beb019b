"""What a carrier or another system reports back of rows that it took.

BadProof            the token or the signature is not that of the gateway, or there is no such
                    gateway: whoever cannot prove to be one does not learn which there are
UnreadableReceipt   the body is neither JSON nor a form, or longer than a receipt may be
"""

import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from anlan.base.dispatch.guard import Receipt
from anlan.base.errors import Invalid, Refused
from anlan.base.journal.content import plain_digest
from anlan.base.models.dispatch import Dispatch
from anlan.base.rules.dispatch import MessageMode, Outcome
from anlan.base.rules.labels import gettext_noop
from anlan.exchange.gateways import settings_of
from anlan.exchange.models import SentReference
from anlan.exchange.outward.settings import WEBHOOK, GatewaySettings
from anlan.exchange.outward.signing import is_same, is_signed
from anlan.exchange.rules.carrier import ReceiptMap, Reported, read_receipts
from anlan.exchange.sweep import record

BODY_AT_MOST: Final = 262_144
REQUEST_CHARS: Final = 48
OUR_MAP: Final = ReceiptMap(
    key="key",
    report="report",
    state="state",
    pressed="pressed",
    many="receipts",
    delivered=(Outcome.DELIVERED.value,),
    failed=(Outcome.FAILED.value,),
    unanswered=("unanswered",),
    confirmed=("1",),
)
"""How a system that takes our signed calls reports back."""


class BadProof(Refused):
    code = "bad-proof"
    status = 401
    message = gettext_noop("The token or the signature is not that of this gateway.")


class UnreadableReceipt(Invalid):
    code = "unreadable-receipt"
    message = gettext_noop("The receipt cannot be read. Send JSON or a form, as agreed.")


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Delivery:
    """A call as it came. `token` is that of the header or of the address."""

    body: bytes
    content_type: str = ""
    token: str = ""
    timestamp: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """`unread` named nothing that is known; `answer` is what the carrier wants to hear."""

    taken: int
    unread: int
    answer: str = ""


def take_receipts(name: str, delivery: Delivery, *, now: dt.datetime) -> Taken:
    """Record what the receipts prove. A repeat, and a receipt of long ago, change nothing."""
    gateway = settings_of(name)
    rule = None if gateway is None else _map_of(gateway)
    if gateway is None or rule is None or not _is_proven(gateway, delivery, now):
        raise BadProof
    reported, unread = read_receipts(rule, document_of(delivery))
    receipts = _receipts(gateway, reported)
    digest = plain_digest(name.encode() + b"\x00" + delivery.body)[:REQUEST_CHARS]
    taken = record(receipts, now, f"receipt-{digest}") if receipts else 0
    unknown = len(reported) - len(receipts)
    return Taken(taken=taken, unread=unread + unknown, answer=gateway.receipt_answer)


def _map_of(gateway: GatewaySettings) -> ReceiptMap | None:
    return OUR_MAP if gateway.kind == WEBHOOK else gateway.receipt


def _is_proven(gateway: GatewaySettings, delivery: Delivery, now: dt.datetime) -> bool:
    if gateway.kind == WEBHOOK:
        return is_signed_call(gateway, delivery, now)
    return bool(delivery.token) and is_same(delivery.token, gateway.receipt_token)


def is_signed_call(gateway: GatewaySettings, delivery: Delivery, now: dt.datetime) -> bool:
    return is_signed(gateway.secret, delivery.timestamp, delivery.signature, delivery.body, now)


def document_of(delivery: Delivery) -> Any:
    if not 0 < len(delivery.body) <= BODY_AT_MOST:
        raise UnreadableReceipt
    try:
        if "json" in delivery.content_type or delivery.body.lstrip()[:1] in (b"{", b"["):
            return json.loads(delivery.body)
        return dict(parse_qsl(delivery.body.decode("utf-8"), strict_parsing=True))
    except (ValueError, RecursionError) as error:
        raise UnreadableReceipt from error


def _receipts(gateway: GatewaySettings, reported: list[Reported]) -> list[Receipt]:
    """Of rows that this gateway was given, and of no others."""
    own = {key for one in reported if (key := _key(one.key)) is not None}
    rows = Dispatch.objects.filter(
        pk__in=own,
        channel__in=gateway.channels,
        mode=MessageMode.ACTUAL.value,
        attempts__gt=0,
    )
    known = set(rows.values_list("pk", flat=True))
    names = {one.reference for one in reported if one.reference}
    references = dict(
        SentReference.objects.filter(gateway=gateway.name, reference__in=names).values_list(
            "reference", "dispatch"
        )
    )
    found = []
    for one in reported:
        key = _key(one.key)
        row = key if key in known else references.get(one.reference)
        if row is not None:
            found.append(
                Receipt(
                    key=row,
                    outcome=one.outcome,
                    gateway=gateway.name,
                    detail=one.detail,
                    report=f"{one.report}-{one.outcome.value}" if one.report else "",
                )
            )
    return found


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
