"""Progress reports: the list, the page, writing with evidence, review, and the files."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.reporting import (
    may_review,
)
from anlan.plan.choices import REPORT_CHOICES
from anlan.plan.models import ProgressReport
from anlan.plan.queries.loop.bearers import acts_for
from anlan.plan.rules.loop.report import ReportState
from anlan.plan.screens.common import item_url
from anlan.plan.screens.items import fixed
from anlan.plan.screens.loop.common import (
    crumbs_of,
    state_badge,
    term_badge,
)
from anlan.plan.screens.loop.evidence import evidence_relation
from anlan.registers import queries as registers

RELATED = ("item", "body", "reviewer", "unit", "deliverable", "assignment", "due")


def report_url(row: ProgressReport) -> str:
    return reverse("plan-report", args=[row.pk])


COLUMNS = (
    Column(
        name="item",
        label=gettext_lazy("item"),
        value=lambda r: r.item.key,
        link=lambda r: item_url(r.item),
        sort=("item__position", "-written_at"),
    ),
    Column(
        name="text",
        label=gettext_lazy("what was done"),
        value=lambda r: r.text[:80],
        link=report_url,
        is_title=True,
    ),
    Column(
        name="body",
        label=gettext_lazy("reporting body"),
        value=lambda r: r.body,
        sort=("body__position",),
    ),
    Column(
        name="done_on", label=gettext_lazy("done on"), value=lambda r: r.done_on, sort=("done_on",)
    ),
    Column(
        name="is_final",
        label=gettext_lazy("finishes it"),
        value=lambda r: r.is_final,
        sort=("is_final",),
    ),
    Column(
        name="reviewer",
        label=gettext_lazy("reviewing body"),
        value=lambda r: r.reviewer,
        sort=("reviewer__position",),
    ),
    Column(
        name="state",
        label=gettext_lazy("state"),
        value=lambda r: state_badge(ReportState(r.state)),
        sort=("state",),
    ),
    Column(
        name="written_at",
        label=gettext_lazy("written at"),
        value=lambda r: r.written_at,
        sort=("written_at",),
    ),
)


def body_pick(scope: Any) -> list[tuple[str, Text]]:
    return [(body.code, body.short_name) for body in registers.bodies_found(scope, "")]


class ReportList(RegisterList):
    model = ProgressReport
    title = gettext_lazy("Progress reports")
    lead = gettext_lazy("What the bodies say they did, with evidence, and how it was reviewed.")
    empty = gettext_lazy("Nobody has reported yet. Open an item and write the first report.")
    columns = COLUMNS
    search_fields = ("text__icontains", "item__key__iexact", "item__heading__icontains")
    default_sort = "-written_at"
    filters = (
        Filter(
            name="state",
            label=gettext_lazy("state"),
            choices=fixed(REPORT_CHOICES),
            field="state",
        ),
        Filter(
            name="body",
            label=gettext_lazy("reporting body"),
            choices=body_pick,
            field="body__code",
        ),
        Filter(
            name="reviewer",
            label=gettext_lazy("reviewing body"),
            choices=body_pick,
            field="reviewer__code",
        ),
    )

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(*RELATED)

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)


class ReportObject(RegisterObject):
    model = ProgressReport
    url_name = "plan-report"
    subject = "plan.report"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(*RELATED, "item__notice", "body__unit", "reviewer__unit")

    def neighbours_among(self, row: Any) -> None:
        return None

    def heading(self, row: ProgressReport) -> Text:
        return _("Report of {body} on {item}").format(body=row.body, item=row.item.key)

    def lead(self, row: ProgressReport) -> Text:
        return row.item.heading

    def badges(self, row: ProgressReport) -> Sequence[Badge]:
        term = term_badge(row.due)
        return [state_badge(ReportState(row.state)), *([term] if term else [])]

    def crumbs(self, row: ProgressReport) -> Sequence[tuple[str, Text]]:
        return crumbs_of(row.item, "reports", _("Progress reports"))

    def facts(self, row: ProgressReport) -> Sequence[Fact]:
        return [
            fact(_("what was done"), row.text),
            fact(_("done on"), row.done_on),
            fact(_("for"), _matter_text(row), missing=_("the item as a whole")),
            fact(_("finishes it"), row.is_final),
            fact(_("document number"), row.document_number),
            fact(_("reporting body"), row.body),
            fact(_("reviewing body"), row.reviewer),
            fact(_("submitted at"), row.submitted_at),
            fact(_("reviewed at"), row.reviewed_at),
            fact(_("word of the reviewer"), row.review_note),
        ]

    def relations(self, row: ProgressReport) -> Sequence[Relation]:
        others = (
            ProgressReport.objects.visible_to(scope_of(self.request))
            .filter(item=row.item_id, deliverable=row.deliverable_id)
            .exclude(pk=row.pk)
            .select_related(*RELATED)
        )
        rows = list(others)
        return [
            evidence_relation(self.request, report=row),
            Relation(
                label=_("Other reports on the same matter"),
                columns=COLUMNS[1:],
                rows=rows,
                empty=_("This is the only one."),
                count=len(rows),
            ),
        ]

    def actions(self, row: ProgressReport) -> Sequence[Action]:
        scope = scope_of(self.request)
        found = []
        state = ReportState(row.state)
        if state in (ReportState.DRAFT, ReportState.RETURNED) and acts_for(scope, row.body):
            url = reverse("plan-report-edit", args=[row.pk])
            found.append(Action(label=_("Edit and submit"), url=url, icon="edit", is_primary=True))
        if state is ReportState.SUBMITTED and may_review(scope, row):
            accept = reverse("plan-report-accept", args=[row.pk])
            back = reverse("plan-report-return", args=[row.pk])
            found.append(Action(label=_("Accept"), url=accept, icon="check", is_primary=True))
            found.append(Action(label=_("Return"), url=back, icon="left"))
        return found


def _matter_text(row: ProgressReport) -> str:
    if row.deliverable is not None:
        return row.deliverable.text
    return row.assignment.asked if row.assignment is not None else ""
