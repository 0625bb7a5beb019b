"""Pauses double up to an hour."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.retry import LONGEST_PAUSE, next_attempt_after

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (8, 60), (10**9, 60)]
)
def test_pauses(attempts: int, minutes: int) -> None:
    assert next_attempt_after(NOW, attempts) - NOW == dt.timedelta(minutes=minutes)


@pytest.mark.parametrize("attempts", [0, -1])
def test_no_failure_no_pause(attempts: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        next_attempt_after(NOW, attempts)


@given(st.integers(1, 10**6))
def test_never_shorter_with_more_failures_and_never_above_the_longest(attempts: int) -> None:
    first, second = next_attempt_after(NOW, attempts), next_attempt_after(NOW, attempts + 1)
    assert first <= second <= NOW + LONGEST_PAUSE
