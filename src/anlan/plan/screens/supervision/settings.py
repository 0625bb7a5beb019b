"""Levels and terms of supervision, and who may issue slips."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.rules.due.clock import ClockKind
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.supervision.settings import (
    NewIssuer,
    NewLadder,
    designate_issuer,
    end_designation,
    set_ladder,
)
from anlan.plan.forms.supervision import EndIssuerForm, IssuerForm, LadderForm
from anlan.plan.models import SlipIssuer, SupervisionLadder
from anlan.plan.queries.supervision.settings import ladder_on
from anlan.plan.rules.supervision.ladder import Rung, SlipLevel, Step
from anlan.plan.screens.supervision.desk import level_badge
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability


class SupervisionSettings(SignedIn, View):
    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, today = scope_of(request), clock.today()
        ladder = ladder_on(today)
        issuers = SlipIssuer.objects.visible_to(scope).select_related("body")
        context = {
            "ladder": ladder,
            "name": _(ladder.name),
            "source": _(ladder.source),
            "steps": [
                (
                    level_badge(step.level),
                    step.term,
                    _(step.kind.label),
                    _(step.to.label),
                    step.is_signed,
                )
                for step in ladder.steps
            ],
            "ladders": SupervisionLadder.objects.visible_to(scope),
            "issuers": issuers,
            "today": today,
            "may_set": scope.may(Capability.STEER_PLAN),
        }
        return render(request, "plan/supervision/settings.html", context)


class _Setting(RegisterForm):
    capability = Capability.STEER_PLAN

    def said(self, asked: Asked) -> dict[str, Any]:
        return {
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
            "reason": asked.reason,
        }

    def back(self) -> str:
        return reverse("plan-supervision-settings")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("plan-supervision"), _("Supervision desk")),
            (self.back(), _("Levels and terms")),
        ]


class SetLadder(_Setting):
    form_class = LadderForm
    title = gettext_lazy("A new ladder of supervision")
    lead = gettext_lazy(
        "It holds for what comes under supervision from its day on; orders that run keep theirs. "
        "A level without a term is left out."
    )

    def initial(self) -> dict[str, Any]:
        found: dict[str, Any] = {"valid_from": clock.today()}
        for step in ladder_on(clock.today()).steps:
            name = step.level.value
            found |= {
                f"{name}_term": step.term,
                f"{name}_kind": step.kind.value,
                f"{name}_to": step.to.value,
                f"{name}_signed": step.is_signed,
            }
        return found

    def perform(self, asked: Asked) -> str:
        values = asked.values
        steps = tuple(
            Step(
                level=level,
                kind=ClockKind(values[f"{level.value}_kind"]),
                term=values[f"{level.value}_term"],
                to=Rung(values[f"{level.value}_to"]),
                is_signed=values[f"{level.value}_signed"],
            )
            for level in SlipLevel
            if values[f"{level.value}_term"]
        )
        named = {name: values[name] for name in ("name", "version", "source", "valid_from")}
        set_ladder(NewLadder(**named, steps=steps), **self.said(asked))
        return self.back()


class DesignateIssuer(_Setting):
    form_class = IssuerForm
    title = gettext_lazy("A body that may issue slips")
    lead = gettext_lazy(
        "Only with the document that says so: supervision office of the government, office of "
        "the safety committee, office of a command, or the bureau where designated."
    )

    def form_arguments(self) -> dict[str, Any]:
        bodies = registers.bodies_found(scope_of(self.request), "")
        living = bodies.filter(registers.valid_on(clock.today()))
        return {"bodies": [(str(body.pk), body.short_name) for body in living]}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        new = NewIssuer(
            body=uuid.UUID(values["body"]),
            highest=SlipLevel(values["highest"]),
            basis=values["basis"],
            valid_from=values["valid_from"],
            valid_until=values["valid_until"],
        )
        designate_issuer(new, **self.said(asked))
        return self.back()


class EndIssuer(_Setting):
    form_class = EndIssuerForm
    title = gettext_lazy("End a designation")

    def current(self) -> SlipIssuer:
        rows = SlipIssuer.objects.visible_to(scope_of(self.request))
        found: SlipIssuer | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    def perform(self, asked: Asked) -> str:
        end_designation(
            self.kwargs["pk"],
            asked.values["valid_until"],
            expected_version=asked.expected_version,
            **self.said(asked),
        )
        return self.back()
