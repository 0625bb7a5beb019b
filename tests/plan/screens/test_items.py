"""Item list and item page."""

import re
from typing import Any

from django.test import Client


def keys_of(client: Client, query: str) -> list[str]:
    html = client.get(f"/plan/items/{query}").content.decode()
    return re.findall(r'data-label="条目"><a href="[^"]*">([^<]+)</a>', html)


def test_filters_narrow_and_combine(bureau: Client, notice: Any) -> None:
    assert len(keys_of(bureau, "?kind=project")) == 16
    assert keys_of(bureau, "?mode=joint") == ["T7", "T9", "S9", "T14"]
    assert keys_of(bureau, "?year=2025&kind=project") == [f"P{n}" for n in range(1, 8)]
    assert keys_of(bureau, "?q=应急预案") == ["T19"]
    leads = keys_of(bureau, "?body=fire-rescue&role=lead")
    every = keys_of(bureau, "?body=fire-rescue")
    assert set(leads) < set(every)
    assert keys_of(bureau, "?body=no-such-body") == []
    assert keys_of(bureau, "?corrected=yes")


def test_list_of_another_notice_is_its_own(
    bureau: Client, imported: Any, notice_text: Any, notice: Any
) -> None:
    other = imported(notice_text(12))
    assert len(keys_of(bureau, f"?notice={other.pk}")) == 12
    assert len(keys_of(bureau, f"?notice={notice.pk}&per=100")) == 66


def test_item_says_its_target_strictly(bureau: Client, notice: Any) -> None:
    html = bureau.get(f"/plan/{notice.pk}/items/I2/").content.decode()
    assert "&lt; 0.03：严格小于，等于 0.03 不达标" in html
    assert "下降 15%" in bureau.get(f"/plan/{notice.pk}/items/I1/").content.decode()


def test_no_lead_is_said_and_never_invented(bureau: Client, notice: Any) -> None:
    html = bureau.get(f"/plan/{notice.pk}/items/T7/").content.decode()
    assert "没有写明牵头单位" in html
    assert "共同负责" in html
    assert '<h3 class="is-lead">' not in html


def test_sectors_stand_under_their_task(bureau: Client, notice: Any) -> None:
    parent = bureau.get(f"/plan/{notice.pk}/items/T11/").content.decode()
    for number in range(1, 10):
        assert f"/items/S{number}/" in parent
    assert "/items/T11/" in bureau.get(f"/plan/{notice.pk}/items/S3/").content.decode()


def test_a_group_shows_its_members_on_a_day(bureau: Client, notice: Any) -> None:
    path = f"/plan/{notice.pk}/items/T1/?tab=duties"
    assert bureau.get(path).content.decode().count('<ul class="members">') == 2
    assert "当日没有成员" in bureau.get(f"{path}&on=1999-01-01").content.decode()


def test_rendered_facts_say_so_and_a_file_shows_its_wording(
    bureau: Client, imported: Any, notice_text: Any, notice: Any
) -> None:
    rendered = bureau.get(f"/plan/{notice.pk}/items/T1/").content.decode()
    assert "不是通知原文" in rendered
    other = imported(notice_text(3))
    key = other.items.order_by("position").first().key
    assert "不是通知原文" not in bureau.get(f"/plan/{other.pk}/items/{key}/").content.decode()


def test_open_names_are_marked_with_the_next_step(
    bureau: Client, client_as: Any, imported: Any, notice_text: Any
) -> None:
    other = imported(notice_text(3, heads="市星际航行局"))
    key = other.items.order_by("position").first().key
    page = f"/plan/{other.pk}/items/{key}/"
    assert "去匹配" in bureau.get(page).content.decode()
    assert "由规划办在审校页面匹配" in client_as("department").get(page).content.decode()
    assert keys_of(bureau, f"?notice={other.pk}&open=yes") == [key]


def test_previous_and_next_follow_the_text(bureau: Client, notice: Any) -> None:
    html = bureau.get(f"/plan/{notice.pk}/items/T11/").content.decode()
    assert re.search(r'rel="prev" href="[^"]*/items/T10/"', html)
    assert re.search(r'rel="next" href="[^"]*/items/S1/"', html)


def test_the_item_above_is_no_region(bureau: Client, notice: Any) -> None:
    """One English text has one Chinese: what a region lies in is not what an item is part of."""
    html = bureau.get(f"/plan/{notice.pk}/items/S1/").content.decode()
    assert "所属条目" in html
    assert "上级区域" not in html


def test_the_lamp_says_its_grounds_to_whoever_works(
    bureau: Client, client_as: Any, notice: Any
) -> None:
    """Wall of verdicts: what a rule decides is shown with its reasons."""
    address = f"/plan/{notice.pk}/items/P4/"
    html = bureau.get(address).content.decode()
    assert "亮灯依据" in html
    assert re.search(r"逾期\D* \d+.*（本系统规则，本系统缺省，并非规定）", html)
    assert "亮灯依据" not in client_as("public").get(address).content.decode()
    rows = bureau.get("/plan/deliverables/?state=to-back-fill").content.decode()
    first = re.search(r'href="(/plan/deliverables/[0-9a-f-]+/)"', rows)
    assert first is not None
    page = bureau.get(first[1]).content.decode()
    assert "状态依据" in page
    assert "纳入本系统" in page
