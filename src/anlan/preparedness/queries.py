"""Reads of the project sheets: state, progress, checks of the notice, measures."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.instance_stamp import stamp_now
from anlan.base.keeping.merging import merged_keys
from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import Verdict
from anlan.preparedness.choices import AcceptanceResult, QuantityUnit
from anlan.preparedness.models import (
    Milestone,
    NoticeCheck,
    Payment,
    Project,
    ProjectPlace,
)
from anlan.preparedness.money import yuan
from anlan.preparedness.rules.notice_check import (
    Asked,
    Check,
    Clause,
    SheetFacts,
    notice_check,
)
from anlan.preparedness.rules.project import ProjectFacts, ProjectState, project_state

METRES_A_KM = 1000
SILENT: dict[str, Any] = {"part": 0, "whole": 0}
"""Listed, and nothing can be said of it: to be back-filled, or not determinable."""


def live_from() -> dt.date:
    """The day from which the program is kept here; before it things are back-filled."""
    stamp = stamp_now()
    return stamp.made_at.astimezone(CITY_ZONE).date() if stamp else dt.date(1949, 1, 1)


def projects(scope: Any) -> QuerySet[Any]:
    """The sheets in view, without those that were merged into another."""
    found: QuerySet[Any] = Project.objects.visible_to(scope)
    return found.exclude(pk__in=merged_keys(Project))


def with_course(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Projects with what their state and progress follow from. One query."""
    passed = Q(acceptances__result=AcceptanceResult.PASSED)
    return rows.annotate(
        accepted_on=Max("acceptances__accepted_on", filter=passed),
        milestones_all=Count("milestones", distinct=True),
        milestones_done=Count(
            "milestones", filter=Q(milestones__done_on__isnull=False), distinct=True
        ),
        payments_all=Count("payments", distinct=True),
        photographs_all=Count("photographs", distinct=True),
        delays_all=Count("delays", distinct=True),
    )


def facts_of(row: Any) -> ProjectFacts:
    """The facts of a row of `with_course`."""
    told = (row.milestones_done, row.payments_all, row.photographs_all, row.delays_all)
    return ProjectFacts(
        planned_finish_on=row.planned_finish_on,
        started_on=row.started_on,
        built_on=row.built_on,
        accepted_on=row.accepted_on,
        is_back_filled=row.is_back_filled,
        informed=row.started_on is not None or any(told),
    )


def state_of(row: Any, today: dt.date, since: dt.date | None = None) -> Verdict[ProjectState]:
    return project_state(facts_of(row), today=today, live_from=since or live_from())


def paid_fen(project: Project) -> int:
    total = Payment.objects.filter(project=project).aggregate(total=Sum("amount_fen"))["total"]
    return total or 0


def checks_of(item_key: str, today: dt.date) -> list[tuple[NoticeCheck, Verdict[Check]]]:
    """The checks that the notice sets for an item, decided over all its sheets, whoever looks."""
    rows = list(NoticeCheck.objects.filter(item_key=item_key))
    if not rows:
        return []
    sheets = sheets_of(item_key)
    return [(row, notice_check(clause_of(row), sheets, today)) for row in rows]


def clause_of(row: NoticeCheck) -> Clause:
    return Clause(asked=Asked(row.asked), by=row.by, phrase=row.phrase, basis=row.basis)


def sheets_of(item_key: str) -> list[SheetFacts]:
    """What the sheets of an item say, for the checks of the notice."""
    rows = Project.objects.filter(item_key=item_key).exclude(pk__in=merged_keys(Project))
    joined = rows.prefetch_related("milestones", "payments", "photographs", "delays")
    return [_sheet(row) for row in joined.annotate(accepted_on=_accepted())]


def _accepted() -> Max:
    return Max("acceptances__accepted_on", filter=Q(acceptances__result=AcceptanceResult.PASSED))


def _sheet(row: Any) -> SheetFacts:
    days = [delay.said_on for delay in row.delays.all()]
    days += [photo.taken_at.astimezone(CITY_ZONE).date() for photo in _timed(row)]
    days += [payment.paid_on for payment in row.payments.all()] if row.built_on is None else []
    return SheetFacts(
        started_on=row.started_on,
        accepted_on=row.accepted_on,
        milestones_done=tuple(
            step.done_on for step in row.milestones.all() if step.done_on is not None
        ),
        last_known_open_on=max(days, default=None) if row.accepted_on is None else None,
    )


def _timed(row: Any) -> list[Any]:
    return [photo for photo in row.photographs.all() if photo.taken_at is not None]


def _keys(row: Project) -> tuple[str, ...]:
    return (row.item_key,) if row.item_key else ()


def project_url(key: Any) -> str:
    return reverse("project", args=[key])


# measures


def finished(scope: Any, now: dt.datetime) -> list[Proof]:
    """Project sheets; those whose acceptance passed count."""
    today, since = now.astimezone(CITY_ZONE).date(), live_from()
    found = []
    for row in with_course(projects(scope)).order_by("item_key", "name"):
        state = state_of(row, today, since).known()
        found.append(
            Proof(
                label=f"{row.item_key} {row.name}".strip(),
                url=project_url(row.pk),
                counts=state.is_finished,
                why=_(state.label),
                items=_keys(row),
                **(SILENT if state is ProjectState.TO_BACK_FILL else {}),
            )
        )
    return found


def _milestones(scope: Any) -> Iterable[Milestone]:
    rows = Milestone.objects.visible_to(scope).filter(project__in=projects(scope))
    listed: QuerySet[Milestone] = rows.select_related("project")
    return listed.order_by("project__item_key", "project__name", "due_on")


def milestones_done(scope: Any, now: dt.datetime) -> list[Proof]:
    """Milestones that are planned; those ticked with a proof count."""
    since = live_from()
    return [
        _step(row, since, counts=row.done_on is not None, why=_step_text(row))
        for row in _milestones(scope)
    ]


def milestones_in_time(scope: Any, now: dt.datetime) -> list[Proof]:
    """Milestones that were ticked or whose day is over; those done by their day count."""
    today, since = now.astimezone(CITY_ZONE).date(), live_from()
    return [
        _step(
            row,
            since,
            counts=row.done_on is not None and row.done_on <= row.due_on,
            why=_step_text(row),
        )
        for row in _milestones(scope)
        if row.done_on is not None or row.due_on < today
    ]


def _step(row: Milestone, since: dt.date, *, counts: bool, why: str) -> Proof:
    return Proof(
        label=f"{row.project.item_key} {row.project.name} · {row.name}".strip(),
        url=project_url(row.project_id),
        counts=counts,
        why=why,
        items=_keys(row.project),
        **(SILENT if row.done_on is None and row.due_on < since else {}),
    )


def _step_text(row: Milestone) -> str:
    if row.done_on is None:
        return _("open, wanted by {day}").format(day=row.due_on.isoformat())
    return _("done on {done}, wanted by {day}").format(
        done=row.done_on.isoformat(), day=row.due_on.isoformat()
    )


def kilometres(scope: Any, now: dt.datetime) -> list[Proof]:
    """Lines and pipes to be renewed, in metres: done of planned."""
    rows = ProjectPlace.objects.visible_to(scope).filter(
        unit_of_work=QuantityUnit.METRE, planned__isnull=False, project__in=projects(scope)
    )
    found = []
    for row in rows.select_related("project").order_by("project__item_key", "pk"):
        planned = int(row.planned or 0)
        is_known = row.done is not None
        found.append(
            Proof(
                label=f"{row.project.item_key} {row}".strip(),
                url=project_url(row.project_id),
                counts=is_known and int(row.done or 0) >= planned,
                why=row.what if is_known else _("nothing reported as done yet"),
                items=_keys(row.project),
                part=int(row.done or 0),
                whole=planned,
            )
        )
    return found


def paid(scope: Any, now: dt.datetime) -> list[Proof]:
    """Projects with a budget, in fen: paid of the budget."""
    rows = projects(scope).filter(budget_fen__isnull=False)
    found = []
    for row in rows.annotate(total=Sum("payments__amount_fen")).order_by("item_key", "name"):
        total = row.total or 0
        is_over = total > row.budget_fen
        found.append(
            Proof(
                label=f"{row.item_key} {row.name}".strip(),
                url=project_url(row.pk),
                counts=not is_over,
                why=_("above the budget") if is_over else _("within the budget"),
                items=_keys(row),
                part=total,
                whole=row.budget_fen,
            )
        )
    return found


def checks_met(scope: Any, now: dt.datetime) -> list[Proof]:
    """The checks of the notice; those that are met count."""
    today = now.astimezone(CITY_ZONE).date()
    found = []
    keys = NoticeCheck.objects.visible_to(scope).values_list("item_key", flat=True)
    for key in keys.order_by("item_key").distinct():
        for row, verdict in checks_of(key, today):
            value = verdict.known()
            found.append(
                Proof(
                    label=f"{row.item_key} {row.by.year} {row.phrase}",
                    url=f"{reverse('project-list')}?item={row.item_key}",
                    counts=value is Check.MET,
                    why=_(value.label),
                    items=(row.item_key,),
                    **({} if value in (Check.MET, Check.NOT_MET) else SILENT),
                )
            )
    return found


def km_text(metres: int) -> str:
    text = f"{metres / METRES_A_KM:,.3f}".rstrip("0").rstrip(".")
    return _("{number} km").format(number=text)


def yuan_text(fen: int) -> str:
    return _("{number} yuan").format(number=yuan(fen))


def _measure(name: str, label: str, rule: str, evidence: Any, **more: Any) -> Measure:
    return Measure(
        name=name,
        label=label,
        unit="%",
        direction="up",
        rule=rule,
        serves=(),
        query=counted(evidence),
        evidence=evidence,
        narrows=True,
        **more,
    )


MEASURES: Sequence[Measure] = (
    _measure(
        "project-milestones-done",
        gettext_noop("Milestones done / planned"),
        gettext_noop(
            "Of the milestones of the project sheets, those ticked with a day and a proof."
        ),
        milestones_done,
    ),
    _measure(
        "projects-finished",
        gettext_noop("Works finished / planned"),
        gettext_noop(
            "Of the project sheets, those whose acceptance passed. Built without acceptance does "
            "not count."
        ),
        finished,
    ),
    _measure(
        "project-milestones-in-time",
        gettext_noop("Milestones in time"),
        gettext_noop(
            "Of the milestones that were ticked or whose day is over, those done by their day."
        ),
        milestones_in_time,
    ),
    _measure(
        "project-kilometres",
        gettext_noop("Kilometres renewed / planned"),
        gettext_noop(
            "Lines and pipes of the places of the project sheets: length done of length planned. "
            "What nobody reported is zero and said."
        ),
        kilometres,
        amount=km_text,
    ),
    _measure(
        "project-paid",
        gettext_noop("Paid / budget"),
        gettext_noop("Payments of the project sheets that have a budget, of their budgets."),
        paid,
        amount=yuan_text,
        has_lamp=False,
    ),
    _measure(
        "project-checks-met",
        gettext_noop("Checks of the notice met"),
        gettext_noop(
            "Of the checks that the notice sets for its projects (clear progress, all complete), "
            "those that are met. Not determinable ones are listed and not counted."
        ),
        checks_met,
    ),
)
