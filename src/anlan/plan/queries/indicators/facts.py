"""What happened, as the indicators count it: by figure, unit and year, in two grouped queries."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from anlan.losses.queries.counting import accident_sums, disaster_sums
from anlan.plan.rules.indicators.sources import Counted

WHOLE: Final = "*"
"""Stands for all units together."""
FEN_PER_100M_YUAN: Final = Decimal(10**10)
DISASTER_FIGURES: Final = {
    "disaster_deaths": ("deaths", Decimal(1)),
    "disaster_missing": ("missing", Decimal(1)),
    "affected_person_times": ("affected_person_times", Decimal(1)),
    "loss_100m_yuan": ("direct_loss_fen", FEN_PER_100M_YUAN),
}
"""Figure → field of the disaster sums, and base units in one of its units."""
Key = tuple[str, str, int]


class Facts:
    """The counts of some years, as known at an instant (None: now)."""

    def __init__(self, years: Iterable[int], at: dt.datetime | None = None) -> None:
        self._sums: dict[Key, Counted] = {}
        found: dict[Key, list[tuple[Decimal, int, int]]] = defaultdict(list)
        years = list(years)
        for row in accident_sums(years=years, known_at=at):
            part = (Decimal(row.deaths), row.records, row.unknown)
            figures = ("work_deaths", "coal_deaths") if row.is_coal_mine else ("work_deaths",)
            for figure in figures:
                for unit in (row.unit, WHOLE):
                    found[(figure, unit, row.year)].append(part)
        for total in disaster_sums(years=years, known_at=at):
            silent = dict(total.unknown)
            for figure, (field, per) in DISASTER_FIGURES.items():
                value = Decimal(getattr(total, field)) / per
                part = (value, total.records, silent.get(field, 0))
                for unit in (total.unit, WHOLE):
                    found[(figure, unit, total.year)].append(part)
        for key, parts in found.items():
            self._sums[key] = Counted(
                value=sum((value for value, _, _ in parts), Decimal(0)),
                records=sum(records for _, records, _ in parts),
                silent=sum(silent for _, _, silent in parts),
            )

    def counted(self, figure: str, unit: str, year: int) -> Counted | None:
        """None where no record is held. `unit` WHOLE is all of them."""
        return self._sums.get((figure, unit, year))
