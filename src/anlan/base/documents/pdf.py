"""Text of a .pdf file, page by page; tables as rows.

Source: ISO 32000-1 (PDF), through pdfplumber.
Units and valid range: pages are parted by a form feed; a table row is one line, cells parted by a
tab; at most `MOST_PAGES` pages.
Edge cases: a line that stands at the head or foot of most pages (running title, page number) is
layout and left out of `text`, while `heads` keeps it for the secrecy mark; pages without text
among pages with text are named in `blank_pages`; a file without any text is a scan and is refused.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfexceptions import PDFException
from pdfplumber.utils.exceptions import PdfminerException

from anlan.base.documents.errors import (
    BrokenDocument,
    DocumentTooLarge,
    ProtectedDocument,
    ScannedDocument,
)

MOST_PAGES: Final = 2000
MOST_RUNNING_LINES: Final = 2
LEAST_REPEATS: Final = 3
LEAST_SHARE: Final = 0.6
"""House rule: what stands on three pages and on most of them was not written as a sentence."""
_DIGITS: Final = re.compile(r"\d+")
_SENTENCE: Final = re.compile(r"[。；;，,、（）()【】〔〕]")
_BROKEN: Final = (
    PdfminerException,
    PDFException,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    AssertionError,
    RecursionError,
    OSError,
)
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfText:
    text: str
    heads: str
    pages: int
    blank_pages: tuple[int, ...]


def read_pdf(data: bytes, filename: str) -> PdfText:
    try:
        with pdfplumber.open(io.BytesIO(data)) as document:
            count = len(document.pages)
            if count > MOST_PAGES:
                raise DocumentTooLarge(size_mb=len(data) // 2**20, limit_mb=MOST_PAGES)
            texts = [_page_text(page) for page in document.pages]
    except _BROKEN as error:
        if _asks_password(error):
            raise ProtectedDocument(filename=filename) from error
        raise BrokenDocument(filename=filename, kind=".pdf") from error
    if count == 0:
        raise BrokenDocument(filename=filename, kind=".pdf")
    blank = tuple(number for number, text in enumerate(texts, 1) if not text.strip())
    if len(blank) == count:
        raise ScannedDocument(filename=filename, pages=count)
    return PdfText(
        text="\f".join(without_running_lines(texts)),
        heads="\f".join(texts),
        pages=count,
        blank_pages=blank,
    )


def without_running_lines(pages: Sequence[str]) -> list[str]:
    """The pages without lines that repeat at their heads or feet; digits may differ."""
    kept = [page.split("\n") for page in pages]
    for at in (0, -1):
        for _ in range(MOST_RUNNING_LINES):
            ends = Counter(_DIGITS.sub("#", lines[at].strip()) for lines in kept if len(lines) > 1)
            words, count = ends.most_common(1)[0] if ends else ("", 0)
            if (
                not words
                or _SENTENCE.search(words)
                or count < LEAST_REPEATS
                or count < len(pages) * LEAST_SHARE
            ):
                break
            for lines in kept:
                if len(lines) > 1 and _DIGITS.sub("#", lines[at].strip()) == words:
                    del lines[at]
    return ["\n".join(lines) for lines in kept]


def _asks_password(error: BaseException) -> bool:
    causes = (error, error.__cause__, error.__context__, *error.args)
    return any(isinstance(cause, PDFPasswordIncorrect) for cause in causes)


def _page_text(page: Any) -> str:
    tables = [table for table in page.find_tables() if len(table.rows) > 1]
    tables = [table for table in tables if max(len(row.cells) for row in table.rows) > 1]
    if not tables:
        text: str = page.extract_text() or ""
        return text
    pieces: list[str] = []
    top = 0.0
    for table in sorted(tables, key=lambda one: one.bbox[1]):
        pieces.append(_between(page, top, table.bbox[1]))
        pieces.extend(_rows(table))
        top = max(top, table.bbox[3])
    pieces.append(_between(page, top, page.height))
    return "\n".join(piece for piece in pieces if piece)


def _between(page: Any, top: float, bottom: float) -> str:
    if bottom - top < 1:
        return ""
    part = page.crop((0, max(top, 0), page.width, min(bottom, page.height)), strict=False)
    text: str = part.extract_text() or ""
    return text


def _rows(table: Any) -> Iterator[str]:
    above: list[str] = []
    boxes: list[Box | None] = []
    for row, texts in zip(table.rows, table.extract(), strict=True):
        cells = [_cell(text, at, (row, above, boxes)) for at, text in enumerate(texts)]
        boxes = [
            box or (boxes[at] if at < len(boxes) else None) for at, box in enumerate(row.cells)
        ]
        above = cells
        yield "\t".join(cells)


def _cell(text: str | None, at: int, state: tuple[Any, list[str], list[Box | None]]) -> str:
    """A cell's text; a cell merged downwards repeats the text above it."""
    row, above, boxes = state
    if text is not None:
        return "\v".join(text.replace("\t", " ").splitlines())
    box = boxes[at] if at < len(boxes) else None
    merged_down = box is not None and box[3] > row.bbox[1] + 1
    return above[at] if merged_down and at < len(above) else ""
