"""Clocks of disaster processes: opened by the onset, answered by reports, ended by final ones."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.models import Due
from anlan.base.rules.verdict import SourceStatus
from anlan.losses.actions import errors
from anlan.losses.actions.disasters import How, change_disaster, report_disaster
from anlan.losses.choices import Hazard
from anlan.losses.models import Disaster
from anlan.losses.rules.disaster_terms import DROUGHT, Step, Term, rule_of, term_of
from anlan.registers.models import Body, ReportingUnit
from tests.losses.life import DAY, at, make_city, new_disaster, tell, unit_report
from tests.registers.kept import said
from tests.registers.small_city import NOW

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
ONSET = at("2026-11-20T09:30")
OPENED = at("2026-11-20T10:00")
FEW = {"affected_person_times": 10}


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    make_city()


def process(unit: str = "xinjiang", **more: Any) -> Disaster:
    values: dict[str, Any] = {
        "began_on": ONSET.date(),
        "began_at": ONSET,
        "unit": ReportingUnit.objects.get(code=unit),
    }
    return new_disaster(now=OPENED, **values | more)


def found(row: Disaster, step: Step, unit: str = "xinjiang") -> list[Due]:
    rows = Due.objects.filter(subject_key=str(row.pk), rule=rule_of(step), unit=unit)
    return list(rows.order_by("start_at", "id"))


def end(row: Disaster, day: dt.date, now: dt.datetime) -> None:
    row.refresh_from_db()
    values = {"ended_on": day}
    change_disaster(row.pk, values, expected_version=row.version, **said("bureau", now=now))


@pytest.mark.parametrize(
    ("step", "hazard", "term", "status"),
    [
        (Step.FIRST, "flood", Term(hours=2), SourceStatus.VERIFIED),
        (Step.ONWARD, "flood", Term(hours=2), SourceStatus.VERIFIED),
        (Step.FOLLOW_UP, "flood", Term(hours=24), SourceStatus.VERIFIED),
        (Step.FOLLOW_UP, "drought", Term(calendar_days=10), SourceStatus.FROM_MEMORY),
        (Step.FINAL_COUNTY, "drought", Term(working_days=2), SourceStatus.VERIFIED),
        (Step.FINAL_CITY, "flood", Term(working_days=5), SourceStatus.VERIFIED),
    ],
)
def test_the_terms_are_those_of_the_sheet(
    step: Step, hazard: str, term: Term, status: SourceStatus
) -> None:
    verdict = term_of(step, hazard=hazard)
    assert verdict.known() == term
    assert verdict.reasons[0].status is status


def test_every_hazard_and_step_has_a_term() -> None:
    assert Hazard(DROUGHT)
    for hazard in Hazard:
        for step in Step:
            assert term_of(step, hazard=hazard.value).known()


@pytest.mark.parametrize("counted", [{}, {"hours": 1, "working_days": 1}])
def test_a_term_is_counted_in_one_way(counted: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="one way"):
        Term(**counted)


def test_without_the_hour_of_the_onset_there_is_no_clock() -> None:
    row = process(began_at=None)
    tell(row, unit_report(**FEW), now=OPENED)
    end(row, ONSET.date(), NOW)
    assert not Due.objects.exists()


def test_an_onset_on_another_day_or_to_come_is_refused() -> None:
    with pytest.raises(errors.OtherDay):
        process(began_at=ONSET - DAY)
    with pytest.raises(errors.FutureTime):
        process(began_at=OPENED + dt.timedelta(minutes=1))
    assert not Disaster.objects.exists()


def test_the_county_has_two_hours_and_its_report_answers() -> None:
    row = process()
    (first,) = found(row, Step.FIRST)
    assert first.due_at == ONSET + 2 * HOUR
    tell(row, unit_report(**FEW), now=OPENED + HOUR)
    first.refresh_from_db()
    assert first.answered_at == OPENED + HOUR
    (onward,) = found(row, Step.ONWARD, "city")
    assert onward.due_at == OPENED + 3 * HOUR
    (follow,) = found(row, Step.FOLLOW_UP)
    assert follow.due_at == OPENED + 25 * HOUR


def test_every_report_asks_for_the_next_until_the_final_one() -> None:
    row = process()
    tell(row, unit_report(**FEW), unit_report("xia", **FEW), now=OPENED)
    for day in (1, 2):
        tell(row, unit_report(**FEW), kind="follow-up", now=OPENED + day * DAY)
    rows = found(row, Step.FOLLOW_UP)
    assert [due.answered_at for due in rows] == [OPENED + DAY, OPENED + 2 * DAY, None]
    assert rows[-1].due_at == OPENED + 3 * DAY
    assert len(found(row, Step.FOLLOW_UP, "xia")) == 1
    assert len(found(row, Step.ONWARD, "city")) == 1
    tell(row, unit_report(note="更正", **FEW), kind="correction", now=OPENED + 2 * DAY + HOUR)
    assert len(found(row, Step.FOLLOW_UP)) == 3
    tell(row, unit_report(**FEW), kind="final", now=OPENED + 3 * DAY)
    assert all(due.answered_at for due in found(row, Step.FOLLOW_UP))
    assert found(row, Step.FOLLOW_UP, "xia")[0].answered_at is None


def test_the_end_turns_follow_ups_into_final_figures() -> None:
    row = process()
    tell(row, unit_report(**FEW), unit_report("xia", **FEW), now=OPENED)
    tell(row, unit_report("xia", **FEW), kind="final", now=OPENED + HOUR)
    end(row, ONSET.date(), OPENED + 2 * HOUR)  # a Friday
    assert all(due.withdrawn_at or due.answered_at for due in found(row, Step.FOLLOW_UP))
    (final,) = found(row, Step.FINAL_COUNTY)
    assert final.due_at == at("2026-11-25T00:00"), "two working days, over a weekend"
    assert not found(row, Step.FINAL_COUNTY, "xia")
    (of_city,) = found(row, Step.FINAL_CITY, "city")
    assert of_city.due_at == at("2026-11-28T00:00")
    assert "较早的地方预案" in final.source
    end(row, ONSET.date(), OPENED + 3 * HOUR)
    tell(row, unit_report(**FEW), kind="follow-up", now=OPENED + 4 * HOUR)
    assert len(found(row, Step.FINAL_COUNTY)) == 1
    tell(row, unit_report(**FEW), kind="final", now=OPENED + 5 * HOUR)
    assert found(row, Step.FINAL_COUNTY)[0].answered_at == OPENED + 5 * HOUR


def test_what_the_city_opened_is_passed_on_from_then() -> None:
    row = process("city")
    assert not found(row, Step.FIRST, "city")
    (onward,) = found(row, Step.ONWARD, "city")
    assert onward.due_at == OPENED + 2 * HOUR


def test_a_drought_reports_every_ten_days_and_says_that_it_is_from_memory() -> None:
    row = process(hazard="drought")
    tell(row, unit_report(**FEW), now=OPENED)
    (follow,) = found(row, Step.FOLLOW_UP)
    assert follow.due_at == at("2026-12-01T00:00")
    assert "凭记忆" in follow.source


def test_a_repeated_report_opens_nothing_twice() -> None:
    row = process()
    how = How(
        report_kind="initial",
        reported_at=OPENED,
        body=Body.objects.get(code="emergency"),
        source="演示",
        mark="X",
    )
    told = said("bureau", now=OPENED, request_id="same-report")
    for _ in range(2):
        report_disaster(row.pk, (unit_report(**FEW),), how, **told)
    assert len(found(row, Step.FOLLOW_UP)) == 1
