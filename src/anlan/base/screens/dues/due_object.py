"""The page of a due: what, for whom, until when and why; its ladder, its pauses, its history."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.due import queries
from anlan.base.due.access import done_at, may_answer, may_steer
from anlan.base.models import Due, DuePause
from anlan.base.rules.due.addressee import Reach
from anlan.base.rules.due.clock import provisional_years
from anlan.base.rules.due.state import DueState
from anlan.base.rules.verdict import SourceStatus
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.dues.common import (
    READ,
    addressee_text,
    due_text,
    due_url,
    left_badge,
    reach_text,
    state_badge,
    subject_label,
    subject_url,
    term_text,
    visible_due,
)
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import Action
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import SignedIn, scope_of

STATUS_TONES = {
    SourceStatus.VERIFIED: "green",
    SourceStatus.FROM_MEMORY: "yellow",
    SourceStatus.HOUSE_DEFAULT: "blue",
}
PAUSE_COLUMNS = (
    Column(name="from", label=gettext_lazy("stopped"), value=lambda p: p.from_at),
    Column(name="by", label=gettext_lazy("stopped by"), value=lambda p: actor_label(p.by)),
    Column(name="why", label=gettext_lazy("why stopped"), value=lambda p: p.reason),
    Column(
        name="until",
        label=gettext_lazy("ran on"),
        value=lambda p: p.until_at,
        missing=gettext_lazy("still standing"),
    ),
    Column(name="ended", label=gettext_lazy("why set running"), value=lambda p: p.ended_reason),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """A reason of the term as the page says it."""

    text: str
    source: str
    article: str
    badge: Badge


class DueSubjectPage(SignedIn, View):
    """Leads from a row of a list to what the due is about, or to the due when that has no page."""

    capability = READ

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        due = visible_due(request, pk)
        return redirect(subject_url(due) or due_url(due))


class DueObject(RegisterObject):
    model = Due
    capability = READ
    url_name = "due"
    subject = "base.due"
    template_name = "base/due/due.html"

    @cached_property
    def _now(self) -> Any:
        return clock.now()

    def heading(self, row: Due) -> Text:
        return row.title

    def badges(self, row: Due) -> Sequence[Badge]:
        left, state = left_badge(row, self._now), state_badge(row, self._now)
        return (state,) if str(left) == str(state) else (state, left)

    def neighbours_among(self, row: Due) -> None:
        return None

    def crumbs(self, row: Due) -> Sequence[tuple[str, Text]]:
        return ((reverse("my-work"), _("My work")), (reverse("due-list"), _("Dues")))

    def api_url(self, row: Due) -> str:
        return f"/api/v1/dues/{row.pk}"

    def actions(self, row: Due) -> Sequence[Action]:
        if not DueState(row.state).is_open:
            return ()
        actor = self.request.actor  # type: ignore[attr-defined]
        found = []
        if may_answer(actor, row):
            found.append(_answer(row))
        if not may_steer(actor, row):
            return tuple(found)
        if row.state == DueState.PAUSED.value:
            found.append(_button(row, _("Set running"), "due-resume", icon="right"))
        elif row.state == DueState.EXPECTED.value and not done_at(row, "day"):
            found.append(_button(row, _("Set the day"), "due-day", icon="edit"))
        elif queries.state_of(row, self._now) is DueState.RUNNING:
            found.append(_button(row, _("Stop the clock"), "due-pause", icon="lock"))
        if not done_at(row, "withdraw"):
            found.append(_button(row, _("Withdraw"), "due-withdraw", icon="close"))
        return tuple(found)

    def facts(self, row: Due) -> Sequence[Fact]:
        names = queries.names_of([row])
        set_by = names.get(f"body:{row.issuer}", "") if row.issuer else _("The program")
        facts = [
            fact(_("about"), subject_label(row), url=subject_url(row)),
            fact(_("addressed to"), addressee_text(row, names)),
            fact(_("reached"), reach_text(row, names) or _(Reach.NAMED.label)),
            fact(_("set by"), set_by, missing=_("a body that is not in the register")),
            fact(_("source"), row.source),
            fact(_("clock started"), row.start_at),
            fact(_("term"), term_text(row)),
            fact(_("until"), due_text(row), missing=_("no day yet")),
            fact(_("level reached"), row.level),
        ]
        if row.answered_at:
            facts += [
                fact(_("answered"), row.answered_at),
                fact(_("answered by"), actor_label(row.answered_by)),
                fact(_("answer"), row.answer),
            ]
        if row.withdrawn_at:
            facts += [
                fact(_("withdrawn"), row.withdrawn_at),
                fact(_("withdrawn by"), actor_label(row.withdrawn_by)),
                fact(_("why withdrawn"), row.withdrawn_reason),
            ]
        return facts

    @cached_property
    def _pauses(self) -> list[DuePause]:
        due = self.find(self.kwargs["pk"])
        return queries.pauses_of(scope_of(self.request), due)

    def relations(self, row: Due) -> Sequence[Relation]:
        return (
            Relation(
                label=_("Pauses"),
                columns=PAUSE_COLUMNS,
                rows=self._pauses,
                empty=_("The clock was never stopped."),
                count=len(self._pauses),
            ),
        )

    def more_context(self, row: Due) -> dict[str, Any]:
        term = queries.term_of(row, self._pauses)
        return {
            "years": "、".join(map(str, provisional_years(term))),
            "ladder": queries.ladder_of(row),
            "policy": row.to_policy(),
            "is_open": DueState(row.state).is_open,
            "is_standing": row.state == DueState.PAUSED.value,
            "grounds": [
                Ground(
                    text=reason.note.text(_) if reason.note else "",
                    source=_(reason.source),
                    article=reason.article,
                    badge=Badge(text=_(reason.status.label), tone=STATUS_TONES[reason.status]),
                )
                for reason in term.reasons
            ],
        }


def _button(row: Due, label: str, url_name: str, *, icon: str, is_primary: bool = False) -> Action:
    url = reverse(url_name, args=[row.pk])
    return Action(label=label, url=url, icon=icon, is_primary=is_primary)


def _answer(row: Due) -> Action:
    """Answer here, or where the subject of the due does it."""
    page = done_at(row, "answer")
    if page:
        return Action(label=_("Go and do it"), url=page, icon="right", is_primary=True)
    return _button(row, _("Answer"), "due-answer", icon="check", is_primary=True)
