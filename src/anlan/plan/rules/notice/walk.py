"""Which printed lines below a head make one row of its table, and where the table ends.

Source: House rule, from published 任务分解表 and from tables pasted into plain text.
Units and valid range: clean positions; looks at most `_MOST_JOINED` lines ahead.
Edge cases: a line break inside a cell parts a row over several lines, which are one row when their
cells add up to the head's and no row starts between them; a short line between rows is a heading;
a line that is no row and no heading is unread, with what may be its rest; a head that repeats on
a new page is passed over; a row that only blanks part has to hold what its columns say.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from anlan.plan.rules.notice.cells import DITTO, NOBODY, Cell, Parting, cells_of, filled
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
_GOES_ON: Final = frozenset("、,(")
_GOES_ON_WITH: Final = frozenset("、,;)")
_INNER = re.compile(r"\([^()]*\)")
_SAYS_ROLE = re.compile(r"[:]|牵头|负责|配合")
_MOST_BETWEEN: Final = 3
_MOST_JOINED: Final = 12
_MOST_ALONE: Final = 2
_LONGEST_HEADING: Final = 40
_SHORTEST_HEADING: Final = 3
_LEAST_CELLS: Final = 3


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


class Walk:
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
        self.close()

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
        numbered = self.is_numbered(cells)
        if len(cells) == 1 and not numbered:
            return self.keep_between(at)
        full = len(cells) >= self.count
        lines, sure = (self.extended(at, 1), True) if full else self.joined(at, cells)
        if lines == 1 and not full:
            if len(cells) == 1:
                return self.keep_between(at)
            if self.between and not self.is_like_a_row(cells):
                return 0
            sure = (numbered is not False or len(filled(cells)) == 1) and not self.dangles(at + 1)
        if sure and (lines == 1 or self.is_sound(at, lines)):
            return self.add(at, lines)
        return self.pass_unread(at, max(lines, self.with_rest(at)))

    def take_blank(self, at: int, cells: list[Cell]) -> int:
        starts = self.is_numbered(cells)
        lines = self.extended(at, 1) if len(cells) == self.count else 1
        if len(cells) < self.count and starts:
            lines, _ = self.joined(at, cells)
        if len(cells) == 1 and lines == 1:
            return self.keep_between(at)
        if self.is_plausible(at, lines) and (lines == 1 or self.is_sound(at, lines)):
            return self.add(at, lines)
        if starts or (starts is None and len(cells) >= self.count - 1):
            return self.pass_unread(at, max(lines, self.with_rest(at)))
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
        open_bracket = words.count("(") > words.count(")")
        if words[-1] in _GOES_ON or rest[0] in _GOES_ON_WITH or open_bracket:
            return True
        cut = self.header.columns[-1] in BODIES and not are_bodies(words)
        return cut and are_bodies(words + rest)

    # -- rows -------------------------------------------------------------------------------

    def add(self, at: int, lines: int) -> int:
        self.flush()
        self.rows.append(self.row(at, lines))
        self.end = at + lines
        return lines

    def pass_unread(self, at: int, lines: int) -> int:
        self.flush()
        self.unread.append((self.source.lines[at].start, self.source.lines[at + lines - 1].end))
        self.end = at + lines
        return lines

    def close(self) -> None:
        """Bodies right behind the last row are the rest of a cell, whosever it is."""
        rest = [at for at in self.between if self.names_bodies(at)]
        for at in self.between:
            if not rest or at > rest[-1] or at != self.end:
                break
            self.unread.append((self.source.lines[at].start, self.source.lines[at].end))
            self.end = at + 1

    def names_bodies(self, at: int) -> bool:
        words = [self.words(cell) for cell in self.cells(at)]
        several = len(words) > 1 or "、" in words[0]
        return several and any(are_bodies(word) for word in words)

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

    def row(self, at: int, lines: int) -> GridRow:
        """The cells of several lines, the last of one and the first of the next in one."""
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
                return self.extended(at, below - at + 1), bool(self.is_numbered(cells))
        return 1, True

    def extended(self, at: int, lines: int) -> int:
        """The same lines, and those that complete a name which the last one cut."""
        if self.header.columns[-1] not in BODIES:
            return lines
        words = self.words(self.row(at, lines).cells[-1])
        for below in range(at + lines, min(at + lines + _MOST_ALONE, len(self.source.lines))):
            line = self.source.lines[below]
            cut = words[-1:] in _GOES_ON or not are_bodies(words)
            if not cut or below in self.outside or len(self.cells(below)) > 1:
                break
            words += self.words((line.start, line.end))
            if are_bodies(words):
                return below - at + 1
        return lines

    def with_rest(self, at: int) -> int:
        """How many lines a row takes that was not understood: nothing tells where it ends."""
        total, alone = len(self.cells(at)), 0
        for below in range(at + 1, min(at + _MOST_JOINED, len(self.source.lines))):
            cells = self.cells(below)
            alone = alone + 1 if len(cells) == 1 else 0
            full = total >= self.count
            over = alone > _MOST_ALONE or (full and not alone) or self.starts_row(below, cells)
            if below in self.outside or over or (alone and self.is_text(below, full)):
                return below - at
            total += len(cells) - 1
        return max(min(_MOST_JOINED, len(self.source.lines) - at), 1)

    def is_text(self, at: int, full: bool) -> bool:
        """Whether a line without cells is no rest of a row that is `full` or not."""
        line = self.source.lines[at]
        sentence = "。" in self.words((line.start, line.end))
        heading = self.is_heading(at) and (full or self.starts_numbered(at))
        return line.after_gap or sentence or heading

    def dangles(self, at: int) -> bool:
        """Whether cells stand here that are no row: the rest of the one above."""
        if at >= len(self.source.lines) or at in self.outside:
            return False
        cells = self.cells(at)
        return len(cells) > 1 and self.is_numbered(cells) is False

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
            number = _DIGITS.fullmatch(self.words(cells[0]))
            return number is not None or (self.is_heading(at) and self.starts_numbered(at))
        column = self.header.numbered
        words = self.words(cells[column]) if column is not None and column < len(cells) else ""
        return bool(words) and _ROW_NUMBER.fullmatch(words) is not None

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
        return not (short or _SENTENCE.search(words) or words[0].isdigit() or are_bodies(words))

    def is_sound(self, at: int, lines: int) -> bool:
        """Whether a row of several lines has bodies where its columns say so."""
        for column, cell in zip(self.header.columns, self.row(at, lines).cells, strict=True):
            words = _INNER.sub("", self.words(cell)).removesuffix("等")
            said = _SAYS_ROLE.search(words) is not None or words in NOBODY or words in DITTO
            if column in BODIES and not (said or are_bodies(words)):
                return False
        return True

    def is_plausible(self, at: int, lines: int) -> bool:
        """Whether cells that only blanks part hold what their columns say."""
        cells = self.row(at, lines).cells
        if len(cells) != self.count:
            return False
        for column, cell in zip(self.header.columns, cells, strict=True):
            words = self.words(cell)
            if column is Column.NUMBER and not _ROW_NUMBER.fullmatch(words):
                return False
            if column is Column.DUE and (not _DUE_WORD.search(words) or are_bodies(words)):
                return False
            if column in BODIES and words[0].isdigit():
                return False
        return True


def are_bodies(words: str) -> bool:
    names = split_names(words).names
    return bool(names) and all(is_body(name) for name in names)
