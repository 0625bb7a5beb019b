"""A whole workbook as text: every sheet, merged cells filled, hidden rows and columns included.

`table_file` reads one table with known heads; here the caller looks for itself, because people
have worked in the file. Refused as there: what is no .xlsx, too large, locked, or marked secret.
"""

import datetime as dt
import io
import warnings
import zipfile
from dataclasses import dataclass
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from anlan.base.documents.errors import EmptyDocument
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.documents.table_file import (
    _DAMAGED,
    MAX_BYTES,
    NotATable,
    TableTooLarge,
    _too_large,
)

MAX_UNPACKED_BYTES: Final = 40 * 1024 * 1024
MAX_LINES: Final = 5_000
MAX_COLUMNS: Final = 60
MAX_SHEETS: Final = 20
NO_VALUE: Final = "\ue000"
"""A formula whose value the file does not carry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSheet:
    """`lines` have equal length; line 1 of the file is the first."""

    title: str
    is_hidden: bool
    lines: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """`is_1904`: plain numbers that mean days count from 1904."""

    sheets: tuple[BookSheet, ...]
    is_1904: bool


def read_book(content: bytes, file_name: str) -> Book:
    """All sheets of a workbook, or a TableRefused that says what to do."""
    if len(content) > MAX_BYTES:
        raise _too_large()
    if not content.strip():
        raise EmptyDocument(filename=file_name)
    if not content.startswith(b"PK\x03\x04"):
        raise NotATable(file=file_name)
    try:
        _refuse_bomb(content)
        shown, stored = _load(content, data_only=False), None
        if _has_formula(shown):
            stored = _load(content, data_only=True)
        sheets = tuple(
            _sheet(page, stored[page.title] if stored is not None else None)
            for page in shown.worksheets[:MAX_SHEETS]
        )
        is_1904 = bool(shown.epoch == CALENDAR_MAC_1904)
    except TableTooLarge:
        raise
    except _DAMAGED as error:
        raise NotATable(file=file_name) from error
    for sheet in sheets:
        for line in sheet.lines:
            refuse_secret("\n".join(line))
    return Book(sheets=sheets, is_1904=is_1904)


def _refuse_bomb(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED_BYTES:
            raise _too_large()


def _load(content: bytes, *, data_only: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # parts of a workbook that are of no use here
        return load_workbook(io.BytesIO(content), data_only=data_only)


def _has_formula(book: Any) -> bool:
    return any(
        cell.data_type == "f"
        for page in book.worksheets
        for row in page.iter_rows()
        for cell in row
    )


def _sheet(page: Any, stored: Any) -> BookSheet:
    last = max(
        (row for (row, _), cell in page._cells.items() if cell.value is not None), default=0
    )
    if last > MAX_LINES:
        raise _too_large()
    width = min(page.max_column, MAX_COLUMNS)
    lines = [
        [_text(cell, stored) for cell in row]
        for row in (page.iter_rows(max_row=last, max_col=width) if last else ())
    ]
    for merged in page.merged_cells.ranges:
        for row in range(merged.min_row, min(merged.max_row, len(lines)) + 1):
            for column in range(merged.min_col, min(merged.max_col, width) + 1):
                lines[row - 1][column - 1] = lines[merged.min_row - 1][merged.min_col - 1]
    return BookSheet(
        title=page.title,
        is_hidden=page.sheet_state != "visible",
        lines=tuple(tuple(line) for line in lines),
    )


def _text(cell: Any, stored: Any) -> str:
    value = cell.value
    if cell.data_type == "f":
        value = stored.cell(cell.row, cell.column).value if stored is not None else None
        if value is None:
            return NO_VALUE
    match value:
        case None:
            return ""
        case dt.datetime():
            return value.date().isoformat()
        case dt.date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case _:
            return str(value).strip()
