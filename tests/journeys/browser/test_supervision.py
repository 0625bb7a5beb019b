"""Slip → reply → close, as the people concerned see it."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.browser.conftest import PHONE

Open = Callable[..., Page]
MATTER = "P4：地灾点治理"


def order_of(page: Page, matter: str) -> None:
    page.goto("/plan/supervision/")
    page.get_by_role("link", name=matter, exact=True).click()
    expect(page.locator("h1")).to_contain_text(matter)


def test_the_desk_says_what_waits_for_whom(open_as: Open) -> None:
    page = open_as("bureau")
    page.goto("/plan/supervision/")
    signing = page.locator(".figure", has_text="待签发")
    number = int(signing.locator("strong").inner_text())
    assert number >= 1
    signing.click()
    expect(page.locator("tbody tr")).to_have_count(number)


def test_sign_reply_and_close(open_as: Open) -> None:
    office = open_as("bureau")
    order_of(office, "P3：演示：配合做好防汛抗旱水利提升工程资金拨付")
    expect(office.get_by_text("草稿，待签发").first).to_be_visible()
    office.get_by_role("link", name="签发", exact=True).click()
    office.get_by_role("button", name="签发").click()
    expect(office.locator(".errorlist, .errors, [role=alert]").first).to_contain_text("文号")
    office.fill("[name=number]", "演示督〔2026〕30号")
    office.get_by_role("button", name="签发").click()
    expect(office.locator("h1")).to_contain_text("红色督办单")
    expect(office.locator("h1")).to_contain_text("已签发，待答复")
    office.get_by_role("link", name="红色督办单").first.click()
    expect(office.locator("h1")).to_contain_text("督办单")
    expect(office.get_by_text("演示督〔2026〕30号")).to_be_visible()


def test_accept_what_was_replied_with_a_reason(open_as: Open) -> None:
    office = open_as("bureau")
    order_of(office, MATTER)
    expect(office.get_by_text("7处中5处已完工")).to_be_visible()
    office.get_by_text("依据", exact=True).click()
    expect(office.get_by_text("本系统规则").first).to_be_visible()
    office.get_by_role("link", name="认可答复并办结").click()
    office.get_by_role("button", name="认可").click()
    expect(office.locator("main")).to_contain_text("事项本身尚未完成")
    office.fill("[name=reason]", "演示：时限明确，12月20日后现场复核")
    office.get_by_role("button", name="认可").click()
    expect(office.locator("h1")).to_contain_text("已办结")
    office.get_by_role("link", name="变更记录").click()
    expect(office.locator("main")).to_contain_text(re.compile("认可答复"))


def test_a_county_replies_on_the_phone(open_as: Open) -> None:
    """Signed first: a paper the story had sent would run out and climb while the days go by."""
    phone = open_as("county", PHONE)
    order_of(phone, "T26：演示：核对乡镇第一响应人名单，11月中旬前补齐空缺")
    office = open_as("bureau")
    office.goto(phone.url)
    office.get_by_role("link", name="签发", exact=True).click()
    office.fill("[name=number]", "演示督〔2026〕31号")
    office.get_by_role("button", name="签发").click()
    expect(office.locator("h1")).to_contain_text("已签发，待答复")
    phone.reload()
    phone.get_by_role("link", name="答复", exact=True).click()
    phone.fill("[name=text]", "演示：名单已核对，缺额2名已补齐")
    phone.get_by_role("button", name="答复").click()
    expect(phone.locator("h1")).to_contain_text("已答复，待认可")
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
