"""Rules of carrying over: standing, proposals, succession, decisions, days, orphans, closing."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.carry_over.decision import (
    DayBehind,
    DayIsOver,
    Decision,
    DecisionRefused,
    DocumentNeeded,
    FinishedLater,
    NotSettled,
    ProofNeeded,
    ReasonMissing,
    Said,
    TargetElsewhere,
    TargetMissing,
    TargetNotExpected,
    Unsettled,
    check_closing,
    check_decision,
    day_carried,
    orphaned,
)
from anlan.plan.rules.carry_over.proposal import MOST_PAIRS, Likeness, propose
from anlan.plan.rules.carry_over.standing import ItemStanding, standing_at_end
from anlan.plan.rules.carry_over.succession import (
    Circle,
    DayOfIssueUnknown,
    FollowsItself,
    NoticeFacts,
    Place,
    SuccessorOlder,
    check_successor,
    in_force,
    place_of,
)
from anlan.plan.rules.loop.handling import Handling
from anlan.plan.rules.loop.lamp import Lamp
from anlan.plan.rules.notice.compare import LEAST_ALIKE
from anlan.plan.rules.notice.values import Clause, DocumentHead, Kind, Mode, ParsedNotice

TODAY = dt.date(2026, 11, 25)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("handling", "lamp", "running", "expected"),
    [
        (Handling.BREAK_DOWN, Lamp.DONE, 0, ItemStanding.FINISHED),
        (Handling.BREAK_DOWN, Lamp.DONE, 1, ItemStanding.UNFINISHED),
        (Handling.BREAK_DOWN, Lamp.RED, 0, ItemStanding.UNFINISHED),
        (Handling.BREAK_DOWN, Lamp.YELLOW, 0, ItemStanding.UNFINISHED),
        (Handling.BREAK_DOWN, Lamp.GREEN, 0, ItemStanding.UNFINISHED),
        (Handling.BREAK_DOWN, Lamp.GREY, 0, ItemStanding.NO_INFORMATION),
        (Handling.BREAK_DOWN, Lamp.GREY, 1, ItemStanding.UNFINISHED),
        (Handling.MARKET, Lamp.GREY, 0, ItemStanding.MARKET),
        (Handling.MARKET, Lamp.RED, 0, ItemStanding.UNFINISHED),
        (Handling.STATEMENT, Lamp.GREY, 0, ItemStanding.STATEMENT),
        (Handling.STATEMENT, Lamp.GREY, 1, ItemStanding.UNFINISHED),
        (Handling.STATEMENT, Lamp.GREEN, 0, ItemStanding.UNFINISHED),
    ],
)
def test_how_an_item_stands(
    handling: Handling, lamp: Lamp, running: int, expected: ItemStanding
) -> None:
    verdict = standing_at_end(handling, lamp, running)
    assert verdict.value is expected
    assert verdict.reasons[0].rule == "plan-carry-over-standing"


def test_what_runs_or_is_unknown_is_never_taken_as_finished() -> None:
    for handling, lamp, running in itertools.product(Handling, Lamp, (0, 1, 7)):
        stands = standing_at_end(handling, lamp, running).known()
        if running or lamp not in (Lamp.DONE, Lamp.GREY):
            assert stands is ItemStanding.UNFINISHED
        assert (stands is ItemStanding.FINISHED) == (lamp is Lamp.DONE and not running)
        assert stands.label


def notice(*clauses: Clause) -> ParsedNotice:
    return ParsedNotice(document=DocumentHead(), clauses=clauses)


def clause(key: str, heading: str, *, kind: Kind = Kind.TASK, text: str = "") -> Clause:
    return Clause(
        id=key,
        kind=kind,
        number=key,
        heading=heading,
        text=text,
        mode=Mode.SOLE,
        lead_units=("市应急局",),
    )


def test_a_proposal_says_why() -> None:
    old = notice(
        clause("T1", "完善应急指挥体制"),
        clause("T2", "健全应急物资储备体系"),
        clause("T3", "开展地质灾害避险搬迁工程"),
        clause("T4", "甲乙丙丁"),
    )
    new = notice(
        clause("T5", "完善应急指挥体制"),
        clause("T2", "健全应急物资储备网络"),
        clause("T9", "推进地质灾害避险搬迁项目"),
    )
    found = {one.old: one for one in propose(old, new)}
    assert [one.old for one in propose(old, new)] == ["T1", "T2", "T3", "T4"]
    assert (found["T1"].new, found["T1"].likeness) == ("T5", Likeness.HEADING)
    assert (found["T2"].new, found["T2"].likeness) == ("T2", Likeness.ID)
    assert (found["T3"].new, found["T3"].likeness) == ("T9", Likeness.TEXT)
    assert 50 <= found["T3"].percent < 100
    assert str(found["T3"].percent) in found["T3"].why().text()
    assert (found["T4"].new, found["T4"].likeness) == ("", Likeness.NONE)


@pytest.mark.parametrize(("common", "expected"), [(4, ""), (5, "T9"), (6, "T9")])
def test_exactly_the_least_likeness_is_proposed(common: int, expected: str) -> None:
    assert LEAST_ALIKE == 0.5
    old, new = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉"
    heading = old[:common] + new[common:]
    found = propose(notice(clause("T1", old)), notice(clause("T9", heading)))
    assert found[0].new == expected


def test_only_the_same_kind_and_only_items_that_name_somebody_are_proposed() -> None:
    old = notice(clause("T1", "地质灾害治理工程甲"))
    other = clause("P9", "地质灾害治理工程乙", kind=Kind.PROJECT)
    assert propose(old, notice(other))[0].new == ""
    nobody = Clause(id="T9", kind=Kind.TASK, number="9", heading="地质灾害治理工程乙")
    assert propose(old, notice(nobody))[0].new == ""


def test_two_old_items_may_be_gathered_in_one() -> None:
    old = notice(clause("T1", "山洪灾害监测预警"), clause("T2", "山洪灾害监测预报"))
    found = propose(old, notice(clause("T9", "山洪灾害监测体系")))
    assert [one.new for one in found] == ["T9", "T9"]


def test_too_many_pairs_are_not_compared_and_say_so() -> None:
    many = notice(*(clause(f"A{n}", f"甲{n}") for n in range(MOST_PAIRS // 2 + 1)))
    found = propose(notice(clause("T1", "天地玄黄"), clause("T2", "宇宙洪荒")), many)
    assert {one.likeness for one in found} == {Likeness.TOO_MANY}
    assert found[0].why().text()


A = NoticeFacts(key="a", name="甲", issued_on=dt.date(2023, 2, 3))
B = NoticeFacts(key="b", name="乙", issued_on=dt.date(2026, 3, 1))


def test_a_later_notice_follows() -> None:
    check_successor(A, B, {})


@pytest.mark.parametrize(("later", "fits"), [(-1, False), (0, True), (1, True)])
def test_a_successor_is_not_older(later: int, fits: bool) -> None:
    day = B.issued_on or TODAY
    new = NoticeFacts(key="c", name="丙", issued_on=day + later * DAY)
    if fits:
        check_successor(B, new, {})
    else:
        with pytest.raises(SuccessorOlder, match="丙"):
            check_successor(B, new, {})


def test_what_cannot_follow_says_what_to_do() -> None:
    with pytest.raises(FollowsItself, match="amendment"):
        check_successor(A, A, {})
    undated = NoticeFacts(key="c", name="丙")
    for pair in ((A, undated), (undated, A)):
        with pytest.raises(DayOfIssueUnknown, match="丙"):
            check_successor(*pair, {})


def test_a_circle_is_refused_over_any_number_of_notices() -> None:
    with pytest.raises(Circle):
        check_successor(A, B, {"b": "a"})
    with pytest.raises(Circle):
        check_successor(A, B, {"b": "c", "c": "d", "d": "a"})
    check_successor(A, B, {"c": "d", "d": "c", "b": "c"})  # a broken chain elsewhere ends


@given(
    st.lists(
        st.builds(
            NoticeFacts,
            key=st.uuids().map(str),
            issued_on=st.none() | st.dates(),
            is_draft=st.booleans(),
            is_awaited=st.booleans(),
            is_followed=st.booleans(),
            order=st.uuids().map(str),
        ),
        max_size=8,
    )
)
def test_a_draft_is_in_force_only_when_there_is_nothing_else(notices: list[NoticeFacts]) -> None:
    found = in_force(notices)
    assert (found is None) == (not notices)
    if found is None:
        return
    assert place_of(found) == min(place_of(one) for one in notices)
    for one in notices:
        if place_of(one) is place_of(found) and one.issued_on and found.issued_on:
            assert one.issued_on <= found.issued_on


def test_which_of_several_is_in_force() -> None:
    draft = NoticeFacts(key="d", issued_on=dt.date(2027, 1, 1), is_draft=True)
    awaited = NoticeFacts(key="w", issued_on=dt.date(2027, 1, 1), is_awaited=True)
    gone = NoticeFacts(key="g", issued_on=dt.date(2027, 1, 1), is_followed=True)
    assert in_force([A, draft, awaited, gone]) == A
    assert in_force([draft, gone]) == gone
    assert in_force([draft]) == draft
    assert in_force([A, NoticeFacts(key="n")]) == A
    assert [place_of(one) for one in (A, gone, draft)] == list(Place)


CARRIED = Said(decision=Decision.CARRIED, reason="承接", has_target=True, in_successor=True)
FINISHED = Said(
    decision=Decision.FINISHED,
    reason="已完成",
    document="演示〔2025〕3号",
    confirmed_by="张三",
    finished_on=TODAY,
)
ENDED = Said(decision=Decision.ENDED, reason="不再实施", document="演示〔2026〕4号")


@pytest.mark.parametrize("said", [CARRIED, FINISHED, ENDED])
def test_a_decision_that_says_everything_stands(said: Said) -> None:
    check_decision(said, TODAY)


def changed(said: Said, **values: object) -> Said:
    from dataclasses import replace

    return replace(said, **values)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (changed(CARRIED, reason="  "), ReasonMissing),
        (changed(ENDED, reason=""), ReasonMissing),
        (changed(CARRIED, has_target=False, in_successor=False), TargetMissing),
        (changed(CARRIED, in_successor=False), TargetElsewhere),
        (changed(CARRIED, new_day=TODAY - DAY), DayBehind),
        (changed(FINISHED, has_target=True), TargetNotExpected),
        (changed(ENDED, has_target=True), TargetNotExpected),
        (changed(FINISHED, document=" "), ProofNeeded),
        (changed(FINISHED, confirmed_by=""), ProofNeeded),
        (changed(FINISHED, finished_on=None), ProofNeeded),
        (changed(FINISHED, finished_on=TODAY + DAY), FinishedLater),
        (changed(ENDED, document=""), DocumentNeeded),
    ],
)
def test_what_a_decision_lacks_is_named(said: Said, refusal: type[DecisionRefused]) -> None:
    with pytest.raises(refusal) as raised:
        check_decision(said, TODAY)
    assert raised.value.code
    assert raised.value.field


@pytest.mark.parametrize(
    ("day", "new_day", "expected"),
    [
        (None, None, None),
        (None, TODAY + DAY, None),
        (TODAY, None, TODAY),
        (TODAY + DAY, None, TODAY + DAY),
        (TODAY + DAY, TODAY + 9 * DAY, TODAY + 9 * DAY),
        (TODAY - DAY, TODAY, TODAY),
    ],
)
def test_the_day_that_work_carries(
    day: dt.date | None, new_day: dt.date | None, expected: dt.date | None
) -> None:
    assert day_carried(day, new_day, TODAY) == expected


def test_a_day_that_is_over_needs_a_new_one() -> None:
    with pytest.raises(DayIsOver, match="2026-11-24"):
        day_carried(TODAY - DAY, None, TODAY, item="T1")


@given(*(st.frozensets(st.integers(0, 6)) for _ in range(3)))
def test_orphaned_are_those_who_lost_their_place(
    working: frozenset[int], before: frozenset[int], after: frozenset[int]
) -> None:
    lost = orphaned(working, before, after)
    assert lost == {b for b in range(7) if b in working and b in before and b not in after}


def test_closing_names_everything_that_stands_against_it() -> None:
    check_closing(Unsettled())
    unsettled = Unsettled(
        undecided=3,
        unlisted=1,
        orphans=2,
        days_over=4,
        targets_gone=5,
        in_review=6,
        is_draft=True,
    )
    with pytest.raises(NotSettled) as raised:
        check_closing(unsettled)
    assert len(unsettled.messages()) == 7
    for count in range(1, 7):
        assert f": {count}" in str(raised.value)
    with pytest.raises(NotSettled, match="draft"):
        check_closing(Unsettled(is_draft=True))
