"""Reports to the level above: asked for, sent, received with a receipt, returned, withdrawn."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import in_city_language
from anlan.base.due.applying import NewDue, apply_open
from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import (
    answer_term,
    body_addressee,
    body_in,
    day_of,
    drop_term,
    require_living,
    steers,
    why,
    worker,
)
from anlan.plan.actions.loop.errors import LoopRefused
from anlan.plan.actions.loop.evidence import KeptFile, keep_file
from anlan.plan.choices import UpwardContent
from anlan.plan.models import Evaluation, Notice, UpwardReport, UpwardSending
from anlan.plan.queries.loop.bearers import acts_for
from anlan.plan.queries.upward import figures_now, report_of, state_of, summary_file
from anlan.plan.rules.evaluation.life import NUMBER, EvaluationState, NumberRefused
from anlan.plan.rules.upward import RULE, UpwardState, check_sent, check_settled
from anlan.registers.actions.keeping import Request
from anlan.registers.models import Body
from anlan.registers.rules.scope import Scope

ANSWER_WORKING_DAYS: Final = 5
"""House rule: for getting the receipt, and for sending again what was returned."""
TITLE_CHARS: Final = 200
REPORT: Final = gettext_noop("Report to {to}: {title}")
RECEIPT: Final = gettext_noop("Get the receipt of {to}, or give it: {title}")
AGAIN: Final = gettext_noop("Correct and send again to {to}: {title}")


class UpwardRefused(Invalid):
    code = "upward-refused"


class NotSigned(UpwardRefused):
    code = "not-signed"
    message = gettext_noop(
        "“{title}” is not signed. Only a signed evaluation is reported to the level above."
    )


class ToNobody(UpwardRefused):
    code = "to-nobody"
    message = gettext_noop("Say to whom it is reported: a body here, or the name of one outside.")


class ToOneself(UpwardRefused):
    code = "to-oneself"
    message = gettext_noop("A body does not report to itself. Choose another one.")


class ReportTaken(UpwardRefused):
    code = "report-taken"
    message = gettext_noop("{body} owes a report of this title by {day} already. Open it.")


class DayOver(UpwardRefused):
    code = "day-over"
    message = gettext_noop("This day is past. Choose today or a later one.")


class NotTheTurn(UpwardRefused):
    code = "not-the-turn"
    message = gettext_noop(
        "This report is in the state “{state}”: nothing was changed. Open its page to see what "
        "can be done."
    )


class ReceiptMissing(UpwardRefused):
    code = "receipt-missing"
    message = gettext_noop(
        "Without a receipt nothing counts as received: add its number, who gave it, and the file."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpward:
    """What is owed to whom by when. `to_body` for a body here, else `to_name`; an evaluation is
    named when it is what is reported."""

    notice: uuid.UUID
    reporter: uuid.UUID
    title: str
    basis: str
    due_on: dt.date
    to_body: uuid.UUID | None = None
    to_name: str = ""
    evaluation: uuid.UUID | None = None

    def payload(self) -> dict[str, Any]:
        return {name: str(getattr(self, name) or "") for name in self.__slots__}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSending:
    """How it left. `mark` is the sentence of a demonstration, printed on the paper."""

    document_number: str
    sent_on: dt.date
    way: str
    handed_by: str
    mark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    number: str
    received_on: dt.date
    received_by: str
    file: KeptFile | None = None


def ask_upward(
    new: NewUpward, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """A report is owed: the plan office for everybody, a body for itself. It gets a term."""
    scope = worker(actor)
    reporter = body_in(new.reporter)
    if not steers(scope) and not acts_for(scope, reporter):
        raise NotAllowed
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    with recording(**asked.opening("plan.upward.ask", new.payload())) as rec:
        if not rec.repeated:
            row = _row(new, reporter, scope, now)
            row.opened_at, row.opened_by = now, actor.account
            row.due = _term(rec, row, REPORT, to=body_addressee(reporter), on=row.due_on)
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


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
    with _on(key, "send", said, asked, expected_version) as (rec, row):
        if row is not None:
            _require_reporter(worker(actor), row)
            _require_state(row, now, UpwardState.OPEN, UpwardState.OVERDUE, UpwardState.RETURNED)
            with _refusing("sent_on"):
                check_sent(new.sent_on, day_of(now), row.to_course().last)
            rec.add(_sending(row, new, rec))
            answer_term(rec, row.due_id, new.document_number)
            row.due = _term(rec, row, RECEIPT, to=body_addressee(row.to_body or row.reporter))
            _kept(rec, row)
    return rec.result


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
    with _on(key, "receive", said, asked, expected_version) as (rec, row):
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
            _kept(rec, row)
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
    with _on(key, "return", said, asked, expected_version) as (rec, row):
        if row is not None:
            sending = _settling(rec, row, returned_on, now, "returned_on")
            sending.returned_on, sending.returned_why = returned_on, word
            _settled(rec, row, sending, word)
            row.due = _term(rec, row, AGAIN, to=body_addressee(row.reporter))
            _kept(rec, row)
    return rec.result


def withdraw_upward(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """It is no longer asked for. The plan office."""
    word = why(reason)
    asked = Request(actor=actor, now=now, request_id=request_id, reason=word)
    with _on(key, "withdraw", {}, asked, expected_version) as (rec, row):
        if row is not None:
            if not steers(worker(actor)):
                raise NotAllowed
            if state_of(row, day_of(now)) in (UpwardState.RECEIVED, UpwardState.WITHDRAWN):
                raise NotTheTurn(state=gettext(state_of(row, day_of(now)).label))
            row.withdrawn_on, row.withdrawn_why = day_of(now), word
            drop_term(rec, row.due_id, word)
            _kept(rec, row)
    return rec.result


def may_send(scope: Scope, row: UpwardReport) -> bool:
    return acts_for(scope, row.reporter)


def may_settle(scope: Scope, row: UpwardReport) -> bool:
    """Whoever acts for the receiving body; for one outside, the reporting body."""
    return acts_for(scope, row.to_body if row.to_body is not None else row.reporter)


@contextmanager
def _on(
    key: uuid.UUID, verb: str, said: dict[str, Any], asked: Request, version: int
) -> Iterator[tuple[Recording, UpwardReport | None]]:
    """An act on a report in view; None for a repeated request."""
    report_of(worker(asked.actor), key)
    payload = {"report": str(key), **said}
    with recording(**asked.opening(f"plan.upward.{verb}", payload)) as rec:
        locked = None if rec.repeated else rec.lock(UpwardReport, key, expected_version=version)
        yield rec, locked


def _kept(rec: Recording, row: UpwardReport) -> None:
    validate(row)
    rec.save(row, with_parts=True)
    rec.result = {"id": str(row.pk), "version": row.version}


def _row(new: NewUpward, reporter: Body, scope: Scope, now: dt.datetime) -> UpwardReport:
    notice: Notice | None = Notice.objects.visible_to(scope).filter(pk=new.notice).first()
    if notice is None:
        raise NotFound
    require_living(reporter, day_of(now))
    if new.due_on < day_of(now):
        raise DayOver(field="due_on")
    to_body = body_in(new.to_body) if new.to_body is not None else None
    to_name = to_body.full_name if to_body is not None else new.to_name.strip()
    if not to_name:
        raise ToNobody(field="to_name")
    if to_body is not None and to_body.pk == reporter.pk:
        raise ToOneself(field="to_body")
    evaluation = _signed(new.evaluation, scope)
    content = UpwardContent.EVALUATION if evaluation is not None else UpwardContent.PROGRESS
    title = new.title.strip()
    if UpwardReport.objects.filter(reporter=reporter, title=title, due_on=new.due_on).exists():
        raise ReportTaken(field="title", body=reporter.short_name, day=new.due_on.isoformat())
    return UpwardReport(
        notice=notice,
        unit=reporter.unit,
        reporter=reporter,
        to_body=to_body,
        to_name=to_name[:120],
        content=content,
        evaluation=evaluation,
        title=title,
        basis=why(new.basis, "basis")[:200],
        due_on=new.due_on,
    )


def _signed(key: uuid.UUID | None, scope: Scope) -> Evaluation | None:
    if key is None:
        return None
    found: Evaluation | None = Evaluation.objects.visible_to(scope).filter(pk=key).first()
    if found is None:
        raise NotFound
    if found.state != EvaluationState.SIGNED.value:
        raise NotSigned(field="evaluation", title=found.title)
    return found


def _sending(row: UpwardReport, new: NewSending, rec: Recording) -> UpwardSending:
    number = new.document_number.strip()
    with _refusing("document_number"):
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


def _settling(
    rec: Recording, row: UpwardReport, on: dt.date, now: dt.datetime, field: str
) -> UpwardSending:
    """The sending that waits for its answer, for change."""
    if not may_settle(worker(rec.actor), row):
        raise NotAllowed
    _require_state(row, now, UpwardState.SENT)
    last = row.sendings.order_by("-number").first()
    if last is None:
        raise NotFound
    with _refusing(field):
        check_settled(on, last.sent_on, day_of(now))
    return rec.lock(UpwardSending, last.pk)


def _settled(rec: Recording, row: UpwardReport, sending: UpwardSending, what: str) -> None:
    sending.settled_by = rec.actor.account
    validate(sending)
    rec.save(sending)
    answer_term(rec, row.due_id, what)


def _require_reporter(scope: Scope, row: UpwardReport) -> None:
    if not may_send(scope, row):
        raise NotAllowed


def _require_state(row: UpwardReport, now: dt.datetime, *states: UpwardState) -> None:
    state = state_of(row, day_of(now))
    if state not in states:
        raise NotTheTurn(state=gettext(state.label))


@contextmanager
def _refusing(field: str) -> Iterator[None]:
    try:
        yield
    except RuleRefused as refusal:
        raise LoopRefused.of(refusal, field=field) from refusal


def _term(
    rec: Recording,
    row: UpwardReport,
    title: str,
    *,
    to: Addressee,
    on: dt.date | None = None,
) -> Due:
    """The day that was asked for, or the working days of the house."""
    said = in_city_language(title, to=row.to_name, title=row.title)
    return apply_open(
        rec,
        NewDue(
            subject_model=row._meta.label_lower,
            subject_key=str(row.pk),
            title=said[:TITLE_CHARS],
            rule=RULE,
            source=row.basis if on is not None else in_city_language(HOUSE_RULE),
            addressee=to,
            kind=ClockKind.FIXED_DAY if on is not None else ClockKind.WORKING_DAYS,
            start_at=rec.now,
            amount=0 if on is not None else ANSWER_WORKING_DAYS,
            fixed_on=on,
            policy=HOUSE_POLICY,
        ),
    )
