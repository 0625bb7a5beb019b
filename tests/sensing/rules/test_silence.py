"""Missing is not normal: states of a datastream at their limits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.rules.silence import HEARD_LABELS, Heard, datastream_heard, heard

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
TICK = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (timedelta(seconds=600) - TICK, Heard.FRESH),
        (timedelta(seconds=600), Heard.FRESH),
        (timedelta(seconds=600) + TICK, Heard.LATE),
        (timedelta(seconds=1800) - TICK, Heard.LATE),
        (timedelta(seconds=1800), Heard.LATE),
        (timedelta(seconds=1800) + TICK, Heard.SILENT),
        (timedelta(days=999), Heard.SILENT),
        (-timedelta(hours=1), Heard.FRESH),
    ],
)
def test_states_by_age_of_the_newest_reading(age: timedelta, state: Heard) -> None:
    assert heard(NOW - age, NOW, 300) is state


def test_never_heard_is_its_own_state() -> None:
    assert heard(None, NOW, 300) is Heard.NEVER
    verdict = datastream_heard(None, NOW, 300)
    assert verdict.value is Heard.NEVER
    assert verdict.reasons[0].status.value == "D"
    assert set(HEARD_LABELS) == set(Heard)


@given(st.integers(0, 10**7), st.integers(0, 10**7), st.integers(1, 86_400))
def test_time_alone_never_makes_a_stream_fresher(first: int, more: int, interval: int) -> None:
    rank = list(Heard)
    early = heard(NOW, NOW + timedelta(seconds=first), interval)
    late = heard(NOW, NOW + timedelta(seconds=first + more), interval)
    assert rank.index(late) <= rank.index(early)
