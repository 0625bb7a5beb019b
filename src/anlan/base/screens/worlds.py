"""Exercises and checkpoints: what there is, enter, leave, open and remove."""

import re
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.models import WorldCheckpoint
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Text
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.signed_in import SignedIn
from anlan.base.worlds import checkpoints, forks
from anlan.base.worlds.past import end_of
from anlan.base.worlds.switching import SESSION_NAME, entered
from anlan.base.worlds.tables import fingerprint

FAULTS = {
    "": gettext_noop("Proven before every use"),
    "missing": gettext_noop("The file is missing, it is not used"),
    "chain": gettext_noop("Made from another journal, it is not used"),
    "content": gettext_noop("The file was changed, it is not used"),
}


class WorldList(SignedIn, View):
    capability = "keep-instance"

    def get(self, request: HttpRequest) -> HttpResponse:
        here = entered(request)
        return render(
            request,
            "base/worlds.html",
            {
                "forks": forks.all_forks(),
                "here": here,
                "checkpoints": [
                    (one, badge_of(one))
                    for one in WorldCheckpoint.objects.order_by("-seq", "-pk")[:50]
                ],
            },
        )


def badge_of(checkpoint: WorldCheckpoint) -> Badge:
    if not checkpoint.fault and checkpoint.shape != fingerprint():
        return Badge(text=_("Of an older version of the tables, it is not used"), tone="grey")
    tone, icon = ("orange", "warn") if checkpoint.fault else ("green", "check")
    return Badge(text=_(FAULTS.get(checkpoint.fault, checkpoint.fault)), tone=tone, icon=icon)


class Enter(SignedIn, View):
    capability = "keep-instance"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, name: str) -> HttpResponse:
        request.session[SESSION_NAME] = forks.fork_named(name).name
        return redirect("home")


class Leave(SignedIn, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        request.session.pop(SESSION_NAME, None)
        messages.success(request, _("You are back in the live world."))
        return redirect("home")


class MakeCheckpoint(SignedIn, View):
    capability = "keep-instance"
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        made = checkpoints.make(clock.now())
        if made is None:
            messages.info(request, _("Nothing was entered since the last checkpoint."))
        else:
            words = _("Checkpoint made up to entry {seq}.").format(seq=made.seq)
            messages.success(request, words)
        return redirect("worlds")


class ForkForm(ReasonedForm):
    name = forms.RegexField(
        re.compile(r"^[\w-]{1,40}$"),
        label=gettext_lazy("name of the exercise"),
        max_length=40,
        help_text=gettext_lazy("Letters, digits, Chinese, - and _."),
    )
    as_of = forms.DateField(
        label=gettext_lazy("state at the end of this day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Leave it empty to take the present state."),
    )


class ForkAdd(RegisterForm):
    capability = "keep-instance"
    form_class = ForkForm
    title = gettext_lazy("Open an exercise")
    lead = gettext_lazy(
        "A copy of the city in which people may work. Nothing done in it reaches the live world."
    )
    submit = gettext_lazy("Open the exercise")
    done = gettext_lazy("The exercise is open. Enter it from the list.")

    def perform(self, asked: Asked) -> str:
        day = asked.values["as_of"]
        forks.make(
            asked.values["name"],
            as_of=end_of(day, asked.now) if day else None,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return reverse("worlds")

    def back(self) -> str:
        return reverse("worlds")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("worlds"), gettext_lazy("Exercises and checkpoints"))]


class Drop(RegisterForm):
    capability = "keep-instance"
    form_class = ReasonedForm
    lead = gettext_lazy("Everything done in it is lost. What it taught belongs in a review first.")
    submit = gettext_lazy("Remove the exercise")
    done = gettext_lazy("The exercise was removed.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.title = _("Remove the exercise “{name}”").format(name=kwargs["name"])  # type: ignore[misc]

    def initial(self) -> dict[str, Any]:
        forks.fork_named(self.kwargs["name"])
        return {}

    def perform(self, asked: Asked) -> str:
        forks.drop(
            self.kwargs["name"],
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return reverse("worlds")

    def back(self) -> str:
        return reverse("worlds")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("worlds"), gettext_lazy("Exercises and checkpoints"))]
