"""indicators: all indicators of all units as of a past instant, from twenty years of facts.

50 000 accidents and disaster figures over 20 years in 14 units, a third of them stated a second
time later. The window of the yearly mean and the base year reach over all twenty years, so that
every row is counted. Sums are compared with those of a plain walk over the made rows before a
time counts. Peer: the two bare GROUP BYs.
"""

import datetime as dt
import random
import sys
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

from bench.rig.instance import lay_city
from bench.rig.measure import Target, at_most, interleaved, seconds_of
from bench.rig.run import on_databases, require, say, start

FULL = {"records": 50_000, "rounds": 7}
SMALL = {"records": 140, "rounds": 2}
YEARS = range(2006, 2026)
LATER = dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)
CUT = dt.datetime(2026, 2, 1, 4, tzinfo=dt.UTC)
FIRST = dt.datetime(2026, 1, 5, 4, tzinfo=dt.UTC)
RESTATED = 0.33
BATCH = 2_000
LIMIT_S = 1.0
PEER_SQL = (
    "SELECT year, unit_id, sector_id, SUM(counted_deaths), COUNT(*) FROM losses_accidentfigure "
    "WHERE counting = 'counted' AND known_at <= %s "
    "AND (superseded_at IS NULL OR superseded_at > %s) GROUP BY year, unit_id, sector_id",
    "SELECT year, unit_id, SUM(deaths), SUM(affected_person_times), SUM(direct_loss_fen), "
    "COUNT(*) FROM losses_disasterfigure WHERE known_at <= %s "
    "AND (superseded_at IS NULL OR superseded_at > %s) GROUP BY year, unit_id",
)


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("indicators", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    return [
        at_most(
            f"{kind}: all indicators of all units as of a past instant, s",
            found["s"]["median"],
            LIMIT_S,
        )
        for kind, found in figures.items()
        if "not_run" not in found
    ]


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    lay_city()
    notice = _notice()
    say(f"indicators: {sizes['records']} records over {len(YEARS)} years")
    expected = Made(sizes["records"])
    from anlan.plan.queries.indicators.board import board

    seconds_of(lambda: board(notice, at=CUT))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = board(notice, at=CUT)
    _compare(found, expected)
    times = interleaved(
        {"product": lambda: board(notice, at=CUT), "peer": lambda: _peer(connection)},
        rounds=sizes["rounds"],
    )
    return {
        "s": times["product"],
        "peer_s": times["peer"],
        "queries": len(queries),
        "units": 1 + max(len(line.units) for line in found.lines),
        "values": sum((1 + len(line.units)) * len(YEARS) for line in found.lines),
    }


def _peer(connection: Any) -> int:
    with connection.cursor() as cursor:
        rows = 0
        for sql in PEER_SQL:
            cursor.execute(sql, [CUT, CUT])
            rows += len(cursor.fetchall())
        return rows


def _notice() -> Any:
    """A notice with the six indicators; papers and published figures for twenty years."""
    from anlan.base.actor import Actor
    from anlan.base.identity import new_id
    from anlan.base.journal.recording import recording
    from anlan.plan.actions.indicators.choosing import NewChoice, choose
    from anlan.plan.models import Notice, PlanItem
    from anlan.plan.rules.indicator_table import indicators
    from anlan.plan.rules.indicators.choices import Basis, ChoiceKind
    from anlan.registers.models import ReportingUnit, Statistic
    from anlan.registers.rules.scope import PROGRAM

    said = {"actor": Actor(account="program:bench", scope=PROGRAM), "now": FIRST}
    city = ReportingUnit.objects.get(kind="city")
    with recording(action="bench.notice", request_id=new_id().hex, **said) as rec:
        notice = Notice(
            title="演示", number="测函〔2023〕9号", unit=city, issued_on=dt.date(2023, 2, 3)
        )
        rec.add(notice)
        for position, (key, row) in enumerate(indicators().items(), start=1):
            rec.add(
                PlanItem(
                    notice=notice,
                    key=key,
                    kind="indicator",
                    number=str(position),
                    position=position,
                    heading=key,
                    text=key,
                    mode="none",
                    indicator_name=key,
                    indicator_operator="<",
                    indicator_value=row.target,
                    indicator_unit="",
                    deadline_years=[YEARS[-1]],
                )
            )
        for unit in ReportingUnit.objects.select_related("region"):
            for name, value in (
                ("gdp-yuan", 10**11),
                ("population-persons", 10**6),
                ("raw-coal-output-t", 10**7),
            ):
                rec.add_many(
                    [
                        Statistic(
                            region=unit.region,
                            year=year,
                            indicator=name,
                            value=value,
                            unit_of_measure="yuan",
                            state="known",
                            edition="测量",
                        )
                        for year in YEARS
                    ]
                )
    choices = [
        {"kind": ChoiceKind.BASE_YEAR, "first_year": YEARS[0]},
        {"kind": ChoiceKind.WINDOW, "first_year": YEARS[0], "last_year": YEARS[-1]},
        *({"kind": ChoiceKind.COVERAGE, "basis": b.value, "first_year": YEARS[0]} for b in Basis),
    ]
    for more in choices:
        choose(
            NewChoice(notice=notice.pk, source="演示文件", **more),
            request_id=new_id().hex,
            reason="测量",
            **said,
        )
    return notice


class Made:
    """Rows as `losses` writes them, many at once, and what a plain walk over them adds up to."""

    def __init__(self, records: int) -> None:
        from anlan.base.records import writing

        self.chance = random.Random(records)
        self.deaths: Counter[tuple[str, int]] = Counter()
        self.persons: Counter[tuple[str, int]] = Counter()
        self._find()
        token = writing.set(True)
        try:
            for begin in range(0, records, BATCH):
                self._batch(min(BATCH, records - begin) // 2)
        finally:
            writing.reset(token)

    def _find(self) -> None:
        from anlan.losses.models import AccidentSector
        from anlan.registers.models import Body, ReportingUnit

        self.units = list(ReportingUnit.objects.exclude(kind="city").select_related("region"))
        self.body = Body.objects.first()
        self.sectors = [
            AccidentSector(code=f"bench-{n}", name=f"测量{n}", is_coal_mine=n == 0)
            for n in range(9)
        ]
        from anlan.base.records import writing

        token = writing.set(True)
        try:
            AccidentSector.objects.bulk_create(self.sectors)
        finally:
            writing.reset(token)

    def _batch(self, pairs: int) -> None:
        from anlan.losses.models import Accident, AccidentFigure, Disaster, DisasterFigure

        accidents, statements, disasters, figures = [], [], [], []
        for _ in range(pairs):
            accident, said = self._accident()
            accidents.append(accident)
            statements += said
            disaster, told = self._disaster()
            disasters.append(disaster)
            figures += told
        Accident.objects.bulk_create(accidents)
        AccidentFigure.objects.bulk_create(statements)
        Disaster.objects.bulk_create(disasters)
        DisasterFigure.objects.bulk_create(figures)

    def _accident(self) -> tuple[Any, list[Any]]:
        from anlan.losses.models import Accident, AccidentFigure

        unit, year = self.chance.choice(self.units), self.chance.choice(YEARS)
        deaths = self.chance.choice((0, 0, 1, 1, 2, 3))
        common = {
            "kind": "general",
            "unit": unit,
            "region": unit.region,
            "sector": self.chance.choice(self.sectors),
            "body": self.body,
        }
        day = dt.date(year, 6, 1)
        row = Accident(
            title="演示",
            occurred_at=dt.datetime(year, 6, 1, 4, tzinfo=dt.UTC),
            deaths=deaths,
            counted_deaths=deaths,
            **common,
        )
        self.deaths[(unit.code, year)] += deaths
        statements = [
            AccidentFigure(
                accident=row,
                number=number,
                report_kind="initial",
                reported_at=at,
                known_at=at,
                superseded_at=until,
                entered_by="bench",
                occurred_on=day,
                changed_on=day,
                year=year,
                deaths=deaths + more,
                counted_deaths=deaths + more,
                **common,
            )
            for number, at, until, more in self._spans()
        ]
        return row, statements

    def _disaster(self) -> tuple[Any, list[Any]]:
        from anlan.losses.models import Disaster, DisasterFigure

        unit, year = self.chance.choice(self.units), self.chance.choice(YEARS)
        persons = self.chance.randrange(5_000)
        row = Disaster(
            code=uuid.uuid4().hex[:20],
            title="演示",
            hazard="flood",
            began_on=dt.date(year, 7, 1),
            unit=unit,
        )
        self.persons[(unit.code, year)] += persons
        figures = [
            DisasterFigure(
                disaster=row,
                unit=unit,
                number=number,
                report_kind="final",
                reported_at=at,
                known_at=at,
                superseded_at=until,
                body=self.body,
                year=year,
                deaths=0,
                missing=0,
                affected_person_times=persons + more,
                direct_loss_fen=persons * 10_000,
            )
            for number, at, until, more in self._spans()
        ]
        return row, figures

    def _spans(self) -> list[tuple[int, dt.datetime, dt.datetime | None, int]]:
        """(number, known at, held until, how much more): a third are restated after the cut."""
        if self.chance.random() >= RESTATED:
            return [(1, FIRST, None, 0)]
        return [(1, FIRST, LATER, 0), (2, LATER, None, 1)]


def _compare(found: Any, expected: Made) -> None:
    """Deaths and person-times of every unit and year against the plain walk."""
    for key, sums in (("I2", expected.deaths), ("I5", expected.persons)):
        line = found.line(key)
        for each in line.units:
            for year in each.verdict.known().yearly:
                name = (each.unit.code, year.fact.year)
                require(f"{key} {name}", year.fact.numerator.value, sums[name])


if __name__ == "__main__":
    sys.exit(
        start(
            "indicators",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
