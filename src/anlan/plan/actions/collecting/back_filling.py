"""Back-filling: what was finished before the plan was kept here, with who confirms it."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import answer_term, day_of, steers, worker
from anlan.plan.actions.loop.errors import LoopRefused
from anlan.plan.actions.loop.evidence import KeptFile, add_evidence
from anlan.plan.models import Deliverable, Evidence
from anlan.plan.queries.loop.bearers import acts_for, live_from
from anlan.plan.rules.loop.deliverable import Finish
from anlan.plan.rules.workbook.cell import ReportedState
from anlan.plan.rules.workbook.column import SheetField
from anlan.plan.rules.workbook.row import Frame, row_fault
from anlan.registers.rules.scope import Scope

NOTE_CHARS, NUMBER_CHARS, NAME_CHARS = 300, 60, 120


class AnotherDay(Invalid):
    code = "another-day"
    message = gettext_noop(
        "{known} stands as the day of finishing ({how}); {said} was given now. Nothing was "
        "overwritten. Find out which is right; to replace a back-filled day say so below."
    )


class WithdrawnAlready(Invalid):
    code = "withdrawn-already"
    message = gettext_noop("This is no longer asked for since {day}; it is not back-filled.")


@dataclass(frozen=True, slots=True, kw_only=True)
class BackFill:
    """When, by which document or evidence, and who confirms it. `replaces` decides for this day
    when another back-filled day stands."""

    finished_on: dt.date
    confirmed_by: str
    document_number: str = ""
    evidence: str = ""
    replaces: bool = False

    def payload(self) -> dict[str, Any]:
        return {
            "finished_on": self.finished_on.isoformat(),
            "confirmed_by": self.confirmed_by,
            "number": self.document_number,
            "evidence": self.evidence,
            "replaces": self.replaces,
        }


def back_fill(
    key: uuid.UUID,
    fill: BackFill,
    *,
    files: tuple[KeptFile, ...] = (),
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Bring in one thing that was finished before. Two different days are a conflict."""
    scope = worker(actor)
    _require_back_filling(key, scope)
    with recording(
        action="plan.deliverable.back-fill",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "deliverable": str(key),
            "files": [file.digest for file in files],
            **fill.payload(),
        },
    ) as rec:
        if not rec.repeated:
            row = rec.lock(Deliverable, key, expected_version=expected_version)
            _require_fault_free(row, fill, bool(files), rec)
            apply_back_fill(rec, row, fill, files)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def apply_back_fill(
    rec: Recording,
    row: Deliverable,
    fill: BackFill,
    files: tuple[KeptFile, ...],
) -> None:
    """Mark a locked deliverable as finished before, inside an open recording."""
    if row.withdrawn_at is not None:
        raise WithdrawnAlready(day=day_of(row.withdrawn_at).isoformat())
    is_other = bool(row.finish) and row.finished_on != fill.finished_on
    if is_other and (row.finish == Finish.REPORT.value or not fill.replaces):
        raise AnotherDay(
            field="finished_on",
            known=row.finished_on.isoformat() if row.finished_on else "—",
            how=row.get_finish_display(),
            said=fill.finished_on.isoformat(),
        )
    if row.finish != Finish.REPORT.value:
        row.finish, row.finished_on = Finish.BACK_FILL.value, fill.finished_on
    row.document_number = fill.document_number.strip()[:NUMBER_CHARS] or row.document_number
    row.note = fill.evidence.strip()[:NOTE_CHARS] or row.note
    row.confirmed_by = fill.confirmed_by.strip()[:NAME_CHARS]
    row.recorded_at, row.recorded_by = rec.now, rec.actor.account
    answer_term(rec, row.due_id, row.document_number or row.note or row.confirmed_by)
    validate(row)
    rec.save(row, with_parts=bool(files))
    known = set(Evidence.objects.filter(deliverable=row).values_list("digest", flat=True))
    add_evidence(rec, tuple(f for f in files if f.digest not in known), deliverable=row)


def may_back_fill(scope: Scope, row: Deliverable) -> bool:
    """The plan office, and whoever acts for the body that owes it."""
    return steers(scope) or (row.body is not None and acts_for(scope, row.body))


def _require_back_filling(key: uuid.UUID, scope: Scope) -> None:
    seen = Deliverable.objects.visible_to(scope).filter(pk=key).select_related("body__unit")
    row = seen.first()
    if row is None:
        raise NotFound
    if not may_back_fill(scope, row):
        raise NotAllowed


def _require_fault_free(row: Deliverable, fill: BackFill, has_files: bool, rec: Recording) -> None:
    """A file proves as well as words do."""
    values = {
        SheetField.STATE: ReportedState.FINISHED.value,
        SheetField.DONE_ON: fill.finished_on.isoformat(),
        SheetField.DOCUMENT: fill.document_number.strip(),
        SheetField.EVIDENCE: fill.evidence.strip() or ("file" if has_files else ""),
        SheetField.FILLED_BY: fill.confirmed_by.strip(),
    }
    frame = Frame(
        today=day_of(rec.now),
        live_from=live_from(row.item.notice.unit_id),
        only_past=True,
    )
    fault: Message | None = row_fault(values, frame)
    if fault is not None:
        raise LoopRefused("{reason}", field="finished_on", reason=fault.text(gettext))
