"""What is in force after messages in any order; bounds; what is said of odd ones."""

import datetime as dt
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.episode import (
    ENDS,
    FOLLOWS,
    ISSUE_MISSED,
    LIFT_ALONE,
    NOT_SO,
    OLDER,
    OPENS,
    REPLACED,
    Episode,
    Said,
    place_message,
    state_of,
)
from anlan.warning.rules.signal import Change, Level

T0 = dt.datetime(2026, 11, 20, 0, 0, tzinfo=dt.UTC)
NOW = T0 + dt.timedelta(days=2)
MINUTE = dt.timedelta(minutes=1)


def said(change: str, level: str, minute: int, expires: int | None = None) -> Said:
    return Said(
        change=Change(change),
        level=Level(level),
        issued_at=T0 + minute * MINUTE,
        expires_at=None if expires is None else T0 + expires * MINUTE,
    )


def told(messages: Iterable[Said], now: dt.datetime = NOW) -> tuple[list[Episode], list[str]]:
    """The warnings after the messages, and what was said of each message."""
    known: list[Episode] = []
    notes: list[str] = []
    for new in messages:
        verdict = place_message(new, known, now)
        placed = verdict.known()
        notes += [reason.note.msgid for reason in verdict.reasons if reason.note]
        if placed.position is None:
            assert placed.state is not None
            known.append(Episode(messages=(new,), state=placed.state))
        else:
            here = known[placed.position]
            state = placed.state or here.state
            known[placed.position] = Episode(messages=(*here.messages, new), state=state)
        assert sum(each.state.ended_at is None for each in known) <= 1
        for each in known:
            ended_at = each.state.ended_at
            assert ended_at is None or ended_at >= each.state.issued_at
    return known, notes


def in_force(known: Iterable[Episode]) -> Level | None:
    return next((each.state.level for each in known if each.state.ended_at is None), None)


@pytest.mark.parametrize(
    ("messages", "level", "warnings", "note"),
    [
        ([said("issue", "blue", 0)], Level.BLUE, 1, OPENS),
        ([said("issue", "blue", 0), said("raise", "red", 5)], Level.RED, 1, FOLLOWS),
        ([said("issue", "red", 0), said("lower", "blue", 5)], Level.BLUE, 1, FOLLOWS),
        ([said("issue", "red", 0), said("renew", "red", 5)], Level.RED, 1, FOLLOWS),
        ([said("issue", "red", 0), said("issue", "blue", 5)], Level.BLUE, 1, REPLACED),
        ([said("issue", "red", 0), said("raise", "blue", 5)], Level.BLUE, 1, NOT_SO),
        ([said("issue", "red", 0), said("lift", "red", 5)], None, 1, ENDS),
        ([said("lift", "red", 5)], None, 1, LIFT_ALONE),
        ([said("lift", "red", 5), said("issue", "red", 0)], None, 1, OLDER),
        ([said("renew", "red", 5)], Level.RED, 1, ISSUE_MISSED),
        ([said("raise", "red", 5), said("issue", "blue", 0)], Level.RED, 1, OLDER),
        ([said("issue", "red", 0), said("lift", "red", 5)] * 1 + [said("issue", "blue", 9)],
         Level.BLUE, 2, OPENS),
        ([said("issue", "red", 0), said("lift", "red", 5), said("issue", "blue", 5)],
         Level.BLUE, 1, REPLACED),
        ([said("issue", "blue", 5), said("lift", "red", 5)], Level.BLUE, 1, OLDER),
        ([said("issue", "red", 0, 60), said("lift", "red", 90)], None, 1, ENDS),
        ([said("issue", "red", 0, 60), said("renew", "red", 50)], Level.RED, 1, FOLLOWS),
    ],
)  # fmt: skip
def test_the_station_rule(
    messages: list[Said], level: Level | None, warnings: int, note: str
) -> None:
    known, notes = told(messages)
    assert in_force(known) is level
    assert len(known) == warnings
    assert notes[-1] == note


@pytest.mark.parametrize(
    ("after", "is_over"),
    [(-dt.timedelta(seconds=1), False), (dt.timedelta(0), True), (dt.timedelta(seconds=1), True)],
)
def test_a_printed_end_ends_at_its_second(after: dt.timedelta, is_over: bool) -> None:
    state = state_of([said("issue", "red", 0, 60)], T0 + 60 * MINUTE + after)
    assert (state.ended_at is not None) == is_over


def test_without_an_end_silence_never_ends() -> None:
    assert state_of([said("issue", "red", 0)], T0 + dt.timedelta(days=400)).ended_at is None


def test_a_lift_after_the_printed_end_does_not_move_the_end_back() -> None:
    state = state_of([said("issue", "red", 0, 60), said("lift", "red", 90)], NOW)
    assert state.ended_at == T0 + 60 * MINUTE


MESSAGES = st.lists(
    st.builds(
        said,
        st.sampled_from([change.value for change in Change]),
        st.sampled_from([level.value for level in Level]),
        st.integers(0, 30),
    ),
    min_size=1,
    max_size=8,
    unique=True,
)


@given(messages=MESSAGES, data=st.data())
def test_the_order_of_arrival_does_not_change_what_is_in_force(
    messages: list[Said], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(messages))
    known, _notes = told(shuffled)
    whole = state_of(messages, NOW)
    assert in_force(known) == (whole.level if whole.ended_at is None else None)


@given(messages=MESSAGES)
def test_every_message_is_kept_once(messages: list[Said]) -> None:
    known, _notes = told(messages)
    assert sorted(map(repr, messages)) == sorted(
        repr(each) for episode in known for each in episode.messages
    )
