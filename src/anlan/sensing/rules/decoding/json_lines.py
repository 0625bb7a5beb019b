"""JSON (`{"observations": […]}` or a list) and NDJSON (one object a line).

Each object has `station`, `property`, `time`, `value` and may have `unit`. Source: House rule.
Units and valid range: see `decoded`. Edge cases: `null` is no value; other names are passed over;
a value of NaN or Infinity, which is no JSON, makes the document (the line) unreadable.

Most rows are what they should be: msgspec reads them into typed rows (`json_rows`). A row that is
not, and a document that msgspec does not take, is read once more as plain JSON, which says why.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from anlan.sensing.rules.decoding.columns import Columns, columns_of
from anlan.sensing.rules.decoding.decoded import (
    Decoded,
    Decoder,
    NotInThisForm,
    Reading,
    Rejected,
    Why,
    cut,
    gathered,
    reading_of,
    text_of,
)
from anlan.sensing.rules.decoding.json_rows import Row, columns_of_rows, row_in, rows_in


def decode(content: bytes) -> Decoded:
    """Readings of one document; the line is the place in the list, from 1."""
    text = text_of(content)
    rows = rows_in(text)
    if rows is None:
        found = (_read(number, row) for number, row in enumerate(_plain(text), start=1))
        return gathered(found)
    plain: list[Any] = []

    def read(place: int) -> Reading | Rejected:
        if not plain:
            plain.extend(_plain(text))
        return _read(place + 1, plain[place])

    return _decoded(range(1, len(rows) + 1), rows, read)


def decode_lines(content: bytes) -> Decoded:
    """Readings of one object a line; a line that is none is rejected by itself."""
    numbered = enumerate(text_of(content).splitlines(), start=1)
    lines = [(number, line) for number, line in numbered if line.strip()]
    rows = [row_in(line) for _, line in lines]
    return _decoded([number for number, _ in lines], rows, lambda place: _line(*lines[place]))


def _decoded(
    lines: Sequence[int],
    rows: Sequence[Row | None],
    read: Callable[[int], Reading | Rejected],
) -> Decoded:
    """Typed rows by column; `read` reads a row that is not as it should be in its own way."""
    columns, odd = columns_of_rows(lines, rows)
    if not odd:
        return Decoded(readings=columns)
    looked = {lines[place]: read(place) for place in odd}
    kept = {row.line: row for row in looked.values() if isinstance(row, Reading)}
    rejected = tuple(row for row in looked.values() if isinstance(row, Rejected))
    return Decoded(readings=_with(columns, kept) if kept else columns, rejected=rejected)


def _with(columns: Columns, kept: dict[int, Reading]) -> Columns:
    """In the order of their lines."""
    return columns_of(sorted((*columns, *kept.values()), key=lambda row: row.line))


def _plain(text: str) -> list[Any]:
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotInThisForm("JSON") from error
    rows = found.get("observations") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise NotInThisForm("observations")
    return rows


def _line(number: int, line: str) -> Reading | Rejected:
    try:
        row = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return Rejected(number, Why.NOT_READABLE, cut(line))
    return _read(number, row)


def _read(number: int, row: Any) -> Reading | Rejected:
    if not isinstance(row, dict):
        return Rejected(number, Why.COLUMNS, cut(row))
    unit = row.get("unit") or ""
    if not isinstance(unit, str):
        return Rejected(number, Why.UNKNOWN_UNIT, cut(row))
    fields = (row.get("station"), row.get("property"), row.get("time"), row.get("value"))
    return reading_of(number, fields, unit, _Sent(row))


@dataclass(frozen=True, slots=True)
class _Sent:
    """A row as it was sent, written only where somebody must read it."""

    row: dict[str, Any]

    def __str__(self) -> str:
        return json.dumps(self.row, ensure_ascii=False)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


JSON: Final = Decoder(
    name="json", media_types=("application/json",), suffixes=(".json",), decode=decode
)
NDJSON: Final = Decoder(
    name="ndjson",
    media_types=("application/x-ndjson",),
    suffixes=(".ndjson", ".jsonl"),
    decode=decode_lines,
)
