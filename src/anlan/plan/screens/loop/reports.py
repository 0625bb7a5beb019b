"""Progress reports: the list, the page, writing with evidence, review, and the files."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from anlan.base import clock
from anlan.base.errors import Invalid, NotAllowed, NotFound, Refused
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.loop.evidence import MOST_FILES, KeptFile, keep_file
from anlan.plan.actions.loop.reporting import (
    ReportText,
    accept_report,
    may_review,
    return_report,
    save_report,
    write_report,
)
from anlan.plan.choices import REPORT_CHOICES
from anlan.plan.forms.loop import AcceptForm, ReportForm
from anlan.plan.models import Assignment, Deliverable, PlanItem, ProgressReport
from anlan.plan.queries.loop.bearers import LIVING, acts_for, bearers_of
from anlan.plan.rules.loop.report import ReportState
from anlan.plan.screens.common import item_url
from anlan.plan.screens.items import fixed
from anlan.plan.screens.loop.common import (
    crumbs_of,
    item_of_path,
    state_badge,
    tab_url,
    term_badge,
)
from anlan.plan.screens.loop.evidence import evidence_relation
from anlan.registers import queries as registers

RELATED = ("item", "body", "reviewer", "unit", "deliverable", "assignment", "due")
SALT = "plan-evidence-kept"


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


class _Writing(RegisterForm):
    """Writing a report. Files are taken into the store before anything else, so that a refused
    form does not lose them: the next try carries their digests, signed."""

    form_class = ReportForm
    submit = gettext_lazy("Save")
    done = gettext_lazy("Saved, and entered in the journal.")
    item: PlanItem

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.refused: Refused | None = None
        self.files = self._taken(request)
        data = request.POST.copy()
        data["kept"] = signing.dumps([_as_json(file) for file in self.files], salt=SALT)
        request.POST = data  # type: ignore[assignment]
        return super().post(request, **kwargs)

    def _taken(self, request: HttpRequest) -> tuple[KeptFile, ...]:
        kept = {file.digest: file for file in _unsigned(request.POST.get("kept", ""))}
        for upload in request.FILES.getlist("files")[:MOST_FILES]:
            try:
                file = keep_file(upload.read(), upload.name or "")
            except Refused as refusal:
                self.refused = refusal
            else:
                kept[file.digest] = file
        return tuple(kept.values())[:MOST_FILES]

    def form_arguments(self) -> dict[str, Any]:
        bodies = bearers_of(scope_of(self.request), self.item, clock.today())
        return {
            "bodies": [(str(body.pk), body.short_name) for body in bodies],
            "matters": _matters(self.item, {body.pk for body in bodies}, scope_of(self.request)),
        }

    def said(self, asked: Asked) -> tuple[ReportText, dict[str, Any]]:
        if self.refused is not None:
            raise Invalid("{reason}", field="files", reason=self.refused.text())
        values = asked.values
        kind, _joint, key = values["matter"].partition(":")
        text = ReportText(
            text=values["text"],
            done_on=values["done_on"],
            is_final=values["is_final"],
            document_number=values["document_number"],
            deliverable=uuid.UUID(key) if kind == "deliverable" else None,
            assignment=uuid.UUID(key) if kind == "assignment" else None,
        )
        return text, {
            "files": self.files,
            "submit": values["then"] == "submit",
            "actor": self.request.actor,  # type: ignore[attr-defined]
            "now": asked.now,
            "request_id": asked.request_id,
        }

    def tell(self, result: dict[str, Any]) -> str:
        """Say whether somebody else reports on the same matter, and go to the report."""
        count = len(result["beside"])
        if count:
            said = ngettext(
                "One other report on the same matter waits as well. Both are kept; see below.",
                "{n} other reports on the same matter wait as well. All are kept; see below.",
                count,
            )
            messages.warning(self.request, said.format(n=count))
        return reverse("plan-report", args=[result["id"]])

    def more_context(self) -> dict[str, Any]:
        files = getattr(self, "files", ())
        return {"kept_files": [file.file_name for file in files], "item": self.item}

    def crumbs(self) -> list[tuple[str, Text]]:
        return crumbs_of(self.item, "reports", _("Progress reports"))


class WriteReport(_Writing):
    title = gettext_lazy("Report progress")
    lead = gettext_lazy("What the program knows already is filled in. Nobody types a percentage.")
    template_name = "plan/loop/report_form.html"

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        if not self.request.user.is_authenticated:
            return
        self.item = item_of_path(self.request, kwargs["notice"], kwargs["key"])
        if not bearers_of(scope_of(self.request), self.item, clock.today()):
            raise NotAllowed

    def initial(self) -> dict[str, Any]:
        given = self.request.GET
        matter = ""
        for name in ("deliverable", "assignment"):
            if given.get(name):
                matter = f"{name}:{given[name]}"
        return {"done_on": clock.today(), "matter": matter}

    def perform(self, asked: Asked) -> str:
        text, more = self.said(asked)
        return self.tell(write_report(self.item.pk, asked.values["body"], text, **more))

    def back(self) -> str:
        return tab_url(self.item, "reports")


class EditReport(_Writing):
    title = gettext_lazy("Edit a report")
    template_name = "plan/loop/report_form.html"

    def current(self) -> ProgressReport:
        rows = ProgressReport.objects.visible_to(scope_of(self.request)).select_related(*RELATED)
        found: ProgressReport | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        if not self.request.user.is_authenticated:
            return
        row = self.current()
        self.item = item_of_path(self.request, row.item.notice_id, row.item.key)
        if not acts_for(scope_of(self.request), registers.bodies().get(pk=row.body_id)):
            raise NotAllowed

    def initial(self) -> dict[str, Any]:
        row = self.current()
        part = ("deliverable", row.deliverable_id), ("assignment", row.assignment_id)
        return {
            "body": str(row.body_id),
            "matter": next((f"{name}:{key}" for name, key in part if key), ""),
            "done_on": row.done_on,
            "text": row.text,
            "document_number": row.document_number,
            "is_final": row.is_final,
        }

    def perform(self, asked: Asked) -> str:
        text, more = self.said(asked)
        version = asked.expected_version
        saved = save_report(self.kwargs["pk"], text, expected_version=version, **more)
        return self.tell(saved)

    def back(self) -> str:
        return reverse("plan-report", args=[self.kwargs["pk"]])


class AcceptReport(RegisterForm):
    form_class: Any = AcceptForm
    title = gettext_lazy("Accept the report")
    lead = gettext_lazy("Look at the evidence first. What the report finishes is finished then.")
    submit = gettext_lazy("Accept")
    act = staticmethod(accept_report)

    def current(self) -> ProgressReport:
        rows = ProgressReport.objects.visible_to(scope_of(self.request))
        found: ProgressReport | None = (
            rows.filter(pk=self.kwargs["pk"]).select_related(*RELATED, "reviewer__unit").first()
        )
        if found is None:
            raise NotFound
        if not may_review(scope_of(self.request), found):
            raise NotAllowed
        return found

    def perform(self, asked: Asked) -> str:
        type(self).act(
            self.kwargs["pk"],
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return self.back()

    def back(self) -> str:
        return reverse("plan-report", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [*crumbs_of(row.item, "reports", _("Progress reports")), (self.back(), str(row))]


class ReturnReport(AcceptReport):
    form_class = ReasonedForm
    title = gettext_lazy("Return the report")
    lead = gettext_lazy("Say what is missing; the body has five working days (house default).")
    submit = gettext_lazy("Return")
    act = staticmethod(return_report)


def _matters(item: PlanItem, bodies: set[Any], scope: Any) -> list[tuple[str, Text]]:
    """Unfinished deliverables of the item, and living assignments of the reader's bodies."""
    open_ones = Deliverable.objects.visible_to(scope).filter(
        item=item, finish="", withdrawn_at__isnull=True
    )
    mine = Q(body__in=bodies) | Q(body__isnull=True, unit__code__in=scope.kept_units)
    asked = Assignment.objects.visible_to(scope).filter(mine, item=item, state__in=LIVING)
    return [
        *((f"deliverable:{d.pk}", _with_day(d.text, d.due_on)) for d in open_ones),
        *((f"assignment:{a.pk}", _with_day(a.asked, a.due_on)) for a in asked),
    ]


def _with_day(text: str, day: Any) -> str:
    return f"{text[:60]}（{day}）" if day else text[:60]


def _as_json(file: KeptFile) -> list[Any]:
    return [file.digest, file.file_name, file.media_type, file.size_bytes]


def _unsigned(text: str) -> list[KeptFile]:
    """Files that an earlier try left in the store; nothing when the signature is not ours."""
    if not text:
        return []
    try:
        rows = signing.loads(text, salt=SALT, max_age=24 * 3600)
    except signing.BadSignature:
        return []
    return [
        KeptFile(digest=digest, file_name=name, media_type=media, size_bytes=size)
        for digest, name, media, size in rows
    ]
