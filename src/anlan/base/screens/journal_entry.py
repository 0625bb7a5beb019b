"""An entry of the journal as a page: what it wrote, and the way to take it back."""

import json
import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.apps import apps
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, NotFound, Refused
from anlan.base.identity import new_id
from anlan.base.journal.history import changes_of
from anlan.base.keeping.undo import UndoLine, UndoPlan, entry_by_id, plan_undo, register_of, undo
from anlan.base.models import JournalEntry
from anlan.base.records import Record
from anlan.base.screens.history_lines import ShownChange, action_label, actor_label, shown_changes
from anlan.base.screens.history_lines import field_label as column_label
from anlan.base.screens.register_form import ReasonedForm
from anlan.base.screens.signed_in import SignedIn, scope_of

SHOWN_ROWS = 100


class UndoForm(ReasonedForm):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """A record that the entry wrote. `kind` is its register."""

    name: str
    kind: str
    verb: str
    changes: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoRow:
    name: str
    kind: str
    step: str
    columns: str


class JournalEntryPage(SignedIn, View):
    """Only records in the reader's view are shown; the others are counted."""

    capability: ClassVar[str] = "read-journal"
    template_name = "base/journal_entry.html"

    def get(self, request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
        return self._page(entry_by_id(entry_id))

    def post(self, request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
        entry, form = entry_by_id(entry_id), UndoForm(request.POST)
        if not form.is_valid():
            return self._page(entry, form=form, status=422)
        data = form.cleaned_data
        try:
            done = undo(
                entry,
                seen=data["seen"],
                actor=request.actor,  # type: ignore[attr-defined]
                now=clock.now(),
                request_id=data["request_id"],
                reason=data["reason"],
            )
        except Conflict as conflict:
            refusal = _("Somebody wrote meanwhile. Look at what would be undone once more.")
            return self._page(entry, refusal=refusal, status=conflict.status)
        except Refused as refusal:
            if isinstance(refusal, NotAllowed) or refusal.status >= 500:
                raise
            return self._page(entry, refusal=refusal.text(), status=refusal.status)
        text = _("Undone as an entry of its own: {rows} records.").format(rows=done["rows"])
        messages.success(request, text)
        written = JournalEntry.objects.filter(request_id=data["request_id"]).first()
        return redirect(entry_url(written or entry))

    def _page(
        self,
        entry: JournalEntry,
        *,
        form: UndoForm | None = None,
        refusal: str = "",
        status: int = 200,
    ) -> HttpResponse:
        content = json.loads(entry.content)
        rows, count, hidden = self._rows(content["images"])
        plan = self._plan(entry)
        context = {
            "entry": entry,
            "title": action_label(entry.action),
            "actor": actor_label(entry.actor),
            "reason": content["reason"],
            "rows": rows,
            "row_count": count,
            "shown_rows": SHOWN_ROWS,
            "hidden": hidden,
            "plan": plan,
            "refusal": refusal,
            "undone": _undone(content["notes"]),
            "register": _register_name(entry),
        }
        if plan is not None:
            initial = {"request_id": new_id().hex, "seen": plan.seen}
            context["form"] = form or UndoForm(initial=initial)
            context["undo_rows"] = [_undo_row(line) for line in plan.writable[:SHOWN_ROWS]]
            context["refused_rows"] = [_undo_row(line) for line in plan.refused[:SHOWN_ROWS]]
        return render(self.request, self.template_name, context, status=status)

    def _plan(self, entry: JournalEntry) -> UndoPlan | None:
        """None when this entry, or this reader, has nothing to undo."""
        if register_of(entry) is None:
            return None
        try:
            return plan_undo(entry, actor=self.request.actor)  # type: ignore[attr-defined]
        except (NotAllowed, NotFound):
            return None

    def _rows(self, images: list[dict[str, Any]]) -> tuple[list[EntryRow], int, int]:
        """The first rows in view, how many are in view, and how many are not."""
        scope = scope_of(self.request)
        readable = bool(scope.may("read-people"))
        by_model: dict[str, list[dict[str, Any]]] = {}
        for image in images:
            by_model.setdefault(image["model"], []).append(image)
        seen: list[tuple[type[Record], dict[str, Any], str]] = []
        for label, found in by_model.items():
            model: type[Record] = apps.get_model(label)
            keys = [image["key"] for image in found]
            visible = model._default_manager.visible_to(scope).filter(pk__in=keys)  # type: ignore[attr-defined]
            names = {str(row.pk): str(row) for row in visible}
            seen += [(model, i, names[i["key"]]) for i in found if i["key"] in names]
        rows = [_entry_row(*row, readable) for row in seen[:SHOWN_ROWS]]
        return rows, len(seen), len(images) - len(seen)


def after_write(request: HttpRequest, request_id: str, back: str) -> HttpResponse:
    """To the entry that a request wrote, where it can be undone; else back."""
    entry = JournalEntry.objects.filter(request_id=request_id).first()
    may = entry is not None and scope_of(request).may("read-journal")
    return redirect(entry_url(entry) if entry is not None and may else back)


def entry_url(entry: JournalEntry) -> str:
    return reverse("journal-entry", args=[entry.id])


def _entry_row(model: type[Record], image: dict[str, Any], name: str, readable: bool) -> EntryRow:
    verb = _("changed") if image.get("before") else _("entered")
    return EntryRow(
        name=name,
        kind=str(model._meta.verbose_name),
        verb=verb,
        changes=shown_changes(model, changes_of(image, readable=readable)),
    )


def _undo_row(line: UndoLine) -> UndoRow:
    labels = (column_label(line.model, name) for name in line.decision.columns)
    return UndoRow(
        name=line.name,
        kind=str(line.model._meta.verbose_name),
        step=_(line.decision.step.label),
        columns="、".join(labels),
    )


def _undone(notes: dict[str, Any]) -> str:
    """The address of the entry that this one takes back."""
    undone = notes.get("undoes", "")
    return reverse("journal-entry", args=[undone]) if undone else ""


def _register_name(entry: JournalEntry) -> str:
    register = register_of(entry)
    return str(register._meta.verbose_name_plural) if register is not None else ""
