"""What is late and what proves something in a set of items, in the reader's view.

Each reads once for all items together; nothing found is nothing recorded, never "in order".
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from anlan.base.clock import CITY_ZONE
from anlan.base.rules.due.state import DueState
from anlan.plan.models import (
    Assignment,
    Deliverable,
    Evidence,
    Obstacle,
    PlanItem,
    Problem,
    SupervisionOrder,
)
from anlan.plan.queries.inspecting import state_of
from anlan.plan.queries.instruments import required, requirement_url, standing
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.queries.loop.progress import WAITING, with_state
from anlan.plan.rules.indicators.beside import LateKind, ProofKind
from anlan.plan.rules.inspection import ProblemState
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.rules.loop.deliverable import DeliverableState
from anlan.plan.rules.loop.report import ReportState
from anlan.plan.rules.supervision.life import OrderState
from anlan.preparedness.queries import projects

Key = uuid.UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A term that is over or an order that is open: what, whose, since when, its page."""

    kind: LateKind
    text: str
    body: Any
    since: dt.date | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """Records that prove something of an item: how many of a kind, and where they are."""

    kind: ProofKind
    count: int
    url: str


def late_by_item(items: Sequence[PlanItem], scope: Any, now: dt.datetime) -> dict[Key, list[Late]]:
    """What is late now, by item, the oldest first. Five queries, whatever the number."""
    keys = [item.pk for item in items]
    found: dict[Key, list[Late]] = defaultdict(list)
    for part in (_deliverables, _assignments, _obstacles, _orders, _problems):
        for key, late in part(keys, scope, now):
            found[key].append(late)
    for rows in found.values():
        rows.sort(key=lambda late: (late.since is None, late.since or dt.date.max, late.text))
    return found


Rows = Iterable[tuple[Key, Late]]


def _deliverables(keys: list[Key], scope: Any, now: dt.datetime) -> Rows:
    rows = Deliverable.objects.visible_to(scope).filter(item__in=keys)
    stated = with_state(rows, now, live_from()).filter(Q(state=DeliverableState.OVERDUE.value))
    for row in stated.select_related("body__unit"):
        url = reverse("plan-deliverable", args=[row.pk])
        yield (
            row.item_id,
            Late(
                kind=LateKind.DELIVERABLE, text=row.text, body=row.body, since=row.due_on, url=url
            ),
        )


def _assignments(keys: list[Key], scope: Any, now: dt.datetime) -> Rows:
    """Signed ones past their day; proposed ones past the term for signing."""
    running = DueState.RUNNING.value
    done = Q(state=AssignmentState.SIGNED.value, due__state=running, due__due_at__lt=now)
    signing = Q(
        state=AssignmentState.PROPOSED.value, sign_due__state=running, sign_due__due_at__lt=now
    )
    rows = Assignment.objects.visible_to(scope).filter(done | signing, item__in=keys)
    for row in rows.select_related("item", "unit", "body__unit", "post", "due", "sign_due"):
        due = row.sign_due if row.state == AssignmentState.PROPOSED.value else row.due
        yield row.item_id, _late(LateKind.ASSIGNMENT, row, "plan-assignment", due)


def _obstacles(keys: list[Key], scope: Any, now: dt.datetime) -> Rows:
    rows = Obstacle.objects.visible_to(scope).filter(
        item__in=keys, state__in=WAITING, due__due_at__lt=now
    )
    for row in rows.select_related("item", "body__unit", "addressee__unit", "due"):
        late = _late(LateKind.OBSTACLE, row, "plan-obstacle", row.due, body=row.addressee)
        yield row.item_id, late


def _late(kind: LateKind, row: Any, name: str, due: Any, body: Any = None) -> Late:
    at = due.due_at if due is not None else None
    return Late(
        kind=kind,
        text=str(row),
        body=body or row.body,
        since=at.astimezone(CITY_ZONE).date() if at is not None else None,
        url=reverse(name, args=[row.pk]),
    )


def _orders(keys: list[Key], scope: Any, now: dt.datetime) -> Rows:
    rows = SupervisionOrder.objects.visible_to(scope).filter(
        item__in=keys, state=OrderState.OPEN.value
    )
    for row in rows.select_related("body__unit"):
        yield (
            row.item_id,
            Late(
                kind=LateKind.ORDER,
                text=row.title,
                body=row.body,
                since=row.opened_at.astimezone(CITY_ZONE).date(),
                url=reverse("plan-supervision-order", args=[row.pk]),
            ),
        )


def _problems(keys: list[Key], scope: Any, now: dt.datetime) -> Rows:
    today = now.astimezone(CITY_ZONE).date()
    rows = Problem.objects.visible_to(scope).filter(item__in=keys)
    for row in rows.select_related("inspection__body__unit"):
        if state_of(row, today) is ProblemState.OVERDUE:
            yield (
                row.item_id,
                Late(
                    kind=LateKind.PROBLEM,
                    text=str(row),
                    body=row.inspection.body,
                    since=row.due_on,
                    url=reverse("plan-problem", args=[row.pk]),
                ),
            )


def proven_by_item(
    items: Sequence[PlanItem], scope: Any, now: dt.datetime
) -> dict[Key, list[Proven]]:
    """The evidence that is recorded, by item. Four queries, whatever the number."""
    found: dict[Key, list[Proven]] = defaultdict(list)
    for item in items:
        found[item.pk] = []
    tabs = {item.pk: reverse("plan-item", args=[item.notice_id, item.key]) for item in items}
    for key, kind, count, tab in _files(list(tabs), scope):
        found[key].append(Proven(kind=kind, count=count, url=f"{tabs[key]}?tab={tab}"))
    for key, urls in _institutions(list(tabs), scope, now).items():
        url = urls[0] if len(urls) == 1 else f"{tabs[key]}?tab=measures"
        found[key].append(Proven(kind=ProofKind.INSTITUTIONS, count=len(urls), url=url))
    sheets = _sheets([item.key for item in items], scope)
    for item in items:
        if count := sheets.get(item.key, 0):
            url = f"{reverse('project-list')}?item={item.key}"
            found[item.pk].append(Proven(kind=ProofKind.PROJECTS, count=count, url=url))
    return found


def _files(keys: list[Key], scope: Any) -> Iterable[tuple[Key, ProofKind, int, str]]:
    """Reports and deliverables that have a file; a report that was returned proves nothing."""
    files = Evidence.objects.visible_to(scope).order_by()
    reports = files.filter(report__item__in=keys).values_list("report__item", "report__state")
    kinds = {
        ReportState.ACCEPTED.value: ProofKind.ACCEPTED,
        ReportState.SUBMITTED.value: ProofKind.IN_REVIEW,
    }
    for key, state, count in reports.annotate(n=Count("report", distinct=True)):
        if state in kinds:
            yield key, kinds[state], count, "reports"
    own = files.filter(deliverable__item__in=keys).values_list("deliverable__item")
    for key, count in own.annotate(n=Count("deliverable", distinct=True)):
        yield key, ProofKind.DELIVERABLES, count, "deliverables"


def _institutions(keys: list[Key], scope: Any, now: dt.datetime) -> dict[Key, list[str]]:
    day = now.astimezone(CITY_ZONE).date()
    found: dict[Key, list[str]] = defaultdict(list)
    for row in required(scope).filter(item__in=keys):
        if standing(row, day).is_met:
            found[row.item_id].append(requirement_url(row))
    return found


def _sheets(keys: list[str], scope: Any) -> dict[str, int]:
    rows = projects(scope).filter(item_key__in=keys).order_by().values_list("item_key")
    return dict(rows.annotate(n=Count("pk")))
