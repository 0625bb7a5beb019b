"""The warning desk: what waits, what is open, who is silent, what runs out soon. Every number
opens its list."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base import clock
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_list import Action
from anlan.base.screens.register_object import Relation
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.rules.scope import Capability
from anlan.warning.queries.desk import SOON, queued, silent_rounds, warnings_expiring
from anlan.warning.queries.received import warning_url
from anlan.warning.screens.bulletins import (
    BODY_COLUMN,
    DESK,
    ENDS_COLUMN,
    LEVEL_COLUMN,
    QUEUE_LABELS,
    STATE_COLUMN,
    TITLE_COLUMN,
    WRITTEN_COLUMN,
    compose_actions,
)
from anlan.warning.screens.calling_common import board_url
from anlan.warning.screens.common import level_badge
from anlan.warning.screens.inbox import EXPIRING

SHOWN = 8
COLUMNS = {
    "waiting": (TITLE_COLUMN, LEVEL_COLUMN, BODY_COLUMN, WRITTEN_COLUMN),
    "approved": (TITLE_COLUMN, LEVEL_COLUMN, BODY_COLUMN, ENDS_COLUMN),
    "drafts": (TITLE_COLUMN, STATE_COLUMN, LEVEL_COLUMN, BODY_COLUMN),
    "open": (TITLE_COLUMN, LEVEL_COLUMN, BODY_COLUMN, ENDS_COLUMN),
    "proposed": (TITLE_COLUMN, LEVEL_COLUMN, BODY_COLUMN, WRITTEN_COLUMN),
    "expiring": (TITLE_COLUMN, LEVEL_COLUMN, ENDS_COLUMN),
}
EMPTY = {
    "waiting": _("Nothing waits for approval. What somebody submits appears here."),
    "approved": _("Nothing is approved and waits to be issued."),
    "drafts": _("No draft. Compose a bulletin when something is coming."),
    "open": _("No bulletin of ours is in force."),
    "proposed": _("No proposal waits for its owner's answer."),
    "expiring": _("No bulletin of ours runs out soon."),
}
SILENT = _("calls without an answer")
OTHERS_EXPIRING = _("warnings of all issuers that run out soon")
ROUND_COLUMNS = (
    Column(
        name="warning",
        label=_("warning"),
        value=lambda r: str(r.warning),
        link=lambda r: f"{board_url(r)}?state=silent#rows",
        is_title=True,
    ),
    Column(name="level", label=_("warning level"), value=level_badge),
    Column(name="silent", label=_("silent"), value=lambda r: r.silent, align="end"),
    Column(name="opened", label=_("opened at"), value=lambda r: r.opened_at),
)
WARNING_COLUMNS = (
    Column(
        name="warning",
        label=_("warning"),
        value=lambda w: str(w),
        link=lambda w: warning_url(w.pk),
        is_title=True,
    ),
    Column(name="level", label=_("warning level"), value=level_badge),
    Column(name="ends", label=_("expires at"), value=lambda w: w.expires_at),
)


class WarningDesk(SignedIn, View):
    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        sections = [*self._queues(), *self._calls(), self._expiring()]
        hours = int(SOON.total_seconds() // 3600)
        context = {
            "title": DESK,
            "figures": [(each.label, each.count, each.url) for each in sections],
            "sections": sections,
            "actions": self.actions(),
            "hours": hours,
            "live_models": "warning",
        }
        return render(request, "warning/desk.html", context)

    def actions(self) -> Sequence[Action]:
        return (
            *compose_actions(scope_of(self.request)),
            Action(label=_("All bulletins"), url=reverse("bulletin-list")),
            Action(label=_("Incoming warnings"), url=reverse("warning-list")),
            Action(label=_("Who may publish"), url=reverse("publishing-right-list")),
        )

    def _queues(self) -> list[Relation]:
        scope, now = scope_of(self.request), clock.now()
        return [
            _section(
                QUEUE_LABELS[queue],
                columns,
                queued(scope, queue, now),
                empty=EMPTY[queue],
                url=f"{reverse('bulletin-list')}?queue={queue}",
            )
            for queue, columns in COLUMNS.items()
        ]

    def _calls(self) -> list[Relation]:
        scope = scope_of(self.request)
        if not scope.may(Capability.READ_PEOPLE):
            return []
        empty = _("Everybody who was called has answered, or nobody is called now.")
        url = f"{reverse('call-round-list')}?term=running"
        return [_section(SILENT, ROUND_COLUMNS, silent_rounds(scope), empty=empty, url=url)]

    def _expiring(self) -> Relation:
        rows = warnings_expiring(scope_of(self.request), clock.now())
        url = f"{reverse('warning-list')}?state={EXPIRING}"
        empty = gettext("No warning in force runs out within {hours} hours.")
        said = empty.format(hours=int(SOON.total_seconds() // 3600))
        return _section(OTHERS_EXPIRING, WARNING_COLUMNS, rows, empty=said, url=url)


def _section(
    label: Text, columns: tuple[Column, ...], rows: Any, *, empty: Text, url: str
) -> Relation:
    return Relation(
        label=label,
        columns=columns,
        rows=list(rows[:SHOWN]),
        empty=empty,
        count=rows.count(),
        url=url,
    )
