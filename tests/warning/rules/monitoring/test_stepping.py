"""Groups of places slot by slot: what never lowers, and that a replay gives the same."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.sensing.rules.quality import Flag
from anlan.warning.rules.engine.plan import MISSING, MOST_SLOTS, NEVER, Operation
from anlan.warning.rules.engine.state import ForeignState
from anlan.warning.rules.monitoring.feeding import (
    NEVER_RAISES,
    SECOND_US,
    Read,
    Said,
    batch_of,
    said_by_slot,
    slot_of,
    span_us,
)
from anlan.warning.rules.monitoring.grounds import found_values
from anlan.warning.rules.monitoring.group import (
    BadGroup,
    Comparison,
    Group,
    Watched,
    Window,
    limit_of,
    limits_of,
    shown_value,
    slot_for,
    turned,
    units,
)
from anlan.warning.rules.monitoring.stepping import (
    advanced,
    begun,
    dumped,
    last_closed,
    loaded,
    rebuilt,
    value_of,
)

SLOT = 300
SUM_3 = Window(operation=Operation.SUM, window_s=3 * SLOT)
SUM_6 = Window(operation=Operation.SUM, window_s=6 * SLOT)
NEWEST = Window(operation=Operation.MAX, window_s=0)
RAIN_LIMITS = (
    limits_of(Comparison.AT_LEAST, (None, None, 5, 10)),
    limits_of(Comparison.AT_LEAST, (4, 5, None, None)),
)


def group(*, count: int = 1, **more: Any) -> Group:
    values: dict[str, Any] = {
        "rule": "rain",
        "comparison": Comparison.AT_LEAST,
        "accumulates": True,
        "slot_s": SLOT,
        "lateness_s": 600,
        "stale_s": 2 * SLOT,
        "release": Fraction(1),
        "hold_s": 0,
        "clear_s": 0,
        "windows": (SUM_3, SUM_6),
        "places": tuple(
            Watched(place=f"p{n}", stream=f"s{n}", interval_s=SLOT, limits=RAIN_LIMITS)
            for n in range(count)
        ),
    }
    return Group(**values | more)


def reads(values: Sequence[float | None], flags: Sequence[int] = ()) -> list[Read]:
    """One reading at the end of each slot from 0 on."""
    doubts = list(flags) + [0] * (len(values) - len(flags))
    return [
        Read(at_us=(n + 1) * SLOT * SECOND_US, value=value, flags=doubts[n])
        for n, value in enumerate(values)
        if value is not None
    ]


def run(values: Sequence[float | None], flags: Sequence[int] = (), **more: Any) -> Any:
    watched = group(**more)
    plan = watched.plan()
    said = said_by_slot(watched, {"s0": reads(values, flags)})
    return advanced(watched, plan, begun(watched, plan, -1), said, len(values) - 1)


def final(values: Sequence[float | None], flags: Sequence[int] = ()) -> int:
    return int(run(values, flags).watch.level.max())


AMOUNTS = st.lists(st.none() | st.integers(0, 6000).map(lambda n: n / 1000), max_size=20)
MASKS = st.lists(st.sampled_from([0, 0, 0, *(int(flag) for flag in Flag)]), max_size=20)


@settings(max_examples=60, deadline=None)
@given(AMOUNTS, MASKS, st.integers(0, 19), st.integers(0, 3000))
def test_more_rain_never_lowers_a_level(
    values: list[float | None], flags: list[int], place: int, more: int
) -> None:
    """In any slot, and at every moment: raised is one reading that is there and counts."""
    if place >= len(values) or values[place] is None:
        return
    wetter = list(values)
    wetter[place] = float(values[place] or 0) + more / 1000
    before, after = levels_over(values, flags), levels_over(wetter, flags)
    assert all(a >= b for a, b in zip(after, before, strict=True))


def levels_over(values: Sequence[float | None], flags: Sequence[int] = ()) -> list[int]:
    watched = group()
    plan = watched.plan()
    said = said_by_slot(watched, {"s0": reads(values, flags)})
    watch, found = begun(watched, plan, -1), []
    for slot in range(len(values)):
        watch = advanced(watched, plan, watch, said, slot).watch
        found.append(int(watch.level.max()))
    return found


@settings(max_examples=60, deadline=None)
@given(AMOUNTS, MASKS, st.integers(1, 40))
def test_silence_never_clears(values: list[float | None], flags: list[int], slots: int) -> None:
    assert final([*values, *[None] * slots], flags) == final(values, flags)


@settings(max_examples=60, deadline=None)
@given(AMOUNTS, MASKS, st.data())
def test_losing_or_doubting_readings_never_clears(
    values: list[float | None], flags: list[int], data: Any
) -> None:
    """From a level that stands, whatever of what follows is lost or doubted holds at least as
    much as what follows whole."""
    start: list[float | None] = [2.0, 2.0, 2.0]
    lost = data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values)))
    holes = [None if gone else value for value, gone in zip(values, lost, strict=True)]
    dry = [0.0 if value is None else value for value in values]
    is_kept = [value == 0.0 for value, gone in zip(dry, lost, strict=True) if gone]
    if all(is_kept):  # what was lost would have added nothing: its loss can only hold
        assert final([*start, *holes]) >= final([*start, *dry])


@settings(max_examples=40, deadline=None)
@given(AMOUNTS, MASKS, st.integers(0, 20), st.randoms(use_true_random=False))
def test_a_replay_gives_the_same_bytes_and_order_does_not_matter(
    values: list[float | None], flags: list[int], cut: int, chance: Any
) -> None:
    watched = group()
    plan = watched.plan()
    rows = reads(values, flags)
    mixed = rows[:]
    chance.shuffle(mixed)
    until = len(values) - 1
    whole = advanced(
        watched, plan, begun(watched, plan, -1), said_by_slot(watched, {"s0": rows}), until
    )
    said = said_by_slot(watched, {"s0": mixed})
    half = advanced(watched, plan, begun(watched, plan, -1), said, min(cut, until))
    back = loaded(watched, plan, dumped(half.watch))
    rest = advanced(watched, plan, back, said, until)
    assert dumped(rest.watch) == dumped(whole.watch)
    assert (*half.changes, *rest.changes) == whole.changes
    assert (*half.silences, *rest.silences) == whole.silences


@settings(max_examples=40, deadline=None)
@given(AMOUNTS)
def test_windows_filled_anew_say_what_stepping_said(values: list[float | None]) -> None:
    """With the level carried over; the windows and what is missing of them are the same."""
    outcome = run(values)
    watched = group()
    plan = watched.plan()
    said = said_by_slot(watched, {"s0": reads(values)})
    until = len(values) - 1
    anew = rebuilt(watched, plan, said, until, outcome.watch.level)
    assert (anew.watch.level == outcome.watch.level).all()
    assert (anew.watch.engine.value == outcome.watch.engine.value).all()
    assert (anew.watch.engine.missing == outcome.watch.engine.missing).all()


def test_windows_filled_anew_without_anything_carried() -> None:
    watched = group()
    said = said_by_slot(watched, {"s0": reads([5.0])})
    assert rebuilt(watched, watched.plan(), said, 0).watch.level.max() == 3


def test_a_fall_needs_every_slot_of_the_window() -> None:
    assert levels_over([5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]) == [3, 3, 3, 2, 2, 2, 0]
    assert levels_over([5.0, 0.0, 0.0, 0.0, None, 0.0, 0.0])[-1] == 2


def test_a_doubted_reading_raises_and_holds() -> None:
    step, spike = int(Flag.STEP), int(Flag.SPIKE)
    assert final([5.0], [step]) == 3
    assert final([5.0], [spike]) == 0
    assert levels_over([5.0, 0.0, 0.0, 0.0], [0, 0, step])[-1] == 3
    assert levels_over([5.0, 0.0, 0.0, 0.0], [0, 0, spike])[-1] == 3


def test_silence_is_named_once_and_once_when_it_ends() -> None:
    found = run([1.0, None, None, None, None, 1.0]).silences
    assert [(each.slot, each.is_silent) for each in found] == [(3, True), (5, False)]


def test_the_change_says_its_window_and_value() -> None:
    (change,) = run([2.0, 1.0, 1.0]).changes[-1:]
    assert (change.slot, change.before, change.after, change.window) == (2, 0, 1, 1)
    assert (change.value, change.missing) == (4000, 3)
    named = found_values(group(), 0, change.window, change.value, change.after)
    assert (named.operation, named.window_min, named.value, named.limit) == ("SUM", 30, 4.0, 4.0)
    assert value_of(run([2.0, 1.0, 1.0]).watch, 0) == (1, 4000, 3)


def test_what_is_named_without_a_level_or_a_value() -> None:
    named = found_values(group(), 0, 0, MISSING, 0)
    assert (named.value, named.limit) == (None, 5.0)
    none = group(
        windows=(NEWEST,),
        places=(Watched(place="p", stream="s", interval_s=1, limits=((None,) * 4,)),),
    )
    assert found_values(none, 0, 0, 1, 2).limit is None


@pytest.mark.parametrize(
    ("comparison", "value", "is_reached"),
    [
        (Comparison.AT_LEAST, 4.999, False),
        (Comparison.AT_LEAST, 5.0, True),
        (Comparison.ABOVE, 5.0, False),
        (Comparison.ABOVE, 5.001, True),
        (Comparison.AT_MOST, 5.001, False),
        (Comparison.AT_MOST, 5.0, True),
        (Comparison.BELOW, 5.0, False),
        (Comparison.BELOW, 4.999, True),
        (Comparison.BELOW, -40.0, True),
    ],
)
def test_each_comparison_keeps_its_inequality(
    comparison: Comparison, value: float, is_reached: bool
) -> None:
    limits = limits_of(comparison, (None, 5.0, None, None))
    place = Watched(place="p0", stream="s0", interval_s=SLOT, limits=(limits,))
    outcome = run(
        [value], comparison=comparison, accumulates=False, windows=(NEWEST,), places=(place,)
    )
    assert bool(outcome.watch.level.max()) is is_reached
    watched = group(comparison=comparison, accumulates=False, windows=(NEWEST,), places=(place,))
    if is_reached:
        named = found_values(watched, 0, 0, value_of(outcome.watch, 0)[1], 2)
        assert (named.value, named.limit) == (value, 5.0)


def test_limits_that_make_no_order_are_refused() -> None:
    for comparison, values in (
        (Comparison.AT_LEAST, (None, 6.0, 5.0, None)),
        (Comparison.BELOW, (None, 5.0, 6.0, None)),
    ):
        with pytest.raises(BadGroup):
            limits_of(comparison, values)
    for nought in (0.0, -0.001):
        with pytest.raises(BadGroup):
            limits_of(Comparison.AT_LEAST, (nought, None, None, None), is_amount=True)
    for beyond in (1.1e6, -1.1e6, 1e306, float("-inf"), float("nan")):
        with pytest.raises(BadGroup):
            limits_of(Comparison.AT_LEAST, (beyond, None, None, None))
    assert limit_of(Comparison.AT_LEAST, None) is None


@pytest.mark.parametrize(
    ("limit", "value", "is_reached"),
    [
        (-5.0, -5.001, False),
        (-5.0, -5.0, True),
        (-5.0, -4.999, True),
        (-5.0, None, False),
        (0.0, -0.001, False),
        (0.0, 0.0, True),
        (0.0, 0.001, True),
        (0.0, None, False),
    ],
)
def test_a_limit_at_or_below_nought_is_a_limit(
    limit: float, value: float | None, is_reached: bool
) -> None:
    limits = limits_of(Comparison.AT_LEAST, (None, limit, None, None))
    place = Watched(place="p0", stream="s0", interval_s=SLOT, limits=(limits,))
    watched: dict[str, Any] = {"accumulates": False, "windows": (NEWEST,), "places": (place,)}
    outcome = run([-9.0, value], **watched)
    assert int(outcome.watch.level.max()) == (2 if is_reached else 0)
    if is_reached:
        named = found_values(group(**watched), 0, 0, value_of(outcome.watch, 0)[1], 2)
        assert (named.value, named.limit) == (value, limit)
    again = loaded(group(**watched), group(**watched).plan(), dumped(outcome.watch))
    assert dumped(again) == dumped(outcome.watch)


def test_groups_that_cannot_be_followed_are_refused() -> None:
    with pytest.raises(BadGroup):
        group(count=0)
    with pytest.raises(BadGroup):
        group(windows=())
    with pytest.raises(BadGroup):
        group(comparison=Comparison.BELOW, release=Fraction(9, 10))


@pytest.mark.parametrize("span", ["hold_s", "clear_s", "windows"])
def test_a_span_is_as_long_as_the_engine_can_remember(span: str) -> None:
    def of(span_s: int) -> Group:
        window = (Window(operation=Operation.MAX, window_s=span_s),)
        return group(**{span: window if span == "windows" else span_s})

    longest_s = MOST_SLOTS * SLOT
    with pytest.raises(BadGroup):
        of(longest_s + 1)
    of(longest_s)


def test_another_plan_has_another_digest_and_refuses_the_bytes() -> None:
    first, second = group(), group(count=2)
    assert first.digest == group().digest != second.digest
    watch = begun(first, first.plan(), 0)
    with pytest.raises(ForeignState):
        loaded(second, second.plan(), dumped(watch))


def test_a_reading_belongs_to_the_time_that_ends_with_it() -> None:
    end = SLOT * SECOND_US
    assert [slot_of(at, SLOT) for at in (0, 1, end, end + 1)] == [-1, 0, 0, 1]
    first, until = span_us(0, SLOT)
    assert (slot_of(first, SLOT), slot_of(until - 1, SLOT), slot_of(until, SLOT)) == (0, 0, 1)
    assert last_closed(group(), 600 + SLOT) == 0
    assert last_closed(group(), 600 + SLOT - 1) == -1


def said_in(watched: Group, interval_s: int, readings: Sequence[Read]) -> tuple[int, int]:
    """(sound, raising) of one slot, a reading at a time: what the columns have to say too."""
    eligible = [each for each in readings if not each.flags & NEVER_RAISES]
    if not eligible:
        return MISSING, MISSING
    if watched.accumulates:
        total = sum(units(each.value) for each in eligible)
        expected = max(1, watched.slot_s // interval_s)
        is_whole = len(readings) >= expected and not any(each.flags for each in readings)
        return (total if is_whole else MISSING), total
    numbers = [(turned(watched.comparison, units(each.value)), each.flags) for each in eligible]
    sound = [number for number, flags in numbers if not flags]
    return max(sound, default=MISSING), max(number for number, _ in numbers)


def in_columns(watched: Group, interval_s: int, readings: Sequence[Read]) -> tuple[int, int]:
    place = replace(watched.places[0], interval_s=interval_s)
    said = said_by_slot(replace(watched, places=(place,)), {"s0": readings})
    if not said:
        return MISSING, MISSING
    (only,) = said.values()
    return int(only.sound[0]), int(only.raising[0])


def test_what_a_slot_says() -> None:
    rain, level = group(), group(accumulates=False)
    one = Read(at_us=1, value=1.0)
    doubted = Read(at_us=2, value=2.0, flags=int(Flag.STEP))
    spike = Read(at_us=3, value=9.0, flags=int(Flag.SPIKE))
    for said in (said_in, in_columns):
        assert said(rain, 100, []) == (MISSING, MISSING)
        assert said(rain, 100, [spike]) == (MISSING, MISSING)
        assert said(rain, 100, [one, one, one]) == (3000, 3000)
        assert said(rain, 100, [one, one]) == (MISSING, 2000)
        assert said(rain, 150, [one, doubted]) == (MISSING, 3000)
        assert said(rain, 150, [one, spike]) == (MISSING, 1000)
        assert said(level, 150, [one, doubted]) == (1000, 2000)
        assert said(level, 150, [doubted]) == (MISSING, 2000)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-9000, 9000), st.sampled_from([0, 0, *map(int, Flag)]))),
    st.sampled_from([60, 100, 300, 900]),
    st.booleans(),
    st.sampled_from(list(Comparison)),
)
def test_columns_say_what_each_reading_says(
    values: list[tuple[int, int]], interval_s: int, accumulates: bool, comparison: Comparison
) -> None:
    watched = group(accumulates=accumulates, comparison=comparison)
    readings = [
        Read(at_us=number + 1, value=value / 1000, flags=flags)
        for number, (value, flags) in enumerate(values)
    ]
    assert in_columns(watched, interval_s, readings) == said_in(watched, interval_s, readings)


def test_a_value_beyond_the_numbers_of_the_engine_counts_as_the_largest() -> None:
    plan = group().plan()
    said = Said(sound=np.array([NEVER]), raising=np.array([-NEVER]))
    batch = batch_of(plan, 0, said)
    assert batch.value.tolist() == [plan.largest, -plan.largest]
    assert np.array_equal(batch.station, [0, 1])
    assert not len(batch_of(plan, 0, None).station)
    (huge,) = said_by_slot(group(accumulates=False), {"s0": [Read(at_us=1, value=1e300)]}).values()
    assert batch_of(plan, 0, huge).value.tolist() == [plan.largest] * 2


def test_the_step_follows_a_slow_sensor() -> None:
    assert (slot_for(300, 60), slot_for(300, 300), slot_for(300, 301)) == (300, 300, 360)
    assert shown_value(Comparison.AT_LEAST, 1500) == 1.5
