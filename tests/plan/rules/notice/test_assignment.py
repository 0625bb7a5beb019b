"""Assignments as published notices word them: tests/golden/notices/phrases.tsv, one per line.

The second column reads "leads / supports / 等 and years"; `!` when words are listed as unread;
⏎ in the first stands for a line break.
"""

import pytest

from anlan.plan.rules.notice.parse import parse
from tests.plan.rules.notice.conftest import GOLDEN

PHRASES = [
    line.split("\t") for line in (GOLDEN / "phrases.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("words", "expected"), PHRASES)
def test_assignment(words, expected):
    words = words.replace("⏎", "\n")
    notice = parse(
        f"演示市工作方案\n一、重点任务\n（一）健全机制。完善制度。{words}\n"
        "（二）其他工作。做好。（市档案馆负责）\n"
    )
    clause, other = notice.clauses
    more = ("等" if clause.open_ended else "") + " ".join(map(str, clause.deadline_years))
    unread = "!" if notice.coverage.unread else ""
    shown = f"{'|'.join(clause.lead_units)} / {'|'.join(clause.support_units)} / {more}{unread}"
    assert shown == expected
    assert clause.heading == "健全机制"
    assert other.support_units == ("市档案馆",)


def test_rule_of_the_first_body_holds_from_its_item_on():
    notice = parse(
        "一、甲。（市应急局、市财政局负责）\n"
        "二、乙。（市水务局、市财政局负责。列第一位者为牵头单位，下同）\n"
        "三、丙。（市气象局、市财政局负责）\n四、丁。（市教育局负责）\n"
    )
    assert [clause.lead_units for clause in notice.clauses] == [
        (),
        ("市水务局",),
        ("市气象局",),
        (),
    ]


def test_rule_of_the_first_body_without_the_words_from_here_on_holds_for_one_item():
    notice = parse(
        "一、甲。（市应急局、市财政局负责，列第一位的为牵头单位）\n二、乙。（市水务局、市财政局负责）\n"
    )
    assert [clause.lead_units for clause in notice.clauses] == [("市应急局",), ()]


def test_rule_of_the_first_body_in_a_note_holds_for_all():
    notice = parse(
        "一、甲。（市应急局、市财政局负责）\n二、乙。（市水务局、市财政局负责）\n"
        "附件\n注：排在首位的为牵头单位。\n"
    )
    assert [clause.lead_units for clause in notice.clauses] == [("市应急局",), ("市水务局",)]


def test_no_lead_is_invented_without_the_text():
    notice = parse("一、甲。（市应急局、市财政局按职责分工负责）\n")
    assert notice.clauses[0].lead_units == ()
