"""What the duty has to take in a day (值班负荷), against a stated budget.

Decides how many days were over the budget, and how busy the busiest was.

Source: House rule [D], `data/scoring.toml`: no rule of the country names a number.
Units and valid range: whole messages a calendar day of the city; the last day is included.
Edge cases: a day without any counts as 0; as many as the budget are within it; no day, no figure.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """`over` are the days above the budget, the busiest first."""

    days: int
    total: int
    budget: int
    median: float | None
    busiest: tuple[date, int] | None
    over: tuple[tuple[date, int], ...]


def load(taken_in: Iterable[date], first: date, last: date, budget: int) -> Load:
    """The load of the days from `first` to `last`. Source and edge cases: see the module."""
    counted = Counter(day for day in taken_in if first <= day <= last)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    amounts = [counted[day] for day in days]
    ordered = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    return Load(
        days=len(days),
        total=sum(amounts),
        budget=budget,
        median=median(amounts) if amounts else None,
        busiest=ordered[0] if ordered else None,
        over=tuple((day, amount) for day, amount in ordered if amount > budget),
    )
