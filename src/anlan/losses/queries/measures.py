"""Measures of how well losses are reported: investigations and reports within their terms."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.due.queries import dues
from anlan.base.measures import Measure, Proof, Share
from anlan.base.models import Due
from anlan.base.rules.labels import gettext_noop
from anlan.losses.rules.accident_terms import INVESTIGATION_RULE, REPORT_RULE

SUBJECT = "losses.accident"


def _proof(due: Due) -> Proof:
    in_time = due.answered_at is not None and due.due_at is not None
    in_time = in_time and due.answered_at <= due.due_at  # type: ignore[operator]
    return Proof(
        label=due.title,
        url=reverse("due", args=[due.pk]),
        counts=in_time,
        why=_("answered in time") if in_time else _("not answered in time"),
    )


def in_time(scope: Any, now: dt.datetime) -> list[Proof]:
    """Reports and investigations of accidents whose term is over or that were answered."""
    rows = dues(scope).filter(subject_model=SUBJECT, rule__in=(REPORT_RULE, INVESTIGATION_RULE))
    found = rows.exclude(withdrawn_at__isnull=False).order_by("due_at", "id")
    return [_proof(due) for due in found if _is_over(due, now)]


def _is_over(due: Due, now: dt.datetime) -> bool:
    return due.answered_at is not None or (due.due_at is not None and due.due_at < now)


def _share(scope: Any, now: dt.datetime) -> Share:
    proofs = in_time(scope, now)
    return Share(part=sum(proof.counts for proof in proofs), whole=len(proofs))


MEASURES = (
    Measure(
        name="accident-terms-kept",
        label=gettext_noop("Reports and investigations of accidents in time"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the reports upward and the investigations of recent accidents whose term is over "
            "or that were answered, those answered within it."
        ),
        serves=("I1",),
        query=_share,
        evidence=in_time,
    ),
)
