"""A draft is submitted, returned, signed."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.plan.actions.evaluating.common import acting_on, lock_row, refusing, result_of
from anlan.plan.actions.loop.common import day_of, why
from anlan.plan.actions.loop.errors import LoopRefused
from anlan.plan.actions.loop.evidence import keep_file
from anlan.plan.queries.evaluation.draft import draft_of, file_of
from anlan.plan.rules.evaluation.life import (
    EvaluationAct,
    FindingsOpen,
    check_four_eyes,
    check_signing,
)


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
    with acting_on(key, EvaluationAct.SUBMIT, actor, now, request_id, reason) as (rec, _scope):
        if not rec.repeated:
            row = lock_row(rec, key, EvaluationAct.SUBMIT, expected_version)
            row.submitted_at, row.submitted_by, row.word = now, actor.account, ""
            rec.save(row)
            rec.result = result_of(row)
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
    with acting_on(key, EvaluationAct.RETURN, actor, now, request_id, said) as (rec, _scope):
        if not rec.repeated:
            row = lock_row(rec, key, EvaluationAct.RETURN, expected_version)
            row.submitted_at, row.submitted_by, row.word = None, "", said
            rec.save(row)
            rec.result = result_of(row)
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
    with acting_on(key, EvaluationAct.SIGN, actor, now, request_id, reason, **entered) as (
        rec,
        _scope,
    ):
        if not rec.repeated:
            row = lock_row(rec, key, EvaluationAct.SIGN, expected_version)
            draft = draft_of(row)
            frozen = draft.edition.frozen_at.astimezone(CITY_ZONE).date()
            with refusing():
                check_four_eyes(row.submitted_by, actor.account)
            with refusing("number"):
                check_signing(number, signing.signed_on, frozen, day_of(now))
            if draft.open_findings:
                raise LoopRefused.of(FindingsOpen(len(draft.open_findings)))
            row.document_number, row.signed_on = number, signing.signed_on
            row.signed_at, row.signed_by = now, actor.account
            content = file_of(draft, mark=signing.mark, base_url=signing.base_url)
            row.file_digest = keep_file(content, f"{row.title}.docx").digest
            rec.save(row)
            rec.result = result_of(row)
    return rec.result
