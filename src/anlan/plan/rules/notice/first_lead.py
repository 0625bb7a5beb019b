"""Where the text's own rule holds that the first body of a list leads (列第一位者为牵头单位).

Source: House rule, from published notices.
Units and valid range: clean positions; asking costs the logarithm of the number of rules.
Edge cases: with 下同, and outside every item, the rule holds from its item to the end; in a
section's heading it holds for what stands below that section, in a table for its rows; elsewhere
for its own item alone.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from anlan.plan.rules.notice.formula import FIRST_LEADS
from anlan.plan.rules.notice.item import Item
from anlan.plan.rules.notice.outline import Outline


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstLeadRules:
    """`onward` is where the rule starts to hold for good; `spans` where it holds besides."""

    onward: int | None
    singles: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]

    def hold(self, start: int, end: int) -> bool:
        """Whether the first body leads in an item that starts and ends here."""
        if self.onward is not None and start >= self.onward:
            return True
        at = bisect_left(self.singles, start)
        if at < len(self.singles) and self.singles[at] < end:
            return True
        span = bisect_right(self.spans, start, key=lambda one: one[0]) - 1
        return span >= 0 and start < self.spans[span][1]


def first_lead_rules(text: str, outline: Outline) -> FirstLeadRules:
    """Find every place where the text gives the rule, and what it gives it for."""
    items = outline.items
    starts = [item.start for item in items]
    onward: list[int] = []
    singles: list[int] = []
    spans: list[tuple[int, int]] = []
    for found in FIRST_LEADS.finditer(text):
        index = bisect_right(starts, found.start()) - 1
        item = items[index] if index >= 0 else None
        table = _table_at(outline, found.start())
        if table is not None:
            spans.append(table)
        elif item is None or found.start() >= item.end:
            onward.append(0)
        elif found["onward"]:
            onward.append(item.start)
        elif item.children:
            spans.append((item.start, _end_of_all(item)))
        else:
            singles.append(item.start)
    return FirstLeadRules(
        onward=min(onward) if onward else None, singles=tuple(singles), spans=_merged(spans)
    )


def _table_at(outline: Outline, position: int) -> tuple[int, int] | None:
    at = bisect_right(outline.tables, position, key=lambda table: table[0].start) - 1
    if at < 0 or position >= outline.tables[at][-1].end:
        return None
    return outline.tables[at][0].start, outline.tables[at][-1].end


def _end_of_all(item: Item) -> int:
    """Where the last item below ends."""
    while item.children:
        item = item.children[-1]
    return item.end


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The same stretches without overlap, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
