"""Print the facts of a notice as a plain notice that `parse` reads back to the same facts.

Source: House rule: the published wording is not kept, so people are shown a text rendered from the
facts, in the order of levels of GB/T 9704—2012, 7.3.3.
Units and valid range: headings of at most four levels; headings and names as `parse` gives them
(no 。 ； ： in a heading).
Edge cases: sub-items of a clause stand below it, below an unnumbered line when they have a heading
of their own; years and targets that the heading does not say are printed as labels.
"""

from collections.abc import Sequence
from itertools import takewhile
from typing import Final, Protocol

from anlan.plan.rules.notice.deadline import deadline_years
from anlan.plan.rules.notice.indicator import read_target
from anlan.plan.rules.notice.named_heading import CLOSING
from anlan.plan.rules.notice.normalise import fold
from anlan.plan.rules.notice.numbering import cn_text
from anlan.plan.rules.notice.values import Clause, DocumentHead, IndicatorTarget, Mode

_WORDS: Final = {"down": "下降", "up": "增长"}
DEEPEST: Final = 4


class NoticeFacts(Protocol):
    """Anything with a head and clauses, such as a ParsedNotice."""

    @property
    def document(self) -> DocumentHead: ...

    @property
    def clauses(self) -> tuple[Clause, ...]: ...


def render(facts: NoticeFacts) -> str:
    """A notice in plain text."""
    return "\n".join([*_opening(facts.document), *_Printer(facts.clauses).lines(),
                      *_signature(facts.document)]) + "\n"  # fmt: skip


def _opening(head: DocumentHead) -> list[str]:
    lines = [head.issuer] if head.issuer and head.date is None else []
    lines += [line for line in (head.title, head.number) if line]
    return [*lines, ""]


def _signature(head: DocumentHead) -> list[str]:
    if head.date is None:
        return []
    day = f"{head.date.year}年{head.date.month}月{head.date.day}日"
    return ["", *(part for part in head.issuer.split("、") if part), day]


class _Printer:
    def __init__(self, clauses: Sequence[Clause]) -> None:
        self.clauses = clauses
        self.by_id = {clause.id: clause for clause in clauses}
        self.divided = _divided(clauses)
        deep_cn = any(_is_cn(one.number) and len(_path(one.section)) > 1 for one in clauses)
        self.styles = ("cn", "ar", "art", "arp") if deep_cn else ("cn", "cnp", "ar", "art")
        self.open: list[str] = []
        self.counts: list[int] = [0]
        self.label = ""

    def lines(self) -> list[str]:
        lines: list[str] = []
        for clause in self.clauses:
            lines += self.headings(clause)
            lines.append(f"{self.number(clause)}{_sentence(clause)}")
        return lines

    def headings(self, clause: Clause) -> list[str]:
        """The section headings that have to be printed before a clause."""
        path = _path(clause.section)
        parent = self.by_id.get(clause.parent) if clause.parent else None
        if parent is not None:
            label = " / ".join(path[len(_path(parent.section)) :])
            fresh, self.label = label != self.label, label
            return [f"{label}："] if label and fresh else []
        self.label = ""
        same = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(path, self.open))))  # noqa: B905
        lines: list[str] = []
        del self.counts[same + 1 :]
        for depth in range(same, len(path)):
            self.counts[depth] += 1
            self.counts.append(0)
            printed = _section_number(self.styles[depth], self.counts[depth])
            lines += ["", f"{printed}{path[depth]}"]
        self.open = path
        return [*lines, ""] if lines else []

    def number(self, clause: Clause) -> str:
        number, nested = clause.number, clause.parent in self.by_id
        if not number:
            return "" if _is_closing(clause) else "——"
        if number.startswith("第") or "." in number:
            return number
        if _is_cn(number):
            return f"（{number}）" if clause.section or nested else f"{number}、"
        return self.arabic(clause, nested=nested)

    def arabic(self, clause: Clause, *, nested: bool) -> str:
        number = clause.number
        if nested:
            return f"{number}." if self.label else f"{number}）"
        if self.among_sections(clause):
            return _section_number(self.styles[len(self.open)], int(number))
        return f"（{number}）"

    def among_sections(self, clause: Clause) -> bool:
        """Whether a clause stands in one list with headings; it is numbered as they are."""
        path = tuple(self.open)
        if path not in self.divided or not clause.number.isdigit():
            return False
        self.counts[len(path)] = int(clause.number)
        return self.styles[len(path)] in ("ar", "arp")


def _path(section: str) -> list[str]:
    """Headings from the outermost; those below the deepest level are one."""
    parts = [part for part in section.split(" / ") if part]
    deep = [" / ".join(parts[DEEPEST - 1 :])] if len(parts) >= DEEPEST else []
    return parts[: DEEPEST - 1] + deep


def _divided(clauses: Sequence[Clause]) -> frozenset[tuple[str, ...]]:
    """Every heading path that has further headings below it."""
    paths = {tuple(_path(clause.section)) for clause in clauses if clause.parent is None}
    return frozenset(path[:depth] for path in paths for depth in range(len(path)))


def _is_cn(number: str) -> bool:
    return bool(number) and number[0] in "一二三四五六七八九十百千零〇"


def _section_number(style: str, value: int) -> str:
    return {
        "cn": f"{cn_text(value)}、",
        "cnp": f"（{cn_text(value)}）",
        "ar": f"{value}.",
        "art": f"第{cn_text(value)}节",
        "arp": f"{value}）",
    }[style]


def _is_closing(clause: Clause) -> bool:
    return not clause.section and CLOSING.fullmatch(f"{fold(clause.heading)}:") is not None


def _sentence(clause: Clause) -> str:
    heading = fold(clause.heading)
    closing = not clause.number and _is_closing(clause)
    parts = [f"{clause.heading}{'：' if closing else '。'}"]
    if clause.indicator is not None and read_target(heading) != clause.indicator:
        parts.append(f"目标值：{_target(clause.indicator)}。")
    if clause.deadline_years and deadline_years(heading) != clause.deadline_years:
        parts.append(f"完成时限：{'、'.join(f'{year}年' for year in clause.deadline_years)}。")
    return "".join([*parts, _bodies(clause)])


def _target(target: IndicatorTarget) -> str:
    operator = _WORDS.get(target.operator, target.operator)
    return f"{target.name}{operator}{target.value}{target.unit}"


def _bodies(clause: Clause) -> str:
    """The assignment in brackets, empty when nobody is named."""
    leads, supports = "、".join(clause.lead_units), "、".join(clause.support_units)
    more = "等" if clause.open_ended else ""
    if clause.mode is Mode.LEAD_SUPPORT and supports:
        return f"（{leads}牵头，{supports}{more}按职责分工负责）"
    if clause.mode is Mode.LEAD_SUPPORT:
        return f"（{leads}{more}牵头负责）"
    if clause.mode is Mode.JOINT:
        return f"（{supports}{more}按职责分工负责）"
    return f"（{supports}{more}负责）" if clause.mode is Mode.SOLE else ""
