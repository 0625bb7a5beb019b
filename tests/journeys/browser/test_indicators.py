"""Indicators → one indicator → the records of a figure → what stands behind it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser.conftest import DESK, PHONE

Open = Callable[..., Page]
KEY = "I4"


def fits(page: Page, size: dict[str, int]) -> bool:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width <= size["width"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_from_the_list_to_the_records_and_to_what_stands_behind(
    open_as: Open, size: dict[str, int]
) -> None:
    page = open_as("bureau", size)
    page.goto("/plan/indicators/")
    page.locator(f'td.title a[href^="/plan/indicators/{KEY}/"]').click()
    expect(page.locator("h1")).to_contain_text(KEY)
    sentence = page.locator("#sentence").inner_text()
    assert fits(page, size)

    figure = page.locator(f'a[href*="/plan/indicators/{KEY}/20"]').first
    figure.click()
    expect(page.locator("tbody tr").first).to_be_visible()
    expect(page.locator('tbody a[href^="/disasters/"]').first).to_be_visible()
    assert fits(page, size)

    page.get_by_role("link", name=KEY, exact=True).click()
    page.get_by_role("link", name="溯源分析").click()
    expect(page.locator("h1")).to_contain_text("溯源分析")
    expect(page.locator("#sentence")).to_have_text(sentence)
    expect(page.locator("main")).to_contain_text("不是原因")
    expect(page.locator("#items")).to_contain_text("没有证据记录，本页不作判断")
    assert fits(page, size)


def test_a_number_of_a_unit_opens_exactly_its_records(open_as: Open) -> None:
    page = open_as("bureau")
    page.goto("/plan/indicators/I1/causes/?year=2024")
    first = page.locator("#units tbody tr").first
    name = first.locator("td.title").inner_text()
    link = first.locator('a[href*="/plan/indicators/I1/2024/"]')
    number = re.search(r"：(\d+)", link.inner_text())
    assert number is not None
    link.click()
    expect(page.locator(".answer-line")).to_contain_text(re.compile(rf"\b{number.group(1)}$"))
    units = page.locator("tbody tr td:nth-child(2)").all_inner_texts()
    assert set(units) == {name}


def test_a_county_finds_the_others_in_one_sum(open_as: Open) -> None:
    page = open_as("county", PHONE)
    page.goto("/plan/indicators/I1/causes/")
    expect(page.locator("#units tbody tr")).to_have_count(2)
    expect(page.locator("#units")).to_contain_text("其他填报单位合计")
    assert fits(page, PHONE)
