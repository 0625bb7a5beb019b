"""When a term ends: the clock of a due, with its pauses.

Source: the end of the day and the roll to the next working day: 中华人民共和国民法典 Art. 203
(2020-05-28), by analogy, because administrative papers seldom say; the first day is not counted:
Art. 201, see `working_days`. House rule: what a pause does (no statute fixes it for all terms).
Units and valid range: whole working days, calendar days, hours or minutes; days 1949 to 2100.
Edge cases: a year without holiday notice → provisional, see `working_days`. A fixed day is the
source's own and never rolls. A day that is not set yet → UNKNOWN. A clock that stands still has no
end until it runs on → UNKNOWN, `remaining_of` tells what is left.

Pauses, House rule: hours and minutes are kept to the instant. Days are kept as whole days: the day
on which a clock is stopped is used up, the day on which it runs on is not counted (as the first
day of any term), so that what was left when it stopped is left when it runs on.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from anlan.base.rules.argument import CHINA_STANDARD_TIME
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.base.rules.working_days import (
    FIRST_DAY,
    LAST_DAY,
    WorkingCalendar,
    add_working_days,
    working_days_between,
)

RULE: Final = "due-end"
CIVIL_CODE: Final = "中华人民共和国民法典"
END_ARTICLE: Final = "第二百零三条"
END_EDITION: Final = "2020-05-28"
MOST_DAYS: Final = 10_000
MOST_ELAPSED: Final = timedelta(days=MOST_DAYS)
_ONE_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)


class ClockKind(StrEnum):
    """How a term is counted. `NOT_SET`: something is expected, its day is not known yet."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"
    MINUTES = "minutes"
    FIXED_DAY = "fixed_day"
    NOT_SET = "not_set"

    @property
    def label(self) -> str:
        return CLOCK_LABELS[self]

    @property
    def is_elapsed(self) -> bool:
        return self in _UNITS


CLOCK_LABELS: Final = {
    ClockKind.WORKING_DAYS: gettext_noop("working days"),
    ClockKind.CALENDAR_DAYS: gettext_noop("calendar days"),
    ClockKind.HOURS: gettext_noop("hours"),
    ClockKind.MINUTES: gettext_noop("minutes"),
    ClockKind.FIXED_DAY: gettext_noop("a fixed day"),
    ClockKind.NOT_SET: gettext_noop("day not set yet"),
}
_UNITS: Final = {ClockKind.HOURS: timedelta(hours=1), ClockKind.MINUTES: timedelta(minutes=1)}


class TermRefused(RuleRefused):
    """The term is negative, too long, or leaves the years that are counted."""

    def __init__(self, kind: ClockKind, amount: int) -> None:
        said = gettext_noop(
            "A term of {amount} {kind} was refused. Give at least 0, at most {most} days."
        )
        unit = Message.of(kind.label)
        super().__init__(Message.of(said, amount=amount, kind=unit, most=MOST_DAYS))


class PausesRefused(RuleRefused):
    """Pauses overlap, run backwards or begin before the term."""

    def __init__(self) -> None:
        said = gettext_noop(
            "The pauses of this term overlap or run backwards. Give them in the order of time."
        )
        super().__init__(Message.of(said))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The clock stands still from `start` until `end`; None: it still does."""

    start: datetime
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A term from `start`. `fixed_on` is the day of a FIXED_DAY and of nothing else."""

    kind: ClockKind
    start: datetime
    amount: int = 0
    fixed_on: date | None = None
    pauses: tuple[Pause, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind is ClockKind.FIXED_DAY) != (self.fixed_on is not None):
            raise ValueError("a fixed day, and only a fixed day, has fixed_on")
        unit = _UNITS.get(self.kind, _ONE_DAY)
        if self.amount < 0 or self.amount > MOST_ELAPSED // unit:
            raise TermRefused(self.kind, self.amount)
        before = self.start
        for index, pause in enumerate(self.pauses):
            is_last = index == len(self.pauses) - 1
            if pause.start < before or (pause.end is None and not is_last):
                raise PausesRefused
            before = pause.end or pause.start
            if before < pause.start:
                raise PausesRefused

    @property
    def is_standing(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].end is None

    @property
    def last_moved_at(self) -> datetime:
        """The last instant at which the clock was started, stopped or set running again."""
        if not self.pauses:
            return self.start
        return self.pauses[-1].end or self.pauses[-1].start


@dataclass(frozen=True, slots=True, kw_only=True)
class Remaining:
    """What is left: whole `days` of a day clock, or an `elapsed` span of hours and minutes."""

    kind: ClockKind
    days: int = 0
    elapsed: timedelta = timedelta(0)


def due_of(clock: Clock, calendar: WorkingCalendar) -> Verdict[datetime]:
    """The instant after which the term is over (an answer at that very instant is in time).

    Source, units and edge cases: see the module.
    """
    if clock.kind is ClockKind.NOT_SET:
        return Verdict.unknown(_not_set_reason(clock))
    if clock.is_standing:
        return Verdict.unknown(_standing_reason(clock))
    anchor, left = _run(clock, calendar)
    said = (_pause_reason(clock),) if clock.pauses else ()
    if isinstance(left, timedelta):
        return Verdict(value=anchor + left, reasons=(_elapsed_reason(clock), *said))
    day = _local_day(anchor)
    if clock.kind is ClockKind.WORKING_DAYS:
        ends = add_working_days(day, left, calendar)
        last, reasons = ends.known(), ends.reasons
    elif clock.kind is ClockKind.CALENDAR_DAYS:
        rolled = add_working_days(_day_after(day, left, clock), 0, calendar)
        last, reasons = rolled.known(), rolled.reasons[1:]
    else:
        last, reasons = _day_after(day, left, clock), ()
    end = _end_reason(clock, last)
    return Verdict(value=end_of(last), reasons=(end, *reasons, *said))


def remaining_of(clock: Clock, at: datetime, calendar: WorkingCalendar) -> Verdict[Remaining]:
    """What is left of the term at an instant; nothing less than nothing.

    Source: House rule, see the module. Edge cases: before the clock moved last → as it was then.
    """
    if clock.kind is ClockKind.NOT_SET:
        return Verdict.unknown(_not_set_reason(clock))
    anchor, left = _run(clock, calendar)
    if not clock.is_standing:
        left = _less(clock.kind, left, anchor, max(at, anchor), calendar)
    reason = _pause_reason(clock) if clock.pauses else _elapsed_reason(clock)
    if isinstance(left, timedelta):
        return Verdict(value=Remaining(kind=clock.kind, elapsed=left), reasons=(reason,))
    return Verdict(value=Remaining(kind=clock.kind, days=left), reasons=(reason,))


def is_provisional(verdict: Verdict[datetime]) -> bool:
    """Whether the verdict rests on a year whose holidays are not announced."""
    return any(("provisional", True) in reason.details for reason in verdict.reasons)


def provisional_years(verdict: Verdict[datetime]) -> tuple[int, ...]:
    """The years whose notices are awaited."""
    found: list[int] = []
    for reason in verdict.reasons:
        details = dict(reason.details)
        years = details.get("years")
        if details.get("provisional") and isinstance(years, tuple):
            found += years
    return tuple(dict.fromkeys(found))


def end_of(day: date) -> datetime:
    """24:00 of a day in the city."""
    return start_of(day) + _ONE_DAY


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA_STANDARD_TIME)


def last_day_of(due_at: datetime) -> date:
    """The last day that a term which ends at `due_at` touches."""
    return _local_day(due_at - _INSTANT)


def _run(clock: Clock, calendar: WorkingCalendar) -> tuple[datetime, int | timedelta]:
    """When the clock moved last, and what was left then."""
    anchor, left = clock.start, _term(clock)
    for pause in clock.pauses:
        left = _less(clock.kind, left, anchor, pause.start, calendar)
        anchor = pause.end or pause.start
    return anchor, left


def _term(clock: Clock) -> int | timedelta:
    if clock.kind in _UNITS:
        return clock.amount * _UNITS[clock.kind]
    if clock.fixed_on is not None:
        return (clock.fixed_on - _local_day(clock.start)).days
    return clock.amount


def _less(
    kind: ClockKind,
    left: int | timedelta,
    start: datetime,
    end: datetime,
    calendar: WorkingCalendar,
) -> int | timedelta:
    """`left` after the clock ran from `start` to `end`."""
    if isinstance(left, timedelta):
        return max(timedelta(0), left - (end - start))
    first, last = _local_day(start), _local_day(end)
    if kind is ClockKind.WORKING_DAYS:
        return max(0, left - working_days_between(first, last, calendar).known())
    return max(0, left - (last - first).days)


def _local_day(instant: datetime) -> date:
    return instant.astimezone(CHINA_STANDARD_TIME).date()


def _day_after(day: date, days: int, clock: Clock) -> date:
    if not FIRST_DAY <= day <= LAST_DAY or days > (LAST_DAY - day).days:
        raise TermRefused(clock.kind, clock.amount)
    return day + timedelta(days=days)


def _end_reason(clock: Clock, last: date) -> Reason:
    given = pairs(clock=clock.kind.value, amount=clock.amount, start=clock.start, last_day=last)
    if clock.kind is ClockKind.FIXED_DAY:
        note = gettext_noop("The source names the day; the term ends with it, at 24:00.")
        return _house(given, note)
    note = gettext_noop(
        "A term of days ends at 24:00 of its last day; a last day on a holiday moves to the next "
        "working day (term rule of civil law, by analogy)."
    )
    return Reason(
        rule=RULE,
        source=CIVIL_CODE,
        article=END_ARTICLE,
        edition=END_EDITION,
        status=SourceStatus.FROM_MEMORY,
        inputs=given,
        note=Message.of(note),
    )


def _elapsed_reason(clock: Clock) -> Reason:
    given = pairs(clock=clock.kind.value, amount=clock.amount, start=clock.start)
    return _house(given, gettext_noop("Counted from the start to the instant, day and night."))


def _pause_reason(clock: Clock) -> Reason:
    given = pairs(pauses=tuple((pause.start, pause.end) for pause in clock.pauses))
    note = gettext_noop(
        "While the clock stood still nothing was used up; the day it ran on is not counted."
    )
    return _house(given, note)


def _standing_reason(clock: Clock) -> Reason:
    given = pairs(clock=clock.kind.value, since=clock.pauses[-1].start)
    return _house(given, gettext_noop("The clock stands still: the end is known when it runs on."))


def _not_set_reason(clock: Clock) -> Reason:
    note = gettext_noop(
        "This is expected, but its day is not set yet. It is not late: ask for the day."
    )
    return _house(pairs(start=clock.start), note)


def _house(inputs: tuple[tuple[str, object], ...], note: str) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=inputs,
        note=Message.of(note),
    )
