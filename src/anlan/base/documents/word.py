"""Text of a .docx file: paragraphs and tables in printed order, automatic numbers included.

Source: ECMA-376-1, 17.3 (paragraphs, runs), 17.4 (tables).
Units and valid range: one line per paragraph; one line per table row, cells parted by a tab,
paragraphs inside a cell by a vertical tab.
Edge cases: merged cells repeat their text downwards and stay empty sideways; a table of one column
is printed as lines; deleted text of tracked changes is left out, inserted text is kept; text boxes
follow their paragraph; headers and footers are read only for a secrecy mark.
"""

import io
from collections.abc import Iterator
from typing import Any, Final

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from anlan.base.documents.errors import BrokenDocument
from anlan.base.documents.package import check_package
from anlan.base.documents.word_numbering import WordNumbering

CELL_PARAGRAPH: Final = "\v"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX: Final = qn("w:txbxContent")
_SKIPPED: Final = frozenset(
    (qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:pPr"), qn("w:rPr"), _FALLBACK)
)
_SIGNS: Final = {
    qn("w:tab"): "\u3000",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}


def read_word(data: bytes, filename: str) -> tuple[str, str]:
    """The body's text, and the text of headers and footers."""
    check_package(data, filename)
    try:  # lxml's syntax errors are SyntaxErrors
        document = docx.Document(io.BytesIO(data))
        numbering = WordNumbering(document)
        body = "\n".join(_blocks(document.element.body, numbering))
        return body, "\n".join(_margins(document))
    except (PackageNotFoundError, SyntaxError, KeyError, ValueError) as error:
        raise BrokenDocument(filename=filename, kind=".docx") from error
    except (AttributeError, TypeError, IndexError) as error:
        # python-docx reports a package without its expected parts this way
        raise BrokenDocument(filename=filename, kind=".docx") from error


def _blocks(parent: Any, numbering: WordNumbering) -> Iterator[str]:
    for child in parent:
        if child.tag == qn("w:p"):
            yield from _paragraph(child, numbering)
        elif child.tag == qn("w:tbl"):
            yield from _table(child, numbering)
        elif child.tag in (qn("w:sdt"), qn("w:ins"), qn("w:smartTag"), qn("w:customXml")):
            content = child.find(qn("w:sdtContent"))
            yield from _blocks(child if content is None else content, numbering)


def _paragraph(paragraph: Any, numbering: WordNumbering) -> Iterator[str]:
    pieces, boxes = [], []
    for piece in _runs(paragraph):
        if isinstance(piece, str):
            pieces.append(piece)
        else:
            boxes.append(piece)
    text = "".join(pieces)
    yield numbering.label(paragraph) + text if text.strip() else text
    for box in boxes:
        yield from _blocks(box, numbering)


def _runs(element: Any) -> Iterator[Any]:
    """Pieces of text, and text boxes as elements."""
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == _BOX:
            yield child
        elif isinstance(child.tag, str):
            yield from _runs(child)


def _table(table: Any, numbering: WordNumbering) -> Iterator[str]:
    rows = [list(_cells(row, numbering)) for row in table.iter(qn("w:tr")) if _inside(row, table)]
    if all(len(row) <= 1 for row in rows):
        for row in rows:
            yield from (line for cell, _ in row for line in cell.split(CELL_PARAGRAPH))
        return
    above: list[str] = []
    for row in rows:
        texts = [
            above[at] if merged and at < len(above) else text
            for at, (text, merged) in enumerate(row)
        ]
        above = texts
        yield "\t".join(texts)


def _inside(row: Any, table: Any) -> bool:
    return next(row.iterancestors(qn("w:tbl"))) is table


def _cells(row: Any, numbering: WordNumbering) -> Iterator[tuple[str, bool]]:
    """Text of each grid column and whether it continues the cell above."""
    for cell in row.iter(qn("w:tc")):
        if next(cell.iterancestors(qn("w:tr"))) is not row:
            continue
        properties = cell.find(qn("w:tcPr"))
        merge = properties.find(qn("w:vMerge")) if properties is not None else None
        span = properties.find(qn("w:gridSpan")) if properties is not None else None
        continues = merge is not None and merge.get(qn("w:val"), "continue") == "continue"
        lines = [line for block in _blocks(cell, numbering) for line in block.split("\n")]
        text = CELL_PARAGRAPH.join(line.replace("\t", " ") for line in lines if line.strip())
        yield text, continues
        width = span.get(qn("w:val"), "1") if span is not None else "1"
        for _ in range(min(int(width) if width.isdigit() else 1, 64) - 1):
            yield "", False


def _margins(document: Any) -> Iterator[str]:
    for section in document.sections:
        for part in (section.header, section.first_page_header, section.footer):
            yield from (paragraph.text for paragraph in part.paragraphs)
