"""The measure of carrying over: items decided on, of those listed."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.measures import Measure, Proof, Share
from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import CarriedItem


def decided_of_listed(scope: Any, now: dt.datetime) -> list[Proof]:
    rows = CarriedItem.objects.visible_to(scope).select_related("item", "target")
    return [
        Proof(
            label=str(row.item),
            url=reverse("plan-carried-item", args=[row.pk]),
            counts=bool(row.decision),
            why=row.get_decision_display() if row.decision else _("undecided"),
        )
        for row in rows.order_by("carry_over", "item__position")
    ]


def _share(scope: Any, now: dt.datetime) -> Share:
    proofs = decided_of_listed(scope, now)
    return Share(part=sum(proof.counts for proof in proofs), whole=len(proofs))


MEASURES = (
    Measure(
        name="carried-items-decided",
        label=gettext_noop("Unfinished items decided on when a successor follows"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the unfinished items that a carry-over lists, those with a decision of a person. "
            "Without a carry-over there is nothing to count."
        ),
        serves=("W1",),
        query=_share,
        evidence=decided_of_listed,
    ),
)
