"""JSON (`{"observations": […]}` or a list) and NDJSON (one object a line).

Each object has `station`, `property`, `time`, `value` and may have `unit`. Source: House rule.
Units and valid range: see `decoded`. Edge cases: `null` is no value; other names are passed over;
a value of NaN or Infinity, which is no JSON, makes the document (the line) unreadable. A row in
which one of its names stands twice is rejected; where `observations` does, the rows cannot be
told apart and the whole is refused.

Most rows are what they should be: msgspec reads them into typed rows (`json_rows`). A row that is
not, and a document that msgspec does not take, is read once more as plain JSON, which says why.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from anlan.sensing.rules.decoding.columns import Columns, columns_of
from anlan.sensing.rules.decoding.decoded import (
    MOST_ROWS,
    Decoded,
    Decoder,
    NotInThisForm,
    Reading,
    Rejected,
    RepeatedName,
    TooManyRows,
    Why,
    cut,
    gathered,
    reading_of,
    text_of,
)
from anlan.sensing.rules.decoding.json_members import NOT_JSON, loaded, names_twice, written
from anlan.sensing.rules.decoding.json_rows import (
    FIELDS,
    Row,
    Typed,
    columns_of_rows,
    marks_of,
    row_in,
    rows_in,
    stand_once,
)

ROWS: Final = "observations"
MARK: Final = '"'


def decode(content: bytes) -> Decoded:
    """Readings of one document; the line is the place in the list, from 1."""
    text = text_of(content)
    found = rows_in(text)
    if found is None:
        return gathered(_read(number, row) for number, row in enumerate(_plain(text), start=1))
    rows, around = found
    lines = range(1, _few(len(rows)) + 1)
    typed = columns_of_rows(lines, rows)
    plain: list[Any] = []
    if text.count(MARK) != typed.marks + around and not stand_once(text, rows, around):
        plain = _plain(text)
        once = [None if _is_twice(sent) else row for sent, row in zip(plain, rows, strict=True)]
        typed = columns_of_rows(lines, once)

    def read(place: int) -> Reading | Rejected:
        if not plain:
            plain.extend(_plain(text, is_once=True))
        return _read(place + 1, plain[place])

    return _decoded(lines, typed, read)


def decode_lines(content: bytes) -> Decoded:
    """Readings of one object a line; a line that is none is rejected by itself."""
    text = text_of(content).replace("\r\n", "\n").replace("\r", "\n")
    numbered = enumerate(text.split("\n"), start=1)
    sent = [(number, line) for number, line in numbered if line.strip()]
    lines = [number for number, _ in sent][: _few(len(sent))]
    rows = [row_in(line) for _, line in sent]
    typed = columns_of_rows(lines, rows)
    if text.count(MARK) != typed.marks and not stand_once(text, rows, 0):
        once = [
            row if row is None or _stands_once(line, row) else None
            for (_, line), row in zip(sent, rows, strict=True)
        ]
        typed = columns_of_rows(lines, once)
    return _decoded(lines, typed, lambda place: _line(*sent[place]))


def _few(number: int) -> int:
    if number > MOST_ROWS:
        raise TooManyRows(str(MOST_ROWS))
    return number


def _stands_once(line: str, row: Row) -> bool:
    if line.count(MARK) == marks_of(row) or stand_once(line, [row], 0):
        return True
    try:
        return not _is_twice(loaded(line))
    except NOT_JSON:
        return False  # nested deeper than plain JSON is read


def _is_twice(sent: Any) -> bool:
    return not FIELDS.keys().isdisjoint(names_twice(sent))


def _decoded(
    lines: Sequence[int], typed: Typed, read: Callable[[int], Reading | Rejected]
) -> Decoded:
    """Typed rows by column; `read` reads a row that is not as it should be in its own way."""
    if not typed.odd:
        return Decoded(readings=typed.columns)
    looked = {lines[place]: read(place) for place in typed.odd}
    kept = {row.line: row for row in looked.values() if isinstance(row, Reading)}
    rejected = tuple(row for row in looked.values() if isinstance(row, Rejected))
    readings = _with(typed.columns, kept) if kept else typed.columns
    return Decoded(readings=readings, rejected=rejected)


def _with(columns: Columns, kept: dict[int, Reading]) -> Columns:
    """In the order of their lines."""
    return columns_of(sorted((*columns, *kept.values()), key=lambda row: row.line))


def _plain(text: str, *, is_once: bool = False) -> list[Any]:
    try:
        found = loaded(text, is_once=is_once)
    except NOT_JSON as error:
        raise NotInThisForm("JSON") from error
    if ROWS in names_twice(found):
        raise RepeatedName(ROWS)
    rows = found.get(ROWS) if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise NotInThisForm(ROWS)
    _few(len(rows))
    return rows


def _line(number: int, line: str) -> Reading | Rejected:
    try:
        row = loaded(line)
    except NOT_JSON:
        return Rejected(number, Why.NOT_READABLE, cut(line))
    return _read(number, row)


def _read(number: int, row: Any) -> Reading | Rejected:
    if not isinstance(row, dict):
        return Rejected(number, Why.COLUMNS, cut(row))
    if _is_twice(row):
        return Rejected(number, Why.NAME_TWICE, cut(written(row)))
    unit = row.get("unit")
    if unit is not None and not isinstance(unit, str):
        return Rejected(number, Why.UNKNOWN_UNIT, cut(written(row)))
    fields = (row.get("station"), row.get("property"), row.get("time"), row.get("value"))
    return reading_of(number, fields, unit or "", _Sent(row))


@dataclass(frozen=True, slots=True)
class _Sent:
    """A row as it was sent, written only where somebody must read it."""

    row: dict[str, Any]

    def __str__(self) -> str:
        return written(self.row)


JSON: Final = Decoder(
    name="json", media_types=("application/json",), suffixes=(".json",), decode=decode
)
NDJSON: Final = Decoder(
    name="ndjson",
    media_types=("application/x-ndjson",),
    suffixes=(".ndjson", ".jsonl"),
    decode=decode_lines,
)
