"""Milestones of a project: each with a term for the lead body, ticked with day and proof."""

import datetime as dt
import uuid
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language
from anlan.base.due.applying import NewDue, apply_answer, apply_open, apply_withdraw
from anlan.base.errors import NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY
from anlan.base.rules.due.state import DueState
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.preparedness.actions.errors import MilestoneDone, MilestoneTaken
from anlan.preparedness.actions.projects import (
    day_of,
    locked_project,
    refuse_accepted,
    refuse_future,
    require_project,
)
from anlan.preparedness.models import Milestone

TERM_RULE: Final = "project-milestone"
TERM_TITLE: Final = gettext_noop("Milestone {milestone} of {project}")
SCHEDULE: Final = gettext_noop("Schedule of the project")


def add_milestone(
    project_id: uuid.UUID,
    name: str,
    due_on: dt.date,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """A milestone; its day opens a term for the lead body, unless it is past already."""
    with recording(
        action="preparedness.milestone.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"project": str(project_id), "name": name, "due_on": due_on.isoformat()},
    ) as rec:
        if not rec.repeated:
            project = locked_project(rec, project_id)
            refuse_accepted(project)
            if Milestone.objects.filter(project=project, name=name).exists():
                raise MilestoneTaken(field="name", name=name)
            row = Milestone(project=project, name=name, due_on=due_on)
            if due_on >= day_of(now):
                row.due = _term(rec, row)
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def move_milestone(
    milestone_id: uuid.UUID,
    due_on: dt.date,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Another day for an open milestone; its term is closed and opened anew."""
    with recording(
        action="preparedness.milestone.move",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"milestone": str(milestone_id), "due_on": due_on.isoformat()},
    ) as rec:
        if not rec.repeated:
            row = _open_milestone(rec, milestone_id, expected_version)
            if _is_open(row.due):
                apply_withdraw(rec, row.due.pk, why=reason[:300])
            row.due_on = due_on
            row.due = _term(rec, row) if due_on >= day_of(now) else None
            validate(row)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def finish_milestone(
    milestone_id: uuid.UUID,
    done_on: dt.date,
    proof: str,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Tick a milestone with the day and what proves it."""
    with recording(
        action="preparedness.milestone.finish",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"milestone": str(milestone_id), "done_on": done_on.isoformat(), "proof": proof},
    ) as rec:
        if not rec.repeated:
            row = _open_milestone(rec, milestone_id, expected_version)
            refuse_future(done_on, day_of(now), "done_on")
            row.done_on, row.proof = done_on, proof.strip()
            row.recorded_at, row.recorded_by = now, actor.account
            if _is_open(row.due):
                apply_answer(rec, row.due.pk, what=row.proof)
            validate(row)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def _open_milestone(rec: Recording, key: uuid.UUID, expected_version: int) -> Milestone:
    seen = Milestone.objects.visible_to(rec.actor.scope).filter(pk=key)
    if not seen.exists():
        raise NotFound
    known = seen.get()
    require_project(rec.actor, known.project)
    if known.done_on is not None:
        raise MilestoneDone(name=known.name, day=known.done_on.isoformat())
    row = rec.lock(Milestone, key, expected_version=expected_version)
    if row.done_on is not None:
        raise MilestoneDone(name=row.name, day=row.done_on.isoformat())
    refuse_accepted(row.project)
    return row


def _term(rec: Recording, row: Milestone) -> Due:
    lead = row.project.lead
    with city_language():
        title = gettext(TERM_TITLE).format(milestone=row.name, project=row.project.name)
        source = gettext(SCHEDULE)
    return apply_open(
        rec,
        NewDue(
            subject_model=row._meta.label_lower,
            subject_key=str(row.pk),
            title=title[:200],
            rule=TERM_RULE,
            source=source,
            addressee=Addressee(body=lead.code, unit=row.project.unit.code),
            kind=ClockKind.FIXED_DAY,
            start_at=rec.now,
            fixed_on=row.due_on,
            policy=HOUSE_POLICY,
        ),
    )


def _is_open(due: Due | None) -> bool:
    return due is not None and DueState(due.state).is_open
