"""What the columns of a table of duties hold, by the words of its head.

Source: House rule, from published 任务分解表 and 责任清单.
Units and valid range: folded words of one cell of the head; brackets inside do not count.
Edge cases: a head of two rows (责任单位 over 牵头单位 and 配合单位) is one head; where cells are
parted by blanks only, every word of the head has to be known; a row of data that happens to hold
任务 and 部门 is no head below the first rows of a table.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from anlan.plan.rules.notice.cells import Parting, cells_of
from anlan.plan.rules.notice.label import Meaning, meaning_of
from anlan.plan.rules.notice.normalise import CleanText, Line

_NUMBER = re.compile(r"(?:序|编)?号|项号|序列")
_GROUP = re.compile(r"类别|领域|分类|板块|类型|一级.*|所属.*")
_TEXT = re.compile(
    r".*(?:任务|工作|内容|事项|措施|举措|目标|指标|项目|要点|名称|要求|工程|清单|条款|做法|行业).*"
)
_DUE = re.compile(r".*(?:时限|时间|期限|节点|进度|年限|年度).*")
_LEAD = re.compile(r".*(?:牵头|主办).*")
_UNIT = re.compile(r".*(?:单位|部门|科室|机构|主体).*")
_HELP = re.compile(r"[^责主牵实落]*(?:配合|协助|协办|参与|参加|协同|会办|协作)[^责主牵实落]*")
_PERSON = re.compile(r".*(?:领导|责任人|联系人|负责人|电话|联系方式).*")
_NOTE = re.compile(r"备注|说明|注|进展(?:情况)?|完成情况")
_HINT = re.compile(r"单位|部门|科室|机构|主体|牵头|主办|责任|配合|协办|协助|参与")
_DIGITS = re.compile(r"\d+")
LONGEST_HEAD: Final = 200
LONGEST_WORD: Final = 25
LEAST_BLANK_COLUMNS: Final = 3


class Column(Enum):
    """`SUPPORT` holds the bodies responsible, `HELP` those that only help."""

    NUMBER = "number"
    GROUP = "group"
    TEXT = "text"
    LEAD = "lead"
    SUPPORT = "support"
    HELP = "help"
    DUE = "due"
    OTHER = "other"


_OF_BODIES: Final = (Meaning.LEAD, Meaning.SUPPORT, Meaning.HELP)
BODIES: Final = (Column.LEAD, Column.SUPPORT, Column.HELP)
_PLAIN_COLUMNS: Final = (
    (Column.NUMBER, _NUMBER),
    (Column.DUE, _DUE),
    (Column.GROUP, _GROUP),
    (Column.TEXT, _TEXT),
)
_VERBS: Final = {"牵头": Column.LEAD, "主办": Column.LEAD, "责任": Column.SUPPORT} | dict.fromkeys(
    ("配合", "协办", "协助", "参与"), Column.HELP
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`printed` are its rows as they stand there, so that a repetition is known again."""

    parting: Parting
    columns: tuple[Column, ...]
    printed: tuple[tuple[str, ...], ...]

    @property
    def numbered(self) -> int | None:
        """Where the column of numbers stands, if there is one."""
        return self.columns.index(Column.NUMBER) if Column.NUMBER in self.columns else None

    def columns_for(self, count: int) -> tuple[Column, ...]:
        missing = max(count - len(self.columns), 0)
        return (self.columns + (Column.OTHER,) * missing)[:count]


def read_header(source: CleanText, lines: Sequence[Line], *, strict: bool) -> Header | None:
    """The head that starts at the first of the lines: one column of bodies and one of work.

    `strict` where rows of data may stand: the words for bodies are then those of a label.
    """
    start, end = lines[0].start, lines[-1].end
    if lines[0].end - start > LONGEST_HEAD or not _HINT.search(
        source.text, start, min(end, start + 2 * LONGEST_HEAD)
    ):
        return None
    for parting in Parting:
        words = _words(source, lines[0], parting)
        if len(words) < (2 if parting is Parting.TAB else LEAST_BLANK_COLUMNS):
            continue
        first = _first_row(words, parting, strict=strict)
        if first is None:
            if parting is Parting.TAB:
                return None
            continue
        below = _words(source, lines[1], parting) if lines[1:] else ()
        second = _second_row(words, first, below) if parting is Parting.TAB else None
        columns = second or first
        if any(column in BODIES for column in columns):
            printed = (words, below) if second else (words,)
            return Header(parting=parting, columns=columns, printed=printed)
    return None


def _words(source: CleanText, line: Line, parting: Parting) -> tuple[str, ...]:
    return tuple(source.text[start:end] for start, end in cells_of(source, line, parting))


def _first_row(
    words: tuple[str, ...], parting: Parting, *, strict: bool
) -> tuple[Column, ...] | None:
    """The columns of a row that can be a head, whether or not it names bodies itself."""
    columns = tuple(column_of(word) for word in words)
    if Column.TEXT not in columns or max(map(len, words)) >= LONGEST_WORD:
        return None
    strict = strict or parting is not Parting.TAB
    if strict and any(_DIGITS.fullmatch(word) for word in words):
        return None
    bodies = [word for word, column in zip(words, columns, strict=True) if column in BODIES]
    if strict and not all(map(_names_bodies, bodies)):
        return None
    if parting is not Parting.TAB and not all(map(_is_known, words)):
        return None
    return columns


def _second_row(
    words: tuple[str, ...], first: tuple[Column, ...], below: tuple[str, ...]
) -> tuple[Column, ...] | None:
    """The columns of a head of two rows: what stands below says more."""
    named = [(at, word) for at, word in enumerate(below) if word]
    if not any(_names_bodies(word) for _, word in named):
        return None
    if not all(_names_bodies(word) or word in words[at : at + 1] for at, word in named):
        return None
    columns = list(first) + [Column.OTHER] * max(len(below) - len(first), 0)
    for at, word in named:
        columns[at] = column_of(word)
    return tuple(columns)


def _names_bodies(word: str) -> bool:
    plain = re.sub(r"\(.*?\)", "", word)
    return plain in _VERBS or meaning_of(plain) in _OF_BODIES


def _is_known(word: str) -> bool:
    return bool(
        column_of(word) is not Column.OTHER or _PERSON.fullmatch(word) or _NOTE.fullmatch(word)
    )


def column_of(words: str) -> Column:
    """What a column holds, by the words of its head."""
    words = re.sub(r"\(.*?\)", "", words)
    if _PERSON.fullmatch(words):
        return Column.OTHER
    bodies = _VERBS.get(words) or _bodies_of(words)
    if bodies is not None:
        return bodies
    return next(
        (kind for kind, words_of in _PLAIN_COLUMNS if words_of.fullmatch(words)), Column.OTHER
    )


def _bodies_of(words: str) -> Column | None:
    """The kind of bodies whose column has such a head."""
    meaning = meaning_of(words)
    named = _UNIT.fullmatch(words) is not None and _NUMBER.fullmatch(words) is None
    if meaning is Meaning.LEAD or (named and meaning is None and _LEAD.fullmatch(words)):
        return Column.LEAD
    if meaning not in _OF_BODIES and not named:
        return None
    helps = meaning is Meaning.HELP or _HELP.fullmatch(words)
    return Column.HELP if helps else Column.SUPPORT
