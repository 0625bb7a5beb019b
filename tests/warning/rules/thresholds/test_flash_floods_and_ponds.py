"""Flash floods by their table, tailings ponds by their points, haze by the text of 2013."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import BadArgument, MissingArgument
from anlan.base.rules.catalogue import Catalogue
from anlan.base.rules.verdict import UNKNOWN, SourceStatus, Verdict
from anlan.warning.rules.registry import RULES
from anlan.warning.rules.thresholds.flash_flood import WindowRain, flash_flood_grade
from anlan.warning.rules.thresholds.haze_2013 import haze_signal_2013
from anlan.warning.rules.thresholds.scale import COLOURS, Reached
from anlan.warning.rules.thresholds.tailings import item_level, pond_level, tailings_class

TODAY = dt.date(2026, 11, 26)
CATALOGUE = Catalogue(RULES)
D = Decimal
JIANGHUA = {
    "window_h": "1,3,6,24",
    "blue_mm": "35,55,70,100",
    "yellow_mm": "45,75,95,130",
    "orange_mm": "60,100,120,160",
    "red_mm": "80,120,150,200",
}
"""The table of Jianghua county, Hunan: far wetter than here, test data alone."""


def asked(name: str, **arguments: object) -> Verdict[Any]:
    raw = {key: str(value) for key, value in arguments.items()}
    return CATALOGUE.evaluate(name, raw, today=TODAY)


def test_worked_example_of_a_flash_flood() -> None:
    """Example 48 of the fact sheet: 6 h reach orange, 1 h and 3 h only yellow."""
    found = asked("flash-flood-grade", **JIANGHUA, rain_mm="50,90,125,125")
    assert found.known() is Reached.ORANGE


CELLS = [
    (colour, place, D(limit))
    for colour in COLOURS
    for place, limit in enumerate(JIANGHUA[f"{colour.value.lower()}_mm"].split(","))
]


@pytest.mark.parametrize(("colour", "place", "limit"), CELLS)
def test_every_cell_of_the_table(colour: Reached, place: int, limit: D) -> None:
    """Alone: the other windows have no limits."""
    limits = {
        f"{colour.value.lower()}_mm": ",".join("" if n != place else str(limit) for n in range(4))
    }

    def reached(rain: D) -> bool:
        rains = ",".join("0" if n < place else str(rain) for n in range(4))
        found = asked("flash-flood-grade", window_h=JIANGHUA["window_h"], rain_mm=rains, **limits)
        return found.known() is colour

    assert [reached(limit + more) for more in (D("-0.01"), D(0), D("0.01"))] == [False, True, True]
    missing = ",".join("0" if n < place else "" for n in range(4))
    found = asked("flash-flood-grade", window_h=JIANGHUA["window_h"], rain_mm=missing, **limits)
    assert found.value is UNKNOWN
    assert dict(found.reasons[0].details)["not_excluded"] == (colour.value,)


def test_a_missing_window_holds_what_the_shorter_ones_say() -> None:
    found = asked("flash-flood-grade", **JIANGHUA, rain_mm="79,,,")
    assert found.known() is Reached.ORANGE
    assert dict(found.reasons[0].details)["not_excluded"] == ("RED",)
    assert asked("flash-flood-grade", **JIANGHUA, rain_mm="0,0,0,0").known() is Reached.NONE
    assert flash_flood_grade([]).value is UNKNOWN


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"rain_mm": "1,2"}, "rain_mm"),
        ({"rain_mm": "9,3,3,3"}, "rain_mm"),
        ({"rain_mm": "1,1,1,1", "window_h": "3,1,6,24"}, "window_h"),
        ({"rain_mm": "1,1,1,1", "window_h": "0,1,6,24"}, "window_h"),
        ({"rain_mm": "1,1,1,1", "red_mm": "80"}, "red_mm"),
    ],
)
def test_what_a_flash_flood_is_not_asked_with(change: dict[str, str], named: str) -> None:
    with pytest.raises(BadArgument) as refused:
        asked("flash-flood-grade", **(JIANGHUA | change))
    assert refused.value.argument == named


def test_a_flash_flood_without_limits() -> None:
    with pytest.raises(MissingArgument):
        asked("flash-flood-grade", window_h="1", rain_mm="1")


AMOUNTS = st.lists(st.decimals(0, 250, places=1), min_size=4, max_size=4)


@given(AMOUNTS, AMOUNTS, st.lists(st.booleans(), min_size=4, max_size=4))
def test_more_rain_never_lowers_and_a_loss_never_raises(
    amounts: list[D], more: list[D], lost: list[bool]
) -> None:
    limits = [
        {c: D(JIANGHUA[f"{c.value.lower()}_mm"].split(",")[n]) for c in COLOURS} for n in range(4)
    ]

    def grade(rains: list[D | None]) -> Verdict[Reached]:
        return flash_flood_grade(
            [
                WindowRain(window_h=D(hours), rain_mm=rain, limits_mm=limit)
                for hours, rain, limit in zip((1, 3, 6, 24), rains, limits, strict=True)
            ]
        )

    known: list[D] = sorted(amounts)
    wetter = [a + b for a, b in zip(known, sorted(more), strict=True)]
    before = grade(list(known)).known()
    assert grade(list(wetter)).known().rank() <= before.rank()
    holes = grade([None if gone else rain for rain, gone in zip(known, lost, strict=True)])
    if holes.value is not UNKNOWN:
        assert holes.known().rank() >= before.rank()


@pytest.mark.parametrize(
    ("counts", "level"),
    [
        ({}, "NONE"),
        ({"blue": 1}, "BLUE"),
        ({"blue": 3}, "BLUE"),
        ({"blue": 4}, "YELLOW"),
        ({"blue": 5}, "YELLOW"),
        ({"yellow": 2}, "YELLOW"),
        ({"yellow": 3}, "ORANGE"),
        ({"orange": 1}, "ORANGE"),
        ({"orange": 2}, "RED"),
        ({"red": 1}, "RED"),
        ({"blue": 4, "yellow": 2}, "YELLOW"),  # within an item the steps do not add up
    ],
)
def test_an_item_of_a_tailings_pond(counts: dict[str, int], level: str) -> None:
    found = asked("tailings-level", of="item", **counts)
    assert found.to_json()["value"] == level
    assert found.reasons[0].status is SourceStatus.VERIFIED


@pytest.mark.parametrize(
    ("counts", "level", "status"),
    [
        ({"blue": 3}, "BLUE", "V"),
        ({"blue": 4}, "YELLOW", "V"),
        ({"blue": 4, "yellow": 2}, "ORANGE", "M"),
        ({"blue": 3, "yellow": 2}, "YELLOW", "V"),
        ({"yellow": 3}, "ORANGE", "M"),
        ({"orange": 2}, "RED", "M"),
        ({"blue": 24}, "RED", "M"),
        ({"blue": 23}, "ORANGE", "M"),
        ({"orange": 1}, "ORANGE", "V"),
        ({"red": 1}, "RED", "V"),
    ],
)
def test_a_tailings_pond(counts: dict[str, int], level: str, status: str) -> None:
    found = asked("tailings-level", of="pond", **counts)
    assert found.to_json()["value"] == level
    assert found.reasons[0].status is SourceStatus(status)


def test_a_silent_point_is_no_sound_one() -> None:
    assert asked("tailings-level", of="item", silent=1).value is UNKNOWN
    assert pond_level({}, silent=2).value is UNKNOWN
    one = asked("tailings-level", of="item", blue=1, silent=1)
    assert one.known() is Reached.BLUE
    assert one.reasons[0].note is not None


NUMBERS = st.fixed_dictionaries({colour: st.integers(0, 8) for colour in COLOURS})


@given(NUMBERS, st.sampled_from(COLOURS))
def test_one_point_more_never_lowers(counts: dict[Reached, int], colour: Reached) -> None:
    more = counts | {colour: counts[colour] + 1}
    for decide in (item_level, pond_level):
        assert decide(more).known().rank() <= decide(counts).known().rank()


@pytest.mark.parametrize(
    ("capacity", "height", "number"),
    [
        *(("50000", 200, 1), ("49999.99", 199.99, 2), ("10000", 100, 2), ("9999.99", 99.99, 3)),
        *(("1000", 60, 3), ("999.99", 59.99, 4), ("100", 30, 4), ("99.99", 29.99, 5)),
        ("50000", 100, 1),  # one apart: the higher
        ("50000", 60, 2),  # two apart: the higher less one
        ("99", 200, 2),
    ],
)
def test_the_class_of_a_tailings_pond(capacity: str, height: float, number: int) -> None:
    found = asked("tailings-class", capacity_10k_m3=capacity, height_m=height)
    assert found.known() == number
    assert tailings_class(capacity_10k_m3=None, height_m=D(1)).value is UNKNOWN
    assert tailings_class(capacity_10k_m3=D(1), height_m=None).value is UNKNOWN


HAZE = [  # colour, visibility, dust in humid air, visibility and dust that suffice by themselves
    ("YELLOW", 3000, 115, 5000, 150),
    ("ORANGE", 2000, 150, 5000, 250),
    ("RED", 1000, 250, 5000, 500),
]


@pytest.mark.parametrize(("colour", "near", "humid", "wide", "dense"), HAZE)
def test_haze_at_its_limits(colour: str, near: int, humid: int, wide: int, dense: int) -> None:
    def reached(visibility: object, humidity: object, dust: object) -> bool:
        given = {"visibility_m": visibility, "humidity_pct": humidity, "pm25_ug_m3": dust}
        found = asked("haze-signal-2013", **given).known()
        return bool(found.rank() <= Reached(colour).rank())

    for more, holds in (("-0.1", True), ("0", False), ("0.1", False)):
        assert reached(D(near) + D(more), 79, 0) is holds
        assert reached(D(near) + D(more), 80, humid + 1) is holds
        assert reached(D(wide) + D(more), 80, dense + 1) is holds
        assert reached(near - 1, D(80) + D(more), 0) is holds  # 80 % is humid
    for more, holds in (("-0.1", False), ("0", False), ("0.1", True)):
        assert reached(near - 1, 80, D(humid) + D(more)) is holds
        assert reached(wide - 1, 95, D(dense) + D(more)) is holds


def test_haze_says_what_is_missing() -> None:
    with pytest.raises(MissingArgument):
        asked("haze-signal-2013", humidity_pct=50)
    near = asked("haze-signal-2013", visibility_m=900)
    assert near.value is UNKNOWN
    assert dict(near.reasons[0].details)["not_excluded"] == ("RED", "ORANGE", "YELLOW")
    assert asked("haze-signal-2013", visibility_m=5000).known() is Reached.NONE
    open_ = asked("haze-signal-2013", visibility_m=2500, humidity_pct=50)
    assert open_.known() is Reached.YELLOW
    assert dict(open_.reasons[0].details)["not_excluded"] == ("RED", "ORANGE")
    dusty = asked("haze-signal-2013", visibility_m=4000, pm25_ug_m3=251)
    assert dusty.known() is Reached.ORANGE
    assert haze_signal_2013(visibility_m=None, humidity_pct=None, pm25_ug_m3=None).value is UNKNOWN
    assert dusty.reasons[0].status is SourceStatus.FROM_MEMORY
