"""The one place that reads the time of day at the border.

Actions and rules never read a clock: screens, API and commands read it here and pass it in.
A loader that lays down an invented past sets it for its own thread with `at`.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

CITY_ZONE = ZoneInfo("Asia/Shanghai")
_fixed: ContextVar[dt.datetime | None] = ContextVar("anlan_fixed_now", default=None)
_ahead: ContextVar[dt.timedelta] = ContextVar("anlan_clock_ahead", default=dt.timedelta())


def now() -> dt.datetime:
    """Aware instant in UTC."""
    return _fixed.get() or dt.datetime.now(dt.UTC) + _ahead.get()


def today() -> dt.date:
    """Calendar date in the city."""
    return now().astimezone(CITY_ZONE).date()


@contextmanager
def at(instant: dt.datetime) -> Iterator[None]:
    """Let this context's clock stand at an aware instant."""
    if instant.tzinfo is None:
        raise ValueError("at() takes an aware datetime")
    token = _fixed.set(instant.astimezone(dt.UTC))
    try:
        yield
    finally:
        _fixed.reset(token)


@contextmanager
def ahead_by(span: dt.timedelta) -> Iterator[None]:
    """Let this context's clock run, but ahead of the time (behind it when negative): the clock of
    an exercise."""
    token = _ahead.set(span)
    try:
        yield
    finally:
        _ahead.reset(token)
