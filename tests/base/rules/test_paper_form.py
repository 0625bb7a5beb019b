"""The form of a paper: worked rows 41 and 42 of the fact sheets, numbers, breaks, places."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules import paper_form as form
from anlan.base.rules.paper_form import (
    TooManyHeadings,
    chinese_number,
    column_parts,
    document_number,
    heading_number,
    signature_places,
    title_lines,
    width_in_chars,
    written_date,
)


def test_margins_in_twips_as_worked_in_row_41() -> None:
    assert [form.twips(mm) for mm in (37, 35, 28, 26)] == [2098, 1984, 1587, 1474]
    assert (form.twips(210), form.twips(297)) == (11906, 16838)


def test_pitches_as_worked_in_row_42() -> None:
    assert round(float(form.line_pitch_pt()), 3) == 28.991
    assert round(float(form.char_pitch_pt()), 3) == 15.793


def test_22_lines_fit_and_23_do_not() -> None:
    room = form.twips(297) - form.twips(37) - form.twips(35)
    pitch = form.line_pitch_twips()
    assert 22 * pitch <= room < 23 * pitch
    assert Fraction(2895, 100) <= Fraction(pitch, 20) <= form.line_pitch_pt()


def test_28_characters_fit_and_29_do_not() -> None:
    char = form.TEXT_PT * 20 + form.tightened_twips()
    assert 28 * char <= form.type_width_twips() < 29 * char


def test_lines_of_the_colophon() -> None:
    assert (form.eighths(form.OUTER_LINE_MM), form.eighths(form.MIDDLE_LINE_MM)) == (8, 6)


@pytest.mark.parametrize(
    ("number", "said"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_chinese_numbers(number: int, said: str) -> None:
    assert chinese_number(number) == said


@pytest.mark.parametrize("number", [0, 100])
def test_numbers_beyond_the_headings_are_refused(number: int) -> None:
    with pytest.raises(TooManyHeadings):
        chinese_number(number)


def test_heading_numbers_of_the_four_levels() -> None:
    assert [heading_number(level, 2) for level in (1, 2, 3, 4)] == [
        "二、",
        "（二）",
        "2.",
        "（2）",
    ]


def test_a_short_title_is_one_line_and_an_empty_one_none() -> None:
    assert title_lines("年度监测分析报告") == ("年度监测分析报告",)
    assert title_lines(" \n ") == ()


@pytest.mark.parametrize(("length", "count"), [(20, 1), (21, 2), (40, 2), (41, 3)])
def test_a_title_breaks_after_twenty_characters(length: int, count: int) -> None:
    assert len(title_lines("安" * length)) == count


def test_breaks_that_the_writer_made_are_kept() -> None:
    assert title_lines("运城市\n应急管理局") == ("运城市", "应急管理局")


def test_a_title_is_not_parted_within_a_number_nor_before_a_mark() -> None:
    lines = title_lines("关于运城市应急管理体系建设2021-2025年规划实施情况的报告（征求意见稿）")
    assert (
        "".join(lines) == "关于运城市应急管理体系建设2021-2025年规划实施情况的报告（征求意见稿）"
    )
    assert not any(line[0] in "）》，。" for line in lines)
    assert any("2021" in line for line in lines)


@given(st.text(alphabet="安全生产（）0123456789ab，。《》", min_size=1, max_size=300))
def test_a_title_loses_nothing_and_no_line_is_too_long(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == title
    assert all(0 < len(line) <= form.TITLE_CHARS for line in lines)


def test_width_counts_ascii_as_half() -> None:
    assert width_in_chars("2026年3月5日") == 6


def test_places_with_a_seal_centre_the_name_over_the_day() -> None:
    name, day = signature_places("运城市应急管理局", "2026年3月5日", has_seal=True)
    assert (name, day) == (3, 4)
    assert name + Fraction(8, 2) == day + Fraction(6, 2)


def test_places_without_a_seal() -> None:
    assert signature_places("运城市应急管理局", "2026年3月5日", has_seal=False) == (2, 2)


@given(st.integers(1, 27))
def test_no_name_leaves_the_page(length: int) -> None:
    name, day = signature_places("名" * length, "2026年12月15日", has_seal=True)
    assert name >= 0
    middle = day + width_in_chars("2026年12月15日") / 2
    assert name + Fraction(length, 2) == middle


@pytest.mark.parametrize(("columns", "parts"), [(1, 1), (8, 1), (9, 2), (15, 2), (16, 3), (60, 9)])
def test_wide_tables_are_printed_in_parts(columns: int, parts: int) -> None:
    assert len(column_parts(columns)) == parts


@given(st.integers(1, 200))
def test_every_column_is_printed_and_each_part_begins_with_the_first(columns: int) -> None:
    parts = column_parts(columns)
    assert all(part[0] == 0 and len(part) <= form.TABLE_COLUMNS for part in parts)
    assert sorted({column for part in parts for column in part}) == list(range(columns))
    others = [column for part in parts for column in part[1:]]
    assert len(others) == len(set(others))


def test_numbers_and_days_as_papers_write_them() -> None:
    assert document_number("运政办函", 2023, 9) == "运政办函〔2023〕9号"
    assert written_date(2023, 2, 3) == "2023年2月3日"
