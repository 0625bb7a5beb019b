"""The API of bulletins: the whole life, refusals, versions, repeats."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.test import Client

from anlan.base import clock
from anlan.base.identity import new_id
from anlan.warning.rules.cap.validating import validate_cap
from tests.registers.kept import SQUARE
from tests.warning.bulletin_life import give_right

As = Callable[[str], Client]
BULLETINS = "/api/v1/bulletins"


def post(client: Client, path: str = "", **body: Any) -> Any:
    return client.post(BULLETINS + path, body, content_type="application/json")


def whole(**more: Any) -> dict[str, Any]:
    given = {
        "body": "water",
        "hazard": "river-flood",
        "level": "yellow",
        "headline": "演示：汾河洪水黄色预警",
        "text": "预计未来6小时汾河水位将超过警戒水位",
        "instruction": "沿河村庄做好转移准备",
        "expires_at": (clock.now() + dt.timedelta(hours=6)).isoformat(),
        "regions": ["140825"],
    }
    return given | more


def step(client: Client, row: dict[str, Any], name: str, status: int = 200, **more: Any) -> Any:
    body = {"expected_version": row["version"]} | more
    answer = post(client, f"/{row['id']}/{name}", **body)
    assert answer.status_code == status, (name, answer.content.decode())
    return answer.json()


def test_the_whole_life(client_as: As) -> None:
    give_right()
    water, bureau = client_as("department"), client_as("bureau")
    drawn = [{"name": "汾河滩", "outline": SQUARE}]
    row = post(water, **whole(outlines=drawn)).json()
    assert (row["way"], row["state"], row["outlines"]) == ("publish", "draft", drawn)
    row = step(water, row, "change", **whole(text="改写后的内容"))
    assert (row["text"], row["outlines"]) == ("改写后的内容", [])
    row = step(water, row, "submit")
    row = step(water, row, "take-back")
    row = step(water, row, "submit")
    refused = step(water, row, "approve", 403, signer="市长")
    assert refused["code"] == "bulletin-approval-refused"
    row = step(bureau, row, "send-back", reason="写明河段")
    assert row["sent_back_because"] == "写明河段"
    row = step(water, row, "change", **whole(text="汾河新绛段水位将超过警戒水位"))
    row = step(water, row, "submit")
    row = step(bureau, row, "approve", signer="分管副市长")
    row = step(water, row, "issue")
    assert row["state"] == "issued" and row["message"] and row["references"] == []
    message = bureau.get(f"/api/v1/warnings/messages/{row['message']}").json()
    assert (message["intake"], message["identifier"]) == ("own", row["identifier"])
    update = post(
        water, f"/{row['id']}/update", change="raise", level="orange", headline="演示：升级"
    ).json()
    assert [area["code"] for area in update["areas"]] == ["140825"]
    update = step(water, step(water, update, "submit"), "take-back")
    update = step(bureau, step(water, update, "submit"), "approve", signer="市长")
    update = step(water, update, "issue")
    assert [each["identifier"] for each in update["references"]] == [row["identifier"]]
    lift = post(water, f"/{update['id']}/cancel", text="水位回落").json()
    assert (lift["change"], lift["level"]) == ("lift", "orange")
    lift = step(bureau, step(water, lift, "submit"), "approve", signer="市长")
    lift = step(water, lift, "issue")
    assert lift["state"] == "lifting" and len(lift["references"]) == 2
    words = water.get(f"{BULLETINS}/{lift['id']}/words").json()
    assert validate_cap(words["cap"].encode()).verdict.value is True
    assert words["used"] <= words["most"] == 70
    states = {r["id"]: r["state"] for r in water.get(BULLETINS).json()["results"]}
    assert (states[row["id"]], states[update["id"]]) == ("updated", "cancelled")
    warning = bureau.get(f"/api/v1/warnings/{row['warning']}").json()
    assert warning["ended_at"] is not None and warning["messages"] == 3


def test_a_proposal_over_the_api(client_as: As) -> None:
    bureau, leader = client_as("bureau"), client_as("leader")
    row = post(bureau, **whole(body="emergency", level="blue", owner="演示·水文站")).json()
    # the register of rights says who owns it, whatever was typed
    assert (row["way"], row["owner"]) == ("propose", "演示·运城市水务局")
    row = step(leader, step(bureau, row, "submit"), "approve", signer="局长")
    assert step(bureau, row, "issue", 422)["code"] == "bulletin-route-changed"
    row = step(bureau, row, "propose")
    row = step(bureau, row, "answer", is_adopted=True, answer="水文站将发布")
    assert (row["state"], row["message"]) == ("adopted", None)


def test_versions_repeats_and_refusals(client_as: As) -> None:
    give_right()
    water = client_as("department")
    request_id = new_id().hex
    body = whole(request_id=request_id)
    first, again = post(water, **body), post(water, **body)
    assert first.status_code == 201
    assert again.json()["id"] == first.json()["id"]
    row = first.json()
    assert post(water, f"/{row['id']}/submit").status_code == 428
    step(water, row, "change", **whole(text="新的话"))
    assert step(water, row, "change", 409, **whole(text="旧版"))["code"] == "conflict"
    assert post(client_as("county"), f"/{row['id']}/submit", expected_version=2).status_code == 404
    assert client_as("county").get(f"{BULLETINS}/{row['id']}").status_code == 404
    assert client_as("public").get(BULLETINS).status_code == 403
    assert post(water, **whole(regions=["000000"])).status_code == 404
    bad = post(water, **whole(outlines=[{"outline": {"type": "Polygon", "coordinates": []}}]))
    assert bad.status_code == 422 and bad.json()["code"] == "outline-unusable"
    open_row = post(water, **whole(headline="")).json()
    gaps = step(water, open_row, "submit", 422)
    assert gaps["code"] == "bulletin-incomplete"
    words = water.get(f"{BULLETINS}/{open_row['id']}/words").json()
    assert words["gaps"] == ["headline"]
    drafts = water.get(f"{BULLETINS}?queue=drafts").json()["results"]
    assert {row["id"], open_row["id"]} <= {draft["id"] for draft in drafts}
