"""latency: from the arrival of a reading to the durable monitoring notice.

10 000 rain gauges say something every minute, 1 000 readings a batch. At each end of a time step
(five minutes by the program's own rules, all of which are in force) the step of the watch is run
as the sweep runs it, and eight gauges a step have reached a limit. The figure of a reading is the
time of its batch from the call of the intake to the acknowledgement, and that of the step until
every notice is committed. Beside it stands one fdatasync of the same run.

What is in the figure: reading JSON, quality control, two durable commits of the batch, the plan of
every rule over every gauge, the windows, the notices with their term and journal entry, the kept
state. What is not, and is told apart: that a time step lasts and its rule waits for late readings
before it is closed (both are data of the rule), and the pause of the sweep between two steps; HTTP
and the sign-in before the intake. No clock is waited for: the instants are those of the readings.

Then an overload: the readings of ten minutes as fast as four senders can, while the watch runs all
the while. A batch that is refused is sent again under the same request id. Whatever was
acknowledged must be in the store, each cause must have one notice.
"""

import datetime as dt
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from bench.rig.instance import LOGIN, lay_city
from bench.rig.measure import Target, at_most, fdatasync_ms, percentile, seconds_of, summary
from bench.rig.run import BenchFailed, on_databases, require, say, start

FULL = {"stations": 10_000, "batch": 1_000, "steps": 6}
SMALL = {"stations": 40, "batch": 10, "steps": 2}
STEP_MIN = 5
CROSSING = 8
"""Gauges that reach a limit in each step."""
HEAVY_MM = 60.0
"""In one minute: above the first limits of the rule for rain."""
SENDERS = 4
OVERLOAD = 10
TRIES = 50
SYNCS, OWN_MS = 3, 5
FIRST = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
LATENESS = dt.timedelta(minutes=10)
"""How long the rule for rain waits; read back from it."""


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("latency", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    found = []
    for kind, row in figures.items():
        if "latency_p99_ms" in row:
            limit = SYNCS * row["fdatasync_ms"] + OWN_MS
            name = f"{kind}: ms from arrival to the durable notice, p99"
            found.append(at_most(name, row["latency_p99_ms"], round(limit, 2)))
            name = f"{kind}: readings acknowledged under overload and lost"
            found.append(at_most(name, row["overload"]["lost"], 0))
    return found


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    from anlan.warning.actions.monitoring import EVERY_S

    lay_city()
    _lay_rules()
    _make_stations(sizes["stations"])
    say(f"latency: {sizes['stations']} gauges, {sizes['steps']} time steps")
    _watch(0)
    syncs, acks, steps, latencies = [], [], [], []
    for number in range(sizes["steps"]):
        syncs.append(fdatasync_ms())
        minutes = range(number * STEP_MIN, (number + 1) * STEP_MIN)
        for minute in minutes:
            last = [_send(minute, body) for body in _bodies(minute, sizes)]
            acks += last
        steps.append(seconds_of(partial(_watch, minutes.stop)))
        latencies += [(took + steps[-1]) * 1000 for took in last]
        require("notices", _notices(), (number + 1) * _crossing(sizes))
    idle = [seconds_of(lambda: _watch(sizes["steps"] * STEP_MIN)) for _ in range(3)]
    return {
        "fdatasync_ms": summary(syncs).median,
        "acknowledged_p50_ms": percentile(acks, 0.5) * 1000,
        "acknowledged_p99_ms": percentile(acks, 0.99) * 1000,
        "step_ms": summary([each * 1000 for each in steps]).to_json(),
        "step_with_nothing_new_ms": summary(idle).median * 1000,
        "latency_p50_ms": percentile(latencies, 0.5),
        "latency_p99_ms": percentile(latencies, 0.99),
        "apart_pause_of_the_sweep_s": EVERY_S,
        "apart_time_step_s": STEP_MIN * 60,
        "apart_waits_for_late_readings_s": LATENESS.total_seconds(),
        "overload": _overload(sizes),
    }


def _overload(sizes: dict[str, Any]) -> dict[str, Any]:
    """The load of ten minutes at once."""
    first = sizes["steps"] * STEP_MIN
    minutes = range(first, first + OVERLOAD)
    work = [(minute, body) for minute in minutes for body in _bodies(minute, sizes)]
    done, runs, reached = threading.Event(), list[int](), [first]

    def send(minute: int, body: bytes) -> float:
        reached.append(minute)
        return _send(minute, body, TRIES)

    def watch() -> None:
        """By a clock that waits for nobody: what is sent after it comes late."""
        while not done.is_set():
            runs.append(max(reached))
            _watch(runs[-1])
        _close()

    watcher = threading.Thread(target=watch)
    watcher.start()
    begun = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        taken = list(pool.map(lambda one: send(*one), work))
    elapsed = time.perf_counter() - begun
    done.set()
    watcher.join()
    _watch(minutes.stop)
    acknowledged = sizes["stations"] * (first + OVERLOAD)
    steps = (first + OVERLOAD) // STEP_MIN
    require("notices under overload", _notices(), steps * _crossing(sizes))
    return {
        "readings_per_minute": sizes["stations"] * OVERLOAD / elapsed * 60,
        "times_the_load": OVERLOAD / elapsed * 60,
        "acknowledged_p99_ms": percentile(taken, 0.99) * 1000,
        "runs_of_the_watch": len(runs),
        "lost": acknowledged - _held(sizes),
    }


def _close() -> None:
    """Connections of a thread that ends."""
    from django.db import connections

    from anlan.sensing.store import engine

    connections.close_all()
    engine.close()


def _crossing(sizes: dict[str, Any]) -> int:
    return min(CROSSING, sizes["stations"] // 8)


def _value(place: int, minute: int, sizes: dict[str, Any]) -> float:
    """Heavy rain once at other gauges each step, in its last minute but one; else a drizzle."""
    step, within = divmod(minute, STEP_MIN)
    each = _crossing(sizes)
    is_heavy = step * each <= place < (step + 1) * each and within == STEP_MIN - 2
    return HEAVY_MM if is_heavy else (place + minute) % 2 / 100


def _bodies(minute: int, sizes: dict[str, Any]) -> Iterator[bytes]:
    at = (FIRST + (minute + 1) * MINUTE).isoformat()
    for begins in range(0, sizes["stations"], sizes["batch"]):
        places = range(begins, min(begins + sizes["batch"], sizes["stations"]))
        rows = [
            {"station": _code(place), "property": "rain", "time": at}
            | {"value": _value(place, minute, sizes)}
            for place in places
        ]
        yield json.dumps({"observations": rows}).encode()


def _send(minute: int, body: bytes, tries: int = 1) -> float:
    """Seconds until it is acknowledged, with what was refused before."""
    from anlan.base.identity import new_id
    from anlan.sensing.actions.errors import StoreUnavailable
    from anlan.sensing.actions.intake import take_readings
    from anlan.sensing.rules.decoding.json_lines import JSON

    said = {"now": FIRST + (minute + 1) * MINUTE, "request_id": new_id().hex, "actor": _actor()}
    begun = time.perf_counter()
    for _ in range(tries):
        try:
            answer = take_readings(body, JSON, **said)
        except StoreUnavailable:
            continue
        require("rejected", answer["counts"]["rejected"], 0)
        return time.perf_counter() - begun
    raise BenchFailed(f"a batch was refused {tries} times")


def _watch(minute: int) -> None:
    """The step that the sweep makes when the time step before that minute can be closed."""
    from anlan.warning.actions.monitoring import watch_readings

    watch_readings(FIRST + minute * MINUTE + LATENESS)


def _notices() -> int:
    """Notices of rain; each gauge has one at most."""
    from anlan.warning.models import MonitoringNotice

    rows = list(MonitoringNotice.objects.values_list("place", flat=True))
    require("places with two notices", len(rows) - len(set(rows)), 0)
    return len(rows)


def _held(sizes: dict[str, Any]) -> int:
    """Readings in the store, each with the value that was sent."""
    from anlan.sensing.models import Datastream
    from anlan.sensing.store.reads import spans

    keys: dict[Any, str] = dict(Datastream.objects.values_list("pk", "station__code"))
    found = 0
    for key, rows in spans(list(keys), 0, 2**62).items():
        place = int(keys[key].rpartition("-")[2])
        for row in rows:
            minute = round((row.at - FIRST) / MINUTE) - 1
            require(f"{keys[key]} at {row.at}", row.value, _value(place, minute, sizes))
            found += 1
    return found


def _code(place: int) -> str:
    return f"L-{place:05}"


def _lay_rules() -> None:
    """The monitoring rules of the program, as they are."""
    from anlan.warning.actions.monitoring_rules import load_monitoring_rules
    from anlan.warning.models import MonitoringRule

    load_monitoring_rules(None, lambda line: None)
    rule = MonitoringRule.objects.get(code="rainstorm")
    require("time step", rule.slot_s, STEP_MIN * 60)
    require("lateness", rule.lateness_s, LATENESS.total_seconds())


def _make_stations(count: int) -> None:
    from anlan.base import clock
    from anlan.base.identity import new_id
    from anlan.base.journal.recording import recording
    from anlan.registers.models import Body, Region, ReportingUnit
    from anlan.sensing.models import Datastream, Station

    owner = {
        "body": Body.objects.get(code="water"),
        "unit": ReportingUnit.objects.get(code="yanhu"),
        "region": Region.objects.get(code="140802"),
    }
    proof = {"source": "演示", "mark": "X"}
    stations = [
        Station(code=_code(place), name=f"演示·{place}", kind="rain", **owner, **proof)
        for place in range(count)
    ]
    streams = [
        Datastream(station=row, observed="rain", interval_s=60, unit_of_measurement="mm", **proof)
        for row in stations
    ]
    for stream in streams:
        stream.clean()
    said = {"actor": _actor(), "now": clock.now(), "request_id": new_id().hex}
    with recording(action="bench.stations", **said) as rec:
        rec.add_many(stations)
        rec.add_many(streams)


def _actor() -> Any:
    from anlan.base import clock
    from anlan.registers import queries
    from anlan.registers.models import Account

    return queries.actor_for(Account.objects.get(login=LOGIN), clock.today())


if __name__ == "__main__":
    sys.exit(
        start(
            "latency",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
