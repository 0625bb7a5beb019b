"""States of a due at, before and after its end."""

import datetime as dt

import pytest

from anlan.base.rules.due.state import OPEN_STATES, STORED_STATES, DueState, is_late, state_at

END = dt.datetime(2025, 3, 11, tzinfo=dt.UTC)
MICRO = dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("stored", "due_at", "now", "expected"),
    [
        ("running", END, END - MICRO, "running"),
        ("running", END, END, "running"),
        ("running", END, END + MICRO, "overdue"),
        ("paused", END, END + MICRO, "paused"),
        ("expected", None, END, "expected"),
        ("answered", END, END + MICRO, "answered"),
        ("withdrawn", END, END + MICRO, "withdrawn"),
    ],
)
def test_state(stored: str, due_at: dt.datetime | None, now: dt.datetime, expected: str) -> None:
    assert state_at(DueState(stored), due_at, now) is DueState(expected)


@pytest.mark.parametrize(
    ("answered", "due", "late"),
    [(END, END, False), (END + MICRO, END, True), (None, END, False), (END, None, False)],
)
def test_late(answered: dt.datetime | None, due: dt.datetime | None, late: bool) -> None:
    assert is_late(answered, due) is late


def test_open_and_stored() -> None:
    assert DueState.OVERDUE not in STORED_STATES
    assert [state for state in STORED_STATES if state.is_open] == list(OPEN_STATES)
    assert all(state.label for state in DueState)
