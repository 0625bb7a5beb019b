"""Clauses that are not numbered items: rows of a table, paragraphs of a text without any number.

Source: House rule. A row's bodies stand in its columns 牵头单位 and 责任单位, its years in
完成时限.
Units and valid range: clean positions.
Edge cases: a row without number and work continues the row above; a row's number may be missing; a
table's caption or the section above it says what kind of items it holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anlan.plan.rules.notice.assignment import Assignment, find_assignments
from anlan.plan.rules.notice.deadline import deadline_years, labelled_years
from anlan.plan.rules.notice.duty import Duty, combine
from anlan.plan.rules.notice.formula import Grant, Role, read_formula
from anlan.plan.rules.notice.mask import Masked, mask
from anlan.plan.rules.notice.normalise import CleanText, Line, widen
from anlan.plan.rules.notice.numbering import cn_value, number_at
from anlan.plan.rules.notice.outline import Outline
from anlan.plan.rules.notice.table import Column, Row, rows_of
from anlan.plan.rules.notice.unit import is_possible, split_names

_NOBODY = frozenset(("", "无", "/", "—", "——", "-"))
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
    for table in outline.tables:
        caption = _caption(source, outline, table[0].start)
        for group in _grouped(rows_of(source, table)):
            entries.append(_entry(source, group, caption, first_leads))
    return entries


def _caption(source: CleanText, outline: Outline, start: int) -> str:
    """The line right above the table: a caption, or the heading of the item that holds it."""
    above = [item for item in outline.items if item.end == start]
    if above and start - above[-1].body <= 60:
        return source.text[above[-1].body : start]
    lines = [line for line in outline.front if line.end == start and line.end - line.start <= 60]
    return source.text[lines[-1].start : start] if lines else ""


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
    assignments, doubtful = _assignments(source, rows)
    return Entry(
        start=first.start,
        body=start,
        end=last.end,
        heading_end=_sentence_end(source.text, start, end),
        printed=_printed(source, first),
        sections=sections,
        section=" / ".join(widen(part) for part in sections),
        duty=combine(assignments, first_leads(first.start, last.end)),
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


_ROLES = (
    (Column.LEAD, Role.LEAD),
    (Column.SUPPORT, Role.SUPPORT),
    (Column.HELP, Role.HELP),
)


def _assignments(
    source: CleanText, rows: Sequence[Row]
) -> tuple[list[Assignment], list[tuple[int, int]]]:
    """What the cells of bodies assign, and the cells that were not understood."""
    found: list[Assignment] = []
    doubtful: list[tuple[int, int]] = []
    for row in rows:
        for column, role in _ROLES:
            for start, end in row.of(column):
                masked = mask(source, start, end)
                grants = _cell_grants(masked, role)
                if not grants and masked.text not in _NOBODY:
                    doubtful.append((start, end))
                if grants:
                    found.append(Assignment(start=start, end=end, grants=grants))
    if not found:
        for row in rows:
            for start, end in row.of(Column.TEXT):
                found.extend(find_assignments(source, start, end).assignments)
    return found, doubtful


def _cell_grants(masked: Masked, role: Role) -> tuple[Grant, ...]:
    if masked.text in _NOBODY:
        return ()
    formula = read_formula(masked, role)
    if formula is not None:
        grants = formula.grants
    else:
        names = split_names(masked.text.rstrip("。;"), masked.breaks)
        if not all(is_possible(name) for name in names.names):
            return ()
        grants = (Grant(role=role, names=names.names, open_ended=names.open_ended),)
    return tuple(
        Grant(
            role=grant.role,
            names=tuple(masked.shown(name) for name in grant.names),
            open_ended=grant.open_ended,
        )
        for grant in grants
    )


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
