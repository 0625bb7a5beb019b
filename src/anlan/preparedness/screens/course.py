"""Acts on a project: milestones, payments, photographs, acceptance, delay; and the phone page."""

import uuid
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base import clock
from anlan.base.documents.reader import refuse_size
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.identity import new_id
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.preparedness.actions.course import (
    NewAcceptance,
    NewPayment,
    NewPhotograph,
    add_payment,
    add_photograph,
    record_acceptance,
    record_delay,
)
from anlan.preparedness.actions.milestones import add_milestone, finish_milestone, move_milestone
from anlan.preparedness.forms.projects import (
    AcceptanceForm,
    DelayForm,
    MilestoneForm,
    MoveForm,
    PaymentForm,
    PhotographForm,
    TickForm,
)
from anlan.preparedness.models import Milestone, Project
from anlan.preparedness.money import fen
from anlan.preparedness.queries import project_url, with_course
from anlan.preparedness.screens.project_forms import OfProject
from anlan.preparedness.screens.projects import progress_text, state_badge
from anlan.preparedness.screens.relations import milestone_badge
from anlan.registers.instruments import in_state
from anlan.registers.models import Instrument
from anlan.registers.rules.instrument import InstrumentState
from anlan.registers.rules.scope import Capability


class MilestoneAdd(OfProject):
    form_class = MilestoneForm
    title = _("Add a milestone")
    lead = _("A day to come opens a term for the lead body.")

    def perform(self, asked: Asked) -> str:
        values = asked.values
        add_milestone(self.project().pk, values["name"], values["due_on"], **self.told(asked))
        return self.back()


class OfMilestone(OfProject):
    """A form on one open milestone."""

    def current(self) -> Milestone:
        row: Milestone = self.one(Milestone, pk=self.kwargs["pk"])
        return row

    def project(self) -> Project:
        return self.current().project

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [
            (reverse("project-list"), _("Project sheets")),
            (project_url(row.project_id), row.project.name),
            (f"{project_url(row.project_id)}#milestones", row.name),
        ]


class MilestoneMove(OfMilestone):
    form_class = MoveForm
    title = _("Move a milestone")

    def initial(self) -> dict[str, Any]:
        return {"due_on": self.current().due_on}

    def perform(self, asked: Asked) -> str:
        move_milestone(
            self.kwargs["pk"],
            asked.values["due_on"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()


class MilestoneTick(OfMilestone):
    form_class = TickForm
    title = _("Tick a milestone")
    lead = _("The day on which it was done, and what proves it.")

    def initial(self) -> dict[str, Any]:
        return {"done_on": clock.today()}

    def perform(self, asked: Asked) -> str:
        finish_milestone(
            self.kwargs["pk"],
            asked.values["done_on"],
            asked.values["proof"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        if self.request.POST.get("from") == "phone":
            return reverse("project-phone", args=[self.project().pk])
        return self.back()


class PaymentAdd(OfProject):
    form_class = PaymentForm
    title = _("Enter a payment")
    lead = _("In yuan. Above the budget a note is needed.")

    def initial(self) -> dict[str, Any]:
        return {"paid_on": clock.today()}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        new = NewPayment(
            paid_on=values["paid_on"],
            amount_fen=fen(values["amount_yuan"]),
            document=values["document"],
            note=values["note"],
        )
        add_payment(self.project().pk, new, **self.told(asked))
        return self.back()


class PhotographAdd(OfProject):
    form_class = PhotographForm
    title = _("Add a photograph")
    lead = _("JPEG, PNG or WebP. When it was taken is read from the camera.")

    def form_arguments(self) -> dict[str, Any]:
        steps = Milestone.objects.visible_to(self.scope).filter(project=self.project())
        found: dict[str, Any] = {"milestones": [(str(step.pk), step.name) for step in steps]}
        if self.request.method == "POST":
            found["files"] = self.request.FILES
        return found

    def perform(self, asked: Asked) -> str:
        values = asked.values
        file = values["file"]
        refuse_size(file.size or 0)
        new = NewPhotograph(
            file_name=file.name or "",
            content=file.read(),
            what=values["what"],
            milestone=uuid.UUID(values["milestone"]) if values["milestone"] else None,
        )
        add_photograph(self.project().pk, new, **self.told(asked))
        if self.request.POST.get("from") == "phone":
            return reverse("project-phone", args=[self.project().pk])
        return self.back()


class ProjectAccept(OfProject):
    form_class = AcceptanceForm
    title = _("Record an acceptance")
    lead = _("One that passed finishes the project; one that did not stays on record.")

    def current(self) -> Project:
        return self.project()

    def initial(self) -> dict[str, Any]:
        return {"accepted_on": clock.today()}

    def offered(self) -> dict[str, QuerySet[Any]]:
        today = clock.today()
        living = in_state(InstrumentState.IN_FORCE, today) | in_state(
            InstrumentState.DUE_FOR_REVIEW, today
        )
        seen = Instrument.objects.visible_to(self.scope).filter(living)
        return {"instrument": seen.order_by("name")}

    def perform(self, asked: Asked) -> str:
        values = dict(asked.values)
        chosen = values.pop("instrument")
        new = NewAcceptance(**values, instrument=chosen.pk if chosen is not None else None)
        record_acceptance(
            self.kwargs["pk"],
            new,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()


class DelayAdd(OfProject):
    form_class = DelayForm
    title = _("Give a reason for delay")
    lead = _("The planned finish moves; the day before it stays on record.")

    def current(self) -> Project:
        return self.project()

    def perform(self, asked: Asked) -> str:
        record_delay(
            self.kwargs["pk"],
            asked.values["cause"],
            asked.values["new_finish_on"],
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()


class ProjectPhone(SignedIn, View):
    """One project on a telephone: tick a milestone, take a photograph; works without a signal."""

    capability = Capability.KEEP_OWN

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        scope = scope_of(request)
        seen = Project.objects.visible_to(scope).select_related("unit", "lead__unit")
        row = with_course(seen).filter(pk=pk).first()
        if row is None:
            raise NotFound
        if not scope.may_keep_for(row.unit.code, row.lead.code):
            raise NotAllowed
        steps = list(Milestone.objects.visible_to(scope).filter(project=row))
        context = {
            "row": row,
            "url": project_url(row.pk),
            "state": state_badge(row),
            "progress": progress_text(row),
            "waiting": [
                (step, milestone_badge(step), new_id().hex)
                for step in steps
                if step.done_on is None and row.accepted_on is None
            ],
            "steps": steps,
            "today": clock.today(),
            "photo_request": new_id().hex,
        }
        return render(request, "preparedness/phone.html", context)
