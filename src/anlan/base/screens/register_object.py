"""The object pattern: one page for every record.

    class BodyObject(RegisterObject):
        model, lookup, url_name, subject = Body, "code", "body", "registers.body"

        def heading(self, row): return row.full_name
        def facts(self, row): return [fact(_("short name"), row.short_name), …]
        def relations(self, row): return [Relation(label=_("names over time"), columns=…, rows=…)]

Fields left, relations right, history one tab away, the proof of every fact below it. The record
comes from `model.objects.visible_to(scope)`; what is outside is not found. Stages to the right add
boxes through `Panel` in their parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from anlan.base.errors import NotFound
from anlan.base.keeping.merging import can_merge, winner_of
from anlan.base.parts import registry
from anlan.base.records import Record
from anlan.base.screens.cells import Badge, Column, Text, shown
from anlan.base.screens.history_lines import lines_of
from anlan.base.screens.object_about import about_context, tabs_of, write_about
from anlan.base.screens.register_list import Action
from anlan.base.screens.signed_in import SignedIn, scope_of

MARK_TONES = {"V": "green", "M": "yellow", "D": "blue", "?": "orange", "X": "grey"}
MARK_ICONS = {"V": "check", "M": "warn", "D": "info", "?": "warn", "X": "info"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A field: label and value. `mark` and `source` only when they differ from the record's."""

    label: Text
    text: str
    url: str = ""
    badge: Badge | None = None
    is_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Records that belong to this one. `rows` may be a part; `count` and `url` open them all."""

    label: Text
    columns: tuple[Column, ...]
    rows: Sequence[Any]
    empty: Text
    count: int | None = None
    url: str = ""
    actions: tuple[Action, ...] = ()
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Where the facts of a record come from, and how far they are proven."""

    source: str
    badge: Badge


def fact(label: Text, value: Any, *, url: str = "", missing: Text = "—") -> Fact:
    """A fact from any value; a badge stays a badge."""
    is_missing = value is None or value in ("", [], ())
    return Fact(
        label=label,
        text=str(missing) if is_missing else shown(value),
        url="" if is_missing else url,
        badge=value if isinstance(value, Badge) else None,
        is_missing=is_missing,
    )


def mark_badge(row: Any) -> Badge:
    """The proof of a sourced record as a badge: word, sign and colour."""
    return Badge(
        text=row.get_mark_display(),
        tone=MARK_TONES.get(row.mark, "grey"),
        icon=MARK_ICONS.get(row.mark, "info"),
    )


class RegisterObject(SignedIn, View):
    """See the module text."""

    model: ClassVar[type[Record]]
    lookup: ClassVar[str] = "pk"
    url_name: ClassVar[str]
    subject: ClassVar[str] = ""
    history_capability: ClassVar[str] = "read-internal"
    order_key: ClassVar[tuple[str, ...]] = ("pk",)
    template_name = "base/object.html"

    # what a subclass says

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Join what the page needs."""
        return rows

    def heading(self, row: Any) -> Text:
        return str(row)

    def lead(self, row: Any) -> Text:
        return ""

    def badges(self, row: Any) -> Sequence[Badge]:
        return ()

    def facts(self, row: Any) -> Sequence[Fact]:
        return ()

    def relations(self, row: Any) -> Sequence[Relation]:
        return ()

    def figures(self, row: Any) -> Sequence[tuple[Text, Any, str]]:
        """(label, figure, address of its list) across the top."""
        return ()

    def crumbs(self, row: Any) -> Sequence[tuple[str, Text]]:
        return ()

    def actions(self, row: Any) -> Sequence[Action]:
        return ()

    def neighbours_among(self, row: Any) -> QuerySet[Any] | None:
        """The rows that previous and next walk through; None: no such links."""
        return self.model._default_manager.visible_to(scope_of(self.request))

    def api_url(self, row: Any) -> str:
        """The record in the API; empty: no link."""
        return ""

    def more_context(self, row: Any) -> dict[str, Any]:
        return {}

    # the screen

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._respond(self.find(kwargs[self.lookup]))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """An act on one of the tabs that every register has."""
        row, tab = self.find(kwargs[self.lookup]), request.GET.get("tab", "")
        if tab not in {each.code for each in tabs_of(request, row)}:
            raise NotFound
        refusal, done = write_about(request, row, tab)
        if done is not None:
            return done
        typed = {name: request.POST.get(name, "") for name in ("text", "note")}
        more = {
            "about_refusal": refusal,
            "about_typed": typed["text"],
            "about_note": typed["note"],
        }
        return self._respond(row, status=422, **more)

    def _respond(self, row: Any, *, status: int = 200, **more: Any) -> HttpResponse:
        request, scope = self.request, scope_of(self.request)
        kit_tabs = tabs_of(request, row)
        asked = request.GET.get("tab", "")
        kit_tab = asked if asked in {each.code for each in kit_tabs} else ""
        may_history = scope.may(self.history_capability)
        is_history = may_history and request.GET.get("tab") == "history"
        previous, following = self._neighbours(row)
        context = {
            "row": row,
            "heading": self.heading(row),
            "lead": self.lead(row),
            "badges": self.badges(row),
            "crumbs": self.crumbs(row),
            "actions": self.actions(row),
            "api_url": self.api_url(row),
            "previous": previous,
            "following": following,
            "may_history": may_history,
            "may_journal": scope.may("read-journal"),
            "is_history": is_history,
            "kit_tabs": kit_tabs,
            "kit_tab": kit_tab,
            "merged_into": self._merged_into(row),
        }
        if kit_tab:
            context |= about_context(request, row, kit_tab)
        else:
            context |= self._history(row) if is_history else self._details(row)
        return render(request, self.template_name, context | more, status=status)

    def _merged_into(self, row: Any) -> tuple[str, str] | None:
        """Name and address of the record that stays, on the page of one that was merged."""
        winner = winner_of(row) if can_merge(type(row)) else None
        return None if winner is None else (str(winner), self._address(winner))

    def find(self, value: Any) -> Any:
        visible = self.model._default_manager.visible_to(scope_of(self.request))
        row = self.arrange(visible).filter(**{self.lookup: value}).first()
        if row is None:
            raise NotFound
        return row

    def _details(self, row: Any) -> dict[str, Any]:
        panels = [(p.label, p.render(self.request, row)) for p in registry.panels(self.subject)]
        details = {
            "facts": self.facts(row),
            "figures": self.figures(row),
            "relations": self.relations(row),
            "basis": basis_of(row),
            "panels": [(label, html) for label, html in panels if html],
        }
        return details | self.more_context(row)

    def _history(self, row: Any) -> dict[str, Any]:
        return {"lines": lines_of(row, readable=scope_of(self.request).may("read-people"))}

    def _neighbours(self, row: Any) -> tuple[str, str]:
        among = self.neighbours_among(row)
        if among is None:
            return "", ""
        values = [_value(row, name) for name in self.order_key]
        before = among.filter(_beyond(self.order_key, values, "lt"))
        after = among.filter(_beyond(self.order_key, values, "gt"))
        previous = before.order_by(*(f"-{name}" for name in self.order_key)).first()
        following = after.order_by(*self.order_key).first()
        return self._address(previous), self._address(following)

    def _address(self, row: Any) -> str:
        if row is None:
            return ""
        return reverse(self.url_name, args=[_value(row, self.lookup)])


def basis_of(row: Any) -> Basis | None:
    """Source and proof of a sourced record."""
    if not hasattr(row, "get_mark_display"):
        return None
    return Basis(source=row.source or _("no source recorded"), badge=mark_badge(row))


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def _beyond(names: Sequence[str], values: Sequence[Any], side: str) -> Q:
    """Rows after (gt) or before (lt) a row in the order of several columns."""
    condition = Q()
    for index, name in enumerate(names):
        equal = dict(zip(names[:index], values[:index], strict=True))
        condition |= Q(**equal, **{f"{name}__{side}": values[index]})
    return condition
