"""Heads are found by words, wherever they stand; unknown ones are asked about."""

import itertools

import pytest

from anlan.plan.rules.workbook.column import (
    ABSENT,
    ALIASES,
    ROW_CODE,
    SheetField,
    find_heads,
    sent_head,
)

HEADS = [sent_head(name) for name in (ROW_CODE, *SheetField)]


def test_the_heads_that_are_sent_are_all_found() -> None:
    found = find_heads([["演示"], ["说明"], HEADS, ["R001"]], {})
    assert found is not None
    assert not found.asked
    assert found.first == 3
    assert found.at[ROW_CODE] == 0


def test_no_two_columns_share_a_word() -> None:
    for one, other in itertools.combinations(ALIASES.values(), 2):
        assert not set(one) & set(other)


def test_moved_and_renamed_columns_are_found_by_alias() -> None:
    line = ["备注", "办结时间（必填）", "完成 状态*", "编号", "文件编号", "佐证", "困难", "填报人"]
    found = find_heads([line], {})
    assert found is not None
    assert not found.asked
    assert found.unknown == ("备注",)
    assert found.at[SheetField.DONE_ON] == 1


def test_an_unknown_head_is_asked_about_and_the_answer_is_used() -> None:
    line = ["行号", "完成情况", "啥时候干完的", "文号", "佐证说明", "存在困难", "确认人"]
    found = find_heads([line], {})
    assert found is not None
    assert found.asked == (SheetField.DONE_ON,)
    assert found.unknown == ("啥时候干完的",)
    again = find_heads([line], {"done_on": "啥时候干完的"})
    assert again is not None
    assert again.at[SheetField.DONE_ON] == 2
    assert not again.asked
    without = find_heads([line], {"done_on": ABSENT})
    assert without is not None
    assert not without.asked
    assert SheetField.DONE_ON not in without.at


def test_two_columns_of_one_field_are_asked_about() -> None:
    line = ["行号", "完成情况", "完成日期", "办结日期", "文号", "佐证说明", "存在困难", "确认人"]
    found = find_heads([line], {})
    assert found is not None
    assert found.asked == (SheetField.DONE_ON,)
    assert set(found.unknown) == {"完成日期", "办结日期"}


def test_merged_heads_over_two_lines() -> None:
    upper = ["行号", "填报栏", "填报栏", "填报栏", "文号", "佐证说明", "存在困难", "确认人"]
    lower = ["行号", "完成情况", "完成日期", "备注", "文号", "佐证说明", "存在困难", "确认人"]
    found = find_heads([upper, lower, ["R001"]], {})
    assert found is not None
    assert found.first == 2
    assert not found.asked


@pytest.mark.parametrize("lines", [[], [["甲", "乙"]], [["完成情况", "完成日期", "文号"]]])
def test_without_heads_or_row_numbers_nothing_is_found(lines: list[list[str]]) -> None:
    assert find_heads(lines, {}) is None
