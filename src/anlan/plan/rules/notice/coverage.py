"""How much of a text was understood, and the stretches that were not.

Source: House rule: nothing is dropped silently (design.md §3.11, missing is not normal).
Units and valid range: characters that are not white space, in the text as passed in.
Edge cases: tags, entities and page numbers are layout and count as read; two unread stretches with
only white space between them are one.
"""

import re
from collections.abc import Sequence
from typing import Final

from anlan.plan.rules.notice.normalise import CleanText
from anlan.plan.rules.notice.values import Coverage, Span

_VISIBLE: Final = re.compile(r"\S+")
Stretch = tuple[int, int]


def measure_coverage(
    raw: str, source: CleanText, read: Sequence[Stretch], doubtful: Sequence[Stretch]
) -> Coverage:
    """Both are clean positions; doubtful stretches inside read ones are unread."""
    understood = [(source.raw_start(a), source.raw_end(b)) for a, b in read if b > a]
    doubts = _merged([(source.raw_start(a), source.raw_end(b)) for a, b in doubtful if b > a])
    understood = _without(_merged([*understood, *source.layout]), doubts)
    unread = _visible_gaps(raw, understood)
    chars = sum(found.end() - found.start() for found in _VISIBLE.finditer(raw))
    missed = sum(len(piece) for span in unread for piece in _VISIBLE.findall(span.text))
    return Coverage(chars=chars, read=chars - missed, unread=tuple(unread))


def _merged(stretches: Sequence[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for start, end in sorted(stretches):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _without(stretches: Sequence[Stretch], cuts: Sequence[Stretch]) -> list[Stretch]:
    """Sorted stretches minus sorted cuts."""
    left: list[Stretch] = []
    at = 0
    for start, end in stretches:
        while at < len(cuts) and cuts[at][1] <= start:
            at += 1
        walk = at
        while walk < len(cuts) and cuts[walk][0] < end:
            if cuts[walk][0] > start:
                left.append((start, cuts[walk][0]))
            start = max(start, cuts[walk][1])
            walk += 1
        if start < end:
            left.append((start, end))
    return left


def _visible_gaps(raw: str, understood: Sequence[Stretch]) -> list[Span]:
    spans: list[Span] = []
    at = 0
    for start, end in [*understood, (len(raw), len(raw))]:
        text = raw[at:start]
        visible = text.strip()
        if visible:
            first = at + len(text) - len(text.lstrip())
            spans.append(Span(start=first, end=first + len(visible), text=visible))
        at = max(at, end)
    return spans
