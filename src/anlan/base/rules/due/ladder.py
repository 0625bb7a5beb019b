"""Escalation (升级): which levels of a ladder a due has reached.

Source: House rule for the default ladder; a statutory ladder names its source in its policy. The
policy is frozen into a due when it is opened: later editions never change one in flight.
Units and valid range: a level stands so many working days, calendar days, hours or minutes before
(negative) or after (positive) the end; at most 20 levels.
Edge cases: exactly at the instant of a level → not yet reached, as the end itself. A sweep that
comes late reaches every level on the way, in order; one that comes early, or whose clock was put
back, reaches none and takes none back. Without an end there are no levels.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Self

from anlan.base.rules.due.clock import ClockKind, end_of, last_day_of, start_of
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs
from anlan.base.rules.working_days import FIRST_DAY, WorkingCalendar, add_working_days

RULE: Final = "due-ladder"
MOST_LEVELS: Final = 20
MOST_OFFSET: Final = 10_000
_ONE_DAY: Final = timedelta(days=1)
_OFFSET_KINDS: Final = frozenset(
    {ClockKind.WORKING_DAYS, ClockKind.CALENDAR_DAYS, ClockKind.HOURS, ClockKind.MINUTES}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A step: `offset` units of `kind` after the end of the term, before it when negative."""

    label: str
    kind: ClockKind
    offset: int

    def __post_init__(self) -> None:
        if self.kind not in _OFFSET_KINDS:
            raise ValueError("a level is counted in days, hours or minutes")
        if not self.label or abs(self.offset) > MOST_OFFSET:
            raise ValueError("a level has a label and an offset of a sane size")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A ladder in one version, as it is frozen into a due. Level 1 is the first."""

    name: str
    version: str
    source: str
    levels: tuple[Level, ...]

    def __post_init__(self) -> None:
        if len(self.levels) > MOST_LEVELS:
            raise ValueError(f"at most {MOST_LEVELS} levels")

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "version": self.version,
            "source": self.source,
            "levels": [
                {"label": level.label, "kind": level.kind.value, "offset": level.offset}
                for level in self.levels
            ],
        }

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Self:
        levels = tuple(
            Level(label=one["label"], kind=ClockKind(one["kind"]), offset=one["offset"])
            for one in row["levels"]
        )
        return cls(name=row["name"], version=row["version"], source=row["source"], levels=levels)


HOUSE_POLICY: Final = Policy(
    name=gettext_noop("Ladder of the house"),
    version="1",
    source=HOUSE_RULE,
    levels=(
        Level(
            label=gettext_noop("Reminder"),
            kind=ClockKind.WORKING_DAYS,
            offset=-3,
        ),
        Level(label=gettext_noop("Overdue"), kind=ClockKind.CALENDAR_DAYS, offset=0),
        Level(
            label=gettext_noop("To the head of the body"),
            kind=ClockKind.WORKING_DAYS,
            offset=3,
        ),
        Level(
            label=gettext_noop("To the plan office for supervision"),
            kind=ClockKind.WORKING_DAYS,
            offset=10,
        ),
    ),
)
"""House rule: until the city decides on its own ladder."""
NO_LADDER: Final = Policy(
    name=gettext_noop("Without a ladder"), version="1", source=HOUSE_RULE, levels=()
)


def level_at(level: Level, due_at: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant after which a level is reached.

    House rule: days before the end begin with their first hour, days after it end with their
    last, so that a reminder is there the whole day and nobody is reported a day early.
    """
    if level.kind is ClockKind.HOURS:
        return due_at + timedelta(hours=level.offset)
    if level.kind is ClockKind.MINUTES:
        return due_at + timedelta(minutes=level.offset)
    if level.offset == 0:
        return due_at
    last = last_day_of(due_at)
    if level.offset < 0:
        return start_of(_days_before(last, -level.offset, level.kind, calendar))
    if level.kind is ClockKind.WORKING_DAYS:
        return end_of(add_working_days(last, level.offset, calendar).known())
    return end_of(last + timedelta(days=level.offset))


def levels_reached(
    policy: Policy, *, reached: int, due_at: datetime, now: datetime, calendar: WorkingCalendar
) -> Verdict[tuple[int, ...]]:
    """The levels that are new at an instant, in order, when `reached` are recorded already.

    A ladder whose steps changed places (a holiday moved one past another) still goes up one by
    one: whoever reached a level has passed all below it.
    """
    passed = [
        number
        for number, level in enumerate(policy.levels, start=1)
        if now > level_at(level, due_at, calendar)
    ]
    new = tuple(range(reached + 1, max(passed, default=0) + 1))
    return Verdict(value=new, reasons=(_reason(policy, reached, due_at, now),))


def next_level_at(
    policy: Policy, *, reached: int, due_at: datetime, calendar: WorkingCalendar
) -> datetime | None:
    """The instant after which a sweep finds something to do; None when the ladder is climbed."""
    waiting = policy.levels[reached:]
    return min((level_at(level, due_at, calendar) for level in waiting), default=None)


def _days_before(last: date, days: int, kind: ClockKind, calendar: WorkingCalendar) -> date:
    """So many days before `last`; the first day that is counted at all when that is too far."""
    if kind is ClockKind.CALENDAR_DAYS:
        return max(FIRST_DAY, last - timedelta(days=min(days, (last - FIRST_DAY).days)))
    day = last
    while days > 0 and day > FIRST_DAY:
        day -= _ONE_DAY
        days -= calendar.is_worked(day)
    return day


def _reason(policy: Policy, reached: int, due_at: datetime, now: datetime) -> Reason:
    is_ours = policy.source == HOUSE_RULE
    return Reason(
        rule=RULE,
        source=policy.source,
        edition=policy.version,
        status=SourceStatus.HOUSE_DEFAULT if is_ours else SourceStatus.FROM_MEMORY,
        inputs=pairs(policy=policy.name, reached=reached, due_at=due_at, now=now),
        note=Message.of(gettext_noop("The ladder stands as it was when the due was opened.")),
    )
