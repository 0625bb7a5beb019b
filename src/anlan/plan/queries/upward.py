"""Reads of reports to the level above: state, figures of a summary, its paper, the measure."""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from anlan.base.city_language import city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import NotFound
from anlan.base.measures import Measure, Proof, counted
from anlan.base.papers.paper import Head, Paper, Paragraph, Run, Signature, Table
from anlan.base.papers.word import paper_file
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.paper_form import written_date
from anlan.plan.models import Assignment, Deliverable, UpwardReport, UpwardSending
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.queries.loop.progress import with_state
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.rules.loop.deliverable import DeliverableState
from anlan.plan.rules.upward import (
    Timeliness,
    UpwardState,
    upward_state,
    upward_timeliness,
)
from anlan.registers.choices import UnitKind

ROWS = (
    ("all", gettext_noop("Deliverables asked for")),
    ("done", gettext_noop("of them finished")),
    ("overdue", gettext_noop("of them overdue")),
    ("to_fill", gettext_noop("of them to be back-filled: information is missing")),
    ("tasks", gettext_noop("Tasks given in the break-down")),
    ("signed", gettext_noop("of them signed")),
)
SENTENCE = gettext_noop(
    "By {day}, {all} deliverables of “{notice}” were asked for of {who}: {done} are finished, "
    "{overdue} are overdue, and of {to_fill} the information is missing."
)
TASKS = gettext_noop(
    "By {day}, {tasks} tasks were given to {who} in the break-down: {signed} are signed."
)


def reports(scope: Any) -> QuerySet[UpwardReport]:
    found: QuerySet[UpwardReport] = UpwardReport.objects.visible_to(scope)
    joined = ("notice", "unit", "reporter__unit", "to_body__unit", "evaluation", "due")
    return found.select_related(*joined).prefetch_related("sendings")


def report_of(scope: Any, key: uuid.UUID) -> UpwardReport:
    row = reports(scope).filter(pk=key).first()
    if row is None:
        raise NotFound
    return row


def state_of(row: UpwardReport, today: dt.date) -> UpwardState:
    return upward_state(row.to_course(), today).known()


def in_state(rows: QuerySet[Any], state: str, today: dt.date) -> QuerySet[Any]:
    """`rules.upward` as a condition over rows; a test holds both against each other."""
    last = UpwardSending.objects.filter(report=OuterRef("pk")).order_by("-number")
    known = rows.annotate(
        times=Count("sendings"),
        last_received=Subquery(last.values("received_on")[:1]),
        last_returned=Subquery(last.values("returned_on")[:1]),
    )
    living, unsent = Q(withdrawn_on__isnull=True), Q(times=0)
    received, returned = Q(last_received__isnull=False), Q(last_returned__isnull=False)
    asked = {
        UpwardState.WITHDRAWN: ~living,
        UpwardState.RECEIVED: living & received,
        UpwardState.RETURNED: living & returned,
        UpwardState.SENT: living & ~unsent & ~received & ~returned,
        UpwardState.OVERDUE: living & unsent & Q(due_on__lt=today),
        UpwardState.OPEN: living & unsent & Q(due_on__gte=today),
    }.get(state, Q(pk__in=()))  # type: ignore[call-overload]
    return known.filter(asked)


def figures_now(row: UpwardReport, now: dt.datetime) -> dict[str, Any]:
    """The counts of a summary of progress: of the whole notice for the city, of what its bodies
    owe and were given for a county."""
    asked = Deliverable.objects.filter(item__notice=row.notice, item__is_dropped=False)
    given = Assignment.objects.filter(item__notice=row.notice, item__is_dropped=False)
    if row.unit.kind != UnitKind.CITY:
        asked, given = asked.filter(body__unit=row.unit), given.filter(unit=row.unit)
    asked = asked.filter(withdrawn_at__isnull=True)
    states = list(
        with_state(asked, now, live_from(row.notice.unit_id)).values_list("state", flat=True)
    )
    living = given.filter(state__in=(AssignmentState.PROPOSED.value, AssignmentState.SIGNED.value))
    return {
        "day": now.astimezone(CITY_ZONE).date().isoformat(),
        "all": len(states),
        "done": sum(DeliverableState(state).is_done for state in states),
        "overdue": states.count(DeliverableState.OVERDUE.value),
        "to_fill": states.count(DeliverableState.TO_BACK_FILL.value),
        "tasks": living.count(),
        "signed": living.filter(state=AssignmentState.SIGNED.value).count(),
    }


def summary_file(
    row: UpwardReport,
    facts: dict[str, Any],
    *,
    made_at: dt.datetime,
    mark: str,
    number: str = "",
    signed_on: dt.date | None = None,
) -> bytes:
    """The .docx of a summary: a draft without head, number and day until it is sent."""
    with city_language():
        paper = _paper(row, facts, number, signed_on, mark)
    return paper_file(paper, made_at=made_at)


def _paper(
    row: UpwardReport, facts: dict[str, Any], number: str, signed_on: dt.date | None, mark: str
) -> Paper:
    issuer, link = row.reporter.full_name, reverse("plan-upward-report", args=[row.pk])
    who = gettext("the city") if row.unit.kind == UnitKind.CITY else row.unit.name
    day = dt.date.fromisoformat(facts["day"])
    spoken = facts | {"day": written_date(day.year, day.month, day.day)}
    said = gettext(SENTENCE).format(**spoken, notice=row.notice.title, who=who)
    given = gettext(TASKS).format(**spoken, who=who)
    shown = ROWS if facts["all"] else ROWS[-2:]
    table = Table(
        caption="",
        columns=(gettext("what is counted"), gettext("how many")),
        rows=tuple(
            ((Run(text=gettext(label)),), (Run(text=str(facts[name]), link=link),))
            for name, label in shown
        ),
        weights=(3, 1),
    )
    return Paper(
        title=row.title,
        is_draft=not number,
        addressee=row.to_name,
        blocks=(
            *((Paragraph(runs=(Run(text=said),)),) if facts["all"] else ()),
            Paragraph(runs=(Run(text=given),)),
            table,
        ),
        head=Head(issuer=issuer, number=number) if number else None,
        signature=Signature(body=issuer, signed_on=signed_on if number else None),
        mark=mark,
    )


def on_time(scope: Any, now: dt.datetime) -> list[Proof]:
    """Reports that were received, or whose day is over; those sent on time and received with a
    receipt count."""
    today = now.astimezone(CITY_ZONE).date()
    found = []
    for row in reports(scope).order_by("due_on", "pk"):
        value = upward_timeliness(row.to_course(), today).known()
        found.append(
            Proof(
                label=f"{row.reporter} → {row.to_name} · {row}",
                url=reverse("plan-upward-report", args=[row.pk]),
                counts=value is Timeliness.ON_TIME,
                why=_(value.label),
                left_out=value is Timeliness.LEFT_OUT,
            )
        )
    return found


MEASURES = (
    Measure(
        name="upward-reports-on-time",
        label=gettext_noop("Reports to the level above on time"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the reports to the level above that were received or whose day is over, those "
            "sent by their day and received with a receipt. Without a receipt none counts."
        ),
        serves=("W3",),
        query=counted(on_time),
        evidence=on_time,
    ),
)
