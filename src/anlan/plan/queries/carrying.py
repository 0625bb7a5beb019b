"""Reads of a carry-over: what is unfinished, what runs on an item, who is orphaned, what is left.

Work is open when it still asks something of somebody: an assignment that waits for a signature or
was signed and is not done, a deliverable that is neither finished nor withdrawn, a request for
coordination that is not closed.
"""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from anlan.plan.models import (
    Assignment,
    CarriedItem,
    CarriedOwner,
    CarryOver,
    Deliverable,
    Duty,
    Notice,
    Obstacle,
    PlanItem,
    ProgressReport,
)
from anlan.plan.models import Handling as HandlingRow
from anlan.plan.queries.items import edition_of
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.queries.loop.progress import OPEN_DUES, Tally, board
from anlan.plan.queries.reading import parsed_edition
from anlan.plan.rules.carry_over.decision import Decision, Unsettled, orphaned
from anlan.plan.rules.carry_over.proposal import Proposal, propose
from anlan.plan.rules.carry_over.standing import ItemStanding, standing_at_end
from anlan.plan.rules.carry_over.succession import NoticeFacts
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.rules.loop.handling import Handling, handling_of
from anlan.plan.rules.loop.obstacle import ObstacleState
from anlan.plan.rules.loop.report import ReportState
from anlan.plan.rules.notice.values import Mode
from anlan.registers import queries as registers
from anlan.registers.models import Body

UNFINISHED_WORK = Q(state=AssignmentState.PROPOSED.value) | Q(
    Q(due__isnull=True) | Q(due__state__in=OPEN_DUES), state=AssignmentState.SIGNED.value
)


def open_assignments() -> QuerySet[Assignment]:
    related = ("item__notice", "unit", "body__unit", "post", "person", "assigner", "due")
    return Assignment.objects.filter(UNFINISHED_WORK).select_related(*related)


def open_deliverables() -> QuerySet[Deliverable]:
    rows = Deliverable.objects.filter(finish="", withdrawn_at__isnull=True)
    return rows.select_related("item__notice", "unit", "body__unit", "due")


def open_obstacles() -> QuerySet[Obstacle]:
    rows = Obstacle.objects.exclude(state=ObstacleState.CLOSED.value)
    return rows.select_related("item__notice", "unit", "body__unit", "addressee__unit", "due")


def in_review() -> QuerySet[ProgressReport]:
    return ProgressReport.objects.filter(state=ReportState.SUBMITTED.value)


@dataclass(slots=True, kw_only=True)
class Work:
    """What is open on one item."""

    assignments: list[Assignment] = field(default_factory=list)
    deliverables: list[Deliverable] = field(default_factory=list)
    obstacles: list[Obstacle] = field(default_factory=list)
    reviews: int = 0

    @property
    def running(self) -> int:
        """What the rule of the standing counts; deliverables show in the lamp."""
        return len(self.assignments) + len(self.obstacles) + self.reviews

    @property
    def total(self) -> int:
        return len(self.assignments) + len(self.deliverables) + len(self.obstacles)

    def tops(self) -> list[Assignment]:
        """Assignments above which nothing is open: what is broken down below follows them."""
        keys = {row.pk for row in self.assignments}
        return [row for row in self.assignments if row.above_id not in keys]

    def bodies(self) -> set[uuid.UUID]:
        """Bodies that have to do something here in their own name."""
        rows: list[Any] = [*self.tops(), *self.deliverables, *self.obstacles]
        return {row.body_id for row in rows if row.body_id is not None}

    def of_body(self, body: uuid.UUID) -> int:
        rows: list[Any] = [*self.tops(), *self.deliverables, *self.obstacles]
        return sum(row.body_id == body for row in rows)

    def days(self) -> list[dt.date]:
        rows: list[Any] = [*self.assignments, *self.deliverables]
        return sorted(row.due_on for row in rows if row.due_on is not None)


def work_of(items: Iterable[uuid.UUID]) -> dict[uuid.UUID, Work]:
    """What is open on each of these items; items without open work are absent. Four queries."""
    keys, found = list(items), defaultdict[uuid.UUID, Work](Work)
    for assignment in open_assignments().filter(item__in=keys).order_by("assigned_at", "pk"):
        found[assignment.item_id].assignments.append(assignment)
    for deliverable in open_deliverables().filter(item__in=keys).order_by("position", "pk"):
        found[deliverable.item_id].deliverables.append(deliverable)
    for obstacle in open_obstacles().filter(item__in=keys).order_by("raised_at", "pk"):
        found[obstacle.item_id].obstacles.append(obstacle)
    for item in in_review().filter(item__in=keys).values_list("item", flat=True):
        found[item].reviews += 1
    return dict(found)


def work_on(item: uuid.UUID) -> Work:
    return work_of([item]).get(item, Work())


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfinished:
    """An item that needs a decision, and how it stands."""

    item: PlanItem
    standing: ItemStanding


def unfinished(notice: Notice, now: dt.datetime) -> list[Unfinished]:
    """The items of a notice that need a decision when another follows it, in its order."""
    items = list(PlanItem.objects.filter(notice=notice, is_dropped=False).order_by("position"))
    decided = dict(HandlingRow.objects.filter(item__notice=notice).values_list("item", "decided"))
    lamps = board(notice, now, by_item=True, since=live_from(notice.unit_id)).columns
    work = work_of(item.pk for item in items)
    found = []
    for item in items:
        said = decided.get(item.pk)
        handling = handling_of(Mode(item.mode), Handling(said) if said else None).known()
        lamp = lamps.get(item.key, Tally()).lamp().known()
        running = work[item.pk].running if item.pk in work else 0
        stands = standing_at_end(handling, lamp, running).known()
        if stands.needs_decision:
            found.append(Unfinished(item=item, standing=stands))
    return found


def proposals(predecessor: Notice, successor: Notice) -> dict[str, Proposal]:
    """What the rule proposes for each item of the predecessor, by its key."""
    old, new = (parsed_edition(edition_of(notice)) for notice in (predecessor, successor))
    return {one.old: one for one in propose(old, new)}


def facts_of(notice: Notice) -> NoticeFacts:
    return NoticeFacts(
        key=str(notice.pk), name=str(notice), issued_on=notice.issued_on, is_draft=notice.is_draft
    )


def followed() -> dict[str, str]:
    """Each notice that is carried over, and the one that follows it."""
    pairs = CarryOver.objects.values_list("predecessor", "successor")
    return {str(one): str(other) for one, other in pairs}


def named_bodies(items: Iterable[uuid.UUID], day: dt.date) -> dict[uuid.UUID, set[uuid.UUID]]:
    """Bodies that items name, directly or as members of a group on a day."""
    members: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    for group, body in registers.memberships_on(day):
        members[group].add(body)
    found: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    duties = Duty.objects.filter(item__in=list(items)).order_by()
    for item, one, many in duties.values_list("item", "body", "group"):
        if one is not None:
            found[item].add(one)
        elif many is not None:
            found[item] |= members[many]
    return dict(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanedBody:
    """A body whose work under an item the successor's item no longer names, and what was chosen
    for it."""

    row: CarriedItem
    body: Body
    works: int
    owner: CarriedOwner | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A carry-over at an instant: its rows, the open work of their items, the orphaned."""

    rows: tuple[CarriedItem, ...]
    work: Mapping[uuid.UUID, Work]
    orphans: tuple[OrphanedBody, ...]
    decisions: Mapping[str, int]
    unsettled: Unsettled

    @property
    def decided(self) -> int:
        return sum(self.decisions.values())

    @property
    def open_orphans(self) -> tuple[OrphanedBody, ...]:
        return tuple(one for one in self.orphans if one.owner is None)

    def orphans_of(self, row: CarriedItem) -> tuple[OrphanedBody, ...]:
        return tuple(one for one in self.orphans if one.row.pk == row.pk)


def carry_over_at(pair: CarryOver, now: dt.datetime, day: dt.date) -> Overview:
    """Everything about one carry-over that its page and its closing need."""
    related = ("item", "proposed", "target", "carry_over")
    rows = tuple(CarriedItem.objects.filter(carry_over=pair).select_related(*related))
    rows = tuple(sorted(rows, key=lambda row: row.item.position))
    work = work_of(row.item_id for row in rows)
    lost = _orphans(rows, work, day)
    return Overview(
        rows=rows,
        work=work,
        orphans=lost,
        decisions=Counter(row.decision for row in rows if row.decision),
        unsettled=_unsettled(pair, rows, work, lost, now, day),
    )


def _orphans(
    rows: tuple[CarriedItem, ...], work: Mapping[uuid.UUID, Work], day: dt.date
) -> tuple[OrphanedBody, ...]:
    carried = [row for row in rows if row.target_id is not None and row.item_id in work]
    if not carried:
        return ()
    keys = [key for row in carried for key in (row.item_id, row.target_id) if key is not None]
    named = named_bodies(keys, day)
    owners = {
        (owner.row_id, owner.body_id): owner
        for owner in CarriedOwner.objects.filter(row__in=carried).select_related("new_body")
    }
    lost = []
    for row in carried:
        after = named.get(row.target_id, set())  # type: ignore[arg-type]
        for body in orphaned(work[row.item_id].bodies(), named.get(row.item_id, set()), after):
            lost.append((row, body))
    bodies = Body.objects.select_related("unit").in_bulk({body for _row, body in lost})
    found = [
        OrphanedBody(
            row=row,
            body=bodies[body],
            works=work[row.item_id].of_body(body),
            owner=owners.get((row.pk, body)),
        )
        for row, body in lost
    ]
    return tuple(sorted(found, key=lambda one: (one.row.item.position, one.body.position)))


def _unsettled(
    pair: CarryOver,
    rows: tuple[CarriedItem, ...],
    work: Mapping[uuid.UUID, Work],
    lost: tuple[OrphanedBody, ...],
    now: dt.datetime,
    day: dt.date,
) -> Unsettled:
    if pair.closed_at is not None:
        return Unsettled()
    listed = {row.item_id for row in rows}
    return Unsettled(
        undecided=sum(not row.decision for row in rows),
        unlisted=sum(one.item.pk not in listed for one in unfinished(pair.predecessor, now)),
        orphans=sum(one.owner is None for one in lost),
        days_over=sum(
            is_day_over(work.get(row.item_id, Work()), row.new_day, day)
            for row in rows
            if row.decision == Decision.CARRIED.value
        ),
        targets_gone=sum(
            row.target is not None
            and (row.target.is_dropped or row.target.notice_id != pair.successor_id)
            for row in rows
        ),
        in_review=sum(work[row.item_id].reviews > 0 for row in rows if row.item_id in work),
        is_draft=pair.successor.is_draft,
    )


def is_day_over(work: Work, new_day: dt.date | None, day: dt.date) -> bool:
    """Whether dated work would have to be carried with a day that is over."""
    days = work.days()
    return bool(days) and (new_day if new_day is not None else days[0]) < day
