"""A small city with sectors, and short ways to enter accidents and disasters."""

import datetime as dt
from decimal import Decimal
from typing import Any

from anlan.losses.actions.accidents import NewAccident, Report, add_accident, report_accident
from anlan.losses.actions.disasters import (
    How,
    NewDisaster,
    UnitReport,
    open_disaster,
    report_disaster,
)
from anlan.losses.actions.sectors import load_sectors
from anlan.losses.actions.stating import FIGURES, Figures
from anlan.losses.models import Accident, AccidentSector, Disaster
from anlan.losses.rules.disaster_figures import DisasterFigures
from anlan.registers.models import Body, ReportingUnit
from tests.registers.kept import make_kept_city, said
from tests.registers.small_city import NOW

CST = dt.timezone(dt.timedelta(hours=8))
DAY = dt.timedelta(days=1)


def make_city() -> None:
    make_kept_city()
    load_sectors(None, lambda line: None)  # type: ignore[arg-type]


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=CST)


def new_accident(**more: Any) -> NewAccident:
    values: dict[str, Any] = {
        "title": "演示·新绛某厂机械伤害事故",
        "occurred_at": at("2026-11-20T09:00"),
        "kind": "general",
        "unit": ReportingUnit.objects.get(code="xinjiang"),
        "sector": AccidentSector.objects.get(code="industry"),
        "body": Body.objects.get(code="emergency-xinjiang"),
        "source": "演示",
        "mark": "X",
    }
    return NewAccident(**values | more)


def figures(**more: Any) -> Figures:
    known = {"deaths": 1, "missing": 0, "serious_injuries": 1, "direct_loss_fen": 100_000_000}
    return Figures(**known | more)


def enter(login: str = "bureau", *, now: dt.datetime = NOW, **more: Any) -> Accident:
    """An accident with its first figures."""
    known = {name: more.pop(name) for name in FIGURES if name in more}
    made = add_accident(
        new_accident(**more),
        Report(figures=figures(**known), report_kind="initial"),
        **said(login, now=now),
    )
    row: Accident = Accident.objects.get(pk=made["id"])
    return row


def report(row: Accident, *, now: dt.datetime = NOW, **more: Any) -> Accident:
    """A follow-up report on what is known now."""
    known = {name: more.pop(name, getattr(row, name)) for name in FIGURES}
    login = more.pop("login", "bureau")
    version = Accident.objects.get(pk=row.pk).version
    report_accident(
        row.pk,
        Report(figures=Figures(**known), **more),
        expected_version=version,
        **said(login, now=now),
    )
    found: Accident = Accident.objects.get(pk=row.pk)
    return found


def new_disaster(login: str = "bureau", *, now: dt.datetime = NOW, **more: Any) -> Disaster:
    values: dict[str, Any] = {
        "title": "演示·暴雨洪涝过程",
        "hazard": "flood",
        "began_on": dt.date(2026, 7, 10),
        "unit": ReportingUnit.objects.get(code="city"),
        "source": "演示",
        "mark": "X",
    }
    made = open_disaster(NewDisaster(**values | more), **said(login, now=now))
    row: Disaster = Disaster.objects.get(pk=made["id"])
    return row


def unit_report(unit: str = "xinjiang", note: str = "", seen: int | None = None, **values: Any):
    return UnitReport(
        unit=ReportingUnit.objects.get(code=unit),
        figures=DisasterFigures(**values),
        note=note,
        seen=seen,
    )


def tell(
    disaster: Disaster,
    *reports: UnitReport,
    kind: str = "initial",
    login: str = "bureau",
    now: dt.datetime = NOW,
    **more: Any,
) -> dict[str, Any]:
    """Figures of units."""
    how: dict[str, Any] = {
        "report_kind": kind,
        "reported_at": now,
        "body": Body.objects.get(code="emergency"),
        "source": "演示",
        "mark": "X",
    }
    return report_disaster(disaster.pk, reports, How(**how | more), **said(login, now=now))


def ha(text: str) -> Decimal:
    return Decimal(text)
