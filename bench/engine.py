"""engine: windows and levels of 10 000 rain gauges, minute by minute.

Five windows, four levels, a level left below 80 % of its limit. The day before is taken in first,
so that every window is whole. Each round takes the same minutes from the same state, the product
one step a minute. Peers: a fused loop compiled by Numba over arrays (one call a minute, nothing
but the windows and levels: no intake, lateness, repeats, gaps or kept state), and bytewax on
fewer stations. Then the same readings with two minutes of lateness, in order and in disorder: one
in twenty late by a minute or two, one in twenty repeated, each batch shuffled. All sides must find
the same changes before a time counts, and both orders end in a state of the same bytes.
"""

import dataclasses
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from importlib.util import find_spec
from typing import Any

import numpy as np

from anlan.warning.rules.engine.intake import Batch, no_readings
from anlan.warning.rules.engine.plan import Operation, Plan, WindowRule
from anlan.warning.rules.engine.state import State, dump, empty_state
from anlan.warning.rules.engine.step import step
from bench.rig.measure import Target, at_most, interleaved, seconds_of
from bench.rig.run import require, say, start

FULL = {"stations": 10_000, "minutes": 240, "rounds": 5, "peer_stations": 1_000}
SMALL = {"stations": 50, "minutes": 20, "rounds": 1, "peer_stations": 20}
WINDOWS = (5, 15, 60, 180, 720)
LIMITS = (
    (40, 60, 80, 120),
    (70, 110, 160, 220),
    (150, 250, 350, 500),
    (300, 450, 600, 900),
    (500, 800, 1_100, 1_600),
)
"""In 0.1 mm, from blue to red: made up for the load, no limits of any place."""
SHARE = Fraction(4, 5)
LEVELS = 4
SLOT_S = 60
NUMBA_SHARE = 0.5
BYTEWAX_RATIO = 100.0
DISORDER_COST = 2.0
SHARE_LATE = 0.05
SHARE_REPEATED = 0.05
LATE_BY = 2
"""Minutes."""
Change = tuple[int, int, int, int, int]
"""(slot, rule, station, before, after)"""


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    rain = _rain(sizes["stations"], WINDOWS[-1] + sizes["minutes"])
    plan = _plan(sizes["stations"])
    say(f"engine: {sizes['stations']} stations, {WINDOWS[-1]} minutes taken in beforehand")
    warm, _ = _steps(plan, empty_state(plan, now_s=0), rain[: WINDOWS[-1]], 0)
    fresh = rain[WINDOWS[-1] :]
    end, changes = _steps(plan, warm, fresh, WINDOWS[-1])
    readings = sizes["stations"] * sizes["minutes"]
    found: dict[str, Any] = {"changes": len(changes), "state_bytes_per_station": _size(end)}
    sides: dict[str, Callable[[], Any]] = {
        "product": lambda: _steps(plan, warm, fresh, WINDOWS[-1])
    }
    if find_spec("numba") is None:
        found["numba"] = "not run: pip install -e .[bench]"
    else:
        loop = _numba_loop(rain[: WINDOWS[-1]])
        theirs = [tuple(row) for row in loop(fresh).tolist()]
        require("changes of the Numba loop", theirs == _listed(changes), True)
        sides["numba"] = lambda: loop(fresh)
    times = interleaved(sides, sizes["rounds"])
    found |= {f"{name}_readings_per_second": readings / t.median for name, t in times.items()}
    if "numba" in times:
        found["numba_share"] = times["numba"].median / times["product"].median
    found |= _in_disorder(plan, rain, sizes["rounds"])
    return found | _against_bytewax(sizes, readings / times["product"].median)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    wanted = (
        ("numba_share", "rate, as a share of a fused Numba loop", NUMBA_SHARE),
        ("bytewax_ratio", "rate, in rates of bytewax", BYTEWAX_RATIO),
    )
    cost = "cost of disorder, in costs of the same readings in order"
    return [
        at_most(cost, figures["disorder_cost"], DISORDER_COST),
        *(
            Target(
                name=name, wanted=f">= {least:g}", found=figures[key], met=figures[key] >= least
            )
            for key, name, least in wanted
            if key in figures
        ),
    ]


def _plan(stations: int) -> Plan:
    return Plan(
        stations=stations,
        slot_s=SLOT_S,
        lateness_s=0,
        stale_s=600,
        rules=tuple(
            WindowRule(
                name=str(window),
                operation=Operation.SUM,
                window_slots=window,
                limits=limits,
                release_share=SHARE,
            )
            for window, limits in zip(WINDOWS, LIMITS, strict=True)
        ),
    )


def _rain(stations: int, minutes: int) -> np.ndarray:
    """(minute, station) in 0.1 mm: showers of an hour, in most places none at most times."""
    rng = np.random.default_rng(20240715)
    rain = np.zeros((minutes, stations), dtype=np.int64)
    for station in range(stations):
        for first in rng.integers(0, minutes, rng.poisson(minutes / 600)):
            length = int(rng.integers(10, 90))
            piece = rain[first : first + length, station]
            piece += rng.gamma(0.7, rng.gamma(2.0, 3.0), len(piece)).astype(np.int64)
    return rain


def _steps(plan: Plan, state: State, rain: np.ndarray, first: int) -> tuple[State, np.ndarray]:
    """One step a minute, each with one reading of every station."""
    stations = np.arange(plan.stations)
    found = []
    for minute, values in enumerate(rain, start=first):
        observed = np.full(plan.stations, minute * SLOT_S)
        batch = Batch(station=stations, observed_s=observed, value=values)
        state, facts = step(plan, state, batch, now_s=(minute + 1) * SLOT_S)
        found.append(facts.changes)
    return state, np.concatenate(found)


def _in_disorder(plan: Plan, rain: np.ndarray, rounds: int) -> dict[str, Any]:
    patient = dataclasses.replace(plan, lateness_s=LATE_BY * SLOT_S)
    day, fresh = rain[: WINDOWS[-1]], rain[WINDOWS[-1] :]
    begun = empty_state(patient, now_s=patient.lateness_s)
    warm, _ = _taken(patient, begun, _in_order(day, 0), 0)
    batches = {
        "in_order": _in_order(fresh, WINDOWS[-1]),
        "disorder": _shuffled(fresh, WINDOWS[-1]),
    }
    ends = [_taken(patient, warm, each, WINDOWS[-1]) for each in batches.values()]
    changes = [found.tobytes() for _, found in ends]
    require("changes in disorder", changes[0] == changes[1], True)
    require("state after disorder", dump(ends[0][0]) == dump(ends[1][0]), True)
    sides = {
        name: lambda each=each: _taken(patient, warm, each, WINDOWS[-1])  # type: ignore[misc]
        for name, each in batches.items()
    }
    times = interleaved(sides, rounds)
    rates = {f"{name}_readings_per_second": fresh.size / t.median for name, t in times.items()}
    return rates | {"disorder_cost": times["disorder"].median / times["in_order"].median}


def _taken(plan: Plan, state: State, batches: list[Batch], first: int) -> tuple[State, np.ndarray]:
    """One step a minute; nothing may come too late."""
    found = []
    for minute, batch in enumerate(batches, start=first):
        state, facts = step(plan, state, batch, now_s=(minute + 1) * SLOT_S - 1)
        require("late", len(facts.late) + len(facts.ahead), 0)
        found.append(facts.changes)
    return state, np.concatenate(found)


def _in_order(rain: np.ndarray, first: int) -> list[Batch]:
    """And nothing more until all is closed."""
    stations = np.arange(rain.shape[1])
    batches = [
        Batch(station=stations, observed_s=np.full_like(stations, minute * SLOT_S), value=values)
        for minute, values in enumerate(rain, start=first)
    ]
    return batches + [no_readings()] * LATE_BY


def _shuffled(rain: np.ndarray, first: int) -> list[Batch]:
    rng = np.random.default_rng(5)
    minutes, count = rain.shape
    arriving: list[list[np.ndarray]] = [[] for _ in range(minutes + LATE_BY)]
    for minute, values in enumerate(rain):
        delay = np.where(rng.random(count) < SHARE_LATE, rng.integers(1, LATE_BY + 1, count), 0)
        again = np.flatnonzero(rng.random(count) < SHARE_REPEATED)
        station = np.concatenate((np.arange(count), again))
        delay = np.concatenate((delay, rng.integers(0, LATE_BY + 1, len(again))))
        for late in range(LATE_BY + 1):
            here = station[delay == late]
            observed = np.full_like(here, (first + minute) * SLOT_S)
            arriving[minute + late].append(np.stack((here, observed, values[here])))
    tables = [rng.permutation(np.concatenate(parts, axis=1), axis=1) for parts in arriving]
    return [Batch(station=each[0], observed_s=each[1], value=each[2]) for each in tables]


def _listed(changes: np.ndarray) -> list[Change]:
    columns = ("slot", "rule", "station", "before", "after")
    return list(zip(*(changes[name].tolist() for name in columns), strict=True))


def _size(state: State) -> float:
    return len(dump(state)) / len(state.unheard)


def _numba_loop(day_before: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """The fused loop, warmed up on the day before; each call begins again from there."""
    from numba import njit

    lower = [[-(-limit * 4 // 5) for limit in limits] for limits in LIMITS]
    limits = (np.array(WINDOWS), np.array(LIMITS), np.array(lower))

    @njit
    def tick(slot, values, ring, sums, levels, changes, limits):  # type: ignore[no-untyped-def]
        """Rows of the ring are minutes, so that all is read in order."""
        windows, upper, lower = limits
        longest = len(ring)
        new = ring[slot % longest]
        count = 0
        for rule in range(len(windows)):
            oldest = ring[(slot - windows[rule]) % longest]
            total, level = sums[rule], levels[rule]
            for station in range(len(values)):
                now = total[station] + values[station] - oldest[station]
                total[station] = now
                before = level[station]
                if before == 0 and now < upper[rule, 0]:
                    continue
                reached = 0
                kept = 0
                for number in range(4):
                    reached += now >= upper[rule, number]
                    kept += now >= lower[rule, number]
                after = max(reached, min(before, kept))
                if after != before:
                    level[station] = after
                    row = changes[count]
                    row[0], row[1], row[2], row[3], row[4] = slot, rule, station, before, after
                    count += 1
        new[:] = values
        return count

    stations = day_before.shape[1]
    ring = np.zeros((WINDOWS[-1], stations), dtype=np.int32)
    sums = np.zeros((len(WINDOWS), stations), dtype=np.int32)
    levels = np.zeros((len(WINDOWS), stations), dtype=np.int32)
    buffer = np.zeros((stations * len(WINDOWS), 5), dtype=np.int64)
    for slot, values in enumerate(day_before.astype(np.int32)):
        tick(slot, values, ring, sums, levels, buffer, limits)
    warm = (ring, sums, levels)

    def run(rain: np.ndarray) -> np.ndarray:
        held = [array.copy() for array in warm]
        found = []
        for slot, values in enumerate(rain.astype(np.int32), start=WINDOWS[-1]):
            count = tick(slot, values, *held, buffer, limits)
            found.append(buffer[:count].copy())
        return np.concatenate(found)

    return run


def _against_bytewax(sizes: dict[str, Any], product_rate: float) -> dict[str, Any]:
    """bytewax keeps the same windows per station in a stateful step, in one process."""
    if find_spec("bytewax") is None:
        return {"bytewax": "not run: pip install -e .[bench]"}
    stations, minutes = sizes["peer_stations"], min(sizes["minutes"], 60)
    rain = _rain(stations, minutes)
    plan = _plan(stations)
    dry = np.zeros((WINDOWS[-1], stations), dtype=np.int64)
    after_a_dry_day, _ = _steps(plan, empty_state(plan, now_s=0), dry, 0)
    _, expected = _steps(plan, after_a_dry_day, rain, WINDOWS[-1])
    found: list[Change] = []
    took = seconds_of(lambda: found.extend(_bytewax_changes(rain)))
    require("changes of bytewax", sorted(found) == _listed(expected), True)
    rate = stations * minutes / took
    return {"bytewax_readings_per_second": rate, "bytewax_ratio": product_rate / rate}


def _bytewax_changes(rain: np.ndarray) -> Iterable[Change]:
    import bytewax.operators as op
    from bytewax.dataflow import Dataflow
    from bytewax.testing import TestingSink, TestingSource, run_main

    readings = [
        (str(station), (slot, int(value)))
        for slot, values in enumerate(rain, start=WINDOWS[-1])
        for station, value in enumerate(values)
    ]
    out: list[Any] = []

    def watch(state: Any, reading: tuple[int, int]) -> tuple[Any, list[Change]]:
        kept = state or (defaultdict(int), [0] * len(WINDOWS), [0] * len(WINDOWS))
        return kept, _watched(kept, reading)

    flow = Dataflow("engine")
    source = op.input("in", flow, TestingSource(readings, batch_size=1000))
    op.output("out", op.stateful_map("windows", source, watch), TestingSink(out))
    run_main(flow)
    for station, changes in out:
        yield from ((slot, rule, int(station), b, a) for slot, rule, _, b, a in changes)


def _watched(kept: Any, reading: tuple[int, int]) -> list[Change]:
    rain, sums, levels = kept
    slot, value = reading
    rain[slot] = value
    changes = []
    for rule, (window, limits) in enumerate(zip(WINDOWS, LIMITS, strict=True)):
        sums[rule] += value - rain.get(slot - window, 0)
        reached = sum(sums[rule] >= limit for limit in limits)
        held = sum(sums[rule] * 5 >= limit * 4 for limit in limits)
        after = max(reached, min(levels[rule], held))
        if after != levels[rule]:
            changes.append((slot, rule, 0, levels[rule], after))
            levels[rule] = after
    return changes


if __name__ == "__main__":
    sys.exit(start("engine", sizes=FULL, small=SMALL, measure=measure, judge=judge))
