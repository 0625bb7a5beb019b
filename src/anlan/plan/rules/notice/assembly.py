"""From the outline to clauses: which items are clauses, whose they are, and by when.

Source: House rule. An item without sub-items is a clause; an item with sub-items is a section
unless it assigns work itself; sub-items that assign nothing below an item that does are part of
it, and so are the members of a sentence (…；…；… with one bracket at its end).
Units and valid range: clean positions inside, offsets of the original in the result.
Edge cases: years of a section's lead text hold for its clauses that name none; rows of a table are
clauses.
"""

from bisect import bisect_right
from dataclasses import dataclass, field

from anlan.plan.rules.notice.assignment import Found, find_assignments
from anlan.plan.rules.notice.deadline import deadline_years, labelled_years, year_of
from anlan.plan.rules.notice.duty import combine
from anlan.plan.rules.notice.first_lead import first_lead_rules
from anlan.plan.rules.notice.heading import Headings
from anlan.plan.rules.notice.indicator import read_target
from anlan.plan.rules.notice.item import BARE, LAST, Item
from anlan.plan.rules.notice.kind import Ids, classify, is_contingency_plan
from anlan.plan.rules.notice.normalise import CleanText, fold
from anlan.plan.rules.notice.outline import Outline
from anlan.plan.rules.notice.rows import Entry, captions, paragraphs_of, rows_as_entries
from anlan.plan.rules.notice.values import Clause, DocumentHead, IndicatorTarget, Kind, Mode


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    clauses: tuple[Clause, ...]
    read: tuple[tuple[int, int], ...]
    doubtful: tuple[tuple[int, int], ...]


@dataclass(slots=True, kw_only=True, eq=False)
class _Read:
    """What was read of one item."""

    found: Found
    heading_end: int = 0
    clause_id: str | None = None
    children: list[Item] = field(default_factory=list)


class _Assembly:
    def __init__(self, source: CleanText, outline: Outline, head: DocumentHead) -> None:
        self.source = source
        self.text = source.text
        self.outline = outline
        self.title = head.title
        self.since = year_of(head)
        self.with_sentences = not is_contingency_plan(fold(head.title))
        self.headings = Headings(source.text, [line.start for line in source.lines])
        self.reads: dict[int, _Read] = {}
        self.ids = Ids()
        self.folded: set[int] = set()
        self.first_leads = first_lead_rules(source.text, outline)

    # -- items ------------------------------------------------------------------------------

    def read_items(self) -> None:
        for item in self.outline.items:
            self.reads[id(item)] = _Read(found=self.find(item), children=list(item.children))
        for item in reversed(self.outline.items):
            if item.children and self.is_one_clause(item):
                self.fold(item)
        for item in self.outline.items:
            if id(item) in self.folded:
                continue
            read = self.reads[id(item)]
            limit = min([item.end, *read.found.marks[:1]])
            read.heading_end = max(self.headings.end_of(item, limit), item.body)

    def find(self, item: Item) -> Found:
        start = self.text.find(":", item.body) + 1 if item.style == LAST else item.body
        return find_assignments(self.source, start, item.end, with_sentences=self.with_sentences)

    def assigns(self, item: Item) -> bool:
        return bool(self.reads[id(item)].found.assignments)

    def below_assigns(self, item: Item) -> bool:
        """Whether an item below assigns; items below were folded already where they are one."""
        pending = list(item.children)
        while pending:
            child = pending.pop()
            if self.assigns(child):
                return True
            pending.extend(child.children)
        return False

    def is_one_clause(self, item: Item) -> bool:
        if item.style == BARE:
            return False
        children = item.children
        if self.assigns(item):
            return not self.below_assigns(item)
        if any(child.children for child in children):
            return False
        assigning = [child for child in children if self.assigns(child)]
        if assigning and (assigning != [children[-1]] or len(children) < 2):
            return False
        runs_on = all(self.text[child.end - 1] in ";,、" for child in children[:-1])
        if not assigning:
            dots = all(child.style == "bullet" for child in children)
            loose = runs_on or all(child.inline for child in children)
            return dots or (len(children) > 1 and loose)
        return runs_on or self.stands_alone(children[-1])

    def stands_alone(self, item: Item) -> bool:
        """Whether the assignment is a paragraph of its own below its item."""
        start = self.reads[id(item)].found.assignments[0].start
        lines = self.headings.line_starts
        at = bisect_right(lines, start) - 1
        return lines[at] == start > item.body and self.text[start - 1] in "。;:"

    def fold(self, item: Item) -> None:
        last = item
        while last.children:
            last = last.children[-1]
        pending = list(item.children)
        while pending:
            child = pending.pop()
            self.folded.add(id(child))
            pending.extend(child.children)
        item.end = last.end
        item.children = []
        self.reads[id(item)].found = self.find(item)

    # -- clauses ----------------------------------------------------------------------------

    def is_section(self, item: Item) -> bool:
        if item.style == BARE:
            return True
        if item.children:
            return not self.assigns(item)
        return not self.assigns(item) and self.heads_table(item)

    def heads_table(self, item: Item) -> bool:
        return any(
            table[0].start == item.end and item.end - item.body <= 60 and "。" not in (
                self.text[item.body : item.end]
            )
            for table in self.outline.tables
        )  # fmt: skip

    def heading_words(self, item: Item) -> str:
        return self.text[item.body : self.reads[id(item)].heading_end]

    def heading_shown(self, item: Item) -> str:
        return self.source.show(item.body, self.reads[id(item)].heading_end)

    def clause_of(self, item: Item) -> Clause:
        read = self.reads[id(item)]
        above = item.ancestors()
        sections = [one for one in above if self.reads[id(one)].clause_id is None]
        parent = next((i for one in above[::-1] if (i := self.reads[id(one)].clause_id)), None)
        entry = Entry(
            start=item.start,
            body=item.body,
            end=item.end,
            printed=item.printed,
            heading_end=read.heading_end,
            sections=tuple(self.heading_words(one) for one in sections),
            section=" / ".join(self.heading_shown(one) for one in sections),
            duty=combine(read.found.assignments, self.first_leads.hold(item.start, item.end)),
            years=self.years_of(item, read.found, above),
            parent=parent,
        )
        clause = self.build(entry)
        read.clause_id = clause.id
        return clause

    def years_of(self, item: Item, found: Found, above: list[Item]) -> tuple[int, ...]:
        years: tuple[int, ...] = ()
        at = item.body
        for start, end in sorted(found.due):
            years += deadline_years(self.text[at:start], self.since)
            years += labelled_years(self.text[start:end])
            at = max(at, end)
        years += deadline_years(self.text[at : item.end], self.since)
        section = above[-1] if above else None
        if not years and section is not None and self.reads[id(section)].clause_id is None:
            lead = self.text[self.reads[id(section)].heading_end : section.end]
            years = deadline_years(lead, self.since)
        return tuple(dict.fromkeys(years))

    def build(self, entry: Entry) -> Clause:
        own = self.text[entry.body : entry.heading_end]
        kind, target = self.kind_of(entry, own)
        assigned = entry.duty.mode is not Mode.NONE
        source = self.source
        return Clause(
            id=self.ids.take(kind, entry.printed, entry.sections, assigned=assigned),
            kind=kind,
            number=entry.printed,
            heading=source.show(entry.body, entry.heading_end),
            text=source.show(entry.body, entry.end),
            section=entry.section,
            deadline_years=entry.years,
            mode=entry.duty.mode,
            lead_units=entry.duty.leads,
            support_units=entry.duty.supports,
            open_ended=entry.duty.open_ended,
            indicator=target,
            start=source.raw_start(entry.start),
            end=source.raw_end(entry.end),
            parent=entry.parent,
        )

    def kind_of(self, entry: Entry, own: str) -> tuple[Kind, IndicatorTarget | None]:
        assigned = entry.duty.mode is not Mode.NONE
        target = read_target(own) or read_target(self.text[entry.heading_end + 1 : entry.end])
        kind = classify(
            entry.sections, own, fold(self.title), measurable=target is not None, assigned=assigned
        )
        return kind, target if kind is Kind.INDICATOR else None


def assemble(source: CleanText, outline: Outline, head: DocumentHead) -> Body:
    """Every clause in printed order with what was read of it."""
    assembly = _Assembly(source, outline, head)
    assembly.read_items()
    clauses: list[Clause] = []
    read: list[tuple[int, int]] = []
    doubtful: list[tuple[int, int]] = [*outline.unread]
    for item in outline.items:
        if id(item) in assembly.folded:
            continue
        read.append((item.start, item.end))
        doubtful.extend(assembly.reads[id(item)].found.doubtful)
        if not assembly.is_section(item):
            clauses.append(assembly.clause_of(item))
    for entry in rows_as_entries(source, outline, assembly.first_leads.hold):
        clauses.append(assembly.build(entry))
        doubtful.extend(entry.doubtful)
    read.extend(captions(outline))
    read.extend((line.start, line.end) for table in outline.tables for line in table)
    if not outline.items and not outline.tables:
        for entry in paragraphs_of(source, outline.front, assembly.first_leads.hold):
            clauses.append(assembly.build(entry))
            read.append((entry.start, entry.end))
    clauses.sort(key=lambda clause: clause.start)
    return Body(clauses=tuple(clauses), read=tuple(read), doubtful=tuple(doubtful))
