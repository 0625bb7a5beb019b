"""The workspace of an evaluation: text with its evidence beside it, findings, history, paper."""

import uuid
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View

from anlan.base.errors import NotFound
from anlan.base.papers.word import WORD_TYPE
from anlan.base.screens.cells import Badge
from anlan.base.screens.history_lines import ShownLine, actor_label, lines_of
from anlan.base.screens.register_list import Action
from anlan.base.screens.sheets import demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.base.worlds.past import first_day
from anlan.plan.models import Evaluation, EvaluationEdit, EvaluationEdition
from anlan.plan.queries.evaluation.draft import (
    Draft,
    draft_of,
    edition_of,
    figure_url,
    paper_bytes,
)
from anlan.plan.rules.evaluation.facts import Facts, Figure, FrozenRecord
from anlan.plan.rules.evaluation.life import EvaluationState
from anlan.plan.rules.evaluation.linter import Found
from anlan.plan.rules.evaluation.text import Piece, ShownBlock
from anlan.plan.screens.evaluation.common import (
    GRAVEST_FIRST,
    evaluation_url,
    finding_badge,
    may_steer,
    row_of,
    state_badge,
)
from anlan.registers.rules.scope import Capability

SHOWN_RECORDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedPiece:
    """Words on the page; `url` opens the evidence of their number."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBlock:
    """A block as the page shows it."""

    key: str
    kind: str
    pieces: tuple[LinkedPiece, ...]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[LinkedPiece, ...], ...], ...] = ()
    url: str = ""
    is_here: bool = False
    is_edited: bool = False
    badges: tuple[Badge, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A finding with the address of its block."""

    badge: Badge
    sentence: str
    why: str
    url: str


class _Page(SignedIn, View):
    capability = Capability.READ_INTERNAL

    def draft(self, request: HttpRequest, pk: uuid.UUID) -> Draft:
        return draft_of(row_of(request, pk))


class Workspace(_Page):
    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        draft = self.draft(request, pk)
        row, here = draft.evaluation, request.GET.get("block", "")
        chosen = next((b for b in draft.blocks if b.block.key == here), None)
        context = {
            **_head(draft),
            "blocks": [_page_block(draft, shown, here) for shown in draft.blocks],
            "chosen": chosen,
            "chosen_figures": _figures_of(draft, chosen),
            "chosen_lines": [_line(draft, f) for f in draft.findings if f.block == here],
            "figure": _figure_box(draft, request.GET.get("figure", "")),
            "edit_url": _edit_url(request, draft, chosen),
            "take_url": reverse("plan-evaluation-take", args=[row.pk, here])
            if chosen is not None and chosen.edit is not None and _may_edit(request, row)
            else "",
            "counts": _counts(draft),
            "actions": _actions(request, draft),
        }
        return render(request, "plan/evaluation/workspace.html", context)


class Findings(_Page):
    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        draft = self.draft(request, pk)
        ordered = sorted(draft.findings, key=lambda f: GRAVEST_FIRST.index(f.finding))
        context = {**_head(draft), "lines": [_line(draft, found) for found in ordered]}
        return render(request, "plan/evaluation/findings.html", context)


class FigurePage(_Page):
    """The records behind one frozen figure, as they were."""

    def get(self, request: HttpRequest, pk: uuid.UUID, number: int, figure: str) -> HttpResponse:
        row = row_of(request, pk)
        edition = edition_of(row, number)
        facts = edition.to_facts()
        found = facts.figures.get(figure)
        if found is None:
            raise NotFound
        counted = len(found.records) if found.whole is None else found.part
        records = _records(facts, found)
        context = {
            "row": row,
            "edition": edition,
            "figure": found,
            "counted": records[:counted],
            "others": records[counted:],
            "back": evaluation_url(row),
        }
        return render(request, "plan/evaluation/figure.html", context)


class History(_Page):
    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        draft = self.draft(request, pk)
        row = draft.evaluation
        readable = scope_of(request).may(Capability.READ_JOURNAL)
        lines: list[ShownLine] = list(lines_of(row, readable=readable))
        for edit in EvaluationEdit.objects.filter(evaluation=row):
            lines += lines_of(edit, readable=readable)
        editions = EvaluationEdition.objects.filter(evaluation=row).order_by("-number")
        context = {
            **_head(draft),
            "lines": sorted(lines, key=lambda line: line.known_at, reverse=True),
            "editions": [(e, actor_label(e.frozen_by)) for e in editions],
        }
        return render(request, "plan/evaluation/history.html", context)


class PrintPage(_Page):
    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        draft = self.draft(request, pk)
        context = {
            **_head(draft),
            "blocks": [_page_block(draft, shown, "") for shown in draft.blocks],
        }
        return render(request, "plan/evaluation/print.html", context)


class PaperDownload(_Page):
    """The .docx: a draft is made from its frozen edition, a signed paper is the kept file."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        draft = self.draft(request, pk)
        base = request.build_absolute_uri("/").rstrip("/")
        content = paper_bytes(draft, mark=demonstration_mark(), base_url=base)
        response = HttpResponse(content, content_type=WORD_TYPE)
        name = paper_name(draft.evaluation)
        response["Content-Disposition"] = content_disposition_header(True, name)
        response["X-Content-Type-Options"] = "nosniff"
        return response


def paper_name(row: Evaluation) -> str:
    draft = "" if row.state == EvaluationState.SIGNED.value else _("draft")
    parts = [demonstration_mark(), draft, row.title]
    return "-".join(part for part in parts if part) + ".docx"


def _head(draft: Draft) -> dict[str, Any]:
    row = draft.evaluation
    return {"row": row, "edition": draft.edition, "badge": state_badge(row)}


def _page_block(draft: Draft, shown: ShownBlock, here: str) -> PageBlock:
    block = shown.block
    own = [found.finding for found in draft.findings if found.block == block.key]
    badges = [finding_badge(finding) for finding in dict.fromkeys(own)]
    if shown.edit is not None:
        badges.insert(0, Badge(text=_("edited"), tone="blue", icon="edit"))
    grid = block.grid
    rows = grid.rows if grid is not None else ()
    url = f"{evaluation_url(draft.evaluation)}?block={block.key}#b-{block.key}"
    return PageBlock(
        key=block.key,
        kind=block.kind.value,
        pieces=tuple(_linked(draft, shown, piece) for piece in shown.pieces),
        columns=grid.columns if grid is not None else (),
        rows=tuple(
            tuple(tuple(_linked(draft, shown, piece) for piece in cell) for cell in line)
            for line in rows
        ),
        url=url if block.is_editable else "",
        is_here=block.key == here,
        is_edited=shown.edit is not None,
        badges=tuple(badges),
    )


def _linked(draft: Draft, shown: ShownBlock, piece: Piece) -> LinkedPiece:
    if not piece.figure:
        return LinkedPiece(text=piece.text)
    page, key = evaluation_url(draft.evaluation), shown.block.key
    return LinkedPiece(text=piece.text, url=f"{page}?block={key}&figure={piece.figure}#b-{key}")


def _figures_of(draft: Draft, shown: ShownBlock | None) -> list[tuple[Figure, str]]:
    if shown is None:
        return []
    page = evaluation_url(draft.evaluation)
    keys = shown.figures
    if shown.block.grid is not None:
        cells = (piece for row in shown.block.grid.rows for cell in row for piece in cell)
        keys = tuple(dict.fromkeys([*keys, *(p.figure for p in cells if p.figure)]))
    return [
        (
            draft.facts.figures[key],
            f"{page}?block={shown.block.key}&figure={key}#b-{shown.block.key}",
        )
        for key in keys
    ]


def _figure_box(draft: Draft, key: str) -> dict[str, Any] | None:
    figure = draft.facts.figures.get(key)
    if figure is None:
        return None
    records = _records(draft.facts, figure)
    counted = len(records) if figure.whole is None else figure.part
    return {
        "figure": figure,
        "records": records[:SHOWN_RECORDS],
        "counted": counted,
        "more": max(len(records) - SHOWN_RECORDS, 0),
        "url": figure_url(draft.evaluation, draft.edition.number, key),
    }


def _records(facts: Facts, figure: Figure) -> list[FrozenRecord]:
    """Frozen records in order. A day before the sealed journal cannot be shown: its pages open as
    they are."""
    first = first_day()
    is_shown = first is not None and first.isoformat() <= facts.day
    found = [facts.records[key] for key in figure.records if key in facts.records]
    return found if is_shown else [replace(r, url=_of_today(r.url, facts.day)) for r in found]


def _of_today(url: str, day: str) -> str:
    return url.replace(f"?as_of={day}&", "?").removesuffix(f"?as_of={day}")


def _line(draft: Draft, found: Found) -> Line:
    page = evaluation_url(draft.evaluation)
    return Line(
        badge=finding_badge(found.finding),
        sentence=found.sentence,
        why=found.why.text(_),
        url=f"{page}?block={found.block}#b-{found.block}",
    )


def _counts(draft: Draft) -> list[tuple[Badge, int]]:
    every = [found.finding for found in draft.findings]
    return [
        (finding_badge(finding), every.count(finding))
        for finding in GRAVEST_FIRST
        if finding in every
    ]


def _may_edit(request: HttpRequest, row: Evaluation) -> bool:
    return may_steer(request) and row.state == EvaluationState.DRAFT.value


def _edit_url(request: HttpRequest, draft: Draft, shown: ShownBlock | None) -> str:
    row = draft.evaluation
    if shown is None or not shown.block.is_editable or not _may_edit(request, row):
        return ""
    return reverse("plan-evaluation-edit", args=[row.pk, shown.block.key])


def _actions(request: HttpRequest, draft: Draft) -> list[Action]:
    row = draft.evaluation
    found = [
        Action(
            label=_("Word"), url=reverse("plan-evaluation-paper", args=[row.pk]), icon="download"
        ),
        Action(
            label=_("Print page"),
            url=reverse("plan-evaluation-print", args=[row.pk]),
            icon="print",
        ),
        Action(
            label=_("History"), url=reverse("plan-evaluation-history", args=[row.pk]), icon="info"
        ),
    ]
    if not may_steer(request):
        return found
    about = urlencode({"model": row._meta.label_lower, "key": row.pk})
    url = f"{reverse('improvement-add')}?{about}"
    found.append(Action(label=_("Set an improvement"), url=url, icon="plus"))
    offered = {
        EvaluationState.DRAFT: (
            ("plan-evaluation-freeze", _("Freeze anew"), "lock", False),
            ("plan-evaluation-submit", _("Submit"), "check", True),
        ),
        EvaluationState.SUBMITTED: (
            ("plan-evaluation-return", _("Return"), "left", False),
            ("plan-evaluation-sign", _("Sign"), "check", True),
        ),
        EvaluationState.SIGNED: (),
    }
    for name, label, icon, primary in offered[EvaluationState(row.state)]:
        url = reverse(name, args=[row.pk])
        found.append(Action(label=label, url=url, icon=icon, is_primary=primary))
    return found
