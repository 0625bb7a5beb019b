"""What the database says is what the rules say; the matrix and its lists agree; roles."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base.clock import CITY_ZONE
from anlan.plan.models import Assignment, Deliverable, Notice, PlanItem
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.queries.loop.handling import handling_of_item, to_break_down
from anlan.plan.queries.loop.progress import board, lamp_of_item, state_of, with_state
from anlan.plan.rules.loop.handling import Handling
from anlan.plan.rules.loop.lamp import Lamp

pytestmark = pytest.mark.django_db
STORY_DAY = dt.datetime(2026, 11, 24, 9, tzinfo=CITY_ZONE)
LISTS = ("assignments", "deliverables", "reports", "obstacles", "control-tables", "measures")


def test_states_in_the_database_are_those_of_the_rule(loop: Any) -> None:
    for days in (-400, -330, 0, 25, 400):
        now = loop.now + dt.timedelta(days=days)
        rows = Deliverable.objects.select_related("item__notice", "due")
        stated = dict(
            with_state(Deliverable.objects.all(), now, live_from()).values_list("pk", "state")
        )
        for row in rows:
            assert stated[row.pk] == state_of(row, now).known().value, (days, row.text)


def test_handling_in_the_database_is_that_of_the_rule(loop: Any) -> None:
    found = set(to_break_down(PlanItem.objects.all()).values_list("pk", flat=True))
    for item in PlanItem.objects.all():
        assert (item.pk in found) == (handling_of_item(item) is Handling.BREAK_DOWN)


@pytest.mark.usefixtures("loop")
def test_the_lamps_of_the_matrix_are_those_of_the_items() -> None:
    notice = Notice.objects.latest("issued_on")
    found = board(notice, STORY_DAY, by_item=True, since=live_from(notice.unit_id))
    shown = Counter()
    for item in PlanItem.objects.filter(notice=notice, is_dropped=False):
        lamp = found.lamp_of(item.key)
        if lamp is not None:
            assert lamp is lamp_of_item(item, STORY_DAY).known(), item.key
        shown[lamp] += 1
    assert {Lamp.RED, Lamp.YELLOW, Lamp.GREEN, Lamp.GREY, Lamp.DONE} <= set(shown)
    by_kind = board(notice, STORY_DAY, by_item=False, since=live_from(notice.unit_id))
    assert by_kind.overdue == found.overdue


def total_of(client: Client, path: str) -> int:
    html = client.get(path).content.decode()
    found = re.search(r'<div class="listbar">.*?<strong>([\d,]+)</strong>', html, re.S)
    assert found, path
    return int(found[1].replace(",", ""))


def test_every_figure_behind_opens_its_list(client_as: Callable[[str], Client]) -> None:
    client = client_as("bureau")
    html = client.get("/plan/").content.decode()
    links = re.findall(r'<td class="sum is-behind"><a href="([^"]+)">(\d+)</a>', html)
    tiles = re.findall(
        r'<a class="figure" href="([^"]+lamp=[^"]+)">.*?<strong>(\d+)</strong>', html
    )
    assert links
    assert tiles
    for url, count in [*links, *tiles]:
        assert total_of(client, url.replace("&amp;", "&")) == int(count), url


@pytest.mark.parametrize("login", ["bureau", "county"])
def test_every_figure_of_a_county_opens_its_list(
    login: str, client_as: Callable[[str], Client]
) -> None:
    client = client_as(login)
    html = client.get("/plan/?by=counties").content.decode()
    links = re.findall(r'<a href="(/plan/assignments/[^"]+)">(\d+)</a>', html)
    assert links
    for url, count in links:
        assert total_of(client, url.replace("&amp;", "&")) == int(count), url


@pytest.mark.parametrize("login", ["bureau", "department", "county", "public", "admin"])
def test_lists_hold_what_the_role_sees_and_no_more(
    login: str, client_as: Callable[[str], Client], actor_as: Callable[[str], Any]
) -> None:
    client, scope = client_as(login), actor_as(login).scope
    seen = Assignment.objects.visible_to(scope)
    for name in LISTS:
        answer = client.get(f"/plan/{name}/")
        api = client.get(f"/api/v1/{name}")
        if login == "public":
            assert api.status_code in (403, 404)
        else:
            assert answer.status_code == 200
            assert api.status_code == 200, name
    if login == "public":
        assert not seen.exists()
        return
    assert total_of(client, "/plan/assignments/") == seen.count()
    assert client.get("/api/v1/assignments").json()["count"] == seen.count()
    export = client.get("/plan/assignments/?format=csv").content.decode("utf-8-sig")
    assert len(export.strip().splitlines()) - 2 == seen.count()
    for row in Assignment.objects.exclude(pk__in=seen.values("pk"))[:5]:
        for path in ("", "sign/", "refuse/", "withdraw/"):
            assert client.get(f"/plan/assignments/{row.pk}/{path}").status_code == 404
        assert client.get(f"/plan/tasks/{row.pk}/").status_code == 404
        assert client.get(f"/api/v1/assignments/{row.pk}").status_code == 404


def test_a_county_sees_no_sibling(actor_as: Callable[[str], Any]) -> None:
    seen = Assignment.objects.visible_to(actor_as("county").scope)
    units = set(seen.values_list("unit__code", flat=True))
    assert "xinjiang" in units
    assert units <= {"xinjiang", "city"}


def test_first_screens(client_as: Callable[[str], Client]) -> None:
    for login, first in (
        ("bureau", "/plan/"),
        ("department", "/my-work/"),
        ("county", "/my-work/"),
        ("public", "/plan/"),
    ):
        assert client_as(login).get("/")["Location"] == first


def test_from_home_to_an_overdue_item_in_three_clicks(
    client_as: Callable[[str], Client],
) -> None:
    """Home → the overdue figure of a body → the item."""
    client = client_as("bureau")
    html = client.get("/plan/").content.decode()
    url = re.search(r'<td class="sum is-behind"><a href="([^"]+state=overdue[^"]*)">', html)
    assert url
    listed = client.get(url[1].replace("&amp;", "&")).content.decode()
    item = re.search(r'href="(/plan/[0-9a-f-]{36}/items/[A-Z]\d+/)"', listed)
    assert item
    assert client.get(item[1]).status_code == 200


def test_the_public_sees_the_matrix_without_lamps(client_as: Callable[[str], Client]) -> None:
    html = client_as("public").get("/plan/").content.decode()
    assert "is-behind" not in html
    assert 'class="lamp' not in html
