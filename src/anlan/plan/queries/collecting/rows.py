"""The rows of a workbook: what a body owes of a notice, and how it stands in the records."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from anlan.plan.models import Assignment, Deliverable, Duty, Notice
from anlan.plan.queries.loop.bearers import LIVING
from anlan.plan.rules.loop.deliverable import Finish
from anlan.plan.rules.notice.values import Kind
from anlan.plan.rules.workbook.cell import ReportedState
from anlan.plan.rules.workbook.collection import row_code
from anlan.plan.rules.workbook.column import SheetField
from anlan.registers import queries as registers
from anlan.registers.models import Body

Row = dict[str, Any]
DELIVERABLE, ITEM = "deliverable", "item"
COMPUTED = (Kind.INDICATOR.value, Kind.SUBGOAL.value)
"""Items whose value is computed from records: nobody is asked to call them finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What one body carries: own deliverables, and items without one of its own."""

    body: Body
    deliverables: tuple[Deliverable, ...]
    items: tuple[Any, ...]


def carried_by_body(notice: Notice, day: dt.date) -> list[Carried]:
    """Every living body that owes something of a notice, by name, group or assignment."""
    deliverables = _deliverables(notice)
    items = _items_by_body(notice, day)
    keys = set(deliverables) | set(items)
    living = Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    bodies = Body.objects.filter(living, pk__in=keys).select_related("unit")
    found = []
    for body in bodies.order_by("unit__position", "position", "code"):
        own = deliverables.get(body.pk, [])
        covered = {row.item_id for row in own}
        others = [i for i in items.get(body.pk, {}).values() if i.pk not in covered]
        found.append(
            Carried(
                body=body,
                deliverables=tuple(own),
                items=tuple(sorted(others, key=lambda item: item.position)),
            )
        )
    return found


def to_back_fill(notice: Notice, live_from: dt.date) -> list[Deliverable]:
    """Deliverables that fell due before the plan was kept here and of which nothing is known."""
    rows = _live(notice).filter(finish="", due_on__lt=live_from)
    return list(rows.order_by("item__position", "position"))


def rows_of(carried: Carried) -> list[Row]:
    """In the order of the notice."""
    made = [(row.item.position, 0, row.position, row) for row in carried.deliverables]
    made += [(item.position, 1, 0, item) for item in carried.items]
    ordered = [entry[3] for entry in sorted(made, key=lambda entry: entry[:3])]
    return numbered(ordered)


def numbered(things: Iterable[Any]) -> list[Row]:
    """Each deliverable or item as a row with its code, as it is sent."""
    return [_row(position, thing) for position, thing in enumerate(things, 1)]


def recorded(thing: Deliverable) -> dict[str, str]:
    """What the records say of a deliverable, as cells."""
    if not thing.finish or thing.finished_on is None:
        return {}
    cells = {
        SheetField.STATE.value: ReportedState.FINISHED.value,
        SheetField.DONE_ON.value: thing.finished_on.isoformat(),
        SheetField.DOCUMENT.value: thing.document_number,
    }
    if thing.finish == Finish.BACK_FILL.value:
        cells[SheetField.FILLED_BY.value] = thing.confirmed_by
    return {name: value for name, value in cells.items() if value}


def _row(position: int, thing: Any) -> Row:
    is_deliverable = isinstance(thing, Deliverable)
    item = thing.item if is_deliverable else thing
    body = thing.body if is_deliverable else None
    return {
        "id": str(thing.pk),
        "kind": DELIVERABLE if is_deliverable else ITEM,
        "code": row_code(position),
        "item": item.key,
        "item_id": str(item.pk),
        "heading": item.heading,
        "asked": thing.text if is_deliverable else item.heading,
        "due_on": thing.due_on.isoformat() if is_deliverable and thing.due_on else "",
        "body": body.short_name if body is not None else "",
        "sent": recorded(thing) if is_deliverable else {},
    }


def _live(notice: Notice) -> Any:
    rows = Deliverable.objects.filter(
        item__notice=notice, item__is_dropped=False, withdrawn_at__isnull=True
    )
    return rows.select_related("item", "body__unit", "unit")


def _deliverables(notice: Notice) -> dict[uuid.UUID, list[Deliverable]]:
    found: dict[uuid.UUID, list[Deliverable]] = {}
    for row in _live(notice).filter(body__isnull=False):
        found.setdefault(row.body_id, []).append(row)
    return found


def _items_by_body(notice: Notice, day: dt.date) -> dict[uuid.UUID, dict[uuid.UUID, Any]]:
    members: dict[uuid.UUID, list[uuid.UUID]] = {}
    for group, body in registers.memberships_on(day):
        members.setdefault(group, []).append(body)
    found: dict[uuid.UUID, dict[uuid.UUID, Any]] = {}
    for body, item in [*_dutiful(notice, members), *_assigned(notice)]:
        found.setdefault(body, {})[item.pk] = item
    return found


def _dutiful(
    notice: Notice, members: Mapping[uuid.UUID, list[uuid.UUID]]
) -> Iterable[tuple[uuid.UUID, Any]]:
    duties = Duty.objects.filter(notice=notice, item__is_dropped=False)
    duties = duties.exclude(item__kind__in=COMPUTED).select_related("item")
    for duty in duties:
        bodies = [duty.body_id] if duty.body_id else members.get(duty.group_id, [])
        for body in bodies:
            yield body, duty.item


def _assigned(notice: Notice) -> Iterable[tuple[uuid.UUID, Any]]:
    rows = Assignment.objects.filter(
        item__notice=notice, item__is_dropped=False, state__in=LIVING, body__isnull=False
    )
    for row in rows.exclude(item__kind__in=COMPUTED).select_related("item"):
        yield row.body_id, row.item
