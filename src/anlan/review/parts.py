"""What review offers: menu, search, boxes, measures, the check of effects, invented life."""

import uuid
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.parts import (
    ANSWER_AND_DAY,
    Beside,
    DueSubject,
    NavigationItem,
    Panel,
    Parts,
    Search,
    Story,
    Sweep,
)
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Capability, Scope
from anlan.review.actions.demonstration import improvement_scenes
from anlan.review.actions.figures import check_effects
from anlan.review.actions.keeping import follow_improvement, prepare_improvement
from anlan.review.models import Improvement
from anlan.review.queries import MEASURES, improvement_url
from anlan.review.references import REFERENCES
from anlan.review.screens.panel import body_panel, item_panel, record_panel

Found = list[tuple[str, str, str]]
REVIEW = gettext_noop("Lessons and improvement")
IMPROVEMENTS = gettext_noop("Improvements")
OF_RECORDS = (
    "plan.problem",
    "plan.inspection",
    "plan.supervision_order",
    "losses.accident",
    "losses.disaster",
)
"""Pages of records in which problems come to light."""


def permitted(scope: Any) -> bool:
    return isinstance(scope, Scope) and scope.may(Capability.READ_INTERNAL)


def find_improvements(scope: Scope, text: str, limit: int) -> Found:
    word = Q(problem__icontains=text) | Q(todo__icontains=text)
    rows = Improvement.objects.visible_to(scope).filter(word).select_related("owner")[:limit]
    return [
        (str(row), f"{_('improvement')} · {row.owner.short_name}", improvement_url(row.pk))
        for row in rows
    ]


def improvement_page(key: str) -> str:
    """The page of a due's improvement; empty when the key is none."""
    try:
        is_known = Improvement.objects.filter(pk=uuid.UUID(key)).exists()
    except ValueError:
        return ""
    return reverse("improvement", args=[key]) if is_known else ""


PARTS = Parts(
    stage="review",
    navigation=(
        NavigationItem(
            label=IMPROVEMENTS,
            url_name="improvements",
            group=REVIEW,
            order=400,
            permits=permitted,
        ),
    ),
    searches=(Search(name=IMPROVEMENTS, find=find_improvements),),
    stories=(Story(name="improvements", order=48, scenes=improvement_scenes),),
    sweeps=(Sweep(name="improvement-effects", every_s=3600.0, run=check_effects),),
    due_subjects=(
        DueSubject(
            model="review.improvement",
            label=gettext_noop("improvement"),
            url=improvement_page,
            own_acts=ANSWER_AND_DAY,
        ),
    ),
    panels=(
        *(
            Panel(subject=subject, order=30, label=IMPROVEMENTS, render=record_panel)
            for subject in OF_RECORDS
        ),
        Panel(subject="plan.item", order=30, label=IMPROVEMENTS, render=item_panel),
        Panel(subject="registers.body", order=30, label=IMPROVEMENTS, render=body_panel),
    ),
    measures=MEASURES,
    references=REFERENCES,
    besides=(
        Beside(
            subject="review.improvement",
            prepare=prepare_improvement,
            follow=follow_improvement,
        ),
    ),
    actions=(
        ("review.improvement.set", gettext_noop("Improvement set")),
        ("review.improvement.done", gettext_noop("Improvement said done")),
        ("review.improvement.take", gettext_noop("Improvement taken as done")),
        ("review.improvement.return", gettext_noop("Improvement returned")),
        ("review.improvement.withdraw", gettext_noop("Improvement withdrawn")),
        ("review.improvement.check", gettext_noop("Effect of the improvement checked")),
    ),
)
