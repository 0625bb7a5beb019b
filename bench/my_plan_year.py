"""my_plan_year: a year of the working loop over a notice of 5 000 items.

Simulated through the public actions with a clock that runs through the year: deliverables made
from the clauses, break-down to bodies with signatures, reports with review, requests for
coordination, then the sweep of the ladders at the end of the year until nothing climbs any more.
Measured: acts a second, the cold board beside a bare GROUP BY over the deliverables, the pages,
the queries of the overview.
"""

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from bench.rig.instance import LOGIN, lay_city
from bench.rig.made_notice import made_notice
from bench.rig.measure import Target, at_most, interleaved, seconds_of
from bench.rig.run import on_databases, require, say, start

FULL = {
    "items": 5_000,
    "bodies": 43,
    "assigned": 600,
    "reports": 600,
    "obstacles": 60,
    "rounds": 9,
}
SMALL = FULL | {"items": 30, "assigned": 4, "reports": 4, "obstacles": 2, "rounds": 2}
NUMBER = "测函〔2025〕5号"
QUERIES, PAGE_MS = 12, 300
FIRST_DAY = dt.datetime(2025, 1, 6, 1, 0, tzinfo=dt.UTC)
LAST_DAY = dt.datetime(2026, 1, 12, 1, 0, tzinfo=dt.UTC)
PEER_SQL = "SELECT body_id, finish, COUNT(*) FROM plan_deliverable GROUP BY body_id, finish"


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("my_plan_year", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    targets: list[Target] = []
    for kind, found in figures.items():
        if "not_run" in found:
            continue
        targets.append(at_most(f"{kind}: queries, overview cold", found["queries"], QUERIES))
        for page, ms in found["pages_median_ms"].items():
            targets.append(at_most(f"{kind}: median ms, {page}", ms, PAGE_MS))
    return targets


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    lay_city()
    notice = _import(sizes)
    made = _derive(notice)
    require("deliverables", made["deliverables"], sizes["items"])
    year = _live_a_year(notice, sizes)
    sweep = _sweep()
    return {
        "derive": made,
        "year": year,
        "sweep": sweep,
        **_pages(notice, sizes),
    }


def _import(sizes: dict[str, Any]) -> Any:
    from anlan.base.actor import Actor
    from anlan.plan.actions.importing import NoticeText, import_notice
    from anlan.plan.choices import NoticeSource
    from anlan.registers.models import Body
    from anlan.registers.rules.scope import PROGRAM

    names = Body.objects.order_by("-unit__kind", "position").values_list("full_name", flat=True)
    made = made_notice(list(names)[: sizes["bodies"]], sizes["items"], NUMBER)
    text = NoticeText(
        parsed=made.parsed,
        text=made.text,
        source_kind=NoticeSource.FILE,
        deliverables={clause.id: [clause.heading] for clause in made.parsed.clauses},
    )
    actor = Actor(account="program:bench", scope=PROGRAM)
    return import_notice(text, actor=actor, now=FIRST_DAY, request_id="bench-import")["notice"]


def _program(code: str = "") -> dict[str, Any]:
    """The program acting for a body; `code` empty: for none."""
    from anlan.base.actor import Actor
    from anlan.registers.rules.scope import PROGRAM

    scope = PROGRAM if not code else _scope_of(code)
    return {"actor": Actor(account=f"bench:{code or 'office'}", body=code, scope=scope)}


def _scope_of(code: str) -> Any:
    from anlan.registers.models import Body, ReportingUnit
    from anlan.registers.rules.scope import Capability, Scope

    body = Body.objects.select_related("unit").get(code=code)
    return Scope(
        capabilities=frozenset(Capability),
        bodies=frozenset({code}),
        own_units=frozenset({body.unit.code}),
        units=frozenset(ReportingUnit.objects.values_list("code", flat=True)),
    )


def _derive(notice: Any) -> dict[str, Any]:
    from anlan.plan.actions.loop.deliverables import derive_deliverables
    from anlan.plan.actions.loop.handling import set_plan_start

    said = {"now": FIRST_DAY, **_program()}
    set_plan_start(dt.date(2025, 1, 1), **said, request_id="bench-start", reason="测量")
    found: list[int] = []

    def run() -> None:
        made = derive_deliverables(notice, **said, request_id="bench-derive")
        found.append(made["made"])

    say("my_plan_year: making deliverables")
    seconds = seconds_of(run)
    return {"deliverables": found[0], "seconds": seconds, "per_second": found[0] / seconds}


def _live_a_year(notice: Any, sizes: dict[str, Any]) -> dict[str, Any]:
    """Acts spread evenly over the year, in the order of time."""
    from anlan.base import clock

    acts = list(_acts(notice, sizes))
    step = (LAST_DAY - FIRST_DAY) / (len(acts) + 1)
    say(f"my_plan_year: {len(acts)} acts")

    def run() -> None:
        for number, act in enumerate(acts, start=1):
            now = FIRST_DAY + number * step
            with clock.at(now):
                act(now, f"bench-act-{number}")

    seconds = seconds_of(run)
    return {"acts": len(acts), "seconds": seconds, "per_second": len(acts) / seconds}


def _acts(notice: Any, sizes: dict[str, Any]) -> Iterator[Any]:
    from anlan.plan.models import Deliverable

    rows = list(
        Deliverable.objects.filter(item__notice=notice, body__isnull=False)
        .select_related("item", "body")
        .order_by("item__position")
    )
    for row in rows[: sizes["assigned"]]:
        yield _assign_and_sign(row)
    for row in rows[: sizes["reports"]]:
        yield _report_and_accept(row)
    for row in rows[: sizes["obstacles"]]:
        yield _ask(row)


def _assign_and_sign(row: Any) -> Any:
    from anlan.plan.actions.loop.breaking_down import NewBreakdown, Target, assign, sign

    def act(now: dt.datetime, request_id: str) -> None:
        new = NewBreakdown(
            item=row.item_id,
            targets=(Target(body=row.body_id),),
            asked="测量任务",
            due_on=dt.date(2025, 12, 20),
        )
        made = assign(new, now=now, request_id=request_id, **_program())
        said = {"now": now, "request_id": f"{request_id}-s", **_program(row.body.code)}
        sign(made["ids"][0], expected_version=1, **said)

    return act


def _report_and_accept(row: Any) -> Any:
    from anlan.plan.actions.loop.reporting import ReportText, accept_report, write_report
    from anlan.plan.models import ProgressReport

    def act(now: dt.datetime, request_id: str) -> None:
        text = ReportText(
            text="测量报告",
            done_on=now.date(),
            is_final=True,
            document_number="测〔2025〕1号",
            deliverable=row.pk,
        )
        said = {"now": now, "request_id": request_id, **_program(row.body.code)}
        made = write_report(row.item_id, row.body_id, text, submit=True, **said)
        reviewer = ProgressReport.objects.values_list("reviewer__code", flat=True)
        program = _program(reviewer.get(pk=made["id"]))
        other = program["actor"].__class__(account="bench:reviewer", scope=program["actor"].scope)
        accept_report(
            made["id"], expected_version=1, actor=other, now=now, request_id=f"{request_id}-a"
        )

    return act


def _ask(row: Any) -> Any:
    from anlan.plan.actions.loop.coordinating import NewObstacle, raise_obstacle
    from anlan.registers.models import Body

    other = Body.objects.exclude(pk=row.body_id).first()

    def act(now: dt.datetime, request_id: str) -> None:
        new = NewObstacle(
            item=row.item_id, body=row.body_id, addressee=other.pk, text="测量", asked="测量"
        )
        raise_obstacle(new, now=now, request_id=request_id, **_program(row.body.code))

    return act


def _sweep() -> dict[str, Any]:
    from anlan.base.due.sweeping import climb_ladders

    climbed: list[int] = []

    def run() -> None:
        while not climbed or climbed[-1]:
            climbed.append(climb_ladders(LAST_DAY))

    say("my_plan_year: every ladder of the year")
    seconds = seconds_of(run)
    return {"levels": sum(climbed), "seconds": seconds, "per_second": sum(climbed) / seconds}


def _pages(notice: Any, sizes: dict[str, Any]) -> dict[str, Any]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from anlan.base import clock
    from anlan.plan.queries.memory import forget_rollups
    from anlan.registers.models import Account

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Account.objects.get(login=LOGIN))
    addresses = {
        "overview": f"/plan/?notice={notice}",
        "deliverables": "/plan/deliverables/?state=overdue",
        "reports": "/plan/reports/",
        "measures": "/plan/measures/",
        "my work": "/my-work/",
    }

    def peer() -> None:
        with connection.cursor() as cursor:
            cursor.execute(PEER_SQL)
            cursor.fetchall()

    with clock.at(LAST_DAY):
        client.get("/plan/notices/")
        forget_rollups()
        with CaptureQueriesContext(connection) as asked:
            cold = seconds_of(lambda: client.get(addresses["overview"]))
        queries = len(asked)
        sides = {name: _getter(client, path) for name, path in addresses.items()}
        found = interleaved(sides | {"peer": peer}, sizes["rounds"])
    return {
        "queries": queries,
        "overview_cold_ms": cold * 1000,
        "pages_median_ms": {name: found[name].median * 1000 for name in addresses},
        "bare_group_by_ms": found["peer"].median * 1000,
    }


def _getter(client: Any, path: str) -> Any:
    def get() -> None:
        require(path, client.get(path).status_code, 200)

    return get


if __name__ == "__main__":
    sys.exit(
        start(
            "my_plan_year",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
