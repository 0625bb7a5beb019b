"""Where tables of duties stand in a text, and which printed lines make one row.

Source: House rule, from published 任务分解表 and from tables pasted into plain text.
Units and valid range: clean positions; a table starts with its head and ends at the first line
that is neither a row nor stands between two of its rows.
Edge cases: a line break inside a cell parts a row over several lines, which are one row when their
cells add up to the head's and no row starts between them; a short line between rows is a heading;
a line that is no row and no heading is unread; a head that repeats on a new page is passed over;
rows without any head, and rows parted by blanks with too few or too many cells, are unread.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from anlan.plan.rules.notice.cells import Cell, Parting, cells_of, filled
from anlan.plan.rules.notice.columns import BODIES, Column, Header, read_header
from anlan.plan.rules.notice.normalise import CleanText, Line
from anlan.plan.rules.notice.numbering import number_at
from anlan.plan.rules.notice.unit import is_body, split_names

_ROW_NUMBER = re.compile(
    r"\(?(?:\d{1,4}(?:\.\d{1,3}){0,3}|[一二三四五六七八九十百]{1,5})\)?[、.]?|[①-⑳⑴-⒛]"
)
_GLUED_NUMBER = re.compile(r"\(?[1-9]\d{0,2}[、.)](?=[^\d])")
_DIGITS = re.compile(r"\d{1,4}")
_DUE_WORD = re.compile(r"\d|[年月日底季周]|长期|持续|常态|立即|即时|随时|适时|全程|[—/-]")
_SENTENCE = re.compile(r"[。;]|[:,、]$|^[(〔【]")
_NO_ROW = re.compile(r"[()\[\]【】〔〕。;:]")
_GOES_ON: Final = frozenset("、,(")
_EARLIER_ROWS: Final = 2
_MOST_BETWEEN: Final = 3
_MOST_JOINED: Final = 12
_LONGEST_HEADING: Final = 40
_SHORTEST_HEADING: Final = 3
_LEAST_CELLS: Final = 3
_LEAST_BLANK_CELLS: Final = 4
_LONGEST_ROW: Final = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class GridRow:
    """Cells from left to right; a row of one cell is a heading between rows."""

    start: int
    end: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    lines: tuple[Line, ...]
    header: Header
    rows: tuple[GridRow, ...]
    unread: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grids:
    """Tables with the indices of their lines, and lines that are rows of no table we know."""

    found: tuple[tuple[int, Grid], ...]
    loose: tuple[int, ...]


def find_grids(source: CleanText, outside: Collection[int]) -> Grids:
    """Walk the lines once; lines `outside` the text (annex marks, signatures) end a table."""
    found: list[tuple[int, Grid]] = []
    loose: list[int] = []
    at, tabbed = 0, 0
    while at < len(source.lines):
        line = source.lines[at]
        parts = len(cells_of(source, line)) > 1
        lenient = parts and tabbed <= _EARLIER_ROWS
        header = None
        if at not in outside:
            header = read_header(source, source.lines[at : at + 2], strict=not lenient)
        if header is not None:
            first = at - tabbed if tabbed <= _EARLIER_ROWS else at
            walk = _Walk(source, outside, header, at)
            if walk.rows or walk.unread or header.parting is Parting.TAB:
                while loose and loose[-1] >= first:
                    loose.pop()
                found.append((first, walk.grid(first)))
            else:
                loose.extend(range(at, walk.end))
            at, tabbed = walk.end, 0
            continue
        if at not in outside and _is_loose_row(source, line):
            loose.append(at)
        tabbed = tabbed + 1 if parts else 0
        at += 1
    return Grids(found=tuple(found), loose=tuple(loose))


def _is_loose_row(source: CleanText, line: Line) -> bool:
    """Whether a line outside every table is printed as a row of one."""
    if line.end - line.start > _LONGEST_ROW:
        return False
    words = [source.text[a:b] for a, b in filled(cells_of(source, line))]
    if len(words) >= _LEAST_CELLS:
        return not any(_SENTENCE.search(word) for word in words)
    if len(words) > 1 or _NO_ROW.search(source.text, line.start, line.end):
        return False
    words = [source.text[a:b] for a, b in cells_of(source, line, Parting.BLANK)]
    numbered = len(words) >= _LEAST_BLANK_CELLS and _DIGITS.fullmatch(words[0]) is not None
    return numbered and any(_are_bodies(word) for word in words[1:])


def _are_bodies(words: str) -> bool:
    names = split_names(words).names
    return bool(names) and all(is_body(name) for name in names)


class _Walk:
    """Reads one table from its head on; `end` is the line behind its last."""

    def __init__(
        self, source: CleanText, outside: Collection[int], header: Header, at: int
    ) -> None:
        self.source = source
        self.outside = outside
        self.header = header
        self.count = len(header.columns)
        self.rows: list[GridRow] = []
        self.unread: list[Cell] = []
        self.between: list[int] = []
        self.end = at + len(header.printed)
        at = self.end
        while at < len(source.lines) and at not in outside:
            taken = self.take(at)
            if not taken:
                break
            at += taken

    def grid(self, first: int) -> Grid:
        return Grid(
            lines=self.source.lines[first : self.end],
            header=self.header,
            rows=tuple(self.rows),
            unread=tuple(self.unread),
        )

    def cells(self, at: int) -> list[Cell]:
        cells = cells_of(self.source, self.source.lines[at], self.header.parting)
        if self.header.numbered == 0 and len(cells) == self.count - 1:
            number = _GLUED_NUMBER.match(self.source.text, *cells[0])
            if number is not None:
                return [number.span(), (number.end(), cells[0][1]), *cells[1:]]
        return cells

    def words(self, cell: Cell) -> str:
        return self.source.text[cell[0] : cell[1]]

    # -- lines ------------------------------------------------------------------------------

    def take(self, at: int) -> int:
        """How many lines from here on belong to the table; 0 at its end."""
        cells = self.cells(at)
        tabbed = len(cells_of(self.source, self.source.lines[at])) > 1
        if tabbed and self.header.parting is not Parting.TAB:
            return 0
        if tuple(self.words(cell) for cell in cells) in self.header.printed:
            if self.between:
                return 0
            self.end = at + 1
            return 1
        if read_header(self.source, self.source.lines[at : at + 2], strict=True) is not None:
            return 0
        if self.header.parting is Parting.TAB:
            return self.take_tabbed(at, cells)
        return self.take_blank(at, cells)

    def take_tabbed(self, at: int, cells: list[Cell]) -> int:
        if len(cells) == 1:
            lines = self.joined(at, cells)[0] if self.is_numbered(cells) else 1
            if lines == 1:
                return self.keep_between(at)
            self.add(at, lines)
            return lines
        if self.between and not self.is_like_a_row(cells):
            return 0
        full = len(cells) >= self.count
        numbered = self.is_numbered(cells)
        lines, sure = (1, True) if full else self.joined(at, cells)
        alone = len(filled(cells)) == 1
        if sure and (full or alone or numbered is not False):
            self.add(at, lines)
        else:
            self.pass_unread(at, lines)
        return lines

    def take_blank(self, at: int, cells: list[Cell]) -> int:
        starts = self.is_numbered(cells)
        if len(cells) == 1 and not starts:
            return self.keep_between(at)
        lines = 1 if len(cells) == self.count else 0
        if len(cells) < self.count and starts:
            lines, _ = self.joined(at, cells)
        row = self.row(at, lines)
        if row is not None and self.is_plausible(row.cells):
            self.add(at, lines)
            return lines
        if starts or (starts is None and len(cells) >= self.count - 1):
            self.pass_unread(at, 1)
            return 1
        return self.keep_between(at)

    def keep_between(self, at: int) -> int:
        """A line between two rows; what it is depends on whether a row follows."""
        line = self.source.lines[at]
        goes_on = self.rows and self.rows[-1].end == line.start and not self.between
        if goes_on and self.goes_on_behind(self.rows[-1], line):
            last = self.rows.pop()
            cells = (*last.cells[:-1], (last.cells[-1][0], line.end))
            self.rows.append(GridRow(start=last.start, end=line.end, cells=cells))
            self.end = at + 1
            return 1
        if len(self.between) == _MOST_BETWEEN:
            return 0
        self.between.append(at)
        return 1

    def goes_on_behind(self, row: GridRow, line: Line) -> bool:
        """Whether a line is the rest of a row's last cell."""
        words = self.words(row.cells[-1])
        if len(row.cells) != self.count or not words:
            return False
        rest = self.words((line.start, line.end))
        if words[-1] in _GOES_ON or words.count("(") > words.count(")"):
            return True
        cut = self.header.columns[-1] in BODIES and not _are_bodies(words)
        return cut and _are_bodies(words + rest)

    # -- rows -------------------------------------------------------------------------------

    def add(self, at: int, lines: int) -> None:
        row = self.row(at, lines)
        if row is not None:
            self.flush()
            self.rows.append(row)
            self.end = at + lines

    def pass_unread(self, at: int, lines: int) -> None:
        self.flush()
        self.unread.append((self.source.lines[at].start, self.source.lines[at + lines - 1].end))
        self.end = at + lines

    def flush(self) -> None:
        """A row follows: what stood between is a heading, or unread."""
        for at in self.between:
            line = self.source.lines[at]
            cell = (line.start, line.end)
            if self.is_heading(at):
                self.rows.append(GridRow(start=line.start, end=line.end, cells=(cell,)))
            else:
                self.unread.append(cell)
        self.between.clear()

    def row(self, at: int, lines: int) -> GridRow | None:
        """The cells of several lines, the last of one and the first of the next in one."""
        if not lines:
            return None
        cells = self.cells(at)
        for below in range(at + 1, at + lines):
            first, *rest = self.cells(below)
            cells = [*cells[:-1], (cells[-1][0], first[1]), *rest]
        end = self.source.lines[at + lines - 1].end
        return GridRow(start=self.source.lines[at].start, end=end, cells=tuple(cells))

    def joined(self, at: int, cells: list[Cell]) -> tuple[int, bool]:
        """How many lines make the row that starts here with too few cells, and whether surely.

        Without numbers its rest may be a row of its own.
        """
        total = len(cells)
        for below in range(at + 1, min(at + _MOST_JOINED, len(self.source.lines))):
            further = self.cells(below)
            if below in self.outside or self.starts_row(below, further):
                break
            total += len(further) - 1
            if total > self.count:
                break
            if total == self.count:
                return below - at + 1, bool(self.is_numbered(cells))
        return 1, True

    # -- what a line is ---------------------------------------------------------------------

    def is_numbered(self, cells: list[Cell]) -> bool | None:
        """Whether a row's number is printed; None where the table has no numbers."""
        column = self.header.numbered
        if column is None:
            return None
        if column >= len(cells):
            return False
        words = self.words(cells[column])
        return (not words and len(cells) > 1) or _ROW_NUMBER.fullmatch(words) is not None

    def starts_row(self, at: int, cells: list[Cell]) -> bool:
        if len(cells) == 1:
            return self.is_heading(at) and self.starts_numbered(at)
        column = self.header.numbered
        number = self.words(cells[column]) if column is not None and column < len(cells) else ""
        return bool(number) and _ROW_NUMBER.fullmatch(number) is not None

    def starts_numbered(self, at: int) -> bool:
        return number_at(self.source.text, self.source.lines[at].start) is not None

    def is_like_a_row(self, cells: list[Cell]) -> bool:
        return len(cells) == self.count or len(cells) >= max(_LEAST_CELLS, self.count - 2)

    def is_heading(self, at: int) -> bool:
        line = self.source.lines[at]
        words = self.source.text[line.start : line.end]
        if len(words) > _LONGEST_HEADING or _SENTENCE.search(words[1:]):
            return False
        if self.starts_numbered(at):
            return True
        short = len(words) < _SHORTEST_HEADING or len(self.cells(at)) > 1
        return not (short or _SENTENCE.search(words) or words[0].isdigit() or _are_bodies(words))

    def is_plausible(self, cells: tuple[Cell, ...]) -> bool:
        """Whether cells that only blanks part hold what their columns say."""
        if len(cells) != self.count:
            return False
        for column, cell in zip(self.header.columns, cells, strict=True):
            words = self.words(cell)
            if column is Column.NUMBER and not _ROW_NUMBER.fullmatch(words):
                return False
            if column is Column.DUE and (not _DUE_WORD.search(words) or _are_bodies(words)):
                return False
            if column in BODIES and words[0].isdigit():
                return False
        return True
