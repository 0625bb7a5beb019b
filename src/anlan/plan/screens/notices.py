"""Notices: the list, one notice with its editions and text, and two readings compared."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base.errors import Invalid, NotFound
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.models import Notice, NoticeEdition
from anlan.plan.queries.items import edition_of, editions_of, notices
from anlan.plan.queries.reading import parsed_edition
from anlan.plan.rules.notice.compare import compare
from anlan.plan.rules.notice.values import Clause, Mode
from anlan.plan.screens.carrying.on_notice import amended_url, place_badge, steering
from anlan.plan.screens.carrying.placing import orphans_shown
from anlan.plan.screens.common import (
    item_address,
    notice_url,
    source_badge,
    uuid_or_none,
    with_query,
)
from anlan.plan.screens.compared import differences
from anlan.plan.screens.marking import Mark, marked
from anlan.registers.rules.scope import Capability

CLAUSES_PER_PAGE = 100
TABS = ("text",)


class NothingToCompare(Invalid):
    code = "nothing-to-compare"
    message = gettext_noop("Choose two editions or two notices to compare.")


COLUMNS = (
    Column(
        name="title",
        label=_("title"),
        value=lambda n: n.title,
        link=notice_url,
        sort=("title",),
        is_title=True,
    ),
    Column(name="number", label=_("document number"), value=lambda n: n.number, sort=("number",)),
    Column(name="issuer", label=_("issuer"), value=lambda n: n.issuer, sort=("issuer",)),
    Column(name="issued", label=_("issued on"), value=lambda n: n.issued_on, sort=("issued_on",)),
    Column(
        name="items",
        label=_("items"),
        value=lambda n: n.item_count,
        link=lambda n: with_query(reverse("plan-items"), notice=str(n.pk)),
        sort=("item_count",),
        align="end",
    ),
    Column(
        name="edition",
        label=_("current edition"),
        value=lambda n: n.current_edition,
        sort=("current_edition",),
        align="end",
    ),
)


class NoticeList(RegisterList):
    model = Notice
    title = _("Notices")
    lead = _("Documents that divide the work; the newest one is the plan on the first page.")
    empty = _("No notice has been imported yet. The plan office imports it on the import page.")
    columns = COLUMNS
    search_fields = ("title__icontains", "number__icontains", "issuer__icontains")
    default_sort = "-issued"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        live = Count("items", filter=Q(items__is_dropped=False))
        found: QuerySet[Any] = rows.annotate(item_count=live)
        return found

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.IMPORT_NOTICE):
            return ()
        url = reverse("plan-import")
        return (Action(label=_("Import a notice"), url=url, icon="plus", is_primary=True),)


class NoticeObject(RegisterObject):
    model = Notice
    lookup = "pk"
    url_name = "plan-notice"
    subject = "plan.notice"
    order_key = ("issued_on", "pk")
    template_name = "plan/notice.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("unit")

    def heading(self, row: Notice) -> Text:
        return row.title

    def neighbours_among(self, row: Notice) -> QuerySet[Any] | None:
        return None

    def crumbs(self, row: Notice) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")), (reverse("plan-notices"), _("Notices")))

    def edition(self, row: Notice) -> NoticeEdition:
        """The edition of `?edition=`, else the one in force."""
        asked = self.request.GET.get("edition", "").strip()
        if not asked:
            return edition_of(row)
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
        found = editions_of(row.pk).filter(edition=number).first()
        if found is None:
            raise NotFound
        return found

    def badges(self, row: Notice) -> Sequence[Badge]:
        return (place_badge(row), source_badge(self.edition(row)))

    def actions(self, row: Notice) -> Sequence[Action]:
        scope = scope_of(self.request)
        actions = []
        if scope.may(Capability.READ_INTERNAL):
            label = _("Review") if scope.may(Capability.CORRECT_NOTICE) else _("How it was read")
            url = reverse("plan-review", args=[row.pk])
            actions.append(Action(label=label, url=url, icon="edit"))
        if scope.may(Capability.STEER_PLAN):
            actions += steering(row)
        if scope.may(Capability.IMPORT_NOTICE):
            actions.append(
                Action(label=_("Import a notice"), url=reverse("plan-import"), icon="plus")
            )
        return actions

    def figures(self, row: Notice) -> Sequence[tuple[Text, Any, str]]:
        edition = self.edition(row)
        items = with_query(reverse("plan-items"), notice=str(row.pk))
        unread = edition.chars - edition.chars_read
        return (
            (_("clauses"), edition.clauses, items),
            (_("characters"), edition.chars, with_query(notice_url(row), tab="text")),
            (_("characters unread"), unread, with_query(notice_url(row), tab="text") + "#unread"),
            (_("editions"), row.current_edition, "#editions"),
        )

    def facts(self, row: Notice) -> Sequence[Fact]:
        edition = self.edition(row)
        return (
            fact(_("title"), row.title),
            fact(_("document number"), row.number, missing=_("none printed")),
            fact(_("issuer"), row.issuer, missing=_("none printed")),
            fact(_("issued on"), row.issued_on, missing=_("none printed")),
            fact(_("unit"), row.unit.name, url=reverse("unit", args=[row.unit.code])),
            fact(_("current edition"), row.current_edition),
            fact(_("source of the text"), edition.get_source_kind_display()),
            fact(_("file"), edition.file_name),
        )

    def relations(self, row: Notice) -> Sequence[Relation]:
        rows = list(editions_of(row.pk).defer("text", "unread"))
        columns = [
            Column(
                name="edition",
                label=_("edition"),
                value=lambda e: _("Edition {n}").format(n=e.edition),
                link=lambda e: with_query(notice_url(row), tab="text", edition=e.edition),
                is_title=True,
            ),
            Column(name="source", label=_("source of the text"), value=source_badge),
            Column(name="clauses", label=_("clauses"), value=lambda e: e.clauses, align="end"),
            Column(
                name="unread",
                label=_("unread"),
                value=lambda e: e.chars - e.chars_read,
                align="end",
            ),
            Column(name="at", label=_("imported at"), value=lambda e: e.imported_at),
        ]
        if scope_of(self.request).may(Capability.READ_INTERNAL):
            columns.insert(
                4,
                Column(
                    name="by",
                    label=_("imported by"),
                    value=lambda e: actor_label(e.imported_by),
                ),
            )
        return (
            Relation(
                label=_("Editions"),
                columns=tuple(columns),
                rows=rows,
                count=len(rows),
                empty="",
                anchor="editions",
            ),
        )

    def more_context(self, row: Notice) -> dict[str, Any]:
        asked = self.request.GET.get("tab", "")
        tab = asked if asked in TABS else ""
        imported = self.request.GET.get("imported", "")
        return {
            "tab": tab,
            "imported": imported if imported.isdigit() else "",
            "compare_choices": compare_choices(scope_of(self.request)),
            "amended_url": amended_url(row),
            "edition": self.edition(row),
        } | (self._text(row) if tab == "text" else {})

    def _text(self, row: Notice) -> dict[str, Any]:
        """The text with clauses and unread passages marked, a page of clauses at a time."""
        edition = self.edition(row)
        parsed = parsed_edition(edition)
        pages = Paginator(parsed.clauses, CLAUSES_PER_PAGE)
        page = pages.get_page(self.request.GET.get("page"))
        clauses = list(page.object_list)
        start = 0 if page.number == 1 or not clauses else clauses[0].start
        end = clauses[-1].end if clauses and page.has_next() else len(edition.text)
        unread = [Mark(start=a, end=b, name="is-unread") for a, b, _text in edition.unread]
        base = notice_url(row)
        kept = {"tab": "text", "edition": self.request.GET.get("edition", "")}
        return {
            "pieces": pieces(edition, clauses, unread, start, end),
            "page": page,
            "previous_page": with_query(base, **kept, page=page.number - 1)
            if page.has_previous()
            else "",
            "next_page": with_query(base, **kept, page=page.number + 1) if page.has_next() else "",
            "unread_count": edition.chars - edition.chars_read,
        }


def pieces(
    edition: NoticeEdition, clauses: Sequence[Clause], unread: Sequence[Mark], start: int, end: int
) -> list[tuple[str, str, Any]]:
    """(item key or "", address, text) of a stretch of the text in order."""
    found: list[tuple[str, str, Any]] = []
    at = start
    for clause in clauses:
        if clause.start < at:
            continue
        if clause.start > at:
            found.append(("", "", _piece(edition.text, at, clause.start, unread)))
        address = item_address(edition.notice_id, clause.id)
        found.append((clause.id, address, _piece(edition.text, clause.start, clause.end, unread)))
        at = clause.end
    if at < end:
        found.append(("", "", _piece(edition.text, at, end, unread)))
    return found


def _piece(text: str, start: int, end: int, unread: Sequence[Mark]) -> Any:
    inside = [
        Mark(start=mark.start - start, end=mark.end - start, name=mark.name)
        for mark in unread
        if mark.start < end and mark.end > start
    ]
    return marked(text[start:end].strip("\n"), inside)


def compare_choices(scope: Any) -> list[tuple[str, str]]:
    """Editions of all notices, newest first, for the two pick lists."""
    found = []
    for notice in notices(scope)[:20]:
        for edition in editions_of(notice.pk).defer("text", "unread"):
            label = _("{notice}, edition {n}").format(notice=notice, n=edition.edition)
            found.append((str(edition.pk), f"{label} · {edition.get_source_kind_display()}"))
    return found


class Compare(SignedIn, View):
    """Two editions, or two notices (their editions in force), side by side."""

    template_name = "plan/compare.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        choices = compare_choices(scope_of(request))
        asked = (request.GET.get("old", ""), request.GET.get("new", ""))
        context: dict[str, Any] = {"choices": choices, "old": None, "new": None}
        if any(asked):
            old, new = (self._edition(text) for text in asked)
            context |= {"old": old, "new": new} | self._found(old, new)
            scope, back = scope_of(request), request.get_full_path()
            context["relation"] = orphans_shown(scope, old, new, back=back)
        elif len(choices) > 1:
            both = {"old": choices[1][0], "new": choices[0][0]}
            return redirect(with_query(reverse("plan-compare"), **both))
        return render(request, self.template_name, context)

    def _edition(self, text: str) -> NoticeEdition:
        key = uuid_or_none(text.strip())
        if key is None:
            raise NothingToCompare
        seen = NoticeEdition.objects.visible_to(scope_of(self.request)).select_related("notice")
        found: NoticeEdition | None = seen.filter(pk=key).first() or self._in_force(seen, key)
        if found is None:
            raise NotFound
        return found

    @staticmethod
    def _in_force(seen: QuerySet[Any], key: uuid.UUID) -> Any:
        return seen.filter(notice=key).order_by("-edition").first()

    @staticmethod
    def _found(old: NoticeEdition, new: NoticeEdition) -> dict[str, Any]:
        before, after = parsed_edition(old), parsed_edition(new)
        found = compare(before, after)
        return {
            "differences": differences(before, after, found),
            "old_count": sum(1 for clause in before.clauses if clause.mode is not Mode.NONE),
            "new_count": sum(1 for clause in after.clauses if clause.mode is not Mode.NONE),
        }
