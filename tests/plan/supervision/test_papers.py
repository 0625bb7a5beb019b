"""A paper of supervision as .docx: a draft until signed, a letter where nobody is designated."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse

from anlan.base.papers.word import document_xml
from anlan.plan.actions.supervision.answering import reply_to_slip
from anlan.plan.queries.supervision.papers import paper_of_slip, slip_file

pytestmark = pytest.mark.django_db


def words(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    tables = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + tables)


def test_a_draft_has_no_head_number_or_day(desk: Any) -> None:
    blue = desk.climb_to_blue()
    paper = paper_of_slip(blue.slip, mark="")
    assert paper.is_draft
    assert paper.head is None
    assert paper.signature is not None
    assert paper.signature.signed_on is None


def test_a_signed_paper_says_matter_requirement_and_term(desk: Any) -> None:
    blue = desk.climb_to_blue()
    slip = blue.sign(number="运督〔2026〕9号")
    said = words(slip_file(slip, mark=""))
    for part in ("堤防加固完工报告", "运督〔2026〕9号", "承办单位", "答复期限", slip.requirement):
        assert part in said


def test_it_is_the_same_bytes_each_time_and_grows_by_the_reply(desk: Any) -> None:
    blue = desk.climb_to_blue()
    slip = blue.sign()
    first = slip_file(slip, mark="")
    assert document_xml(first) == document_xml(slip_file(blue.slip, mark=""))
    reply_to_slip(
        slip.pk, "正在收尾，月底完成", expected_version=slip.version, **blue.by("department")
    )
    assert "正在收尾，月底完成" in words(slip_file(blue.slip, mark=""))


def test_it_is_downloaded_within_scope_and_marked(
    desk: Any, client_as: Callable[[str], Client]
) -> None:
    slip = desk.climb_to_blue().sign()
    url = reverse("plan-supervision-word", args=[slip.pk])
    response = client_as("department").get(url)
    assert response.status_code == 200
    content = b"".join(response.streaming_content) if response.streaming else response.content
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    headers = [name for name in names if "header" in name]
    marked = any(
        "演示数据" in zipfile.ZipFile(io.BytesIO(content)).read(name).decode() for name in headers
    )
    assert marked
    assert client_as("county").get(url).status_code == 404
    assert client_as("public").get(url).status_code == 403
