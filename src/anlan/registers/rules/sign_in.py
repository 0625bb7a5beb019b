"""When a password has to be changed, and when a session is over.

Source: GB/T 22239-2019, 8.1.4.1 a (鉴别信息定期更换) and b (连接超时自动退出), from memory; the
numbers are settings with a house default. Units: minutes, hours, calendar days. Edge cases: a
password or a session whose beginning is unknown is treated as too old; a time that equals the
limit has reached it; a clock that went back leaves a session open.
"""

import datetime as dt
from enum import StrEnum

from anlan.base.rules.labels import gettext_noop


class PasswordState(StrEnum):
    GOOD = "good"
    FIRST = "first"
    OLD = "old"

    @property
    def label(self) -> str:
        return PASSWORD_LABELS[self]


PASSWORD_LABELS = {
    PasswordState.GOOD: gettext_noop("The password may be used."),
    PasswordState.FIRST: gettext_noop(
        "An administrator chose this password. Choose one that only you know, then go on."
    ),
    PasswordState.OLD: gettext_noop(
        "This password has reached the age at which it is changed. Choose a new one, then go on."
    ),
}


class SessionState(StrEnum):
    LIVE = "live"
    IDLE = "idle"
    OVER = "over"

    @property
    def label(self) -> str:
        return SESSION_LABELS[self]


SESSION_LABELS = {
    SessionState.LIVE: gettext_noop("Signed in"),
    SessionState.IDLE: gettext_noop(
        "You were signed out because nothing was done for a while. Sign in again: what you typed "
        "in this window comes back."
    ),
    SessionState.OVER: gettext_noop(
        "A sign-in ends after its working day. Sign in again: what you typed in this window "
        "comes back."
    ),
}


def password_state(
    *, set_at: dt.datetime | None, is_first: bool, now: dt.datetime, age_days: int
) -> PasswordState:
    """`age_days` 0 means that passwords do not grow old."""
    if is_first:
        return PasswordState.FIRST
    if age_days <= 0:
        return PasswordState.GOOD
    if set_at is None or now - set_at >= dt.timedelta(days=age_days):
        return PasswordState.OLD
    return PasswordState.GOOD


def session_state(
    *,
    began_at: dt.datetime | None,
    seen_at: dt.datetime | None,
    now: dt.datetime,
    idle_minutes: int,
    longest_hours: int,
) -> SessionState:
    """Whether a session that was last used at `seen_at` may still be used."""
    if began_at is None or now - began_at >= dt.timedelta(hours=longest_hours):
        return SessionState.OVER
    if seen_at is None or now - seen_at >= dt.timedelta(minutes=idle_minutes):
        return SessionState.IDLE
    return SessionState.LIVE


def seconds_left(
    *,
    began_at: dt.datetime,
    seen_at: dt.datetime,
    now: dt.datetime,
    idle_minutes: int,
    longest_hours: int,
) -> int:
    """Until the nearer of the two ends; never below 0."""
    ends = (
        seen_at + dt.timedelta(minutes=idle_minutes),
        began_at + dt.timedelta(hours=longest_hours),
    )
    return max(0, int((min(ends) - now).total_seconds()))
