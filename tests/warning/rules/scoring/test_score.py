"""The figures: the worked table, intervals of small counts, and what must hold of any records."""

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.scoring.load import load
from anlan.warning.rules.scoring.matching import Known, judge
from anlan.warning.rules.scoring.offered import NegativeCount, warning_score
from anlan.warning.rules.scoring.score import (
    BadCount,
    LeadTimes,
    Rate,
    score,
    wilson,
)
from anlan.warning.rules.signal import Hazard
from tests.warning.rules.scoring.table import FROM, NOW, TERMS, alarm, at, by_day, event, worked


def test_the_worked_table() -> None:
    found = score(worked())
    assert (found.hits, found.late, found.misses, found.events_undecidable) == (2, 1, 1, 2)
    assert (found.alarms_hit, found.alarms_late) == (2, 1)
    assert (found.false_alarms, found.alarms_undecidable) == (1, 2)
    assert (found.detection.part, found.detection.whole) == (2, 4)
    assert (found.false_share.part, found.false_share.whole) == (1, 3)
    assert (found.success.part, found.success.whole) == (2, 5)
    assert (found.leads.minutes, found.leads.median_min) == ((180, 480), 330)
    assert found.leads.quartiles_min == (255, 405)
    assert (found.events, found.alarms) == (6, 6)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (0, 1, 0.0, 0.7935),
        (1, 1, 0.2065, 1.0),
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
    ],
)
def test_intervals_of_the_literature(part: int, whole: int, low: float, high: float) -> None:
    """The last two: R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    found = wilson(part, whole)
    assert found == pytest.approx((low, high), abs=6e-5)


def test_none_of_none_is_not_determinable() -> None:
    nothing = Rate(part=0, whole=0)
    assert (nothing.value, nothing.interval, nothing.is_of_few) == (None, None, True)
    assert Rate(part=0, whole=10).value == 0
    assert [Rate(part=0, whole=n).is_of_few for n in (9, 10)] == [True, False]
    assert (LeadTimes(minutes=()).median_min, LeadTimes(minutes=()).quartiles_min) == (None, None)
    assert LeadTimes(minutes=(0.0,)).median_min == 0
    assert LeadTimes(minutes=(5.0,)).quartiles_min is None


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (4, 3), (1, 0)])
def test_more_of_them_than_there_are_is_refused(part: int, whole: int) -> None:
    with pytest.raises(BadCount):
        wilson(part, whole)
    with pytest.raises(BadCount):
        Rate(part=part, whole=whole)


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_holds_the_share_and_stays_within_bounds(part: int, whole: int) -> None:
    part = min(part, whole)
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole <= high <= 1
    wider = wilson(part * 2, whole * 2)
    assert wider[1] - wider[0] < high - low


hours = st.integers(0, 400)
places = st.frozensets(st.sampled_from(["1", "2", "3"]), max_size=2)


@st.composite
def alarms(draw: Any) -> Any:
    begun = at(1) + dt.timedelta(hours=draw(hours))
    length = draw(st.one_of(st.none(), st.integers(0, 60)))
    ended = None if length is None else begun + dt.timedelta(hours=length)
    hazard = draw(st.sampled_from([Hazard.RAINSTORM, Hazard.FOG, Hazard.SNOWSTORM]))
    return alarm("", begun, ended, hazard=hazard, places=draw(places))


@st.composite
def events(draw: Any) -> Any:
    family = draw(st.sampled_from(["flood", "snow", "wildfire"]))
    if draw(st.booleans()):
        return by_day("", draw(st.integers(1, 18)), family=family, places=draw(places))
    onset = at(1) + dt.timedelta(hours=draw(hours))
    more = {"ended_at": None} if draw(st.booleans()) else {}
    return event("", onset, family=family, places=draw(places), **more)


@st.composite
def known(draw: Any) -> Known:
    families = draw(st.frozensets(st.sampled_from([("flood", 2025), ("snow", 2025)])))
    since = draw(st.one_of(st.none(), st.just(FROM), st.just(at(8))))
    return Known(alarms_from=since, families=families)


def numbered(rows: Any, letter: str) -> list[Any]:
    return [dataclasses.replace(row, key=f"{letter}{n}") for n, row in enumerate(rows)]


records = (st.lists(alarms(), max_size=6), st.lists(events(), max_size=6), known())


@given(*records, st.randoms(use_true_random=False))
def test_counts_add_up_and_the_order_changes_nothing(
    rows: Any, happened: Any, on_record: Known, shuffle: Any
) -> None:
    rows, happened = numbered(rows, "A"), numbered(happened, "E")
    judged = judge(rows, happened, on_record, TERMS, NOW)
    found = score(judged)
    assert (found.alarms, found.events) == (len(rows), len(happened))
    shuffle.shuffle(rows)
    shuffle.shuffle(happened)
    assert judge(rows, happened, on_record, TERMS, NOW) == judged
    assert len(found.leads.minutes) + found.leads.unknown == found.hits
    assert all(minutes >= 0 for minutes in found.leads.minutes)


@given(*records, st.lists(events(), min_size=1, max_size=3))
def test_more_misses_never_raise_the_probability_of_detection(
    rows: Any, happened: Any, on_record: Known, more: Any
) -> None:
    """What is added is not warned of: it lies at a place without any alarm."""
    rows, happened = numbered(rows, "A"), numbered(happened, "E")
    rows = [row for row in rows if row.places]
    lost = [dataclasses.replace(one, places=frozenset({"9"})) for one in numbered(more, "M")]
    before = score(judge(rows, happened, on_record, TERMS, NOW))
    after = score(judge(rows, [*happened, *lost], on_record, TERMS, NOW))
    assert after.hits == before.hits
    if before.detection.value is not None:
        assert after.detection.value is not None
        assert after.detection.value <= before.detection.value
    assert after.false_share == before.false_share


@given(*records, alarms())
def test_one_more_alarm_never_loses_an_event(
    rows: Any, happened: Any, on_record: Known, one: Any
) -> None:
    rows, happened = numbered(rows, "A"), numbered(happened, "E")
    before = score(judge(rows, happened, on_record, TERMS, NOW))
    more = [*rows, dataclasses.replace(one, key="X")]
    after = score(judge(more, happened, on_record, TERMS, NOW))
    assert after.hits >= before.hits


def test_the_load_of_the_duty() -> None:
    days = [dt.date(2026, 7, 1)] * 11 + [dt.date(2026, 7, 3)] * 10 + [dt.date(2026, 6, 30)]
    found = load(days, dt.date(2026, 7, 1), dt.date(2026, 7, 4), 10)
    assert (found.days, found.total, found.median) == (4, 21, 5)
    assert found.busiest == (dt.date(2026, 7, 1), 11)
    assert found.over == ((dt.date(2026, 7, 1), 11),)
    quiet = load([], dt.date(2026, 7, 1), dt.date(2026, 7, 2), 10)
    assert (quiet.total, quiet.median, quiet.busiest, quiet.over) == (0, 0, None, ())
    none = load([], dt.date(2026, 7, 2), dt.date(2026, 7, 1), 10)
    assert (none.days, none.median) == (0, None)


def test_the_figures_by_name() -> None:
    verdict = warning_score(hits=2, misses=2, alarms_hit=2, false_alarms=1)
    found = verdict.known()
    assert (found["detection"]["value"], found["false_share"]["value"]) == (0.5, 1 / 3)
    assert (found["success"]["of"], found["success"]["value"]) == (5, 0.4)
    assert verdict.reasons[0].status.value == "D"
    nothing = warning_score(hits=0, misses=0, alarms_hit=0, false_alarms=0).known()
    assert nothing["detection"] == {"value": None, "low": None, "high": None, "of": 0}


@pytest.mark.parametrize("name", ["hits", "misses", "alarms_hit", "false_alarms"])
def test_counts_below_nought_are_refused(name: str) -> None:
    counts = {"hits": 1, "misses": 1, "alarms_hit": 1, "false_alarms": 1} | {name: -1}
    with pytest.raises(NegativeCount):
        warning_score(**counts)
