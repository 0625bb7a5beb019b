"""Ages of passwords and ends of sessions: each limit before, at and after."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.registers.rules.sign_in import (
    PasswordState,
    SessionState,
    password_state,
    seconds_left,
    session_state,
)

NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
S = dt.timedelta(seconds=1)
LIMITS = {"idle_minutes": 30, "longest_hours": 8}


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (dt.timedelta(days=90) - S, PasswordState.GOOD),
        (dt.timedelta(days=90), PasswordState.OLD),
        (dt.timedelta(days=90) + S, PasswordState.OLD),
        (None, PasswordState.OLD),
        (-S, PasswordState.GOOD),
    ],
)
def test_a_password_grows_old(age: dt.timedelta | None, state: PasswordState) -> None:
    set_at = None if age is None else NOW - age
    assert password_state(set_at=set_at, is_first=False, now=NOW, age_days=90) is state
    never = password_state(set_at=set_at, is_first=False, now=NOW, age_days=0)
    assert never is PasswordState.GOOD
    first = password_state(set_at=set_at, is_first=True, now=NOW, age_days=0)
    assert first is PasswordState.FIRST


@pytest.mark.parametrize(
    ("began", "seen", "state"),
    [
        (8 * 3600 - 1, 0, SessionState.LIVE),
        (8 * 3600, 0, SessionState.OVER),
        (8 * 3600 + 1, 0, SessionState.OVER),
        (3600, 30 * 60 - 1, SessionState.LIVE),
        (3600, 30 * 60, SessionState.IDLE),
        (3600, 30 * 60 + 1, SessionState.IDLE),
        (None, 0, SessionState.OVER),
        (0, None, SessionState.IDLE),
        (-60, -60, SessionState.LIVE),
    ],
)
def test_a_session_ends(began: int | None, seen: int | None, state: SessionState) -> None:
    began_at = None if began is None else NOW - began * S
    seen_at = None if seen is None else NOW - seen * S
    assert session_state(began_at=began_at, seen_at=seen_at, now=NOW, **LIMITS) is state


@given(st.integers(0, 40_000), st.integers(0, 40_000))
def test_the_seconds_left_agree_with_the_end(age: int, unused: int) -> None:
    began_at, seen_at = NOW - age * S, NOW - min(age, unused) * S
    left = seconds_left(began_at=began_at, seen_at=seen_at, now=NOW, **LIMITS)
    live = session_state(began_at=began_at, seen_at=seen_at, now=NOW, **LIMITS)
    assert (left > 0) is (live is SessionState.LIVE)
