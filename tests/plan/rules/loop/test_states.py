"""State machines: every act on every state, as random walks and as a table."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.loop import assignment, obstacle, report
from anlan.plan.rules.loop.assignment import (
    ActRefused,
    Assignee,
    AssigneeRefused,
    AssignmentAct,
    AssignmentState,
    Step,
    check_assignee,
)
from anlan.plan.rules.loop.obstacle import ObstacleAct, ObstacleActRefused, ObstacleState
from anlan.plan.rules.loop.report import (
    OwnReport,
    ReportAct,
    ReportActRefused,
    ReportState,
    check_reviewer,
)


@given(st.lists(st.sampled_from(AssignmentAct)))
def test_a_withdrawn_assignment_stays_withdrawn(acts: list[AssignmentAct]) -> None:
    state, history = AssignmentState.PROPOSED, [AssignmentState.PROPOSED]
    for act in acts:
        try:
            state = assignment.after(state, act)
        except ActRefused as refusal:
            assert refusal.message.text()
            continue
        history.append(state)
    if AssignmentState.WITHDRAWN in history:
        assert history[-1] is AssignmentState.WITHDRAWN
    assert history.count(AssignmentState.SIGNED) <= 1
    assert not {AssignmentState.SIGNED, AssignmentState.REFUSED} <= set(history)


@given(st.lists(st.sampled_from(ReportAct)))
def test_an_accepted_report_is_closed_and_was_submitted(acts: list[ReportAct]) -> None:
    state, history = ReportState.DRAFT, [ReportState.DRAFT]
    for act in acts:
        try:
            state = report.after(state, act)
        except ReportActRefused as refusal:
            assert refusal.message.text()
            continue
        history.append(state)
    if ReportState.ACCEPTED in history:
        at = history.index(ReportState.ACCEPTED)
        assert history[at - 1] is ReportState.SUBMITTED
        assert at == len(history) - 1
    for before, later in pairwise(history):
        if later is ReportState.RETURNED and before is not ReportState.RETURNED:
            assert before is ReportState.SUBMITTED


@given(st.lists(st.sampled_from(ObstacleAct)))
def test_a_closed_request_is_not_opened_again(acts: list[ObstacleAct]) -> None:
    state, closed = ObstacleState.OPEN, False
    for act in acts:
        try:
            state = obstacle.after(state, act)
        except ObstacleActRefused as refusal:
            assert refusal.message.text()
            continue
        assert not closed
        closed = state is ObstacleState.CLOSED


def test_nobody_reviews_what_they_wrote() -> None:
    with pytest.raises(OwnReport):
        check_reviewer("bureau", "bureau")
    check_reviewer("bureau", "department")


@pytest.mark.parametrize(
    ("new", "above", "step"),
    [
        (Assignee(unit="u"), None, Step.UNIT),
        (Assignee(unit="u", body="b"), None, Step.BODY),
        (Assignee(unit="u", body="b"), Assignee(unit="u"), Step.BODY),
        (Assignee(unit="u", body="b", post="p"), Assignee(unit="u"), Step.PERSON),
        (Assignee(unit="u", body="b", person="p"), Assignee(unit="u", body="b"), Step.PERSON),
    ],
)
def test_a_break_down_goes_down(new: Assignee, above: Assignee | None, step: Step) -> None:
    assert check_assignee(new, above) is step


@pytest.mark.parametrize(
    ("new", "above"),
    [
        (Assignee(unit=""), None),
        (Assignee(unit="u", post="p"), None),
        (Assignee(unit="u", body="b", post="p", person="q"), None),
        (Assignee(unit="u"), Assignee(unit="u")),
        (Assignee(unit="u", body="b"), Assignee(unit="u", body="b")),
        (Assignee(unit="v", body="b"), Assignee(unit="u")),
        (Assignee(unit="u", body="c", post="p"), Assignee(unit="u", body="b")),
        (Assignee(unit="u", body="b"), Assignee(unit="u", body="b", post="p")),
    ],
)
def test_never_sideways_or_up(new: Assignee, above: Assignee | None) -> None:
    with pytest.raises(AssigneeRefused):
        check_assignee(new, above)


def test_labels_are_complete() -> None:
    for family in (AssignmentState, Step, ReportState, ObstacleState):
        assert all(member.label for member in family)
    assert [state.is_living for state in AssignmentState] == [True, True, False, False, False]
    assert ObstacleState.ESCALATED.waits_for_reply
    assert not ObstacleState.REPLIED.waits_for_reply
