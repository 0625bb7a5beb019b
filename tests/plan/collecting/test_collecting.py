"""Out and back: what is sent, what people do to it, what is taken, what is kept."""

import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import Workbook

from anlan.base import clock
from anlan.base.documents.table_file import NotATable
from anlan.base.errors import Conflict, NotAllowed
from anlan.base.file_store import EVIDENCE
from anlan.base.models import JournalEntry
from anlan.plan.actions.collecting.errors import (
    AlreadyDecided,
    AnotherWorkbook,
    ChoiceNeeded,
    CollectionClosed,
    ColumnsAsked,
    UnknownWorkbook,
)
from anlan.plan.actions.collecting.issuing import close_collection
from anlan.plan.actions.collecting.merging import KEEP, TAKE, Choice, take_workbook
from anlan.plan.actions.collecting.receiving import UnknownColumn, name_columns, set_aside
from anlan.plan.models import (
    Collection,
    CollectionSheet,
    Deliverable,
    Evidence,
    PlanItem,
    ProgressReport,
    ReturnedWorkbook,
)
from anlan.plan.queries.collecting.book import HIDDEN, MAIN, workbook_of
from anlan.plan.queries.collecting.returned import MixedStamps, NoHeads, NoStamp, differences_of
from anlan.plan.rules.workbook.collection import Purpose
from anlan.plan.rules.workbook.column import SheetField
from anlan.plan.rules.workbook.merge import CellChange
from tests.plan.collecting.conftest import Office, columns_of, filled, opened, saved

DONE = {
    "state": "已完成",
    "done_on": "2026年3月5日",
    "number": "运水〔2026〕8号",
    "by": "演示·李水生",
}


def open_row(sheet: CollectionSheet) -> tuple[str, str]:
    """Number and key of a deliverable that nobody has finished."""
    rows = [row for row in sheet.rows if row["kind"] == "deliverable" and not row["sent"]]
    return rows[0]["code"], rows[0]["id"]


def row_of(office: Office, data: bytes, **more: Any) -> ReturnedWorkbook:
    row = office.receive(data, **more)[0].row
    assert row is not None
    return row


def merge_of(row: ReturnedWorkbook) -> Any:
    return differences_of(row, clock.today()).merge


def test_one_workbook_per_body_with_its_rows_and_a_term(
    round_: Collection, sheet: CollectionSheet, book: bytes
) -> None:
    assert round_.sheets.count() > 40
    assert {s.due_id is not None for s in round_.sheets.all()} == {True}
    keys = {row["item_id"] for row in sheet.rows if row["kind"] == "item"}
    kinds = set(PlanItem.objects.filter(pk__in=keys).values_list("kind", flat=True))
    assert not kinds & {"indicator", "subgoal"}
    found = opened(book)
    assert found[HIDDEN].sheet_state == "hidden"
    assert sheet.stamp in str(found[MAIN]["A2"].value)
    assert "演示" in str(found[MAIN]["A4"].value)
    codes = [found[MAIN].cell(n, 1).value for n in range(6, found[MAIN].max_row + 1)]
    assert codes == [row["code"] for row in sheet.rows]
    assert len(found[MAIN].data_validations.dataValidation) == 2


def test_an_untouched_workbook_says_nothing_new(office: Office, book: bytes) -> None:
    merge = merge_of(row_of(office, book))
    assert (merge.changes, merge.refused, merge.added, merge.missing) == ((), (), (), ())


def test_a_taken_row_is_a_report_that_finishes_its_deliverable(
    office: Office, sheet: CollectionSheet, book: bytes
) -> None:
    code, key = open_row(sheet)
    before = JournalEntry.objects.count()
    row = office.taken(filled(book, **{code: DONE}))
    assert JournalEntry.objects.count() == before + 2
    done = Deliverable.objects.get(pk=key)
    assert (done.finish, done.finished_on) == ("report", dt.date(2026, 3, 5))
    report = ProgressReport.objects.get(deliverable=done)
    assert report.state == "accepted"
    proof = Evidence.objects.get(report=report)
    assert EVIDENCE.content(proof.digest) == EVIDENCE.content(row.digest)
    sheet.refresh_from_db()
    assert sheet.answers[key]["document_number"] == "运水〔2026〕8号"
    assert (row.rows_taken, row.rows_left, row.state) == (1, 0, "taken")
    assert sheet.due is not None
    assert sheet.due.answered_at is not None


def test_what_was_finished_before_is_back_filled(
    office: Office, sheet: CollectionSheet, book: bytes
) -> None:
    code, key = open_row(sheet)
    office.taken(filled(book, **{code: {**DONE, "done_on": "２０２４．３．５"}}))
    done = Deliverable.objects.get(pk=key)
    assert (done.finish, done.finished_on) == ("back-fill", dt.date(2024, 3, 5))
    assert done.confirmed_by == "演示·李水生"


def test_a_file_is_received_once(office: Office, book: bytes) -> None:
    data = filled(book, R001={"state": "进行中"})
    first = office.taken(data)
    before = JournalEntry.objects.count()
    again = office.receive(data)[0]
    assert again.is_known
    assert again.row == first
    assert JournalEntry.objects.count() == before
    with pytest.raises(AlreadyDecided):
        office.take(first)


def test_the_same_answers_saved_again_change_nothing(office: Office, book: bytes) -> None:
    office.taken(filled(book, R001={"state": "进行中", "evidence": "已开两次会"}))
    reports = ProgressReport.objects.count()
    row = row_of(office, filled(book, R001={"state": "推进中", "evidence": " 已开两次会 "}))
    assert not merge_of(row).changes
    office.take(row)
    assert ProgressReport.objects.count() == reports


def test_people_move_hide_rename_merge_and_add(
    office: Office, sheet: CollectionSheet, book: bytes
) -> None:
    """Rows turned upside down, a column in front, heads renamed over two merged lines, a column
    hidden, a day as a number, a county added."""
    code = sheet.rows[0]["code"]
    found = opened(filled(book, **{code: {**DONE, "done_on": 46086}}))
    old = [[cell.value for cell in line] for line in found[MAIN].iter_rows()]
    page = found[MAIN]
    for merged in list(page.merged_cells.ranges):
        page.unmerge_cells(str(merged))
    page.delete_rows(1, page.max_row)
    heads = ["序", *old[4]]
    renamed = {"完成日期": "办结时间（必填）", "文号": "文件 编号", "确认人": "填报人"}
    page.append(["", *old[0]])
    page.append(["", *old[1]])
    page.append([renamed.get(head, head) for head in heads])
    page.append([None] * len(heads))
    for column in range(1, len(heads) + 1):
        page.merge_cells(start_row=3, end_row=4, start_column=column, end_column=column)
    for number, line in enumerate(reversed(old[5:]), 1):
        page.append([number, *line])
    page.append([99, None, None, "新增县", "自己加的一行", None, None, "进行中"])
    page.column_dimensions["J"].hidden = True
    merge = merge_of(row_of(office, saved(found)))
    assert [row.code for row in merge.changes] == [code]
    cells = {cell.field: cell.returned for cell in merge.changes[0].cells}
    assert cells[SheetField.DONE_ON] == "2026-03-05"
    assert cells[SheetField.DOCUMENT] == "运水〔2026〕8号"
    assert len(merge.added) == 1
    assert merge.missing == ()


def test_a_column_nobody_knows_is_asked_about(office: Office, book: bytes) -> None:
    found = opened(filled(book, R001=DONE))
    found[MAIN].cell(5, columns_of(found)["done_on"]).value = "啥时候干完的"
    row = row_of(office, saved(found))
    assert differences_of(row, clock.today()).returned.asked == (SheetField.DONE_ON,)
    with pytest.raises(ColumnsAsked):
        office.take(row)
    with pytest.raises(UnknownColumn):
        name_columns(row.pk, {"done_on": "没有的"}, expected_version=1, **office.by())
    name_columns(row.pk, {"done_on": "啥时候干完的"}, expected_version=1, **office.by())
    row.refresh_from_db()
    assert office.take(row)["taken"] == 1


def test_two_people_edited_one_file(office: Office, sheet: CollectionSheet, book: bytes) -> None:
    mine = row_of(office, filled(book, R001={"state": "进行中", "number": "甲1号"}))
    theirs = row_of(
        office, filled(book, R001={"state": "进行中", "number": "乙2号"}), name="乙.xlsx"
    )
    change = merge_of(mine).changes[0]
    assert [cell.field for cell in change.conflicts] == [SheetField.DOCUMENT]
    assert change.conflicts[0].others[0][1] == "乙2号"
    with pytest.raises(ChoiceNeeded):
        office.take(mine, Choice(rows=frozenset({change.id})))
    picked = Choice(cells={(change.id, SheetField.DOCUMENT): "乙2号"})
    office.take(mine, picked)
    sheet.refresh_from_db()
    assert sheet.answers[change.id]["document_number"] == "乙2号"
    theirs = ReturnedWorkbook.objects.get(pk=theirs.pk)
    assert not merge_of(theirs).changes
    third = row_of(office, filled(book, R001={"number": "甲1号"}), name="丙.xlsx")
    assert not merge_of(third).changes


def test_accepting_all_leaves_a_conflict_for_a_person(office: Office, book: bytes) -> None:
    office.taken(filled(book, R001={"obstacle": "缺资金"}))
    row = row_of(office, filled(book, R001={"obstacle": "缺人手"}, R002={"obstacle": "无"}))
    assert [c.change for c in merge_of(row).changes[0].cells] == [CellChange.CONFLICT]
    office.take(row)
    row.refresh_from_db()
    assert (row.rows_taken, row.rows_left) == (1, 1)


def test_an_emptied_cell_stays_unless_taken(
    office: Office, sheet: CollectionSheet, book: bytes
) -> None:
    office.taken(filled(book, R001={"obstacle": "缺资金"}))
    sheet.refresh_from_db()
    key = sheet.rows[0]["id"]
    later = office.issue()
    fresh = office.sheet(later)
    assert fresh.answers == {}
    row = row_of(office, filled(workbook_of(sheet), R001={"obstacle": None}))
    assert not merge_of(row).changes
    assert sheet.answers[key]["obstacle"] == "缺资金"
    assert KEEP != TAKE


def test_another_rounds_file_is_refused_with_what_it_is(
    office: Office, round_: Collection, book: bytes
) -> None:
    later = office.issue()
    found = office.receive(book, collection=later.pk)[0]
    assert isinstance(found.refusal, AnotherWorkbook)
    assert f"HS-2026-{round_.number}-" in found.refusal.text()
    assert str(round_.number) in found.refusal.text()
    assert not ReturnedWorkbook.objects.filter(sheet__collection=round_).exists()


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (lambda data: b"PK\x03\x04 broken", NotATable),
        (lambda data: "行号,完成情况\n".encode(), NotATable),
        (lambda data: saved(Workbook()), NoStamp),
    ],
)
def test_what_is_no_workbook_is_refused(
    spoil: Any, error: type[Exception], office: Office, book: bytes
) -> None:
    found = office.receive(spoil(book), filled(book, R001={"state": "进行中"}))
    assert isinstance(found[0].refusal, error)
    assert found[1].row is not None


def test_mixed_foreign_and_headless_files(office: Office, round_: Collection, book: bytes) -> None:
    other = opened(workbook_of(round_.sheets.exclude(body__code="water")[0]))
    mixed = opened(book)
    mixed[MAIN]["A2"] = other[MAIN]["A2"].value
    foreign = opened(book)
    foreign[MAIN]["A2"] = "HS-2019-1-001"
    del foreign[HIDDEN], foreign["填表说明"]
    headless = opened(book)
    headless[MAIN].delete_rows(5)
    found = office.receive(saved(mixed), saved(foreign), saved(headless))
    kinds = [type(one.refusal) for one in found]
    assert kinds == [MixedStamps, UnknownWorkbook, NoHeads]


def test_a_secret_workbook_is_not_kept(office: Office, book: bytes) -> None:
    found = opened(book)
    found[MAIN]["A1"] = "机密★1年"
    refusal = office.receive(saved(found))[0].refusal
    assert refusal is not None
    assert "涉密" in refusal.text()


def test_two_people_decide_at_once(office: Office, book: bytes) -> None:
    one = row_of(office, filled(book, R001={"state": "进行中"}))
    two = row_of(office, filled(book, R002={"state": "进行中"}), name="二.xlsx")
    version = one.sheet.version
    take_workbook(one.pk, Choice(), expected_version=version, **office.by())
    with pytest.raises(Conflict):
        take_workbook(two.pk, Choice(), expected_version=version, **office.by())


def test_a_repeated_request_takes_once(office: Office, book: bytes) -> None:
    row = row_of(office, filled(book, R001={"state": "进行中"}))
    said = office.by()
    version = row.sheet.version
    first = take_workbook(row.pk, Choice(), expected_version=version, **said)
    again = take_workbook(row.pk, Choice(), expected_version=version, **said)
    assert first == again
    stamp = row.sheet.stamp
    assert ProgressReport.objects.filter(text__contains=stamp).count() == 1


def test_setting_aside_and_closing(office: Office, round_: Collection, book: bytes) -> None:
    row = row_of(office, filled(book, R001={"state": "进行中"}))
    set_aside(row.pk, expected_version=1, reason="旧文件", **office.by())
    with pytest.raises(AlreadyDecided):
        office.take(row)
    close_collection(round_.pk, expected_version=1, reason="本轮结束", **office.by())
    assert not round_.sheets.filter(due__withdrawn_at__isnull=True).exists()
    found = office.receive(filled(book, R002={"state": "进行中"}))[0]
    assert isinstance(found.refusal, CollectionClosed)


@pytest.mark.parametrize("login", ["department", "county", "public", "admin"])
def test_only_the_plan_office_collects(login: str, office: Office, book: bytes) -> None:
    said = {**office.by(login), "returned_by": "演示"}
    from anlan.plan.actions.collecting.receiving import ReturnedFile, receive_files

    with pytest.raises(NotAllowed):
        receive_files([ReturnedFile(name="a.xlsx", data=book)], **said)
    row = row_of(office, book)
    with pytest.raises(NotAllowed):
        take_workbook(row.pk, Choice(), expected_version=1, **office.by(login))


def test_siblings_do_not_see_a_countys_workbook(office: Office, round_: Collection) -> None:
    county = office.actor_as("county").scope
    seen = {sheet.unit.code for sheet in CollectionSheet.objects.visible_to(county)}
    assert seen <= county.units
    assert not CollectionSheet.objects.visible_to(office.actor_as("public").scope).exists()


def test_a_zip_bomb_is_refused(office: Office, book: bytes) -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("xl/workbook.xml", b" " * (60 * 1024 * 1024))
    assert office.receive(out.getvalue())[0].refusal is not None


def test_one_workbook_back_fills_what_was_finished_before(office: Office) -> None:
    """Everything that fell due before the plan was kept here, in one file for all bodies."""
    late = Deliverable.objects.filter(finish="", withdrawn_at=None, due_on__lt="2026-01-01")
    waiting = late.filter(item__is_dropped=False, item__notice=office.notice())
    expected = {str(key) for key in waiting.values_list("pk", flat=True)}
    assert expected
    sheet = office.issue(Purpose.BACK_FILL).sheets.get()
    assert {row["id"] for row in sheet.rows} == expected
    assert sheet.body is None
    first, second = sheet.rows[0], sheet.rows[1]
    data = filled(
        workbook_of(sheet),
        **{
            first["code"]: {**DONE, "done_on": "2024年3月5日"},
            second["code"]: {**DONE, "done_on": "2026-01-01"},
        },
    )
    row = office.taken(data, name="补录.xlsx")
    assert (row.rows_taken, row.rows_left) == (1, 1)
    assert "不早于" in str(row.outcome)
    done = Deliverable.objects.get(pk=first["id"])
    assert (done.finish, str(done.finished_on)) == ("back-fill", "2024-03-05")
    other = filled(workbook_of(sheet), **{first["code"]: {**DONE, "done_on": "2024-04-01"}})
    change = merge_of(row_of(office, other, name="补录二.xlsx")).changes[0]
    assert [(c.field, c.current, c.returned) for c in change.conflicts] == [
        (SheetField.DONE_ON, "2024-03-05", "2024-04-01")
    ]
    done.refresh_from_db()
    assert str(done.finished_on) == "2024-03-05"
