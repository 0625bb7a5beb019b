"""Clause text with what was read out of it: brackets, names by role, years."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

OPENING, CLOSING = "（(", "）)"
ASSIGNS = re.compile(r"牵头|负责|配合|参与|会同|责任单位")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A passage of a text and the CSS class that it gets."""

    start: int
    end: int
    name: str


def name_marks(text: str, names: Iterable[tuple[str, str]]) -> list[Mark]:
    """Every place of each name; `names` are (printed name, class). Longer names come first."""
    marks: list[Mark] = []
    taken = bytearray(len(text))
    for name, css in sorted(names, key=lambda pair: -len(pair[0])):
        start = text.find(name) if name else -1
        while start >= 0:
            end = start + len(name)
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                marks.append(Mark(start=start, end=end, name=css))
            start = text.find(name, end)
    return marks


def bracket_marks(text: str) -> list[Mark]:
    """Outermost brackets that divide work."""
    marks: list[Mark] = []
    depth, start = 0, 0
    for index, char in enumerate(text):
        if char in OPENING:
            start = index if depth == 0 else start
            depth += 1
        elif char in CLOSING and depth:
            depth -= 1
            if depth == 0 and ASSIGNS.search(text, start, index):
                marks.append(Mark(start=start, end=index + 1, name="in-bracket"))
    return marks


def year_marks(text: str, years: Iterable[int]) -> list[Mark]:
    found = (match for year in years for match in re.finditer(rf"{year}\s*年", text))
    return [Mark(start=match.start(), end=match.end(), name="is-year") for match in found]


def marked(text: str, marks: Sequence[Mark]) -> SafeString:
    """The text with a <mark> around every run of characters that carry the same classes."""
    classes: list[tuple[str, ...]] = [()] * len(text)
    for mark in marks:
        for index in range(max(mark.start, 0), min(mark.end, len(text))):
            classes[index] = (*classes[index], mark.name)
    parts: list[str] = []
    index = 0
    for names, run in groupby(classes):
        end = index + len(list(run))
        piece = escape(text[index:end])
        parts.append(f'<mark class="{" ".join(names)}">{piece}</mark>' if names else piece)
        index = end
    return mark_safe("".join(parts))  # noqa: S308  pieces are escaped, classes are ours


def marked_clause(text: str, names: Iterable[tuple[str, str]], years: Iterable[int]) -> SafeString:
    return marked(text, [*bracket_marks(text), *name_marks(text, names), *year_marks(text, years)])
