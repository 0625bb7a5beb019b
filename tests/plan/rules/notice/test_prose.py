"""Duties in running text, in labels and behind verbs, as notices print them."""

import pytest

from anlan.plan.rules.notice.deadline import deadline_years
from anlan.plan.rules.notice.indicator import read_target
from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.values import Mode

TITLE = "某市年度重点工作任务分工方案\n"
Duty = tuple[tuple[str, ...], tuple[str, ...]]


def duty_of(words: str, before: str = "") -> Duty:
    """(leads, supports) of the last item, whose deed stands before the words."""
    clause = parse(f"{TITLE}{before}1.开展工作。{words}\n").clauses[-1]
    return clause.lead_units, clause.support_units


# -- sentences ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "leads", "supports"),
    [
        (
            "由市城市管理局牵头，会同市水务局、市公安局，于2024年8月底前完成普查。",
            ("市城市管理局",),
            ("市水务局", "市公安局"),
        ),
        (
            "由市水利局牵头，市财政局、市教育局配合完成普查。",
            ("市水利局",),
            ("市财政局", "市教育局"),
        ),
        (
            "市水利局牵头，市财政局、市农业农村局参加，编制实施方案。",
            ("市水利局",),
            ("市财政局", "市农业农村局"),
        ),
        ("由市水利局牵头组织实施河道清障。", ("市水利局",), ()),
        ("该项工作由市水利局负责，市财政局配合。", (), ("市水利局", "市财政局")),
        ("由市水利局、市财政局负责。", (), ("市水利局", "市财政局")),
        (
            "市水利局、市财政局、市教育局按照职责分工，分别负责河道、资金和校园的监管。",
            (),
            ("市水利局", "市财政局", "市教育局"),
        ),
        ("市水利局为牵头单位，市财政局为配合单位。", ("市水利局",), ("市财政局",)),
        (
            "市水利局具体负责组织实施，市财政局、市教育局负责争取上级资金支持。",
            (),
            ("市水利局", "市财政局", "市教育局"),
        ),
        ("\n由市水利局牵头，市财政局配合。", ("市水利局",), ("市财政局",)),
        ("隐患排查由市自然资源局牵头，市水利局配合。", ("市自然资源局",), ("市水利局",)),
        ("临灾避险由各县人民政府负责。", (), ("各县人民政府",)),
        ("加快实施进度，由市水利局牵头，市财政局配合。", ("市水利局",), ("市财政局",)),
        (
            "燃气由市住建局牵头，电动自行车由市市场监管局牵头，市公安局配合。",
            ("市住建局", "市市场监管局"),
            ("市公安局",),
        ),
        ("由规划司牵头，财务司、科技司配合。", ("规划司",), ("财务司", "科技司")),
        (
            "抢险由市应急局、市消防支队共同牵头，市公安局以及有关专业救援队伍参加。",
            ("市应急局", "市消防支队"),
            ("市公安局", "有关专业救援队伍"),
        ),
        ("宣传工作，以市应急局为主，市教育局协助，到2026年全覆盖。", (), ("市应急局", "市教育局")),
        ("以市自然资源局为主，市教育局协助。", (), ("市自然资源局", "市教育局")),
        ("由县农业农村局负责制定考核细则。", (), ("县农业农村局",)),
        ("责任单位为市水利局、市财政局。", (), ("市水利局", "市财政局")),
        ("牵头单位为市水利局，配合单位为市财政局。", ("市水利局",), ("市财政局",)),
    ],
)
def test_a_sentence_assigns(words: str, leads: tuple[str, ...], supports: tuple[str, ...]) -> None:
    assert duty_of(words) == (leads, supports)


@pytest.mark.parametrize(
    "words",
    [
        "落实企业主体责任，企业主要负责人对安全负责。",
        "坚持谁主管谁负责、谁审批谁负责。",
        "各级党委政府要加强领导，认真落实责任。",
        "建立由市领导牵头的协调机制。",
        "各牵头单位要认真履行牵头责任，责任单位要密切配合。",
        "较大事件由市应急局牵头会商，会同有关部门提出建议。",
        "各村书记是第一责任人，由村务监督委员会负责监督。",
    ],
)
def test_a_sentence_that_only_speaks_of_duty_assigns_nothing(words: str) -> None:
    assert duty_of(words) == ((), ())


def test_a_sentence_that_names_a_lead_and_is_not_understood_is_listed() -> None:
    words = "对上述事项，凡由市水利局牵头而涉及多方的，另行商定。"
    found = parse(f"{TITLE}1.开展工作。{words}\n2.其他工作（市财政局负责）。\n")
    assert found.clauses[0].mode is Mode.NONE
    assert any("市水利局牵头" in span.text for span in found.coverage.unread)


# -- the first of a list leads: only where no role is given ----------------------------------

RULE = "0.总则（市甲局、市乙局负责，列第一位者为牵头单位，下同）。\n".replace("0.", "一、")


@pytest.mark.parametrize(
    ("words", "leads", "supports"),
    [
        ("（牵头单位：市丙局；配合单位：市丁局、市戊局）", ("市丙局",), ("市丁局", "市戊局")),
        ("（市丁局、市戊局配合）", (), ("市丁局", "市戊局")),
        ("（市丙局、市丁局负责）", ("市丙局",), ("市丁局",)),
        ("（责任单位：市丙局、市丁局）", ("市丙局",), ("市丁局",)),
        ("（市丙局负责，市丁局、市戊局配合）", ("市丙局",), ("市丁局", "市戊局")),
        ("（配合单位：市丁局、市戊局）", (), ("市丁局", "市戊局")),
    ],
)
def test_whoever_is_said_to_help_never_leads(
    words: str, leads: tuple[str, ...], supports: tuple[str, ...]
) -> None:
    assert duty_of(words, before=RULE) == (leads, supports)


# -- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "leads", "supports"),
    [
        ("（由口镇人民政府负责）", (), ("由口镇人民政府",)),
        ("（请溪镇人民政府负责）", (), ("请溪镇人民政府",)),
        ("（并州路街道办事处负责）", (), ("并州路街道办事处",)),
        ("（由市水利局负责）", (), ("市水利局",)),
        ("（市甲局牵头，并由市乙局配合）", ("市甲局",), ("市乙局",)),
        ("（市甲局牵头，应县人民政府配合）", ("市甲局",), ("应县人民政府",)),
        ("（应城市人民政府、市应急管理局负责）", (), ("应城市人民政府", "市应急管理局")),
        ("（市教育局等部门加强指导）", (), ("市教育局",)),
        ("（市甲局牵头，市教育局加强配合）", ("市甲局",), ("市教育局",)),
        (
            "（市甲局牵头，市商务局加强监管，市财政局保障经费）",
            ("市甲局",),
            ("市商务局", "市财政局"),
        ),
        (
            "（市甲局牵头，市财政局提供资金保障，市审计局监督）",
            ("市甲局",),
            ("市财政局", "市审计局"),
        ),
        ("（市甲局、市乙局双牵头）", ("市甲局", "市乙局"), ()),
        ("（市甲局第一牵头，市乙局第二牵头）", ("市甲局", "市乙局"), ()),
        ("（市甲局主责，市乙局协同）", (), ("市甲局", "市乙局")),
        ("（市甲局为第一责任单位，市乙局配合）", (), ("市甲局", "市乙局")),
        ("（市甲局牵头，市乙局配合，完成时限为2024年）", ("市甲局",), ("市乙局",)),
        (
            "（由市甲局牵头，会同市乙局、市丙局于2024年底前完成）",
            ("市甲局",),
            ("市乙局", "市丙局"),
        ),
        ("（牵头单位：市甲局（联系人：李华，电话：12345678））", ("市甲局",), ()),
        ("（市甲局牵头，市乙局参加，9月底前完成）", ("市甲局",), ("市乙局",)),
        ("（市甲局、市乙局负责，上半年出台实施细则）", (), ("市甲局", "市乙局")),
        ("（市甲局牵头，完成方案编制，报市政府）", ("市甲局",), ()),
        ("（整改责任单位：市甲局、市乙局）", (), ("市甲局", "市乙局")),
        (
            "\n牵头整改单位：市甲局\n配合整改单位：市乙局、市丙局",
            ("市甲局",),
            ("市乙局", "市丙局"),
        ),
        ("\n牵头主管部门：市甲局\n参与单位：市乙局", ("市甲局",), ("市乙局",)),
        ("（责任：市甲局、市乙局）", (), ("市甲局", "市乙局")),
        ("（监管单位：市甲局、市乙局）", (), ("市甲局", "市乙局")),
    ],
)
def test_names_are_read_as_printed(
    words: str, leads: tuple[str, ...], supports: tuple[str, ...]
) -> None:
    assert duty_of(words) == (leads, supports)


def test_deng_stays_behind_a_list_before_a_verb() -> None:
    (clause,) = parse(f"{TITLE}1.开展工作。（市教育局等部门加强指导）\n").clauses
    assert clause.open_ended


def test_a_label_without_a_colon_on_a_line_of_its_own() -> None:
    assert duty_of("\n责任单位 市甲局、市乙局") == ((), ("市甲局", "市乙局"))


# -- numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "second",
    [
        "2.5G基站建设",
        "2.12345热线提质",
        "2.3.5万亩高标准农田",
        "2.100公里管网改造",
        "2.2024至2026年分年实施",
        "2.2024—2026年分年实施",
        "2、12个项目开工",
        "2. 12个项目开工",
    ],
)
def test_an_item_whose_words_begin_with_a_digit_goes_on_with_the_list(second: str) -> None:
    stop = second[1]
    text = f"{TITLE}1{stop}修订预案（市甲局负责）。\n{second}（市乙局负责）。\n3{stop}检查（市丙局负责）。\n"
    clauses = parse(text).clauses
    assert [clause.support_units for clause in clauses] == [("市甲局",), ("市乙局",), ("市丙局",)]
    assert [clause.number for clause in clauses] == ["1", "2", "3"]


def test_an_item_in_one_line_whose_words_begin_with_a_digit() -> None:
    text = f"{TITLE}1.修订预案（市甲局负责）2. 12个项目开工（市乙局负责）\n"
    assert [c.support_units for c in parse(text).clauses] == [("市甲局",), ("市乙局",)]


@pytest.mark.parametrize("words", ["2.5亿元资金到位", "2.5%的增长"])
def test_an_amount_inside_an_item_opens_none(words: str) -> None:
    text = f"{TITLE}1.落实资金，力争\n{words}（市甲局负责）。\n"
    assert len(parse(text).clauses) == 1


# -- years and indicators --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("（其中2023年已完成1处）", ()),
        ("完成2020年前已鉴定水库的验收", ()),
        ("该项目曾于2021年立项", ()),
        ("2022年度因瞒报被通报的乡镇2个", ()),
        ("在2022年试点基础上，2024年推开", (2024,)),
        ("2024年已列入计划的项目2025年底前完工", (2025,)),
    ],
)
def test_years_of_what_was_done_are_no_deadlines(text: str, years: tuple[int, ...]) -> None:
    assert deadline_years(text) == years


def test_targets_of_air_and_prices() -> None:
    air = read_target("PM2.5浓度<35微克/立方米")
    assert air is not None and (air.operator, air.value, air.unit) == ("<", 35, "微克/立方米")
    prices = read_target("居民消费价格涨幅3%左右")
    assert prices is not None and (prices.operator, prices.value, prices.unit) == ("=", 3, "%")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("序号1：", "序号2："),
        ("专项一：", "专项二："),
        ("专项一、", "专项二、"),
        ("★", "★"),
        ("□", "□"),
        ("➢", "➢"),
        ("-", "-"),
        ("【1】", "【2】"),
    ],
)
def test_lists_by_words_and_signs_below_a_heading(first: str, second: str) -> None:
    text = f"{TITLE}一、产业\n{first}发展甲。（县甲局牵头）\n{second}发展乙。（县乙局牵头）\n"
    assert [c.lead_units for c in parse(text).clauses] == [("县甲局",), ("县乙局",)]


def test_measures_in_a_labelled_line_are_one_thing_of_their_item() -> None:
    text = (
        f"{TITLE}一、共性问题\n（一）研判不深入\n整改措施：1.每季度会商。2.建立清单。\n"
        "整改责任单位：市甲局、市乙局\n（二）力量薄弱\n整改措施：1.充实人员。2.培训。\n"
        "牵头整改单位：市丙局\n"
    )
    first, second = parse(text).clauses
    assert first.support_units == ("市甲局", "市乙局")
    assert second.lead_units == ("市丙局",)


def test_a_row_number_before_a_long_line_opens_an_item() -> None:
    long = "建设" + "很长的内容" * 14
    text = f"{TITLE}一、产业\n序号1：{long}。（县甲局牵头）\n序号2：{long}。（县乙局牵头）\n"
    assert [c.lead_units for c in parse(text).clauses] == [("县甲局",), ("县乙局",)]
