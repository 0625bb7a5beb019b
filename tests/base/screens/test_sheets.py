"""Exported files: marks, types, and cells that a spreadsheet must not run."""

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from anlan.base.screens.cells import Badge, Column, plain_number, shown
from anlan.base.screens.sheets import Sheet, as_csv, as_xlsx, neutralised, restored

NOW = dt.datetime(2026, 11, 24, 2, 30, tzinfo=dt.UTC)
DANGEROUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def sheet(rows: list[Any], mark: str = "") -> Sheet:
    columns = (
        Column(name="name", label="名称", value=lambda r: r[0]),
        Column(name="value", label="=数值", value=lambda r: r[1]),
    )
    return Sheet(title="单位/名册", columns=columns, rows=rows, now=NOW, mark=mark)


def lines(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_formulas_are_neutralised_and_come_back(text: str) -> None:
    assert neutralised(text) == "'" + text
    assert restored(neutralised(text)) == text


@pytest.mark.parametrize("text", ["", "市应急局", "a=1", "'quoted", "1+1"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert neutralised(text) == text
    assert restored(text) == text


def test_csv_neutralises_cells_and_heads_but_not_figures() -> None:
    found = lines(as_csv(sheet([("=cmd|' /C calc'!A0", Decimal("-1.5"))])).content)
    assert found == [["名称", "'=数值"], ["'=cmd|' /C calc'!A0", "-1.5"]]


def test_xlsx_holds_text_as_text_and_figures_as_figures() -> None:
    response = as_xlsx(sheet([("=1+1", Decimal("-1.5"))]))
    page = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert page["A2"].value == "'=1+1"
    assert page["A2"].data_type == "s"
    assert page["B2"].value == -1.5


def test_a_demonstration_says_so_in_the_file_and_in_its_name() -> None:
    marked = sheet([("a", 1)], mark="演示数据·非真实")
    response = as_csv(marked)
    assert lines(response.content)[0] == ["演示数据·非真实"]
    assert "%E6%BC%94%E7%A4%BA" in response["Content-Disposition"]
    assert marked.file_name("csv") == "演示数据·非真实-单位／名册-20261124-1030.csv"
    page = openpyxl.load_workbook(io.BytesIO(as_xlsx(marked).content)).active
    assert page["A1"].value == "演示数据·非真实"


def test_values_as_a_reader_sees_them() -> None:
    assert shown(dt.datetime(2026, 11, 24, 2, 30, tzinfo=dt.UTC)) == "2026-11-24 10:30"
    assert shown(dt.date(2023, 2, 3)) == "2023-02-03"
    assert shown(1234567) == "1,234,567"
    assert shown(["甲", "乙"]) == "甲、乙"
    assert shown(Badge(text="未知")) == "未知"
    assert shown(None) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [("1234.5000", "1,234.5"), ("100", "100"), ("0.0000", "0"), ("14182.88", "14,182.88")],
)
def test_numbers_lose_trailing_zeros_only(value: str, text: str) -> None:
    assert plain_number(Decimal(value)) == text
