"""Requests for coordination: raised, answered within their term, settled or escalated."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import (
    answer_term,
    body_addressee,
    body_in,
    city,
    day_of,
    drop_term,
    item_of,
    open_term,
    require_acting_for,
    require_living,
    steers,
    whole,
    why,
    worker,
)
from anlan.plan.actions.loop.errors import AddressedToOneself, LoopRefused, NoCarrier
from anlan.plan.models import Obstacle
from anlan.plan.queries.loop.bearers import acts_for, carries
from anlan.plan.rules.loop import terms
from anlan.plan.rules.loop.obstacle import ObstacleAct, ObstacleState, after
from anlan.registers.queries import plan_office
from anlan.registers.rules.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class NewObstacle:
    """What is in the way of an item, and what another body is asked for."""

    item: uuid.UUID
    body: uuid.UUID
    addressee: uuid.UUID
    text: str
    asked: str
    assignment: uuid.UUID | None = None


def raise_obstacle(
    new: NewObstacle, *, actor: Actor, now: dt.datetime, request_id: str
) -> dict[str, Any]:
    """Put an obstacle to the body that can remove it; its term for a reply begins."""
    scope = worker(actor)
    item, body = item_of(new.item, scope), body_in(new.body)
    addressee = body_in(new.addressee)
    require_acting_for(scope, body)
    with recording(
        action="plan.obstacle.raise",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={
            "item": str(new.item),
            "body": str(new.body),
            "to": str(new.addressee),
            "text": new.text,
            "asked": new.asked,
        },
    ) as rec:
        if not rec.repeated:
            if body.pk == addressee.pk:
                raise AddressedToOneself(field="addressee")
            if not carries(item, body, day_of(now)):
                raise NoCarrier(field="body", name=body.short_name, item=str(item))
            require_living(addressee, day_of(now))
            row = Obstacle(
                item=item,
                assignment_id=new.assignment,
                unit=body.unit,
                body=body,
                addressee=addressee,
                text=whole(new.text, "text"),
                asked=whole(new.asked, "asked"),
                raised_at=now,
                raised_by=actor.account,
            )
            row.first_due = row.due = _reply_term(rec, row, body_addressee(addressee))
            validate(row)
            rec.add(row)
            rec.result = _result(row)
    return rec.result


def reply_to_obstacle(
    key: uuid.UUID,
    text: str,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """Answer for the addressed body; once escalated the plan office answers."""
    answer = whole(text, "reply")

    def reply(rec: Recording, row: Obstacle) -> None:
        row.reply = answer
        row.replied_at, row.replied_by = now, actor.account
        answer_term(rec, row.due_id, answer)
        row.due = open_term(
            rec,
            terms.DECIDE,
            subject=row,
            item=row.item,
            to=body_addressee(row.body),
            issuer=row.addressee.code,
        )

    return _act(key, ObstacleAct.REPLY, reply, answer, expected_version, actor, now, request_id)


def settle_obstacle(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Whoever raised it accepts the reply, or says that it is no longer needed."""
    outcome = why(reason, "outcome")

    def settle(rec: Recording, row: Obstacle) -> None:
        row.closed_at, row.closed_by = now, actor.account
        row.outcome = outcome
        if row.replied_at is not None:
            answer_term(rec, row.due_id, outcome)
        else:
            drop_term(rec, row.due_id, outcome)

    act = ObstacleAct.ACCEPT if _is_replied(key) else ObstacleAct.CLOSE
    return _act(key, act, settle, outcome, expected_version, actor, now, request_id)


def escalate_obstacle(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """The reply does not help, or none came: the plan office is asked, with a new term."""
    said = why(reason)

    def escalate(rec: Recording, row: Obstacle) -> None:
        row.escalated_at = now
        drop_term(rec, row.due_id, said)
        office = plan_office()
        to = body_addressee(office) if office is not None else Addressee(unit=city().code)
        row.due = _reply_term(rec, row, to)

    return _act(
        key, ObstacleAct.ESCALATE, escalate, said, expected_version, actor, now, request_id
    )


def may_reply(scope: Scope, row: Obstacle) -> bool:
    if row.state == ObstacleState.ESCALATED.value:
        return steers(scope)
    return acts_for(scope, row.addressee)


def may_settle(scope: Scope, row: Obstacle) -> bool:
    return acts_for(scope, row.body)


def _reply_term(rec: Recording, row: Obstacle, to: Addressee) -> Any:
    return open_term(rec, terms.REPLY, subject=row, item=row.item, to=to, issuer=row.body.code)


def _is_replied(key: uuid.UUID) -> bool:
    return Obstacle.objects.filter(pk=key, state=ObstacleState.REPLIED.value).exists()


def _act(
    key: uuid.UUID,
    act: ObstacleAct,
    change: Any,
    said: str,
    version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    scope = worker(actor)
    allowed = may_reply if act is ObstacleAct.REPLY else may_settle
    if not allowed(scope, _seen(key, scope)):
        raise NotAllowed
    verb = "settle" if act in (ObstacleAct.ACCEPT, ObstacleAct.CLOSE) else act.value
    with recording(
        action=f"plan.obstacle.{verb}",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"obstacle": str(key), "said": said},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Obstacle, key, expected_version=version)
            try:
                row.state = after(ObstacleState(row.state), act).value
            except RuleRefused as refusal:
                raise LoopRefused.of(refusal) from refusal
            change(rec, row)
            rec.save(row)
            rec.result = _result(row)
    return rec.result


def _seen(key: uuid.UUID, scope: Scope) -> Obstacle:
    found: Obstacle | None = (
        Obstacle.objects.visible_to(scope)
        .filter(pk=key)
        .select_related("body__unit", "addressee__unit", "item__notice")
        .first()
    )
    if found is None:
        raise NotFound
    return found


def _result(row: Obstacle) -> dict[str, Any]:
    return {"id": str(row.pk), "version": row.version, "state": row.state}
