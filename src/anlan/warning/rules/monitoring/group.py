"""One monitoring rule and the places that it watches, in the numbers of the window engine.

House rule: a reading counts in thousandths of its unit, rounded; so sums are exact and a replay
gives the same. "Below" and "at most" are turned round an offset, so that the engine, which knows
"at least" alone, decides them; a limit keeps its exact inequality. Every place is watched twice in
one plan: by its sound readings, which alone can lower a level, and by all that may raise one (see
`feeding`).
Units and valid range: limits in the canonical unit of the property; seconds for slot, lateness,
staleness, hold and clear. Edge cases: a place without any limit is not watched. A share for
releasing below 1 is for sums and rates only: 98 % of a water level above the sea is no level. A
limit of a temperature or a level may be 0 or below; one of an amount (rain, a sum, a change) not,
since it would be reached where nothing happens.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from hashlib import sha256
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.warning.rules.engine.plan import (
    LARGEST_VALUE,
    LEVELS,
    MOST_SLOTS,
    Limits,
    Operation,
    Plan,
    WindowRule,
)

UNITS: Final = 1000
"""Whole numbers to one canonical unit."""
OFFSET: Final = 500_000_000
"""What "below" and "at most" are turned round."""
NO_LIMITS: Final[Limits] = (None, None, None, None)


class Comparison(StrEnum):
    """How a value meets a limit."""

    AT_LEAST = "at-least"
    ABOVE = "above"
    AT_MOST = "at-most"
    BELOW = "below"

    @property
    def is_turned(self) -> bool:
        return self in (Comparison.AT_MOST, Comparison.BELOW)


COMPARISON_LABELS: Final = {
    Comparison.AT_LEAST: gettext_noop("at least the limit"),
    Comparison.ABOVE: gettext_noop("above the limit"),
    Comparison.AT_MOST: gettext_noop("at most the limit"),
    Comparison.BELOW: gettext_noop("below the limit"),
}
OPERATION_LABELS: Final = {
    Operation.SUM: gettext_noop("accumulated amount"),
    Operation.MAX: gettext_noop("highest value"),
    Operation.DIFFERENCE: gettext_noop("change over the time"),
    Operation.PERSISTENCE: gettext_noop("held throughout"),
}


class BadGroup(ValueError):
    """A rule that the engine could not follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A place: its key, the datastream it is read from, and for each criterion the limits from
    blue to red in the engine's numbers."""

    place: str
    stream: str
    interval_s: int
    limits: tuple[Limits, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A criterion: what is done with the readings of how long."""

    operation: Operation
    window_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Places that one rule watches in slots of one length."""

    rule: str
    comparison: Comparison
    accumulates: bool
    slot_s: int
    lateness_s: int
    stale_s: int
    release: Fraction
    hold_s: int
    clear_s: int
    windows: tuple[Window, ...]
    places: tuple[Watched, ...]

    def __post_init__(self) -> None:
        if not self.places or not self.windows:
            raise BadGroup("nothing to watch")
        if self.release != 1 and self.comparison.is_turned:
            raise BadGroup("a share for releasing goes with limits that are reached from below")
        spans_s = (self.hold_s, self.clear_s, *(each.window_s for each in self.windows))
        if not all(is_short_enough(span_s, self.slot_s) for span_s in spans_s):
            raise BadGroup("a window or a wait is too long for its time step")

    def plan(self) -> Plan:
        """Stations 0 to n-1 are the places by sound readings, n to 2n-1 the same by all."""
        return Plan(
            stations=2 * len(self.places),
            slot_s=self.slot_s,
            lateness_s=self.lateness_s,
            stale_s=self.stale_s,
            rules=tuple(self._rule(number) for number in range(len(self.windows))),
        )

    def _rule(self, number: int) -> WindowRule:
        window = self.windows[number]
        limits = tuple(each.limits[number] for each in self.places)
        return WindowRule(
            name=str(number),
            operation=window.operation,
            window_slots=self.window_slots(window),
            limits=NO_LIMITS,
            station_limits=(*limits, *limits),
            release_share=self.release,
            hold_slots=math.ceil(self.hold_s / self.slot_s),
            clear_slots=math.ceil(self.clear_s / self.slot_s),
        )

    def window_slots(self, window: Window) -> int:
        """A window of nought is the newest value: one slot."""
        return max(1, math.ceil(window.window_s / self.slot_s))

    @property
    def digest(self) -> str:
        """Another plan has another one: then the windows are filled anew from the store."""
        return sha256(repr(self).encode()).hexdigest()

    @property
    def warm_up_slots(self) -> int:
        """After how many slots nothing from before them is remembered."""
        longest = max(self.window_slots(window) for window in self.windows)
        waits = math.ceil(self.hold_s / self.slot_s) + math.ceil(self.clear_s / self.slot_s)
        return 2 * longest + waits + math.ceil(self.stale_s / self.slot_s) + 2


def is_short_enough(span_s: int, slot_s: int) -> bool:
    """Whether the engine can remember so long a span in slots of this length."""
    return math.ceil(span_s / slot_s) <= MOST_SLOTS


def units(value: float) -> int:
    """A value in the engine's numbers."""
    return round(value * UNITS)


def turned(comparison: Comparison, whole: int) -> int:
    return OFFSET - whole if comparison.is_turned else whole


def shown_value(comparison: Comparison, whole: int) -> float:
    """The engine's number as a value again."""
    return turned(comparison, whole) / UNITS


def limit_of(comparison: Comparison, value: float | None) -> int | None:
    """From which number of the engine a limit is reached; BadGroup where no reading can."""
    if value is None:
        return None
    if not abs(value) <= LARGEST_VALUE:
        raise BadGroup("a limit beyond all numbers")
    whole = turned(comparison, units(value))
    return whole + 1 if comparison in (Comparison.ABOVE, Comparison.BELOW) else whole


def limits_of(
    comparison: Comparison, values: tuple[float | None, ...], *, is_amount: bool = False
) -> Limits:
    """The four limits from blue to red; BadGroup where they do not rise, or lie outside of what
    the engine can hold. Limits of an amount are above 0."""
    blue, yellow, orange, red = (limit_of(comparison, value) for value in values)
    given = [limit for limit in (blue, yellow, orange, red) if limit is not None]
    lowest = 0 if is_amount else -LARGEST_VALUE
    if given != sorted(given) or any(not lowest < limit <= LARGEST_VALUE for limit in given):
        raise BadGroup("limits do not rise from blue to red")
    return blue, yellow, orange, red


def slot_for(wanted_s: int, interval_s: int) -> int:
    """The slot in which a datastream is expected at least once: the wanted one, or its interval
    in whole minutes where that is longer."""
    return wanted_s if interval_s <= wanted_s else math.ceil(interval_s / 60) * 60


HIGHEST: Final = LEVELS
