"""Figures of the register of statistics, by region, name and year, as known at an instant.

A restated figure is a new edition, so what was known at an instant are the editions that some
entry had touched by then.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from anlan.base.models import JournalSubject
from anlan.plan.rules.indicators.figures import Figure
from anlan.plan.rules.indicators.sources import Edition, newest
from anlan.registers.models import Statistic

YUAN_PER_100M, TONNES_PER_MT = Decimal(10**8), Decimal(10**6)
DENOMINATORS: Mapping[str, tuple[str, Decimal]] = {
    "gdp_100m_yuan": ("gdp-yuan", YUAN_PER_100M),
    "coal_mt": ("raw-coal-output-t", TONNES_PER_MT),
    "population": ("population-persons", Decimal(1)),
}
"""Denominator of the indicator table → name in the register, and its base units in one unit."""
PUBLISHED: Mapping[str, tuple[str, Decimal]] = {
    "work_deaths": ("work-safety-deaths", Decimal(1)),
    "coal_deaths": ("coal-mine-deaths", Decimal(1)),
    "disaster_deaths": ("disaster-deaths", Decimal(1)),
    "affected_person_times": ("disaster-affected-person-times", Decimal(1)),
    "loss_100m_yuan": ("disaster-direct-loss-yuan", YUAN_PER_100M),
}
"""Numerator → published total in the register of statistics."""
Key = tuple[str, str, int]


class Statistics:
    """The figures that indicators are made of; asked by name, region code and year."""

    def __init__(self, at: dt.datetime | None = None) -> None:
        names = {name for name, _ in (*DENOMINATORS.values(), *PUBLISHED.values())}
        rows = Statistic.objects.filter(indicator__in=names).values_list(
            "pk", "region__code", *_READ
        )
        known = None if at is None else _touched_by(at)
        self._editions: dict[Key, list[Edition]] = defaultdict(list)
        for key, region, name, year, value, edition, source, mark, published_on in rows:
            if known is None or str(key) in known:
                self._editions[(name, region, year)].append(
                    Edition(
                        value=value,
                        edition=edition,
                        source=source,
                        mark=mark,
                        published_on=published_on,
                        entered=str(key),
                    )
                )

    def denominator(self, figure: str, region: str, year: int) -> Figure:
        return self._figure(*DENOMINATORS[figure], region, year)

    def published(self, figure: str, region: str, year: int) -> Figure:
        if figure not in PUBLISHED:
            return Figure()
        return self._figure(*PUBLISHED[figure], region, year)

    def _figure(self, name: str, per: Decimal, region: str, year: int) -> Figure:
        return _scaled(newest(self._editions.get((name, region, year), ())), per)


_READ = ("indicator", "year", "value", "edition", "source", "mark", "published_on")


def _touched_by(at: dt.datetime) -> set[str]:
    """Keys of the statistics that an entry known by then had written."""
    rows = JournalSubject.objects.filter(
        model=Statistic._meta.label_lower, entry__known_at__lte=at
    )
    return set(rows.values_list("key", flat=True))


def _scaled(figure: Figure, per: Decimal) -> Figure:
    if figure.value is None:
        return figure
    return Figure(value=figure.value / per, source=figure.source, edition=figure.edition)
