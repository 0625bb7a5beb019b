"""latency: from the arrival of a reading to the durable monitoring notice.

10 000 rain gauges say something every minute, at even pace on the clock of the wall: each by
itself, and then ten in a batch (what a collector of a township sends), over four senders. Beside
it run the sweep that closes time steps and the sealer of the journal, as they do while the program
serves. All rules of the program are in force, and a hundred gauges a minute reach a limit. The
figure of such a reading is the time from when its batch was due to arrive, until its notice, with
its term and its journal entry, is committed. Beside it stands one fdatasync of the same run, at
the pace of the batches.

In the figure: waiting for a sender that is free, reading JSON, quality control, the durable commit
of the readings, the windows, the notice. Not in it: HTTP and the sign-in before the intake.

Then an overload: the readings of ten minutes as fast as the senders can, while the watch runs all
the while. A batch that is refused is sent again under the same request id. Whatever was
acknowledged must be in the store, each cause must have one notice.
"""

import datetime as dt
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any

from bench.rig.instance import LOGIN, lay_city, lay_rules
from bench.rig.measure import (
    Target,
    at_least,
    at_most,
    fdatasync_ms,
    percentile,
    seconds_of,
    summary,
)
from bench.rig.run import BenchFailed, on_databases, require, say, start

FULL = {"stations": 10_000, "bulk": 1_000, "minutes": 3, "pace_s": 60.0}
SMALL = {"stations": 40, "bulk": 10, "minutes": 2, "pace_s": 1.0}
SHAPES = {"each_by_itself": 1, "ten_in_a_batch": 10}
STEP_MIN = 5
CROSSING = 100
"""Gauges that reach a limit in each minute."""
HEAVY_MM = 60.0
"""In one minute: above the first limits of the rule for rain."""
SENDERS = 4
OVERLOAD = 10
TRIES = 50
SYNCS, OWN_MS = 3, 5
SYNC_EVERY = 100
"""Batches between two measurements of an fdatasync."""
FIRST = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
LATENESS = dt.timedelta(minutes=10)
"""How long the rule for rain waits before it closes; read back from it."""


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("latency", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    found = []
    for kind, row in figures.items():
        if "overload" in row:
            for shape in SHAPES:
                limit = SYNCS * row[shape]["fdatasync_ms"] + OWN_MS
                name = f"{kind}: ms from arrival to the durable notice, {shape}, p99"
                found.append(at_most(name, row[shape]["latency_p99_ms"], round(limit, 2)))
            name = f"{kind}: readings acknowledged under overload and lost"
            found.append(at_most(name, row["overload"]["lost"], 0))
            name = f"{kind}: times the load that was taken in"
            found.append(at_least(name, row["overload"]["times_the_load"], OVERLOAD))
    return found


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    lay_city()
    _lay_rules()
    _make_stations(sizes["stations"])
    begun = seconds_of(lambda: _watch(FIRST))
    again = [seconds_of(lambda: _watch(FIRST)) for _ in range(5)]
    paced = {}
    for part, (shape, batch) in enumerate(SHAPES.items()):
        say(f"latency: {sizes['stations']} gauges, {sizes['minutes']} minutes, {shape}")
        first = part * sizes["minutes"]
        paced[shape] = _paced(range(first, first + sizes["minutes"]), sizes | {"batch": batch})
    say("latency: overload")
    return {
        "first_run_of_the_watch_ms": begun * 1000,
        "run_with_nothing_new_ms": summary(again).median * 1000,
        **paced,
        "overload": _overload(len(SHAPES) * sizes["minutes"], sizes),
    }


def _paced(minutes: range, sizes: dict[str, Any]) -> dict[str, Any]:
    """Batches at even pace, the sweep and the sealer beside them."""
    from anlan.base.giving_way import share_turns
    from anlan.base.journal.sealing import run_sealer

    share_turns()
    work = _work(minutes, sizes)
    pause_s = sizes["pace_s"] * sizes["minutes"] / len(work)
    stop, runs, syncs = threading.Event(), list[float](), list[float]()
    begins = FIRST + minutes.start * MINUTE
    reached = [begins]
    beside = [
        threading.Thread(target=_sweep, args=(stop, reached, runs)),
        threading.Thread(target=run_sealer, args=(stop,)),
    ]
    dues, acks, taken = list[float](), list[float](), list[Future[None]]()

    def take(due: float, minute: int, body: bytes) -> None:
        _send(minute, body)
        acks.append((time.perf_counter() - due) * 1000)

    with _Raised() as raised, ThreadPoolExecutor(SENDERS) as senders:
        for thread in beside:
            thread.start()
        origin = time.perf_counter() + pause_s
        for number, (minute, body) in enumerate(work):
            dues.append(origin + number * pause_s)
            _wait_until(dues[-1])
            reached[0] = begins + (number * MINUTE * sizes["minutes"]) / len(work)
            taken.append(senders.submit(take, dues[-1], minute, body))
            if number % SYNC_EVERY == 0:  # the load stands still meanwhile
                paused = time.perf_counter()
                taken[-1].result()
                syncs.append(fdatasync_ms(pause_s))
                origin += time.perf_counter() - paused
        for each in taken:
            each.result()
        stop.set()
        for thread in beside:
            thread.join()
    latencies = [(raised.at[place] - due) * 1000 for place, due in _waits(minutes, dues, sizes)]
    require("notices", _notices(), minutes.stop * _crossing(sizes))
    require("notices raised", len(latencies), len(minutes) * _crossing(sizes))
    return {
        "fdatasync_ms": summary(syncs).median,
        "acknowledged_p50_ms": percentile(acks, 0.5),
        "acknowledged_p99_ms": percentile(acks, 0.99),
        "latency_p50_ms": percentile(latencies, 0.5),
        "latency_p99_ms": percentile(latencies, 0.99),
        "latency_max_ms": max(latencies),
        "notices": len(latencies),
        "sweeps": len(runs),
        "sweep_p50_ms": percentile(runs, 0.5) * 1000,
        "sweep_max_ms": max(runs) * 1000,
    }


def _waits(
    minutes: range, dues: Sequence[float], sizes: dict[str, Any]
) -> Iterator[tuple[int, float]]:
    """Each gauge that reaches a limit, and when the batch that says so was due."""
    batches = len(dues) // len(minutes)
    for place in range(sizes["stations"]):
        for number, minute in enumerate(minutes):
            if _value(place, minute, sizes) == HEAVY_MM:
                yield place, dues[number * batches + place // sizes["batch"]]


class _Raised:
    """When the notice of a gauge was committed, whoever raised it: the sender, or the sweep that
    came before."""

    def __init__(self) -> None:
        self.at: dict[int, float] = {}

    def __enter__(self) -> "_Raised":
        from anlan.warning.actions import monitoring_ahead

        self._inner = monitoring_ahead._raised
        monitoring_ahead._raised = self._noted
        return self

    def _noted(self, standing: Any, ahead: Any, now: dt.datetime) -> int | None:
        raised = self._inner(standing, ahead, now)
        if raised is not None:
            places = standing.group.places
            for change, _ in ahead.changes:
                code = standing.streams[places[change.place].stream].station.code
                self.at.setdefault(int(code.rpartition("-")[2]), time.perf_counter())
        return raised

    def __exit__(self, *error: object) -> None:
        from anlan.warning.actions import monitoring_ahead

        monitoring_ahead._raised = self._inner


def _sweep(stop: threading.Event, reached: list[dt.datetime], runs: list[float]) -> None:
    """As the sweep runs while the program serves."""
    from anlan.base.giving_way import in_a_pause
    from anlan.warning.actions.monitoring import EVERY_S

    while not stop.wait(EVERY_S):
        with in_a_pause():
            runs.append(seconds_of(lambda: _watch(reached[0])))
    _close()


def _wait_until(instant: float) -> None:
    pause = instant - time.perf_counter()
    if pause > 0:
        time.sleep(pause)


def _overload(first: int, sizes: dict[str, Any]) -> dict[str, Any]:
    """The load of ten minutes at once."""
    minutes = range(first, first + OVERLOAD)
    bulk = sizes | {"batch": sizes["bulk"]}
    work = _work(minutes, bulk)
    stop, runs, reached = threading.Event(), list[float](), [FIRST + first * MINUTE]

    def send(minute: int, body: bytes) -> float:
        reached[0] = max(reached[0], FIRST + (minute + 1) * MINUTE)
        return _send(minute, body, TRIES)

    watcher = threading.Thread(target=_sweep, args=(stop, reached, runs))
    watcher.start()
    begun = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as pool:
        taken = list(pool.map(lambda one: send(*one), work))
    elapsed = time.perf_counter() - begun
    stop.set()
    watcher.join()
    closing = seconds_of(partial(_watch, FIRST + (minutes.stop + STEP_MIN) * MINUTE + LATENESS))
    acknowledged = sizes["stations"] * (first + OVERLOAD)
    require("notices under overload", _notices(), (first + OVERLOAD) * _crossing(sizes))
    return {
        "readings_per_minute": sizes["stations"] * OVERLOAD / elapsed * 60,
        "times_the_load": OVERLOAD / elapsed * 60,
        "acknowledged_p99_ms": percentile(taken, 0.99) * 1000,
        "runs_of_the_watch": len(runs),
        "closing_what_was_sent_ms": closing * 1000,
        "lost": acknowledged - _held(sizes),
    }


def _close() -> None:
    """Connections of a thread that ends."""
    from django.db import connections

    from anlan.sensing.store import engine

    connections.close_all()
    engine.close()


def _crossing(sizes: dict[str, Any]) -> int:
    return min(CROSSING, sizes["stations"] // 20)


def _value(place: int, minute: int, sizes: dict[str, Any]) -> float:
    """Heavy rain once at other gauges each minute, spread over the batches; else a drizzle."""
    each = _crossing(sizes)
    is_heavy = place % (sizes["stations"] // each) == minute
    return HEAVY_MM if is_heavy else (place + minute) % 2 / 100


def _work(minutes: range, sizes: dict[str, Any]) -> list[tuple[int, bytes]]:
    return [(minute, body) for minute in minutes for body in _bodies(minute, sizes)]


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


def _watch(now: dt.datetime) -> None:
    """The step of the sweep."""
    from anlan.warning.actions.monitoring import watch_readings

    watch_readings(now)


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
    """Those of the program, with the times that this bench reckons with."""
    from anlan.warning.models import MonitoringRule

    lay_rules()
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


@lru_cache(maxsize=1)
def _actor() -> Any:
    """Who sends: signed in before the intake."""
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
