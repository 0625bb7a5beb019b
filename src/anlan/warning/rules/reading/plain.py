"""A text as it is read: width variants made one, blanks dropped, every character traceable.

House rule: fullwidth letters, digits and punctuation are their halfwidth forms, Roman numerals
their letters; blanks are dropped except between two digits, where they part two numbers. A line
break parts nothing by itself (texts are wrapped anywhere), but an issuer may begin after one.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

_FULL_FIRST, _FULL_LAST = "！", "～"  # the block of fullwidth ASCII
_ROMAN_FIRST, _ROMAN_LAST = "Ⅰ", "Ⅻ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters of the text as it came: `start` included, `end` excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain:
    """`text` is read; `origin[i]` is where its character i stands in the text as it came. Lines
    begin at `breaks`."""

    text: str
    origin: tuple[int, ...]
    breaks: frozenset[int]

    def span(self, start: int, end: int) -> Span:
        """Where characters of `text` stand in the text as it came."""
        if start >= end:
            return NOWHERE
        return Span(start=self.origin[start], end=self.origin[end - 1] + 1)


NOWHERE: Final = Span(start=0, end=0)


def plain(text: str) -> Plain:
    """The text to be read."""
    kept: list[str] = []
    origin: list[int] = []
    breaks: set[int] = set()
    has_blank = False
    for index, char in enumerate(text):
        if char in "\r\n":
            breaks.add(len(kept))
        if char.isspace() or unicodedata.category(char) in ("Cf", "Cc"):
            has_blank = True
            continue
        for part in _narrow(char):
            if has_blank and kept and kept[-1].isdigit() and part.isdigit():
                kept.append(" ")
                origin.append(index)
            has_blank = False
            kept.append(part)
            origin.append(index)
    return Plain(text="".join(kept), origin=tuple(origin), breaks=frozenset(breaks))


def _narrow(char: str) -> str:
    if _FULL_FIRST <= char <= _FULL_LAST or _ROMAN_FIRST <= char <= _ROMAN_LAST:
        return unicodedata.normalize("NFKC", char)
    return char
