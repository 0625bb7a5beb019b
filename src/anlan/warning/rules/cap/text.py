"""Texts inside a CAP message into numbers, times, positions and references, or not.

Source: OASIS CAP 1.2 §3.2, §3.3.2 and its schema. A time has a zone in digits, no Z, no fraction
of a second. A position is "latitude,longitude"; a polygon is positions parted by blanks; a circle
"latitude,longitude radius"; a reference "sender,identifier,sent".
Edge cases: blanks around a time, a number or a language do not count, in a text they do. Midnight
may be written 24:00:00 of the day before.
"""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from anlan.warning.rules.cap.values import (
    LARGEST_OFFSET,
    Circle,
    Polygon,
    Position,
    Reference,
)

_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[-+]\d{2}:\d{2}", re.ASCII)
_DECIMAL: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_WHOLE: Final = re.compile(r"[-+]?\d+", re.ASCII)
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*", re.ASCII)
# RFC 3986, as anyURI takes it: what may not stand in a URI is escaped first.
_ESCAPED: Final = re.compile(r"""[^\x21-\x7e]|[<>"{}|\\^`]""")
_MARKS: Final = r"[A-Za-z0-9\-._~!$&'()*+,;="
_HEX: Final = r"]|%[0-9A-Fa-f]{2})"
_USER: Final = rf"(?:{_MARKS}:{_HEX}"
_HOST: Final = rf"(?:{_MARKS}{_HEX}"
_FIRST: Final = rf"(?:{_MARKS}@{_HEX}"
_CHAR: Final = rf"(?:{_MARKS}@:{_HEX}"
_AUTHORITY: Final = rf"(?:{_USER}*@)?(?:\[[^\]/]*\]|{_HOST}*)(?::\d+)?"
_PATH: Final = rf"(?:/{_CHAR}*)*"
_SCHEME: Final = r"[A-Za-z][A-Za-z0-9+.\-]*:"
_TAIL: Final = rf"(?:\?(?:{_CHAR}|[/?])*)?(?:\#(?:{_CHAR}|[/?\[\]])*)?"
_URI: Final = re.compile(
    rf"(?:(?:{_SCHEME})?(?://{_AUTHORITY}{_PATH}|/(?:{_CHAR}+{_PATH})?|)"
    rf"|{_SCHEME}{_CHAR}+{_PATH}|{_FIRST}+{_PATH}){_TAIL}",
    re.ASCII,
)
_BLANKS: Final = " \t\r\n"
_MIDNIGHT: Final = "T24:00:00"


class Unreadable(ValueError):
    """The text has not the form it should have."""


def collapsed(text: str) -> str:
    """Without blanks around, one blank inside."""
    return " ".join(part for part in re.split(r"[ \t\r\n]+", text) if part)


def read_time(text: str) -> datetime:
    stripped = text.strip(_BLANKS)
    if not _TIME.fullmatch(stripped):
        raise Unreadable(text)
    is_midnight = stripped[10:19] == _MIDNIGHT
    day = stripped.replace(_MIDNIGHT, "T00:00:00") if is_midnight else stripped
    try:
        moment = datetime.fromisoformat(day)
        moment += timedelta(days=1) if is_midnight else timedelta(0)
    except (ValueError, OverflowError):
        raise Unreadable(text) from None
    if abs(moment.utcoffset() or timedelta(0)) > LARGEST_OFFSET:
        raise Unreadable(text)
    return moment


def read_decimal(text: str) -> Decimal:
    stripped = text.strip(_BLANKS)
    if not _DECIMAL.fullmatch(stripped):
        raise Unreadable(text)
    return Decimal(stripped)


def read_whole(text: str) -> int:
    stripped = text.strip(_BLANKS)
    if not _WHOLE.fullmatch(stripped) or len(stripped) > 24:
        raise Unreadable(text)
    return int(stripped)


def is_language(text: str) -> bool:
    """Nothing at all takes the default of the schema; blanks alone are no language."""
    return not text or bool(_LANGUAGE.fullmatch(collapsed(text)))


def is_uri(text: str) -> bool:
    """An absolute or relative address; empty is one."""
    return bool(_URI.fullmatch(_ESCAPED.sub("_", collapsed(text))))


def read_position(text: str) -> Position:
    parts = text.split(",")
    if len(parts) != 2:
        raise Unreadable(text)
    latitude, longitude = (read_decimal(part) for part in parts)
    return Position(latitude=latitude, longitude=longitude)


def read_polygon(text: str) -> Polygon:
    positions = tuple(read_position(part) for part in text.split())
    if not positions:
        raise Unreadable(text)
    return positions


def read_circle(text: str) -> Circle:
    parts = text.split()
    if len(parts) != 2:
        raise Unreadable(text)
    return Circle(centre=read_position(parts[0]), radius_km=read_decimal(parts[1]))


def read_references(text: str) -> tuple[Reference, ...]:
    return tuple(_reference(part) for part in text.split())


def _reference(text: str) -> Reference:
    parts = text.split(",")
    if len(parts) != 3 or not all(parts):
        raise Unreadable(text)
    sender, identifier, sent = parts
    return Reference(sender=sender, identifier=identifier, sent=read_time(sent))


def written_time(moment: datetime) -> str:
    """UTC is written -00:00, as the standard asks."""
    text = moment.isoformat(timespec="seconds")
    return text.replace("+00:00", "-00:00") if not moment.utcoffset() else text


def written_number(number: Decimal) -> str:
    return format(number, "f")


def written_position(position: Position) -> str:
    return f"{written_number(position.latitude)},{written_number(position.longitude)}"
