"""The life of a bulletin: every step from every state, and two pairs of eyes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from anlan.warning.rules.bulletin.approval import (
    NOT_YOURS,
    SAME_HANDS,
    Approver,
    RecordedBy,
    approval_of,
    may_approve,
)
from anlan.warning.rules.bulletin.life import (
    EDITABLE,
    NEXT,
    OPEN,
    STATE_LABELS,
    TOLD,
    BulletinAct,
    BulletinActRefused,
    BulletinState,
    SameHands,
    after,
    are_other_hands,
    check_hands,
    may,
)
from anlan.warning.rules.signal import Level

OVER = {
    BulletinState.LIFTING,
    BulletinState.UPDATED,
    BulletinState.CANCELLED,
    BulletinState.EXPIRED,
    BulletinState.ADOPTED,
    BulletinState.DECLINED,
    BulletinState.DISCARDED,
}


@pytest.mark.parametrize("state", list(BulletinState))
@pytest.mark.parametrize("act", list(BulletinAct))
def test_every_act_in_every_state(state: BulletinState, act: BulletinAct) -> None:
    if (state, act) in NEXT:
        assert after(state, act) is NEXT[state, act]
        assert may(state, act)
        assert state not in OVER
    else:
        with pytest.raises(BulletinActRefused):
            after(state, act)
        assert not may(state, act)


def test_the_groups_of_states() -> None:
    assert set(STATE_LABELS) == set(BulletinState)
    assert EDITABLE < OPEN
    assert not OPEN & TOLD
    assert {
        state for state in BulletinState if not any(may(state, a) for a in BulletinAct)
    } == OVER


class Life(RuleBasedStateMachine):
    """People press everything in any order; what was approved was submitted and seen."""

    def __init__(self) -> None:
        super().__init__()
        self.state = BulletinState.DRAFT
        self.text = self.submitted = self.approved = 0
        self.left = False

    @rule(act=st.sampled_from(list(BulletinAct)))
    def press(self, act: BulletinAct) -> None:
        before = self.state
        try:
            self.state = after(before, act)
        except BulletinActRefused:
            assert self.state is before
            return
        if act is BulletinAct.EDIT:
            self.text += 1
        if act is BulletinAct.SUBMIT:
            self.submitted = self.text
        if act is BulletinAct.APPROVE:
            self.approved = self.text
        if act in (BulletinAct.ISSUE, BulletinAct.LIFT, BulletinAct.PROPOSE):
            assert not self.left
            assert self.approved == self.submitted == self.text
            self.left = True

    @invariant()
    def what_left_never_comes_back(self) -> None:
        assert self.left == (self.state not in OPEN and self.state is not BulletinState.DISCARDED)


TestLife = Life.TestCase


def test_whoever_wrote_it_does_not_approve_it() -> None:
    with pytest.raises(SameHands):
        check_hands(("anna", "p1"), ("anna", "p2"))
    with pytest.raises(SameHands):  # one person with two accounts
        check_hands(("anna", "p1"), ("other", "p1"))
    check_hands(("anna", "p1"), ("berta", "p2"))
    check_hands((), ("berta",))
    assert are_other_hands(("", "anna"), ("", "berta"))  # an empty key names nobody


@given(st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")), st.sampled_from(Level))
def test_nobody_approves_own_work(writers: set[str], approver: set[str], level: Level) -> None:
    who = Approver(keys=tuple(sorted(approver)), keeps_unit=True, keeps_body=True)
    assert may_approve(level, writers, who).value is not bool(writers & approver)


@pytest.mark.parametrize(
    ("level", "by"),
    [
        (Level.RED, RecordedBy.UNIT),
        (Level.ORANGE, RecordedBy.UNIT),
        (Level.YELLOW, RecordedBy.BODY),
        (Level.BLUE, RecordedBy.BODY),
    ],
)
def test_who_approves_which_level(level: Level, by: RecordedBy) -> None:
    verdict = approval_of(level)
    assert verdict.known().recorded_by is by
    assert verdict.known().signer
    assert {reason.status.value for reason in verdict.reasons} == {"M", "D"}

    def allowed(*, unit: bool, body: bool, duty: bool = True) -> bool:
        who = Approver(keys=("x",), keeps_unit=unit, keeps_body=body, is_on_duty=duty)
        return may_approve(level, ("writer",), who).known()

    assert allowed(unit=True, body=False)
    assert allowed(unit=False, body=True) is (by is RecordedBy.BODY)
    assert not allowed(unit=False, body=False)
    assert not allowed(unit=True, body=True, duty=False)


def test_a_refusal_says_why_last() -> None:
    nobody = Approver(keys=("x",), keeps_unit=False, keeps_body=False)
    assert may_approve(Level.RED, (), nobody).reasons[-1].note.msgid == NOT_YOURS  # type: ignore[union-attr]
    same = Approver(keys=("x",), keeps_unit=True, keeps_body=True)
    assert may_approve(Level.RED, ("x",), same).reasons[-1].note.msgid == SAME_HANDS  # type: ignore[union-attr]
