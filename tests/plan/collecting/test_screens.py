"""The pages of collecting: out, back, decided, receipt; in Chinese, with a next step, in scope."""

import datetime as dt
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.base import clock
from anlan.plan.models import Collection, CollectionSheet, Deliverable, ReturnedWorkbook
from tests.plan.collecting.conftest import Office, filled


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, (address, response.status_code)
    return response.content.decode()


def handed(client: Client, *files: bytes, address: str = "/plan/returns/", **more: Any) -> Any:
    sent = [SimpleUploadedFile(f"{n}.xlsx", data) for n, data in enumerate(files)]
    return client.post(address, {"files": sent, "returned_by": "演示·李水生", **more})


def test_the_round_from_sending_to_receipt(client_as: Any, office: Office) -> None:
    bureau = client_as("bureau")
    assert "还没有发出过表格" in page(bureau, "/plan/collections/") or Collection.objects.exists()
    form = page(bureau, "/plan/collections/new/")
    request_id = re.search(r'name="request_id" value="(\w+)"', form)
    assert request_id is not None
    said = {
        "notice": str(office.notice().pk),
        "purpose": "progress",
        "year": "2026",
        "wanted_on": (clock.today() + dt.timedelta(days=20)).isoformat(),
        "request_id": request_id[1],
    }
    late = bureau.post("/plan/collections/new/", {**said, "wanted_on": "2020-01-01"})
    assert late.status_code == 422
    assert "已过" in late.content.decode()
    made = bureau.post("/plan/collections/new/", said)
    assert made.status_code == 302
    html = page(bureau, made["Location"])
    assert "尚未交回" in html
    round_ = Collection.objects.latest("issued_at")
    archive = bureau.get(f"/plan/collections/{round_.pk}/workbooks.zip")
    assert archive.content.startswith(b"PK")
    sheet = round_.sheets.get(body__code="water")
    book = bureau.get(f"/plan/workbooks/{sheet.pk}/file/").content
    first = filled(
        book, R001={"state": "进行中", "obstacle": "缺资金"}, R002={"done_on": "3月5日"}
    )
    second = filled(book, R001={"state": "未启动"}, R003={"state": "已完成"})
    answer = handed(bureau, first, second, b"PK\x03\x04", request_id="hand-in-1")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert html.count("已留存") == 2
    assert "不能按表格读取" in html or "表格" in html
    assert "没有变化" in handed(bureau, first, request_id="hand-in-2").content.decode()
    one, two = ReturnedWorkbook.objects.filter(sheet=sheet).order_by("file_name")
    html = page(bureau, f"/plan/returns/{one.pk}/")
    assert "冲突" in html
    assert "不是完整日期" in html
    key = sheet.rows[0]["id"]
    said = {"sheet_version": "1", "request_id": "take-1", "then": "chosen", "row": [key]}
    refused = bureau.post(f"/plan/returns/{one.pk}/", said)
    assert refused.status_code == 422
    assert "请选定一个" in refused.content.decode()
    said |= {"request_id": "take-2", f"cell:{key}:state": "take"}
    taken = bureau.post(f"/plan/returns/{one.pk}/", said)
    assert taken.status_code == 302
    receipt = page(bureau, taken["Location"])
    assert one.digest in receipt
    assert "演示·李水生" in receipt
    assert "不是公文" in receipt
    stale = bureau.post(
        f"/plan/returns/{two.pk}/", {"sheet_version": "1", "request_id": "take-3", "then": "all"}
    )
    assert stale.status_code == 409
    aside = bureau.post(
        f"/plan/returns/{two.pk}/aside/",
        {"reason": "旧文件", "request_id": "aside-001", "expected_version": "1"},
    )
    assert aside.status_code == 302
    assert "不予采用" in page(bureau, aside["Location"])
    html = page(bureau, f"/plan/workbooks/{sheet.pk}/")
    assert "缺资金" in html
    assert "缺资金" in page(bureau, f"/plan/collections/{round_.pk}/")
    assert bureau.get(f"/plan/returns/{one.pk}/file/").content == first
    department = client_as("department")
    page(department, f"/plan/collections/{round_.pk}/")
    page(department, "/plan/returns/", 403)
    assert handed(department, first).status_code == 403
    public = client_as("public")
    page(public, "/plan/collections/", 403)
    page(public, f"/plan/returns/{one.pk}/receipt/", 403)
    county = client_as("county")
    own = office.actor_as("county").scope.units
    hidden = CollectionSheet.objects.exclude(unit__code__in=own).first()
    if hidden is not None:
        page(county, f"/plan/workbooks/{hidden.pk}/file/", 404)


def test_a_renamed_column_is_named_on_the_page(
    client_as: Any, office: Office, book: bytes
) -> None:
    from anlan.plan.queries.collecting.book import MAIN
    from tests.plan.collecting.conftest import columns_of, opened, saved

    bureau = client_as("bureau")
    found = opened(filled(book, R001={"state": "进行中"}))
    found[MAIN].cell(5, columns_of(found)["state"]).value = "干得咋样"
    handed(bureau, saved(found), request_id="hand-in-1")
    row = ReturnedWorkbook.objects.latest("received_at")
    assert "请指认列" in page(bureau, f"/plan/returns/{row.pk}/")
    said = {"columns": "1", "request_id": "columns-1", "column-state": "干得咋样"}
    assert bureau.post(f"/plan/returns/{row.pk}/", said).status_code == 302
    assert "请指认列" not in page(bureau, f"/plan/returns/{row.pk}/")


@pytest.mark.parametrize("login", ["department", "bureau"])
def test_back_filling_on_the_page(login: str, client_as: Any, office: Office) -> None:
    client = client_as(login)
    row = Deliverable.objects.filter(body__code="water", finish="", withdrawn_at=None).first()
    assert row is not None
    address = f"/plan/deliverables/{row.pk}/back-fill/"
    assert address in page(client, f"/plan/deliverables/{row.pk}/")
    said = {
        "finished_on": "2024-03-05",
        "confirmed_by": "演示·李水生 科长",
        "document_number": "运水〔2024〕8号",
        "request_id": "back-fill-1",
        "expected_version": str(row.version),
    }
    for wrong, word in (
        ({"finished_on": "2030-01-01"}, "尚未到来"),
        ({"finished_on": "2026-01-01"}, "不早于"),
        ({"confirmed_by": ""}, ""),
        ({"document_number": ""}, "没有佐证"),
    ):
        response = client.post(address, {**said, **wrong})
        assert response.status_code == 422
        assert word in response.content.decode()
    done = client.post(address, said)
    assert done.status_code == 302
    assert "补录" in page(client, done["Location"])
    row.refresh_from_db()
    said |= {"finished_on": "2024-04-01", "expected_version": str(row.version)}
    other = client.post(address, {**said, "request_id": "back-fill-2"})
    assert other.status_code == 422
    assert "2024-03-05" in other.content.decode()
    assert (
        client.post(address, {**said, "request_id": "back-fill-3", "replaces": "on"}).status_code
        == 302
    )
    row.refresh_from_db()
    assert row.finished_on is not None
    assert row.finished_on.isoformat() == "2024-04-01"
    unknown = address.replace(str(row.pk), "01a21427-8104-74b6-8e5f-6c425e762b4a")
    assert client.post(unknown, said).status_code == 404
    outside = client_as("county")
    assert outside.get(address).status_code in (403, 404)
