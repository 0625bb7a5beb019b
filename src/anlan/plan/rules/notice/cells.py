"""Where the cells of a printed line start and end: parted by tabs or by blanks.

Source: House rule. The reader of files and spreadsheets part cells by tabs, a table pasted from a
page parts them by blanks; the lines of a `| … |` table have their bars read as tabs.
Units and valid range: clean positions; a cell may be empty (start equals end).
Edge cases: tabs before the first character make empty cells; between blanks no cell is empty, so
a row with an empty cell has too few; wide gaps (two blanks, or one of full width) may part cells
whose words hold single blanks.
"""

from bisect import bisect_left, bisect_right
from enum import Enum
from itertools import pairwise
from typing import Final

from anlan.plan.rules.notice.normalise import CleanText, Line

Cell = tuple[int, int]
DITTO: Final = frozenset(("同上", "同前", "〃", "″", '"', "''", "”", "“"))
NOBODY: Final = frozenset(("", "无", "/", "—", "——", "-"))


class Parting(Enum):
    TAB = "tab"
    WIDE = "wide"
    BLANK = "blank"


def cells_of(source: CleanText, line: Line, parting: Parting = Parting.TAB) -> list[Cell]:
    """The cells of a line; one when nothing parts it."""
    if parting is Parting.TAB:
        return _tabbed(source, line)
    gaps = source.breaks if parting is Parting.BLANK else source.wide_gaps
    inner = gaps[bisect_right(gaps, line.start) : bisect_left(gaps, line.end)]
    return list(pairwise([line.start, *inner, line.end]))


def _tabbed(source: CleanText, line: Line) -> list[Cell]:
    leading, tabs = source.leading_tabs, source.tabs
    count = bisect_right(leading, line.start) - bisect_left(leading, line.start)
    inner = tabs[bisect_right(tabs, line.start) : bisect_right(tabs, line.end)]
    return list(pairwise([line.start] * (count + 1) + list(inner) + [line.end]))


def filled(cells: list[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell[1] > cell[0]]
