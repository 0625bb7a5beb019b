"""Which column of a returned sheet is which, found by its head.

Source: House rule: a head is recognised by the words it was sent with or a usual synonym; a head
that nobody knows is asked about, never guessed from its place or content.
Units and valid range: heads as text, one or two lines of a sheet joined. Edge cases: a head that
stands twice is asked about; what a person answered goes before every synonym; a column that is not
in the file leaves its cells as they were.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop

ABSENT: Final = "-"
"""What a person answers when the file has no such column."""
_BRACKETED: Final = re.compile(r"[(\[【].*?[)\]】]")
_SIGNS: Final = re.compile(r"[\s*:：、/／·._\-]+")
FEWEST_KNOWN: Final = 3
"""House rule: a line with three known heads, one of them the row number, is the line of heads."""


class SheetField(StrEnum):
    """A column that a body fills in."""

    STATE = "state"
    DONE_ON = "done_on"
    DOCUMENT = "document_number"
    EVIDENCE = "evidence"
    OBSTACLE = "obstacle"
    FILLED_BY = "filled_by"

    @property
    def label(self) -> str:
        return FIELD_LABELS[self]

    @property
    def most_chars(self) -> int:
        return MOST_CHARS[self]


FIELD_LABELS: Final = {
    SheetField.STATE: gettext_noop("state (column)"),
    SheetField.DONE_ON: gettext_noop("finished on (column)"),
    SheetField.DOCUMENT: gettext_noop("document number (column)"),
    SheetField.EVIDENCE: gettext_noop("evidence (column)"),
    SheetField.OBSTACLE: gettext_noop("obstacle (column)"),
    SheetField.FILLED_BY: gettext_noop("confirmed by (column)"),
}
MOST_CHARS: Final = {
    SheetField.STATE: 20,
    SheetField.DONE_ON: 40,
    SheetField.DOCUMENT: 60,
    SheetField.EVIDENCE: 500,
    SheetField.OBSTACLE: 500,
    SheetField.FILLED_BY: 120,
}
ROW_ID: Final = "row_id"
ROW_CODE: Final = "row_code"
ASKED: Final = "asked"
ALIASES: Final[Mapping[str, tuple[str, ...]]] = {
    ROW_ID: ("系统编号", "系统编号勿改", "行标识"),
    ROW_CODE: ("行号", "编号", "行编号", "任务编号", "行码"),
    ASKED: ("任务内容", "任务", "工作任务", "任务要求", "内容", "成果要求"),
    SheetField.STATE: (
        "完成情况",
        "状态",
        "进展状态",
        "完成状态",
        "进展情况",
        "工作状态",
        "是否完成",
    ),
    SheetField.DONE_ON: (
        "完成日期",
        "完成时间",
        "办结日期",
        "办结时间",
        "实际完成日期",
        "实际完成时间",
    ),
    SheetField.DOCUMENT: ("文号", "文件号", "文件编号", "文件文号", "发文字号", "成果文号"),
    SheetField.EVIDENCE: (
        "佐证说明",
        "佐证材料",
        "佐证",
        "证明材料",
        "成果说明",
        "工作成效",
        "成果",
    ),
    SheetField.OBSTACLE: ("存在困难", "困难", "存在问题", "问题", "困难和问题", "需协调事项"),
    SheetField.FILLED_BY: ("确认人", "填报人", "填报人确认", "联系人", "经办人", "责任人"),
}
"""The first alias is the head that is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """Where the columns stand (0-based). `asked` are fields whose column a person has to name
    among `unknown` heads; `first` is the 0-based line below the heads."""

    at: Mapping[str, int]
    asked: tuple[SheetField, ...]
    unknown: tuple[str, ...]
    first: int


def sent_head(name: str) -> str:
    return ALIASES[name][0]


def cleaned_head(text: str) -> str:
    """A head as it is compared: 完成 日期（必填）* is 完成日期."""
    return _SIGNS.sub("", _BRACKETED.sub("", unicodedata.normalize("NFKC", text))).lower()


def find_heads(lines: Sequence[Sequence[str]], answers: Mapping[str, str]) -> Heads | None:
    """The heads of a sheet's first lines; None when no line carries enough of them. `answers` are
    what a person said of earlier questions: field → head, or ABSENT."""
    known = {alias: name for name, aliases in ALIASES.items() for alias in aliases}
    named = {cleaned_head(head): field for field, head in answers.items() if head != ABSENT}
    scored = [(_known(line, known | named), -at) for at, line in enumerate(lines)]
    count, negative = max(scored, default=(0, 0))
    if count < FEWEST_KNOWN:
        return None
    best = -negative
    at, doubled = _places(lines[best], known | named)
    if ROW_CODE not in at and ROW_ID not in at:
        return None
    asked = tuple(f for f in SheetField if f not in at and answers.get(f.value) != ABSENT)
    taken = set(at.values())
    unknown = tuple(
        head
        for place, head in enumerate(lines[best])
        if cleaned_head(head) and place not in taken and cleaned_head(head) not in doubled
    )
    doubles = tuple(head for head in lines[best] if cleaned_head(head) in doubled)
    return Heads(
        at=at, asked=asked, unknown=(*unknown, *doubles), first=_below(lines, best, known | named)
    )


def _known(line: Sequence[str], known: Mapping[str, str]) -> int:
    return len({known[cleaned_head(head)] for head in line if cleaned_head(head) in known})


def _places(line: Sequence[str], known: Mapping[str, str]) -> tuple[dict[str, int], set[str]]:
    """SheetField → place; two columns of one field are left to a person."""
    at: dict[str, int] = {}
    doubled: dict[str, set[str]] = {}
    for place, head in enumerate(line):
        name = known.get(cleaned_head(head))
        if name is None:
            continue
        if name in at and name in tuple(SheetField):
            doubled.setdefault(name, {cleaned_head(line[at[name]])}).add(cleaned_head(head))
        else:
            at.setdefault(name, place)
    for name in doubled:
        del at[name]
    return at, {head for heads in doubled.values() for head in heads}


def _below(lines: Sequence[Sequence[str]], best: int, known: Mapping[str, str]) -> int:
    """Merged heads fill several lines: the rows begin below the last of them."""
    at = best + 1
    while at < len(lines) and _known(lines[at], known) >= FEWEST_KNOWN:
        at += 1
    return at
