"""HJ 212-2017: packets of environmental monitors, and what a monitor is answered.

Source: HJ 212-2017 《污染物在线监控（监测）系统数据传输标准》 (from memory, not checked against
the published text): packet `##` + 4 digits length + data + 4 hexadecimal digits CRC + CR LF; CRC
of annex A; `MN` names the device, `DataTime` the time (China Standard Time), `code-Rtd` (2011) or
`code-Avg` (2051, 2061, 2031) the value, `code-Flag` N a measurement. A message of several packets
has `PNUM` and `PNO` in each. Bit 0 of `Flag` asks for an answer, 9014. Codes of the factors:
HJ 524 (from memory); only those that this program keeps are read.

House rule: a mean of minutes, an hour or a day is no value of now. It belongs to a sensor of its
own with the number of its command, as `temperature.2061`; else a mean would stand as a correction
of what was measured at that moment.

Units and valid range: units are those of the standard for the code; at most `MOST_PARTS` packets
a message. Edge cases: wrong length or CRC rejects the packet, and
no whole one that follows it; a flag other than N (F stopped,
M maintenance, S entered by hand, D fault, C calibration, T beyond the range, B no connection) is
no measurement; a packet without data (a heartbeat, an answer) holds no reading and is none of the
rejected; the packets of a message share its time, and one that did not come is told. What is said
twice in two ways (a time, a name of the head) is not read, and a value that has a flag other than
N beside an N is no measurement. The password of a device is never told.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

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
)

WITH_DATA: Final = {
    "2011": ("Rtd", ""),
    "2051": ("Avg", ".2051"),
    "2061": ("Avg", ".2061"),
    "2031": ("Avg", ".2031"),
}
CODES: Final = {
    "a01001": ("temperature", "°C"),
    "a01006": ("pressure", "kPa"),
    "a01007": ("wind", "m/s"),
    "w00000": ("flow", "L/s"),
}
HEAD_CHARS: Final = 6
CRC_CHARS: Final = 4
MOST_DATA: Final = 9999
MOST_PARTS: Final = 999
NORMAL: Final = "N"
ANSWER_WANTED: Final = 1
ANSWER: Final = "QN={qn};ST=91;CN=9014;PW={pw};MN={mn};Flag=4;{part}CP=&&&&"
_DATA_TIME: Final = re.compile(r"\d{14}", re.ASCII)
_HEX: Final = re.compile(r"[0-9A-Fa-f]{4}", re.ASCII)
_COUNT: Final = re.compile(r"\d{1,4}", re.ASCII)
_PASSWORD: Final = re.compile(r"PW=[^;]*")


@dataclass(frozen=True, slots=True)
class _Packet:
    """A packet whose length and CRC are right: the names of its head, the words of its data."""

    line: int
    head: dict[str, str]
    words: tuple[str, ...]

    @property
    def is_with_data(self) -> bool:
        return self.head.get("CN", "") in WITH_DATA

    @property
    def message(self) -> tuple[str, ...]:
        """What the packets of one message have in common; a packet by itself is its own."""
        own = "" if "PNUM" in self.head else str(self.line)
        return (*(self.head.get(name, "") for name in ("MN", "QN", "CN", "PNUM")), own)


def crc(data: bytes) -> int:
    """Annex A: the high byte of the register and each byte, shifted out over 0xA001."""
    register = 0xFFFF
    for byte in data:
        register = (register >> 8) ^ byte
        for _ in range(8):
            lowest = register & 1
            register >>= 1
            if lowest:
                register ^= 0xA001
    return register


def packet(data: str) -> bytes:
    """A packet with length and CRC around the data segment."""
    body = data.encode()
    return b"##%04d%b%04X\r\n" % (len(body), body, crc(body))


def decode(content: bytes) -> Decoded:
    """Readings of all packets; the line is the number of the packet, from 1."""
    if not content.lstrip().startswith(b"##"):
        raise NotInThisForm("##")
    return gathered(_rows(content))


def answers_to(content: bytes) -> bytes:
    """One answer for each packet of data that asks for it, in their order. To be sent after its
    readings are kept; a damaged packet is not answered, so that it is sent again."""
    found = (row for row in _packets(content) if isinstance(row, _Packet))
    return b"".join(_answer(row.head) for row in found if row.is_with_data)


def _answer(head: dict[str, str]) -> bytes:
    flag = head.get("Flag", "")
    if not _COUNT.fullmatch(flag) or not int(flag) & ANSWER_WANTED:
        return b""
    names = ("PNUM", "PNO")
    part = "".join(f"{name}={head[name]};" for name in names if name in head)
    qn, pw, mn = (head.get(name, "") for name in ("QN", "PW", "MN"))
    return packet(ANSWER.format(qn=qn, pw=pw, mn=mn, part=part))


def _rows(content: bytes) -> Iterator[Reading | Rejected]:
    messages: dict[tuple[str, ...], list[_Packet]] = {}
    for row in _packets(content):
        if isinstance(row, Rejected):
            yield row
        elif row.is_with_data:
            messages.setdefault(row.message, []).append(row)
    for packets in messages.values():
        yield from _message(packets)


def _packets(content: bytes) -> Iterator[_Packet | Rejected]:
    parts = content.replace(b"\n##", b"\r\n##").split(b"\r\n")
    raws = (raw for part in parts if part.strip() for raw in _apart(part.strip()))
    for number, raw in enumerate(raws, start=1):
        data = _data(raw)
        if data is None:
            shown = _PASSWORD.sub("PW=******", raw.decode("utf-8", "replace"))
            yield Rejected(number, Why.CHECKSUM, cut(shown))
            continue
        head, found, rest = data.partition("CP=&&")
        parts_of_head = (part.partition("=") for part in head.split(";"))
        pairs = {(name, value) for name, equals, value in parts_of_head if equals}
        names = dict(pairs)
        if len(names) != len(pairs):
            shown = _PASSWORD.sub("PW=******", head)
            yield Rejected(number, Why.NAME_TWICE, cut(shown))
            continue
        words = re.split("[;,]", rest.removesuffix("&&")) if found else []
        yield _Packet(number, names, tuple(word for word in words if word))


def _apart(raw: bytes) -> list[bytes]:
    """A packet that was cut short runs into the next one: whole packets are taken off the end,
    and what is left before them is damaged."""
    if _data(raw) is not None:
        return [raw]
    found, end = [], len(raw)
    while end:
        begin = _begin_of_whole(raw, end)
        found.append(raw[begin:end])
        end = begin
        while end and raw[end - 1] in b"\r\n":
            end -= 1
    return found[::-1]


def _begin_of_whole(raw: bytes, end: int) -> int:
    """Where the whole packet begins that ends there; 0 when there is none. Of all marks only the
    nearest whose length fits is tried, so that no input costs more than its own length."""
    frame = HEAD_CHARS + CRC_CHARS
    first = max(0, end - MOST_DATA - frame)
    at = raw.rfind(b"##", first, end)
    while at >= 0:
        length = raw[at + 2 : at + HEAD_CHARS]
        if length.isdigit() and int(length) == end - at - frame:
            return at if _data(raw[at:end]) is not None else 0
        at = raw.rfind(b"##", first, at + 1)
    return 0


def _data(raw: bytes) -> str | None:
    """The data segment of a packet whose length and CRC are right."""
    length, body, check = raw[2:HEAD_CHARS], raw[HEAD_CHARS:-CRC_CHARS], raw[-CRC_CHARS:]
    is_whole = raw.startswith(b"##") and length.isdigit() and int(length) == len(body)
    if not is_whole or not _HEX.fullmatch(check.decode("latin-1")):
        return None
    try:
        return body.decode("ascii") if int(check, 16) == crc(body) else None
    except UnicodeDecodeError:
        return None


def _message(packets: list[_Packet]) -> Iterator[Reading | Rejected]:
    """The rows of one message: its time and flags may stand in any of its packets."""
    device = packets[0].head.get("MN", "")
    if "PNUM" not in packets[0].head:
        yield from _factors(device, packets, is_whole=True)
        return
    whole = [row for row in packets if _number(row, "PNO") <= _number(row, "PNUM")]
    for row in packets:
        if row not in whole:
            numbers = f"{row.head.get('PNO', '')}/{row.head['PNUM']}"
            yield Rejected(row.line, Why.NOT_READABLE, cut(f"{device} {numbers}"))
    if not whole:
        return
    most = _number(whole[0], "PNUM")
    missing = sorted(set(range(1, most + 1)) - {_number(row, "PNO") for row in whole})
    for number in missing:
        yield Rejected(whole[0].line, Why.PART_MISSING, cut(f"{device} {number}/{most}"))
    yield from _factors(device, whole, is_whole=not missing)


def _number(row: _Packet, name: str) -> int:
    """PNUM or PNO; what cannot be one makes the packet none of its message."""
    text = row.head.get(name, "")
    number = int(text) if _COUNT.fullmatch(text) else 0
    if name == "PNUM":
        return number if number <= MOST_PARTS else 0
    return number if number >= 1 else MOST_PARTS + 1


def _factors(
    device: str, packets: Sequence[_Packet], *, is_whole: bool
) -> Iterator[Reading | Rejected]:
    words = [(row.line, word.partition("=")) for row in packets for word in row.words]
    said: dict[str, set[str]] = {}
    for _, (name, _, value) in words:
        said.setdefault(name, set()).add(value)
    kind, of = WITH_DATA[packets[0].head["CN"]]
    times = said.get("DataTime", {""})
    time = min(times)
    written = _DATA_TIME.fullmatch(time)
    at = f"{time[:8]}T{time[8:]}" if written else time
    once = {(name, equals, value): line for line, (name, equals, value) in reversed(words)}
    for (name, equals, value), line in reversed(once.items()):
        code, _, part = name.rpartition("-")
        text = f"{device} {name}{equals}{value}"
        if not equals:
            yield Rejected(line, Why.NOT_READABLE, cut(text))
        if not equals or part != kind:
            continue
        flags = sorted(said.get(f"{code}-Flag", set()) - {NORMAL})
        if flags:
            yield Rejected(line, Why.DEVICE_FLAG, cut(f"{text} Flag={','.join(flags)}"))
        elif code not in CODES:
            yield Rejected(line, Why.UNKNOWN_CODE, cut(text))
        elif len(times) > 1:
            yield Rejected(line, Why.NAME_TWICE, cut(f"{text} DataTime={','.join(sorted(times))}"))
        elif not time and not is_whole:
            yield Rejected(line, Why.PART_MISSING, cut(text))
        else:
            key, unit = CODES[code]
            yield reading_of(line, (device, f"{key}{of}", at, value), unit, text)


HJ212: Final = Decoder(
    name="hj212", media_types=("text/x-hj212",), suffixes=(".hj212",), decode=decode
)
