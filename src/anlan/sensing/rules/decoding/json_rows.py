"""Rows of JSON as msgspec reads them, and the columns of those that are as they should be.

Source: House rule; see `json_lines`. Units and valid range: see `decoded`. Edge cases: msgspec
takes less than plain JSON does (no half characters, no number beyond a float, no truth value for a
number): what it does not take is no finding here but read again by `json_lines`. A row is as it
should be when its names are printable, its time is an instant and its value a number.

Of a name that stands twice msgspec keeps the last value and says nothing. Quotation marks tell:
rows with the members that were found have `Typed.marks` of them, each further member at least two
more. A text with just so many holds no name twice, at the cost of counting one character.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from anlan.sensing.rules.decoding.columns import Columns, microseconds
from anlan.sensing.rules.decoding.decoded import instant_of, is_name

DOCUMENT_MARKS: Final = 2
_MARKS_AS_IT_SHOULD_BE: Final = 14
"""Four names and three texts."""
_LETTERS_ESCAPED: Final = ("\\u006", "\\u007")
"""How a letter of a name begins that is written as its number."""


class Row(msgspec.Struct, rename={"key": "property"}, gc=False):
    """What a row must be to be read at once; what is not named is passed over."""

    station: str | UnsetType = UNSET
    key: str | UnsetType = UNSET
    time: str | UnsetType = UNSET
    value: float | str | UnsetType | None = UNSET
    unit: str | UnsetType | None = UNSET


class Document(msgspec.Struct):
    observations: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """Rows that are readings by column, the places of all others, and how many quotation marks
    the members of both have."""

    columns: Columns
    odd: list[int]
    marks: int


FIELDS: Final = {field.encode_name: field.name for field in msgspec.structs.fields(Row)}
"""Each name of a row as it is sent, and here."""
_DOCUMENT: Final = msgspec.json.Decoder(list[Row] | Document)
_ROW: Final = msgspec.json.Decoder(Row)
_NOT_READ: Final = (msgspec.MsgspecError, RecursionError, UnicodeError)
_NONE: Final = Row()


def rows_in(text: str) -> tuple[list[Row], int] | None:
    """The rows of a document and the quotation marks around them, or None: it is not typed
    throughout, and may be no document."""
    try:
        found = _DOCUMENT.decode(text)
    except _NOT_READ:
        return None
    return (found.observations, DOCUMENT_MARKS) if isinstance(found, Document) else (found, 0)


def row_in(line: str) -> Row | None:
    try:
        return _ROW.decode(line)
    except _NOT_READ:
        return None


def stand_once(text: str, rows: Sequence[Row | None], around: int) -> bool:
    """Whether each name stands in the text just as often as rows have it. If not, one may stand
    twice in a row, or merely somewhere else."""
    if any(escaped in text for escaped in _LETTERS_ESCAPED):
        return False
    if around and text.count('"observations"') != 1:
        return False
    for name, field in FIELDS.items():
        column = list(map(attrgetter(field), (row or _NONE for row in rows)))
        if text.count(f'"{name}"') != len(column) - column.count(UNSET):
            return False
    return True


def marks_of(row: Row) -> int:
    """How many quotation marks a row has in which only its own names stand, each once."""
    sent = [
        value for value in (getattr(row, name) for name in FIELDS.values()) if value is not UNSET
    ]
    return 2 * len(sent) + 2 * sum(isinstance(value, str) for value in sent)


def columns_of_rows(lines: Sequence[int], rows: Sequence[Row | None]) -> Typed:
    typed = [row or _NONE for row in rows]
    stations, keys = [row.station for row in typed], [row.key for row in typed]
    values, times = [row.value for row in typed], [row.time for row in typed]
    units = [row.unit for row in typed]
    named = {name: is_name(name) for name in set(stations) | set(keys)}
    instants = {time: _instant_us(time) for time in set(times)}
    at_us = [instants[time] for time in times]
    everything: dict[str, Sequence[Any]] = {
        "lines": lines,
        "stations": stations,
        "keys": keys,
        "at_us": at_us,
        "values": values,
        "units": [unit or "" for unit in units],
    }
    is_plain = None not in instants.values() and all(named.values())
    if is_plain and set(map(type, values)) <= {float}:
        marks = _MARKS_AS_IT_SHOULD_BE * len(typed) + _marks(units)
        return Typed(columns=Columns(**everything), odd=[], marks=marks)
    good = [
        place
        for place, value in enumerate(values)
        if type(value) is float
        and at_us[place] is not None
        and named[stations[place]]
        and named[keys[place]]
    ]
    kept = {name: [column[each] for each in good] for name, column in everything.items()}
    return Typed(
        columns=Columns(**kept),
        odd=sorted(set(range(len(typed))) - set(good)),
        marks=sum(_marks(column) for column in (stations, keys, times, values, units)),
    )


def _marks(column: Sequence[Any]) -> int:
    """How many quotation marks the members of a column have."""
    if column.count(UNSET) == len(column):
        return 0
    kinds = Counter(map(type, column))
    return 2 * (len(column) - kinds[UnsetType]) + 2 * kinds[str]


def _instant_us(time: str | UnsetType) -> int | None:
    at = instant_of(time)
    return None if at is None else microseconds(at)
