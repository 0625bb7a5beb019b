"""Running work that an amendment left without its ground: the clause vanished or moved to another
number, or it no longer names the body."""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import Assignment, Deliverable, NoticeEdition, Obstacle, PlanItem
from anlan.plan.queries.carrying import Work, named_bodies, work_of
from anlan.plan.queries.directory import targets_for
from anlan.plan.queries.reading import parsed_edition
from anlan.plan.rules.carry_over.decision import orphaned
from anlan.plan.rules.matching import match_name
from anlan.plan.rules.notice.compare import compare
from anlan.plan.rules.notice.values import Clause
from anlan.registers import queries as registers

KINDS: dict[str, type[Any]] = {
    "assignment": Assignment,
    "deliverable": Deliverable,
    "obstacle": Obstacle,
}


class OrphanCause(StrEnum):
    GONE = "gone"
    RENUMBERED = "renumbered"
    OWNER = "owner"

    @property
    def label(self) -> str:
        return CAUSE_LABELS[self]


CAUSE_LABELS = {
    OrphanCause.GONE: gettext_noop("the clause vanished"),
    OrphanCause.RENUMBERED: gettext_noop("the clause stands under another number now"),
    OrphanCause.OWNER: gettext_noop("the clause no longer names the body"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanedWork:
    """One open record and why it lost its ground; `goes_to` is where its clause stands now."""

    kind: str
    row: Any
    cause: OrphanCause
    goes_to: PlanItem | None

    @property
    def key(self) -> uuid.UUID:
        found: uuid.UUID = self.row.pk
        return found


def orphaned_work(
    old: NoticeEdition, new: NoticeEdition, scope: Any, day: dt.date
) -> list[OrphanedWork]:
    """Open work, as far as a scope sees it, that the step from one edition to the one in force
    left without its ground. Empty for editions of two notices, or when `new` is not in force."""
    notice = new.notice
    if old.notice_id != notice.pk or new.edition != notice.current_edition:
        return []
    if old.edition >= new.edition:
        return []
    before = parsed_edition(old)
    matched = dict(compare(before, parsed_edition(new)).matched)
    items = {item.key: item for item in PlanItem.objects.filter(notice=notice)}
    work = work_of(items[clause.id].pk for clause in before.clauses if clause.id in items)
    after = named_bodies([item.pk for item in items.values()], day)
    named = _names(notice.unit.code, day)
    found: list[OrphanedWork] = []
    for clause in before.clauses:
        item = items.get(clause.id)
        if item is not None and item.pk in work:
            goes_to = items.get(matched.get(clause.id, ""))
            found += _lost(item, goes_to, work[item.pk], named(clause), after)
    return _seen(found, scope)


def _lost(
    item: PlanItem,
    goes_to: PlanItem | None,
    work: Work,
    before: set[uuid.UUID],
    after: dict[uuid.UUID, set[uuid.UUID]],
) -> Iterator[OrphanedWork]:
    if goes_to is None or goes_to.is_dropped:
        yield from _all(work, OrphanCause.GONE, None)
    elif goes_to.pk != item.pk:
        yield from _all(work, OrphanCause.RENUMBERED, goes_to)
    else:
        lost = orphaned(work.bodies(), before, after.get(item.pk, set()))
        for one in _all(work, OrphanCause.OWNER, goes_to):
            if one.row.body_id in lost:
                yield one


def _all(work: Work, cause: OrphanCause, goes_to: PlanItem | None) -> Iterator[OrphanedWork]:
    """The tops of the break-down; what is below follows them."""
    groups: tuple[tuple[str, list[Any]], ...] = (
        ("assignment", [*work.tops()]),
        ("deliverable", [*work.deliverables]),
        ("obstacle", [*work.obstacles]),
    )
    for kind, rows in groups:
        for row in rows:
            yield OrphanedWork(kind=kind, row=row, cause=cause, goes_to=goes_to)


def _names(unit: str, day: dt.date) -> Any:
    """What the names of a clause mean: bodies by themselves and as members of groups."""
    targets = targets_for(unit)
    members: dict[uuid.UUID, set[uuid.UUID]] = {}
    for group, body in registers.memberships_on(day):
        members.setdefault(group, set()).add(body)

    def named(clause: Clause) -> set[uuid.UUID]:
        found: set[uuid.UUID] = set()
        for printed in clause.units():
            match = match_name(printed, targets.known)
            if match.body:
                found.add(targets.bodies[match.body])
            elif match.group:
                found |= members.get(targets.groups[match.group], set())
        return found

    return named


def _seen(found: list[OrphanedWork], scope: Any) -> list[OrphanedWork]:
    """Those that a scope may see."""
    visible: set[uuid.UUID] = set()
    for kind, model in KINDS.items():
        keys = [one.key for one in found if one.kind == kind]
        seen = model.objects.visible_to(scope).filter(pk__in=keys)
        visible |= set(seen.values_list("pk", flat=True))
    return [one for one in found if one.key in visible]
