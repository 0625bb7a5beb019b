"""The measures of supervision (W3)."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import SupervisionOrder, SupervisionSlip
from anlan.plan.rules.supervision.life import OrderState


def _answered(scope: Any, now: dt.datetime) -> list[Proof]:
    """Papers whose first reply came, or whose term is over."""
    found = []
    rows = SupervisionSlip.objects.visible_to(scope).filter(first_due__due_at__isnull=False)
    for row in rows.select_related("order", "first_due").order_by("-issued_at", "pk"):
        due = row.first_due
        if due is None or due.due_at is None:
            continue
        judged = due.answered_at or due.withdrawn_at or now
        is_late = judged > due.due_at
        if due.answered_at is None and not is_late:
            continue
        why = _("no reply in its term, or late") if is_late else _("answered in its term")
        found.append(_proof(row.order, counts=not is_late, why=why, label=str(row)))
    return found


def _ended(scope: Any, now: dt.datetime) -> list[Proof]:
    """Orders, and whether they ended by acceptance or because the matter was done."""
    rows = SupervisionOrder.objects.visible_to(scope).exclude(state=OrderState.WITHDRAWN.value)
    done = (OrderState.CLOSED.value, OrderState.SETTLED.value)
    return [
        _proof(row, counts=row.state in done, why=_(OrderState(row.state).label), label=str(row))
        for row in rows
    ]


def _proof(order: SupervisionOrder, *, counts: bool, why: str, label: str) -> Proof:
    url = reverse("plan-supervision-order", args=[order.pk])
    return Proof(label=label, url=url, counts=counts, why=why)


MEASURES = (
    Measure(
        name="slips-answered-in-time",
        label=gettext_noop("Papers of supervision answered in time"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the papers of supervision that were answered or whose term is over, those whose "
            "first reply came within it. Running terms and those taken back before their end are "
            "left out."
        ),
        serves=("W3",),
        query=counted(_answered),
        evidence=_answered,
    ),
    Measure(
        name="supervised-matters-ended",
        label=gettext_noop("Matters under supervision that came to an end"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the matters that came under supervision, those that were done or whose reply was "
            "accepted. Withdrawn orders are left out."
        ),
        serves=("W3",),
        query=counted(_ended),
        evidence=_ended,
    ),
)
