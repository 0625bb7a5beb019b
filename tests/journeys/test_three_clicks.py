"""From the first page of whoever may see it, anything overdue is at most three clicks away."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.base.due.queries import When, dues, narrowed
from anlan.base.screens.list_state import DEFAULT_PAGE_SIZE
from anlan.plan.actions.loop.breaking_down import NewBreakdown, Target, assign
from anlan.plan.models import Assignment, Deliverable, Obstacle, PlanItem
from anlan.plan.queries.items import current_notice
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.queries.loop.handling import handling_of_item
from anlan.plan.queries.loop.progress import WAITING, board, with_state
from anlan.plan.rules.loop.handling import Handling
from anlan.plan.rules.loop.lamp import Lamp
from anlan.plan.screens.common import item_url
from anlan.plan.screens.loop.breakdown import late
from anlan.registers.models import Body, ReportingUnit
from tests.journeys.crawler import out_of_reach

READERS = ("bureau", "department", "county")
LATER = dt.timedelta(days=40)


def overdue_pages(scope: Any) -> list[frozenset[str]]:
    """The page of everything that the plan's own queries call overdue, as far as it is in view:
    terms and what they are about, deliverables, tasks, requests, items with a red lamp."""
    now, notice = clock.now(), current_notice(scope)
    assert notice is not None
    since = live_from(notice.unit_id)
    terms = narrowed(dues(scope), When.OVERDUE, now)
    owed = with_state(Deliverable.objects.visible_to(scope), now, since).filter(state="overdue")
    tasks = late(Assignment.objects.visible_to(scope).filter(item__is_dropped=False))
    asked = Obstacle.objects.visible_to(scope).filter(state__in=WAITING, due__due_at__lt=now)
    lamps = board(notice, now, by_item=True, since=since)
    items = PlanItem.objects.visible_to(scope).filter(notice=notice, is_dropped=False)
    red = [item for item in items if lamps.lamp_of(item.key) is Lamp.RED]
    assert terms.exists()
    named = (("due", terms), ("plan-deliverable", owed), ("plan-obstacle", asked))
    pages = [frozenset({reverse(name, args=[row.pk])}) for name, rows in named for row in rows]
    pages += [frozenset({item_url(item)}) for item in red]
    return pages + [
        frozenset({reverse("plan-task", args=[row.pk]), reverse("plan-assignment", args=[row.pk])})
        for row in tasks
    ]


@pytest.mark.parametrize("login", READERS)
def test_of_the_demonstration(
    client_as: Callable[[str], Client], actor_as: Callable[[str], Any], login: str
) -> None:
    wanted = overdue_pages(actor_as(login).scope)
    assert out_of_reach(client_as(login), wanted) == []


@pytest.mark.long
@pytest.mark.parametrize("login", READERS)
def test_of_a_heap_longer_than_a_page(
    client_as: Callable[[str], Client], actor_as: Callable[[str], Any], login: str
) -> None:
    """One body and one county leave more unsigned than a page of a list holds."""
    heap = pile_up(actor_as("bureau"))
    assert heap > DEFAULT_PAGE_SIZE
    with clock.at(clock.now() + LATER):
        wanted = overdue_pages(actor_as(login).scope)
        assert len(wanted) > 2 * heap
        assert out_of_reach(client_as(login), wanted) == []


def pile_up(actor: Any) -> int:
    """Ask the same body and the same county something of every item. Returns how many items."""
    water = Target(body=Body.objects.get(code="water").pk)
    county = Target(unit=ReportingUnit.objects.get(code="xinjiang").pk)
    items = [
        item
        for item in PlanItem.objects.filter(is_dropped=False).select_related("notice")
        if handling_of_item(item) is Handling.BREAK_DOWN
        and not Assignment.objects.filter(item=item).exists()
    ]
    for item in items:
        assign(
            NewBreakdown(item=item.pk, targets=(water, county), asked="排查并报告"),
            actor=actor,
            now=clock.now(),
            request_id=uuid.uuid4().hex,
        )
    return len(items)
