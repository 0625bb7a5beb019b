"""Reads of supervision: missed matters without an order, orders that may move, the desk."""

import datetime as dt
import uuid
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from anlan.base.clock import CITY_ZONE
from anlan.base.models import Due
from anlan.base.rules.due.state import DueState
from anlan.plan.models import SupervisionOrder, SupervisionSlip
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.rules.supervision.climb import Matter, Standing
from anlan.plan.rules.supervision.ladder import SlipLevel
from anlan.plan.rules.supervision.life import OrderState, SlipState
from anlan.registers.rules.scope import Scope

WATCHED: Final = frozenset({"plan.assignment", "plan.deliverable", "plan.obstacle"})
"""House rule: what the plan asks of bodies comes under supervision. The quarterly confirmation of
the mechanism is reminded of by its own clock alone; papers of supervision never come under it."""


def missed(now: dt.datetime) -> QuerySet[Due]:
    """Terms of the plan that are over and have no order. What fell due before the plan was kept
    here is to be back-filled, and never comes under supervision by itself."""
    ordered = SupervisionOrder.objects.filter(matter=OuterRef("pk"))
    rows = Due.objects.filter(
        state=DueState.RUNNING.value,
        due_at__lt=now,
        due_at__gt=first_instant(),
        subject_model__in=WATCHED,
    )
    return rows.filter(~Exists(ordered)).order_by("due_at", "id")


def first_instant() -> dt.datetime:
    """The end of the day before which nothing is asked for here."""
    day = live_from() + dt.timedelta(days=1)
    return dt.datetime.combine(day, dt.time(), tzinfo=CITY_ZONE)


def movable(now: dt.datetime) -> list[uuid.UUID]:
    """Open orders for which something may be to be done: a matter that ended, no paper yet, or a
    paper whose term is over."""
    papers = SupervisionSlip.objects.filter(order=OuterRef("pk"))
    over = papers.filter(
        state=SlipState.ISSUED.value, due__state=DueState.RUNNING.value, due__due_at__lt=now
    )
    ended = Q(matter__answered_at__isnull=False) | Q(matter__withdrawn_at__isnull=False)
    rows = SupervisionOrder.objects.filter(state=OrderState.OPEN.value)
    rows = rows.filter(ended | ~Exists(papers) | Exists(over))
    return list(rows.order_by("opened_at", "id").values_list("pk", flat=True))


def matter_of(due: Due) -> Matter:
    if due.answered_at is not None:
        return Matter.DONE
    return Matter.DROPPED if due.withdrawn_at is not None else Matter.MISSED


def last_slip(order: SupervisionOrder) -> SupervisionSlip | None:
    slips = list(order.slips.select_related("due", "to__unit", "issuer__unit"))
    return max(slips, key=lambda slip: SlipLevel(slip.level).rank, default=None)


def standing_of(order: SupervisionOrder, slip: SupervisionSlip | None) -> Standing:
    """An order as the rule sees it. `matter` must be joined."""
    due = slip.due if slip is not None else None
    runs = due is not None and due.state == DueState.RUNNING.value
    return Standing(
        ladder=order.to_ladder(),
        matter=matter_of(order.matter),
        level=SlipLevel(slip.level) if slip is not None else None,
        state=SlipState(slip.state) if slip is not None else None,
        ends_at=due.due_at if runs and due is not None else None,
    )


def counts(scope: Scope, now: dt.datetime) -> dict[str, int]:
    """The figures above the desk; each opens the list with the same filter."""
    slips = SupervisionSlip.objects.visible_to(scope).filter(order__state=OrderState.OPEN.value)
    late = Q(state=SlipState.ISSUED.value, due__due_at__lt=now)
    late &= Q(due__state=DueState.RUNNING.value)
    found: dict[str, Any] = slips.aggregate(
        sign=Count("pk", filter=Q(state=SlipState.PREPARED.value)),
        reply=Count("pk", filter=Q(state=SlipState.ISSUED.value)),
        accept=Count("pk", filter=Q(state=SlipState.REPLIED.value)),
        appeal=Count("pk", filter=Q(state=SlipState.APPEALED.value)),
        over=Count("pk", filter=late),
    )
    return found
