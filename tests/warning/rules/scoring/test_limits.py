"""Trials of limits: from readings to what another limit would have made."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.scoring.limits import (
    Reading,
    Watched,
    neighbours,
    proposal,
    rises,
    try_levels,
    try_limits,
    window_sums,
)
from anlan.warning.rules.scoring.matching import Known
from anlan.warning.rules.scoring.values import OBSERVED_LEVEL, OBSERVED_RAIN
from anlan.warning.rules.signal import Hazard, Level
from tests.warning.rules.scoring.table import FROM, KNOWN, NOW, TERMS, alarm, at, event

HOUR = dt.timedelta(hours=1)


def level(values: dict[int, float], **more: object) -> Watched:
    """A river with readings by hour of July 2025; its limit is 10 m."""
    readings = [(at(1) + hour * HOUR, value) for hour, value in sorted(values.items())]
    given: dict[str, object] = {"window_min": 0} | more
    return Watched(
        key="W",
        hazard=Hazard.RIVER_FLOOD,
        places=frozenset({"140827"}),
        limit=10.0,
        readings=readings,
        **given,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(("value", "count"), [(9.999, 0), (10.0, 1), (10.001, 1)])
def test_a_reading_equal_to_the_limit_passes_it(value: float, count: int) -> None:
    assert len(rises([(at(1), value)], 10.0, TERMS.apart)) == count


def test_two_rises_that_lie_close_are_one() -> None:
    readings: list[Reading] = [(at(1, 0), 11.0), (at(1, 3), 9.0), (at(1, 6), 11.0), (at(1, 9), 9)]
    assert rises(readings, 10, TERMS.apart) == [(at(1, 0), at(1, 6))]
    assert len(rises(readings, 10, TERMS.apart - dt.timedelta(minutes=1))) == 2
    assert rises([], 10, TERMS.apart) == []


def test_a_window_sums_what_lies_in_it() -> None:
    readings: list[Reading] = [(at(1, hour), 10.0) for hour in range(4)]
    assert [value for _, value in window_sums(readings, 120)] == [10, 20, 20, 20]
    assert [value for _, value in window_sums(readings, 61)] == [10, 20, 20, 20]
    assert [value for _, value in window_sums(readings, 60)] == [10, 10, 10, 10]
    gap: list[Reading] = [(at(1, 0), 30.0), (at(1, 9), 5.0)]
    assert [value for _, value in window_sums(gap, 180)] == [30, 5]


def test_neighbours_of_a_level_and_of_rain() -> None:
    assert neighbours(level({}), TERMS) == [9.5, 9.8, 10.0, 10.2, 10.5]
    assert neighbours(level({}, window_min=60), TERMS) == [8.0, 9.0, 10.0, 11.0, 12.5]


def test_a_limit_that_makes_noise_and_the_one_that_would_not() -> None:
    """Three rises, one of which was a flood: at 10.2 m the noise is gone and the flood is not."""
    watched = level({0: 10.1, 48: 10.1, 96: 10.6, 100: 9.0})
    flood = event("E", at(5, 2))
    known = Known(alarms_from=FROM, families={("flood", 2025)})
    trials = try_limits(watched, [flood], known, TERMS, NOW)
    shown = [(one.limit, one.alarms, one.score.hits, one.score.false_alarms) for one in trials]
    assert shown == [
        (9.5, 3, 1, 2),
        (9.8, 3, 1, 2),
        (10.0, 3, 1, 2),
        (10.2, 1, 1, 0),
        (10.5, 1, 1, 0),
    ]
    assert [one.is_present for one in trials] == [False, False, True, False, False]
    better = proposal(trials)
    assert better is not None
    assert better.limit == 10.2


def test_nothing_is_proposed_that_would_lose_an_event_or_without_one() -> None:
    watched = level({0: 10.1, 96: 10.1})
    trials = try_limits(watched, [event("E", at(5, 2))], KNOWN, TERMS, NOW)
    assert proposal(trials) is None
    assert proposal(try_limits(watched, [], KNOWN, TERMS, NOW)) is None
    assert proposal([]) is None
    quiet = try_limits(level({0: 3.0}), [event("E", at(5, 2))], KNOWN, TERMS, NOW)
    assert proposal(quiet) is None


def test_what_cannot_be_said_stays_so_in_a_trial() -> None:
    nothing = Known(alarms_from=FROM, families=set())
    trials = try_limits(level({0: 10.1}), [], nothing, TERMS, NOW)
    present = next(one for one in trials if one.is_present)
    assert (present.score.false_alarms, present.score.alarms_undecidable) == (0, 1)


def test_levels_from_all_to_the_red_ones() -> None:
    alarms = [
        alarm("A1", at(1, 8), at(1, 20), level=Level.BLUE),
        alarm("A2", at(3, 8), at(3, 20), level=Level.ORANGE),
    ]
    events = [event("E1", at(1, 10)), event("E2", at(3, 10))]
    trials = try_levels(alarms, events, KNOWN, TERMS, NOW)
    assert [(one.level.value, one.alarms, one.score.hits) for one in trials] == [
        ("blue", 2, 2),
        ("yellow", 1, 1),
        ("orange", 1, 1),
        ("red", 0, 0),
    ]


@given(
    st.dictionaries(st.integers(0, 300), st.floats(0, 20), max_size=30),
    st.floats(1, 15),
    st.floats(0, 5),
)
def test_a_higher_limit_is_never_passed_for_longer(
    values: dict[int, float], limit: float, more: float
) -> None:
    readings = [(at(1) + hour * HOUR, value) for hour, value in sorted(values.items())]

    def above(threshold: float) -> set[dt.datetime]:
        spans = rises(readings, threshold, TERMS.apart)
        return {
            moment
            for moment, value in readings
            if value >= threshold and any(begun <= moment <= ended for begun, ended in spans)
        }

    assert above(limit + more) <= above(limit)
    spans = rises(readings, limit, TERMS.apart)
    assert all(one[1] + TERMS.apart < two[0] for one, two in itertools.pairwise(spans))


def test_what_is_observed_answers_to_its_hazards() -> None:
    assert TERMS.hazards_of(OBSERVED_LEVEL) == {Hazard.RIVER_FLOOD}
    assert TERMS.hazards_of(OBSERVED_RAIN) == {Hazard.RAINSTORM, Hazard.FLASH_FLOOD}
