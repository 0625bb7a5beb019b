"""Evaluations: opened over a frozen edition, edited by block, submitted, returned, signed."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Conflict, Invalid, NotFound
from anlan.base.journal.content import canonical, plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import day_of, why
from anlan.plan.actions.loop.errors import LoopRefused
from anlan.plan.actions.loop.evidence import keep_file
from anlan.plan.models import Evaluation, EvaluationEdit, EvaluationEdition, Notice
from anlan.plan.queries.evaluation.draft import draft_of, evaluation_of, file_of
from anlan.plan.queries.evaluation.freezing import Wanted, facts_now
from anlan.plan.rules.evaluation.facts import EvaluationKind, Facts
from anlan.plan.rules.evaluation.life import (
    EvaluationAct,
    EvaluationState,
    FindingsOpen,
    after,
    check_four_eyes,
    check_signing,
)
from anlan.plan.rules.evaluation.skeleton import title_of
from anlan.registers.access import require
from anlan.registers.queries import plan_office
from anlan.registers.rules.scope import Capability, Scope

MOST_CHARS = 4000
FIRST_YEAR = 2000


class EvaluatedAlready(Invalid):
    code = "evaluated-already"
    message = gettext_noop(
        "The {kind} of {year} is there already: open it from the list, and freeze its figures "
        "anew if they should be of today."
    )


class YearNotBegun(Invalid):
    code = "year-not-begun"
    message = gettext_noop("{year} has not begun or lies before the plan. Choose another year.")


class NothingWritten(Invalid):
    code = "nothing-written"
    message = gettext_noop(
        "Write the text of this part. To have the generated text again, choose “Take the "
        "generated text”."
    )


class TooLong(Invalid):
    code = "too-long"
    message = gettext_noop("A part has at most {most} characters, this has {count}. Shorten it.")


class NotForEditing(Invalid):
    code = "not-for-editing"
    message = gettext_noop(
        "Headings and tables follow from the figures and are not edited. Edit a paragraph."
    )


class UnknownFigure(Invalid):
    code = "unknown-figure"
    message = gettext_noop("No frozen figure is called {keys}. Choose from the list of evidence.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockText:
    """What is written for a block, and the figures that it rests on beside its own."""

    block: str
    text: str
    evidence: tuple[str, ...] = ()


def open_evaluation(
    notice: uuid.UUID,
    kind: EvaluationKind,
    year: int,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Freeze the figures of now and open a draft over them. The plan office."""
    scope = require(actor, Capability.STEER_PLAN)
    found: Notice | None = Notice.objects.visible_to(scope).filter(pk=notice).first()
    office = plan_office()
    if found is None or office is None:
        raise NotFound
    if not FIRST_YEAR <= year <= day_of(now).year:
        raise YearNotBegun(field="year", year=year)
    with recording(
        action="plan.evaluation.open",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"notice": str(notice), "kind": kind.value, "year": year},
    ) as rec:
        if not rec.repeated:
            if Evaluation.objects.filter(notice=found, kind=kind.value, year=year).exists():
                raise EvaluatedAlready(field="year", kind=gettext(kind.label), year=year)
            wanted = Wanted(notice=found, kind=kind, year=year, issuer=office.full_name)
            facts = facts_now(wanted, scope, now)
            row = Evaluation(
                notice=found,
                office=office,
                kind=kind.value,
                year=year,
                title=title_of(facts),
                made_at=now,
                made_by=actor.account,
            )
            validate(row)
            rec.add(row)
            _freeze(rec, row, facts)
            rec.result = _result(row)
    return rec.result


def freeze_anew(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """A further edition of a draft, of now. What people wrote stays; changes beneath are shown."""
    with _acting(key, EvaluationAct.FREEZE, actor, now, request_id, reason) as (rec, scope):
        if not rec.repeated:
            row = _locked(rec, key, EvaluationAct.FREEZE, expected_version)
            wanted = Wanted(
                notice=row.notice,
                kind=row.kind_of,
                year=row.year,
                issuer=row.office.full_name,
            )
            row.edition += 1
            _freeze(rec, row, facts_now(wanted, scope, now))
            rec.save(row)
            rec.result = _result(row)
    return rec.result


def edit_block(
    key: uuid.UUID,
    said: BlockText,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Write a block. `expected_version` is that of the edit, 0 where nobody wrote yet."""
    scope = require(actor, Capability.STEER_PLAN)
    evaluation_of(scope, key)
    payload = {"evaluation": str(key), "block": said.block, "text": said.text}
    with recording(
        action="plan.evaluation.edit",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={**payload, "evidence": list(said.evidence)},
    ) as rec:
        if not rec.repeated:
            row = _locked(rec, key, EvaluationAct.EDIT, None)
            replaced = _editable(row, said)
            edit = EvaluationEdit.objects.filter(evaluation=row, block=said.block).first()
            if edit is None:
                if expected_version:
                    raise Conflict(expected=expected_version, current=0)
                edit = EvaluationEdit(evaluation=row, block=said.block)
                _write(edit, said, replaced, rec)
                rec.add(edit)
            else:
                edit = rec.lock(EvaluationEdit, edit.pk, expected_version=expected_version)
                _write(edit, said, replaced, rec)
                rec.save(edit)
            rec.result = {"id": str(row.pk), "block": said.block, "version": edit.version}
    return rec.result


def take_generated(
    key: uuid.UUID,
    block: str,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Drop what was written for a block; the journal keeps it."""
    scope = require(actor, Capability.STEER_PLAN)
    evaluation_of(scope, key)
    with recording(
        action="plan.evaluation.restore",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"evaluation": str(key), "block": block},
    ) as rec:
        if not rec.repeated:
            row = _locked(rec, key, EvaluationAct.EDIT, None)
            edit = EvaluationEdit.objects.filter(evaluation=row, block=block).first()
            if edit is None:
                raise NotFound
            rec.remove(rec.lock(EvaluationEdit, edit.pk, expected_version=expected_version))
            rec.result = {"id": str(row.pk), "block": block, "version": 0}
    return rec.result


def submit_evaluation(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Hand a draft over to whoever signs."""
    with _acting(key, EvaluationAct.SUBMIT, actor, now, request_id, reason) as (rec, _scope):
        if not rec.repeated:
            row = _locked(rec, key, EvaluationAct.SUBMIT, expected_version)
            row.submitted_at, row.submitted_by, row.word = now, actor.account, ""
            rec.save(row)
            rec.result = _result(row)
    return rec.result


def return_evaluation(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Back to a draft, with what is to be set right."""
    said = why(reason)
    with _acting(key, EvaluationAct.RETURN, actor, now, request_id, said) as (rec, _scope):
        if not rec.repeated:
            row = _locked(rec, key, EvaluationAct.RETURN, expected_version)
            row.submitted_at, row.submitted_by, row.word = None, "", said
            rec.save(row)
            rec.result = _result(row)
    return rec.result


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What the signer enters. `mark` is the sentence of a demonstration, `base_url` where links
    of the kept file lead to."""

    number: str
    signed_on: dt.date
    mark: str = ""
    base_url: str = ""


def sign_evaluation(
    key: uuid.UUID,
    signing: Signing,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Enter number and day; the paper is made once more with them, kept, and never changes."""
    number = signing.number.strip()
    entered = {"number": number, "signed_on": signing.signed_on.isoformat()}
    with _acting(key, EvaluationAct.SIGN, actor, now, request_id, reason, **entered) as (
        rec,
        _scope,
    ):
        if not rec.repeated:
            row = _locked(rec, key, EvaluationAct.SIGN, expected_version)
            draft = draft_of(row)
            frozen = draft.edition.frozen_at.astimezone(CITY_ZONE).date()
            with _refusing():
                check_four_eyes(row.submitted_by, actor.account)
            with _refusing("number"):
                check_signing(number, signing.signed_on, frozen, day_of(now))
            if draft.open_findings:
                raise LoopRefused.of(FindingsOpen(len(draft.open_findings)))
            row.document_number, row.signed_on = number, signing.signed_on
            row.signed_at, row.signed_by = now, actor.account
            content = file_of(draft, mark=signing.mark, base_url=signing.base_url)
            row.file_digest = keep_file(content, f"{row.title}.docx").digest
            rec.save(row)
            rec.result = _result(row)
    return rec.result


@contextmanager
def _acting(
    key: uuid.UUID,
    act: EvaluationAct,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
    **entered: str,
) -> Iterator[tuple[Recording, Scope]]:
    scope = require(actor, Capability.STEER_PLAN)
    evaluation_of(scope, key)
    with recording(
        action=f"plan.evaluation.{act.value}",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"evaluation": str(key), "reason": reason, **entered},
    ) as rec:
        yield rec, scope


@contextmanager
def _refusing(field: str = "") -> Iterator[None]:
    try:
        yield
    except RuleRefused as refusal:
        raise LoopRefused.of(refusal, field=field) from refusal


def _locked(rec: Recording, key: uuid.UUID, act: EvaluationAct, version: int | None) -> Evaluation:
    """The row in its new state; an edit leaves the row as it is, so that two blocks may be
    written at once."""
    row = rec.lock(Evaluation, key, expected_version=version)
    with _refusing():
        row.state = after(EvaluationState(row.state), act).value
    return row


def _freeze(rec: Recording, row: Evaluation, facts: Facts) -> None:
    said = facts.to_json()
    edition = EvaluationEdition(
        evaluation=row,
        number=row.edition,
        frozen_at=rec.now,
        frozen_by=rec.actor.account,
        facts=said,
        digest=plain_digest(canonical(said).encode()),
    )
    validate(edition)
    rec.add(edition)


def _editable(row: Evaluation, said: BlockText) -> str:
    """The generated text beneath; refuses what cannot be written."""
    draft = draft_of(row)
    block = draft.block(said.block).block
    if not block.is_editable:
        raise NotForEditing(field="text")
    if not said.text.strip():
        raise NothingWritten(field="text")
    if len(said.text) > MOST_CHARS:
        raise TooLong(field="text", most=MOST_CHARS, count=len(said.text))
    unknown = [key for key in said.evidence if key not in draft.facts.figures]
    if unknown:
        raise UnknownFigure(field="evidence", keys="、".join(unknown))
    return block.text


def _write(edit: EvaluationEdit, said: BlockText, replaced: str, rec: Recording) -> None:
    edit.text, edit.replaced = said.text.replace("\r\n", "\n").strip(), replaced
    edit.evidence = list(dict.fromkeys(said.evidence))
    edit.edited_at, edit.edited_by = rec.now, rec.actor.account
    validate(edit)


def _result(row: Evaluation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "version": row.version,
        "state": row.state,
        "edition": row.edition,
    }
