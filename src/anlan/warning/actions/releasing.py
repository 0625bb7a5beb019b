"""Receipts of the national release: the number that its owner got, beside the message.

This program publishes nothing: a warning goes out through the national system by its owner. The
receipt is what allows the own public page to say the same.
"""

import datetime as dt
import unicodedata
import uuid
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound, Refused
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.warning.actions.receiving import unit_for_change
from anlan.warning.models import ReleaseReceipt, WarningMessage
from anlan.warning.models.cap import NUMBER_CHARS
from anlan.warning.queries.release import receipt_of, restriction_of
from anlan.warning.rules.reading.moment import CLOCK_TOLERANCE

UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Kinds of characters that nobody can see or read off a screen."""


class NotForThePublic(Refused):
    code = "not-for-the-public"
    message = gettext_noop(
        "This message is for “{whom}” only. It is not released to the public; ask its issuer for "
        "a public one."
    )


class NumberMissing(Invalid):
    code = "number-missing"
    message = gettext_noop("Enter the number of the receipt as the national system gave it.")


class NumberNotPlain(Invalid):
    code = "number-not-plain"
    message = gettext_noop(
        "The number of the receipt holds a line break, a tab or a sign that cannot be seen. Enter "
        "it again, on one line, as the national system gave it."
    )


class NumberTooLong(Invalid):
    code = "number-too-long"
    message = gettext_noop(
        "A number of a receipt has at most {most} characters here. Enter the number alone."
    )


class ReceiptTooEarly(Invalid):
    code = "receipt-too-early"
    message = gettext_noop("The receipt lies before the issue of the message. Check the time.")


class ReceiptInFuture(Invalid):
    code = "receipt-in-future"
    message = gettext_noop("The receipt lies after now. Give the time that it bears.")


class ReceiptThere(Refused):
    code = "receipt-there"
    status = 409
    message = gettext_noop(
        "This message has the receipt {number} already. Correct that one where it is wrong."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    number: str
    received_at: dt.datetime


def record_receipt(
    message_id: uuid.UUID,
    receipt: Receipt,
    *,
    expected_version: int = 0,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """The receipt of a message; `expected_version` of the receipt where one is corrected, 0 for
    the first."""
    with recording(
        action="warning.receipt.record",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "message": str(message_id),
            "number": receipt.number.strip(),
            "received_at": str(receipt.received_at),
            "version": expected_version,
        },
        valid_at=receipt.received_at,
    ) as rec:
        if not rec.repeated:
            _record(rec, message_id, receipt, expected_version)
    return rec.result


def _record(rec: Recording, key: uuid.UUID, receipt: Receipt, version: int) -> None:
    seen = WarningMessage.objects.visible_to(rec.actor.scope).filter(pk=key)
    message = seen.select_related("warning").first()
    if message is None:
        raise NotFound
    unit_for_change(rec, message.warning.unit_id)
    _refuse(rec, message, receipt)
    there = receipt_of(message)
    if there is None:
        row = ReleaseReceipt(message=message)
        _set(rec, row, receipt)
        rec.add(row)
    else:
        if not version:
            raise ReceiptThere(number=there.number)
        row = rec.lock(ReleaseReceipt, there.pk, expected_version=version)
        _set(rec, row, receipt)
        rec.save(row)
    rec.result = {"id": str(row.pk), "message": str(key), "version": row.version}


def _refuse(rec: Recording, message: WarningMessage, receipt: Receipt) -> None:
    whom = restriction_of(message)
    if whom is not None:
        raise NotForThePublic(whom=whom)
    _refuse_number(receipt.number.strip())
    if receipt.received_at > rec.now + CLOCK_TOLERANCE:
        raise ReceiptInFuture(field="received_at")
    if receipt.received_at < message.issued_at - CLOCK_TOLERANCE:
        raise ReceiptTooEarly(field="received_at")


def _refuse_number(number: str) -> None:
    """What surely is none. No source that is held here says what form the national system gives
    it, so none is asked for."""
    if not number:
        raise NumberMissing(field="number")
    if any(unicodedata.category(char) in UNSEEN for char in number):
        raise NumberNotPlain(field="number")
    if len(number) > NUMBER_CHARS:
        raise NumberTooLong(field="number", most=NUMBER_CHARS)


def _set(rec: Recording, row: ReleaseReceipt, receipt: Receipt) -> None:
    row.number, row.received_at = receipt.number.strip(), receipt.received_at
    row.recorded_by = rec.actor.account
    validate(row)
