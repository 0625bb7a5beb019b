"""The online base map: off by default, its key told to nobody, the offline map always there."""

import datetime as dt
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock, sealed
from anlan.base.errors import Conflict, NotAllowed
from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.base.maps.ground import ground
from anlan.base.maps.online import (
    HOST,
    NoApproval,
    NoKey,
    NotAKey,
    key_of,
    online_map,
    set_online_map,
)
from anlan.base.models import JournalEntry, OnlineMap
from anlan.registers.models import Account, Body, Person, Post, Tenure
from tests.registers.kept import make_kept_city, said
from tests.registers.small_city import ADMINISTRATOR, NOW

KEY = "0123456789abcdef0123456789abcdef"
APPROVAL = "GS（2026）0001号"
API = "/api/v1/online-map"
SignedIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _ready(db: None, settings: Any, tmp_path: Any) -> Iterator[None]:
    from anlan.site import instance

    settings.ANLAN_HOME = tmp_path
    make_kept_city()
    add_administrator()
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


def rivers_needed() -> None:
    from django.conf import settings

    if not (settings.ANLAN_PROFILE_BUILD / "rivers.geojson").exists():
        pytest.skip("not run: the lines of rivers are not built on this machine")


def add_administrator() -> None:
    with recording(
        action="tests.admin", actor=ADMINISTRATOR, now=NOW, request_id="online-map-admin"
    ) as rec:
        person = Person(name="演示·系统", mobile="19900007999", is_invented=True)
        rec.add(person)
        body = Body.objects.get(code="emergency")
        post = Post(body=body, title="系统管理员", role="system-administrator")
        rec.add(post)
        rec.add(Tenure(person=person, post=post, held_from=dt.date(2021, 1, 1)))
        rec.add(Account(login="admin", person=person, password="!"))


@pytest.fixture
def client_as() -> SignedIn:
    def signed_in(login: str) -> Client:
        client = Client()
        client.force_login(Account.objects.get(login=login))
        return client

    return signed_in


def switch(*, login: str = "admin", **given: Any) -> dict[str, Any]:
    asked = {"is_on": True, "key": KEY, "approval": APPROVAL} | given
    version = asked.pop("expected_version", online_map().version)
    return set_online_map(**asked, expected_version=version, **said(login))


def page(client: Client, path: str = "/regions/140825/") -> Any:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer


def test_it_is_off_and_no_page_opens_a_host(client_as: SignedIn) -> None:
    answer = page(client_as("bureau"))
    assert "tianditu" not in answer.content.decode()
    assert "https:" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"key": ""}, NoKey),
        ({"key": "short"}, NotAKey),
        ({"key": KEY + "&x=1"}, NotAKey),
        ({"approval": " "}, NoApproval),
        ({"expected_version": 3}, Conflict),
    ],
)
def test_what_is_not_complete_is_refused(given: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        switch(**given)
    assert not OnlineMap.objects.exists()


@pytest.mark.parametrize("login", ["bureau", "department", "county", "public"])
def test_only_the_system_administrator_switches(login: str) -> None:
    with pytest.raises(NotAllowed):
        switch(login=login)
    assert not OnlineMap.objects.exists()


def test_a_page_with_a_map_opens_that_host_and_no_other_page_does(client_as: SignedIn) -> None:
    switch()
    client = client_as("bureau")
    answer = page(client)
    text = answer.content.decode()
    assert f"img-src 'self' data: {HOST};" in answer["Content-Security-Policy"]
    assert "script-src 'self';" in answer["Content-Security-Policy"]
    assert text.index(f"{HOST}/vec_c/wmts") < text.index(f"{HOST}/cva_c/wmts")
    assert APPROVAL in text
    assert "汾河" in text
    assert "https:" not in page(client, "/regions/")["Content-Security-Policy"]


def test_the_key_is_in_no_journal_entry_and_no_log(
    caplog: pytest.LogCaptureFixture, client_as: SignedIn
) -> None:
    with caplog.at_level(logging.DEBUG):
        switch()
        assert KEY not in page(client_as("admin"), "/maps/online/").content.decode()
    entry = JournalEntry.objects.get(action="base.onlinemap.set")
    assert KEY not in entry.content
    assert online_map().sealed_key not in entry.content
    assert KEY not in caplog.text
    assert KEY not in online_map().sealed_key


def test_an_empty_key_keeps_the_old_one_and_off_is_off(client_as: SignedIn) -> None:
    switch()
    switch(key="", approval="GS（2027）0002号")
    text = page(client_as("bureau")).content.decode()
    assert f"tk={KEY}" in text
    assert "GS（2027）0002号" in text
    switch(is_on=False, key="")
    assert "tianditu" not in page(client_as("bureau")).content.decode()


def test_a_lost_key_file_leaves_the_offline_map(client_as: SignedIn) -> None:
    switch()
    sealed.path().unlink()
    text = page(client_as("bureau")).content.decode()
    assert "tianditu" not in text
    assert "汾河" in text


def test_a_past_day_and_an_exercise_have_no_key() -> None:
    """There a secret column holds a mark instead of what it sealed."""
    for held in (f"!{new_id()}", "!", "", "AAAA"):
        assert key_of(OnlineMap(is_on=True, sealed_key=held, approval=APPROVAL)) == ""


def test_a_repeat_changes_nothing() -> None:
    asked = said("admin")
    given = {"is_on": True, "key": KEY, "approval": APPROVAL, "expected_version": 0}
    assert set_online_map(**given, **asked) == set_online_map(**given, **asked)
    assert online_map().version == 1


def test_over_the_api(client_as: SignedIn) -> None:
    def put(login: str, **given: Any) -> Any:
        return client_as(login).put(API, given, content_type="application/json")

    assert client_as("bureau").get(API).json() == {
        "is_on": False,
        "has_key": False,
        "approval": "",
        "version": 0,
    }
    refused = put("admin", is_on=True, reason="试")
    assert (refused.status_code, refused.json()["code"]) == (422, "no-map-key")
    made = put("admin", is_on=True, key=KEY, approval=APPROVAL, reason="开通")
    assert made.status_code == 200, made.content
    assert made.json() == {"is_on": True, "has_key": True, "approval": APPROVAL, "version": 1}
    assert put("admin", is_on=False, expected_version=7, reason="停").status_code == 409
    assert put("bureau", is_on=False, expected_version=1, reason="停").status_code == 403
    assert put("admin", is_on=False, expected_version=1, reason="停").status_code == 200


def test_the_screen_takes_it_and_says_what_is_wrong(client_as: SignedIn) -> None:
    client = client_as("admin")
    form = {"request_id": new_id().hex, "expected_version": "0", "reason": "开通", "is_on": "on"}
    answer = client.post("/maps/online/", form | {"approval": APPROVAL})
    assert answer.status_code == 422
    assert APPROVAL in answer.content.decode()
    assert client.post("/maps/online/", form | {"approval": APPROVAL, "key": KEY}).url
    assert online_map().is_on
    assert client_as("bureau").get("/maps/online/").status_code == 403


def test_rivers_and_towns_of_the_profile(client_as: SignedIn) -> None:
    rivers_needed()
    found = ground()
    assert {river.name for river in found.rivers} == {"黄河", "汾河", "沁河"}
    assert {"猗氏镇", "解店镇", "古魏镇"} <= {town.name for town in found.towns}
    answer = client_as("bureau").get("/api/v1/map-ground.geojson")
    features = json.loads(answer.content)["features"]
    assert {each["properties"]["kind"] for each in features} == {"river", "town"}
    assert len({each["id"] for each in features}) == len(features)


@pytest.mark.parametrize("path", ["/regions/140825/", "/warnings/compose/"])
def test_every_map_has_rivers_and_says_where_they_come_from(
    client_as: SignedIn, path: str
) -> None:
    rivers_needed()
    text = page(client_as("bureau"), path).content.decode()
    assert "map-region" in text
    assert 'class="map-river"' in text
    assert "GSHHG" in text
    assert "GeoNames" in text
