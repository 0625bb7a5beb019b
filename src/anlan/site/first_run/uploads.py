"""Steps 2 and 3: a table is uploaded, looked at in a dry run, and taken as a whole or not."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.identity import new_id
from anlan.base.rules.labels import gettext_noop
from anlan.registers import queries
from anlan.registers.actions import bodies, phone_book
from anlan.registers.actions.row_errors import RowError, RowsRefused
from anlan.registers.choices import Mark
from anlan.registers.models import Body, Person, Tenure
from anlan.site.first_run.base_screen import StepScreen
from anlan.site.first_run.tables import (
    BODIES,
    KINDS,
    PHONE_BOOK,
    TableKind,
    opened,
    read_lines,
    sealed,
    template_file,
)

SHOWN_ERRORS = 200
SHOWN_ROWS = 60
REASON = "first run"
OUTCOMES = {
    "new": (gettext_noop("new"), "green"),
    "renamed": (gettext_noop("name set right"), "yellow"),
    "confirmed": (gettext_noop("confirmed by you"), "blue"),
    "post": (gettext_noop("one more post of a known person"), "blue"),
    "number": (gettext_noop("other telephone number"), "yellow"),
    "unchanged": (gettext_noop("stands already"), "grey"),
}


class UploadScreen(StepScreen):
    """`check` shows what would happen, `take` does it."""

    kind: ClassVar[TableKind]
    shown_columns: ClassVar[tuple[str, ...]]

    def post(self, request: HttpRequest) -> HttpResponse:
        if request.POST.get("act") == "take":
            return self._take(request)
        file = request.FILES.get("file")
        if file is None:
            return self.page(request, status=422, refusal=_("Choose a file first."))
        lines = read_lines(self.kind, file)
        if not lines:
            refusal = _("The file has column heads and no row below them.")
            return self.page(request, status=422, refusal=refusal)
        return self._preview(request, lines, new_id().hex, str(file.name))

    def _take(self, request: HttpRequest) -> HttpResponse:
        request_id, lines = opened(self.kind, request.POST.get("lines", ""))
        try:
            result = self.take(request, lines, request_id)
        except RowsRefused:  # somebody changed the register meanwhile
            return self._preview(request, lines, request_id, "")
        messages.success(request, self.said(result))
        return redirect(self.url_name)

    def _preview(
        self, request: HttpRequest, lines: Sequence[Any], request_id: str, file_name: str
    ) -> HttpResponse:
        plan = self.plan(request, lines)
        heads = self._shown_heads()
        rows = [
            {**row, "cells": list(zip(heads, row["cells"], strict=True))}
            for row in self.shown(plan)
        ]
        counted = [
            (_(label), tone, plan.count(code))
            for code, (label, tone) in OUTCOMES.items()
            if plan.count(code)
        ]
        preview = {
            "file_name": file_name,
            "rows": len(lines),
            "counted": counted,
            "errors": [self._error(error) for error in plan.errors[:SHOWN_ERRORS]],
            "errors_in_all": len(plan.errors),
            "good": rows[:SHOWN_ROWS],
            "good_in_all": len(rows),
            "lines": "" if plan.errors else sealed(self.kind, lines, request_id),
        }
        return self.page(request, status=422 if plan.errors else 200, preview=preview)

    def _error(self, error: RowError) -> tuple[int, str, str]:
        heads = {column.name: column.heads for column in self.kind.columns}
        found = heads.get(error.field)
        return error.row, found[_head()] if found else "", error.refusal.text()

    def context(self, request: HttpRequest) -> dict[str, Any]:
        columns = [
            (
                column.heads[_head()],
                column.is_required,
                _(self.kind.hints[column.name]),
                self.kind.example.get(column.name, ""),
            )
            for column in self.kind.columns
            if column.name in self.kind.hints
        ]
        return {"kind": self.kind, "columns": columns, "preview_heads": self._shown_heads()}

    def _shown_heads(self) -> list[str]:
        return [self.kind.head_of(name, _head()) for name in self.shown_columns]

    def plan(self, request: HttpRequest, lines: Sequence[Any]) -> Any:
        raise NotImplementedError

    def take(self, request: HttpRequest, lines: Sequence[Any], request_id: str) -> dict[str, Any]:
        raise NotImplementedError

    def shown(self, plan: Any) -> list[dict[str, Any]]:
        """Rows of the preview: number, cells, outcome, tone."""
        raise NotImplementedError

    def said(self, result: dict[str, Any]) -> str:
        taken = sum(number for code, number in result.items() if code != "unchanged")
        if not taken:
            return _("Everything in this file stood already: nothing was changed.")
        return ngettext("{n} row was taken.", "{n} rows were taken.", taken).format(n=taken)


class Bodies(UploadScreen):
    url_name = "first-run-bodies"
    template = "site/first_run/bodies.html"
    kind = BODIES
    shown_columns = ("unit", "full_name", "short_name")

    def context(self, request: HttpRequest) -> dict[str, Any]:
        counted = dict(Body.objects.order_by().values_list("mark").annotate(Count("pk")))
        marks = [(Mark(m).label, m, counted[m]) for m in Mark.values if counted.get(m)]
        listed = queries.bodies()
        return {**super().context(request), "marks": marks, "bodies": listed}

    def plan(self, request: HttpRequest, lines: Sequence[Any]) -> Any:
        return bodies.plan_bodies(lines, actor=request.actor)  # type: ignore[attr-defined]

    def take(self, request: HttpRequest, lines: Sequence[Any], request_id: str) -> dict[str, Any]:
        return bodies.import_bodies(
            lines,
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            request_id=request_id,
            reason=REASON,
        )

    def shown(self, plan: Any) -> list[dict[str, Any]]:
        return [
            {
                "number": entry.line.row,
                "cells": (entry.unit.short_name, entry.line.full_name, entry.line.short_name),
                "before": entry.body.full_name if entry.outcome == "renamed" else "",
                **_outcome(entry.outcome),
            }
            for entry in plan.bodies
        ]


class PhoneBook(UploadScreen):
    url_name = "first-run-phone-book"
    template = "site/first_run/phone_book.html"
    kind = PHONE_BOOK
    shown_columns = ("body", "name", "title", "mobile")

    def context(self, request: HttpRequest) -> dict[str, Any]:
        people = Person.objects.filter(account__isnull=True)
        tenures = Tenure.objects.filter(person__in=people)
        return {
            **super().context(request),
            "people": people.count(),
            "posts": tenures.count(),
            "bodies_with": tenures.order_by().values("post__body").distinct().count(),
            "bodies_in_all": Body.objects.count(),
        }

    def plan(self, request: HttpRequest, lines: Sequence[Any]) -> Any:
        actor = request.actor  # type: ignore[attr-defined]
        return phone_book.plan_phone_book(lines, actor=actor, today=clock.today())

    def take(self, request: HttpRequest, lines: Sequence[Any], request_id: str) -> dict[str, Any]:
        return phone_book.import_phone_book(
            lines,
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            today=clock.today(),
            request_id=request_id,
            reason=REASON,
        )

    def shown(self, plan: Any) -> list[dict[str, Any]]:
        return [
            {
                "number": contact.line.row,
                "cells": (
                    str(contact.body),
                    contact.line.name,
                    contact.line.title,
                    contact.line.mobile or contact.line.landline or "—",
                ),
                "before": "",
                **_outcome(contact.outcome),
            }
            for contact in plan.contacts
        ]


class Template(StepScreen):
    """An empty table to fill in."""

    url_name = "first-run-bodies"
    template = "site/first_run/bodies.html"

    def get(self, request: HttpRequest, kind: str = "", ending: str = "") -> HttpResponse:
        if kind not in KINDS or ending not in ("csv", "xlsx"):
            return redirect(self.url_name)
        return template_file(KINDS[kind], ending, head=_head())


def _outcome(code: str) -> dict[str, str]:
    label, tone = OUTCOMES[code]
    return {"outcome": _(label), "tone": tone}


def _head() -> int:
    """Which of a column's heads the reader's language uses."""
    return 1 if get_language() == "en" else 0
