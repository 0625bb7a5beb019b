"""HJ 212-2017: packets of environmental monitors.

Source: HJ 212-2017 《污染物在线监控（监测）系统数据传输标准》 (from memory, not checked against
the published text): packet `##` + 4 digits length + data + 4 hexadecimal digits CRC + CR LF; CRC
of annex A; `MN` names the device, `DataTime` the time (China Standard Time), `code-Rtd` (2011) or
`code-Avg` (2051, 2061, 2031) the value, `code-Flag` N a measurement. Codes of the factors: HJ 524
(from memory); only those that this program keeps are read.
Units and valid range: units are those of the standard for the code. Edge cases: wrong length or
CRC rejects the packet; a flag other than N says that nothing was measured; a packet without data
(a heartbeat, an answer) holds no reading and is none of the rejected.
"""

import re
from collections.abc import Iterator
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

WITH_DATA: Final = {"2011": "Rtd", "2031": "Avg", "2051": "Avg", "2061": "Avg"}
CODES: Final = {
    "a01001": ("temperature", "°C"),
    "a01006": ("pressure", "kPa"),
    "a01007": ("wind", "m/s"),
    "w00000": ("flow", "L/s"),
}
HEAD_CHARS: Final = 6
CRC_CHARS: Final = 4
NORMAL: Final = "N"
_DATA_TIME: Final = re.compile(r"\d{14}", re.ASCII)
_HEX: Final = re.compile(r"[0-9A-Fa-f]{4}", re.ASCII)


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
    parts = content.replace(b"\n##", b"\r\n##").split(b"\r\n")
    packets = (part.strip() for part in parts if part.strip())
    return gathered(
        found for number, raw in enumerate(packets, start=1) for found in _read(number, raw)
    )


def _read(number: int, raw: bytes) -> Iterator[Reading | Rejected]:
    shown = cut(raw.decode("utf-8", "replace"))
    data = _data(raw)
    if data is None:
        yield Rejected(number, Why.CHECKSUM, shown)
        return
    head, found, rest = data.partition("CP=&&")
    names = dict(part.split("=", 1) for part in head.split(";") if "=" in part)
    kind = WITH_DATA.get(names.get("CN", ""))
    if not found or kind is None:
        return
    values = dict(
        part.split("=", 1) for part in re.split("[;,]", rest.removesuffix("&&")) if "=" in part
    )
    yield from _factors(number, names.get("MN", ""), values, kind)


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


def _factors(
    number: int, device: str, values: dict[str, str], kind: str
) -> Iterator[Reading | Rejected]:
    time = values.get("DataTime", "")
    written = _DATA_TIME.fullmatch(time)
    at = f"{time[:8]}T{time[8:]}" if written else time
    for name, value in values.items():
        code, _, part = name.rpartition("-")
        if part != kind:
            continue
        text = f"{device} {name}={value}"
        if values.get(f"{code}-Flag", NORMAL) != NORMAL:
            yield Rejected(number, Why.DEVICE_FLAG, cut(text))
        elif code not in CODES:
            yield Rejected(number, Why.UNKNOWN_CODE, cut(text))
        else:
            key, unit = CODES[code]
            yield reading_of(number, (device, key, at, value), unit, text)


HJ212: Final = Decoder(
    name="hj212", media_types=("text/x-hj212",), suffixes=(".hj212",), decode=decode
)
