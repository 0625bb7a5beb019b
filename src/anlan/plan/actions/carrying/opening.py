"""Opening a carry-over, bringing its list up to date, and saying whether a notice is a draft."""

import datetime as dt
import uuid
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.plan.actions.carrying.errors import CarryOverClosed, CarryRefused
from anlan.plan.actions.loop.common import day_of, why
from anlan.plan.models import CarriedItem, CarryOver, Notice, PlanItem
from anlan.plan.queries.carrying import Unfinished, facts_of, followed, proposals, unfinished
from anlan.plan.rules.carry_over.proposal import Proposal
from anlan.plan.rules.carry_over.succession import FollowedAlready, check_successor
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability, Scope


def open_carry_over(
    predecessor: uuid.UUID,
    successor: uuid.UUID,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Put a notice beside the one that follows it and list what is unfinished, each with a
    proposal. One entry; nothing is decided and no work moves."""
    scope, said = require(actor, Capability.STEER_PLAN), why(reason)
    old, new = notice_of(predecessor, scope), notice_of(successor, scope)
    with recording(
        action="plan.carry-over.open",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"predecessor": str(predecessor), "successor": str(successor), "reason": said},
    ) as rec:
        if not rec.repeated:
            rec.lock(Notice, old.pk)  # two who open at once: one after the other
            _require_following(old, new)
            pair = CarryOver(
                unit=old.unit,
                predecessor=old,
                successor=new,
                reason=said,
                opened_at=now,
                opened_by=actor.account,
            )
            validate(pair)
            rec.add(pair)
            listed = _list(rec, pair, unfinished(old, now))
            rec.note(listed=listed)
            rec.result = {"id": str(pair.pk), "version": pair.version, "listed": listed}
    return rec.result


def refresh_carry_over(
    key: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str
) -> dict[str, Any]:
    """List what became unfinished since, and propose anew where nobody has decided. Decisions
    stay as they are."""
    scope = require(actor, Capability.STEER_PLAN)
    carry_over_of(key, scope)
    with recording(
        action="plan.carry-over.refresh",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"carry_over": str(key)},
    ) as rec:
        if not rec.repeated:
            pair = lock_open(rec, key)
            known = {row.item_id: row for row in CarriedItem.objects.filter(carry_over=pair)}
            now_open = unfinished(pair.predecessor, now)
            listed = _list(rec, pair, [one for one in now_open if one.item.pk not in known])
            _propose_anew(rec, pair, known)
            rec.note(listed=listed)
            rec.result = {"id": str(pair.pk), "version": pair.version, "listed": listed}
    return rec.result


def set_draft(
    key: uuid.UUID,
    *,
    is_draft: bool,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Say that a notice is a draft, which no figure counts, or that it is one no more."""
    scope, said = require(actor, Capability.STEER_PLAN), why(reason)
    notice_of(key, scope)
    with recording(
        action="plan.notice.draft",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"notice": str(key), "is_draft": is_draft, "reason": said},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Notice, key, expected_version=expected_version)
            row.is_draft = is_draft
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def notice_of(key: uuid.UUID, scope: Scope) -> Notice:
    seen = Notice.objects.visible_to(scope).select_related("unit")
    found: Notice | None = seen.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def carry_over_of(key: uuid.UUID, scope: Scope) -> CarryOver:
    seen = CarryOver.objects.visible_to(scope).select_related("predecessor__unit", "successor")
    found: CarryOver | None = seen.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def lock_open(rec: Recording, key: uuid.UUID, *, expected_version: int | None = None) -> CarryOver:
    """The carry-over for change; a closed one is told so, whatever version was seen."""
    pair = rec.lock(CarryOver, key)
    if pair.closed_at is not None:
        raise CarryOverClosed(day=day_of(pair.closed_at).isoformat())
    return rec.lock(CarryOver, key, expected_version=expected_version)


def _require_following(old: Notice, new: Notice) -> None:
    try:
        known = CarryOver.objects.filter(predecessor=old).select_related("successor").first()
        if known is not None and old.pk != new.pk:
            raise FollowedAlready(name=str(old), successor=str(known.successor))
        check_successor(facts_of(old), facts_of(new), followed())
    except RuleRefused as refusal:
        raise CarryRefused.of(refusal) from refusal


def _list(rec: Recording, pair: CarryOver, found: list[Unfinished]) -> int:
    proposed = proposals(pair.predecessor, pair.successor)
    takers = _takers(pair)
    rows = [
        CarriedItem(
            carry_over=pair,
            item=one.item,
            standing=one.standing.value,
            **_proposal(proposed.get(one.item.key), takers),
        )
        for one in found
    ]
    return rec.add_many(rows)


def _propose_anew(rec: Recording, pair: CarryOver, known: dict[uuid.UUID, CarriedItem]) -> None:
    proposed, takers = proposals(pair.predecessor, pair.successor), _takers(pair)
    keys = dict(PlanItem.objects.filter(pk__in=known).values_list("pk", "key"))
    for item, seen in known.items():
        if seen.decision:
            continue
        values = _proposal(proposed.get(keys[item]), takers)
        if any(getattr(seen, name) != value for name, value in values.items()):
            row = rec.lock(CarriedItem, seen.pk)
            for name, value in values.items():
                setattr(row, name, value)
            rec.save(row)


def _takers(pair: CarryOver) -> dict[str, uuid.UUID]:
    live = PlanItem.objects.filter(notice=pair.successor, is_dropped=False)
    return dict(live.values_list("key", "pk"))


def _proposal(proposal: Proposal | None, takers: dict[str, uuid.UUID]) -> dict[str, Any]:
    found = proposal or Proposal(old="")
    return {
        "proposed_id": takers.get(found.new),
        "likeness": found.likeness.value,
        "percent": found.percent,
    }
