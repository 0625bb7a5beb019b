"""CSV: a head line with `station,property,time,value` (in any order, `unit` may follow).

Source: the public contract of `anlan sense replay` (design §6). House rule: as Excel, WPS and
loggers save it: the separator is the one of `SEPARATORS` that stands between the four heads;
columns at the end that are empty throughout, and empty lines, are none.

Units and valid range: see `decoded`; a number has a point. Edge cases: without the four heads the
file is none; a line that lacks a cell of a column in use, or has more than the head, is rejected,
since it may be cut short. A quotation mark that does not end, or a cell that is too long for any,
rejects its own line and no other: each line after it is read by itself.
"""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any, Final

from anlan.sensing.rules.decoding.decoded import (
    MOST_ROWS,
    Decoded,
    Decoder,
    NotInThisForm,
    Reading,
    Rejected,
    TooManyRows,
    Why,
    WorkbookForm,
    cut,
    gathered,
    reading_of,
    text_of,
)

COLUMNS: Final = ("station", "property", "time", "value")
UNIT: Final = "unit"
SEPARATORS: Final = (",", "\t", ";", "，")
WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How .xlsx and .xls begin."""
_MARK: Final = "\ufeff"
Cells = list[str]
Line = tuple[int, Cells | None]
"""Its number; None instead of cells where its quotation marks are damaged."""


def decode(content: bytes) -> Decoded:
    """Readings and rejected lines in the order of the file."""
    if content.startswith(WORKBOOKS):
        raise WorkbookForm("CSV")
    lines = list(StringIO(text_of(content), newline=""))
    head, separator = _head(lines)
    rows = [row for row in _rows(lines, separator) if row[1] is None or _width(row[1])]
    if len(rows) > MOST_ROWS:
        raise TooManyRows(str(MOST_ROWS))
    return gathered(_readings(rows, head, lines))


def _head(lines: Sequence[str]) -> tuple[Cells, str]:
    """The heads, and what separates them."""
    for separator in SEPARATORS:
        try:
            cells: Cells = next(_reader(lines, separator), [])
        except csv.Error:
            continue
        head = [cell.strip().strip(_MARK).lower() for cell in cells[: _width(cells)]]
        if all(head.count(name) == 1 for name in COLUMNS):
            if head.count(UNIT) > 1:
                raise NotInThisForm(UNIT)
            return head, separator
    raise NotInThisForm(",".join(COLUMNS))


def _reader(lines: Sequence[str], separator: str) -> Any:
    return csv.reader(iter(lines), delimiter=separator, strict=True)


def _rows(lines: Sequence[str], separator: str) -> Iterator[Line]:
    """Each line behind the head with its cells; those of a damaged stretch one by one."""
    reader = _reader(lines, separator)
    next(reader)
    before = reader.line_num
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            for number in range(before, reader.line_num):
                yield number + 1, _alone(lines[number], separator)
        else:
            yield reader.line_num, cells
        before = reader.line_num


def _alone(line: str, separator: str) -> Cells | None:
    try:
        cells: Cells = next(_reader([line], separator))
    except csv.Error:
        return None
    return cells


def _width(cells: Cells) -> int:
    """How many cells there are up to the last that is not empty."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return width


def _readings(
    rows: Sequence[Line], head: Cells, lines: Sequence[str]
) -> Iterator[Reading | Rejected]:
    places = [head.index(name) for name in COLUMNS]
    unit_at = head.index(UNIT) if UNIT in head else len(head)
    widest = max((_width(cells) for _, cells in rows if cells), default=0)
    least = max(*places, min(widest, len(head)) - 1) + 1
    for number, cells in rows:
        if cells is None:
            yield Rejected(number, Why.NOT_READABLE, cut(lines[number - 1].rstrip("\r\n")))
            continue
        text = ",".join(cells)
        if len(cells) < least or _width(cells) > len(head):
            yield Rejected(number, Why.COLUMNS, cut(text))
            continue
        station, key, at, value = (cells[place].strip() for place in places)
        unit = cells[unit_at].strip() if unit_at < len(cells) else ""
        yield reading_of(number, (station, key, at, value), unit, text)


CSV: Final = Decoder(
    name="csv", media_types=("text/csv",), suffixes=(".csv", ".tsv", ".txt"), decode=decode
)
