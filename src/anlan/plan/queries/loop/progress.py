"""States of deliverables in the database, and the lamps of items and bodies.

`with_state` says in SQL what `rules.loop.deliverable` decides; a test holds both against each
other on every combination.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

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
from anlan.plan.models import Handling as HandlingRow
from anlan.plan.queries.loop.bearers import LIVING, live_from
from anlan.plan.queries.memory import remembered
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.rules.loop.deliverable import (
    DeliverableState,
    Finish,
    Progress,
    deliverable_state,
)
from anlan.plan.rules.loop.handling import Handling
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
    """Its term still runs and ends within 30 days."""
    until = now + dt.timedelta(days=SOON_CALENDAR_DAYS)
    return Q(due__state=DueState.RUNNING.value, due__due_at__gte=now, due__due_at__lte=until)


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
    """Lamps over a notice. Keys of columns are items or kinds, as in the matrix; bodies by id.

    `overdue` counts deliverables of a body, `late` its signed assignments past their day,
    `unsigned` those that wait for its signature; `left_out` are items that are not broken down.
    """

    columns: Mapping[str, Tally]
    cells: Mapping[tuple[uuid.UUID, str], Tally]
    overdue: Mapping[uuid.UUID, int]
    late: Mapping[uuid.UUID, int]
    unsigned: Mapping[uuid.UUID, int]
    left_out: frozenset[str]

    def lamp_of(self, key: str) -> Lamp | None:
        """The lamp of a column; nothing known is grey, an item left to the market has none."""
        if key in self.left_out:
            return None
        tally = self.columns.get(key)
        return Tally().lamp().known() if tally is None else tally.lamp().known()

    def lamp_in(self, body: uuid.UUID, key: str) -> Lamp | None:
        tally = self.cells.get((body, key))
        return None if tally is None else tally.lamp().known()

    def names(self, body: uuid.UUID) -> bool:
        """Whether a body has anything to do here."""
        return body in self.overdue or body in self.late or body in self.unsigned

    def weight(self, body: uuid.UUID) -> tuple[int, int, int]:
        """For a ranking: who is most behind."""
        return self.overdue.get(body, 0), self.late.get(body, 0), self.unsigned.get(body, 0)


def hour_of(now: dt.datetime) -> str:
    """The hour of the city in which lamps are read."""
    return now.astimezone(CITY_ZONE).strftime("%Y%m%d%H")


def board(
    notice: Notice,
    now: dt.datetime,
    *,
    by_item: bool,
    since: dt.date,
    state: int | None = None,
) -> Board:
    """Remembered for a state of the journal and an hour: a lamp turns by the clock as well."""
    key = ("board", notice.id, by_item, since, hour_of(now))
    return remembered(key, lambda: _board(notice, now, by_item, since), state=state)


def _board(notice: Notice, now: dt.datetime, by_item: bool, since: dt.date) -> Board:
    columns: dict[str, Tally] = {}
    cells: dict[tuple[uuid.UUID, str], Tally] = {}
    behind: dict[str, Counter[uuid.UUID]] = {part: Counter() for part in _PARTS}
    left_out: set[str] = set()
    for part, key, body, state, count, soon in _rows(notice, now, by_item, since):
        if part == LEFT_OUT:
            left_out.add(key)
        elif part == WAITING_PART:
            columns.setdefault(key, Tally()).waiting += count
        elif part == UNSIGNED:
            behind[UNSIGNED][body] += count
        else:
            reached = DeliverableState(state)
            columns.setdefault(key, Tally()).add(reached, count, soon)
            if body is not None:
                cells.setdefault((body, key), Tally()).add(reached, count, soon)
                behind[part][body] += count if reached is DeliverableState.OVERDUE else 0
    return Board(
        columns=columns,
        cells=cells,
        overdue=+behind[DELIVERABLES],
        late=+behind[TASKS],
        unsigned=+behind[UNSIGNED],
        left_out=frozenset(left_out),
    )


DELIVERABLES, TASKS, UNSIGNED, WAITING_PART, LEFT_OUT = "d", "t", "u", "w", "m"
_PARTS = (DELIVERABLES, TASKS, UNSIGNED)
_NO_BODY = Value(None, output_field=UUIDField())


def _rows(
    notice: Notice, now: dt.datetime, by_item: bool, since: dt.date
) -> Iterable[tuple[Any, ...]]:
    """(part, column, body, state, how many, due soon) of everything the lamps count: one query,
    so that the first screen stays as quick as it was without them."""
    column = "item__key" if by_item else "item__kind"
    deliverables = with_state(Deliverable.objects.filter(withdrawn_at__isnull=True), now, since)
    unsigned = Assignment.objects.filter(state=AssignmentState.PROPOSED.value, body__isnull=False)
    late = Obstacle.objects.filter(state__in=WAITING, due__due_at__lt=now)
    market = HandlingRow.objects.filter(decided=Handling.MARKET.value)
    n, none = Count("pk"), Value(0)
    parts = (
        _part(
            DELIVERABLES,
            _of(notice, deliverables),
            column,
            "body",
            F("state"),
            n,
            _soon_count(now),
        ),
        _part(
            TASKS, _of(notice, _signed(now)), column, "body", F("progress"), n, _soon_count(now)
        ),
        _part(UNSIGNED, _of(notice, unsigned), column, "body", Value(""), n, none),
        _part(WAITING_PART, _of(notice, late), column, _NO_BODY, Value(""), n, none),
        _part(LEFT_OUT, _of(notice, market), column, _NO_BODY, Value(""), n, none),
    )
    return parts[0].union(*parts[1:], all=True)


def _of(notice: Notice, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows of living items of a notice. Of the bare column SQLite makes a walk through all items
    of the notice that looks for rows of each; there are far fewer rows than items."""
    bare = F("item__notice")
    narrowed = rows.filter(item__is_dropped=False).alias(notice_=Coalesce(bare, bare))
    return narrowed.filter(notice_=notice.pk)


def _part(
    name: str, rows: QuerySet[Any], column: str, body: Any, state: Any, n: Any, soon: Any
) -> QuerySet[Any]:
    named = rows.order_by().annotate(
        part_=Value(name, output_field=CharField()),
        column_=F(column),
        body_=F(body) if isinstance(body, str) else body,
        state_=Cast(state, CharField()),
    )
    counted: QuerySet[Any] = named.values_list("part_", "column_", "body_", "state_").annotate(
        n_=n, soon_=soon
    )
    return counted


def _soon_count(now: dt.datetime) -> Count:
    return Count("pk", filter=_soon(now))


def _signed(now: dt.datetime, **narrow: Any) -> QuerySet[Assignment]:
    """Signed assignments with a day; `progress` says in the words of a deliverable how each
    stands."""
    s, due = DeliverableState, DueState
    is_over = Q(due__state=due.RUNNING.value, due__due_at__lt=now)
    return Assignment.objects.filter(
        state=AssignmentState.SIGNED.value, due__isnull=False, **narrow
    ).annotate(
        progress=Case(
            When(due__state=due.ANSWERED.value, then=Value(s.FINISHED.value)),
            When(is_over, then=Value(s.OVERDUE.value)),
            default=Value(s.IN_PROGRESS.value),
            output_field=CharField(),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTasks:
    """What a reporting unit and its bodies were asked: living tasks, unsigned ones, overdue."""

    asked: int = 0
    unsigned: int = 0
    late: int = 0


def tasks_by_unit(scope: Any, notice: Notice, now: dt.datetime) -> dict[str, UnitTasks]:
    """By the code of the unit, those in view. One query."""
    living = Assignment.objects.visible_to(scope).filter(
        item__notice=notice, item__is_dropped=False, state__in=LIVING
    )
    unsigned = Q(state=AssignmentState.PROPOSED.value)
    over = Q(due__state=DueState.RUNNING.value, due__due_at__lt=now)
    counted = (
        living.order_by()
        .values("unit__code")
        .annotate(
            asked=Count("pk"),
            unsigned=Count("pk", filter=unsigned),
            late=Count("pk", filter=over & ~unsigned),
        )
    )
    return {
        row["unit__code"]: UnitTasks(
            asked=row["asked"], unsigned=row["unsigned"], late=row["late"]
        )
        for row in counted
    }


def lamp_of_item(item: PlanItem, now: dt.datetime) -> Verdict[Lamp]:
    """The lamp of one item with its reasons, from the same counts as the board."""
    tally = Tally()
    owed = Deliverable.objects.filter(item=item.pk, withdrawn_at__isnull=True)
    stated = with_state(owed, now, live_from(item.notice.unit_id)).order_by()
    counted = stated.values_list("state").annotate(n=Count("pk"), soon=_soon_count(now))
    tasks = _signed(now, item=item.pk).order_by().values_list("progress")
    for state, count, soon in [
        *counted,
        *tasks.annotate(n=Count("pk"), soon=_soon_count(now)),
    ]:
        tally.add(DeliverableState(state), count, soon)
    late = Obstacle.objects.filter(item=item.pk, state__in=WAITING, due__due_at__lt=now)
    tally.waiting = late.count()
    return tally.lamp()
