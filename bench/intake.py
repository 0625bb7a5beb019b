"""intake: a batch of JSON readings → quality control → durable store → journal, acknowledged.

Beside it stand the two things that no intake can do without, in turns in the same process: the
same bytes decoded into typed values by msgspec, and the same rows inserted into a table like that
of the store and committed (one prepared statement on SQLite with synchronous FULL, COPY on
PostgreSQL). Their harmonic sum is the ceiling: whoever decodes and then inserts, and does nothing
else, is no faster. The rows are inserted in two ways, and the faster one counts: as they come
(time by time), and as the store does it (in the order of its key; on PostgreSQL as binary COPY,
the array of rows ready made). The store is compared row by row with what was sent.

All monitoring rules of the program are in force and their windows are filled by each batch, on a
clock that goes with the readings; between two batches, untimed, the sweep closes time steps. What
is not in the figure: HTTP and the sign-in before it. Processor time is told beside the rate.
"""

import datetime as dt
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from bench.rig.instance import LOGIN, lay_city, lay_rules
from bench.rig.measure import Target, interleaved
from bench.rig.run import on_databases, require, say, start

FULL = {"stations": 100, "minutes": 100, "rounds": 7}
SMALL = {"stations": 3, "minutes": 5, "rounds": 1}
SHARE = 0.5
STEP_US = 60_000_000
FIRST = dt.datetime(2026, 6, 1, tzinfo=dt.UTC)
Row = tuple[bytes, int, int, float, int, int, bytes]


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("intake", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    return [
        Target(
            name=f"{kind}: readings acknowledged, as a share of the harmonic ceiling",
            wanted=f">= {SHARE:g}",
            found=found["share_of_ceiling"],
            met=found["share_of_ceiling"] >= SHARE,
        )
        for kind, found in figures.items()
        if "share_of_ceiling" in found
    ]


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    lay_city()
    keys = _stations(sizes["stations"])
    number = sizes["stations"] * sizes["minutes"]
    say(f"intake: batches of {number} readings of {sizes['stations']} stations")
    turns = range(1, sizes["rounds"] + 1)
    bodies = [_body(keys, turn, sizes["minutes"]) for turn in (0, *turns)]
    clock = [_after(turn, sizes["minutes"]) for turn in (0, *turns)]
    lay_rules()
    _watch(FIRST)
    _take(bodies[0], clock[0])
    _watch(clock[0])
    require("gauges above a limit", _open_notices(), sizes["stations"])
    _seal()
    rest, heard = iter(zip(bodies[1:], clock[1:], strict=True)), iter(clock[1:])
    spent: list[float] = []
    decode = _decoder()
    with _plain_table("bench_as_sent") as insert, _plain_table("bench_by_key") as insert_ready:
        batches = [_rows(keys, turn, sizes["minutes"]) for turn in turns]
        as_sent, by_key = iter(batches), iter([_by_key(rows) for rows in batches])
        sides: dict[str, Callable[[], Any]] = {
            "intake": lambda: spent.append(_spent(lambda: _take(*next(rest)))),
            "watch": lambda: _watch(next(heard)),
            "decode": lambda: decode(bodies[0]),
            "insert": lambda: insert(next(as_sent)),
            "insert_by_key": lambda: insert_ready(next(by_key)),
        }
        found = interleaved(sides, sizes["rounds"])
    _check(keys, sizes["minutes"] * (sizes["rounds"] + 1))
    require("gauges above a limit", _open_notices(), sizes["stations"])
    rates = {name: number / side.median for name, side in found.items()}
    plain = max(rates["insert"], rates["insert_by_key"])
    ceiling = 1 / (1 / rates["decode"] + 1 / plain)
    return {
        "readings_per_second": rates["intake"],
        "processor_us_per_reading": statistics.median(spent) / number * 1e6,
        "plain_insert_rows_per_second": rates["insert"],
        "plain_insert_by_key_rows_per_second": rates["insert_by_key"],
        "spread_s": found["intake"].to_json(),
        "watch_after_a_batch_ms": found["watch"].median * 1000,
        "msgspec_decode_per_second": rates["decode"],
        "ceiling_per_second": ceiling,
        "share_of_ceiling": rates["intake"] / ceiling,
    }


def _spent(work: Callable[[], None]) -> float:
    """Processor time of this process."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _actor() -> Any:
    from anlan.base import clock
    from anlan.registers import queries
    from anlan.registers.models import Account

    return queries.actor_for(Account.objects.get(login=LOGIN), clock.today())


def _said() -> dict[str, Any]:
    from anlan.base import clock
    from anlan.base.identity import new_id

    return {"actor": _actor(), "now": clock.now(), "request_id": new_id().hex}


def _stations(number: int) -> dict[str, uuid.UUID]:
    """Rain gauges of one body, entered as everybody enters them."""
    from anlan.registers.models import Body, Region, ReportingUnit
    from anlan.sensing.actions.stations import add_datastream, add_station
    from anlan.sensing.models import Datastream, Station

    body, unit = Body.objects.get(code="water"), ReportingUnit.objects.get(code="yanhu")
    proof = {"source": "演示", "mark": "X"}
    for place in range(number):
        station = {
            **{"code": f"BENCH-{place:04}", "name": f"演示·{place}", "kind": "rain"},
            **{"body": body, "unit": unit, "region": Region.objects.get(code="140802")},
            **{"longitude_deg": None, "latitude_deg": None, "datum": "CGCS2000"},
        }
        key = add_station(station | proof, reason="演示", **_said())["id"]
        stream = {
            **{"station": Station.objects.get(pk=key), "observed": "rain", "interval_s": 60},
            **{"unit_of_measurement": "mm"},
        }
        add_datastream(stream | proof, reason="演示", **_said())
    rows = Datastream.objects.values_list("station__code", "pk")
    return dict(rows)


def _value(place: int, minute: int) -> float:
    return ((place * 7 + minute * 3) % 40) / 10


def _body(keys: dict[str, uuid.UUID], turn: int, minutes: int) -> bytes:
    """One batch as a sender writes it."""
    rows = [
        {
            "station": station,
            "property": "rain",
            "time": (FIRST + dt.timedelta(minutes=turn * minutes + minute)).isoformat(),
            "value": _value(place, turn * minutes + minute),
        }
        for minute in range(minutes)
        for place, station in enumerate(keys)
    ]
    return json.dumps({"observations": rows}).encode()


def _rows(keys: dict[str, uuid.UUID], turn: int, minutes: int) -> list[Row]:
    """The rows of a batch as the store keeps them."""
    from anlan.sensing.store.values import to_us

    start, batch = to_us(FIRST), uuid.uuid4().bytes
    return [
        (stream.bytes, start + at * STEP_US, 0, _value(place, at), 0, start, batch)
        for minute in range(minutes)
        for at in (turn * minutes + minute,)
        for place, stream in enumerate(keys.values())
    ]


def _after(turn: int, minutes: int) -> dt.datetime:
    """When the last reading of a batch was made."""
    return FIRST + dt.timedelta(minutes=(turn + 1) * minutes)


def _watch(now: dt.datetime) -> None:
    from anlan.warning.actions.monitoring import watch_readings

    watch_readings(now)


def _open_notices() -> int:
    from anlan.warning.models import MonitoringNotice

    return MonitoringNotice.objects.filter(ended_at__isnull=True).count()


def _take(body: bytes, now: dt.datetime) -> None:
    from anlan.sensing.actions.intake import take_readings
    from anlan.sensing.rules.decoding.json_lines import JSON

    answer = take_readings(body, JSON, **_said() | {"now": now})
    require("rejected", answer["counts"]["rejected"], 0)


def _seal() -> None:
    """As the program does twice a second."""
    from anlan.base import clock
    from anlan.base.journal.sealing import seal

    seal(clock.now())


def _decoder() -> Callable[[bytes], Any]:
    """msgspec into typed values."""

    class Reading(msgspec.Struct):
        station: str
        property: str
        time: dt.datetime
        value: float

    class Document(msgspec.Struct):
        observations: list[Reading]

    decode: Callable[[bytes], Any] = msgspec.json.Decoder(Document).decode
    return decode


def _by_key(rows: list[Row]) -> list[Row] | bytes:
    """Rows in the order of the store's key; for a server, as the bytes that it takes."""
    from anlan.sensing.store.binary import binary_copy
    from anlan.sensing.store.engine import is_server
    from anlan.sensing.store.values import Rows

    ordered = sorted(rows)
    if not is_server():
        return ordered
    keys = sorted({row[0] for row in rows})
    streams = [keys.index(row[0]) for row in ordered]
    columns = [np.array(column) for column in zip(*(row[1:6] for row in ordered), strict=True)]
    names = ("at_us", "revision", "value", "flags", "received_us")
    numbers = dict(zip(names, columns, strict=True))
    return binary_copy(Rows(keys=keys, stream=np.array(streams), **numbers), rows[0][6])


@contextmanager
def _plain_table(name: str) -> Iterator[Callable[[list[Row] | bytes], None]]:
    """Inserts rows into a table of the store's shape, durably, and does nothing else."""
    from anlan.sensing.store.engine import is_server, open_file
    from anlan.sensing.store.tables import insertion

    if is_server():
        yield lambda rows: _copy(name, rows)
        return
    with tempfile.TemporaryDirectory(prefix="anlan-bench-intake-") as folder:
        file = open_file(Path(folder) / f"{name}.sqlite3")

        def insert(rows: list[Row] | bytes) -> None:
            file.execute("BEGIN IMMEDIATE")
            file.executemany(insertion("sensing_observation"), rows)
            file.execute("COMMIT")

        try:
            yield insert
        finally:
            file.close()


def _copy(table: str, rows: list[Row] | bytes) -> None:
    from django.db import connection, transaction

    form = "(FORMAT BINARY)" if isinstance(rows, bytes) else ""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {table}"
            " (LIKE sensing_observation INCLUDING CONSTRAINTS INCLUDING INDEXES)"
        )
        with cursor.copy(f"COPY {table} FROM STDIN {form}") as copy:
            if isinstance(rows, bytes):
                copy.write(rows)
                return
            for row in rows:
                copy.write_row(row)


def _check(keys: dict[str, uuid.UUID], each: int) -> None:
    """Every reading that was acknowledged is in the store, with its value."""
    from anlan.sensing.store.reads import series

    for place, stream in enumerate(keys.values()):
        found = [(row.at_us, row.value) for row in series(stream, 0, 2**62, most=10**6)]
        start = _rows({"": stream}, 0, 1)[0][1]
        wanted = [(start + at * STEP_US, _value(place, at)) for at in range(each)]
        require(f"readings of {place}", found, wanted)


if __name__ == "__main__":
    sys.exit(
        start(
            "intake",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
