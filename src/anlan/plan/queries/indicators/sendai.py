"""Sendai A-1, B-1 and C-1 of the city and each unit, year by year, from the same facts."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from anlan.base.rules.verdict import Verdict
from anlan.plan.queries.indicators.choices import Chosen
from anlan.plan.queries.indicators.facts import WHOLE, Facts
from anlan.plan.queries.indicators.statistics import Statistics
from anlan.plan.rules.indicators.choices import Basis
from anlan.plan.rules.indicators.figures import Figure
from anlan.plan.rules.indicators.sendai import Target, sendai_value
from anlan.plan.rules.indicators.sources import numerator
from anlan.registers import queries as registers


@dataclass(frozen=True, slots=True, kw_only=True)
class SendaiRow:
    region: str
    unit: str
    target: Target
    year: int
    verdict: Verdict[Decimal]


def sendai_rows(
    chosen: Chosen, years: Iterable[int], today: dt.date, at: dt.datetime | None = None
) -> list[SendaiRow]:
    """Only years that are over. B-1 counts people once; the registers count person-times, so it
    stays undetermined."""
    over = [year for year in years if year < today.year]
    facts, statistics = Facts(over, at), Statistics(at)
    covered = chosen.coverage.get(Basis.DISASTERS)
    city = registers.city_unit()
    places = [(WHOLE, city.region.code, city.code)] if city is not None else []
    places += [(u.code, u.region.code, u.code) for u in registers.reporting_units()]

    def counted(figure: str, unit: str, region: str, year: int) -> Decimal | None:
        published = statistics.published(figure, region, year) if unit == WHOLE else Figure()
        is_complete = covered is not None and covered.covers(year)
        found = facts.counted(figure, unit, year)
        return numerator(found, published, is_complete=is_complete, is_running=False).value

    rows = []
    for unit, region, code in places:
        for year in over:
            people = statistics.denominator("population", region, year).value
            gdp = statistics.denominator("gdp_100m_yuan", region, year).value
            dead, missing, loss = (
                counted(figure, unit, region, year)
                for figure in ("disaster_deaths", "disaster_missing", "loss_100m_yuan")
            )
            verdicts = {
                Target.A1: sendai_value(Target.A1, (dead, missing), people),
                Target.B1: sendai_value(Target.B1, (None,), people),
                Target.C1: sendai_value(Target.C1, (loss,), gdp),
            }
            rows += [
                SendaiRow(region=region, unit=code, target=target, year=year, verdict=verdict)
                for target, verdict in verdicts.items()
            ]
    return rows
