"""CSV: a head line with `station,property,time,value` (in any order, `unit` may follow).

Source: the public contract of `anlan sense replay` (design §6). Units and valid range: see
`decoded`. Edge cases: without the four heads the file is none; an empty line is no row; a line
with other cells than the head is rejected.
"""

import csv
from collections.abc import Iterator
from io import StringIO
from typing import Any, Final

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

COLUMNS: Final = ("station", "property", "time", "value")


def decode(content: bytes) -> Decoded:
    """Readings and rejected lines in the order of the file."""
    lines = csv.reader(StringIO(text_of(content), newline=""))
    try:
        head = [name.strip().lower() for name in next(lines, [])]
        if any(head.count(name) != 1 for name in COLUMNS):
            raise NotInThisForm(",".join(COLUMNS))
        return gathered(_rows(lines, head))
    except csv.Error as error:
        raise NotInThisForm(",".join(COLUMNS)) from error


def _rows(lines: Any, head: list[str]) -> Iterator[Reading | Rejected]:
    places = [head.index(name) for name in COLUMNS]
    unit_at = head.index("unit") if "unit" in head else None
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        number, text = lines.line_num, ",".join(cells)
        if len(cells) != len(head):
            yield Rejected(number, Why.COLUMNS, cut(text))
            continue
        station, key, at, value = (cells[place].strip() for place in places)
        unit = "" if unit_at is None else cells[unit_at].strip()
        yield reading_of(number, (station, key, at, value), unit, text)


CSV: Final = Decoder(name="csv", media_types=("text/csv",), suffixes=(".csv",), decode=decode)
