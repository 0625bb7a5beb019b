"""A CAP file is uploaded, what is open is chosen, the receipt recorded, and the public reads it."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from anlan.base.clock import CITY_ZONE
from tests.journeys.browser.conftest import PHONE
from tests.served import Served

Open = Callable[..., Page]
FILE = """<?xml version='1.0' encoding='UTF-8'?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>yanshi-{stamp}</identifier><sender>yanshi-journey</sender><sent>{sent}</sent>
  <status>{status}</status><msgType>Alert</msgType><scope>Public</scope><note>演示</note>
  <info>
    <language>zh-CN</language><category>Met</category><event>雷电</event>
    <urgency>Expected</urgency><severity>{severity}</severity><certainty>Likely</certainty>
    <senderName>演示·运城市雷电台</senderName><headline>雷电预警</headline>
    <description>预计未来6小时有雷电活动，请注意防范。</description>
    <area><areaDesc>中条山沿线</areaDesc>
    <polygon>34.75,110.60 34.98,110.95 35.20,111.45 34.80,111.05 34.75,110.60</polygon></area>
  </info>
</alert>"""


@pytest.fixture
def cap_file(tmp_path: Path) -> Callable[..., Path]:
    def made(**more: str) -> Path:
        moment = dt.datetime.now(CITY_ZONE).replace(microsecond=0)
        values = {"status": "Actual", "severity": "Unknown"} | more
        path = tmp_path / f"{values['status']}.xml"
        stamp = f"{moment:%H%M%S}-{values['status']}"
        path.write_text(FILE.format(stamp=stamp, sent=moment.isoformat(), **values))
        return path

    return made


def upload(page: Page, path: Path) -> None:
    page.goto("/warnings/paste/")
    page.get_by_role("link", name="上传 CAP文件").click()
    page.set_input_files("#cap-file", path)
    page.get_by_role("button", name="读取").click()


def test_from_the_file_to_the_public(
    open_as: Open, browser: Browser, instance: Served, cap_file: Callable[..., Path]
) -> None:
    page = open_as("bureau")
    upload(page, cap_file())
    expect(page.get_by_text("待人工处理").first).to_be_visible()
    page.get_by_role("link", name="核对并收下").click()
    expect(page.locator("[name=hazard]")).to_have_value("lightning")
    page.select_option("[name=level]", "yellow")
    page.get_by_role("button", name="存入收件箱").click()
    expect(page.locator("h1")).to_contain_text("雷电黄色预警")
    expect(page.get_by_text("中条山沿线").first).to_be_visible()
    page.locator(".timeline a").first.click()
    page.get_by_role("link", name="登记回执").click()
    page.fill("[name=number]", "演示-回执-雷电")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("演示-回执-雷电")).to_be_visible()

    context = browser.new_context(
        base_url=instance.url, viewport=PHONE, java_script_enabled=False, locale="zh-CN"
    )
    public = context.new_page()
    assert public.goto("/public/warnings/").status == 404  # type: ignore[union-attr]
    expect(public.get_by_text("未开启")).to_be_visible()
    admin = open_as("admin")
    admin.goto("/public/setting/")
    admin.check("[name=is_on]")
    admin.fill("[name=reason]", "市政府同意")
    admin.get_by_role("button", name="保存").click()
    expect(admin.get_by_text("公众页面已开启")).to_be_visible()

    assert public.goto("/public/warnings/").status == 200  # type: ignore[union-attr]
    card = public.locator("article", has_text="演示-回执-雷电")
    expect(card).to_contain_text("请注意防范")
    expect(card).to_contain_text("中条山沿线")
    assert public.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    context.close()


def test_an_exercise_never_becomes_a_warning(open_as: Open, cap_file: Callable[..., Path]) -> None:
    page = open_as("bureau", PHONE)
    upload(page, cap_file(status="Exercise", severity="Extreme"))
    expect(page.get_by_text("绝不成为预警")).to_be_visible()
    expect(page.get_by_role("link", name="核对并收下")).to_have_count(0)
