"""Reads of inspections: states of problems, and the measure of proven effects
(improvements and their checks live in `review`)."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import Problem
from anlan.plan.rules.inspection import ProblemState, problem_state
from anlan.review.queries import stand_of_subjects
from anlan.review.rules.improvement import ImprovementState


def state_of(row: Problem, today: dt.date) -> ProblemState:
    return problem_state(row.to_known(), today).known()


def with_proven_effect(scope: Any, now: dt.datetime) -> list[Proof]:
    """Every problem in view; those count whose newest improvement was found effective by its
    measure. That inspectors saw it solved is told, and proves no effect by itself."""
    today = now.astimezone(CITY_ZONE).date()
    rows = list(Problem.objects.visible_to(scope).select_related("inspection__body"))
    stands = stand_of_subjects(Problem._meta.label_lower, [row.pk for row in rows], today)
    return [
        Proof(
            label=f"{row.inspection.body} · {row}",
            url=reverse("plan-problem", args=[row.pk]),
            counts=stands.get(str(row.pk)) is ImprovementState.EFFECTIVE,
            why=_why(row, stands.get(str(row.pk)), today),
        )
        for row in rows
    ]


def _why(row: Problem, stand: ImprovementState | None, today: dt.date) -> str:
    if stand is None:
        state = _(state_of(row, today).label)
        return _("{state}; no improvement with a check of its effect").format(state=state)
    return _("its improvement: {state}").format(state=_(stand.label))


MEASURES = (
    Measure(
        name="problems-with-proven-effect",
        label=gettext_noop("Problems found on the spot with proven effect"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the problems recorded on on-site inspections, those whose newest improvement was "
            "found effective by the measure that it named. One without improvement does not count."
        ),
        serves=("W3",),
        query=counted(with_proven_effect),
        evidence=with_proven_effect,
    ),
)
