import pytest

from anlan.plan.rules.notice.normalise import clean, fold
from anlan.plan.rules.notice.numbering import (
    bullet_at,
    circled,
    cn_text,
    cn_value,
    number_at,
    spaced_number_at,
)
from anlan.plan.rules.notice.parse import parse


@pytest.mark.parametrize(
    ("text", "style", "value", "printed"),
    [
        ("1.甲", "ar", 1, "1"),
        ("１．甲", "ar", 1, "1"),
        ("12、甲", "ar", 12, "12"),
        ("3)甲", "arp", 3, "3"),
        ("（28）甲", "par", 28, "28"),
        ("(4)甲", "par", 4, "4"),
        ("〔5〕甲", "par", 5, "5"),
        ("（十二）甲", "cnp", 12, "十二"),
        ("(三)、甲", "cnp", 3, "三"),
        ("二十一、甲", "cn", 21, "二十一"),
        ("三、十大工程", "cn", 3, "三"),
        ("二、2024年工作", "cn", 2, "二"),
        ("第五条甲", "art条", 5, "第五条"),
        ("第12章甲", "art章", 12, "第12章"),
        ("③甲", "circle", 3, "3"),
        ("⑴甲", "par", 1, "1"),
        ("⒉甲", "ar", 2, "2"),
        ("1.2甲", "dot1", 2, "1.2"),
        ("3.1.4.甲", "dot2", 4, "3.1.4"),
        ("1.2025年目标", "ar", 1, "1"),
        ("（三）项目建设", "cnp", 3, "三"),
        ("（二）中小学", "cnp", 2, "二"),
        ("（五）及时报送", "cnp", 5, "五"),
    ],
)
def test_number(text, style, value, printed):
    found = number_at(fold(text), 0)
    assert (found.style, found.value, found.printed) == (style, value, printed)
    assert fold(text)[found.end :] in fold(text)


@pytest.mark.parametrize(
    "text",
    [
        "2023.5甲", "1.5亿元", "3.2%以上", "1、2号井", "一、二级医院", "（一）项规定", "（二）和（三）",
        "第三条规定", "第一章的内容", "市应急局", "〇、甲", "（零）甲", "0.03", "（市）甲", "12.5万人",
    ],
)  # fmt: skip
def test_text_that_is_no_number(text):
    assert number_at(fold(text), 0) is None


def test_bare_and_bulleted_items():
    assert spaced_number_at("1总则", 0).value == 1
    assert spaced_number_at("总则", 0) is None
    assert bullet_at("——强化", 0).end == 2
    assert bullet_at("强化", 0) is None


@pytest.mark.parametrize("value", [1, 9, 10, 11, 20, 21, 99, 100, 101, 110, 305, 1000, 1010, 9999])
def test_chinese_numbers_there_and_back(value):
    assert cn_value(cn_text(value)) == value


def test_digits_in_a_row_are_a_year():
    assert cn_value("二〇二五") == 2025
    assert circled(3) == "③"


def headings(text):
    return [(clause.id, clause.heading) for clause in parse(text).clauses]


def test_numbers_inside_sentences_are_text_even_at_the_start_of_a_line():
    text = (
        "一、甲。覆盖率提高到\n1.5倍，参照第\n（一）项和把\n一、二级医院纳入。\n二、乙。完成。\n"
    )
    assert headings(text) == [("C1", "甲"), ("C2", "乙")]


def test_a_list_below_a_line_with_colon_nests_and_the_outer_list_goes_on():
    text = (
        "3.甲。（市甲局负责）\n重点：\n1.子一。（市乙局负责）\n2.子二。（市丙局负责）\n"
        "4.乙。（市丁局负责）\n"
    )
    found = parse(text).clauses
    assert [(clause.id, clause.parent) for clause in found] == [
        ("C3", None), ("C1", "C3"), ("C2", "C3"), ("C4", None)
    ]  # fmt: skip


def test_a_number_left_out_by_a_misprint_is_still_an_item():
    assert [one for one, _ in headings("1.甲。\n2.乙。\n4.丁。\n")] == ["C1", "C2", "C4"]


def test_every_line_break_lost():
    text = (
        "现将任务分工如下，请各有关单位结合实际认真抓好贯彻落实，确保各项任务按期完成，取得实效，并及时报告进展情况和存在的问题，不得延误。"
        "一、重点任务（一）甲。完善。（市甲局牵头，市乙局配合）（二）乙。健全。（市丙局负责）"
        "二、工作要求（一）丙。加强。"
    )
    found = [(c.id, c.section, c.units()) for c in parse(text).clauses]
    assert found == [
        ("T1", "重点任务", ("市甲局", "市乙局")),
        ("T2", "重点任务", ("市丙局",)),
        ("W1", "工作要求", ()),
    ]


def test_offsets_survive_layout():
    source = clean("<p>甲 &lt;乙</p>\n— 3 —\n丙")
    assert source.text == "甲<乙丙"
    assert [source.raw_start(at) for at in range(4)] == [3, 5, 9, 22 - 1]
    assert clean("").raw_end(0) == 0
