"""States of a problem and what proves an effect."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.inspection import (
    Known,
    NotProven,
    ProblemState,
    check_proven,
    problem_state,
)

DUE = dt.date(2026, 11, 20)
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("reported", "proven", "today", "state"),
    [
        (None, None, DUE - DAY, ProblemState.OPEN),
        (None, None, DUE, ProblemState.OPEN),
        (None, None, DUE + DAY, ProblemState.OVERDUE),
        (DUE + DAY, None, DUE + DAY, ProblemState.REPORTED),
        (DUE, DUE + DAY, DUE + DAY, ProblemState.PROVEN),
    ],
)
def test_states(
    reported: dt.date | None, proven: dt.date | None, today: dt.date, state: ProblemState
) -> None:
    known = Known(due_on=DUE, reported_on=reported, proven_on=proven)
    verdict = problem_state(known, today)
    assert verdict.known() is state
    assert verdict.reasons[0].rule == "plan-problem"


@pytest.mark.parametrize(
    ("proofs", "decider", "is_reported"), [(0, "two", True), (1, "one", True), (1, "two", False)]
)
def test_what_proves_nothing(proofs: int, decider: str, is_reported: bool) -> None:
    with pytest.raises(NotProven):
        check_proven(proofs=proofs, reporter="one", decider=decider, is_reported=is_reported)


@given(st.integers(min_value=1, max_value=50))
def test_one_file_and_another_pair_of_eyes_prove(proofs: int) -> None:
    check_proven(proofs=proofs, reporter="one", decider="two", is_reported=True)
