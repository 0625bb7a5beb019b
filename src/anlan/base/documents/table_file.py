"""Tables that people upload: CSV in the usual encodings or XLSX, as rows of repaired text.

TableRefused
├── TableTooLarge        more bytes or rows than a table of this program has
├── NotATable            neither CSV nor XLSX, damaged, or locked with a password
└── ColumnsMissing       no line of the file carries the needed column heads
Undecodable text and secrecy marks are refused as in any document (errors.py).
"""

import csv
import datetime as dt
import io
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from anlan.base.documents.errors import EmptyDocument
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.documents.text import decode_text
from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop

MAX_BYTES = 5 * 1024 * 1024
MAX_UNPACKED_BYTES = 80 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 60
HEADER_WITHIN_LINES = 10
"""House rules: a phone book of a city and its townships stays far below these."""

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_BLANKS = re.compile(r"[\s\u00a0\u3000]+")
_FORCED_TEXT = re.compile(r"^[’'](?=[=+\-@0-9０-９])")
_BRACKETED = re.compile(r"[(（\[【].*?[)）\]】]")
_DAMAGED = (
    zipfile.BadZipFile,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    OSError,
)


class TableRefused(Invalid):
    code = "table-refused"


class TableTooLarge(TableRefused):
    code = "table-too-large"
    message = gettext_noop(
        "The file is too large: at most {megabytes} MB and {rows} rows are read at once. "
        "Split it, then upload each part."
    )


class NotATable(TableRefused):
    code = "not-a-table"
    message = gettext_noop(
        "“{file}” cannot be read as a table. Save it as .xlsx or .csv without a password; "
        "the old format .xls is not read."
    )


class ColumnsMissing(TableRefused):
    code = "columns-missing"
    message = gettext_noop(
        "These columns were not found: {missing}. Use the column heads of the template."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column to look for. `heads` are the accepted column heads; the first is the usual one."""

    name: str
    heads: tuple[str, ...]
    is_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A line with something in it. `number` is its line in the file, counted from 1."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`above` is what stands above the column heads (titles, marks)."""

    rows: tuple[TableRow, ...]
    above: tuple[str, ...] = ()


def read_table(content: bytes, file_name: str, columns: Sequence[TableColumn]) -> Table:
    """The rows of an uploaded file, or a TableRefused that says what to do."""
    if len(content) > MAX_BYTES:
        raise _too_large()
    if not content.strip():
        raise EmptyDocument(filename=file_name)
    above: list[str] = []
    lines = _lines(content, file_name)
    for number, line in lines:
        found = _columns_of(line, columns)
        if found is not None:
            return Table(rows=tuple(_rows(lines, found)), above=tuple(above))
        above += [cell for cell in line if cell]
        if number >= HEADER_WITHIN_LINES:
            break
    missing = "、".join(column.heads[0] for column in columns if column.is_required)
    raise ColumnsMissing(missing=missing)


def tidy(value: Any) -> str:
    """A cell as text: no invisible characters, single blanks, no apostrophe that forced text."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = _BLANKS.sub(" ", str(value).translate(_INVISIBLE)).strip()
    return _FORCED_TEXT.sub("", text)


def half_width(text: str) -> str:
    """Full-width digits, letters and signs as their half-width forms."""
    return unicodedata.normalize("NFKC", text)


def _rows(lines: Iterable[tuple[int, list[str]]], columns: dict[int, str]) -> Iterator[TableRow]:
    count = 0
    for number, line in lines:
        cells = {name: line[at] if at < len(line) else "" for at, name in columns.items()}
        if not any(cells.values()):
            continue
        count += 1
        if count > MAX_ROWS:
            raise _too_large()
        yield TableRow(number=number, cells=cells)


def _columns_of(line: list[str], columns: Sequence[TableColumn]) -> dict[int, str] | None:
    """Position → column, if this line carries every required head."""
    heads = {plain_head(head): column.name for column in columns for head in column.heads}
    found: dict[int, str] = {}
    for at, cell in enumerate(line):
        name = heads.get(plain_head(cell))
        if name is not None and name not in found.values():
            found[at] = name
    missing = [c for c in columns if c.is_required and c.name not in found.values()]
    return None if missing else found


def plain_head(text: str) -> str:
    """A column head as it is compared: 手机 号码（必填）* is 手机号码."""
    return half_width(_BRACKETED.sub("", text)).replace(" ", "").strip("*:：").lower()


def _lines(content: bytes, file_name: str) -> Iterator[tuple[int, list[str]]]:
    if content.startswith(_OLE):
        raise NotATable(file=file_name)
    source = _xlsx_lines if content.startswith(_ZIP) else _text_lines
    for number, line in enumerate(source(content, file_name), start=1):
        cells = [tidy(value) for value in line[:MAX_COLUMNS]]
        refuse_secret("\n".join(cells))
        yield number, cells


def _text_lines(content: bytes, file_name: str) -> Iterator[Sequence[Any]]:
    text, _ = decode_text(content, file_name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;，", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise NotATable(file=file_name) from error


def _xlsx_lines(content: bytes, file_name: str) -> Iterator[Sequence[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise _too_large()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # parts of a workbook that are of no use here
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            rows = [
                row
                for row in book.worksheets[0].iter_rows(
                    max_row=MAX_ROWS + HEADER_WITHIN_LINES + 1, values_only=True
                )
            ]
            book.close()
    except _DAMAGED as error:
        raise NotATable(file=file_name) from error
    yield from rows


def _too_large() -> TableTooLarge:
    return TableTooLarge(megabytes=MAX_BYTES // 1024 // 1024, rows=MAX_ROWS)
