"""What went out, what waits, and what could not be delivered."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.dispatch.verification import is_unchanged
from anlan.base.errors import NotFound
from anlan.base.models.dispatch import Dispatch, labelled
from anlan.base.rules.dispatch import (
    CANCELLABLE,
    RETRIABLE,
    UNDELIVERED,
    AddresseeKind,
    Channel,
    DispatchState,
    MessageMode,
)
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked, RegisterForm
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.exchange.actions.outbox import cancel, retry
from anlan.exchange.forms import Decide
from anlan.exchange.queries import Names, masked_number, next_attempt, with_names
from anlan.exchange.screens.common import mode_badge, reason_text, state_badge
from anlan.registers.rules.scope import Capability


def row_url(row: Dispatch) -> str:
    return reverse("outbox-row", args=[row.pk])


def undelivered(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    inside = [state.value for state in UNDELIVERED]
    return rows.filter(state__in=inside) if code == "no" else rows.exclude(state__in=inside)


class OutboxList(RegisterList):
    model = Dispatch
    capability = Capability.MANAGE_DISPATCH
    title = gettext_lazy("Outbox")
    lead = gettext_lazy(
        "Everything that leaves an action, one line an addressee. What could not be delivered "
        "stays here with its reason and its next attempt."
    )
    empty = gettext_lazy("Nothing was sent yet. Write a message, or wait for a stage to send one.")
    filters = (
        Filter(
            name="delivered",
            label=gettext_lazy("arrived"),
            choices=lambda scope: [("no", _("Not arrived")), ("yes", _("Arrived or recalled"))],
            narrow=undelivered,
        ),
        Filter(
            name="state",
            label=gettext_lazy("state"),
            choices=lambda scope: labelled(DispatchState),
            field="state",
        ),
        Filter(
            name="mode",
            label=gettext_lazy("mode"),
            choices=lambda scope: labelled(MessageMode),
            field="mode",
        ),
        Filter(
            name="channel",
            label=gettext_lazy("channel"),
            choices=lambda scope: labelled(Channel),
            field="channel",
        ),
        Filter(
            name="kind",
            label=gettext_lazy("kind of addressee"),
            choices=lambda scope: labelled(AddresseeKind),
            field="addressee_kind",
        ),
    )
    search_fields = ("message__subject__icontains",)

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_names(rows)

    def actions(self) -> Sequence[Action]:
        label = gettext_lazy("Write a message")
        return (Action(label=label, url=reverse("message-write"), icon="plus", is_primary=True),)

    def all_columns(self) -> tuple[Column, ...]:
        names = Names()
        return (
            Column(
                name="subject",
                label=_("subject"),
                value=lambda r: r.message.subject,
                link=row_url,
                is_title=True,
            ),
            Column(name="mode", label=_("mode"), value=lambda r: mode_badge(r.mode)),
            Column(name="state", label=_("state"), value=state_badge, sort=("state",)),
            Column(
                name="addressee",
                label=_("addressee"),
                value=names.of,
                missing=_("no longer known"),
            ),
            Column(name="channel", label=_("channel"), value=lambda r: r.get_channel_display()),
            Column(
                name="number",
                label=_("number"),
                value=masked_number,
                missing=_("none"),
                shown=False,
            ),
            Column(
                name="attempts",
                label=_("attempts"),
                value=lambda r: r.attempts,
                align="end",
                sort=("attempts",),
            ),
            Column(
                name="next",
                label=_("next attempt"),
                value=next_attempt,
                missing=_("none"),
                sort=("next_at",),
            ),
            Column(
                name="written",
                label=_("written at"),
                value=lambda r: r.known_at,
                sort=("known_at",),
            ),
            Column(
                name="since", label=_("state since"), value=lambda r: r.settled_at, shown=False
            ),
        )


class OutboxRow(RegisterObject):
    model = Dispatch
    capability = Capability.MANAGE_DISPATCH
    url_name = "outbox-row"
    subject = "exchange.dispatch"
    history_capability = Capability.READ_JOURNAL

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_names(rows)

    def badges(self, row: Dispatch) -> Sequence[Badge]:
        return (mode_badge(row.mode), state_badge(row))

    def crumbs(self, row: Dispatch) -> Sequence[tuple[str, Text]]:
        return ((reverse("outbox"), _("Outbox")),)

    def neighbours_among(self, row: Dispatch) -> QuerySet[Any] | None:
        return None

    def api_url(self, row: Dispatch) -> str:
        return f"/api/v1/dispatches/{row.pk}"

    def actions(self, row: Dispatch) -> Sequence[Action]:
        actions = []
        if row.state in RETRIABLE:
            url = reverse("outbox-retry", args=[row.pk])
            actions.append(Action(label=_("Send again"), url=url, is_primary=True))
        if row.state in CANCELLABLE:
            url = reverse("outbox-cancel", args=[row.pk])
            actions.append(Action(label=_("Recall"), url=url, icon="close"))
        return actions

    def facts(self, row: Dispatch) -> Sequence[Fact]:
        said = row.message
        return (
            fact(_("mode"), mode_badge(row.mode)),
            fact(_("state"), state_badge(row)),
            fact(_("addressee"), Names().of(row), missing=_("no longer known")),
            fact(_("kind of addressee"), row.get_addressee_kind_display()),
            fact(_("number"), masked_number(row), missing=_("none")),
            fact(_("channel"), row.get_channel_display()),
            fact(_("text"), said.text),
            fact(_("sender"), Names().of_body(said.sender_body) or _("The program")),
            fact(_("written at"), row.known_at),
            fact(_("not to be sent after"), said.expires_at, missing=_("no limit")),
            fact(_("attempts"), row.attempts),
            fact(_("next attempt"), next_attempt(row), missing=_("none")),
            fact(_("confirmed by"), row.acknowledged_by, missing=_("not confirmed")),
            fact(_("number of addressees"), said.rows_count),
            fact(_("as it was written"), is_unchanged(row)),
        )

    def relations(self, row: Dispatch) -> Sequence[Relation]:
        lines = list(row.outcomes.order_by("known_at", "pk"))
        return (
            Relation(
                label=_("What became of it"),
                columns=(
                    Column(
                        name="outcome",
                        label=_("outcome"),
                        value=lambda o: o.get_outcome_display(),
                        is_title=True,
                    ),
                    Column(name="happened", label=_("happened at"), value=lambda o: o.happened_at),
                    Column(name="known", label=_("known at"), value=lambda o: o.known_at),
                    Column(
                        name="detail",
                        label=_("reason"),
                        value=lambda o: reason_text(o.detail),
                        missing=_("none"),
                    ),
                ),
                rows=lines,
                count=len(lines),
                empty=_("It waits for its first attempt."),
            ),
        )


class _Decision(RegisterForm):
    """One decision about one row, with a reason."""

    capability = Capability.MANAGE_DISPATCH
    form_class = Decide

    def current(self) -> Dispatch:
        rows = Dispatch.objects.visible_to(scope_of(self.request))
        found: Dispatch | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    def back(self) -> str:
        return reverse("outbox-row", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("outbox"), _("Outbox"))]

    def said(self, asked: Asked) -> dict[str, Any]:
        return {
            "expected_version": asked.expected_version,
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
            "reason": asked.reason,
        }


class Retry(_Decision):
    title = gettext_lazy("Send again")
    lead = gettext_lazy("The row waits again, with all its attempts. It is never sent twice.")
    submit = gettext_lazy("Send again")
    done = gettext_lazy("It waits for its next attempt.")

    def perform(self, asked: Asked) -> str:
        retry(self.kwargs["pk"], **self.said(asked))
        return self.back()


class Cancel(_Decision):
    title = gettext_lazy("Recall")
    lead = gettext_lazy("The row is not sent any more. What was sent already cannot be recalled.")
    submit = gettext_lazy("Recall")
    done = gettext_lazy("Recalled, and entered in the journal.")

    def perform(self, asked: Asked) -> str:
        cancel(self.kwargs["pk"], **self.said(asked))
        return self.back()
