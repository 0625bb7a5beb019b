"""Choices with papers and the composition of I7: refusals, versions, two writers, scope."""

import uuid
from decimal import Decimal
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.errors import Conflict, NotAllowed, NotFound, Refused
from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.actions.indicators.choosing import NewChoice, choose
from anlan.plan.actions.indicators.composing import NewComponent, compose, sign_composition
from anlan.plan.models import IndicatorChoice, SubGoalComposition
from anlan.plan.queries.indicators.board import board
from anlan.plan.queries.indicators.choices import chosen_for
from anlan.plan.queries.indicators.subgoal import sub_goal
from anlan.plan.rules.indicators.choices import Basis, ChoiceKind
from anlan.plan.rules.indicators.standing import Status
from anlan.plan.rules.indicators.subgoal import Judgement
from anlan.registers.rules.scope import NOTHING
from tests.plan.indicators.conftest import HOUR, KEEPER, SmallCity

NOBODY = Actor(account="x", scope=NOTHING)


def said(small: SmallCity, actor: Actor = KEEPER) -> dict[str, Any]:
    return {"actor": actor, "now": small.at, "request_id": small.request_ids(), "reason": "演示"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"kind": ChoiceKind.BASE_YEAR, "first_year": 2020, "source": " "}, "no-paper"),
        ({"kind": ChoiceKind.BASE_YEAR}, "years-needed"),
        ({"kind": ChoiceKind.BASE_YEAR, "first_year": 20}, "years-needed"),
        ({"kind": ChoiceKind.WINDOW, "first_year": 2021}, "last-year-needed"),
        ({"kind": ChoiceKind.WINDOW, "first_year": 2025, "last_year": 2021}, "wrong-order"),
        ({"kind": ChoiceKind.READING}, "pick-needed"),
        ({"kind": ChoiceKind.READING, "reading": "best"}, "pick-needed"),
        ({"kind": ChoiceKind.COVERAGE, "first_year": 2021}, "pick-needed"),
        ({"kind": ChoiceKind.COVERAGE, "basis": "accidents"}, "years-needed"),
    ],
)
def test_a_choice_that_cannot_hold(small: SmallCity, more: dict[str, Any], code: str) -> None:
    given = {"notice": small.notice.pk, "source": "文件", **more}
    with pytest.raises(Refused) as refused:
        choose(NewChoice(**given), **said(small))
    assert refused.value.code == code
    assert not IndicatorChoice.objects.exists()


def test_the_latest_choice_holds_and_the_earlier_one_stays(small: SmallCity) -> None:
    small.choose(ChoiceKind.BASE_YEAR, first_year=2020)
    small.choose(ChoiceKind.BASE_YEAR, first_year=2019)
    between = small.at
    small.choose(ChoiceKind.BASE_YEAR, holds=False)
    assert chosen_for(small.notice).choices.base_year is None
    held = chosen_for(small.notice, between).choices.base_year
    assert held is not None
    assert held.year == 2019
    earlier = chosen_for(small.notice, between - HOUR).choices.base_year
    assert earlier is not None
    assert earlier.year == 2020
    assert IndicatorChoice.objects.count() == 3


def test_who_may_choose(small: SmallCity) -> None:
    new = NewChoice(
        notice=small.notice.pk, kind=ChoiceKind.BASE_YEAR, source="文件", first_year=2020
    )
    with pytest.raises(NotAllowed):
        choose(new, **said(small, NOBODY))
    asked = said(small)
    assert choose(new, **asked) == choose(new, **asked)
    assert IndicatorChoice.objects.count() == 1
    gone = NewChoice(
        notice=uuid.uuid4(), kind=ChoiceKind.BASE_YEAR, source="文件", first_year=2020
    )
    with pytest.raises(NotFound):
        choose(gone, **said(small))


def test_a_register_nobody_declared_complete_counts_no_zero(small: SmallCity) -> None:
    """No record is not no death; with the declaration it is."""
    small.denominators()
    with clock.at(small.at):
        line = board(small.notice).line("I2")
    assert line is not None
    assert line.verdict.known().status is Status.NOT_DETERMINABLE
    small.choose(ChoiceKind.COVERAGE, basis=Basis.ACCIDENTS.value, first_year=2021)
    with clock.at(small.at):
        line = board(small.notice).line("I2")
    assert line is not None
    assert line.verdict.known().status is Status.MET
    assert line.verdict.known().value == 0


def test_an_accident_without_its_deaths_leaves_the_year_open(small: SmallCity) -> None:
    small.settle()
    small.denominators()
    row = small.accident("a", 2025, None)
    with clock.at(small.at):
        line = board(small.notice).line("I2")
    assert line is not None
    standing = line.verdict.known()
    assert standing.value is UNKNOWN
    assert "1" in standing.missing[0].text()
    by_unit = {each.unit.code: each.verdict.known().status for each in line.units}
    assert by_unit["a"] is Status.NOT_DETERMINABLE
    small.restate(row, 1)
    with clock.at(small.at):
        line = board(small.notice).line("I2")
    assert line is not None
    assert line.verdict.known().status is Status.MET


def test_missing_people_are_not_deaths(small: SmallCity) -> None:
    small.settle()
    small.denominators()
    small.disaster("a", 2024, deaths=1, missing=30)
    with clock.at(small.at):
        line = board(small.notice).line("I4")
    assert line is not None
    year = next(y for y in line.verdict.known().yearly if y.fact.year == 2024)
    assert year.fact.numerator.value == 1


def component(statement: int = 1, measure: str = "leaves-complete", **more: Any) -> NewComponent:
    return NewComponent(statement=statement, measure=measure, **more)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([component(measure="nothing")], "unknown-measure"),
        ([component(measure="indicator-i7")], "unknown-measure"),
        ([component(statement=5)], "no-such-statement"),
        ([component(), component()], "measure-twice"),
        ([component(baseline=Decimal(50))], "baseline-without-source"),
        ([component(baseline=Decimal(101), source="文件")], "baseline-out-of-range"),
        ([component(statement=1 + n % 4) for n in range(41)], "invalid"),
    ],
)
def test_a_composition_that_cannot_be(
    small: SmallCity, parts: list[NewComponent], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        compose(small.notice.pk, parts, **said(small))
    assert refused.value.code == code
    assert not SubGoalComposition.objects.exists()


def test_draft_signature_and_what_it_decides(small: SmallCity) -> None:
    parts = [component(n, baseline=Decimal(0), source="文件") for n in range(1, 5)]
    made = compose(small.notice.pk, parts, **said(small))
    key = uuid.UUID(made["id"])
    with pytest.raises(Refused) as refused:
        sign_composition(key, " ", expected_version=1, **said(small))
    assert refused.value.code == "no-paper-to-sign"
    with pytest.raises(NotAllowed):
        sign_composition(key, "文件", expected_version=1, **said(small, NOBODY))
    with pytest.raises(Conflict):
        sign_composition(key, "文件", expected_version=7, **said(small))
    sign_composition(key, "文件", expected_version=1, **said(small))
    with pytest.raises(Refused) as refused:
        sign_composition(key, "文件", expected_version=2, **said(small))
    assert refused.value.code == "signed-already"
    empty = compose(small.notice.pk, [], **said(small))
    with pytest.raises(Refused) as refused:
        sign_composition(uuid.UUID(empty["id"]), "文件", expected_version=1, **said(small))
    assert refused.value.code == "no-components"
    goal = sub_goal(small.notice, small.at)
    assert goal is not None
    assert goal.composition is not None
    assert goal.composition.pk == key  # the signed one, not the later draft
    # no assignment exists: the measure has no value, so there is no number
    assert goal.improved is None
    assert {each.verdict.known() for each in goal.statements} == {Judgement.NOT_DETERMINABLE}
    assert [each.text for each in goal.statements] == ["甲", "乙", "丙", "丁"]
