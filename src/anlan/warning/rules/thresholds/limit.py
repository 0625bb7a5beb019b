"""A limit with its exact inequality, as a table writes it.

House rule: "<0.03" is not "≤0.03" (style): a row names which it is. Units and valid range: those
of the table. Edge cases: a row with no limit, or with two, is refused when it is read.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, Final

HOW: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "at_least": ge,
    "above": gt,
    "at_most": le,
    "below": lt,
}


@dataclass(frozen=True, slots=True)
class Limit:
    """`how` is one of HOW."""

    how: str
    value: Decimal

    def is_reached(self, value: Decimal) -> bool:
        return HOW[self.how](value, self.value)


def read_limit(row: Mapping[str, Any]) -> Limit:
    """The one limit of a row."""
    found = [name for name in HOW if name in row]
    if len(found) != 1:
        raise ValueError(f"exactly one limit, not {found}")
    return Limit(found[0], Decimal(row[found[0]]))
