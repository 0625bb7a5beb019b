"""Ways of intake: what is on, who works, what waits, and each row that was not taken."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.parts import registry
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, shown
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.rules.scope import Capability
from anlan.sensing.choices import IntakeWay
from anlan.sensing.models import AsideMessage
from anlan.sensing.queries.ways import (
    RejectedRow,
    WayState,
    aside_waiting,
    rejected_rows,
    way_states,
)
from anlan.sensing.rules.decoding.decoded import WHY_LABELS, Why
from anlan.sensing.rules.way_health import STATE_LABELS, Health

TONES = {
    Health.OFF: ("grey", "info"),
    Health.NOBODY: ("red", "warn"),
    Health.TROUBLE: ("red", "warn"),
    Health.UNSAFE: ("orange", "warn"),
    Health.WORKING: ("green", "check"),
}
STEPS = {
    Health.OFF: gettext_noop(
        "The system administrator switches it on as the operating manual says."
    ),
    Health.NOBODY: gettext_noop(
        "Start the program's worker of this way; what was sent waits at the broker."
    ),
    Health.TROUBLE: gettext_noop("Nothing that waits is lost. Check the server and its line."),
    Health.UNSAFE: gettext_noop(
        "A loss of power may lose what it acknowledged. Upgrade the server."
    ),
}

MOST_ASIDE = 100


class Ways(SignedIn, View):
    """`?way=` narrows the rejected rows."""

    capability = Capability.KEEP_REGISTERS

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, now = scope_of(request), clock.now()
        chosen = request.GET.get("way", "")
        way = chosen if chosen in IntakeWay.values else ""
        found = rejected_rows(scope, now, way)
        names = _names(found)
        context = {
            "ways": [_line(state) for state in way_states(scope, now)],
            "rejected": [_rejected(row, names) for row in found],
            "choices": IntakeWay.choices,
            "chosen": way,
            "aside": [_aside(row) for row in aside_waiting(scope)[:MOST_ASIDE]],
        }
        return render(request, "sensing/ways.html", context)


def _line(state: WayState) -> dict[str, Any]:
    tone, icon = TONES[state.health]
    steps = STEPS.get(state.health)
    return {
        "code": state.way.value,
        "label": state.way.label,
        "badge": Badge(text=_(state.health.label), tone=tone, icon=icon),
        "last": shown(state.last_at) if state.last_at else "",
        "batches": state.batches,
        "rows": state.rows,
        "rejected": state.rejected,
        "backlog": state.backlog,
        "aside": state.aside,
        "workers": [_(STATE_LABELS.get(w.state, STATE_LABELS["failed"])) for w in state.workers],
        "step": _(steps) if steps else "",
    }


def _aside(row: AsideMessage) -> dict[str, Any]:
    return {
        "at": shown(row.aside_at),
        "way": row.get_way_display(),
        "sender": row.sender or _("unknown account"),
        "why": row.why,
        "tries": row.tries,
        "size": row.size_bytes,
        "url": reverse("station-intake-aside", args=[row.pk]),
    }


def _names(rows: list[RejectedRow]) -> dict[str, str]:
    """Who stands behind the accounts that sent them."""
    book = registry.addressees()
    keys = {f"account:{found.batch.sender}" for found in rows}
    return book.names(keys) if book else {}


def _rejected(found: RejectedRow, names: dict[str, str]) -> dict[str, Any]:
    return {
        "at": shown(found.batch.received_at),
        "way": found.batch.get_way_display(),
        "sender": names.get(f"account:{found.batch.sender}") or _("unknown account"),
        "why": _(WHY_LABELS[Why(found.row.why)]),
        "text": found.row.text,
    }
