"""Elements of a word-processing file, as short words for the writer. Nothing here decides."""

import re
from fractions import Fraction
from typing import Any

from docx.oxml import OxmlElement  # type: ignore[attr-defined]
from docx.oxml.ns import qn

from anlan.base.rules import paper_form as form

BLACK, RED, GREY = "000000", "FF0000", "7F7F7F"
_UNPRINTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What a file of this kind cannot hold."""
CHAR = form.TEXT_PT * 20
"""A character of size 3 in twips, as indents count them."""


def element(name: str, /, *children: Any, **attributes: Any) -> Any:
    """`element("w:ind", left=0)` → <w:ind w:left="0"/>; children in their order."""
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    for child in children:
        if child is not None:
            made.append(child)
    return made


def run_properties(
    font: str = form.FANG_SONG,
    size_pt: int = form.TEXT_PT,
    *,
    color: str = BLACK,
    spacing: int | None = None,
) -> Any:
    """Font for all scripts, colour and size; `spacing` tightens characters, in twips."""
    return element(
        "w:rPr",
        element("w:rFonts", ascii=font, hAnsi=font, eastAsia=font, cs=font, hint="eastAsia"),
        element("w:b", val=0),
        element("w:i", val=0),
        element("w:color", val=color),
        None if spacing is None else element("w:spacing", val=spacing),
        element("w:kern", val=0),
        element("w:sz", val=size_pt * 2),
        element("w:szCs", val=size_pt * 2),
        element("w:lang", val="en-US", eastAsia="zh-CN"),
    )


def printable(text: str) -> str:
    return _UNPRINTED.sub("", text)


def text_run(text: str, properties: Any = None) -> Any:
    """A run; `properties` None leaves it to the style of the paragraph."""
    words = element("w:t")
    words.text = printable(text)
    words.set(qn("xml:space"), "preserve")
    return element("w:r", properties, words)


def paragraph(style: str, *children: Any, properties: tuple[Any, ...] = ()) -> Any:
    """A paragraph of a named style; further `properties` in the order of the schema."""
    head = element("w:pPr", element("w:pStyle", val=style), *properties)
    return element("w:p", head, *children)


def indent(*, left: float | Fraction = 0, right: float | Fraction = 0) -> Any:
    """In characters of size 3, written in both ways: as characters and in twips."""
    return element(
        "w:ind",
        leftChars=round(left * 100),
        left=round(left * CHAR),
        rightChars=round(right * 100),
        right=round(right * CHAR),
        firstLineChars=0,
        firstLine=0,
    )


def exact(line_twips: int, *, before: int = 0, after: int = 0) -> Any:
    return element("w:spacing", before=before, after=after, line=line_twips, lineRule="exact")


def page_field() -> tuple[Any, ...]:
    """The number of the page, as the word processor counts it."""
    instruction = element("w:instrText")
    instruction.text = " PAGE "
    instruction.set(qn("xml:space"), "preserve")
    return (
        element("w:r", element("w:fldChar", fldCharType="begin")),
        element("w:r", instruction),
        element("w:r", element("w:fldChar", fldCharType="separate")),
        text_run("1"),
        element("w:r", element("w:fldChar", fldCharType="end")),
    )
