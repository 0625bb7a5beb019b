"""An evaluation in the browser: the number, its evidence, an edit, what is found, the export."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from tests.journeys.browser.conftest import DESK, PHONE
from tests.journeys.browser.test_screens import assert_readable

Open = Callable[..., Page]
TITLE = "2025年规划实施情况年度监测分析报告"


def to_workspace(page: Page) -> None:
    page.goto("/plan/evaluations/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(TITLE)


def test_draft_evidence_edit_finding_export(open_as: Open, tmp_path: Path) -> None:
    page = open_as("bureau", DESK)
    to_workspace(page)
    block = page.locator("#b-overall\\.deliverables")
    number = block.locator("a.eva-number").first
    counted = int(number.inner_text())
    number.click()
    side = page.get_by_role("complementary", name="佐证")
    expect(side).to_contain_text("列入统计的成果")
    expect(side.get_by_role("link", name=re.compile("^T1 ")).first).to_be_visible()
    page.get_by_role("link", name="修改本段").click()
    page.locator("#id_text").fill(f"规划共列入成果{counted + 900}项。")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#b-overall\\.deliverables")).to_contain_text("与佐证不一致")
    expect(page.locator("#b-overall\\.deliverables")).to_contain_text("已修改")
    page.get_by_role("link", name="全部核对意见").click()
    expect(page.locator("main")).to_contain_text(str(counted + 900))
    page.get_by_role("link", name="返回正文").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="导出公文稿").click()
    file = tmp_path / "paper.docx"
    download.value.save_as(file)
    assert download.value.suggested_filename.startswith("演示数据")
    text = "\n".join(p.text for p in Document(io.BytesIO(file.read_bytes())).paragraphs)
    assert f"规划共列入成果{counted + 900}项。" in text
    page.goto(page.url.split("?")[0] + "?block=overall.deliverables")
    page.get_by_role("link", name="改回生成文字").click()
    page.get_by_role("button", name="改回").click()
    expect(page.locator("#b-overall\\.deliverables")).not_to_contain_text("已修改")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_pages_are_readable(open_as: Open, size: dict[str, int]) -> None:
    page = open_as("bureau", size)
    to_workspace(page)
    address = page.url.split("?")[0]
    assert_readable(page, "总体情况")
    for path, words in (
        ("?block=overall.deliverables&figure=d.done", "已完成的成果"),
        ("findings/", "缺少佐证"),
        ("history/", "冻结版本"),
        ("print/", "总体情况"),
        ("blocks/own.proposals/", "生成的文字"),
        ("figures/1/d.done/", "已完成的成果"),
        ("submit/", "送签后不能修改"),
    ):
        page.goto(address + path)
        assert_readable(page, words)
