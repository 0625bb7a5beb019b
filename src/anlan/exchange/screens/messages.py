"""The messages of whoever is signed in, and writing one."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.errors import Invalid
from anlan.base.identity import new_id, request_id_from
from anlan.base.rules.dispatch import Channel, DispatchState, MessageMode
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.exchange.actions.inbox import acknowledge
from anlan.exchange.actions.notices import NewNotice, channels_to_bodies, send_notice
from anlan.exchange.forms import WriteNotice
from anlan.exchange.models import InboxMessage
from anlan.exchange.queries import Names, inbox_of, unconfirmed
from anlan.exchange.screens.common import mode_badge
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability

PER_PAGE = 20


class BadRequest(Invalid):
    code = "bad-request-id"
    message = gettext_noop("Reload the page and try again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A message as the page shows it."""

    row: InboxMessage
    badge: Badge
    sender: str
    to: str
    is_rehearsal: bool
    is_open: bool
    request_id: str


class Inbox(SignedIn, View):
    """Newest first; `?open=1` leaves out what was confirmed."""

    capability = Capability.READ_PUBLISHED

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = inbox_of(request.actor, clock.now())  # type: ignore[attr-defined]
        waiting = unconfirmed(rows)
        only_open = request.GET.get("open") == "1"
        number = request.GET.get("page", "1")
        page = Paginator(waiting if only_open else rows, PER_PAGE).get_page(number)
        names = Names()
        context = {
            "page": page,
            "lines": [_line(row, names) for row in page.object_list],
            "waiting": waiting.count(),
            "total": rows.count(),
            "only_open": only_open,
            "may_write": scope_of(request).may(Capability.MANAGE_DISPATCH),
        }
        return render(request, "exchange/messages.html", context)


class Acknowledge(SignedIn, View):
    """Confirm receipt; a repeat changes nothing."""

    capability = Capability.READ_PUBLISHED

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        return redirect("messages")

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        try:
            request_id = request_id_from(request.POST.get("request_id", ""))
        except ValueError as error:
            raise BadRequest(field="request_id") from error
        acknowledge(
            pk,
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            request_id=request_id,
        )
        messages.success(request, _("Receipt confirmed."))
        return redirect("messages")


class Write(RegisterForm):
    capability = Capability.MANAGE_DISPATCH
    form_class = WriteNotice
    title = gettext_lazy("Write a message")
    lead = gettext_lazy(
        "Inside the program it reaches the messages page of whoever holds a post in the chosen "
        "bodies."
    )
    submit = gettext_lazy("Send")
    done = gettext_lazy("Written. The outbox shows who received and who confirmed it.")

    def form_arguments(self) -> dict[str, Any]:
        return {
            "bodies": registers.bodies_found(scope_of(self.request), ""),
            "channels": channels_to_bodies(),
        }

    def perform(self, asked: Asked) -> str:
        values = asked.values
        send_notice(
            NewNotice(
                mode=values["mode"],
                subject=values["subject"],
                text=values["text"],
                bodies=tuple(body.code for body in values["bodies"]),
                channel=values["channel"] or Channel.IN_APP.value,
            ),
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return self.back()

    def back(self) -> str:
        return reverse("outbox")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("outbox"), _("Outbox"))]


def _line(row: InboxMessage, names: Names) -> Line:
    sent = row.dispatch
    return Line(
        row=row,
        badge=mode_badge(sent.mode),
        sender=names.of_body(sent.message.sender_body) or _("The program"),
        to=names.of(sent) or _("you"),
        is_rehearsal=sent.mode != MessageMode.ACTUAL,
        is_open=sent.state != DispatchState.ACKNOWLEDGED,
        request_id=new_id().hex,
    )
