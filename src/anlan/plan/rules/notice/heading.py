"""Where the heading of an item ends: at 。 or ：, at a new line, or where its bodies begin.

Source: House rule, from published notices; GB/T 9704—2012, 7.3.3 for headings on lines of their
own.
Units and valid range: clean positions; a heading on its own line has at most `LONGEST_LINE`
characters.
Edge cases: a line break inside a heading that ends with 。 is not its end when its neighbours in
the same list end theirs with 。 on the first line; a heading wrapped over two lines without any
stop is one heading.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from anlan.plan.rules.notice.item import BARE, Item

LONGEST_LINE: Final = 40
LONGEST_WRAPPED: Final = 20
LONGEST_WITHOUT_STOP: Final = 60
_STOP = re.compile(r"[。;!?:]")


class Headings:
    """Finds heading ends; knows per list whether headings end with a stop or with a line."""

    def __init__(self, text: str, line_starts: Sequence[int]) -> None:
        self.text = text
        self.line_starts = line_starts
        self.by_line: dict[int, bool] = {}

    def end_of(self, item: Item, limit: int) -> int:
        """The end of an item's heading; `limit` is where its bodies or its end are."""
        first_line = self.first_line_end(item.body, limit)
        if item.style == BARE:
            return first_line - (self.text[first_line - 1] == ":")
        stop = self.stop_before(item.body, limit)
        if stop is None:
            short = limit - item.body <= LONGEST_WITHOUT_STOP
            return limit if short or first_line - item.body > LONGEST_LINE else first_line
        if first_line >= stop or first_line - item.body > LONGEST_LINE:
            return stop
        rest = self.text[first_line:stop]
        far = stop - item.body > LONGEST_LINE or len(rest) > LONGEST_WRAPPED or "," in rest
        return first_line if far or self.ends_by_line(item) else stop

    def stop_before(self, start: int, limit: int) -> int | None:
        for found in _STOP.finditer(self.text, start, limit):
            if found[0] != ":" or found.start() - start <= LONGEST_LINE:
                return found.start()
        return None

    def first_line_end(self, start: int, limit: int) -> int:
        at = bisect_right(self.line_starts, start)
        end = self.line_starts[at] if at < len(self.line_starts) else limit
        return min(end, limit)

    def ends_by_line(self, item: Item) -> bool:
        """Whether no item of the same list ends its heading with a stop on its first line."""
        siblings = item.parent.children if item.parent is not None else [item]
        key = id(item.parent) if item.parent is not None else id(item)
        if key not in self.by_line:
            self.by_line[key] = not any(self.stops_in_line(sibling) for sibling in siblings)
        return self.by_line[key]

    def stops_in_line(self, item: Item) -> bool:
        limit = self.first_line_end(item.body, item.end)
        return self.stop_before(item.body, min(limit, item.body + LONGEST_LINE)) is not None
