"""journal: entries per second beside the same writes without a journal; sealing; verification.

Each writer is a process; each write is one transaction that changes one row. Both sides run in
turns in the same processes while the sealer runs. Peer: the same change through the ORM alone.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from bench.rig.instance import lay_city
from bench.rig.measure import Target, at_most, seconds_of, summary
from bench.rig.run import on_databases, require, say, start
from bench.rig.writers import SIDES, change_journaled, writers

FULL = {
    "writers": {"sqlite": 4, "postgresql": 8},
    "writes_each": {"sqlite": 60, "postgresql": 60},
    "rounds": 5,
    "waiting": 10_000,
    "rows": 64,
}
SMALL = {
    "writers": {"sqlite": 2, "postgresql": 2},
    "writes_each": {"sqlite": 3, "postgresql": 3},
    "rounds": 1,
    "waiting": 20,
    "rows": 8,
}
ROWS_A_COMMIT = 1_000
COST = 3.0
"""House rule: a journaled write may cost up to this many writes without a journal."""


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("journal", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    return [
        at_most(f"{kind}: cost of a journaled write, in plain writes", found["cost_ratio"], COST)
        for kind, found in figures.items()
        if "cost_ratio" in found
    ]


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    from django.db import connection

    from anlan.base.models import JournalEntry
    from anlan.registers.models import Body

    lay_city()
    kind = connection.vendor
    keys = [str(key) for key in Body.objects.values_list("id", flat=True)[: sizes["rows"]]]
    count, each, rounds = sizes["writers"][kind], sizes["writes_each"][kind], sizes["rounds"]
    before = JournalEntry.objects.count()
    rates: dict[str, list[float]] = {side: [] for side in SIDES}
    with _sealer(), writers(count, keys) as crew:
        crew.write("journal", 2)
        crew.write("plain", 2)
        for _ in range(rounds):
            for side in SIDES:
                rates[side].append(count * each / crew.write(side, each))
    written = count * (each * rounds + 2)
    require("entries", JournalEntry.objects.count() - before, written)
    require("versions", _versions(keys), len(keys) + 2 * written)
    found = {side: summary(values) for side, values in rates.items()}
    return {
        "writers": count,
        "entries_per_second": found["journal"].to_json(),
        "plain_writes_per_second": found["plain"].to_json(),
        "cost_ratio": found["plain"].median / found["journal"].median,
        "sealing": _sealing(keys, sizes["waiting"]),
        "verification": _verification(),
    }


@contextmanager
def _sealer() -> Iterator[None]:
    """The sealer of `anlan serve`, in a thread of this process."""
    from anlan.base.journal import sealing

    stop = threading.Event()
    thread = threading.Thread(target=sealing.run_sealer, args=(stop,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=10)


def _versions(keys: list[str]) -> int:
    from anlan.registers.models import Body

    return sum(Body.objects.filter(pk__in=keys).values_list("version", flat=True))


def _sealing(keys: list[str], waiting: int) -> dict[str, Any]:
    """Seconds to seal many entries that wait, as after a restore or a long stop of the sealer."""
    from django.db import transaction

    from anlan.base import clock
    from anlan.base.journal import sealing
    from anlan.base.models import JournalEntry

    sealing.seal(clock.now())
    say(f"journal: {waiting} entries wait for the sealer")
    for first in range(0, waiting, ROWS_A_COMMIT):
        with transaction.atomic():
            for turn in range(first, min(first + ROWS_A_COMMIT, waiting)):
                change_journaled(keys[turn % len(keys)], turn)
    require("waiting", JournalEntry.objects.filter(seq__isnull=True).count(), waiting)
    seconds = seconds_of(lambda: sealing.seal(clock.now()))
    return {"entries": waiting, "seconds": seconds, "entries_per_second": waiting / seconds}


def _verification() -> dict[str, Any]:
    from anlan.base.journal import verification
    from anlan.base.models import JournalEntry

    reports = []
    seconds = seconds_of(lambda: reports.append(verification.verify()))
    report = reports[0]
    require("verify", (report.ok, report.finding), (True, None))
    require("sealed", report.sealed, JournalEntry.objects.count())
    return {"entries": report.sealed, "seconds": seconds}


if __name__ == "__main__":
    sys.exit(
        start(
            "journal",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
