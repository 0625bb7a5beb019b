"""Progress reports: written, submitted, reviewed. Two that report at once are both kept."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.city_language import in_city_language
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import (
    answer_term,
    body_addressee,
    body_in,
    day_of,
    item_of,
    open_term,
    require_acting_for,
    why,
    worker,
)
from anlan.plan.actions.loop.errors import LoopRefused, NobodyReviews, NoCarrier, ProofMissing
from anlan.plan.actions.loop.evidence import KeptFile, add_evidence
from anlan.plan.models import Assignment, Deliverable, Evidence, PlanItem, ProgressReport
from anlan.plan.queries.loop.bearers import acts_for, carries, reviewer_of
from anlan.plan.rules.loop import terms
from anlan.plan.rules.loop.deliverable import Finish
from anlan.plan.rules.loop.report import ReportAct, ReportState, after, check_reviewer
from anlan.registers.models import Body
from anlan.registers.rules.scope import Scope

OTHERS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportText:
    """What is written: of which item, for which of its deliverables or assignments."""

    text: str
    done_on: dt.date
    is_final: bool = False
    document_number: str = ""
    deliverable: uuid.UUID | None = None
    assignment: uuid.UUID | None = None

    def payload(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "done_on": self.done_on.isoformat(),
            "is_final": self.is_final,
            "number": self.document_number,
            "deliverable": str(self.deliverable),
            "assignment": str(self.assignment),
        }


def write_report(
    item_id: uuid.UUID,
    body_id: uuid.UUID,
    said: ReportText,
    *,
    files: tuple[KeptFile, ...] = (),
    submit: bool = False,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """A new report of a body; `submit` sends it at once, in the same entry (the phone page).

    `beside` of the result names reports of others on the same matter that wait or were written
    meanwhile: nothing is overwritten, whoever comes second is told.
    """
    scope = worker(actor)
    item, body = item_of(item_id, scope), body_in(body_id)
    require_acting_for(scope, body)
    with recording(
        action="plan.report.submit" if submit else "plan.report.write",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={
            "item": str(item_id),
            "body": str(body_id),
            "files": [file.digest for file in files],
            **said.payload(),
        },
    ) as rec:
        if not rec.repeated:
            row = _new(item, body, said, rec)
            validate(row)
            if submit:
                _submit(rec, row, item, proofs=len(files))
            rec.add(row)
            add_evidence(rec, files, report=row)
            rec.result = _result(row) | {"beside": _beside(row)}
    return rec.result


def save_report(
    key: uuid.UUID,
    said: ReportText,
    *,
    files: tuple[KeptFile, ...] = (),
    submit: bool = False,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """Change a draft or a returned report, and send it when `submit`."""
    scope = worker(actor)
    require_acting_for(scope, _seen(key, scope).body)
    with recording(
        action="plan.report.submit" if submit else "plan.report.save",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={
            "report": str(key),
            "files": [file.digest for file in files],
            **said.payload(),
        },
    ) as rec:
        if not rec.repeated:
            row = rec.lock(ProgressReport, key, expected_version=expected_version)
            _after(row, ReportAct.SAVE)
            _fill(row, said)
            _check_parts(row)
            row.written_at, row.written_by = now, actor.account
            validate(row)
            proofs = Evidence.objects.filter(report=row).count() + len(files)
            if submit:
                _submit(rec, row, row.item, proofs=proofs)
            add_evidence(rec, files, report=row)
            rec.save(row, with_parts=bool(files))
            rec.result = _result(row) | {"beside": _beside(row)}
    return rec.result


def accept_report(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """The reviewing body takes the report as it is; what it finishes is finished."""
    return _review(key, ReportAct.ACCEPT, reason, expected_version, actor, now, request_id)


def return_report(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Back to the writing body, with what is missing and a term."""
    said = why(reason)
    return _review(key, ReportAct.RETURN, said, expected_version, actor, now, request_id)


def may_review(scope: Scope, row: ProgressReport) -> bool:
    return acts_for(scope, row.reviewer)


def _new(item: PlanItem, body: Body, said: ReportText, rec: Recording) -> ProgressReport:
    if not carries(item, body, day_of(rec.now)):
        raise NoCarrier(field="body", name=body.short_name, item=str(item))
    reviewer = reviewer_of(item, body)
    if reviewer is None:
        raise NobodyReviews(field="item", item=str(item))
    row = ProgressReport(
        item=item,
        unit=body.unit,
        body=body,
        reviewer=reviewer,
        written_at=rec.now,
        written_by=rec.actor.account,
    )
    _fill(row, said)
    _check_parts(row)
    return row


def _fill(row: ProgressReport, said: ReportText) -> None:
    row.text, row.done_on, row.is_final = said.text.strip(), said.done_on, said.is_final
    row.document_number = said.document_number.strip()
    row.deliverable_id, row.assignment_id = said.deliverable, said.assignment


def _check_parts(row: ProgressReport) -> None:
    """Deliverable and assignment are those of the item."""
    parts = (Deliverable, row.deliverable_id), (Assignment, row.assignment_id)
    for model, key in parts:
        if key is not None and not model.objects.filter(pk=key, item=row.item_id).exists():
            raise NotFound


def _submit(rec: Recording, row: ProgressReport, item: PlanItem, *, proofs: int) -> None:
    if row.is_final and not proofs and not row.document_number:
        raise ProofMissing(field="files")
    row.state = _after(row, ReportAct.SUBMIT).value
    row.submitted_at = rec.now
    answer_term(rec, row.due_id, in_city_language(ReportState.SUBMITTED.label))
    row.due = open_term(
        rec,
        terms.REVIEW,
        subject=row,
        item=item,
        to=body_addressee(row.reviewer),
        issuer=row.body.code,
    )


def _review(
    key: uuid.UUID,
    act: ReportAct,
    said: str,
    version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    scope = worker(actor)
    seen = _seen(key, scope)
    if not may_review(scope, seen):
        raise NotAllowed
    with recording(
        action=f"plan.report.{act.value}",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"report": str(key), "reason": said},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(ProgressReport, key, expected_version=version)
            try:
                check_reviewer(actor.account, row.written_by)
            except RuleRefused as refusal:
                raise LoopRefused.of(refusal) from refusal
            row.state = _after(row, act).value
            row.reviewed_at, row.reviewed_by = now, actor.account
            row.review_note = said.strip()[:300]
            answer_term(rec, row.due_id, said or in_city_language(ReportState(row.state).label))
            if act is ReportAct.ACCEPT:
                _finish(rec, row)
            else:
                row.due = open_term(
                    rec,
                    terms.REWRITE,
                    subject=row,
                    item=row.item,
                    to=body_addressee(row.body),
                    issuer=row.reviewer.code,
                )
            rec.save(row)
            rec.result = _result(row)
    return rec.result


def _finish(rec: Recording, row: ProgressReport) -> None:
    """What an accepted final report closes. A matter that was finished meanwhile stays as it
    was finished first."""
    if not row.is_final:
        return
    if row.deliverable_id is not None:
        done = rec.lock(Deliverable, row.deliverable_id)
        if not done.finish:
            done.finish, done.finished_on = Finish.REPORT.value, row.done_on
            done.document_number = row.document_number or done.document_number
            done.recorded_at, done.recorded_by = rec.now, rec.actor.account
            answer_term(rec, done.due_id, row.text)
            rec.save(done)
    if row.assignment_id is not None:
        due = Assignment.objects.filter(pk=row.assignment_id).values_list("due", flat=True).get()
        answer_term(rec, due, row.text)


def _after(row: ProgressReport, act: ReportAct) -> ReportState:
    try:
        return after(ReportState(row.state), act)
    except RuleRefused as refusal:
        raise LoopRefused.of(refusal) from refusal


def _seen(key: uuid.UUID, scope: Scope) -> ProgressReport:
    found: ProgressReport | None = (
        ProgressReport.objects.visible_to(scope)
        .filter(pk=key)
        .select_related("body__unit", "reviewer__unit", "item__notice")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _beside(row: ProgressReport) -> list[str]:
    """Reports on the same matter that are not settled: the second writer is told of them."""
    others = ProgressReport.objects.filter(item=row.item_id, deliverable=row.deliverable_id)
    open_states = (ReportState.DRAFT.value, ReportState.SUBMITTED.value)
    waiting = others.filter(state__in=open_states).exclude(pk=row.pk)
    return [str(key) for key in waiting.values_list("pk", flat=True)[:OTHERS_SHOWN]]


def _result(row: ProgressReport) -> dict[str, Any]:
    return {"id": str(row.pk), "version": row.version, "state": row.state}
