"""Tables of a .pdf: rows by their ruled lines, and rows that a page break cut."""

import pytest

from anlan.base.documents.pdf_table import is_rest, same_columns
from anlan.base.documents.reader import read_document
from anlan.plan.rules.notice.parse import parse
from tests.base.documents.files import ruled_pdf

TITLE = "演示市防汛任务分工表"
HEAD = ["序号", "任务内容", "牵头单位", "配合单位", "完成时限"]
FIRST = ["1", "修订防汛预案", "市应急局", "市水务局、市\n气象局", "2024年底"]
SECOND = ["2", "建设物资仓库", "市水务局", "市财政局", "2025年底"]
CUT = ["2", "建设物资", "市水务局", "市财政局、市\n市场监督管", "2025年底"]
REST = ["", "仓库", "", "理局", ""]


def text_of(*pages):
    return read_document(ruled_pdf(pages), "a.pdf").text


def duties(*pages):
    notice = parse(text_of(*pages))
    assert notice.document.title == TITLE
    assert notice.coverage.unread == ()
    return [(one.number, one.heading, one.lead_units, one.support_units, one.deadline_years)
            for one in notice.clauses]  # fmt: skip


BOTH = [
    ("1", "修订防汛预案", ("市应急局",), ("市水务局", "市气象局"), (2024,)),
    ("2", "建设物资仓库", ("市水务局",), ("市财政局",), (2025,)),
]
WHOLE = [BOTH[0], (*BOTH[1][:3], ("市财政局", "市市场监督管理局"), (2025,))]


def test_a_table_is_read_once_and_leaves_the_title_alone():
    text = text_of([TITLE, [HEAD, FIRST, SECOND], "演示市应急局"])
    assert text.split("\n")[:2] == [TITLE, "\t".join(HEAD)]
    assert text.split("\n")[-1] == "演示市应急局"
    assert duties([TITLE, [HEAD, FIRST, SECOND]]) == BOTH


@pytest.mark.parametrize(
    "pages",
    [
        ([TITLE, [HEAD, FIRST]], [[SECOND]]),
        ([TITLE, [HEAD, FIRST]], [[HEAD, SECOND]]),
        ([TITLE, [HEAD, FIRST], "- 1 -"], [[SECOND], "- 2 -"]),
        ([TITLE, [HEAD, FIRST], "1"], [[HEAD, SECOND], "- 2 -"]),
        ([TITLE, [HEAD]], [[FIRST]], [[SECOND]]),
        ([TITLE, [HEAD, FIRST], "1"], ["2", [SECOND]]),
    ],
)
def test_a_table_goes_on_over_pages(pages):
    assert duties(*pages) == BOTH


@pytest.mark.parametrize(
    "pages",
    [
        ([TITLE, [HEAD, FIRST, CUT]], [[REST]]),
        ([TITLE, [HEAD, FIRST, CUT]], [[HEAD, REST]]),
        ([TITLE, [HEAD, FIRST, CUT], "1"], [[HEAD, REST], "— 2 —"]),
        ([TITLE, [HEAD, FIRST, CUT]], [[["", "仓", "", "理", ""]]], [[["", "库", "", "局", ""]]]),
        ([TITLE, [HEAD, FIRST, CUT]], [[["", "仓", "", "理", ""]]],
         [[HEAD, ["", "库", "", "局", ""]]]),
    ],
)  # fmt: skip
def test_a_row_cut_by_a_page_break_is_one_row(pages):
    assert duties(*pages) == WHOLE


def test_rows_go_on_behind_the_rest_of_a_row():
    third = ["3", "组建抢险队伍", "市应急局", "市水务局", "长期"]
    found = duties([TITLE, [HEAD, FIRST, CUT]], [[HEAD, REST, third]])
    assert found[:2] == WHOLE
    assert found[2][2:4] == (("市应急局",), ("市水务局",))


def test_a_table_below_text_is_a_table_of_its_own():
    lines = text_of([TITLE, [HEAD, FIRST]], ["第二张表", [HEAD, SECOND]]).split("\n")
    assert lines.count("\t".join(HEAD)) == 2


def test_a_head_on_every_page_is_no_running_title():
    pages = [[[HEAD, [str(at), f"甲{at}", "市甲局", "市乙局", "长期"]]] for at in range(1, 5)]
    clauses = parse(text_of(*pages)).clauses
    assert [(one.number, one.lead_units) for one in clauses] == [
        (str(at), ("市甲局",)) for at in range(1, 5)
    ]


def test_a_box_around_one_line_or_column_is_text():
    assert text_of([TITLE, [["甲", ""]]]).split() == [TITLE, "甲"]
    assert text_of([TITLE, [["甲"], ["乙"]]]).split() == [TITLE, "甲", "乙"]


def test_a_cell_merged_downwards_repeats():
    rows = [["类别", *HEAD[:4]], ["防汛", *FIRST[:4]], [None, *SECOND[:4]]]
    lines = text_of([TITLE, rows]).split("\n")
    assert [line.split("\t")[0] for line in lines[1:]] == ["类别", "防汛", "防汛"]
    sections = [one.section for one in parse("\n".join(lines)).clauses]
    assert sections == [f"{TITLE} / 防汛"] * 2


@pytest.mark.parametrize(
    ("rows", "row", "rest"),
    [
        ([("序号", "任务"), ("1", "甲")], ("", "乙"), True),
        ([("序号", "任务"), ("1", "甲")], ("2", "乙"), False),
        ([("类别", "序号", "任务"), ("防汛", "1", "甲")], ("", "2", "乙"), False),
        ([("类别", "序号", "任务"), ("防汛", "1", "甲")], ("", "", "乙"), True),
        ([("任务", "单位"), ("甲", "市甲局")], ("乙", "市乙局"), False),
        ([("任务", "单位"), ("甲", "市甲局、")], ("乙", "市乙局"), True),
        ([("任务", "单位"), ("甲", "各县（市")], ("乙", "、区）政府"), True),
        ([("任务", "单位"), ("甲", "市甲局")], ("", "市乙局"), True),
        ([("任务", "单位"), ("甲", "市甲局")], ("", ""), False),
        ([("任务", "单位")], ("", "市乙局"), False),
        ([("任务", "单位"), ("甲", "市甲局")], ("", "市乙局", ""), False),
        ([], ("", "市乙局"), False),
    ],
)
def test_what_is_the_rest_of_a_row(rows, row, rest):
    assert is_rest(rows, row) is rest


def test_columns_are_the_same_within_a_tolerance():
    assert same_columns((50.0, 100.0), (53.0, 97.0))
    assert not same_columns((50.0, 100.0), (53.1, 100.0))
    assert not same_columns((50.0, 100.0), (50.0,))
    assert not same_columns((), ())
