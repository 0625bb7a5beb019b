"""A small city of two counties with one notice, and acts on it with an instant of their own."""

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from anlan.base.actor import Actor
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.losses.models import Accident, AccidentFigure, AccidentSector, Disaster, DisasterFigure
from anlan.plan.actions.indicators.choosing import NewChoice, choose
from anlan.plan.models import Notice, PlanItem
from anlan.plan.rules.indicator_table import indicators
from anlan.plan.rules.indicators.choices import Basis, ChoiceKind
from anlan.registers.models import Body, Region, ReportingUnit, Statistic
from anlan.registers.rules.scope import PROGRAM

START = dt.datetime(2026, 2, 1, 4, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
KEEPER = Actor(account="keeper", scope=PROGRAM)
YEARS = range(2020, 2026)
WHOLE = {"I1": 62, "I2": 30, "I3": 38, "I4": 4, "I5": 1000, "I6": 10}


@dataclass
class SmallCity:
    """Every act is one entry at the next hour, sealed at once."""

    request_ids: Callable[[], str]
    units: dict[str, ReportingUnit] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)
    at: dt.datetime = START

    def record(self, *added: Any, changed: tuple[Any, ...] = ()) -> dt.datetime:
        self.at += HOUR
        with recording(
            action="t.write", actor=KEEPER, now=self.at, request_id=self.request_ids()
        ) as rec:
            for row, values in changed:
                held = rec.lock(type(row), row.pk)
                for name, value in values.items():
                    setattr(held, name, value)
                rec.save(held)
            for row in added:
                rec.add(row)
        seal(self.at)
        return self.at

    @property
    def notice(self) -> Notice:
        return Notice.objects.get()

    def build(self) -> None:
        regions = {
            code: Region(code=code, name=code, level="county") for code in ("90", "9001", "9002")
        }
        for code, kind, region in (
            ("city", "city", "90"),
            ("a", "county", "9001"),
            ("b", "county", "9002"),
        ):
            self.units[code] = ReportingUnit(
                code=code,
                name=code,
                short_name=code,
                kind=kind,
                region=regions[region],
                valid_from=dt.date(2020, 1, 1),
                position=len(self.units),
            )
        body = Body(
            code="bureau", full_name="演示局", short_name="演示局", unit=self.units["city"]
        )
        sectors = [
            AccidentSector(code="coal", name="煤矿", is_coal_mine=True),
            AccidentSector(code="road", name="道路"),
        ]
        notice = Notice(
            title="演示通知",
            number="演示〔2023〕9号",
            unit=self.units["city"],
            issued_on=dt.date(2023, 2, 3),
        )
        items = [
            PlanItem(
                notice=notice,
                key=key,
                kind="indicator",
                number=str(n),
                position=n,
                section="",
                heading=key,
                text=key,
                mode="none",
                indicator_name=key,
                indicator_unit="x",
                indicator_operator="<",
                indicator_value=row.target,
                deadline_years=[2025],
            )
            for n, (key, row) in enumerate(indicators().items(), start=1)
        ]
        goal = PlanItem(
            notice=notice,
            key="I7",
            kind="subgoal",
            number="2",
            position=7,
            section="",
            heading="分项目标",
            text="四句",
            mode="none",
            deliverables=["甲", "乙", "丙", "丁"],
        )
        self.rows = {"body": body, "coal": sectors[0], "road": sectors[1]}
        self.record(*regions.values(), *self.units.values(), body, *sectors, notice, *items, goal)

    # facts

    def accident(self, unit: str, year: int, deaths: int | None, sector: str = "road") -> Accident:
        day = dt.date(year, 6, 1)
        common = {
            "kind": "general",
            "unit": self.units[unit],
            "region": self.units[unit].region,
            "sector": self.rows[sector],
            "body": self.rows["body"],
            "deaths": deaths,
            "counted_deaths": deaths,
        }
        row = Accident(
            title=f"演示{uuid.uuid4().hex[:6]}",
            occurred_at=dt.datetime.combine(day, dt.time(4), dt.UTC),
            **common,
        )
        self.record(row, self._statement(row, 1, year, common))
        return row

    def _statement(
        self, row: Accident, number: int, year: int, common: dict[str, Any]
    ) -> AccidentFigure:
        at = self.at + HOUR
        return AccidentFigure(
            accident=row,
            number=number,
            report_kind="initial",
            reported_at=at,
            known_at=at,
            entered_by="keeper",
            occurred_on=dt.date(year, 6, 1),
            year=year,
            changed_on=dt.date(year, 6, 1),
            **common,
        )

    def restate(self, row: Accident, deaths: int) -> None:
        """A later statement takes the place of the last one."""
        last = AccidentFigure.objects.filter(accident=row).latest("number")
        common = {
            name: getattr(last, name) for name in ("kind", "unit", "region", "sector", "body")
        } | {"deaths": deaths, "counted_deaths": deaths}
        new = self._statement(row, last.number + 1, last.year, common)
        self.record(
            new,
            changed=(
                (last, {"superseded_at": new.known_at}),
                (row, {"deaths": deaths, "counted_deaths": deaths}),
            ),
        )

    def disaster(
        self,
        unit: str,
        year: int,
        *,
        deaths: int | None = 0,
        persons: int | None = 0,
        loss_fen: int | None = 0,
        missing: int | None = 0,
    ) -> Disaster:
        row = Disaster(
            code=uuid.uuid4().hex[:12],
            title="演示灾害",
            hazard="flood",
            began_on=dt.date(year, 7, 1),
            unit=self.units[unit],
        )
        at = self.at + HOUR
        figure = DisasterFigure(
            disaster=row,
            unit=self.units[unit],
            number=1,
            report_kind="final",
            reported_at=at,
            known_at=at,
            body=self.rows["body"],
            year=year,
            deaths=deaths,
            missing=missing,
            affected_person_times=persons,
            direct_loss_fen=loss_fen,
        )
        self.record(row, figure)
        return row

    def statistic(
        self,
        name: str,
        year: int,
        value: str | None,
        *,
        region: str = "90",
        edition: str = "初步",
        mark: str = "V",
        on: dt.date | None = None,
    ) -> None:
        self.record(
            Statistic(
                region=Region.objects.get(code=region),
                year=year,
                indicator=name,
                value=None if value is None else Decimal(value),
                unit_of_measure="yuan",
                state="unknown" if value is None else "known",
                edition=edition,
                published_on=on,
                mark=mark,
            )
        )

    def choose(self, kind: ChoiceKind, **more: Any) -> None:
        self.at += HOUR
        choose(
            NewChoice(notice=self.notice.pk, kind=kind, source="演示文件〔2023〕1号", **more),
            actor=KEEPER,
            now=self.at,
            request_id=self.request_ids(),
            reason="演示",
        )
        seal(self.at)

    def settle(self) -> None:
        """Papers for everything that is left open."""
        self.choose(ChoiceKind.BASE_YEAR, first_year=2020)
        self.choose(ChoiceKind.WINDOW, first_year=2021, last_year=2025)
        for basis in Basis:
            self.choose(ChoiceKind.COVERAGE, basis=basis.value, first_year=2020)

    def denominators(self) -> None:
        for year in YEARS:
            self.statistic("gdp-yuan", year, "100000000000")
            self.statistic("population-persons", year, "5000000")
            self.statistic("raw-coal-output-t", year, "30000000")


@pytest.fixture
def home(settings: Any, tmp_path: Path, anchor: Path) -> Path:
    settings.ANLAN_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def small(db: None, home: Path, request_ids: Callable[[], str]) -> SmallCity:
    city = SmallCity(request_ids=request_ids)
    city.build()
    return city
