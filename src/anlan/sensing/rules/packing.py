"""Readings packed into messages of a stream, partitioned by station.

Readings of one station always go into the same partition, so that a correction never overtakes
what it corrects. Source: House rule. Units and valid range: instants in microseconds since 1970,
values as exact decimal text of the float. Edge cases: rows that are no reading travel with the
request, in the partition of its id; a pack never exceeds `MOST_BYTES`.
"""

import datetime as dt
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from anlan.sensing.rules.decoding.decoded import Decoded, NotInThisForm, Reading, Rejected, Why

PARTITIONS: Final = 16
MOST_BYTES: Final = 600_000
VERSION: Final = 1
_EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND: Final = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One message: where it goes, which part of the request it is, its bytes."""

    partition: int
    number: int
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What a message says."""

    request: str
    sender: str
    form: str
    key: str
    decoded: Decoded


def partition_of(name: str) -> int:
    """The same for the same name, on every machine and for ever."""
    return zlib.crc32(name.encode()) % PARTITIONS


def pack(decoded: Decoded, *, request: str, sender: str, form: str) -> Iterator[Packed]:
    """The messages of one request, always the same ones for the same content."""
    rows: dict[int, list[str]] = {}
    for reading in decoded.readings:
        at_us = (reading.at - _EPOCH) // _MICROSECOND
        row = [reading.line, reading.station, reading.key, at_us, reading.value, reading.unit]
        rows.setdefault(partition_of(reading.station), []).append(_line(row))
    for bad in decoded.rejected:
        row = [bad.line, bad.why.value, bad.text]
        rows.setdefault(partition_of(request), []).append(_line(row))
    head = {"v": VERSION, "request": request, "sender": sender, "form": form}
    for partition in sorted(rows):
        for number, part in enumerate(_parts(rows[partition])):
            lines = ",".join(part)
            content = f'{_line(head)[:-1]},"rows":[{lines}]}}'.encode()
            yield Packed(partition=partition, number=number, content=content)


def unpack(content: bytes, key: str) -> Unpacked:
    """What was packed. `key` is the id of the message. Raises NotInThisForm."""
    try:
        found = json.loads(content)
        if found["v"] != VERSION:
            raise NotInThisForm(f"v{VERSION}")
        rows = [_row(row) for row in found["rows"]]
        return Unpacked(
            request=str(found["request"]),
            sender=str(found["sender"]),
            form=str(found["form"]),
            key=key,
            decoded=Decoded(
                readings=tuple(row for row in rows if isinstance(row, Reading)),
                rejected=tuple(row for row in rows if isinstance(row, Rejected)),
            ),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
        raise NotInThisForm("rows") from error


def _row(row: Any) -> Reading | Rejected:
    if len(row) == 3:
        line, why, text = row
        return Rejected(int(line), Why(why), str(text))
    line, station, key, at_us, value, unit = row
    at = _EPOCH + int(at_us) * _MICROSECOND
    return Reading(int(line), str(station), str(key), at, float(value), str(unit))


def _line(row: Any) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def _parts(rows: list[str]) -> Iterator[list[str]]:
    part: list[str] = []
    size = 0
    for row in rows:
        length = len(row.encode()) + 1
        if part and size + length > MOST_BYTES:
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    if part:
        yield part
