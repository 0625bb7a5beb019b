"""Signing in through another provider, in Chromium: the security policy of the pages lets nobody
out by a form, so the way there and back has to be driven for real."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser.conftest import DESK, PHONE
from tests.journeys.browser.test_way_in import sign_in
from tests.served import Served, served
from tests.site.loopback_provider import CLIENT, SECRET, Provider, loopback_provider

Offered = tuple[Served, Provider]


@pytest.fixture
def offered(tmp_path: Path) -> Iterator[Offered]:
    secret = tmp_path / "client.secret"
    secret.write_text(SECRET)
    home = tmp_path / "home"
    home.mkdir()
    with loopback_provider() as provider:
        settings = {
            "ANLAN_OIDC_ISSUER": provider.url,
            "ANLAN_OIDC_CLIENT_ID": CLIENT,
            "ANLAN_OIDC_CLIENT_SECRET_FILE": str(secret),
            "ANLAN_OIDC_LABEL": "市统一认证",
            "NO_PROXY": "127.0.0.1",
        }
        with served(home, **settings) as found:
            yield found, provider


def test_linked_under_my_account_then_one_click_signs_in(
    browser: Browser, offered: Offered
) -> None:
    instance, provider = offered
    context = browser.new_context(viewport=DESK, locale="zh-CN", base_url=instance.url)
    page = context.new_page()
    page.goto("/sign-in/?next=/bodies/")
    page.click("text=通过“市统一认证”登录")
    expect(page.locator("[role=alert]").first).to_contain_text("安全管理员")
    sign_in(page, "bureau")
    page.goto("/account/")
    language = page.locator("main .language button")
    assert language.evaluate("button => getComputedStyle(button).color") != "rgb(255, 255, 255)"
    page.click("button:text-is('关联')")
    expect(page.locator("text=已关联。今后可以通过")).to_be_visible()
    assert page.url.endswith("/account/")
    context.clear_cookies()
    page.set_viewport_size(PHONE)
    page.goto("/bodies/")
    page.click("text=通过“市统一认证”登录")
    page.wait_for_url("**/bodies/")
    page.goto("/account/")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.clear_cookies()
    provider.is_down = True
    page.goto("/sign-in/")
    page.click("text=通过“市统一认证”登录")
    expect(page.locator("[role=alert]").first).to_contain_text("没有正常应答")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()
