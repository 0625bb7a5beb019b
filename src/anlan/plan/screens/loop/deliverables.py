"""Deliverables as a list and as pages; asking for more, setting a day, no longer asking."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.collecting.back_filling import may_back_fill
from anlan.plan.actions.loop.deliverables import (
    NewDeliverable,
    add_deliverable,
    derive_deliverables,
    may_keep,
    set_day,
    withdraw_deliverable,
)
from anlan.plan.choices import KIND_CHOICES, labelled
from anlan.plan.forms.loop import ActForm, DayForm, DeliverableForm
from anlan.plan.models import Deliverable, ProgressReport
from anlan.plan.queries.items import notices
from anlan.plan.queries.loop.bearers import bearers_of, lead_body, live_from
from anlan.plan.queries.loop.progress import state_of, with_state
from anlan.plan.rules.loop.deliverable import DELIVERABLE_LABELS, DeliverableState
from anlan.plan.screens.common import item_url, with_query
from anlan.plan.screens.items import fixed
from anlan.plan.screens.loop.common import (
    carried_facts,
    crumbs_of,
    item_of_path,
    only_overdue,
    state_badge,
    state_grounds,
    tab_url,
    term_badge,
)
from anlan.plan.screens.loop.evidence import evidence_relation
from anlan.plan.screens.loop.reports import COLUMNS as REPORT_COLUMNS
from anlan.plan.screens.loop.reports import RELATED as REPORT_RELATED
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability

LAST_DAY = dt.date(9999, 12, 31)
"""Where a list sorts what has no day: behind everything that has one, on both databases."""


def deliverable_url(row: Deliverable) -> str:
    return reverse("plan-deliverable", args=[row.pk])


COLUMNS = (
    Column(
        name="item",
        label=gettext_lazy("item"),
        value=lambda d: d.item.key,
        link=lambda d: item_url(d.item),
        sort=("item__position", "position"),
    ),
    Column(
        name="text",
        label=gettext_lazy("deliverable"),
        value=lambda d: d.text,
        link=deliverable_url,
        is_title=True,
    ),
    Column(
        name="body",
        label=gettext_lazy("owed by the body"),
        value=lambda d: d.body,
        sort=("body__position",),
        missing=gettext_lazy("no lead named"),
    ),
    Column(
        name="due_on",
        label=gettext_lazy("wanted by"),
        value=lambda d: d.due_on,
        sort=("day_or_last",),
        missing=gettext_lazy("no day set"),
    ),
    Column(
        name="state",
        label=gettext_lazy("state"),
        value=lambda d: state_badge(DeliverableState(d.state)),
        sort=("state",),
    ),
    Column(
        name="finished_on",
        label=gettext_lazy("finished on"),
        value=lambda d: d.finished_on,
        sort=("finished_on",),
    ),
    Column(
        name="number",
        label=gettext_lazy("document number"),
        value=lambda d: d.document_number,
        shown=False,
    ),
    Column(
        name="basis",
        label=gettext_lazy("where the day comes from"),
        value=lambda d: d.get_basis_display(),
        shown=False,
    ),
)


def stated(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Deliverables with their state of now, joined with what the lists show."""
    live = rows.filter(item__is_dropped=False).select_related("item", "body", "unit", "due")
    dated = live.annotate(day_or_last=Coalesce("due_on", Value(LAST_DAY)))
    return with_state(dated, clock.now(), live_from())


class DeliverableList(RegisterList):
    model = Deliverable
    title = gettext_lazy("Deliverables")
    lead = gettext_lazy(
        "What the items have to bring, by when. Overdue without information from before the plan "
        "was kept here is to be back-filled, never overdue."
    )
    empty = gettext_lazy(
        "No deliverable yet. The plan office makes them from the clauses of the notice."
    )
    columns = COLUMNS
    search_fields = ("text__icontains", "item__key__iexact", "item__heading__icontains")
    default_sort = "due_on"
    filters = (
        Filter(
            name="state",
            label=gettext_lazy("state"),
            choices=fixed(labelled(DELIVERABLE_LABELS)),
            field="state",
        ),
        Filter(
            name="body",
            label=gettext_lazy("body"),
            choices=lambda scope: [
                (body.code, body.short_name) for body in registers.bodies_found(scope, "")
            ],
            field="body__code",
        ),
        Filter(
            name="kind",
            label=gettext_lazy("kind"),
            choices=fixed(KIND_CHOICES),
            field="item__kind",
        ),
        Filter(
            name="notice",
            label=gettext_lazy("notice"),
            choices=lambda scope: [(str(n.pk), n.number or n.title) for n in notices(scope)],
            field="item__notice",
        ),
    )

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return stated(rows)

    def actions(self) -> Sequence[Action]:
        return (only_overdue("plan-deliverables", state=DeliverableState.OVERDUE.value),)

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)


class DeliverableObject(RegisterObject):
    model = Deliverable
    url_name = "plan-deliverable"
    subject = "plan.deliverable"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("item__notice__unit", "body__unit", "unit", "due")

    def neighbours_among(self, row: Any) -> None:
        return None

    def heading(self, row: Deliverable) -> Text:
        return row.text

    def lead(self, row: Deliverable) -> Text:
        return str(row.item)

    def badges(self, row: Deliverable) -> Sequence[Badge]:
        term = term_badge(row.due)
        state = state_badge(state_of(row, clock.now()).known())
        return [state, *([term] if term else [])]

    def crumbs(self, row: Deliverable) -> Sequence[tuple[str, Text]]:
        return crumbs_of(row.item, "deliverables", _("Deliverables"))

    def facts(self, row: Deliverable) -> Sequence[Fact]:
        return [
            fact(_("item"), str(row.item), url=item_url(row.item)),
            fact(_("owed by the body"), row.body, missing=_("no lead named")),
            fact(_("wanted by"), row.due_on, missing=_("no day set")),
            fact(_("where the day comes from"), row.get_basis_display()),
            fact(
                _("grounds of the state"),
                state_grounds(state_of(row, clock.now()), live_from(row.item.notice.unit_id)),
            ),
            fact(_("how it is known to be finished"), row.get_finish_display()),
            fact(_("finished on"), row.finished_on),
            fact(_("document number"), row.document_number),
            fact(_("confirmed by"), row.confirmed_by),
            fact(_("note"), row.note),
            *carried_facts(self.request, row, "plan-deliverable"),
        ]

    def relations(self, row: Deliverable) -> Sequence[Relation]:
        seen = ProgressReport.objects.visible_to(scope_of(self.request)).filter(deliverable=row)
        reports = list(seen.select_related(*REPORT_RELATED))
        return [
            Relation(
                label=_("Progress reports"),
                columns=REPORT_COLUMNS[1:],
                rows=reports,
                empty=_("Nobody has reported on it yet."),
                count=len(reports),
            ),
            evidence_relation(self.request, deliverable=row),
        ]

    def actions(self, row: Deliverable) -> Sequence[Action]:
        scope = scope_of(self.request)
        found = []
        is_open = not row.finish and row.withdrawn_at is None
        if is_open and bearers_of(scope, row.item, clock.today()):
            report = reverse("plan-report-write", args=[row.item.notice_id, row.item.key])
            url = with_query(report, deliverable=row.pk)
            found.append(Action(label=_("Report"), url=url, icon="edit", is_primary=True))
        if row.withdrawn_at is None and may_back_fill(scope, row):
            url = reverse("plan-back-fill", args=[row.pk])
            found.append(Action(label=_("Back-fill"), url=url, icon="edit"))
        if is_open and scope.may(Capability.STEER_PLAN):
            day = reverse("plan-deliverable-day", args=[row.pk])
            drop = reverse("plan-deliverable-withdraw", args=[row.pk])
            found.append(Action(label=_("Set the day"), url=day, icon="edit"))
            found.append(Action(label=_("No longer asked for"), url=drop, icon="close"))
        return found


class AddDeliverable(RegisterForm):
    form_class = DeliverableForm
    title = gettext_lazy("Ask for a deliverable")
    submit = gettext_lazy("Add")

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        if not self.request.user.is_authenticated:
            return
        self.item = item_of_path(self.request, kwargs["notice"], kwargs["key"])
        if not may_keep(scope_of(self.request), self.item):
            raise NotAllowed

    def form_arguments(self) -> dict[str, Any]:
        bodies = registers.bodies_found(scope_of(self.request), "")
        return {"bodies": [("", "—"), *((str(b.pk), b.short_name) for b in bodies)]}

    def initial(self) -> dict[str, Any]:
        lead = lead_body(self.item)
        return {"body": str(lead.pk) if lead else ""}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        add_deliverable(
            NewDeliverable(
                item=self.item.pk,
                text=values["text"],
                body=values["body"] or None,
                due_on=values["due_on"],
            ),
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
        )
        return self.back()

    def back(self) -> str:
        return tab_url(self.item, "deliverables")

    def crumbs(self) -> list[tuple[str, Text]]:
        return crumbs_of(self.item, "deliverables", _("Deliverables"))


class _DeliverableAct(RegisterForm):
    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        if self.request.user.is_authenticated and not scope_of(self.request).may(
            Capability.STEER_PLAN
        ):
            raise NotAllowed

    def current(self) -> Deliverable:
        rows = Deliverable.objects.visible_to(scope_of(self.request)).select_related("item")
        found: Deliverable | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    def back(self) -> str:
        return reverse("plan-deliverable", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [*crumbs_of(row.item, "deliverables", _("Deliverables")), (self.back(), row.text)]

    def said(self, asked: Asked) -> dict[str, Any]:
        return {
            "expected_version": asked.expected_version,
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
            "reason": asked.reason,
        }


class DayScreen(_DeliverableAct):
    form_class = DayForm
    title = gettext_lazy("Set the day of a deliverable")
    lead = gettext_lazy("The running term is closed with your reason, a new one begins.")

    def initial(self) -> dict[str, Any]:
        return {"due_on": self.current().due_on}

    def perform(self, asked: Asked) -> str:
        set_day(self.kwargs["pk"], asked.values["due_on"], **self.said(asked))
        return self.back()


class WithdrawDeliverable(_DeliverableAct):
    form_class = ReasonedForm
    title = gettext_lazy("No longer ask for a deliverable")
    submit = gettext_lazy("No longer ask for it")

    def perform(self, asked: Asked) -> str:
        withdraw_deliverable(self.kwargs["pk"], **self.said(asked))
        return self.back()


class DeriveScreen(RegisterForm):
    """Make the deliverables of a notice from its clauses."""

    form_class = ActForm
    title = gettext_lazy("Make the deliverables from the clauses")
    lead = gettext_lazy(
        "Each text of a clause becomes a deliverable, due on the last day of the last year that "
        "the clause names; without a year it is expected. Items that have some are left alone."
    )
    submit = gettext_lazy("Make them")
    done = gettext_lazy("Made, and entered in the journal.")

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        if self.request.user.is_authenticated and not scope_of(self.request).may(
            Capability.STEER_PLAN
        ):
            raise NotAllowed

    def perform(self, asked: Asked) -> str:
        derive_deliverables(
            self.kwargs["notice"],
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
        )
        return with_query(reverse("plan-deliverables"), notice=self.kwargs["notice"])

    def back(self) -> str:
        return reverse("plan-deliverables")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("plan-deliverables"), _("Deliverables"))]
