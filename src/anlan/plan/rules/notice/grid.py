"""Where tables of duties stand in a text, and rows that belong to no table we know.

Source: House rule, from published 任务分解表 and from tables pasted into plain text.
Units and valid range: clean positions; a table starts with its head and ends at the first line
that is neither a row nor stands between two of its rows (`walk.py`).
Edge cases: up to two rows above a head (title, unit) belong to its table; rows without any head,
and a head none of whose rows is understood, are unread.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from anlan.plan.rules.notice.cells import Parting, cells_of, filled
from anlan.plan.rules.notice.columns import read_header
from anlan.plan.rules.notice.normalise import CleanText, Line
from anlan.plan.rules.notice.walk import Grid, Walk, are_bodies

_DIGITS = re.compile(r"\d{1,4}")
_SENTENCE = re.compile(r"[。;]|[:,、]$|^[(〔【]")
_NO_ROW = re.compile(r"[()\[\]【】〔〕。;:]")
_EARLIER_ROWS: Final = 2
_LEAST_CELLS: Final = 3
_LEAST_BLANK_CELLS: Final = 4
_LONGEST_ROW: Final = 400


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
            walk = Walk(source, outside, header, at)
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
    return numbered and any(are_bodies(word) for word in words[1:])
