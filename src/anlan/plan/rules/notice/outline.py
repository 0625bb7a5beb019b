"""The tree of numbered items of a notice, whatever numbers it uses.

Source: House rule. A number is taken for an item's when it continues a list that is open (or one
that ran on over a heading), or starts one, at a place where an item can start: a new line, or
behind the end of a sentence. Which list it belongs to follows from style and sequence, the
innermost list first; the order of styles is never assumed.
Units and valid range: clean positions; an item's own text ends where the next item starts.
Edge cases: the same number under different parents; a list that starts again at 1 below a line
ending with a colon (nested) or without one (starts anew); lists that run on over headings;
unnumbered headings; 任务一：… as a number with words; a last paragraph 工作要求：… that belongs
to no item; numbers inside sentences that a line break moved to a line's start.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

from anlan.plan.rules.notice.frontier import Frontier, find_frontiers
from anlan.plan.rules.notice.item import BARE, LAST, Item
from anlan.plan.rules.notice.label import label_at
from anlan.plan.rules.notice.named_heading import ASSIGNS, CLOSING, named_number_at
from anlan.plan.rules.notice.normalise import CleanText, Line
from anlan.plan.rules.notice.numbering import (
    Number,
    bullet_at,
    number_at,
    spaced_number_at,
    tight_number_at,
)
from anlan.plan.rules.notice.walk import Grid

_OPENING = re.compile(r"(?<=[。:;])(?:一、|\(一\)|1[.、]|\(1\))")
_SECONDS: Final = {"一、": "二、", "(一)": "(二)", "1.": "2.", "1、": "2、", "(1)": "(2)"}
SENTENCE_ENDS: Final = frozenset("。;:!?")
_CLOSERS: Final = frozenset(")]】〕”》…")
_RUNS_ON: Final = frozenset("、,([【〔《")
_INLINE = re.compile(r"(?<=[。;:)\]】〕])(?=[\d(〔一二三四五六七八九十①-⑳⑴-⒛])")
_GLUED = re.compile(r"[\u4e00-\u9fff]{2,20}(?=\([一1]\)|1[.、])")
_NOT_A_HEADING = re.compile(r"[。;,]|负责|牵头|[:].|^[(〔\[【]|落实$|配合$|^[-—●•◆■·*]")
_SECTION_WORD = re.compile(r"任务|指标|目标|工程|项目|原则|要求|措施|重点|保障|分工|举措")
_TITLE_END = re.compile(r"(?:方案|分工|规定|意见|通知|清单|表|计划|办法|要点|细则)$")
_LABELLED = re.compile(r"[\u4e00-\u9fff]{0,4}(?:措施|目标|内容|要求|做法|情况|表现):1[.、]")
LONGEST_BARE_HEADING: Final = 30
SHORT_HEADING: Final = 8
MOST_SAME_STYLE: Final = 2
LARGEST_LONE_VALUE: Final = 999
MOST_SKIPPED: Final = 20
LONG_LINE: Final = 80
_COUNTERS: Final = frozenset("个名家项次人元处条户年月日号")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """`items` in printed order; `front` are the lines that stand outside every item.

    `tables` are the lines of each of the `grids`; `unread` are lines of tables that are no rows.
    """

    items: tuple[Item, ...]
    front: tuple[Line, ...]
    tables: tuple[tuple[Line, ...], ...]
    contents: tuple[Line, ...]
    grids: tuple[Grid, ...]
    unread: tuple[tuple[int, int], ...]


def read_outline(source: CleanText) -> Outline:
    """Find items and the lines outside them."""
    frontier = find_frontiers(source)
    builder = _Builder(source, frontier)
    for index in range(len(source.lines)):
        builder.take_line(index)
    return builder.finish()


class _Builder:
    """Walks the lines once and keeps the path of open items."""

    def __init__(self, source: CleanText, frontier: Frontier) -> None:
        self.source = source
        self.text = source.text
        self.frontier = frontier
        self.items: list[Item] = []
        self.path: list[Item] = []
        self.front: list[Line] = []
        self.in_front = True
        self.last_by_style: dict[str, int] = {}
        self.fresh_before = True
        self.opened_inside = False
        self.closings = Counter(
            found[0] for line in source.lines if (found := CLOSING.match(self.text, line.start))
        )

    # -- lines ------------------------------------------------------------------------------

    def take_line(self, index: int) -> None:
        line = self.source.lines[index]
        if index in self.frontier.stops:
            self.close(line.start)
        if index in self.frontier.outside:
            if index not in self.frontier.table_lines:
                self.front.append(line)
            self.fresh_before = True
            return
        ended = self.has_ended(line)
        number = self.number_of(line, ended)
        if number is not None:
            self.place(number, line.start, inline=False)
            self.in_front = False
            self.fresh_before = True
        elif self.opens_bare_heading(index, line, ended):
            self.place_bare(index, line)
            self.in_front = False
            self.fresh_before = True
            return
        elif self.is_closing(index, line, ended):
            self.path.clear()
            self.push(Item(style=LAST, value=0, printed="", start=line.start, body=line.start))
            self.fresh_before = True
        elif self.in_front:
            self.take_front(line)
            self.fresh_before = True
        else:
            self.fresh_before = ended
        if not self.in_front and (number is not None or not self.opened_inside):
            self.take_inline(line, number.end if number else line.start)
        self.opened_inside = False

    def take_front(self, line: Line) -> None:
        """A line before the items; when all line breaks were lost, the items start inside it."""
        start = self.opening_inside(line) if line.end - line.start > LONG_LINE else None
        number = number_at(self.text, start) if start is not None else None
        if start is None or number is None:
            self.front.append(line)
            return
        self.front.append(Line(start=line.start, end=start, after_gap=line.after_gap))
        self.in_front, self.opened_inside = False, True
        self.place(number, start, inline=False)
        self.take_glued(number.end)
        self.take_inline(line, start + 1)

    def opening_inside(self, line: Line) -> int | None:
        missing: set[str] = set()
        for found in _OPENING.finditer(self.text, line.start, line.end):
            second = _SECONDS[found[0]]
            if second in missing:
                continue
            if self.text.find(second, found.end(), line.end) >= 0:
                return found.start()
            missing.add(second)
        return None

    def take_glued(self, position: int) -> None:
        """（一） or 1. right behind a heading that lost its line break."""
        found = _GLUED.match(self.text, position)
        number = number_at(self.text, found.end()) if found is not None else None
        if found is not None and number is not None and number.value == 1:
            self.place(number, found.end(), inline=False)
            self.take_glued(number.end)

    def has_ended(self, line: Line) -> bool:
        before = self.text[line.start - 1] if line.start else "。"
        gap = line.after_gap and before not in _RUNS_ON
        return before in SENTENCE_ENDS or before in _CLOSERS or gap

    def number_of(self, line: Line, ended: bool) -> Number | None:
        if not self.in_front and (ended or self.fresh_before):
            bullet = bullet_at(self.text, line.start)
            if bullet is not None:
                return bullet
        number = number_at(self.text, line.start)
        if number is None or (number.style.startswith("dot") and not self.continues(number)):
            number = self.tight(line.start) or number
        number = number or self.named(line) or self.spaced(line)
        if number is None or number.end > line.end:
            return None
        follows = self.continues(number)
        if ended:
            before = self.text[line.start - 1] if line.start else "。"
            lone = before in SENTENCE_ENDS or number.value == 1 or line.after_gap
            lone = lone or self.skips(number)
            accepted = follows or (lone and number.value <= LARGEST_LONE_VALUE)
        elif self.fresh_before:
            accepted = follows or number.value == 1
        else:
            accepted = follows and number.value > 1
        return number if accepted else None

    def tight(self, position: int) -> Number | None:
        """The next number of an open list before words that begin with a digit (2.5G基站)."""
        number = tight_number_at(self.text, position)
        return number if number is not None and self.continues(number) else None

    def named(self, line: Line) -> Number | None:
        number = named_number_at(self.text, line.start, line.end)
        if number is None:
            return None
        parted = self.text[number.end - 1] in ":、"
        parted = parted or number.end in self.source.broken(line.start, line.end)
        return number if parted and (number.value == 1 or self.continues(number)) else None

    def is_closing(self, index: int, line: Line, ended: bool) -> bool:
        """A last paragraph such as 工作要求：…, behind which nothing is assigned any more."""
        found = None if self.in_front else CLOSING.match(self.text, line.start, line.end)
        if found is None or self.closings[found[0]] > 1:
            return False
        before = self.source.lines[index - 1]
        ended = ended or label_at(self.text, before.start, before.end) is not None
        return ended and ASSIGNS.search(self.text, line.start) is None

    def spaced(self, line: Line) -> Number | None:
        number = spaced_number_at(self.text, line.start)
        if number is None or number.end not in self.source.broken(line.start, line.end):
            return None
        wrong = self.text[number.end] in _COUNTERS or line.end - line.start > 40
        return None if wrong or not (number.value == 1 or self.continues(number)) else number

    def take_inline(self, line: Line, start: int) -> None:
        if _LABELLED.match(self.text, line.start, line.end):
            return  # 整改措施：1.…2.… is one thing of its item
        for found in _INLINE.finditer(self.text, start, line.end):
            if found.start() <= line.start:
                continue
            before = self.text[found.start() - 1]
            number = number_at(self.text, found.start())
            if before in ")]】〕" and (number is None or number.style.startswith("dot")):
                number = self.tight(found.start())
            if number is None or number.style.startswith(("dot", "art")):
                continue
            accepted = number.value > 1 and self.continues(number)
            if number.value == 1 and number.style != "cn":
                accepted = before in SENTENCE_ENDS
            if not accepted or found.start() <= self.items[-1].start:
                continue
            self.place(number, found.start(), inline=True)
            if number.style == "cn":
                self.take_glued(number.end)

    # -- sequence ---------------------------------------------------------------------------

    def continues(self, number: Number) -> bool:
        if any(_follows(item, number) for item in self.path):
            return True
        return self.last_by_style.get(number.style) == number.value - 1

    def skips(self, number: Number) -> bool:
        """Whether the number leaves out a few of its list, as misprints do."""
        last = self.last_by_style.get(number.style)
        return last is not None and last < number.value <= last + MOST_SKIPPED

    def place(self, number: Number, start: int, *, inline: bool) -> None:
        depth = self.depth_for(number, start)
        del self.path[depth:]
        item = Item(
            style=number.style,
            value=number.value,
            printed=number.printed,
            start=start,
            body=number.end,
            inline=inline,
        )
        self.push(item)

    def push(self, item: Item) -> None:
        item.parent = self.path[-1] if self.path else None
        if item.parent is not None:
            item.parent.children.append(item)
        if self.items:
            self.items[-1].end = self.items[-1].end or item.start
        self.last_by_style[item.style] = item.value
        self.path.append(item)
        self.items.append(item)

    def depth_for(self, number: Number, start: int) -> int:
        """How much of the open path stays above the new item."""
        if number.style.startswith("dot"):
            return self.depth_of_dotted(number)
        if number.style == "bullet":
            styles = [item.style for item in self.path]
            return styles.index("bullet") if "bullet" in styles else len(styles)
        for depth in range(len(self.path) - 1, -1, -1):
            if _follows(self.path[depth], number):
                return depth
        if number.value == 1:
            return self.depth_of_first(number, start)
        return self.depth_of_jump(number)

    def depth_of_dotted(self, number: Number) -> int:
        for depth in range(len(self.path) - 1, -1, -1):
            style = self.path[depth].style
            if style == number.style and number.style != BARE:
                return depth
            if style == "ar" or (style.startswith("dot") and style < number.style):
                return depth + 1
        return len(self.path)

    def depth_of_first(self, number: Number, start: int) -> int:
        same = [depth for depth, item in enumerate(self.path) if item.style == number.style]
        top = self.path[-1] if self.path else None
        if top is None:
            return 0
        if top.style == BARE:
            return len(self.path)
        if not same:
            return 0 if number.style in ("cn", "art章", "art篇", "art编") else len(self.path)
        nested = self.text[start - 1] == ":" and len(same) < MOST_SAME_STYLE
        if nested and top.style != number.style:
            return len(self.path)
        return same[-1]

    def depth_of_jump(self, number: Number) -> int:
        for depth in range(len(self.path) - 1, -1, -1):
            if self.path[depth].style == number.style:
                return depth
        return len(self.path)

    # -- unnumbered headings ----------------------------------------------------------------

    def opens_bare_heading(self, index: int, line: Line, ended: bool) -> bool:
        length = line.end - line.start
        if length > LONGEST_BARE_HEADING or length < 2 or index + 1 >= len(self.source.lines):
            return False
        words = self.text[line.start : line.end]
        following = number_at(self.text, self.source.lines[index + 1].start)
        if following is None or _NOT_A_HEADING.search(words) or index + 1 in self.frontier.outside:
            return False
        if self.in_front:
            known = _SECTION_WORD.search(words) is not None and not words.endswith(":")
            placed = bool(self.front) and (ended or length <= SHORT_HEADING)
            return known and following.value == 1 and placed and not _TITLE_END.search(words)
        if not (ended and words[-1] not in ")]】〕”》"):
            return False
        if words.endswith(":"):
            return following.value == 1
        return following.value == 1 or self.continues(following)

    def place_bare(self, index: int, line: Line) -> None:
        following = number_at(self.text, self.source.lines[index + 1].start)
        style = following.style if following else ""
        words = self.text[line.start : line.end]
        del self.path[self.depth_of_bare(style, words.endswith(":")) :]
        self.push(Item(style=BARE, value=0, printed="", start=line.start, body=line.start))

    def depth_of_bare(self, style: str, colon: bool) -> int:
        for depth, item in enumerate(self.path):
            if item.style == BARE:
                return depth
        if colon:
            return len(self.path)
        for depth, item in enumerate(self.path):
            if item.style == style:
                return depth
        return 0 if style == "cn" else len(self.path)

    # -- ends -------------------------------------------------------------------------------

    def close(self, position: int) -> None:
        """A signature, an annex mark or a table ends every open item."""
        if self.items and not self.items[-1].end:
            self.items[-1].end = position
        self.path.clear()
        self.last_by_style.clear()
        self.in_front = True
        self.fresh_before = True

    def finish(self) -> Outline:
        if self.items and not self.items[-1].end:
            self.items[-1].end = len(self.text)
        return Outline(
            items=tuple(self.items),
            front=tuple(self.front),
            tables=tuple(grid.lines for grid in self.frontier.tables),
            contents=self.frontier.contents,
            grids=self.frontier.tables,
            unread=self.frontier.unread,
        )


def _follows(item: Item, number: Number) -> bool:
    return item.style == number.style and item.value == number.value - 1
