"""A real instance is claimed with its code, step by step, and ends on the empty plan's next step."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser.conftest import DESK
from tests.served import Served, served

Picture = Callable[[Page, str], None]
PASSWORD = "a-long-enough-pass"


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path, demo=False) as found:
        yield found


def one_time_code(instance: Served) -> str:
    said = (instance.home / "serve.log").read_text()
    found = re.search(r"One-time code: (\S+)", said)
    assert found, said
    return found[1]


def fill_account(page: Page, code: str) -> None:
    page.fill("[name=code]", code)
    page.select_option("[name=role]", "system-administrator")
    bureau = page.locator("[name=body] option", has_text="应急").first
    page.select_option("[name=body]", bureau.get_attribute("value"))
    page.fill("[name=name]", "张三")
    page.fill("[name=mobile]", "13800001111")
    page.fill("[name=login]", "zhangsan")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=repeated]", PASSWORD)


def test_first_run(browser: Browser, real: Served, picture: Picture, tmp_path: Path) -> None:
    context = browser.new_context(viewport=DESK, locale="zh-CN", base_url=real.url)
    page = context.new_page()
    page.goto("/")
    assert "/first-run/" in page.url
    assert page.get_by_text("演示数据·非真实").count() == 0
    picture(page, "first-run-desk")

    fill_account(page, "wrong-code")
    page.locator("main form button.primary").first.click()
    expect(page.get_by_role("alert").first).to_be_visible()
    assert page.input_value("[name=login]") == "zhangsan"

    fill_account(page, one_time_code(real))
    page.locator("main form button.primary").first.click()
    page.wait_for_load_state()
    expect(page.get_by_text("zhangsan").first).to_be_visible()

    page.locator(".wizard-end a.primary").click()
    page.wait_for_url(re.compile("bodies"))
    invented = tmp_path / "bodies.csv"
    invented.write_text(
        "全称,简称,所属地区,类别\n演示某某局,演示局,运城市,政府部门\n", encoding="utf-8"
    )
    page.set_input_files("input[type=file]", invented)
    page.get_by_role("button", name="检查文件").click()
    expect(page.locator("#preview")).to_contain_text("演示")
    assert page.get_by_role("button", name=re.compile("录入|接收")).count() == 0

    page.goto("/first-run/phone-book/")
    people = tmp_path / "people.csv"
    people.write_text(
        "单位,所属地区,姓名,职务,手机,办公电话\n"
        "市水务局,运城市,李四,联络员,13800002222,\n"
        "不存在的局,运城市,王五,联络员,13800003333,\n",
        encoding="utf-8",
    )
    page.set_input_files("input[type=file]", people)
    page.get_by_role("button", name="检查文件").click()
    expect(page.locator("#preview")).to_contain_text("不存在的局")
    picture(page, "first-run-errors-desk")
    people.write_text(
        "单位,所属地区,姓名,职务,手机,办公电话\n市水务局,运城市,李四,联络员,13800002222,\n",
        encoding="utf-8",
    )
    page.set_input_files("input[type=file]", people)
    page.get_by_role("button", name="检查文件").click()
    page.locator("#preview form button.primary").click()
    page.wait_for_load_state()

    page.goto("/first-run/notice/")
    page.check("input[name=notice][value=facts]")
    page.get_by_role("button", name="完成").click()
    page.wait_for_load_state()
    expect(page.locator("main h1")).to_contain_text("就绪")
    page.goto("/plan/")
    expect(page.locator("main h1")).to_contain_text("二次验证")
    shown = page.locator("main .mono.code").first
    page.fill("#code", pyotp.TOTP(shown.inner_text().replace(" ", "")).now())
    page.get_by_role("button", name="确认").click()
    expect(page.get_by_text("恢复码").first).to_be_visible()
    page.goto("/plan/")
    expect(page.get_by_text("运政办函〔2023〕9号").first).to_be_visible()
    assert page.get_by_text("演示").count() == 0
    context.close()
