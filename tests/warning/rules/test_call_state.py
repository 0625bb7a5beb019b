"""One addressee: any order of reports, ticks and answers leaves exactly one state that holds."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from anlan.warning.rules.call_state import (
    CLOSED,
    GIVEN_UP,
    CallState,
    Move,
    Place,
    Reach,
    begin,
    on_answer,
    on_attempt,
    on_delivered,
    on_failed,
    on_read,
    on_release,
    on_tick,
    unlocated,
)
from anlan.warning.rules.ladder import Way, Who, house_ladder
from anlan.warning.rules.signal import Level

START = dt.datetime(2026, 7, 21, 10, 0, tzinfo=dt.UTC)
RED, BLUE = house_ladder(Level.RED), house_ladder(Level.BLUE)
ALL = Reach(account=True, number=True, deputy_account=True, deputy_number=True, upper=True)


def at(minutes: float) -> dt.datetime:
    return START + dt.timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("reach", "step", "state"),
    [
        (ALL, 0, CallState.WAITING),
        (Reach(number=True), 1, CallState.WAITING),
        (Reach(deputy_number=True), 2, CallState.WAITING),
        (Reach(upper=True), 3, CallState.UNREACHABLE),
        (Reach(), 4, CallState.UNREACHABLE),
    ],
)
def test_the_first_step_is_the_first_that_can_be_tried(
    reach: Reach, step: int, state: CallState
) -> None:
    move = begin(RED, reach, START)
    assert (move.place.step, move.place.state) == (step, state)
    assert move.alarms is (state is CallState.UNREACHABLE)


@pytest.mark.parametrize(("after", "step"), [(4.999, 0), (5, 0), (5.001, 1)])
def test_a_step_runs_out_after_its_last_instant(after: float, step: int) -> None:
    place = begin(RED, ALL, START).place
    assert on_tick(place, RED, ALL, at(after)).place.step == step


@pytest.mark.parametrize(("after", "is_late"), [(4.999, False), (5, False), (5.001, True)])
def test_an_answer_at_the_deadline_is_in_time(after: float, is_late: bool) -> None:
    place = on_answer(begin(RED, ALL, START).place, at(after))
    assert (place.state, place.is_late) == (CallState.ANSWERED, is_late)


def test_a_message_that_asks_for_no_answer_has_no_deadline() -> None:
    place = begin(BLUE, ALL, START).place
    assert (place.answer_by, place.next_step_at) == (None, None)
    assert on_tick(place, BLUE, ALL, at(9_999)).place == place
    assert not on_answer(place, at(9_999)).is_late


def test_a_late_sweep_moves_one_step_and_gives_it_its_time() -> None:
    place = on_tick(begin(RED, ALL, START).place, RED, ALL, at(600)).place
    assert (place.step, place.next_step_at) == (1, at(605))


def test_three_failures_raise_the_alarm_once() -> None:
    place, alarms, now = begin(RED, ALL, START).place, [], 0.0
    for _ in range(6):
        now += 5.1
        move = on_tick(place, RED, ALL, at(now))
        alarms.append(move.alarms)
        place = move.place
    assert alarms == [False, False, True, False, False, False]
    assert (place.state, place.step, place.failures) == (CallState.SILENT, 4, 4)


def test_an_undelivered_message_goes_on_at_once_and_only_from_its_own_step() -> None:
    place = begin(RED, ALL, START).place
    moved = on_failed(place, 0, RED, ALL, at(1)).place
    assert (moved.step, moved.failures, moved.next_step_at) == (1, 1, at(6))
    assert on_failed(moved, 0, RED, ALL, at(2)).place == moved
    assert on_failed(moved, 1, RED, ALL, at(2)).place == moved  # a call is no message


def test_a_reading_receipt_is_no_answer() -> None:
    place = on_read(begin(RED, ALL, START).place, at(1))
    assert place.state is CallState.READ
    assert on_tick(place, RED, ALL, at(5.1)).place.step == 1
    silent = Place(state=CallState.SILENT, step=3)
    assert on_read(silent, at(2)).state is CallState.SILENT


def test_a_call_without_an_answer_is_a_failure_of_its_own_step_only() -> None:
    place = on_tick(begin(RED, ALL, START).place, RED, ALL, at(5.1)).place
    how = (RED, ALL, at(6))
    moved = on_attempt(place, Who.SELF, Way.PHONE, at(6), how).place
    assert (moved.step, moved.state, moved.called_at) == (2, CallState.CALLED, at(6))
    assert on_attempt(moved, Who.SELF, Way.PHONE, at(6), how).place.step == 2
    assert on_attempt(moved, Who.DEPUTY, Way.PHONE, at(6), how).place.step == 3


def test_who_was_unreachable_and_is_called_all_the_same_is_silent() -> None:
    place = begin(RED, Reach(), START).place
    how = (RED, Reach(), at(1))
    assert on_attempt(place, Who.SELF, Way.PHONE, at(1), how).place.state is CallState.SILENT
    assert on_answer(place, at(1)).state is CallState.ANSWERED


def test_who_waits_for_a_place_is_moved_by_nothing_but_people() -> None:
    place = unlocated()
    assert on_tick(place, RED, ALL, at(999)).place == place
    assert on_failed(place, 0, RED, ALL, at(1)).place == place
    how = (RED, ALL, at(1))
    assert on_attempt(place, Who.SELF, Way.PHONE, at(1), how).place.step == -1


MOMENTS = st.floats(0, 60)


class OneAddressee(RuleBasedStateMachine):
    """What happens comes in any order, twice, and late."""

    @initialize(
        reach=st.builds(
            Reach,
            account=st.booleans(),
            number=st.booleans(),
            deputy_account=st.booleans(),
            deputy_number=st.booleans(),
            upper=st.booleans(),
        ),
        level=st.sampled_from(Level),
    )
    def opened(self, reach: Reach, level: Level) -> None:
        self.reach, self.ladder, self.now = reach, house_ladder(level), 0.0
        self.alarms = 0
        self.first_answer: dt.datetime | None = None
        self.released: dt.datetime | None = None
        self.place = Place(state=CallState.WAITING)
        self.take(begin(self.ladder, reach, START))

    def take(self, move: Move) -> None:
        self.before = self.place
        self.place = move.place
        self.alarms += move.alarms
        if move.calls:
            assert self.place.step > self.before.step

    def passed(self, minutes: float) -> dt.datetime:
        self.now += minutes
        return at(self.now)

    @rule(minutes=st.floats(0, 20))
    def tick(self, minutes: float) -> None:
        now = self.passed(minutes)
        self.take(on_tick(self.place, self.ladder, self.reach, now))
        again = on_tick(self.place, self.ladder, self.reach, now)
        assert again.place == self.place  # a second sweep at the same time finds nothing

    @rule(step=st.integers(-1, 6), minutes=st.floats(0, 5))
    def failed(self, step: int, minutes: float) -> None:
        now = self.passed(minutes)
        self.take(on_failed(self.place, step, self.ladder, self.reach, now))
        again = on_failed(self.place, step, self.ladder, self.reach, now)
        assert again.place == self.place

    @rule(moment=MOMENTS)
    def delivered(self, moment: float) -> None:
        self.take(Move(place=on_delivered(self.place, at(moment))))

    @rule(moment=MOMENTS)
    def read(self, moment: float) -> None:
        self.take(Move(place=on_read(self.place, at(moment))))
        assert on_read(self.place, at(moment)) == self.place

    @rule(
        whom=st.sampled_from([Who.SELF, Who.DEPUTY]),
        way=st.sampled_from([Way.PHONE, Way.VISIT]),
        minutes=st.floats(0, 5),
    )
    def attempted(self, whom: Who, way: Way, minutes: float) -> None:
        now = self.passed(minutes)
        how = (self.ladder, self.reach, now)
        self.take(on_attempt(self.place, whom, way, now, how))

    @rule(moment=MOMENTS)
    def answered(self, moment: float) -> None:
        if self.place.state not in CLOSED:
            self.first_answer = at(moment)
        self.take(Move(place=on_answer(self.place, at(moment))))

    @precondition(lambda self: self.now > 5)
    @rule()
    def lifted(self) -> None:
        if self.place.state not in CLOSED:
            self.released = at(self.now)
        self.take(Move(place=on_release(self.place, at(self.now))))

    @invariant()
    def holds(self) -> None:
        place = getattr(self, "place", None)
        if place is None:
            return
        assert place.state in CallState
        assert (place.state is CallState.ANSWERED) == (place.answered_at is not None)
        assert place.answered_at == self.first_answer
        assert (place.state is CallState.RELEASED) == (place.released_at is not None)
        assert place.released_at == self.released
        if place.state in CLOSED:
            assert place.next_step_at is None
        if place.state in GIVEN_UP:
            assert place.is_alarmed
        assert self.alarms == int(place.is_alarmed)
        assert self.before.failures <= place.failures
        assert self.before.step <= place.step
        if self.before.state in CLOSED:
            assert place == self.before
        if place.state is CallState.READ:
            assert place.read_at is not None and place.answered_at is None
        if place.is_late:
            assert place.answered_at is not None and place.answer_by is not None
            assert place.answered_at > place.answer_by


OneAddressee.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestOneAddressee: Any = OneAddressee.TestCase
