"""CAP files: upload, list, page of one with what is wrong with it, the file itself."""

import uuid
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import Invalid, NotAllowed, NotFound, Refused
from anlan.base.identity import new_id, request_id_from
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, fact
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import unit_choices
from anlan.warning.actions.receiving import FIELD_LABELS, spoken
from anlan.warning.actions.receiving_cap import CapFile, import_cap
from anlan.warning.choices import CapState, Signature
from anlan.warning.models import CapDocument
from anlan.warning.queries.cap import (
    considered,
    content_of,
    document_url,
    documents,
    validation_of,
)
from anlan.warning.queries.received import may_receive, message_url, warning_url
from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.safety import LARGEST_BYTES
from anlan.warning.rules.cap.validating import validate_cap

CAP_TYPE = "application/cap+xml"
MOST_LINES = 100
FILES = _("CAP files")
INBOX = _("Incoming warnings")
STATE_TONES = {
    CapState.WAITING: ("orange", "warn"),
    CapState.KEPT: ("green", "check"),
    CapState.SET_ASIDE: ("grey", "info"),
    CapState.DISMISSED: ("grey", "info"),
}
SIGNATURE_TONES = {
    Signature.KNOWN: ("green", "lock"),
    Signature.UNKNOWN: ("orange", "warn"),
    Signature.UNSIGNED: ("yellow", "info"),
}
OTHER_LABELS = {
    "regions": gettext_noop("where it holds"),
    "text": gettext_noop("text as received"),
    "received_at": gettext_noop("received at"),
    "expires_at": gettext_noop("expires at"),
    "outlines": gettext_noop("drawn area"),
}


class NoCapFile(Invalid):
    code = "no-file"
    message = gettext_noop("No file was chosen. Choose the warning as .xml or .cap.")


def state_badge(row: CapDocument) -> Badge:
    tone, icon = STATE_TONES[CapState(row.state)]
    return Badge(text=row.get_state_display(), tone=tone, icon=icon)


def signature_badge(row: CapDocument) -> Badge:
    tone, icon = SIGNATURE_TONES[Signature(row.signature)]
    return Badge(text=row.get_signature_display(), tone=tone, icon=icon)


def finding_lines(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """What is wrong with a file, in the reader's language, with the id of the rule."""
    return [
        {
            "rule": each.rule,
            "where": each.where,
            "text": each.note.text(gettext),
            "is_error": each.is_error,
        }
        for each in islice(findings, MOST_LINES)
    ]


def field_label(name: str) -> str:
    return gettext(FIELD_LABELS.get(name) or OTHER_LABELS.get(name, name))


class CapUpload(SignedIn, View):
    """A file is chosen; what could be read becomes a message at once, the rest waits."""

    capability = Capability.RECEIVE_WARNINGS

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        file = request.FILES.get("file")
        data = b""
        try:
            if not isinstance(file, UploadedFile):
                raise NoCapFile(field="file")
            data = file.read(LARGEST_BYTES + 1)
            now = clock.now()
            result = import_cap(
                CapFile(name=file.name or "", data=data, received_at=now),
                actor=request.actor,  # type: ignore[attr-defined]
                now=now,
                request_id=_request_id(request),
            )
        except (NotAllowed, NotFound):
            raise
        except Refused as refusal:
            return self._page(request, refusal, data)
        self._say(request, result)
        if result["warning"]:
            return redirect(warning_url(result["warning"]))
        return redirect(document_url(result["id"]))

    def _say(self, request: HttpRequest, result: dict[str, Any]) -> None:
        if result["is_repeated"]:
            messages.info(request, gettext("This file was here before: nothing was added."))
        elif result["state"] == CapState.KEPT:
            messages.success(request, gettext("The file was read, and its message kept."))
        elif result["state"] == CapState.WAITING:
            messages.info(
                request, gettext("The file is kept. It waits for you: see what is open.")
            )
        for note in result["notes"]:
            messages.info(request, spoken(note))

    def _page(
        self, request: HttpRequest, refusal: Refused | None = None, data: bytes = b""
    ) -> HttpResponse:
        context = {
            "refusal": refusal,
            "findings": finding_lines(validate_cap(data).findings) if data else [],
            "limit_mb": LARGEST_BYTES // (1024 * 1024),
            "request_id": new_id().hex,
        }
        status = 200 if refusal is None else refusal.status
        return render(request, "warning/cap_upload.html", context, status=status)


def _request_id(request: HttpRequest) -> str:
    try:
        return request_id_from(request.POST.get("request_id", ""))
    except ValueError:
        return new_id().hex


class CapList(RegisterList):
    model = CapDocument
    capability = Capability.READ_INTERNAL
    title = FILES
    lead = _("Warnings that came as files, those that wait for a person first.")
    empty = _(
        "No file came yet. Upload one from the page of incoming warnings, or let a system send it."
    )
    columns = (
        Column(
            name="identifier",
            label=_("identifier of the owner"),
            value=lambda d: d.identifier,
            link=lambda d: document_url(d.pk),
            sort=("identifier",),
            is_title=True,
        ),
        Column(name="state", label=_("state"), value=state_badge, sort=("state_rank", "-sent")),
        Column(
            name="sender",
            label=_("sender in the file"),
            value=lambda d: d.sender,
            sort=("sender",),
        ),
        Column(
            name="kind",
            label=_("kind of message"),
            value=lambda d: d.get_kind_display(),
            sort=("kind",),
        ),
        Column(
            name="status",
            label=_("status"),
            value=lambda d: d.get_status_display(),
            sort=("status",),
        ),
        Column(name="scope", label=_("for whom"), value=lambda d: d.get_scope_display()),
        Column(name="signature", label=_("signature"), value=signature_badge),
        Column(
            name="sent", label=_("sent by its owner at"), value=lambda d: d.sent, sort=("sent",)
        ),
        Column(
            name="received",
            label=_("received at"),
            value=lambda d: d.received_at,
            sort=("received_at",),
        ),
        Column(
            name="unit",
            label=_("carried on by"),
            value=lambda d: d.unit.short_name,
            sort=("unit__position",),
        ),
    )
    filters = (
        Filter(name="state", label=_("state"), choices=lambda s: CapState.choices, field="state"),
        Filter(
            name="signature",
            label=_("signature"),
            choices=lambda s: Signature.choices,
            field="signature",
        ),
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="unit__code"),
    )
    search_fields = ("identifier__icontains", "sender__icontains", "file_name__icontains")
    default_sort = "state"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        waiting = Case(
            When(state=CapState.WAITING, then=Value(0)),
            default=Value(1),
            output_field=IntegerField(),
        )
        return rows.select_related("unit").annotate(state_rank=waiting)

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("warning-list"), INBOX),)

    def actions(self) -> Sequence[Action]:
        senders = Action(label=_("Senders of CAP files"), url=reverse("cap-sender-list"))
        if not scope_of(self.request).may(Capability.RECEIVE_WARNINGS):
            return (senders,)
        url = reverse("cap-upload")
        upload = Action(label=_("Upload a CAP file"), url=url, icon="plus", is_primary=True)
        return (upload, senders)


class CapObject(RegisterObject):
    model = CapDocument
    capability = Capability.READ_INTERNAL
    url_name = "cap-document"
    subject = "warning.capdocument"
    template_name = "warning/cap_document.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit", "message__warning")

    def heading(self, row: CapDocument) -> Text:
        return row.identifier

    def lead(self, row: CapDocument) -> Text:
        return row.sender

    def badges(self, row: CapDocument) -> Sequence[Badge]:
        return (state_badge(row), signature_badge(row))

    def crumbs(self, row: CapDocument) -> Sequence[tuple[str, Text]]:
        return ((reverse("warning-list"), INBOX), (reverse("cap-list"), FILES))

    def api_url(self, row: CapDocument) -> str:
        return f"/api/v1/warnings/cap/{row.pk}"

    def actions(self, row: CapDocument) -> Sequence[Action]:
        file = Action(label=_("The CAP file as it came"), url=reverse("cap-file", args=[row.pk]))
        if row.state != CapState.WAITING or not may_receive(scope_of(self.request), row.unit.code):
            return (file,)
        keep = Action(
            label=_("Look and keep"),
            url=reverse("cap-confirm", args=[row.pk]),
            icon="check",
            is_primary=True,
        )
        drop = Action(label=_("Not for this inbox"), url=reverse("cap-dismiss", args=[row.pk]))
        return (keep, drop, file)

    def facts(self, row: CapDocument) -> Sequence[Fact]:
        message = row.message
        return (
            fact(
                _("message"),
                str(message) if message is not None else "",
                url=message_url(message.pk) if message is not None else "",
                missing=_("none"),
            ),
            fact(_("why it is not kept"), row.why, missing=_("not dismissed")),
            fact(_("form"), row.get_form_display()),
            fact(_("kind of message"), row.get_kind_display()),
            fact(_("status"), row.get_status_display()),
            fact(_("for whom"), row.get_scope_display()),
            fact(_("restriction or addressees"), row.restriction, missing=_("none")),
            fact(_("signature"), signature_badge(row)),
            fact(_("proven signer"), row.signer, missing=_("nobody that is proven")),
            fact(_("sent by its owner at"), row.sent),
            fact(_("expires at"), row.expires_at, missing=_("no end is printed: until lifted")),
            fact(_("received at"), row.received_at),
            fact(_("recorded by"), row.recorded_by),
            fact(_("carried on by"), row.unit.name, url=reverse("unit", args=[row.unit.code])),
            fact(_("file"), row.file_name, url=reverse("cap-file", args=[row.pk])),
        )

    def more_context(self, row: CapDocument) -> dict[str, Any]:
        validation = validation_of(row)
        seen = considered(row, scope_of(self.request))
        findings = [*validation.findings, *(seen.findings if seen is not None else ())]
        return {
            "findings": finding_lines(findings),
            "left": left_lines(seen),
            "aside": _aside(seen),
            "text": seen.readout.text if seen is not None else "",
            "references": [
                {"sender": each[0], "identifier": each[1], "url": self._reference(each)}
                for each in row.references
            ],
        }

    def _reference(self, reference: list[str]) -> str:
        rows = documents(scope_of(self.request)).filter(
            sender=reference[0], identifier=reference[1]
        )
        found = rows.first()
        return document_url(found.pk) if found is not None else ""


def left_lines(seen: Any) -> list[dict[str, str]]:
    """What is left to a person: the field, and why."""
    if seen is None:
        return []
    return [
        {"label": field_label(name), "why": why.text(gettext)} for name, why in seen.readout.left
    ]


def _aside(seen: Any) -> str:
    if seen is None or seen.readout.set_aside is None:
        return ""
    return str(seen.readout.set_aside.text(gettext))


class CapFileView(SignedIn, View):
    """The bytes as they came, as an attachment: a browser never runs them."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = documents(scope_of(request)).filter(pk=pk).first()
        if row is None:
            raise NotFound
        response = HttpResponse(content_of(row), content_type=CAP_TYPE)
        name = row.file_name or f"{row.pk}.xml"
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["X-Content-Type-Options"] = "nosniff"
        return response
