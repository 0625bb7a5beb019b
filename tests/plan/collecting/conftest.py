"""A collection of the demonstration notice, and what people do to a workbook before returning it."""

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from anlan.base import clock
from anlan.plan.actions.collecting.issuing import NewCollection, issue_collection
from anlan.plan.actions.collecting.merging import Choice, take_workbook
from anlan.plan.actions.collecting.receiving import Received, ReturnedFile, receive_files
from anlan.plan.actions.loop.deliverables import (
    NewDeliverable,
    add_deliverable,
    derive_deliverables,
)
from anlan.plan.models import (
    Collection,
    CollectionSheet,
    Deliverable,
    Duty,
    Notice,
    PlanStart,
    ReturnedWorkbook,
)
from anlan.plan.queries.collecting.book import MAIN, workbook_of
from anlan.plan.rules.workbook.collection import Purpose

HEADS = {
    "code": "行号",
    "state": "完成情况",
    "done_on": "完成日期",
    "number": "文号",
    "evidence": "佐证说明",
    "obstacle": "存在困难",
    "by": "确认人",
}


def opened(data: bytes) -> Workbook:
    return load_workbook(io.BytesIO(data))


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def columns_of(book: Workbook) -> dict[str, int]:
    page = book[MAIN]
    heads = {page.cell(5, n).value: n for n in range(1, page.max_column + 1)}
    return {name: heads[head] for name, head in HEADS.items()}


def filled(data: bytes, **rows: dict[str, Any]) -> bytes:
    """The workbook with cells of rows set: `filled(data, R001={"state": "已完成"})`."""
    book = opened(data)
    page, at = book[MAIN], columns_of(book)
    lines = {page.cell(n, at["code"]).value: n for n in range(6, page.max_row + 1)}
    for code, cells in rows.items():
        for name, value in cells.items():
            page.cell(lines[code], at[name]).value = value
    return saved(book)


@dataclass
class Office:
    """The plan office with a round of workbooks; every act has a request id of its own."""

    actor_as: Callable[[str], Any]
    ids: Callable[[], str]
    now: dt.datetime

    def by(self, login: str = "bureau") -> dict[str, Any]:
        return {"actor": self.actor_as(login), "now": self.now, "request_id": self.ids()}

    def notice(self) -> Notice:
        return Notice.objects.latest("issued_on")

    def issue(self, purpose: Purpose = Purpose.PROGRESS, **more: Any) -> Collection:
        new = NewCollection(notice=self.notice().pk, purpose=purpose, year=2026, **more)
        return Collection.objects.get(pk=issue_collection(new, **self.by())["id"])

    def sheet(self, collection: Collection, body: str = "water") -> CollectionSheet:
        return collection.sheets.get(body__code=body)

    def receive(self, *files: bytes, name: str = "水务局.xlsx", **more: Any) -> list[Received]:
        sent = [ReturnedFile(name=name, data=data) for data in files]
        return receive_files(sent, returned_by="演示·李水生", **more, **self.by())

    def take(self, row: ReturnedWorkbook, choice: Choice | None = None) -> dict[str, Any]:
        row.sheet.refresh_from_db()
        version = row.sheet.version
        return take_workbook(row.pk, choice or Choice(), expected_version=version, **self.by())

    def taken(self, data: bytes, **more: Any) -> ReturnedWorkbook:
        row = self.receive(data, **more)[0].row
        assert row is not None
        self.take(row)
        row.refresh_from_db()
        return row

    def at(self, **later: float) -> "Office":
        return Office(actor_as=self.actor_as, ids=self.ids, now=self.now + dt.timedelta(**later))


@pytest.fixture
def office(actor_as: Callable[[str], Any], request_ids: Callable[[], str]) -> Office:
    from anlan.base.journal.recording import recording

    office = Office(actor_as=actor_as, ids=request_ids, now=clock.now())
    if not Deliverable.objects.exists():
        derive_deliverables(office.notice().pk, **office.by())
    with recording(action="plan.start.set", **office.by()) as rec:
        unit = office.notice().unit
        known = PlanStart.objects.filter(unit=unit).first()
        row = rec.lock(PlanStart, known.pk) if known is not None else PlanStart(unit=unit)
        row.live_from, row.reason = dt.date(2026, 1, 1), "演示"
        (rec.add if known is None else rec.save)(row)
    duties = Duty.objects.filter(body__code="water", item__notice=office.notice())
    duty = duties.order_by("item__position").first()
    assert duty is not None
    new = NewDeliverable(item=duty.item_id, text="演示：河道巡查制度", body=duty.body_id)
    add_deliverable(new, **office.by())
    return office


@pytest.fixture
def round_(office: Office) -> Collection:
    return office.issue(wanted_on=clock.today() + dt.timedelta(days=20))


@pytest.fixture
def sheet(office: Office, round_: Collection) -> CollectionSheet:
    return office.sheet(round_)


@pytest.fixture
def book(sheet: CollectionSheet) -> bytes:
    return workbook_of(sheet)
