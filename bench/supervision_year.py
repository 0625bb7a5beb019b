"""supervision_year: a year of supervision of 5 000 missed matters, asked day by day.

The rules alone, as the sweep asks them every day at noon: what climbs, when each term ends on the
working-day calendar. People sign late and some clocks are stopped for a while, by a seed. Before a
time counts, every end of every term and every climb is compared with an oracle that walks over
the days of the national table and knows nothing of the rules. Peer: that oracle.
"""

import datetime as dt
import random
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from anlan.base.rules.due.clock import Clock, ClockKind, Pause, due_of
from anlan.base.rules.working_days import national_calendar
from anlan.plan.rules.supervision.climb import Matter, Standing, next_move
from anlan.plan.rules.supervision.ladder import HOUSE_LADDER, SlipLevel
from anlan.plan.rules.supervision.life import SlipState
from bench.rig.measure import Target, at_most, interleaved
from bench.rig.run import CHECKOUT, require, start

FULL = {"matters": 5_000, "rounds": 3}
SMALL = {"matters": 40, "rounds": 1}
LIMIT_S = 30.0
YEAR = 2024
CITY = dt.timezone(dt.timedelta(hours=8))
DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(YEAR, 1, 2), dt.date(YEAR, 12, 31)
TABLE = CHECKOUT / "src/anlan/base/rules/data/working_days.toml"
MOST_LATE_DAYS, STOPPED_SHARE, MOST_STOPPED_H = 10, 0.2, 400
TERMS = {step.level: step.term for step in HOUSE_LADDER.steps}
SIGNED = {step.level: step.is_signed for step in HOUSE_LADDER.steps}
Stop = tuple[dt.datetime, dt.datetime]


@dataclass(kw_only=True)
class Life:
    """One matter: the day it was missed, how late each paper is signed, when its clock is stopped
    (hours after signing, for how many hours)."""

    missed_on: dt.date
    late: dict[SlipLevel, int]
    stops: dict[SlipLevel, tuple[int, int]]
    steps: list[tuple[SlipLevel, dt.datetime, dt.datetime]] = field(default_factory=list)


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    lives = _lives(sizes["matters"])
    calendar = national_calendar()
    ours: list[int] = []
    theirs: list[Any] = []

    def rules() -> None:
        ours[:] = [sum(_live(life, calendar) for life in lives)]

    def oracle() -> None:
        theirs[:] = [_foretold(life) for life in lives]

    found = interleaved({"rules": rules, "oracle": oracle}, sizes["rounds"])
    for life, expected in zip(lives, theirs, strict=True):
        require("papers, with the ends of their terms", life.steps, expected)
    papers = sum(len(life.steps) for life in lives)
    return {
        "asked": ours[0],
        "papers": papers,
        "rules_s": found["rules"].to_json(),
        "oracle_s": found["oracle"].to_json(),
        "asked_per_second": ours[0] / found["rules"].median,
    }


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    return [at_most("a year of 5 000 matters, s", figures["rules_s"]["median"], LIMIT_S)]


def _lives(count: int) -> list[Life]:
    chance = random.Random(5)
    days = (LAST - FIRST).days
    lives = []
    for number in range(count):
        late = {
            level: chance.randint(0, MOST_LATE_DAYS) if SIGNED[level] else 0 for level in TERMS
        }
        stops = {
            level: (chance.randint(1, 40), chance.randint(1, MOST_STOPPED_H))
            for level in TERMS
            if chance.random() < STOPPED_SHARE
        }
        lives.append(Life(missed_on=FIRST + number % days * DAY, late=late, stops=stops))
    return lives


def _live(life: Life, calendar: Any) -> int:
    """A year through the rules, asked every day. Returns how often they were asked."""
    life.steps.clear()
    standing = Standing(ladder=HOUSE_LADDER, matter=Matter.MISSED)
    sign_on, asked, day = life.missed_on, 0, life.missed_on
    while day <= LAST:
        now = _noon(day)
        move = next_move(standing, now=now).known()
        asked += 1
        if move.step is not None:
            level = move.step.level
            standing = replace(standing, level=level, state=SlipState.PREPARED, ends_at=None)
            sign_on = day + life.late[level] * DAY
        if standing.state is SlipState.PREPARED and standing.level and day >= sign_on:
            stops = [Pause(start=a, end=b) for a, b in _stops(life, standing.level, now)]
            clock = Clock(
                kind=ClockKind.WORKING_DAYS,
                start=now,
                amount=TERMS[standing.level],
                pauses=tuple(stops),
            )
            end = due_of(clock, calendar).known()
            standing = replace(standing, state=SlipState.ISSUED, ends_at=end)
            life.steps.append((standing.level, now, end))
        day += DAY
    return asked


def _stops(life: Life, level: SlipLevel, signed: dt.datetime) -> list[Stop]:
    if level not in life.stops:
        return []
    after, stood = life.stops[level]
    begin = signed + dt.timedelta(hours=after)
    return [(begin, begin + dt.timedelta(hours=stood))]


def _foretold(life: Life) -> list[tuple[SlipLevel, dt.datetime, dt.datetime]]:
    """The oracle: one term after the other, each counted day by day over the table."""
    found, prepared = [], life.missed_on
    for level in SlipLevel:
        signed = prepared + life.late[level] * DAY
        if signed > LAST:
            break
        start = _noon(signed)
        end = _counted(start, TERMS[level], _stops(life, level, start))
        found.append((level, start, end))
        prepared = end.astimezone(CITY).date()  # noon of the day after its last day
    return found


def _counted(start: dt.datetime, amount: int, stops: list[Stop]) -> dt.datetime:
    """24:00 of the last day of a term; a day that began while the clock stood does not count."""
    day, left = start.date(), amount
    resumed = max((end for _, end in stops), default=start).astimezone(CITY).date()
    while not (left == 0 and day >= resumed and _works(day)):
        day += DAY
        begins = _midnight(day)
        if left > 0 and _works(day) and not any(a < begins <= b for a, b in stops):
            left -= 1
    return _midnight(day + DAY)


def _exceptions() -> dict[dt.date, bool]:
    found: dict[dt.date, bool] = {}
    for row in tomllib.loads(TABLE.read_text(encoding="utf-8"))["notices"]:
        found |= dict.fromkeys(row["days_off"], False)
        found |= dict.fromkeys(row["worked_weekend_days"], True)
    return found


EXCEPTIONS = _exceptions()


def _works(day: dt.date) -> bool:
    return EXCEPTIONS.get(day, day.isoweekday() < 6)


def _noon(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, 12, tzinfo=CITY)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=CITY)


if __name__ == "__main__":
    sys.exit(start("supervision_year", sizes=FULL, small=SMALL, measure=measure, judge=judge))
