"""Bulk change on the screen of a register: rows → one column and its value → what changes →
one entry of the journal."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, Refused
from anlan.base.identity import new_id
from anlan.base.keeping.bulk import (
    BULK_ROWS,
    ColumnNotTogether,
    Preview,
    bounded,
    change_rows,
    preview,
    value_of,
)
from anlan.base.keeping.declared import Keeping
from anlan.base.screens.journal_entry import after_write
from anlan.base.screens.register_form import ReasonedForm
from anlan.base.screens.signed_in import scope_of

SHOWN_ROWS = 100
LIST_CHOICES = 200


class WriteForm(ReasonedForm):
    versions = forms.CharField(widget=forms.HiddenInput)
    column = forms.CharField(widget=forms.HiddenInput)
    value = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnChoice:
    """A column that may be changed together: its control is a pick list, a date or a text."""

    name: str
    label: str
    kind: str
    choices: list[tuple[str, str]]
    value: str
    help: str = ""


class RegisterChange:
    """The bulk change page of one list. `matching()` gives the rows that its address shows."""

    template_name = "base/change.html"

    def __init__(
        self,
        request: HttpRequest,
        keeping: Keeping,
        *,
        title: str,
        matching: Callable[[], QuerySet[Any]],
        back: str,
    ) -> None:
        self.request, self.keeping, self.title = request, keeping, title
        self.matching, self.back = matching, back
        if not keeping.permits(scope_of(request)):
            raise NotAllowed
        if not keeping.bulk_fields:
            raise ColumnNotTogether

    def respond(self) -> HttpResponse:
        if self.request.method != "POST":
            return redirect(self.back)
        step = self.request.POST.get("step", "")
        try:
            if step == "write":
                return self._write()
            return self._preview() if step == "preview" else self._choose()
        except Refused as refusal:
            if refusal.status >= 500 or isinstance(refusal, NotAllowed):
                raise
            messages.error(self.request, refusal.text())
            return redirect(self.back)

    # steps

    def _choose(self, refusal: str = "", status: int = 200) -> HttpResponse:
        rows = self._rows()
        return self._page(
            status=status,
            refusal=refusal,
            keys=",".join(str(row.pk) for row in rows),
            count=len(rows),
            names=[str(row) for row in rows[:10]],
            columns=[self._choice(name) for name in self.keeping.bulk_fields],
            chosen=self.request.POST.get("column", ""),
        )

    def _preview(self) -> HttpResponse:
        column = self.request.POST.get("column", "")
        text = self.request.POST.get(f"value-{column}", "")
        try:
            found = self._looked_at(column, text)
        except Refused as refusal:
            return self._choose(refusal.text(), refusal.status)
        return self._shown(found, column, text)

    def _write(self) -> HttpResponse:
        form = WriteForm(self.request.POST)
        column, text = self.request.POST.get("column", ""), self.request.POST.get("value", "")
        if not form.is_valid():
            return self._shown(self._looked_at(column, text), column, text, form=form, status=422)
        data = form.cleaned_data
        try:
            count = change_rows(
                self.keeping,
                _versions(data["versions"]),
                column,
                value_of(self.keeping, column, text),
                actor=self.request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                request_id=data["request_id"],
                reason=data["reason"],
            )
        except Conflict as conflict:
            found = self._looked_at(column, text)
            refusal = _("Somebody changed one of these rows meanwhile. Look at them once more.")
            return self._shown(found, column, text, refusal=refusal, status=conflict.status)
        text = ngettext(
            "{count} record changed, and entered in the journal.",
            "{count} records changed, and entered in the journal as one.",
            count,
        )
        messages.success(self.request, text.format(count=count))
        return after_write(self.request, data["request_id"], self.back)

    # what was sent

    def _looked_at(self, column: str, text: str) -> Preview:
        value = value_of(self.keeping, column, text)
        return preview(self.keeping, self._rows(), column, value)

    def _rows(self) -> list[Any]:
        """The ticked rows, or all that the list shows; only what is in view."""
        rows = self.keeping.rows(scope_of(self.request))
        if self.request.POST.get("all"):
            found = bounded(self.matching())
            return list(rows.filter(pk__in=[row.pk for row in found]))
        sent = self.request.POST
        given = [*sent.getlist("row"), *sent.get("keys", "").split(",")]
        given += [part.partition(":")[0] for part in sent.get("versions", "").split(",")]
        keys = [key for key in map(_uuid_or_none, given) if key is not None]
        return bounded(rows.filter(pk__in=keys[: BULK_ROWS + 1]))

    # what is shown

    def _choice(self, name: str) -> ColumnChoice:
        column: Any = self.keeping.model._meta.get_field(name)
        kind, choices, note = _control(column, scope_of(self.request))
        return ColumnChoice(
            name=name,
            label=self.keeping.column_label(name),
            kind=kind,
            choices=choices,
            value=self.request.POST.get(f"value-{name}", ""),
            help=note,
        )

    def _shown(
        self,
        found: Preview,
        column: str,
        text: str,
        *,
        form: WriteForm | None = None,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        initial = {
            "request_id": new_id().hex,
            "versions": ",".join(f"{key}:{version}" for key, version in found.versions),
            "column": column,
            "value": text,
        }
        return self._page(
            status=status,
            refusal=refusal,
            found=found,
            shown=found.changes[:SHOWN_ROWS],
            shown_rows=SHOWN_ROWS,
            label=self.keeping.column_label(column),
            form=form or WriteForm(initial=initial),
        )

    def _page(self, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "title": _("Change together: {register}").format(register=self.title),
            "register": self.title,
            "back": self.back,
            "here": f"{self.request.path}?{self.request.GET.urlencode()}",
            **more,
        }
        return render(self.request, self.template_name, context, status=status)


def _control(column: Any, scope: Any) -> tuple[str, list[tuple[str, str]], str]:
    """Kind of control, what can be picked, and a word of help."""
    if column.choices:
        return "pick", [(str(code), str(label)) for code, label in column.flatchoices], ""
    if isinstance(column, models.BooleanField):
        return "pick", [("yes", _("Yes")), ("no", _("No"))], ""
    if column.is_relation:
        rows = column.related_model._default_manager.visible_to(scope)
        reference = "code" if hasattr(column.related_model, "code") else "pk"
        if rows.count() <= LIST_CHOICES:
            return "pick", [(str(getattr(r, reference)), str(r)) for r in rows], ""
        return "text", [], _("The code of the record.")
    if isinstance(column, models.DateField):
        return "date", [], ""
    return "text", [], ""


def _versions(text: str) -> list[tuple[uuid.UUID, int]]:
    pairs = (part.partition(":") for part in text.split(","))
    keyed = [(_uuid_or_none(key), version) for key, _colon, version in pairs]
    return [(key, int(v)) for key, v in keyed if key is not None and v.isdigit() and len(v) < 10]


def _uuid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
