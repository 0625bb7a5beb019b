"""Rounds, addressees, answers and ladders over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.identity import new_id
from anlan.warning.models import CallAddressee
from tests.warning.calling_life import make_contact, make_message

As = Callable[[str], Client]
JSON = "application/json"


def post(client: Client, path: str, body: dict[str, Any], status: int = 201) -> dict[str, Any]:
    answer = client.post(f"/api/v1/{path}", body, content_type=JSON)
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


def get(client: Client, path: str, status: int = 200) -> dict[str, Any]:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
def running(signed_in: As) -> dict[str, Any]:
    make_contact(login="villager", name="演示·在册")
    make_contact(unit="xia", region="140828100001", name="演示·邻县")
    message = make_message(regions=("140800",), at=clock.now())
    return post(signed_in("bureau"), "call-rounds", {"message": str(message.pk)})


def test_a_round_from_end_to_end(running: dict[str, Any], signed_in: As) -> None:
    county, here = signed_in("county"), f"call-rounds/{running['id']}"
    assert running["addressees"] == 2
    assert get(county, here)["counts"]["waiting"] == 1
    (row,) = get(county, f"{here}/addressees?state=waiting")["results"]
    assert (row["name"], row["mobile"], row["is_masked"]) == ("演示·在册", "19900001000", False)
    key = new_id().hex
    call = {"outcome": "no-answer", "request_id": key}
    first = post(county, f"call-addressees/{row['id']}/calls", call)
    assert post(county, f"call-addressees/{row['id']}/calls", call) == first
    villager = signed_in("villager")
    (mine,) = get(villager, "my-calls")["results"]
    done = post(villager, f"my-calls/{mine['id']}/answer", {"said": "收到", "promised": "转移"})
    assert done["state"] == "answered"
    shown = get(county, f"call-addressees/{row['id']}")
    assert (shown["answer_way"], shown["promised"]) == ("in-app", "转移")
    kinds = [one["kind"] for one in get(county, f"call-addressees/{row['id']}/events")["results"]]
    assert kinds[0] == "call" and kinds[-1] == "answer"
    problem = post(
        county, f"call-addressees/{row['id']}/calls", {"outcome": "answered", "said": "x"}, 409
    )
    assert problem["code"] == "already-answered"
    version = get(signed_in("bureau"), here)["version"]
    closed = {"reason": "误报", "expected_version": version}
    assert post(signed_in("bureau"), f"{here}/close", closed, 200)["released"] == 1


def test_scope_and_masks(running: dict[str, Any], signed_in: As) -> None:
    here = f"call-rounds/{running['id']}"
    (row,) = get(signed_in("other"), f"{here}/addressees")["results"]
    assert row["name"] == "演示·邻县"
    get(signed_in("county"), f"call-addressees/{row['id']}", 404)
    rows = get(signed_in("department"), f"{here}/addressees")["results"]
    assert all(one["is_masked"] and "*" in one["mobile"] for one in rows)
    post(
        signed_in("department"),
        f"call-addressees/{row['id']}/calls",
        {"outcome": "no-answer"},
        403,
    )
    get(signed_in("public"), here, 403)
    assert get(signed_in("public"), "my-calls")["results"] == []
    mine = CallAddressee.objects.get(person__name="演示·在册").pk
    post(signed_in("public"), f"my-calls/{mine}/answer", {"said": "收到"}, 403)


def test_ladders(signed_in: As) -> None:
    given = {
        "unit": "xinjiang",
        "level": "red",
        "kinds": ["village-contact"],
        "steps": [{"who": "self", "channel": "phone", "minutes": 3}],
        "answer_within_minutes": 3,
        "valid_from": "2026-01-01",
        "source": "演示办法",
    }
    row = post(signed_in("county"), "call-ladders", given)
    assert row["steps"] == [{"who": "self", "channel": "phone", "minutes": 3}]
    wrong = given | {"steps": [{"who": "deputy", "channel": "phone"}], "valid_from": "2026-02-01"}
    post(signed_in("county"), "call-ladders", wrong, 422)
    post(signed_in("other"), "call-ladders", given | {"valid_from": "2026-03-01"}, 403)
    assert get(signed_in("bureau"), "call-ladders?unit=xinjiang")["count"] == 1


def test_area_contacts(signed_in: As) -> None:
    make_contact(name="演示·在册")
    (row,) = get(signed_in("county"), "area-contacts?region=140825")["results"]
    assert (row["name"], row["state"], row["kind"]) == ("演示·在册", "never", "village-contact")
    given = {
        "person": row["person"],
        "kind": "site-warden",
        "unit": "xinjiang",
        "region": "140825100002",
        "place": "演示隐患点",
        "longitude_deg": 111.2,
        "latitude_deg": 35.6,
        "held_from": "2026-01-01",
        "source": "演示",
        "mark": "X",
    }
    made = post(signed_in("county"), "area-contacts", given)
    assert made["point"]["coordinates"] == [111.2, 35.6]
    outside = post(signed_in("county"), "area-contacts", given | {"longitude_deg": 112.9}, 422)
    assert outside["code"] == "point-elsewhere"
    elsewhere = given | {"region": "140828100001", "longitude_deg": None, "latitude_deg": None}
    assert post(signed_in("county"), "area-contacts", elsewhere, 422)["field"] == "region"
    change = given | {"held_until": "2026-10-01", "expected_version": made["version"]}
    answer = signed_in("county").put(
        f"/api/v1/area-contacts/{made['id']}", change, content_type=JSON
    )
    assert answer.status_code == 200, answer.content
    assert get(signed_in("county"), "area-contacts?on=2026-10-01&kind=site-warden")["count"] == 0
    post(signed_in("other"), "area-contacts", given, 404)
