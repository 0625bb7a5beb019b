"""Levels: never skipped, never twice, whatever the clock of the sweep does."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from anlan.base.rules.due.clock import Clock, ClockKind, Pause, due_of, remaining_of
from anlan.base.rules.due.ladder import (
    HOUSE_POLICY,
    MOST_LEVELS,
    NO_LADDER,
    Level,
    Policy,
    level_at,
    levels_reached,
    next_level_at,
)
from anlan.base.rules.working_days import national_calendar
from tests.base.rules.due.oracle import CITY, works

CALENDAR = national_calendar()
DUE = dt.datetime(2025, 10, 11, tzinfo=CITY)  # 24:00 of Friday 10 October 2025
MICRO = dt.timedelta(microseconds=1)
OFFSETS = (
    ClockKind.WORKING_DAYS,
    ClockKind.CALENDAR_DAYS,
    ClockKind.HOURS,
    ClockKind.MINUTES,
)


def level(kind: str, offset: int) -> Level:
    return Level(label="x", kind=ClockKind(kind), offset=offset)


@pytest.mark.parametrize(
    ("kind", "offset", "expected"),
    [
        ("working_days", 0, "2025-10-11T00:00"),
        ("working_days", -1, "2025-10-09T00:00"),  # the 9th is the first day after the holiday
        ("working_days", -2, "2025-09-30T00:00"),
        ("working_days", 1, "2025-10-12T00:00"),  # Saturday the 11th is worked
        ("working_days", 2, "2025-10-14T00:00"),
        ("calendar_days", -1, "2025-10-09T00:00"),
        ("calendar_days", 1, "2025-10-12T00:00"),
        ("hours", -2, "2025-10-10T22:00"),
        ("minutes", 30, "2025-10-11T00:30"),
    ],
)
def test_where_a_level_stands(kind: str, offset: int, expected: str) -> None:
    found = level_at(level(kind, offset), DUE, CALENDAR)
    assert found == dt.datetime.fromisoformat(expected).replace(tzinfo=CITY)


def test_the_house_ladder_as_documented() -> None:
    """The table of docs/rules/due.md."""
    found = [level_at(step, DUE, CALENDAR).date() for step in HOUSE_POLICY.levels]
    days = ((9, 29), (10, 11), (10, 15), (10, 24))
    assert found == [dt.date(2025, month, day) for month, day in days]


@given(st.integers(-60, 60), st.dates(dt.date(2005, 1, 1), dt.date(2026, 6, 1)))
def test_working_days_of_a_level_agree_with_a_walk(offset: int, last: dt.date) -> None:
    due = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), CITY)
    found = level_at(level("working_days", offset), due, CALENDAR)
    if offset < 0:
        between = [found.date() + dt.timedelta(days=n) for n in range((last - found.date()).days)]
        assert sum(map(works, between)) == -offset
    elif offset > 0:
        end = found.date() - dt.timedelta(days=1)
        between = [last + dt.timedelta(days=n + 1) for n in range((end - last).days)]
        assert sum(map(works, between)) == offset
        assert works(end)


def test_far_before_all_days_stays_in_the_calendar() -> None:
    for kind in ("working_days", "calendar_days"):
        due = dt.datetime(1949, 2, 1, tzinfo=CITY)
        assert level_at(level(kind, -9_999), due, CALENDAR).date() == dt.date(1949, 1, 1)


@pytest.mark.parametrize(("now", "new"), [(DUE - MICRO, (1,)), (DUE, (1,)), (DUE + MICRO, (1, 2))])
def test_exactly_at_the_end_is_in_time(now: dt.datetime, new: tuple[int, ...]) -> None:
    verdict = levels_reached(HOUSE_POLICY, reached=0, due_at=DUE, now=now, calendar=CALENDAR)
    assert verdict.known() == new


def test_a_late_sweep_reaches_all_on_the_way_and_an_early_one_none() -> None:
    late, early = DUE + dt.timedelta(days=400), DUE - dt.timedelta(days=400)
    find = {"due_at": DUE, "calendar": CALENDAR}
    assert levels_reached(HOUSE_POLICY, reached=0, now=late, **find).known() == (1, 2, 3, 4)
    assert levels_reached(HOUSE_POLICY, reached=2, now=late, **find).known() == (3, 4)
    assert levels_reached(HOUSE_POLICY, reached=2, now=early, **find).known() == ()
    assert next_level_at(HOUSE_POLICY, reached=4, **find) is None
    assert levels_reached(NO_LADDER, reached=0, now=late, **find).known() == ()


def test_a_policy_survives_its_frozen_form() -> None:
    assert Policy.from_json(HOUSE_POLICY.to_json()) == HOUSE_POLICY


def test_senseless_ladders_are_refused() -> None:
    with pytest.raises(ValueError, match="counted in"):
        level("fixed_day", 1)
    with pytest.raises(ValueError, match="sane size"):
        level("hours", 10_001)
    with pytest.raises(ValueError, match="at most"):
        Policy(name="x", version="1", source="x", levels=(level("hours", 1),) * (MOST_LEVELS + 1))


def policies() -> st.SearchStrategy[Policy]:
    levels = st.lists(
        st.builds(
            Level,
            label=st.just("x"),
            kind=st.sampled_from(OFFSETS),
            offset=st.integers(-20, 40),
        ),
        max_size=6,
    )
    return levels.map(lambda found: Policy(name="p", version="1", source="s", levels=tuple(found)))


@given(policies(), st.integers(0, 6), st.integers(-40 * 1440, 80 * 1440))
def test_next_level_is_exactly_when_something_is_found(
    policy: Policy, reached: int, minutes: int
) -> None:
    reached = min(reached, len(policy.levels))
    now = DUE + dt.timedelta(minutes=minutes)
    find = {"reached": reached, "due_at": DUE, "calendar": CALENDAR}
    following = next_level_at(policy, **find)
    found = levels_reached(policy, now=now, **find).known()
    assert bool(found) == (following is not None and now > following)


class LadderMachine(RuleBasedStateMachine):
    """One due under a clock that jumps, sweeps that come at any time, pauses and resumptions."""

    def __init__(self) -> None:
        super().__init__()
        self.now = dt.datetime(2025, 1, 10, 9, tzinfo=CITY)
        self.clock = Clock(kind=ClockKind.WORKING_DAYS, amount=15, start=self.now)
        self.journal: list[int] = []

    @property
    def reached(self) -> int:
        return self.journal[-1] if self.journal else 0

    @rule(hours=st.integers(-24 * 90, 24 * 90))
    def jump(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)

    @rule(minutes=st.integers(0, 3 * 1440))
    def wait(self, minutes: int) -> None:
        self.now += dt.timedelta(minutes=minutes)

    @rule()
    def sweep(self) -> None:
        if not self.clock.is_standing:
            due = due_of(self.clock, CALENDAR).known()
            new = levels_reached(
                HOUSE_POLICY, reached=self.reached, due_at=due, now=self.now, calendar=CALENDAR
            ).known()
            self.journal += new

    @rule()
    def stop(self) -> None:
        if self.clock.is_standing:
            return
        at = max(self.now, self.clock.last_moved_at)
        if at > due_of(self.clock, CALENDAR).known():
            return
        left = remaining_of(self.clock, at, CALENDAR).known()
        self._set((*self.clock.pauses, Pause(start=at)))
        assert remaining_of(self.clock, self.now, CALENDAR).known() == left

    @rule()
    def go(self) -> None:
        if not self.clock.is_standing:
            return
        *before, last = self.clock.pauses
        left = remaining_of(self.clock, self.now, CALENDAR).known()
        at = max(self.now, last.start)
        self._set((*before, Pause(start=last.start, end=at)))
        assert remaining_of(self.clock, at, CALENDAR).known() == left

    def _set(self, pauses: tuple[Pause, ...]) -> None:
        self.clock = Clock(kind=self.clock.kind, amount=15, start=self.clock.start, pauses=pauses)

    @invariant()
    def every_level_once_and_in_order(self) -> None:
        assert self.journal == list(range(1, len(self.journal) + 1))
        assert len(self.journal) <= len(HOUSE_POLICY.levels)


TestLadder = LadderMachine.TestCase
