"""Every plan screen as every role: status, and no English on Chinese pages."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

ROLES = ("bureau", "department", "county", "public", "admin")
READ = (
    "/plan/",
    "/plan/?by=counties",
    "/plan/?by=tree&all=1",
    "/plan/?mine=1",
    "/plan/?on=2024-05-01",
    "/plan/items/",
    "/plan/items/?kind=task&body=water&role=support",
    "/plan/items/?unit=xinjiang",
    "/plan/items/?year=2025",
    "/plan/items/?open=yes",
    "/plan/items/?group=county-governments",
    "/plan/{n}/items/T1/",
    "/plan/{n}/items/T1/?tab=duties",
    "/plan/{n}/items/I2/",
    "/plan/{n}/items/S3/",
    "/plan/{n}/items/S8/",
    "/plan/bodies/water/",
    "/plan/bodies/water/?role=lead&on=2024-05-01",
    "/bodies/water/",
    "/units/xinjiang/",
    "/plan/notices/",
    "/plan/{n}/",
    "/plan/{n}/?tab=text",
    "/plan/compare/",
)
INTERNAL = (
    "/plan/{n}/review/",
    "/plan/{n}/review/?item=T7",
    "/plan/{n}/review/?view=names",
    "/plan/{n}/review/?view=unread",
    "/plan/{n}/review/?view=corrections",
)
KEEPERS = (
    "/plan/import/",
    "/plan/{n}/review/T1/heading/",
    "/plan/{n}/review/T1/lead_units/",
    "/plan/{n}/review/T1/mode/",
    "/plan/{n}/review/I2/indicator/",
)
KNOWN_WORDS = frozenset(
    (
        *("CSV", "Excel", "English", "Enter", "Esc", "docx", "pdf", "txt", "GDP", "MB", "OCR"),
        *("bureau", "department", "county", "public", "admin", "anlan", "prepare", "yh"),
    )
)
PATH_MARK = re.compile(r"\{n\}")


def english_words(html: str) -> set[str]:
    """Words of a Chinese page that are neither codes nor names of formats."""
    body = re.sub(r"(?s)<(script|style|svg)[^>]*>.*?</\1>", " ", html)
    body = re.sub(r"(?s)<[^>]+class=\"[^\"]*\bmono\b[^\"]*\"[^>]*>.*?</[a-z]+>", " ", body)
    attributes = re.findall(r'(?:title|placeholder|aria-label|data-label)="([^"]*)"', body)
    text = unescape(strip_tags(body) + " " + " ".join(attributes))
    return set(re.findall(r"(?<![\w.@/-])[A-Za-z]{2,}(?![\w@/-])", text)) - KNOWN_WORDS


def pages(role: str) -> list[tuple[str, int]]:
    keeps, reads = role in ("bureau", "admin"), role != "public"
    return [
        *((path, 200) for path in READ),
        *((path, 200 if reads else 403) for path in INTERNAL),
        *((path, 200 if keeps else 403) for path in KEEPERS),
    ]


@pytest.mark.parametrize("role", ROLES)
def test_every_screen_answers_each_role_in_chinese(
    role: str, client_as: Callable[[str], Client], notice: Any
) -> None:
    client = client_as(role)
    for path, status in pages(role):
        response = client.get(PATH_MARK.sub(str(notice.pk), path))
        html = response.content.decode()
        assert response.status_code == status, path
        assert not english_words(html), (path, english_words(html))


@pytest.mark.parametrize("role", ["bureau", "department"])
def test_history_of_an_item_is_in_words(
    role: str, client_as: Callable[[str], Client], notice: Any
) -> None:
    for key in ("T1", "T20", "S9", "I7"):
        response = client_as(role).get(f"/plan/{notice.pk}/items/{key}/?tab=history")
        html = response.content.decode()
        assert response.status_code == 200
        assert "导入通知" in html
        assert "2,023" not in html
        assert not english_words(html), english_words(html)


def test_public_sees_no_correction_and_no_history(
    client_as: Callable[[str], Client], notice: Any
) -> None:
    html = client_as("public").get(f"/plan/{notice.pk}/items/T20/").content.decode()
    assert "更正" not in html
    assert "日志" not in html
    listed = client_as("public").get("/plan/items/?corrected=yes")
    assert "已更正" not in listed.content.decode()


def test_anonymous_is_sent_to_the_sign_in(notice: Any) -> None:
    for path in (*READ, *INTERNAL, *KEEPERS):
        response = Client().get(PATH_MARK.sub(str(notice.pk), path))
        assert response.status_code == 302, path
        assert response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    "path",
    [
        "/plan/?notice=nonsense",
        "/plan/00000000-0000-0000-0000-000000000000/",
        "/plan/{n}/items/X99/",
        "/plan/{n}/?edition=77",
        "/plan/{n}/review/?item=X99",
        "/plan/{n}/review/T1/nonsense/",
        "/plan/{n}/review/names/?name=nobody",
        "/plan/bodies/nobody/",
        "/plan/import/abc/",
        "/plan/corrections/00000000-0000-0000-0000-000000000000/withdraw/",
    ],
)
def test_what_is_not_there_is_not_found(path: str, bureau: Client, notice: Any) -> None:
    assert bureau.get(PATH_MARK.sub(str(notice.pk), path)).status_code == 404


def test_a_wrong_day_is_refused_in_words(bureau: Client, notice: Any) -> None:
    response = bureau.get("/plan/?on=yesterday")
    assert response.status_code == 422
    assert "不是日期" in response.content.decode()


def test_search_finds_items_and_notices(bureau: Client, notice: Any) -> None:
    html = bureau.get("/search/", {"q": "应急预案"}).content.decode()
    assert "T19" in html
    assert "9号" in bureau.get("/search/", {"q": "9号"}).content.decode()
