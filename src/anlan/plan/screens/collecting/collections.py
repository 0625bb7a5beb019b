"""Collections by workbook: the list, one round with its bodies, a new round, its end."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.history_lines import actor_label
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.register_list import Action, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.collecting.issuing import (
    NewCollection,
    close_collection,
    issue_collection,
)
from anlan.plan.forms.collecting import CollectionForm
from anlan.plan.models import Collection, CollectionSheet, ReturnedWorkbook
from anlan.plan.queries.collecting.book import addressee
from anlan.plan.queries.items import notices
from anlan.plan.rules.workbook.collection import Purpose, ReturnState
from anlan.plan.rules.workbook.column import SheetField
from anlan.plan.screens.collecting.columns import FILE_COLUMNS
from anlan.plan.screens.common import notice_url
from anlan.plan.screens.loop.common import term_badge
from anlan.registers.rules.scope import Capability

OBSTACLES_AT_MOST = 200


def collection_url(row: Collection) -> str:
    return reverse("plan-collection", args=[row.pk])


def sheet_url(row: CollectionSheet) -> str:
    return reverse("plan-sheet", args=[row.pk])


def return_badge(sheet: Any) -> Badge:
    """Where the return of a body stands."""
    if sheet.waiting:
        return Badge(text=_("a file waits for a decision"), tone="yellow", icon="warn")
    if sheet.taken:
        return Badge(text=_("returned and taken"), tone="green", icon="check")
    return Badge(text=_("not returned yet"), tone="grey", icon="info")


def with_returns(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Sheets annotated with what came back."""
    files = ReturnedWorkbook.objects.filter(sheet=OuterRef("pk"))
    found: QuerySet[Any] = rows.annotate(
        waiting=Exists(files.filter(state=ReturnState.WAITING.value)),
        taken=Exists(files.filter(state=ReturnState.TAKEN.value)),
    )
    return found


SHEET_COLUMNS = (
    Column(
        name="stamp",
        label=gettext_lazy("number of the workbook"),
        value=lambda s: s.stamp,
        link=sheet_url,
    ),
    Column(name="body", label=gettext_lazy("body"), value=addressee, is_title=True),
    Column(name="rows", label=gettext_lazy("rows"), value=lambda s: len(s.rows), align="end"),
    Column(
        name="answered",
        label=gettext_lazy("rows answered"),
        value=lambda s: len(s.answers),
        align="end",
    ),
    Column(name="state", label=gettext_lazy("return"), value=return_badge),
    Column(
        name="term",
        label=gettext_lazy("term"),
        value=lambda s: term_badge(s.due),
        missing="—",
    ),
)
OBSTACLE_COLUMNS = (
    Column(name="body", label=gettext_lazy("body"), value=lambda o: o["body"]),
    Column(name="item", label=gettext_lazy("item"), value=lambda o: o["item"], is_title=True),
    Column(name="text", label=gettext_lazy("obstacle named"), value=lambda o: o["text"]),
    Column(
        name="raise",
        label=gettext_lazy("next step"),
        value=lambda o: _("Open the item"),
        link=lambda o: o["url"],
    ),
)


class CollectionList(RegisterList):
    model = Collection
    capability = Capability.READ_INTERNAL
    title = gettext_lazy("Collect by workbook")
    lead = gettext_lazy(
        "For bodies that do not sign in: a workbook goes out to each, returned files are held "
        "against what was sent, and you decide what is taken."
    )
    empty = gettext_lazy("No round yet. The plan office sends the first one out.")
    columns = (
        Column(
            name="round",
            label=gettext_lazy("round"),
            value=str,
            link=collection_url,
            sort=("year", "number"),
            is_title=True,
        ),
        Column(name="notice", label=gettext_lazy("notice"), value=lambda c: c.notice),
        Column(
            name="issued",
            label=gettext_lazy("sent out at"),
            value=lambda c: c.issued_at,
            sort=("issued_at",),
        ),
        Column(
            name="wanted",
            label=gettext_lazy("wanted back by"),
            value=lambda c: c.wanted_on,
            sort=("wanted_on",),
        ),
        Column(
            name="sheets",
            label=gettext_lazy("workbooks"),
            value=lambda c: c.sheet_count,
            align="end",
        ),
        Column(
            name="returned",
            label=gettext_lazy("returned"),
            value=lambda c: c.returned_count,
            align="end",
        ),
        Column(
            name="state",
            label=gettext_lazy("state"),
            value=lambda c: _("round closed") if c.closed_at else _("round open"),
            sort=("closed_at",),
        ),
    )
    search_fields = ("notice__number__icontains", "note__icontains")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        taken = Q(sheets__returns__state=ReturnState.TAKEN.value)
        found: QuerySet[Any] = rows.select_related("notice").annotate(
            sheet_count=Count("sheets", distinct=True),
            returned_count=Count("sheets", filter=taken, distinct=True),
        )
        return found

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.STEER_PLAN):
            return ()
        url, files = reverse("plan-collection-new"), reverse("plan-returns-receive")
        return (
            Action(label=_("Hand in returned files"), url=files, icon="plus"),
            Action(label=_("Send workbooks out"), url=url, icon="plus", is_primary=True),
        )

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("plan-overview"), _("Overview")),)


class CollectionObject(RegisterObject):
    model = Collection
    capability = Capability.READ_INTERNAL
    url_name = "plan-collection"
    subject = "plan.collection"
    order_key = ("year", "number")

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("notice")

    def crumbs(self, row: Collection) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("plan-overview"), _("Overview")),
            (reverse("plan-collections"), _("Collect by workbook")),
        )

    def lead(self, row: Collection) -> Text:
        return row.note

    def sheets(self, row: Collection) -> list[CollectionSheet]:
        seen = CollectionSheet.objects.visible_to(scope_of(self.request)).filter(collection=row)
        return list(with_returns(seen).select_related("body", "due").order_by("stamp"))

    def facts(self, row: Collection) -> Sequence[Fact]:
        return (
            fact(_("purpose"), row.get_purpose_display()),
            fact(_("notice"), row.notice, url=notice_url(row.notice)),
            fact(_("sent out at"), row.issued_at),
            fact(_("sent out by"), actor_label(row.issued_by)),
            fact(_("wanted back by"), row.wanted_on, missing=_("no day set")),
            fact(_("round closed at"), row.closed_at, missing=_("round open")),
        )

    def relations(self, row: Collection) -> Sequence[Relation]:
        sheets = self.sheets(row)
        seen = ReturnedWorkbook.objects.visible_to(scope_of(self.request))
        files = list(
            seen.filter(sheet__collection=row).select_related("sheet__body", "sheet__unit")[:200]
        )
        obstacles = obstacles_named(sheets, row)
        return (
            Relation(
                label=_("Workbooks"),
                columns=SHEET_COLUMNS,
                rows=sheets,
                empty=_("None in your view."),
                count=len(sheets),
                anchor="workbooks",
            ),
            Relation(
                label=_("Returned files"),
                columns=FILE_COLUMNS,
                rows=files,
                empty=_("Nothing came back yet."),
                count=len(files),
                anchor="files",
            ),
            Relation(
                label=_("Obstacles named in workbooks"),
                columns=OBSTACLE_COLUMNS,
                rows=obstacles,
                empty=_("None. A request for coordination is raised on the page of an item."),
                count=len(obstacles),
            ),
        )

    def actions(self, row: Collection) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.STEER_PLAN):
            return ()
        found = [
            Action(
                label=_("All workbooks (zip)"),
                url=reverse("plan-collection-zip", args=[row.pk]),
                icon="download",
            )
        ]
        if row.closed_at is None:
            receive = f"{reverse('plan-returns-receive')}?collection={row.pk}"
            found += [
                Action(
                    label=_("Close the round"),
                    url=reverse("plan-collection-close", args=[row.pk]),
                    icon="close",
                ),
                Action(
                    label=_("Hand in returned files"), url=receive, icon="plus", is_primary=True
                ),
            ]
        return found


def obstacles_named(sheets: Sequence[CollectionSheet], row: Collection) -> list[dict[str, Any]]:
    """What bodies wrote under 存在困难, with the page on which it becomes a request."""
    found = []
    for sheet in sheets:
        for sent in sheet.rows:
            text = sheet.answers.get(sent["id"], {}).get(SheetField.OBSTACLE.value, "")
            if text:
                found.append(
                    {
                        "body": addressee(sheet),
                        "item": f"{sent['item']} {sent['heading']}",
                        "text": text,
                        "url": reverse("plan-item", args=[row.notice_id, sent["item"]]),
                    }
                )
    return found[:OBSTACLES_AT_MOST]


class NewRound(RegisterForm):
    capability = Capability.STEER_PLAN
    form_class = CollectionForm
    title = gettext_lazy("Send workbooks out")
    submit = gettext_lazy("Make the workbooks")
    done = gettext_lazy("The workbooks are made. Download them and send them to the bodies.")

    def form_arguments(self) -> dict[str, Any]:
        seen = notices(scope_of(self.request)).order_by(F("issued_on").desc(nulls_last=True))
        return {"notices": [(str(n.pk), f"{n.number} {n.title}".strip()) for n in seen[:50]]}

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("purpose", "")
        known = asked in [purpose.value for purpose in Purpose]
        purpose = asked if known else Purpose.PROGRESS.value
        return {"year": clock.today().year, "purpose": purpose}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        made = issue_collection(
            NewCollection(
                notice=values["notice"],
                purpose=Purpose(values["purpose"]),
                year=values["year"],
                wanted_on=values["wanted_on"],
                note=values["note"],
            ),
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return reverse("plan-collection", args=[made["id"]])

    def back(self) -> str:
        return reverse("plan-collections")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(self.back(), _("Collect by workbook"))]


class CloseRound(RegisterForm):
    capability = Capability.STEER_PLAN
    form_class = ReasonedForm
    title = gettext_lazy("Close the round")
    lead = gettext_lazy("Nothing is handed in afterwards; terms that still run are withdrawn.")
    submit = gettext_lazy("Close the round")

    def current(self) -> Collection:
        seen = Collection.objects.visible_to(scope_of(self.request))
        found: Collection | None = seen.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    def perform(self, asked: Asked) -> str:
        close_collection(
            self.kwargs["pk"],
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return self.back()

    def back(self) -> str:
        return reverse("plan-collection", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("plan-collections"), _("Collect by workbook")), (self.back(), _("round"))]
