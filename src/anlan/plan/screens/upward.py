"""Reports to the level above: list, page with every sending, papers and receipts."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.file_store import EVIDENCE
from anlan.base.papers.word import WORD_TYPE
from anlan.base.parts import ANSWER_AND_DAY, DueSubject
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.sheets import demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.upward.common import may_send, may_settle
from anlan.plan.models import UpwardReport, UpwardSending
from anlan.plan.queries.upward import (
    figures_now,
    in_state,
    report_of,
    state_of,
    summary_file,
)
from anlan.plan.rules.upward import UpwardState
from anlan.plan.screens.common import notice_url, page_of
from anlan.plan.screens.loop.common import term_badge
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import unit_choices

LOOKS = {
    UpwardState.OPEN: ("blue", "info"),
    UpwardState.OVERDUE: ("red", "warn"),
    UpwardState.SENT: ("yellow", "info"),
    UpwardState.RETURNED: ("orange", "warn"),
    UpwardState.RECEIVED: ("green", "check"),
    UpwardState.WITHDRAWN: ("grey", ""),
}
TO_SEND = (UpwardState.OPEN, UpwardState.OVERDUE, UpwardState.RETURNED)


def upward_url(row: UpwardReport) -> str:
    return reverse("plan-upward-report", args=[row.pk])


def state_badge(row: UpwardReport) -> Badge:
    state = state_of(row, clock.today())
    tone, icon = LOOKS[state]
    return Badge(text=_(state.label), tone=tone, icon=icon)


def _last(row: UpwardReport) -> Any:
    return row.to_course().last


def _state_choices(scope: Any) -> list[tuple[str, Text]]:
    return [(state.value, gettext_lazy(state.label)) for state in UpwardState]


class UpwardList(RegisterList):
    model = UpwardReport
    capability = Capability.READ_INTERNAL
    title = gettext_lazy("Reports to the level above")
    lead = gettext_lazy(
        "What is owed to the province, and by the counties to the city: by when, how it left, and "
        "its receipt. Without a receipt nothing counts as received."
    )
    empty = gettext_lazy("No report is owed that your post may see.")
    columns = (
        Column(
            name="title",
            label=gettext_lazy("title"),
            value=str,
            link=upward_url,
            sort=("title",),
            is_title=True,
        ),
        Column(name="state", label=gettext_lazy("state"), value=state_badge),
        Column(
            name="reporter",
            label=gettext_lazy("reporting body"),
            value=lambda r: r.reporter.short_name,
            sort=("reporter__unit__position", "reporter__position"),
        ),
        Column(
            name="to",
            label=gettext_lazy("reported to"),
            value=lambda r: r.to_name,
            sort=("to_name",),
        ),
        Column(
            name="due",
            label=gettext_lazy("to be reported by"),
            value=lambda r: r.due_on,
            sort=("due_on",),
        ),
        Column(
            name="sent",
            label=gettext_lazy("sent on"),
            value=lambda r: _last(r).on if _last(r) is not None else None,
            missing=gettext_lazy("not sent"),
        ),
        Column(
            name="received",
            label=gettext_lazy("received on"),
            value=lambda r: _last(r).received_on if _last(r) is not None else None,
            missing=gettext_lazy("no receipt"),
        ),
    )
    filters = (
        Filter(
            name="state",
            label=gettext_lazy("state"),
            choices=_state_choices,
            narrow=lambda rows, code: in_state(rows, code, clock.today()),
        ),
        Filter(name="unit", label=gettext_lazy("unit"), choices=unit_choices, field="unit__code"),
    )
    search_fields = ("title__icontains", "reporter__full_name__icontains", "to_name__icontains")
    default_sort = "due"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = rows.select_related("reporter__unit").prefetch_related("sendings")
        return found

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)

    def actions(self) -> Sequence[Action]:
        url = reverse("plan-measure", args=["upward-reports-on-time"])
        found = [Action(label=_("The measure"), url=url, icon="info")]
        if scope_of(self.request).may(Capability.WORK_IN_PLAN):
            new = reverse("plan-upward-new")
            found.append(
                Action(label=_("Enter a report owed"), url=new, icon="plus", is_primary=True)
            )
        return found


def _answer(sending: UpwardSending) -> Badge:
    if sending.received_on is not None:
        return Badge(text=_("received, with receipt"), tone="green", icon="check")
    if sending.returned_on is not None:
        return Badge(text=_("returned for correction"), tone="orange", icon="warn")
    return Badge(text=_("no receipt yet"), tone="yellow", icon="info")


def _left(sending: UpwardSending) -> str:
    """When, by which way and by whom."""
    return f"{sending.sent_on.isoformat()} {sending.get_way_display()} · {sending.handed_by}"


def _came_back(sending: UpwardSending) -> str:
    """The receipt with its day and who signed for it; or the word of a return."""
    if sending.received_on is not None:
        said = f"{sending.receipt_number} · {sending.received_by}"
        return f"{sending.received_on.isoformat()} {said}"
    if sending.returned_on is not None:
        return f"{sending.returned_on.isoformat()} {sending.returned_why}"
    return ""


SENDING_COLUMNS = (
    Column(
        name="number",
        label=gettext_lazy("document number"),
        value=lambda s: s.document_number,
        link=lambda s: reverse("plan-upward-paper-sent", args=[s.pk]),
        is_title=True,
    ),
    Column(name="sent", label=gettext_lazy("sent"), value=_left),
    Column(name="answer", label=gettext_lazy("answer"), value=_answer),
    Column(
        name="receipt",
        label=gettext_lazy("receipt, or why returned"),
        value=_came_back,
        link=lambda s: (
            reverse("plan-upward-receipt-file", args=[s.pk]) if s.receipt_digest else ""
        ),
        missing=gettext_lazy("no receipt"),
    ),
)


class UpwardObject(RegisterObject):
    model = UpwardReport
    capability = Capability.READ_INTERNAL
    url_name = "plan-upward-report"
    subject = "plan.upward_report"
    order_key = ("due_on", "pk")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = ("notice", "unit", "reporter__unit", "to_body__unit", "evaluation", "due")
        found: QuerySet[Any] = rows.select_related(*joined).prefetch_related("sendings")
        return found

    def badges(self, row: UpwardReport) -> Sequence[Badge]:
        term = term_badge(row.due)
        return [state_badge(row), *([term] if term else [])]

    def lead(self, row: UpwardReport) -> Text:
        return f"{row.reporter.short_name} → {row.to_name}"

    def crumbs(self, row: UpwardReport) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-upward"), _("Reports to the level above")),)

    def api_url(self, row: UpwardReport) -> str:
        return f"/api/v1/upward-reports/{row.pk}"

    def facts(self, row: UpwardReport) -> Sequence[Fact]:
        paper = row.evaluation
        url = reverse("plan-evaluation", args=[paper.pk]) if paper is not None else ""
        return (
            fact(_("what is reported"), row.get_content_display()),
            fact(_("evaluation"), paper, url=url, missing=_("none")),
            fact(_("notice"), row.notice, url=notice_url(row.notice)),
            fact(_("reporting body"), row.reporter.full_name),
            fact(_("reported to"), row.to_name),
            fact(_("asked for by"), row.basis),
            fact(_("to be reported by"), row.due_on),
            fact(_("recorded by"), actor_label(row.opened_by)),
            fact(_("withdrawn because"), row.withdrawn_why, missing=_("not withdrawn")),
        )

    def relations(self, row: UpwardReport) -> Sequence[Relation]:
        rows = sorted(row.sendings.all(), key=lambda sending: sending.number)
        return (
            Relation(
                label=_("Sendings, receipts and returns"),
                columns=SENDING_COLUMNS,
                rows=rows,
                empty=_("It was not sent yet."),
                count=len(rows),
            ),
        )

    def actions(self, row: UpwardReport) -> Sequence[Action]:
        scope = scope_of(self.request)
        state = state_of(row, clock.today())
        found = []
        if row.evaluation is None and state in TO_SEND:
            url = reverse("plan-upward-paper", args=[row.pk])
            found.append(Action(label=_("Draft as it would be today"), url=url, icon="download"))
        if may_send(scope, row) and state in TO_SEND:
            found.append(_action(_("Enter the sending"), "plan-upward-send", row, primary=True))
        if may_settle(scope, row) and state is UpwardState.SENT:
            label = _("Give the receipt") if row.to_body_id else _("Enter the receipt")
            found.append(_action(label, "plan-upward-receipt", row, primary=True))
            found.append(_action(_("Returned for correction"), "plan-upward-return", row))
        closed = (UpwardState.RECEIVED, UpwardState.WITHDRAWN)
        if scope.may(Capability.STEER_PLAN) and state not in closed:
            found.append(_action(_("Withdraw"), "plan-upward-withdraw", row))
        return found


def _action(label: str, name: str, row: UpwardReport, *, primary: bool = False) -> Action:
    return Action(label=label, url=reverse(name, args=[row.pk]), is_primary=primary)


class UpwardDraft(SignedIn, View):
    """The summary as it would be sent today: a draft, without head, number or day."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row, now, mark = report_of(scope_of(request), pk), clock.now(), demonstration_mark()
        if row.evaluation is not None:
            raise NotFound
        content = summary_file(row, figures_now(row, now), made_at=now, mark=mark)
        parts = [mark, _("draft"), row.title]
        return _file(content, WORD_TYPE, "-".join(part for part in parts if part) + ".docx")


class SentPaper(SignedIn, View):
    """The paper as it left."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = sending_shown(request, pk)
        content = EVIDENCE.content(row.file_digest, name=row.file_name)
        mark = demonstration_mark()
        return _file(content, WORD_TYPE, f"{mark}-{row.file_name}" if mark else row.file_name)


class ReceiptFile(SignedIn, View):
    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = sending_shown(request, pk)
        if not row.receipt_digest:
            raise NotFound
        content = EVIDENCE.content(row.receipt_digest, name=row.receipt_name)
        return _file(content, row.receipt_type, row.receipt_name)


def sending_shown(request: HttpRequest, pk: uuid.UUID) -> UpwardSending:
    row: UpwardSending | None = (
        UpwardSending.objects.visible_to(scope_of(request)).filter(pk=pk).first()
    )
    if row is None:
        raise NotFound
    return row


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


ACTIONS = (
    ("plan.upward.ask", gettext_noop("Report to the level above asked for")),
    ("plan.upward.send", gettext_noop("Report to the level above sent")),
    ("plan.upward.receive", gettext_noop("Receipt of a report entered")),
    ("plan.upward.return", gettext_noop("Report returned for correction")),
    ("plan.upward.withdraw", gettext_noop("Report no longer asked for")),
)
DUE_SUBJECTS = (
    DueSubject(
        model="plan.upwardreport",
        label=gettext_noop("report to the level above"),
        url=page_of("plan-upward-report", UpwardReport),
        own_acts=ANSWER_AND_DAY,
    ),
)
