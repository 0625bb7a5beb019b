"""Closing a carry-over: what was decided happens, all of it in one entry."""

import datetime as dt
import uuid
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused
from anlan.plan.actions.carrying.errors import CarryRefused
from anlan.plan.actions.carrying.moving import STILL_WRITTEN, Move, carry_work, close_obstacle
from anlan.plan.actions.carrying.opening import carry_over_of, lock_open
from anlan.plan.actions.collecting.back_filling import BackFill, apply_back_fill
from anlan.plan.actions.loop.breaking_down import apply_withdrawal
from anlan.plan.actions.loop.common import REASON_CHARS, answer_term, day_of, drop_term
from anlan.plan.models import (
    Assignment,
    CarriedItem,
    Deliverable,
    Notice,
    Obstacle,
    ProgressReport,
)
from anlan.plan.queries.carrying import Overview, Work, carry_over_at
from anlan.plan.rules.carry_over.decision import Decision, check_closing
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

MOVED = gettext_noop("Carried over to {item} of {notice}: {why}")
FINISHED = gettext_noop("Finished, {document}: {why}")
ENDED = gettext_noop("Ended by {document}: {why}")


def close_carry_over(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Carry out every decision; from then on the successor is in force. Refused while anything is
    unsettled, with all of it named."""
    scope = require(actor, Capability.STEER_PLAN)
    carry_over_of(key, scope)
    with recording(
        action="plan.carry-over.close",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"carry_over": str(key)},
    ) as rec:
        if not rec.repeated:
            pair = lock_open(rec, key, expected_version=expected_version)
            for notice in sorted((pair.predecessor_id, pair.successor_id)):
                rec.lock(Notice, notice)
            found = carry_over_at(pair, now, day_of(now))
            try:
                check_closing(found.unsettled)
            except RuleRefused as refusal:
                raise CarryRefused.of(refusal) from refusal
            counts = _carry_out(rec, found)
            pair.closed_at, pair.closed_by = now, actor.account
            rec.save(pair)
            rec.note(**counts)
            rec.result = {"id": str(pair.pk), "version": pair.version, **counts}
    return rec.result


def _carry_out(rec: Recording, found: Overview) -> dict[str, int]:
    counts = {"moved": 0, "withdrawn": 0, "finished": 0}
    for row in found.rows:
        work = found.work.get(row.item_id, Work())
        if row.decision == Decision.CARRIED.value:
            move = _move(rec, row, found)
            carry_work(move, work)
            counts["moved"] += move.moved
            counts["withdrawn"] += move.withdrawn
        elif row.decision == Decision.FINISHED.value:
            counts["finished"] += _finish(rec, row, work)
        else:
            counts["withdrawn"] += _end(rec, row, work)
    return counts


def _move(rec: Recording, row: CarriedItem, found: Overview) -> Move:
    target = row.target
    if target is None:
        raise ValueError("a carried item without a target passed the constraint of its table")
    owners = {
        one.body.pk: one.owner.new_body for one in found.orphans_of(row) if one.owner is not None
    }
    return Move(
        rec=rec,
        source=row.item,
        target=target,
        said=_stored(MOVED, item=str(target), notice=str(target.notice), why=row.reason),
        new_day=row.new_day,
        owners=owners,
    )


def _finish(rec: Recording, row: CarriedItem, work: Work) -> int:
    """Deliverables are back-filled by the proof, signed tasks answered by it, the rest closed."""
    said = _stored(FINISHED, document=row.document, why=row.reason)
    day = row.finished_on or day_of(rec.now)
    fill = BackFill(
        finished_on=day,
        confirmed_by=row.confirmed_by,
        document_number=row.document,
        evidence=row.reason,
    )
    for deliverable in work.deliverables:
        apply_back_fill(rec, rec.lock(Deliverable, deliverable.pk), fill, ())
    for assignment in work.assignments:
        locked = rec.lock(Assignment, assignment.pk)
        is_done = locked.state == AssignmentState.SIGNED.value and locked.due_id is not None
        if is_done:
            answer_term(rec, locked.due_id, said)
        elif locked.state in (AssignmentState.SIGNED.value, AssignmentState.PROPOSED.value):
            apply_withdrawal(rec, locked, said)
    _close_the_rest(rec, row, work, said)
    return work.total


def _end(rec: Recording, row: CarriedItem, work: Work) -> int:
    said = _stored(ENDED, document=row.document, why=row.reason)
    living = (AssignmentState.SIGNED.value, AssignmentState.PROPOSED.value)
    for assignment in work.tops():
        locked = rec.lock(Assignment, assignment.pk)
        if locked.state in living:
            apply_withdrawal(rec, locked, said)
    for seen in work.deliverables:
        deliverable = rec.lock(Deliverable, seen.pk)
        deliverable.withdrawn_at, deliverable.note = rec.now, said[:REASON_CHARS]
        drop_term(rec, deliverable.due_id, said)
        rec.save(deliverable)
    _close_the_rest(rec, row, work, said)
    return work.total


def _close_the_rest(rec: Recording, row: CarriedItem, work: Work, said: str) -> None:
    for obstacle in work.obstacles:
        close_obstacle(rec, rec.lock(Obstacle, obstacle.pk), said)
    unwritten = ProgressReport.objects.filter(item=row.item, state__in=STILL_WRITTEN)
    for due in unwritten.filter(due__isnull=False).values_list("due", flat=True):
        drop_term(rec, due, said)


def _stored(text: str, **params: str) -> str:
    """Stored text: the city's language, not the actor's."""
    with city_language():
        return gettext(text).format(**params)[:REASON_CHARS]
