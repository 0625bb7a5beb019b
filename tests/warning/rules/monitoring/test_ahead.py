"""What is reached before a slot is closed: never less and never more than closing it would say."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.sensing.rules.quality import Flag
from anlan.warning.rules.engine.plan import Operation
from anlan.warning.rules.engine.state import ForeignState, spliced
from anlan.warning.rules.monitoring.ahead import MOST_AHEAD, reached_ahead
from anlan.warning.rules.monitoring.feeding import SECOND_US, Feed, Read, said_by_slot
from anlan.warning.rules.monitoring.group import Comparison, Group, Watched, Window, limits_of
from anlan.warning.rules.monitoring.stepping import (
    Watch,
    advanced,
    begun,
    dumped,
    rearranged,
    rebuilt,
    renewed,
)

SLOT, PLACES = 300, 3
E = 0.001
LIMITS = limits_of(Comparison.AT_LEAST, (2, 3, 5, 9))
SUMS = tuple(Window(operation=Operation.SUM, window_s=n * SLOT) for n in (1, 3, 6))
EVERY = (
    Window(operation=Operation.MAX, window_s=0),
    Window(operation=Operation.MAX, window_s=4 * SLOT),
    Window(operation=Operation.DIFFERENCE, window_s=3 * SLOT),
    Window(operation=Operation.PERSISTENCE, window_s=2 * SLOT),
)


def group(windows: tuple[Window, ...] = SUMS, **more: Any) -> Group:
    limits = (LIMITS,) * len(windows)
    places = tuple(
        Watched(place=f"p{n}", stream=f"s{n}", interval_s=SLOT, limits=limits)
        for n in range(PLACES)
    )
    values: dict[str, Any] = {
        "rule": "rain",
        "comparison": Comparison.AT_LEAST,
        "accumulates": windows is SUMS,
        "slot_s": SLOT,
        "lateness_s": 600,
        "stale_s": 2 * SLOT,
        "release": Fraction(1),
        "hold_s": 0,
        "clear_s": 0,
        "windows": windows,
        "places": places,
    }
    return Group(**values | more)


def reads(values: Sequence[tuple[int | None, int]]) -> list[Read]:
    return [
        Read(at_us=(n + 1) * SLOT * SECOND_US, value=value / 1000, flags=flags)
        for n, (value, flags) in enumerate(values)
        if value is not None
    ]


VALUES = st.lists(
    st.tuples(
        st.none() | st.integers(0, 6000), st.sampled_from([0, 0, 0, 0, *(int(f) for f in Flag)])
    ),
    min_size=1,
    max_size=18,
)
ALL = st.lists(VALUES, min_size=PLACES, max_size=PLACES)


def highest(watch: Watch) -> list[int]:
    return [int(level) for level in watch.level.max(axis=0)]


@pytest.mark.parametrize("windows", [SUMS, EVERY])
@settings(max_examples=120, deadline=None)
@given(ALL, st.integers(0, 17), st.sampled_from([0, 2 * SLOT]))
def test_it_is_what_closing_the_slots_says(
    windows: tuple[Window, ...],
    values: list[list[tuple[int | None, int]]],
    closed: int,
    clear_s: int,
) -> None:
    """After each slot: the highest level so far, with its window, value and what is missing."""
    watched = group(windows, clear_s=clear_s)
    plan, feed = watched.plan(), Feed.of(watched)
    said = said_by_slot(watched, {f"s{n}": reads(each) for n, each in enumerate(values)})
    last = max(map(len, values)) - 1
    start = advanced(watched, plan, begun(watched, plan, -1), said, min(closed, last) - 1).watch
    places = np.arange(PLACES)
    found = reached_ahead(plan, start, said, places, last)
    watch, most, expected = start, highest(start), []
    for slot in range(start.slot + 1, last + 1):
        outcome = advanced(watched, plan, watch, said, slot)
        watch = outcome.watch
        for change in outcome.changes:
            if change.after > most[change.place]:
                expected.append(replace(change, before=most[change.place]))
                most[change.place] = change.after
    assert list(found) == expected
    assert feed.places_of({0, 2}).tolist() == [0, 2]


@settings(max_examples=60, deadline=None)
@given(ALL, st.integers(0, 2))
def test_some_places_say_what_all_say(
    values: list[list[tuple[int | None, int]]], place: int
) -> None:
    watched = group()
    plan = watched.plan()
    streams = {f"s{n}": reads(each) for n, each in enumerate(values)}
    said, start = said_by_slot(watched, streams), begun(watched, plan, -1)
    last = max(map(len, values)) - 1
    alone = replace(watched, places=(watched.places[place],))
    mine = said_by_slot(alone, {f"s{place}": streams[f"s{place}"]})
    every = reached_ahead(plan, start, said, np.arange(PLACES), last)
    found = reached_ahead(plan, start, mine, np.array([place]), last)
    assert list(found) == [each for each in every if each.place == place]


@pytest.mark.parametrize(("value", "level"), [(5 - E, 2), (5, 3), (5 + E, 3)])
def test_a_limit_that_is_reached_in_an_open_slot(value: float, level: int) -> None:
    watched = group()
    plan, start = watched.plan(), begun(watched, watched.plan(), -1)
    said = said_by_slot(watched, {"s0": [Read(at_us=1, value=value)]})
    (found,) = reached_ahead(plan, start, said, np.array([0]), 0)
    assert (found.slot, found.before, found.after) == (0, 0, level)
    assert not reached_ahead(plan, start, {}, np.array([0]), 0)
    assert not reached_ahead(plan, start, said, np.array([1]), -1)


def test_doubt_and_hold() -> None:
    """A spike reaches nothing; a rule that begins after a time is not decided ahead."""
    watched, waits = group(), group(hold_s=SLOT)
    start = begun(watched, watched.plan(), -1)
    spike = said_by_slot(watched, {"s0": [Read(at_us=1, value=9.0, flags=int(Flag.SPIKE))]})
    assert not reached_ahead(watched.plan(), start, spike, np.array([0]), 0)
    said = said_by_slot(waits, {"s0": [Read(at_us=1, value=9.0)]})
    start = begun(waits, waits.plan(), -1)
    assert not reached_ahead(waits.plan(), start, said, np.array([0]), 0)


def test_a_watch_that_is_far_behind_looks_no_further_than_it_may() -> None:
    watched = group()
    far = Read(at_us=(MOST_AHEAD + 1) * SLOT * SECOND_US, value=9.0)
    start, plan = begun(watched, watched.plan(), -1), watched.plan()
    said = said_by_slot(watched, {"s0": [far]})
    assert not reached_ahead(plan, start, said, np.array([0]), MOST_AHEAD)
    near = said_by_slot(watched, {"s0": [replace(far, at_us=MOST_AHEAD * SLOT * SECOND_US)]})
    assert reached_ahead(plan, start, near, np.array([0]), MOST_AHEAD)


@pytest.mark.parametrize("windows", [SUMS, EVERY])
@settings(max_examples=60, deadline=None)
@given(ALL, st.sets(st.integers(0, PLACES - 1), min_size=1), st.booleans())
def test_some_places_filled_anew_are_as_all_filled_anew(
    windows: tuple[Window, ...],
    values: list[list[tuple[int | None, int]]],
    chosen: set[int],
    waits: bool,
) -> None:
    """Late readings of some places: the others stay as they were, to the byte."""
    watched = group(windows, hold_s=SLOT if waits else 0)
    plan, last = watched.plan(), max(map(len, values)) - 1
    streams = {f"s{n}": reads(each) for n, each in enumerate(values)}
    early = {key: rows[::2] if int(key[1:]) in chosen else rows for key, rows in streams.items()}
    said, first = said_by_slot(watched, streams), said_by_slot(watched, early)
    before = rebuilt(watched, plan, first, last)
    places = np.array(sorted(chosen))
    part = replace(watched, places=tuple(watched.places[n] for n in places.tolist()))
    mine = said_by_slot(part, {each.stream: streams[each.stream] for each in part.places})
    some = renewed(watched, before.watch, mine, places)
    every = rebuilt(watched, plan, said, last, before.watch.level)
    assert dumped(some.watch) == dumped(every.watch)
    assert {c for c in every.changes if c.place in chosen} == set(some.changes)


@pytest.mark.parametrize("windows", [SUMS, EVERY])
@settings(max_examples=60, deadline=None)
@given(ALL, st.permutations(range(PLACES)), st.integers(0, PLACES), st.booleans())
def test_places_that_stay_keep_what_is_remembered(
    windows: tuple[Window, ...],
    values: list[list[tuple[int | None, int]]],
    order: list[int],
    count: int,
    waits: bool,
) -> None:
    """Another plan for other places: once the new ones are filled, all is as if filled anew."""
    whole = group(windows, hold_s=SLOT if waits else 0)
    last = max(map(len, values)) - 1
    streams = {f"s{n}": reads(each) for n, each in enumerate(values)}
    old = replace(whole, places=tuple(whole.places[n] for n in order[: max(1, count)]))
    new = replace(whole, places=tuple(reversed(whole.places)))
    before = rebuilt(old, old.plan(), said_by_slot(old, streams), last)
    made = rearranged(new, new.plan(), old, before.watch)
    assert made is not None
    watch, others = made
    assert len(others) == PLACES - len(old.places)
    if len(others):
        part = replace(new, places=tuple(new.places[n] for n in others.tolist()))
        mine = said_by_slot(part, {each.stream: streams[each.stream] for each in part.places})
        watch = renewed(new, watch, mine, others).watch
    every = rebuilt(new, new.plan(), said_by_slot(new, streams), last)
    assert dumped(watch) == dumped(every.watch)


def test_another_rule_keeps_nothing() -> None:
    old = group()
    watch = begun(old, old.plan(), 0)
    for other in (group(EVERY), group(hold_s=SLOT), group(slot_s=SLOT * 2)):
        assert rearranged(other, other.plan(), old, watch) is None


def test_pieces_of_another_slot_are_refused() -> None:
    watched = group()
    plan = watched.plan()
    one, other = begun(watched, plan, 0), begun(watched, plan, 1)
    with pytest.raises(ForeignState):
        spliced(one.engine, other.engine, np.arange(2 * PLACES))
