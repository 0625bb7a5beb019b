"""The course of a project: payments, photographs, acceptance, delays."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import NotFound
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.keeping.attaching import apply_attach
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import UNKNOWN
from anlan.base.upkeep import validate
from anlan.preparedness.actions.errors import (
    MilestonesOpen,
    NotBuiltYet,
    NoteForOverBudget,
    NothingLate,
    PaymentTaken,
)
from anlan.preparedness.actions.photographs import taken_in
from anlan.preparedness.actions.projects import (
    day_of,
    locked_project,
    refuse_accepted,
    refuse_future,
)
from anlan.preparedness.choices import AcceptanceResult
from anlan.preparedness.models import (
    Acceptance,
    Delay,
    Milestone,
    Payment,
    Photograph,
    Project,
)
from anlan.preparedness.money import yuan
from anlan.preparedness.queries import paid_fen
from anlan.preparedness.rules.photo_time import photo_time
from anlan.preparedness.rules.project import over_budget
from anlan.registers.actions.instruments import NewCitation, apply_citation

NAMES_SAID: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPayment:
    paid_on: dt.date
    amount_fen: int
    document: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPhotograph:
    file_name: str
    content: bytes
    what: str = ""
    milestone: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAcceptance:
    """`instrument` is the institution under which it was accepted, if one is named."""

    accepted_on: dt.date
    result: str
    by: str
    document: str
    note: str = ""
    instrument: uuid.UUID | None = None


def add_payment(
    project_id: uuid.UUID,
    new: NewPayment,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Money paid. Above the budget a note is needed; two at once are counted in turn."""
    with recording(
        action="preparedness.payment.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "project": str(project_id),
            "paid_on": new.paid_on.isoformat(),
            "amount_fen": new.amount_fen,
            "document": new.document,
            "note": new.note,
        },
    ) as rec:
        if not rec.repeated:
            project = locked_project(rec, project_id)
            refuse_future(new.paid_on, day_of(now), "paid_on")
            same = Payment.objects.filter(project=project, document=new.document).first()
            if same is not None:
                raise PaymentTaken(
                    field="document", document=new.document, amount=yuan(same.amount_fen)
                )
            row = Payment(
                project=project,
                paid_on=new.paid_on,
                amount_fen=new.amount_fen,
                document=new.document,
                note=new.note.strip(),
            )
            row.is_over_budget = _is_over(project, row)
            validate(row)
            rec.add(row)
            rec.save(project, with_parts=True)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def add_photograph(
    project_id: uuid.UUID,
    new: NewPhotograph,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """A photograph with the time of its camera, or with the word that there is none."""
    taken = taken_in(new.content, new.file_name)
    with recording(
        action="preparedness.photograph.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "project": str(project_id),
            "sm3": plain_digest(new.content),
            "what": new.what,
            "milestone": str(new.milestone or ""),
        },
    ) as rec:
        if not rec.repeated:
            project = locked_project(rec, project_id)
            verdict, proof = photo_time(taken, received_at=now, city=CITY_ZONE)
            row = Photograph(
                project=project,
                milestone=_milestone_of(project, new.milestone),
                attachment=apply_attach(
                    rec, project, new.file_name, new.content, note=new.what[:200]
                ),
                taken_at=None if verdict.value is UNKNOWN else verdict.value,
                time_proof=proof.value,
                camera_clock=f"{taken.text} {taken.offset}".strip(),
                what=new.what.strip(),
                received_at=now,
            )
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def record_acceptance(
    project_id: uuid.UUID,
    new: NewAcceptance,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """An acceptance. One that passed finishes the project; the institution followed is cited."""
    with recording(
        action="preparedness.acceptance.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "project": str(project_id),
            "on": new.accepted_on.isoformat(),
            "result": new.result,
            "by": new.by,
            "document": new.document,
            "note": new.note,
            "instrument": str(new.instrument or ""),
        },
    ) as rec:
        if not rec.repeated:
            project = locked_project(rec, project_id, expected_version)
            refuse_accepted(project)
            refuse_future(new.accepted_on, day_of(now), "accepted_on")
            if new.result == AcceptanceResult.PASSED:
                _refuse_unready(project, new)
            row = Acceptance(
                project=project,
                accepted_on=new.accepted_on,
                result=new.result,
                by=new.by,
                document=new.document,
                note=new.note.strip(),
            )
            validate(row)
            rec.add(row)
            rec.save(project, with_parts=True)
            if new.instrument is not None:
                _cite(rec, project, new)
            rec.result = {"id": str(row.pk), "version": project.version}
    return rec.result


def record_delay(
    project_id: uuid.UUID,
    cause: str,
    new_finish_on: dt.date,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Why a project is late and when it will be finished; the old day stays on record."""
    with recording(
        action="preparedness.delay.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "project": str(project_id),
            "cause": cause,
            "new_finish_on": new_finish_on.isoformat(),
        },
    ) as rec:
        if not rec.repeated:
            project = locked_project(rec, project_id, expected_version)
            refuse_accepted(project)
            planned = project.planned_finish_on
            if planned is not None and new_finish_on <= planned:
                raise NothingLate(field="new_finish_on", day=planned.isoformat())
            row = Delay(
                project=project,
                said_on=day_of(now),
                cause=cause.strip(),
                was_planned_on=planned,
                new_finish_on=new_finish_on,
            )
            validate(row)
            rec.add(row)
            project.planned_finish_on = new_finish_on
            validate(project)
            rec.save(project)
            rec.result = {"id": str(row.pk), "version": project.version}
    return rec.result


def _milestone_of(project: Project, key: uuid.UUID | None) -> Milestone | None:
    if key is None:
        return None
    found = Milestone.objects.filter(project=project, pk=key).first()
    if found is None:
        raise NotFound
    return found


def _is_over(project: Project, row: Payment) -> bool:
    """Whether the payment goes above the budget; refused without a note."""
    paid = paid_fen(project)
    verdict = over_budget(budget_fen=project.budget_fen, paid_fen=paid, amount_fen=row.amount_fen)
    if verdict.value is not True:
        return False
    if not row.note:
        raise NoteForOverBudget(
            field="note",
            paid=yuan(paid + row.amount_fen),
            budget=yuan(project.budget_fen or 0),
        )
    return True


def _refuse_unready(project: Project, new: NewAcceptance) -> None:
    if project.built_on is None or project.built_on > new.accepted_on:
        raise NotBuiltYet(field="accepted_on")
    waiting = Milestone.objects.filter(project=project, done_on__isnull=True)
    names = list(waiting.values_list("name", flat=True))
    if names and not new.note.strip():
        raise MilestonesOpen(field="note", count=len(names), names="、".join(names[:NAMES_SAID]))


def _cite(rec: Recording, project: Project, new: NewAcceptance) -> None:
    if new.instrument is None:
        return
    with city_language():
        note = gettext(gettext_noop("Acceptance {document}")).format(document=new.document)
    apply_citation(
        rec,
        NewCitation(
            instrument=new.instrument, subject=project, cited_on=new.accepted_on, note=note
        ),
    )
