import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.supervision.climb import (
    Matter,
    Move,
    MoveKind,
    Standing,
    is_exhausted,
    next_move,
)
from anlan.plan.rules.supervision.ladder import HOUSE_LADDER, SlipLevel
from anlan.plan.rules.supervision.life import SlipState

END = dt.datetime(2025, 3, 10, 16, tzinfo=dt.UTC)
TICK = dt.timedelta(microseconds=1)


def order(
    level: SlipLevel | None = SlipLevel.REMINDER,
    state: SlipState | None = SlipState.ISSUED,
    ends_at: dt.datetime | None = END,
    matter: Matter = Matter.MISSED,
) -> Standing:
    return Standing(ladder=HOUSE_LADDER, matter=matter, level=level, state=state, ends_at=ends_at)


def moved(standing: Standing, now: dt.datetime = END + TICK) -> Move:
    return next_move(standing, now=now).known()


def test_a_missed_matter_begins_with_the_first_step() -> None:
    move = moved(order(level=None, state=None, ends_at=None))
    assert move.kind is MoveKind.PREPARE
    assert move.step == HOUSE_LADDER.steps[0]


@pytest.mark.parametrize(
    ("now", "climbs"), [(END - TICK, False), (END, False), (END + TICK, True)]
)
def test_the_end_itself_is_still_in_time(now: dt.datetime, climbs: bool) -> None:
    assert (moved(order(), now).kind is MoveKind.PREPARE) is climbs


@pytest.mark.parametrize(
    ("level", "following"),
    [
        (SlipLevel.REMINDER, SlipLevel.BLUE),
        (SlipLevel.BLUE, SlipLevel.ORANGE),
        (SlipLevel.ORANGE, SlipLevel.RED),
    ],
)
def test_it_climbs_one_level(level: SlipLevel, following: SlipLevel) -> None:
    move = moved(order(level=level))
    assert move.step is not None
    assert move.step.level is following


def test_a_paper_that_nobody_signed_is_not_climbed_over() -> None:
    waiting = order(level=SlipLevel.BLUE, state=SlipState.PREPARED)
    assert moved(waiting, END + dt.timedelta(days=400)).kind is MoveKind.WAIT


@pytest.mark.parametrize("state", [SlipState.APPEALED, SlipState.REPLIED])
def test_appeal_and_reply_hold_the_level(state: SlipState) -> None:
    assert moved(order(state=state)).kind is MoveKind.WAIT


def test_a_clock_that_stands_still_does_not_run_out() -> None:
    assert moved(order(ends_at=None)).kind is MoveKind.WAIT


def test_the_last_level_has_no_next_one_and_is_said() -> None:
    last = order(level=SlipLevel.RED)
    assert moved(last).kind is MoveKind.WAIT
    assert is_exhausted(last, now=END + TICK)
    assert not is_exhausted(last, now=END)
    assert not is_exhausted(order(level=SlipLevel.ORANGE), now=END + TICK)


@pytest.mark.parametrize(
    ("level", "state", "kind"),
    [
        (None, None, MoveKind.SETTLE),
        (SlipLevel.REMINDER, SlipState.ISSUED, MoveKind.SETTLE),
        (SlipLevel.REMINDER, SlipState.REPLIED, MoveKind.SETTLE),
        (SlipLevel.BLUE, SlipState.PREPARED, MoveKind.SETTLE),
        (SlipLevel.BLUE, SlipState.ISSUED, MoveKind.WAIT),
        (SlipLevel.RED, SlipState.ISSUED, MoveKind.WAIT),
    ],
)
def test_a_matter_that_was_done_ends_before_a_slip_and_waits_after_one(
    level: SlipLevel | None, state: SlipState | None, kind: MoveKind
) -> None:
    assert moved(order(level=level, state=state, matter=Matter.DONE)).kind is kind


@pytest.mark.parametrize("level", [None, *SlipLevel])
def test_what_is_no_longer_asked_for_is_settled_at_every_level(level: SlipLevel | None) -> None:
    assert moved(order(level=level, matter=Matter.DROPPED)).kind is MoveKind.SETTLE


def test_the_reason_says_whose_rule_it_is() -> None:
    reason = next_move(order(), now=END).reasons[0]
    assert reason.rule == "supervision-climb"
    assert reason.status.value == "D"


@given(
    level=st.sampled_from([None, *SlipLevel]),
    state=st.sampled_from(list(SlipState)),
    matter=st.sampled_from(list(Matter)),
    hours=st.integers(-2000, 2000),
)
def test_never_a_level_skipped_repeated_or_lowered(
    level: SlipLevel | None, state: SlipState, matter: Matter, hours: int
) -> None:
    standing = order(level=level, state=None if level is None else state, matter=matter)
    move = moved(standing, END + dt.timedelta(hours=hours))
    if move.step is not None:
        assert move.step.level.rank == (level.rank if level else 0) + 1
        assert matter is Matter.MISSED


@given(state=st.sampled_from(list(SlipState)), hours=st.integers(0, 2000))
def test_waiting_longer_never_takes_a_step_back(state: SlipState, hours: int) -> None:
    now = END + dt.timedelta(hours=hours)
    early, late = moved(order(state=state), now), moved(order(state=state), now + TICK)
    if early.kind is MoveKind.PREPARE:
        assert late == early
