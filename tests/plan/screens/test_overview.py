"""The overview: few queries at any size, and figures that agree everywhere."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.base import clock
from anlan.plan.queries.memory import forget_rollups
from anlan.plan.queries.overview import by_unit, matrix

QUERIES_AT_MOST = 12
VIEWS = ("/plan/", "/plan/?by=counties", "/plan/?by=tree")


def rows_of(response: Any) -> list[dict[str, str]]:
    """The rows of a CSV export, the demonstration line left out."""
    lines = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    if len(lines[0]) == 1:
        lines = lines[1:]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def total_of(client: Client, path: str) -> int:
    """“共 n 条” or “n/m 条” above a list."""
    html = client.get(path).content.decode()
    found = re.search(r'<div class="listbar">.*?<strong>([\d,]+)</strong>', html, re.S)
    assert found, path
    return int(found[1].replace(",", ""))


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("path", VIEWS)
def test_the_overview_costs_few_queries_also_when_nothing_is_remembered(
    path: str, bureau: Client, notice: Any
) -> None:
    bureau.get("/plan/notices/")
    forget_rollups()
    assert queries_of(bureau, path) <= QUERIES_AT_MOST
    assert queries_of(bureau, path) <= QUERIES_AT_MOST


def test_queries_do_not_grow_with_the_notice(
    bureau: Client, imported: Any, notice_text: Callable[..., str]
) -> None:
    counts = []
    bureau.get("/plan/notices/")
    for size in (200, 2000):
        big = imported(notice_text(size, number=f"试政办函〔2026〕{size}号"))
        forget_rollups()
        cold = [queries_of(bureau, f"{view}{_joint(view)}notice={big.pk}") for view in VIEWS]
        warm = [queries_of(bureau, f"{view}{_joint(view)}notice={big.pk}") for view in VIEWS]
        assert max(cold + warm) <= QUERIES_AT_MOST, (cold, warm)
        items = queries_of(bureau, f"/plan/items/?notice={big.pk}")
        counts.append((cold, warm, items))
    assert counts[0] == counts[1]


def _joint(path: str) -> str:
    return "&" if "?" in path else "?"


def test_a_large_notice_shows_kinds_and_sections(
    bureau: Client, imported: Any, notice_text: Callable[..., str]
) -> None:
    big = imported(notice_text(200))
    html = bureau.get(f"/plan/?notice={big.pk}").content.decode()
    assert "by-kind" in html
    tree = bureau.get(f"/plan/?notice={big.pk}&by=tree").content.decode()
    link = re.search(r'href="(/plan/items/\?notice=[^"]*section=[^"]*)"', tree)
    assert link
    assert total_of(bureau, link[1].replace("&amp;", "&")) == 20


@pytest.mark.parametrize("login", ["bureau", "public"])
def test_figures_agree_across_overview_body_page_list_and_export(
    login: str, client_as: Callable[[str], Client], notice: Any
) -> None:
    client = client_as(login)
    found = matrix(notice, clock.today())
    exported = {row["单位"]: row for row in rows_of(client.get("/plan/?format=csv"))}
    labels = {
        "lead": "牵头",
        "support": "责任（配合）",
        "joint": "共同负责",
        "via_group": "经由群体",
    }
    for code in ("emergency", "water", "transport", "fire-rescue"):
        row = next((row for row in found.rows if row.body.code == code), None)
        if row is None:
            continue
        line = exported[row.body.short_name]
        for role, label in labels.items():
            count = getattr(row.totals, role)
            assert int(line[label]) == count
            assert total_of(client, f"/plan/bodies/{code}/?role={role}") == count
            assert (
                len(rows_of(client.get(f"/plan/bodies/{code}/?role={role}&format=csv"))) == count
            )
            if role != "via_group":
                assert total_of(client, f"/plan/items/?body={code}&role={role}") == count


def test_a_cell_of_the_matrix_is_a_duty_of_the_item(bureau: Client, notice: Any) -> None:
    html = bureau.get("/plan/").content.decode()
    row = re.search(r'<tr[^>]*><th scope="row"><a href="/plan/bodies/water/[^"]*">.*?</tr>', html)
    assert row
    keys = re.findall(r'class="is-support"><a href="/plan/[^/]+/items/([^/]+)/', row[0])
    listed = rows_of(bureau.get("/plan/bodies/water/?role=support&format=csv"))
    assert sorted(keys) == sorted(line["条目"] for line in listed)


def test_units_agree_with_their_lists_and_their_page(bureau: Client, notice: Any) -> None:
    lines = by_unit(notice, clock.today())
    assert len(lines) == 14
    listed = rows_of(bureau.get("/plan/?by=counties&format=csv"))
    exported = {next(iter(row.values())): row for row in listed}
    for line in lines[:3] + lines[-1:]:
        assert total_of(bureau, f"/plan/items/?unit={line.unit.code}") == line.total
        assert int(exported[line.unit.name]["条目"]) == line.total
        page = bureau.get(f"/units/{line.unit.code}/").content.decode()
        assert f"<strong>{line.total}</strong>" in page


def test_the_public_sees_no_row_of_a_county_body(
    client_as: Callable[[str], Client], notice: Any
) -> None:
    html = client_as("public").get("/plan/").content.decode()
    assert "另有" in html
    assert "/plan/bodies/yanhu" not in html


def test_my_body_stands_first(client_as: Callable[[str], Client], notice: Any) -> None:
    client = client_as("department")
    first = re.compile(r'<tbody><tr[^>]*><th scope="row"><a href="/plan/bodies/([^/]+)/')
    plain, mine = (client.get(path).content.decode() for path in ("/plan/", "/plan/?mine=1"))
    assert first.search(plain)[1] == "emergency"  # type: ignore[index]
    assert first.search(mine)[1] == "water"  # type: ignore[index]


def test_groups_follow_their_members_of_the_day(bureau: Client, notice: Any) -> None:
    today = total_of(bureau, "/plan/bodies/water/?role=via_group")
    before = total_of(bureau, "/plan/bodies/water/?role=via_group&on=1999-01-01")
    assert today > before == 0
    assert matrix(notice, dt.date(1999, 1, 1)).rows != matrix(notice, clock.today()).rows


def test_without_a_notice_the_page_says_what_to_do(
    client_as: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anlan.plan.screens.common.front", lambda scope, key=None: None)
    assert "导入通知" in client_as("bureau").get("/plan/").content.decode()
    assert "由规划办导入" in client_as("public").get("/plan/").content.decode()
