"""Writing a report with its files, and the word of the reviewer."""

import uuid
from typing import Any

from django.contrib import messages
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from anlan.base import clock
from anlan.base.errors import Invalid, NotAllowed, NotFound, Refused
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
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
from anlan.plan.forms.loop import AcceptForm, ReportForm
from anlan.plan.models import Assignment, Deliverable, PlanItem, ProgressReport
from anlan.plan.queries.loop.bearers import LIVING, acts_for, bearers_of
from anlan.plan.screens.loop.common import (
    crumbs_of,
    item_of_path,
    tab_url,
)
from anlan.plan.screens.loop.reports import RELATED
from anlan.registers import queries as registers

SALT = "plan-evidence-kept"


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
