"""From the sub-goal to its measures, the items that carry them, what is late, what is proven."""

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.upkeep import create
from anlan.plan.actions.indicators.composing import NewComponent, compose
from anlan.plan.models import ItemMeasure, Notice, PlanItem, SubGoalComposition
from anlan.plan.queries.indicators.goal_causes import GoalCauses, goal_causes
from anlan.plan.queries.indicators.subgoal import sub_goal
from anlan.registers.rules.scope import PROGRAM
from tests.plan.indicators.conftest import HOUR, KEEPER, SmallCity

PAGE, API = "/plan/indicators/I7/causes/", "/api/v1/indicators/I7/causes"
WIDE = replace(PROGRAM, units=frozenset({"city", "a", "b"}))
MEASURE = "signed-in-time"


def found(notice: Notice) -> GoalCauses:
    result = goal_causes(notice, scope=WIDE)
    assert result is not None
    return result


def carry(small: SmallCity, key: str, measure: str = MEASURE) -> None:
    small.at += HOUR
    row = ItemMeasure(item=PlanItem.objects.get(key=key), measure=measure)
    create(row, actor=KEEPER, now=small.at, request_id=small.request_ids())


def composed(small: SmallCity) -> None:
    small.at += HOUR
    component = NewComponent(statement=1, measure=MEASURE, baseline=Decimal(50), source="演示文件")
    said = {"actor": KEEPER, "now": small.at}
    compose(small.notice.pk, (component,), **said, request_id=small.request_ids())


def test_without_a_composition_the_clause_alone_is_shown(small: SmallCity) -> None:
    carry(small, "I2")
    result = found(small.notice)
    assert [each.item.key for each in result.items] == ["I7"]
    assert all(not result.items_of(each) for each in result.goal.statements)


def test_an_item_with_a_measure_of_a_statement_stands_beside_it(small: SmallCity) -> None:
    carry(small, "I2")
    carry(small, "I3", "reports-in-time")
    composed(small)
    result = found(small.notice)
    assert {each.item.key for each in result.items} == {"I2", "I7"}
    first, second, *_others = result.goal.statements
    assert [each.item.key for each in result.items_of(first)] == ["I2"]
    assert result.items_of(second) == ()


def test_a_notice_without_a_sub_goal_has_none(small: SmallCity) -> None:
    goal = PlanItem.objects.get(key="I7")
    small.record(changed=((goal, {"is_dropped": True}),))
    assert goal_causes(small.notice, scope=WIDE) is None


def test_the_page_and_the_interface_say_the_same_as_the_page_of_the_sub_goal(
    client_as: Any,
) -> None:
    client = client_as("bureau")
    text, said = client.get(PAGE).content.decode(), client.get(API).json()
    goal = sub_goal(SubGoalComposition.objects.latest("number").notice, clock.now())
    assert goal is not None
    assert len(said["statements"]) == 4
    for row, each in zip(said["statements"], goal.statements, strict=True):
        assert row["judgement"] == each.verdict.known().value
        assert [part["measure"] for part in row["parts"]] == [
            part.component.measure for part in each.parts
        ]
        assert each.text in text
        assert set(row["items"]) <= {item["key"] for item in said["items"]}
    assert "I7" in {item["key"] for item in said["items"]}
    assert said["units"] == said["groups"] == said["enterprises"] == []
    carried = {key for row in said["statements"] for key in row["items"]}
    mapped = set(
        ItemMeasure.objects.filter(
            measure__in=[p["measure"] for row in said["statements"] for p in row["parts"]],
            item__is_dropped=False,
        ).values_list("item__key", flat=True)
    )
    assert carried == mapped - {"I7"}
    assert "不是原因" in text


def test_the_sub_goal_leads_here(client_as: Any) -> None:
    page = client_as("bureau").get("/plan/indicators/I7/").content.decode()
    assert re.search(rf'href="{PAGE}(\?[^"]*)?"', page)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_file_has_every_statement(client_as: Any, form: str) -> None:
    answer = client_as("bureau").get(PAGE, {"format": form})
    assert answer.status_code == 200
    if form == "csv":
        text = answer.content.decode()
        assert text.count("表述") >= 4


def test_a_county_finds_no_more_than_the_bureau(client_as: Any) -> None:
    whole, own = client_as("bureau").get(API).json(), client_as("county").get(API).json()
    assert own["statements"][0]["judgement"] == whole["statements"][0]["judgement"]
    theirs = {(o["kind"], o["text"]) for item in own["items"] for o in item["late"]}
    assert theirs <= {(o["kind"], o["text"]) for item in whole["items"] for o in item["late"]}
