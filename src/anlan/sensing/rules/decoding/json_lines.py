"""JSON (`{"observations": […]}` or a list) and NDJSON (one object a line).

Each object has `station`, `property`, `time`, `value` and may have `unit`. Source: House rule.
Units and valid range: see `decoded`. Edge cases: `null` is no value; other names are passed over;
a value of NaN or Infinity, which is no JSON, makes the document (the line) unreadable.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, NoReturn

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


def decode(content: bytes) -> Decoded:
    """Readings of one document; the line is the place in the list, from 1."""
    try:
        found = json.loads(text_of(content), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotInThisForm("JSON") from error
    rows = found.get("observations") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise NotInThisForm("observations")
    return gathered(_read(number, row) for number, row in enumerate(rows, start=1))


def decode_lines(content: bytes) -> Decoded:
    """Readings of one object a line; a line that is none is rejected by itself."""
    found: list[Reading | Rejected] = []
    for number, line in enumerate(text_of(content).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            found.append(Rejected(number, Why.NOT_READABLE, cut(line)))
            continue
        found.append(_read(number, row))
    return gathered(found)


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
