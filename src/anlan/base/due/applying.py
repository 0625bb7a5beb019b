"""Dues inside a recording that is open already: one action, one entry.

A stage that opens a due together with its own rows calls `apply_open(rec, NewDue(...))`, and
`apply_answer(rec, due_id, what=...)` when its own action is the answer. Whether the actor may do
it is that stage's decision; the public actions of `due.actions` check it themselves.

Time never runs backwards for a due: an instant before the clock moved last counts as that one.
"""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q

from anlan.base.clock import CITY_ZONE
from anlan.base.due.errors import (
    BadTerm,
    DayAlreadySet,
    DueClosed,
    DueNotPaused,
    DueNotRunning,
    DueOver,
)
from anlan.base.errors import Conflict
from anlan.base.journal.recording import Recording
from anlan.base.models import IS_OPEN, Due, DuePause
from anlan.base.parts import registry
from anlan.base.rules.due.addressee import Addressee, Holding, Reached, reach_of
from anlan.base.rules.due.clock import Clock, ClockKind, due_of, is_provisional
from anlan.base.rules.due.ladder import HOUSE_POLICY, Policy, next_level_at
from anlan.base.rules.due.state import DueState
from anlan.base.rules.message import RuleRefused
from anlan.base.rules.verdict import UNKNOWN
from anlan.base.rules.working_days import WorkingCalendar
from anlan.base.upkeep import validate
from anlan.base.working_calendar import calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDue:
    """What is expected of whom by when. `title` holds no personal data: it stands in lists.

    `subject_model` is the label of the subject's table ("plan.planitem"); its stage declares a
    `DueSubject` so that the due links to it. `rule` and `source` say what sets the term.
    """

    subject_model: str
    subject_key: str
    title: str
    rule: str
    source: str
    addressee: Addressee
    kind: ClockKind
    start_at: dt.datetime
    amount: int = 0
    fixed_on: dt.date | None = None
    issuer: str = ""
    policy: Policy = field(default=HOUSE_POLICY)


def apply_open(rec: Recording, new: NewDue) -> Due:
    """Open a due; its ladder is frozen into it."""
    reached = reached_today(new.addressee, rec.now)
    due = Due(
        subject_model=new.subject_model,
        subject_key=new.subject_key,
        title=new.title,
        rule=new.rule,
        source=new.source,
        body=new.addressee.body,
        unit=new.addressee.unit,
        post=new.addressee.post,
        person=new.addressee.person,
        account=new.addressee.account,
        reach=reached.reach.value,
        doer=reached.doer,
        issuer=new.issuer or rec.actor.body,
        start_at=new.start_at,
        clock=new.kind.value,
        amount=new.amount,
        fixed_on=new.fixed_on,
        policy=new.policy.to_json(),
    )
    asks_no_calendar = new.kind.is_elapsed and not new.policy.levels
    _count(due, [], WorkingCalendar() if asks_no_calendar else calendar())
    validate(due)
    rec.add(due)
    return due


def apply_pause(rec: Recording, key: uuid.UUID, *, why: str, expected_version: int) -> Due:
    """Let the clock stand still."""
    due = _lock_open(rec, key, expected_version)
    pauses = pauses_of(due)
    at = _not_before(due.to_clock(pauses), rec.now)
    if due.state != DueState.RUNNING.value or due.due_at is None:
        raise DueNotRunning
    if at > due.due_at:
        raise DueOver(at=_shown(due.due_at))
    pause = DuePause(due=due, from_at=at, by=rec.actor.account, reason=why)
    validate(pause)
    rec.add(pause)
    due.state = DueState.PAUSED.value
    due.next_level_at = None
    rec.save(due)
    return due


def apply_resume(rec: Recording, key: uuid.UUID, *, why: str, expected_version: int) -> Due:
    """Let the clock run on with exactly what was left."""
    due = _lock_open(rec, key, expected_version)
    pauses = pauses_of(due)
    if due.state != DueState.PAUSED.value or not pauses:
        raise DueNotPaused
    pause = rec.lock(DuePause, pauses[-1].pk)
    pause.until_at = max(rec.now, pause.from_at)
    pause.ended_by, pause.ended_reason = rec.actor.account, why
    validate(pause)
    rec.save(pause)
    _count(due, [*pauses[:-1], pause], calendar())
    rec.save(due)
    return due


def apply_answer(
    rec: Recording, key: uuid.UUID, *, what: str, expected_version: int | None = None
) -> Due:
    """It was done; late or not follows from the end of the term."""
    due = _lock_open(rec, key, expected_version)
    due.state = DueState.ANSWERED.value
    due.answered_at, due.answered_by, due.answer = rec.now, rec.actor.account, what
    due.next_level_at = None
    _end_pause(rec, due, why=what)
    validate(due)
    rec.save(due)
    return due


def apply_withdraw(
    rec: Recording, key: uuid.UUID, *, why: str, expected_version: int | None = None
) -> Due:
    """It is no longer expected."""
    due = _lock_open(rec, key, expected_version)
    due.state = DueState.WITHDRAWN.value
    due.withdrawn_at, due.withdrawn_by, due.withdrawn_reason = rec.now, rec.actor.account, why
    due.next_level_at = None
    _end_pause(rec, due, why=why)
    validate(due)
    rec.save(due)
    return due


def apply_day(rec: Recording, key: uuid.UUID, *, on: dt.date, expected_version: int) -> Due:
    """Set the day of something that was expected without one."""
    due = _lock_open(rec, key, expected_version)
    if due.state != DueState.EXPECTED.value:
        raise DayAlreadySet(field="on")
    due.clock, due.fixed_on = ClockKind.FIXED_DAY.value, on
    _count(due, [], calendar())
    validate(due)
    rec.save(due)
    return due


def apply_subject(rec: Recording, key: uuid.UUID, *, subject_key: str, title: str) -> Due:
    """Let an open due go on about another record of the same table: its clock, what was left of
    it, its pauses and the level it reached stay as they are."""
    due = _lock_open(rec, key, None)
    due.subject_key, due.title = subject_key, title
    validate(due)
    rec.save(due)
    return due


def apply_recount(rec: Recording, key: uuid.UUID, days: WorkingCalendar) -> bool:
    """Count an open, running due anew with a calendar. Returns whether anything changed."""
    due = rec.lock(Due, key)
    if due.state != DueState.RUNNING.value:
        return False
    version = due.version
    _count(due, pauses_of(due), days)
    rec.save(due)
    return due.version != version


def apply_readdress(rec: Recording, key: uuid.UUID, **named: str) -> Due:
    """Whom it reaches today, and with `named` (columns of the addressee, `issuer`) whom it names
    from now on; unchanged when nobody came or left. Term, pauses and levels stay."""
    due = rec.lock(Due, key)
    if DueState(due.state).is_open:
        for name, value in named.items():
            setattr(due, name, value)
        reached = reached_today(due.addressee(), rec.now)
        due.reach, due.doer = reached.reach.value, reached.doer
        rec.save(due)
    return due


def apply_succession(rec: Recording, *, names: Iterable[str], old: str, new: str) -> int:
    """What is open and names one that is now another (a body that was merged, by `body` and
    `issuer`; a person, by `person`) names the other. Whom those of the other reach is seen anew:
    people may have come with it. What was closed stays as it was closed. Returns how many."""
    columns = tuple(names)
    concerned = reduce(or_, (Q(**{f"{name}__in": (old, new)}) for name in columns))
    rows = list(Due.objects.filter(IS_OPEN, concerned).order_by("pk").values("pk", *columns))
    for row in rows:
        apply_readdress(rec, row["pk"], **{name: new for name in columns if row[name] == old})
    return len(rows)


def pauses_of(due: Due) -> list[DuePause]:
    return list(DuePause.objects.filter(due=due).order_by("from_at", "id"))


def pauses_by_due(keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[DuePause]]:
    """The pauses of many dues, each in the order of time. One query."""
    found: dict[uuid.UUID, list[DuePause]] = {}
    for pause in DuePause.objects.filter(due__in=list(keys)).order_by("from_at", "id"):
        found.setdefault(pause.due_id, []).append(pause)
    return found


def reached_today(addressee: Addressee, now: dt.datetime) -> Reached:
    book = registry.addressees()
    holding: Holding | None = None
    if book is not None:
        holding = book.holdings([addressee], now.astimezone(CITY_ZONE).date())[0]
    return reach_of(addressee, holding).known()


def counted(
    due: Due, pauses: list[DuePause], days: WorkingCalendar
) -> tuple[dt.datetime | None, bool, dt.datetime | None]:
    """(end, provisional, next level) of a clock that is not standing still."""
    try:
        verdict = due_of(due.to_clock(pauses), days)
        if verdict.value is UNKNOWN:
            return None, False, None
        end = verdict.value.astimezone(dt.UTC)
        following = next_level_at(
            due.to_policy(), reached=due.level, due_at=verdict.value, calendar=days
        )
    except RuleRefused as refusal:
        raise BadTerm.of(refusal) from refusal
    return end, is_provisional(verdict), following and following.astimezone(dt.UTC)


def _count(due: Due, pauses: list[DuePause], days: WorkingCalendar) -> None:
    due.due_at, due.is_provisional, due.next_level_at = counted(due, pauses, days)
    state = DueState.EXPECTED if due.due_at is None else DueState.RUNNING
    due.state = state.value


def _lock_open(rec: Recording, key: uuid.UUID, expected_version: int | None) -> Due:
    """The due for change. Who comes second to a closed one is told so, whatever version it saw."""
    try:
        due = rec.lock(Due, key, expected_version=expected_version)
    except Conflict:
        _require_open(rec.lock(Due, key))
        raise
    _require_open(due)
    return due


def _require_open(due: Due) -> None:
    if not DueState(due.state).is_open:
        at = due.answered_at or due.withdrawn_at
        by = due.answered_by or due.withdrawn_by
        raise DueClosed(title=due.title, at=_shown(at), by=by)


def _end_pause(rec: Recording, due: Due, *, why: str) -> None:
    for pause in pauses_of(due):
        if pause.until_at is None:
            row = rec.lock(DuePause, pause.pk)
            row.until_at = max(rec.now, row.from_at)
            row.ended_by, row.ended_reason = rec.actor.account, why[:300]
            rec.save(row)


def _not_before(moved: Clock, now: dt.datetime) -> dt.datetime:
    return max(now, moved.last_moved_at)


def _shown(at: dt.datetime | None) -> str:
    return at.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M") if at else "—"
