"""Approval of bulletins by other eyes, or sending them back with a reason."""

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed
from anlan.base.journal.recording import recording
from anlan.base.upkeep import validate
from anlan.warning.actions.bulletins.drafting import (
    check_whole,
    held,
    result_of,
    step,
    void_approval,
)
from anlan.warning.actions.bulletins.errors import ApprovalRefused, ReasonMissing, SignerMissing
from anlan.warning.actions.bulletins.terms import approved, sent_back
from anlan.warning.models import Bulletin
from anlan.warning.queries.bulletins import approval_verdict
from anlan.warning.rules.bulletin.life import BulletinAct


def approve_bulletin(
    key: uuid.UUID,
    *,
    signer: str,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Approve the version that was seen, never another. `signer` is the post that signed."""
    with recording(
        action="warning.bulletin.approve",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"bulletin": str(key), "version": expected_version, "signer": signer.strip()},
    ) as rec:
        if not rec.repeated:
            row = held(rec, key, expected_version)
            step(row, BulletinAct.APPROVE)
            require_approver(row, actor)
            if not signer.strip():
                raise SignerMissing(field="signer")
            check_whole(row, rec.now)
            row.approved_at, row.approved_by = rec.now, rec.actor.account
            row.signer = signer.strip()
            validate(row)
            approved(rec, row)
            rec.save(row)
            rec.result = result_of(row)
    return rec.result


def send_back_bulletin(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Give it back to the writer with a reason; an approval is void."""
    with recording(
        action="warning.bulletin.send-back",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"bulletin": str(key), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = held(rec, key, expected_version)
            step(row, BulletinAct.SEND_BACK)
            require_approver(row, actor)
            if not reason.strip():
                raise ReasonMissing(field="reason")
            void_approval(row)
            row.sent_back_because = reason.strip()[:300]
            sent_back(rec, row, row.sent_back_because)
            rec.save(row)
            rec.result = result_of(row)
    return rec.result


def require_approver(row: Bulletin, actor: Actor) -> None:
    """Raises ApprovalRefused in the words of the rule."""
    if actor.scope is None:
        raise NotAllowed
    verdict = approval_verdict(actor.scope, actor.account, row)
    if verdict.value is True:
        return
    note = verdict.reasons[-1].note
    raise ApprovalRefused(note.text(gettext) if note is not None else None)
