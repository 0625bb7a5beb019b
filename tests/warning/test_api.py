"""The API of received warnings: text or fields, repeats, refusals by name, correction, rights."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.warning.models import IssuedWarning, WarningMessage

As = Callable[[str], Client]
MESSAGES = "/api/v1/warnings/messages"


def post(client: Client, path: str = MESSAGES, **body: Any) -> Any:
    return client.post(path, body, content_type="application/json")


def words(verb: str = "发布冰雹橙色预警信号") -> str:
    moment = clock.now().astimezone(CITY_ZONE) - dt.timedelta(minutes=4)
    return f"演示·运城市气象台{moment:%Y年%m月%d日%H时%M分}{verb}。"


def test_a_text_alone_is_enough_where_it_says_everything(client_as: As) -> None:
    client, text = client_as("bureau"), words()
    answer = post(client, text=text)
    assert answer.status_code == 201, answer.content
    row = answer.json()
    assert (row["hazard"], row["level"], row["change"]) == ("hail", "orange", "issue")
    assert [area["code"] for area in row["areas"]] == ["140800"]
    assert (row["intake"], row["is_repeated"], row["unit"]["code"]) == ("api", False, "city")
    assert row["relay"]["full"] == text
    again = post(client_as("department"), text=text).json()
    assert (again["id"], again["is_repeated"]) == (row["id"], True)
    one = client.get(f"{MESSAGES}/{row['id']}").json()
    assert one["text"] == text
    warning = client.get(f"/api/v1/warnings/{row['warning']}").json()
    assert (warning["level"], warning["ended_at"], warning["messages"]) == ("orange", None, 1)


def test_a_drill_is_refused_by_name_unless_it_is_meant(client_as: As) -> None:
    client, text = client_as("bureau"), f"{words()}（测试）"
    reading = client.post(
        "/api/v1/warnings/reading", {"text": text}, content_type="application/json"
    ).json()
    assert reading["rehearsal"] == "(测试)"
    refused = post(client, text=text)
    assert (refused.status_code, refused.json()["code"]) == (422, "called-rehearsal")
    assert post(client, text=text, is_meant=True).status_code == 201


def test_what_is_given_goes_before_what_is_read(client_as: As) -> None:
    body = {"level": "red", "regions": ["140828", "140825"], "unit": "xia"}
    row = post(client_as("bureau"), text=words(), **body).json()
    assert row["level"] == "red"
    assert {area["code"] for area in row["areas"]} == {"140828", "140825"}
    assert row["unit"]["code"] == "xia"


def test_what_is_neither_given_nor_read_is_refused_by_name(client_as: As) -> None:
    answer = post(client_as("bureau"), text="演示·运城市气象台发布冰雹橙色预警信号")
    assert answer.status_code == 422
    assert answer.json()["code"] == "field-missing"
    assert "issued_at" in answer.content.decode()


def test_who_may_not_receive_is_refused(client_as: As) -> None:
    for login in ("public", "security", "audit"):
        assert post(client_as(login), text=words()).status_code == 403, login
    assert post(client_as("county"), text=words(), unit="city").status_code == 403


def test_lists_are_narrowed(client_as: As) -> None:
    client = client_as("county")
    standing = client.get("/api/v1/warnings?state=in-force&page_size=200").json()
    assert standing["count"] == IssuedWarning.objects.filter(ended_at__isnull=True).count()
    assert all(row["ended_at"] is None for row in standing["results"])
    over = client.get("/api/v1/warnings?state=over&hazard=rainstorm&page_size=200").json()
    assert over["results"]
    assert {row["hazard"] for row in over["results"]} == {"rainstorm"}
    key = over["results"][0]["id"]
    said = client.get(f"{MESSAGES}?warning={key}&sort=issued_at").json()["results"]
    assert {row["warning"] for row in said} == {key}
    none = client.get("/api/v1/warnings?q=没有这个单位").json()
    assert none["count"] == 0


def test_a_text_is_read_without_being_kept(client_as: As) -> None:
    before = WarningMessage.objects.count()
    found = post(
        client_as("bureau"), "/api/v1/warnings/reading", text=words("更新冰雹橙色预警信号")
    )
    assert found.status_code == 200, found.content
    reading = found.json()
    assert reading["unread"] == ["change"]
    fields = {field["name"]: field for field in reading["fields"]}
    assert fields["hazard"]["value"] == "hail"
    assert fields["change"]["value"] is None
    assert fields["change"]["why"]
    assert WarningMessage.objects.count() == before


def test_a_misread_message_is_corrected_with_its_version(client_as: As) -> None:
    client = client_as("bureau")
    row = post(client, text=words()).json()
    path = f"{MESSAGES}/{row['id']}/correct"
    assert post(client, path, level="yellow", reason="误读").status_code == 428
    stale = post(client, path, level="yellow", reason="误读", expected_version=9)
    assert stale.status_code == 409
    done = post(client, path, level="yellow", reason="误读", expected_version=1)
    assert done.status_code == 200, done.content
    assert (done.json()["level"], done.json()["text"]) == ("yellow", row["text"])
    assert done.json()["version"] == 2


@pytest.mark.parametrize(
    "more", [{"text": ""}, {"text": "雨" * 4001}, {"hazard": "rain"}, {"x": 1}]
)
def test_wrong_bodies_are_refused(client_as: As, more: dict[str, Any]) -> None:
    body = {"text": words()} | more
    assert post(client_as("bureau"), **body).status_code in (400, 422)


def test_the_rights_are_listed(client_as: As) -> None:
    rows = client_as("bureau").get("/api/v1/publishing-rights").json()["results"]
    signals = next(row for row in rows if row["kind"] == "meteorological")
    assert (signals["law"], signals["article"], signals["body"]) == (
        "气象灾害防御条例",
        "30",
        None,
    )
