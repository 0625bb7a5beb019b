"""How an improvement stands on a day, when it is checked, and who takes it as done."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.review.rules.effect import Effect
from anlan.review.rules.improvement import (
    CLOSED,
    Course,
    ImprovementState,
    NotTaken,
    check_day,
    check_taken,
    improvement_state,
)

DAY = dt.date(2026, 9, 30)
S = ImprovementState


@pytest.mark.parametrize(
    ("shift", "state"), [(-1, S.OPEN), (0, S.OPEN), (1, S.OVERDUE), (400, S.OVERDUE)]
)
def test_the_last_day_is_not_overdue(shift: int, state: ImprovementState) -> None:
    day = DAY + dt.timedelta(days=shift)
    assert improvement_state(Course(due_on=DAY), day).known() is state


@pytest.mark.parametrize(
    ("course", "state"),
    [
        (Course(due_on=DAY, done_on=DAY), S.DONE),
        (Course(due_on=DAY, done_on=DAY, taken_on=DAY), S.WAITING),
        (Course(due_on=DAY, done_on=DAY, taken_on=DAY, effect=Effect.EFFECTIVE), S.EFFECTIVE),
        (
            Course(due_on=DAY, done_on=DAY, taken_on=DAY, effect=Effect.NOT_EFFECTIVE),
            S.NOT_EFFECTIVE,
        ),
        (
            Course(due_on=DAY, done_on=DAY, taken_on=DAY, effect=Effect.NOT_DETERMINABLE),
            S.NOT_DETERMINABLE,
        ),
        (Course(due_on=DAY, is_withdrawn=True), S.WITHDRAWN),
        (Course(due_on=DAY, effect=Effect.EFFECTIVE, is_withdrawn=True), S.WITHDRAWN),
    ],
)
def test_states(course: Course, state: ImprovementState) -> None:
    found = improvement_state(course, DAY + dt.timedelta(days=99))
    assert found.known() is state
    assert state.is_closed is (state in CLOSED)
    assert found.reasons[0].note is not None


@given(st.integers(-500, 500), st.integers(-500, 500))
def test_the_check_never_comes_before_its_day_or_before_it_was_taken(a: int, b: int) -> None:
    first, second = DAY + dt.timedelta(days=a), DAY + dt.timedelta(days=b)
    found = check_day(first, second)
    assert found >= first
    assert found >= second
    assert found in (first, second)


def test_who_takes_it_as_done() -> None:
    check_taken(files=1, doer="a", decider="b")
    for files, doer, decider in ((0, "a", "b"), (1, "a", "a"), (0, "a", "a")):
        with pytest.raises(NotTaken):
            check_taken(files=files, doer=doer, decider=decider)
