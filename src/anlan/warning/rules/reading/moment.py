"""The time that a text prints, and its year and month where it prints none.

`issued_moment` decides when a warning was issued.

Source: House rule `warning-issued-time`. Texts of stations print the day and the minute in the
city's time, often without month or year ("26日10时20分"). A missing year or month is that of the
latest such day that is not after the receipt (`CLOCK_TOLERANCE` later at most: clocks differ);
when that is more than `MOST_AGE` before the receipt, nobody can say which month was meant, and it
is left to a person.
Units: aware datetimes. Edge cases: a day that the month does not have, 24时, a time of day that a
word contradicts (下午14时), a printed moment after the receipt: not read, with the reason.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message

CITY_TIME: Final = dt.timezone(dt.timedelta(hours=8))
CLOCK_TOLERANCE: Final = dt.timedelta(minutes=10)
MOST_AGE: Final = dt.timedelta(days=7)
NOON, LAST_HOUR = 12, 23
_MONTHS_A_YEAR: Final = 12
_PART = r"凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜间"
_DAY = r"(?:(?P<y>\d{4})年)?(?:(?P<mo>\d{1,2})月)?(?P<d>\d{1,2})[日号]"
_MINUTE = r"(?:(?P<mi>\d{1,2})分?|(?P<half>半)|整)?"
_HOUR = rf"(?P<part>{_PART})?(?P<h>\d{{1,2}}|零)(?:时|点|:)(?!间){_MINUTE}"
_DASHED = r"(?P<y2>\d{4})[-/.](?P<mo2>\d{1,2})[-/.](?P<d2>\d{1,2})"
_CLOCK = r"(?P<h2>\d{1,2}):(?P<mi2>\d{2})(?::\d{2})?"
PRINTED: Final = re.compile(rf"{_DAY}{_HOUR}|{_DASHED}[T ]{_CLOCK}")
WITHOUT_DAY: Final = re.compile(
    rf"(?:今日|今天|今晨|今晚|昨日|昨天|昨晚|刚刚)?(?:{_PART})?(?<!\d)\d{{1,2}}(?:时|点|:)(?:半|整|\d{{0,2}}分?)"
)
"""A time of day alone."""
DAY_ALONE: Final = re.compile(
    r"(?:\d{4}年)?(?:\d{1,2}月)?(?<!\d)\d{1,2}[日号]|\d{4}-\d{1,2}-\d{1,2}"
)
"""A day alone."""
STATED: Final = re.compile(rf"(?:发布|签发)时间[:为]?(?P<t>{PRINTED.pattern})")
"""A time that says itself that it is the one of issue."""

NO_TIME = gettext_noop(
    "The text does not print when it was issued. Ask the issuer, then enter it."
)
NO_DAY = gettext_noop("Only a time of day is printed, without its day.")
NO_HOUR = gettext_noop("Only a day is printed, without its time. Ask the issuer, then enter it.")
NO_SUCH_TIME = gettext_noop("“{printed}” is no time that exists.")
FUTURE = gettext_noop(
    "“{printed}” lies after the receipt. Check the time of receipt and the text."
)
TOO_OLD = gettext_noop(
    "“{printed}” names no month or year, and its latest day is more than {days} days before the "
    "receipt."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A time as it is printed; what is not printed is None."""

    text: str
    year: int | None
    month: int | None
    day: int
    hour: int
    minute: int
    part: str = ""


def printed_of(found: re.Match[str]) -> Printed:
    """The parts of a match of `PRINTED`."""
    given = found.groupdict()
    if given["d2"] is not None:
        numbers = (int(given[name]) for name in ("y2", "mo2", "d2", "h2", "mi2"))
        year, month, day, hour, minute = numbers
        return Printed(text=found[0], year=year, month=month, day=day, hour=hour, minute=minute)
    half = 30 if given["half"] else 0
    return Printed(
        text=found[0],
        year=int(given["y"]) if given["y"] else None,
        month=int(given["mo"]) if given["mo"] else None,
        day=int(given["d"]),
        hour=0 if given["h"] == "零" else int(given["h"]),
        minute=int(given["mi"]) if given["mi"] else half,
        part=given["part"] or "",
    )


def hour_of(printed: Printed) -> int | None:
    """The hour of 0–23, or None when the word before it contradicts it."""
    hour, part = printed.hour, printed.part
    if part in ("下午", "傍晚", "晚上", "夜间") and 1 <= hour < NOON:
        return hour + NOON
    is_late = part in ("下午", "傍晚", "晚上", "夜间") and hour >= NOON
    is_early = part in ("凌晨", "清晨", "早上", "早晨", "上午") and hour >= NOON
    is_odd = is_late or is_early or (part == "中午" and hour != NOON)
    return None if is_odd or hour > LAST_HOUR else hour


def issued_moment(
    printed: Printed, received_at: dt.datetime
) -> tuple[dt.datetime | None, Message | None]:
    """The moment that is meant, or why it is left to a person. See the module text."""
    hour = hour_of(printed)
    candidates = [] if hour is None else list(_candidates(printed, hour, received_at))
    if not candidates:
        return None, Message.of(NO_SUCH_TIME, printed=printed.text)
    fit = [each for each in candidates if each <= received_at + CLOCK_TOLERANCE]
    if not fit:
        return None, Message.of(FUTURE, printed=printed.text)
    moment = max(fit)
    is_whole = printed.year is not None and printed.month is not None
    if not is_whole and received_at - moment > MOST_AGE:
        return None, Message.of(TOO_OLD, printed=printed.text, days=MOST_AGE.days)
    return moment, None


def expiry_moment(printed: Printed, issued_at: dt.datetime) -> dt.datetime | None:
    """The end that a text prints: the first such moment after the issue; None: not read."""
    hour = hour_of(printed)
    candidates = [] if hour is None else _candidates(printed, hour, issued_at)
    return min((each for each in candidates if each > issued_at), default=None)


def _candidates(printed: Printed, hour: int, near: dt.datetime) -> list[dt.datetime]:
    """The moments around `near` that the printed parts fit."""
    here = near.astimezone(CITY_TIME)
    years = [printed.year] if printed.year is not None else [here.year + n for n in (-1, 0, 1)]
    months = [printed.month] if printed.month is not None else list(range(1, _MONTHS_A_YEAR + 1))
    found = []
    for year in years:
        for month in months:
            try:
                found.append(
                    dt.datetime(year, month, printed.day, hour, printed.minute, tzinfo=CITY_TIME)
                )
            except ValueError:
                continue
    return found
