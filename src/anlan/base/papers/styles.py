"""The styles of a paper, put in place of those of the empty file of the library."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from docx.document import Document
from docx.oxml.ns import qn

from anlan.base.papers.xml import element, exact, run_properties
from anlan.base.rules import paper_form as form

BODY, FLUSH, TITLE, HEADING = "Normal", "PaperFlush", "Title", "Heading{level}"
CAPTION, CELL, FIGURE, FOOT, MARK = "Caption", "PaperCell", "PaperFigure", "Footer", "Header"
COLOPHON, NUMBER, ISSUER, ANNEX = "PaperColophon", "PaperNumber", "PaperIssuer", "PaperAnnex"
CELL_LINE, TITLE_LINE, SMALL_LINE, ISSUER_LINE, FOOT_LINE = 400, 700, 440, 960, 320
ISSUER_PT = 36
FIRST_LINE_CHARS, MARK_PT, MARK_LINE = 2, 9, 240
FIGURE_ROOM = {"before": 120, "after": 120, "line": 240, "lineRule": "auto"}


def lay_styles(document: Document) -> None:
    root = document.styles.element
    for old in [e for e in root if e.tag in (qn("w:style"), qn("w:docDefaults"))]:
        root.remove(old)
    root.insert(0, _defaults())
    for made in _styles():
        root.append(made)


def _defaults() -> Any:
    return element(
        "w:docDefaults",
        element("w:rPrDefault", run_properties()),
        element("w:pPrDefault", element("w:pPr")),
    )


def _styles() -> list[Any]:
    line, none = exact(form.line_pitch_twips()), element("w:ind", firstLineChars=0, firstLine=0)
    first = element(
        "w:ind", firstLineChars=FIRST_LINE_CHARS * 100, firstLine=FIRST_LINE_CHARS * 320
    )
    tight = run_properties(spacing=form.tightened_twips())
    annex = run_properties(form.HEI, spacing=form.tightened_twips())
    issuer = run_properties(form.SONG_TITLE, ISSUER_PT, color="FF0000")
    title = run_properties(form.SONG_TITLE, form.TITLE_PT)
    caption = run_properties(form.HEI, form.SMALL_PT)
    foot, mark = (
        run_properties(form.SONG, form.SMALL_PT),
        run_properties(form.SONG, MARK_PT, color="7F7F7F"),
    )
    small, figure = run_properties(size_pt=form.SMALL_PT), element("w:spacing", **FIGURE_ROOM)
    cell = run_properties(size_pt=form.TABLE_PT)
    on_grid, plain = _Looks(align="both", off_grid=False), _Looks(align="left")
    middle, head = _Looks(align="center"), _Looks(align="center", keeps=True)
    rows = (
        (BODY, "Normal", tight, line, first, on_grid),
        (FLUSH, "Paper Flush", tight, line, none, on_grid),
        (TITLE, "Title", title, exact(TITLE_LINE), none, middle),
        (ISSUER, "Paper Issuer", issuer, exact(ISSUER_LINE), none, middle),
        (NUMBER, "Paper Number", run_properties(), line, none, middle),
        (ANNEX, "Paper Annex", annex, line, none, plain),
        (CAPTION, "caption", caption, line, none, head),
        (CELL, "Paper Cell", cell, exact(CELL_LINE), none, plain),
        (FIGURE, "Paper Figure", run_properties(), figure, none, middle),
        (FOOT, "footer", foot, exact(FOOT_LINE), none, _Looks()),
        (MARK, "header", mark, exact(MARK_LINE), none, middle),
        (COLOPHON, "Paper Colophon", small, exact(SMALL_LINE), none, plain),
        *(_heading(level, font, line, first) for level, font in _levels()),
    )
    return [_style(*row) for row in rows]


def _levels() -> Iterable[tuple[int, str]]:
    return enumerate(form.HEADING_FONTS, start=1)


def _heading(level: int, font: str, line: Any, first: Any) -> tuple[Any, ...]:
    letters = run_properties(font, spacing=form.tightened_twips())
    looks = _Looks(align="both", level=level, keeps=True, off_grid=False)
    return HEADING.format(level=level), f"heading {level}", letters, line, first, looks


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looks:
    """How a paragraph stands: a heading has a level and stays with what follows."""

    align: str = ""
    level: int | None = None
    keeps: bool = False
    off_grid: bool = True


def _style(key: str, name: str, letters: Any, spacing: Any, indent: Any, looks: _Looks) -> Any:
    """A paragraph style; pieces are copied, so that several styles may share them."""
    pieces = (
        element("w:keepNext") if looks.keeps else None,
        element("w:widowControl", val=0),
        element("w:overflowPunct", val=0),
        element("w:autoSpaceDE", val=0),
        element("w:autoSpaceDN", val=0),
        element("w:snapToGrid", val=0) if looks.off_grid else None,
        deepcopy(spacing),
        deepcopy(indent),
        element("w:jc", val=looks.align) if looks.align else None,
        None if looks.level is None else element("w:outlineLvl", val=looks.level - 1),
    )
    is_body = key == BODY
    made = element(
        "w:style",
        element("w:name", val=name),
        None if is_body else element("w:basedOn", val=BODY),
        element("w:qFormat"),
        element("w:pPr", *pieces),
        deepcopy(letters),
        type="paragraph",
        styleId=key,
    )
    if is_body:
        made.set(qn("w:default"), "1")
    return made
