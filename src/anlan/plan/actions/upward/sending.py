"""The reporting body enters that it sent a report; the paper is kept as it left."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed
from anlan.base.journal.recording import Recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import answer_term, body_addressee, day_of, worker
from anlan.plan.actions.loop.evidence import keep_file
from anlan.plan.actions.upward.common import (
    keep_report,
    may_send,
    on_report,
    open_term,
    refusing,
    require_state,
)
from anlan.plan.models import UpwardReport, UpwardSending
from anlan.plan.queries.upward import figures_now, summary_file
from anlan.plan.rules.evaluation.life import NUMBER, NumberRefused
from anlan.plan.rules.upward import UpwardState, check_sent
from anlan.registers.actions.keeping import Request
from anlan.registers.rules.scope import Scope

RECEIPT: Final = gettext_noop("Get the receipt of {to}, or give it: {title}")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSending:
    """How it left. `mark` is the sentence of a demonstration, printed on the paper."""

    document_number: str
    sent_on: dt.date
    way: str
    handed_by: str
    mark: str = ""


def send_upward(
    key: uuid.UUID,
    new: NewSending,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """The reporting body enters that it left, and how. The paper is kept as it left; figures of a
    summary are frozen."""
    said = {name: str(getattr(new, name)) for name in new.__slots__ if name != "mark"}
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    with on_report(key, "send", said, asked, expected_version) as (rec, row):
        if row is not None:
            _require_reporter(worker(actor), row)
            require_state(row, now, UpwardState.OPEN, UpwardState.OVERDUE, UpwardState.RETURNED)
            with refusing("sent_on"):
                check_sent(new.sent_on, day_of(now), row.to_course().last)
            rec.add(_sending(row, new, rec))
            answer_term(rec, row.due_id, new.document_number)
            row.due = open_term(rec, row, RECEIPT, to=body_addressee(row.to_body or row.reporter))
            keep_report(rec, row)
    return rec.result


def _sending(row: UpwardReport, new: NewSending, rec: Recording) -> UpwardSending:
    number = new.document_number.strip()
    with refusing("document_number"):
        if NUMBER.fullmatch(number) is None:
            raise NumberRefused(number)
    facts: dict[str, Any] = {}
    if row.evaluation is not None:
        digest = row.evaluation.file_digest
    else:
        facts = figures_now(row, rec.now)
        content = summary_file(
            row, facts, made_at=rec.now, mark=new.mark, number=number, signed_on=new.sent_on
        )
        digest = keep_file(content, "report.docx").digest
    sending = UpwardSending(
        report=row,
        number=row.sendings.count() + 1,
        document_number=number,
        sent_on=new.sent_on,
        way=new.way,
        handed_by=new.handed_by.strip(),
        facts=facts,
        file_digest=digest,
        file_name=f"{row.title[:100]}-{number}.docx",
        sent_at=rec.now,
        sent_by=rec.actor.account,
    )
    validate(sending)
    return sending


def _require_reporter(scope: Scope, row: UpwardReport) -> None:
    if not may_send(scope, row):
        raise NotAllowed
