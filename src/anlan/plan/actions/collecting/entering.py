"""What a taken row means for the plan: a report of the body, a finished or back-filled thing.

The plan office takes a workbook for a body that does not sign in; the file itself, kept under its
digest, is the proof behind the report.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from anlan.base.city_language import city_language
from anlan.base.journal.recording import Recording
from anlan.base.keeping.merging import standing_for
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.actions.collecting.back_filling import BackFill, apply_back_fill
from anlan.plan.actions.collecting.errors import FinishedByReport
from anlan.plan.actions.loop.common import answer_term, day_of
from anlan.plan.actions.loop.errors import NobodyReviews
from anlan.plan.actions.loop.evidence import MEDIA_TYPES, KeptFile, add_evidence
from anlan.plan.models import (
    CollectionSheet,
    Deliverable,
    PlanItem,
    ProgressReport,
    ReturnedWorkbook,
)
from anlan.plan.queries.collecting.rows import DELIVERABLE
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.rules.loop.deliverable import Finish
from anlan.plan.rules.loop.report import ReportState
from anlan.plan.rules.workbook.cell import ReportedState
from anlan.plan.rules.workbook.column import SheetField
from anlan.plan.rules.workbook.row import is_back_fill
from anlan.registers.queries import plan_office

TOLD = gettext_noop("Reported by workbook {stamp}: {state}")
TELLING = (SheetField.STATE, SheetField.DONE_ON, SheetField.DOCUMENT, SheetField.EVIDENCE)
Values = Mapping[SheetField, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row that is taken: as sent, as it stood, as it will stand, and the file that says so."""

    sheet: CollectionSheet
    row: dict[str, Any]
    before: Values
    values: Values
    file: KeptFile

    def said(self, name: SheetField) -> str:
        return self.values.get(name, "")


def kept_file(row: ReturnedWorkbook) -> KeptFile:
    return KeptFile(
        digest=row.digest,
        file_name=row.file_name,
        media_type=MEDIA_TYPES[".xlsx"],
        size_bytes=row.size_bytes,
    )


def enter_row(rec: Recording, entry: Entry) -> None:
    """Records follow when the row says something new of the work; an obstacle or a name alone
    stays with the answers."""
    if all(entry.said(name) == entry.before.get(name, "") for name in TELLING):
        return
    state = entry.said(SheetField.STATE)
    if state == ReportedState.FINISHED:
        _finish(rec, entry)
    elif state == ReportedState.IN_PROGRESS:
        _report(rec, entry, _deliverable(rec, entry), day_of(rec.now), is_final=False)


def _finish(rec: Recording, entry: Entry) -> None:
    day = dt.date.fromisoformat(entry.said(SheetField.DONE_ON))
    deliverable = _deliverable(rec, entry)
    live = live_from(entry.sheet.collection.notice.unit_id)
    if deliverable is not None and deliverable.finish == Finish.REPORT.value:
        if deliverable.finished_on != day:
            shown = deliverable.finished_on.isoformat() if deliverable.finished_on else "—"
            raise FinishedByReport(row=entry.row["code"], day=shown)
        return
    if deliverable is not None and is_back_fill(day, live):
        apply_back_fill(
            rec,
            deliverable,
            BackFill(
                finished_on=day,
                document_number=entry.said(SheetField.DOCUMENT),
                evidence=entry.said(SheetField.EVIDENCE),
                confirmed_by=entry.said(SheetField.FILLED_BY),
                replaces=True,
            ),
            (entry.file,),
        )
        return
    _report(rec, entry, deliverable, day, is_final=True)
    if deliverable is not None:
        deliverable.finish, deliverable.finished_on = Finish.REPORT.value, day
        deliverable.document_number = entry.said(SheetField.DOCUMENT)
        deliverable.recorded_at, deliverable.recorded_by = rec.now, rec.actor.account
        answer_term(
            rec, deliverable.due_id, entry.said(SheetField.EVIDENCE) or entry.file.file_name
        )
        rec.save(deliverable)


def _deliverable(rec: Recording, entry: Entry) -> Deliverable | None:
    if entry.row["kind"] != DELIVERABLE:
        return None
    return rec.lock(Deliverable, entry.row["id"])


def _report(
    rec: Recording,
    entry: Entry,
    deliverable: Deliverable | None,
    day: dt.date,
    *,
    is_final: bool,
) -> None:
    """An accepted report of the body; the plan office that took the workbook is its reviewer."""
    named = entry.sheet.body or (deliverable.body if deliverable is not None else None)
    body, office = standing_for(named) if named is not None else None, plan_office()
    item = PlanItem.objects.get(pk=entry.row["item_id"])
    if office is None or body is None:
        raise NobodyReviews(item=str(item))
    row = ProgressReport(
        item=item,
        deliverable=deliverable,
        unit=body.unit,
        body=body,
        reviewer=office,
        text=entry.said(SheetField.EVIDENCE) or _told(entry),
        done_on=day,
        is_final=is_final,
        document_number=entry.said(SheetField.DOCUMENT),
        state=ReportState.ACCEPTED.value,
        written_at=rec.now,
        written_by=rec.actor.account,
        submitted_at=rec.now,
        reviewed_at=rec.now,
        reviewed_by=rec.actor.account,
        review_note=_told(entry),
    )
    validate(row)
    rec.add(row)
    add_evidence(rec, (entry.file,), report=row)


def _told(entry: Entry) -> str:
    state = ReportedState(entry.said(SheetField.STATE))
    with city_language():
        return gettext(TOLD).format(stamp=entry.sheet.stamp, state=gettext(state.label))
