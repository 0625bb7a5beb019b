"""The page on the telephone of who is called: one task, one button, works without a signal."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views import View

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.errors import Invalid
from anlan.base.identity import new_id, request_id_from
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.warning.actions.calling_record import Call, answer
from anlan.warning.queries.calling import calls_of, most_urgent_first
from anlan.warning.rules.call_state import CLOSED, CallState
from anlan.warning.screens.calling_common import level_badge, place_text, state_badge

SHOWN = 20
RECEIVED = gettext_noop("Received, acting.")


class MyCalls(SignedIn, View):
    """What the reader is called for, the open ones first."""

    capability = "read-published"

    def get(self, request: HttpRequest) -> HttpResponse:
        person = scope_of(request).person
        rows = list(calls_of(person, clock.now())[:SHOWN]) if person else []
        waiting = [row for row in rows if CallState(row.state) not in CLOSED]
        context = {
            "waiting": [_card(row) for row in most_urgent_first(waiting)],
            "done": [_card(row) for row in rows if row not in waiting],
        }
        return render(request, "warning/call_phone.html", context)


class CallAnswer(SignedIn, View):
    """The one button. Whoever had to sign in again after pressing it comes back by a link, to
    the calls: the answer was not given yet."""

    capability = "read-published"

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        return redirect("my-calls")

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        try:
            request_id = request_id_from(request.POST.get("request_id", ""))
        except ValueError as error:
            raise Invalid(gettext_noop("Reload the page and try again.")) from error
        promised = request.POST.get("promised", "").strip()[:300]
        answer(
            pk,
            Call(outcome="answered", said=gettext(RECEIVED), promised=promised),
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            request_id=request_id,
        )
        messages.success(request, gettext("Your answer is recorded."))
        return redirect("my-calls")


def _card(row: Any) -> dict[str, Any]:
    now, by = clock.now().astimezone(CITY_ZONE), row.answer_by
    local = by.astimezone(CITY_ZONE) if by is not None else None
    is_today = local is not None and local.date() == now.date()
    return {
        "answer_by": local.strftime("%H:%M" if is_today else "%Y-%m-%d %H:%M") if local else "",
        "is_over": local is not None and local < now,
        "row": row,
        "warning": str(row.round.warning),
        "text": row.round.message.text,
        "level": level_badge(row.round),
        "state": state_badge(row),
        "place": place_text(row),
        "request_id": new_id().hex,
    }
