"""The rows of a table of duties by column, with the headings that stand over them.

Source: House rule, from published 任务分解表 and 责任清单.
Units and valid range: clean positions; paragraphs inside a cell are parted by white space.
Edge cases: a row whose only filled cell is one is a heading, and so is one with 一 and a title
alone; merged cells repeat; 同上 and 〃 repeat the cell above, and stay as printed when nothing
stands there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from anlan.plan.rules.notice.cells import DITTO, Cell, filled
from anlan.plan.rules.notice.columns import BODIES, Column, Header
from anlan.plan.rules.notice.normalise import CleanText
from anlan.plan.rules.notice.numbering import cn_value, number_at
from anlan.plan.rules.notice.walk import Grid

_REPEATED: Final = (*BODIES, Column.DUE, Column.GROUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Cells by column; `group` are the headings that stand over the row inside the table."""

    start: int
    end: int
    group: str
    cells: tuple[tuple[Column, int, int], ...]

    def of(self, column: Column) -> tuple[Cell, ...]:
        return tuple((start, end) for kind, start, end in self.cells if kind is column)


def rows_of(source: CleanText, grid: Grid) -> list[Row]:
    """The rows below the head, heading rows folded into `group`."""
    rows: list[Row] = []
    heading, group = "", ""
    above: dict[int, Cell] = {}
    for printed in grid.rows:
        cells = list(printed.cells)
        title = _title(source, grid.header, cells)
        if title is not None:
            heading, group = title, ""
            continue
        cells = _repeated(source, grid.header, cells, above)
        named = tuple(
            zip(grid.header.columns_for(len(cells)), *zip(*cells, strict=True), strict=True)
        )
        own = [source.text[a:b] for kind, a, b in named if kind is Column.GROUP and b > a]
        group = " / ".join(own) or group
        over = " / ".join(part for part in (heading, group) if part)
        rows.append(Row(start=printed.start, end=printed.end, group=over, cells=named))
    return rows


def _title(source: CleanText, header: Header, cells: list[Cell]) -> str | None:
    """The words of a row that is a heading."""
    full = filled(cells)
    if len(full) == 1 and (len(cells) == 1 or not _has_bodies(header, cells)):
        number = number_at(source.text, full[0][0])
        start = number.end if number is not None and number.end < full[0][1] else full[0][0]
        return source.text[start : full[0][1]]
    if len(full) == 2 and _is_numbered_heading(source, header, cells):
        return source.text[full[1][0] : full[1][1]]
    return None


def _is_numbered_heading(source: CleanText, header: Header, cells: Sequence[Cell]) -> bool:
    """一 and a title with every other cell empty; tasks are counted in digits."""
    columns = header.columns_for(len(cells))
    full = [
        (kind, source.text[start:end])
        for kind, (start, end) in zip(columns, cells, strict=True)
        if end > start
    ]
    number = full[0][1].strip("()、.")
    kinds = [kind for kind, _ in full]
    return kinds == [Column.NUMBER, Column.TEXT] and not number.isdigit() and cn_value(number) > 0


def _has_bodies(header: Header, cells: Sequence[Cell]) -> bool:
    """Whether the row continues the bodies of the row above."""
    columns = header.columns_for(len(cells))
    return any(
        kind in BODIES and end > start for kind, (start, end) in zip(columns, cells, strict=True)
    )


def _repeated(
    source: CleanText, header: Header, cells: list[Cell], above: dict[int, Cell]
) -> list[Cell]:
    """The cells with 同上 and 〃 replaced by the cell above; `above` is kept up to date."""
    columns = header.columns_for(len(cells))
    goes_on = all(
        start == end
        for kind, (start, end) in zip(columns, cells, strict=True)
        if kind in (Column.NUMBER, Column.TEXT)
    )
    read: list[Cell] = []
    for at, (kind, cell) in enumerate(zip(columns, cells, strict=True)):
        if kind in _REPEATED and source.text[cell[0] : cell[1]] in DITTO:
            cell = above.get(at, cell)
        elif not goes_on:
            above[at] = cell
        elif cell[1] > cell[0]:
            above.pop(at, None)
        if cell[1] == cell[0]:
            above.pop(at, None)
        read.append(cell)
    return read
