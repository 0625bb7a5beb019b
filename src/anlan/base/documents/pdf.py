"""Text of a .pdf file, page by page; tables as rows.

Source: ISO 32000-1 (PDF), through pdfplumber.
Units and valid range: pages are parted by a form feed; a table row is one line, cells parted by a
tab (`pdf_table.py`); at most `MOST_PAGES` pages.
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
from anlan.base.documents.pdf_table import Edges, PageText, join_pages, page_text

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
            read = list(_pages(document))
    except _BROKEN as error:
        if _asks_password(error):
            raise ProtectedDocument(filename=filename) from error
        raise BrokenDocument(filename=filename, kind=".pdf") from error
    if count == 0:
        raise BrokenDocument(filename=filename, kind=".pdf")
    texts = [page.text for page in read]
    blank = tuple(number for number, text in enumerate(texts, 1) if not text.strip())
    if len(blank) == count:
        raise ScannedDocument(filename=filename, pages=count)
    return PdfText(
        text="\f".join(join_pages(without_running_lines(texts), read)),
        heads="\f".join(texts),
        pages=count,
        blank_pages=blank,
    )


def _pages(document: Any) -> Iterator[PageText]:
    before: Edges = ()
    for page in document.pages:
        read = page_text(page, before)
        before = read.last
        yield read


def without_running_lines(pages: Sequence[str]) -> list[str]:
    """The pages without lines that repeat at their heads or feet; digits may differ."""
    kept = [page.split("\n") for page in pages]
    for at in (0, -1):
        for _ in range(MOST_RUNNING_LINES):
            ends = Counter(_running(lines[at]) for lines in kept if len(lines) > 1)
            words, count = ends.most_common(1)[0] if ends else ("", 0)
            if (
                not words
                or _SENTENCE.search(words)
                or count < LEAST_REPEATS
                or count < len(pages) * LEAST_SHARE
            ):
                break
            for lines in kept:
                if len(lines) > 1 and _running(lines[at]) == words:
                    del lines[at]
    return ["\n".join(lines) for lines in kept]


def _running(line: str) -> str:
    """A line as it repeats on other pages; rows of tables are never layout."""
    return "" if "\t" in line else _DIGITS.sub("#", line.strip())


def _asks_password(error: BaseException) -> bool:
    causes = (error, error.__cause__, error.__context__, *error.args)
    return any(isinstance(cause, PDFPasswordIncorrect) for cause in causes)
