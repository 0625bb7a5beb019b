"""The measures of the working loop: R1, W1, W2. Each figure counts its own proofs, so that a
figure and the list it opens cannot disagree."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.keeping.pointing import pages
from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import Assignment, Obstacle, PlanItem
from anlan.plan.queries.in_force import notice_in_force
from anlan.plan.queries.loop.bearers import LIVING
from anlan.plan.queries.loop.handling import to_break_down
from anlan.plan.rules.loop.assignment import Step
from anlan.plan.rules.loop.obstacle import Answered, answered_in_time


def _with_person(scope: Any, now: dt.datetime) -> list[Proof]:
    """Items of the notice in force to break down, and whether somebody was named for each."""
    living = Assignment.objects.filter(item=OuterRef("pk"), state__in=LIVING)
    named = Exists(living.filter(step=Step.PERSON.value, body__isnull=False))
    to_body = Exists(living.filter(body__isnull=False))
    notice = notice_in_force(scope)  # items of a draft, or of what was before, are not counted
    live = PlanItem.objects.visible_to(scope).filter(is_dropped=False, notice=notice)
    rows = to_break_down(live)
    rows = rows.annotate(named=named, to_body=to_body).order_by("notice", "position")
    whole, half, none = _("a body and a person"), _("a body, no person yet"), _("nobody yet")
    address = pages("plan-item", notice.pk) if notice is not None else str
    return [
        Proof(
            label=f"{key} {heading}",
            url=f"{address(key)}?tab=breakdown",
            counts=is_named,
            why=whole if is_named else (half if is_to_body else none),
        )
        for key, heading, is_named, is_to_body in rows.values_list(
            "key", "heading", "named", "to_body"
        )
    ]


def _leaves(scope: Any) -> Any:
    below = Assignment.objects.filter(above=OuterRef("pk"), state__in=LIVING)
    rows = Assignment.objects.visible_to(scope).filter(
        ~Exists(below), state__in=LIVING, item__is_dropped=False
    )
    return rows.select_related("item", "unit", "body", "post", "sign_due").order_by(
        "item__position", "unit__position"
    )


def _complete(scope: Any, now: dt.datetime) -> list[Proof]:
    """Leaves of the break-down, and what each lacks."""
    found = []
    for row in _leaves(scope):
        lacks = [
            label
            for is_there, label in (
                (row.step == Step.PERSON.value, _("person")),
                (bool(row.measure), _("measure")),
                (row.due_on is not None, _("day")),
            )
            if not is_there
        ]
        why = _("lacks: {what}").format(what="、".join(lacks)) if lacks else _("complete")
        found.append(_proof(row, counts=not lacks, why=why))
    return found


def _signed_in_time(scope: Any, now: dt.datetime) -> list[Proof]:
    """Assignments that were signed, or whose term for signing is over."""
    rows = Assignment.objects.visible_to(scope).filter(
        sign_due__isnull=False, item__is_dropped=False
    )
    found = []
    for row in rows.select_related("item", "unit", "body", "post", "sign_due"):
        due = row.sign_due
        if due is None or (due.answered_at is None and due.withdrawn_at is not None):
            continue
        judged = due.answered_at or now
        is_late = due.due_at is not None and judged > due.due_at
        if due.answered_at is None and not is_late:
            continue
        why = _("answered late or not yet") if is_late else _("answered in its term")
        found.append(_proof(row, counts=not is_late, why=why))
    return found


def _answered(scope: Any, now: dt.datetime) -> list[Proof]:
    """Requests for coordination whose first reply came, or whose term is over."""
    found = []
    rows = Obstacle.objects.visible_to(scope).filter(first_due__isnull=False)
    for row in rows.select_related("item", "body", "addressee", "first_due"):
        due = row.first_due
        if due is None:
            continue
        until = due.withdrawn_at or now
        verdict = answered_in_time(due.answered_at, due.due_at, until).known()
        if verdict is not Answered.RUNNING:
            found.append(
                Proof(
                    label=str(row),
                    url=reverse("plan-obstacle", args=[row.pk]),
                    counts=verdict is Answered.IN_TIME,
                    why=_(verdict.label),
                )
            )
    return found


def _proof(row: Assignment, *, counts: bool, why: str) -> Proof:
    return Proof(
        label=str(row), url=reverse("plan-assignment", args=[row.pk]), counts=counts, why=why
    )


def _measure(
    name: str, label: str, rule: str, serves: str, evidence: Callable[..., list[Proof]]
) -> Measure:
    return Measure(
        name=name,
        label=label,
        unit="%",
        direction="up",
        rule=rule,
        serves=(serves,),
        query=counted(evidence),
        evidence=evidence,
    )


MEASURES = (
    _measure(
        "items-with-a-person",
        gettext_noop("Items with a body and a person"),
        gettext_noop(
            "Of the items of the notice in force to be broken down (market-driven ones and "
            "statements left out), those with a living assignment to a person or post in a body."
        ),
        "R1",
        _with_person,
    ),
    _measure(
        "leaves-complete",
        gettext_noop("Ends of the break-down with person, measure and day"),
        gettext_noop(
            "Of the assignments that are not broken down further, those that name a person or "
            "post, a measure and a day."
        ),
        "W1",
        _complete,
    ),
    _measure(
        "signed-in-time",
        gettext_noop("Assignments signed or refused in time"),
        gettext_noop(
            "Of the assignments that were answered or whose term for signing is over, those "
            "answered within it. Withdrawn ones and running terms are left out."
        ),
        "W1",
        _signed_in_time,
    ),
    _measure(
        "obstacles-answered-in-time",
        gettext_noop("Requests for coordination answered in time"),
        gettext_noop(
            "Of the requests that were answered or whose term is over, those whose first reply "
            "came within it. Running terms are left out, and those taken back before their end."
        ),
        "W2",
        _answered,
    ),
)
