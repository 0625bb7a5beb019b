"""One threshold against what is known of a quantity, and lists of them.

Decides whether a threshold is met, not met, open (what was given covers another window) or
missing (nothing was given).

Source: the table that holds the threshold; 以上 includes the number, 小于 does not.
Units and valid range: as the quantity's name says; a window in hours.
Edge cases: a value in a shorter window holds for every longer one, and one that fails in a longer
window fails in every shorter one; nothing else is concluded across windows. A value without a
window is taken for every window.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Self

from anlan.warning.rules.thresholds.wind_force import lower_speed_m_s


class Standing(Enum):
    MET = "MET"
    NOT_MET = "NOT_MET"
    OPEN = "OPEN"
    MISSING = "MISSING"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A value of a quantity, within the hours of a window; None: now, and for any window."""

    value: Decimal
    window_h: Decimal | None = None


Quantities = Mapping[str, tuple[Known, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Exactly one of the three limits is set."""

    of: str
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    below: Decimal | None = None
    window_h: Decimal | None = None

    def __post_init__(self) -> None:
        limits = (self.at_least, self.at_most, self.below)
        if sum(limit is not None for limit in limits) != 1:
            raise ValueError(f"{self.of}: a criterion has exactly one limit")

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """A row of a table; `force` is a wind force instead of a speed."""
        limits = {
            name: Decimal(row[name])
            for name in ("at_least", "at_most", "below", "window_h")
            if name in row
        }
        if "force" in row:
            limits["at_least"] = lower_speed_m_s(row["force"])
        return cls(of=row["of"], **limits)

    def holds(self, value: Decimal) -> bool:
        if self.at_least is not None:
            return value >= self.at_least
        if self.at_most is not None:
            return value <= self.at_most
        return self.below is not None and value < self.below

    def standing(self, quantities: Quantities) -> Standing:
        known = quantities.get(self.of, ())
        if not known:
            return Standing.MISSING
        if any(self.holds(each.value) for each in known if self._is_within(each)):
            return Standing.MET
        if any(not self.holds(each.value) for each in known if self._is_around(each)):
            return Standing.NOT_MET
        return Standing.OPEN

    def _is_within(self, known: Known) -> bool:
        if known.window_h is None or self.window_h is None:
            return True
        return known.window_h <= self.window_h

    def _is_around(self, known: Known) -> bool:
        if known.window_h is None or self.window_h is None:
            return True
        return known.window_h >= self.window_h


def all_of(criteria: tuple[Criterion, ...], quantities: Quantities) -> Standing:
    """Criteria that must hold together: one that fails decides."""
    standings = {criterion.standing(quantities) for criterion in criteria}
    for decisive in (Standing.NOT_MET, Standing.MISSING, Standing.OPEN):
        if decisive in standings:
            return decisive
    return Standing.MET


def any_of(lists: tuple[tuple[Criterion, ...], ...], quantities: Quantities) -> Standing:
    """Lists of which one suffices: one that holds decides."""
    standings = {all_of(criteria, quantities) for criteria in lists}
    for decisive in (Standing.MET, Standing.MISSING, Standing.OPEN):
        if decisive in standings:
            return decisive
    return Standing.NOT_MET
