"""A station's text is pasted, read while it is pasted, kept, raised and lifted, on desk and phone."""

import datetime as dt
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from anlan.base.clock import CITY_ZONE
from tests.journeys.browser.conftest import PHONE

Open = Callable[..., Page]


def text(minutes_ago: int, words: str) -> str:
    moment = dt.datetime.now(CITY_ZONE) - dt.timedelta(minutes=minutes_ago)
    return f"演示·运城市气象台{moment:%Y年%m月%d日%H时%M分}{words}：请注意防范。"


def paste(page: Page, words: str) -> None:
    page.goto("/warnings/paste/")
    page.fill("#id_text", words)
    expect(page.locator("#reading mark").first).to_be_visible()


def test_issue_raise_and_lift_by_paste(open_as: Open) -> None:
    page = open_as("bureau")
    first = text(30, "发布冰雹橙色预警信号")
    paste(page, first)
    expect(page.get_by_text("各项均已读出")).to_be_visible()
    expect(page.locator("[name=hazard]")).to_have_value("hail")
    expect(page.locator("[name=level]")).to_have_value("orange")
    page.get_by_role("button", name="存入收件箱").click()
    expect(page.locator("h1")).to_contain_text("冰雹橙色预警")
    expect(page.locator(".timeline").get_by_text(first).first).to_be_visible()
    paste(page, text(20, "将冰雹橙色预警信号升级为冰雹红色预警信号"))
    page.get_by_role("button", name="存入收件箱").click()
    expect(page.locator("h1")).to_contain_text("冰雹红色预警")
    expect(page.locator(".timeline > li")).to_have_count(2)
    paste(page, text(10, "解除冰雹红色预警信号"))
    page.get_by_role("button", name="存入收件箱").click()
    expect(page.locator("h1")).to_contain_text("解除")


def test_what_is_not_read_is_chosen_by_a_person(open_as: Open) -> None:
    page = open_as("bureau", PHONE)
    paste(page, "演示·运城市气象台发布雷电黄色预警信号")
    expect(page.get_by_text("读不出：请选择")).to_have_count(1)
    page.get_by_role("button", name="存入收件箱").click()
    expect(page.get_by_text("“签发时间”未能从原文读出")).to_be_visible()
    moment = dt.datetime.now(CITY_ZONE) - dt.timedelta(minutes=3)
    page.fill("[name=issued_at]", moment.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="存入收件箱").click()
    expect(page.locator("h1")).to_contain_text("雷电黄色预警")
    page.get_by_role("button", name="复制").first.click()
    expect(page.get_by_role("button", name="已复制")).to_have_count(1)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"]
    expect(page.locator(".relay-text").first).to_have_text(re.compile("雷电黄色预警信号"))
