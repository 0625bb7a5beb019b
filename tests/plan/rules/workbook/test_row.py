"""Contradictions of a row, at their boundaries."""

import datetime as dt

import pytest

from anlan.plan.rules.workbook import row as rules
from anlan.plan.rules.workbook.column import SheetField
from anlan.plan.rules.workbook.row import Frame, row_fault

TODAY, LIVE = dt.date(2026, 11, 25), dt.date(2026, 1, 1)
FRAME = Frame(today=TODAY, live_from=LIVE)
FULL = {
    SheetField.STATE: "finished",
    SheetField.DONE_ON: "2026-03-05",
    SheetField.DOCUMENT: "运应急〔2026〕1号",
    SheetField.FILLED_BY: "演示甲",
}


def said(frame: Frame = FRAME, **changed: str) -> str | None:
    values = {**FULL, **{SheetField(name): value for name, value in changed.items()}}
    fault = row_fault(values, frame)
    return fault.msgid if fault is not None else None


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({}, None),
        ({"done_on": ""}, rules.NO_DAY),
        ({"done_on": "2026-11-24"}, None),
        ({"done_on": "2026-11-25"}, None),
        ({"done_on": "2026-11-26"}, rules.FUTURE),
        ({"state": "in-progress"}, rules.DAY_WITHOUT),
        ({"state": "in-progress", "done_on": ""}, None),
        ({"state": "", "done_on": ""}, None),
        ({"document_number": ""}, rules.NO_PROOF),
        ({"document_number": "", "evidence": "会议纪要"}, None),
        ({"done_on": "2025-12-31", "filled_by": ""}, rules.NO_CONFIRMER),
        ({"done_on": "2025-12-31"}, None),
        ({"done_on": "2026-01-01", "filled_by": ""}, None),
        ({"done_on": "2026-01-02", "filled_by": ""}, None),
    ],
)
def test_faults(changed: dict[str, str], fault: str | None) -> None:
    assert said(**changed) == fault


@pytest.mark.parametrize(
    ("day", "fault"),
    [
        ("2025-12-31", None),
        ("2026-01-01", rules.NOT_BEFORE),
        ("2026-01-02", rules.NOT_BEFORE),
        ("2026-11-26", rules.FUTURE),
    ],
)
def test_back_filling_takes_only_what_was_before(day: str, fault: str | None) -> None:
    past = Frame(today=TODAY, live_from=LIVE, only_past=True)
    assert said(past, done_on=day) == fault
