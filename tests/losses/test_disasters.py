"""Disasters: processes, figures unit by unit, checks, falls, two writers, scope, relief level."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.errors import NotAllowed, NotFound
from anlan.base.rules.verdict import UNKNOWN
from anlan.losses.actions import errors
from anlan.losses.actions.disasters import change_disaster
from anlan.losses.models import Disaster, DisasterFigure
from anlan.losses.queries.counting import disaster_statements, disaster_sums
from anlan.losses.queries.disasters import held_figures, relief_of, sums_of
from anlan.registers.models import ReportingUnit
from tests.losses.life import DAY, ha, make_city, new_disaster, tell, unit_report
from tests.registers.kept import acting, said
from tests.registers.small_city import NOW

pytestmark = pytest.mark.django_db
FULL: dict[str, Any] = {
    "affected_person_times": 1000,
    "deaths": 0,
    "missing": 0,
    "relocated_collective": 10,
    "relocated_scattered": 5,
    "need_urgent_relief": 20,
    "house_collapsed_rooms": 9,
    "house_severe_rooms": 8,
    "direct_loss_fen": 500_000_000,
}


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    make_city()


def sums(known_at: dt.datetime | None = None) -> dict[str, tuple[int, int]]:
    return {
        each.unit: (each.affected_person_times, each.deaths)
        for each in disaster_sums(years=[2026], known_at=known_at)
    }


def test_units_report_and_every_report_stays() -> None:
    row = new_disaster(now=NOW - 3 * DAY)
    tell(
        row,
        unit_report("xinjiang", **FULL),
        unit_report("xia", **FULL | {"deaths": 1}),
        now=NOW - 2 * DAY,
    )
    more = FULL | {"affected_person_times": 1500}
    tell(row, unit_report("xinjiang", **more), kind="follow-up", now=NOW - DAY)
    assert sums() == {"xinjiang": (1500, 0), "xia": (1000, 1)}
    assert sums(NOW - 2 * DAY) == {"xinjiang": (1000, 0), "xia": (1000, 1)}
    assert sums(NOW - 3 * DAY) == {}
    assert list(
        DisasterFigure.objects.filter(unit__code="xinjiang").values_list("number", flat=True)
    ) == [1, 2]
    assert {each.unit for each in disaster_statements(years=[2026])} == {"xinjiang", "xia"}


def test_what_nobody_reported_is_unknown_and_not_zero() -> None:
    row = new_disaster()
    tell(row, unit_report("xinjiang", affected_person_times=10), unit_report("xia", **FULL))
    found = {each.unit: dict(each.unknown) for each in disaster_sums(years=[2026])}
    assert found == {"xinjiang": {"deaths": 1, "missing": 1, "direct_loss_fen": 1}, "xia": {}}
    total = sums_of(held_figures([row.pk], acting("bureau").scope))
    assert total.values["affected_person_times"] == 1010
    assert "deaths" in total.gaps
    assert total.values["water_shortage"] is None


@pytest.mark.parametrize(
    "values",
    [
        {"crop_affected_ha": ha("100"), "crop_damaged_ha": ha("60"), "crop_failed_ha": ha("70")},
        {"affected_person_times": 1, "deaths": 1, "missing": 1},
        {"deaths": -1},
        {"direct_loss_fen": 1, "loss_housing_fen": 2},
    ],
)
def test_figures_that_contradict_each_other_are_refused(values: dict[str, Any]) -> None:
    row = new_disaster()
    with pytest.raises(errors.ImpossibleFigures):
        tell(row, unit_report("xia", **FULL), unit_report("xinjiang", **values))
    assert not DisasterFigure.objects.exists()  # all units, or none


def test_a_fall_needs_a_note_and_there_is_one_first_and_one_final_report() -> None:
    row = new_disaster()
    tell(row, unit_report(house_collapsed_rooms=100))
    with pytest.raises(errors.InitialAlready):
        tell(row, unit_report(house_collapsed_rooms=120))
    with pytest.raises(errors.FallNeedsNote):
        tell(row, unit_report(house_collapsed_rooms=80), kind="follow-up")
    tell(row, unit_report(house_collapsed_rooms=80, note="复核核减"), kind="final")
    with pytest.raises(errors.FinalAlready):
        tell(row, unit_report(house_collapsed_rooms=90), kind="follow-up")
    with pytest.raises(errors.FallNeedsNote):
        tell(row, unit_report(house_collapsed_rooms=90), kind="correction")
    tell(row, unit_report(house_collapsed_rooms=90, note="补报"), kind="correction")
    assert DisasterFigure.objects.count() == 3


def test_who_reports_onto_older_figures_is_told() -> None:
    row = new_disaster()
    tell(row, unit_report(deaths=0, seen=0))
    with pytest.raises(errors.FiguresMovedOn) as refused:
        tell(row, unit_report(deaths=1, seen=0), kind="follow-up")
    assert refused.value.status == 409
    tell(row, unit_report(deaths=1, seen=1), kind="follow-up")


def test_times_and_units_that_cannot_be() -> None:
    with pytest.raises(errors.FutureTime):
        new_disaster(began_on=dt.date(2026, 11, 25))
    with pytest.raises(errors.TooLongAgo):
        new_disaster(began_on=dt.date(1900, 1, 1))
    row = new_disaster()
    with pytest.raises(errors.FutureTime):
        tell(row, unit_report(deaths=0), reported_at=NOW + DAY)
    with pytest.raises(errors.BeforeTheEvent):
        tell(row, unit_report(deaths=0), reported_at=NOW - 300 * DAY)
    with pytest.raises(errors.NothingReported):
        tell(row, unit_report())
    with pytest.raises(errors.NothingReported):
        tell(row)


def test_a_county_reports_for_itself_alone() -> None:
    row = new_disaster()
    tell(row, unit_report(deaths=0), login="county")
    for login, unit in (("county", "xia"), ("department", "xinjiang"), ("public", "xinjiang")):
        with pytest.raises((NotAllowed, NotFound)):
            tell(row, unit_report(unit, deaths=0), login=login)
    tell(row, unit_report("xia", deaths=1), login="other")
    seen = {
        login: set(
            DisasterFigure.objects.visible_to(acting(login).scope).values_list(
                "unit__code", flat=True
            )
        )
        for login in ("bureau", "county", "other", "department", "public")
    }
    assert seen["bureau"] == {"xinjiang", "xia"}
    assert (seen["county"], seen["other"]) == ({"xinjiang"}, {"xia"})
    assert seen["department"] == seen["public"] == set()
    assert not Disaster.objects.visible_to(acting("public").scope).exists()
    with pytest.raises(NotAllowed):
        new_disaster("department")
    own = ReportingUnit.objects.get(code="xinjiang")
    of_county = new_disaster("county", unit=own, code="X-1")
    assert not Disaster.objects.visible_to(acting("other").scope).filter(pk=of_county.pk).exists()


def test_the_relief_level_is_decided_on_the_sums() -> None:
    row = new_disaster()
    tell(row, unit_report(**FULL), unit_report("xia", **FULL | {"deaths": 20}))
    total = sums_of(held_figures([row.pk], acting("bureau").scope))
    assert relief_of(row, total).known().value == "IV"
    tell(row, unit_report("xia", deaths=20, note="其他未核"), kind="follow-up")
    gaps = sums_of(held_figures([row.pk], acting("bureau").scope))
    open_ = relief_of(row, gaps)
    assert open_.value is UNKNOWN
    assert dict(open_.reasons[0].details) == {"at_least": "IV"}


def test_processes_get_numbers_and_keep_their_day() -> None:
    first, second = new_disaster(), new_disaster()
    assert (first.code, second.code) == ("20260710-city", "20260710-city-2")
    change_disaster(
        first.pk,
        {"title": "演示·改名", "began_on": dt.date(2020, 1, 1)},
        expected_version=1,
        **said(),
    )
    first.refresh_from_db()
    assert (first.title, first.began_on) == ("演示·改名", dt.date(2026, 7, 10))
