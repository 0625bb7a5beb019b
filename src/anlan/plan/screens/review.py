"""The reviewer: clause text left, what was read of it right; names, unread text, corrections."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from anlan.base.errors import NotFound
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.models import Correction, Duty, NoticeEdition, PlanItem
from anlan.plan.queries.items import (
    clause_of,
    corrections_of,
    decided_names,
    duties_of,
    edition_of,
    items_around,
    neighbours,
    open_names,
    reread_corrections,
)
from anlan.plan.rules.corrections import FIELD_LABELS, Field, as_read
from anlan.plan.screens.common import front_of, item_url, match_badge, with_query
from anlan.plan.screens.corrected import CorrectedLine, corrected_line, value_text
from anlan.plan.screens.duties import marked_names
from anlan.plan.screens.marking import marked_clause
from anlan.registers.rules.scope import Capability

VIEWS = ("items", "names", "unread", "corrections")
NAME_FIELDS = (Field.LEAD_UNITS, Field.SUPPORT_UNITS)
REACH = 60
CONTEXT_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """A field as it stands, and the correction that made it so, if any."""

    field: str
    label: str
    text: str
    duties: tuple[tuple[Duty, Any], ...]
    correction: CorrectedLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadLine:
    """A passage that no part of the reader understood, with what stands around it."""

    before: str
    text: str
    after: str
    start: int


class Reviewer(SignedIn, View):
    capability = Capability.READ_INTERNAL
    template_name = "plan/review.html"

    def get(self, request: HttpRequest, notice: uuid.UUID) -> HttpResponse:
        edition = front_of(request, notice)
        if edition is None:
            raise NotFound
        asked = request.GET.get("view", "")
        view = asked if asked in VIEWS else VIEWS[0]
        corrections = list(corrections_of(notice))
        context = {
            "notice": edition.notice,
            "edition": edition,
            "view": view,
            "may_correct": scope_of(request).may(Capability.CORRECT_NOTICE),
            "unread": edition.chars - edition.chars_read,
            "reread": len(reread_corrections(notice)) if corrections else 0,
            "correction_count": len(corrections),
            "tabs": [
                (code, label, with_query(reverse("plan-review", args=[notice]), view=code), count)
                for code, label, count in (
                    ("items", _("Item by item"), edition.clauses),
                    ("names", _("Names to match"), edition.open_names),  # type: ignore[attr-defined]
                    ("unread", _("Unread passages"), edition.chars - edition.chars_read),
                    ("corrections", _("Corrections"), len(corrections)),
                )
            ],
        }
        more: dict[str, Any] = getattr(self, f"_{view}")(edition, corrections)
        return render(request, self.template_name, context | more)

    # item by item

    def _items(self, edition: NoticeEdition, corrections: list[Correction]) -> dict[str, Any]:
        item = self._item(edition)
        if item is None:
            return {"item": None}
        duties = duties_of(item.pk)
        before, after = neighbours(item)
        return {
            "item": item,
            "item_url": item_url(item),
            "clause": marked_clause(item.text, marked_names(duties), item.deadline_years),
            "fields": self._fields(item, duties, corrections),
            "list": [(row, self._here(row)) for row in items_around(item, REACH)],
            "previous": self._here(before) if before else "",
            "following": self._here(after) if after else "",
            "place": item.position,
        }

    def _item(self, edition: NoticeEdition) -> PlanItem | None:
        """The item of `?item=`, else the first one."""
        rows = PlanItem.objects.visible_to(scope_of(self.request)).filter(
            notice=edition.notice_id, is_dropped=False
        )
        key = self.request.GET.get("item", "").strip()
        found: PlanItem | None = (
            (rows.filter(key=key) if key else rows.order_by("position"))
            .select_related("notice__unit")
            .first()
        )
        if key and found is None:
            raise NotFound
        return found

    @staticmethod
    def _here(item: PlanItem) -> str:
        return with_query(reverse("plan-review", args=[item.notice_id]), item=item.key)

    @staticmethod
    def _fields(
        item: PlanItem, duties: Sequence[Duty], corrections: list[Correction]
    ) -> list[FieldLine]:
        clause = clause_of(item)
        by_field = {row.field: row for row in corrections if row.item_key == item.key}
        lines = []
        for field in Field:
            value = as_read(clause, field)
            names = set(value) if field in NAME_FIELDS else set()
            found = by_field.get(field.value)
            lines.append(
                FieldLine(
                    field=field.value,
                    label=_(FIELD_LABELS[field]),
                    text=value_text(field, value),
                    duties=tuple(
                        (duty, match_badge(duty)) for duty in duties if duty.printed_name in names
                    ),
                    correction=corrected_line(found, item) if found else None,
                )
            )
        return lines

    # the other views

    def _names(self, edition: NoticeEdition, corrections: list[Correction]) -> dict[str, Any]:
        return {
            "open_names": open_names(edition.notice_id),
            "decided": decided_names(edition.notice.unit_id),
        }

    def _unread(self, edition: NoticeEdition, corrections: list[Correction]) -> dict[str, Any]:
        full = edition_of(edition.notice)
        return {"passages": unread_lines(full.text, full.unread)}

    def _corrections(
        self, edition: NoticeEdition, corrections: list[Correction]
    ) -> dict[str, Any]:
        base = reverse("plan-review", args=[edition.notice_id])
        keys = {row.item_key for row in corrections}
        rows = PlanItem.objects.filter(notice=edition.notice_id, key__in=keys)
        items = {item.key: item for item in rows}
        lines = [
            (corrected_line(row, items.get(row.item_key)), with_query(base, item=row.item_key))
            for row in corrections
        ]
        lines.sort(key=lambda pair: not pair[0].reread)
        return {"lines": lines}


def unread_lines(text: str, unread: Sequence[Sequence[Any]]) -> list[UnreadLine]:
    return [
        UnreadLine(
            before=text[max(0, start - CONTEXT_CHARS) : start],
            text=passage,
            after=text[end : end + CONTEXT_CHARS],
            start=start,
        )
        for start, end, passage in unread
    ]
