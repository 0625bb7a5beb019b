"""Lamps of measures and of items; which institution a phrase asks for."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN, SourceStatus
from anlan.plan.rules.instrument_requirement import (
    RequirementStanding,
    kind_required,
    requirement_standing,
)
from anlan.plan.rules.measure_lamp import (
    Bounds,
    MeasureLamp,
    combined_lamp,
    measure_lamp,
)
from anlan.registers.rules.instrument import InstrumentState


def lamp(
    part: int, whole: int, direction: str = "up", bounds: Bounds | None = None
) -> MeasureLamp:
    return measure_lamp(part, whole, direction, bounds or Bounds()).known()


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (599, MeasureLamp.RED),
        (600, MeasureLamp.YELLOW),
        (601, MeasureLamp.YELLOW),
        (899, MeasureLamp.YELLOW),
        (900, MeasureLamp.GREEN),
        (901, MeasureLamp.GREEN),
    ],
)
def test_at_a_bound_the_better_lamp(part: int, expected: MeasureLamp) -> None:
    assert lamp(part, 1000) is expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (10, MeasureLamp.GREEN),
        (11, MeasureLamp.YELLOW),
        (20, MeasureLamp.YELLOW),
        (21, MeasureLamp.RED),
    ],
)
def test_where_less_is_better(part: int, expected: MeasureLamp) -> None:
    bounds = Bounds(green_from_percent=Decimal(10), red_below_percent=Decimal(20))
    assert lamp(part, 100, "down", bounds) is expected


def test_none_of_none_is_never_green() -> None:
    for direction in ("up", "down"):
        assert lamp(0, 0, direction) is MeasureLamp.NOT_DETERMINABLE


def test_what_nobody_knows_holds_green_back_and_never_lowers_red() -> None:
    for part, expected in (
        (100, MeasureLamp.NOT_DETERMINABLE),
        (70, MeasureLamp.YELLOW),
        (10, MeasureLamp.RED),
    ):
        assert measure_lamp(part, 100, "up", Bounds(), silent=1).known() is expected


def test_a_bound_says_where_it_is_from() -> None:
    house = measure_lamp(1, 2, "up", Bounds()).reasons[0]
    assert house.status is SourceStatus.HOUSE_DEFAULT
    city = measure_lamp(1, 2, "up", Bounds(source="演示〔2024〕1号")).reasons[0]
    assert (city.source, city.status) == ("演示〔2024〕1号", SourceStatus.VERIFIED)


@given(whole=st.integers(1, 10**6), data=st.data())
def test_more_never_makes_the_lamp_worse(whole: int, data: st.DataObject) -> None:
    order = [MeasureLamp.RED, MeasureLamp.YELLOW, MeasureLamp.GREEN]
    low = data.draw(st.integers(0, whole))
    high = data.draw(st.integers(low, whole))
    assert order.index(lamp(low, whole)) <= order.index(lamp(high, whole))


LAMPS = st.lists(st.sampled_from(MeasureLamp), max_size=6)


@given(lamps=LAMPS)
def test_an_item_is_as_bad_as_its_worst_measure(lamps: list[MeasureLamp]) -> None:
    found = combined_lamp(lamps)
    if MeasureLamp.RED in lamps:
        assert found is MeasureLamp.RED
    if found is MeasureLamp.GREEN:
        assert set(lamps) <= {
            MeasureLamp.GREEN,
            MeasureLamp.INFORMATION,
            MeasureLamp.NOT_MEASURED,
        }
        assert MeasureLamp.GREEN in lamps
    if not set(lamps) - {MeasureLamp.INFORMATION, MeasureLamp.NOT_MEASURED}:
        assert found is MeasureLamp.NOT_MEASURED


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("部门普法责任清单", "list"),
        ("行刑衔接制度出台", "system"),
        ("市预案管理办法修订", "measures"),
        ("禁限控目录修订落实", "catalogue"),
        ("隐患辨识标准", "standard"),
        ("责任险制度", "system"),
        ("地区灾害联动机制", "mechanism"),
        ("重点行业转型政策落实", "opinion"),
        ("失信主体名单与惩戒", "list"),
    ],
)
def test_the_form_that_a_phrase_names(phrase: str, kind: str) -> None:
    assert kind_required(phrase).known() == kind


@pytest.mark.parametrize("phrase", ["救援中心建成", "全市灾害风险区划", "", "应急责任落实"])
def test_a_phrase_without_a_form_is_for_a_person_to_decide(phrase: str) -> None:
    verdict = kind_required(phrase)
    assert verdict.value is UNKNOWN
    assert verdict.reasons[0].note is not None


def test_only_what_is_in_force_meets_a_requirement() -> None:
    assert requirement_standing(None).known() is RequirementStanding.REQUIRED
    for state in InstrumentState:
        found = requirement_standing(state).known()
        assert found.value == state.value
        assert found.is_met == state.is_in_force
