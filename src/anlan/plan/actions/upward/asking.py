"""A report to the level above is asked for, or no longer asked for."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import (
    body_addressee,
    body_in,
    day_of,
    drop_term,
    require_living,
    steers,
    why,
    worker,
)
from anlan.plan.actions.upward.common import keep_report, on_report, open_term
from anlan.plan.actions.upward.errors import (
    DayOver,
    NotSigned,
    NotTheTurn,
    ReportTaken,
    ToNobody,
    ToOneself,
)
from anlan.plan.choices import UpwardContent
from anlan.plan.models import Evaluation, Notice, UpwardReport
from anlan.plan.queries.loop.bearers import acts_for
from anlan.plan.queries.upward import state_of
from anlan.plan.rules.evaluation.life import EvaluationState
from anlan.plan.rules.upward import UpwardState
from anlan.registers.actions.keeping import Request
from anlan.registers.models import Body
from anlan.registers.rules.scope import Scope

REPORT: Final = gettext_noop("Report to {to}: {title}")


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
            row.due = open_term(rec, row, REPORT, to=body_addressee(reporter), on=row.due_on)
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
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
    with on_report(key, "withdraw", {}, asked, expected_version) as (rec, row):
        if row is not None:
            if not steers(worker(actor)):
                raise NotAllowed
            if state_of(row, day_of(now)) in (UpwardState.RECEIVED, UpwardState.WITHDRAWN):
                raise NotTheTurn(state=gettext(state_of(row, day_of(now)).label))
            row.withdrawn_on, row.withdrawn_why = day_of(now), word
            drop_term(rec, row.due_id, word)
            keep_report(rec, row)
    return rec.result


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
