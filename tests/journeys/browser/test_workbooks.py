"""Workbooks in Chromium: back-filling what was finished before, and a workbook that comes back
while somebody worked on the screen."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser.test_screens import overflow_px
from tests.plan.collecting.conftest import columns_of, filled, opened, saved

Open = Callable[..., Page]
DONE = {"state": "已完成", "number": "运应急〔2024〕8号", "by": "演示·张明远"}
FIRST_LINE = 6
HEAD_LINE = 5
KNOWN, OTHER = "演示：河道巡查制度", "演示：水库责任人名录"


def new_round(office: Page, purpose: str, year: int = 2026) -> str:
    """Send workbooks out; the address of the round."""
    office.goto(f"/plan/collections/new/?purpose={purpose}")
    office.check(f"input[name=purpose][value={purpose}]")
    office.fill("#id_year", str(year))
    office.locator("form button.primary").click()
    office.wait_for_url(re.compile(r"/plan/collections/[0-9a-f-]+/$"))
    return office.url


def workbook_for(office: Page, round_url: str, whom: str) -> bytes:
    """Download the file of one body."""
    office.goto(round_url)
    office.locator("#workbooks tr", has_text=whom).locator("a[href*='/workbooks/']").first.click()
    with office.expect_download() as coming:
        office.locator("a[href$='/file/']").first.click()
    return Path(coming.value.path()).read_bytes()


def hand_in(office: Page, round_url: str, name: str, data: bytes) -> None:
    office.goto(f"/plan/returns/?collection={round_url.rstrip('/').rpartition('/')[2]}")
    office.set_input_files("#files", {"name": name, "mimeType": "", "buffer": data})
    office.fill("#returned_by", "演示·李水生，邮件")
    office.locator("form button.primary").click()


def open_differences(office: Page) -> None:
    office.locator("main a", has_text="已留存").click()
    office.wait_for_url(re.compile("/plan/returns/[0-9a-f-]+/$"))
    assert overflow_px(office) <= 0


def rows_by_code(data: bytes) -> dict[str, str]:
    """What each row asks, by its code."""
    page = opened(data).active
    heads = {page.cell(HEAD_LINE, n).value: n for n in range(1, page.max_column + 1)}
    lines = range(FIRST_LINE, page.max_row + 1)
    return {
        page.cell(line, heads["行号"]).value: page.cell(line, heads["任务内容"]).value
        for line in lines
    }


def test_back_fill_by_workbook(open_as: Open) -> None:
    office = open_as("bureau")
    office.goto("/plan/deliverables/?state=to-back-fill")
    expect(office.locator("main")).to_contain_text("待补录")
    assert office.locator("main table .tone-red").count() == 0
    round_url = new_round(office, "back-fill")
    book = workbook_for(office, round_url, "")
    right, wrong = list(rows_by_code(book))[:2]
    asked = rows_by_code(book)[right]
    cells: dict[str, dict[str, Any]] = {
        right: {**DONE, "done_on": "2023年11月3日"},
        wrong: {**DONE, "done_on": "2030-01-01"},
    }
    hand_in(office, round_url, "补录.xlsx", filled(book, **cells))
    open_differences(office)
    refused = office.locator("section.is-waiting")
    expect(refused).to_contain_text("尚未到来")
    expect(refused).to_contain_text("2030-01-01")
    office.get_by_role("button", name="采用全部无冲突的行").click()
    office.wait_for_url(re.compile("/receipt/"))
    expect(office.locator("main tr", has_text=right)).to_contain_text("2023-11-03")
    expect(office.locator("main tr", has_text=wrong)).to_contain_text("未采用")
    cells[wrong]["done_on"] = "2023.12.1"
    hand_in(office, round_url, "补录（更正）.xlsx", filled(book, **cells))
    open_differences(office)
    assert office.locator("section.is-waiting").count() == 0
    office.get_by_role("button", name="采用全部无冲突的行").click()
    office.wait_for_url(re.compile("/receipt/"))
    expect(office.locator("main tr", has_text=wrong)).to_contain_text("2023-12-01")
    office.goto("/plan/deliverables/?state=back-filled")
    row = office.locator("main tr", has_text=asked).first
    expect(row).to_contain_text("补录")
    expect(row).to_contain_text("2023-11-03")
    row.locator("a[href*='/plan/deliverables/']").first.click()
    expect(office.locator("main")).to_contain_text(DONE["number"])
    expect(office.locator("main")).to_contain_text(DONE["by"])


def owe(office: Page, text: str) -> None:
    """A deliverable of the water bureau."""
    office.goto("/plan/items/?q=P3")
    office.locator("main a[href*='/items/P3/']").filter(visible=True).first.click()
    office.wait_for_url(re.compile("/items/P3/"))
    office.goto(office.url.partition("?")[0] + "deliverable/")
    office.fill("#id_text", text)
    office.select_option("#id_body", label="市水务局")
    office.fill("#id_due_on", "2027-06-30")
    office.locator("form button.primary").click()
    office.wait_for_url(re.compile("tab=deliverables|/plan/deliverables/"))


def report_on_the_screen(water: Page, office: Page) -> None:
    """While the file is away: reported and accepted."""
    water.goto("/plan/items/?q=P3")
    water.locator("main a[href*='/items/P3/']").filter(visible=True).first.click()
    water.wait_for_url(re.compile("/items/P3/"))
    water.goto(water.url.partition("?")[0] + "report/")
    matter = water.locator("#id_matter option", has_text=KNOWN).first.get_attribute("value")
    water.select_option("#id_matter", matter)
    water.fill("#id_done_on", "2026-11-10")
    water.fill("#id_text", "制度已印发")
    water.fill("#id_document_number", "运水〔2026〕18号")
    water.check("#id_is_final")
    water.locator("form button.primary").click()
    water.wait_for_url(re.compile("/plan/reports/[0-9a-f-]+/"))
    office.goto(water.url)
    office.locator("main a[href$='/accept/']").click()
    office.locator("form button.primary").click()
    expect(office.locator("main")).to_contain_text("审核通过")


def returned(book: bytes, codes: dict[str, str]) -> bytes:
    """As people return it: rows moved, a head renamed, dates as text."""
    changed = opened(
        filled(
            book,
            **{
                codes[KNOWN]: {"state": "已完成", "done_on": "2026年11月3日", "by": "演示·李水生"},
                codes[OTHER]: {"state": "进行中", "evidence": "名录已征求意见"},
            },
        )
    )
    page = changed.active
    lines = [[cell.value for cell in page[n]] for n in range(FIRST_LINE, page.max_row + 1)]
    for line, values in enumerate(reversed(lines), FIRST_LINE):
        for place, value in enumerate(values, 1):
            page.cell(line, place).value = value
    page.cell(HEAD_LINE, columns_of(changed)["state"]).value = "干得咋样"
    return saved(changed)


@pytest.mark.usefixtures("instance")
def test_out_and_back_with_conflicts(open_as: Open) -> None:
    office, water = open_as("bureau"), open_as("department")
    owe(office, KNOWN)
    owe(office, OTHER)
    last_year = new_round(office, "progress", 2025)
    old = workbook_for(office, last_year, "市水务局")
    round_url = new_round(office, "progress")
    book = workbook_for(office, round_url, "市水务局")
    codes = {asked: code for code, asked in rows_by_code(book).items()}
    report_on_the_screen(water, office)
    hand_in(office, round_url, "去年的.xlsx", old)
    expect(office.locator("main")).to_contain_text("HS-2025")
    expect(office.locator("main")).to_contain_text("未予接收")
    hand_in(office, round_url, "水务局.xlsx", returned(book, codes))
    open_differences(office)
    office.select_option("#column-state", "干得咋样")
    office.locator("section.is-waiting button.primary").click()
    office.wait_for_load_state()
    conflict = office.locator("tr", has_text=KNOWN)
    expect(conflict).to_contain_text("冲突")
    expect(conflict).to_contain_text("2026-11-10")
    expect(conflict).to_contain_text("2026-11-03")
    expect(office.locator("tr", has_text=OTHER)).to_contain_text("名录已征求意见")
    conflict.locator("input[type=checkbox]").check()
    office.get_by_role("button", name="采用下面勾选的行").click()
    expect(office.locator("[role=alert]").first).to_contain_text("请选定一个")
    conflict = office.locator("tr", has_text=KNOWN)
    assert conflict.locator("input[type=checkbox]").is_checked()
    conflict.locator("input[type=radio][value=keep]").first.check()
    office.get_by_role("button", name="采用下面勾选的行").click()
    office.wait_for_url(re.compile("/receipt/"))
    receipt = office.locator("main")
    expect(receipt).to_contain_text("水务局.xlsx")
    expect(receipt).to_contain_text("演示·李水生")
    expect(receipt.locator("tr", has_text=codes[OTHER])).to_contain_text("名录已征求意见")
    office.goto(f"/plan/deliverables/?q={KNOWN}")
    expect(office.locator("main tr", has_text=KNOWN)).to_contain_text("2026-11-10")
