"""Returned workbooks: handing files in, the differences of one, its decision and its receipt."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from anlan.base import clock
from anlan.base.documents.table_file import MAX_BYTES
from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from anlan.base.identity import new_id
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.actions.collecting.merging import KEEP, TAKE, Choice, take_workbook
from anlan.plan.actions.collecting.receiving import (
    MOST_FILES,
    Received,
    ReturnedFile,
    name_columns,
    receive_files,
    set_aside,
)
from anlan.plan.models import Collection, ReturnedWorkbook
from anlan.plan.queries.collecting.book import addressee, shown_cell
from anlan.plan.queries.collecting.returned import Differences, differences_of
from anlan.plan.rules.workbook.collection import ReturnState
from anlan.plan.rules.workbook.column import ABSENT, SheetField
from anlan.plan.rules.workbook.merge import Cell, CellChange, RowChange
from anlan.plan.screens.collecting.columns import file_badge
from anlan.plan.screens.common import uuid_or_none
from anlan.registers.rules.scope import Capability

MOST_TOGETHER = 120 * 1024 * 1024
"""House rule: 120 MB of files in one form; a workbook of a body has some ten kilobytes."""
MEGABYTE = 1024 * 1024


class TooMuch(Invalid):
    code = "too-much"
    message = gettext_noop("The files are too large together: at most {most} MB. Hand in fewer.")


@method_decorator(csrf_exempt, name="dispatch")
class ReceiveFiles(SignedIn, View):
    """The form for many files. Its size is checked before the body is parsed, the token after."""

    capability = Capability.STEER_PLAN

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_TOGETHER:
            return self._page(request, refusal=TooMuch(most=MOST_TOGETHER // MEGABYTE))
        return csrf_protect(self._receive)(request)

    def _receive(self, request: HttpRequest) -> HttpResponse:
        try:
            found = receive_files(
                [_file(file) for file in request.FILES.getlist("files")],
                collection=self._collection(request),
                returned_by=request.POST.get("returned_by", ""),
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                request_id=request.POST.get("request_id", "") or new_id().hex,
            )
        except NotAllowed:
            raise
        except Refused as refusal:
            return self._page(request, refusal=refusal)
        refused = any(one.refusal is not None for one in found)
        return self._page(request, found=found, status=422 if refused else 200)

    @staticmethod
    def _collection(request: HttpRequest) -> uuid.UUID | None:
        return uuid_or_none(request.GET.get("collection", "").strip())

    def _page(
        self,
        request: HttpRequest,
        *,
        found: Sequence[Received] = (),
        refusal: Refused | None = None,
        status: int = 200,
    ) -> HttpResponse:
        seen = Collection.objects.visible_to(scope_of(request))
        key = self._collection(request)
        collection = seen.filter(pk=key).first() if key is not None else None
        if key is not None and collection is None:
            raise NotFound
        waiting = ReturnedWorkbook.objects.visible_to(scope_of(request)).filter(
            state=ReturnState.WAITING.value
        )
        context = {
            "collection": collection,
            "found": found,
            "refusal": refusal,
            "returned_by": request.POST.get("returned_by", ""),
            "request_id": new_id().hex,
            "limit_mb": MAX_BYTES // MEGABYTE,
            "most_files": MOST_FILES,
            "waiting": waiting.select_related("sheet__body", "sheet__unit")[:100],
        }
        shown = 422 if refusal is not None else status
        return render(request, "plan/collecting/receive.html", context, status=shown)


class ReturnedFilePage(SignedIn, View):
    """The differences of a waiting file with their decision; afterwards its receipt."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = found_file(request, pk)
        if row.state != ReturnState.WAITING.value:
            return redirect("plan-receipt", row.pk)
        return self._page(request, row)

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = found_file(request, pk)
        try:
            if "columns" in request.POST:
                return self._columns(request, row)
            result = take_workbook(
                row.pk,
                choice_of(request),
                expected_version=_number(request.POST.get("sheet_version", "")),
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                request_id=request.POST.get("request_id", "") or new_id().hex,
                reason=request.POST.get("reason", "")[:300],
            )
        except (NotAllowed, NotFound):
            raise
        except Conflict as conflict:
            return self._page(request, found_file(request, pk), conflict)
        except Refused as refusal:
            return self._page(request, row, refusal)
        said = _("{taken} rows taken, {left} left. One entry of the journal.")
        messages.success(request, said.format(taken=result["taken"], left=result["left"]))
        return redirect("plan-receipt", row.pk)

    def _columns(self, request: HttpRequest, row: ReturnedWorkbook) -> HttpResponse:
        named = {
            name.value: request.POST[f"column-{name.value}"]
            for name in SheetField
            if request.POST.get(f"column-{name.value}")
        }
        name_columns(
            row.pk,
            named,
            expected_version=row.version,
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            request_id=request.POST.get("request_id", "") or new_id().hex,
        )
        return redirect("plan-return", row.pk)

    def _page(
        self, request: HttpRequest, row: ReturnedWorkbook, refusal: Refused | None = None
    ) -> HttpResponse:
        found = differences_of(row, clock.today())
        context = {
            "row": row,
            "sheet": row.sheet,
            "body": addressee(row.sheet),
            "refusal": refusal,
            "may_decide": scope_of(request).may(Capability.STEER_PLAN),
            "request_ids": [new_id().hex for _n in range(2)],
            "others": found.others,
            "asked": [(name.value, _(name.label)) for name in found.returned.asked],
            "heads": [(head, head) for head in found.returned.unknown]
            + [(ABSENT, _("this file has no such column"))],
            **_differences(found, row, request),
        }
        status = refusal.status if refusal is not None else 200
        return render(request, "plan/collecting/returned.html", context, status=status)


class SetAside(RegisterForm):
    capability = Capability.STEER_PLAN
    form_class = ReasonedForm
    title = gettext_lazy("Set the file aside")
    lead = gettext_lazy("Nothing of it is taken; the file stays kept under its digest.")
    submit = gettext_lazy("Set the file aside")

    def current(self) -> ReturnedWorkbook:
        return found_file(self.request, self.kwargs["pk"])

    def perform(self, asked: Asked) -> str:
        set_aside(
            self.kwargs["pk"],
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return reverse("plan-receipt", args=[self.kwargs["pk"]])

    def back(self) -> str:
        return reverse("plan-return", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("plan-collections"), _("Collect by workbook")), (self.back(), _("file"))]


class Receipt(SignedIn, View):
    """回执: who returned what and when, what was taken of it and what was not. To be printed."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = found_file(request, pk)
        if row.state == ReturnState.WAITING.value:
            return redirect("plan-return", row.pk)
        context = {
            "row": row,
            "sheet": row.sheet,
            "body": addressee(row.sheet),
            "badge": file_badge(row),
            "received_by": actor_label(row.received_by),
            "decided_by": actor_label(row.decided_by),
            "lines": [_receipt_line(one) for one in row.outcome],
        }
        return render(request, "plan/collecting/receipt.html", context)


def found_file(request: HttpRequest, key: uuid.UUID) -> ReturnedWorkbook:
    seen = ReturnedWorkbook.objects.visible_to(scope_of(request))
    related = ("sheet__collection__notice", "sheet__body__unit", "sheet__unit")
    row: ReturnedWorkbook | None = seen.select_related(*related).filter(pk=key).first()
    if row is None:
        raise NotFound
    return row


def choice_of(request: HttpRequest) -> Choice:
    """All that can be taken, or the rows ticked; cells as `cell:<row>:<column>`."""
    cells: dict[tuple[str, SheetField], str] = {}
    for name, value in request.POST.items():
        kind, _colon, rest = name.partition(":")
        key, _colon, column = rest.partition(":")
        if kind == "cell" and value and column in {field.value for field in SheetField}:
            cells[key, SheetField(column)] = str(value)
    is_all = request.POST.get("then") == "all"
    rows = None if is_all else frozenset(request.POST.getlist("row"))
    return Choice(rows=rows, cells=cells)


def _file(file: UploadedFile) -> ReturnedFile:
    """A file that is too large is not read into memory; the reader then refuses it."""
    data = file.read(MAX_BYTES + 1)
    return ReturnedFile(name=file.name or "", data=data)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _differences(
    found: Differences, row: ReturnedWorkbook, request: HttpRequest
) -> dict[str, Any]:
    merge, posted = found.merge, request.POST
    sent = {one["id"]: one for one in row.sheet.rows}
    return {
        "changes": [_change(change, sent, posted) for change in merge.changes],
        "refused": [_change(change, sent, posted) for change in merge.refused],
        "added": [
            (one.line, " · ".join(v for v in (one.code, one.text, *one.cells.values()) if v))
            for one in merge.added
        ],
        "missing": merge.missing,
        "same": merge.same,
        "conflicts": sum(len(change.conflicts) for change in merge.changes),
    }


def _change(change: RowChange, sent: dict[str, Any], posted: Any) -> dict[str, Any]:
    row = sent[change.id]
    ticked = posted.getlist("row") if posted else []
    return {
        "id": change.id,
        "code": change.code,
        "line": change.line,
        "item": f"{row['item']} {row['heading']}",
        "asked": row["asked"],
        "fault": change.fault.text(_) if change.fault is not None else "",
        "is_ticked": change.id in ticked if posted else not change.conflicts,
        "cells": [_cell(change, cell, posted) for cell in change.cells],
    }


def _cell(change: RowChange, cell: Cell, posted: Any) -> dict[str, Any]:
    name = f"cell:{change.id}:{cell.field.value}"
    chosen = posted.get(name, "") if posted else ""
    choices = [(KEEP, shown_cell(cell.field, cell.current) or "—", _("stands now"))]
    choices.append((TAKE, _shown(cell), _("this file")))
    choices += [(value, shown_cell(cell.field, value), who) for who, value in cell.others]
    return {
        "name": name,
        "label": _(cell.field.label),
        "current": shown_cell(cell.field, cell.current) or "—",
        "returned": _shown(cell),
        "change": _(cell.change.label),
        "is_new": cell.change is CellChange.NEW,
        "choices": [(code, text, who, code == chosen) for code, text, who in choices],
    }


def _shown(cell: Cell) -> str:
    """As stored; a cell that could not be read as it stands in the file."""
    try:
        return shown_cell(cell.field, cell.returned) or "—"
    except ValueError:
        return cell.returned


def _receipt_line(one: dict[str, Any]) -> dict[str, Any]:
    words = {
        "taken": _("taken"),
        "left": _("not taken"),
        "added": _("row not sent by us, not taken"),
        "missing": _("not in the file, left as it was"),
    }
    cells = [
        f"{_(SheetField(name).label)}：{shown_cell(SheetField(name), value)}"
        for name, value in one.get("cells", {}).items()
    ]
    return {
        "code": one.get("code", ""),
        "line": one.get("line", ""),
        "what": words[one["what"]],
        "text": "；".join(cells) or one.get("text", ""),
    }
