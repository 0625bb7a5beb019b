"""The list pattern: one screen for every register.

    class BodyList(RegisterList):
        model = Body
        title = _("Bodies")
        columns = (Column(name="name", label=_("name"), value=lambda b: b.full_name,
                          link=lambda b: reverse("body", args=[b.code]), sort=("full_name",),
                          is_title=True), …)
        filters = (Filter(name="kind", label=_("kind"), choices=choices_of(BodyKind)), …)
        search_fields = ("full_name__icontains", "initials__icontains")

A register that has a `RegisterAdmin` gets export for change, import and bulk change for whoever
may keep it (`base/keeping`); nothing is declared a second time.

Rows come from `model.objects.visible_to(scope)` and from nowhere else; `arrange` may join,
annotate or narrow them. Search, filters, sort, page and columns stand in the address; CSV, XLSX
and print give exactly the rows and columns on screen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.identity import new_id
from anlan.base.keeping.declared import Keeping, keeping_of
from anlan.base.keeping.filters import filters_for
from anlan.base.keeping.merging import can_merge, merged_keys
from anlan.base.keeping.taking_out import sheet_to_change
from anlan.base.models import SavedFilter
from anlan.base.records import Record
from anlan.base.screens.as_of import PARAMETER
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.export_log import note_export
from anlan.base.screens.list_filters import OPEN_PLAIN, default_of, keep_filter, saved_links
from anlan.base.screens.list_state import MOST_ROWS, OWN_NAMES, PAGE_SIZES, ListState
from anlan.base.screens.register_change import RegisterChange
from anlan.base.screens.register_import import RegisterImport
from anlan.base.screens.register_merge import RegisterMerge
from anlan.base.screens.sheets import Sheet, as_csv, as_xlsx, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.base.worlds.current import current

Choices = Callable[[Any], Sequence[tuple[str, Text]]]
EXPORTS = {"csv": as_csv, "xlsx": as_xlsx}
KEEPING_EXPORTS = {"keep-csv": (as_csv, False), "keep-xlsx": (as_xlsx, True)}
KEEPING_VIEWS = ("import", "change", "merge")
PRINT_LIMIT = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A pick list above the list. `choices(scope)` gives (code, label); a code narrows by
    `field`, or by `narrow(queryset, code)` when that is given."""

    name: str
    label: Text
    choices: Choices
    field: str = ""
    narrow: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None

    def apply(self, rows: QuerySet[Any], code: str) -> QuerySet[Any]:
        return self.narrow(rows, code) if self.narrow else rows.filter(**{self.field: code})


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A link at the right of the heading."""

    label: Text
    url: str
    icon: str = ""
    is_primary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterBox:
    """A filter as the template draws it."""

    name: str
    label: str
    choices: list[tuple[str, str]]
    chosen: str

    @property
    def chosen_label(self) -> str:
        return dict(self.choices).get(self.chosen, self.chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a shown column."""

    label: str
    url: str
    align: str
    order: str


def choices_of(codes: Any) -> Choices:
    """The choices of a Django `TextChoices`."""
    return lambda scope: [(code, label) for code, label in codes.choices]


class RegisterList(SignedIn, View):
    """See the module text."""

    model: ClassVar[type[Record]]
    title: ClassVar[Text]
    lead: ClassVar[Text] = ""
    empty: ClassVar[Text] = ""
    columns: ClassVar[tuple[Column, ...]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    search_fields: ClassVar[tuple[str, ...]] = ()
    default_sort: ClassVar[str] = ""
    template_name = "base/list.html"
    _saved_filters: list[SavedFilter] | None = None

    # what a subclass may say more

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Join, annotate or narrow the visible rows."""
        return rows

    def all_columns(self) -> tuple[Column, ...]:
        """The columns to choose from; say it here when they depend on the reader."""
        return self.columns

    def found(self, word: str) -> Q:
        """Rows that a search word finds."""
        return any_field(self.search_fields, word)

    def actions(self) -> Sequence[Action]:
        return ()

    def figures(self) -> Sequence[tuple[Text, Any, str]]:
        """(label, number, address of the rows it counts) above the list."""
        return ()

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        """(address, label) of the pages above."""
        return ()

    def more_context(self) -> dict[str, Any]:
        """What a template of its own draws beside the list."""
        return {}

    # the screen

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("view") in KEEPING_VIEWS:
            return self._keep()
        opens_with = "" if request.GET else default_of(request, self._saved())
        if opens_with:
            return HttpResponseRedirect(request.path + opens_with)
        state = self._state()
        if needs_tidying(request):
            return HttpResponseRedirect(request.path + state.address())
        boxes = self._boxes(state)
        visible = self._visible()
        rows = self._sorted(self._narrowed(visible, state, boxes), state)
        columns = self._columns(state)
        form = request.GET.get("format", "")
        if form in KEEPING_EXPORTS:
            return self._to_change(rows, form, state)
        export = EXPORTS.get(form)
        if export is not None:
            self._note_export(rows, form, state)
            return export(self._sheet(columns, rows))
        return self._page(state, columns, boxes, rows, visible)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("view") == "filters":
            return keep_filter(request, self._state())
        return self._keep()

    def keeping(self) -> Keeping | None:
        """How this register is kept by the reader; None when the reader only looks."""
        kept = keeping_of(self.model)
        return kept if kept is not None and kept.permits(scope_of(self.request)) else None

    def _saved(self) -> list[SavedFilter]:
        """The reader's filters of this list, read once a request."""
        if self._saved_filters is None:
            actor = self.request.actor  # type: ignore[attr-defined]
            self._saved_filters = filters_for(actor, self.request.path)
        return self._saved_filters

    def _keep(self) -> HttpResponseBase:
        """The pages of import and of bulk change."""
        kept = self.keeping()
        if kept is None:
            raise NotFound
        view, title = self.request.GET.get("view"), str(self.title)
        if view == "import":
            return RegisterImport(self.request, kept, title=title).respond()
        if view == "merge":
            return RegisterMerge(self.request, kept, title=title, back=self.request.path).respond()
        if view != "change":
            raise NotFound
        state = self._state()
        back = self.request.path + (state.address() if state.pairs() else "")
        return RegisterChange(
            self.request, kept, title=title, matching=self._matching, back=back
        ).respond()

    def _state(self) -> ListState:
        kept = [PARAMETER] if current().is_past else []
        return ListState.read(self.request.GET, [*(f.name for f in self.filters), *kept])

    def _visible(self) -> QuerySet[Any]:
        rows = self.model._default_manager.visible_to(scope_of(self.request))  # type: ignore[attr-defined]
        if can_merge(self.model):  # a merged record has its page, and is no row of its own
            rows = rows.exclude(pk__in=merged_keys(self.model))
        return self.arrange(rows)

    def _matching(self) -> QuerySet[Any]:
        """The rows of the address, over all pages."""
        state = self._state()
        return self._narrowed(self._visible(), state, self._boxes(state))

    def _note_export(self, rows: QuerySet[Any], form: str, state: ListState) -> None:
        note_export(
            self.model,
            rows.count(),
            ending=form,
            narrowed=state.search or "".join(state.filters),
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
        )

    def _to_change(self, rows: QuerySet[Any], form: str, state: ListState) -> HttpResponse:
        kept = self.keeping()
        if kept is None:
            raise NotFound
        self._note_export(rows, form, state)
        export, native = KEEPING_EXPORTS[form]
        title = str(self.title)
        return export(sheet_to_change(kept, rows, title=title, now=clock.now(), native=native))

    def _sheet(self, columns: tuple[Column, ...], rows: QuerySet[Any]) -> Sheet:
        return Sheet(
            title=str(self.title),
            columns=columns,
            rows=rows,
            now=clock.now(),
            mark=demonstration_mark(),
        )

    def _boxes(self, state: ListState) -> list[FilterBox]:
        scope = scope_of(self.request)
        return [
            FilterBox(
                name=f.name,
                label=str(f.label),
                choices=[(code, str(label)) for code, label in f.choices(scope)],
                chosen=state.filters.get(f.name, ""),
            )
            for f in self.filters
        ]

    def _narrowed(
        self, rows: QuerySet[Any], state: ListState, boxes: Sequence[FilterBox]
    ) -> QuerySet[Any]:
        """A code that is not among the choices finds nothing: it never widens the list."""
        for given, box in zip(self.filters, boxes, strict=True):
            if box.chosen:
                known = box.chosen in dict(box.choices)
                rows = given.apply(rows, box.chosen) if known else rows.none()
        for word in state.search.split():
            rows = rows.filter(self.found(word))
        return rows

    def _sorted(self, rows: QuerySet[Any], state: ListState) -> QuerySet[Any]:
        name, descending = state.sorted_by()
        sorts = {column.name: column.sort for column in self.all_columns()}
        by = sorts.get(name, ())
        if not by:
            name, descending = self.default_sort.removeprefix("-"), self.default_sort[:1] == "-"
            by = sorts.get(name, ())
        if not by:
            by = tuple(str(name) for name in self.model._meta.ordering or ())
        return rows.order_by(*(_turned(f) if descending else f for f in by), "pk")

    def _columns(self, state: ListState) -> tuple[Column, ...]:
        columns = self.all_columns()
        chosen = tuple(c for c in columns if c.name in state.columns)
        return chosen or tuple(c for c in columns if c.shown)

    def _page(
        self,
        state: ListState,
        columns: tuple[Column, ...],
        boxes: list[FilterBox],
        rows: QuerySet[Any],
        visible: QuerySet[Any],
    ) -> HttpResponse:
        is_print = self.request.GET.get("view") == "print"
        names = {column.name for column in columns}
        per = PRINT_LIMIT if is_print else state.per
        page = Paginator(rows, per).get_page(1 if is_print else state.page)
        kept = None if is_print or current().is_past else self.keeping()
        conditions = chips(state, boxes)
        context = {
            "title": self.title,
            "lead": self.lead,
            "empty": self.empty,
            "actions": self.actions(),
            "figures": self.figures(),
            "crumbs": self.crumbs(),
            "state": state,
            "boxes": boxes,
            "chips": conditions,
            "heads": [self._head(column, state) for column in columns],
            "columns": columns,
            "all_columns": [(c, c.name in names) for c in self.all_columns()],
            "page": page,
            "links": page_links(page, state),
            "total": visible.count() if conditions else page.paginator.count,
            "is_print": is_print,
            "has_search": bool(self.search_fields),
            "keeping": kept,
            "can_tick": kept is not None and bool(kept.bulk_fields or can_merge(self.model)),
            "saved": saved_links(self.request, self._saved(), state),
            "can_save": bool(state.with_page(1).pairs()),
            "filters_url": state.with_page(1).address(view="filters"),
            "plain_url": self.request.path + OPEN_PLAIN,
            "request_id": new_id().hex,
            "can_merge": can_merge(self.model),
            "matching_url": state.with_page(1).address(view="change"),
            "hidden": [(n, v) for n, v in state.pairs() if n not in ("cols", "page")],
            "kept": [(n, v) for n, v in state.pairs() if n in ("sort", "cols", "per", PARAMETER)],
        }
        return render(self.request, self.template_name, context | self.more_context())

    def _head(self, column: Column, state: ListState) -> Head:
        name, descending = state.sorted_by()
        here = bool(column.sort) and name == column.name
        turned = f"-{column.name}" if here and not descending else column.name
        order = ("descending" if descending else "ascending") if here else ""
        url = state.with_sort(turned).address() if column.sort else ""
        return Head(label=str(column.label), url=url, align=column.align, order=order)


def needs_tidying(request: HttpRequest) -> bool:
    """A form sends empty fields and repeated columns; the address to be pasted has neither."""
    names = request.GET.keys() - {"format", "view"}
    is_export = bool(request.GET.get("format") or request.GET.get("view"))
    blank = any(not request.GET[name].strip() for name in names)
    return not is_export and (blank or len(request.GET.getlist("cols")) > 1)


def any_field(fields: Sequence[str], word: str) -> Q:
    condition = Q()
    for field in fields:
        condition |= Q(**{field: word})
    return condition


def chips(state: ListState, boxes: Sequence[FilterBox]) -> list[tuple[str, str, str]]:
    """(label, value, address without it) of everything that narrows the list."""
    found = [(b.label, b.chosen_label, state.without(b.name).address()) for b in boxes if b.chosen]
    if state.search:
        found.insert(0, ("", f"“{state.search}”", state.without("q").address()))
    return found


def page_links(page: Page[Any], state: ListState) -> Mapping[str, Any]:
    return {
        "previous": state.with_page(page.previous_page_number()).address()
        if page.has_previous()
        else "",
        "next": state.with_page(page.next_page_number()).address() if page.has_next() else "",
        "sizes": [(size, state.with_per(size).address()) for size in PAGE_SIZES],
        "is_whole": state.per == MOST_ROWS,
        "csv": state.with_page(1).address(format="csv"),
        "xlsx": state.with_page(1).address(format="xlsx"),
        "print": state.with_page(1).address(view="print"),
        "keep_csv": state.with_page(1).address(format="keep-csv"),
        "keep_xlsx": state.with_page(1).address(format="keep-xlsx"),
        "plain": state.with_page(1).address(),
    }


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def check_names(screen: type[RegisterList]) -> list[str]:
    """Names of filters that would collide with the list's own; tests walk all lists with it."""
    return [f.name for f in screen.filters if f.name in OWN_NAMES]
