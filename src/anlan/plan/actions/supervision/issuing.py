"""A person signs a paper that the program prepared, stops its clock, or takes the order back."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.due.applying import apply_pause, apply_resume
from anlan.base.errors import NotAllowed
from anlan.base.journal.recording import Recording, recording
from anlan.plan.actions.loop.common import answer_term, day_of, whole, why, worker
from anlan.plan.actions.supervision import common
from anlan.plan.actions.supervision.climbing import end_order, send
from anlan.plan.actions.supervision.errors import NumberNeeded, SupervisionRefused
from anlan.plan.models import SupervisionOrder, SupervisionSlip
from anlan.plan.queries.supervision import settings as lines
from anlan.plan.rules.supervision.ladder import SlipLevel
from anlan.plan.rules.supervision.life import (
    OrderState,
    SlipAct,
    SlipActRefused,
    SlipState,
    after,
)
from anlan.plan.rules.supervision.paper import Paper, paper_of

SIGNER_CHARS = 120
NUMBER_CHARS = 60
REQUIREMENT_CHARS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What the signer puts under a paper. `number` is the document number it left with, `signer`
    who signed on paper when that is not whoever enters it."""

    requirement: str
    number: str = ""
    signer: str = ""


def sign_slip(
    key: uuid.UUID,
    signing: Signing,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """Issue a prepared paper: once, with its number; the term for the reply begins."""

    def act(rec: Recording, slip: SupervisionSlip) -> None:
        _require_prepared(slip)
        _fit_paper(slip, day_of(now))
        slip.number = signing.number.strip()[:NUMBER_CHARS]
        if not slip.number and slip.paper != Paper.REMINDER.value:
            raise NumberNeeded(field="number")
        slip.requirement = whole(signing.requirement, "requirement")[:REQUIREMENT_CHARS]
        slip.issued_by = signing.signer.strip()[:SIGNER_CHARS] or actor.account
        answer_term(rec, slip.due_id, slip.number or slip.requirement)
        order = slip.order
        step = order.to_ladder().step_of(SlipLevel(slip.level))
        contact = order.matter.addressee()
        target = lines.target_of(
            step.to, body=order.body, unit=order.unit, contact=contact, day=day_of(now)
        )
        slip.to, slip.to_post = target.body, target.addressee.post
        slip.rung = target.reached.value
        send(rec, slip, step, target)

    said = {"number": signing.number, "requirement": signing.requirement, "by": signing.signer}
    return _act(key, "sign", said, act, expected_version, actor, now, request_id)


def stop_clock(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Let the term of a paper stand still; what was left stays left."""
    said = why(reason)

    def act(rec: Recording, slip: SupervisionSlip) -> None:
        apply_pause(rec, _clock(slip), why=said, expected_version=_version(slip))

    return _act(key, "stop", {"said": said}, act, expected_version, actor, now, request_id)


def run_clock(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Let the term of a paper run on."""
    said = why(reason)

    def act(rec: Recording, slip: SupervisionSlip) -> None:
        apply_resume(rec, _clock(slip), why=said, expected_version=_version(slip))

    return _act(key, "run", {"said": said}, act, expected_version, actor, now, request_id)


def withdraw_order(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Take an order back through its last paper `key`, with the reason."""
    said = why(reason)

    def act(rec: Recording, slip: SupervisionSlip) -> None:
        order = rec.lock(SupervisionOrder, slip.order_id)
        if order.state != OrderState.OPEN.value or not SlipState(slip.state).is_open:
            raise SupervisionRefused.of(SlipActRefused(SlipState(slip.state)))
        end_order(rec, order, OrderState.WITHDRAWN, said)
        slip.refresh_from_db()

    return _act(key, "withdraw", {"said": said}, act, expected_version, actor, now, request_id)


def _fit_paper(slip: SupervisionSlip, day: dt.date) -> None:
    """Which paper it is on the day it leaves: a designation may have come or ended since."""
    slip.issuer = lines.issuer_on(day) or slip.issuer
    slip.paper = (
        paper_of(
            SlipLevel(slip.level),
            issuer=slip.issuer.code if slip.issuer is not None else "",
            in_line_of_command=slip.to is None or slip.to.in_line_of_command,
            designations=lines.designations_on(day),
            day=day,
        )
        .known()
        .value
    )


def _require_prepared(slip: SupervisionSlip) -> None:
    try:
        after(SlipState(slip.state), SlipAct.ISSUE)
    except SlipActRefused as refusal:
        raise SupervisionRefused.of(refusal) from refusal


def _clock(slip: SupervisionSlip) -> uuid.UUID:
    if slip.state != SlipState.ISSUED.value or slip.due_id is None:
        raise SupervisionRefused.of(SlipActRefused(SlipState(slip.state)))
    return slip.due_id


def _version(slip: SupervisionSlip) -> int:
    due = slip.due
    return due.version if due is not None else 0


def _act(
    key: uuid.UUID,
    verb: str,
    payload: dict[str, Any],
    change: Callable[[Recording, SupervisionSlip], None],
    version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """One act of the issuer on a paper; what was said (`said` of the payload) is its reason."""
    if not common.issues_for(scope := worker(actor), common.seen_slip(key, scope)):
        raise NotAllowed
    with recording(
        action=f"plan.supervision.{verb}",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=payload.get("said", ""),
        payload={"slip": str(key), **payload},
    ) as rec:
        if not rec.repeated:
            slip = rec.lock(SupervisionSlip, key, expected_version=version)
            change(rec, slip)
            rec.save(slip)
            rec.result = common.result_of(slip)
    return rec.result
