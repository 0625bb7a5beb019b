"""What the acts on an evaluation share."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from anlan.base.actor import Actor
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.message import RuleRefused
from anlan.plan.actions.loop.errors import LoopRefused
from anlan.plan.models import Evaluation
from anlan.plan.queries.evaluation.draft import evaluation_of
from anlan.plan.rules.evaluation.life import EvaluationAct, EvaluationState, after
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability, Scope


@contextmanager
def acting_on(
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
def refusing(field: str = "") -> Iterator[None]:
    try:
        yield
    except RuleRefused as refusal:
        raise LoopRefused.of(refusal, field=field) from refusal


def lock_row(
    rec: Recording, key: uuid.UUID, act: EvaluationAct, version: int | None
) -> Evaluation:
    """The row in its new state; an edit leaves the row as it is, so that two blocks may be
    written at once."""
    row = rec.lock(Evaluation, key, expected_version=version)
    with refusing():
        row.state = after(EvaluationState(row.state), act).value
    return row


def result_of(row: Evaluation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "version": row.version,
        "state": row.state,
        "edition": row.edition,
    }
