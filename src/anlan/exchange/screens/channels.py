"""The channels of this instance, how they fare, a check to oneself, and whom they reach."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base.errors import NotFound
from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.rules.dispatch import CHANNEL_LABELS, Channel
from anlan.base.screens.cells import Badge, Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.exchange.actions.checking import check_channel
from anlan.exchange.channel_state import ChannelState, Condition, channel_states, problems
from anlan.exchange.forms import Decide
from anlan.exchange.screens.common import reason_text
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.people import masked

PER_PAGE = 50
TONES = {
    Condition.INSIDE: ("grey", "info"),
    Condition.REHEARSED: ("grey", "info"),
    Condition.OFF: ("grey", "lock"),
    Condition.UNUSED: ("blue", "info"),
    Condition.WORKS: ("green", "check"),
    Condition.FAILS: ("red", "warn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A channel as the page shows it."""

    state: ChannelState
    label: str
    badge: Badge
    kind: str
    failure: str
    check_url: str


class Channels(SignedIn, View):
    """What can leave this instance, and by which way."""

    capability = Capability.KEEP_INSTANCE

    def get(self, request: HttpRequest) -> HttpResponse:
        people = registers.people_reached(scope_of(request))
        context = {
            "lines": [_line(state) for state in channel_states()],
            "problems": [problem.text(_) for problem in problems()],
            "is_demonstration": is_demonstration_now() is not False,
            "people": people.count(),
            "with_number": people.exclude(mobile="").count(),
            "signing_in": people.filter(signs_in=True).count(),
        }
        return render(request, "exchange/channels.html", context)


class ReachedPeople(SignedIn, View):
    """Who has which channel. Numbers show their last four digits, whoever reads."""

    capability = Capability.KEEP_INSTANCE

    def get(self, request: HttpRequest) -> HttpResponse:
        people = registers.people_reached(scope_of(request))
        only, asked = request.GET.get("only", ""), request.GET.get("q", "").strip()[:60]
        if only == "none":
            people = people.filter(mobile="", signs_in=False)
        elif only == "number":
            people = people.exclude(mobile="")
        elif only == "sign-in":
            people = people.filter(signs_in=True)
        if asked:
            people = people.filter(name__icontains=asked)
        page = Paginator(people, PER_PAGE).get_page(request.GET.get("page", "1"))
        lines = [
            (person, reverse("person", args=[person.pk]), masked(person.mobile))
            for person in page.object_list
        ]
        context = {"page": page, "lines": lines, "only": only, "asked": asked}
        return render(request, "exchange/reached_people.html", context)


class Check(RegisterForm):
    capability = Capability.KEEP_INSTANCE
    form_class = Decide
    title = gettext_lazy("Check a channel")
    lead = gettext_lazy(
        "One message goes to you by this channel: to your own mobile number for SMS and voice, "
        "else to the body you work for. It says that nothing is to be done."
    )
    submit = gettext_lazy("Send it to me")
    done = gettext_lazy("Written. This page of the outbox shows what becomes of it.")

    def perform(self, asked: Asked) -> str:
        row = check_channel(
            self._channel().value,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return reverse("outbox-row", args=[row.pk])

    def _channel(self) -> Channel:
        try:
            return Channel(self.kwargs["channel"])
        except ValueError as error:
            raise NotFound from error

    def back(self) -> str:
        return reverse("channels")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("channels"), _("Channels")), ("", _(self._channel().label))]


def _line(state: ChannelState) -> Line:
    tone, icon = TONES[state.condition]
    return Line(
        state=state,
        label=_(CHANNEL_LABELS[state.channel]),
        badge=Badge(text=_(state.condition.label), tone=tone, icon=icon),
        kind=_(state.kind_label) if state.kind_label else "",
        failure=reason_text(state.failure),
        check_url=reverse("channel-check", args=[state.channel.value]) if state.may_check else "",
    )
