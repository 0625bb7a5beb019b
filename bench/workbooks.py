"""workbooks: a round of one workbook for each of 43 bodies goes out, comes back filled in, and is
merged: received in one act, then each file taken by itself with its differences.

Correctness first: every filled cell has to stand in the answers, every finished deliverable has to
be finished on its day, and handing the same files in again must change nothing.
"""

import io
import sys
from collections.abc import Sequence
from typing import Any

from bench.rig.instance import LOGIN, lay_city
from bench.rig.made_notice import made_notice
from bench.rig.measure import Target, at_most, seconds_of
from bench.rig.run import on_databases, require, say, start

FULL = {"bodies": 43, "items": 430, "filled": 20}
SMALL = {"bodies": 8, "items": 24, "filled": 2}
NUMBER = "测函〔2026〕51号"
MERGE_S = 60
DAYS = ("2026年3月5日", "2026.3.5", "２０２６－３－５", 46086)
"""One day in four writings."""
DAY = "2026-03-05"


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return on_databases("workbooks", small=sizes is SMALL)


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    return [
        at_most(f"{kind}: seconds to receive and merge", found["merge_seconds"], MERGE_S)
        for kind, found in figures.items()
        if "not_run" not in found
    ]


def measure_here(sizes: dict[str, Any]) -> dict[str, Any]:
    """In a process whose environment names an empty instance."""
    import django

    django.setup()
    lay_city()
    notice = _notice(sizes)
    issued: list[Any] = []
    issue_s = seconds_of(lambda: issued.append(_issue(notice)))
    sheets = list(issued[0].sheets.select_related("collection__notice", "body", "unit", "due"))
    require("workbooks", len(sheets), sizes["bodies"])
    books: list[bytes] = []
    write_s = seconds_of(lambda: books.extend(_books(sheets)))
    say("workbooks: filling in")
    files = [_filled(book, sheet, sizes) for book, sheet in zip(books, sheets, strict=True)]
    received: list[Any] = []
    receive_s = seconds_of(lambda: received.extend(_receive(files, "bench-receive")))
    require("refused files", [one.refusal for one in received if one.refusal], [])
    take_s = seconds_of(lambda: [_take(one.row.pk) for one in received])
    _check(sheets, sizes)
    again = _receive(files, "bench-receive-again")
    require("files handed in twice", {one.is_known for one in again}, {True})
    return {
        "rows": sum(len(sheet.rows) for sheet in sheets),
        "issue_seconds": issue_s,
        "write_seconds": write_s,
        "receive_seconds": receive_s,
        "take_seconds": take_s,
        "merge_seconds": receive_s + take_s,
    }


def _notice(sizes: dict[str, Any]) -> Any:
    from anlan.base import clock
    from anlan.plan.actions.importing import NoticeText, import_notice
    from anlan.plan.actions.loop.deliverables import derive_deliverables
    from anlan.plan.choices import NoticeSource
    from anlan.registers.models import Body

    names = list(Body.objects.order_by("unit__position", "position")[: sizes["bodies"]])
    made = made_notice([body.full_name for body in names], sizes["items"], NUMBER)
    text = NoticeText(parsed=made.parsed, text=made.text, source_kind=NoticeSource.FILE)
    say(f"workbooks: importing {sizes['items']} items")
    result = import_notice(text, actor=_actor(), now=clock.now(), request_id="bench-notice")
    notice = result["notice"]
    derive_deliverables(notice, actor=_actor(), now=clock.now(), request_id="bench-deliverables")
    return notice


def _actor() -> Any:
    from anlan.base import clock
    from anlan.registers import queries
    from anlan.registers.models import Account

    return queries.actor_for(Account.objects.get(login=LOGIN), clock.today())


def _issue(notice: Any) -> Any:
    from anlan.base import clock
    from anlan.plan.actions.collecting.issuing import NewCollection, issue_collection
    from anlan.plan.models import Collection
    from anlan.plan.rules.workbook.collection import Purpose

    new = NewCollection(notice=notice, purpose=Purpose.PROGRESS, year=2026)
    made = issue_collection(new, actor=_actor(), now=clock.now(), request_id="bench-issue")
    return Collection.objects.get(pk=made["id"])


def _books(sheets: Sequence[Any]) -> list[bytes]:
    from anlan.plan.queries.collecting.book import workbook_of

    return [workbook_of(sheet) for sheet in sheets]


def _filled(book: bytes, sheet: Any, sizes: dict[str, Any]) -> Any:
    """Half of the filled rows in progress, half finished on one day in four writings."""
    from openpyxl import load_workbook

    from anlan.plan.actions.collecting.receiving import ReturnedFile
    from anlan.plan.queries.collecting.book import FILLED, FIXED, HEAD_LINE, MAIN

    opened = load_workbook(io.BytesIO(book))
    page = opened[MAIN]
    first = len(FIXED) + 1
    for number in range(min(sizes["filled"], len(sheet.rows))):
        is_done = number % 2 == 0
        cells = ("已完成", DAYS[number // 2 % len(DAYS)], f"测〔2026〕{number}号")
        words = cells if is_done else ("推进中", None, None)
        for place, value in enumerate((*words, f"第{number}行", "", "测量"), first):
            page.cell(HEAD_LINE + 1 + number, place).value = value
    require("columns", len(FILLED), 6)
    out = io.BytesIO()
    opened.save(out)
    return ReturnedFile(name=f"{sheet.stamp}.xlsx", data=out.getvalue())


def _receive(files: Sequence[Any], request_id: str) -> list[Any]:
    from anlan.base import clock
    from anlan.plan.actions.collecting.receiving import receive_files

    return receive_files(
        files, returned_by="测量", actor=_actor(), now=clock.now(), request_id=request_id
    )


def _take(key: Any) -> None:
    from anlan.base import clock
    from anlan.plan.actions.collecting.merging import Choice, take_workbook
    from anlan.plan.models import ReturnedWorkbook

    row = ReturnedWorkbook.objects.select_related("sheet").get(pk=key)
    take_workbook(
        key,
        Choice(),
        expected_version=row.sheet.version,
        actor=_actor(),
        now=clock.now(),
        request_id=f"bench-take-{key.hex}",
    )


def _check(sheets: Sequence[Any], sizes: dict[str, Any]) -> None:
    from anlan.plan.models import CollectionSheet, Deliverable, ReturnedWorkbook

    for sheet in CollectionSheet.objects.filter(pk__in=[sheet.pk for sheet in sheets]):
        filled = min(sizes["filled"], len(sheet.rows))
        require(f"{sheet.stamp}: rows answered", len(sheet.answers), filled)
        for number, row in enumerate(sheet.rows[:filled]):
            found = sheet.answers[row["id"]]
            day = DAY if number % 2 == 0 else ""
            require(f"{sheet.stamp} {row['code']}: day", found.get("done_on", ""), day)
            require(f"{sheet.stamp} {row['code']}: words", found["evidence"], f"第{number}行")
            if day and row["kind"] == "deliverable":
                finished = Deliverable.objects.get(pk=row["id"]).finished_on
                require(f"{sheet.stamp} {row['code']}: finished", str(finished), DAY)
    require("rows left", set(ReturnedWorkbook.objects.values_list("rows_left", flat=True)), {0})


if __name__ == "__main__":
    sys.exit(
        start(
            "workbooks",
            sizes=FULL,
            small=SMALL,
            measure=measure,
            on_database=measure_here,
            judge=judge,
        )
    )
