"""dispatch: a message to 100 000 addressees, written, sent and confirmed.

Writing is held against a bulk insert of the same rows into the same table (COPY on PostgreSQL, one
prepared statement on SQLite), in turns. Sending is the whole way of a row: claim, guard, loop-back
gateway, record, and the confirmation of receipt; the peer is Huey with its SQLite storage, one
task an addressee, enqueued beforehand, executed and its result stored. Huey is held to the same
promise, every task and result on disk before the next; its rate without that is told beside it.
"""

import gc
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from bench.rig.measure import Target, interleaved, seconds_of, summary
from bench.rig.run import on_databases, require, say, start

FULL = {"addressees": 100_000, "rounds": 2, "peer_tasks": 2_000}
SMALL = {"addressees": 300, "rounds": 1, "peer_tasks": 30}
ENQUEUE_SHARE = 0.5
SEND_RATIO = 10.0


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("dispatch", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    targets = []
    for kind, found in figures.items():
        if "enqueue_share" in found:
            name = f"{kind}: writing, as a share of a bulk insert"
            targets.append(_at_least(name, found["enqueue_share"], ENQUEUE_SHARE))
        if "ratio_to_huey" in found:
            name = f"{kind}: claim, send and confirm, in rates of Huey"
            targets.append(_at_least(name, found["ratio_to_huey"], SEND_RATIO))
    return targets


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    _lay_instance()
    count = sizes["addressees"]
    floor = _bulk_floor(count)
    sides = interleaved({"write": lambda: _write(count), "bulk": floor}, sizes["rounds"])
    _clear()
    rates: list[float] = []
    peers: list[float] = []
    unsynced: list[float] = []
    peer_is_there = find_spec("huey") is not None
    for turn in range(sizes["rounds"]):
        say(f"dispatch: {count} rows sent and confirmed, round {turn + 1}")
        _write(count)
        rates.append(count / seconds_of(_send_and_confirm))
        _check(count)
        if peer_is_there:
            peers.append(_huey_rate(sizes["peer_tasks"], is_synced=True))
            unsynced.append(_huey_rate(sizes["peer_tasks"], is_synced=False))
    found: dict[str, Any] = {
        "write_rows_per_second": count / sides["write"].median,
        "bulk_insert_rows_per_second": count / sides["bulk"].median,
        "enqueue_share": sides["bulk"].median / sides["write"].median,
        "send_and_confirm_rows_per_second": summary(rates).to_json(),
    }
    if not peer_is_there:
        return found | {"huey": "not run: pip install -e .[bench]"}
    peer = summary(peers)
    ratio = summary(rates).median / peer.median
    return found | {
        "huey_tasks_per_second": peer.to_json(),
        "huey_without_sync_tasks_per_second": summary(unsynced).to_json(),
        "ratio_to_huey": ratio,
    }


def _at_least(name: str, found: float, limit: float) -> Target:
    return Target(name=name, wanted=f">= {limit:g}", found=found, met=found >= limit)


def _lay_instance() -> None:
    from django.conf import settings
    from django.core.management import call_command

    from anlan.base import clock
    from anlan.base.journal import keys
    from anlan.site import instance

    settings.ANLAN_HOME.mkdir(parents=True, exist_ok=True)
    keys.make_key_if_absent()
    call_command("migrate", verbosity=0, interactive=False)
    instance.claim(profile="bench", edition="1", now=clock.now())


def _write(count: int) -> None:
    """One action that addresses everybody, committed."""
    from anlan.base import clock
    from anlan.base.actor import Actor
    from anlan.base.dispatch.writing import Addressee, Draft, apply_dispatch
    from anlan.base.identity import new_id
    from anlan.base.journal.recording import recording

    with recording(
        action="bench.say",
        actor=Actor.program("bench"),
        now=clock.now(),
        request_id=new_id().hex,
    ) as rec:
        draft = Draft(
            mode="EXERCISE", channel="loopback", purpose="bench", subject="演练", text="演练"
        )
        apply_dispatch(rec, draft, (Addressee("account", f"r{n:06}") for n in range(count)))


def _bulk_floor(count: int) -> Any:
    """Inserts rows like those of `_write` and nothing else; their values are made beforehand."""
    from django.db import transaction

    from anlan.base.dispatch import bulk, writing
    from anlan.base.identity import new_hex_id
    from anlan.base.models.dispatch import Dispatch

    kept: list[Sequence[Any]] = []
    append = bulk.append

    def keep(model: Any, names: Any, rows: Any) -> None:
        kept.extend(rows)
        append(model, names, rows)

    bulk.append = keep  # type: ignore[assignment]
    _write(count)
    bulk.append = append  # type: ignore[assignment]
    batches = [[(new_hex_id(), *row[1:]) for row in kept] for _ in range(FULL["rounds"])]
    gc.collect()
    gc.freeze()  # what is kept for one side must not cost the other

    def insert() -> None:
        with transaction.atomic():
            append(Dispatch, writing.COLUMNS, batches.pop())

    return insert


def _send_and_confirm() -> None:
    """The sweep until nothing waits; then everybody's confirmation, as a gateway reports it."""
    from anlan.base import clock
    from anlan.base.dispatch.guard import Receipt
    from anlan.base.identity import new_id
    from anlan.base.models.dispatch import Dispatch
    from anlan.base.rules.dispatch import Outcome
    from anlan.exchange.sweep import ROWS_AT_ONCE, record, sweep

    while sweep(clock.now()):
        pass
    keys = list(Dispatch.objects.filter(state="delivered").values_list("pk", flat=True))
    for first in range(0, len(keys), ROWS_AT_ONCE):
        receipts = [
            Receipt(key=key, outcome=Outcome.ACKNOWLEDGED, gateway="loopback")
            for key in keys[first : first + ROWS_AT_ONCE]
        ]
        record(receipts, clock.now(), new_id().hex)


def _check(count: int) -> None:
    """Everybody was reached once; the table is then emptied for the next round."""
    from anlan.base.models.dispatch import Dispatch, DispatchOutcome

    states = set(Dispatch.objects.values_list("state", "attempts"))
    require("states", states, {("acknowledged", 1)})
    require("rows", Dispatch.objects.count(), count)
    require("outcomes", DispatchOutcome.objects.count(), 2 * count)
    _clear()


def _clear() -> None:
    """Empty the bulk tables, quickly: not part of any figure."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("TRUNCATE base_dispatch CASCADE")
            return
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("DELETE FROM base_dispatchoutcome")
        cursor.execute("DELETE FROM base_dispatch")
        cursor.execute("PRAGMA foreign_keys = ON")


def _huey_rate(tasks: int, *, is_synced: bool) -> float:
    """Tasks a second of Huey over a SQLite file, one worker in this process: dequeue, execute,
    store the result."""
    from huey import SqliteHuey

    with tempfile.TemporaryDirectory(prefix="anlan-bench-huey-") as folder:
        file = str(Path(folder) / "huey.sqlite3")
        queue = SqliteHuey("bench", filename=file, fsync=is_synced)

        @queue.task()
        def send(addressee: str) -> str:
            return addressee

        results = [send(f"r{number:06}") for number in range(tasks)]
        begun = time.perf_counter()
        while (task := queue.dequeue()) is not None:
            queue.execute(task)
        seconds = time.perf_counter() - begun
        require("huey", sum(1 for one in results if one.get() is not None), tasks)
        queue.storage.close()
    return tasks / seconds


if __name__ == "__main__":
    sys.exit(
        start(
            "dispatch",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
