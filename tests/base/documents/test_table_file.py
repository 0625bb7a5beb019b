"""Tables as WPS and Excel save them, and files that are none."""

import datetime as dt
import io
import zipfile

import pytest
from openpyxl import Workbook

from anlan.base.documents import table_file
from anlan.base.documents.errors import EmptyDocument, SecretDocument
from anlan.base.documents.table_file import (
    ColumnsMissing,
    NotATable,
    TableColumn,
    TableTooLarge,
    read_table,
    tidy,
)
from anlan.base.errors import Refused

COLUMNS = (
    TableColumn(name="body", heads=("单位", "body"), is_required=True),
    TableColumn(name="name", heads=("姓名", "name"), is_required=True),
    TableColumn(name="mobile", heads=("手机", "手机号码")),
)
TEXT = "单位,姓名,手机\r\n市水务局,张三,13800001111\r\n,,\r\n市财政局,李四,\r\n"


def cells(content: bytes, name: str = "a.csv") -> list[tuple[int, dict[str, str]]]:
    return [(row.number, row.cells) for row in read_table(content, name, COLUMNS).rows]


def workbook(*rows: list[object]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    assert cells(TEXT.encode(encoding)) == [
        (2, {"body": "市水务局", "name": "张三", "mobile": "13800001111"}),
        (4, {"body": "市财政局", "name": "李四", "mobile": ""}),
    ]


@pytest.mark.parametrize("delimiter", ["\t", ";", "，"])
def test_other_delimiters_are_read(delimiter: str) -> None:
    assert len(cells(TEXT.replace(",", delimiter).encode())) == 2


def test_a_title_above_the_heads_is_kept_apart() -> None:
    table = read_table(("全市通讯录\n\n" + TEXT).encode(), "a.csv", COLUMNS)
    assert table.above == ("全市通讯录",)
    assert table.rows[0].number == 4


def test_heads_are_recognised_as_people_write_them() -> None:
    head = "序号, 单 位（必填）*,ＮＡＭＥ,手机号码：,备注\n1,市水务局,张三,1,x\n"
    assert cells(head.encode()) == [(2, {"body": "市水务局", "name": "张三", "mobile": "1"})]


def test_a_workbook_is_read_with_its_numbers_as_text() -> None:
    content = workbook(["单位", "姓名", "手机"], ["市水务局", "张三", 13800001111.0], [None] * 3)
    assert cells(content, "a.xlsx")[0][1]["mobile"] == "13800001111"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (12.0, "12"),
        (1.5, "1.5"),
        (dt.datetime(2026, 3, 1), "2026-03-01"),  # noqa: DTZ001 - as a workbook gives it
        ("  张\u3000三\u200b ", "张 三"),
        ("'13800001111", "13800001111"),
        ("'=SUM(A1)", "=SUM(A1)"),
        ("'quoted", "'quoted"),
    ],
)
def test_cells_are_repaired(value: object, text: str) -> None:
    assert tidy(value) == text


def test_missing_columns_are_named() -> None:
    with pytest.raises(ColumnsMissing) as refused:
        read_table("单位,电话\n市水务局,1\n".encode(), "a.csv", COLUMNS)
    assert "姓名" in str(refused.value)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyDocument),
        (b" \r\n", EmptyDocument),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", NotATable),
        (b"PK\x03\x04 broken", NotATable),
        (b"\x89PNG\r\n\x1a\n\x00\x00", Refused),
        (b"just a text", ColumnsMissing),
        (("机密★1年\n" + TEXT).encode(), SecretDocument),
        (b"x" * (table_file.MAX_BYTES + 1), TableTooLarge),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        read_table(content, "a.csv", COLUMNS)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("x.txt", "x")
    with pytest.raises(NotATable):
        read_table(out.getvalue(), "a.xlsx", COLUMNS)


def test_a_zip_bomb_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(TableTooLarge):
        read_table(workbook(["单位", "姓名"], ["市水务局", "张三"]), "a.xlsx", COLUMNS)


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "MAX_ROWS", 1)
    with pytest.raises(TableTooLarge):
        read_table(TEXT.encode(), "a.csv", COLUMNS)
