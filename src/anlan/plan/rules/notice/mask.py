"""A stretch of text whose inner brackets are each replaced by one private-use character.

Source: House rule: 市审批服务管理局（市政务信息管理局） and 各县（市、区）政府 must not be cut at
the 、 or at the bracket inside them.
Units and valid range: positions in the masked text; up to 6400 inner brackets, more stay as
printed.
Edge cases: brackets of any kind and of either width pair with each other, as misprints do.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from anlan.plan.rules.notice.normalise import CleanText, widen

OPENING: Final = "([【〔"
CLOSING: Final = ")]】〕"
BRACKET: Final = re.compile(r"[()\[\]【】〔〕]")
_FIRST = 0xE000
_MOST = 6400


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """`holes[n]` is the inner bracket that the nth private-use character stands for."""

    text: str
    holes: tuple[str, ...]
    breaks: tuple[int, ...]

    def hole(self, char: str) -> str:
        index = ord(char) - _FIRST
        return self.holes[index] if 0 <= index < len(self.holes) else ""

    def shown(self, name: str) -> str:
        """The name with its inner brackets back, in the width of Chinese print."""
        return widen("".join(self.hole(char) or char for char in name))

    def breaks_in(self, start: int, end: int) -> tuple[int, ...]:
        """Positions of white space inside start–end, counted from start."""
        found = self.breaks[bisect_left(self.breaks, start + 1) : bisect_left(self.breaks, end)]
        return tuple(position - start for position in found)

    def without(self, pattern: re.Pattern[str]) -> "Masked":
        """The same with every match taken out; white space behind the first match is forgotten."""
        found = pattern.search(self.text)
        if found is None:
            return self
        kept = tuple(position for position in self.breaks if position <= found.start())
        return Masked(text=pattern.sub("", self.text), holes=self.holes, breaks=kept)

    def part(self, start: int, end: int) -> "Masked":
        return Masked(
            text=self.text[start:end], holes=self.holes, breaks=self.breaks_in(start, end)
        )


def mask(source: CleanText, start: int, end: int) -> Masked:
    text = source.text
    pieces: list[str] = []
    holes: list[str] = []
    offsets: list[tuple[int, int, int]] = []
    at, length = start, 0
    for opened, closed in groups(text, start, end):
        if len(holes) == _MOST:
            break
        pieces.append(text[at:opened])
        length += opened - at
        offsets.append((at, opened, length - (opened - at)))
        pieces.append(chr(_FIRST + len(holes)))
        length += 1
        holes.append(text[opened:closed])
        at = closed
    pieces.append(text[at:end])
    offsets.append((at, end, length))
    breaks = [
        masked_at + position - from_raw
        for from_raw, to_raw, masked_at in offsets
        for position in source.broken(from_raw, to_raw + 1)
        if start < position < end
    ]
    return Masked(text="".join(pieces), holes=tuple(holes), breaks=tuple(sorted(set(breaks))))


def groups(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The outermost brackets inside start–end, each with its closing bracket; one pass."""
    found: list[tuple[int, int]] = []
    depth, opened = 0, start
    for sign in BRACKET.finditer(text, start, end):
        if sign[0] in OPENING:
            if depth == 0:
                opened = sign.start()
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found.append((opened, sign.end()))
    return found


def unclosed(text: str, start: int, end: int) -> int | None:
    """Where a bracket opens that nothing closes before the end."""
    depth, opened = 0, None
    for sign in BRACKET.finditer(text, start, end):
        if sign[0] in OPENING:
            opened = sign.start() if depth == 0 else opened
            depth += 1
        elif depth:
            depth -= 1
    return opened if depth else None
