"""Working days (工作日): counting forward, counting between, is this one.

Source: the State Council Office's yearly notices on holidays, 2004–2026
(国务院办公厅关于YYYY年部分节假日安排的通知), in `data/working_days.toml`. That the first day is
not counted: the table's `counting` rows (民法典 Art. 201 and its forerunners, by analogy, because
administrative papers seldom say).
Units and valid range: dates from 1949 to 2100; up to 10 000 working days.
Edge cases: a year without a notice is counted Monday to Friday and marked provisional. The last
days of December follow the notice of the next year, so they too are provisional until it is out.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

FIRST_DAY: Final = date(1949, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)
MOST_WORKING_DAYS: Final = 10_000
CALENDAR_RULE: Final = "working-calendar"
COUNTING_RULE: Final = "working-day-add"

_SATURDAY: Final = 5
_ONE_DAY: Final = timedelta(days=1)
_DECEMBER: Final = 12
_NEW_YEAR_ARRANGED_FROM: Final = 28
"""House rule: from 28 December the next year's notice also decides (earliest seen: 29th)."""


class DateOutOfRange(RuleRefused):
    def __init__(self, day: date | None = None) -> None:
        self.day = day
        said = gettext_noop(
            "The count leaves {first} … {last}. Give an earlier day or fewer days."
        )
        if day is not None:
            said = gettext_noop("{day} lies outside {first} … {last}. Check the year.")
        super().__init__(Message.of(said, day=day, first=FIRST_DAY, last=LAST_DAY))


class WorkingDaysOutOfRange(RuleRefused):
    def __init__(self, working_days: int) -> None:
        self.working_days = working_days
        said = gettext_noop("{count} working days was refused. Give a number from 0 to {most}.")
        super().__init__(Message.of(said, count=working_days, most=MOST_WORKING_DAYS))


class SpanReversed(RuleRefused):
    def __init__(self, start: date, end: date) -> None:
        self.start = start
        self.end = end
        said = gettext_noop("The end {end} lies before the start {start}. Swap the two days.")
        super().__init__(Message.of(said, start=start, end=end))


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayNotice:
    """What one year's notice says beyond the ordinary week."""

    year: int
    source: str
    status: SourceStatus
    days_off: tuple[date, ...]
    worked_weekend_days: tuple[date, ...]

    def __post_init__(self) -> None:
        if any(day.weekday() >= _SATURDAY for day in self.days_off):
            raise ValueError(f"{self.year}: a day off listed here falls on Monday to Friday")
        if any(day.weekday() < _SATURDAY for day in self.worked_weekend_days):
            raise ValueError(f"{self.year}: a worked weekend day is a Saturday or Sunday")
        for day in self.days_off + self.worked_weekend_days:
            if self.year not in notice_years(day):
                raise ValueError(f"{day} is not for the notice of {self.year}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingSource:
    """Why the first day is not counted, in force from a day."""

    source: str
    article: str
    edition: str
    status: SourceStatus
    valid_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """Ordinary weeks corrected by the notices of the known years."""

    notices: tuple[HolidayNotice, ...] = ()
    counting: tuple[CountingSource, ...] = ()
    _days_off: frozenset[date] = field(init=False, repr=False, compare=False)
    _worked: frozenset[date] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.known_years) != len(self.notices):
            raise ValueError("two notices for one year")
        off = frozenset(day for notice in self.notices for day in notice.days_off)
        worked = frozenset(day for notice in self.notices for day in notice.worked_weekend_days)
        object.__setattr__(self, "_days_off", off)
        object.__setattr__(self, "_worked", worked)

    @property
    def known_years(self) -> frozenset[int]:
        return frozenset(notice.year for notice in self.notices)

    def is_worked(self, day: date) -> bool:
        """Whether work is done that day, as far as the notices are known."""
        return day in self._worked or (day.weekday() < _SATURDAY and day not in self._days_off)


def notice_years(day: date) -> tuple[int, ...]:
    """The years whose notices decide on a day: its own, at the end of December also the next."""
    if day.month == _DECEMBER and day.day >= _NEW_YEAR_ARRANGED_FROM:
        return (day.year, day.year + 1)
    return (day.year,)


def is_working_day(day: date, calendar: WorkingCalendar) -> Verdict[bool]:
    """Whether people work that day.

    Source: the notice of the year. Edge cases: unknown year → Monday to Friday, provisional.
    """
    _require_in_range(day)
    return Verdict(value=calendar.is_worked(day), reasons=_calendar_reasons(day, day, calendar))


def add_working_days(start: date, working_days: int, calendar: WorkingCalendar) -> Verdict[date]:
    """The day on which a term of working days ends.

    Source: first day not counted, see the module; holidays by the notices.
    Edge cases: House rule: 0 working days end on the start if it is worked, else on the next day
    that is. Negative and very long terms are refused.
    """
    _require_in_range(start)
    if not 0 <= working_days <= MOST_WORKING_DAYS:
        raise WorkingDaysOutOfRange(working_days)
    end = start
    left = working_days
    while left > 0 or not calendar.is_worked(end):
        if end == LAST_DAY:
            raise DateOutOfRange
        end += _ONE_DAY
        left -= calendar.is_worked(end)
    counted = _counting_reason(start, working_days, calendar)
    return Verdict(value=end, reasons=(counted, *_calendar_reasons(start, end, calendar)))


def working_days_between(start: date, end: date, calendar: WorkingCalendar) -> Verdict[int]:
    """How many working days a term from `start` has used up at the end of `end`.

    Source: as `add_working_days`, whose inverse this is: the start is not counted, the end is.
    Edge cases: the same day → 0; an end before the start is refused.
    """
    _require_in_range(start)
    _require_in_range(end)
    if end < start:
        raise SpanReversed(start, end)
    count = sum(calendar.is_worked(day) for day in _days_after(start, end))
    counted = _first_day_reason(start, calendar, end=end)
    return Verdict(value=count, reasons=(counted, *_calendar_reasons(start, end, calendar)))


@lru_cache(maxsize=1)
def national_calendar() -> WorkingCalendar:
    """The calendar of the notices in `data/working_days.toml`."""
    table = resources.files("anlan.base.rules").joinpath("data", "working_days.toml")
    data = tomllib.loads(table.read_text(encoding="utf-8"))
    notices = tuple(
        HolidayNotice(
            year=row["year"],
            source=row["source"],
            status=SourceStatus(row["status"]),
            days_off=tuple(row["days_off"]),
            worked_weekend_days=tuple(row["worked_weekend_days"]),
        )
        for row in data["notices"]
    )
    counting = tuple(
        CountingSource(
            source=row["source"],
            article=row["article"],
            edition=row["edition"],
            status=SourceStatus(row["status"]),
            valid_from=row["valid_from"],
        )
        for row in data["counting"]
    )
    return WorkingCalendar(notices=notices, counting=counting)


def _require_in_range(day: date) -> None:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise DateOutOfRange(day)


def _days_after(start: date, end: date) -> Iterator[date]:
    day = start
    while day < end:
        day += _ONE_DAY
        yield day


def _counting_reason(start: date, working_days: int, calendar: WorkingCalendar) -> Reason:
    if working_days > 0:
        return _first_day_reason(start, calendar, working_days=working_days)
    return Reason(
        rule=COUNTING_RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(start=start, working_days=working_days),
        note=Message.of(
            gettext_noop("A term of 0 working days ends the same day, or the next working day.")
        ),
    )


def _first_day_reason(start: date, calendar: WorkingCalendar, **inputs: object) -> Reason:
    begun = [each for each in calendar.counting if each.valid_from <= start]
    law = max(begun, key=lambda each: each.valid_from, default=None)
    note = Message.of(
        gettext_noop("The first day is not counted (term rule of civil law, by analogy).")
    )
    given = pairs(start=start, **inputs)
    if law is None:
        return Reason(
            rule=COUNTING_RULE,
            source=HOUSE_RULE,
            status=SourceStatus.HOUSE_DEFAULT,
            inputs=given,
            note=note,
        )
    return Reason(
        rule=COUNTING_RULE,
        source=law.source,
        article=law.article,
        edition=law.edition,
        status=law.status,
        inputs=given,
        note=note,
        valid_from=law.valid_from,
    )


def _calendar_reasons(start: date, end: date, calendar: WorkingCalendar) -> tuple[Reason, ...]:
    """One reason per year whose notice decides on the span; one more for the unknown years."""
    needed = range(start.year, notice_years(end)[-1] + 1)
    known = tuple(
        _notice_reason(notice, start, end) for notice in calendar.notices if notice.year in needed
    )
    unknown = tuple(year for year in needed if year not in calendar.known_years)
    return (*known, _provisional_reason(unknown)) if unknown else known


def _notice_reason(notice: HolidayNotice, start: date, end: date) -> Reason:
    return Reason(
        rule=CALENDAR_RULE,
        source=notice.source,
        edition=str(notice.year),
        status=notice.status,
        inputs=pairs(
            days_off=tuple(day for day in notice.days_off if start <= day <= end),
            worked_weekend_days=tuple(
                day for day in notice.worked_weekend_days if start <= day <= end
            ),
        ),
    )


def _provisional_reason(years: tuple[int, ...]) -> Reason:
    return Reason(
        rule=CALENDAR_RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(years=years),
        note=Message.of(
            gettext_noop(
                "No holiday notice is held for {years}: Monday to Friday were counted. "
                "Check again when the notice is out."
            ),
            years=", ".join(str(year) for year in years),
        ),
        details=pairs(provisional=True, years=years),
    )
