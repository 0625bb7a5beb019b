"""The pages of an evaluation: text beside its evidence, edits of two people, export, print."""

import datetime as dt
import io
import re
from html import unescape
from typing import Any

import pytest
from docx import Document

from anlan.plan.models import Evaluation, EvaluationEdit
from tests.plan.screens.test_as_of import home, lived

__all__ = ["home", "lived"]

PAGES = ("", "findings/", "history/", "print/", "?block=overall.deliverables&figure=d.done")
WRITING = ("blocks/own.proposals/", "freeze/", "submit/", "return/", "sign/")


@pytest.fixture
def page(city: None) -> str:
    return f"/plan/evaluations/{Evaluation.objects.get().pk}/"


@pytest.mark.parametrize("login", ["bureau", "department", "county", "admin"])
def test_whoever_works_in_the_plan_reads(client_as: Any, page: str, login: str) -> None:
    client = client_as(login)
    for path in PAGES:
        answer = client.get(page + path)
        assert answer.status_code == 200
        assert "演示数据" in answer.content.decode()
    assert client.get("/plan/evaluations/").status_code == 200


@pytest.mark.parametrize("login", ["department", "county", "public"])
def test_who_may_not_write_is_refused_and_offered_nothing(
    client_as: Any, page: str, login: str
) -> None:
    client = client_as(login)
    for path in WRITING:
        assert client.get(page + path).status_code == 403
        assert client.post(page + path, {"request_id": "refused-0001"}).status_code == 403
    if login != "public":
        text = client.get(f"{page}?block=own.proposals").content.decode()
        assert "修改本段" not in text
        assert "送签" not in text


def test_the_public_sees_nothing(client_as: Any, page: str) -> None:
    for path in (*PAGES, "paper.docx"):
        assert client_as("public").get(page + path).status_code == 403


def _records(client: Any, page: str) -> list[str]:
    text = client.get(f"{page}?block=overall.deliverables&figure=d.done").content.decode()
    own = re.findall(r'href="(/plan/evaluations/[^"]+/figures/[^"]+)"', text)
    answer = client.get(own[0]).content.decode()
    return re.findall(r'<li><a href="(/plan/[0-9a-f-]{36}/items/[^"]+)"', answer)


def test_every_number_leads_to_records_of_the_frozen_day(
    client_as: Any, lived: dt.date, page: str
) -> None:
    client = client_as("bureau")
    records = [unescape(url) for url in _records(client, page)]
    assert records
    assert all("as_of=" in url for url in records)


def test_records_open_as_they_are_where_no_past_can_be_shown(client_as: Any, page: str) -> None:
    client = client_as("bureau")
    records = [unescape(url) for url in _records(client, page)]
    assert records
    assert not any("as_of=" in url for url in records)
    assert client.get(records[0]).status_code == 200


def test_the_history_speaks_in_words(client_as: Any, page: str) -> None:
    text = client_as("bureau").get(f"{page}history/").content.decode()
    assert "逾期成果主要受" in text
    assert "own.reasons" not in text
    assert "d.overdue" not in text


def test_an_unknown_figure_edition_or_block_is_not_found(client_as: Any, page: str) -> None:
    client = client_as("bureau")
    for path in (
        "figures/1/none/",
        "figures/9/d.all/",
        "blocks/none/",
        "blocks/indicators.table/",
    ):
        assert client.get(page + path).status_code == 404


def test_write_a_part_and_see_the_findings(client_as: Any, page: str) -> None:
    client = client_as("bureau")
    said = {
        "text": "已完成99999项。",
        "evidence": ["d.done"],
        "expected_version": "0",
        "request_id": "edit-block-01",
    }
    path = f"{page}blocks/own.proposals/"
    assert client.post(path, {**said, "text": ""}).status_code == 422
    answer = client.post(path, said)
    assert answer.status_code == 302
    assert client.post(path, said).status_code == 302
    assert EvaluationEdit.objects.get(block="own.proposals").version == 1
    listed = client.get(f"{page}findings/").content.decode()
    assert "与佐证不一致" in listed
    assert "99999" in listed


def test_the_second_of_two_writers_sees_both_texts(client_as: Any, page: str) -> None:
    client, path = client_as("bureau"), f"{page}blocks/own.proposals/"
    first = {"text": "先写的。", "expected_version": "0", "request_id": "two-writers-1"}
    assert client.post(path, first).status_code == 302
    second = {**first, "text": "后写的。", "request_id": "two-writers-2"}
    answer = client.post(path, second)
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "先写的。" in shown
    assert "后写的。" in shown
    version = re.search(r'name="expected_version" value="(\d+)"', shown)
    request = re.search(r'name="request_id" value="([^"]+)"', shown)
    assert version is not None
    assert request is not None
    again = {**second, "expected_version": version[1], "request_id": request[1]}
    assert client.post(path, again).status_code == 302
    assert EvaluationEdit.objects.get(block="own.proposals").text == "后写的。"


def test_the_generated_text_comes_back(client_as: Any, page: str) -> None:
    client = client_as("bureau")
    edit = EvaluationEdit.objects.get(block="own.reasons")
    said = {"expected_version": str(edit.version), "request_id": "take-back-01"}
    path = f"{page}blocks/own.reasons/generated/"
    assert client.post(path, said).status_code == 302
    assert not EvaluationEdit.objects.filter(block="own.reasons").exists()
    assert client.get(path).status_code == 404


def test_the_export_is_a_marked_draft(client_as: Any, page: str) -> None:
    answer = client_as("department").get(f"{page}paper.docx")
    assert answer.status_code == 200
    document = Document(io.BytesIO(answer.content))
    head = document.sections[0].header.paragraphs[0].text
    assert "演示数据" in head
    assert "草稿" in head
    assert "逾期成果主要受" in "".join(p.text for p in document.paragraphs)


def test_from_the_list_to_the_signature(client_as: Any, page: str) -> None:
    client = client_as("bureau")
    row = Evaluation.objects.get()
    new = {
        "notice": str(row.notice_id),
        "kind": "final",
        "year": "2025",
        "request_id": "open-final-01",
    }
    made = client.post("/plan/evaluations/new/", new)
    assert made.status_code == 302
    again = client.post("/plan/evaluations/new/", {**new, "request_id": "open-final-02"})
    assert again.status_code == 422
    assert "已经有了" in again.content.decode()
    final = made["Location"]
    said = {"expected_version": "1", "request_id": "submit-final-1"}
    assert client.post(f"{final}submit/", said).status_code == 302
    sign = {
        "number": "3号",
        "signed_on": "2026-11-24",
        "expected_version": "2",
        "request_id": "sign-final-001",
    }
    refused = client.post(f"{final}sign/", sign)
    assert refused.status_code == 422
    assert "发文字号" in refused.content.decode()


def test_the_api_reads_writes_and_refuses(client_as: Any, page: str) -> None:
    client = client_as("bureau")
    listed = client.get("/api/v1/evaluations").json()["results"]
    one = f"/api/v1/evaluations/{listed[0]['id']}"
    full = client.get(one).json()
    assert {block["key"] for block in full["blocks"]} >= {"overall.deliverables", "own.reasons"}
    edition = client.get(f"{one}/editions/1").json()
    keys = {figure["key"] for figure in edition["figures"]}
    assert all(set(block["figures"]) <= keys for block in full["blocks"])
    said = {"text": "建议。", "expected_version": 0}
    path = f"{one}/blocks/own.proposals"
    put = client.put(path, said, content_type="application/json")
    assert put.status_code == 200
    assert put.json()["version"] == 1
    assert client.put(path, said, content_type="application/json").status_code == 409
    assert client.get(f"{one}/paper").content[:2] == b"PK"
    assert client_as("public").get(one).status_code == 403
    refused = client_as("county").put(path, said, content_type="application/json")
    assert refused.status_code == 403
