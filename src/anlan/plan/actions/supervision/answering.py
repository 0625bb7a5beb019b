"""The addressee replies to a paper or appeals against it; the issuer decides."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any, Final

from anlan.base.actor import Actor
from anlan.base.due.applying import apply_pause, apply_resume
from anlan.base.errors import NotAllowed
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import Due
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import answer_term, day_of, whole, why, worker
from anlan.plan.actions.supervision import common
from anlan.plan.actions.supervision.climbing import end_order
from anlan.plan.actions.supervision.errors import (
    AppealedAlready,
    MatterStillMissed,
    SupervisionRefused,
)
from anlan.plan.models import SlipAppeal, SlipReply, SupervisionOrder, SupervisionSlip
from anlan.plan.queries.supervision import settings as lines
from anlan.plan.queries.supervision.orders import matter_of
from anlan.plan.rules.supervision.climb import Matter
from anlan.plan.rules.supervision.ladder import SlipLevel
from anlan.plan.rules.supervision.life import OrderState, SlipAct, SlipActRefused, SlipState
from anlan.registers.rules.scope import Scope

LEAST_REASON_CHARS: Final = 10
Change = Callable[[Recording, SupervisionSlip], None]


def reply_to_slip(
    key: uuid.UUID,
    text: str,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """Answer a paper; the issuer has a term to decide. Late is answered too, and said."""
    said = whole(text, "text")

    def act(rec: Recording, slip: SupervisionSlip) -> None:
        common.move(slip, SlipAct.REPLY)
        answer_term(rec, slip.due_id, said)
        reply = SlipReply(slip=slip, text=said, replied_at=now, replied_by=actor.account)
        to, days = common.issuer_addressee(slip), common.house_days(common.DECIDE_WITHIN)
        reply.due = common.open_clock(rec, slip, common.TO_DECIDE, to, days, reply)
        validate(reply)
        rec.add(reply)

    return _act(
        key, "reply", act, (common.answers_for, said), expected_version, actor, now, request_id
    )


def accept_reply(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """The reply suffices: the order is closed. A matter still missed needs a stated reason."""
    said = reason.strip()[:300]

    def act(rec: Recording, slip: SupervisionSlip) -> None:
        order = rec.lock(SupervisionOrder, slip.order_id)
        if matter_of(order.matter) is Matter.MISSED and len(said) < LEAST_REASON_CHARS:
            raise MatterStillMissed(field="reason")
        common.move(slip, SlipAct.ACCEPT)
        _decide_reply(rec, slip, is_accepted=True, said=said)
        slip.ended_at, slip.ending = now, said
        rec.save(slip)
        end_order(rec, order, OrderState.CLOSED, said)

    return _act(
        key, "accept", act, (common.issues_for, said), expected_version, actor, now, request_id
    )


def return_reply(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """The reply does not suffice: the same paper runs anew, with its whole term."""
    said = why(reason)

    def act(rec: Recording, slip: SupervisionSlip) -> None:
        common.move(slip, SlipAct.RETURN)
        _decide_reply(rec, slip, is_accepted=False, said=said)
        order = slip.order
        step = order.to_ladder().step_of(SlipLevel(slip.level))
        contact = order.matter.addressee()
        target = lines.target_of(
            step.to, body=order.body, unit=order.unit, contact=contact, day=day_of(now)
        )
        term = (step.kind, step.term)
        slip.due = common.open_clock(rec, slip, common.TO_REPLY, target.addressee, term)
        common.tell(rec, slip)

    return _act(
        key, "return", act, (common.issues_for, said), expected_version, actor, now, request_id
    )


def appeal(
    key: uuid.UUID,
    text: str,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """Object to a paper, once, while its term runs: the clock stands still until it is decided."""
    said = whole(text, "text")

    def act(rec: Recording, slip: SupervisionSlip) -> None:
        if SlipAppeal.objects.filter(slip=slip).exists():
            raise AppealedAlready
        common.move(slip, SlipAct.APPEAL)
        due = _running(slip)
        if due.state == "running":
            apply_pause(rec, due.pk, why=said[:300], expected_version=due.version)
        row = SlipAppeal(slip=slip, text=said, appealed_at=now, appealed_by=actor.account)
        to, days = common.issuer_addressee(slip), common.house_days(common.DECIDE_WITHIN)
        row.due = common.open_clock(rec, slip, common.TO_JUDGE, to, days, row)
        validate(row)
        rec.add(row)

    return _act(
        key, "appeal", act, (common.answers_for, said), expected_version, actor, now, request_id
    )


def decide_appeal(
    key: uuid.UUID,
    *,
    upholds: bool,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Upheld: the order is withdrawn. Dismissed: the clock runs on with what was left."""
    said = why(reason)

    def act(rec: Recording, slip: SupervisionSlip) -> None:
        row = SlipAppeal.objects.filter(slip=slip, decided_at__isnull=True).first()
        if row is None:
            raise SupervisionRefused.of(SlipActRefused(SlipState(slip.state)))
        held = rec.lock(SlipAppeal, row.pk)
        held.is_upheld, held.decided_at = upholds, now
        held.decided_by, held.decision = actor.account, said
        answer_term(rec, held.due_id, said)
        rec.save(held)
        if upholds:
            order = rec.lock(SupervisionOrder, slip.order_id)
            end_order(rec, order, OrderState.WITHDRAWN, said)
            slip.refresh_from_db()
        else:
            common.move(slip, SlipAct.DISMISS)
            due = _running(slip)
            apply_resume(rec, due.pk, why=said, expected_version=due.version)

    verb = "uphold" if upholds else "dismiss"
    return _act(
        key, verb, act, (common.issues_for, said), expected_version, actor, now, request_id
    )


def _running(slip: SupervisionSlip) -> Due:
    due = slip.due
    if due is None:
        raise SupervisionRefused.of(SlipActRefused(SlipState(slip.state)))
    return due


def _decide_reply(rec: Recording, slip: SupervisionSlip, *, is_accepted: bool, said: str) -> None:
    waiting = SlipReply.objects.filter(slip=slip, decided_at__isnull=True).order_by("replied_at")
    for row in waiting:
        reply = rec.lock(SlipReply, row.pk)
        reply.is_accepted, reply.decided_at = is_accepted, rec.now
        reply.decided_by, reply.decision = rec.actor.account, said
        answer_term(rec, reply.due_id, said)
        rec.save(reply)


def _act(
    key: uuid.UUID,
    verb: str,
    change: Change,
    who: tuple[Callable[[Scope, SupervisionSlip], bool], str],
    version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """One act on a paper by whom `who` allows; `who` carries what was said, too."""
    allowed, said = who
    scope = worker(actor)
    if not allowed(scope, common.seen_slip(key, scope)):
        raise NotAllowed
    with recording(
        action=f"plan.supervision.{verb}",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said[:300],
        payload={"slip": str(key), "said": said},
    ) as rec:
        if not rec.repeated:
            slip = rec.lock(SupervisionSlip, key, expected_version=version)
            change(rec, slip)
            rec.save(slip)
            rec.result = common.result_of(slip)
    return rec.result
