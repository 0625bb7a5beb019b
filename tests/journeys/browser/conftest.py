"""Headless Chromium against a served demonstration instance.

Pictures for the documentation are taken on the way when ANLAN_SCREENSHOTS names a folder
(`make screenshots`). Outlines of the region map are covered in them: they bear no approval number.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.served import Served, served

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--lang=zh-CN",
]
PASSWORD = "anlan-demo-2026"
JPEG_QUALITY = 80
OUTLINES = ".map svg, svg.map"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("not run: Chromium is not on this machine (make test-tools installs it)")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def open_as(browser: Browser, instance: Served) -> Iterator[Callable[..., Page]]:
    """`open_as("bureau")`: a signed-in page that reaches no host but the instance."""
    contexts: list[BrowserContext] = []
    strangers: list[str] = []

    def opened(login: str | None, size: dict[str, int] = DESK) -> Page:
        context = browser.new_context(
            viewport=size, locale="zh-CN", base_url=instance.url, accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith((instance.url, "data:", "blob:"))
                else strangers.append(request.url)
            ),
        )
        page.on("pageerror", lambda error: strangers.append(f"script error: {error}"))
        if login is not None:
            page.goto("/sign-in/")
            page.fill("input[name=login] >> visible=true", login)
            page.fill("input[name=password] >> visible=true", PASSWORD)
            page.press("input[name=password] >> visible=true", "Enter")
            page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert strangers == []


@pytest.fixture
def picture() -> Callable[..., None]:
    """`picture(page, "name")`: keep what is on the screen for docs/screens, when asked to."""

    def take(page: Page, name: str) -> None:
        folder = os.environ.get("ANLAN_SCREENSHOTS")
        if not folder:
            return
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.evaluate("window.scrollTo(0, 0)")
        page.screenshot(
            path=Path(folder) / f"{name}.jpg",
            type="jpeg",
            quality=JPEG_QUALITY,
            mask=[page.locator(OUTLINES)],
            mask_color="#dce6f4",
        )

    return take
