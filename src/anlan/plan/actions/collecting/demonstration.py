"""Invented life of the demonstration: workbooks that went out, came back, and what was taken;
quarters of the implementation mechanism and who confirmed them."""

import io
from collections.abc import Iterator
from functools import partial
from typing import Any

from openpyxl import load_workbook

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.parts import Scene
from anlan.base.profile import Profile
from anlan.plan.actions.collecting.issuing import NewCollection, issue_collection
from anlan.plan.actions.collecting.merging import Choice, take_workbook
from anlan.plan.actions.collecting.receiving import ReturnedFile, receive_files
from anlan.plan.actions.mechanism import PROGRAM, confirm_mechanism, open_quarter
from anlan.plan.models import (
    Collection,
    CollectionSheet,
    MechanismQuarter,
    Notice,
    ReturnedWorkbook,
)
from anlan.plan.queries.collecting.book import FILLED, FIXED, HEAD_LINE, MAIN, workbook_of
from anlan.plan.queries.mechanism import people_of, without_row
from anlan.plan.rules.mechanism import quarter_of
from anlan.plan.rules.workbook.collection import Purpose
from anlan.registers.actions.demonstration import FILE, acting


def collecting_scenes(profile: Profile) -> Iterator[Scene]:
    """Rounds, returned files and decisions, each one entry."""
    story = profile.table(FILE)
    acts = {
        "workbook_round": _issue,
        "workbook_return": _receive,
        "workbook_decision": _take,
        "mechanism_open": _open_quarter,
        "mechanism_confirm": _confirm,
    }
    for name, play in acts.items():
        for row in story.get(name, ()):
            yield Scene(key=row["key"], at=row["at"], play=partial(play, row))


def _said(row: dict[str, Any]) -> dict[str, Any]:
    return {"actor": acting(row["by"]), "now": clock.now(), "request_id": row["key"]}


def _issue(row: dict[str, Any]) -> None:
    notice = Notice.objects.order_by("issued_on").first()
    if notice is None:
        raise NotFound
    new = NewCollection(
        notice=notice.pk,
        purpose=Purpose(row["purpose"]),
        year=row["year"],
        wanted_on=row["wanted_on"],
        note=row["note"],
    )
    issue_collection(new, **_said(row))


def _receive(row: dict[str, Any]) -> None:
    latest = Collection.objects.order_by("issued_at").last()
    sheets = CollectionSheet.objects.select_related("collection__notice", "body", "unit")
    sheet = sheets.filter(collection=latest, body__code=row["body"]).first()
    if sheet is None:
        raise NotFound
    file = ReturnedFile(name=row["file"], data=_filled(sheet, row["row"]))
    receive_files([file], returned_by=row["returned_by"], **_said(row))


def _filled(sheet: CollectionSheet, rows: list[dict[str, Any]]) -> bytes:
    """The workbook as somebody filled it in."""
    book = load_workbook(io.BytesIO(workbook_of(sheet)))
    page = book[MAIN]
    lines = {one["code"]: HEAD_LINE + n for n, one in enumerate(sheet.rows, 1)}
    places = {name.value: len(FIXED) + n for n, (name, _width) in enumerate(FILLED, 1)}
    for row in rows:
        for name, place in places.items():
            if name in row and row["code"] in lines:
                page.cell(lines[row["code"]], place).value = row[name]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _take(row: dict[str, Any]) -> None:
    files = ReturnedWorkbook.objects.select_related("sheet").filter(file_name=row["file"])
    found = files.order_by("received_at").last()
    if found is None:
        raise NotFound
    take_workbook(
        found.pk,
        Choice(),
        expected_version=found.sheet.version,
        reason=row["reason"],
        **_said(row),
    )


def _open_quarter(row: dict[str, Any]) -> None:
    day = clock.today()
    bodies = without_row(quarter_of(day), day)
    open_quarter(bodies, actor=PROGRAM, now=clock.now(), request_id=row["key"])


def _confirm(row: dict[str, Any]) -> None:
    quarter = quarter_of(clock.today())
    rows = MechanismQuarter.objects.filter(year=quarter.year, number=quarter.number)
    found = rows.filter(body__code=row["body"]).first()
    if found is None:
        raise NotFound
    person = next(p for p in people_of(found.body_id, clock.today()) if p.name == row["person"])
    confirm_mechanism(
        found.pk,
        office=row["office"],
        person=person.pk,
        expected_version=found.version,
        **_said(row),
    )
