"""Outgoing work: its modes, its states, what a report changes, and when it is tried again.

Source: design of the dispatch wall. House rule: the waits between attempts, their number and the
length of a lease are ours; no standard fixes them.
Units: seconds. Edge cases: a report that comes late, twice or out of order never takes back what
is known to have happened; a clock that jumps back makes nothing wait longer than the longest wait.
"""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop

LIVE: Final = "live"
"""Name of the world in which things really happen; every other name is a fork's."""
LEASE_S: Final = 60
FIRST_WAIT_S: Final = 30
LONGEST_WAIT_S: Final = 3600
MOST_ATTEMPTS: Final = 8
GIVEN_BACK_S: Final = 5
"""Pause of a row that a gateway could not come to; it was no attempt."""


class MessageMode(StrEnum):
    """Whether a message is meant. Required on every row, without a default."""

    ACTUAL = "ACTUAL"
    EXERCISE = "EXERCISE"
    TEST = "TEST"

    @property
    def label(self) -> str:
        return MODE_LABELS[self]


MODE_LABELS: Final[Mapping[MessageMode, str]] = {
    MessageMode.ACTUAL: gettext_noop("Actual"),
    MessageMode.EXERCISE: gettext_noop("Exercise"),
    MessageMode.TEST: gettext_noop("Test"),
}


class Channel(StrEnum):
    """Ways out that exist. A new way comes with its gateway, never before it."""

    IN_APP = "in-app"
    LOOPBACK = "loopback"
    SMS = "sms"
    VOICE = "voice"
    WEBHOOK = "webhook"
    EMAIL = "email"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"

    @property
    def label(self) -> str:
        return CHANNEL_LABELS[self]


CHANNEL_LABELS: Final[Mapping[Channel, str]] = {
    Channel.IN_APP: gettext_noop("Message inside the program"),
    Channel.LOOPBACK: gettext_noop("Loop-back, reaches nobody"),
    Channel.SMS: gettext_noop("SMS"),
    Channel.VOICE: gettext_noop("Voice call"),
    Channel.WEBHOOK: gettext_noop("Another system (signed)"),
    Channel.EMAIL: gettext_noop("E-mail"),
    Channel.WECOM: gettext_noop("WeCom robot"),
    Channel.DINGTALK: gettext_noop("DingTalk robot"),
    Channel.FEISHU: gettext_noop("Feishu robot"),
}
INSIDE: Final = frozenset({Channel.IN_APP, Channel.LOOPBACK})
"""Channels that need no gateway of the outside world."""
TO_A_NUMBER: Final = frozenset({Channel.SMS, Channel.VOICE})
"""Channels that reach a person by a number; the others reach a body or a group."""


class AddresseeKind(StrEnum):
    ACCOUNT = "account"
    PERSON = "person"
    BODY = "body"
    POST = "post"

    @property
    def label(self) -> str:
        return ADDRESSEE_LABELS[self]


ADDRESSEE_LABELS: Final[Mapping[AddresseeKind, str]] = {
    AddresseeKind.ACCOUNT: gettext_noop("Account"),
    AddresseeKind.PERSON: gettext_noop("Person"),
    AddresseeKind.BODY: gettext_noop("Body"),
    AddresseeKind.POST: gettext_noop("Post"),
}


class DispatchState(StrEnum):
    WAITING = "waiting"
    LEASED = "leased"
    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    FAILED = "failed"
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return STATE_LABELS[self]


STATE_LABELS: Final[Mapping[DispatchState, str]] = {
    DispatchState.WAITING: gettext_noop("Waiting to be sent"),
    DispatchState.LEASED: gettext_noop("Being sent"),
    DispatchState.SENT: gettext_noop("Handed over, delivery not reported"),
    DispatchState.DELIVERED: gettext_noop("Delivered"),
    DispatchState.ACKNOWLEDGED: gettext_noop("Receipt confirmed"),
    DispatchState.FAILED: gettext_noop("Not deliverable"),
    DispatchState.REFUSED: gettext_noop("Stopped by the guard"),
    DispatchState.EXPIRED: gettext_noop("Expired unsent"),
    DispatchState.CANCELLED: gettext_noop("Recalled"),
}


class Outcome(StrEnum):
    """One fact about one row, in the order of how much it proves."""

    POSTPONED = "postponed"
    REFUSED = "refused"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    RETRIED = "retried"
    FAILED = "failed"
    SENT = "sent"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"

    @property
    def label(self) -> str:
        return OUTCOME_LABELS[self]


OUTCOME_LABELS: Final[Mapping[Outcome, str]] = {
    Outcome.POSTPONED: gettext_noop("Attempt failed, will be tried again"),
    Outcome.REFUSED: STATE_LABELS[DispatchState.REFUSED],
    Outcome.EXPIRED: STATE_LABELS[DispatchState.EXPIRED],
    Outcome.CANCELLED: STATE_LABELS[DispatchState.CANCELLED],
    Outcome.RETRIED: gettext_noop("Put back by hand"),
    Outcome.FAILED: STATE_LABELS[DispatchState.FAILED],
    Outcome.SENT: gettext_noop("Handed over"),
    Outcome.DELIVERED: STATE_LABELS[DispatchState.DELIVERED],
    Outcome.ACKNOWLEDGED: STATE_LABELS[DispatchState.ACKNOWLEDGED],
}

HANDLED_OUTCOMES: Final = frozenset(
    {Outcome.DELIVERED, Outcome.ACKNOWLEDGED, Outcome.FAILED, Outcome.REFUSED, Outcome.EXPIRED}
)
"""Outcomes that a stage may wait for."""

_PROOF: Final[Mapping[Outcome, DispatchState]] = {
    Outcome.SENT: DispatchState.SENT,
    Outcome.DELIVERED: DispatchState.DELIVERED,
    Outcome.ACKNOWLEDGED: DispatchState.ACKNOWLEDGED,
}
_STRENGTH: Final[Mapping[DispatchState, int]] = {
    DispatchState.SENT: 1,
    DispatchState.DELIVERED: 2,
    DispatchState.ACKNOWLEDGED: 3,
}
_OF_THE_LEASE: Final[Mapping[Outcome, DispatchState]] = {
    Outcome.POSTPONED: DispatchState.WAITING,
    Outcome.REFUSED: DispatchState.REFUSED,
}
RETRIABLE: Final = frozenset({DispatchState.FAILED, DispatchState.EXPIRED})
CANCELLABLE: Final = frozenset({DispatchState.WAITING, DispatchState.FAILED})
UNDELIVERED: Final = frozenset(
    {
        DispatchState.WAITING,
        DispatchState.LEASED,
        DispatchState.FAILED,
        DispatchState.REFUSED,
        DispatchState.EXPIRED,
    }
)


def state_after(state: DispatchState, outcome: Outcome) -> DispatchState:
    """The state once an outcome is known. What was proven stays proven: a message that arrived
    has arrived, whatever is reported later or was believed before."""
    proven = _PROOF.get(outcome)
    if proven is not None:
        return proven if _STRENGTH[proven] > _STRENGTH.get(state, 0) else state
    if outcome is Outcome.FAILED:
        fails = state in (DispatchState.LEASED, DispatchState.WAITING, DispatchState.SENT)
        return DispatchState.FAILED if fails else state
    if outcome in _OF_THE_LEASE:
        return _OF_THE_LEASE[outcome] if state is DispatchState.LEASED else state
    if outcome is Outcome.EXPIRED:
        is_open = state in (DispatchState.WAITING, DispatchState.LEASED)
        return DispatchState.EXPIRED if is_open else state
    if outcome is Outcome.CANCELLED:
        return DispatchState.CANCELLED if state in CANCELLABLE else state
    return DispatchState.WAITING if state in RETRIABLE else state


def wait_s(attempts: int) -> int:
    """Pause after the attempt with this number (from 1): it doubles, up to the longest."""
    if attempts < 1:
        raise ValueError("attempts are counted from 1")
    return int(min(FIRST_WAIT_S * 2 ** min(attempts - 1, 20), LONGEST_WAIT_S))


def next_attempt(now: dt.datetime, attempts: int) -> dt.datetime | None:
    """When a row is tried again after a failed attempt; None: never by itself."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + dt.timedelta(seconds=wait_s(attempts))
