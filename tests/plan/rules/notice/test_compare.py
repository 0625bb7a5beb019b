from anlan.plan.rules.notice.compare import Duty, DutyRole, compare, owners
from anlan.plan.rules.notice.parse import parse

OLD = """一、重点任务
1.建设平台。2024年底前建成。（市应急局牵头，市财政局、市工信局配合）
2.健全队伍。（市应急局、市水务局按职责分工负责）
3.修订预案。（市应急局负责）
4.统一标识。（市城管局负责）
5.开展演练。（市教育局牵头，市应急局配合）
"""
NEW = """一、重点任务
1.健全队伍。（市应急局、市水务局按职责分工负责）
2.建设平台。2025年底前建成。（市大数据局牵头，市财政局、市应急局配合）
3.修订预案体系。（市应急局负责）
4.开展演练。各校自行安排。
5.推广保险。（市金融办负责）
"""


def ids(clauses):
    return [clause.id for clause in clauses]


def test_what_changed_between_two_editions():
    found = compare(parse(OLD), parse(NEW))
    assert found.matched == (("T2", "T1"), ("T1", "T2"), ("T3", "T3"), ("T5", "T4"))
    assert ids(found.appeared) == ["T5"]
    assert ids(found.vanished) == ["T4"]
    assert [(c.old.id, c.fields) for c in found.changed] == [
        ("T1", ("deadline_years", "lead_units", "support_units")),
        ("T3", ("heading",)),
        ("T5", ("lead_units", "support_units", "mode")),
    ]


def test_duties_and_owners():
    found = compare(parse(OLD), parse(NEW))
    lead, support = DutyRole.LEAD, DutyRole.SUPPORT
    assert found.duties_appeared == (
        Duty(clause_id="T2", unit="市大数据局", role=lead),
        Duty(clause_id="T2", unit="市应急局", role=support),
        Duty(clause_id="T5", unit="市金融办", role=support),
    )
    assert found.duties_vanished == (
        Duty(clause_id="T1", unit="市应急局", role=lead),
        Duty(clause_id="T1", unit="市工信局", role=support),
        Duty(clause_id="T5", unit="市教育局", role=lead),
        Duty(clause_id="T5", unit="市应急局", role=support),
        Duty(clause_id="T4", unit="市城管局", role=support),
    )
    assert [(c.old.id, c.old_owners, c.new_owners) for c in found.owner_changed] == [
        ("T1", ("市应急局",), ("市大数据局",))
    ]
    assert owners(parse(OLD).clauses[1]) == ("市应急局", "市水务局")


def test_running_work_that_lost_its_owner():
    assert ids(compare(parse(OLD), parse(NEW)).orphaned) == ["T4", "T5"]
    assert ids(compare(parse(OLD), parse(NEW), running={"T5", "T1"}).orphaned) == ["T5"]


def test_the_same_edition_differs_in_nothing():
    found = compare(parse(OLD), parse(OLD))
    assert len(found.matched) == 5
    assert (found.appeared, found.vanished, found.changed, found.orphaned) == ((), (), (), ())
    assert (found.duties_appeared, found.duties_vanished, found.owner_changed) == ((), (), ())


def test_a_moved_clause_with_another_kind_is_matched_by_its_heading():
    new = parse("一、重点工程\n1.建设平台。（市应急局牵头，市财政局、市工信局配合）\n")
    assert compare(parse(OLD), new).matched == (("T1", "P1"),)


def test_equal_headings_are_matched_in_order_and_once():
    twice = parse("1.甲。（市甲局负责）\n2.甲。（市乙局负责）\n")
    once = parse("1.甲。（市甲局负责）\n")
    assert compare(twice, once).matched == (("C1", "C1"),)
    assert ids(compare(twice, once).vanished) == ["C2"]


def test_an_indicator_is_called_by_what_it_measures():
    old = "一、核心指标\n1.死亡人数下降15%。（市应急局负责）\n2.受灾人次<13000。（市水务局负责）\n"
    facts = (
        "一、核心指标\n1.受灾人次。目标值：受灾人次<13000。（市水务局负责）\n"
        "2.死亡人数。目标值：死亡人数下降15%。（市应急局负责）\n"
    )
    found = compare(parse(old), parse(facts))
    assert found.matched == (("I2", "I1"), ("I1", "I2"))
    assert (found.changed, found.duties_appeared, found.duties_vanished) == ((), (), ())
    stricter = compare(parse(old), parse(old.replace("13000", "12000")))
    assert [(c.old.id, c.fields) for c in stricter.changed] == [("I2", ("indicator",))]
