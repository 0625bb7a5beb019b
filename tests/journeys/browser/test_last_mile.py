"""From a pasted text to the last person: who is called, who stays silent, who is released."""

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from anlan.base.clock import CITY_ZONE
from tests.journeys.browser.conftest import PHONE

Open = Callable[..., Page]
SWEEP_MS = 120_000
"""The shortest term of a ladder is a minute; the sweep comes every few seconds."""
CALLED = ("county-duty", "township-duty")
SILENT = "演示·王新华"
BY_PHONE = "演示·王永年"
NEVER = "演示·孔青松"


def text(minutes_ago: int, words: str) -> str:
    moment = dt.datetime.now(CITY_ZONE) - dt.timedelta(minutes=minutes_ago)
    return f"演示·新绛县气象台{moment:%Y年%m月%d日%H时%M分}{words}：请注意防范。"


def keep(page: Page, words: str) -> None:
    page.goto("/warnings/paste/")
    page.fill("#id_text", words)
    expect(page.get_by_text("各项均已读出")).to_be_visible()
    page.get_by_role("button", name="存入收件箱").click()
    expect(page.get_by_text("已保存，并记入日志")).to_be_visible()


def set_ladder(page: Page, unit: str, level: str, hazard: str) -> None:
    """A minute for the contact, then an officer calls the deputy."""
    page.goto("/calls/ladders/add/")
    page.select_option("[name=unit]", label=unit)
    page.select_option("[name=level]", level)
    page.select_option("[name=hazard]", hazard)
    for box in page.locator("input[name=kinds]").all():
        box.set_checked(box.get_attribute("value") in CALLED)
    page.fill("[name=answer_within_minutes]", "1")
    steps = (("self", "in-app", "1"), ("deputy", "phone", "60"), *[("", "", "")] * 3)
    for number, (who, way, minutes) in enumerate(steps, 1):
        page.select_option(f"[name=who_{number}]", who)
        page.select_option(f"[name=way_{number}]", way)
        page.fill(f"[name=minutes_{number}]", minutes)
    page.fill("[name=source]", "演示·新绛县叫应办法")
    page.select_option("[name=mark]", "D")
    page.fill("[name=reason]", "演示：缩短时限")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存，并记入日志")).to_be_visible()


def row(page: Page, name: str) -> Locator:
    return page.locator("table[data-rows] tbody tr", has_text=name)


def until(page: Page, board: str, is_so: Callable[[], bool]) -> None:
    """Read the board again until it is so: sweeps run on their own time."""
    deadline = dt.datetime.now(CITY_ZONE) + dt.timedelta(milliseconds=SWEEP_MS)
    page.goto(board)
    while not is_so() and dt.datetime.now(CITY_ZONE) < deadline:
        page.wait_for_timeout(2_000)
        page.goto(board)


def test_pasted_called_escalated_answered_and_released(open_as: Open) -> None:
    set_ladder(open_as("bureau"), "新绛", "yellow", "frost")
    page = open_as("county")
    keep(page, text(5, "发布霜冻黄色预警信号"))
    page.get_by_role("link", name="开始叫应").click()
    expect(page.get_by_text("将叫应 3 人")).to_be_visible()
    page.get_by_role("button", name="立即叫应").click()
    expect(page.locator("h1")).to_contain_text("叫应中")
    board = page.url
    expect(row(page, SILENT)).to_contain_text("责任人本人")

    until(page, board, lambda: "副责任人" in row(page, SILENT).inner_text())
    expect(row(page, SILENT)).to_contain_text("副责任人")

    phone = open_as("county", PHONE)
    phone.goto("/calls/mine/")
    card = phone.locator("section.card", has_text="霜冻黄色")
    card.locator("[name=promised]").fill("通知各乡镇值班")
    card.get_by_role("button", name="收到并行动").click()
    page.goto(board)
    expect(row(page, SILENT)).to_contain_text("已应答")

    row(page, BY_PHONE).get_by_role("link", name="记录通话").click()
    page.locator("[name=outcome][value=answered]").check()
    page.fill("[name=said]", "已收到，马上通知各村")
    page.locator(".form-end button.primary").click()
    expect(page.get_by_text("已保存，并记入日志")).to_be_visible()
    page.goto(board)
    expect(row(page, BY_PHONE)).to_contain_text("已应答")

    keep(page, text(1, "解除霜冻黄色预警信号"))
    until(page, board, lambda: "叫应中" not in page.inner_text("h1"))
    expect(row(page, NEVER)).to_contain_text("已解除，未应答")
    expect(page.locator("h1")).not_to_contain_text("叫应中")
    expect(row(page, SILENT)).to_contain_text("已应答")
