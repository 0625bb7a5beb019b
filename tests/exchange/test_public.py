"""Warnings without sign-in: off by default; what is told, when, and what never."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from lxml import etree  # type: ignore[import-untyped]

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed
from anlan.base.models import JournalEntry
from anlan.exchange.actions.public import set_public_release
from anlan.exchange.models import PublicRelease
from anlan.exchange.queries import public_release
from anlan.warning.rules.cap.reading import read_cap
from anlan.warning.rules.cap.values import Scope, Status
from anlan.warning.rules.cap.writing import write_cap
from tests.registers.kept import make_kept_city, said
from tests.registers.small_city import NOW
from tests.warning.cap_life import alert, take
from tests.warning.life import AT, MINUTE, change, receive, row
from tests.warning.test_drawn import drawn
from tests.warning.test_release import record

ATOM = "{http://www.w3.org/2005/Atom}"
PATHS = ("/public/warnings/", "/feed/cap.atom", "/feed/warnings.rss", "/feed/warnings.geojson")


@pytest.fixture
def ready(db: None) -> Iterator[Client]:
    from anlan.site import instance

    make_kept_city()
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield Client()
    instance.forget()


def switch(*, is_on: bool = True, approval: str = "", login: str = "admin") -> dict[str, Any]:
    version = public_release().version
    return set_public_release(
        is_on=is_on, map_approval=approval, expected_version=version, **said(login)
    )


def text_of(client: Client, path: str, **heads: str) -> str:
    return client.get(path, headers=heads).content.decode()


def titles(client: Client) -> list[str]:
    feed = etree.fromstring(client.get("/feed/cap.atom").content)
    return [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")]


@pytest.mark.parametrize("path", PATHS)
def test_it_is_off_and_says_so(ready: Client, path: str) -> None:
    made = receive()
    record(made["id"])
    answer = ready.get(path)
    assert answer.status_code == 404
    assert "气象" in answer.content.decode()
    assert made["id"] not in answer.content.decode()
    assert ready.get(f"/feed/cap/{made['id']}.xml").status_code == 404
    switch()
    assert ready.get(path).status_code == 200
    switch(is_on=False)
    assert ready.get(path).status_code == 404


def test_only_the_system_administrator_switches_it_and_the_journal_knows(ready: Client) -> None:
    for login in ("bureau", "department", "county", "public"):
        with pytest.raises(NotAllowed):
            switch(login=login)
    assert not PublicRelease.objects.exists()
    switch()
    assert JournalEntry.objects.filter(action="exchange.public.set").count() == 1
    with pytest.raises(Conflict):
        set_public_release(is_on=False, map_approval="", expected_version=9, **said("admin"))


def test_a_message_is_told_only_with_a_receipt(ready: Client) -> None:
    switch()
    made = receive()
    assert titles(ready) == []
    record(made["id"])
    assert len(titles(ready)) == 1
    page = text_of(ready, "/public/warnings/")
    assert row(made["id"]).text in page
    assert "GJ-001" in page
    raised = change("raise", "red", 5, text="内部文字：升级")
    assert "内部文字" not in text_of(ready, "/public/warnings/")
    record(raised["id"], number="GJ-002")
    assert "内部文字" in text_of(ready, "/public/warnings/")
    assert len(titles(ready)) == 1


def test_the_four_forms_tell_the_same(ready: Client) -> None:
    switch()
    made = receive(outlines=(drawn(name="汾河滩"),))
    record(made["id"])
    rss = etree.fromstring(ready.get("/feed/warnings.rss").content)
    assert len(rss.findall("channel/item")) == 1
    enclosure = rss.find("channel/item/enclosure")
    assert enclosure.get("type") == "application/cap+xml"
    found = json.loads(text_of(ready, "/feed/warnings.geojson"))
    kinds = {each["properties"]["area"]: each["geometry"] for each in found["features"]}
    assert kinds == {"运城市": None, "汾河滩": dict(drawn().outline)}
    assert found["demonstration"]
    cap = ready.get(f"/feed/cap/{made['id']}.xml")
    reading = read_cap(cap.content)
    assert reading.is_valid
    assert reading.alert is not None
    assert reading.alert.infos[0].description == row(made["id"]).text
    assert cap["Content-Type"].startswith("application/cap+xml")


def test_a_text_with_signs_of_html_is_read_as_it_is_meant(ready: Client) -> None:
    switch()
    record(receive(text="演示·能见度<200米，风力>8级&雷电")["id"])
    feed = etree.fromstring(ready.get("/feed/cap.atom").content)
    summary = feed.find(f".//{ATOM}summary")
    assert summary.get("type") == "html"
    assert "能见度&lt;200米，风力&gt;8级&amp;雷电" in summary.text
    rss = etree.fromstring(ready.get("/feed/warnings.rss").content)
    assert "能见度&lt;200米" in rss.findtext("channel/item/description")


def test_the_owners_own_file_is_given_unchanged(ready: Client) -> None:
    switch()
    done = take(alert())
    record(done["message"])
    assert ready.get(f"/feed/cap/{done['message']}.xml").content == write_cap(alert())


def test_lifted_and_expired_warnings_are_told_as_ended(ready: Client) -> None:
    switch()
    made = receive(expires_at=NOW + 30 * MINUTE)
    record(made["id"])
    assert "已结束" not in titles(ready)[0]
    with clock.at(NOW + 30 * MINUTE):
        assert "已结束" in titles(ready)[0]
    change("lift", "orange", 60)
    assert "已结束" in titles(ready)[0]
    with clock.at(AT + 60 * MINUTE + dt.timedelta(days=7)):
        assert len(titles(ready)) == 1
    with clock.at(AT + 60 * MINUTE + dt.timedelta(days=7, seconds=1)):
        assert titles(ready) == []


def test_nothing_internal_is_told(ready: Client) -> None:
    """Restricted, private, exercise, without receipt; people, accounts and units."""
    switch(approval="晋S(2026)001号")
    record(receive()["id"])
    record(change("raise", "red", 5)["id"], number="GJ-002", login="department")
    hidden = {
        "限定": take(
            alert(1, scope=Scope.RESTRICTED, restriction="限定甲", description="限定之文")
        ),
        "私密": take(alert(2, scope=Scope.PRIVATE, addresses="某人", description="私密之文")),
        "演练": take(alert(3, status=Status.EXERCISE, note="x", description="演练之文")),
        "内部": receive(hazard="gale", text="内部之文"),
    }
    keys = [done.get("message") or done["id"] for done in hidden.values()]
    secrets = ["限定", "私密", "演练之文", "内部之文", "某人", "1990000", "bureau", "department"]
    secrets += ["演示·规划", "演示·水务", "recorded_by", "市本级", *keys]
    for path in PATHS:
        told = text_of(ready, path)
        assert "GJ-002" in told, path
        for secret in secrets:
            assert secret not in told, (path, secret)
    for key in keys:
        assert ready.get(f"/feed/cap/{key}.xml").status_code == 404


def test_what_was_restricted_later_is_no_longer_told(ready: Client) -> None:
    switch()
    pasted = receive(hazard="rainstorm", level="orange", issued_at=alert().sent)
    record(pasted["id"])
    assert len(titles(ready)) == 1
    done = take(alert(scope=Scope.RESTRICTED, restriction="防指"))
    assert done["message"] == pasted["id"]
    assert titles(ready) == []


@pytest.mark.parametrize("path", PATHS)
def test_copies_are_asked_for_again_and_change_with_what_is_told(ready: Client, path: str) -> None:
    switch()
    made = receive()
    record(made["id"])
    first = ready.get(path)
    heads = {"If-None-Match": first["ETag"]}
    assert ready.get(path, headers=heads).status_code == 304
    assert (
        ready.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    )
    assert "max-age=60" in first["Cache-Control"]
    change("lift", "orange", 60)
    assert ready.get(path, headers=heads).status_code == 200


def test_the_map_is_shown_only_with_its_approval_number(ready: Client) -> None:
    switch()
    record(receive()["id"])
    assert '<svg viewBox="0 0 860' not in text_of(ready, "/public/warnings/")
    switch(approval="晋S(2026)001号")
    page = text_of(ready, "/public/warnings/")
    assert '<svg viewBox="0 0 860' in page
    assert "晋S(2026)001号" in page
    found = json.loads(text_of(ready, "/feed/warnings.geojson"))
    assert found["features"]


def test_control_characters_do_not_break_a_feed(ready: Client) -> None:
    switch()
    record(receive(text="雨\x0b大 <b>&")["id"])
    assert len(titles(ready)) == 1
    assert "<b>" not in text_of(ready, "/public/warnings/").split('class="said-text"')[1][:40]


def test_another_world_of_the_browser_changes_nothing(ready: Client) -> None:
    from anlan.base.worlds.current import World, standing_in

    switch()
    record(receive()["id"])
    with standing_in(World(alias="default", token="x", mode="EXERCISE", name="演练")):
        assert len(titles(ready)) == 1


def test_the_switch_has_a_page_for_the_system_administrator_alone(
    client_as: Callable[[str], Client],
) -> None:
    from anlan.warning.models import ReleaseReceipt

    for login in ("bureau", "county", "public", "security"):
        assert client_as(login).get("/public/setting/").status_code == 403, login
    client = client_as("admin")
    form = client.get("/public/setting/")
    assert form.status_code == 200
    initial = form.context["form"].initial
    sent = {
        "is_on": "on",
        "map_approval": "",
        "reason": "市政府同意",
        "request_id": initial["request_id"],
        "expected_version": initial["expected_version"],
    }
    assert client.post("/public/setting/", sent).status_code == 302
    assert ReleaseReceipt.objects.count() >= 2
    assert Client().get("/feed/cap.atom").status_code == 200
    api = "/api/v1/public-release"
    assert client.get(api).json()["is_on"] is True
    body = {"is_on": False, "expected_version": 1, "reason": "停用"}
    off = client.put(api, body, content_type="application/json")
    assert (off.status_code, off.json()["is_on"]) == (200, False)
    refused = client_as("bureau").put(api, body, content_type="application/json")
    assert refused.status_code == 403
    assert Client().get("/feed/cap.atom").status_code == 404
