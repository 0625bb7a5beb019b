"""Limits of stations and villages of their own: each at its edges, through the whole path."""

import pytest

from anlan.base.journal.recording import recording
from anlan.sensing.models import Datastream
from anlan.warning.models import MonitoringRule
from anlan.warning.queries.monitoring import watching
from tests.registers.kept import NOW, said
from tests.warning.watched import (
    HOUR,
    START,
    every,
    levels,
    limit,
    notices,
    older_limit,
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
    ("observed", "kind", "value", "level"),
    [
        ("oxygen", "plant", 20.5 + E, []),
        ("oxygen", "plant", 20.5, ["yellow"]),
        ("oxygen", "plant", 20.5 - E, ["yellow"]),
        ("oxygen", "plant", 18 + E, ["yellow"]),
        ("oxygen", "plant", 18, ["orange"]),
        ("oxygen", "plant", 18 - E, ["orange"]),
        ("oxygen", "plant", None, []),
        ("visibility", "bridge", 20.5 + E, []),
        ("visibility", "bridge", 20.5, ["yellow"]),
        ("visibility", "bridge", 18, ["orange"]),
        ("visibility", "bridge", None, []),
    ],
)
def test_an_own_limit_that_lies_downwards(
    observed: str, kind: str, value: float | None, level: list[str]
) -> None:
    only(f"own-{observed}")
    row = stream(observed, kind=kind, interval_s=300)
    limit(row, "alarm", 20.5)
    limit(row, "cut-off", 18)
    tell(row, [value])
    assert levels() == level
    for found in notices():
        assert (found.value, found.limit) == (value, 20.5 if level == ["yellow"] else 18)


LOWER = (
    *(("pressure", "pipe"), ("flow", "hydrology"), ("wind", "mine"), ("temperature", "plant")),
    *(("tank-level", "plant"), ("reservoir-level", "hydrology")),
)


@pytest.mark.parametrize(("observed", "kind"), LOWER)
@pytest.mark.parametrize(
    ("value", "level"),
    [
        (20 + E, []),
        (20, ["yellow"]),
        (20 - E, ["yellow"]),
        (18 + E, ["yellow"]),
        (18, ["orange"]),
        (18 - E, ["orange"]),
        (None, []),
    ],
)
def test_what_may_be_too_low_has_limits_below(
    observed: str, kind: str, value: float | None, level: list[str]
) -> None:
    """Beside those above, which the rule of the upper limits reads."""
    only(f"low-{observed}", f"own-{observed}")
    row = stream(observed, kind=kind, interval_s=300)
    limit(row, "alarm", 30)
    limit(row, "low-alarm", 20)
    limit(row, "low-low-alarm", 18)
    tell(row, [value])
    assert levels() == level
    for found in notices():
        assert found.rule.code == f"low-{observed}"
        assert (found.value, found.limit) == (value, 20 if level == ["yellow"] else 18)


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (2 + E, []),
        (2, ["yellow"]),
        (2 - E, ["yellow"]),
        (1.5 + E, ["yellow"]),
        (1.5, ["orange"]),
        (1.5 - E, ["orange"]),
        (-0.2 + E, ["orange"]),
        (-0.2, ["red"]),
        (-0.2 - E, ["red"]),
        (None, []),
    ],
)
def test_low_water_by_the_levels_of_the_river(value: float | None, level: list[str]) -> None:
    only("low-water", "river-level")
    row = stream("river-level", interval_s=600)
    for kind, own in (("warning-level", 6), ("drought-level", 2), ("period-low", 1.5)):
        limit(row, kind, own)
    limit(row, "record-low", -0.2)
    tell(row, [value])
    assert levels() == level
    assert [found.rule.code for found in notices()] == ["low-water"] * len(level)


@pytest.mark.parametrize("own", [-5.0, 0.0])
@pytest.mark.parametrize("more", [-E, 0.0, E, None])
def test_a_limit_of_its_own_at_or_below_nought(own: float, more: float | None) -> None:
    only("own-temperature")
    row = stream("temperature", kind="plant", interval_s=300)
    limit(row, "alarm", own)
    tell(row, [own - 1, None if more is None else own + more])
    assert levels() == (["yellow"] if more is not None and more >= 0 else [])
    for found in notices():
        assert (found.value, found.limit) == (own + (more or 0), own)


def test_an_amount_of_nought_is_no_limit_and_is_said() -> None:
    only("own-rain")
    row = stream()
    limit(row, "alarm", 0.0)
    tell(row, [0.0, 1.0])
    assert levels() == []
    rule = MonitoringRule.objects.get(code="own-rain")
    assert watching(rule, START).refused == (str(row),)


def test_a_window_that_is_too_long_stops_its_own_station_alone() -> None:
    only("rainstorm", "flash-flood")
    row, other = stream(), stream(code="YC-R-002")
    limit(row, "move", 50.0, window_min=60)
    limit(other, "move", 50.0, window_min=600_000)
    tell(row, [60.0])
    assert (levels("rainstorm"), levels("flash-flood")) == (["orange"], ["red"])
    rule = MonitoringRule.objects.get(code="flash-flood")
    assert watching(rule, START).refused == (str(other),)


@pytest.mark.parametrize("wait", ["hold_s", "clear_s"])
def test_a_rule_that_waits_too_long_stops_itself_alone(wait: str) -> None:
    only("rainstorm", "gale")
    with recording(action="test.rule", actor=said()["actor"], now=NOW, request_id="waits") as rec:
        rule = rec.lock(MonitoringRule, MonitoringRule.objects.get(code="gale").pk)
        rule.slot_s, rule.hold_s, rule.clear_s = 1, 0, 0
        setattr(rule, wait, 200_000)
        rec.save(rule)
    wind = stream("wind", code="YC-W-001", interval_s=1)
    tell(stream(), [60.0])
    assert levels() == ["orange"]
    assert watching(rule, START).refused == (str(wind),)


@pytest.mark.parametrize("value", [1e306, float("inf")])
@pytest.mark.parametrize(
    ("code", "observed", "kind"),
    [
        ("own-temperature", "temperature", "alarm"),
        ("river-level", "river-level", "record-level"),
        ("slope-tangent", "displacement", "steady-rate"),
    ],
)
def test_a_limit_that_is_no_number_stops_its_own_station_alone(
    code: str, observed: str, kind: str, value: float
) -> None:
    only("rainstorm", code)
    other = stream(observed, code="YC-X-001", interval_s=300)
    limit(other, kind, value)
    tell(stream(), [60.0])
    assert levels() == ["orange"]
    assert watching(MonitoringRule.objects.get(code=code), START).refused == (str(other),)


@pytest.mark.parametrize("number", ["X9", "T1"])
@pytest.mark.parametrize(
    ("kind", "value", "level"),
    [
        ("yellow", 0.7 - E, []),
        ("yellow", 0.7, ["yellow"]),
        ("yellow", 0.7 + E, ["yellow"]),
        ("yellow", None, []),
        ("orange", 0.7 - E, []),
        ("orange", 0.7, ["orange"]),
    ],
)
def test_own_colours_of_methane_that_an_older_program_took(
    number: str, kind: str, value: float | None, level: list[str]
) -> None:
    """They are refused when they are entered now; those that are there are watched."""
    only("methane")
    row = stream("methane", kind="mine", number=number)
    older_limit(row, kind, 0.7)
    tell(row, [value])
    assert levels() == level


@pytest.mark.parametrize("value", [20 - E, 20.0, 20 + E])
@pytest.mark.parametrize(
    ("observed", "kind"),
    [
        *(("displacement", "slope"), ("flow", "hydrology"), ("pressure", "pipe")),
        *(("vibration", "bridge"), ("combustible", "plant"), ("chlorine", "plant")),
    ],
)
def test_a_limit_of_its_own_is_watched_whatever_it_is_of(
    observed: str, kind: str, value: float
) -> None:
    only(f"own-{observed}")
    row = stream(observed, kind=kind, interval_s=300 if observed != "displacement" else 3600)
    limit(row, "yellow", 20)
    tell(row, [value])
    assert levels() == (["yellow"] if value >= 20 else [])


@pytest.mark.parametrize(
    ("value", "level"), [(30 - E, []), (30, ["yellow"]), (40, ["orange"]), (40 + E, ["orange"])]
)
def test_limits_of_a_crack_of_its_own(value: float, level: list[str]) -> None:
    only("crack")
    row = stream("crack", kind="slope", interval_s=3600)
    limit(row, "yellow", 30)
    limit(row, "orange", 40)
    tell(row, [value])
    assert levels() == level


@pytest.mark.parametrize(
    ("total", "level"),
    [(28 - E, []), (28, ["orange"]), (40 - E, ["orange"]), (40, ["red"]), (40 + E, ["red"])],
)
def test_critical_rainfall_with_its_default_for_prepare(total: float, level: list[str]) -> None:
    """Only "move now" is known: "prepare" is 70 % of it; of two soil states the lower counts."""
    only("flash-flood")
    row = stream()
    limit(row, "move", 40, window_min=60, soil="wet")
    limit(row, "move", 55, window_min=60, soil="dry")
    tell(row, spread(total, 12))
    assert levels() == level


TABLE = {60: (35, 45, 60, 80), 180: (55, 75, 100, 120), 360: (70, 95, 120, 150)}


COLOURS = ("blue", "yellow", "orange", "red")


def county_table(row: Datastream, minutes: int, **more: object) -> None:
    for kind, value in zip(COLOURS, TABLE[minutes], strict=True):
        limit(row, kind, value, window_min=minutes, **more)


@pytest.mark.parametrize(
    ("total", "level"),
    [
        *((35 - E, []), (35, ["blue"]), (35 + E, ["blue"])),
        *((45 - E, ["blue"]), (45, ["yellow"]), (45 + E, ["yellow"])),
        *((60 - E, ["yellow"]), (60, ["orange"]), (60 + E, ["orange"])),
        *((80 - E, ["orange"]), (80, ["red"]), (80 + E, ["red"])),
    ],
)
def test_a_county_table_of_four_colours(total: float, level: list[str]) -> None:
    """The table of Jianghua county, one hour (fact sheet of hazards, 4.5)."""
    only("flash-flood")
    row = stream()
    county_table(row, 60)
    tell(row, spread(total, 12))
    assert levels() == level


def test_any_window_of_a_county_table_suffices() -> None:
    """30 mm an hour: nothing in one hour, 90 in three is yellow, 180 in six is red."""
    only("flash-flood")
    row = stream()
    for minutes in TABLE:
        county_table(row, minutes)
    tell(row, spread(90, 36))
    assert levels() == ["yellow"]
    after = START + 3 * HOUR
    speak(row, every(row, spread(90, 36), after), now=after + 3 * HOUR)
    watch(after + 4 * HOUR)
    assert [found.highest for found in notices()] == ["red"]


def test_rain_that_is_missing_reaches_no_colour() -> None:
    only("flash-flood")
    row = stream()
    county_table(row, 60)
    tell(row, [None] * 12)
    assert levels() == []
    tell(row, [35.0, *[None] * 11], START + 2 * HOUR)
    assert levels() == ["blue"]


@pytest.mark.parametrize(
    ("total", "level"), [(28 - E, []), (28, ["orange"]), (40 - E, ["orange"]), (40, ["red"])]
)
def test_a_county_table_beside_critical_rainfall_makes_nothing_later(
    total: float, level: list[str]
) -> None:
    """Move now at 40 mm: the milder colours of the table, 35 and 45, do not contradict it."""
    only("flash-flood")
    row = stream()
    limit(row, "move", 40, window_min=60)
    county_table(row, 60)
    tell(row, spread(total, 12))
    assert levels() == level


def test_a_colour_of_a_soil_counts_where_it_is_the_lowest() -> None:
    only("flash-flood")
    row = stream()
    limit(row, "yellow", 45, window_min=60)
    limit(row, "yellow", 30, window_min=60, soil="wet")
    tell(row, spread(30, 12))
    assert levels() == ["yellow"]
