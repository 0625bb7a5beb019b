"""Every limit of the rules that the program brings: just below, on it, just above, missing."""

from fractions import Fraction

import pytest

from anlan.sensing.rules.limit_kinds import ONLY_FOR
from anlan.sensing.rules.observed_property import PROPERTY_LABELS
from anlan.sensing.rules.station_state import LOWER_IS_WORSE
from anlan.warning.rules.engine.plan import Operation
from anlan.warning.rules.monitoring.feeding import SECOND_US, Read, said_by_slot
from anlan.warning.rules.monitoring.group import Comparison, Group, Watched, Window, limits_of
from anlan.warning.rules.monitoring.house_rules import house_rules
from anlan.warning.rules.monitoring.own_limits import alarm_limits, methane_limits
from anlan.warning.rules.monitoring.stepping import advanced, begun
from anlan.warning.rules.thresholds.methane import methane_places

COLOURS = ("blue", "yellow", "orange", "red")
SLOT = 300
E = 0.001
# Rule, window in minutes, how a limit is met, colour, limit.
LIMITS = [
    ("rainstorm", 720, "at-least", "blue", 50),
    ("rainstorm", 360, "at-least", "yellow", 50),
    ("rainstorm", 180, "at-least", "orange", 50),
    ("rainstorm", 180, "at-least", "red", 100),
    ("gale", 0, "at-least", "blue", 10.8),
    ("gale", 0, "at-least", "yellow", 17.2),
    ("gale", 0, "at-least", "orange", 24.5),
    ("gale", 0, "at-least", "red", 32.7),
    ("heat", 0, "at-least", "orange", 37),
    ("heat", 0, "at-least", "red", 40),
    ("fog", 0, "below", "yellow", 500),
    ("fog", 0, "below", "orange", 200),
    ("fog", 0, "below", "red", 50),
    ("carbon-monoxide", 0, "at-least", "yellow", 24),
    ("combustible-gas", 0, "at-least", "yellow", 25),
    ("combustible-gas", 0, "at-least", "orange", 50),
    ("oxygen-low", 0, "at-most", "yellow", 19.5),
    ("oxygen-high", 0, "at-least", "yellow", 23.5),
    ("mine-oxygen", 0, "below", "yellow", 20),
    ("mine-hydrogen-sulfide", 0, "above", "yellow", 6.6),
    ("mine-sulfur-dioxide", 0, "above", "yellow", 5),
    ("mine-nitrogen-dioxide", 0, "above", "yellow", 2.5),
    ("mine-ammonia", 0, "above", "yellow", 40),
]


def level_of(group: Group, values: list[float | None]) -> int:
    """The level after values at the ends of the steps; None: nothing was heard."""
    reads = [
        Read(at_us=(n + 1) * SLOT * SECOND_US, value=value)
        for n, value in enumerate(values)
        if value is not None
    ]
    plan = group.plan()
    said = said_by_slot(group, {"s": reads})
    watch = advanced(group, plan, begun(group, plan, -1), said, len(values) - 1).watch
    return int(watch.level.max())


def group_of(
    comparison: Comparison, windows: tuple[Window, ...], limits: tuple[object, ...], *, sums: bool
) -> Group:
    return Group(
        rule="r",
        comparison=comparison,
        accumulates=sums,
        slot_s=SLOT,
        lateness_s=0,
        stale_s=SLOT,
        release=Fraction(1),
        hold_s=0,
        clear_s=0,
        windows=windows,
        places=(Watched(place="p", stream="s", interval_s=SLOT, limits=limits),),  # type: ignore[arg-type]
    )


def rule_group(code: str) -> tuple[Group, int]:
    """A rule as it stands in the table, and the steps of its longest window."""
    (row,) = [row for row in house_rules() if row["code"] == code]
    comparison = Comparison(row.get("comparison", "at-least"))
    windows = tuple(
        Window(operation=Operation(each["operation"]), window_s=60 * each["window_min"])
        for each in row["criteria"]
    )
    limits = tuple(
        limits_of(comparison, tuple(_float(each.get(colour)) for colour in COLOURS))
        for each in row["criteria"]
    )
    group = group_of(comparison, windows, limits, sums=row["observed"] == "rain")
    return group, max(group.window_slots(window) for window in windows)


def _float(number: object) -> float | None:
    return None if number is None else float(str(number))


@pytest.mark.parametrize(("code", "minutes", "how", "colour", "limit"), LIMITS)
def test_every_limit_of_a_rule(
    code: str, minutes: int, how: str, colour: str, limit: float
) -> None:
    group, longest = rule_group(code)
    assert group.comparison is Comparison(how)
    wanted = COLOURS.index(colour) + 1
    slots = max(1, minutes * 60 // SLOT)

    def reached(value: float) -> bool:
        """Rain falls as early in its window as it can, so that no shorter window has it all."""
        rest: list[float | None] = [0.0] * (longest - slots)
        parts = [value] if slots == 1 else [value / 2, *[0.0] * (slots - 2), value / 2]
        return level_of(group, [*rest, *parts]) >= wanted

    low, high = limit - 2 * E, limit + 2 * E
    expected = {
        "at-least": (False, True, True),
        "above": (False, False, True),
        "below": (True, False, False),
        "at-most": (True, True, False),
    }[how]
    assert tuple(reached(value) for value in (low, limit, high)) == expected
    assert level_of(group, [None] * longest) == 0


def test_the_limits_above_are_all_limits_of_the_table() -> None:
    table = {
        (
            row["code"],
            each["window_min"],
            row.get("comparison", "at-least"),
            colour,
            float(each[colour]),
        )
        for row in house_rules()
        for each in row["criteria"]
        for colour in COLOURS
        if colour in each
    }
    assert table == {(*row[:4], float(row[4])) for row in LIMITS}
    assert len(table) == len(LIMITS)


NEWEST = (Window(operation=Operation.MAX, window_s=0),)


@pytest.mark.parametrize("code", list(methane_places()))
def test_every_place_of_the_methane_table(code: str) -> None:
    place = methane_places()[code]
    group = group_of(Comparison.AT_LEAST, NEWEST, (methane_limits(code, {}),), sums=False)
    for limit, level in ((place.alarm_pct, 2), (place.cut_pct, 3)):
        if limit is None:
            continue
        at = float(limit)
        found = [level_of(group, [value]) >= level for value in (at - E, at, at + E, None)]
        assert found == [False, True, True, False]
    if place.cut_pct is None:
        assert level_of(group, [100.0]) == 2


@pytest.mark.parametrize(
    ("kind", "level"),
    [("blue", 1), ("yellow", 2), ("alarm", 2), ("orange", 3), ("cut-off", 3), ("red", 4)],
)
def test_a_limit_of_the_station_s_own(kind: str, level: int) -> None:
    group = group_of(Comparison.AT_LEAST, NEWEST, (alarm_limits({kind: 12.5}),), sums=False)
    found = [level_of(group, [value]) for value in (12.5 - E, 12.5, 12.5 + E, None)]
    assert found == [0, level, level, 0]


@pytest.mark.parametrize(
    ("kind", "level"),
    [("blue", 1), ("yellow", 2), ("alarm", 2), ("orange", 3), ("cut-off", 3), ("red", 4)],
)
def test_a_limit_of_the_station_s_own_that_lies_downwards(kind: str, level: int) -> None:
    how = Comparison.AT_MOST
    group = group_of(how, NEWEST, (alarm_limits({kind: 12.5}, how),), sums=False)
    found = [level_of(group, [value]) for value in (12.5 - E, 12.5, 12.5 + E, None)]
    assert found == [level, level, 0, 0]


NOT_WATCHED = {
    "soil-moisture": "relative or of the volume: a limit may mean either",
}


def test_what_a_station_may_observe_is_watched_by_limits_of_its_own() -> None:
    """Whoever enters a limit expects to be told; what is left out is said here and in the page
    of the rules."""
    own = {
        row["observed"]
        for row in house_rules()
        if row["method"] in ("own", "levels", "critical", "methane")
    }
    assert set(PROPERTY_LABELS) - own == set(NOT_WATCHED)


def test_own_limits_lie_the_way_the_property_gets_worse() -> None:
    """As the map and the order at entry take them."""
    turned = {
        row["observed"]
        for row in house_rules()
        if row["method"] == "own" and Comparison(row.get("comparison", "at-least")).is_turned
    }
    assert set(LOWER_IS_WORSE) <= turned
    assert turned - set(LOWER_IS_WORSE) == ONLY_FOR["low-alarm"] == ONLY_FOR["low-low-alarm"]
    upwards = {
        row["observed"]
        for row in house_rules()
        if row["method"] == "own" and "comparison" not in row
    }
    assert not upwards & set(LOWER_IS_WORSE)
