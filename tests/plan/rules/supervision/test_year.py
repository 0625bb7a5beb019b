"""A year of supervision, day by day, against an oracle that counts days over the table.

The rule is asked every day at noon, as a sweep would be; people sign late, stop the clock, or do
nothing. The oracle knows nothing of the rule: it adds the terms of the ladder one after the other.
"""

import datetime as dt
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.base.rules.due.clock import Clock, ClockKind, Pause, due_of
from anlan.base.rules.working_days import national_calendar
from anlan.plan.rules.supervision.climb import Matter, Standing, next_move
from anlan.plan.rules.supervision.ladder import HOUSE_LADDER, SlipLevel
from anlan.plan.rules.supervision.life import SlipState
from tests.base.rules.due.oracle import CITY, working_due

CALENDAR = national_calendar()
TERMS = {step.level: step.term for step in HOUSE_LADDER.steps}
DAYS = 300


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12), tzinfo=CITY)


@dataclass
class Sweep:
    """What the program would have on record: the level, its state, its clock."""

    standing: Standing
    issued: dict[SlipLevel, dt.datetime] = field(default_factory=dict)
    prepared: list[tuple[SlipLevel, dt.datetime]] = field(default_factory=list)

    def ask(self, now: dt.datetime) -> None:
        move = next_move(self.standing, now=now).known()
        if move.step is None:
            return
        self.prepared.append((move.step.level, now))
        self.standing = replace(
            self.standing, level=move.step.level, state=SlipState.PREPARED, ends_at=None
        )
        if not move.step.is_signed:
            self.sign(now, ())

    def sign(self, now: dt.datetime, pauses: tuple[Pause, ...]) -> None:
        level = self.standing.level
        assert level is not None
        self.issued[level] = now
        clock = Clock(kind=ClockKind.WORKING_DAYS, start=now, amount=TERMS[level], pauses=pauses)
        end = due_of(clock, CALENDAR).known()
        self.standing = replace(self.standing, state=SlipState.ISSUED, ends_at=end)


@settings(max_examples=150, deadline=None)
@given(
    first=st.dates(dt.date(2023, 1, 1), dt.date(2025, 1, 31)),
    signed_after=st.lists(st.integers(0, 20), min_size=3, max_size=3),
)
def test_a_year_climbs_when_the_oracle_says(first: dt.date, signed_after: list[int]) -> None:
    sweep = Sweep(Standing(ladder=HOUSE_LADDER, matter=Matter.MISSED))
    waits: dict[SlipLevel, dt.date] = {}
    for number in range(DAYS):
        day = first + dt.timedelta(days=number)
        sweep.ask(noon(day))
        level = sweep.standing.level
        assert level is not None
        if sweep.standing.state is SlipState.PREPARED:
            late = signed_after[level.rank - 2]
            if day >= waits.setdefault(level, day + dt.timedelta(days=late)):
                sweep.sign(noon(day), ())
    levels = [level for level, _at in sweep.prepared]
    assert levels == sorted(set(levels), key=lambda level: level.rank)
    for (_below, _), (level, at) in zip(sweep.prepared, sweep.prepared[1:], strict=False):
        before = next(one for one in SlipLevel if one.rank == level.rank - 1)
        over = working_due(sweep.issued[before], TERMS[before], [])
        assert over < at <= over + dt.timedelta(days=1)
    assert levels == list(SlipLevel)


@settings(max_examples=150, deadline=None)
@given(
    day=st.dates(dt.date(2023, 1, 1), dt.date(2025, 6, 30)),
    stopped_after_h=st.integers(0, 100),
    stood_h=st.integers(1, 900),
)
def test_a_stop_moves_the_climb_and_keeps_what_was_left(
    day: dt.date, stopped_after_h: int, stood_h: int
) -> None:
    start = noon(day)
    plain = due_of(Clock(kind=ClockKind.WORKING_DAYS, start=start, amount=5), CALENDAR).known()
    begin = start + dt.timedelta(hours=stopped_after_h)
    end = begin + dt.timedelta(hours=stood_h)
    if begin > plain:
        return
    sweep = Sweep(
        Standing(
            ladder=HOUSE_LADDER,
            matter=Matter.MISSED,
            level=SlipLevel.BLUE,
            state=SlipState.PREPARED,
        )
    )
    sweep.sign(start, (Pause(start=begin, end=end),))
    over = working_due(start, 5, [(begin, end)])
    assert next_move(sweep.standing, now=over).known().step is None
    climbed = next_move(sweep.standing, now=over + dt.timedelta(microseconds=1)).known()
    assert climbed.step is not None
    assert climbed.step.level is SlipLevel.ORANGE
