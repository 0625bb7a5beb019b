"""A river gauge crosses its limit: map, notice, bulletin, approval, calls, release, public page."""

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import Page, expect

from anlan.base.clock import CITY_ZONE
from anlan.base.identity import new_id
from tests.journeys.browser.test_last_mile import SILENT, row, set_ladder
from tests.journeys.browser.test_last_mile import until as until_so

Open = Callable[..., Page]
STATION, NAME = "YC-H-002", "演示·汾河新绛水位站"
ABOVE_M = 403.8
"""The guarantee level of the invented gauge is 403.5 m."""
WATCH_MS = 120_000
"""The watch comes every quarter of a minute."""
HEADLINE = "演示：水位越限洪水橙色预警"
STATION_WORDS = "汾河新绛水位站水位超过保证水位"


def send(page: Page) -> None:
    """An hour of readings, over the API of the browser's own session."""
    now = dt.datetime.now(CITY_ZONE).replace(second=0, microsecond=0)
    now -= dt.timedelta(minutes=now.minute % 10)
    times = [now - dt.timedelta(minutes=10 * n) for n in range(7, 0, -1)]
    rows = [f"{STATION},river-level,{at.isoformat()},{ABOVE_M}" for at in times]
    token = next(c["value"] for c in page.context.cookies() if c["name"] == "anlan_csrf")
    answer = page.request.post(
        "/api/v1/observations",
        data="\n".join(["station,property,time,value", *rows]),
        headers={
            "Content-Type": "text/csv",
            "X-CSRFToken": token,
            "Idempotency-Key": str(new_id()),
            "Referer": page.url,
        },
    )
    assert answer.ok, answer.text()


def until(page: Page, address: str, words: str) -> None:
    """Read a page again until it says so: sweeps run on their own time."""
    deadline = dt.datetime.now(CITY_ZONE) + dt.timedelta(milliseconds=WATCH_MS)
    page.goto(address)
    while words not in page.inner_text("main") and dt.datetime.now(CITY_ZONE) < deadline:
        page.wait_for_timeout(2_000)
        page.goto(address)
    expect(page.locator("main")).to_contain_text(words)


def act(page: Page, name: str, button: str) -> None:
    page.locator(".page-title .actions").get_by_role("link", name=name).click()
    page.locator(".form-end").get_by_role("button", name=button).click()


def in_force(page: Page, leader: Page) -> None:
    """A draft goes through the other pair of eyes and out."""
    expect(page.locator("h1")).to_contain_text("草稿")
    here = page.url
    act(page, "提交审核", "提交审核")
    expect(page.locator("h1")).to_contain_text("待审核")
    leader.goto(here)
    act(leader, "审核通过", "审核通过")
    expect(leader.locator("h1")).to_contain_text("待发布")
    page.goto(here)
    act(page, "立即发布", "立即发布")


def test_from_the_limit_on_the_map_to_the_public_page(open_as: Open) -> None:
    water = open_as("department")
    water.goto("/stations/")
    send(water)
    water.goto("/stations/map/")
    expect(water.locator("table").get_by_text(NAME).first).to_be_visible()
    notices = f"/monitoring/?q={STATION}"
    until(water, notices, NAME)
    water.locator("table[data-rows] tbody tr", has_text=NAME).first.locator("a").first.click()
    expect(water.locator("h1")).to_contain_text(NAME)
    expect(water.locator("main")).to_contain_text("403.8")
    water.locator(".page-title .actions").get_by_role("link", name="编写预警稿").click()
    expect(water.locator("[name=hazard]")).to_have_value("river-flood")
    water.select_option("[name=level]", "orange")
    water.fill("[name=headline]", HEADLINE)
    water.fill("[name=text]", STATION_WORDS)
    water.fill("[name=instruction]", "沿河村庄做好转移准备")
    expires = dt.datetime.now(CITY_ZONE) + dt.timedelta(hours=8)
    water.fill("[name=expires_at]", f"{expires:%Y-%m-%dT%H:%M}")
    water.get_by_role("button", name="保存草稿").click()
    expect(water.locator("h1")).to_contain_text("草稿")
    bulletin = water.url

    leader = open_as("leader")
    set_ladder(leader, "市本级", "orange", "river-flood")
    in_force(water, leader)
    expect(water.locator("h1")).to_contain_text("生效中")

    leader.goto(bulletin)
    leader.locator(".page-title .actions").get_by_role("link", name="开始叫应").click()
    leader.locator(".form-end .primary").click()
    expect(leader.locator("h1")).to_contain_text("叫应中")
    board = leader.url
    escalated_and_confirmed(leader, board)

    release_and_show(open_as, bulletin)

    water.goto(bulletin)
    water.locator(".page-title .actions").get_by_role("link", name="解除预警").click()
    water.fill("[name=text]", "水位回落至警戒水位以下")
    water.get_by_role("button", name="保存草稿").click()
    in_force(water, leader)
    expect(water.locator("h1")).to_contain_text("预警结束")
    until(leader, board, "预警已解除")
    expect(leader.locator("h1")).not_to_contain_text("叫应中")


def escalated_and_confirmed(leader: Page, board: str) -> None:
    """The contact stays silent for a minute, the deputy is called and answers."""
    expect(row(leader, SILENT)).to_contain_text("责任人本人")
    expect(row(leader, SILENT)).not_to_contain_text("已应答")
    until_so(leader, board, lambda: "副责任人" in row(leader, SILENT).inner_text())
    row(leader, SILENT).get_by_role("link", name="记录通话").click()
    expect(leader.locator("[name=whom]")).to_have_value("deputy")
    leader.locator("[name=outcome][value=answered]").check()
    leader.fill("[name=said]", "已收到，马上通知各村")
    leader.locator(".form-end button.primary").click()
    expect(leader.get_by_text("已保存，并记入日志")).to_be_visible()
    leader.goto(board)
    expect(row(leader, SILENT)).to_contain_text("已应答")


def release_and_show(open_as: Open, bulletin: str) -> None:
    """Nothing is public before the receipt of its release is recorded and the page is open."""
    guest, admin = open_as(None), open_as("admin")
    opened = guest.goto("/public/warnings/").status == 404  # type: ignore[union-attr]
    if opened:
        show_to_the_public(admin, on=True)
    guest.goto("/public/warnings/")
    expect(guest.locator("body")).not_to_contain_text(STATION_WORDS)

    keeper = open_as("department")
    keeper.goto(bulletin)
    keeper.locator("dl a[href^='/warnings/']:not([href*=bulletins])").first.click()
    keeper.locator(".timeline a").first.click()
    keeper.get_by_role("link", name="登记回执").click()
    keeper.fill("[name=number]", "演示-回执-水位")
    keeper.get_by_role("button", name="保存").click()
    expect(keeper.get_by_text("演示-回执-水位")).to_be_visible()
    other = open_as(None)  # a browser may keep what it read for a while
    other.goto("/public/warnings/")
    expect(other.locator("article", has_text="演示-回执-水位")).to_contain_text(STATION_WORDS)
    feed = other.request.get("/feed/cap.atom")
    assert feed.ok
    assert STATION_WORDS in feed.text()
    if opened:
        show_to_the_public(admin, on=False)


def show_to_the_public(admin: Page, *, on: bool) -> None:
    admin.goto("/public/setting/")
    admin.locator("[name=is_on]").set_checked(on)
    admin.fill("[name=reason]", "演示：公众页面走查")
    admin.get_by_role("button", name="保存").click()
    expect(admin.get_by_text("公众页面已开启" if on else "公众页面已关闭").first).to_be_visible()
