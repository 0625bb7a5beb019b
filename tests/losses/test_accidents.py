"""Accidents: entry, reports, late deaths, falls, counting, clocks, merge, scope, two writers."""

import datetime as dt
from typing import Any

import pytest
from django.utils.translation import override

from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.base.identity import new_id
from anlan.base.keeping.declared import keeping_of
from anlan.base.keeping.merging import Side, merge
from anlan.base.models import Due, JournalEntry
from anlan.base.rules.verdict import UNKNOWN
from anlan.losses.actions import errors
from anlan.losses.actions.accidents import (
    Report,
    add_accident,
    change_accident,
    decide_counting,
    report_accident,
)
from anlan.losses.models import Accident, AccidentFigure, AccidentSector
from anlan.losses.queries.accidents import grade_of, likely_same, statements_of
from anlan.losses.queries.counting import accident_statements, accident_sums
from anlan.registers.models import Body, Region, ReportingUnit
from tests.losses.life import DAY, at, enter, figures, make_city, new_accident, report
from tests.registers.kept import acting, said
from tests.registers.small_city import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city(db: None) -> None:
    make_city()


def deaths_of(year: int, known_at: dt.datetime | None = None) -> int:
    return sum(each.deaths for each in accident_sums(years=[year], known_at=known_at))


def test_an_accident_is_entered_with_its_figures_in_one_entry() -> None:
    before = JournalEntry.objects.count()
    row = enter("county")
    assert JournalEntry.objects.count() == before + 1
    assert (row.deaths, row.counted_deaths, row.version) == (1, 1, 1)
    assert row.region.code == "140825"
    (statement,) = statements_of(row.pk)
    assert statement.entered_by == "county"
    assert statement.report_kind == "initial"
    assert statement.known_at == NOW
    assert statement.year == 2026


def test_a_repeat_enters_nothing_twice() -> None:
    told = said(request_id="same-accident")
    told["reason"] = ""
    new = new_accident()
    first = add_accident(new, Report(figures=figures()), **told)
    again = add_accident(new, Report(figures=figures()), **told)
    assert first == again
    assert AccidentFigure.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"occurred_at": NOW + dt.timedelta(minutes=1)}, errors.FutureTime),
        ({"occurred_at": at("1900-01-01T00:00")}, errors.TooLongAgo),
        ({"head_told_at": NOW + DAY}, errors.FutureTime),
        (
            {"deaths": None, "missing": None, "serious_injuries": None, "direct_loss_fen": None},
            errors.NothingReported,
        ),
    ],
)
def test_what_cannot_be_is_refused(more: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        enter(**more)
    assert not Accident.objects.exists()


@pytest.mark.parametrize("more", [{"deaths": -1}, {"missing": 2_000_000}, {"direct_loss_fen": -1}])
def test_counts_are_whole_and_not_below_zero(more: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        enter(**more)
    assert refused.value.field == next(iter(more))
    assert not Accident.objects.exists()


def test_the_unit_existed_and_the_place_lies_in_it() -> None:
    unit = ReportingUnit.objects.get(code="xia")
    with pytest.raises(errors.RegionElsewhere):
        enter(unit=unit, region=Region.objects.get(code="140825"))
    old = enter(occurred_at=at("2019-05-05T08:00"), is_back_filled=True)  # older than the tree
    assert old.unit.code == "xinjiang"
    from anlan.base.journal.recording import recording

    with recording(
        action="tests.end", actor=acting("admin"), now=NOW, request_id="end-unit"
    ) as rec:
        row = rec.lock(ReportingUnit, unit.pk)
        row.valid_until = dt.date(2024, 1, 1)
        rec.save(row)
    ended = ReportingUnit.objects.get(code="xia")
    body = Body.objects.get(code="emergency-xia")
    enter(unit=ended, body=body, occurred_at=at("2023-12-31T23:00"))
    with pytest.raises(errors.UnitNotThen):
        enter(unit=ended, body=body, occurred_at=at("2024-01-01T00:30"))


def test_a_follow_up_keeps_what_was_known_before() -> None:
    row = enter(now=NOW - 2 * DAY)
    row = report(row, deaths=2, serious_injuries=0, note="重伤者死亡", now=NOW - DAY)
    first, second = statements_of(row.pk)
    assert (first.deaths, second.deaths, row.deaths) == (1, 2, 2)
    assert first.superseded_at == second.known_at
    assert second.superseded_at is None
    assert deaths_of(2026, NOW - 2 * DAY) == 1
    assert deaths_of(2026, NOW - 3 * DAY) == 0
    assert deaths_of(2026, NOW - DAY) == 2
    assert deaths_of(2026) == 2


@pytest.mark.parametrize(
    ("kind", "days", "counts"),
    [("general", 30, 2), ("general", 31, 1), ("road", 7, 2), ("road", 8, 1), ("fire", 8, 1)],
)
def test_a_late_death_is_recorded_and_not_counted(kind: str, days: int, counts: int) -> None:
    occurred = at("2026-03-01T10:00")
    row = enter(occurred_at=occurred, kind=kind, is_back_filled=True)
    row = report(
        row,
        deaths=2,
        serious_injuries=0,
        changed_on=(occurred + days * DAY).date(),
        note="重伤者死亡",
    )
    assert (row.deaths, row.counted_deaths) == (2, counts)
    assert deaths_of(2026) == counts
    last = statements_of(row.pk)[-1]
    assert last.in_window is (counts == 2)
    assert last.changed_on == dt.date(2026, 3, 1) + days * DAY


def test_a_kind_that_was_wrong_is_counted_anew() -> None:
    occurred = at("2026-03-01T10:00")
    row = enter(occurred_at=occurred, is_back_filled=True)
    row = report(row, deaths=2, changed_on=dt.date(2026, 3, 20), note="死亡")
    assert row.counted_deaths == 2
    change_accident(
        row.pk, {"kind": "road"}, expected_version=row.version, **said(reason="应为道路交通")
    )
    row.refresh_from_db()
    assert row.counted_deaths == 1
    assert [each.report_kind for each in statements_of(row.pk)][-1] == "correction"


def test_a_figure_that_falls_needs_a_note_and_the_missing_may_be_found() -> None:
    row = enter(deaths=2, missing=1)
    with override("zh-hans"), pytest.raises(errors.FallNeedsNote) as refused:
        report(row, deaths=1)
    assert "死亡" in refused.value.text()
    with pytest.raises(errors.FallNeedsNote):
        report(row, direct_loss_fen=None)
    row = report(row, missing=0)
    assert row.missing == 0
    row = report(row, deaths=1, note="一人经核实与事故无关")
    assert (row.deaths, row.counted_deaths) == (1, 1)


def test_reports_say_something_and_lie_between_event_and_now() -> None:
    row = enter()
    with pytest.raises(errors.NothingChanged):
        report(row)
    with pytest.raises(errors.BeforeTheEvent):
        report(row, deaths=2, reported_at=row.occurred_at - DAY)
    with pytest.raises(errors.BeforeTheEvent):
        report(row, deaths=2, changed_on=dt.date(2026, 11, 19))
    with pytest.raises(errors.FutureTime):
        report(row, deaths=2, changed_on=dt.date(2026, 11, 25))
    assert len(statements_of(row.pk)) == 1


def test_two_writers_and_the_second_is_told() -> None:
    row = enter()
    stale = row.version
    report(row, deaths=2)
    with pytest.raises(Conflict):
        report_accident(
            row.pk, Report(figures=figures(deaths=3)), expected_version=stale, **said()
        )
    assert len(statements_of(row.pk)) == 2


def test_the_same_accident_is_offered_and_another_one_may_be_entered() -> None:
    enter()
    with pytest.raises(errors.LikelyDuplicate) as refused:
        enter(title="演示·同一起", occurred_at=at("2026-11-21T09:00"))
    assert refused.value.status == 409
    enter(title="演示·两日后", occurred_at=at("2026-11-22T09:01"))
    enter(title="演示·另一行业", sector=AccidentSector.objects.get(code="road"), kind="road")
    enter(title="演示·另一起", is_other=True)
    assert Accident.objects.count() == 4


def test_what_another_department_reported_is_said_as_a_number_alone() -> None:
    enter(body=Body.objects.get(code="emergency"))
    unit, sector = (
        ReportingUnit.objects.get(code="xinjiang"),
        AccidentSector.objects.get(code="industry"),
    )
    asked: dict[str, Any] = {
        "occurred_at": at("2026-11-20T12:00"),
        "unit": unit.pk,
        "sector": sector.pk,
        "enterprise": None,
    }
    found = likely_same(acting("department").scope, **asked)
    assert (found.seen, found.hidden) == ((), 1)
    assert len(likely_same(acting("county").scope, **asked).seen) == 1


def test_who_sees_and_who_enters() -> None:
    row = enter()
    water = Body.objects.get(code="water")
    own = enter("department", body=water, title="演示·水务", is_other=True)
    seen = {
        login: set(Accident.objects.visible_to(acting(login).scope).values_list("pk", flat=True))
        for login in ("bureau", "county", "other", "department", "public")
    }
    assert seen["bureau"] == seen["county"] == {row.pk, own.pk}
    assert seen["other"] == seen["public"] == set()
    assert seen["department"] == {own.pk}
    figures_seen = AccidentFigure.objects.visible_to(acting("department").scope)
    assert {each.accident_id for each in figures_seen} == {own.pk}
    for login in ("other", "public", "department"):
        with pytest.raises(NotAllowed):
            enter(login, is_other=True, title=f"演示·{login}")
    with pytest.raises(NotFound):
        report(row, deaths=2, login="other")


def test_the_plan_office_alone_takes_an_accident_out_of_the_statistics() -> None:
    row = enter()
    asked: dict[str, Any] = {"counting": "natural", "counting_note": "文件一号"}
    with pytest.raises(errors.OnlyOfficeCounts):
        decide_counting(row.pk, **asked, expected_version=row.version, **said("county"))
    with pytest.raises(Invalid):
        decide_counting(
            row.pk, counting="natural", counting_note=" ", expected_version=1, **said()
        )
    decide_counting(row.pk, **asked, expected_version=row.version, **said(now=NOW + DAY))
    assert deaths_of(2026) == 0
    assert deaths_of(2026, NOW) == 1
    (outside,) = accident_statements(years=[2026], only_counted=False)
    assert (outside.is_counted, outside.counting) == (False, "natural")
    assert accident_statements(years=[2026]) == ()


# grade and clocks


def test_an_unknown_loss_leaves_the_grade_open_and_the_clocks_run() -> None:
    row = enter(deaths=3, direct_loss_fen=None)
    assert grade_of(row).value is UNKNOWN
    rules = sorted(Due.objects.values_list("rule", "unit"))
    assert rules == [
        ("accident-fast-report", "city"),
        ("accident-fast-report", "xinjiang"),
        ("accident-investigation-due", "city"),
        ("accident-report-deadlines", "city"),
        ("accident-report-deadlines", "xinjiang"),
    ]


def test_the_clocks_follow_the_articles() -> None:
    row = enter(head_told_at=at("2026-11-20T10:00"))
    found = {due.rule: due for due in Due.objects.all()}
    upward = found["accident-report-deadlines"]
    assert upward.due_at == at("2026-11-20T13:00")
    assert (upward.unit, upward.body) == ("xinjiang", "emergency-xinjiang")
    investigation = found["accident-investigation-due"]
    assert investigation.fixed_on == dt.date(2027, 1, 19)
    assert upward.subject_key == str(row.pk)


def test_what_was_entered_afterwards_opens_no_clock() -> None:
    enter(is_back_filled=True)
    enter(occurred_at=at("2026-10-01T09:00"))  # the window is over
    assert not Due.objects.exists()


def test_a_rising_grade_opens_the_next_level_and_closes_the_lower_investigation() -> None:
    row = enter()
    report(row, deaths=3, serious_injuries=0, note="两人死亡")
    dues = {(d.rule, d.unit): d for d in Due.objects.all()}
    assert ("accident-report-deadlines", "city") in dues
    assert dues[("accident-investigation-due", "xinjiang")].withdrawn_at is not None
    assert dues[("accident-investigation-due", "city")].withdrawn_at is None
    report(row, deaths=4, note="再一人死亡")
    assert Due.objects.count() == len(dues)


def test_coal_mines_are_investigated_by_others() -> None:
    enter(sector=AccidentSector.objects.get(code="coal-mine"))
    assert list(Due.objects.values_list("rule", flat=True)) == ["accident-report-deadlines"]
    (one,) = accident_sums(years=[2026])
    assert one.is_coal_mine is True


# merge


def test_a_merge_keeps_both_sources_and_counts_once() -> None:
    first = enter(now=NOW - 3 * DAY)
    second = enter(
        body=Body.objects.get(code="emergency"),
        deaths=2,
        is_other=True,
        title="演示·另报",
        now=NOW - 2 * DAY,
    )
    assert deaths_of(2026) == 3
    kept = keeping_of(Accident)
    assert kept is not None
    told: dict[str, Any] = {
        "winner": Side(key=first.pk, version=first.version),
        "loser": Side(key=second.pk, version=second.version),
    }
    with pytest.raises(NotAllowed):
        merge(kept, take=frozenset(), **told, **said("county"))
    merge(kept, take=frozenset({"deaths"}), **told, **said(now=NOW))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.deaths, first.counted_deaths, second.counting) == (2, 2, "duplicate")
    assert [each.deaths for each in statements_of(second.pk)] == [2, 2]
    assert [each.deaths for each in statements_of(first.pk)] == [1, 2]
    assert deaths_of(2026) == 2
    assert deaths_of(2026, NOW - DAY) == 3  # what was known before the merge stands
    assert not Due.objects.filter(subject_key=str(second.pk), withdrawn_at=None).exists()
    with pytest.raises(errors.MergedAway):
        report(second, deaths=3, login="bureau", note="x" + new_id().hex[:3])
