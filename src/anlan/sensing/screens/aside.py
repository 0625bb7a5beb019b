"""A message that was put aside: what it says, as it came, and what a person decides about it."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base.errors import NotFound
from anlan.base.screens.cells import Text, shown
from anlan.base.screens.register_form import Asked, ReasonedForm
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm
from anlan.sensing.actions.aside import content_of, dismiss, send_again
from anlan.sensing.choices import AsideState
from anlan.sensing.models import AsideMessage

SHOWN_CHARS = 20_000


def _crumbs() -> list[tuple[str, Text]]:
    return [
        (reverse("station-list"), _("Stations")),
        (reverse("station-intake"), _("Ways of intake")),
    ]


class AsidePage(SignedIn, View):
    capability = Capability.KEEP_REGISTERS

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = AsideMessage.objects.visible_to(scope_of(request)).filter(pk=pk).first()
        if row is None:
            raise NotFound
        text = content_of(row).decode("utf-8", "replace")
        context = {
            "row": row,
            "at": shown(row.aside_at),
            "decided": shown(row.decided_at) if row.decided_at else "",
            "waits": row.state == AsideState.WAITING,
            "text": text[:SHOWN_CHARS],
            "is_cut": len(text) > SHOWN_CHARS,
        }
        return render(request, "sensing/aside.html", context)


class _Decision(KeptForm):
    capability = Capability.KEEP_REGISTERS
    form_class = ReasonedForm

    def current(self) -> AsideMessage:
        row: AsideMessage = self.one(AsideMessage, pk=self.kwargs["pk"])
        return row

    def form_arguments(self) -> dict[str, Any]:
        return {}

    def back(self) -> str:
        return reverse("station-intake-aside", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [*_crumbs(), (self.back(), str(self.current()))]


class AsideSendAgain(_Decision):
    title = _("Send the message again")
    lead = _(
        "It is read as if it came now, with the rights of its sender. Readings that came since "
        "stay; where it says something else of the same instant, it counts as a correction."
    )
    submit = _("Send again")
    done = _("Taken in. How its rows ended is on the page of the ways.")

    def perform(self, asked: Asked) -> str:
        send_again(self.kwargs["pk"], expected_version=asked.expected_version, **self.told(asked))
        return self.back()


class AsideDismiss(_Decision):
    title = _("Dismiss the message")
    lead = _("Its readings are then never taken in. What was sent stays on record.")
    submit = _("Dismiss")

    def perform(self, asked: Asked) -> str:
        dismiss(self.kwargs["pk"], expected_version=asked.expected_version, **self.told(asked))
        return self.back()
