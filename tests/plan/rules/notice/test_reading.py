"""Corners of headings, heads, tables, indicators and labels that the variants do not reach."""

import datetime as dt

import pytest

from anlan.plan.rules.notice.coverage import measure_coverage
from anlan.plan.rules.notice.deadline import deadline_years, labelled_years
from anlan.plan.rules.notice.indicator import read_target
from anlan.plan.rules.notice.kind import plain_number
from anlan.plan.rules.notice.normalise import clean, fold
from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.render import render
from anlan.plan.rules.notice.unit import split_names
from anlan.plan.rules.notice.values import Mode, NotANotice, require_notice
from tests.plan.rules.notice.conftest import read_variant
from tests.plan.rules.notice.facts import facts_of


def only(text):
    (clause,) = parse(text).clauses
    return clause


# -- years ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("2025年底前完成", (2025,)),
        ("到2025年,2030年全面建成", (2025, 2030)),
        ("2023年3月底前", (2023,)),
        ("二〇二五年底前", (2025,)),
        ("2021—2025年", (2025,)),
        ("2021年至2025年", (2025,)),
        ("自2023年起实施", ()),
        ("2018年以来", ()),
        ("比2020年下降15%", ()),
        ("截至2022年底", ()),
        ("以2020年为基准", ()),
        ("《2020年工作要点》", ()),
        ("2022年印发的目录", ()),
        ("2022年修订版", ()),
        ("2023年修订办法", (2023,)),
        ("国发〔2020〕2号", ()),
        ("2023年,2023年", (2023,)),
        ("持续推进", ()),
    ],
)
def test_deadline_years(text, years):
    assert deadline_years(text) == years


def test_years_behind_a_label_need_no_word():
    assert labelled_years("2025.12") == (2025,)
    assert labelled_years("2024—2026年") == (2026,)
    assert labelled_years("长期") == ()


# -- indicators -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("死亡率<0.03", ("死亡率", "<", 0.03, "")),
        ("死亡率≤0.03", ("死亡率", "<=", 0.03, "")),
        ("覆盖率>=95%", ("覆盖率", ">=", 95, "%")),
        ("覆盖率>95%", ("覆盖率", ">", 95, "%")),
        ("死亡人数下降15%", ("死亡人数", "down", 15, "%")),
        ("死亡率下降到0.05以下", ("死亡率", "<=", 0.05, "")),
        ("达标率提高到90%", ("达标率", ">=", 90, "%")),
        ("投入增长6%", ("投入", "up", 6, "%")),
        ("损失控制在1%以内", ("损失", "<=", 1, "%")),
        ("人数少于100人", ("人数", "<", 100, "人")),
        ("面积超过5万亩", ("面积", ">", 5, "万亩")),
        ("到2025年,比例达到98%以上", ("比例", ">=", 98, "%")),
        ("经费1.5亿元以上", None),
        ("投资额1.5亿元以上", ("投资额", ">=", 1.5, "亿元")),
        ("保持率保持100%", ("保持率", "=", 100, "%")),
        ("新建站点30个", ("站点", "up", 30, "个")),
        ("建成避难场所30处以上", ("避难场所", ">=", 30, "处")),
        ("<0.03", None),
        ("机制更加完善", None),
        ("2025年全面建成", None),
        ("力争达到2025年水平", None),
    ],
)
def test_targets(text, target):
    found = read_target(fold(text))
    shown = (found.name, found.operator, found.value, found.unit) if found else None
    assert shown == target


# -- names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chunk", "names"),
    [
        ("市人力资源和社会保障局和各县政府", ("市人力资源和社会保障局", "各县政府")),
        ("市教育局和体育局", ("市教育局", "体育局")),
        ("市教育和体育局", ("市教育和体育局",)),
        ("市农业农村和水利局", ("市农业农村和水利局",)),
        ("有关部门和单位", ("有关部门和单位",)),
        ("各乡镇、街道", ("各乡镇、街道",)),
        ("各县、各区", ("各县", "各区")),
        ("各县、市直有关部门", ("各县", "市直有关部门")),
        ("市甲局以及市乙局", ("市甲局", "市乙局")),
        ("各高等院校", ("各高等院校",)),
        ("由市甲局", ("市甲局",)),
    ],
)
def test_names(chunk, names):
    assert split_names(chunk).names == names


def test_open_lists_lose_only_the_word_that_opens_them():
    found = split_names("市甲局、市乙局等18个部门")
    assert (found.names, found.open_ended) == (("市甲局", "市乙局"), True)


def test_white_space_parts_complete_names_only():
    assert split_names("市甲局市乙局", (3,)).names == ("市甲局", "市乙局")
    assert split_names("市公安局交警支队", (4,)).names == ("市公安局交警支队",)


# -- heads ----------------------------------------------------------------------------------


def test_head_with_meta_lines_and_red_head():
    text = (
        "发文字号：演政发〔2024〕 8 号\n成文日期：2024年4月1日\n演示市人民政府文件\n"
        "演示市2024年安全生产工作要点\n一、重点任务\n1.甲。（市甲局负责）\n"
    )
    head = parse(text).document
    assert head.number == "演政发〔2024〕8号"
    assert head.date == dt.date(2024, 4, 1)
    assert head.issuer == "演示市人民政府"
    assert head.title == "演示市2024年安全生产工作要点"


def test_joint_issuers_and_chinese_dates():
    text = "关于甲的通知\n一、甲。（市甲局负责）\n演示市应急管理局\n演示市财政局\n二○二四年十二月三十一日\n"
    head = parse(text).document
    assert head.issuer == "演示市应急管理局、演示市财政局"
    assert head.date == dt.date(2024, 12, 31)


def test_a_day_that_does_not_exist_is_no_date():
    assert parse("一、甲。（市甲局负责）\n演示市应急局\n2024年2月31日\n").document.date is None


def test_title_over_several_lines_with_its_issuer_above():
    text = "演示市人民政府\n关于加强雨季\n安全工作的通知\n各县政府：\n一、甲。（市甲局负责）\n"
    assert parse(text).document.title == "演示市人民政府关于加强雨季安全工作的通知"


def test_issuer_from_the_title():
    assert parse("演示市应急局关于甲的通知\n一、甲。\n").document.issuer == "演示市应急局"


# -- clauses --------------------------------------------------------------------------------


def test_paragraphs_without_any_number_are_clauses_when_they_assign():
    text = "加强值守。领导带班。（市应急局负责）\n加强预警。（市气象局牵头，市水务局配合）\n结束语。\n"
    found = parse(text).clauses
    assert [(one.id, one.heading, one.units()) for one in found] == [
        ("C1", "加强值守", ("市应急局",)),
        ("C2", "加强预警", ("市气象局", "市水务局")),
    ]


def test_a_section_that_assigns_for_its_whole_list_is_one_clause():
    clause = only("一、整治燃气（责任单位：市住建局、市商务局）\n1.查管道。\n2.查气瓶。\n")
    assert clause.support_units == ("市住建局", "市商务局")
    assert "查气瓶" in clause.text


def test_years_of_a_sections_lead_text_hold_for_its_clauses():
    text = "一、重点工程\n2024年开工，2026年完成。\n1.甲工程。（市甲局负责）\n2.乙工程。2025年完成。（市乙局负责）\n"
    assert [one.deadline_years for one in parse(text).clauses] == [(2024, 2026), (2025,)]


def test_years_in_a_document_number_or_name_are_no_deadlines():
    clause = only(
        "一、按照《2020年规划》（演政发〔2021〕2号）执行。2025年底完成。（市甲局负责）\n"
    )
    assert clause.deadline_years == (2025,)


def test_heading_on_a_line_of_its_own_and_heading_wrapped():
    text = (
        "一、工作要求\n（一）精心部署，周密安排\n各级要压实责任，抓好落实，确保成效。\n"
        "（二）加强检查\n各级要跟踪分析，及时报告。\n"
        "二、重点任务和\n年度安排\n（三）健全机制。完善。（市甲局负责）\n"
    )
    found = parse(text).clauses
    assert [one.heading for one in found] == ["精心部署，周密安排", "加强检查", "健全机制"]
    assert found[2].section == "重点任务和年度安排"


def test_heading_with_a_colon():
    assert only("1.健全机制：完善制度，压实责任。（市甲局负责）\n").heading == "健全机制"


def test_a_heading_broken_inside_its_only_line():
    text = "一、任务\n（一）完善领导\n指挥体制。2023年建成。（市甲局负责）\n（二）健全监管体制。完善。（市乙局负责）\n"
    assert [one.heading for one in parse(text).clauses] == ["完善领导指挥体制", "健全监管体制"]


def test_contents_are_no_items():
    text = (
        "演示市预案\n目录\n1 总则……1\n2 附则……3\n1 总则\n规范工作。\n2 附则\n自印发之日起施行。\n"
    )
    notice = parse(text)
    assert [one.heading for one in notice.clauses] == ["总则", "附则"]
    assert notice.coverage.unread == ()


def test_ids_are_unique_and_stable():
    text = "一、甲\n（一）子。（市甲局负责）\n二、乙\n（一）子。（市甲局负责）\n三、丙\n（一）子。（市甲局负责）\n"
    assert [one.id for one in parse(text).clauses] == ["C1", "C1-2", "C1-3"]
    assert [plain_number(one) for one in ("三", "第十二条", "1.2", "")] == ["3", "12", "1.2", ""]


def test_bullets():
    text = "一、重点任务\n——甲。（市甲局负责）\n——乙。（市乙局牵头，市丙局配合）\n二、要求\n● 子一。\n● 子二。\n"
    found = parse(text).clauses
    assert [(one.id, one.number, one.units()) for one in found] == [
        ("T1", "", ("市甲局",)), ("T2", "", ("市乙局", "市丙局")), ("C2", "二", ())
    ]  # fmt: skip
    assert facts_of(parse(render(parse(text)))) == facts_of(parse(text))


# -- labels and tables ----------------------------------------------------------------------


def test_labels_that_are_not_understood_are_listed():
    notice = parse("1.甲。\n责任单位：按照谁主管谁负责的要求由各方协商确定后另行通知\n")
    assert notice.clauses[0].mode is Mode.NONE
    assert len(notice.coverage.unread) == 1


def test_nobody_behind_a_label():
    notice = parse("1.甲。\n牵头单位：市甲局\n配合单位：无\n")
    assert notice.clauses[0].units() == ("市甲局",)
    assert notice.coverage.unread == ()


def test_a_known_label_takes_a_name_whose_ending_is_unknown():
    assert only("1.甲。\n责任单位：宏远保障、绿洲物业\n").support_units == ("宏远保障", "绿洲物业")


def test_a_bracket_that_is_only_a_number_of_a_law_assigns_nothing():
    clause = only("1.甲（演政发〔2020〕1号）规定的事项（见附件）。\n")
    assert clause.mode is Mode.NONE


def test_table_with_a_group_column_a_title_row_and_rows_that_go_on():
    text = (
        "二、任务分工\n类别\t任务\t责任单位\n防汛\t修堤\t市水务局\n\t\t市财政局\n"
        "抗旱\t打井（市农业农村局牵头）\t\n"
    )
    first, second = parse(text).clauses
    assert (first.kind, first.section, first.support_units) == (
        "task", "任务分工 / 防汛", ("市水务局", "市财政局")
    )  # fmt: skip
    assert second.lead_units == ("市农业农村局",)


def test_table_cells_that_name_nobody():
    text = "序号\t任务\t责任单位\n一\t甲\t另行通知。按情况定。\n2\t乙\t——\n"
    assert [(one.number, one.mode) for one in parse(text).clauses] == [
        ("一", Mode.NONE), ("2", Mode.NONE)
    ]  # fmt: skip


def test_a_table_below_an_item_that_is_only_its_heading():
    text = "一、总体要求\n抓好落实。\n二、重点工程\n序号\t名称\t责任单位\n1\t甲库\t市水务局\n"
    found = parse(text).clauses
    assert [(one.id, one.section) for one in found] == [("C1", ""), ("P1", "重点工程")]


@pytest.mark.parametrize(
    ("words", "leads", "supports"),
    [
        ("（市应急局，会同市水务局、市气象局负责）", (), ("市应急局", "市水务局", "市气象局")),
        ("（市应急局（牵头）、市水务局（配合））", ("市应急局",), ("市水务局",)),
        ("（市应急局、绿洲物业）", (), ()),
        ("（市应急局）和其他", (), ()),
        ("（责任单位：市应急局，技术支撑：某大学，市水务局牵头）", (), ("市应急局",)),
        ("（责任单位：市应急局，牵头的是:市水务局牵头）", (), ("市应急局",)),
        ("（时限：2025年，市应急局负责）", (), ("市应急局",)),
    ],
)
def test_brackets_of_rare_wording(words, leads, supports):
    clause = only(f"1.甲。完善。{words}\n")
    assert (clause.lead_units, clause.support_units) == (leads, supports)


def test_a_bare_list_behind_a_sentence_counts_at_the_end_of_its_line():
    clause = only("1.甲。完善。（市应急局、市水务局）\n每年评估一次，形成报告。\n")
    assert clause.support_units == ("市应急局", "市水务局")


def test_a_value_ends_where_the_next_line_is_a_sentence():
    clause = only("1.甲。\n责任单位：市应急局、市水务局\n要求每季度向上级报告一次进展情况\n")
    assert clause.support_units == ("市应急局", "市水务局")


def test_words_of_latin_letters_stay_apart():
    assert only("1.建设 Web GIS 平台。（市甲局负责）\n").heading == "建设Web GIS平台"


def test_kinds_below_principles_in_a_document_of_tasks():
    text = "演示市任务分工方案\n一、基本原则\n（一）甲。（市甲局负责）\n二、行动\n（一）乙。（市乙局负责）\n"
    assert [one.id for one in parse(text).clauses] == ["C1", "T1"]


def test_cells_that_are_not_understood_are_listed():
    notice = parse("序号\t任务\t责任单位\n1\t甲\t另行通知。按情况定。\n")
    assert [span.text for span in notice.coverage.unread] == ["另行通知。按情况定。"]


def test_a_cell_with_more_brackets_than_can_be_masked():
    names = "、".join(f"市甲{at}局（乙）" for at in range(6500))
    found = parse(f"序号\t任务\t责任单位\n1\t甲\t{names}\n").clauses[0]
    assert len(found.support_units) == 6500


def test_lines_with_tabs_that_are_no_table_of_duties():
    assert parse("甲\t乙\n丙\t丁\n一、戊。（市甲局负责）\n").clauses[0].units() == ("市甲局",)


def test_many_inner_brackets():
    names = "、".join("市甲局（乙）" for _ in range(200))
    assert only(f"1.甲。（{names}负责）\n").support_units == ("市甲局（乙）",)


def test_brackets_nobody_opened():
    assert only("1.甲）完善。（市甲局负责）\n").support_units == ("市甲局",)
    assert only("1.甲）完善（其一\n").mode is Mode.NONE


def test_annex_lists_end_where_work_begins():
    text = (
        "关于甲的通知\n附件：\n1.名单\n2.表格\n演示市人民政府\n2024年1月2日\n"
        "附件：1.分工\n2.名单\n一、甲。（市甲局负责）\n"
    )
    assert [one.id for one in parse(text).clauses] == ["C1"]
    only("附件：清单\n1.甲。（市甲局负责）\n")
    assert parse("一、甲。\n附件：1.名单").clauses[0].end == 4


def test_contents_without_their_second_printing_hide_nothing():
    assert parse("甲案\n目录").clauses == ()
    assert [one.id for one in parse("甲案\n目录\n一、甲\n二、乙。\n").clauses] == ["C1", "C2"]


def test_a_signature_of_many_bodies_and_one_below_a_sentence():
    bodies = "\n".join(f"演示市{name}局" for name in "甲乙丙丁戊己庚")
    notice = parse(f"一、甲。\n{bodies}\n2024年1月2日\n")
    assert (
        notice.document.issuer.startswith("演示市丙局、") or "演示市庚局" in notice.document.issuer
    )


def test_the_first_lines_of_a_long_text_without_number_are_no_title():
    text = "演示市方案\n2024年1月2日\n" + "甲" * 70 + "\n乙\n一、丙。（市甲局负责）\n"
    assert parse(text).document.title == "演示市方案"
    assert parse("甲" * 90 + "\n一、乙。\n").document.title == ""


def test_a_number_in_brackets_or_quotes_is_not_the_documents():
    assert parse("《关于甲的通知（演政发〔2020〕1号）》解读\n一、乙。\n").document.number == ""


def test_unnumbered_headings_before_a_list_of_another_style():
    text = (
        "甲案\n为了工作，制定本案。\n重点任务\n1.甲。（市甲局负责）\n专项保障\n2.乙。（市乙局负责）\n"
        "一、丙。（市丙局负责）\n后续安排\n（一）丁。（市丁局负责）\n"
    )
    assert [one.units()[0] for one in parse(text).clauses] == [
        "市甲局",
        "市乙局",
        "市丙局",
        "市丁局",
    ]


def test_all_in_one_line_with_a_start_that_is_none():
    words = "为贯彻落实上级关于防灾减灾救灾工作的决策部署，结合本市实际，现将有关事项通知如下，请各有关单位认真抓好贯彻落实，确保取得实效，并于每季度末向市应急管理委员会办公室书面报告进展情况、存在问题和下一步打算。"
    text = f"{words}一、此处无后续。（一）甲。（市甲局负责）（二）乙。（市乙局负责）"
    assert [one.units() for one in parse(text).clauses] == [("市甲局",), ("市乙局",)]
    assert parse(f"{words}一、无。一、无。").clauses == ()


def test_odd_lists_are_read_without_losing_bodies():
    assert only("附件：\n1.甲。（市甲局负责）\n").units() == ("市甲局",)
    inner = parse("2.甲：比例为：1.1倍；第二条；1、子。（市甲局负责）\n")
    assert [(one.number, one.units()) for one in inner.clauses] == [("2", ()), ("1", ("市甲局",))]
    nested = parse(
        "1.大：\n（1）中：\n1.小。（市甲局负责）\n2.次。（市乙局负责）\n（2）后。（市丙局负责）\n"
    )
    assert [one.units() for one in nested.clauses] == [("市甲局",), ("市乙局",), ("市丙局",)]
    headed = parse(
        "1.甲。（市甲局负责）\n2.乙。（市乙局负责）。\n后续安排\n1.丙。（市丙局负责）\n"
    )
    assert [one.section for one in headed.clauses] == ["", "", "后续安排"]


def test_titles_that_are_none_and_cells_of_unknown_names():
    assert (
        parse("关于本案的说明\n甲\n一、乙。（市甲局负责）\n").document.title == "关于本案的说明甲"
    )
    table = parse("序号\t任务\t责任单位\n甲乙\t丙\t宏远保障、绿洲物业\n")
    assert table.clauses[0].support_units == ("宏远保障", "绿洲物业")
    assert table.clauses[0].number == ""


def test_doubtful_words_at_the_edge_of_what_was_read():
    found = measure_coverage("甲乙丙丁", clean("甲乙丙丁"), [(1, 4)], [(0, 2), (3, 4)])
    assert [span.text for span in found.unread] == ["甲乙", "丁"]
    assert (found.chars, found.read) == (4, 1)


# -- refusal and rendering ------------------------------------------------------------------


def test_a_text_without_bodies_is_no_notice():
    notice = parse("一、甲。\n二、乙。\n")
    with pytest.raises(NotANotice) as caught:
        require_notice(notice)
    assert caught.value.clauses == 2 and "2 clauses" in str(caught.value)
    good = parse("一、甲。（市甲局负责）\n")
    assert require_notice(good) is good


def test_json_has_the_shape_of_the_contract():
    shape = parse(read_variant("12-indicators")).to_json()
    assert set(shape) == {"document", "clauses", "coverage"}
    assert set(shape["document"]) == {"title", "number", "issuer", "date"}
    assert {
        "id", "kind", "number", "heading", "text", "section", "deadline_years", "mode",
        "lead_units", "support_units", "open_ended", "indicator",
    } <= set(shape["clauses"][0])  # fmt: skip
    assert set(shape["coverage"]) == {"chars", "read", "unread"}
    assert shape["clauses"][0]["indicator"] == {
        "name": "生产安全事故死亡人数", "operator": "down", "value": 15, "unit": "%"
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "第一条 甲。（市甲局负责）\n第二条 乙。（市乙局负责）\n",
        "1.1 甲。（市甲局负责）\n1.2 乙。（市乙局等负责）\n",
        "一、甲。（市甲局牵头负责）\n二、乙。\n",
        "一、重点任务\n1.甲。（市甲局负责）\n①子。（市乙局负责）\n②丑。（市丙局负责）\n",
        "一、大\n（一）中\n1.小\n（1）甲。（市甲局负责）\n（2）乙。（市甲局负责）\n二、次\n（一）丙。（市乙局负责）\n",
        "一、大\n（一）中\n（1）甲。（市甲局负责）\n1.小\n（2）乙。（市甲局负责）\n",
    ],
)
def test_render_keeps_unusual_lists(text):
    notice = parse(text)
    assert facts_of(parse(render(notice))) == facts_of(notice)
