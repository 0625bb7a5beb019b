"""Clocks of near-serious incidents, of the enterprise, by telephone, and of the reply."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.due.actions import answer
from anlan.base.following import follow
from anlan.base.journal.sealing import seal
from anlan.base.models import Due, JournalEntry
from anlan.base.parts import registry
from anlan.losses.actions.accidents import change_accident
from anlan.losses.models import Accident
from anlan.losses.queries.accidents import near_serious_of, reporting_grade_of
from anlan.losses.rules.grades import IncidentGrade
from tests.losses.life import at, enter, make_city, report
from tests.registers.kept import said
from tests.registers.small_city import NOW

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _city(db: None, anchor: Any) -> None:
    make_city()


def found(row: Accident) -> dict[tuple[str, str], Due]:
    return {(d.rule, d.unit): d for d in Due.objects.filter(subject_key=str(row.pk))}


def change(row: Accident, *, now: dt.datetime = NOW, **values: Any) -> Accident:
    version = Accident.objects.get(pk=row.pk).version
    change_accident(row.pk, values, expected_version=version, **said("bureau", now=now))
    changed: Accident = Accident.objects.get(pk=row.pk)
    return changed


def test_an_ordinary_accident_reaches_the_city_alone() -> None:
    assert set(found(enter())) == {
        ("accident-report-deadlines", "xinjiang"),
        ("accident-investigation-due", "xinjiang"),
    }


def test_a_near_serious_incident_is_reported_like_a_relatively_serious_one() -> None:
    row = enter(deaths=0, people_trapped=2, missing=1)
    assert near_serious_of(row).value is True
    assert reporting_grade_of(row) is IncidentGrade.RELATIVELY_SERIOUS
    clocks = found(row)
    assert ("accident-report-deadlines", "city") in clocks
    assert {unit for rule, unit in clocks if rule == "accident-fast-report"} == {
        "city",
        "xinjiang",
    }
    assert ("accident-investigation-due", "xinjiang") in clocks, "who investigates: by its grade"


def test_what_turns_out_to_be_near_serious_opens_its_clocks_once() -> None:
    row = enter(deaths=0)
    before = len(found(row))
    row = change(row, people_at_risk=10)
    opened = found(row)
    assert len(opened) == before + 3
    change(row, people_at_risk=12)
    assert len(found(row)) == len(opened)
    change(row, people_at_risk=0)
    assert all(due.withdrawn_at is None for due in found(row).values()), "what is owed stays owed"


def test_the_enterprise_has_an_hour_once_its_head_was_told() -> None:
    row = enter()
    assert ("accident-unit-report", "xinjiang") not in found(row)
    row = change(row, head_told_at=at("2026-11-20T10:00"))
    due = found(row)[("accident-unit-report", "xinjiang")]
    assert due.due_at == at("2026-11-20T11:00")
    assert due.body == "emergency-xinjiang"


@pytest.mark.parametrize(
    ("deaths", "title"), [(9, "电话快报省级："), (10, "电话快报省级和应急管理部：")]
)
def test_the_telephone_is_an_hour_from_entry_and_says_that_it_is_from_memory(
    deaths: int, title: str
) -> None:
    row = enter(deaths=deaths)
    for unit in ("city", "xinjiang"):
        due = found(row)[("accident-fast-report", unit)]
        assert due.due_at == NOW + HOUR
        assert due.title.startswith(title)
        assert "凭记忆" in due.source


def test_a_merge_or_back_filling_leaves_no_new_clock() -> None:
    row = enter(is_back_filled=True, people_at_risk=50)
    assert not found(row)
    assert not found(change(row, people_trapped=5))


def follow_answers(now: dt.datetime) -> None:
    seal(now)
    (follower,) = (f for f in registry.followers() if f.name == "investigation-replies")
    follow(follower, now)


def test_a_handed_in_investigation_opens_the_reply_of_the_same_level_once() -> None:
    row = enter()
    follow_answers(NOW)
    due = found(row)[("accident-investigation-due", "xinjiang")]
    upward = found(row)[("accident-report-deadlines", "xinjiang")]
    answer(upward.pk, what="已报", expected_version=upward.version, **said("bureau"))
    follow_answers(NOW)
    assert not Due.objects.filter(rule="accident-investigation-reply-due").exists()
    answer(due.pk, what="报告已提交", expected_version=due.version, **said("bureau"))
    for _ in range(2):
        follow_answers(NOW)
    (reply,) = Due.objects.filter(rule="accident-investigation-reply-due")
    handed_in = NOW.astimezone(dt.timezone(dt.timedelta(hours=8))).date()
    assert reply.fixed_on == handed_in + dt.timedelta(days=15)
    assert (reply.unit, reply.body) == ("xinjiang", "")
    entry = JournalEntry.objects.latest("position")
    assert entry.action in ("losses.accident.investigated", "base.follower.move")


def test_a_rise_to_relatively_serious_telephones_from_that_report() -> None:
    row = enter()
    row = report(row, now=NOW + 2 * HOUR, deaths=3, note="又一人死亡", login="bureau")
    due = found(row)[("accident-fast-report", "city")]
    assert due.due_at == NOW + 3 * HOUR
