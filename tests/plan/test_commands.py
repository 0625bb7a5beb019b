"""Files at the border of the command line: a refusal in words and exit code 1, or a right result."""

import json
from pathlib import Path
from typing import Any

import pytest

from anlan.base.models import JournalEntry
from anlan.plan.models import Notice, NoticeEdition, PlanItem
from anlan.site.cli import main
from tests.base.documents.files import archive, pdf_bytes, replaced, word_with_table

TEXT = (
    "演示市防汛任务分工\n演政办〔2026〕7号\n一、重点任务\n１．清淤。２０２７年底前完成。"
    "（市水务局牵头，市财政局配合）\n"
)
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]><a>&b;</a>'
REFUSED = {
    "empty.txt": (b"", "是空的"),
    "secret.txt": (f"机密★1年\n{TEXT}".encode(), "涉密不得上传"),
    "secret-half.txt": (f"秘密\n{TEXT}".encode("gb18030"), "涉密不得上传"),
    "top.docx": (archive({"word/document.xml": b"\0" * (20 * 2**20)}), "未予打开"),
    "entities.docx": (replaced(word_with_table(), "word/document.xml", ENTITIES), "未予打开"),
    "locked.docx": (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    "old.doc": (COMPOUND + b"\0" * 600, "旧格式"),
    "cut.pdf": (pdf_bytes(["甲"])[:300], "已损坏"),
    "scan.pdf": (pdf_bytes([]), "没有文字的图片"),
    "locked.pdf": (pdf_bytes(["甲"], encrypted=True), "打开密码"),
    "nul.txt": (TEXT.replace("，", "，\0").encode(), "文字编码无法识别"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "格式"),
}
READ = {
    "utf8.txt": TEXT.encode(),
    "gb18030.txt": TEXT.encode("gb18030"),
    "utf16.txt": TEXT.encode("utf-16"),
    "crlf.txt": TEXT.replace("\n", "\r\n").encode(),
    "cr.txt": TEXT.replace("\n", "\r").encode(),
    "page.txt": (
        "<html><head><title>无</title></head><body>"
        + "".join(f"<p>{line}</p>" for line in TEXT.split("\n"))
        + "</body></html>"
    ).encode(),
    "notice.pdf": pdf_bytes(TEXT.strip().split("\n")),
}


def counts() -> tuple[int, ...]:
    models = (Notice, NoticeEdition, PlanItem, JournalEntry)
    return tuple(model.objects.count() for model in models)


def put(folder: Path, name: str, data: bytes) -> str:
    path = folder / name
    path.write_bytes(data)
    return str(path)


@pytest.fixture(autouse=True)
def _chinese(city: None) -> Any:
    from django.utils import translation

    with translation.override("zh-hans"):
        yield


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_refused_in_words(name: str, tmp_path: Path, capsys: Any) -> None:
    data, said = REFUSED[name]
    file, before = put(tmp_path, name, data), counts()
    for verb in ("parse", "import"):
        assert main(["plan", verb, file]) == 1
        printed = capsys.readouterr()
        assert (printed.out, said in printed.err) == ("", True), printed.err
    assert counts() == before


def test_200_megabytes_are_refused_unread(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    assert main(["plan", "parse", str(path), "--json"]) == 1
    assert "200 MB" in capsys.readouterr().err


def test_what_is_no_notice_is_read_and_not_imported(tmp_path: Path, capsys: Any) -> None:
    file = put(tmp_path, "letter.txt", "今天天气很好。大家都负责任地工作。".encode())
    before = counts()
    assert main(["plan", "parse", file, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["clauses"] == []
    assert main(["plan", "import", file]) == 1
    assert "不是分工类通知" in capsys.readouterr().err
    assert counts() == before


@pytest.mark.parametrize("name", READ)
def test_one_notice_reads_alike_from_every_file(name: str, tmp_path: Path, capsys: Any) -> None:
    assert main(["plan", "parse", put(tmp_path, name, READ[name]), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (clause,) = found["clauses"]
    assert (clause["id"], clause["lead_units"], clause["support_units"]) == (
        "T1", ["市水务局"], ["市财政局"]
    )  # fmt: skip
    assert clause["deadline_years"] == [2027]
    assert found["document"]["number"] == "演政办〔2026〕7号"
