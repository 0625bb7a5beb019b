"""The frames of an Arrow IPC stream, looked at before anything of it is unpacked.

Decides whether a stream may be given to the library that reads it: whole, without compression,
of no more rows than a batch takes. Source: Apache Arrow columnar format 1.x, "IPC streaming
format" and its Message.fbs (from memory; field numbers checked against streams of pyarrow 26).
House rule: a compressed buffer may unpack to any size, so it is refused here, before it is
unpacked. Units and valid range: little-endian as the format says. Edge cases: a stream that ends
without its end mark is whole when its last message is; bytes behind the end mark are refused.
"""

import struct
from dataclasses import dataclass
from typing import Final

from anlan.sensing.rules.decoding.decoded import CompressedForm, NotInThisForm, TooManyRows

SCHEMA, DICTIONARY, RECORDS = 1, 2, 3
CONTINUED: Final = 0xFFFF_FFFF
PADDED: Final = 8
MOST_MESSAGES: Final = 10_000
_HEADER_TYPE, _HEADER, _BODY_LENGTH = 1, 2, 3
_LENGTH, _COMPRESSION = 0, 3
_DATA = 1


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of a flatbuffer; reading beyond its bytes is damage."""

    content: memoryview
    place: int

    def field(self, number: int) -> int | None:
        """Where a field stands, None when it has its default."""
        offset = int(_one("<i", self.content, self.place))
        table = self.place - offset
        size = int(_one("<H", self.content, table))
        slot = 4 + 2 * number
        at = int(_one("<H", self.content, table + slot)) if slot + 2 <= size else 0
        return self.place + at if at else None

    def number(self, number: int, form: str) -> int:
        at = self.field(number)
        return 0 if at is None else int(_one(form, self.content, at))

    def table(self, number: int) -> "_Table | None":
        at = self.field(number)
        if at is None:
            return None
        return _Table(self.content, at + int(_one("<I", self.content, at)))


def _one(form: str, content: memoryview, place: int) -> int:
    if place < 0:
        raise NotInThisForm("Arrow")
    try:
        (value,) = struct.unpack_from(form, content, place)
    except struct.error as error:
        raise NotInThisForm("Arrow") from error
    return int(value)


def check_frames(content: bytes, most_rows: int) -> int:
    """How many rows the stream says it has; refuses what may not be unpacked."""
    view, place, rows = memoryview(content), 0, 0
    for number in range(MOST_MESSAGES):
        if place == len(view) and number:
            return rows
        if _one("<I", view, place) != CONTINUED:
            raise NotInThisForm("Arrow")
        size = _one("<I", view, place + 4)
        place += 8
        if not size:
            if place != len(view):
                raise NotInThisForm("Arrow")
            return rows
        message = view[place : place + size]
        if len(message) < size or size % PADDED:
            raise NotInThisForm("Arrow")
        root = _Table(message, _one("<I", message, 0))
        body = root.number(_BODY_LENGTH, "<q")
        if body < 0 or body > len(view) - place - size:
            raise NotInThisForm("Arrow")
        rows += _rows(root, is_first=number == 0)
        if rows > most_rows:
            raise TooManyRows(str(most_rows))
        place += size + body
    raise NotInThisForm("Arrow")


def _rows(root: _Table, *, is_first: bool) -> int:
    """Rows of one message; the first one is the schema and no other is."""
    kind, header = root.number(_HEADER_TYPE, "<B"), root.table(_HEADER)
    if header is None or kind not in (SCHEMA, DICTIONARY, RECORDS) or is_first != (kind == SCHEMA):
        raise NotInThisForm("Arrow")
    if kind == SCHEMA:
        return 0
    batch = header.table(_DATA) if kind == DICTIONARY else header
    length = -1 if batch is None else batch.number(_LENGTH, "<q")
    if batch is None or length < 0:
        raise NotInThisForm("Arrow")
    if batch.field(_COMPRESSION) is not None:
        raise CompressedForm("Arrow")
    return length if kind == RECORDS else 0
