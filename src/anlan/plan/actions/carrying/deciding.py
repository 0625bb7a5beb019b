"""Deciding on unfinished items, one or many; taking back; choosing who takes work on."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Conflict, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.plan.actions.carrying.errors import (
    CarryRefused,
    DecidedAlready,
    NoProposal,
    NotDecidedYet,
    NotOrphaned,
)
from anlan.plan.actions.carrying.opening import lock_open
from anlan.plan.actions.loop.common import body_in, day_of, require_living, why
from anlan.plan.models import CarriedItem, CarriedOwner, CarryOver, PlanItem
from anlan.plan.queries.carrying import Work, carry_over_at, is_day_over, work_on
from anlan.plan.rules.carry_over.decision import DayIsOver, Decision, Said, check_decision
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """What becomes of an item. Carried: `target`, and `new_day` where a day of running work is
    over. Finished: `finished_on`, `document`, `confirmed_by`. Ended: `document`."""

    decision: Decision
    target: uuid.UUID | None = None
    new_day: dt.date | None = None
    document: str = ""
    finished_on: dt.date | None = None
    confirmed_by: str = ""

    def payload(self) -> dict[str, Any]:
        return {
            "decision": self.decision.value,
            "target": str(self.target),
            "new_day": str(self.new_day),
            "document": self.document,
            "finished_on": str(self.finished_on),
            "confirmed_by": self.confirmed_by,
        }


def decide_item(
    key: uuid.UUID,
    new: NewDecision,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Say what becomes of one item. Work moves when the carry-over is closed."""
    scope = require(actor, Capability.STEER_PLAN)
    seen = row_of(key, scope)
    with recording(
        action="plan.carried-item.decide",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"row": str(key), "reason": reason, **new.payload()},
    ) as rec:
        if not rec.repeated:
            pair = lock_open(rec, seen.carry_over_id)
            row = _lock_undecided(rec, key, expected_version)
            _decide(rec, pair, row, new)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def decide_many(
    carry_over: uuid.UUID,
    rows: Sequence[tuple[uuid.UUID, int]],
    new: NewDecision,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """The same decision on many items, all or none. Carried without a target: each into the item
    that is proposed for it. `rows` are (row, version that was seen)."""
    scope = require(actor, Capability.STEER_PLAN)
    seen = [row_of(key, scope) for key, _version in rows]
    if not seen or any(row.carry_over_id != carry_over for row in seen):
        raise NotFound
    with recording(
        action="plan.carried-item.decide-many",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"rows": [str(key) for key, _ in rows], "reason": reason, **new.payload()},
    ) as rec:
        if not rec.repeated:
            pair = lock_open(rec, carry_over)
            locked = [_lock_undecided(rec, key, version) for key, version in rows]
            _require_proposals(locked, new)
            for row in locked:
                _decide(rec, pair, row, _own(row, new))
            rec.note(count=len(locked))
            rec.result = {"ids": [str(row.pk) for row in locked], "decided": len(locked)}
    return rec.result


def undo_decision(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Take a decision back, with what was chosen for orphaned bodies. The journal keeps both."""
    scope, said = require(actor, Capability.STEER_PLAN), why(reason)
    seen = row_of(key, scope)
    with recording(
        action="plan.carried-item.undo",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"row": str(key), "reason": said},
    ) as rec:
        if not rec.repeated:
            lock_open(rec, seen.carry_over_id)
            row = rec.lock(CarriedItem, key, expected_version=expected_version)
            if not row.decision:
                raise NotDecidedYet(item=str(row.item))
            for owner in CarriedOwner.objects.filter(row=row).values_list("pk", flat=True):
                rec.remove(rec.lock(CarriedOwner, owner))
            row.decision, row.target, row.new_day = "", None, None
            row.document, row.finished_on, row.confirmed_by = "", None, ""
            row.reason, row.decided_at, row.decided_by = "", None, ""
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def choose_owner(
    key: uuid.UUID,
    body: uuid.UUID,
    new_body: uuid.UUID | None,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Who takes the running work of an orphaned body on; None: it is withdrawn. May be chosen
    again until the carry-over is closed. `expected_version` is that of the item's row."""
    scope, said = require(actor, Capability.STEER_PLAN), why(reason)
    seen = row_of(key, scope)
    with recording(
        action="plan.carried-item.owner",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"row": str(key), "body": str(body), "to": str(new_body), "reason": said},
    ) as rec:
        if not rec.repeated:
            pair = lock_open(rec, seen.carry_over_id)
            row = rec.lock(CarriedItem, key, expected_version=expected_version)
            _require_orphaned(pair, row, body, rec)
            known = CarriedOwner.objects.filter(row=row, body=body).first()
            owner = rec.lock(CarriedOwner, known.pk) if known else CarriedOwner(row=row)
            owner.body = body_in(body)
            owner.new_body = body_in(new_body) if new_body is not None else None
            if owner.new_body is not None:
                require_living(owner.new_body, day_of(now))
            if owner.new_body == owner.body:
                raise NotOrphaned(field="new_body", body=owner.body.short_name)
            owner.reason, owner.decided_at, owner.decided_by = said, now, actor.account
            validate(owner)
            (rec.save if known else rec.add)(owner)
            rec.save(row, with_parts=True)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def row_of(key: uuid.UUID, scope: Scope) -> CarriedItem:
    seen = CarriedItem.objects.visible_to(scope).select_related("carry_over", "item__notice")
    found: CarriedItem | None = seen.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def _lock_undecided(rec: Recording, key: uuid.UUID, version: int) -> CarriedItem:
    """The row for a decision. Who comes second is told who decided, whatever version it saw."""
    try:
        row = rec.lock(CarriedItem, key, expected_version=version)
    except Conflict:
        _require_undecided(rec.lock(CarriedItem, key))
        raise
    _require_undecided(row)
    return row


def _require_undecided(row: CarriedItem) -> None:
    if row.decision:
        raise DecidedAlready.of(row, row.decided_by)


def _require_proposals(rows: Sequence[CarriedItem], new: NewDecision) -> None:
    if new.decision is not Decision.CARRIED or new.target is not None:
        return
    without = [row.item.key for row in rows if row.proposed_id is None]
    if without:
        raise NoProposal(field="rows", items="、".join(without))


def _own(row: CarriedItem, new: NewDecision) -> NewDecision:
    if new.decision is Decision.CARRIED and new.target is None:
        return replace(new, target=row.proposed_id)
    return new


def _decide(rec: Recording, pair: CarryOver, row: CarriedItem, new: NewDecision) -> None:
    today = day_of(rec.now)
    target = PlanItem.objects.filter(pk=new.target).first() if new.target is not None else None
    is_there = target is not None and not target.is_dropped
    said = Said(
        decision=new.decision,
        reason=rec.reason,
        document=new.document,
        confirmed_by=new.confirmed_by,
        finished_on=new.finished_on,
        has_target=new.target is not None,
        in_successor=is_there and target is not None and target.notice_id == pair.successor_id,
        new_day=new.new_day,
    )
    try:
        check_decision(said, today)
        if new.decision is Decision.CARRIED:
            _require_day(row, work_on(row.item_id), new.new_day, today)
    except RuleRefused as refusal:
        raise CarryRefused.of(refusal) from refusal
    row.decision, row.target, row.new_day = new.decision.value, target, new.new_day
    is_finished = new.decision is Decision.FINISHED
    row.document = new.document.strip() if new.decision is not Decision.CARRIED else ""
    row.finished_on = new.finished_on if is_finished else None
    row.confirmed_by = new.confirmed_by.strip() if is_finished else ""
    row.reason, row.decided_at, row.decided_by = rec.reason, rec.now, rec.actor.account
    validate(row)
    rec.save(row)


def _require_day(row: CarriedItem, work: Work, new_day: dt.date | None, today: dt.date) -> None:
    if is_day_over(work, new_day, today):
        raise DayIsOver(item=str(row.item), day=work.days()[0].isoformat())


def _require_orphaned(pair: CarryOver, row: CarriedItem, body: uuid.UUID, rec: Recording) -> None:
    found = carry_over_at(pair, rec.now, day_of(rec.now))
    if not any(one.body.pk == body for one in found.orphans_of(row)):
        raise NotOrphaned(field="body", body=body_in(body).short_name)
