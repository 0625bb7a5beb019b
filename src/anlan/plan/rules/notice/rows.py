"""Clauses that are not numbered items: rows of a table, paragraphs of a text without any number.

Source: House rule. A row's bodies stand in its columns 牵头单位 and 责任单位, its years in
完成时限.
Units and valid range: clean positions.
Edge cases: a row without number and work continues the row above; a row's number may be missing; a
table's caption or the section above it says what kind of items it holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from anlan.plan.rules.notice.assignment import Assignment, find_assignments
from anlan.plan.rules.notice.body_cell import cell_grants
from anlan.plan.rules.notice.cells import NOBODY, Cell
from anlan.plan.rules.notice.columns import BODIES, Column
from anlan.plan.rules.notice.deadline import deadline_years, labelled_years
from anlan.plan.rules.notice.duty import Duty, combine
from anlan.plan.rules.notice.formula import Grant, Role
from anlan.plan.rules.notice.normalise import CleanText, Line, widen
from anlan.plan.rules.notice.numbering import cn_value, number_at
from anlan.plan.rules.notice.outline import Outline
from anlan.plan.rules.notice.table import Row, rows_of

_ROLES: Final = {
    Column.LEAD: Role.LEAD,
    Column.SUPPORT: Role.SUPPORT,
    Column.HELP: Role.HELP,
}
LONGEST_CAPTION: Final = 60
_STOPS = "。;:!?"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of a clause before it has its kind and id."""

    start: int
    body: int
    end: int
    heading_end: int
    printed: str
    sections: tuple[str, ...]
    section: str
    duty: Duty
    years: tuple[int, ...]
    doubtful: tuple[tuple[int, int], ...] = ()
    parent: str | None = None


FirstLeads = Callable[[int, int], bool]


def rows_as_entries(source: CleanText, outline: Outline, first_leads: FirstLeads) -> list[Entry]:
    entries: list[Entry] = []
    for grid in outline.grids:
        span = _caption(outline, grid.lines[0].start)
        caption = source.text[span[0] : span[1]] if span is not None else ""
        for group in _grouped(rows_of(source, grid)):
            entries.append(_entry(source, group, caption, first_leads))
    return entries


def captions(outline: Outline) -> list[tuple[int, int]]:
    """The lines right above the tables that say what they hold."""
    found = [_caption(outline, grid.lines[0].start) for grid in outline.grids if grid.rows]
    return [caption for caption in found if caption is not None]


def _caption(outline: Outline, start: int) -> tuple[int, int] | None:
    """The line right above the table: a caption, or the heading of the item that holds it."""
    above = [item for item in outline.items if item.end == start]
    if above and start - above[-1].body <= LONGEST_CAPTION:
        return above[-1].body, start
    lines = [line for line in outline.front if line.end == start]
    short = lines and lines[-1].end - lines[-1].start <= LONGEST_CAPTION
    return (lines[-1].start, start) if short else None


def _grouped(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows with the rows that only continue their bodies."""
    groups: list[list[Row]] = []
    for row in rows:
        named = row.of(Column.NUMBER) + row.of(Column.TEXT)
        if groups and all(start == end for start, end in named):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _entry(source: CleanText, rows: Sequence[Row], caption: str, first_leads: FirstLeads) -> Entry:
    first, last = rows[0], rows[-1]
    texts = [cell for cell in first.of(Column.TEXT) if cell[1] > cell[0]]
    start, end = texts[0] if texts else (first.start, first.start)
    years: tuple[int, ...] = ()
    for row in rows:
        for cell in row.of(Column.DUE):
            years += labelled_years(source.text[cell[0] : cell[1]])
    for cell in texts:
        years += deadline_years(source.text[cell[0] : cell[1]])
    sections = tuple(part for part in (caption, first.group) if part)
    duty, doubtful = _duty(source, rows, first_leads(first.start, last.end))
    return Entry(
        start=first.start,
        body=start,
        end=last.end,
        heading_end=_sentence_end(source.text, start, end),
        printed=_printed(source, first),
        sections=sections,
        section=" / ".join(widen(part) for part in sections),
        duty=duty,
        years=tuple(dict.fromkeys(years)),
        doubtful=tuple(doubtful),
    )


def _sentence_end(text: str, start: int, end: int) -> int:
    return next((at for at in range(start, end) if text[at] in _STOPS), end)


def _printed(source: CleanText, row: Row) -> str:
    cells = row.of(Column.NUMBER)
    if not cells or cells[0][0] == cells[0][1]:
        return ""
    words = source.text[cells[0][0] : cells[0][1]]
    number = number_at(words + ".", 0)
    if number is not None:
        return number.printed
    return words if cn_value(words) else ""


def _duty(source: CleanText, rows: Sequence[Row], first_leads: bool) -> tuple[Duty, list[Cell]]:
    """Who the cells of bodies name, and the cells that were not understood."""
    found: list[tuple[Column, Assignment]] = []
    doubtful: list[Cell] = []
    for row in rows:
        for column in BODIES:
            for cell in row.of(column):
                grants = cell_grants(source, cell, _ROLES[column])
                if grants:
                    found.append((column, Assignment(start=cell[0], end=cell[1], grants=grants)))
                elif source.text[cell[0] : cell[1]] not in NOBODY:
                    doubtful.append(cell)
    if found:
        rule = _first_led(found) if first_leads else []
        return combine([*rule, *(one for _, one in found)], False), doubtful
    assignments: list[Assignment] = []
    for row in rows:
        for start, end in row.of(Column.TEXT):
            assignments.extend(find_assignments(source, start, end).assignments)
    return combine(assignments, first_leads), doubtful


def _first_led(found: Sequence[tuple[Column, Assignment]]) -> list[Assignment]:
    """The lead of bodies responsible that stand without one, by the text's own rule."""
    if any(grant.role is Role.LEAD for _, one in found for grant in one.grants):
        return []
    listed = [one for column, one in found if column is Column.SUPPORT]
    names = dict.fromkeys(name for one in listed for grant in one.grants for name in grant.names)
    if len(names) < 2:
        return []
    lead = Grant(role=Role.LEAD, names=(next(iter(names)),))
    return [Assignment(start=listed[0].start, end=listed[0].end, grants=(lead,))]


def paragraphs_of(
    source: CleanText, front: Sequence[Line], first_leads: FirstLeads
) -> list[Entry]:
    """Paragraphs that assign work in a text that numbers nothing."""
    entries: list[Entry] = []
    start: int | None = None
    for line in front:
        start = line.start if start is None else start
        if source.text[line.end - 1] not in "。;!?)]】〕":
            continue
        found = find_assignments(source, start, line.end)
        if found.assignments:
            entries.append(
                Entry(
                    start=start,
                    body=start,
                    end=line.end,
                    heading_end=_sentence_end(source.text, start, found.assignments[0].start),
                    printed=str(len(entries) + 1),
                    sections=(),
                    section="",
                    duty=combine(found.assignments, first_leads(start, line.end)),
                    years=deadline_years(source.text[start : line.end]),
                )
            )
        start = None
    return entries
