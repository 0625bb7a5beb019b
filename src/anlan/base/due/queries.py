"""Reads of the dues: my work, what bodies owe, one due with its ladder."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import Count, Q, QuerySet

from anlan.base.clock import CITY_ZONE
from anlan.base.models import IS_OPEN, Due, DuePause, doer_keys
from anlan.base.parts import registry
from anlan.base.rules.due.addressee import Reach
from anlan.base.rules.due.clock import due_of
from anlan.base.rules.due.ladder import level_at
from anlan.base.rules.due.state import DueState, state_at
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import Verdict
from anlan.base.working_calendar import calendar

SOON_CALENDAR_DAYS = 7
SUNDAY = 6
HEAVY = ("policy", "answer", "withdrawn_reason")


class When(StrEnum):
    """Where a due stands on a work list."""

    OVERDUE = "overdue"
    SOON = "soon"
    LATER = "later"
    WAITING = "waiting"

    @property
    def label(self) -> str:
        return WHEN_LABELS[self]


WHEN_LABELS = {
    When.OVERDUE: gettext_noop("Overdue"),
    When.SOON: gettext_noop("Due in 7 days"),
    When.LATER: gettext_noop("Due later"),
    When.WAITING: gettext_noop("Waiting: standing still, or without a day"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyLoad:
    """What one addressee owes: overdue, and due until the end of the week."""

    body: str
    unit: str
    overdue: int
    this_week: int

    @property
    def key(self) -> str:
        return f"body:{self.body}" if self.body else f"unit:{self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A level of a due's ladder: when, and whether it was reached."""

    number: int
    label: str
    at: dt.datetime | None
    is_reached: bool


def end_of_week(now: dt.datetime) -> dt.datetime:
    """24:00 of Sunday in the city."""
    today = now.astimezone(CITY_ZONE).date()
    monday = today + dt.timedelta(days=SUNDAY + 1 - today.weekday())
    return dt.datetime.combine(monday, dt.time(), CITY_ZONE)


def end_of_soon(now: dt.datetime) -> dt.datetime:
    """24:00 of the seventh day from today."""
    day = now.astimezone(CITY_ZONE).date() + dt.timedelta(days=SOON_CALENDAR_DAYS + 1)
    return dt.datetime.combine(day, dt.time(), CITY_ZONE)


def dues(scope: Any) -> QuerySet[Due]:
    found: QuerySet[Due] = Due.objects.visible_to(scope)
    return found.defer(*HEAVY)


def my_work(scope: Any) -> QuerySet[Due]:
    """Open dues of whoever the scope belongs to, the earliest first; without a day last."""
    return dues(scope).filter(IS_OPEN, doer__in=doer_keys(scope)).order_by("due_at", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkList:
    """My work in its parts: the first rows of each, how many there are, and what is to be said."""

    shown: dict[When, list[Due]]
    counts: dict[When, int]
    provisional: int
    passed: int
    addressees: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def work_list(scope: Any, now: dt.datetime, *, shown: int) -> WorkList:
    """My work, grouped. Two queries, whatever its length: few columns of all, all of a few."""
    few = ("id", "state", "due_at", "is_provisional", "reach", "body", "unit")
    rows = list(my_work(scope).values_list(*few, named=True))
    parts = grouped(rows, now)
    wanted = {when: [row.id for row in part[:shown]] for when, part in parts.items()}
    keys = [key for part in wanted.values() for key in part]
    found = {due.pk: due for due in dues(scope).filter(pk__in=keys)} if keys else {}
    return WorkList(
        shown={when: [found[key] for key in part] for when, part in wanted.items()},
        counts={when: len(part) for when, part in parts.items()},
        provisional=sum(row.is_provisional for row in rows),
        passed=sum(row.reach != Reach.NAMED.value for row in rows),
        addressees=len({(row.body, row.unit) for row in rows}),
    )


def narrowed(rows: QuerySet[Due], when: When, now: dt.datetime) -> QuerySet[Due]:
    """The part of a work list that stands there at an instant."""
    running = Q(state=DueState.RUNNING.value)
    conditions = {
        When.OVERDUE: running & Q(due_at__lt=now),
        When.SOON: running & Q(due_at__gte=now, due_at__lte=end_of_soon(now)),
        When.LATER: running & Q(due_at__gt=end_of_soon(now)),
        When.WAITING: Q(state__in=(DueState.PAUSED.value, DueState.EXPECTED.value)),
    }
    return rows.filter(IS_OPEN, conditions[when])


def when_of(due: Any, now: dt.datetime) -> When:
    """As `narrowed`, for an open due that is loaded, or its `state` and `due_at`."""
    if due.state != DueState.RUNNING.value or due.due_at is None:
        return When.WAITING
    if due.due_at < now:
        return When.OVERDUE
    return When.SOON if due.due_at <= end_of_soon(now) else When.LATER


def grouped(rows: Iterable[Any], now: dt.datetime) -> dict[When, list[Any]]:
    found: dict[When, list[Any]] = {when: [] for when in When}
    for due in rows:
        found[when_of(due, now)].append(due)
    return found


def owed_this_week(scope: Any, now: dt.datetime) -> QuerySet[Due]:
    """Running dues that are over, or end this week."""
    running = dues(scope).filter(IS_OPEN, state=DueState.RUNNING.value)
    return running.filter(due_at__lte=end_of_week(now)).order_by("due_at", "id")


def loads(scope: Any, now: dt.datetime) -> list[BodyLoad]:
    """What each visible addressee owes this week, who is most behind first. One query."""
    rows = (
        owed_this_week(scope, now)
        .order_by()
        .values("body", "unit")
        .annotate(all=Count("id"), overdue=Count("id", filter=Q(due_at__lt=now)))
    )
    found = [
        BodyLoad(
            body=row["body"],
            unit=row["unit"],
            overdue=row["overdue"],
            this_week=row["all"] - row["overdue"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda load: (-load.overdue, -load.this_week, load.key))


def state_of(due: Due, now: dt.datetime) -> DueState:
    return state_at(DueState(due.state), due.due_at, now)


def pauses_of(scope: Any, due: Due) -> list[DuePause]:
    return list(DuePause.objects.visible_to(scope).filter(due=due).order_by("from_at", "id"))


def ladder_of(due: Due) -> list[Step]:
    """The frozen ladder. Without an end, or while the clock stands still, its times are open."""
    policy, days = due.to_policy(), calendar()
    is_timed = due.due_at is not None and due.state not in (
        DueState.PAUSED.value,
        DueState.EXPECTED.value,
    )
    return [
        Step(
            number=number,
            label=level.label,
            at=level_at(level, due.due_at, days) if is_timed and due.due_at else None,
            is_reached=number <= due.level,
        )
        for number, level in enumerate(policy.levels, start=1)
    ]


def term_of(due: Due, pauses: list[DuePause]) -> Verdict[dt.datetime]:
    """When the term ends with the calendar of today, and why."""
    return due_of(due.to_clock(pauses), calendar())


def names_of(rows: Iterable[Due]) -> dict[str, str]:
    """Names of the bodies, units, posts and people that dues name, by key."""
    keys = set()
    for due in rows:
        keys |= {due.addressee().whole, due.addressee().named, due.doer}
        if due.issuer:
            keys.add(f"body:{due.issuer}")
    return names(keys - {""})


def names(keys: Iterable[str]) -> dict[str, str]:
    book, wanted = registry.addressees(), set(keys)
    return book.names(wanted) if book is not None and wanted else {}
