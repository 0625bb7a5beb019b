"""Improvements through the actions: refusals, terms, four eyes, effect, scope, two writers."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.journal.recording import recording
from anlan.base.measures import Measure, Proof, Share, share_of
from anlan.base.models import Due, JournalEntry
from anlan.base.parts import registry
from anlan.plan.models import Problem
from anlan.plan.queries.inspecting import with_proven_effect
from anlan.registers.models import Body, Person
from anlan.registers.queries import people_of_body, whole_city
from anlan.review import queries
from anlan.review.actions import figures
from anlan.review.actions.errors import (
    AtItsBest,
    CheckTooEarly,
    ClosedAlready,
    DayInFuture,
    DayPast,
    DayTooEarly,
    FollowsNothing,
    ImprovementTaken,
    NotOfTheBody,
    NotSaidYet,
    ReachedAlready,
    SaidAlready,
    SecondLookRefused,
    UnknownMeasure,
    WhyNeeded,
)
from anlan.review.actions.figures import check_effects
from anlan.review.actions.improving import (
    Done,
    NewImprovement,
    SentFile,
    say_done,
    set_improvement,
    take_as_done,
    withdraw_improvement,
)
from anlan.review.models import Improvement
from anlan.review.queries import MEASURES, in_state, measures_offered, state_of
from anlan.review.rules.improvement import ImprovementState

NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)
PROOF = SentFile(name="佐证.txt", content="演示数据：照片说明\n".encode())


@dataclass
class Counted:
    """A measure whose figure the test turns."""

    part: int = 1
    whole: int = 4
    silent: int = 0

    def evidence(self, scope: Any, now: dt.datetime) -> list[Proof]:
        counted = [
            Proof(label="x", url="", counts=i < self.part, why="") for i in range(self.whole)
        ]
        unknown = Proof(label="?", url="", counts=False, why="", part=0, whole=0)
        return [*counted, *[unknown] * self.silent]


@pytest.fixture
def figure(monkeypatch: pytest.MonkeyPatch) -> Counted:
    counted = Counted()
    measure = Measure(
        name="turned",
        label="turned",
        unit="%",
        direction="up",
        rule="",
        serves=(),
        query=lambda scope, now: Share(part=0, whole=0),
        evidence=counted.evidence,
    )
    for module in (queries, figures):
        monkeypatch.setattr(
            module,
            "measure_named",
            lambda name: measure if name == "turned" else None,
            raising=True,
        )
    return counted


@dataclass
class Desk:
    actor_as: Callable[[str], Any]
    ids: Callable[[], str]

    def by(self, login: str = "bureau", now: dt.datetime = NOW, **more: Any) -> dict[str, Any]:
        return {
            "actor": self.actor_as(login),
            "now": now,
            "request_id": self.ids(),
            **more,
        }

    def new(self, **values: Any) -> NewImprovement:
        return replace(
            NewImprovement(
                owner=Body.objects.get(code="water").pk,
                problem="演示数据：台账与实物不符",
                todo="演示数据：盘点造册",
                due_on=dt.date(2026, 12, 10),
                measure="turned",
                check_on=dt.date(2027, 1, 20),
                source="演示数据",
                mark="X",
            ),
            **values,
        )

    def set(self, by: str = "bureau", **values: Any) -> Improvement:
        return self.row(set_improvement(self.new(**values), **self.by(by))["id"])

    def row(self, key: Any) -> Improvement:
        return Improvement.objects.select_related("owner__unit", "due", "unit").get(pk=key)

    def done(self, row: Improvement, by: str = "department", **said: Any) -> Improvement:
        done = Done(**({"text": "演示数据：已盘点", "on": TODAY, "files": (PROOF,)} | said))
        say_done(row.pk, done, expected_version=row.version, **self.by(by))
        return self.row(row.pk)

    def look(self, row: Improvement, taken: bool = True, by: str = "bureau") -> Improvement:
        take_as_done(
            row.pk,
            is_taken=taken,
            expected_version=row.version,
            **self.by(by, reason="演示数据：现场看过"),
        )
        return self.row(row.pk)

    def check(self, row: Improvement, day: dt.date | None = None) -> Improvement:
        on = day or row.check_on
        check_effects(dt.datetime.combine(on, dt.time(4), dt.UTC))
        return self.row(row.pk)


@pytest.fixture
def desk(actor_as: Callable[[str], Any], request_ids: Callable[[], str]) -> Desk:
    return Desk(actor_as=actor_as, ids=request_ids)


def test_from_the_problem_to_the_effect(desk: Desk, figure: Counted) -> None:
    problem = Problem.objects.order_by("pk").first()
    assert problem is not None
    row = desk.set(subject=problem)
    assert (row.before_part, row.before_whole, row.before_on) == (1, 4, TODAY)
    assert row.origin == "inspection"
    assert row.due is not None
    assert (row.due.body, row.due.fixed_on) == ("water", row.due_on)
    asked = row.due.pk
    row = desk.done(row)
    assert Due.objects.get(pk=asked).state == "answered"
    assert row.due is not None
    assert row.due.body == "emergency"
    row = desk.look(row)
    assert row.due is not None
    assert row.due.state == "answered"
    assert desk.check(row, dt.date(2027, 1, 19)).effect == ""
    figure.part = 3
    row = desk.check(row)
    assert (row.effect, row.after_part, row.after_whole) == ("effective", 3, 4)
    assert row.after_on == row.check_on
    assert row.reasons["reasons"][0]["note"] == "数值好于起始时。"
    proof = next(p for p in with_proven_effect(whole_city(), NOW) if str(problem.pk) in p.url)
    assert proof.counts


def test_the_figure_of_the_check_is_kept_whatever_comes_after(desk: Desk, figure: Counted) -> None:
    row = desk.look(desk.done(desk.set()))
    row = desk.check(row)
    assert row.effect == "not-effective"
    figure.part = 4
    assert desk.check(row, dt.date(2027, 6, 1)).effect == "not-effective"
    assert (
        JournalEntry.objects.filter(
            action="review.improvement.check", request_id=f"improvement-effect-{row.pk.hex}"
        ).count()
        == 1
    )


def test_one_that_was_not_carried_out_is_not_checked(desk: Desk, figure: Counted) -> None:
    row = desk.set()
    figure.part = 4
    assert desk.check(row, dt.date(2027, 6, 1)).effect == ""
    row = desk.done(row)
    assert desk.check(row, dt.date(2027, 6, 1)).effect == ""
    row = desk.look(row)
    assert desk.check(row, dt.date(2027, 6, 1)).effect == "effective"


def test_unknown_records_prove_nothing(desk: Desk, figure: Counted) -> None:
    row = desk.look(desk.done(desk.set()))
    figure.part, figure.silent = 4, 1
    assert desk.check(row).effect == "not-determinable"


def test_the_measure_is_lost_before_the_check(
    desk: Desk, figure: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = desk.look(desk.done(desk.set()))
    monkeypatch.setattr(figures, "measure_named", lambda name: None)
    row = desk.check(row)
    assert (row.effect, row.after_part) == ("not-determinable", None)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"measure": "improvements-effective"}, UnknownMeasure),
        ({"measure": ""}, UnknownMeasure),
        ({"due_on": dt.date(2026, 11, 23)}, DayPast),
        ({"check_on": TODAY, "due_on": TODAY}, CheckTooEarly),
        ({"check_on": dt.date(2026, 12, 9)}, CheckTooEarly),
        ({"wanted_percent": Decimal(25)}, ReachedAlready),
        ({"wanted_percent": Decimal("24.99")}, ReachedAlready),
    ],
)
def test_what_cannot_be_set(
    desk: Desk, figure: Counted, values: dict[str, Any], refusal: type[Exception]
) -> None:
    before = Improvement.objects.count()
    with pytest.raises(refusal):
        desk.set(**values)
    assert Improvement.objects.count() == before


@pytest.mark.parametrize(("part", "refused"), [(3, False), (4, True)])
def test_a_figure_that_cannot_get_better_proves_nothing(
    desk: Desk, figure: Counted, part: int, refused: bool
) -> None:
    figure.part = part
    if refused:
        with pytest.raises(AtItsBest):
            desk.set()
    else:
        assert desk.set().before_part == part


def test_boundaries_of_what_can_be_set(desk: Desk, figure: Counted) -> None:
    assert desk.set(wanted_percent=Decimal("25.01"), due_on=TODAY).pk
    assert desk.set(check_on=dt.date(2026, 12, 10)).pk


def test_a_problem_of_a_body_with_a_day_is_set_once(desk: Desk, figure: Counted) -> None:
    desk.set()
    with pytest.raises(ImprovementTaken):
        desk.set()
    assert desk.set(due_on=dt.date(2026, 12, 11)).pk


def test_a_repeated_request_sets_once(desk: Desk, figure: Counted) -> None:
    said, before = desk.by(), Improvement.objects.count()
    one = set_improvement(desk.new(), **said)
    assert set_improvement(desk.new(), **said) == one
    assert Improvement.objects.count() == before + 1


def test_the_person_is_one_of_the_body(desk: Desk, figure: Counted) -> None:
    water = Body.objects.get(code="water")
    inside = people_of_body(water.pk, TODAY).first()
    assert inside is not None
    row = desk.set(person=inside.pk)
    assert row.due is not None
    assert row.due.person == str(inside.pk)
    outside = Person.objects.exclude(pk__in=people_of_body(water.pk, TODAY)).first()
    assert outside is not None
    with pytest.raises(NotOfTheBody):
        desk.set(person=outside.pk, problem="演示数据：别的")


def test_who_said_it_does_not_take_it_and_a_file_is_needed(desk: Desk, figure: Counted) -> None:
    row = desk.set()
    with pytest.raises(NotSaidYet):
        desk.look(row)
    row = desk.done(row, by="bureau")
    with pytest.raises(SecondLookRefused, match="colleague"):
        desk.look(row)
    bare = desk.done(desk.set(problem="演示数据：无佐证"), files=())
    with pytest.raises(SecondLookRefused, match="proves"):
        desk.look(bare)
    assert desk.look(row, by="leader").taken_by != row.done_by
    with pytest.raises(SaidAlready):
        desk.look(desk.row(row.pk), by="leader")


def test_what_was_returned_is_done_again_in_a_term_of_its_own(desk: Desk, figure: Counted) -> None:
    row = desk.look(desk.done(desk.set()), taken=False)
    assert state_of(row, TODAY) is ImprovementState.OPEN
    assert row.due is not None
    assert (row.due.clock, row.due.amount, row.due.state) == ("working_days", 5, "running")
    assert row.word
    assert state_of(desk.done(row), TODAY) is ImprovementState.DONE


@pytest.mark.parametrize(
    ("on", "refusal"), [(dt.date(2026, 11, 25), DayInFuture), (dt.date(2026, 11, 23), DayTooEarly)]
)
def test_the_day_it_was_done(
    desk: Desk, figure: Counted, on: dt.date, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        desk.done(desk.set(), on=on)


def test_one_without_effect_is_followed_by_another(desk: Desk, figure: Counted) -> None:
    problem = Problem.objects.order_by("pk").first()
    first = desk.set(subject=problem)
    with pytest.raises(FollowsNothing):
        desk.set(follows=first.pk, problem="演示数据：再来")
    first = desk.check(desk.look(desk.done(first)))
    assert first.effect == "not-effective"
    with pytest.raises(ClosedAlready):
        desk.done(first)
    after = desk.set(follows=first.pk, due_on=dt.date(2026, 12, 30))
    assert (after.follows_id, after.origin) == (first.pk, "follow-up")
    assert (after.subject_model, after.subject_key) == (first.subject_model, first.subject_key)


def test_withdrawn_ends_the_term_and_counts_nowhere(desk: Desk, figure: Counted) -> None:
    row = desk.set(due_on=TODAY)
    with pytest.raises(WhyNeeded):
        withdraw_improvement(row.pk, expected_version=row.version, **desk.by(reason=" "))
    withdraw_improvement(row.pk, expected_version=row.version, **desk.by(reason="重复"))
    row = desk.row(row.pk)
    assert row.due is not None
    assert row.due.state == "withdrawn"
    later = NOW + dt.timedelta(days=400)
    urls = [p.url for m in MEASURES for p in m.evidence(whole_city(), later)]
    assert not any(str(row.pk) in url for url in urls)
    with pytest.raises(ClosedAlready):
        desk.done(row)


@pytest.mark.parametrize("login", ["county", "public", "security", "audit"])
def test_who_may_not_set_one_for_a_body(desk: Desk, figure: Counted, login: str) -> None:
    with pytest.raises(NotAllowed):
        desk.set(by=login)


def test_a_department_sets_its_own_and_only_the_office_looks(desk: Desk, figure: Counted) -> None:
    row = desk.done(desk.set(by="department"))
    for login in ("department", "county", "admin"):
        with pytest.raises(NotAllowed):
            desk.look(row, by=login)


def test_a_county_neither_sees_nor_does_what_another_owes(desk: Desk, figure: Counted) -> None:
    other = (
        Body.objects.exclude(unit__code__in=("city", "xinjiang"))
        .filter(unit__kind="county")
        .first()
    )
    assert other is not None
    row = desk.set(owner=other.pk)
    seen = Improvement.objects.visible_to(desk.actor_as("county").scope)
    assert not seen.filter(pk=row.pk).exists()
    with pytest.raises(NotFound):
        desk.done(row, by="county")


def test_two_writers_the_second_is_told(desk: Desk, figure: Counted) -> None:
    row = desk.set()
    desk.done(row)
    with pytest.raises(Conflict):
        desk.done(row)


@pytest.mark.parametrize("state", list(ImprovementState))
def test_the_condition_of_a_state_is_its_rule(desk: Desk, state: ImprovementState) -> None:
    for day in (dt.date(2026, 10, 15), dt.date(2026, 10, 16), TODAY):
        by_query = set(Improvement.objects.filter(in_state(state, day)))
        by_rule = {row for row in Improvement.objects.all() if state_of(row, day) is state}
        assert by_query == by_rule


def test_measures_count_their_own_proofs(desk: Desk) -> None:
    for measure in MEASURES:
        share = measure.query(whole_city(), NOW)
        assert share == share_of(measure.evidence(whole_city(), NOW))
        assert share.whole > 0
    own = {measure.name for measure in MEASURES}
    offered = {measure.name for measure in measures_offered()}
    assert offered and not offered & own
    assert own <= {measure.name for measure in registry.measures()}


def test_nothing_is_written_past_the_journal(desk: Desk, figure: Counted) -> None:
    row = desk.set()
    with pytest.raises(RuntimeError), recording(action="x", **desk.by()):
        desk.set(problem="演示数据：嵌套")
    assert desk.row(row.pk).version == 1
