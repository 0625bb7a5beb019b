"""What kind of item a clause is, and the id that people will call it by.

Source: House rule. The kind follows from the nearest heading above that names one: 指标 or 目标,
任务, 重点行业 or 专项整治, 工程 or 项目; an indicator needs a measurable target. Ids are a letter
and the printed number: I, T, S, P, C; R under principles and W under requirements where nobody is
named.
Units and valid range: headings as folded text.
Edge cases: 目标任务 is a task heading, its last word decides; 总体要求 gives no W; a sub-goal
whose number an indicator has goes on counting behind the indicators; any other id met again gets
`-2`, `-3`.
"""

import re
from collections.abc import Sequence
from typing import Final

from anlan.plan.rules.notice.numbering import cn_value
from anlan.plan.rules.notice.values import Kind

_TAIL = r"(?:清单|分解表?|分工表?|分解|分工|安排|一览表|表|方案|体系|及分工|和分工|名单){0,3}:?$"
_HEADINGS: Final = (
    (Kind.SUBGOAL, re.compile(rf"(?:分项|分类|分领域|具体)目标{_TAIL}")),
    (Kind.INDICATOR, re.compile(rf"(?:指标|目标){_TAIL}")),
    (
        Kind.FOCUS,
        re.compile(
            rf"治本攻坚|(?:重点|专项)(?:行业|领域|整治|攻坚|行动)(?:领域|重点)?{_TAIL}|攻坚重点{_TAIL}"
        ),
    ),
    (
        Kind.PROJECT,
        re.compile(
            rf"(?:(?:重点|重大|主要|建设|骨干|标志性|示范|支撑|专项|十大|八大|五大|六大|三大|四大|七大|九大|^).{{0,4}}(?:工程|项目)"
            rf"|工程项目){_TAIL}"
        ),
    ),
    (
        Kind.TASK,
        re.compile(
            rf"(?:任务|(?:重点|主要|具体)工作|(?:工作|任务|职责|责任)分工|工作内容){_TAIL}"
        ),
    ),
)
_TITLE_OF_TASKS: Final = re.compile(r"任务(?:分工|分解|清单|台账)|分工方案|责任分解|工作分工")
_CONTINGENCY_PLAN: Final = re.compile(r"预案(?:\([^()]{1,10}\))?》?(?:的通知)?$")
_PRINCIPLES: Final = re.compile(r"原则:?$")
_REQUIREMENTS: Final = re.compile(r"(?<!总体)(?<!目标)要求:?$")
_LETTERS: Final = {
    Kind.INDICATOR: "I",
    Kind.SUBGOAL: "I",
    Kind.TASK: "T",
    Kind.FOCUS: "S",
    Kind.PROJECT: "P",
    Kind.CLAUSE: "C",
}


def is_contingency_plan(title: str) -> bool:
    """Whether the document is a 预案, whose sentences tell how bodies act and divide no work."""
    return _CONTINGENCY_PLAN.search(title) is not None


def kind_named(heading: str) -> Kind | None:
    """The kind that a section's heading announces."""
    for kind, pattern in _HEADINGS:
        if pattern.search(heading):
            return kind
    return None


def classify(
    headings: Sequence[str], own: str, title: str, *, measurable: bool, assigned: bool
) -> Kind:
    """`headings` from the outermost to the nearest; `own` is the clause's own heading."""
    announced = next((kind for h in reversed(headings) if (kind := kind_named(h))), None)
    if announced is None:
        task = assigned and _TITLE_OF_TASKS.search(title) and not _is_formal(headings)
        return Kind.TASK if task else Kind.CLAUSE
    if announced in (Kind.INDICATOR, Kind.SUBGOAL):
        if kind_named(own) is Kind.SUBGOAL or announced is Kind.SUBGOAL:
            return Kind.SUBGOAL
        return Kind.INDICATOR if measurable else Kind.SUBGOAL
    return announced


def _is_formal(headings: Sequence[str]) -> bool:
    return any(_PRINCIPLES.search(h) or _REQUIREMENTS.search(h) for h in headings)


class Ids:
    """Gives every clause its id, each one once."""

    def __init__(self) -> None:
        self.used: set[str] = set()
        self.again: dict[str, int] = {}
        self.largest = 0
        self.unnumbered: dict[str, int] = {}

    def take(self, kind: Kind, printed: str, headings: Sequence[str], *, assigned: bool) -> str:
        letter = _LETTERS[kind]
        if kind is Kind.CLAUSE and not assigned and headings:
            letter = _formal_letter(headings[-1])
        plain = plain_number(printed) or self.ordinal(letter)
        wanted = f"{letter}{plain}"
        if letter == "I" and wanted in self.used and kind is Kind.SUBGOAL:
            wanted = f"I{self.largest + 1}"
        if wanted in self.used:
            wanted = self.next_of(wanted)
        if letter == "I" and wanted[1:].isdigit():
            self.largest = max(self.largest, int(wanted[1:]))
        self.used.add(wanted)
        return wanted

    def ordinal(self, letter: str) -> str:
        """Items without a printed number are counted."""
        self.unnumbered[letter] = self.unnumbered.get(letter, 0) + 1
        return str(self.unnumbered[letter])

    def next_of(self, wanted: str) -> str:
        count = self.again.get(wanted, 1) + 1
        self.again[wanted] = count
        return f"{wanted}-{count}"


def _formal_letter(heading: str) -> str:
    if _PRINCIPLES.search(heading):
        return "R"
    return "W" if _REQUIREMENTS.search(heading) else "C"


def plain_number(printed: str) -> str:
    """Arabic digits for 三, 第五条, 1.2; empty for an item without number."""
    inner = printed.strip("第条章节篇编")
    if inner and not inner[0].isdigit():
        return str(cn_value(inner))
    return inner
