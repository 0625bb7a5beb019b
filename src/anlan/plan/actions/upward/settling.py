"""What was sent is answered: received with a receipt, or returned for correction."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.journal.recording import Recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import answer_term, body_addressee, day_of, why, worker
from anlan.plan.actions.loop.evidence import KeptFile
from anlan.plan.actions.upward.common import (
    keep_report,
    may_settle,
    on_report,
    open_term,
    refusing,
    require_state,
)
from anlan.plan.actions.upward.errors import ReceiptMissing
from anlan.plan.models import UpwardReport, UpwardSending
from anlan.plan.rules.upward import UpwardState, check_settled
from anlan.registers.actions.keeping import Request

AGAIN: Final = gettext_noop("Correct and send again to {to}: {title}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    number: str
    received_on: dt.date
    received_by: str
    file: KeptFile | None = None


def receive_upward(
    key: uuid.UUID,
    receipt: Receipt,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """The receipt: given by the receiving body here, entered by the reporter when it came from
    outside. Nothing else makes a report received."""
    said = {
        "number": receipt.number,
        "on": receipt.received_on.isoformat(),
        "by": receipt.received_by,
        "file": receipt.file.digest if receipt.file is not None else "",
    }
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    with on_report(key, "receive", said, asked, expected_version) as (rec, row):
        if row is not None:
            sending = _settling(rec, row, receipt.received_on, now, "received_on")
            if receipt.file is None or not (
                receipt.number.strip() and receipt.received_by.strip()
            ):
                raise ReceiptMissing(field="files")
            sending.receipt_number = receipt.number.strip()
            sending.received_by = receipt.received_by.strip()
            sending.received_on = receipt.received_on
            sending.receipt_digest = receipt.file.digest
            sending.receipt_name = receipt.file.file_name
            sending.receipt_type = receipt.file.media_type
            _settled(rec, row, sending, receipt.number)
            keep_report(rec, row)
    return rec.result


def return_upward(
    key: uuid.UUID,
    returned_on: dt.date,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Returned for correction, with a word; the reporting body gets a term to send it again."""
    said, word = {"on": returned_on.isoformat()}, why(reason)
    asked = Request(actor=actor, now=now, request_id=request_id, reason=word)
    with on_report(key, "return", said, asked, expected_version) as (rec, row):
        if row is not None:
            sending = _settling(rec, row, returned_on, now, "returned_on")
            sending.returned_on, sending.returned_why = returned_on, word
            _settled(rec, row, sending, word)
            row.due = open_term(rec, row, AGAIN, to=body_addressee(row.reporter))
            keep_report(rec, row)
    return rec.result


def _settling(
    rec: Recording, row: UpwardReport, on: dt.date, now: dt.datetime, field: str
) -> UpwardSending:
    """The sending that waits for its answer, for change."""
    if not may_settle(worker(rec.actor), row):
        raise NotAllowed
    require_state(row, now, UpwardState.SENT)
    last = row.sendings.order_by("-number").first()
    if last is None:
        raise NotFound
    with refusing(field):
        check_settled(on, last.sent_on, day_of(now))
    return rec.lock(UpwardSending, last.pk)


def _settled(rec: Recording, row: UpwardReport, sending: UpwardSending, what: str) -> None:
    sending.settled_by = rec.actor.account
    validate(sending)
    rec.save(sending)
    answer_term(rec, row.due_id, what)
