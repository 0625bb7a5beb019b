"""Tables of a .pdf page as rows, and rows that a page break cut put together again.

Source: House rule; tables by their ruled lines, through pdfplumber.
Units and valid range: a row is one line, cells parted by a tab, lines inside a cell by a vertical
tab; column edges are in points from the left.
Edge cases: a table goes on over a page when both parts stand at the page's edge with the same
columns; a head that repeats there is left out; a row is the rest of the one above when its number
is missing, or, where no column holds numbers, when its first cell is empty or its words run on; a
rest of one row alone is a table, too; page numbers between the parts are layout.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Final

Box = tuple[float, float, float, float]
Edges = tuple[float, ...]
TOLERANCE_POINTS: Final = 3.0
LEAST_CELLS_ALONE: Final = 3
_PAGE_NUMBER: Final = re.compile(r"\W*(?:第\s*)?\d{1,4}(?:\s*页)?\W*")
_NUMBER: Final = re.compile(r"[(（]?(?:\d{1,4}|[一二三四五六七八九十]{1,4})[)）]?[.、]?")
_RUNS_ON: Final = re.compile(r"[、，,（(]$")
_RUN_ON: Final = re.compile(r"^[、，,。；;）)]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageText:
    """Text of a page with the column edges of its first and its last table."""

    text: str
    first: Edges = ()
    last: Edges = ()


def page_text(page: Any, before: Edges) -> PageText:
    """A page from top to bottom; `before` are the edges of the last table of the page before."""
    tables = sorted(page.find_tables(), key=lambda one: one.bbox[1])
    tables = [one for at, one in enumerate(tables) if _is_table(one, before if at == 0 else ())]
    if not tables:
        return PageText(text=page.extract_text() or "")
    pieces: list[str] = []
    top = 0.0
    for table in tables:
        pieces.append(_between(page, top, table.bbox[1]))
        pieces.extend(_rows(table))
        top = max(top, table.bbox[3])
    pieces.append(_between(page, top, page.height))
    return PageText(
        text="\n".join(piece for piece in pieces if piece),
        first=_edges(tables[0]),
        last=_edges(tables[-1]),
    )


def _is_table(table: Any, before: Edges) -> bool:
    """Several rows and columns; one row alone when it goes on, or is plainly a row."""
    if max(len(row.cells) for row in table.rows) < 2:
        return False
    if len(table.rows) > 1 or same_columns(_edges(table), before):
        return True
    words = [text for text in table.extract()[0] if text]
    return len(words) >= LEAST_CELLS_ALONE and len(words) == len(table.rows[0].cells)


def _edges(table: Any) -> Edges:
    edges: list[float] = []
    for at in sorted({side for cell in table.cells for side in (cell[0], cell[2])}):
        if not edges or at - edges[-1] > TOLERANCE_POINTS:
            edges.append(at)
    return tuple(edges)


def same_columns(one: Edges, other: Edges) -> bool:
    if not one or len(one) != len(other):
        return False
    return all(abs(a - b) <= TOLERANCE_POINTS for a, b in zip(one, other, strict=True))


def _between(page: Any, top: float, bottom: float) -> str:
    """Text whose characters have their middle between two heights."""
    if bottom - top < 1:
        return ""

    def is_inside(one: dict[str, Any]) -> bool:
        return top <= (float(one["top"]) + float(one["bottom"])) / 2 < bottom

    text: str = page.filter(is_inside).extract_text() or ""
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


# -- tables over several pages --------------------------------------------------------------


def join_pages(texts: Sequence[str], pages: Sequence[PageText]) -> list[str]:
    """The pages with the rows of tables that go on put together."""
    joined: list[list[str]] = []
    chain = _Chain()
    for text, page in zip(texts, pages, strict=True):
        lines = text.split("\n") if text else []
        joined.append(chain.take(lines, page))
    return ["\n".join(lines) for lines in joined]


class _Chain:
    """Remembers the table that the page before ended with."""

    def __init__(self) -> None:
        self.edges: Edges = ()
        self.lines: list[str] = []
        self.rows: list[list[str]] = []

    def take(self, lines: list[str], page: PageText) -> list[str]:
        """The lines of a page without what the table before already has."""
        own = lines[len(_numbers(lines)) :]
        if _is_row(own[:1]) and self.lines and same_columns(self.edges, page.first):
            self.drop_page_numbers()
            lines = self.without_known(own)
        self.remember(lines, page)
        return lines

    def drop_page_numbers(self) -> None:
        for _ in _numbers(self.lines[::-1]):
            del self.lines[-1]

    def without_known(self, lines: list[str]) -> list[str]:
        rows = [line.split("\t") for line in takewhile(lambda line: "\t" in line, lines)]
        pairs = zip(rows, self.rows, strict=False)
        known = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        lines, rows = lines[known:], rows[known:]
        if rows and is_rest(self.rows, rows[0]):
            whole = [_together(a, b) for a, b in zip(self.rows[-1], rows[0], strict=True)]
            self.rows[-1] = whole
            self.lines[-1] = "\t".join(whole)
            lines = lines[1:]
        return lines

    def remember(self, lines: list[str], page: PageText) -> None:
        """Keep the rows that the page ends with; a page that is nothing else goes on."""
        kept = lines[: len(lines) - len(_numbers(lines[::-1]))]
        rows = list(takewhile(lambda line: "\t" in line, kept[::-1]))[::-1]
        goes_on = len(rows) == len(kept) and same_columns(self.edges, page.first)
        if not goes_on:
            self.rows = []
        if rows or not goes_on:
            self.edges, self.lines = page.last, lines if rows else []
        self.rows += [row.split("\t") for row in rows]


def _numbers(lines: Sequence[str]) -> list[str]:
    """The page numbers and empty lines that the lines start with."""
    return list(takewhile(lambda line: not line.strip() or _is_page_number(line), lines))


def _is_page_number(line: str) -> bool:
    return "\t" not in line and _PAGE_NUMBER.fullmatch(line) is not None


def _is_row(lines: Sequence[str]) -> bool:
    return any("\t" in line for line in lines)


def is_rest(rows: Sequence[Sequence[str]], row: Sequence[str]) -> bool:
    """Whether a row continues the last one of the rows above it."""
    above = rows[-1] if rows else ()
    if len(above) != len(row) or not any(row) or len(rows) < 2:
        return False
    numbers = [at for at in range(len(row)) if _holds_numbers([one[at : at + 1] for one in rows])]
    if numbers:
        return not row[numbers[0]]
    runs_on = any(
        _RUN_ON.search(rest) or (rest and (_RUNS_ON.search(cell) or _is_open(cell)))
        for cell, rest in zip(above, row, strict=True)
    )
    return not row[0] or runs_on


def _holds_numbers(cells: Sequence[Sequence[str]]) -> bool:
    """Whether a column's cells below its head are numbers, one at least."""
    words = [cell[0] for cell in cells[1:] if cell and cell[0]]
    numbers = [word for word in words if _NUMBER.fullmatch(word)]
    return 2 * len(numbers) > len(words)


def _is_open(cell: str) -> bool:
    return sum(char in "（(" for char in cell) > sum(char in "）)" for char in cell)


def _together(above: str, rest: str) -> str:
    return "\v".join(part for part in (above, rest) if part)
