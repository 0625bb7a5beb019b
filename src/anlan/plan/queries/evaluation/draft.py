"""An evaluation as it stands: frozen facts, blocks under their edits, findings, its paper."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from anlan.base.errors import NotFound
from anlan.base.file_store import EVIDENCE
from anlan.base.papers.paper import (
    Attachment,
    Block,
    Chart,
    Head,
    Heading,
    Paper,
    Paragraph,
    Run,
    Series,
    Signature,
    Table,
)
from anlan.base.papers.word import paper_file
from anlan.plan.models import Evaluation, EvaluationEdit, EvaluationEdition
from anlan.plan.rules.evaluation.facts import Facts
from anlan.plan.rules.evaluation.life import EvaluationState
from anlan.plan.rules.evaluation.linter import Found, lint
from anlan.plan.rules.evaluation.skeleton import blocks_of
from anlan.plan.rules.evaluation.text import (
    BlockKind,
    Grid,
    Piece,
    ShownBlock,
    laid_over,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything a screen, an export or a signature needs of one evaluation."""

    evaluation: Evaluation
    edition: EvaluationEdition
    facts: Facts
    blocks: tuple[ShownBlock, ...]
    edits: dict[str, EvaluationEdit]
    findings: tuple[Found, ...]

    def block(self, key: str) -> ShownBlock:
        for shown in self.blocks:
            if shown.block.key == key:
                return shown
        raise NotFound

    @property
    def open_findings(self) -> tuple[Found, ...]:
        """Those that hold a signature back."""
        return tuple(found for found in self.findings if found.finding.blocks_signing)


def evaluations(scope: Any) -> QuerySet[Evaluation]:
    found: QuerySet[Evaluation] = Evaluation.objects.visible_to(scope)
    return found.select_related("notice", "office")


def evaluation_of(scope: Any, key: uuid.UUID) -> Evaluation:
    found = evaluations(scope).filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def edition_of(row: Evaluation, number: int | None = None) -> EvaluationEdition:
    wanted = row.edition if number is None else number
    found = EvaluationEdition.objects.filter(evaluation=row, number=wanted).first()
    if found is None:
        raise NotFound
    return found


def draft_of(row: Evaluation) -> Draft:
    edition = edition_of(row)
    facts = edition.to_facts()
    edits = {edit.block: edit for edit in EvaluationEdit.objects.filter(evaluation=row)}
    figures = dict(facts.figures)
    blocks = tuple(
        laid_over(block, edits[block.key].to_edit() if block.key in edits else None, figures)
        for block in blocks_of(facts)
    )
    return Draft(
        evaluation=row,
        edition=edition,
        facts=facts,
        blocks=blocks,
        edits=edits,
        findings=lint(blocks, figures),
    )


def figure_url(row: Evaluation, edition: int, key: str) -> str:
    return reverse("plan-evaluation-figure", args=[row.pk, edition, key])


def paper_of(draft: Draft, *, mark: str) -> Paper:
    """The paper of a draft; signed, it bears head, number and day. `mark` is the sentence of a
    demonstration."""
    row = draft.evaluation
    is_signed = row.state == EvaluationState.SIGNED.value
    blocks: list[Block] = []
    annexes: list[tuple[str, list[Block]]] = []
    tables = 0
    for shown in draft.blocks:
        if shown.block.kind is BlockKind.ANNEX:
            annexes.append((shown.text, []))
            continue
        if shown.block.kind is BlockKind.TABLE and shown.text:
            tables += 1
        into = annexes[-1][1] if annexes else blocks
        into += _printed(draft, shown, tables)
    return Paper(
        title=row.title,
        is_draft=not is_signed,
        blocks=tuple(blocks),
        attachments=tuple(Attachment(title=t, blocks=tuple(b)) for t, b in annexes),
        head=Head(issuer=row.office.full_name, number=row.document_number) if is_signed else None,
        signature=Signature(body=row.office.full_name, signed_on=row.signed_on),
        mark=mark,
    )


def file_of(draft: Draft, *, mark: str, base_url: str = "") -> bytes:
    """The .docx; its times are those of the frozen edition."""
    frozen = dt.datetime.fromisoformat(draft.facts.frozen_at)
    return paper_file(paper_of(draft, mark=mark), made_at=frozen, base_url=base_url)


def paper_bytes(draft: Draft, *, mark: str, base_url: str = "") -> bytes:
    """A draft is made from its frozen edition, a signed paper is the kept file."""
    if draft.evaluation.state == EvaluationState.SIGNED.value:
        return EVIDENCE.content(draft.evaluation.file_digest, name=draft.evaluation.title)
    return file_of(draft, mark=mark, base_url=base_url)


def _printed(draft: Draft, shown: ShownBlock, number: int) -> list[Block]:
    match shown.block.kind:
        case BlockKind.HEADING:
            return [Heading(level=shown.block.level, text=shown.text)]
        case BlockKind.TABLE:
            return [_table(draft, shown, number)]
        case BlockKind.CHART:
            return [_chart(shown)]
        case _:
            return [Paragraph(runs=runs) for runs in _paragraphs(draft, shown.pieces)]


def _paragraphs(draft: Draft, pieces: tuple[Piece, ...]) -> list[tuple[Run, ...]]:
    """A line break that a person typed begins a paragraph."""
    found: list[list[Run]] = [[]]
    for piece in pieces:
        for place, part in enumerate(piece.text.split("\n")):
            if place:
                found.append([])
            if part.strip():
                found[-1].append(_run(draft, Piece(text=part.rstrip("\r"), figure=piece.figure)))
    return [tuple(runs) for runs in found if runs]


def _run(draft: Draft, piece: Piece) -> Run:
    row, number = draft.evaluation, draft.edition.number
    return Run(text=piece.text, link=figure_url(row, number, piece.figure) if piece.figure else "")


def _table(draft: Draft, shown: ShownBlock, number: int) -> Table:
    grid = _grid(shown)
    caption = f"表{number} {shown.text}" if shown.text else ""
    return Table(
        caption=caption,
        columns=grid.columns,
        rows=tuple(
            tuple(tuple(_run(draft, piece) for piece in cell) for cell in row) for row in grid.rows
        ),
        weights=grid.weights,
    )


def _chart(shown: ShownBlock) -> Chart:
    grid = _grid(shown)
    series = tuple(
        Series(name=name, values=tuple(float(row[at][0].text) for row in grid.rows))
        for at, name in enumerate(grid.columns[1:], start=1)
    )
    return Chart(
        caption=f"图1 {shown.text}",
        categories=tuple(row[0][0].text for row in grid.rows),
        series=series,
        is_stacked=True,
    )


def _grid(shown: ShownBlock) -> Grid:
    grid = shown.block.grid
    if grid is None:
        raise ValueError("tables and charts have a grid")
    return grid
