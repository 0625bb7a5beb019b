"""What an evaluation claims without evidence, and what its evidence contradicts.

Source: House rule (coverage.md, W3: a linter marks claims without evidence). A claim is a number
in figures or in words (`numeral`), or a word of achievement. A number that prints a figure of its
block is proven; one that prints none contradicts where the block rests on figures, and lacks
evidence where it rests on none. A word of totality contradicts a share that is not whole or not
determinable, and is proven by one that is whole.
Edge cases: years, days, numbers of documents, tables and items claim nothing; a block that a
person has to write and did not is named as not written; what nobody claimed is not looked at.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.plan.rules.evaluation.facts import Figure
from anlan.plan.rules.evaluation.text import BlockKind, Piece, ShownBlock, numbers_in

RULE: Final = "plan-evaluation-linter"
CLAIMS: Final = re.compile(
    "完成|达标|达到|实现|建成|健全|落实到位|显著|大幅|明显|提高|提升|下降|降低|优于|领先|全覆盖|零死亡|零事故"
)
TOTALS: Final = re.compile(
    "全部完成|均已完成|全面完成|都已完成|全部达标|全部实现|如期完成|全覆盖|100[%％]|百分之百|百分百"
)
_NOT_YET: Final = re.compile("未完成|未达|尚未|没有完成|无法判定|应于|应当|要求|建议")
_ENDS: Final = re.compile("[。；！？;\n]")


class Finding(StrEnum):
    NO_EVIDENCE = "no-evidence"
    CONTRADICTED = "contradicted"
    NOT_WRITTEN = "not-written"
    CHANGED_BENEATH = "changed-beneath"

    @property
    def label(self) -> str:
        return FINDING_LABELS[self]

    @property
    def blocks_signing(self) -> bool:
        return self in (Finding.CONTRADICTED, Finding.CHANGED_BENEATH)


FINDING_LABELS: Final = {
    Finding.NO_EVIDENCE: gettext_noop("claim without evidence"),
    Finding.CONTRADICTED: gettext_noop("evidence contradicts it"),
    Finding.NOT_WRITTEN: gettext_noop("not written yet"),
    Finding.CHANGED_BENEATH: gettext_noop("the generated text beneath the edit changed"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A sentence, what is wrong with it, and why."""

    block: str
    sentence: str
    finding: Finding
    why: Message


def lint(blocks: Iterable[ShownBlock], figures: Mapping[str, Figure]) -> tuple[Found, ...]:
    """Findings in the order of the text. Source and edge cases: see the module."""
    found: list[Found] = []
    for shown in blocks:
        if shown.is_stale:
            why = Message.of(
                gettext_noop("The figures were frozen anew. Compare both texts and decide.")
            )
            found.append(_of(shown, shown.text, Finding.CHANGED_BENEATH, why))
        if shown.block.kind is BlockKind.OWN and shown.edit is None:
            why = Message.of(gettext_noop("This part is written by a person: open and write it."))
            found.append(_of(shown, shown.text, Finding.NOT_WRITTEN, why))
        elif shown.block.is_editable:
            evidence = [figures[key] for key in shown.figures if key in figures]
            for sentence in _sentences(shown.pieces):
                found += _look(shown, sentence, evidence)
    return tuple(found)


def _look(shown: ShownBlock, sentence: tuple[Piece, ...], evidence: list[Figure]) -> list[Found]:
    text = "".join(piece.text for piece in sentence)
    bound = [piece for piece in sentence if piece.figure]
    numbers = [
        number for piece in sentence if not piece.figure for _, _, number in numbers_in(piece.text)
    ]
    found = [_number(shown, text, number, evidence) for number in numbers]
    total = TOTALS.search(text)
    short = [figure for figure in evidence if figure.is_short]
    bound_keys = {piece.figure for piece in bound}
    told = [figure for figure in short if figure.key in bound_keys]
    if total and short and not _NOT_YET.search(text) and (told or not bound):
        figure = (told or short)[0]
        why = Message.of(
            gettext_noop("It says “{word}”, and {label} is {value}."),
            word=total.group(),
            label=figure.label,
            value=figure.shown,
        )
        found.append(_of(shown, text, Finding.CONTRADICTED, why))
    claim = CLAIMS.search(text)
    proven = total and not short and any(figure.whole for figure in evidence)
    if (
        claim
        and not proven
        and not bound
        and not numbers
        and not found
        and not _NOT_YET.search(text)
    ):
        why = Message.of(
            gettext_noop("“{word}” rests on no record. Cite a figure, or say it otherwise."),
            word=claim.group(),
        )
        found.append(_of(shown, text, Finding.NO_EVIDENCE, why))
    return found


def _number(shown: ShownBlock, text: str, number: str, evidence: list[Figure]) -> Found:
    if not evidence:
        why = Message.of(
            gettext_noop("{number} rests on no record. Cite the figure, or leave it out."),
            number=number,
        )
        return _of(shown, text, Finding.NO_EVIDENCE, why)
    known = tuple(f"{figure.label} {figure.shown}" for figure in evidence[:4])
    why = Message.of(
        gettext_noop("{number} is none of its figures: {known}."), number=number, known=known
    )
    return _of(shown, text, Finding.CONTRADICTED, why)


def _of(shown: ShownBlock, sentence: str, finding: Finding, why: Message) -> Found:
    return Found(block=shown.block.key, sentence=sentence, finding=finding, why=why)


def _sentences(pieces: tuple[Piece, ...]) -> list[tuple[Piece, ...]]:
    """Pieces parted at the ends of sentences."""
    found: list[list[Piece]] = [[]]
    for piece in pieces:
        rest = piece.text
        while (end := _ENDS.search(rest)) is not None and not piece.figure:
            found[-1].append(Piece(text=rest[: end.end()]))
            found.append([])
            rest = rest[end.end() :]
        if rest:
            found[-1].append(Piece(text=rest, figure=piece.figure))
    return [tuple(sentence) for sentence in found if sentence]
