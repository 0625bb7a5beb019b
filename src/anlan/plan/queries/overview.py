"""The overview: bodies × items, by county, and the tree of clauses.

Roll-ups are computed once a state of the journal and remembered by the process; any write to the
journal makes the next reader compute them anew.
"""

import datetime as dt
import threading
import uuid
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db.models import Count, Max

from anlan.base.models import JournalEntry
from anlan.plan.choices import KIND_CHOICES, DutyRole
from anlan.plan.models import Duty, Notice, PlanItem
from anlan.registers import queries as registers
from anlan.registers.models import Body, BodyGroup, ReportingUnit

MATRIX_ITEMS_AT_MOST = 120
"""House rule: up to this many items each gets a column of its own; above, columns are kinds."""
REMEMBERED = 64
T = TypeVar("T")
_memory: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_lock = threading.Lock()


def remembered(key: tuple[Any, ...], compute: Callable[[], T]) -> T:
    """`compute()` for the present state of the journal, or what it gave before in that state."""
    state = JournalEntry.objects.aggregate(last=Max("position"))["last"]
    full = (*key, state)
    with _lock:
        if full in _memory:
            _memory.move_to_end(full)
            found: T = _memory[full]
            return found
    value = compute()
    with _lock:
        _memory[full] = value
        while len(_memory) > REMEMBERED:
            _memory.popitem(last=False)
    return value


def forget_rollups() -> None:
    """Drop what is remembered (tests that change databases)."""
    with _lock:
        _memory.clear()


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
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    groups: tuple[tuple[BodyGroup, Cell], ...]
    open_names: int
    items: int
    by_item: bool


def matrix(notice: Notice, day: dt.date) -> Matrix:
    """Bodies × items of a notice; group phrases are expanded to their members of `day`."""
    return remembered(("matrix", notice.id, day), lambda: _matrix(notice, day))


def _matrix(notice: Notice, day: dt.date) -> Matrix:
    live = PlanItem.objects.filter(notice=notice, is_dropped=False)
    kinds = dict(live.order_by().values_list("kind").annotate(n=Count("id")))
    total = sum(kinds.values())
    by_item = total <= MATRIX_ITEMS_AT_MOST
    columns = _item_columns(live) if by_item else _kind_columns(kinds)
    counts = _counts(notice, by_item=by_item)
    members = _members(day)
    rows: dict[uuid.UUID, Row] = {body.id: Row(body=body) for body in registers.bodies()}
    groups: dict[uuid.UUID, Cell] = {}
    open_names = 0
    for column, body, group, role, count in counts:
        if body is not None:
            rows[body].cell(column).add(role, count)
            rows[body].totals.add(role, count)
        elif group is not None:
            groups.setdefault(group, Cell()).add(role, count)
            for member in members.get(group, ()):
                rows[member].cell(column).via_group += count
                rows[member].totals.via_group += count
        else:
            open_names += count
    named = BodyGroup.objects.in_bulk(groups)
    return Matrix(
        columns=columns,
        rows=tuple(row for row in rows.values() if row.cells),
        groups=tuple((named[key], cell) for key, cell in groups.items()),
        open_names=open_names,
        items=total,
        by_item=by_item,
    )


def _item_columns(live: Any) -> tuple[Column, ...]:
    return tuple(
        Column(key=item.key, label=item.key, title=item.heading, kind=item.kind)
        for item in live.exclude(mode="none").order_by("position")
    )


def _kind_columns(kinds: dict[str, int]) -> tuple[Column, ...]:
    return tuple(
        Column(key=kind, label=str(label), title=str(label), kind=kind, items=kinds[kind])
        for kind, label in KIND_CHOICES
        if kinds.get(kind)
    )


def _counts(notice: Notice, *, by_item: bool) -> list[tuple[str, Any, Any, str, int]]:
    duties = Duty.objects.filter(notice=notice).order_by()
    if by_item:
        rows = duties.filter(item__is_dropped=False).values_list(
            "item__key", "body", "group", "role"
        )
        return [(key, body, group, role, 1) for key, body, group, role in rows]
    grouped = duties.values_list("item_kind", "body", "group", "role").annotate(n=Count("id"))
    return list(grouped)


def _members(day: dt.date) -> dict[uuid.UUID, list[uuid.UUID]]:
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for group, body in registers.memberships_on(day):
        found.setdefault(group, []).append(body)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitLine:
    """Items of a reporting unit by kind: those that name one of its bodies or a group with one."""

    unit: ReportingUnit
    by_kind: dict[str, int]
    total: int


def by_unit(notice: Notice, day: dt.date) -> tuple[UnitLine, ...]:
    """How many items reach each county-level reporting unit."""
    return remembered(("units", notice.id, day), lambda: _by_unit(notice, day))


def _by_unit(notice: Notice, day: dt.date) -> tuple[UnitLine, ...]:
    units = registers.reporting_units()
    lines = []
    for unit in units:
        kinds = dict(
            items_of_unit(notice.id, unit, day)
            .order_by()
            .values_list("kind")
            .annotate(n=Count("id", distinct=True))
        )
        lines.append(UnitLine(unit=unit, by_kind=kinds, total=sum(kinds.values())))
    return tuple(lines)


def items_of_unit(notice_id: uuid.UUID, unit: ReportingUnit, day: dt.date) -> Any:
    """Items whose duties name a body of the unit, or a group that holds one on `day`."""
    bodies = set(registers.bodies().filter(unit=unit).values_list("id", flat=True))
    groups = {group for group, body in registers.memberships_on(day) if body in bodies}
    named = Duty.objects.filter(notice=notice_id, body__in=bodies).values("item")
    grouped = Duty.objects.filter(notice=notice_id, group__in=groups).values("item")
    live = PlanItem.objects.filter(notice=notice_id, is_dropped=False)
    return live.filter(id__in=named.union(grouped)) if groups else live.filter(id__in=named)


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionLine:
    """A section heading with its items (empty when the notice is too large to show at once)."""

    section: str
    count: int
    items: tuple[PlanItem, ...]


def sections(notice: Notice) -> tuple[SectionLine, ...]:
    """The tree of clauses: sections in the order of the text."""
    return remembered(("sections", notice.id), lambda: _sections(notice))


def _sections(notice: Notice) -> tuple[SectionLine, ...]:
    live = PlanItem.objects.filter(notice=notice, is_dropped=False)
    total = live.count()
    counted = list(
        live.order_by()
        .values_list("section")
        .annotate(n=Count("id"), first=Max("position"))
        .order_by("first")
    )
    found: dict[str, list[PlanItem]] = {}
    if total <= MATRIX_ITEMS_AT_MOST:
        for item in live.order_by("position"):
            found.setdefault(item.section, []).append(item)
    return tuple(
        SectionLine(section=section, count=count, items=tuple(found.get(section, ())))
        for section, count, _ in counted
    )


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
