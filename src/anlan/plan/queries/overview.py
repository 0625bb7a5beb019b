"""The overview: bodies × items, by county, and the tree of clauses.

Each roll-up is remembered until something that it reads is changed (`queries.memory`). A page
looks at the journal once and passes its state, so that a roll-up costs its own queries alone.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    Count,
    F,
    FilteredRelation,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce

from anlan.base.journal.changes import changes_here, follow
from anlan.plan.choices import KIND_CHOICES, DutyRole, MatchState
from anlan.plan.models import Duty, Notice, NoticeEdition, PlanItem, PlanStart
from anlan.plan.queries.in_force import in_force_first
from anlan.plan.queries.memory import forget_rollups as forget_rollups
from anlan.plan.queries.memory import remembered
from anlan.registers import queries as registers
from anlan.registers.models import Body, BodyGroup, ReportingUnit

MATRIX_ITEMS_AT_MOST = 120
"""House rule: up to this many items each gets a column of its own; above, columns are kinds."""
LIGHT_FIELDS = (
    *("id", "notice", "key", "kind", "number", "heading", "section"),
    *("mode", "position", "deadline_years", "parent"),
)


def front(scope: Any, notice_id: uuid.UUID | None = None) -> NoticeEdition | None:
    """The edition in force of the notice in force (or of one notice) with `open_names`, the number
    of printed names that wait for a person; `live_from` says since when the plan is kept here,
    when somebody said so. One query; the text stays in the database."""
    seen = NoticeEdition.objects.visible_to(scope).filter(edition=F("notice__current_edition"))
    if notice_id is not None:
        seen = seen.filter(notice=notice_id)
    waiting = (
        Duty.objects.filter(
            notice=OuterRef("notice"), body=None, group=None, match=MatchState.OPEN.value
        )
        .order_by()
        .values("notice")
        .annotate(n=Count("printed_name", distinct=True))
        .values("n")
    )
    editions = (
        seen.select_related("notice__unit")
        .defer("text", "unread")
        .annotate(
            open_names=Coalesce(Subquery(waiting, output_field=IntegerField()), 0),
            live_from=Subquery(
                PlanStart.objects.filter(unit=OuterRef("notice__unit")).values("live_from")[:1]
            ),
        )
    )
    found: NoticeEdition | None = in_force_first(editions, "notice", "notice__").first()
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Items of a notice by kind and by division of work.

    `items` are all of them, light, in the order of the text; empty when they are too many to be
    shown one by one.
    """

    kinds: Mapping[str, int]
    modes: Mapping[str, int]
    items: tuple[PlanItem, ...]

    @property
    def total(self) -> int:
        return sum(self.kinds.values())


def shape(notice: Notice, *, clauses: int | None = None, state: int | None = None) -> Shape:
    """One query when the caller knows how many clauses the edition in force has."""
    return remembered(("shape", notice.id, clauses), lambda: _shape(notice, clauses), state=state)


def _shape(notice: Notice, clauses: int | None) -> Shape:
    live = PlanItem.objects.filter(notice=notice, is_dropped=False)
    if (live.count() if clauses is None else clauses) <= MATRIX_ITEMS_AT_MOST:
        items = tuple(live.only(*LIGHT_FIELDS).order_by("position"))
        return Shape(
            kinds=Counter(item.kind for item in items),
            modes=Counter(item.mode for item in items),
            items=items,
        )
    kinds: Counter[str] = Counter()
    modes: Counter[str] = Counter()
    counted = live.order_by().values_list("kind", "mode").annotate(n=Count("*"))
    for kind, mode, count in counted:
        kinds[kind] += count
        modes[mode] += count
    return Shape(kinds=kinds, modes=modes, items=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of the matrix: one item, or all items of a kind."""

    key: str
    label: str
    title: str
    kind: str
    items: int = 1


@dataclass(slots=True, kw_only=True)
class Cell:
    """Duties of a body in a column. `via_group` counts duties that name a group it belongs to."""

    lead: int = 0
    support: int = 0
    joint: int = 0
    via_group: int = 0

    def add(self, role: str, count: int) -> None:
        setattr(self, role, getattr(self, role) + count)

    @property
    def total(self) -> int:
        return self.lead + self.support + self.joint


@dataclass(slots=True, kw_only=True)
class Row:
    """A body, its cells by column key, and its totals over the notice."""

    body: Body
    cells: dict[str, Cell] = field(default_factory=dict)
    totals: Cell = field(default_factory=Cell)

    def cell(self, key: str) -> Cell:
        return self.cells.setdefault(key, Cell())


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """`groups` are the groups that the notice names, with the duties that name each; `others`
    bodies that it does not name."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    others: tuple[Body, ...]
    groups: tuple[tuple[BodyGroup, Cell], ...]
    open_names: int
    items: int
    by_item: bool


def matrix(
    notice: Notice, day: dt.date, *, clauses: int | None = None, state: int | None = None
) -> Matrix:
    """Bodies × items of a notice; group phrases are expanded to their members of `day`."""
    return remembered(
        ("matrix", notice.id, day, clauses),
        lambda: _matrix(notice, day, shape(notice, clauses=clauses, state=state), state),
        state=state,
    )


def _matrix(notice: Notice, day: dt.date, found: Shape, state: int | None) -> Matrix:
    by_item = bool(found.items)
    named, members = remembered(("groups", day), lambda: _groups(day), state=state)
    bodies = remembered(("bodies",), lambda: tuple(registers.bodies()), state=state)
    rows: dict[uuid.UUID, Row] = {body.id: Row(body=body) for body in bodies}
    groups: dict[uuid.UUID, tuple[BodyGroup, Cell]] = {}
    open_names = 0
    for column, body, group, role, count in _counts(notice, by_item=by_item, state=state):
        if body is not None:
            rows[body].cell(column).add(role, count)
            rows[body].totals.add(role, count)
        elif group is not None:
            groups.setdefault(group, (named[group], Cell()))[1].add(role, count)
            for member in members.get(group, ()):
                rows[member].cell(column).via_group += count
                rows[member].totals.via_group += count
        else:
            open_names += count
    return Matrix(
        columns=_item_columns(found) if by_item else _kind_columns(found),
        rows=tuple(row for row in rows.values() if row.cells),
        others=tuple(row.body for row in rows.values() if not row.cells),
        groups=tuple(groups.values()),
        open_names=open_names,
        items=found.total,
        by_item=by_item,
    )


def _item_columns(found: Shape) -> tuple[Column, ...]:
    return tuple(
        Column(key=item.key, label=item.key, title=item.heading, kind=item.kind)
        for item in found.items
        if item.mode != "none"
    )


def _kind_columns(found: Shape) -> tuple[Column, ...]:
    return tuple(
        Column(key=kind, label=str(label), title=str(label), kind=kind, items=found.kinds[kind])
        for kind, label in KIND_CHOICES
        if found.kinds.get(kind)
    )


def _counts(
    notice: Notice, *, by_item: bool, state: int | None = None
) -> Iterable[tuple[Any, ...]]:
    """(column, body, group, role, count). Above the limit the index `duty_matrix` alone answers:
    it holds every column that is read, so nothing else may be counted or joined here."""
    duties = Duty.objects.filter(notice=notice).order_by()
    if by_item:
        live = duties.filter(item__is_dropped=False)
        return [(*row, 1) for row in live.values_list("item__key", "body", "group", "role")]
    counted = remembered(
        ("counts", notice.id),
        lambda: _by_bearer(duties),
        state=state,
        renew=lambda known, since: _counted_anew(notice, known, since),
    )
    return [row for rows in counted.values() for row in rows]


Bearer = tuple[uuid.UUID | None, uuid.UUID | None]
"""Whom duties name: a body, a group, or (not matched yet) neither."""
Counts = Mapping[Bearer, tuple[tuple[Any, ...], ...]]
DUTY = follow("plan.duty")
MOST_COUNTED_ANEW = 12
"""With more bearers than these, counting all duties is as quick."""


def _by_bearer(duties: QuerySet[Duty]) -> Counts:
    """Duties counted by bearer, then by kind and role."""
    found: dict[Bearer, list[tuple[Any, ...]]] = {}
    grouped = duties.values_list("item_kind", "body", "group", "role").annotate(n=Count("*"))
    for row in grouped:
        found.setdefault((row[1], row[2]), []).append(row)
    return {bearer: tuple(rows) for bearer, rows in found.items()}


def _counted_anew(notice: Notice, known: Counts, since: int) -> Counts | None:
    """Only those bearers whose duties changed since are counted again, from the table: an image
    says where to look, never how many. None: not all changes are known, or they are many."""
    images = changes_here().images(DUTY, since=since)
    if images is None:
        return None
    rows = [row for image in images for row in image if row is not None]
    mine = [row for row in rows if row["notice_id"] == str(notice.id)]
    touched = {(_key(row["body_id"]), _key(row["group_id"])) for row in mine}
    if len(touched) > MOST_COUNTED_ANEW:
        return None
    found = {bearer: rows for bearer, rows in known.items() if bearer not in touched}
    for body, group in touched:
        of_bearer = Duty.objects.filter(notice=notice, body=body, group=group).order_by()
        found |= _by_bearer(of_bearer)
    return found


def _key(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None


def _groups(day: dt.date) -> tuple[dict[uuid.UUID, BodyGroup], dict[uuid.UUID, list[uuid.UUID]]]:
    """Every group by its key, and the bodies in each on `day`. One query."""
    begun = Q(memberships__valid_from__lte=day)
    unended = Q(memberships__valid_until=None) | Q(memberships__valid_until__gt=day)
    rows = (
        BodyGroup.objects.annotate(held=FilteredRelation("memberships", condition=begun & unended))
        .order_by()
        .values_list("id", "code", "name", "held__body")
    )
    named: dict[uuid.UUID, BodyGroup] = {}
    members: dict[uuid.UUID, list[uuid.UUID]] = {}
    for key, code, name, body in rows:
        named.setdefault(key, BodyGroup(id=key, code=code, name=name))
        if body is not None:
            members.setdefault(key, []).append(body)
    return named, members


def lead_ranking(found: Matrix) -> tuple[Row, ...]:
    """Rows by what the body carries: leads first, then joint, then support."""
    return tuple(
        sorted(
            found.rows,
            key=lambda row: (
                -row.totals.lead,
                -row.totals.joint,
                -row.totals.support,
                row.body.position,
            ),
        )
    )


ROLE_ORDER = (DutyRole.LEAD, DutyRole.JOINT, DutyRole.SUPPORT)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """Items of a reporting unit by kind: those that name one of its bodies or a group with one."""

    unit: ReportingUnit
    by_kind: dict[str, int]
    total: int


def by_unit(notice: Notice, day: dt.date, *, state: int | None = None) -> tuple[UnitLine, ...]:
    """How many items reach each county-level reporting unit."""
    return remembered(("units", notice.id, day), lambda: _by_unit(notice, day), state=state)


def _by_unit(notice: Notice, day: dt.date) -> tuple[UnitLine, ...]:
    """Only duties that reach a unit are read: most name bodies of the city alone."""
    units = registers.bodies_by_unit()
    keys = {unit.id for unit in units}
    homes = {body: unit.id for unit, bodies in units.items() for body in bodies}
    in_group: dict[uuid.UUID, set[uuid.UUID]] = {}
    for group, unit in registers.group_units_on(day):
        if unit in keys:
            in_group.setdefault(group, set()).add(unit)
    reaching = Q(body__in=list(homes)) | Q(group__in=list(in_group))
    duties = Duty.objects.filter(reaching, notice=notice, item__is_dropped=False).order_by()
    reached: dict[uuid.UUID, set[tuple[str, uuid.UUID]]] = {key: set() for key in keys}
    for kind, item, body, group in duties.values_list("item_kind", "item", "body", "group"):
        for key in in_group[group] if body is None else (homes[body],):
            reached[key].add((kind, item))
    return tuple(
        UnitLine(unit=unit, by_kind=dict(kinds), total=len(reached[unit.id]))
        for unit in units
        for kinds in (Counter(kind for kind, _ in reached[unit.id]),)
    )


def items_of_unit(notice_id: uuid.UUID, unit: ReportingUnit, day: dt.date) -> QuerySet[PlanItem]:
    """Items whose duties name a body of the unit, or a group that holds one on `day`."""
    bodies = set(registers.bodies().filter(unit=unit).values_list("id", flat=True))
    groups = {group for group, body in registers.memberships_on(day) if body in bodies}
    reached = Duty.objects.filter(Q(body__in=bodies) | Q(group__in=groups), notice=notice_id)
    live = PlanItem.objects.filter(notice=notice_id, is_dropped=False)
    return live.filter(id__in=reached.order_by().values("item"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLine:
    """A section heading with its items (empty when the notice is too large to show at once)."""

    section: str
    count: int
    items: tuple[PlanItem, ...]


def sections(
    notice: Notice, *, clauses: int | None = None, state: int | None = None
) -> tuple[SectionLine, ...]:
    """The tree of clauses: sections in the order of the text."""
    return remembered(
        ("sections", notice.id, clauses),
        lambda: _sections(notice, shape(notice, clauses=clauses, state=state)),
        state=state,
    )


def _sections(notice: Notice, found: Shape) -> tuple[SectionLine, ...]:
    if found.items:
        by_section: dict[str, list[PlanItem]] = {}
        for item in found.items:
            by_section.setdefault(item.section, []).append(item)
        return tuple(
            SectionLine(section=section, count=len(items), items=tuple(items))
            for section, items in by_section.items()
        )
    counted = (
        PlanItem.objects.filter(notice=notice, is_dropped=False)
        .order_by()
        .values_list("section")
        .annotate(n=Count("id"), first=Min("position"))
        .order_by("first")
    )
    return tuple(
        SectionLine(section=section, count=count, items=()) for section, count, _ in counted
    )
