"""What a returned file says: whose it is, its rows, and its differences from what is known."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from anlan.base.documents.workbook_file import Book, BookSheet, read_book
from anlan.base.errors import Invalid
from anlan.base.file_store import EVIDENCE
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.sheets import restored
from anlan.plan.models import CollectionSheet, Deliverable, ReturnedWorkbook
from anlan.plan.queries.collecting.book import HELP, HIDDEN
from anlan.plan.queries.collecting.rows import DELIVERABLE, recorded
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.rules.workbook.collection import Purpose, ReturnState, stamps_in
from anlan.plan.rules.workbook.column import (
    ASKED,
    ROW_CODE,
    ROW_ID,
    Heads,
    SheetField,
    find_heads,
)
from anlan.plan.rules.workbook.merge import Merge, ReturnedRow, SentRow, workbook_merge
from anlan.plan.rules.workbook.row import Frame

HEADS_WITHIN = 20
"""House rule: the heads stand in the first 20 lines of a sheet."""


class NoHeads(Invalid):
    code = "no-heads"
    message = gettext_noop(
        "“{file}” has no line with the column heads that were sent (行号, 完成情况, 完成日期 …). "
        "Copy the answers into the workbook that was sent, then return that."
    )


class NoStamp(Invalid):
    code = "no-stamp"
    message = gettext_noop(
        "“{file}” carries no number of a workbook (HS-…), so nobody can tell whose it is. Return "
        "the workbook that was sent."
    )


class MixedStamps(Invalid):
    code = "mixed-stamps"
    message = gettext_noop(
        "“{file}” carries the numbers {stamps}: sheets of different workbooks were put together. "
        "Return each by itself."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The rows of a file; `asked` fields wait for a person to name their column."""

    rows: tuple[ReturnedRow, ...]
    is_1904: bool
    asked: tuple[SheetField, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """A returned workbook held against its sheet. `others` name the waiting files beside it."""

    returned: Returned
    merge: Merge
    others: tuple[str, ...]


def stamp_in(book: Book, file_name: str) -> str:
    """The one stamp of a file: that of the hidden sheet and of every visible one."""
    found: dict[str, None] = {}
    for sheet in book.sheets:
        for line in sheet.lines[:HEADS_WITHIN]:
            found |= dict.fromkeys(stamps_in(" ".join(line)))
    if not found:
        raise NoStamp(field="files", file=file_name)
    if len(found) > 1:
        raise MixedStamps(field="files", file=file_name, stamps="、".join(found))
    return next(iter(found))


def rows_in(book: Book, file_name: str, answers: Mapping[str, str]) -> Returned:
    """The rows of every sheet that has the heads; NoHeads when none has."""
    rows: list[ReturnedRow] = []
    asked: dict[SheetField, None] = {}
    unknown: dict[str, None] = {}
    has_heads = False
    for sheet in book.sheets:
        if sheet.title in (HELP, HIDDEN):
            continue
        heads = find_heads(sheet.lines[:HEADS_WITHIN], answers)
        if heads is None:
            continue
        has_heads = True
        asked |= dict.fromkeys(heads.asked)
        unknown |= dict.fromkeys(heads.unknown)
        rows += _rows(sheet, heads)
    if not has_heads:
        raise NoHeads(field="files", file=file_name)
    return Returned(
        rows=tuple(rows), is_1904=book.is_1904, asked=tuple(asked), unknown=tuple(unknown)
    )


def read_returned(row: ReturnedWorkbook) -> Returned:
    """The rows of a kept file, with the columns that a person named."""
    book = read_book(EVIDENCE.content(row.digest, name=row.file_name), row.file_name)
    return rows_in(book, row.file_name, row.columns)


def sent_rows(sheet: CollectionSheet) -> list[SentRow]:
    """The rows as sent, with what was taken since; the records go before earlier answers."""
    known = _recorded_now(sheet)
    return [
        SentRow(
            id=row["id"],
            code=row["code"],
            text=row["asked"],
            sent=_values(row["sent"]),
            current=_values({**sheet.answers.get(row["id"], {}), **known.get(row["id"], {})}),
            declined={
                SheetField(name): tuple(values)
                for name, values in sheet.declined.get(row["id"], {}).items()
            },
        )
        for row in sheet.rows
    ]


def frame_of(sheet: CollectionSheet, today: dt.date) -> Frame:
    return Frame(
        today=today,
        live_from=live_from(sheet.collection.notice.unit_id),
        only_past=sheet.collection.purpose == Purpose.BACK_FILL.value,
    )


def differences_of(row: ReturnedWorkbook, today: dt.date) -> Differences:
    """The differences of a returned file, beside other files of its sheet that wait."""
    sheet = row.sheet
    returned = read_returned(row)
    others = {
        f"{other.file_name}（{other.returned_by}）": read_returned(other).rows
        for other in waiting_beside(row)
    }
    merge = workbook_merge(
        sent_rows(sheet),
        returned.rows,
        frame_of(sheet, today),
        others=others,
        is_1904=returned.is_1904,
    ).known()
    return Differences(returned=returned, merge=merge, others=tuple(others))


def waiting_beside(row: ReturnedWorkbook) -> Iterable[ReturnedWorkbook]:
    same = ReturnedWorkbook.objects.filter(sheet=row.sheet_id, state=ReturnState.WAITING.value)
    return same.exclude(pk=row.pk).order_by("received_at", "id")


def _rows(sheet: BookSheet, heads: Heads) -> list[ReturnedRow]:
    found = []
    for number, line in enumerate(sheet.lines[heads.first :], heads.first + 1):
        row = ReturnedRow(
            line=number,
            id=_cell(line, heads, ROW_ID),
            code=_cell(line, heads, ROW_CODE),
            text=_cell(line, heads, ASKED),
            cells={name: _cell(line, heads, name) for name in SheetField if name in heads.at},
        )
        if row.id or row.code or row.text or any(row.cells.values()):
            found.append(row)
    return found


def _cell(line: Sequence[str], heads: Heads, name: str) -> str:
    at = heads.at.get(name)
    return restored(line[at]).strip() if at is not None and at < len(line) else ""


def _values(cells: Mapping[str, str]) -> dict[SheetField, str]:
    return {SheetField(name): value for name, value in cells.items()}


def _recorded_now(sheet: CollectionSheet) -> dict[str, dict[str, str]]:
    keys = [row["id"] for row in sheet.rows if row["kind"] == DELIVERABLE]
    rows = Deliverable.objects.filter(pk__in=keys)
    return {str(row.pk): found for row in rows if (found := recorded(row))}
