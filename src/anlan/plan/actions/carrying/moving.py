"""Open work follows its item: closed where it stood, opened where it goes on, each with a link.

House rule of terms (`rules.carry_over.decision`): a day still ahead is kept, with the same clock
and what was left of it; a new day opens a new clock; a clock in working days (signature, reply)
runs on as it is. What changes its owner is asked anew and has a term for signing.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import QuerySet

from anlan.base.journal.recording import Recording
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.plan.actions.carrying.errors import CarryRefused
from anlan.plan.actions.loop.breaking_down import addressee_of, apply_withdrawal
from anlan.plan.actions.loop.common import (
    REASON_CHARS,
    body_addressee,
    day_of,
    drop_term,
    is_open_term,
    move_term,
    open_term,
)
from anlan.plan.models import Assignment, Deliverable, Obstacle, PlanItem, ProgressReport
from anlan.plan.queries.carrying import Work
from anlan.plan.rules.carry_over.decision import day_carried
from anlan.plan.rules.loop import terms
from anlan.plan.rules.loop.assignment import AssignmentAct, AssignmentState, Step, after
from anlan.plan.rules.loop.deliverable import Basis
from anlan.plan.rules.loop.obstacle import ObstacleState
from anlan.plan.rules.loop.report import ReportState
from anlan.registers.models import Body

STILL_WRITTEN = (ReportState.DRAFT.value, ReportState.RETURNED.value)


@dataclass(slots=True, kw_only=True)
class Move:
    """Where open work goes. `owners` maps bodies that lose their work to whoever takes it on,
    None: it is withdrawn. `said` stands with what is closed, in the city's language."""

    rec: Recording
    source: PlanItem
    target: PlanItem
    said: str
    new_day: dt.date | None = None
    owners: Mapping[uuid.UUID | None, Body | None] = field(default_factory=dict)
    assignments: dict[uuid.UUID, Assignment] = field(default_factory=dict)
    moved: int = 0
    withdrawn: int = 0

    def day(self, day: dt.date | None) -> dt.date | None:
        try:
            today = day_of(self.rec.now)
            return day_carried(day, self.new_day, today, item=str(self.source))
        except RuleRefused as refusal:
            raise CarryRefused.of(refusal) from refusal

    def owner(self, body: Body | None) -> tuple[bool, Body | None]:
        """(does it change, who has it then)."""
        key = body.pk if body is not None else None
        if key not in self.owners:
            return False, body
        return True, self.owners[key]


def carry_work(move: Move, work: Work) -> None:
    """Everything that is open on an item, the tops of the break-down first."""
    carry_assignments(move, work)
    for deliverable in work.deliverables:
        carry_deliverable(move, deliverable)
    for obstacle in work.obstacles:
        carry_obstacle(move, obstacle)
    of_the_item = ProgressReport.objects.filter(item=move.source, assignment__isnull=True)
    _carry_reports(move, of_the_item)


def carry_assignments(move: Move, work: Work) -> None:
    """Open assignments with what is broken down from them, and reports still being written."""
    below: dict[uuid.UUID | None, list[Assignment]] = {}
    tops = {row.pk for row in work.tops()}
    for row in work.assignments:
        below.setdefault(None if row.pk in tops else row.above_id, []).append(row)
    _carry_tree(move, below, None)
    _carry_reports(move, ProgressReport.objects.filter(assignment__in=list(move.assignments)))


def _carry_tree(
    move: Move, below: Mapping[uuid.UUID | None, list[Assignment]], above: uuid.UUID | None
) -> None:
    for row in below.get(above, ()):
        if carry_assignment(move, row):
            _carry_tree(move, below, row.pk)


def carry_assignment(move: Move, seen: Assignment) -> bool:
    """One assignment; False when it changed hands or ended, with everything below it."""
    rec = move.rec
    is_top = seen.above_id not in move.assignments
    changes, body = move.owner(seen.body) if is_top else (False, seen.body)
    if changes and body is None:
        move.withdrawn += apply_withdrawal(rec, rec.lock(Assignment, seen.pk), move.said)
        return False
    if changes:
        _end_below(move, seen)
    old = rec.lock(Assignment, seen.pk)
    new = _copy(move, old, body if changes else None)
    old.state = after(AssignmentState(old.state), AssignmentAct.CARRY).value
    old.reason = move.said[:REASON_CHARS]
    validate(new)
    sign, due = old.sign_due_id, old.due_id
    if changes:
        drop_term(rec, sign, move.said)
        drop_term(rec, due, move.said)
        new.sign_due = open_term(
            rec, terms.SIGN, subject=new, item=move.target, to=addressee_of(new)
        )
    else:
        if is_open_term(sign):
            move_term(rec, sign, move.target, subject=str(new.pk), what=new.asked)  # type: ignore[arg-type]
            new.sign_due_id, old.sign_due_id = sign, None
        _move_due(move, old, new)
    rec.save(old)
    rec.add(new)
    move.assignments[old.pk] = new
    move.moved += 1
    return not changes


def _end_below(move: Move, row: Assignment) -> None:
    """What a body had broken down inside itself does not go to another body."""
    living = (AssignmentState.PROPOSED.value, AssignmentState.SIGNED.value)
    below = Assignment.objects.filter(above=row.pk, state__in=living).values_list("pk", flat=True)
    for key in list(below):
        move.withdrawn += apply_withdrawal(move.rec, move.rec.lock(Assignment, key), move.said)


def _copy(move: Move, old: Assignment, body: Body | None) -> Assignment:
    """The same on the new item; for another body it waits for its signature."""
    above = move.assignments.get(old.above_id) if old.above_id is not None else None
    new = Assignment(
        item=move.target,
        above=above,
        replaces_id=old.pk,
        step=old.step,
        unit=old.unit,
        body=old.body,
        post=old.post,
        person=old.person,
        asked=old.asked,
        measure=old.measure,
        due_on=move.day(old.due_on),
        state=old.state,
        assigned_at=old.assigned_at,
        assigned_by=old.assigned_by,
        assigner=old.assigner,
        answered_at=old.answered_at,
        answered_by=old.answered_by,
    )
    if body is not None:
        new.unit, new.body, new.post, new.person = body.unit, body, None, None
        new.step, new.state = Step.BODY.value, AssignmentState.PROPOSED.value
        new.assigned_at, new.assigned_by = move.rec.now, move.rec.actor.account
        new.answered_at, new.answered_by = None, ""
        new.assigner = Body.objects.filter(code=move.rec.actor.body).first()
    return new


def _move_due(move: Move, old: Assignment, new: Assignment) -> None:
    """The clock of a signed assignment: the same one for the same day, a new one for a new."""
    rec, key = move.rec, old.due_id
    if not is_open_term(key):
        return
    if new.due_on == old.due_on:
        move_term(rec, key, move.target, subject=str(new.pk), what=new.asked)  # type: ignore[arg-type]
        new.due_id, old.due_id = key, None
        return
    drop_term(rec, key, move.said)
    issuer = new.assigner.code if new.assigner is not None else ""
    new.due = open_term(
        rec,
        terms.CARRY_OUT,
        subject=new,
        item=move.target,
        to=addressee_of(new),
        on=new.due_on,
        what=new.asked,
        issuer=issuer,
    )


def carry_deliverable(move: Move, seen: Deliverable) -> Deliverable | None:
    """One deliverable; None when it is no longer asked for."""
    rec = move.rec
    changes, body = move.owner(seen.body)
    old = rec.lock(Deliverable, seen.pk)
    old.withdrawn_at, old.note = rec.now, move.said[:REASON_CHARS]
    if changes and body is None:
        drop_term(rec, old.due_id, move.said)
        rec.save(old)
        move.withdrawn += 1
        return None
    day = move.day(old.due_on)
    new = Deliverable(
        item=move.target,
        assignment=move.assignments.get(old.assignment_id) if old.assignment_id else None,
        unit=body.unit if body is not None else old.unit,
        body=body,
        position=Deliverable.objects.filter(item=move.target).count(),
        text=old.text,
        due_on=day,
        basis=old.basis if day == old.due_on else Basis.DATE.value,
        carried_from=old,
    )
    if is_open_term(old.due_id) and day == old.due_on and not changes:
        move_term(rec, old.due_id, move.target, subject=str(new.pk), what=new.text)  # type: ignore[arg-type]
        new.due_id, old.due_id = old.due_id, None
    else:
        drop_term(rec, old.due_id, move.said)
        to = body_addressee(body) if body is not None else Addressee(unit=old.unit.code)
        new.due = open_term(
            rec, terms.DELIVER, subject=new, item=move.target, to=to, on=day, what=new.text
        )
    validate(new)
    rec.save(old)
    rec.add(new)
    _carry_drafts(move, old, new)
    move.moved += 1
    return new


def carry_obstacle(move: Move, seen: Obstacle) -> Obstacle | None:
    """One request for coordination; its clock for a reply runs on with what was left."""
    rec = move.rec
    changes, body = move.owner(seen.body)
    old = rec.lock(Obstacle, seen.pk)
    if changes and (body is None or body.pk == old.addressee_id):
        close_obstacle(rec, old, move.said)
        move.withdrawn += 1
        return None
    new = Obstacle(
        item=move.target,
        assignment=move.assignments.get(old.assignment_id) if old.assignment_id else None,
        unit=body.unit if body is not None else old.unit,
        body=body or old.body,
        addressee=old.addressee,
        text=old.text,
        asked=old.asked,
        state=old.state,
        raised_at=old.raised_at,
        raised_by=old.raised_by,
        reply=old.reply,
        replied_at=old.replied_at,
        replied_by=old.replied_by,
        escalated_at=old.escalated_at,
        carried_from=old,
    )
    validate(new)
    _move_reply(move, old, new, changes)
    rec.add(new)
    close_obstacle(rec, old, move.said)
    move.moved += 1
    return new


def _move_reply(move: Move, old: Obstacle, new: Obstacle, changes: bool) -> None:
    """The running clock goes along; the first one does, too, while it waits for its reply."""
    rec, key = move.rec, old.due_id
    if not is_open_term(key):
        return
    if changes and old.state == ObstacleState.REPLIED.value:
        drop_term(rec, key, move.said)
        new.due = open_term(
            rec, terms.DECIDE, subject=new, item=move.target, to=body_addressee(new.body)
        )
        return
    move_term(rec, key, move.target, subject=str(new.pk), what="")  # type: ignore[arg-type]
    if old.first_due_id == key:
        new.first_due_id, old.first_due_id = key, None
    new.due_id, old.due_id = key, None


def close_obstacle(rec: Recording, row: Obstacle, said: str) -> None:
    """Close a locked request, whatever state it is in."""
    drop_term(rec, row.due_id, said)
    row.state = ObstacleState.CLOSED.value
    row.closed_at, row.closed_by = rec.now, rec.actor.account
    row.outcome = said[:REASON_CHARS]
    rec.save(row)


def _carry_drafts(move: Move, old: Deliverable, new: Deliverable) -> None:
    """Reports that somebody is still writing go on about the new deliverable."""
    rows = ProgressReport.objects.filter(deliverable=old, state__in=STILL_WRITTEN)
    for key in list(rows.values_list("pk", flat=True)):
        _point(move, move.rec.lock(ProgressReport, key), new)


def _carry_reports(move: Move, rows: QuerySet[ProgressReport]) -> None:
    """Those that are about no deliverable; the others follow their deliverable."""
    still = rows.filter(deliverable__isnull=True, state__in=STILL_WRITTEN)
    for key in list(still.values_list("pk", flat=True)):
        _point(move, move.rec.lock(ProgressReport, key), None)


def _point(move: Move, row: ProgressReport, deliverable: Deliverable | None) -> None:
    row.item, row.deliverable = move.target, deliverable
    if row.assignment_id is not None:
        row.assignment = move.assignments.get(row.assignment_id)
    move.rec.save(row)
