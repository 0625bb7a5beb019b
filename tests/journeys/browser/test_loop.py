"""The working loop in Chromium: broken down, signed, reported with a file, sent back, accepted,
an obstacle raised and answered; the plan office at a desk, the department partly on a telephone."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.browser.conftest import PHONE
from tests.journeys.browser.test_screens import overflow_px

Open = Callable[..., Page]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"1" * 32
ASKED = "排查水利工程隐患，列出清单"


def due_of_my_work(page: Page, words: str) -> None:
    """From the first page of whoever works: the row, then the work itself."""
    page.goto("/my-work/")
    page.locator("main a[href*='/dues/']", has_text=words).last.click()
    page.wait_for_url(re.compile(r"/dues/[0-9a-f-]+/$"))
    expect(page.get_by_text("期限依据").first).to_be_visible()
    assert page.locator("main a[href*='/answer/']").count() == 0
    page.locator("main a.button.primary", has_text="前往办理").click()


def press(page: Page, label: str) -> None:
    page.locator("main .button", has_text=label).first.click()


def item_page(page: Page, tab: str = "") -> None:
    page.goto("/plan/items/?q=T10")
    page.locator("main a[href*='/items/T10/']").filter(visible=True).first.click()
    page.wait_for_url(re.compile("/items/T10/"))
    if tab:
        page.goto(page.url.partition("?")[0] + f"?tab={tab}")


def test_from_break_down_to_reply(open_as: Open) -> None:
    office, water = open_as("bureau"), open_as("department")
    break_down(office)
    sign(water)
    report = report_by_telephone(water)
    send_back(office, report)
    complete(water)
    accept(office)
    assert_finished(office, water, report)
    ask_for_help(water)
    reply(office)
    settle(water)
    item_page(office, "reports")
    expect(office.locator("main tr", has_text="照片已补")).to_contain_text("审核通过")
    item_page(office)
    expect(office.locator("main")).to_contain_text("亮灯依据")
    assert overflow_px(office) <= 0


def break_down(office: Page) -> None:
    item_page(office, "breakdown")
    office.locator("main a[href*='/assign/']").first.click()
    office.get_by_label("市水务局", exact=True).check()
    office.fill("#id_asked", ASKED)
    office.fill("#id_measure", "隐患清单一份")
    office.fill("#id_due_on", "2027-03-31")
    office.locator("form button.primary").click()
    office.wait_for_url(re.compile("tab=breakdown"))
    row = office.locator("tr", has_text=ASKED)
    expect(row).to_contain_text("待签收")
    expect(row).to_contain_text("市水务局")
    row.locator("a[href*='/plan/assignments/']").first.click()
    office.wait_for_url(re.compile("/plan/assignments/"))
    journal_says(office, "分解任务", "bureau")


def journal_says(page: Page, *words: str) -> None:
    """The journal of the page that is open."""
    page.goto(page.url.partition("?")[0] + "?tab=history")
    lines = page.locator("main").inner_text()
    for said in words:
        assert said in lines, said


def sign(water: Page) -> None:
    due_of_my_work(water, "签收“T10")
    water.wait_for_url(re.compile("/plan/tasks/"))
    expect(water.locator("main")).to_contain_text("隐患清单一份")
    press(water, "签收")
    expect(water.locator("main")).to_contain_text("已签收")


def report_by_telephone(water: Page) -> str:
    water.set_viewport_size(PHONE)
    due_of_my_work(water, ASKED)
    water.wait_for_url(re.compile("/plan/tasks/"))
    assert overflow_px(water) <= 0
    water.fill("#task-text", "已排查两座水库")
    water.fill("#task-day", "2026-11-20")
    water.set_input_files(
        "#task-photo", {"name": "现场.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    water.check("input[name=is_final]")
    press(water, "提交")
    water.wait_for_url(re.compile("/plan/reports/[0-9a-f-]+/"))
    shown = water.locator("main")
    expect(shown).to_contain_text("已提交，待审核")
    expect(shown).to_contain_text("现场.png")
    assert overflow_px(water) <= 0
    return water.url


def send_back(office: Page, report: str) -> None:
    due_of_my_work(office, "审核“T10")
    office.wait_for_url(report)
    press(office, "退回")
    office.fill("#id_reason", "缺第三座水库的照片")
    office.locator("form button.primary").click()
    office.wait_for_url(report)
    expect(office.locator("main")).to_contain_text("缺第三座水库的照片")


def complete(water: Page) -> None:
    due_of_my_work(water, "报告已退回，请补充")
    expect(water.locator("main")).to_contain_text("缺第三座水库的照片")
    assert overflow_px(water) <= 0
    water.locator("main a[href$='/edit/']").first.click()
    assert water.input_value("#id_text") == "已排查两座水库"
    water.fill("#id_text", "已排查三座水库，照片已补")
    water.locator("form button.primary").click()
    water.wait_for_url(re.compile("/plan/reports/[0-9a-f-]+/$"))
    expect(water.locator("main")).to_contain_text("已提交，待审核")


def accept(office: Page) -> None:
    due_of_my_work(office, "审核“T10")
    expect(office.locator("main")).to_contain_text("照片已补")
    press(office, "通过")
    office.locator("form button.primary").click()
    expect(office.locator("main")).to_contain_text("审核通过")


def assert_finished(office: Page, water: Page, report: str) -> None:
    """What each sees of it: the journal of the report, an empty work list, the finished term."""
    office.goto(report)
    journal_says(office, "提交报告", "退回报告", "报告审核通过", "department", "bureau")
    water.goto("/my-work/")
    assert water.locator("main", has_text=ASKED).count() == 0
    water.goto(f"/dues/?q={ASKED}")
    water.locator("main a[href^='/dues/']", has_text=ASKED).first.click()
    expect(water.locator("main")).to_contain_text("已办结")
    expect(water.locator("main")).to_contain_text("照片已补")


def ask_for_help(water: Page) -> None:
    item_page(water, "obstacles")
    water.locator("main a[href$='/obstacle/']").first.click()
    water.fill("#id_text", "缺少水下检测设备")
    water.fill("#id_asked", "请协调借用一套")
    water.select_option("#id_addressee", label="市应急局")
    water.locator("form button.primary").click()
    water.wait_for_url(re.compile("/plan/obstacles/[0-9a-f-]+/"))
    expect(water.locator("main")).to_contain_text("待答复")
    assert overflow_px(water) <= 0


def reply(office: Page) -> None:
    due_of_my_work(office, "答复“T10")
    office.wait_for_url(re.compile("/plan/obstacles/"))
    expect(office.locator("main")).to_contain_text("缺少水下检测设备")
    press(office, "答复")
    office.fill("#id_reply", "已联系消防救援支队，周五可借")
    office.locator("form button.primary").click()
    expect(office.locator("main")).to_contain_text("按时答复")


def settle(water: Page) -> None:
    due_of_my_work(water, "协调答复表明意见")
    expect(water.locator("main")).to_contain_text("周五可借")
    press(water, "认可并办结")
    water.fill("#id_outcome", "设备已到位")
    water.locator("form button.primary").click()
    expect(water.locator("main")).to_contain_text("已办结")
    expect(water.locator("main")).to_contain_text("设备已到位")
    journal_says(water, "提请协调", "答复协调事项", "协调事项办结")
