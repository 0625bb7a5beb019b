"""The way in, driven in Chromium: codes, a key, a session that ends while somebody types."""

from collections.abc import Callable, Iterator

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser.conftest import PASSWORD
from tests.served import Served, served


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An instance apart: a second proof stays with its account, and other walks sign in as it."""
    with served(tmp_path_factory.mktemp("way_in")) as found:
        yield found


def sign_in(page: Page, login: str) -> None:
    page.goto("/sign-in/")
    page.fill("input[name=login] >> visible=true", login)
    page.fill("input[name=password] >> visible=true", PASSWORD)
    page.press("input[name=password] >> visible=true", "Enter")
    page.wait_for_load_state()


def test_codes_from_a_telephone(open_as: Callable[..., Page]) -> None:
    page = open_as("department")
    page.goto("/account/second/")
    seed = page.locator("form .mono").inner_text().replace(" ", "")
    picture = page.locator("img[alt]")
    assert picture.evaluate("image => image.naturalWidth") > 100
    page.fill("#code", pyotp.TOTP(seed).now())
    page.click("text=确认")
    codes = page.locator("[data-codes] code").all_inner_texts()
    assert len(codes) == 10
    page.goto("/account/")
    page.click("form[action='/sign-out/'] button")
    sign_in(page, "department")
    assert "/sign-in/second/" in page.url
    page.fill("#code", "000000")
    page.press("#code", "Enter")
    expect(page.locator("[role=alert]").first).to_contain_text("动态码不正确")
    page.fill("#code", codes[0])
    page.press("#code", "Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)


def test_a_key_registers_and_signs_in(browser: Browser, instance: Served) -> None:
    """A key answers to a name, not to a number: the instance is reached as localhost."""
    url = instance.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=url, locale="zh-CN")
    page = context.new_page()
    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": False,
        "automaticPresenceSimulation": True,
    }
    made = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    try:
        sign_in(page, "county")
        page.goto("/account/second/")
        page.fill("#label", "蓝色密钥")
        page.click("text=添加密钥")
        page.wait_for_selector("[data-codes]")
        page.goto("/account/second/")
        expect(page.locator("table")).to_contain_text("蓝色密钥")
        page.click("form[action='/sign-out/'] button")
        sign_in(page, "county")
        page.click("text=使用密钥")
        page.wait_for_url(lambda found: "sign-in" not in found)
        page.click("form[action='/sign-out/'] button")
        sign_in(page, "county")
        devices.send("WebAuthn.clearCredentials", {"authenticatorId": made["authenticatorId"]})
        assert "/sign-in/second/" in page.url
    finally:
        context.close()


def test_what_was_typed_comes_back_after_a_session_ended(open_as: Callable[..., Page]) -> None:
    page = open_as("security")
    page.goto("/accounts/public/post/")
    page.select_option("#id_body", index=1)
    page.select_option("#id_role", "department")
    page.fill("#id_title", "防汛值班员")
    page.fill("#id_reason", "会议纪要第 3 号")
    page.context.clear_cookies(name="anlan_session")
    page.click("button.primary >> text=保存")
    page.wait_for_url("**/sign-in/**")
    sign_in_here(page, "security")
    page.wait_for_url("**/accounts/public/post/**")
    assert page.input_value("#id_title") == "防汛值班员"
    assert page.input_value("#id_reason") == "会议纪要第 3 号"
    expect(page.locator("#session")).to_contain_text("已恢复")


def sign_in_here(page: Page, login: str) -> None:
    page.fill("input[name=login] >> visible=true", login)
    page.fill("input[name=password] >> visible=true", PASSWORD)
    page.press("input[name=password] >> visible=true", "Enter")


def test_the_end_of_a_session_is_announced_and_put_off(open_as: Callable[..., Page]) -> None:
    page = open_as("bureau")
    left = {"s": 90}
    page.route(
        "**/account/session/",
        lambda route: (
            left.update(s=1800) if route.request.method == "POST" else None,
            route.fulfill(json={"left_s": left["s"]}),
        ),
    )
    page.clock.install()
    page.goto("/bodies/")
    page.clock.fast_forward("29:00")
    bar = page.locator("#session")
    expect(bar).to_contain_text("继续使用", timeout=8000)
    expect(bar).to_be_visible()
    page.click("[data-stay]")
    expect(bar).to_be_hidden()
    assert left["s"] == 1800


def test_signing_out_everywhere_ends_the_other_browser(open_as: Callable[..., Page]) -> None:
    here, there = open_as("audit"), open_as("audit")
    here.goto("/account/")
    here.click("text=退出其他所有浏览器")
    here.wait_for_load_state()
    there.goto("/audit/")
    assert "/sign-in/" in there.url
    here.goto("/audit/")
    assert "/audit/" in here.url
    assert "audit 20" in here.locator(".watermark").inner_html()
