"""The box on the page of a body: what it owes in the plan, with what is late on top."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.screens.list_state import WHOLE
from anlan.base.screens.signed_in import scope_of
from anlan.plan.models import Assignment, Deliverable, Obstacle
from anlan.plan.rules.loop.deliverable import DeliverableState
from anlan.plan.screens.common import with_query
from anlan.plan.screens.loop import breakdown, deliverables
from anlan.plan.screens.loop.breakdown import late
from anlan.plan.screens.loop.deliverables import stated
from anlan.registers.rules.scope import Capability

SHOWN = 10
OPEN_STATES = (
    DeliverableState.OVERDUE,
    DeliverableState.TO_BACK_FILL,
    DeliverableState.UNDER_REVIEW,
    DeliverableState.IN_PROGRESS,
    DeliverableState.NOT_DUE,
    DeliverableState.NO_DAY,
)


def owed_panel(request: HttpRequest, body: Any) -> str | None:
    """Figures that open their lists, the late rows themselves; nothing for the public."""
    scope = scope_of(request)
    if not scope.may(Capability.READ_INTERNAL):
        return None
    owed = stated(Deliverable.objects.visible_to(scope).filter(body=body))
    counts: dict[str, int] = {}
    for state in owed.values_list("state", flat=True):
        counts[state] = counts.get(state, 0) + 1
    tasks = Assignment.objects.visible_to(scope).filter(body=body, item__is_dropped=False)
    late_tasks = list(late(tasks).select_related(*breakdown.RELATED)[:SHOWN])
    asked = Obstacle.objects.visible_to(scope).filter(addressee=body, state="open").count()
    if not counts and not tasks.exists() and not asked:
        return None
    context = {
        "tiles": [
            *_tiles(body.code, counts),
            (
                _("unsigned"),
                tasks.filter(state="proposed").count(),
                with_query(reverse("plan-assignments"), body=body.code, state="proposed", **WHOLE),
            ),
            (
                _("requests to answer"),
                asked,
                with_query(reverse("plan-obstacles"), addressee=body.code, state="open"),
            ),
        ],
        "late": list(owed.filter(state=DeliverableState.OVERDUE.value).order_by("due_on")[:SHOWN]),
        "late_columns": deliverables.COLUMNS[:5],
        "tasks": late_tasks,
        "task_columns": breakdown.COLUMNS[:7],
    }
    return render_to_string("plan/loop/owed_panel.html", context, request=request)


def _tiles(code: str, counts: dict[str, int]) -> list[tuple[str, int, str]]:
    base = reverse("plan-deliverables")
    return [
        (
            _(state.label),
            counts[state.value],
            with_query(base, body=code, state=state.value, **WHOLE),
        )
        for state in OPEN_STATES
        if counts.get(state.value)
    ]
