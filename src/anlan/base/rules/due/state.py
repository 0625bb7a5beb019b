"""What state a due is in.

Source: House rule. Edge cases: exactly at the end → still running; no day set → expected, never
overdue (missing is not late); answered after the end → answered, and late.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop


class DueState(StrEnum):
    """`OVERDUE` follows from the clock and is never stored."""

    EXPECTED = "expected"
    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]

    @property
    def is_open(self) -> bool:
        return self not in (DueState.ANSWERED, DueState.WITHDRAWN)


STATE_LABELS: Final = {
    DueState.EXPECTED: gettext_noop("expected, day not set"),
    DueState.RUNNING: gettext_noop("running"),
    DueState.PAUSED: gettext_noop("standing still"),
    DueState.OVERDUE: gettext_noop("overdue"),
    DueState.ANSWERED: gettext_noop("answered"),
    DueState.WITHDRAWN: gettext_noop("withdrawn"),
}
STORED_STATES: Final = tuple(state for state in DueState if state is not DueState.OVERDUE)
OPEN_STATES: Final = (DueState.EXPECTED, DueState.RUNNING, DueState.PAUSED)


def state_at(stored: DueState, due_at: datetime | None, now: datetime) -> DueState:
    """The state at an instant. Only a running clock can be past its end."""
    if stored is DueState.RUNNING and due_at is not None and now > due_at:
        return DueState.OVERDUE
    return stored


def is_late(answered_at: datetime | None, due_at: datetime | None) -> bool:
    """Whether the answer came after the end; without an end nothing is late."""
    return answered_at is not None and due_at is not None and answered_at > due_at
