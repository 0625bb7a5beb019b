"""What a division-of-work notice says, as frozen values.

Source: House rule: the contract of `anlan plan parse` in design.md §6; the genre is that of
运政办函〔2023〕9号 and of any 分工方案, 任务分解 or 实施方案 that ends its items with the bodies
answerable for them.
Units and valid range: offsets count characters of the text as it was passed in, the end excluded;
years are calendar years; `chars` and `read` count characters that are not white space.
Edge cases: a text that is no notice is still a `ParsedNotice`, with no clause and everything in
`unread`; `require_notice` is what refuses it.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused


class Kind(StrEnum):
    INDICATOR = "indicator"
    SUBGOAL = "subgoal"
    TASK = "task"
    FOCUS = "focus"
    PROJECT = "project"
    CLAUSE = "clause"


class Mode(StrEnum):
    """How the bodies of a clause share it: as the text says, never guessed."""

    LEAD_SUPPORT = "lead_support"
    JOINT = "joint"
    SOLE = "sole"
    NONE = "none"


KIND_LABELS: Final = {
    Kind.INDICATOR: gettext_noop("Core indicator"),
    Kind.SUBGOAL: gettext_noop("Sub-goal"),
    Kind.TASK: gettext_noop("Key task"),
    Kind.FOCUS: gettext_noop("Focus sector"),
    Kind.PROJECT: gettext_noop("Key project"),
    Kind.CLAUSE: gettext_noop("Clause"),
}

MODE_LABELS: Final = {
    Mode.LEAD_SUPPORT: gettext_noop("Lead and supporting bodies"),
    Mode.JOINT: gettext_noop("Jointly, no lead named"),
    Mode.SOLE: gettext_noop("One body"),
    Mode.NONE: gettext_noop("No body named"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorTarget:
    """A measurable target; `operator` is one of `<` `<=` `>` `>=` `=` `up` `down`."""

    name: str
    operator: str
    value: int | float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentHead:
    title: str = ""
    number: str = ""
    issuer: str = ""
    date: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One item; `number` is as printed without its brackets or stop, `section` its headings."""

    id: str
    kind: Kind
    number: str
    heading: str
    text: str = ""
    section: str = ""
    deadline_years: tuple[int, ...] = ()
    mode: Mode = Mode.NONE
    lead_units: tuple[str, ...] = ()
    support_units: tuple[str, ...] = ()
    open_ended: bool = False
    indicator: IndicatorTarget | None = None
    start: int = 0
    end: int = 0
    parent: str | None = None

    def units(self) -> tuple[str, ...]:
        return self.lead_units + self.support_units


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How many characters the text has and how many were understood, white space not counted."""

    chars: int = 0
    read: int = 0
    unread: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedNotice:
    document: DocumentHead
    clauses: tuple[Clause, ...]
    coverage: Coverage = Coverage()

    def to_json(self) -> dict[str, Any]:
        head = self.document
        return {
            "document": {
                "title": head.title,
                "number": head.number,
                "issuer": head.issuer,
                "date": head.date.isoformat() if head.date else None,
            },
            "clauses": [_clause_json(clause) for clause in self.clauses],
            "coverage": {
                "chars": self.coverage.chars,
                "read": self.coverage.read,
                "unread": [
                    {"start": span.start, "end": span.end, "text": span.text}
                    for span in self.coverage.unread
                ],
            },
        }


def _clause_json(clause: Clause) -> dict[str, Any]:
    target = clause.indicator
    return {
        "id": clause.id,
        "kind": clause.kind.value,
        "number": clause.number,
        "heading": clause.heading,
        "text": clause.text,
        "section": clause.section,
        "deadline_years": list(clause.deadline_years),
        "mode": clause.mode.value,
        "lead_units": list(clause.lead_units),
        "support_units": list(clause.support_units),
        "open_ended": clause.open_ended,
        "indicator": None
        if target is None
        else {
            "name": target.name,
            "operator": target.operator,
            "value": target.value,
            "unit": target.unit,
        },
        "start": clause.start,
        "end": clause.end,
        "parent": clause.parent,
    }


class NotANotice(RuleRefused):
    """Nothing in the text assigns work to a body."""

    def __init__(self, clauses: int) -> None:
        self.clauses = clauses
        super().__init__(
            Message.of(
                gettext_noop(
                    "This file is not a division-of-work notice: {clauses} clauses were found and "
                    "none of them names a body. Expected are items that end like “（A局牵头，B局"
                    "按职责分工负责）” or lines like “责任单位：A局”. Choose the notice itself or "
                    "its annex with the division of work."
                ),
                clauses=clauses,
            )
        )


def require_notice(parsed: ParsedNotice) -> ParsedNotice:
    """Give the notice back, or refuse a text in which no clause names a body."""
    if not any(clause.mode is not Mode.NONE for clause in parsed.clauses):
        raise NotANotice(len(parsed.clauses))
    return parsed
