"""All indicators of a notice for the city and every reporting unit, as known at an instant.

Facts come from `losses` in grouped sums, denominators from the register of statistics; what each
year lacks is said by the rules. City figures are sums over all units and are the same for every
reader; records behind them stay in the reader's view.
"""

import calendar
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from anlan.base import clock
from anlan.base.rules.verdict import Verdict
from anlan.plan.models import Notice, PlanItem
from anlan.plan.queries.indicators.choices import Chosen, chosen_for
from anlan.plan.queries.indicators.facts import WHOLE, Facts
from anlan.plan.queries.indicators.statistics import Statistics
from anlan.plan.rules.indicator_table import Indicator, IndicatorKind, indicators
from anlan.plan.rules.indicators.choices import Basis
from anlan.plan.rules.indicators.figures import WHOLE_YEAR, Figure, YearFact
from anlan.plan.rules.indicators.sources import numerator
from anlan.plan.rules.indicators.standing import Period, Standing, stand
from anlan.registers import queries as registers
from anlan.registers.models import ReportingUnit

PERIOD_YEARS = 5
"""House rule: a notice speaks of a five-year plan (五年规划) that ends with its last deadline."""
COUNTED_IN: Mapping[str, tuple[str, Basis]] = {
    "I1": ("work_deaths", Basis.ACCIDENTS),
    "I2": ("work_deaths", Basis.ACCIDENTS),
    "I3": ("coal_deaths", Basis.ACCIDENTS),
    "I4": ("disaster_deaths", Basis.DISASTERS),
    "I5": ("affected_person_times", Basis.DISASTERS),
    "I6": ("loss_100m_yuan", Basis.DISASTERS),
}
"""Indicator → what is counted for it, and in which register."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitStanding:
    unit: ReportingUnit
    verdict: Verdict[Standing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An indicator: its item in the notice, the city's standing, and each unit's."""

    item: PlanItem
    indicator: Indicator
    verdict: Verdict[Standing]
    units: tuple[UnitStanding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    notice: Notice
    period: Period
    today: dt.date
    chosen: Chosen
    lines: tuple[Line, ...]

    def line(self, key: str) -> Line | None:
        return next((line for line in self.lines if line.item.key == key), None)


def board(
    notice: Notice,
    *,
    at: dt.datetime | None = None,
    only: str = "",
    with_units: bool = True,
    projects: bool = True,
) -> Board:
    """The indicators as known at an instant; None is now, in whatever world this is."""
    today = clock.today() if at is None else at.astimezone(clock.CITY_ZONE).date()
    period = period_of(notice)
    pool = _pool(period, chosen_for(notice, at), today, at)
    units = registers.reporting_units() if with_units else []
    city = registers.city_unit()
    region = city.region.code if city is not None else ""
    lines = []
    for item in indicator_items(notice):
        if only and item.key != only:
            continue
        row = target_of(item)
        lines.append(
            Line(
                item=item,
                indicator=row,
                verdict=pool.stand(row, WHOLE, region, projects=projects),
                units=tuple(
                    UnitStanding(
                        unit=unit,
                        verdict=pool.stand(row, unit.code, unit.region.code, projects=False),
                    )
                    for unit in units
                ),
            )
        )
    return Board(notice=notice, period=period, today=today, chosen=pool.chosen, lines=tuple(lines))


def _pool(period: Period, chosen: Chosen, today: dt.date, at: dt.datetime | None) -> "_Pool":
    years = _years(period, chosen, today)
    return _Pool(
        facts=Facts(years, at),
        statistics=Statistics(at),
        chosen=chosen,
        period=period,
        years=years,
        today=today,
    )


def indicator_items(notice: Notice) -> list[PlanItem]:
    """The items of a notice that are indicators of the table, in its order."""
    rows = PlanItem.objects.filter(notice=notice, is_dropped=False, key__in=list(indicators()))
    with_target = rows.filter(indicator_value__isnull=False)
    return list(with_target.select_related("notice").order_by("position"))


def period_of(notice: Notice) -> Period:
    """Five years up to the last deadline of its items, or up to its own year."""
    rows = PlanItem.objects.filter(notice=notice, is_dropped=False).order_by()
    said = rows.values_list("deadline_years", flat=True).distinct()  # few, of thousands of items
    years = [year for found in said for year in found]
    last = max(years, default=(notice.issued_on or clock.today()).year)
    return Period(first=last - PERIOD_YEARS + 1, last=last)


def target_of(item: PlanItem) -> Indicator:
    """The row of the table with the target that this notice prints."""
    row = indicators()[item.key]
    if item.indicator_value is None or item.indicator_value == row.target:
        return row
    return replace(row, target=item.indicator_value, source=str(item.notice))


def _years(period: Period, chosen: Chosen, today: dt.date) -> range:
    """Every year that is shown or decides, up to the present one."""
    window, base = chosen.choices.window, chosen.choices.base_year
    firsts = [period.first, *([window.first] if window else []), *([base.year] if base else [])]
    lasts = [period.last, *([window.last] if window else [])]
    return range(min(firsts), min(today.year, max(lasts)) + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """Where the facts of a unit and year come from."""

    facts: Facts
    statistics: Statistics
    chosen: Chosen
    period: Period
    years: range
    today: dt.date

    def stand(
        self, row: Indicator, unit: str, region: str, *, projects: bool
    ) -> Verdict[Standing]:
        return stand(
            row,
            tuple(self._fact(row, unit, region, year) for year in self._years_of(row)),
            period=self.period,
            today=self.today,
            choices=self.chosen.choices,
            projects=projects,
        )

    def _years_of(self, row: Indicator) -> range:
        """The base year concerns the fall in deaths alone."""
        if row.kind is IndicatorKind.FALL:
            return self.years
        window = self.chosen.choices.window
        first = self.period.first if window is None else min(self.period.first, window.first)
        return range(first, self.years.stop)

    def _fact(self, row: Indicator, unit: str, region: str, year: int) -> YearFact:
        figure, basis = COUNTED_IN[row.id]
        is_running = year == self.today.year
        covered = self.chosen.coverage.get(basis)
        top = numerator(
            self.facts.counted(figure, unit, year),
            self.statistics.published(figure, region, year),
            is_complete=covered is not None and covered.covers(year),
            is_running=is_running,
        )
        bottom = Figure()
        if row.kind is IndicatorKind.RATIO:
            bottom = self.statistics.denominator(row.denominator, region, year)
        return YearFact(
            year=year,
            numerator=top,
            denominator=bottom,
            elapsed=elapsed_of(self.today) if is_running else WHOLE_YEAR,
        )


def elapsed_of(today: dt.date) -> Fraction:
    """The part of the year that is over at the end of a day, the whole of it on its last."""
    days = 366 if calendar.isleap(today.year) else 365
    return Fraction((today - dt.date(today.year, 1, 1)).days + 1, days)


def exact(value: Decimal | None) -> str | None:
    """A number as exact text, the same on either database."""
    return None if value is None else f"{value.normalize():f}"
