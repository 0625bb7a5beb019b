"""Apache Arrow IPC stream: columns `station`, `property`, `time`, `value`, and maybe `unit`.

Source: House rule; Apache Arrow columnar format 1.x. Units and valid range: see `decoded`; texts
are utf8 (also large, also dictionary-encoded), times are timestamps or texts, values are integer
or floating numbers or texts; a timestamp without a zone is China Standard Time. The line is the
number of the row, from 1. Edge cases: null is no value; NaN is no number; other columns are read
past; another type of a column refuses the whole, since no row of it could be read. Compressed
streams are refused by `arrow_frames`. A dictionary may hold no text that is longer than
`LONGEST_TEXT`: each of its rows would repeat it.

The library is loaded when the first stream comes: it is large, and few senders have it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from anlan.sensing.rules.decoding.arrow_frames import check_frames
from anlan.sensing.rules.decoding.csv_lines import COLUMNS
from anlan.sensing.rules.decoding.decoded import (
    LONGEST_TEXT,
    MOST_ROWS,
    Decoded,
    Decoder,
    NotInThisForm,
    Reading,
    Rejected,
    cut,
    gathered,
    reading_of,
)

MEDIA_TYPE: Final = "application/vnd.apache.arrow.stream"
UNIT: Final = "unit"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PER_MICROSECOND: Final = {"s": 1_000_000, "ms": 1000, "us": 1, "ns": 1}
_NANOSECONDS: Final = 1000


def decode(content: bytes) -> Decoded:
    """Readings and rejected rows in the order of the stream."""
    check_frames(content, MOST_ROWS)
    return gathered(_rows(content))


def _rows(content: bytes) -> Iterator[Reading | Rejected]:
    import pyarrow as pa

    line = 0
    try:
        with pa.ipc.open_stream(pa.py_buffer(content)) as stream:
            names = _checked(stream.schema.names)
            for batch in stream:
                batch.validate(full=True)
                columns = [_column(pa, name, batch.column(name)) for name in names]
                for cells in zip(*columns, strict=True):
                    line += 1
                    yield _reading(line, cells)
    except NotInThisForm:
        raise
    except (pa.ArrowException, ArithmeticError, LookupError, OSError, ValueError) as error:
        raise NotInThisForm("Arrow") from error


def _checked(names: list[str]) -> tuple[str, ...]:
    for name in COLUMNS:
        if names.count(name) != 1:
            raise NotInThisForm(name)
    if names.count(UNIT) > 1:
        raise NotInThisForm(UNIT)
    return (*COLUMNS, UNIT) if UNIT in names else COLUMNS


def _reading(line: int, cells: tuple[Any, ...]) -> Reading | Rejected:
    station, key, at, value, *unit = cells
    text = ",".join("" if cell is None else str(cell) for cell in cells)
    return reading_of(line, (station, key, at, value), (unit[0] or "") if unit else "", cut(text))


def _column(pa: Any, name: str, column: Any) -> list[Any]:
    """The cells of a column as what `reading_of` takes."""
    if pa.types.is_dictionary(column.type):
        if any(len(text or "") > LONGEST_TEXT for text in _texts(pa, name, column.dictionary)):
            raise NotInThisForm(name)
        return column.to_pylist()  # type: ignore[no-any-return]
    if pa.types.is_null(column.type):
        return [None] * len(column)
    if name == "time" and pa.types.is_timestamp(column.type):
        return [_time(ticks, column.type) for ticks in column.cast(pa.int64()).to_pylist()]
    is_number = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    if name == "value" and is_number:
        return column.to_pylist()  # type: ignore[no-any-return]
    return _texts(pa, name, column)


def _texts(pa: Any, name: str, column: Any) -> list[Any]:
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        raise NotInThisForm(f"{name}: utf8")
    return column.to_pylist()  # type: ignore[no-any-return]


def _time(ticks: int | None, kind: Any) -> str | None:
    """A timestamp as text; one that no calendar holds is none."""
    if ticks is None:
        return None
    exact = ticks // _NANOSECONDS if kind.unit == "ns" else ticks * _PER_MICROSECOND[kind.unit]
    try:
        instant = EPOCH + timedelta(microseconds=exact)
    except OverflowError:
        return None
    return (instant if kind.tz else instant.replace(tzinfo=None)).isoformat()


ARROW: Final = Decoder(
    name="arrow", media_types=(MEDIA_TYPE,), suffixes=(".arrows",), decode=decode
)
