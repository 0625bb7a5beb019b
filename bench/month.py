"""month: memory of intake and store over a month of 200 stations, then moved into a file.

One process takes six hours of five-minute rain of each station a batch, through quality tests,
store and journal. Its resident memory after the first days is set against that at the end; then
(SQLite) the month is moved into Parquet, and what pages read must be the same.
"""

import datetime as dt
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.rig.instance import LOGIN, lay_city
from bench.rig.measure import Target, at_most, seconds_of
from bench.rig.run import on_databases, require, say, start

FULL = {"stations": 200, "batches": 120, "warm": 12}
SMALL = {"stations": 3, "batches": 4, "warm": 1}
EVERY_MIN = 5
ROWS_EACH = 72
GROWTH = 1.15
START = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
HEAD = "station,property,time,value"
MIB = 1024


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("month", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    found = [(kind, row) for kind, row in figures.items() if "growth" in row]
    return [at_most(f"{kind}: memory at the end", row["growth"], GROWTH) for kind, row in found]


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    lay_city()
    _make_stations(sizes["stations"])
    rss: list[int] = []
    took = seconds_of(
        lambda: rss.extend(_take(number, sizes) for number in range(sizes["batches"]))
    )
    rows = sizes["batches"] * sizes["stations"] * ROWS_EACH
    warm, end = rss[sizes["warm"] - 1], rss[-1]
    found: dict[str, Any] = {
        "rows": rows,
        "rows_per_s": rows / took,
        "rss_warm_mib": warm / MIB,
        "rss_end_mib": end / MIB,
        "growth": end / warm,
    }
    return found | _archived(rows)


def _actor() -> Any:
    from anlan.base import clock
    from anlan.registers import queries
    from anlan.registers.models import Account

    return queries.actor_for(Account.objects.get(login=LOGIN), clock.today())


def _make_stations(count: int) -> None:
    from anlan.base import clock
    from anlan.base.identity import new_id
    from anlan.registers.models import Body, ReportingUnit
    from anlan.sensing.actions.stations import add_datastream, add_station
    from anlan.sensing.models import Station

    body = Body.objects.get(code="emergency")
    unit = ReportingUnit.objects.order_by("code").first()
    actor = _actor()
    for number in range(count):
        said = {"actor": actor, "now": clock.now(), "reason": "bench"}
        values = {
            "code": f"M-{number:03d}",
            "name": f"演示·{number}",
            "kind": "rain",
            "body": body,
        }
        more = {"unit": unit, "datum": "CGCS2000", "source": "演示", "mark": "X"}
        place = {
            "longitude_deg": 110.9 + number % 20 / 100,
            "latitude_deg": 35.05 + number // 20 / 100,
        }
        made = add_station(values | more | place, request_id=new_id().hex, **said)
        stream = {"station": Station.objects.get(pk=made["id"]), "observed": "rain"}
        stream |= {"unit_of_measurement": "mm", "interval_s": EVERY_MIN * 60}
        add_datastream(stream | {"source": "演示", "mark": "X"}, request_id=new_id().hex, **said)


def _take(number: int, sizes: dict[str, Any]) -> int:
    """One batch; the resident memory after it, in KiB."""
    from anlan.sensing.actions.intake import take_readings
    from anlan.sensing.rules.decoding.csv_lines import CSV

    first = START + dt.timedelta(minutes=EVERY_MIN * ROWS_EACH * number)
    times = [(first + dt.timedelta(minutes=EVERY_MIN * n)).isoformat() for n in range(ROWS_EACH)]
    lines = [
        f"M-{station:03d},rain,{time},{(station + n) % 5 / 10}"
        for station in range(sizes["stations"])
        for n, time in enumerate(times)
    ]
    content = "\n".join([HEAD, *lines]).encode()
    answer = take_readings(
        content, CSV, actor=_actor(), now=LATER, request_id=f"month-{number}", reason=""
    )
    require("rows rejected", answer["counts"]["rejected"], 0)
    return _rss_kib()


def _archived(rows: int) -> dict[str, Any]:
    from anlan.sensing.actions.archiving import archive
    from anlan.sensing.store import engine

    if engine.is_server():
        return {}
    say("month: moving it into a file")
    before, moved = _read(), [0]
    took = seconds_of(lambda: moved.append(archive(LATER, 2)))
    require("what pages read", _read(), before)
    size = sum(path.stat().st_size for path in _folder().glob("*.parquet"))
    return {
        "archive_rows_per_s": moved[-1] / took,
        "archive_bytes_per_row": size / rows,
        "rss_after_archive_mib": _rss_kib() / MIB,
    }


def _folder() -> Path:
    from anlan.sensing.store.parts import folder

    return folder()


def _read() -> list[Any]:
    from anlan.sensing.models import Datastream
    from anlan.sensing.queries.live import readings

    found = []
    for stream in Datastream.objects.order_by("station__code")[:10]:
        rows = readings(stream.pk, START, LATER, most=10**6)
        found.append([(row.at_us, row.revision, row.value, row.flags) for row in rows])
    return found


def _rss_kib() -> int:
    text = Path("/proc/self/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0])


if __name__ == "__main__":
    sys.exit(
        start(
            "month",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
