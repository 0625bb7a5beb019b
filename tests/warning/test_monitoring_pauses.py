"""A rule that is in force again, limits that are there again: heard from now on, as a new rule is."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.clock import CITY_ZONE
from anlan.base.journal.recording import recording
from anlan.sensing.models import Datastream, Threshold
from anlan.warning.actions import monitoring
from anlan.warning.models import LateReadings, MonitoringPlace, MonitoringRule
from anlan.warning.queries import monitoring_standing
from anlan.warning.queries.monitoring_memory import memory
from tests.registers.kept import NOW, said
from tests.warning.watched import (
    HOUR,
    MINUTE,
    START,
    levels,
    limit,
    notices,
    only,
    speak,
    stream,
    watch,
)

pytestmark = pytest.mark.usefixtures("kept")
RULE = "river-level"
PAUSE = 30 * HOUR
BACK = START + PAUSE
MOST_SLOTS_OF_A_RIVER = 23
"""What its windows need: newest value, an hour to end, two of silence; twice and some."""


def river() -> Datastream:
    only(RULE)
    row = stream("river-level", interval_s=600)
    limit(row, "warning-level", 340.0)
    watch(START)
    return row


def _rule_until(until: dt.date | None) -> None:
    who = {key: value for key, value in said().items() if key != "reason"}
    with recording(**who, action="test.force") as rec:
        row = rec.lock(MonitoringRule, MonitoringRule.objects.get(code=RULE).pk)
        row.valid_until = until
        rec.save(row)


def _limits_until(until: dt.date | None) -> None:
    who = {key: value for key, value in said().items() if key != "reason"}
    with recording(**who, action="test.limits") as rec:
        for each in Threshold.objects.all():
            row = rec.lock(Threshold, each.pk)
            row.valid_until = until
            rec.save(row)


@pytest.fixture(params=[_rule_until, _limits_until], ids=["rule", "limits"])
def until(request: pytest.FixtureRequest) -> Any:
    return request.param


def pause(until: Any, at: dt.datetime) -> None:
    """Out of force, and a sweep that sees it."""
    until(at.astimezone(CITY_ZONE).date())
    watch(at)


def hear(row: Datastream, value: float, first: dt.datetime, last: dt.datetime) -> None:
    """A value each ten minutes, in a batch an hour, as they come."""
    at = first
    while at < last:
        times = [at + n * 10 * MINUTE for n in range(6)]
        until = min(last, at + HOUR)
        speak(row, [(each, value) for each in times if each < until], now=until)
        at = until


def test_what_lay_in_the_pause_is_neither_told_nor_read(
    until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = river()
    pause(until, START + MINUTE)
    hear(row, 341.0, START + HOUR, START + 3 * HOUR)
    hear(row, 330.0, START + 3 * HOUR, BACK)
    until(None)
    spans, slots = [], []
    read, close = monitoring_standing.arrived, monitoring.advanced

    def arrived(after: int, newest: int) -> Any:
        spans.append(newest - after)
        return read(after, newest)

    def advanced(group: Any, plan: Any, known: Any, heard: Any, last: int) -> Any:
        slots.append(last - known.slot)
        return close(group, plan, known, heard, last)

    monkeypatch.setattr(monitoring_standing, "arrived", arrived)
    monkeypatch.setattr(monitoring, "advanced", advanced)
    watch(BACK)
    watch(BACK + 20 * MINUTE)
    assert (notices(), LateReadings.objects.count()) == ([], 0)
    assert sum(spans) <= 1
    assert sum(slots) <= MOST_SLOTS_OF_A_RIVER
    hear(row, 340.0, BACK + 20 * MINUTE, BACK + 30 * MINUTE)
    assert levels() == ["yellow"]


@pytest.mark.parametrize("is_new", [True, False])
def test_what_began_in_the_pause_and_lasts_is_told_as_by_a_new_rule(
    until: Any, is_new: bool
) -> None:
    only(*[] if is_new else [RULE])
    row = stream("river-level", interval_s=600)
    limit(row, "warning-level", 340.0)
    watch(START)
    pause(until, START + MINUTE)
    hear(row, 330.0, START + HOUR, BACK - HOUR)
    hear(row, 341.0, BACK - HOUR, BACK)
    _rule_until(None)
    until(None)
    watch(BACK)
    (found,) = notices()
    assert (found.level, found.value) == ("yellow", 341.0)
    assert (found.opened_at, found.known_at) == (BACK - HOUR, BACK)


def test_an_open_notice_stays_through_a_pause_until_readings_lower_it(until: Any) -> None:
    row = river()
    hear(row, 340.0, START, START + HOUR)
    watch(START + HOUR)
    (first,) = notices()
    pause(until, START + HOUR + MINUTE)
    until(None)
    watch(BACK)
    (found,) = notices()
    assert (found.pk, found.level, found.ended_at) == (first.pk, "yellow", None)
    assert found.silent_since == START + 50 * MINUTE
    watch(BACK + 3 * HOUR)
    assert levels() == ["yellow"]
    hear(row, 330.0, BACK + 3 * HOUR, BACK + 6 * HOUR)
    watch(BACK + 6 * HOUR)
    (found,) = notices()
    assert (found.pk, found.ended_at is None) == (first.pk, False)


def test_another_process_that_saw_no_pause_begins_anew_too(until: Any) -> None:
    """It stood as before the pause; the row says that nobody watched meanwhile."""
    row = river()
    plans, standings = memory._plans, memory._standings
    pause(until, START + MINUTE)
    hear(row, 341.0, START + HOUR, START + 3 * HOUR)
    hear(row, 330.0, START + 3 * HOUR, BACK)
    until(None)
    memory._plans, memory._standings = plans, standings
    watch(BACK)
    assert notices() == []


def test_a_clock_from_before_the_rules_takes_none_of_them_out_of_force() -> None:
    """A machine that wakes with the clock of its factory: what it missed is caught up with."""
    row = river()
    watch(dt.datetime(1970, 1, 2, tzinfo=dt.UTC))
    hear(row, 341.0, START + HOUR, START + 3 * HOUR)
    hear(row, 330.0, START + 3 * HOUR, BACK)
    watch(BACK)
    (found,) = notices()
    assert (found.opened_at, found.ended_at is None) == (START + HOUR, False)


@pytest.mark.parametrize("what", ["nothing", "late", "plan", "row"])
def test_windows_that_are_filled_anew_end_nothing_before_its_time(what: str) -> None:
    """Silent for longer than its windows reach back: what stood is below for an hour before it
    ends, whatever came late or was changed meanwhile."""
    only("river-level")
    row = stream("river-level", interval_s=600)
    limit(row, "warning-level", 340.0)
    watch(START)
    speak(row, [(START + 10 * MINUTE, 340.0)], now=START + 10 * MINUTE)
    for hour in range(1, 7):
        watch(START + hour * HOUR)
    at = START + 6 * HOUR
    if what == "late":
        speak(row, [(at - HOUR, 338.0)], now=at)
    if what == "plan":
        with recording(action="test.rule", actor=said()["actor"], now=NOW, request_id="p") as rec:
            rule = rec.lock(MonitoringRule, MonitoringRule.objects.get(code="river-level").pk)
            rule.stale_s += 60
            rec.save(rule)
    if what == "row":
        MonitoringPlace.objects.all().delete()
        memory.forget()
    watch(at + MINUTE)
    found = []
    for minute in range(10, 110, 10):
        now = at + minute * MINUTE
        speak(row, [(now, 338.0)], now=now)
        watch(now + MINUTE)
        found.append(len(levels()))
    assert found == [1] * 7 + [0] * 3
