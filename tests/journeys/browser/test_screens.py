"""The screens of first light at a desk and on a phone: readable, in Chinese, with a next step."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser.conftest import DESK, PHONE

Open = Callable[..., Page]
Picture = Callable[[Page, str], None]
SIZES = {"desk": DESK, "phone": PHONE}
SIGN_IN = "/sign-in/"
NUMBER = "运政办函〔2023〕9号"

SCREENS = [
    ("overview-by-body", "/plan/", "市应急局"),
    ("overview-by-county", "/plan/?by=counties", "盐湖区"),
    ("clause-tree", "/plan/?by=tree", "明确责任主体"),
    ("items", "/plan/items/", "完善领导指挥体制"),
    ("duties-of-a-body", "/plan/bodies/water/", "市水务局"),
    ("region", "/regions/140800/", "运城市"),
    ("county", "/regions/140802/", "盐湖区"),
    ("bodies", "/bodies/", "市水务局"),
    ("body", "/bodies/water/", "运城市水务局"),
    ("statistics", "/statistics/", "运城市"),
    ("notices", "/plan/notices/", NUMBER),
    ("import", "/plan/import/", "把文件拖到这里"),
]


def overflow_px(page: Page) -> int:
    """How far the page itself is wider than the window (a table may scroll in its own box)."""
    return int(
        page.evaluate(
            "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
        )
    )


def assert_readable(page: Page, words: str) -> None:
    body = page.locator("#content, main").first
    expect(body).to_be_visible()
    expect(page.get_by_text(words).filter(visible=True).first).to_be_visible()
    assert overflow_px(page) <= 0
    smallest = page.evaluate(
        "Math.min(...[...document.querySelectorAll('main p, main td, main a, main li, main dd')]"
        ".filter(n => n.offsetParent && n.textContent.trim())"
        ".map(n => parseFloat(getComputedStyle(n).fontSize)))"
    )
    assert smallest >= 11, f"text of {smallest} px"
    assert page.locator("main a[href], main button, main form").count() > 0


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("name", "path", "words"), SCREENS, ids=[s[0] for s in SCREENS])
def test_a_screen_is_readable(
    open_as: Open, picture: Picture, name: str, path: str, words: str, size: str
) -> None:
    page = open_as("bureau", SIZES[size])
    response = page.goto(path)
    assert response is not None
    assert response.status == 200
    assert_readable(page, words)
    expect(page.get_by_text("演示数据·非真实").first).to_be_visible()
    picture(page, f"{name}-{size}")


@pytest.mark.parametrize("size", SIZES)
def test_item_and_reviewer(open_as: Open, picture: Picture, size: str) -> None:
    page = open_as("bureau", SIZES[size])
    page.goto("/plan/items/?q=T13")
    page.locator("main a[href*='/items/T13/']").filter(visible=True).first.click()
    page.wait_for_url(re.compile(r"/items/T13/"))
    assert_readable(page, "市应急局")
    picture(page, f"item-{size}")
    page.goto("/plan/")
    page.get_by_role("link", name="审校").filter(visible=True).first.click()
    page.wait_for_url(re.compile(r"/review/"))
    assert_readable(page, "条款")
    picture(page, f"review-{size}")


@pytest.mark.parametrize("size", SIZES)
def test_sign_in(open_as: Open, picture: Picture, size: str) -> None:
    page = open_as(None, SIZES[size])
    page.goto("/plan/")
    assert SIGN_IN in page.url
    assert_readable(page, "登录名")
    picture(page, f"sign-in-{size}")
    page.fill("input[name=login] >> visible=true", "bureau")
    page.fill("input[name=password] >> visible=true", "wrong-password")
    page.press("input[name=password] >> visible=true", "Enter")
    expect(page.get_by_role("alert").first).to_be_visible()
    assert page.input_value("input[name=login] >> visible=true") == "bureau"
    page.get_by_role("button", name="应急局规划办").click()
    page.wait_for_url("**/plan/")
    page.get_by_role("button", name="退出").click()
    page.goto("/plan/")
    assert SIGN_IN in page.url


def test_english_is_one_click_away_and_stays(open_as: Open) -> None:
    page = open_as("bureau")
    page.goto("/plan/")
    page.get_by_text("English").first.click()
    expect(
        page.get_by_role("heading", name="Overview").or_(page.get_by_text("By body")).first
    ).to_be_visible()
    page.goto("/bodies/")
    expect(page.get_by_role("heading", name="Bodies").first).to_be_visible()


BROKEN_WORDS = """() => {
  const broken = [];
  for (const place of document.querySelectorAll(".tabs a, .facts dt")) {
    const words = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    for (let text = words.nextNode(); text; text = words.nextNode()) {
      for (const word of text.data.matchAll(/[A-Za-z]+/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = [...range.getClientRects()].map(one => Math.round(one.top));
        if (new Set(lines).size > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""


def test_words_and_lists_are_whole_on_a_phone(open_as: Open) -> None:
    page = open_as("bureau", PHONE)
    page.get_by_text("English").first.click()
    page.goto("/monitoring/")
    page.locator("main a[href^='/monitoring/0']").first.click()
    page.wait_for_url(re.compile(r"/monitoring/[0-9a-f-]{36}/"))
    assert page.evaluate(BROKEN_WORDS) == []
    said, facts = page.locator("main .note strong").first, page.locator(".facts").first
    assert said.bounding_box()["y"] < facts.bounding_box()["y"]  # type: ignore[index]
    tabs = page.locator(".tabs").first
    assert tabs.evaluate("tabs => tabs.offsetHeight") < 60
    page.goto("/calls/")
    page.locator("main a[href^='/calls/0']").first.click()
    cut = page.locator(".board-places").first
    assert cut.evaluate("list => list.scrollHeight - list.clientHeight") <= 1
    assert overflow_px(page) <= 0


def test_a_table_that_goes_on_at_the_side_shows_it(open_as: Open) -> None:
    page = open_as("bureau")
    page.goto("/calls/")
    page.locator("main a[href^='/calls/0']").first.click()
    box = page.locator(".scroll:has(table[data-rows])").last
    assert "linear-gradient" in box.evaluate("box => getComputedStyle(box).backgroundImage")
    clear = box.locator("table").evaluate("table => getComputedStyle(table).backgroundColor")
    assert clear == "rgba(0, 0, 0, 0)"


def test_keys_reach_the_search_and_the_rows(open_as: Open) -> None:
    page = open_as("bureau")
    page.goto("/bodies/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.type("swj")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/search/"))
    expect(page.get_by_role("link", name=re.compile("水务局")).first).to_be_visible()
    page.goto("/bodies/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/bodies/[a-z-]+/"))


def test_a_filter_stands_in_the_address_and_survives_a_reload(open_as: Open) -> None:
    page = open_as("bureau")
    page.goto("/bodies/?q=swj")
    expect(page.get_by_text("市水务局").filter(visible=True).first).to_be_visible()
    assert page.get_by_text("市财政局").filter(visible=True).count() == 0
    page.reload()
    assert page.get_by_text("市财政局").filter(visible=True).count() == 0


def test_the_map_leads_from_the_city_to_a_county(open_as: Open) -> None:
    page = open_as("bureau")
    page.goto("/regions/map/")
    expect(page.get_by_text("内部使用").first).to_be_visible()
    page.locator("svg a[href*='140825']").first.click()
    page.wait_for_url(re.compile("/regions/140825/"))
    expect(page.get_by_role("heading", name="新绛县").first).to_be_visible()


def test_every_figure_of_the_overview_opens_its_list(open_as: Open) -> None:
    page = open_as("bureau")
    page.goto("/plan/")
    figures = page.locator(".figures a.figure")
    assert figures.count() >= 5
    for index in range(figures.count()):
        page.goto("/plan/")
        shown = int(re.sub(r"\D", "", figures.nth(index).locator("strong").inner_text()))
        figures.nth(index).click()
        page.wait_for_load_state()
        said = page.locator("main").inner_text()
        assert page.url.rstrip("/") != ""
        assert re.search(rf"(?<!\d){shown}(?!\d)", said), (page.url, shown)
