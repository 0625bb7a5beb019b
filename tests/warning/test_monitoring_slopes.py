"""Slopes and the rain on them: the worst of several villages, and rain by the present hour."""

import datetime as dt

import pytest

from anlan.base.journal.recording import recording
from anlan.registers.models import Region
from anlan.sensing.models import Datastream, Threshold
from anlan.warning.models import MonitoringNotice, MonitoringRule
from tests.registers.kept import NOW, said
from tests.warning.test_monitoring import rain_of_days
from tests.warning.watched import (
    HOUR,
    MINUTE,
    START,
    every,
    levels,
    limit,
    notices,
    only,
    speak,
    stream,
    watch,
)

pytestmark = pytest.mark.usefixtures("kept")


def villages(*limits: tuple[str, float]) -> Datastream:
    """Two villages at one gauge, and a slope beside it that moves; 30 mm in half an hour."""
    only("flash-flood", "slope-tangent", "slope-rain-and-displacement")
    with recording(action="test.rule", actor=said()["actor"], now=NOW, request_id="pair") as rec:
        code = "slope-rain-and-displacement"
        rule = rec.lock(MonitoringRule, MonitoringRule.objects.get(code=code).pk)
        rule.first, rule.second = "flash-flood", "slope-tangent"
        rec.save(rule)
    rain = stream(code="YC-G-001", kind="slope")
    for village, (kind, value) in zip(("140825", "140828"), limits, strict=True):
        limit(rain, kind, value, window_min=60, region=Region.objects.get(code=village))
    slope = stream("displacement", code="YC-G-001", interval_s=3600)
    limit(slope, "steady-rate", 2)
    watch(START)
    speak(slope, [(START - 24 * HOUR, 60.0), (START, 64.0)], now=START)
    for number in range(6):
        at = START + number * 5 * MINUTE
        speak(rain, every(rain, [5.0], at), now=at + 5 * MINUTE)
        watch(at + 5 * MINUTE)
    watch(START + HOUR)
    return rain


@pytest.mark.parametrize(("mild", "worse"), [(20, 25), (25, 20), (20, 20)])
def test_of_several_villages_at_one_gauge_the_worst_is_combined(mild: float, worse: float) -> None:
    """Whichever of them was reached first."""
    villages(("yellow", mild), ("orange", worse))
    assert sorted(levels("flash-flood")) == ["orange", "yellow"]
    assert levels("slope-rain-and-displacement") == ["red"]
    (found,) = notices("slope-rain-and-displacement")
    first = MonitoringNotice.objects.get(pk=found.grounds["first"])
    assert (first.level, first.limit) == ("orange", worse)


def test_a_combination_ends_with_the_village_that_held_it_last() -> None:
    """The first one was ended by somebody; the other, as bad, goes on holding it."""
    rain = villages(("orange", 20), ("orange", 25))
    first, other = notices("flash-flood")
    with recording(action="test.end", actor=said()["actor"], now=START, request_id="end") as rec:
        limits = rec.lock(Threshold, Threshold.objects.get(kind="orange", value=20).pk)
        limits.valid_until = dt.date(2026, 1, 2)
        rec.save(limits)
        row = rec.lock(MonitoringNotice, first.pk)
        row.ended_at = START + HOUR
        rec.save(row)
    watch(START + HOUR + MINUTE)
    assert levels("slope-rain-and-displacement") == ["red"]
    dry = START + 30 * MINUTE
    speak(rain, every(rain, [0.0] * 18, dry), now=dry + 90 * MINUTE)
    watch(dry + 2 * HOUR)
    (found,) = notices("slope-rain-and-displacement")
    other.refresh_from_db()
    assert found.grounds["first"] == str(other.pk)
    assert found.ended_at == other.ended_at
    assert other.ended_at is not None


@pytest.mark.parametrize("ahead", [HOUR, 5 * 24 * HOUR])
def test_effective_rainfall_is_of_the_present_after_a_clock_ran_ahead(ahead: dt.timedelta) -> None:
    """What falls now is not weighed as if it had fallen days before."""
    only("slope-rain")
    row = stream(interval_s=3600)
    limit(row, "effective-rain", 80)
    watch(START)
    watch(START + ahead)
    at = START + HOUR
    speak(row, [(at, 81.0)], now=at)
    for minutes in (1, 31, 95):
        watch(at + minutes * MINUTE)
    assert levels() == ["orange"]
    assert [found.value for found in notices()] == [81.0]


def test_effective_rainfall_is_not_judged_by_a_clock_behind_what_was_received() -> None:
    only("slope-rain")
    row = stream(interval_s=3600)
    limit(row, "effective-rain", 80)
    end = rain_of_days(row, 79.0)
    speak(row, [(START + HOUR, 0.0)], now=START + HOUR)
    watch(end)
    told = [(found.level, found.value, found.value_at) for found in notices()]
    for minute, back in ((10, 5 * 24 * HOUR), (20, 3 * HOUR)):
        speak(row, [(START + HOUR + minute * MINUTE, 0.0)], now=START + 2 * HOUR)
        watch(START - back)
    assert [(found.level, found.value, found.value_at) for found in notices()] == told
