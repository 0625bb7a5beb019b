"""The window engine against a plain recomputation, under every order, repetition and gap."""

import dataclasses
import datetime as dt
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.warning.rules.engine.intake import BadBatch, Batch, no_readings
from anlan.warning.rules.engine.plan import (
    LARGEST_VALUE,
    MISSING,
    MOST_SLOTS,
    BadPlan,
    Operation,
    Plan,
    WindowRule,
)
from anlan.warning.rules.engine.state import ForeignState, State, dump, empty_state, load
from anlan.warning.rules.engine.step import (
    Facts,
    step,
)

SLOT_S = 60
START_S = int(dt.datetime(2024, 7, 15, tzinfo=dt.UTC).timestamp())
START = START_S // SLOT_S
SUM, MAX, DIFFERENCE, PERSISTENCE = Operation
Reading = tuple[int, int, int]
"""Station, slot after the start, value."""


def rule(operation: Operation = SUM, **fields: Any) -> WindowRule:
    usual = {"name": operation.value, "window_slots": 3, "limits": (10, 20, 30, 40)}
    return WindowRule(operation=operation, **(usual | fields))


def plan(*rules: WindowRule, stations: int = 3, lateness_s: int = 120, stale_s: int = 180) -> Plan:
    return Plan(
        stations=stations, slot_s=SLOT_S, lateness_s=lateness_s, stale_s=stale_s, rules=rules
    )


def batch(readings: list[Reading], second: int = 0) -> Batch:
    rows = np.array(readings, dtype=np.int64).reshape(-1, 3)
    return Batch(
        station=rows[:, 0], observed_s=(START + rows[:, 1]) * SLOT_S + second, value=rows[:, 2]
    )


def begin(of: Plan) -> State:
    """The state in which slot 0 is the first that will be closed."""
    return empty_state(of, now_s=START_S + of.lateness_s)


def at_once(of: Plan, readings: list[Reading], slots: int) -> tuple[State, Facts]:
    """All readings as they would come in good time, then silence until every slot is closed."""
    state, _ = step(of, begin(of), no_readings(), now_s=START_S)
    facts: list[Facts] = []
    for slot in range(slots):
        here = [each for each in readings if each[1] == slot]
        state, said = step(of, state, batch(here), now_s=START_S + (slot + 1) * SLOT_S - 1)
        facts.append(said)
    state, said = step(of, state, no_readings(), now_s=START_S + slots * SLOT_S + of.lateness_s)
    return state, together([*facts, said])


def together(facts: list[Facts]) -> Facts:
    return Facts(
        **{
            field.name: np.concatenate([getattr(each, field.name) for each in facts])
            for field in dataclasses.fields(Facts)
        }
    )


def levels(facts: Facts, station: int = 0, rule_: int = 0) -> list[tuple[int, int, int]]:
    """(slot after the start, before, after) of one station and rule."""
    return [
        (int(each["slot"]) - START, int(each["before"]), int(each["after"]))
        for each in facts.changes
        if each["station"] == station and each["rule"] == rule_
    ]


# ---- the plain recomputation


def value_of(rule_: WindowRule, series: list[int | None], slot: int) -> tuple[int | None, int]:
    """(value or None, how many slots are missing), from the whole series."""
    window = [
        series[s] if s >= 0 else None for s in range(slot - rule_.window_slots + 1, slot + 1)
    ]
    known = [value for value in window if value is not None]
    missing = len(window) - len(known)
    if rule_.operation is SUM:
        return sum(known), missing
    if rule_.operation is MAX:
        return max(known, default=None), missing
    if rule_.operation is PERSISTENCE:
        return None if missing else min(known), missing
    before = slot - rule_.window_slots
    oldest = series[before] if before >= 0 else None
    newest = series[slot]
    if oldest is None or newest is None:
        return None, 1
    return newest - oldest, 0


def expected(
    of: Plan, readings: list[Reading], slots: int
) -> list[tuple[int, int, int, int, int]]:
    """(slot, rule, station, before, after), by loops over everything."""
    found = []
    for number, each in enumerate(of.rules):
        for station in range(of.stations):
            series: list[int | None] = [None] * slots
            for who, slot, value in readings:
                if who == station:
                    old = series[slot]
                    series[slot] = value if old is None else max(old, value)
            limits = (each.station_limits or (each.limits,) * of.stations)[station]
            found += _levels_of(each, limits, series, number, station)
    return sorted(found)


def _levels_of(
    each: WindowRule, limits: Any, series: list[int | None], number: int, station: int
) -> list[tuple[int, int, int, int, int]]:
    found, level, reached_for, below_for = [], 0, [0] * 5, [0] * 5
    for slot in range(len(series)):
        value, missing = value_of(each, series, slot)
        on = [level >= k for k in range(5)]
        for k in range(1, 5):
            limit = next((one for one in limits[k - 1 :] if one is not None), None)
            reached = limit is not None and value is not None and value >= limit
            below = missing == 0 and (
                limit is None or value is None or value < limit * each.release_share
            )
            reached_for[k] = reached_for[k] + 1 if reached else 0
            below_for[k] = below_for[k] + 1 if below else 0
            if below_for[k] > each.clear_slots:
                on[k] = False
            if reached_for[k] > each.hold_slots:
                on[k] = True
        after = max((k for k in range(1, 5) if on[k]), default=0)
        if after != level:
            found.append((slot, number, station, level, after))
        level = after
    return found


def got(facts: Facts) -> list[tuple[int, int, int, int, int]]:
    return [
        (
            int(c["slot"]) - START,
            int(c["rule"]),
            int(c["station"]),
            int(c["before"]),
            int(c["after"]),
        )
        for c in facts.changes
    ]


STATIONS, SLOTS = 3, 14
LIMITS = st.lists(st.none() | st.integers(1, 40), min_size=4, max_size=4).map(
    lambda limits: tuple(
        None if old is None else new for old, new in zip(limits, _rising(limits), strict=True)
    )
)


def _rising(limits: list[int | None]) -> list[int | None]:
    known = iter(sorted(limit for limit in limits if limit is not None))
    return [None if limit is None else next(known) for limit in limits]


RULES = st.builds(
    WindowRule,
    name=st.just(""),
    operation=st.sampled_from(Operation),
    window_slots=st.integers(1, 6),
    limits=LIMITS,
    station_limits=st.just(()) | st.lists(LIMITS, min_size=STATIONS, max_size=STATIONS).map(tuple),
    release_share=st.sampled_from([Fraction(1), Fraction(4, 5), Fraction(1, 2)]),
    hold_slots=st.integers(0, 2),
    clear_slots=st.integers(0, 2),
)
PLANS = st.lists(RULES, min_size=1, max_size=4).map(
    lambda rules: plan(
        *(dataclasses.replace(each, name=str(n)) for n, each in enumerate(rules)),
        stations=STATIONS,
    )
)
READINGS = st.lists(
    st.tuples(st.integers(0, STATIONS - 1), st.integers(0, SLOTS - 1), st.integers(0, 30)),
    max_size=60,
)


@settings(deadline=None, max_examples=120)
@given(PLANS, READINGS)
def test_it_equals_a_plain_recomputation(of: Plan, readings: list[Reading]) -> None:
    _, facts = at_once(of, readings, SLOTS)
    assert sorted(got(facts)) == expected(of, readings, SLOTS)
    assert got(facts) == sorted(got(facts))
    assert not len(facts.late)
    assert not len(facts.ahead)


@settings(deadline=None, max_examples=60)
@given(PLANS, READINGS, st.data())
def test_order_within_lateness_does_not_matter(
    of: Plan, readings: list[Reading], data: st.DataObject
) -> None:
    """Readings come late, repeated and shuffled, in batches of any size: same facts, same bytes."""
    end, facts = at_once(of, readings, SLOTS)
    repeated = readings + [each for each in readings if data.draw(st.booleans())]
    arrivals: dict[int, list[Reading]] = {}
    for reading in data.draw(st.permutations(repeated)):
        delay = data.draw(st.integers(0, 2))
        arrivals.setdefault(reading[1] + delay, []).append(reading)
    state, said = begin(of), []
    for slot in range(SLOTS + 3):
        for part in _cut(arrivals.get(slot, []), data.draw(st.integers(1, 5))):
            state, more = step(
                of,
                state,
                batch(part, second=data.draw(st.integers(0, 59))),
                now_s=START_S + (slot + 1) * SLOT_S - 1,
            )
            said.append(more)
    state, more = step(of, state, no_readings(), now_s=START_S + SLOTS * SLOT_S + of.lateness_s)
    told = together([*said, more])
    assert not len(told.late)
    assert told.changes.tobytes() == facts.changes.tobytes()
    assert dump(state) == dump(end)


def _cut(readings: list[Reading], size: int) -> list[list[Reading]]:
    return [readings[n : n + size] for n in range(0, len(readings), size)] or [[]]


@settings(deadline=None, max_examples=40)
@given(PLANS, READINGS, st.integers(0, SLOTS))
def test_a_restart_changes_nothing(of: Plan, readings: list[Reading], cut: int) -> None:
    """Dumped and loaded in the middle, the end is the same to the byte; and so is a replay."""
    end, facts = at_once(of, readings, SLOTS)
    again, same = at_once(of, readings, SLOTS)
    assert dump(again) == dump(end)
    assert same.changes.tobytes() == facts.changes.tobytes()
    assert dump(load(of, dump(end))) == dump(end)
    state, said = begin(of), []
    for slot in range(SLOTS):
        here = [each for each in readings if each[1] == slot]
        state, more = step(of, state, batch(here), now_s=START_S + (slot + 1) * SLOT_S - 1)
        said.append(more)
        if slot == cut:
            state = load(of, dump(state))
    state, more = step(of, state, no_readings(), now_s=START_S + SLOTS * SLOT_S + of.lateness_s)
    assert dump(state) == dump(end)
    assert together([*said, more]).changes.tobytes() == facts.changes.tobytes()


@settings(deadline=None, max_examples=40)
@given(PLANS, READINGS, st.integers(1, 200))
def test_silence_never_clears(of: Plan, readings: list[Reading], slots: int) -> None:
    state, _ = at_once(of, readings, SLOTS)
    after, facts = step(
        of, state, no_readings(), now_s=START_S + (SLOTS + slots) * SLOT_S + of.lateness_s
    )
    assert all(each["after"] > each["before"] for each in facts.changes)
    assert (after.level >= state.level).all()


@settings(deadline=None, max_examples=40)
@given(PLANS, READINGS, READINGS)
def test_more_rain_never_lowers(of: Plan, readings: list[Reading], more: list[Reading]) -> None:
    """Of sums, maxima and persistence: a higher value in any slot lowers no level."""
    rules = tuple(each for each in of.rules if each.operation is not DIFFERENCE)
    rain = dataclasses.replace(of, rules=rules)
    whole = [(who, slot, 0) for who in range(STATIONS) for slot in range(SLOTS)]
    low, _ = at_once(rain, whole + readings, SLOTS)
    high, _ = at_once(rain, whole + readings + more, SLOTS)
    assert (high.level >= low.level).all()


@settings(deadline=None, max_examples=20)
@given(PLANS, READINGS)
def test_a_step_changes_no_state_that_was(of: Plan, readings: list[Reading]) -> None:
    state = begin(of)
    before = dump(state)
    step(of, state, batch(readings), now_s=START_S + SLOTS * SLOT_S + 10_000)
    assert dump(state) == before


@settings(deadline=None, max_examples=60)
@given(
    PLANS.filter(lambda of: all(each.operation in (MAX, PERSISTENCE) for each in of.rules))
    | st.builds(lambda each: plan(dataclasses.replace(each, operation=MAX)), RULES),
    READINGS,
    st.integers(1, 80),
)
def test_what_lies_below_nought_is_decided_like_what_lies_above(
    of: Plan, readings: list[Reading], shift: int
) -> None:
    """Extremes that begin and end at their limits, all of it lower by as much."""

    def lower(limits: Any) -> Any:
        return tuple(None if limit is None else limit - shift for limit in limits)

    rules = [dataclasses.replace(each, release_share=Fraction(1)) for each in of.rules]
    below = [
        dataclasses.replace(
            each,
            limits=lower(each.limits),
            station_limits=tuple(lower(limits) for limits in each.station_limits),
        )
        for each in rules
    ]
    _, facts = at_once(plan(*rules), readings, SLOTS)
    moved = [(who, slot, value - shift) for who, slot, value in readings]
    _, found = at_once(plan(*below), moved, SLOTS)
    assert got(found) == got(facts)


# ---- by hand


@pytest.mark.parametrize("operation", [MAX, PERSISTENCE])
@pytest.mark.parametrize("waits", [0, 1])
def test_limits_at_and_below_nought(operation: Operation, waits: int) -> None:
    """Just below, on, above; a slot without a reading reaches none of them. A share of what is
    not above nought means nothing: such a level ends below its limit."""
    of = plan(
        rule(
            operation,
            window_slots=1,
            limits=(-20, -10, 0, 10),
            release_share=Fraction(1, 2),
            hold_slots=0,
            clear_slots=waits,
        ),
        stations=1,
    )
    none, facts = at_once(of, [], 4)
    assert (levels(facts), none.level.tolist()) == ([], [[0]])
    values = [-21, -20, -19, -11, -10, -1, 0, 1, 9, 10]
    _, facts = at_once(of, [(0, slot, value) for slot, value in enumerate(values)], 10)
    assert levels(facts) == [(1, 0, 1), (4, 1, 2), (6, 2, 3), (9, 3, 4)]
    falling = [10, 5, 4, 0, -1, -10, -11, -20, -21, -21]
    _, facts = at_once(of, [(0, slot, value) for slot, value in enumerate(falling)], 10 + waits)
    late = [(2, 4, 3), (4, 3, 2), (6, 2, 1), (8, 1, 0)]
    assert levels(facts) == [(0, 0, 4), *((slot + waits, old, new) for slot, old, new in late)]


def test_a_limit_that_the_lowest_value_would_reach_is_refused() -> None:
    """Whatever is lower counts as the lowest: it must not reach a limit by that."""
    lowest = {"limits": (None, None, None, -LARGEST_VALUE), "window_slots": 1}
    with pytest.raises(BadPlan):
        plan(rule(MAX, **lowest))
    assert plan(rule(MAX, **lowest | {"limits": (None, None, None, 1 - LARGEST_VALUE)}))
    long = rule(window_slots=1000)
    most = plan(long).largest
    assert plan(long, rule(MAX, limits=(None, None, None, 1 - most)))
    with pytest.raises(BadPlan):
        plan(long, rule(MAX, limits=(None, None, None, -most)))


def test_limits_hysteresis_and_equal() -> None:
    of = plan(rule(window_slots=1, release_share=Fraction(4, 5)), stations=1)
    values = [9, 10, 8, 7, 40, 33, 32, 31, 24, 23]
    _, facts = at_once(of, [(0, slot, value) for slot, value in enumerate(values)], len(values))
    assert levels(facts) == [(1, 0, 1), (3, 1, 0), (4, 0, 4), (7, 4, 3), (9, 3, 2)]
    assert facts.changes["value"].tolist() == [10, 7, 40, 31, 23]


def test_hold_and_clear_times() -> None:
    of = plan(rule(window_slots=1, hold_slots=1, clear_slots=2), stations=1)
    values = [10, 0, 10, 10, 30, 20, 0, 0, 10, 0, 0, 0]
    _, facts = at_once(of, [(0, slot, value) for slot, value in enumerate(values)], len(values))
    # starts after two slots running; two above 20 make yellow; ends after three below
    assert levels(facts) == [(3, 0, 1), (5, 1, 2), (8, 2, 1), (11, 1, 0)]


def test_a_gap_holds_the_level() -> None:
    of = plan(rule(window_slots=2), stations=1)
    _, facts = at_once(of, [(0, 0, 20), (0, 3, 0), (0, 4, 0)], 6)
    assert levels(facts) == [(0, 0, 2), (4, 2, 0)]
    assert facts.changes["missing"].tolist() == [1, 0]


def test_what_is_known_can_raise_over_a_gap() -> None:
    of = plan(rule(), stations=1)
    _, facts = at_once(of, [(0, 0, 5), (0, 2, 5)], 3)
    assert levels(facts) == [(2, 0, 1)]
    held = plan(rule(PERSISTENCE), stations=1)
    _, facts = at_once(held, [(0, 0, 15), (0, 2, 15)], 3)
    assert levels(facts) == []
    _, facts = at_once(held, [(0, slot, 15) for slot in range(3)], 3)
    assert levels(facts) == [(2, 0, 1)]


def test_difference_needs_both_ends() -> None:
    of = plan(rule(DIFFERENCE, window_slots=2), stations=1)
    _, facts = at_once(of, [(0, 0, 100), (0, 2, 120), (0, 4, 120), (0, 6, 115)], 7)
    assert levels(facts) == [(2, 0, 2), (4, 2, 0)]


def test_late_and_ahead_are_named() -> None:
    of = plan(rule(window_slots=1), stations=2)
    now = START_S + 5 * SLOT_S
    state, _ = step(of, begin(of), no_readings(), now_s=now)
    readings = [(0, 1, 99), (1, 4, 10), (1, 6, 99), (0, 5, 11)]
    state, facts = step(of, state, batch(readings), now_s=now)
    assert facts.late["station"].tolist() == [0]
    assert facts.late["value"].tolist() == [99]
    assert facts.ahead["observed_s"].tolist() == [START_S + 6 * SLOT_S]
    assert [slot - START for slot, _ in state.pending] == [4, 5]
    back, facts = step(of, state, no_readings(), now_s=now - 10_000)
    assert dump(back) == dump(state)
    assert not len(facts.changes)


def test_slots_far_apart_in_one_batch() -> None:
    """As when a centre was cut off for months; no row holds the memory of another."""
    of = plan(rule(window_slots=1), stations=2, lateness_s=3 * MOST_SLOTS * SLOT_S)
    for last in (4, 3 * MOST_SLOTS - 1):
        readings = [(1, last, 7), (0, 0, 5), (1, 0, 6), (0, 0, 4), (1, 2, 8), (0, last + 1, 9)]
        state, facts = step(
            of, begin(of), batch(readings), now_s=START_S + (last + 1) * SLOT_S - 1
        )
        rows = [(slot - START, row.tolist()) for slot, row in state.pending]
        assert rows == [(0, [5, 6]), (2, [MISSING, 8]), (last, [MISSING, 7])]
        assert all(row.base is None for _, row in state.pending)
        assert facts.ahead["value"].tolist() == [9]
        assert not len(facts.late)


@pytest.mark.parametrize("others", [(), (5, 5), (99, 1)])
def test_all_stations_in_any_order_in_one_batch(others: Reading) -> None:
    """In the order of their numbers, shuffled, or repeated: the same row, the higher holds."""
    of = plan(rule(window_slots=1), stations=100)
    whole = [(who, 0, who) for who in range(100)]
    more = [(others[0], 0, others[1])] if others else []
    rows = []
    for readings in (whole + more, more + whole[::-1], whole[50:] + more + whole[:50]):
        state, _ = step(of, begin(of), batch(readings), now_s=START_S + SLOT_S - 1)
        rows.append(state.pending[0][1].tolist())
    assert rows == [list(range(100))] * 3


def test_silence_is_named_once() -> None:
    of = plan(rule(), stations=2, stale_s=150)
    readings = [(0, slot, 0) for slot in range(12)] + [(1, 0, 0), (1, 9, 0)]
    _, facts = at_once(of, readings, 12)
    said = [
        (int(each["slot"]) - START, int(each["station"]), int(each["is_silent"]))
        for each in facts.silences
    ]
    assert said == [(4, 1, 1), (9, 1, 0)]
    never, facts = at_once(of, [], 4)
    assert facts.silences["station"].tolist() == [0, 1]
    assert never.silent.tolist() == [1, 1]


def test_limits_of_a_station() -> None:
    by_station = ((10, None, 30, None), (None, 5, None, None), (None,) * 4)
    of = plan(rule(window_slots=1, station_limits=by_station))
    _, facts = at_once(of, [(who, 0, 29) for who in range(3)] + [(0, 1, 30)], 2)
    assert got(facts) == [(0, 0, 0, 0, 1), (0, 0, 1, 0, 2), (1, 0, 0, 1, 3)]


def test_extremes_over_many_blocks() -> None:
    rng = np.random.default_rng(7)
    values = rng.integers(0, 50, 200).tolist()
    of = plan(
        rule(MAX, window_slots=7),
        rule(PERSISTENCE, window_slots=7),
        rule(window_slots=50),
        stations=1,
    )
    readings = [(0, slot, value) for slot, value in enumerate(values)]
    _, facts = at_once(of, readings, len(values))
    assert sorted(got(facts)) == expected(of, readings, len(values))


@pytest.mark.parametrize(
    "fields",
    [
        {"window_slots": 0},
        {"release_share": Fraction(0)},
        {"release_share": Fraction(11, 10)},
        {"hold_slots": -1},
        {"clear_slots": -1},
        {"limits": (20, 10, 30, 40)},
        {"limits": (0, 10, 30, 40)},
        {"limits": (0, 10, 30, 40), "operation": DIFFERENCE},
        {"limits": (-5, None, None, None)},
        {"limits": (None, None, None, 2**31 - 1)},
        {"station_limits": ((1, 2, 3, 4),)},
    ],
)
def test_plans_that_make_no_sense(fields: dict[str, Any]) -> None:
    with pytest.raises(BadPlan):
        plan(rule(**{"operation": SUM} | fields))


def test_other_bad_plans() -> None:
    for fields in ({"stations": 0}, {"lateness_s": -1}, {"stale_s": -1}):
        with pytest.raises(BadPlan):
            plan(**fields)  # type: ignore[arg-type]
    with pytest.raises(BadPlan):
        plan(rule(), rule())
    assert plan().longest_window == 1


def test_sums_always_fit() -> None:
    """The largest readings that a plan takes, over its longest sum."""
    of = plan(rule(window_slots=7, limits=(None, None, None, 2**31 - 2)), stations=1)
    most = of.largest  # seven times that is the limit
    assert most < LARGEST_VALUE
    state, facts = at_once(of, [(0, slot, most) for slot in range(9)], 9)
    assert state.value[0].tolist() == [7 * most]
    assert levels(facts) == [(6, 0, 4)]
    lone = plan(rule(DIFFERENCE, window_slots=1, limits=(1, 2, 3, 4)), stations=1)
    assert lone.largest == LARGEST_VALUE
    _, facts = at_once(lone, [(0, 0, -LARGEST_VALUE), (0, 1, LARGEST_VALUE)], 2)
    assert levels(facts) == [(1, 0, 4)]


def test_batches_that_make_no_sense() -> None:
    of = plan(rule())
    for bad in ([(3, 0, 1)], [(-1, 0, 1)], [(0, 0, LARGEST_VALUE + 1)], [(0, 0, MISSING)]):
        with pytest.raises(BadBatch):
            step(of, begin(of), batch(bad), now_s=START_S)
    uneven = dataclasses.replace(batch([(0, 0, 1)]), value=np.zeros(2, dtype=np.int64))
    with pytest.raises(BadBatch):
        step(of, begin(of), uneven, now_s=START_S)


def test_bytes_of_another_plan_are_refused() -> None:
    of = plan(rule(), rule(MAX))
    data = dump(begin(of))
    for other in (plan(rule(), rule(MAX), stations=4), plan(rule()), plan(rule(window_slots=9))):
        with pytest.raises(ForeignState):
            load(other, data)
    no_level = dataclasses.replace(begin(of), level=np.full((2, 3), 5, dtype=np.uint8))
    for broken in (b"", data[:-8], data + b"\x00" * 8, data[:40], data[:-3], dump(no_level)):
        with pytest.raises(ForeignState):
            load(of, broken)
