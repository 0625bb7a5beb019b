"""A bulletin from a drawn polygon to the calls and its end: two people, two browsers, one phone."""

import datetime as dt
import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from anlan.base.clock import CITY_ZONE
from tests.journeys.browser.conftest import PHONE

Open = Callable[..., Page]
HAZARD = "river-flood"
HEADLINE = "演示：浏览器走查洪水橙色预警"


def local(hours: int) -> str:
    return f"{dt.datetime.now(CITY_ZONE) + dt.timedelta(hours=hours):%Y-%m-%dT%H:%M}"


def fill(page: Page, headline: str) -> None:
    page.select_option("[name=hazard]", HAZARD)
    page.select_option("[name=level]", "orange")
    page.fill("[name=headline]", headline)
    page.fill("[name=text]", "预计未来6小时汾河新绛段水位超过警戒水位")
    page.fill("[name=instruction]", "沿河村庄做好转移准备")
    page.fill("[name=expires_at]", local(8))


def draw(page: Page) -> None:
    """Four clicks in the north-west of the map, where Xinjiang lies."""
    box = page.locator("[data-draw] svg[data-west]")
    box.scroll_into_view_if_needed()
    name = page.locator("[data-draw] text", has_text="新绛县")
    where = name.bounding_box()
    assert where is not None
    x, y = where["x"] + where["width"] / 2, where["y"] + where["height"] / 2
    for dx, dy in ((-60, -40), (60, -40), (60, 40), (-60, 40)):
        page.mouse.click(x + dx, y + dy)


def act(page: Page, name: str, button: str) -> None:
    page.locator(".page-title .actions").get_by_role("link", name=name).click()
    page.locator(".form-end").get_by_role("button", name=button).click()


def test_draw_submit_approve_issue_call_and_cancel(open_as: Open) -> None:
    water = open_as("department")
    water.goto("/warnings/desk/")
    water.keyboard.press("n")
    expect(water.locator("h1")).to_contain_text("编写预警稿")
    fill(water, HEADLINE)
    draw(water)
    expect(water.locator("[data-said]")).to_have_text("已画 4 个拐点")
    corners = water.locator("[name=outlines]").input_value()
    assert len(re.findall(r"^11\d\.\d{5}, 3\d\.\d{5}$", corners, re.MULTILINE)) == 4
    water.get_by_role("button", name="去掉最后一个拐点").click()
    expect(water.locator("[data-said]")).to_have_text("已画 3 个拐点")
    water.get_by_role("button", name="预览").click()
    expect(water.locator("#preview")).to_contain_text("上限 70 字")
    expect(water.locator("#preview")).to_contain_text("<polygon>")
    expect(water.locator("#preview")).to_contain_text(re.compile(r"将叫应 [1-9]\d* 人"))
    water.get_by_role("button", name="保存草稿").click()
    expect(water.locator("h1")).to_contain_text("草稿")
    here = water.url
    act(water, "提交审核", "提交审核")
    expect(water.locator("h1")).to_contain_text("待审核")

    leader = open_as("leader")
    leader.goto("/warnings/desk/")
    leader.get_by_role("link", name=HEADLINE).click()
    act(leader, "审核通过", "审核通过")
    expect(leader.locator("h1")).to_contain_text("待发布")

    water.goto(here)
    act(water, "立即发布", "立即发布")
    expect(water.locator("h1")).to_contain_text("生效中")

    leader.goto(here)
    leader.locator(".page-title .actions").get_by_role("link", name="开始叫应").click()
    leader.locator(".form-end .primary").click()
    expect(leader).to_have_url(re.compile("/calls/"))
    expect(leader.locator("h1")).to_contain_text("橙色")

    water.goto(here)
    water.locator(".page-title .actions").get_by_role("link", name="解除预警").click()
    water.fill("[name=text]", "水位回落至警戒水位以下")
    water.get_by_role("button", name="保存草稿").click()
    expect(water.locator("h1")).to_contain_text("草稿")
    last = water.url
    act(water, "提交审核", "提交审核")
    leader.goto(last)
    act(leader, "审核通过", "审核通过")
    water.goto(last)
    act(water, "立即发布", "立即发布")
    expect(water.locator("h1")).to_contain_text("预警结束")
    water.goto(here)
    expect(water.locator("h1")).to_contain_text("已解除")


def test_the_corners_are_typed_on_a_phone_and_nothing_is_lost(open_as: Open) -> None:
    page = open_as("department", PHONE)
    page.goto("/warnings/compose/?hazard=river-flood&level=orange&note=演示监测提示")
    fill(page, "演示：手机填写")
    page.fill("[name=outlines]", "35.60, 111.20\n111.30, 35.60\n111.25, 35.70")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.get_by_text("经度在前").first).to_be_visible()
    expect(page.locator("[name=headline]")).to_have_value("演示：手机填写")
    page.fill("[name=outlines]", "111.20, 35.60\n111.30, 35.60\n111.25, 35.70")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator("h1")).to_contain_text("手机填写")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
