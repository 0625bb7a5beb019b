"""What the plan office does about rows on their way: try again, recall.

Both are refused when it is too late (`NotInThisState` of `base.dispatch.outcomes`).
"""

import datetime as dt
import uuid

from anlan.base.actor import Actor
from anlan.base.dispatch.outcomes import apply_by_hand
from anlan.base.errors import Invalid
from anlan.base.journal.recording import recording
from anlan.base.models.dispatch import Dispatch
from anlan.base.rules.dispatch import Outcome
from anlan.base.rules.labels import gettext_noop
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability


class ReasonMissing(Invalid):
    code = "reason-missing"
    message = gettext_noop("Say why: the reason stands in the journal beside your name.")


def retry(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> Dispatch:
    """A row that failed or expired is sent again, with all its attempts."""
    return _decide(
        key,
        Outcome.RETRIED,
        expected_version=expected_version,
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
    )


def cancel(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> Dispatch:
    """A row that was not sent yet is not sent any more."""
    return _decide(
        key,
        Outcome.CANCELLED,
        expected_version=expected_version,
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
    )


def _decide(
    key: uuid.UUID,
    outcome: Outcome,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> Dispatch:
    require(actor, Capability.MANAGE_DISPATCH)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    with recording(
        action=f"exchange.dispatch.{outcome.value}",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"row": str(key), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = apply_by_hand(
                rec, key, outcome, expected_version=expected_version, detail=reason
            )
            rec.result = {"id": str(row.pk), "version": row.version}
    decided: Dispatch = Dispatch.objects.select_related("message").get(pk=key)
    return decided
