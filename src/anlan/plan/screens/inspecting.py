"""On-site inspections: list, visit, problem, effect, decision, and the visit as a plain paper."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.file_store import EVIDENCE
from anlan.base.parts import ANSWER_AND_DAY, DueSubject
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.inspecting import (
    may_report,
)
from anlan.plan.models import Inspection, InspectionFile, Problem
from anlan.plan.queries.inspecting import state_of
from anlan.plan.rules.inspection import ProblemState
from anlan.plan.screens.common import item_url, notice_url, page_of
from anlan.plan.screens.loop.common import term_badge
from anlan.registers.rules.scope import Capability

LOOKS = {
    ProblemState.OPEN: ("blue", "info"),
    ProblemState.OVERDUE: ("red", "warn"),
    ProblemState.REPORTED: ("yellow", "info"),
    ProblemState.PROVEN: ("green", "check"),
}


def inspection_url(row: Inspection) -> str:
    return reverse("plan-inspection", args=[row.pk])


def problem_url(row: Problem) -> str:
    return reverse("plan-problem", args=[row.pk])


def problem_badge(row: Problem) -> Badge:
    state = state_of(row, clock.today())
    tone, icon = LOOKS[state]
    return Badge(text=_(state.label), tone=tone, icon=icon)


PROBLEM_COLUMNS = (
    Column(
        name="text",
        label=gettext_lazy("problem"),
        value=str,
        link=problem_url,
        is_title=True,
    ),
    Column(name="measure", label=gettext_lazy("measure against it"), value=lambda p: p.measure),
    Column(name="due_on", label=gettext_lazy("solved by"), value=lambda p: p.due_on),
    Column(name="state", label=gettext_lazy("state"), value=problem_badge),
)
FILE_COLUMNS = (
    Column(
        name="file",
        label=gettext_lazy("file"),
        value=lambda f: f.file_name,
        link=lambda f: reverse("plan-inspection-file", args=[f.pk]),
        is_title=True,
    ),
    Column(name="at", label=gettext_lazy("added at"), value=lambda f: f.added_at),
)


class InspectionList(RegisterList):
    model = Inspection
    capability = Capability.READ_INTERNAL
    title = gettext_lazy("On-site inspections")
    lead = gettext_lazy(
        "Visits with what was found; each problem has a measure and a day, and is done when its "
        "effect is proven."
    )
    empty = gettext_lazy("No visit is recorded yet. The plan office records the first one.")
    columns = (
        Column(
            name="on",
            label=gettext_lazy("inspected on"),
            value=lambda r: r.inspected_on,
            link=inspection_url,
            sort=("inspected_on",),
            is_title=True,
        ),
        Column(
            name="body",
            label=gettext_lazy("inspected body"),
            value=lambda r: r.body,
            sort=("body__position",),
        ),
        Column(name="place", label=gettext_lazy("place"), value=lambda r: r.place),
        Column(
            name="problems",
            label=gettext_lazy("problems"),
            value=lambda r: r.problem_count,
            sort=("problem_count",),
            align="end",
        ),
        Column(
            name="proven",
            label=gettext_lazy("effects proven"),
            value=lambda r: r.proven_count,
            align="end",
        ),
    )
    search_fields = ("body__full_name__icontains", "place__icontains", "summary__icontains")
    default_sort = "-on"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        proven = Q(problems__proven_on__isnull=False)
        found: QuerySet[Any] = rows.select_related("body").annotate(
            problem_count=Count("problems", distinct=True),
            proven_count=Count("problems", filter=proven, distinct=True),
        )
        return found

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)

    def actions(self) -> Sequence[Action]:
        url = reverse("plan-measure", args=["problems-with-proven-effect"])
        found = [Action(label=_("The measure"), url=url, icon="info")]
        if scope_of(self.request).may(Capability.STEER_PLAN):
            new = reverse("plan-inspection-new")
            found.append(Action(label=_("Record a visit"), url=new, icon="plus", is_primary=True))
        return found


class InspectionObject(RegisterObject):
    model = Inspection
    capability = Capability.READ_INTERNAL
    url_name = "plan-inspection"
    subject = "plan.inspection"
    order_key = ("inspected_on", "pk")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("body", "inspector", "notice", "unit")

    def lead(self, row: Inspection) -> Text:
        return row.summary

    def crumbs(self, row: Inspection) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("plan-overview"), _("Overview")),
            (reverse("plan-inspections"), _("On-site inspections")),
        )

    def facts(self, row: Inspection) -> Sequence[Fact]:
        return (
            fact(_("inspected on"), row.inspected_on),
            fact(_("inspected body"), row.body, url=reverse("body", args=[row.body.code])),
            fact(_("place"), row.place),
            fact(_("inspecting body"), row.inspector),
            fact(_("inspectors"), row.inspectors),
            fact(_("items looked at"), "、".join(row.looked_at)),
            fact(_("notice"), row.notice, url=notice_url(row.notice)),
            fact(_("recorded by"), actor_label(row.recorded_by)),
        )

    def relations(self, row: Inspection) -> Sequence[Relation]:
        scope = scope_of(self.request)
        problems = list(Problem.objects.visible_to(scope).filter(inspection=row))
        files = list(InspectionFile.objects.visible_to(scope).filter(inspection=row))
        return (
            Relation(
                label=_("Problems"),
                columns=PROBLEM_COLUMNS,
                rows=problems,
                empty=_("No problem is recorded."),
                count=len(problems),
            ),
            Relation(
                label=_("Photographs and files"),
                columns=FILE_COLUMNS,
                rows=files,
                empty=_("No file."),
                count=len(files),
            ),
        )

    def actions(self, row: Inspection) -> Sequence[Action]:
        paper = reverse("plan-inspection-paper", args=[row.pk])
        found = [Action(label=_("As a paper"), url=paper, icon="print")]
        if scope_of(self.request).may(Capability.STEER_PLAN):
            url = reverse("plan-problem-add", args=[row.pk])
            found.append(Action(label=_("Add a problem"), url=url, icon="plus", is_primary=True))
        return found


class InspectionPaper(SignedIn, View):
    """The visit as a plain paper: a draft, without red head, number or seal."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        seen = Inspection.objects.visible_to(scope_of(request))
        row = seen.select_related("body", "inspector", "notice").filter(pk=pk).first()
        if row is None:
            raise NotFound
        problems = Problem.objects.visible_to(scope_of(request)).filter(inspection=row)
        context = {
            "row": row,
            "problems": [(one, problem_badge(one)) for one in problems.select_related("item")],
            "items": "、".join(row.looked_at),
        }
        return render(request, "plan/inspection_paper.html", context)


class InspectionFileDownload(SignedIn, View):
    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = InspectionFile.objects.visible_to(scope_of(request)).filter(pk=pk).first()
        if row is None:
            raise NotFound
        response = HttpResponse(
            EVIDENCE.content(row.digest, name=row.file_name), content_type=row.media_type
        )
        response["Content-Disposition"] = content_disposition_header(True, row.file_name)
        response["X-Content-Type-Options"] = "nosniff"
        return response


class ProblemObject(RegisterObject):
    model = Problem
    capability = Capability.READ_INTERNAL
    url_name = "plan-problem"
    subject = "plan.problem"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("inspection__body__unit", "item__notice", "due")

    def badges(self, row: Problem) -> Sequence[Badge]:
        term = term_badge(row.due)
        return [problem_badge(row), *([term] if term else [])]

    def neighbours_among(self, row: Problem) -> QuerySet[Any] | None:
        return None

    def crumbs(self, row: Problem) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("plan-inspections"), _("On-site inspections")),
            (inspection_url(row.inspection), str(row.inspection)),
        )

    def facts(self, row: Problem) -> Sequence[Fact]:
        url = item_url(row.item) if row.item is not None else ""
        return (
            fact(_("problem"), row.text),
            fact(_("measure against it"), row.measure),
            fact(_("inspected body"), row.inspection.body),
            fact(_("plan item"), row.item, url=url),
            fact(_("found on"), row.found_on),
            fact(_("solved by"), row.due_on),
            fact(_("effect"), row.effect, missing=_("not said yet")),
            fact(_("effect since"), row.effect_on),
            fact(_("proven on"), row.proven_on, missing=_("not proven yet")),
            fact(_("word of the inspectors"), row.word),
        )

    def relations(self, row: Problem) -> Sequence[Relation]:
        files = InspectionFile.objects.visible_to(scope_of(self.request)).filter(problem=row)
        found = list(files)
        return (
            Relation(
                label=_("Proof of the effect"),
                columns=FILE_COLUMNS,
                rows=found,
                empty=_("No file yet: without one no effect is proven."),
                count=len(found),
            ),
        )

    def actions(self, row: Problem) -> Sequence[Action]:
        scope = scope_of(self.request)
        found = []
        if may_report(scope, row):
            url = reverse("plan-problem-effect", args=[row.pk])
            found.append(Action(label=_("Say the effect"), url=url, icon="edit", is_primary=True))
        is_said = row.effect_on is not None and row.proven_on is None
        if is_said and scope.may(Capability.STEER_PLAN):
            url = reverse("plan-problem-decide", args=[row.pk])
            found.append(
                Action(label=_("Decide on the effect"), url=url, icon="check", is_primary=True)
            )
        return found


ACTIONS = (
    ("plan.inspection.record", gettext_noop("On-site inspection recorded")),
    ("plan.problem.add", gettext_noop("Problem of an inspection added")),
    ("plan.problem.effect", gettext_noop("Effect said")),
    ("plan.problem.prove", gettext_noop("Effect taken as proven")),
    ("plan.problem.return", gettext_noop("Effect returned")),
)
DUE_SUBJECTS = (
    DueSubject(
        model="plan.problem",
        label=gettext_noop("problem found on the spot"),
        url=page_of("plan-problem", Problem),
        own_acts=ANSWER_AND_DAY,
    ),
)
