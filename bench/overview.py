"""overview: the first screen over a notice of 50 000 items and 200 000 duties.

Measured: the import itself; the cold roll-up beside the bare GROUP BY that a covering index
answers (peer, e1 of performance.md); the number of queries of the page; one edit beside the whole
roll-up (e2); and the page over HTTP with 20 signed-in clients, one and two server processes,
quiet and while somebody corrects items (a heading, and every fifth time the lead body).

Each client asks again as soon as it has its answer: no time to think, all on one connection. They
sign in before the clock starts. `server_cpu_ms` is the processor time of all server processes a
request, `client_cpu_ms` that of the process which plays the clients, on the same machine.
"""

import resource
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from bench.rig.corrector import corrections
from bench.rig.instance import LOGIN, lay_city
from bench.rig.made_notice import DUTIES_PER_CLAUSE, Made, made_notice
from bench.rig.measure import Target, at_most, interleaved, seconds_of, summary
from bench.rig.run import on_databases, require, say, start
from bench.rig.serving import corrector, readers, served

FULL = {
    "items": 50_000,
    "bodies": 43,
    "rounds": 9,
    "workers": [1, 2],
    "clients": 20,
    "requests": 400,
    "seconds": 10,
    "corrections_per_second": 5,
}
SMALL = FULL | {"items": 200, "rounds": 2, "workers": [1], "clients": 2, "requests": 10}
NUMBER = "测函〔2026〕50号"
GROUP = "各县（市、区）政府"
QUERIES, P95_MS, ROLLUP = 12, 300, 1.2
VIEWS = ("bodies", "counties", "tree")
PEER_SQL = (
    "SELECT item_kind, body_id, group_id, role, COUNT(*) FROM plan_duty WHERE notice_id = %s "
    "GROUP BY item_kind, body_id, group_id, role"
)


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("overview", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    targets: list[Target] = []
    for kind, found in figures.items():
        if "not_run" in found:
            continue
        ratio = found["rollup"]["product_to_peer"]
        targets.append(at_most(f"{kind}: roll-up in bare GROUP BYs", ratio, ROLLUP))
        for view, queries in found["queries"].items():
            targets.append(at_most(f"{kind}: queries, {view}, cold", queries["cold"], QUERIES))
        for name, pages in found["http"].items():
            targets.append(at_most(f"{kind}: p95 ms, {name}", pages["p95_ms"], P95_MS))
    return targets


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    lay_city()
    made = made_notice(_names(sizes["bodies"]), sizes["items"], NUMBER)
    imported = _import(made)
    notice = imported.pop("notice")
    require("lead and support duties by body and kind", _matrix_totals(notice), _expected(made))
    return {
        "import": imported,
        "rollup": _rollup(notice, sizes),
        "queries": _queries(notice),
        "one_edit": _one_edit(notice, sizes["rounds"]),
        "http": _http(notice, sizes),
    }


def _names(bodies: int) -> list[str]:
    """Bodies of the city and of the counties in turn, and one phrase that names a group."""
    from anlan.registers.models import Body

    known = list(
        Body.objects.order_by("-unit__kind", "position").values_list("full_name", flat=True)
    )
    step = len(known) / bodies
    return [*(known[int(turn * step)] for turn in range(bodies)), GROUP]


def _import(made: Made) -> dict[str, Any]:
    from anlan.base import clock
    from anlan.base.actor import Actor
    from anlan.base.journal import sealing
    from anlan.base.models import JournalEntry
    from anlan.plan.actions.importing import NoticeText, import_notice
    from anlan.plan.choices import NoticeSource
    from anlan.plan.models import Duty, PlanItem
    from anlan.registers.rules.scope import PROGRAM

    say(f"overview: importing {len(made.parsed.clauses)} items")
    results: list[dict[str, Any]] = []

    def run() -> None:
        results.append(
            import_notice(
                NoticeText(parsed=made.parsed, text=made.text, source_kind=NoticeSource.FILE),
                actor=Actor(account="program:bench", scope=PROGRAM),
                now=clock.now(),
                request_id="bench-import-notice",
            )
        )

    seconds = seconds_of(run)
    notice = results[0]["notice"]
    items = len(made.parsed.clauses)
    require("unmatched names", results[0]["unmatched"], [])
    require("items", PlanItem.objects.filter(notice=notice).count(), items)
    require("duties", Duty.objects.filter(notice=notice).count(), items * DUTIES_PER_CLAUSE)
    entry = JournalEntry.objects.get(request_id="bench-import-notice")
    return {
        "notice": notice,
        "seconds": seconds,
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "entry_mb": len(entry.content.encode()) / 1e6,
        "sealing_seconds": seconds_of(lambda: sealing.seal(clock.now())),
    }


def _expected(made: Made) -> dict[str, Counter[tuple[str, str]]]:
    def bodies_only(found: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
        return Counter({key: n for key, n in found.items() if key[0] != GROUP})

    return {"lead": bodies_only(made.leads), "support": bodies_only(made.supports)}


def _matrix_totals(notice: str) -> dict[str, Counter[tuple[str, str]]]:
    from anlan.base import clock
    from anlan.plan.models import Notice, PlanItem
    from anlan.plan.queries import overview

    found = overview.matrix(Notice.objects.get(pk=notice), clock.today())
    kinds = dict(PlanItem.objects.filter(notice=notice).values_list("key", "kind"))
    totals: dict[str, Counter[tuple[str, str]]] = {"lead": Counter(), "support": Counter()}
    for row in found.rows:
        for column, cell in row.cells.items():
            kind = kinds[column] if found.by_item else column
            for role, counted in totals.items():
                counted[row.body.full_name, kind] += getattr(cell, role)
    return {role: +counted for role, counted in totals.items()}


def _rollup(notice_id: str, sizes: dict[str, Any]) -> dict[str, Any]:
    """The product's own query of the matrix beside the peer's; then the whole roll-ups, cold."""
    from django.db import connection

    from anlan.base import clock
    from anlan.plan.models import Duty, Notice
    from anlan.plan.queries import overview
    from anlan.plan.queries.memory import forget_rollups

    notice, day = Notice.objects.get(pk=notice_id), clock.today()
    key = notice.pk.hex if connection.vendor == "sqlite" else notice.pk

    def peer() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(PEER_SQL, [key])
            return cursor.fetchall()

    def product() -> Any:
        counted = overview._by_bearer(Duty.objects.filter(notice=notice).order_by())
        return [row for rows in counted.values() for row in rows]

    def cold(compute: Callable[..., Any], *more: Any, **known: Any) -> Callable[[], Any]:
        def run() -> Any:
            forget_rollups()
            return compute(notice, *more, **known)

        return run

    require("roll-up", sum(row[-1] for row in product()), sum(row[-1] for row in peer()))
    sides: dict[str, Callable[[], Any]] = {
        "peer": peer,
        "product_query": product,
        "matrix": cold(overview.matrix, day, clauses=sizes["items"]),
        "by_unit": cold(overview.by_unit, day),
        "sections": cold(overview.sections, clauses=sizes["items"]),
    }
    seconds = interleaved(sides, sizes["rounds"])
    return {
        "seconds": {name: found.to_json() for name, found in seconds.items()},
        "product_to_peer": seconds["product_query"].median / seconds["peer"].median,
        "whole_matrix_to_peer": seconds["matrix"].median / seconds["peer"].median,
    }


def _queries(notice: str) -> dict[str, Any]:
    """Queries of each view, signed in, in a process that has served pages before."""
    from django.db import connection
    from django.test import Client

    from anlan.plan.queries.memory import forget_rollups
    from anlan.registers.models import Account

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Account.objects.get(login=LOGIN))
    found: dict[str, Any] = {}

    def page(view: str) -> tuple[int, int]:
        asked: list[str] = []

        def note(execute: Any, sql: str, *more: Any) -> Any:
            asked.append(sql)
            return execute(sql, *more)

        with connection.execute_wrapper(note):
            answer = client.get("/plan/", {"notice": notice, "by": view})
        require(f"overview by {view}", answer.status_code, 200)
        return len(asked), len(answer.content)

    for view in VIEWS:
        page(view)
        forget_rollups()
        cold = page(view)[0]
        warm, size = page(view)
        seconds = summary([seconds_of(lambda view=view: page(view)) for _ in range(9)])
        found[view] = {"cold": cold, "warm": warm, "bytes": size, "seconds": seconds.to_json()}
    return found


def _one_edit(notice_id: str, rounds: int) -> dict[str, Any]:
    """The roll-ups of the page after one correction: of a heading, and of a lead body."""
    from anlan.base import clock
    from anlan.plan.models import Notice
    from anlan.plan.queries import overview
    from anlan.plan.queries.memory import forget_rollups

    notice, day = Notice.objects.get(pk=notice_id), clock.today()
    correct = corrections(notice_id)
    known = {"clauses": sum(overview.shape(notice).kinds.values())}
    found: dict[str, list[float]] = {"whole": [], "heading": [], "lead": []}
    for _ in range(rounds):
        for name, seconds in found.items():
            overview.matrix(notice, day, **known)
            if name == "whole":
                forget_rollups()
            else:
                correct(name)
            seconds.append(seconds_of(lambda: overview.matrix(notice, day, **known)))
    return {name: summary(seconds).to_json() for name, seconds in found.items()}


def _http(notice: str, sizes: dict[str, Any]) -> dict[str, Any]:
    from django.db import connections

    connections.close_all()
    order = {"path": f"/plan/?notice={notice}", "expect": NUMBER, "clients": sizes["clients"]}
    order |= {name: sizes[name] for name in ("requests", "seconds")}
    warm_up = order | {"requests": 3 * sizes["clients"]}
    found: dict[str, Any] = {}
    for workers in sizes["workers"]:
        say(f"overview: {sizes['clients']} clients, {workers} server processes")
        with served(workers) as server:
            readers(server, warm_up)
            found[f"{workers} workers, quiet"] = readers(server, order)
            with corrector(notice, sizes["corrections_per_second"]):
                found[f"{workers} workers, corrected"] = readers(server, order)
    return found


if __name__ == "__main__":
    sys.exit(
        start(
            "overview",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
