"""Addresses and badges of carrying over."""

import uuid
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.screens.cells import Badge
from anlan.plan.models import CarriedItem
from anlan.plan.queries.carrying import OrphanedBody
from anlan.plan.rules.carry_over.decision import Decision
from anlan.plan.rules.carry_over.proposal import Likeness, Proposal
from anlan.plan.screens.common import with_query

LOOKS = {
    Decision.CARRIED.value: ("blue", "right"),
    Decision.FINISHED.value: ("green", "check"),
    Decision.ENDED.value: ("grey", "close"),
}


def pair_url(key: uuid.UUID | str) -> str:
    return with_query(reverse("plan-carry-over", args=[key]))


def row_url(key: uuid.UUID | str) -> str:
    return with_query(reverse("plan-carried-item", args=[key]))


def items_url(pair: uuid.UUID | str, **narrow: Any) -> str:
    return with_query(reverse("plan-carried-items"), pair=pair, **narrow)


def owner_url(orphan: OrphanedBody) -> str:
    return reverse("plan-carried-owner", args=[orphan.row.pk, orphan.body.pk])


def decision_badge(row: CarriedItem) -> Badge:
    if not row.decision:
        return Badge(text=_("undecided"), tone="yellow", icon="warn")
    tone, icon = LOOKS[row.decision]
    return Badge(text=row.get_decision_display(), tone=tone, icon=icon)


def why_proposed(row: CarriedItem) -> str:
    """The reason of a proposal in words."""
    likeness = Likeness(row.likeness)
    return Proposal(old="", likeness=likeness, percent=row.percent).why().text(_)
