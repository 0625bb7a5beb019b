"""Limits of a place's own, effective rainfall and combinations at their edges."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.monitoring.combination import BadLevel, combined_level
from anlan.warning.rules.monitoring.effective import Day, effective_level
from anlan.warning.rules.monitoring.group import BadGroup, Comparison
from anlan.warning.rules.monitoring.house_rules import edition, house_rules
from anlan.warning.rules.monitoring.own_limits import (
    alarm_limits,
    critical_limits,
    low_water_limits,
    lower_limits,
    methane_limits,
    reservoir_limits,
    river_limits,
    tangent_limits,
)
from anlan.warning.rules.thresholds.low_flow import LowWater, low_flow_signal
from anlan.warning.rules.thresholds.scale import Reached
from anlan.warning.rules.thresholds.slope_tangent import slope_tangent_level

NONE = (None, None, None, None)
COLOURS = ("blue", "yellow", "orange", "red")


@pytest.mark.parametrize(
    ("own", "limits"),
    [
        ({}, NONE),
        ({"warning-level": 340.0}, (339_500, 340_000, None, None)),
        (
            {"warning-level": 340.0, "guarantee-level": 342.0, "record-level": 343.1},
            (339_500, 340_000, 342_000, 343_100),
        ),
        ({"guarantee-level": 342.0}, (None, None, 342_000, None)),
    ],
)
def test_river(own: dict[str, float], limits: Any) -> None:
    assert river_limits(own) == limits


def test_a_river_whose_gauge_begins_below_nought() -> None:
    """Blue is half a metre below the warning level, wherever nought is."""
    assert river_limits({"warning-level": 0.3}) == (-200, 300, None, None)


def test_a_river_whose_levels_make_no_order() -> None:
    with pytest.raises(BadGroup):
        river_limits({"warning-level": 342.0, "guarantee-level": 340.0})


def test_reservoir() -> None:
    own = {"flood-limit": 612.0, "design-flood": 616.4, "check-flood": 618.0}
    assert reservoir_limits(own) == (None, 612_001, 616_400, 618_000)
    assert reservoir_limits({}) == NONE


@pytest.mark.parametrize(
    ("prepare", "move", "limits"),
    [
        (None, None, NONE),
        (30, 42, (None, None, 30_000, 42_000)),
        (None, 40, (None, None, 28_000, 40_000)),
        (30, None, (None, None, 30_000, None)),
        (45, 42, (None, None, 42_000, 42_000)),
    ],
)
def test_critical_rainfall(prepare: Any, move: Any, limits: Any) -> None:
    given = {"prepare": prepare, "move": move}
    assert critical_limits({k: v for k, v in given.items() if v is not None}) == limits


@pytest.mark.parametrize(
    ("own", "limits"),
    [
        ({"blue": 35, "yellow": 45, "orange": 60, "red": 80}, (35_000, 45_000, 60_000, 80_000)),
        ({"yellow": 45}, (None, 45_000, None, None)),
        ({"blue": 35, "move": 40}, (28_000, None, 28_000, 40_000)),
        ({"orange": 60, "prepare": 50, "red": 80}, (None, None, 50_000, 80_000)),
        ({"orange": 60, "red": 80, "move": 90}, (None, None, 60_000, 80_000)),
        ({"yellow": 45, "red": 40}, (None, 40_000, None, 40_000)),
    ],
)
def test_a_county_table_of_colours(own: dict[str, float], limits: Any) -> None:
    """Of what is said twice the lower counts; a milder colour never lies above a higher one."""
    assert critical_limits(own) == limits


@given(
    st.dictionaries(st.sampled_from(("prepare", "move", *COLOURS)), st.integers(1, 300)),
    st.sampled_from(("move", *COLOURS)),
    st.integers(1, 300),
)
def test_a_further_limit_never_makes_a_warning_later(
    own: dict[str, float], kind: str, value: int
) -> None:
    """From any rain on, the level with it is at least the level without it. A "prepare" that
    becomes known takes the place of its default, which may be lower."""
    before, after = critical_limits(own), critical_limits({kind: value} | own)
    for rain in range(0, 301_000, 500):
        assert reached(after, rain) >= reached(before, rain)


def reached(limits: Any, rain: int) -> int:
    found = [n + 1 for n, limit in enumerate(limits) if limit is not None and rain >= limit]
    return max(found, default=0)


@pytest.mark.parametrize("rate", [1e306, float("inf"), float("nan")])
def test_a_rate_beyond_all_numbers_is_refused(rate: float) -> None:
    with pytest.raises(BadGroup):
        tangent_limits(rate)


def test_critical_rainfall_is_an_amount() -> None:
    for nought in (0.0, -1.0):
        with pytest.raises(BadGroup):
            critical_limits({"move": nought})


def test_alarm_and_colours() -> None:
    assert alarm_limits({"alarm": -5.0}) == (None, -5000, None, None)
    with pytest.raises(BadGroup):
        alarm_limits({"alarm": 0.0}, is_amount=True)
    assert alarm_limits({}) == NONE
    assert alarm_limits({"alarm": 5, "cut-off": 8}) == (None, 5000, 8000, None)
    assert alarm_limits({"yellow": 4, "alarm": 5, "red": 9}) == (None, 4000, None, 9000)


def test_own_limits_downwards() -> None:
    assert alarm_limits({"alarm": 20.5, "cut-off": 18}, Comparison.AT_MOST) == (
        None,
        500_000_000 - 20_500,
        500_000_000 - 18_000,
        None,
    )
    assert alarm_limits({}, Comparison.AT_MOST) == NONE
    with pytest.raises(BadGroup):
        alarm_limits({"alarm": 18.0, "cut-off": 20.5}, Comparison.AT_MOST)


def at_most(value: float) -> int:
    return 500_000_000 - round(value * 1000)


def test_lower_limits_beside_upper_ones() -> None:
    """Of a property that may be too high and too low: each rule reads its own."""
    own = {"alarm": 600.0, "low-alarm": 200.0, "low-low-alarm": 150.0}
    assert lower_limits(own, Comparison.AT_MOST) == (None, at_most(200), at_most(150), None)
    assert alarm_limits(own) == (None, 600_000, None, None)
    assert lower_limits({"alarm": 600.0}, Comparison.AT_MOST) == NONE
    assert lower_limits({"low-alarm": -5.0}, Comparison.AT_MOST) == (None, at_most(-5), None, None)
    with pytest.raises(BadGroup):
        lower_limits({"low-alarm": 150.0, "low-low-alarm": 200.0}, Comparison.AT_MOST)


def test_low_water() -> None:
    own = {"drought-level": 2.0, "period-low": 1.5, "record-low": 1.2, "warning-level": 6.0}
    found = low_water_limits(own, Comparison.AT_MOST)
    assert found == (None, at_most(2), at_most(1.5), at_most(1.2))
    assert low_water_limits({"warning-level": 6.0}, Comparison.AT_MOST) == NONE


@given(st.integers(0, 3000))
def test_low_water_says_what_the_signal_says(thousandths: int) -> None:
    """`low-flow-signal` decides the same levels."""
    limits = low_water_limits(
        {"drought-level": 2.0, "period-low": 1.5, "record-low": 1.2}, Comparison.AT_MOST
    )
    found = low_flow_signal(
        LowWater(
            level_m=Decimal(thousandths) / 1000,
            drought_warning_m=Decimal(2),
            period_lowest_m=Decimal("1.5"),
            record_lowest_m=Decimal("1.2"),
        )
    ).known()
    level = reached(limits, at_most(thousandths / 1000))
    assert level == {"NONE": 0, "YELLOW": 2, "ORANGE": 3, "RED": 4}[found.name]


@pytest.mark.parametrize(
    ("code", "own", "limits"),
    [
        ("T1", {}, (None, 1000, 1500, None)),
        ("T2", {}, (None, 1000, 1000, None)),
        ("T1", {"alarm": 0.8}, (None, 800, 1500, None)),
        ("T1", {"alarm": 1.2}, (None, 1000, 1500, None)),
        ("X9", {}, NONE),
        ("X9", {"alarm": 0.7}, (None, 700, None, None)),
        ("X9", {"yellow": 0.7}, (None, 700, None, None)),
        ("X9", {"orange": 1.2}, (None, None, 1200, None)),
        ("T1", {"yellow": 0.7, "alarm": 0.8}, (None, 700, 1500, None)),
        ("T1", {"orange": 1.4, "cut-off": 1.3}, (None, 1000, 1300, None)),
        ("T1", {"yellow": 1.2, "orange": 1.6}, (None, 1000, 1500, None)),
        ("T1", {"orange": 0.9}, (None, 900, 900, None)),
        ("T1", {"blue": 1.1, "red": 1.4}, (1000, 1000, 1400, 1400)),
    ],
)
def test_methane(code: str, own: dict[str, float], limits: Any) -> None:
    assert methane_limits(code, own) == limits


@given(st.integers(1, 20_000))
def test_the_tangent_limits_are_the_first_that_the_rule_reaches(thousandths: int) -> None:
    steady = thousandths / 1000
    limits = tangent_limits(steady)
    assert limits[0] is None
    for limit, level in zip(
        limits[1:], (Reached.YELLOW, Reached.ORANGE, Reached.RED), strict=True
    ):
        assert limit is not None
        for whole, is_reached in ((limit - 1, False), (limit, True)):
            found = slope_tangent_level(
                rate_mm_d=Decimal(whole) / 1000, steady_rate_mm_d=Decimal(str(steady))
            ).known()
            assert (found.rank() <= level.rank()) is is_reached


def test_no_steady_rate_no_limits() -> None:
    assert tangent_limits(0.0) == NONE


def days(*known: float, holes: tuple[int, ...] = ()) -> tuple[Day, ...]:
    return tuple(
        Day(known_mm=Decimal(str(value)), is_whole=n not in holes) for n, value in enumerate(known)
    )


ALPHA = Decimal("0.84")


@pytest.mark.parametrize(
    ("today", "level"),
    [("55.999", 0), ("56", 2), ("79.999", 2), ("80", 3), ("80.001", 3)],
)
def test_effective_rainfall_at_its_edges(today: str, level: int) -> None:
    found = effective_level(
        days(float(today), *[0.0] * 10), critical_mm=Decimal(80), alpha=ALPHA, before=0
    )
    assert (found.level, found.is_open) == (level, False)


def test_a_missing_day_raises_by_what_is_known_and_lowers_nothing() -> None:
    found = effective_level(
        days(0.0, 100.0, holes=(1,)), critical_mm=Decimal(80), alpha=ALPHA, before=0
    )
    assert (found.sum_mm, found.level, found.is_open) == (Decimal("84.000"), 3, True)
    dry = effective_level(
        days(0.0, 0.0, holes=(1,)), critical_mm=Decimal(80), alpha=ALPHA, before=3
    )
    assert dry.level == 3
    assert (
        effective_level(days(0.0, 0.0), critical_mm=Decimal(80), alpha=ALPHA, before=3).level == 0
    )


@pytest.mark.parametrize(
    ("first", "second", "least", "level"),
    [
        (0, 4, 2, 0),
        (1, 4, 2, 0),
        (2, 2, 2, 3),
        (2, 3, 2, 4),
        (4, 2, 2, 4),
        (1, 1, 1, 2),
        (0, 0, 1, 0),
    ],
)
def test_two_notices_together(first: int, second: int, least: int, level: int) -> None:
    assert combined_level(first, second, least=least) == level


@given(st.integers(0, 4), st.integers(0, 4), st.integers(1, 4))
def test_a_higher_part_never_lowers_the_combination(first: int, second: int, least: int) -> None:
    higher = combined_level(min(4, first + 1), second, least=least)
    assert higher >= combined_level(first, second, least=least)
    assert combined_level(first, second, least=least) == combined_level(second, first, least=least)


@pytest.mark.parametrize(
    ("first", "second", "least"), [(5, 0, 1), (-1, 0, 1), (0, 5, 1), (1, 1, 0)]
)
def test_what_is_no_level_is_refused(first: int, second: int, least: int) -> None:
    with pytest.raises(BadLevel):
        combined_level(first, second, least=least)


def test_every_rule_of_the_program_names_its_source_and_mark() -> None:
    assert edition()
    rows = house_rules()
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        assert row["source"]
        assert row["mark"] in "VMD"
        assert row["valid_from"]
