"""Raised at once: by the batch that reaches a limit, before its time step is closed."""

import datetime as dt
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from anlan.base.models import Due, JournalEntry
from anlan.base.parts import registry
from anlan.sensing.actions import intake
from anlan.sensing.actions.errors import StoreUnavailable
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.models import IntakeBatch
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.store.engine import StoreFailed
from anlan.warning.actions import monitoring_ahead
from anlan.warning.actions.monitoring_ahead import raise_at_once
from anlan.warning.models import LateReadings, MonitoringNotice, MonitoringPlace, NoticeEvent
from anlan.warning.queries import monitoring_memory, monitoring_standing
from anlan.warning.queries.monitoring_memory import memory
from anlan.warning.queries.monitoring_standing import Standing
from tests.registers.kept import said
from tests.warning.test_monitoring import E, spread, wet
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
BEGIN = START + 2 * HOUR + 50 * MINUTE
"""When 34 readings of 1.5 mm are 51 mm."""


def events() -> list[tuple[str, str]]:
    return list(NoticeEvent.objects.order_by("known_at", "pk").values_list("kind", "after"))


@pytest.fixture
def nobody_hears(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Readings that another process keeps."""
    with monkeypatch.context() as patched:
        patched.setattr(type(registry), "hearers", lambda self: [])
        yield


@pytest.mark.parametrize(
    ("total", "level"), [(50 - E, []), (50, ["orange"]), (50 + E, ["orange"]), (100, ["red"])]
)
def test_by_the_batch_that_reaches_the_limit(total: float, level: list[str]) -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, spread(total, 36)), now=START + 3 * HOUR)
    assert levels() == level
    watch(START + 3 * HOUR + 15 * MINUTE)
    assert levels() == level
    assert len(notices()) == len(level)


def test_who_hears_next_takes_what_another_process_kept(nobody_hears: None) -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    readings = every(row, spread(50, 36))
    speak(row, readings[:20], now=START + 3 * HOUR)
    speak(row, readings[20:], now=START + 3 * HOUR)
    raised = raise_at_once(START + 3 * HOUR, range(2, 3))
    assert (raised, levels()) == (1, ["orange"])


def test_it_says_when_the_limit_was_reached_and_when_it_was_known() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    for minute in range(5, 175, 5):
        at = START + minute * MINUTE
        speak(row, [(at, 1.5)], now=at + MINUTE)
    (found,) = notices()
    assert (found.opened_at, found.known_at) == (BEGIN, BEGIN + MINUTE)
    assert (found.level, found.value, found.limit, found.window_min) == ("orange", 51.0, 50.0, 180)
    assert Due.objects.get(pk=found.due).start_at == BEGIN + MINUTE
    assert JournalEntry.objects.filter(request_id__startswith="ahead-").count() == 1
    watch(START + 4 * HOUR)
    assert [each.pk for each in notices()] == [found.pk]
    assert events() == [("raised", "orange")]


def test_inside_a_step_it_is_the_time_of_the_reading() -> None:
    """A gauge that reports each minute: the limit is reached three minutes into the step."""
    only("rainstorm")
    row = stream(interval_s=60)
    watch(START)
    at = START + 3 * MINUTE
    speak(row, [(START + n * MINUTE, 20.0) for n in (1, 2, 3)], now=at)
    (found,) = notices()
    assert (found.opened_at, found.level) == (at, "orange")
    speak(row, [(START + n * MINUTE, 0.0) for n in (4, 5)], now=START + 5 * MINUTE)
    watch(START + 20 * MINUTE)
    assert events() == [("raised", "orange")]


def test_a_step_that_closes_before_it_does_not_lower_it() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [10.0, 10.0, 10.0, 10.0, 15.0]), now=START + 25 * MINUTE)
    assert levels() == ["orange"]
    for minute in (16, 21, 26, 31, 36):  # each closes one step
        watch(START + minute * MINUTE)
        assert levels() == ["orange"]
    assert events() == [("raised", "orange")]


def test_a_higher_level_asks_anew_in_the_same_notice() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [60.0]), now=START + 5 * MINUTE)
    (first,) = notices()
    speak(row, every(row, [60.0], START + 5 * MINUTE), now=START + 10 * MINUTE)
    (found,) = notices()
    assert (found.pk, found.level, found.highest) == (first.pk, "red", "red")
    assert events() == [("raised", "orange"), ("higher", "red")]
    assert Due.objects.filter(pk=found.due, state="running").exists()
    assert found.due != first.due


def test_a_correction_before_the_step_is_closed_lowers_it_when_it_is() -> None:
    only("river-level")
    row = stream("river-level", interval_s=600)
    for kind, own in {"warning-level": 340.0, "guarantee-level": 342.0}.items():
        limit(row, kind, own)
    watch(START)
    at = START + 10 * MINUTE
    speak(row, [(at, 340.2)], now=at)
    assert levels() == ["yellow"]
    speak(row, [(at, 338.2)], now=at + MINUTE)
    watch(at + 2 * MINUTE)
    assert levels() == ["yellow"]
    watch(at + 11 * MINUTE)
    assert levels() == []
    assert events() == [("raised", "yellow"), ("cleared", "")]


@pytest.mark.parametrize("value", [300.0 + E, 1e9])
def test_what_is_outside_the_range_raises_nothing(value: float) -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [value]), now=START + 5 * MINUTE)
    assert levels() == []


def test_a_process_that_watches_nothing_leaves_it_to_the_sweep() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    memory.forget()
    speak(row, every(row, [60.0]), now=START + 5 * MINUTE)
    assert levels() == []
    watch(START + 5 * MINUTE + dt.timedelta(seconds=1))
    assert levels() == ["orange"]
    place = MonitoringPlace.objects.get()
    assert (place.slot + 1) * place.slot_s < (START + 5 * MINUTE).timestamp()


def test_the_sweep_raises_what_others_kept(nobody_hears: None) -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [60.0]), now=START + 5 * MINUTE)
    assert levels() == []
    watch(START + 5 * MINUTE)
    assert levels() == ["orange"]


def test_what_fails_never_refuses_the_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    broken: list[Exception] = [DatabaseError("gone"), KeyError("a fault of ours")]

    def fails(*args: Any) -> Any:
        with transaction.atomic():
            raise broken.pop()

    with monkeypatch.context() as patched:
        patched.setattr(monitoring_ahead, "apply_found", fails)
        for minute in (5, 10):
            at = START + minute * MINUTE
            speak(row, [(at, 60.0)], now=at)
    assert IntakeBatch.objects.count() == 2
    assert not MonitoringNotice.objects.exists()
    watch(START + 11 * MINUTE)
    assert levels() == ["red"]


def test_a_notice_of_a_batch_that_is_asked_for_again_is_noticed_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither raised nor entered the first time: its term begins when somebody can know of it."""
    only("rainstorm")
    row = stream()
    watch(START)
    at = START + 5 * MINUTE
    content = f"station,property,time,value\n{row.station.code},{row.key},{at.isoformat()},60"

    def send(now: dt.datetime) -> None:
        take_readings(content.encode(), CSV, **said(now=now, request_id="again"))

    def away(*_: object) -> None:
        raise DatabaseError("gone")

    with monkeypatch.context() as patched:
        patched.setattr(intake, "enter", away)
        patched.setattr(monitoring_ahead, "apply_found", away)
        with pytest.raises(StoreUnavailable):
            send(at)
    send(at + 7 * MINUTE)
    (found,) = notices()
    assert found.opened_at == at
    assert found.known_at == at + 7 * MINUTE
    assert Due.objects.get(pk=found.due).start_at == at + 7 * MINUTE


def test_steps_that_another_process_closed_are_taken_up_first() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    MonitoringPlace.objects.update(slot=MonitoringPlace.objects.get().slot + 1)
    speak(row, every(row, [60.0]), now=START + 5 * MINUTE)
    assert levels() == []
    MonitoringPlace.objects.update(slot=MonitoringPlace.objects.get().slot - 1)
    watch(START + 6 * MINUTE)
    assert levels() == ["orange"]


def test_a_notice_is_not_opened_twice_by_sender_and_sweep() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [60.0]), now=START + 5 * MINUTE)
    memory.forget()
    for minute in range(5, 30):
        watch(START + minute * MINUTE)
    assert len(notices()) == 1
    assert events() == [("raised", "orange")]


def test_readings_ahead_of_the_clock_of_the_watch_count_in_their_time(nobody_hears: None) -> None:
    """The watch's clock is an hour behind: what it cannot place yet is read again in its time."""
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [1.5] * 36), now=START + 3 * HOUR)
    watch(START + MINUTE)
    assert levels() == []
    watch(START + 2 * HOUR)
    watch(START + 3 * HOUR + 10 * MINUTE)
    (found,) = notices()
    assert (found.level, found.opened_at) == ("orange", BEGIN)


def test_so_they_do_after_a_restart(nobody_hears: None) -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [1.5] * 36), now=START + 3 * HOUR)
    watch(START + 30 * MINUTE)
    memory.forget()
    watch(START + HOUR)
    watch(START + 3 * HOUR + 10 * MINUTE)
    (found,) = notices()
    assert (found.level, found.opened_at) == ("orange", BEGIN)


@pytest.mark.parametrize("minute", [20, 6])
def test_a_correction_takes_away_nothing_that_a_clock_ran_back_behind(minute: int) -> None:
    """What its datastream said is read anew in all open steps, those beyond the clock too."""
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [1.0, 1.0, 1.0, 40.0]), now=START + 20 * MINUTE)
    assert levels() == []
    speak(row, [(START + 5 * MINUTE, 20.0)], now=START + minute * MINUTE)
    assert levels() == ["orange"]
    watch(START + 45 * MINUTE)
    assert levels() == ["orange"]


@pytest.mark.parametrize("ahead", [3 * HOUR, 24 * HOUR])
def test_a_clock_that_ran_ahead_for_a_moment_makes_nobody_deaf(ahead: dt.timedelta) -> None:
    only("river-level")
    row = stream("river-level", interval_s=600)
    limit(row, "warning-level", 340.0)
    watch(START)
    watch(START + ahead)
    at = START + 10 * MINUTE
    speak(row, [(at, 340.0)], now=at)
    for minute in (11, 60, 120):
        watch(START + minute * MINUTE)
    assert levels() == ["yellow"]


def test_a_clock_far_behind_what_was_received_judges_nothing() -> None:
    only("river-level")
    row = stream("river-level", interval_s=600)
    limit(row, "warning-level", 340.0)
    watch(START)
    at = START + 10 * MINUTE
    speak(row, [(at, 340.0)], now=at)
    watch(START + HOUR)
    later = START + 48 * HOUR
    speak(row, [(later - n * MINUTE, 330.0) for n in range(120, 0, -10)], now=later)
    watch(later)
    slots = list(MonitoringPlace.objects.values_list("slot", flat=True))
    watch(START + 20 * MINUTE)
    assert list(MonitoringPlace.objects.values_list("slot", flat=True)) == slots
    assert len(notices()) == 1


@pytest.mark.parametrize("apart", [24 * HOUR, 5 * 24 * HOUR])
def test_clocks_days_apart_do_not_make_the_watch_anew_in_turn(apart: dt.timedelta) -> None:
    """Nothing is received meanwhile: the one behind has nothing to hear, and judges nothing."""
    only("river-level", "rainstorm")
    row = stream("river-level", interval_s=600)
    stream(code="YC-R-002")
    limit(row, "warning-level", 340.0)
    watch(START)
    at = START + 10 * MINUTE
    speak(row, [(at, 340.0)], now=at)
    watch(at + 10 * MINUTE)
    watch(at + apart)
    ahead, told = _kept(), events()
    for minute in range(11, 15):
        watch(at + minute * MINUTE)
        assert _kept() == ahead
        watch(at + apart + dt.timedelta(seconds=minute))
    assert _kept() == ahead
    assert events() == told
    assert told == [("raised", "yellow"), ("silent", "yellow")]


def test_a_clock_behind_hears_again_what_is_received_by_it() -> None:
    """Then it is the other one that ran ahead."""
    only("river-level")
    row = stream("river-level", interval_s=600)
    limit(row, "warning-level", 340.0)
    watch(START)
    watch(START + 48 * HOUR)
    watch(START + MINUTE)
    at = START + 10 * MINUTE
    speak(row, [(at, 340.0)], now=at)
    watch(at + MINUTE)
    assert levels() == ["yellow"]
    for minute in range(20, 300, 10):
        at = START + minute * MINUTE
        speak(row, [(at, 338.0)], now=at)
        watch(at + MINUTE)
    assert levels() == []


def _kept() -> list[Any]:
    """What the rows of the places remember."""
    rows = MonitoringPlace.objects.order_by("rule", "slot_s")
    return list(rows.values_list("rule", "slot_s", "slot", "number", "digest", "state"))


def test_a_clock_that_ran_far_ahead_leaves_a_notice_as_it_is() -> None:
    only("river-level")
    row = stream("river-level", interval_s=600)
    limit(row, "warning-level", 340.0)
    watch(START)
    speak(row, [(START + 10 * MINUTE, 340.0)], now=START + 10 * MINUTE)
    watch(START + 20 * MINUTE)
    watch(START + 24 * HOUR)
    watch(START + 30 * MINUTE)
    (found,) = notices()
    assert found.ended_at is None
    for minute in range(20, 300, 10):
        at = START + minute * MINUTE
        speak(row, [(at, 330.0)], now=at)
        watch(at + MINUTE)
    (found,) = notices()
    assert found.ended_at is not None


@pytest.mark.parametrize("asleep", [HOUR, 10 * HOUR])
def test_what_comes_before_the_watch_has_caught_up_is_raised_when_it_has(
    asleep: dt.timedelta,
) -> None:
    """The machine slept: a sender is there before the sweep, and looks at the oldest steps."""
    only("rainstorm")
    row = stream()
    watch(START)
    now = START + asleep
    speak(row, [(now - MINUTE, 60.0)], now=now)
    watch(now)
    assert levels() == ["orange"]


def test_a_sender_beside_a_watch_that_catches_up_leaves_it_what_is_new(
    nobody_hears: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    now = START + 10 * HOUR
    speak(row, [(now - MINUTE, 60.0)], now=now)
    memory.forget()
    inner = Standing.said

    def another_sends(self: Standing, last: int) -> Any:
        assert monitoring_ahead.raise_at_once(now, range(0)) == 0
        return inner(self, last)

    monkeypatch.setattr(Standing, "said", another_sends)
    watch(now)
    assert levels() == ["orange"]


@pytest.mark.parametrize("minute", [6, 20])
@pytest.mark.parametrize("is_warm", [True, False])
def test_a_state_that_this_program_cannot_read_is_made_again(is_warm: bool, minute: int) -> None:
    """Another edition wrote it, or it was damaged: what is open stays so, and is followed."""
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [60.0]), now=START + 5 * MINUTE)
    watch(START + 5 * MINUTE)
    if not is_warm:
        memory.forget()
    MonitoringPlace.objects.update(state=b"another", number=0)
    watch(START + minute * MINUTE)
    assert levels() == ["orange"]
    at = START + (minute // 5) * 5 * MINUTE
    speak(row, every(row, [60.0], at), now=at + 5 * MINUTE)
    assert levels() == ["red"]
    assert events() == [("raised", "orange"), ("higher", "red")]


def test_the_plan_is_read_again_only_when_it_changed() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    (first,) = _standings()
    speak(row, every(row, [1.0]), now=START + 5 * MINUTE)
    watch(START + 6 * MINUTE)
    assert _standings() == [first]
    stream(code="YC-R-002")
    watch(START + 7 * MINUTE)
    (second,) = _standings()
    assert (len(first.group.places), len(second.group.places)) == (1, 2)


def test_only_the_windows_of_the_late_station_are_filled_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    only("rainstorm")
    row, other = stream(), stream(code="YC-R-002")
    watch(START)
    wet(row)
    dry = START + 4 * HOUR
    (standing,) = _standings()
    asked: list[int] = []
    inner = Standing.held

    def held(self: Standing, places: Any, until: int) -> Any:
        asked.extend(places.tolist())
        return inner(self, places, until)

    monkeypatch.setattr(Standing, "held", held)
    speak(other, [(START + HOUR, 60.0)], now=dry)
    watch(dry)
    of_other = [n for n, each in enumerate(standing.group.places) if each.stream == str(other.pk)]
    assert asked == of_other
    assert levels() == ["orange", "orange"]


def test_another_station_fills_only_its_own_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others keep what is remembered, and what came late of them meanwhile is filled in."""
    only("rainstorm")
    row, late = stream(), stream(code="YC-R-002")
    watch(START)
    wet(row)
    speak(late, [(START + HOUR, 60.0)], now=START + 4 * HOUR)
    new = stream(code="YC-R-003")
    speak(new, every(new, [2.8] * 36), now=START + 4 * HOUR)
    asked: list[str] = []
    inner = Standing.held

    def held(self: Standing, places: Any, until: int) -> Any:
        asked.extend(self.group.places[place].stream for place in places.tolist())
        return inner(self, places, until)

    monkeypatch.setattr(Standing, "held", held)
    watch(START + 4 * HOUR + MINUTE)
    assert sorted(asked) == sorted([str(late.pk), str(new.pk)])
    assert levels() == ["orange", "red", "orange"]
    monkeypatch.undo()
    memory.forget()
    MonitoringPlace.objects.update(digest="another")
    watch(START + 4 * HOUR + 2 * MINUTE)
    assert levels() == ["orange", "red", "orange"]
    assert [event for event in events() if event[0] not in ("late", "silent")] == [
        ("raised", "orange"),
        ("raised", "orange"),
        ("raised", "orange"),
        ("higher", "red"),
    ]


@pytest.mark.parametrize("is_new", [False, True])
def test_what_came_late_is_named_when_another_station_came_as_well(is_new: bool) -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    watch(START + 4 * HOUR)
    speak(row, [(START + HOUR, 60.0)], now=START + 4 * HOUR)
    if is_new:
        stream(code="YC-R-002")
    for minute in (1, 2):
        watch(START + 4 * HOUR + minute * MINUTE)
    assert [(late.datastream, late.count) for late in LateReadings.objects.all()] == [(row, 1)]


def _standings() -> list[Standing]:
    return memory.warm()


def test_the_collector_leaves_what_is_watched_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is no longer watched is collected all the same."""
    monkeypatch.setattr(monitoring_memory, "MANY", 2)
    only("rainstorm")
    stream()
    watch(START)
    assert gc.get_freeze_count() == 0
    try:
        stream(code="YC-R-002")
        watch(START + MINUTE)
        frozen = gc.get_freeze_count()
        assert frozen > 0
        standing = weakref.ref(memory.warm()[0].feed.of_place)
        memory.forget()
        gc.collect()
        assert standing() is None
    finally:
        gc.unfreeze()


def test_a_store_that_fails_while_it_is_gathered_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A correction is read anew; where that fails, what came with it is gathered again."""
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, spread(10, 36)), now=START + 3 * HOUR)
    assert levels() == []
    with monkeypatch.context() as patched:

        def away(*_: object) -> None:
            raise StoreFailed("the server is away")

        patched.setattr(monitoring_standing, "held_at", away)
        speak(row, every(row, spread(100, 36)), now=START + 3 * HOUR)
    watch(START + 3 * HOUR)
    assert levels() == ["red"]
