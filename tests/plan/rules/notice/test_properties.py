"""What holds for any text and any facts."""

import datetime as dt
import html
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.render import render
from anlan.plan.rules.notice.values import (
    Clause,
    DocumentHead,
    IndicatorTarget,
    Kind,
    Mode,
    ParsedNotice,
)
from tests.plan.rules.notice.conftest import VARIANTS, read_variant
from tests.plan.rules.notice.facts import facts_of

PIECES = (
    "一、", "（一）", "(2)", "1.", "1、", "第三条", "①", "1.1", "——", "附件：", "目录", "。", "，", "：", "；",
    "\n", "\n\n", "\t", "\f", "<p>", "</p>", "<0.03", "&lt;", "— 3 —", "（", "）", "〔", "】", "《", "》",
    "市应急局", "各县（市、区）政府", "牵头", "负责", "按职责分工负责", "配合", "会同", "等", "和", "责任单位：",
    "完成时限：", "2025年", "二〇二五年", "〔2020〕2号", "列第一位者为牵头单位，下同", "下降15%", "重点任务",
    "关于", "通知", "2024年1月2日", "序号\t任务\t责任单位\n", "\u200b", "\ufeff", "😀", "\x00",
)  # fmt: skip
NOTICE_LIKE = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=60).map("".join)


def assert_tiles(text, notice):
    """Unread spans are in order, apart, equal to the text there, and add up with what was read."""
    coverage = notice.coverage
    at = 0
    for span in coverage.unread:
        assert at <= span.start < span.end <= len(text)
        assert text[span.start : span.end] == span.text
        at = span.end
    visible = sum(len(word) for word in text.split())
    assert coverage.chars == visible
    assert coverage.read + sum(len("".join(s.text.split())) for s in coverage.unread) == visible
    for clause in notice.clauses:
        assert 0 <= clause.start < clause.end <= len(text)


@settings(max_examples=150, deadline=None)
@given(NOTICE_LIKE | st.text(max_size=200))
@example("")
@example("（" * 50)
@example("1." * 50)
@example("责任单位：")
def test_parse_never_raises_and_offsets_tile_the_text(text):
    notice = parse(text)
    assert_tiles(text, notice)
    ids = [clause.id for clause in notice.clauses]
    assert len(ids) == len(set(ids))
    for clause in notice.clauses:
        units = clause.units()
        assert len(units) == len(set(units))
        assert (clause.mode is Mode.NONE) == (not units)
        assert (clause.mode is Mode.LEAD_SUPPORT) == bool(clause.lead_units)
    assert notice == parse(text)


@pytest.mark.parametrize("name", VARIANTS)
def test_offsets_tile_every_variant(name):
    text = read_variant(name)
    assert_tiles(text, parse(text))


# -- parse(render(facts)) == facts ----------------------------------------------------------

BODIES = (
    "市应急局", "市住房和城乡建设局", "市规划和自然资源局", "各县（市、区）政府", "市审批服务管理局（市政务信息管理局）",
    "演示开发区管委会", "市公安局交警支队", "承担有指挥部职责的成员单位", "市工业和信息化局", "市总工会", "演示军分区",
    "各市、县（区）人民政府", "市有关部门和单位", "武警演示支队", "市委宣传部", "国网演示供电公司",
)  # fmt: skip
HEADINGS = (
    "完善领导指挥体制", "强化预警", "建设应急避难场所", "压实应急管理和安全生产责任", "统筹规划，分步实施",
    "开发区（产业园区）", "落实“谁执法谁普法”责任", "建设智慧矿山", "物资装备准备", "到2025年全面达标",
)  # fmt: skip
TARGETS = (
    ("死亡人数下降15%", IndicatorTarget(name="死亡人数", operator="down", value=15, unit="%")),
    ("亿元死亡率<0.03", IndicatorTarget(name="亿元死亡率", operator="<", value=0.03, unit="")),
    ("受灾人次≤13000", IndicatorTarget(name="受灾人次", operator="<=", value=13000, unit="")),
    ("覆盖率≥98.5%", IndicatorTarget(name="覆盖率", operator=">=", value=98.5, unit="%")),
    ("合格率", IndicatorTarget(name="合格率", operator=">", value=90, unit="%")),
    ("新增队伍", IndicatorTarget(name="队伍总数", operator="=", value=30, unit="支")),
)
SECTIONS = {
    Kind.INDICATOR: (("目标指标",), ("工作分工", "核心指标")),
    Kind.TASK: (("重点任务",), ("工作分工", "重点任务", "加强保障体系"), ("主要任务", "健全法治")),
    Kind.PROJECT: (("重点工程",), ("工作分工", "重点工程", "提升救援能力")),
}
LETTERS = {Kind.INDICATOR: "I", Kind.TASK: "T", Kind.PROJECT: "P"}
YEARS = st.lists(st.integers(2021, 2035), max_size=2, unique=True).map(tuple)


@st.composite
def duties(draw):
    names = draw(st.lists(st.sampled_from(BODIES), max_size=6, unique=True))
    count = draw(st.integers(0, len(names)))
    leads, supports = tuple(names[:count]), tuple(names[count:])
    mode = Mode.LEAD_SUPPORT if leads else (Mode.NONE, Mode.SOLE, Mode.JOINT)[min(len(names), 2)]
    return {
        "mode": mode,
        "lead_units": leads,
        "support_units": supports,
        "open_ended": bool(names) and draw(st.booleans()),
    }


@st.composite
def sections(draw):
    """Clauses of one kind under one path, numbered from 1 or running on."""
    kind = draw(st.sampled_from(list(SECTIONS)))
    path = draw(st.sampled_from(SECTIONS[kind]))
    return kind, " / ".join(path), draw(st.integers(1, 5))


@st.composite
def notices(draw):
    clauses = []
    used = {kind: 0 for kind in SECTIONS}
    chosen = draw(st.lists(sections(), max_size=4, unique_by=lambda one: one[0]))
    for kind, section, count in chosen:
        for _ in range(count):
            used[kind] += 1
            heading, target, years = draw(st.sampled_from(HEADINGS)), None, draw(YEARS)
            if kind is Kind.INDICATOR:
                heading, target = draw(st.sampled_from(TARGETS))
            if heading.startswith("到2025年"):
                years = (2025,)
            clauses.append(
                Clause(
                    id=f"{LETTERS[kind]}{used[kind]}",
                    kind=kind,
                    number=str(used[kind]),
                    heading=heading,
                    section=section,
                    deadline_years=years,
                    indicator=target,
                    **draw(duties()),
                )
            )
    head = draw(st.sampled_from(HEADS))
    return ParsedNotice(document=head, clauses=tuple(clauses))


HEADS = (
    DocumentHead(),
    DocumentHead(title="演示市防灾减灾分工方案", number="演政办发〔2024〕6号"),
    DocumentHead(
        title="演示市人民政府关于印发演示市应急规划的通知",
        number="演政发〔2022〕1号",
        issuer="演示市人民政府",
        date=dt.date(2022, 1, 30),
    ),
)


@settings(max_examples=150, deadline=None)
@given(notices())
def test_parse_of_render_gives_the_facts_back(notice):
    assert facts_of(parse(render(notice))) == facts_of(notice)
    assert parse(render(notice)).coverage.unread == ()


# -- typography does not change the facts ---------------------------------------------------

WIDTHS = str.maketrans("（），：；〔〕％＜０１２３４５６７８９", "(),:;〔〕%<0123456789")
FULL_WIDTHS = str.maketrans("(),:;%<0123456789", "（），：；％＜０１２３４５６７８９")


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("table", [WIDTHS, FULL_WIDTHS], ids=["half", "full"])
def test_the_width_of_marks_and_digits_does_not_change_the_facts(name, table):
    text = read_variant(name)
    if "<p>" in text and table is FULL_WIDTHS:
        text = html.unescape(re.sub(r"</?(?:p|br/?|b)>", "", text.replace("<p>", "\n")))
    assert facts_of(parse(text.translate(table))) == facts_of(parse(text))


def wrapped(text: str, width: int, pages: str) -> str:
    """The text as a page prints it: lines of one width, a page number after every tenth."""
    lines: list[str] = []
    page = 0
    for line in text.split("\n"):
        while "\t" not in line and len(line) > width:
            lines.append(line[:width])
            line = line[width:]
            if len(lines) % 10 == 0 and pages and lines[-1][-1] not in "：:":
                page += 1
                lines.append(pages.format(page))
        lines.append(line)
    return "\n".join(lines)


TAGGED = ("06-tags-and-page-breaks", "20-tags-and-less-than")


@pytest.mark.parametrize("name", [name for name in VARIANTS if name not in TAGGED])
@pytest.mark.parametrize("pages", ["", "— {} —", "{}"], ids=["none", "dashes", "bare"])
def test_wrapped_lines_and_page_numbers_do_not_change_the_duties(name, pages):
    def duties(notice):
        return [(c.number, c.mode, c.lead_units, c.support_units, c.open_ended, c.deadline_years)
                for c in notice.clauses]  # fmt: skip

    text = read_variant(name)
    for width in (26, 33, 41):
        assert duties(parse(wrapped(text, width, pages))) == duties(parse(text)), width


@settings(max_examples=100, deadline=None)
@given(notices(), st.data())
def test_line_breaks_inside_sentences_do_not_change_the_facts(notice, data):
    lines = render(notice).split("\n")
    broken = []
    for line in lines:
        body = line.find("。")
        if line.startswith("（") and 0 < body < len(line) - 2:
            places = [n for n in range(body + 2, len(line)) if line[n - 1] != "。"]
            at = data.draw(st.sampled_from(places))
            gap = data.draw(st.sampled_from(("\n", "\n\n", "\r\n", " ", "\u3000", "\n— 5 —\n")))
            line = line[:at] + gap + line[at:]
        broken.append(line)
    assert facts_of(parse("\n".join(broken))) == facts_of(notice)


# -- cost -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    [
        "（1）完善机制。2023年建立制度。（市应急局牵头，市水务局等按职责分工负责）\n",
        "1.",
        "（",
        "（市应急局、",
        "责任单位：",
        "，，，，",
        "市应急局、",
        "各县、",
        "\n1.甲\n（1）乙\n①丙",
        "①甲；",
    ],
)
def test_steps_grow_linearly(piece):
    """Counted in calls and lines of our own code, so that no clock is needed."""
    small, large = steps(piece * 300), steps(piece * 1200)
    assert large < 4 * 1.5 * small + 2000


def steps(text: str) -> int:
    import sys

    count = 0

    def trace(frame, event, argument):
        nonlocal count
        if "notice" not in frame.f_code.co_filename:
            return None
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        parse(text)
    finally:
        sys.settrace(before)
    return count
