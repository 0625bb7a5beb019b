"""Rows of JSON as msgspec reads them, and the columns of those that are as they should be.

Source: House rule; see `json_lines`. Units and valid range: see `decoded`. Edge cases: msgspec
takes less than plain JSON does (no half characters, no number beyond a float, no truth value for a
number): what it does not take is no finding here but read again by `json_lines`. A row is as it
should be when its names are printable, its time is an instant and its value a number.
"""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from anlan.sensing.rules.decoding.columns import Columns, microseconds
from anlan.sensing.rules.decoding.decoded import instant_of, is_name


class Row(msgspec.Struct, rename={"key": "property"}, gc=False):
    """What a row must be to be read at once; what is not named is passed over."""

    station: str = ""
    key: str = ""
    time: str = ""
    value: float | str | None = None
    unit: str | None = ""


class Document(msgspec.Struct):
    observations: list[Row]


_DOCUMENT: Final = msgspec.json.Decoder(list[Row] | Document)
_ROW: Final = msgspec.json.Decoder(Row)
_NOT_READ: Final = (msgspec.MsgspecError, RecursionError, UnicodeError)
_NONE: Final = Row()


def rows_in(text: str) -> list[Row] | None:
    """The rows of a document, or None: it is not typed throughout, and may be no document."""
    try:
        found = _DOCUMENT.decode(text)
    except _NOT_READ:
        return None
    return found.observations if isinstance(found, Document) else found


def row_in(line: str) -> Row | None:
    try:
        return _ROW.decode(line)
    except _NOT_READ:
        return None


def columns_of_rows(lines: Sequence[int], rows: Sequence[Row | None]) -> tuple[Columns, list[int]]:
    """Rows that are readings by column, and the places of all others."""
    typed = [row or _NONE for row in rows]
    stations, keys = [row.station for row in typed], [row.key for row in typed]
    values, times = [row.value for row in typed], [row.time for row in typed]
    named = {name: is_name(name) for name in set(stations) | set(keys)}
    instants = {time: _instant_us(time) for time in set(times)}
    at_us = [instants[time] for time in times]
    everything: dict[str, Sequence[Any]] = {
        "lines": lines,
        "stations": stations,
        "keys": keys,
        "at_us": at_us,
        "values": values,
        "units": [row.unit or "" for row in typed],
    }
    is_plain = None not in instants.values() and all(named.values())
    if is_plain and set(map(type, values)) <= {float}:
        return Columns(**everything), []
    good = [
        place
        for place, value in enumerate(values)
        if type(value) is float
        and at_us[place] is not None
        and named[stations[place]]
        and named[keys[place]]
    ]
    kept = {name: [column[each] for each in good] for name, column in everything.items()}
    return Columns(**kept), sorted(set(range(len(typed))) - set(good))


def _instant_us(time: str) -> int | None:
    at = instant_of(time)
    return None if at is None else microseconds(at)
