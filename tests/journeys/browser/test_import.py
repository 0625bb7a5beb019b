"""A notice is dropped on the page: refusals say what to do, cancel leaves nothing, import counts."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.plan.screens.conftest import division_of_work
from tests.served import Served, served

Open = Callable[..., Page]
Picture = Callable[[Page, str], None]
FILE = "input[type=file]"


def choose(page: Page, path: Path) -> None:
    page.goto("/plan/import/")
    page.set_input_files(FILE, path)
    page.get_by_role("button", name="读取文件").click()


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An instance of this file alone: a notice that is read comes to the front."""
    with served(tmp_path_factory.mktemp("served")) as found:
        yield found


def address_of(page: Page, number: str) -> str:
    page.goto("/plan/notices/")
    row = page.locator("main tbody tr", has_text=number).first
    return str(row.locator("a").first.get_attribute("href"))


def notices(page: Page) -> int:
    page.goto("/plan/notices/")
    return page.locator("main tbody tr").count()


def test_errors_are_said_and_the_right_file_goes_in(
    open_as: Open, picture: Picture, tmp_path: Path
) -> None:
    page = open_as("bureau")
    before = notices(page)

    letter = tmp_path / "来信.txt"
    letter.write_text("今天天气很好。\n大家都负责任地工作。", encoding="utf-8")
    choose(page, letter)
    expect(page.get_by_role("alert")).to_contain_text("不是分工类通知")
    picture(page, "import-refused-desk")

    secret = tmp_path / "机密.txt"
    secret.write_text("机密★1年\n关于印发工作分工的通知", encoding="utf-8")
    choose(page, secret)
    expect(page.get_by_role("alert")).to_contain_text("涉密不得上传")

    locked = tmp_path / "加密.docx"
    locked.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 40
    )
    choose(page, locked)
    expect(page.get_by_role("alert")).to_contain_text("设有打开密码")

    good = tmp_path / "通知.txt"
    text = division_of_work(12, number="试政办函〔2026〕31号", heads="市星际航行局")
    good.write_text(
        text.replace("（2）落实", "（此处批注：@@@###）\n（2）落实"), encoding="gb18030"
    )
    choose(page, good)
    page.wait_for_url(re.compile(r"/plan/import/[\w-]+/$"))
    answer = page.locator(".answer-line")
    expect(answer).to_contain_text("12")
    expect(page.get_by_text("市星际航行局").first).to_be_visible()
    picture(page, "import-answer-desk")

    page.get_by_role("button", name="取消").click()
    expect(page.get_by_role("status")).to_be_visible()
    assert notices(page) == before

    choose(page, good)
    page.fill("#reason", "附上原文")
    page.get_by_role("button", name="导入", exact=True).click()
    page.wait_for_url(re.compile(r"imported=1"))
    assert notices(page) == before + 1


def test_a_file_can_be_dropped(open_as: Open) -> None:
    page = open_as("bureau")
    page.goto("/plan/import/")
    text = division_of_work(6, number="试政办函〔2026〕32号")
    page.evaluate(
        """text => {
            const files = new DataTransfer();
            files.items.add(new File([text], '通知.txt', {type: 'text/plain'}));
            const input = document.querySelector('input[type=file]');
            input.files = files.files;
            input.dispatchEvent(new Event('change', {bubbles: true}));
        }""",
        text,
    )
    page.get_by_role("button", name="读取文件").click()
    page.wait_for_url(re.compile(r"/plan/import/[\w-]+/$"))
    expect(page.locator(".answer-line")).to_contain_text("6")


def test_the_published_notice_is_read_to_the_last_character(
    open_as: Open, plan_documents: Path
) -> None:
    page = open_as("bureau")
    choose(page, plan_documents / "yuncheng-14th-fyp-rules.txt")
    page.wait_for_url(re.compile(r"/plan/import/[\w-]+/$"))
    said = page.locator(".answer-line").inner_text()
    assert [int(n) for n in re.findall(r"\d+", said)] == [60, 60, 0]
    page.get_by_role("button", name="取消").click()


def test_only_who_may_import_sees_the_way(open_as: Open) -> None:
    for login in ("department", "county", "public"):
        page = open_as(login)
        page.goto("/plan/")
        assert page.locator("a[href='/plan/import/']").count() == 0
        answer = page.goto("/plan/import/")
        assert answer is not None
        assert answer.status == 403
        assert page.locator("main a[href]").count() > 0


def test_two_people_correct_one_field(open_as: Open, picture: Picture) -> None:
    """The second is told what is saved now, and keeps what was typed."""
    pages = [open_as("bureau"), open_as("admin")]
    notice = address_of(pages[0], "运政办函〔2023〕9号")
    for page in pages:
        page.goto(f"{notice}review/T13/heading/")
    for page, heading in zip(pages, ("加强风险监测预警", "强化监测预警预报"), strict=True):
        page.fill("[name=value]", heading)
        page.fill("[name=reason]", "按印发稿校正")
        page.locator("main form button.primary").click()
        page.wait_for_load_state()
    second = pages[1]
    expect(second.get_by_text("加强风险监测预警").first).to_be_visible()
    assert second.input_value("[name=value]") == "强化监测预警预报"
    picture(second, "conflict-desk")
    pages[0].goto(f"{notice}items/T13/")
    expect(pages[0].get_by_text("加强风险监测预警").filter(visible=True).first).to_be_visible()


@pytest.mark.parametrize("path", ["/plan/", "/regions/140800/", "/plan/import/", "/bodies/"])
def test_pages_work_without_script(browser: object, instance: object, path: str) -> None:
    context = browser.new_context(  # type: ignore[attr-defined]
        java_script_enabled=False,
        base_url=instance.url,  # type: ignore[attr-defined]
        locale="zh-CN",
    )
    page = context.new_page()
    page.goto("/sign-in/")
    page.get_by_role("button", name="应急局规划办").click()
    answer = page.goto(path)
    assert answer.status == 200
    expect(page.locator("main h1").first).to_be_visible()
    context.close()
