"""What the screens of evaluations share: addresses, badges, the row of the path."""

import uuid
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.screens.cells import Badge, Text
from anlan.base.screens.signed_in import scope_of
from anlan.plan.models import Evaluation
from anlan.plan.queries.evaluation.draft import evaluation_of
from anlan.plan.rules.evaluation.life import EvaluationState
from anlan.plan.rules.evaluation.linter import Finding
from anlan.registers.rules.scope import Capability

STATE_LOOKS = {
    EvaluationState.DRAFT: ("grey", "edit"),
    EvaluationState.SUBMITTED: ("yellow", "info"),
    EvaluationState.SIGNED: ("green", "check"),
}
FINDING_LOOKS = {
    Finding.CONTRADICTED: ("red", "warn"),
    Finding.CHANGED_BENEATH: ("orange", "warn"),
    Finding.NO_EVIDENCE: ("yellow", "warn"),
    Finding.NOT_WRITTEN: ("grey", "edit"),
}
GRAVEST_FIRST = tuple(FINDING_LOOKS)


def evaluation_url(row: Evaluation) -> str:
    return reverse("plan-evaluation", args=[row.pk])


def state_badge(row: Evaluation) -> Badge:
    state = EvaluationState(row.state)
    tone, icon = STATE_LOOKS[state]
    return Badge(text=_(state.label), tone=tone, icon=icon)


def finding_badge(finding: Finding) -> Badge:
    tone, icon = FINDING_LOOKS[finding]
    return Badge(text=_(finding.label), tone=tone, icon=icon)


def row_of(request: HttpRequest, key: uuid.UUID) -> Evaluation:
    return evaluation_of(scope_of(request), key)


def may_steer(request: HttpRequest) -> bool:
    return bool(scope_of(request).may(Capability.STEER_PLAN))


def crumbs_of(row: Evaluation) -> list[tuple[str, Text]]:
    return [
        (reverse("plan-evaluations"), _("Evaluations")),
        (evaluation_url(row), row.title),
    ]


def said(request: HttpRequest) -> dict[str, Any]:
    return {"actor": request.actor}  # type: ignore[attr-defined]
