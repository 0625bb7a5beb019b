"""Blocks of an evaluation: sentences made of pieces, each number bound to its figure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.plan.rules.evaluation.facts import Figure
from anlan.plan.rules.evaluation.numeral import numerals_in

NUMBER: Final = re.compile(r"(?<![A-Za-z0-9.])\d+(?:,\d{3})*(?:\.\d+)?\s?[%％]?")
_NO_CLAIM_BEFORE: Final = re.compile(r"(?:第|表|图|附件|〔|附表|GB/T\s?|—)$")
_NO_CLAIM_AFTER: Final = re.compile(r"^\s?(?:年|月|日|号|时|〕|、|\.)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Words; `figure` is the key of the figure that they print, or empty."""

    text: str
    figure: str = ""


class BlockKind(StrEnum):
    HEADING = "heading"
    SENTENCE = "sentence"
    OWN = "own"
    TABLE = "table"
    CHART = "chart"
    ANNEX = "annex"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table or, with whole numbers in its cells, the bars of a chart."""

    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[Piece, ...], ...], ...]
    weights: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """`key` stays the same whenever the text is made again. An OWN block is for a person to
    write; its generated words only say what belongs there."""

    key: str
    kind: BlockKind
    pieces: tuple[Piece, ...]
    level: int = 0
    grid: Grid | None = None
    evidence: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def is_editable(self) -> bool:
        return self.kind in (BlockKind.SENTENCE, BlockKind.OWN)

    @property
    def figures(self) -> tuple[str, ...]:
        """Keys of its figures in order, each once."""
        bound = [piece.figure for piece in self.pieces if piece.figure]
        return tuple(dict.fromkeys([*bound, *self.evidence]))


def numbers_in(text: str) -> Iterable[tuple[int, int, str]]:
    """(start, end, number) of each number that claims something, in the order of the text: no
    year, day, number of a document, of a table or of an item. Numbers in Chinese words count."""
    return sorted([*_in_figures(text), *numerals_in(text)])


def _in_figures(text: str) -> Iterable[tuple[int, int, str]]:
    for found in NUMBER.finditer(text):
        before, after = text[max(found.start() - 6, 0) : found.start()], text[found.end() :]
        if _NO_CLAIM_BEFORE.search(before) or _NO_CLAIM_AFTER.match(after[:3]):
            continue
        yield found.start(), found.end(), normal(found.group())


def normal(number: str) -> str:
    return number.replace(",", "").replace("％", "%").replace(" ", "")


def bound_pieces(text: str, figures: Iterable[Figure]) -> tuple[Piece, ...]:
    """The words of an edited block; each number that prints one of the figures is bound to it."""
    forms: dict[str, str] = {}
    for figure in figures:
        for form in figure.forms:
            forms.setdefault(form, figure.key)
    pieces: list[Piece] = []
    at = 0
    for start, end, number in numbers_in(text):
        key = forms.get(number)
        if key is not None:
            pieces += [Piece(text=text[at:start]), Piece(text=text[start:end], figure=key)]
            at = end
    pieces.append(Piece(text=text[at:]))
    return tuple(piece for piece in pieces if piece.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What a person wrote in place of `replaced`, resting on the figures of `evidence`."""

    text: str
    replaced: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBlock:
    """A block as it stands in the draft. `is_stale`: what lies beneath the edit changed since."""

    block: TextBlock
    pieces: tuple[Piece, ...]
    edit: Edit | None
    is_stale: bool
    figures: tuple[str, ...]

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


def laid_over(block: TextBlock, edit: Edit | None, figures: dict[str, Figure]) -> ShownBlock:
    """An edit laid over a generated block. Figures that no longer exist bind nothing."""
    if edit is None or not block.is_editable:
        return ShownBlock(
            block=block, pieces=block.pieces, edit=None, is_stale=False, figures=block.figures
        )
    keys = tuple(dict.fromkeys([*block.figures, *edit.evidence]))
    known = tuple(key for key in keys if key in figures)
    return ShownBlock(
        block=block,
        pieces=bound_pieces(edit.text, [figures[key] for key in known]),
        edit=edit,
        is_stale=edit.replaced != block.text,
        figures=known,
    )
