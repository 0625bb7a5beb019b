"""Reads of inspections: states of problems, and the measure of proven effects."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.parts import Measure, Proof, Share
from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import Problem
from anlan.plan.rules.inspection import ProblemState, problem_state


def state_of(row: Problem, today: dt.date) -> ProblemState:
    return problem_state(row.to_known(), today).known()


def with_proven_effect(scope: Any, now: dt.datetime) -> list[Proof]:
    """Every problem in view; those with a proven effect count."""
    today = now.astimezone(CITY_ZONE).date()
    rows = Problem.objects.visible_to(scope).select_related("inspection__body")
    found = []
    for row in rows:
        state = state_of(row, today)
        found.append(
            Proof(
                label=f"{row.inspection.body} · {row}",
                url=reverse("plan-problem", args=[row.pk]),
                counts=state is ProblemState.PROVEN,
                why=_(state.label),
            )
        )
    return found


def _share(scope: Any, now: dt.datetime) -> Share:
    proofs = with_proven_effect(scope, now)
    return Share(part=sum(proof.counts for proof in proofs), whole=len(proofs))


MEASURES = (
    Measure(
        name="problems-with-proven-effect",
        label=gettext_noop("Problems found on the spot with proven effect"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the problems recorded on on-site inspections, those whose effect is proven by a "
            "file and taken by somebody else than its reporter."
        ),
        serves=("W3",),
        query=_share,
        evidence=with_proven_effect,
    ),
)
