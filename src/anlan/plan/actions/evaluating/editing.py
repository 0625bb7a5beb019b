"""What people write for the blocks of a draft."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Conflict, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.upkeep import validate
from anlan.plan.actions.evaluating.common import lock_row
from anlan.plan.actions.evaluating.errors import (
    NotForEditing,
    NothingWritten,
    TooLong,
    UnknownFigure,
)
from anlan.plan.models import Evaluation, EvaluationEdit
from anlan.plan.queries.evaluation.draft import draft_of, evaluation_of
from anlan.plan.rules.evaluation.life import EvaluationAct
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

MOST_CHARS = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockText:
    """What is written for a block, and the figures that it rests on beside its own."""

    block: str
    text: str
    evidence: tuple[str, ...] = ()


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
            row = lock_row(rec, key, EvaluationAct.EDIT, None)
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
            row = lock_row(rec, key, EvaluationAct.EDIT, None)
            edit = EvaluationEdit.objects.filter(evaluation=row, block=block).first()
            if edit is None:
                raise NotFound
            rec.remove(rec.lock(EvaluationEdit, edit.pk, expected_version=expected_version))
            rec.result = {"id": str(row.pk), "block": block, "version": 0}
    return rec.result


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
