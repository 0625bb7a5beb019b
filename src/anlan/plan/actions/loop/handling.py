"""Decisions of the plan office: how an item is dealt with, since when the plan is kept here."""

import datetime as dt
import uuid
from typing import Any

from anlan.base.actor import Actor
from anlan.base.journal.recording import recording
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import city, item_of, why
from anlan.plan.models import Handling as HandlingRow
from anlan.plan.models import PlanStart
from anlan.plan.rules.loop.handling import Handling
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability


def decide_handling(
    item_id: uuid.UUID,
    decided: Handling,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Record that an item is market-driven, or is to be broken down after all. What was assigned
    already stays as it is. `expected_version` 0: nobody has decided yet."""
    scope = require(actor, Capability.STEER_PLAN)
    item, said = item_of(item_id, scope), why(reason)
    with recording(
        action="plan.handling.decide",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"item": str(item_id), "decided": decided.value, "reason": said},
    ) as rec:
        if not rec.repeated:
            known = HandlingRow.objects.filter(item=item.pk).values_list("pk", flat=True).first()
            row = (
                HandlingRow(item=item)
                if known is None
                else rec.lock(HandlingRow, known, expected_version=expected_version)
            )
            row.decided, row.reason = decided.value, said
            row.decided_at, row.decided_by = now, actor.account
            validate(row)
            if known is None:
                rec.add(row)
            else:
                rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def set_plan_start(
    live_from: dt.date, *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """Say from which day the city keeps the plan in this system."""
    require(actor, Capability.STEER_PLAN)
    said = why(reason)
    with recording(
        action="plan.start.set",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"live_from": live_from.isoformat(), "reason": said},
    ) as rec:
        if not rec.repeated:
            unit = city()
            known = PlanStart.objects.filter(unit=unit).values_list("pk", flat=True).first()
            row = PlanStart(unit=unit) if known is None else rec.lock(PlanStart, known)
            row.live_from, row.reason = live_from, said
            validate(row)
            if known is None:
                rec.add(row)
            else:
                rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result
