"""demo: how long the first start of a demonstration takes, and every later one.

Measured: from an empty home to a demonstration with its invented life (tables, profile, stories,
journal sealed), with the seconds until each line that it prints; then the same once more, when all
of it is there. No peer: nothing else tells these stories.
"""

import sys
import time
from collections.abc import Sequence
from typing import Any

from bench.rig.measure import Target, at_most, seconds_of
from bench.rig.run import on_databases, require, start

FULL: dict[str, Any] = {"again": 3}
SMALL: dict[str, Any] = {"again": 1}
FIRST_S, AGAIN_S = 15.0, 3.0
"""House rules: nobody who tries the program waits longer."""


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("demo", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    targets: list[Target] = []
    for kind, found in figures.items():
        if "not_run" in found:
            continue
        targets.append(at_most(f"{kind}: seconds, first start", found["first_s"], FIRST_S))
        targets.append(at_most(f"{kind}: seconds, later start", found["again_s"], AGAIN_S))
    return targets


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    from anlan.base.journal import verification
    from anlan.base.models import JournalEntry
    from anlan.plan.models import Notice
    from anlan.site import instance, preparing

    steps: dict[str, float] = {}
    begun = last = time.perf_counter()
    cpu = time.process_time()

    def note(line: str) -> None:
        nonlocal last
        now = time.perf_counter()
        steps[line] = now - last
        last = now

    preparing.prepare(note)
    first_s, cpu_s = time.perf_counter() - begun, time.process_time() - cpu
    require("demonstration", instance.is_demonstration(), True)
    require("notice of the profile", Notice.objects.exists(), True)
    entries = JournalEntry.objects.count()
    again = [
        seconds_of(lambda: preparing.prepare(lambda line: None)) for _ in range(sizes["again"])
    ]
    require("entries after a later start", JournalEntry.objects.count(), entries)
    require("journal", verification.verify().ok, True)
    return {
        "first_s": first_s,
        "first_cpu_s": cpu_s,
        "steps_s": steps,
        "again_s": sorted(again)[len(again) // 2],
        "entries": entries,
    }


if __name__ == "__main__":
    sys.exit(
        start(
            "demo",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
