"""A correction typed without a signal: kept, seen, changed, sent once on return."""

import base64
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.browser.conftest import PHONE

QUEUE = "anlan-queue"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


def task_with_report(page: Page) -> str:
    """The phone page of a task on which the reader may report."""
    found = page.request.get("/api/v1/assignments?page_size=100").json()["results"]
    for row in found:
        page.goto(f"/plan/tasks/{row['id']}/")
        if page.locator("#task-photo").count():
            return page.url
    raise AssertionError("nobody asked this reader to report")


def correct_url(page: Page, key: str) -> str:
    notice = page.request.get("/api/v1/notices").json()["results"][0]["id"]
    return f"/plan/{notice}/review/{key}/heading/"


def corrections(page: Page, reason: str) -> list[dict[str, Any]]:
    """Entries of the journal with that reason."""
    found = page.request.get("/api/v1/journal?action=plan.item.correct&page_size=200").json()
    return [entry for entry in found["results"] if entry["reason"] == reason]


def heading_of(page: Page, url: str) -> str:
    page.goto(url)
    return page.input_value("#id_value")


def type_and_send(page: Page, heading: str, reason: str) -> None:
    page.fill("#id_value", heading)
    page.fill("#id_reason", reason)
    page.click("form[data-offline] button.primary")


def test_kept_seen_changed_and_sent_once(open_as: Callable[..., Page]) -> None:
    page = open_as("bureau", PHONE)
    url = correct_url(page, "T1")
    page.goto(url)
    page.context.set_offline(True)
    type_and_send(page, "离线填写的标题", "离线一")
    queue = page.locator("#queue")
    expect(queue).to_be_visible()
    expect(queue.locator("[data-entry]")).to_have_count(1)
    expect(queue).to_contain_text("等待网络")
    queue.locator("input[name=value]").fill("离线改过的标题")
    queue.locator("input[name=value]").press("Tab")
    page.click("form[data-offline] button.primary", timeout=10_000)
    expect(queue.locator("[data-entry]")).to_have_count(1)
    queue.locator("input[name=value]").fill("离线再改的标题")
    queue.locator("input[name=value]").press("Tab")
    page.context.set_offline(False)
    expect(queue).to_be_hidden(timeout=15_000)
    assert heading_of(page, url) == "离线再改的标题"
    assert len(corrections(page, "离线一")) == 1


def test_an_entry_that_is_removed_is_never_sent(open_as: Callable[..., Page]) -> None:
    page = open_as("bureau", PHONE)
    url = correct_url(page, "T2")
    before = heading_of(page, url)
    page.context.set_offline(True)
    type_and_send(page, "不该发送", "离线删除")
    page.click("#queue [data-remove]")
    expect(page.locator("#queue")).to_be_hidden()
    page.context.set_offline(False)
    assert heading_of(page, url) == before
    assert corrections(page, "离线删除") == []


def test_two_queues_out_of_order_and_twice_leave_one_result(open_as: Callable[..., Page]) -> None:
    """Two telephones corrected the same field; the later one returns first, a third browser holds
    a copy of its queue. One result stands; the other entry stays, with the reason."""
    first, second, copy = (open_as("bureau", PHONE) for _ in range(3))
    url = correct_url(first, "T3")
    for page in (first, second, copy):
        page.goto(url)
    for page, heading in ((first, "甲的标题"), (second, "乙的标题")):
        page.context.set_offline(True)
        type_and_send(page, heading, "两个队列")
        expect(page.locator("#queue [data-entry]")).to_have_count(1)
    kept = second.evaluate(f"localStorage.getItem('{QUEUE}')")
    second.context.set_offline(False)
    expect(second.locator("#queue")).to_be_hidden(timeout=15_000)
    first.context.set_offline(False)
    expect(first.locator("#queue")).to_contain_text("被拒绝", timeout=15_000)
    reason = first.locator("#queue [data-reason]").inner_text()
    assert "已被他人修改" in reason
    copy.evaluate("kept => localStorage.setItem('" + QUEUE + "', kept)", kept)
    copy.goto(url)
    expect(copy.locator("#queue")).to_be_hidden(timeout=15_000)
    assert heading_of(copy, url) == "乙的标题"
    assert len(corrections(copy, "两个队列")) == 1
    first.reload()
    expect(first.locator("#queue")).to_contain_text("被拒绝")
    assert first.locator("#queue input[name=value]").input_value() == "甲的标题"


def test_with_a_signal_the_form_works_as_any_other(open_as: Callable[..., Page]) -> None:
    page = open_as("bureau", PHONE)
    url = correct_url(page, "T4")
    page.goto(url)
    page.fill("#id_value", "有网络的标题")
    page.evaluate("document.querySelector('form[data-offline]').noValidate = true")
    page.click("form[data-offline] button.primary")
    expect(page.locator("form [role=alert]").first).to_be_visible()
    assert page.input_value("#id_value") == "有网络的标题"
    page.fill("#id_reason", "有网络")
    page.click("form[data-offline] button.primary")
    page.wait_for_url(lambda found: "/heading/" not in found)
    assert heading_of(page, url) == "有网络的标题"
    assert len(corrections(page, "有网络")) == 1


def test_a_photograph_waits_with_its_report(open_as: Callable[..., Page]) -> None:
    """A file chosen without a signal is neither dropped nor sent as nothing."""
    page = open_as("department", PHONE)
    page.goto(task_with_report(page))
    page.context.set_offline(True)
    form = page.locator("form[data-offline][enctype]").first
    form.locator("textarea").first.fill("现场已整改，附照片")
    form.locator("input[type=file]").first.set_input_files(
        {"name": "现场.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    form.locator("button").last.click()
    expect(page.locator("#queue [data-entry]")).to_have_count(1)
    expect(page.locator("#queue")).to_contain_text("现场.png")
    page.context.set_offline(False)
    expect(page.locator("#queue")).to_be_hidden(timeout=15_000)
    reports = page.request.get("/api/v1/reports?page_size=100").json()["results"]
    sent = [row["id"] for row in reports if row["text"] == "现场已整改，附照片"]
    assert len(sent) == 1
    page.goto(f"/plan/reports/{sent[0]}/")
    expect(page.get_by_text("现场.png").first).to_be_visible()
