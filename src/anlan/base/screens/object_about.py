"""The tabs of an object page that every register has: what points to it, comments, files."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.documents.reader import MOST_BYTES, refuse_size
from anlan.base.errors import NotAllowed, NotFound, Refused
from anlan.base.identity import new_id, request_id_from
from anlan.base.keeping import attaching, remarks
from anlan.base.keeping.merging import referring
from anlan.base.models import Attachment, Comment
from anlan.base.parts import Reference
from anlan.base.records import Record
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.signed_in import SignedIn, scope_of

COMMENTS, ATTACHMENTS, RELATIONS = "comments", "attachments", "relations"
SHOWN_RELATED = 50
LABELS = ((COMMENTS, gettext_noop("Comments")), (ATTACHMENTS, gettext_noop("Attachments")))
MODELS: dict[str, type[Comment] | type[Attachment]] = {
    COMMENTS: Comment,
    ATTACHMENTS: Attachment,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tab:
    """A tab beside the details. `count` is how many things are there now."""

    code: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutLine:
    """A comment or a file as the page shows it."""

    row: Any
    may_edit: bool
    may_remove: bool
    size: str = ""


def may_see(request: HttpRequest) -> bool:
    return bool(scope_of(request).may(remarks.WORKS_WITH))


def tabs_of(request: HttpRequest, row: Record) -> list[Tab]:
    if not may_see(request):
        return []
    related = [rows.count() for _reference, rows in related_to(request, row)]
    pointing = [Tab(code=RELATIONS, label=_("Relations"), count=sum(related))] if related else []
    return pointing + [
        Tab(
            code=code,
            label=_(label),
            count=remarks.about(MODELS[code], row).filter(removed_at__isnull=True).count(),
        )
        for code, label in LABELS
    ]


def related_to(request: HttpRequest, row: Record) -> list[tuple[Reference, QuerySet[Any]]]:
    """What points to the record, as far as the reader sees it."""
    scope = scope_of(request)
    return [(found, rows.visible_to(scope)) for found, rows in referring(row)]  # type: ignore[attr-defined]


def relations_context(request: HttpRequest, row: Record) -> dict[str, Any]:
    groups = []
    for reference, rows in related_to(request, row):
        shown = [(str(each), reference.url(each)) for each in rows[:SHOWN_RELATED]]
        groups.append((_(reference.label), rows.count(), shown))
    return {"related": groups, "shown_related": SHOWN_RELATED}


def about_context(request: HttpRequest, row: Record, tab: str) -> dict[str, Any]:
    """What the chosen tab shows."""
    if tab == RELATIONS:
        return relations_context(request, row)
    account = request.actor.account  # type: ignore[attr-defined]
    keeps = bool(scope_of(request).may(remarks.MAY_REMOVE_OTHERS))
    lines = [
        AboutLine(
            row=found,
            may_edit=tab == COMMENTS and found.account == account and not found.removed_at,
            may_remove=(found.account == account or keeps) and not found.removed_at,
            size=size_text(found.size_bytes) if tab == ATTACHMENTS else "",
        )
        for found in remarks.about(MODELS[tab], row)
    ]
    return {
        "lines_about": lines,
        "request_id": new_id().hex,
        "limit_mb": MOST_BYTES // 1024 // 1024,
    }


def write_about(request: HttpRequest, row: Record, tab: str) -> tuple[str, HttpResponse | None]:
    """One act of the tab. Gives the refusal to show (with what was typed), or the next page."""
    act = ACTS.get((tab, request.POST.get("act", "")))
    if act is None:
        raise NotFound
    try:
        text = act(request, row)
    except NotAllowed:
        raise
    except Refused as refusal:
        if refusal.status >= 500:
            raise
        return refusal.text(), None
    messages.success(request, text)
    return "", redirect(f"{request.path}?tab={tab}")


class AttachmentFile(SignedIn, View):
    """The bytes, for whoever sees the record; always as a download."""

    capability = remarks.WORKS_WITH

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = Attachment.objects.filter(pk=pk, removed_at__isnull=True).first()
        if row is None:
            raise NotFound
        model: Any = apps.get_model(row.subject_model)
        visible = model._default_manager.visible_to(scope_of(request))
        if not visible.filter(pk=row.subject_key).exists():
            raise NotFound
        response = HttpResponse(attaching.content_of(row), content_type=row.media_type)
        response["Content-Disposition"] = (
            content_disposition_header(True, row.file_name) or "attachment"
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        response["Cache-Control"] = "no-store"
        return response


def size_text(size_bytes: int) -> str:
    if size_bytes < 1024:
        return _("{n} bytes").format(n=size_bytes)
    kilobytes = size_bytes / 1024
    return f"{kilobytes:.0f} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"


# acts


def _comment(request: HttpRequest, row: Record) -> str:
    remarks.add_comment(row, request.POST.get("text", ""), **_how(request))
    return _("The comment is written.")


def _edit(request: HttpRequest, row: Record) -> str:
    version = request.POST.get("expected_version", "")
    remarks.edit_comment(
        row,
        _key(request),
        request.POST.get("text", ""),
        expected_version=int(version) if version.isdigit() and len(version) < 10 else -1,
        **_how(request),
    )
    return _("The comment is changed; what stood there before stays in the journal.")


def _remove_comment(request: HttpRequest, row: Record) -> str:
    remarks.remove_comment(row, _key(request), **_how(request), **_reason(request))
    return _("The comment is removed; the journal keeps it.")


def _attach(request: HttpRequest, row: Record) -> str:
    file = request.FILES.get("file")
    if file is None:
        raise attaching.FileNotNamed
    refuse_size(file.size or 0)
    attaching.attach(
        row,
        file.name or "",
        file.read(),
        note=request.POST.get("note", "")[:200],
        **_how(request),
    )
    return _("The file is attached.")


def _remove_attachment(request: HttpRequest, row: Record) -> str:
    attaching.remove_attachment(row, _key(request), **_how(request), **_reason(request))
    return _("The file is removed; its name and digest stay.")


ACTS: dict[tuple[str, str], Callable[[HttpRequest, Record], str]] = {
    (COMMENTS, "add"): _comment,
    (COMMENTS, "edit"): _edit,
    (COMMENTS, "remove"): _remove_comment,
    (ATTACHMENTS, "add"): _attach,
    (ATTACHMENTS, "remove"): _remove_attachment,
}


def _how(request: HttpRequest) -> dict[str, Any]:
    try:
        request_id = request_id_from(request.POST.get("request_id", ""))
    except ValueError:
        request_id = new_id().hex
    actor = request.actor  # type: ignore[attr-defined]
    return {"actor": actor, "now": clock.now(), "request_id": request_id}


def _reason(request: HttpRequest) -> dict[str, str]:
    return {"reason": request.POST.get("reason", "")[:300]}


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError as error:
        raise NotFound from error
