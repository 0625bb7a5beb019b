"""From a reading to a notice: every family of rules at its limits, through the whole path."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from anlan.sensing.store.numbered import newest_number
from anlan.sensing.store.values import to_us
from anlan.warning.actions import monitoring
from anlan.warning.models import LateReadings, MonitoringNotice, NoticeEvent
from anlan.warning.queries.monitoring import reasons_of
from anlan.warning.queries.monitoring_memory import Gauges
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
    spread,
    stream,
    tell,
    watch,
)

pytestmark = pytest.mark.usefixtures("kept")
E = 0.001


@pytest.mark.parametrize(
    ("total", "slots", "level"),
    [
        (50 - E, 36, []),
        (50, 36, ["orange"]),
        (50 + E, 36, ["orange"]),
        (100 - E, 36, ["orange"]),
        (100, 36, ["red"]),
        (100 + E, 36, ["red"]),
        (50 - E, 72, []),
        (50, 72, ["yellow"]),
        (50 - E, 144, []),
        (50, 144, ["blue"]),
    ],
)
def test_rain_over_its_windows(total: float, slots: int, level: list[str]) -> None:
    only("rainstorm")
    row = stream()
    tell(row, spread(total, slots))
    assert levels("rainstorm") == level


LEVELS = {"warning-level": 340.0, "guarantee-level": 342.0, "record-level": 343.1}
RESERVOIR = {"flood-limit": 612.0, "design-flood": 616.4, "check-flood": 618.0}


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (339.5 - E, []),
        (339.5, ["blue"]),
        (340 - E, ["blue"]),
        (340, ["yellow"]),
        (342 - E, ["yellow"]),
        (342, ["orange"]),
        (343.1 - E, ["orange"]),
        (343.1, ["red"]),
        (343.1 + E, ["red"]),
    ],
)
def test_a_river_by_its_own_levels(value: float, level: list[str]) -> None:
    only("river-level")
    row = stream("river-level", interval_s=600)
    for kind, own in LEVELS.items():
        limit(row, kind, own)
    tell(row, [value])
    assert levels() == level


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (612.0, []),
        (612.0 + E, ["yellow"]),
        (616.4 - E, ["yellow"]),
        (616.4, ["orange"]),
        (618.0, ["red"]),
    ],
)
def test_a_reservoir_above_its_flood_limit(value: float, level: list[str]) -> None:
    only("reservoir-level")
    row = stream("reservoir-level", interval_s=3600)
    for kind, own in RESERVOIR.items():
        limit(row, kind, own)
    tell(row, [value])
    assert levels() == level


@pytest.mark.parametrize(
    ("observed", "kind", "code", "value", "level"),
    [
        ("wind", "weather", "gale", 10.8 - E, []),
        ("wind", "weather", "gale", 10.8, ["blue"]),
        ("wind", "weather", "gale", 17.2, ["yellow"]),
        ("wind", "weather", "gale", 24.5, ["orange"]),
        ("wind", "weather", "gale", 32.7, ["red"]),
        ("wind", "mine", "gale", 32.7, []),
        ("temperature", "weather", "heat", 37 - E, []),
        ("temperature", "weather", "heat", 37, ["orange"]),
        ("temperature", "weather", "heat", 40 - E, ["orange"]),
        ("temperature", "weather", "heat", 40, ["red"]),
        ("visibility", "weather", "fog", 500, []),
        ("visibility", "weather", "fog", 500 - E, ["yellow"]),
        ("visibility", "weather", "fog", 200, ["yellow"]),
        ("visibility", "weather", "fog", 200 - E, ["orange"]),
        ("visibility", "weather", "fog", 50, ["orange"]),
        ("visibility", "weather", "fog", 50 - E, ["red"]),
        ("carbon-monoxide", "mine", "carbon-monoxide", 24 - E, []),
        ("carbon-monoxide", "mine", "carbon-monoxide", 24, ["yellow"]),
        ("combustible", "plant", "combustible-gas", 25 - E, []),
        ("combustible", "plant", "combustible-gas", 25, ["yellow"]),
        ("combustible", "plant", "combustible-gas", 50, ["orange"]),
        ("oxygen", "plant", "oxygen-low", 19.5 + E, []),
        ("oxygen", "plant", "oxygen-low", 19.5, ["yellow"]),
        ("oxygen", "plant", "oxygen-high", 23.5 - E, []),
        ("oxygen", "plant", "oxygen-high", 23.5, ["yellow"]),
        ("oxygen", "mine", "mine-oxygen", 20, []),
        ("oxygen", "mine", "mine-oxygen", 20 - E, ["yellow"]),
        ("oxygen", "plant", "mine-oxygen", 19.9, []),
        ("hydrogen-sulfide", "mine", "mine-hydrogen-sulfide", 6.6, []),
        ("hydrogen-sulfide", "mine", "mine-hydrogen-sulfide", 6.6 + E, ["yellow"]),
        ("ammonia", "mine", "mine-ammonia", 40 + E, ["yellow"]),
    ],
)
def test_what_is_observed_now(
    observed: str, kind: str, code: str, value: float, level: list[str]
) -> None:
    only(code)
    tell(stream(observed, kind=kind, interval_s=300), [value])
    assert levels() == level


@pytest.mark.parametrize(
    ("number", "value", "level"),
    [
        ("T1", 1 - E, []),
        ("T1", 1, ["yellow"]),
        ("T1", 1.5 - E, ["yellow"]),
        ("T1", 1.5, ["orange"]),
        ("T3", 0.5 - E, []),
        ("T3", 0.5, ["orange"]),
        ("X9", 5, []),
    ],
)
def test_methane_by_the_place_in_the_mine(number: str, value: float, level: list[str]) -> None:
    only("methane")
    tell(stream("methane", kind="mine", number=number), [value])
    assert levels() == level


@pytest.mark.parametrize(
    ("rate", "level"),
    [
        (2, []),
        (2 + E, ["yellow"]),
        (11.342, ["yellow"]),
        (11.343, ["orange"]),
        (22.860, ["orange"]),
        (22.861, ["red"]),
    ],
)
def test_the_tangent_angle_of_a_day(rate: float, level: list[str]) -> None:
    """Steady rate 2 mm a day: 80° from 2·tan 80° = 11.3426, 85° from 22.8601."""
    only("slope-tangent")
    row = stream("displacement", kind="slope", interval_s=3600)
    limit(row, "steady-rate", 2)
    tell(row, [60.0] + [None] * 23 + [60.0 + rate])
    assert levels() == level


def test_a_slope_without_its_steady_rate_is_not_judged() -> None:
    only("slope-tangent")
    tell(stream("displacement", kind="slope", interval_s=3600), [60.0] + [None] * 23 + [90.0])
    assert levels() == []


DAYS = 11


def rain_of_days(row: object, today: float, before: float = 0.0) -> dt.datetime:
    """Hourly rain of eleven days; today's and that of each day before, in its last hour."""
    values: list[float | None] = []
    for _ in range(DAYS - 1):
        values += [0.0] * 23 + [before]
    values += [0.0] * 23 + [today]
    start = START - dt.timedelta(days=DAYS)
    return tell(row, values, start)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("today", "level"), [(56 - E, []), (56, ["yellow"]), (80 - E, ["yellow"]), (80, ["orange"])]
)
def test_effective_rainfall_against_the_value_of_the_place(today: float, level: list[str]) -> None:
    only("slope-rain")
    row = stream(interval_s=3600)
    limit(row, "effective-rain", 80)
    rain_of_days(row, today)
    assert levels() == level


@pytest.mark.parametrize(
    ("older", "newer", "level"), [(80, 200, []), (200, 80, ["orange"]), (80, 80, ["orange"])]
)
def test_of_two_critical_values_that_hold_the_newer_counts(
    older: float, newer: float, level: list[str]
) -> None:
    """The older one was not ended: it is one place all the same, and one notice."""
    only("slope-rain")
    row = stream(interval_s=3600)
    limit(row, "effective-rain", older)
    limit(row, "effective-rain", newer, valid_from=dt.date(2026, 2, 1))
    rain_of_days(row, 90.0)
    assert levels() == level
    assert [found.limit for found in notices()] == [80.0] * len(level)


def test_effective_rainfall_weighs_the_days_before() -> None:
    """10 mm on each of ten days before: 10 · Σ 0.84^i for i = 1 to 10 = 43.318 mm."""
    only("slope-rain")
    row = stream(interval_s=3600)
    limit(row, "effective-rain", 43.3)
    rain_of_days(row, 0.0, before=10.0)
    (found,) = notices()
    assert (found.level, found.value) == ("orange", 43.318)


def test_what_was_of_an_open_hour_is_late_when_another_process_has_closed_it() -> None:
    """By a clock that is ahead, with what the store knew before: the one number is of the other
    hour, and does not say that nothing came for this one."""
    only("slope-rain")
    row = stream(interval_s=3600)
    gauges = Gauges({row.pk.bytes: Decimal(80)})
    before = newest_number()
    gauges.seen = before
    speak(row, [(START + HOUR, 80.0)], now=START + HOUR)
    now = newest_number()
    assert not gauges.have_late(before, now, to_us(START))
    assert gauges.have_late(before, now, to_us(START + HOUR))
    assert not gauges.have_late(now, now, to_us(START + HOUR))


@pytest.mark.parametrize(("today", "level"), [(0.0, []), (60.0, ["orange"])])
def test_rain_and_displacement_together(today: float, level: list[str]) -> None:
    """Both yellow: the combination is one level above."""
    only("slope-rain", "slope-tangent", "slope-rain-and-displacement")
    rain = stream(code="YC-G-001", kind="slope", interval_s=3600)
    limit(rain, "effective-rain", 80)
    slope = stream("displacement", code="YC-G-001", interval_s=3600)
    limit(slope, "steady-rate", 2)
    rain_of_days(rain, today)
    speak(slope, [(START - 24 * HOUR, 60.0), (START, 64.0)], now=START + 50 * MINUTE)
    watch(START + 55 * MINUTE)
    assert levels("slope-tangent") == ["yellow"]
    assert levels("slope-rain-and-displacement") == level
    watch(START + 56 * MINUTE)
    assert levels("slope-rain-and-displacement") == level


def test_nothing_heard_raises_nothing() -> None:
    only("rainstorm", "river-level", "fog")
    stream()
    watch(START)
    watch(START + 30 * HOUR)
    assert not MonitoringNotice.objects.exists()


def wet(row: object, now: dt.datetime = START + 4 * HOUR) -> MonitoringNotice:
    speak(row, every(row, [1.5] * 36), now=START + 3 * HOUR)  # type: ignore[arg-type]
    watch(now)
    (found,) = notices()
    return found


def test_silence_holds_the_level_and_is_said() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    found = wet(row, START + 3 * HOUR + 15 * MINUTE)
    assert (found.level, found.silent_since) == ("orange", None)
    watch(START + 40 * HOUR)
    found.refresh_from_db()
    assert (found.level, found.ended_at) == ("orange", None)
    assert found.silent_since == START + 3 * HOUR
    kinds = list(NoticeEvent.objects.order_by("known_at", "pk").values_list("kind", flat=True))
    assert kinds == ["raised", "silent"]


def test_it_ends_when_whole_windows_are_below() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    wet(row, START + 3 * HOUR)
    dry = START + 3 * HOUR
    speak(row, every(row, [0.0] * 12 * 13, dry), now=dry + 13 * HOUR)
    watch(dry + 14 * HOUR)
    (found,) = notices()
    kinds = list(NoticeEvent.objects.order_by("at", "pk").values_list("kind", "after"))
    assert found.highest == "orange"
    assert kinds == [("raised", "orange"), ("lower", "yellow"), ("lower", "blue"), ("cleared", "")]
    assert found.ended_at is not None


def test_the_worked_table() -> None:
    """docs/rules/monitoring.md, from its first to its last line."""
    only("rainstorm")
    row = stream()
    watch(START)
    for half_hour in range(26):
        at = START + half_hour * 30 * MINUTE
        speak(row, every(row, [1.5 if half_hour < 6 else 0.0] * 6, at), now=at + 30 * MINUTE)
        watch(at + 30 * MINUTE)
    watch(START + 13 * HOUR + 10 * MINUTE)
    steps = [
        (step.after, (step.at - START) // MINUTE, step.value)
        for step in NoticeEvent.objects.order_by("at", "pk")
    ]
    assert steps == [
        ("orange", 170, 51.0),
        ("yellow", 195, 49.5),
        ("blue", 375, 49.5),
        ("", 735, 49.5),
    ]


def test_one_missing_reading_holds_until_it_comes_late() -> None:
    """Named as late, and then the windows are whole again."""
    only("rainstorm")
    row = stream()
    watch(START)
    wet(row, START + 3 * HOUR)
    dry = START + 3 * HOUR
    values: list[float | None] = [0.0] * 12 * 13
    values[100] = None
    speak(row, every(row, values, dry), now=dry + 13 * HOUR)
    watch(dry + 13 * HOUR + 10 * MINUTE)
    (found,) = notices()
    assert (found.level, found.ended_at) == ("blue", None)
    late = every(row, [0.0] * 101, dry)[100]
    speak(row, [late], now=dry + 13 * HOUR + 11 * MINUTE)
    speak(row, every(row, [0.0] * 12, dry + 13 * HOUR + 10 * MINUTE), now=dry + 14 * HOUR)
    speak(row, every(row, [0.0] * 2, dry + 13 * HOUR), now=dry + 14 * HOUR)
    watch(dry + 14 * HOUR + 15 * MINUTE)
    found.refresh_from_db()
    assert found.ended_at is not None
    named = LateReadings.objects.order_by("first_at").last()
    assert named is not None
    assert (named.count, named.first_at, named.last_at) == (1, late[0], late[0])
    assert NoticeEvent.objects.filter(kind="late").exists()


def test_a_day_that_comes_late_still_raises() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    watch(START + 5 * HOUR)
    speak(row, every(row, [1.5] * 36), now=START + 5 * HOUR)
    watch(START + 5 * HOUR + MINUTE)
    assert levels() == ["orange"]


def test_a_storm_that_comes_late_keeps_how_high_it_was() -> None:
    """Three hours of rain, then three of none; all of it comes afterwards."""
    only("rainstorm")
    row = stream()
    watch(START)
    watch(START + 7 * HOUR)
    speak(row, every(row, [1.5] * 36 + [0.0] * 48), now=START + 7 * HOUR)
    watch(START + 7 * HOUR + MINUTE)
    (found,) = notices()
    assert (found.highest, found.level) == ("orange", "blue")
    assert found.opened_at < START + 3 * HOUR
    kinds = list(NoticeEvent.objects.order_by("at", "pk").values_list("kind", "after"))
    assert kinds[0][0] == "raised"
    assert ("lower", "blue") in kinds


def test_another_plan_keeps_what_is_open() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    first = wet(row)
    stream(code="YC-R-002")
    watch(START + 4 * HOUR + MINUTE)
    (found,) = notices()
    assert (found.pk, found.level, found.ended_at) == (first.pk, "orange", None)


@pytest.mark.parametrize(("value", "level"), [(300.0 + E, []), (300.0, ["red"])])
def test_outside_the_valid_range_raises_nothing(value: float, level: list[str]) -> None:
    only("rainstorm")
    tell(stream(), [0.0, value, 0.0])
    assert levels() == level


def test_a_doubted_reading_may_raise_and_never_lowers() -> None:
    """A jump of more than 5 m is doubted: upwards it raises, downwards it holds."""
    only("river-level")
    row = stream("river-level", interval_s=600)
    for kind, own in LEVELS.items():
        limit(row, kind, own)
    end = tell(row, [330.0, 341.0])
    assert levels() == ["yellow"]
    at = START + 20 * MINUTE
    speak(row, every(row, [330.0], at), now=at + 10 * MINUTE)
    watch(end)
    assert levels() == ["yellow"]


def test_a_correction_lowers_when_its_time_is_whole() -> None:
    only("river-level")
    row = stream("river-level", interval_s=600)
    for kind, own in LEVELS.items():
        limit(row, kind, own)
    tell(row, [338.0, 340.2])
    assert levels() == ["yellow"]
    at = START + 20 * MINUTE
    speak(row, [(at, 338.2)], now=at + HOUR)
    speak(row, every(row, [338.2] * 12, at), now=at + 2 * HOUR)
    watch(at + 3 * HOUR)
    assert levels() == []


@pytest.mark.parametrize("gap", [1, 4, 6])
def test_an_absurd_level_lasts_until_the_next_one_after_a_gap_too(gap: int) -> None:
    """It is doubted, and may raise all the same; with the next reading it is a spike."""
    only("low-water")
    row = stream("river-level", interval_s=600)
    for kind, value in (("drought-level", 330.0), ("period-low", 329.0), ("record-low", 328.0)):
        limit(row, kind, value)
    watch(START)
    speak(row, every(row, [343.7] * 12), now=START + 2 * HOUR)
    watch(START + 2 * HOUR)
    at = START + 2 * HOUR + gap * 10 * MINUTE
    answer = speak(row, [(at, 1.0)], now=at)
    watch(at + MINUTE)
    assert (answer["counts"]["suspect"], levels()) == (1, ["red"])
    speak(row, [(at + 10 * MINUTE, 343.7)], now=at + 10 * MINUTE)
    watch(at + 20 * MINUTE)
    assert levels() == []


def test_a_clock_that_runs_behind_changes_nothing() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    wet(row)
    before = NoticeEvent.objects.count()
    for back in (1, 3, 30):
        watch(START + 4 * HOUR - back * HOUR)
    assert NoticeEvent.objects.count() == before


def test_the_grounds_bear_the_mark_of_what_decided() -> None:
    """A row of the mine's table its own; "close to" a river's warning level is ours."""
    only("methane", "river-level")
    tell(stream("methane", kind="mine", number="T1", code="YC-M-001"), [1.2])
    river = stream("river-level", code="YC-H-001", interval_s=600)
    limit(river, "warning-level", 340.0)
    tell(river, [339.7])
    (mine,), (blue,) = notices("methane"), notices("river-level")
    first = reasons_of(mine)[0]
    assert (first.rule, first.status.value) == ("methane-state", "V")
    assert first.valid_until is not None
    assert [reason.status.value for reason in reasons_of(blue)] == ["D", "D"]


def test_a_rule_that_fails_keeps_none_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    only("rainstorm", "river-level")
    rain, river = stream(), stream("river-level", code="YC-H-001", interval_s=600)
    limit(river, "warning-level", 340.0)
    watch(START)
    inner = monitoring._watch_rule

    def fails(each: Any, *more: Any) -> int:
        if each.rule.code == failing:
            raise ValueError(each.rule.code)
        return inner(each, *more)

    monkeypatch.setattr(monitoring, "_watch_rule", fails)
    for failing, level in (("rainstorm", "yellow"), ("river-level", "orange")):
        at = START + 3 * HOUR
        speak(rain, every(rain, spread(50, 36)), now=at)
        speak(river, [(at, 340.0)], now=at)
        with pytest.raises(ValueError, match=failing):
            watch(at + 20 * MINUTE)
        assert level in levels()
