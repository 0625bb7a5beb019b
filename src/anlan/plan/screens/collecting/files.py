"""Workbooks as files: one, all of a round, and a returned one as it came; a body's sheet."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base.errors import NotFound
from anlan.base.file_store import EVIDENCE
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.sheets import XLSX_TYPE
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.models import Collection, CollectionSheet, ReturnedWorkbook
from anlan.plan.queries.collecting.book import (
    addressee,
    book_name,
    shown_cell,
    workbook_of,
    zip_of,
)
from anlan.plan.rules.workbook.column import SheetField
from anlan.plan.screens.collecting.collections import collection_url, return_badge, with_returns
from anlan.plan.screens.collecting.columns import FILE_COLUMNS
from anlan.plan.screens.collecting.returning import found_file
from anlan.plan.screens.loop.common import term_badge
from anlan.registers.rules.scope import Capability

RELATED = ("collection__notice", "body__unit", "unit", "due")


def _answer(field: SheetField) -> Any:
    return lambda r: shown_cell(field, r["answer"].get(field.value, ""))


ROW_COLUMNS = (
    Column(name="code", label=gettext_lazy("row"), value=lambda r: r["code"]),
    Column(name="item", label=gettext_lazy("item"), value=lambda r: r["item"]),
    Column(
        name="asked",
        label=gettext_lazy("what is asked"),
        value=lambda r: r["asked"],
        link=lambda r: r["url"],
        is_title=True,
    ),
    Column(name="due_on", label=gettext_lazy("wanted by"), value=lambda r: r["due_on"]),
    *(
        Column(name=field.value, label=gettext_lazy(field.label), value=_answer(field))
        for field in SheetField
    ),
)


class SheetObject(RegisterObject):
    """The workbook of one body with what was taken of it so far."""

    model = CollectionSheet
    capability = Capability.READ_INTERNAL
    url_name = "plan-sheet"
    subject = "plan.sheet"
    order_key = ("stamp",)

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_returns(rows.select_related(*RELATED))

    def heading(self, row: CollectionSheet) -> Text:
        return f"{row.stamp} {addressee(row)}"

    def badges(self, row: CollectionSheet) -> Sequence[Badge]:
        term = term_badge(row.due)
        return [return_badge(row), *([term] if term else [])]

    def neighbours_among(self, row: CollectionSheet) -> QuerySet[Any]:
        seen = CollectionSheet.objects.visible_to(scope_of(self.request))
        return seen.filter(collection=row.collection_id)

    def crumbs(self, row: CollectionSheet) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("plan-collections"), _("Collect by workbook")),
            (collection_url(row.collection), str(row.collection)),
        )

    def facts(self, row: CollectionSheet) -> Sequence[Fact]:
        url = reverse("body", args=[row.body.code]) if row.body is not None else ""
        return (
            fact(_("body"), addressee(row), url=url),
            fact(_("round"), str(row.collection), url=collection_url(row.collection)),
            fact(_("rows"), len(row.rows)),
            fact(_("rows answered"), len(row.answers)),
            fact(_("wanted back by"), row.collection.wanted_on, missing=_("no day set")),
        )

    def relations(self, row: CollectionSheet) -> Sequence[Relation]:
        files = ReturnedWorkbook.objects.visible_to(scope_of(self.request)).filter(sheet=row)
        notice = row.collection.notice_id
        rows = [
            {
                **sent,
                "answer": row.answers.get(sent["id"], sent["sent"]),
                "url": reverse("plan-item", args=[notice, sent["item"]]),
            }
            for sent in row.rows
        ]
        found = list(files.select_related("sheet__body", "sheet__unit"))
        return (
            Relation(
                label=_("Returned files"),
                columns=FILE_COLUMNS,
                rows=found,
                empty=_("Nothing came back yet."),
                count=len(found),
            ),
            Relation(
                label=_("Rows"),
                columns=ROW_COLUMNS,
                rows=rows,
                empty=_("No row."),
                count=len(rows),
            ),
        )

    def actions(self, row: CollectionSheet) -> Sequence[Action]:
        found = [
            Action(
                label=_("Workbook (Excel)"),
                url=reverse("plan-sheet-file", args=[row.pk]),
                icon="download",
            )
        ]
        if scope_of(self.request).may(Capability.STEER_PLAN):
            url = f"{reverse('plan-returns-receive')}?collection={row.collection_id}"
            found.append(
                Action(label=_("Hand in returned files"), url=url, icon="plus", is_primary=True)
            )
        return found


class SheetFile(SignedIn, View):
    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        seen = CollectionSheet.objects.visible_to(scope_of(request)).select_related(*RELATED)
        sheet = seen.filter(pk=pk).first()
        if sheet is None:
            raise NotFound
        return _download(workbook_of(sheet), XLSX_TYPE, book_name(sheet))


class RoundZip(SignedIn, View):
    capability = Capability.STEER_PLAN

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = Collection.objects.visible_to(scope_of(request)).filter(pk=pk).first()
        if row is None:
            raise NotFound
        seen = CollectionSheet.objects.visible_to(scope_of(request)).filter(collection=row)
        content = zip_of(seen.select_related(*RELATED).order_by("stamp"))
        return _download(content, "application/zip", f"HS-{row.year}-{row.number}.zip")


class KeptFileDownload(SignedIn, View):
    """The file as it came, whatever was taken of it."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        row = found_file(request, pk)
        return _download(
            EVIDENCE.content(row.digest, name=row.file_name), XLSX_TYPE, row.file_name
        )


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
