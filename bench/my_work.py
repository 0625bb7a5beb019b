"""my_work: the work list of one person with 500 open dues, among 20 000 dues of the city.

Measured: server time of the page "my work" and of the API list, in this process through the whole
stack (middleware, query, template), interleaved; the queries of the page; one sweep over dues of
which every tenth has a level waiting.
"""

import datetime as dt
import sys
from collections.abc import Sequence
from typing import Any

from bench.rig.instance import LOGIN, lay_city
from bench.rig.measure import Target, at_most, interleaved, seconds_of
from bench.rig.run import on_databases, require, start

FULL = {"mine": 500, "others": 20_000, "rounds": 30, "swept": 200}
SMALL = {"mine": 20, "others": 40, "rounds": 2, "swept": 4}
MEDIAN_MS, DUE_QUERIES = 100, 2


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("my_work", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    targets: list[Target] = []
    for kind, found in figures.items():
        if "not_run" in found:
            continue
        targets.append(at_most(f"{kind}: median ms, page", found["page_median_ms"], MEDIAN_MS))
        targets.append(at_most(f"{kind}: median ms, API", found["api_median_ms"], MEDIAN_MS))
        targets.append(at_most(f"{kind}: queries of dues", found["due_queries"], DUE_QUERIES))
    return targets


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client
    from django.urls import reverse

    from anlan.registers.models import Account

    lay_city()
    _lay_dues(sizes)
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Account.objects.get(login=LOGIN))
    page, api = reverse("my-work"), "/api/v1/dues?mine=true&page_size=200"
    require("open dues", client.get(api).json()["count"], sizes["mine"])
    asked: list[str] = []

    def note(execute: Any, sql: str, *more: Any) -> Any:
        asked.append(sql)
        return execute(sql, *more)

    with connection.execute_wrapper(note):
        require("page", client.get(page).status_code, 200)
    found = interleaved(
        {"page": lambda: client.get(page), "api": lambda: client.get(api)}, sizes["rounds"]
    )
    return {
        "page_median_ms": found["page"].median * 1000,
        "api_median_ms": found["api"].median * 1000,
        "seconds": {name: side.to_json() for name, side in found.items()},
        "queries": len(asked),
        "due_queries": sum('FROM "base_due"' in sql for sql in asked),
        "sweep": _sweep(sizes["swept"]),
    }


def _lay_dues(sizes: dict[str, Any]) -> None:
    """Mine spread over forty days around today; the others' over all bodies."""
    from anlan.base import clock
    from anlan.base.actor import Actor
    from anlan.base.journal.recording import recording
    from anlan.registers.models import Body
    from anlan.registers.rules.scope import PROGRAM

    now = clock.now()
    bodies = list(Body.objects.exclude(code="emergency").values_list("code", "unit__code"))
    rows = [_due("emergency", "city", n, now) for n in range(sizes["mine"])]
    rows += [_due(*bodies[n % len(bodies)], n, now) for n in range(sizes["others"])]
    for first in range(0, len(rows), 5_000):
        with recording(
            action="bench.dues",
            actor=Actor(account="program:bench", scope=PROGRAM),
            now=now,
            request_id=f"bench-dues-{first}",
        ) as rec:
            rec.add_many(rows[first : first + 5_000])


def _due(body: str, unit: str, number: int, now: dt.datetime) -> Any:
    from anlan.base.models import Due
    from anlan.base.rules.due.ladder import HOUSE_POLICY

    return Due(
        subject_model="registers.body",
        subject_key=body,
        title=f"测量事项 {number}",
        rule="bench",
        source="测量",
        body=body,
        unit=unit,
        doer=f"body:{body}",
        start_at=now - dt.timedelta(days=30),
        clock="calendar_days",
        amount=30,
        due_at=now + dt.timedelta(days=number % 40 - 10, hours=1),
        state="running",
        policy=HOUSE_POLICY.to_json(),
    )


def _sweep(levels: int) -> dict[str, Any]:
    """Seconds to record levels that wait, each as an entry of its own."""
    from anlan.base import clock
    from anlan.base.actor import Actor
    from anlan.base.due.sweeping import climb_ladders
    from anlan.base.journal.recording import recording
    from anlan.base.models import Due

    now = clock.now()
    with recording(
        action="bench.waiting",
        actor=Actor.program("bench"),
        now=now,
        request_id="bench-waiting",
    ) as rec:
        keys = Due.objects.filter(due_at__gt=now, due_at__lt=now + dt.timedelta(days=1))
        for key in list(keys.values_list("pk", flat=True)[:levels]):
            due = rec.lock(Due, key)
            due.next_level_at = now - dt.timedelta(seconds=1)
            rec.save(due)
    climbed: list[int] = []
    seconds = seconds_of(lambda: climbed.append(climb_ladders(now)))
    return {"levels": climbed[0], "seconds": seconds, "per_second": climbed[0] / seconds}


if __name__ == "__main__":
    sys.exit(
        start(
            "my_work",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
