"""States of outgoing rows: what was proven stays proven, in whatever order reports come."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.dispatch import (
    CANCELLABLE,
    FIRST_WAIT_S,
    LONGEST_WAIT_S,
    MOST_ATTEMPTS,
    RETRIABLE,
    DispatchState,
    Outcome,
    next_attempt,
    state_after,
    wait_s,
)

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
S, O = DispatchState, Outcome  # noqa: E741
PROOFS = (O.SENT, O.DELIVERED, O.ACKNOWLEDGED)
PROVEN = (S.SENT, S.DELIVERED, S.ACKNOWLEDGED)


@pytest.mark.parametrize(
    ("state", "outcome", "after"),
    [
        (S.LEASED, O.SENT, S.SENT),
        (S.LEASED, O.DELIVERED, S.DELIVERED),
        (S.LEASED, O.POSTPONED, S.WAITING),
        (S.LEASED, O.REFUSED, S.REFUSED),
        (S.LEASED, O.FAILED, S.FAILED),
        (S.LEASED, O.EXPIRED, S.EXPIRED),
        (S.LEASED, O.CANCELLED, S.LEASED),  # on its way: too late
        (S.WAITING, O.CANCELLED, S.CANCELLED),
        (S.FAILED, O.CANCELLED, S.CANCELLED),
        (S.FAILED, O.RETRIED, S.WAITING),
        (S.EXPIRED, O.RETRIED, S.WAITING),
        (S.REFUSED, O.RETRIED, S.REFUSED),  # what the guard stopped stays stopped
        (S.DELIVERED, O.RETRIED, S.DELIVERED),
        (S.WAITING, O.POSTPONED, S.WAITING),
        (S.SENT, O.FAILED, S.FAILED),  # handed over, and came back
        (S.DELIVERED, O.FAILED, S.DELIVERED),
        (S.ACKNOWLEDGED, O.DELIVERED, S.ACKNOWLEDGED),
        (S.DELIVERED, O.SENT, S.DELIVERED),
        (S.FAILED, O.DELIVERED, S.DELIVERED),  # a late report
        (S.EXPIRED, O.DELIVERED, S.DELIVERED),
        (S.CANCELLED, O.DELIVERED, S.DELIVERED),
        (S.DELIVERED, O.EXPIRED, S.DELIVERED),
    ],
)
def test_a_report_moves_a_row(state: S, outcome: O, after: S) -> None:
    assert state_after(state, outcome) is after


@pytest.mark.parametrize(
    ("state", "outcome"), list(itertools.product(DispatchState, Outcome)), ids=lambda v: v.value
)
def test_every_report_is_answered_in_every_state(state: S, outcome: O) -> None:
    after = state_after(state, outcome)
    assert after in DispatchState
    if outcome in PROOFS:
        assert state_after(after, outcome) is after
    if outcome is O.CANCELLED:
        assert (after is S.CANCELLED) == (state in CANCELLABLE or state is S.CANCELLED)
    if outcome is O.RETRIED:
        assert (after is S.WAITING) == (state in RETRIABLE or state is S.WAITING)


@given(st.lists(st.sampled_from(Outcome), max_size=12), st.sampled_from(DispatchState))
def test_the_strongest_proof_wins_in_any_order(outcomes: list[O], state: S) -> None:
    begun, strongest = PROVEN.index(state) if state in PROVEN else -1, -1
    for outcome in outcomes:
        if outcome in PROOFS:
            strongest = max(strongest, PROOFS.index(outcome))
        state = state_after(state, outcome)
    best = max(begun, strongest)
    if best >= 1:  # delivered or confirmed: nothing takes it back
        assert state is PROVEN[best]
    if state in PROVEN[1:]:
        assert PROVEN.index(state) == best


def test_waits_double_up_to_the_longest() -> None:
    waits = [wait_s(number) for number in range(1, 40)]
    assert waits[:3] == [FIRST_WAIT_S, 2 * FIRST_WAIT_S, 4 * FIRST_WAIT_S]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT_S
    with pytest.raises(ValueError, match="from 1"):
        wait_s(0)


@pytest.mark.parametrize(
    ("attempts", "comes"),
    [(1, True), (MOST_ATTEMPTS - 1, True), (MOST_ATTEMPTS, False), (MOST_ATTEMPTS + 1, False)],
)
def test_the_last_attempt_is_the_last(attempts: int, comes: bool) -> None:
    found = next_attempt(NOW, attempts)
    assert (found is not None) is comes
    assert found is None or found == NOW + dt.timedelta(seconds=wait_s(attempts))
