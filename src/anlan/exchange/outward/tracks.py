"""What a gateway leaves behind: the carriers' names of messages, and how it fared last."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from django.db import transaction

from anlan.base.dispatch import bulk
from anlan.base.dispatch.guard import Receipt
from anlan.base.rules.dispatch import Outcome
from anlan.exchange.models import GatewayHealth, SentReference

_REFERENCE = ("gateway", "reference", "dispatch", "known_at")


def note_references(gateway: str, references: Mapping[uuid.UUID, str], now: dt.datetime) -> None:
    """Keep under which name a carrier took a row, for its receipts."""
    if not references:
        return
    known = bulk.instant(now)
    keys = bulk.as_keys(references)
    lines = [
        (gateway, reference, key, known)
        for key, reference in zip(keys, references.values(), strict=True)
    ]
    with transaction.atomic():
        bulk.append_missing(SentReference, _REFERENCE, lines)


def note_batch(gateway: str, receipts: Sequence[Receipt], now: dt.datetime) -> None:
    """When the gateway took something last, and when and why it failed last."""
    taken = any(receipt.outcome is Outcome.SENT for receipt in receipts)
    failures = [one for one in receipts if one.outcome is not Outcome.SENT and one.was_tried]
    values: dict[str, object] = {"succeeded_at": now} if taken else {}
    if failures:
        values |= {"failed_at": now, "failure": failures[-1].detail}
    if values:
        GatewayHealth.objects.update_or_create(name=gateway, defaults=values)
