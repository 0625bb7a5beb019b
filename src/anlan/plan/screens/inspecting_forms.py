"""Forms of inspections: a visit, its problems, the effect said by the body and proven."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.inspecting import (
    NewInspection,
    NewProblem,
    add_problem,
    decide_effect,
    may_report,
    problem_of,
    record_inspection,
    report_effect,
)
from anlan.plan.actions.loop.evidence import MOST_BYTES, MOST_FILES, KeptFile, keep_file
from anlan.plan.forms.inspecting import DecisionForm, EffectForm, InspectionForm, ProblemForm
from anlan.plan.models import Inspection, Problem
from anlan.plan.queries.items import notices
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability


def posted_files(request: HttpRequest) -> tuple[KeptFile, ...]:
    """Files of a form, checked and put into the store; nothing is journaled yet."""
    files = request.FILES.getlist("files")[:MOST_FILES]
    return tuple(_kept(file) for file in files)


def _kept(file: UploadedFile) -> KeptFile:
    return keep_file(file.read(MOST_BYTES + 1), file.name or "")


class _Acting(RegisterForm):
    """Forms that hand over actor, time and request id."""

    capability = Capability.READ_INTERNAL

    def said(self, asked: Asked) -> dict[str, Any]:
        return {
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
        }

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("plan-inspections"), _("On-site inspections"))]


class RecordInspection(_Acting):
    capability = Capability.STEER_PLAN
    form_class = InspectionForm
    title = gettext_lazy("Record a visit")
    submit = gettext_lazy("Record")

    def form_arguments(self) -> dict[str, Any]:
        scope = scope_of(self.request)
        return {
            "notices": [(str(n.pk), n.number or n.title) for n in notices(scope)[:50]],
            "bodies": [(str(b.pk), str(b)) for b in registers.bodies_found(scope, "")],
        }

    def initial(self) -> dict[str, Any]:
        return {"inspected_on": clock.today()}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        made = record_inspection(
            NewInspection(
                notice=values["notice"],
                body=values["body"],
                inspected_on=values["inspected_on"],
                place=values["place"],
                inspectors=values["inspectors"],
                summary=values["summary"],
                looked_at=tuple(values["looked_at"].replace("、", " ").split()),
            ),
            files=posted_files(self.request),
            **self.said(asked),
        )
        return reverse("plan-inspection", args=[made["id"]])

    def back(self) -> str:
        return reverse("plan-inspections")


class AddProblem(_Acting):
    capability = Capability.STEER_PLAN
    form_class = ProblemForm
    title = gettext_lazy("Add a problem")
    lead = gettext_lazy("The inspected body gets a term that ends with the day.")
    submit = gettext_lazy("Add")

    def current(self) -> None:
        seen = Inspection.objects.visible_to(scope_of(self.request))
        if not seen.filter(pk=self.kwargs["pk"]).exists():
            raise NotFound

    def perform(self, asked: Asked) -> str:
        values = asked.values
        add_problem(
            NewProblem(
                inspection=self.kwargs["pk"],
                text=values["text"],
                measure=values["measure"],
                due_on=values["due_on"],
                item_key=values["item_key"],
            ),
            **self.said(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("plan-inspection", args=[self.kwargs["pk"]])


class _ProblemAct(_Acting):
    def current(self) -> Problem:
        return problem_of(scope_of(self.request), self.kwargs["pk"])

    def back(self) -> str:
        return reverse("plan-problem", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [(reverse("plan-inspections"), _("On-site inspections")), (self.back(), str(row))]


class SayEffect(_ProblemAct):
    form_class = EffectForm
    title = gettext_lazy("Say the effect")
    lead = gettext_lazy("What was done, since when it holds, and a file that proves it.")
    submit = gettext_lazy("Send")

    def current(self) -> Problem:
        row = super().current()
        if row.proven_on is None and not may_report(scope_of(self.request), row):
            raise NotAllowed
        return row

    def initial(self) -> dict[str, Any]:
        return {"effect": self.current().effect, "effect_on": clock.today()}

    def perform(self, asked: Asked) -> str:
        report_effect(
            self.kwargs["pk"],
            asked.values["effect"],
            asked.values["effect_on"],
            files=posted_files(self.request),
            expected_version=asked.expected_version,
            **self.said(asked),
        )
        return self.back()


class DecideEffect(_ProblemAct):
    capability = Capability.STEER_PLAN
    form_class = DecisionForm
    title = gettext_lazy("Decide on the effect")
    lead = gettext_lazy("Look at the proof first; whoever said the effect does not decide.")
    submit = gettext_lazy("Decide")

    def perform(self, asked: Asked) -> str:
        decide_effect(
            self.kwargs["pk"],
            is_proven=asked.values["decision"] == "prove",
            reason=asked.values["word"],
            expected_version=asked.expected_version,
            **self.said(asked),
        )
        return self.back()
