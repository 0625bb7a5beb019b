"""Tables of duties as they are pasted, broken and printed; never a lead that is not printed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.values import Mode
from tests.plan.rules.notice.test_properties import assert_tiles, steps

HEAD = "演示市防汛任务分工\n"
FOUR = "序号\t任务\t牵头单位\t配合单位\n"
FIVE = "序号\t重点任务\t牵头单位\t责任单位\t完成时限\n"


def duties(text):
    """Number, leads and supports of every clause; offsets have to hold besides."""
    notice = parse(text)
    assert_tiles(text, notice)
    return [(one.number, one.lead_units, one.support_units) for one in notice.clauses]


def unread(text):
    return [span.text for span in parse(text).coverage.unread]


TWO_ROWS = [
    ("1", ("市应急局",), ("市水务局",)),
    ("2", ("市水务局",), ("市财政局",)),
]

# -- line breaks inside cells ---------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        "1\t修订预案\n（含专项）\t市应急局\t市水务局\n",
        "1\t修订\n预案\n（含专项）\t市应急局\t市水务局\n",
        "1\t修订预案（含专项）\t市应\n急局\t市水务局\n",
        "1\t修订预案（含专项）\t市应急局\t市水\n务局\n",
        "1\n\t修订预案（含专项）\t市应急局\t市水务局\n",
    ],
)
def test_a_row_broken_inside_a_cell_is_one_row(broken):
    text = HEAD + FOUR + broken + "2\t建库\t市水务局\t市财政局\n"
    assert duties(text) == TWO_ROWS
    assert unread(text) == []
    assert parse(text).clauses[0].heading == "修订预案（含专项）"


@pytest.mark.parametrize(
    "rest", ["市水\n务局、市\n财政局", "市水务局\n、市财政局", "市水务局、\n市财政局"]
)
def test_a_last_cell_that_is_cut_again_and_again(rest):
    text = HEAD + FOUR + f"1\t修订预案\t市应急局\t{rest}\n2\t建库\t市水务局\t市财政局\n"
    assert duties(text)[0] == ("1", ("市应急局",), ("市水务局", "市财政局"))
    assert unread(text) == []


def test_bodies_behind_the_last_row_are_listed():
    text = HEAD + FIVE + "1\t修订预案\t市应急局\t市水务局\t长期\n市财政局、市气象局\n"
    assert duties(text) == [("1", ("市应急局",), ("市水务局",))]
    assert unread(text) == ["市财政局、市气象局"]


def test_a_row_whose_joined_cells_hold_no_bodies_is_listed():
    text = HEAD + FOUR + "1\t修订预案\n配齐装备2次\t建库\t市财政局\n2\t建库\t市水务局\t市财政局\n"
    assert duties(text) == [("2", ("市水务局",), ("市财政局",))]
    assert unread(text) == ["1\t修订预案\n配齐装备2次\t建库\t市财政局"]


def test_a_last_cell_that_goes_on_in_the_next_line():
    text = (
        HEAD + FOUR + "1\t修订预案\t市应急局\t市水务局、\n市财政局\n2\t建库\t市水务局\t市财政局\n"
    )
    assert duties(text)[0] == ("1", ("市应急局",), ("市水务局", "市财政局"))
    assert unread(text) == []


def test_a_row_with_too_few_cells_that_nothing_completes_keeps_its_own():
    text = HEAD + FIVE + "1\t修订预案\t市应急局\n2\t建库\t市水务局\t市财政局\t2025年\n"
    assert duties(text) == [("1", ("市应急局",), ()), ("2", ("市水务局",), ("市财政局",))]


def test_a_line_that_is_no_row_is_listed():
    text = HEAD + FOUR + "1\t修订预案\n（含专项）\t市应急局\n2\t建库\t市水务局\t市财政局\n"
    assert duties(text) == [("2", ("市水务局",), ("市财政局",))]
    assert unread(text) == ["1\t修订预案\n（含专项）\t市应急局"]


def test_without_numbers_a_short_row_is_not_joined_by_guess():
    text = HEAD + "任务\t牵头单位\t完成时限\n修订预案\t市应急局\n建库\t市水务局\n"
    assert duties(text) == []
    assert unread(text) == ["修订预案\t市应急局\n建库\t市水务局"]


def test_tabs_of_an_empty_row_do_not_move_the_next_one():
    text = (
        HEAD
        + FOUR
        + "\t\t\t\n1\t修订预案\t市应急局\t市水务局\n\t\t\n2\t建库\t市水务局\t市财政局\n"
    )
    assert duties(text) == TWO_ROWS


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_quoted_cell_of_several_lines_is_one_cell(newline):
    text = HEAD + (
        FOUR + '1\t"修订预案\n（含专项）"\t市应急局\t"市水务局\n市财政局"\n'
        '"2"\t建库\t"市水务局\n"\t市财政局\n'
    ).replace("\n", newline)
    assert duties(text) == [
        ("1", ("市应急局",), ("市水务局", "市财政局")),
        ("", ("市水务局",), ("市财政局",)),
    ]
    assert parse(text).clauses[0].heading == "修订预案（含专项）"
    assert unread(text) == []


def test_quotes_around_lines_of_text_are_text():
    text = '一、甲\t乙\n"（一）丙。（市甲局负责）\n（二）丁"\n甲\t"乙"\n'
    assert [one.units() for one in parse(text).clauses if one.units()] == [("市甲局",)]
    assert '"乙"' in parse(text).clauses[-1].text


SIGNS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"


@st.composite
def broken_tables(draw):
    """A table with line breaks anywhere in its rows, and who leads and supports in it."""
    names = [f"市{sign}局" for sign in draw(st.permutations(SIGNS))]
    sep, due = draw(st.sampled_from("\t ")), draw(st.booleans())
    head = ["序号", "任务", "牵头单位", "配合单位", "完成时限"][: 5 if due else 4]
    lines, printed = [sep.join(head)], set()
    for number in range(1, draw(st.integers(2, 4)) + 1):
        leads = [names.pop() for _ in range(draw(st.integers(1, 2)))]
        others = [names.pop() for _ in range(draw(st.integers(1, 3)))]
        printed |= {(str(number), "lead", name) for name in leads}
        printed |= {(str(number), "support", name) for name in others}
        row = [
            str(number),
            f"建设物资仓库，配齐装备{number}次",
            "、".join(leads),
            "、".join(others),
        ]
        line = sep.join([*row, "2025年6月"][: len(head)])
        for _ in range(draw(st.integers(0, 2))):
            at = draw(st.integers(1, len(line) - 1))
            line = f"{line[:at]}\n{line[at:]}"
        lines += [*draw(st.sampled_from(([], ["能力提升"], ["二、能力提升"]))), line]
    return HEAD + "\n".join(lines) + "\n", printed


@settings(max_examples=200, deadline=None)
@given(broken_tables())
def test_no_break_gives_a_body_work_or_a_lead_that_is_not_printed(table):
    text, printed = table
    notice = parse(text)
    assert_tiles(text, notice)
    found = {(one.number, "lead", name) for one in notice.clauses for name in one.lead_units}
    found |= {
        (one.number, "support", name) for one in notice.clauses for name in one.support_units
    }
    assert found <= printed


# -- cells that repeat ----------------------------------------------------------------------


@pytest.mark.parametrize("sign", ["同上", "〃", "″"])
def test_ditto_repeats_the_cell_above(sign):
    text = (
        HEAD + FIVE + "1\t修订预案\t市应急局\t市水务局\t2024年\n"
        f"2\t建库\t{sign}\t市财政局\t{sign}\n3\t建队\t{sign}\t{sign}\t2026年\n"
    )
    assert duties(text) == [
        ("1", ("市应急局",), ("市水务局",)),
        ("2", ("市应急局",), ("市财政局",)),
        ("3", ("市应急局",), ("市财政局",)),
    ]
    assert [one.deadline_years for one in parse(text).clauses] == [(2024,), (2024,), (2026,)]
    assert unread(text) == []


def test_ditto_with_nothing_above_names_nobody():
    text = (
        HEAD + FOUR + "1\t修订预案\t同上\t市水务局\n2\t建库\t\t市财政局\n3\t建队\t〃\t市财政局\n"
    )
    assert [leads for _, leads, _ in duties(text)] == [(), (), ()]
    assert unread(text) == ["同上", "〃"]


def test_ditto_in_a_list_is_no_name():
    text = HEAD + FOUR + "1\t修订预案\t市应急局\t市水务局\n2\t建库\t市水务局\t同上、市财政局\n"
    assert duties(text)[1] == ("2", ("市水务局",), ())
    assert unread(text) == ["同上、市财政局"]


def test_ditto_below_a_row_that_goes_on_is_not_guessed():
    text = HEAD + "序号\t任务\t责任单位\n1\t甲\t市甲局\n\t\t市乙局\n2\t乙\t同上\n"
    assert duties(text)[1] == ("2", (), ())
    assert unread(text) == ["同上"]


# -- heads ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        "序号\t任务\t责任单位\t\n\t\t牵头单位\t配合单位\n",
        "序号\t任务\t责任单位\n\t\t牵头单位\t配合单位\n",
        "序号\t任务\t责任分工\t\n\t\t牵头单位\t配合单位\n",
        "序号\t任务\t责任单位\t\n序号\t任务\t牵头单位\t配合单位\n",
        "序号\t任务\t分工\t\n\t\t牵头\t配合\n",
        "序号\t任务\t牵头单位\t配合单位\n",
    ],
)
def test_a_head_of_two_rows(head):
    rows = "1\t修订预案\t市应急局\t市水务局\n" + head + "2\t建库\t市水务局\t市财政局\n"
    assert duties(HEAD + head + rows) == TWO_ROWS
    assert unread(HEAD + head + rows) == []


@pytest.mark.parametrize("other", ["市直有关部门", "成员单位"])
def test_a_row_that_speaks_of_tasks_and_departments_is_no_head(other):
    text = HEAD + FOUR + f"1\t明确工作任务\t市应急局\t{other}\n2\t建库\t市水务局\t市财政局\n"
    assert duties(text)[0] == ("1", ("市应急局",), (other,))
    assert len(duties(text)) == 2


# -- headings between rows ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "sections"),
    [
        ("一、体制机制", "二、能力提升", ["体制机制", "能力提升"]),
        ("（一）体制机制", "（二）能力提升", ["体制机制", "能力提升"]),
        ("体制机制", "能力提升", ["体制机制", "能力提升"]),
        ("", "能力提升", ["", "能力提升"]),
    ],
)
def test_lines_without_tabs_between_rows_are_headings(first, second, sections):
    text = (
        f"{FOUR}{first}\n1\t修订预案\t市应急局\t市水务局\n{second}\n2\t建库\t市水务局\t市财政局\n"
    )
    assert duties(text) == TWO_ROWS
    assert [one.section for one in parse(text).clauses] == sections
    assert unread(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "市财政局",
        "3",
        "注：以上按月报告。",
        "各责任单位结合实际细化措施并于每月月底前报送上月工作进展情况和存在的需要协调解决的主要困难问题",
    ],
)
def test_a_line_between_rows_that_is_no_heading_is_listed(line):
    text = f"{HEAD}{FOUR}1\t修订预案\t市应急局\t市水务局\n{line}\n2\t建库\t市水务局\t市财政局\n"
    assert duties(text) == TWO_ROWS
    assert unread(text) == [line]


def test_a_table_ends_where_text_and_lists_begin():
    text = (
        HEAD + FOUR + "1\t修订预案\t市应急局\t市水务局\n2\t建库\t市水务局\t市财政局\n"
        "二、工作要求\n1.\t每月报告进展。（市甲局负责）\n"
    )
    assert duties(text) == [*TWO_ROWS, ("1", (), ("市甲局",))]


def test_a_row_with_tabs_ends_a_table_parted_by_blanks():
    text = (
        HEAD
        + FOUR.replace("\t", " ")
        + "1 修订预案 市应急局 市水务局\n2\t建库\t市水务局\t市财政局\n"
    )
    assert duties(text) == TWO_ROWS[:1]
    assert unread(text) == ["2\t建库\t市水务局\t市财政局"]


def test_a_line_of_blanks_that_starts_with_no_number_is_no_row():
    text = (
        HEAD
        + FOUR.replace("\t", " ")
        + "1 修订预案 市应急局 市水务局\n合计 两项 市应急局 市水务局\n"
    )
    assert duties(text) == TWO_ROWS[:1]
    assert unread(text) == ["合计 两项 市应急局 市水务局"]


def test_titles_in_cells_above_a_head_belong_to_the_table():
    text = HEAD + "责任清单\t第一批\t共两项\t2024年\n" + FOUR + "1\t修订预案\t市应急局\t市水务局\n"
    assert duties(text) == TWO_ROWS[:1]
    assert unread(text) == []


def test_a_short_last_row_and_rows_that_would_have_too_many_cells():
    text = HEAD + FIVE + "1\t修订预案\n和手册\t市应急局\t市水务局\t长期\t备注\n2\t建库\t市水务局"
    assert duties(text) == [("2", ("市水务局",), ())]
    assert unread(text) == ["1\t修订预案\n和手册\t市应急局\t市水务局\t长期\t备注"]


def test_headings_where_the_number_is_not_the_first_column():
    text = HEAD + "类别\t序号\t任务\t责任单位\n体制机制\n防汛\t1\t修订预案\t市应急局\n"
    assert duties(text) == [("1", (), ("市应急局",))]
    assert parse(text).clauses[0].section == "演示市防汛任务分工 / 体制机制 / 防汛"


def test_a_second_head_starts_a_second_table():
    text = (
        HEAD + FOUR + "1\t修订预案\t市应急局\t市水务局\n能力提升\n" + FOUR
        + "2\t建库\t市水务局\t市财政局\n工程清单\n任务\t责任单位\n建站\t市气象局\n"
    )  # fmt: skip
    assert duties(text) == [*TWO_ROWS, ("", (), ("市气象局",))]
    sections = [one.section for one in parse(text).clauses]
    assert sections == ["演示市防汛任务分工", "能力提升", "工程清单"]


# -- tables without tabs --------------------------------------------------------------------

BLANKS = [" ", "  ", "\u3000", " \u3000"]


@pytest.mark.parametrize("blank", BLANKS)
def test_a_table_parted_by_blanks(blank):
    rows = (
        "基层党建\n" + FIVE + "1\t修订预案\t市应急局\t市水务局、各县（市、区）政府\t2024年底\n"
        "治安防控\n" + FIVE + "2\t建库\t市水务局\t市财政局\t长期\n附件：1.细则\n2.名单\n"
    )
    text = HEAD + rows.replace("\t", blank)
    assert duties(text) == [
        ("1", ("市应急局",), ("市水务局", "各县（市、区）政府")),
        ("2", ("市水务局",), ("市财政局",)),
    ]
    assert [one.section for one in parse(text).clauses] == ["基层党建", "治安防控"]
    assert unread(text) == []


def test_wide_gaps_part_cells_whose_words_hold_blanks():
    text = HEAD + (
        "序号  任务  牵头单位  配合单位\n"
        "1  修订预案 和手册  市应急局  市水务局 市财政局\n2  建库  市水务局  市财政局\n"
    )
    assert duties(text) == [
        ("1", ("市应急局",), ("市水务局", "市财政局")),
        ("2", ("市水务局",), ("市财政局",)),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "2 建库 市水务局 2025年底",
        "2 建库 市水务局 市财政局 市教育局",
        "2 建库 市水务局 市财政局 市教育局 2025年底",
        "2 建库 3个 市财政局 2025年底",
    ],
)
def test_a_row_parted_by_blanks_that_does_not_fit_the_head_is_listed(row):
    head = FIVE.replace("\t", " ")
    text = f"{HEAD}{head}1 修订预案 市应急局 市水务局 2024年底\n{row}\n3 建队 市应急局 市气象局 长期\n"
    assert [number for number, _, _ in duties(text)] == ["1", "3"]
    assert unread(text) == [row]


def test_a_broken_row_parted_by_blanks_is_one_row():
    text = HEAD + FIVE.replace("\t", " ") + "1 修订预案 市应急局 市水务局、\n市财政局 2024年底\n"
    assert duties(text) == [("1", ("市应急局",), ("市水务局", "市财政局"))]


@pytest.mark.parametrize("blank", ["\t", " "])
def test_numbers_glued_to_the_work(blank):
    text = FOUR + "1、修订预案\t市应急局\t市水务局\n2.建库\t市水务局\t市财政局\n"
    assert duties(HEAD + text.replace("\t", blank)) == [
        ("1", ("市应急局",), ("市水务局",)),
        ("2", ("市水务局",), ("市财政局",)),
    ]


def test_a_head_whose_rows_are_not_understood_is_listed():
    text = HEAD + "1.甲。（市甲局负责）\n序号 任务 牵头单位 配合单位\n详见附表。\n"
    assert unread(text) == ["序号 任务 牵头单位 配合单位"]


def test_a_table_parted_by_bars():
    text = HEAD + (
        "| 序号 | 任务 | 牵头单位 | 配合单位 |\n|---|:---:|---|---|\n"
        "| 1 | 修订预案 | 市应急局 | 市水务局 |\n| 能力提升 | | | |\n"
        "｜ 2 ｜ 建库 ｜ 市水务局 ｜ 市财政局 ｜\n"
    )
    assert duties(text) == TWO_ROWS
    assert parse(text).clauses[1].section.endswith("能力提升")
    assert unread(text) == []


def test_a_bar_inside_a_sentence_is_text():
    clause = parse("1.甲|乙。（市甲局|市乙局负责）\n").clauses[0]
    assert (clause.heading, clause.support_units) == ("甲|乙", ("市甲局", "市乙局"))


# -- rows that no head explains -------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "1\t修订预案\t市应急局\t市水务局",
        "1 修订预案 市应急局 市水务局 2024年底",
        "| 1 | 修订预案 | 市应急局 | 市水务局 |",
    ],
)
def test_rows_without_a_head_are_listed_and_grant_nothing(row):
    text = f"{HEAD}一、任务\n（一）建库。（市甲局负责）\n{row}\n"
    notice = parse(text)
    assert [one.units() for one in notice.clauses] == [("市甲局",)]
    assert row.strip("| ") in "".join(span.text for span in notice.coverage.unread)


# -- cells of bodies ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "leads", "supports"),
    [
        ("牵头单位：市应急局 配合单位：市水务局、市财政局", ("市应急局",), ("市水务局", "市财政局")),
        ("牵头单位：市应急局；配合单位：市水务局、市财政局", ("市应急局",), ("市水务局", "市财政局")),
        ("牵头单位：市应急局\v责任单位：无", ("市应急局",), ()),
        ("市水务局、牵头单位：市应急局", ("市应急局",), ("市水务局",)),
        ("牵头单位：市应急局（原 责任单位：市安监局）", ("市应急局（原责任单位：市安监局）",), ()),
        ("牵头：市应急局\v配合：市水务局（市防办）", ("市应急局",), ("市水务局（市防办）",)),
        ("责任单位：市应急局 责任领导：张某", (), ("市应急局",)),
        ("牵头单位：由各方协商后另行通知。按情况定 配合单位：市水务局", (), ()),
    ],
)  # fmt: skip
def test_labels_inside_a_cell(cell, leads, supports):
    text = f"{HEAD}序号\t任务\t责任单位\t时限\n1\t修订预案\t{cell}\t2024年\n"
    assert duties(text) == [("1", leads, supports)]
    assert bool(unread(text)) is (not leads and not supports)


@pytest.mark.parametrize("gap", [" ", "\v"])
@pytest.mark.parametrize("second", ["太原铁路局", "太原海关", "山西大学", "晋能控股集团"])
def test_white_space_in_a_cell_parts_complete_names(gap, second):
    text = f"{HEAD}{FOUR}1\t修订预案\t市应急局\t省财政厅{gap}{second}\n"
    assert duties(text) == [("1", ("市应急局",), ("省财政厅", second))]


@pytest.mark.parametrize(
    "name",
    ["市公安局|交警支队", "国家税务总局|运城市税务局", "市发展和改革委|员会", "山西焦煤集团|霍州煤电公司",
     "市市场|监督管理局", "市委|宣传部", "（市甲局）市政府|办公室"],
)  # fmt: skip
def test_white_space_does_not_part_one_name(name):
    text = f"{HEAD}{FOUR}1\t修订预案\t市应急局\t{name.replace('|', chr(11))}\n"
    assert duties(text)[0][2] == (name.replace("|", ""),)


RULE = HEAD + "1.甲项。（市甲局、市乙局负责，列第一位者为牵头单位，下同）\n附件\n重点工程表\n"


@pytest.mark.parametrize(
    ("head", "row", "leads", "supports"),
    [
        (FOUR, "1\t建库\t\t市丁局、市戊局", (), ("市丁局", "市戊局")),
        (FOUR, "1\t建库\t市丙局\t市丁局、市戊局", ("市丙局",), ("市丁局", "市戊局")),
        ("序号\t任务\t责任单位\n", "1\t建库\t市丁局、市戊局", ("市丁局",), ("市戊局",)),
        ("序号\t任务\t责任单位\n", "1\t建库\t市丁局\n\t\t市戊局", ("市丁局",), ("市戊局",)),
        ("序号\t任务\t责任单位\n", "1\t建库\t市丁局", (), ("市丁局",)),
        ("序号\t任务\t责任单位\t参与单位\n", "1\t建库\t市丁局\t市戊局、市己局", (), ("市丁局", "市戊局", "市己局")),
    ],
)  # fmt: skip
def test_the_rule_of_the_first_body_holds_for_bodies_responsible(head, row, leads, supports):
    assert duties(RULE + head + row + "\n")[1] == ("1", leads, supports)


def test_a_table_of_something_else_is_listed():
    text = HEAD + "一、任务\n1.建库。（市甲局负责）\n序号\t物资\t数量\n1\t编织袋\t3000条\n"
    assert parse(text).clauses[0].mode is Mode.SOLE
    assert unread(text) == ["序号\t物资\t数量\n1\t编织袋\t3000条"]


# -- cost -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    [
        "1\t修订预案\t市应急局\t市水务局\n",
        "1\t修订\n预案\t市应急局\t市水务局\n",
        "1\t修订\n",
        "能力提升\n",
        "1 修订预案 市应急局 市水务局\n",
        "序号 任务 牵头单位 配合单位\n",
        FOUR,
        "| 1 | 修订预案 | 市应急局 |\n",
        "牵头单位：市甲局 ",
        "省财政厅 太原铁路局 ",
        "|",
        "\t",
        "\t\n",
    ],
)
def test_steps_of_tables_grow_linearly(piece):
    small, large = (
        steps(FOUR + "1\t甲\t市甲局\t" + piece * 200),
        steps(FOUR + "1\t甲\t市甲局\t" + piece * 800),
    )
    assert large < 4 * 1.5 * small + 2000
