"""The live map in a browser: it renews itself, leads to a station, and fits a phone."""

import datetime as dt
from collections.abc import Callable

import httpx
from playwright.sync_api import Page, expect

from tests.journeys.browser.conftest import PASSWORD, PHONE
from tests.served import Served

STATION = "演示·解州雨量站"
SAME = """() => {
  const keys = (name) => [...document.querySelectorAll(`[data-${name}]`)]
    .map((each) => each.dataset[name] + each.dataset.state).sort().join();
  return keys("station") === keys("row") && keys("row").length > 0;
}"""


def send(instance: Served, value: float) -> None:
    """A reading of now, as a system sends it."""
    with httpx.Client(base_url=instance.url) as client:
        body = {"login": "bureau", "password": PASSWORD}
        token = client.post("/api/v1/session", json=body).json()["csrf_token"]
        at = dt.datetime.now(dt.UTC).isoformat()
        row = {"station": "YC-R-001", "property": "rain", "time": at, "value": value}
        answer = client.post(
            "/api/v1/observations",
            json={"observations": [row]},
            headers={"X-CSRFToken": token},
        )
        assert answer.json()["counts"]["rejected"] == 0


def test_the_map_renews_itself_and_leads_to_a_station(
    open_as: Callable[..., Page], instance: Served, picture: Callable[..., None]
) -> None:
    page = open_as("bureau")
    page.goto("/stations/map/")
    assert page.evaluate(SAME)
    row = page.locator("[data-row]", has_text=STATION)
    expect(row).to_have_count(1)
    page.wait_for_timeout(1000)  # the stream of events is open
    send(instance, 8.7)
    expect(row).to_contain_text("8.7 mm", timeout=20_000)
    assert page.evaluate(SAME)
    picture(page, "station-map-desk")
    key = row.get_attribute("data-row")
    page.locator(f"[data-station='{key}']").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/stations/{key}/")
    expect(page.locator("h1")).to_contain_text(STATION)


def test_the_map_fits_a_phone(open_as: Callable[..., Page], picture: Callable[..., None]) -> None:
    page = open_as("county", PHONE)
    page.goto("/stations/map/")
    assert page.evaluate(SAME)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(page, "station-map-phone")
    page.goto("/stations/sending/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
