"""Import through the browser: what is read, what is refused, what cancel leaves."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from docx import Document

from anlan.base.models import JournalEntry
from anlan.plan.actions.uploads import sweep_uploads
from anlan.plan.models import Correction, Notice, NoticeEdition, PlanItem

ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 40


def docx(text: str) -> bytes:
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("[Content_Types].xml", "<Types/>")
        pack.writestr("word/document.xml", b" " * (300 * 1024 * 1024))
    return out.getvalue()


def counts() -> tuple[int, ...]:
    models = (Notice, NoticeEdition, PlanItem, JournalEntry)
    return tuple(model.objects.count() for model in models)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "empty.txt", "是空的"),
        (b"\n \n", "blank.txt", "是空的"),
        ("今天天气很好。\n大家都负责任地工作。".encode(), "letter.txt", "不是分工类通知"),
        ("机密★1年\n关于印发工作分工的通知".encode(), "secret.txt", "涉密不得上传"),
        (ENCRYPTED, "locked.docx", "设有打开密码"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 200, "picture.png", "格式"),
        (b"PK\x03\x04 broken", "broken.docx", "已损坏"),
        (b"%PDF-1.7 broken", "broken.pdf", "已损坏"),
    ],
)
def test_refusals_are_said_on_the_import_page_and_leave_nothing(
    data: bytes, name: str, said: str, upload: Any, waiting_files: Any, notice: Any
) -> None:
    before = counts()
    response = upload(data, name)
    html = response.content.decode()
    assert response.status_code == 422
    assert said in html
    assert "文件未被接受" in html
    assert counts() == before
    assert waiting_files() == []


def test_a_zip_bomb_is_not_opened(upload: Any, waiting_files: Any, notice: Any) -> None:
    response = upload(bomb(), "bomb.docx")
    assert response.status_code == 422
    assert "未予打开" in response.content.decode()
    assert waiting_files() == []


def test_no_file_at_all_is_refused(bureau: Client, notice: Any) -> None:
    response = bureau.post("/plan/import/", {})
    assert response.status_code == 422
    assert "没有选择文件" in response.content.decode()


def test_200_megabytes_are_refused_before_they_are_read(
    bureau: Client, waiting_files: Any, notice: Any
) -> None:
    response = bureau.post(
        "/plan/import/",
        data=b"--x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(200 * 1024 * 1024),
    )
    assert response.status_code == 422
    assert "最多可读取 30 MB" in response.content.decode()
    assert waiting_files() == []


def test_the_form_needs_its_token(client_as: Any, notice: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    from anlan.registers.models import Account

    strict.force_login(Account.objects.get(login="bureau"))
    assert strict.post("/plan/import/", {}).status_code == 403


@pytest.mark.long
def test_100_000_clauses_are_refused(
    upload: Any, waiting_files: Any, notice_text: Callable[..., str], notice: Any
) -> None:
    before = counts()
    response = upload(notice_text(100_000).encode())
    assert response.status_code == 422
    assert "60000" in response.content.decode()
    assert counts() == before
    assert waiting_files() == []


@pytest.mark.parametrize(
    ("encode", "name"),
    [
        (lambda text: text.encode("gb18030"), "notice.txt"),
        (lambda text: text.encode("utf-8-sig"), "notice.txt"),
        (docx, "notice.docx"),
    ],
)
def test_upload_answer_confirm(
    encode: Callable[[str], bytes],
    name: str,
    bureau: Client,
    upload: Any,
    waiting_files: Any,
    notice_text: Callable[..., str],
    notice: Any,
) -> None:
    before = counts()
    response = upload(encode(notice_text(12)), name)
    assert response.status_code == 302
    address = response["Location"]
    html = bureau.get(address).content.decode()
    assert "<strong>12</strong>/<strong>12</strong>" in html
    assert counts() == before
    assert len(waiting_files()) == 1
    done = bureau.post(address, {"reason": "附上原文"})
    assert done.status_code == 302
    new = Notice.objects.get(number="试政办函〔2026〕1号")
    assert new.items.count() == 12
    after = counts()
    again = bureau.post(address, {"reason": "附上原文"})
    assert again["Location"] == done["Location"]
    assert counts() == after
    assert bureau.get(done["Location"]).status_code == 200


def test_cancel_leaves_nothing(
    bureau: Client, upload: Any, waiting_files: Any, notice_text: Any, notice: Any
) -> None:
    before = counts()
    address = upload(notice_text(12).encode())["Location"]
    assert bureau.post(f"{address}cancel/").status_code == 302
    assert waiting_files() == []
    assert counts() == before
    assert bureau.get(address).status_code == 404
    assert bureau.post(address).status_code == 404
    assert bureau.post(f"{address}cancel/").status_code == 302


def test_an_upload_belongs_to_its_account(
    upload: Any, client_as: Any, waiting_files: Any, notice_text: Any, notice: Any
) -> None:
    address = upload(notice_text(12).encode())["Location"]
    other = client_as("admin")
    assert other.get(address).status_code == 404
    assert other.post(address).status_code == 404
    other.post(f"{address}cancel/")
    assert len(waiting_files()) == 1


def test_a_forgotten_upload_goes_after_a_day(
    client_as: Any, upload: Any, waiting_files: Any, notice_text: Any, notice: Any
) -> None:
    """The session of the upload is over by then: whoever comes back signs in anew."""
    import datetime as dt

    from anlan.base import clock

    address = upload(notice_text(12).encode())["Location"]
    with clock.at(clock.now() + dt.timedelta(hours=25)):
        bureau = client_as("bureau")
        assert bureau.get(address).status_code == 404
        bureau.get("/plan/import/")
    assert waiting_files() == []
    assert sweep_uploads(clock.now()) == 0


@pytest.mark.parametrize("login", ["department", "county", "public"])
def test_others_may_not_import(
    login: str, client_as: Any, upload: Any, waiting_files: Any, notice_text: Any, notice: Any
) -> None:
    response = upload(notice_text(12).encode(), client=client_as(login))
    assert response.status_code == 403
    assert waiting_files() == []


def test_published_file_reads_60_of_60_and_keeps_corrections(
    bureau: Client, upload: Any, plan_documents: Path, notice: Any
) -> None:
    kept = set(Correction.objects.filter(notice=notice).values_list("item_key", "field"))
    assert kept
    data = (plan_documents / "yuncheng-14th-fyp-rules.txt").read_bytes()
    address = upload(data)["Location"]
    html = bureau.get(address).content.decode()
    assert "<strong>60</strong>/<strong>60</strong> 个分工条款，未读 <strong>0</strong> 字" in html
    assert bureau.post(address).status_code == 302
    notice.refresh_from_db()
    assert notice.current_edition == 2
    assert set(Correction.objects.filter(notice=notice).values_list("item_key", "field")) == kept
    heading = PlanItem.objects.get(notice=notice, key="S3").heading
    assert heading == Correction.objects.get(notice=notice, item_key="S3").corrected_to
    page = bureau.get(f"/plan/{notice.pk}/items/T1/").content.decode()
    assert "不是通知原文" not in page
    assert "原文已读入" in bureau.get("/plan/").content.decode()
    compared = bureau.get("/plan/compare/", follow=True).content.decode()
    assert "失去责任单位" in compared


def test_differences_against_the_edition_in_force(
    bureau: Client, upload: Any, imported: Any, notice_text: Any, notice: Any
) -> None:
    imported(notice_text(4))
    amended = notice_text(4, heads="市教育局").replace(
        "（4）落实第4项试验任务", "（4）另行研究第4项全新工作"
    )
    html = bureau.get(upload(amended.encode())["Location"]).content.decode()
    assert "与现行版本的差异" in html
    assert "责任主体变更" in html
    assert "市教育局" in html
