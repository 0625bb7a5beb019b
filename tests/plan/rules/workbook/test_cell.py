"""What a cell says: days in every usual writing, states and their synonyms, refusals."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.message import RuleRefused
from anlan.plan.rules.workbook.cell import (
    FIRST,
    LAST,
    ReportedState,
    day_of_cell,
    state_of_cell,
)

DAY = dt.date(2024, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024年3月5日",
        "2024年03月05日",
        "2024.3.5",
        "2024-3-5",
        "2024/03/05",
        "２０２４．３．５",
        "２０２４年３月５日",
        "20240305",
        "45356",
        "45356.75",
        "2024-03-05 00:00:00",
        "2024-03-05T09:30",
        " 2024年 3月 5日 ",
        "2024年3月5号",
        "\u200b2024-03-05",
    ],
)
def test_one_day_in_many_writings(text: str) -> None:
    verdict = day_of_cell(text)
    assert verdict.known() == DAY
    assert verdict.reasons[0].rule == "plan-workbook-day"


@pytest.mark.parametrize(
    "text",
    [
        "3月5日",
        "2024年3月",
        "24.3.5",
        "2024-02-30",
        "三月五日",
        "约2024年",
        "2024",
        "",
        "1999-12-31",
    ],
)
def test_what_says_less_than_a_day_is_refused(text: str) -> None:
    with pytest.raises(RuleRefused):
        day_of_cell(text)


def test_the_edges_of_the_range() -> None:
    assert day_of_cell("2000-01-01").known() == FIRST
    assert day_of_cell("2099-12-31").known() == LAST
    with pytest.raises(RuleRefused):
        day_of_cell("2100-01-01")


@given(st.dates(min_value=FIRST, max_value=LAST))
def test_every_day_survives_every_writing(day: dt.date) -> None:
    serial = str((day - dt.date(1899, 12, 30)).days)
    apple = str((day - dt.date(1904, 1, 1)).days)
    written = f"{day.year}年{day.month}月{day.day}日"
    assert {day_of_cell(text).known() for text in (serial, written, day.isoformat())} == {day}
    assert day_of_cell(apple, is_1904=True).known() == day


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("已完成", ReportedState.FINISHED),
        (" 已 完成", ReportedState.FINISHED),
        ("推进中", ReportedState.IN_PROGRESS),
        ("未开始", ReportedState.NOT_STARTED),
        ("finished", ReportedState.FINISHED),
    ],
)
def test_states(text: str, state: ReportedState) -> None:
    assert state_of_cell(text) is state


@pytest.mark.parametrize("text", ["基本完成", "90%", "是", "", "已完成大部分"])
def test_half_a_state_is_refused(text: str) -> None:
    with pytest.raises(RuleRefused):
        state_of_cell(text)
