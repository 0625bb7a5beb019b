"""What a returned workbook changes: differences out, nothing taken, nothing guessed.

Source: House rule (issue of the working loop): a returned file is held against what was sent and
against what was taken since. A cell as it was sent says nothing new; a cell that differs from both
is a conflict that a person decides; an emptied cell takes nothing away unless a person says so.
Rows are known by their number, wherever they were moved.
Units and valid range: cells as text; days as ISO text after reading. Edge cases: a row twice with
equal cells counts once, with different cells is refused; a row without a number, or with one that
was not sent, is listed as added; a row that is missing stays as it was; a value that a person
declined before is no conflict again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.plan.rules.workbook.cell import day_of_cell, plain, state_of_cell, tidy
from anlan.plan.rules.workbook.column import SheetField
from anlan.plan.rules.workbook.row import Frame, Values, row_fault

RULE: Final = "plan-workbook-merge"
TWICE: Final = gettext_noop("This row stands twice in the file with different cells.")
TWO_NUMBERS: Final = gettext_noop(
    "The hidden number says {one}, the visible one {other}: cells were moved between rows."
)
OTHER_TEXT: Final = gettext_noop(
    "The text beside the number is not what was sent under it: rows were overwritten or numbered "
    "anew. Copy the answers into a fresh workbook."
)
TOO_LONG: Final = gettext_noop("More than {most} characters. Shorten it.")
FORMULA: Final = gettext_noop("A formula without a value. Paste it as a value.")
NO_VALUE: Final = "\ue000"
"""Stands where a formula has no stored value (a private character: no text contains it)."""


class CellChange(StrEnum):
    """How a cell differs."""

    NEW = "new"
    CONFLICT = "conflict"
    EMPTIED = "emptied"

    @property
    def label(self) -> str:
        return CHANGE_LABELS[self]


CHANGE_LABELS: Final = {
    CellChange.NEW: gettext_noop("new value"),
    CellChange.CONFLICT: gettext_noop("conflict: choose one"),
    CellChange.EMPTIED: gettext_noop("emptied in the file"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRow:
    """A row as it was sent, as it stands now, and values that a person declined."""

    id: str
    code: str
    sent: Values
    current: Values
    declined: Mapping[SheetField, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedRow:
    """A line of the file with something in it; `cells` holds only columns that the file has,
    `text` is what stands in the column of what is asked."""

    line: int
    id: str
    code: str
    cells: Mapping[SheetField, str]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A difference: what stands now, what the file says; `others` are waiting files of the same
    body that say something else, as (name of the file, value)."""

    field: SheetField
    current: str
    returned: str
    change: CellChange
    others: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """A row with differences. `fault` says why it cannot be taken as it is."""

    id: str
    code: str
    line: int
    cells: tuple[Cell, ...]
    fault: Message | None = None

    @property
    def conflicts(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.change is CellChange.CONFLICT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """The answer. `same` rows say nothing new; `missing` were sent and did not come back;
    `added` came back and were not sent."""

    changes: tuple[RowChange, ...]
    refused: tuple[RowChange, ...]
    added: tuple[ReturnedRow, ...]
    missing: tuple[str, ...]
    same: int


def workbook_merge(
    sent: Sequence[SentRow],
    returned: Sequence[ReturnedRow],
    frame: Frame,
    *,
    others: Mapping[str, Sequence[ReturnedRow]] | None = None,
    is_1904: bool = False,
) -> Verdict[Merge]:
    """Differences between a returned workbook and what is known. Source and edge cases: module."""
    matched, added = _matched(sent, returned)
    beside = {name: _matched(sent, rows)[0] for name, rows in (others or {}).items()}
    changes: list[RowChange] = []
    refused: list[RowChange] = []
    missing, same = [], 0
    for row in sent:
        lines = matched.get(row.id, [])
        if not lines:
            missing.append(row.code)
            continue
        found = _row_change(row, lines, frame, _said(row.id, beside, is_1904), is_1904)
        if found is None:
            same += 1
        else:
            (refused if found.fault is not None else changes).append(found)
    merge = Merge(
        changes=tuple(changes),
        refused=tuple(refused),
        added=tuple(added),
        missing=tuple(missing),
        same=same,
    )
    reason = Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(
            sent=len(sent),
            returned=len(returned),
            today=frame.today,
            live_from=frame.live_from,
        ),
    )
    return Verdict(value=merge, reasons=(reason,))


def chosen_values(row: SentRow, picked: Mapping[SheetField, str]) -> dict[SheetField, str]:
    """The row as it will stand with the picked cells."""
    return {name: value for name, value in {**row.current, **picked}.items() if value}


def read_cell(name: SheetField, text: str, *, is_1904: bool = False) -> str:
    """A cell in its stored form; RuleRefused when it says too little."""
    if text == NO_VALUE:
        raise RuleRefused(Message.of(FORMULA))
    cleaned = plain(text)
    if not cleaned:
        return ""
    if name is SheetField.DONE_ON:
        return day_of_cell(cleaned, is_1904=is_1904).known().isoformat()
    if name is SheetField.STATE:
        return state_of_cell(cleaned).value
    if len(cleaned) > name.most_chars:
        raise RuleRefused(Message.of(TOO_LONG, most=name.most_chars))
    return cleaned


def _matched(
    sent: Sequence[SentRow], returned: Sequence[ReturnedRow]
) -> tuple[dict[str, list[ReturnedRow]], list[ReturnedRow]]:
    ids = {row.id for row in sent}
    codes = {row.code.upper(): row.id for row in sent}
    matched: dict[str, list[ReturnedRow]] = {}
    added = []
    for row in returned:
        key = row.id if row.id in ids else codes.get(row.code.upper(), "")
        if key and not (row.id and row.id not in ids):
            matched.setdefault(key, []).append(row)
        elif row.id or row.code or any(row.cells.values()) or row.text:
            added.append(row)
    return matched, added


def _row_change(
    row: SentRow,
    lines: Sequence[ReturnedRow],
    frame: Frame,
    beside: Mapping[str, Values],
    is_1904: bool,
) -> RowChange | None:
    first = lines[0]
    fault = _line_fault(row, lines)
    cells: list[Cell] = []
    for name, text in first.cells.items():
        try:
            value = read_cell(name, text, is_1904=is_1904)
        except RuleRefused as refusal:
            if _is_as_sent(name, text, row):
                continue
            fault = fault or refusal.message
            cells.append(_cell(name, row, plain(text).replace(NO_VALUE, "="), CellChange.NEW))
            continue
        change = _change(name, value, row)
        rival = tuple((who, said[name]) for who, said in beside.items() if said.get(name))
        rival = tuple((who, other) for who, other in rival if other != value)
        if change is None:
            continue
        if rival and change is CellChange.NEW and any(_is_new(name, v, row) for _, v in rival):
            change = CellChange.CONFLICT
        cells.append(_cell(name, row, value, change, rival))
    if not cells and fault is None:
        return None
    if fault is None:
        taken = {c.field: c.returned for c in cells if c.change is not CellChange.EMPTIED}
        fault = row_fault(chosen_values(row, taken), frame)
    return RowChange(id=row.id, code=row.code, line=first.line, cells=tuple(cells), fault=fault)


def _line_fault(row: SentRow, lines: Sequence[ReturnedRow]) -> Message | None:
    if any(dict(line.cells) != dict(lines[0].cells) for line in lines[1:]):
        return Message.of(TWICE)
    for line in lines:
        if line.id and line.code and line.code.upper() != row.code.upper():
            return Message.of(TWO_NUMBERS, one=row.code, other=line.code)
        if line.text and row.text and _packed(line.text) != _packed(row.text):
            return Message.of(OTHER_TEXT)
    return None


def _packed(text: str) -> str:
    return tidy(text).replace(" ", "")


def _is_as_sent(name: SheetField, text: str, row: SentRow) -> bool:
    return plain(text) == row.sent.get(name, "")


def _is_new(name: SheetField, value: str, row: SentRow) -> bool:
    return value != row.sent.get(name, "") and value not in row.declined.get(name, ())


def _change(name: SheetField, value: str, row: SentRow) -> CellChange | None:
    sent, current = row.sent.get(name, ""), row.current.get(name, "")
    if value in (sent, current) or value in row.declined.get(name, ()):
        return None
    if not value:
        return CellChange.EMPTIED
    return CellChange.NEW if current in ("", sent) else CellChange.CONFLICT


def _cell(
    name: SheetField,
    row: SentRow,
    value: str,
    change: CellChange,
    others: tuple[tuple[str, str], ...] = (),
) -> Cell:
    return Cell(
        field=name,
        current=row.current.get(name, ""),
        returned=value,
        change=change,
        others=others,
    )


def _said(
    key: str, beside: Mapping[str, Mapping[str, Sequence[ReturnedRow]]], is_1904: bool
) -> dict[str, dict[SheetField, str]]:
    """What waiting files of the same body say of a row; what cannot be read says nothing."""
    found: dict[str, dict[SheetField, str]] = {}
    for name, matched in beside.items():
        lines = matched.get(key, [])
        if not lines:
            continue
        values: dict[SheetField, str] = {}
        for column, text in lines[0].cells.items():
            try:
                values[column] = read_cell(column, text, is_1904=is_1904)
            except RuleRefused:
                continue
        found[name] = values
    return found
