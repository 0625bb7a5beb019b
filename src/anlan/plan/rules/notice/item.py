"""An item of a notice: numbered, or an unnumbered heading over a list.

Source: House rule.
Units and valid range: clean positions; an item's own text ends where the next item starts.
Edge cases: a last paragraph 工作要求：… that belongs to no item has the style LAST.
"""

from dataclasses import dataclass, field
from typing import Final

BARE: Final = "bare"
LAST: Final = "last"


@dataclass(slots=True, kw_only=True, eq=False)
class Item:
    """A numbered item, or (style BARE) an unnumbered heading over a list."""

    style: str
    value: int
    printed: str
    start: int
    body: int
    end: int = 0
    parent: "Item | None" = None
    inline: bool = False
    children: list["Item"] = field(default_factory=list)

    def ancestors(self) -> "list[Item]":
        """From the outermost to the parent."""
        found, item = [], self.parent
        while item is not None:
            found.append(item)
            item = item.parent
        return found[::-1]
