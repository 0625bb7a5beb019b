"""任务一：… as a heading or an item, and a last paragraph that belongs to no item."""

import pytest

from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.render import render
from tests.plan.rules.notice.facts import facts_of

LABELS = "牵头单位：市应急局\n责任单位：市水务局\n完成时限：2024年底\n"
DUTY = (("市应急局",), ("市水务局",), (2024,))


def clauses(text):
    notice = parse(text)
    assert notice.coverage.unread == ()
    return [(one.number, one.heading, one.section) for one in notice.clauses]


@pytest.mark.parametrize("form", ["任务{}：{}", "任务{} {}", "专项行动{}：{}", "任务{}：\u3000{}"])
def test_tasks_numbered_in_words_are_headings(form):
    first, second = form.format("一", "燃气整治"), form.format("二", "房屋整治")
    text = f"演示市任务清单\n{first}\n1. 改造管网。\n{LABELS}{second}\n2. 鉴定房屋。\n{LABELS}"
    assert clauses(text) == [("1", "改造管网", "燃气整治"), ("2", "鉴定房屋", "房屋整治")]
    assert [(c.lead_units, c.support_units, c.deadline_years) for c in parse(text).clauses] == [
        DUTY, DUTY
    ]  # fmt: skip
    assert facts_of(parse(render(parse(text)))) == facts_of(parse(text))


def test_tasks_numbered_in_words_are_items_where_nothing_stands_below():
    text = f"演示市任务清单\n任务一：改造管网\n{LABELS}任务二：鉴定房屋\n{LABELS}"
    assert clauses(text) == [("一", "改造管网", ""), ("二", "鉴定房屋", "")]
    assert [one.lead_units for one in parse(text).clauses] == [("市应急局",)] * 2


def test_tasks_below_a_section_restart_nothing():
    text = (
        "演示市任务清单\n一、重点任务\n任务1：燃气整治\n（1）改造管网。（市甲局负责）\n"
        "任务2：房屋整治\n（1）鉴定房屋。（市乙局负责）\n二、其他\n（一）宣传。（市丙局负责）\n"
    )
    assert clauses(text) == [
        ("1", "改造管网", "重点任务 / 燃气整治"),
        ("1", "鉴定房屋", "重点任务 / 房屋整治"),
        ("一", "宣传", "其他"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "任务一完成后报告。",
        "任务一、任务二同步推进。",
        "任务三：另行安排。",
        "任务二十个，逐一落实。",
    ],
)
def test_a_sentence_that_speaks_of_a_task_is_text(sentence):
    text = f"1.甲。按计划推进。\n{sentence}（市甲局负责）\n2.乙。（市乙局负责）\n"
    assert [number for number, _, _ in clauses(text)] == ["1", "2"]


@pytest.mark.parametrize("head", ["工作要求", "有关要求", "组织保障", "保障措施"])
def test_a_last_paragraph_belongs_to_no_item(head):
    text = f"任务清单\n1. 改造管网。\n{LABELS}{head}：各责任单位要亲自部署，按月报告。\n"
    found = parse(text).clauses
    assert [(one.number, one.heading) for one in found] == [("1", "改造管网"), ("", head)]
    assert (found[0].lead_units, found[0].deadline_years) == (("市应急局",), (2024,))
    assert "部署" not in found[0].text
    assert found[1].units() == ()
    assert facts_of(parse(render(parse(text)))) == facts_of(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        f"任务清单\n1. 改造管网。\n工作要求：逐户排查。\n{LABELS}",
        "任务清单\n1. 改造管网。\n工作要求：逐户排查。（市应急局负责）\n",
        "任务清单\n1. 甲。\n工作要求：逐户排查。\n2. 乙。\n工作要求：按月报告。\n",
        f"任务清单\n1. 改造管网，落实\n工作要求：逐户排查。\n{LABELS}",
    ],
)
def test_requirements_of_an_item_stay_with_it(text):
    assert all(one.number for one in parse(text).clauses)
