"""What would have happened at another limit (阈值试算): which limit makes the noise.

Decides, from readings that are on record, how often a limit and its neighbours would have been
passed and what came of it. It proposes and never changes anything.

Source: House rule [D], `data/scoring.toml`: the neighbours, and how far apart two rises are two.
Units and valid range: readings in the unit of the limit, each with its instant, in order; windows
in minutes.
Edge cases: a reading equal to the limit passes it. A gap in the readings ends no rise and makes
none. Of a window only readings on record are summed: a sum over a gap is a lower bound. A proposal
needs fewer false alarms, no event less that was warned of, and at least one that was; without an
event on record nothing is proposed.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anlan.warning.rules.scoring.matching import Known, judge, least
from anlan.warning.rules.scoring.score import Score, score
from anlan.warning.rules.scoring.values import Alarm, Event, Terms
from anlan.warning.rules.signal import Hazard, Level

Reading = tuple[datetime, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A limit of one datastream with its readings, and where it stands."""

    key: str
    hazard: Hazard
    places: frozenset[str]
    limit: float
    readings: Sequence[Reading]
    window_min: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What one limit would have made. `is_present`: the limit that holds now."""

    limit: float
    is_present: bool
    alarms: int
    score: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelTrial:
    """What would be left if only warnings of a level and above had counted."""

    level: Level
    alarms: int
    score: Score


def window_sums(readings: Iterable[Reading], window_min: int) -> list[Reading]:
    """The sum of the last `window_min` minutes at each reading, its own included."""
    window, inside, total = timedelta(minutes=window_min), deque[Reading](), 0.0
    found = []
    for at, value in readings:
        inside.append((at, value))
        total += value
        while inside[0][0] <= at - window:
            total -= inside.popleft()[1]
        found.append((at, total))
    return found


def rises(
    readings: Iterable[Reading], limit: float, apart: timedelta
) -> list[tuple[datetime, datetime]]:
    """First and last reading of each rise to the limit or above."""
    found: list[tuple[datetime, datetime]] = []
    for at, value in readings:
        if value < limit:
            continue
        if found and at - found[-1][1] <= apart:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def neighbours(watched: Watched, terms: Terms) -> list[float]:
    """The limit and its neighbours, in order."""
    if watched.window_min:
        others = [watched.limit * factor for factor in terms.neighbours_times]
    else:
        others = [watched.limit + step for step in terms.neighbours_m]
    return sorted({round(limit, 3) for limit in (*others, watched.limit)})


def try_limits(
    watched: Watched, events: Sequence[Event], known: Known, terms: Terms, now: datetime
) -> list[Trial]:
    """One trial a limit, the lowest first. Source and edge cases: see the module."""
    readings = list(watched.readings)
    if watched.window_min:
        readings = window_sums(readings, watched.window_min)
    found = []
    for limit in neighbours(watched, terms):
        alarms = [
            Alarm(
                key=f"{watched.key}-{number}",
                source=watched.key,
                hazard=watched.hazard,
                level=Level.BLUE,
                places=watched.places,
                begun_at=begun,
                ended_at=ended,
            )
            for number, (begun, ended) in enumerate(rises(readings, limit, terms.apart))
        ]
        made = score(judge(alarms, events, known, terms, now))
        is_present = limit == round(watched.limit, 3)
        found.append(Trial(limit=limit, is_present=is_present, alarms=len(alarms), score=made))
    return found


def proposal(trials: Sequence[Trial]) -> Trial | None:
    """The trial that spares most false alarms without losing an event; None: leave it."""
    present = next((one for one in trials if one.is_present), None)
    if present is None or not present.score.hits:
        return None
    better = [
        one
        for one in trials
        if one.score.false_alarms < present.score.false_alarms
        and one.score.hits >= present.score.hits
    ]
    return min(
        better,
        key=lambda one: (one.score.false_alarms, abs(one.limit - present.limit)),
        default=None,
    )


def try_levels(
    alarms: Sequence[Alarm], events: Sequence[Event], known: Known, terms: Terms, now: datetime
) -> list[LevelTrial]:
    """One trial a level, from all warnings to the red ones alone."""
    found = []
    for level in reversed(Level):
        counted = least(alarms, level)
        made = score(judge(counted, events, known, terms, now))
        found.append(LevelTrial(level=level, alarms=len(counted), score=made))
    return found
