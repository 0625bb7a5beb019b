"""Tables of duties: which column holds what, and one row after another.

Source: House rule, from published 任务分解表 and 责任清单.
Units and valid range: a row is a line with tab characters (the reader of files writes one line per
row); paragraphs inside a cell are parted by white space.
Edge cases: a repeated head (new page) is passed over; a row whose only filled cell is one is a
heading, and so is one with 一 and a title alone; a row without number and text adds its bodies to
the row above; merged cells repeat.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Final

from anlan.plan.rules.notice.label import Meaning, meaning_of
from anlan.plan.rules.notice.normalise import CleanText, Line
from anlan.plan.rules.notice.numbering import cn_value, number_at

_NUMBER = re.compile(r"(?:序|编)?号|项号|序列")
_GROUP = re.compile(r"类别|领域|分类|板块|类型|一级.*|所属.*")
_TEXT = re.compile(
    r".*(?:任务|工作|内容|事项|措施|举措|目标|指标|项目|要点|名称|要求|工程|清单|条款|做法|行业).*"
)
_DUE = re.compile(r".*(?:时限|时间|期限|节点|进度|年限|年度).*")
_LEAD = re.compile(r".*(?:牵头|主办).*")
_UNIT = re.compile(r".*(?:单位|部门|科室|机构|主体).*")
_PERSON = re.compile(r".*(?:领导|责任人|联系人|负责人|电话|联系方式).*")
ROWS_SEARCHED: Final = 3


class Column(Enum):
    NUMBER = "number"
    GROUP = "group"
    TEXT = "text"
    LEAD = "lead"
    SUPPORT = "support"
    HELP = "help"
    DUE = "due"
    OTHER = "other"


OF_BODIES: Final = (Column.LEAD, Column.SUPPORT, Column.HELP)
_BY_MEANING: Final = {
    Meaning.LEAD: Column.LEAD,
    Meaning.SUPPORT: Column.SUPPORT,
    Meaning.HELP: Column.HELP,
}
_PLAIN_COLUMNS: Final = (
    (Column.NUMBER, _NUMBER),
    (Column.DUE, _DUE),
    (Column.GROUP, _GROUP),
    (Column.TEXT, _TEXT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    row: int
    columns: tuple[Column, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Cells by column; `group` are the headings that stand over the row inside the table."""

    start: int
    end: int
    group: str
    cells: tuple[tuple[Column, int, int], ...]

    def of(self, column: Column) -> tuple[tuple[int, int], ...]:
        return tuple((start, end) for kind, start, end in self.cells if kind is column)


def cells_of(source: CleanText, line: Line) -> list[tuple[int, int]]:
    """Where the cells of a table row start and end; one cell when the line has no tab."""
    leading, tabs = source.leading_tabs, source.tabs
    count = bisect_right(leading, line.start) - bisect_left(leading, line.start)
    inner = tabs[bisect_right(tabs, line.start) : bisect_right(tabs, line.end)]
    edges = [line.start] * (count + 1) + list(inner) + [line.end]
    return list(pairwise(edges))


def table_runs(source: CleanText) -> list[list[int]]:
    """Runs of line indices that form a table of duties."""
    if not source.tabs:
        return []
    runs: list[list[int]] = []
    current: list[int] = []
    for index, line in enumerate(source.lines):
        if len(cells_of(source, line)) > 1:
            current.append(index)
            continue
        runs.append(current)
        current = []
    runs.append(current)
    found = []
    for run in runs:
        header = find_header(source, [source.lines[index] for index in run[:ROWS_SEARCHED]])
        if header is not None:
            found.append(run)
    return found


def find_header(source: CleanText, lines: Sequence[Line]) -> Header | None:
    """The row that names the columns: at least one of bodies and one of work."""
    for row, line in enumerate(lines[:ROWS_SEARCHED]):
        words = tuple(source.text[start:end] for start, end in cells_of(source, line))
        columns = tuple(column_of(word) for word in words)
        bodies = any(column in columns for column in OF_BODIES)
        if bodies and Column.TEXT in columns and max(map(len, words)) < 25:
            return Header(row=row, columns=columns, words=words)
    return None


def column_of(words: str) -> Column:
    """What a column holds, by the words of its head."""
    words = re.sub(r"\(.*?\)", "", words)
    if _PERSON.fullmatch(words):
        return Column.OTHER
    meaning = meaning_of(words)
    if meaning in _BY_MEANING:
        return _BY_MEANING[meaning]
    if _UNIT.fullmatch(words) and not _NUMBER.fullmatch(words):
        return Column.LEAD if _LEAD.fullmatch(words) else Column.SUPPORT
    for column, pattern in _PLAIN_COLUMNS:
        if pattern.fullmatch(words):
            return column
    return Column.OTHER


def rows_of(source: CleanText, lines: Sequence[Line]) -> list[Row]:
    """The rows below the head, heading rows folded into `group`."""
    header = find_header(source, lines)
    if header is None:
        return []
    rows: list[Row] = []
    heading, group = "", ""
    for line in lines[header.row + 1 :]:
        cells = cells_of(source, line)
        filled = [cell for cell in cells if cell[1] > cell[0]]
        if tuple(source.text[a:b] for a, b in cells) == header.words or not filled:
            continue
        if len(filled) == 1 and len(cells) > 1 and not rows_with_bodies(header, cells):
            number = number_at(source.text, filled[0][0])
            start = number.end if number is not None else filled[0][0]
            heading, group = source.text[start : filled[0][1]], ""
            continue
        if len(filled) == 2 and _is_numbered_heading(source, header, cells):
            heading, group = source.text[filled[1][0] : filled[1][1]], ""
            continue
        named = tuple(
            zip(_columns_for(header, len(cells)), *zip(*cells, strict=True), strict=True)
        )
        own = [source.text[a:b] for kind, a, b in named if kind is Column.GROUP and b > a]
        group = " / ".join(own) or group
        over = " / ".join(part for part in (heading, group) if part)
        rows.append(Row(start=line.start, end=line.end, group=over, cells=named))
    return rows


def _is_numbered_heading(
    source: CleanText, header: Header, cells: Sequence[tuple[int, int]]
) -> bool:
    """一 and a title with every other cell empty; tasks are counted in digits."""
    columns = _columns_for(header, len(cells))
    filled = [
        (kind, source.text[start:end])
        for kind, (start, end) in zip(columns, cells, strict=True)
        if end > start
    ]
    kinds = [kind for kind, _ in filled]
    number = filled[0][1].strip("()、.")
    return kinds == [Column.NUMBER, Column.TEXT] and not number.isdigit() and cn_value(number) > 0


def rows_with_bodies(header: Header, cells: Sequence[tuple[int, int]]) -> bool:
    """Whether the row continues the bodies of the row above."""
    columns = _columns_for(header, len(cells))
    return any(
        kind in (Column.LEAD, Column.SUPPORT) and end > start
        for kind, (start, end) in zip(columns, cells, strict=True)
    )


def _columns_for(header: Header, count: int) -> tuple[Column, ...]:
    missing = max(count - len(header.columns), 0)
    return (header.columns + (Column.OTHER,) * missing)[:count]
