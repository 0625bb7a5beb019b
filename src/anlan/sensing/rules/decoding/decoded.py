"""What every decoder gives, and how one is declared.

Source: House rule: nothing that was sent is dropped in silence; a row that cannot be read is
rejected with its line, its text and a reason. Units and valid range: aware instants; a time
without a zone is China Standard Time. Edge cases: an empty value is no reading and never zero;
what is not a finite number is refused. A time is ISO 8601, or as programs of tables write it
(`2026/11/27 5:02`): the year comes first, since day and month in another order could be two days.
A day without a time of day is refused, since its sum would stand as the value of midnight; so is
hour 24.
"""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, TypeGuard

from anlan.base.rules.argument import CHINA_STANDARD_TIME
from anlan.base.rules.encoding import text_and_encoding
from anlan.base.rules.labels import gettext_noop

LONGEST_TEXT: Final = 200
MOST_ROWS: Final = 100_000
"""House rule: what one batch takes."""
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WRITTEN: Final = re.compile(
    r"(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:T| {1,2})(\d{1,2})(:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)"
    r"(Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_BEFORE_HOUR: Final = ("T", " ")
_MISSING: Final = frozenset({"", "null", "none", "-", "--", "/"})


class Why(StrEnum):
    """Why a row was rejected."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not-a-number"
    NOT_A_TIME = "not-a-time"
    TIME_OUT_OF_RANGE = "time-out-of-range"
    COLUMNS = "columns"
    NOT_READABLE = "not-readable"
    CHECKSUM = "checksum"
    PART_MISSING = "part-missing"
    DEVICE_FLAG = "device-flag"
    UNKNOWN_CODE = "unknown-code"
    UNKNOWN_STATION = "unknown-station"
    UNKNOWN_PROPERTY = "unknown-property"
    NOT_PERMITTED = "not-permitted"
    NOT_IN_USE = "not-in-use"
    UNKNOWN_UNIT = "unknown-unit"
    TWICE = "twice"
    NAME_TWICE = "name-twice"
    OTHER_FEATURE = "other-feature"
    UNKNOWN_SENDER = "unknown-sender"
    UNKNOWN_TOPIC = "unknown-topic"
    TOO_LARGE = "too-large"
    PUT_ASIDE = "put-aside"

    @property
    def label(self) -> str:
        return WHY_LABELS[self]


WHY_LABELS: Final = {
    Why.EMPTY: gettext_noop("no value: a missing sample is not zero"),
    Why.NOT_A_NUMBER: gettext_noop(
        "the value is no number; write it as 12.5, without unit or grouping"
    ),
    Why.NOT_A_TIME: gettext_noop(
        "the time cannot be read; write 2026-11-24T08:00:00+08:00 or 2026/11/24 8:00:00: the year "
        "first, hours 0 to 23"
    ),
    Why.TIME_OUT_OF_RANGE: gettext_noop(
        "the time lies before 2000 or more than a day ahead; set the clock of the station"
    ),
    Why.COLUMNS: gettext_noop(
        "station, property, time and value are needed; fill them all in, as many cells as the head"
    ),
    Why.NOT_READABLE: gettext_noop(
        "the line cannot be read in this form; compare it with the example of the form"
    ),
    Why.CHECKSUM: gettext_noop("length or checksum is wrong: damaged on the way; send it again"),
    Why.PART_MISSING: gettext_noop(
        "part of the message is missing; send all its packets in one batch"
    ),
    Why.DEVICE_FLAG: gettext_noop(
        "the device marks the value as no measurement: fault, calibration, out of its range"
    ),
    Why.UNKNOWN_CODE: gettext_noop(
        "no observed property is known for this code; have it left out, or send the value in "
        "another form"
    ),
    Why.UNKNOWN_STATION: gettext_noop("no such station in your view; enter it first"),
    Why.UNKNOWN_PROPERTY: gettext_noop("the station has no such datastream; enter it first"),
    Why.NOT_PERMITTED: gettext_noop(
        "your post does not keep this station; send it with the account of its keeper"
    ),
    Why.NOT_IN_USE: gettext_noop(
        "station or datastream is paused or removed; set it in use first"
    ),
    Why.UNKNOWN_UNIT: gettext_noop(
        "the property is not measured in this unit; send that of the datastream, or none"
    ),
    Why.OTHER_FEATURE: gettext_noop(
        "the feature of interest is not that of the station; leave it out"
    ),
    Why.TWICE: gettext_noop(
        "the same time stands in this batch with another value; send the right one alone"
    ),
    Why.NAME_TWICE: gettext_noop(
        "a name stands twice in this row, and one of its values would be lost; send each name once"
    ),
    Why.UNKNOWN_SENDER: gettext_noop(
        "no active account has the name of this sender; have the account entered or set active"
    ),
    Why.TOO_LARGE: gettext_noop("the message is too large; send it in parts"),
    Why.PUT_ASIDE: gettext_noop(
        "the program failed at this message; it is put aside as it came, and can be sent again"
    ),
    Why.UNKNOWN_TOPIC: gettext_noop(
        "no form of readings is known for this topic; publish under the topic of a form"
    ),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading as it was sent. `unit` is empty where the datastream says it."""

    line: int
    station: str
    key: str
    at: datetime
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is no reading: its line, why, and what stood there."""

    line: int
    why: Why
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    readings: Sequence[Reading] = ()
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoder:
    """A form that readings come in. `decode(content)` is pure and refuses nothing as a whole
    unless it raises NotInThisForm."""

    name: str
    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]
    decode: Callable[[bytes], Decoded]


class NotInThisForm(ValueError):
    """The content as a whole is not in the form; `args[0]` says what is missing."""


class CompressedForm(NotInThisForm):
    """It is compressed, and may unpack to any size."""


class WorkbookForm(NotInThisForm):
    """It is a workbook of Excel or WPS, not the text that one saves as CSV."""


class RepeatedName(NotInThisForm):
    """A name that holds the rows stands twice; `args[0]` says which."""


class TooManyRows(NotInThisForm):
    """It says that it has more rows than a batch takes; `args[0]` says how many are taken."""


def gathered(found: Iterable[Reading | Rejected]) -> Decoded:
    """Readings and rejected rows apart, each in the order of the content."""
    rows = tuple(found)
    return Decoded(
        readings=tuple(row for row in rows if isinstance(row, Reading)),
        rejected=tuple(row for row in rows if isinstance(row, Rejected)),
    )


def text_of(content: bytes) -> str:
    """As every text file is read here: a byte order mark, UTF-8, or what older programs write."""
    found = text_and_encoding(content)
    if found is None:
        raise NotInThisForm("UTF-8")
    return found[0]


def cut(text: object) -> str:
    """The beginning of a text, without what no database takes (half characters, zero bytes)."""
    shown = str(text)[:LONGEST_TEXT].replace("\0", "\N{REPLACEMENT CHARACTER}")
    return shown.encode("utf-8", "replace").decode("utf-8")


def reading_of(
    line: int, fields: tuple[object, object, object, object], unit: str, text: object
) -> Reading | Rejected:
    """Station, property, time, value as sent → a reading, or why it is none."""
    station, key, at, value = fields
    if not is_name(station) or not is_name(key):
        return Rejected(line, Why.COLUMNS, cut(text))
    instant = instant_of(at)
    if instant is None:
        return Rejected(line, Why.NOT_A_TIME, cut(text))
    number = number_of(value)
    if isinstance(number, Why):
        return Rejected(line, number, cut(text))
    return Reading(line, station, key, instant, number, unit)


def is_name(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and value != "" and value.isprintable()


def number_of(value: object) -> float | Why:
    """A finite number, or why it is none; no value at all is EMPTY."""
    text = value.strip() if isinstance(value, str) else value
    if text is None or (isinstance(text, str) and text.lower() in _MISSING):
        return Why.EMPTY
    is_number = isinstance(text, int | float) and not isinstance(text, bool)
    if not is_number and not (isinstance(text, str) and _NUMBER.fullmatch(text)):
        return Why.NOT_A_NUMBER
    try:
        number = float(text)  # type: ignore[arg-type]
    except OverflowError:
        return Why.NOT_A_NUMBER
    return number if math.isfinite(number) else Why.NOT_A_NUMBER


def instant_of(value: object) -> datetime | None:
    """An instant as ISO 8601 or a program of tables writes it; without a zone it is China
    Standard Time."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    try:
        found = datetime.fromisoformat(text)
        if text[10:11] not in _BEFORE_HOUR and text[8:9] not in _BEFORE_HOUR:
            return None  # a day alone, or any other letter before the hour
    except ValueError:
        return _instant_in_table(text)
    return _in_utc(found)


def _instant_in_table(text: str) -> datetime | None:
    found = _WRITTEN.fullmatch(text)
    if found is None:
        return None
    year, _, month, day, hour, rest, zone = found.groups("")
    try:
        return _in_utc(
            datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}{rest}{zone}")
        )
    except ValueError:
        return None


def _in_utc(found: datetime) -> datetime | None:
    try:
        if found.tzinfo is None:
            found = found.replace(tzinfo=CHINA_STANDARD_TIME)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
