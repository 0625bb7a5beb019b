"""Taking a returned workbook: one entry, the chosen rows, what they say of the work."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.journal.recording import Recording, recording
from anlan.plan.actions.collecting.entering import Entry, enter_row, kept_file
from anlan.plan.actions.collecting.errors import (
    ChoiceNeeded,
    ColumnsAsked,
    RowNotTaken,
)
from anlan.plan.actions.collecting.issuing import require_open
from anlan.plan.actions.collecting.receiving import require_waiting
from anlan.plan.actions.loop.common import answer_term, day_of
from anlan.plan.models import CollectionSheet, ReturnedWorkbook
from anlan.plan.queries.collecting.returned import differences_of, frame_of, sent_rows
from anlan.plan.rules.workbook.collection import ReturnState
from anlan.plan.rules.workbook.column import SheetField
from anlan.plan.rules.workbook.merge import (
    Cell,
    CellChange,
    Merge,
    RowChange,
    SentRow,
    chosen_values,
)
from anlan.plan.rules.workbook.row import row_fault
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

KEEP, TAKE = "keep", "take"
Picks = Mapping[tuple[str, SheetField], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`rows` None: every row that can be taken. `cells`: for (row id, column) KEEP what stands,
    TAKE what the file says, or the value of a file beside it. A conflict without a choice leaves
    its row when `rows` is None and is refused when the row was chosen; an emptied cell is kept
    unless taken."""

    rows: frozenset[str] | None = None
    cells: Picks = field(default_factory=dict)

    def payload(self) -> dict[str, Any]:
        return {
            "rows": sorted(self.rows) if self.rows is not None else "all",
            "cells": sorted([key, name.value, what] for (key, name), what in self.cells.items()),
        }


def take_workbook(
    key: uuid.UUID,
    choice: Choice,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Take the chosen rows of a waiting file; the rest is kept in the file and on the receipt.

    `expected_version` is that of the workbook of the body: who decides on differences that
    somebody changed meanwhile is shown them anew.
    """
    require(actor, Capability.STEER_PLAN)
    with recording(
        action="plan.workbook.take",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"returned": str(key), "choice": choice.payload()},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(ReturnedWorkbook, key)
            require_waiting(row)
            sheet = rec.lock(CollectionSheet, row.sheet_id, expected_version=expected_version)
            require_open(sheet.collection)
            row.sheet = sheet
            _take(rec, row, sheet, choice)
            rec.result = {
                "id": str(row.pk),
                "version": row.version,
                "taken": row.rows_taken,
                "left": row.rows_left,
            }
    return rec.result


def _take(rec: Recording, row: ReturnedWorkbook, sheet: CollectionSheet, choice: Choice) -> None:
    found = differences_of(row, day_of(rec.now))
    if found.returned.asked:
        columns = "、".join(gettext(name.label) for name in found.returned.asked)
        raise ColumnsAsked(columns=columns)
    known = {one.id: one for one in sent_rows(sheet)}
    outcome = [_left(change, change.fault) for change in found.merge.refused]
    taken = 0
    for change in found.merge.changes:
        picks = _picks(change, choice)
        if picks is None:
            outcome.append(_left(change, None))
            continue
        _enter(rec, row, sheet, known[change.id], change, picks)
        outcome.append(_taken(change, picks))
        taken += 1
    _close(rec, row, sheet, found.merge, outcome, taken)


def _close(
    rec: Recording,
    row: ReturnedWorkbook,
    sheet: CollectionSheet,
    merge: Merge,
    outcome: list[dict[str, Any]],
    taken: int,
) -> None:
    added = [
        {"code": "", "line": one.line, "what": "added", "text": _said(one)} for one in merge.added
    ]
    missing = [{"code": code, "what": "missing"} for code in merge.missing]
    row.outcome = [*outcome, *added, *missing]
    row.rows_taken = taken
    row.rows_left = sum(one["what"] == "left" for one in outcome) + len(added)
    row.state, row.decided_at, row.decided_by = ReturnState.TAKEN.value, rec.now, rec.actor.account
    row.reason = rec.reason[:300]
    rec.save(row)
    answer_term(rec, sheet.due_id, row.file_name)
    rec.save(sheet)
    rec.note(file=row.file_name, digest=row.digest, rows=taken, left=row.rows_left)


def _picks(change: RowChange, choice: Choice) -> dict[SheetField, str] | None:
    """What of a row is taken; None leaves it. A conflict has to be decided cell by cell."""
    if choice.rows is not None and change.id not in choice.rows:
        return None
    picks: dict[SheetField, str] = {}
    for cell in change.cells:
        said = choice.cells.get((change.id, cell.field), "")
        if cell.change is CellChange.CONFLICT and not said:
            if choice.rows is None:
                return None
            raise ChoiceNeeded(row=change.code, column=gettext(cell.field.label))
        picked = _picked(cell, said)
        if picked is not None:
            picks[cell.field] = picked
    return picks


def _picked(cell: Cell, said: str) -> str | None:
    """The value of a cell after the decision; None: it stays."""
    if said == KEEP or (cell.change is CellChange.EMPTIED and said != TAKE):
        return None
    offered = {value for _who, value in cell.others}
    return said if said in offered else cell.returned


def _enter(
    rec: Recording,
    row: ReturnedWorkbook,
    sheet: CollectionSheet,
    known: SentRow,
    change: RowChange,
    picks: Mapping[SheetField, str],
) -> None:
    values = chosen_values(known, picks)
    fault = row_fault(values, frame_of(sheet, day_of(rec.now)))
    if fault is not None:
        raise RowNotTaken(row=change.code, reason=fault.text(gettext))
    sent = next(one for one in sheet.rows if one["id"] == change.id)
    enter_row(
        rec,
        Entry(sheet=sheet, row=sent, before=known.current, values=values, file=kept_file(row)),
    )
    sheet.answers = {
        **sheet.answers,
        change.id: {name.value: value for name, value in values.items()},
    }
    _decline(sheet, change, values)


def _decline(sheet: CollectionSheet, change: RowChange, values: Mapping[SheetField, str]) -> None:
    """Values that lost a conflict are remembered: nobody is asked twice."""
    lost: dict[str, list[str]] = {
        name: list(said) for name, said in sheet.declined.get(change.id, {}).items()
    }
    for cell in change.cells:
        if cell.change is not CellChange.CONFLICT:
            continue
        stood = values.get(cell.field, "")
        offered = {cell.returned, *(value for _who, value in cell.others)} - {stood, ""}
        lost[cell.field.value] = sorted({*lost.get(cell.field.value, []), *offered})
    if lost:
        sheet.declined = {**sheet.declined, change.id: lost}


def _left(change: RowChange, fault: Any) -> dict[str, Any]:
    why = fault.text(gettext) if fault is not None else ""
    return {"code": change.code, "line": change.line, "what": "left", "text": why}


def _taken(change: RowChange, picks: Mapping[SheetField, str]) -> dict[str, Any]:
    cells = {name.value: value for name, value in picks.items()}
    return {"code": change.code, "line": change.line, "what": "taken", "cells": cells}


def _said(row: Any) -> str:
    parts = [row.code, row.text, *(value for value in row.cells.values() if value)]
    return " · ".join(part for part in parts if part)[:300]
