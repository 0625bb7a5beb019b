"""States of deliverables in the database, and the lamps of items and bodies.

`with_state` says in SQL what `rules.loop.deliverable` decides; a test holds both against each
other on every combination.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from anlan.base.clock import CITY_ZONE
from anlan.base.rules.due.clock import end_of, last_day_of, start_of
from anlan.base.rules.due.state import OPEN_STATES, DueState
from anlan.base.rules.verdict import Verdict
from anlan.plan.models import (
    Assignment,
    Deliverable,
    Notice,
    Obstacle,
    PlanItem,
    ProgressReport,
)
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.queries.memory import remembered
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.rules.loop.deliverable import (
    DeliverableState,
    Finish,
    Progress,
    deliverable_state,
)
from anlan.plan.rules.loop.lamp import SOON_CALENDAR_DAYS, Counts, Lamp, item_lamp
from anlan.plan.rules.loop.obstacle import ObstacleState
from anlan.plan.rules.loop.report import ReportState

TOLD = (ReportState.SUBMITTED.value, ReportState.ACCEPTED.value, ReportState.RETURNED.value)
OPEN_DUES = tuple(state.value for state in OPEN_STATES)
WAITING = (ObstacleState.OPEN.value, ObstacleState.ESCALATED.value)


def with_state(
    rows: QuerySet[Deliverable], now: dt.datetime, since: dt.date
) -> QuerySet[Deliverable]:
    """Deliverables annotated with `state`; `since` is the day the plan began to be kept here."""
    reports = ProgressReport.objects.filter(deliverable=OuterRef("pk")).order_by()
    in_review = Exists(reports.filter(state=ReportState.SUBMITTED.value))
    told = Exists(reports.filter(state__in=TOLD))
    s = DeliverableState
    decided = Case(
        When(withdrawn_at__isnull=False, then=Value(s.WITHDRAWN.value)),
        When(finish=Finish.REPORT.value, then=Value(s.FINISHED.value)),
        When(finish=Finish.BACK_FILL.value, then=Value(s.BACK_FILLED.value)),
        When(in_review, then=Value(s.UNDER_REVIEW.value)),
        When(_over(now) & _old(since) & ~told, then=Value(s.TO_BACK_FILL.value)),
        When(_over(now), then=Value(s.OVERDUE.value)),
        When(told, then=Value(s.IN_PROGRESS.value)),
        When(due_on__isnull=True, then=Value(s.NO_DAY.value)),
        default=Value(s.NOT_DUE.value),
        output_field=CharField(),
    )
    return rows.annotate(state=decided)


def _over(now: dt.datetime) -> Q:
    """The term is over. Without a clock the day of the row counts, to its end."""
    clocked = Q(due__isnull=False, due__due_at__lt=now) & ~Q(due__state=DueState.PAUSED.value)
    return clocked | Q(due__isnull=True, due_on__lt=last_day_of(now))


def _old(since: dt.date) -> Q:
    clocked = Q(due__isnull=False, due__due_at__lte=start_of(since))
    return clocked | Q(due__isnull=True, due_on__lt=since)


def _soon(now: dt.datetime) -> Q:
    """Unfinished, and its term ends within 30 days."""
    until = now + dt.timedelta(days=SOON_CALENDAR_DAYS)
    running = Q(due__state=DueState.RUNNING.value)
    return running & Q(finish="", due__due_at__gte=now, due__due_at__lte=until)


def progress_of(row: Deliverable) -> Progress:
    """What the rule needs to know about one deliverable that is loaded with its due."""
    due_at = None
    if row.due is not None:
        is_still = row.due.state == DueState.PAUSED.value
        due_at = None if is_still else row.due.due_at
    elif row.due_on is not None:
        due_at = end_of(row.due_on)
    reports = list(row.reports.values_list("state", flat=True))
    return Progress(
        due_at=due_at,
        has_day=row.due_on is not None,
        finish=Finish(row.finish) if row.finish else None,
        in_review=ReportState.SUBMITTED.value in reports,
        information=sum(state in TOLD for state in reports),
        is_withdrawn=row.withdrawn_at is not None,
    )


def state_of(row: Deliverable, now: dt.datetime) -> Verdict[DeliverableState]:
    since = start_of(live_from(row.item.notice.unit_id))
    return deliverable_state(progress_of(row), now=now, live_from=since)


@dataclass(slots=True, kw_only=True)
class Tally:
    """How many deliverables (and signed assignments with a day) stand where."""

    states: Counter[DeliverableState] = field(default_factory=Counter)
    soon: int = 0
    waiting: int = 0

    def add(self, state: DeliverableState, count: int, soon: int = 0) -> None:
        self.states[state] += count
        self.soon += soon

    @property
    def overdue(self) -> int:
        return self.states[DeliverableState.OVERDUE]

    def lamp(self) -> Verdict[Lamp]:
        return item_lamp(Counts(states=self.states, due_soon=self.soon, waiting=self.waiting))


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """Lamps over a notice. Keys of columns are items or kinds, as in the matrix; bodies by id;
    `unsigned` counts assignments of a body that wait for its signature."""

    columns: Mapping[str, Tally]
    cells: Mapping[tuple[uuid.UUID, str], Tally]
    bodies: Mapping[uuid.UUID, Tally]
    unsigned: Mapping[uuid.UUID, int]
    lamps: Mapping[Lamp, int]

    def overdue_of(self, body: uuid.UUID) -> int:
        tally = self.bodies.get(body)
        return tally.overdue if tally else 0


def board(notice: Notice, now: dt.datetime, *, by_item: bool, state: int | None = None) -> Board:
    """Remembered for a state of the journal and an hour: a lamp turns by the clock as well."""
    hour = now.astimezone(CITY_ZONE).strftime("%Y%m%d%H")
    key = ("board", notice.id, by_item, hour)
    return remembered(key, lambda: _board(notice, now, by_item=by_item), state=state)


def _board(notice: Notice, now: dt.datetime, *, by_item: bool) -> Board:
    column = "item__key" if by_item else "item__kind"
    columns: dict[str, Tally] = {}
    cells: dict[tuple[uuid.UUID, str], Tally] = {}
    bodies: dict[uuid.UUID, Tally] = {}

    def add(key: str, body: uuid.UUID | None, state: str, count: int, soon: int) -> None:
        tallies = [columns.setdefault(key, Tally())]
        if body is not None:
            tallies.append(cells.setdefault((body, key), Tally()))
            tallies.append(bodies.setdefault(body, Tally()))
        for tally in tallies:
            tally.add(DeliverableState(state), count, soon)

    for row in _deliverables(notice, now, column):
        add(*row)
    for row in _assignments(notice, now, column):
        add(*row)
    for key, count in _waiting(notice, now, column):
        columns.setdefault(key, Tally()).waiting += count
    lamps = Counter(tally.lamp().known() for tally in columns.values()) if by_item else Counter()
    return Board(
        columns=columns, cells=cells, bodies=bodies, unsigned=_unsigned(notice), lamps=lamps
    )


def _deliverables(notice: Notice, now: dt.datetime, column: str) -> list[tuple[Any, ...]]:
    live = Deliverable.objects.filter(
        item__notice=notice, item__is_dropped=False, withdrawn_at__isnull=True
    )
    stated = with_state(live, now, live_from(notice.unit_id)).order_by()
    counted = stated.values_list(column, "body", "state")
    return list(counted.annotate(n=Count("pk"), soon=Count("pk", filter=_soon(now))))


def _assignments(
    notice: Notice, now: dt.datetime, column: str, item: uuid.UUID | None = None
) -> list[tuple[Any, ...]]:
    """Signed assignments with a day, in the words of a deliverable."""
    rows = Assignment.objects.all() if item is None else Assignment.objects.filter(item=item)
    signed = rows.filter(
        item__notice=notice,
        item__is_dropped=False,
        state=AssignmentState.SIGNED.value,
        due__isnull=False,
    ).order_by()
    s = DeliverableState
    stated = signed.annotate(
        progress=Case(
            When(due__state=DueState.ANSWERED.value, then=Value(s.FINISHED.value)),
            When(
                due__state=DueState.RUNNING.value, due__due_at__lt=now, then=Value(s.OVERDUE.value)
            ),
            default=Value(s.IN_PROGRESS.value),
            output_field=CharField(),
        )
    )
    until = now + dt.timedelta(days=SOON_CALENDAR_DAYS)
    soon = Q(due__state=DueState.RUNNING.value, due__due_at__gte=now, due__due_at__lte=until)
    counted = stated.values_list(column, "body", "progress")
    return list(counted.annotate(n=Count("pk"), soon=Count("pk", filter=soon)))


def _waiting(notice: Notice, now: dt.datetime, column: str) -> list[tuple[str, int]]:
    """Requests for coordination whose term for a reply is over."""
    late = Obstacle.objects.filter(
        item__notice=notice, item__is_dropped=False, state__in=WAITING, due__due_at__lt=now
    ).order_by()
    return list(late.values_list(column).annotate(n=Count("pk")))


def _unsigned(notice: Notice) -> dict[uuid.UUID, int]:
    waiting = Assignment.objects.filter(
        item__notice=notice,
        item__is_dropped=False,
        state=AssignmentState.PROPOSED.value,
        body__isnull=False,
    ).order_by()
    return dict(waiting.values_list("body").annotate(n=Count("pk")))


def lamp_of_item(item: PlanItem, now: dt.datetime) -> Verdict[Lamp]:
    """The lamp of one item with its reasons, from the same counts as the board."""
    tally = Tally()
    for state, count, soon in _of_item(item, now):
        tally.add(DeliverableState(state), count, soon)
    late = Obstacle.objects.filter(item=item.pk, state__in=WAITING, due__due_at__lt=now)
    tally.waiting = late.count()
    return tally.lamp()


def _of_item(item: PlanItem, now: dt.datetime) -> list[tuple[str, int, int]]:
    rows = Deliverable.objects.filter(item=item.pk, withdrawn_at__isnull=True)
    stated = with_state(rows, now, live_from(item.notice.unit_id)).order_by().values_list("state")
    counted = stated.annotate(n=Count("pk"), soon=Count("pk", filter=_soon(now)))
    assigned = _assignments(item.notice, now, "item__key", item.pk)
    return [*counted, *((row[2], row[3], row[4]) for row in assigned)]
