"""Messages and outgoing rows over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.dispatch.writing import Addressee
from anlan.base.identity import new_id
from anlan.base.models.dispatch import Dispatch
from anlan.exchange.sweep import sweep
from tests.exchange.outgoing import write

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
MESSAGE = {"mode": "TEST", "subject": "测试", "text": "请确认", "bodies": ["water"]}


@pytest.fixture(autouse=True)
def _city(city: None) -> None:
    """The demonstration."""


def post(client: Client, path: str, data: dict[str, Any], **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", data, content_type="application/json", headers=headers)


@pytest.mark.parametrize("role", ["bureau", "department", "county", "public", "admin"])
def test_who_may_what(client_as: SignIn, role: str) -> None:
    client, manages = client_as(role), role in ("bureau", "admin")
    row = Dispatch.objects.first()
    assert row is not None
    assert client.get("/api/v1/messages").status_code == 200
    assert client.get("/api/v1/dispatches").status_code == (200 if manages else 403)
    assert client.get(f"/api/v1/dispatches/{row.pk}").status_code == (200 if manages else 403)
    assert post(client, "messages", MESSAGE).status_code == (201 if manages else 403)
    state = {"expected_version": row.version, "reason": "r"}
    for verb in ("retry", "cancel"):
        answer = post(client, f"dispatches/{row.pk}/{verb}", state)
        assert (answer.status_code == 403) == (not manages), answer.content


def test_written_listed_received_and_confirmed(client_as: SignIn) -> None:
    bureau, reader = client_as("bureau"), client_as("department")
    request_id = new_id().hex
    first = post(bureau, "messages", MESSAGE, **{"Idempotency-Key": request_id}).json()
    again = post(bureau, "messages", MESSAGE, **{"Idempotency-Key": request_id}).json()
    assert (first["id"], first["rows"], first["mode"]) == (again["id"], 1, "TEST")
    sweep(clock.now())
    rows = bureau.get("/api/v1/dispatches", {"message": first["id"]}).json()["results"]
    assert [(r["state"], r["addressee"], r["next_at"]) for r in rows] == [
        ("delivered", "water", None)
    ]
    key = rows[0]["id"]
    mine = reader.get("/api/v1/messages", {"open": "true"}).json()["results"]
    assert key in {row["id"] for row in mine}
    assert reader.get(f"/api/v1/messages/{key}").json()["mode"] == "TEST"
    confirmed = post(reader, f"messages/{key}/acknowledge", {})
    assert confirmed.status_code == 200
    assert confirmed.json()["acknowledged_by"] == "department"
    detail = bureau.get(f"/api/v1/dispatches/{key}").json()
    assert [o["outcome"] for o in detail["outcomes"]] == ["delivered", "acknowledged"]
    assert client_as("county").get(f"/api/v1/messages/{key}").status_code == 404
    assert post(client_as("county"), f"messages/{key}/acknowledge", {}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "DRILL"},
        {"mode": None},
        {"bodies": []},
        {"bodies": ["nowhere"]},
        {"subject": ""},
        {"world": "live"},
    ],
)
def test_wrong_input_is_refused(client_as: SignIn, wrong: dict[str, Any]) -> None:
    answer = post(client_as("bureau"), "messages", MESSAGE | wrong)
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_the_mode_has_no_default(client_as: SignIn) -> None:
    unsaid = {name: value for name, value in MESSAGE.items() if name != "mode"}
    assert post(client_as("bureau"), "messages", unsaid).status_code == 422


def test_recall_and_retry_state_version_and_reason(client_as: SignIn) -> None:
    bureau = client_as("bureau")
    message = write(channel="in-app", addressees=[Addressee("account", "county")])
    key = Dispatch.objects.get(message=message).pk
    path = f"dispatches/{key}/cancel"
    assert post(bureau, path, {"reason": "r"}).status_code == 428
    assert post(bureau, path, {"expected_version": 7, "reason": "r"}).status_code == 409
    assert post(bureau, path, {"expected_version": 1}).status_code == 422
    done = post(bureau, path, {"reason": "r"}, **{"If-Match": '"1"'})
    assert (done.status_code, done.json()["state"]) == (200, "cancelled")
    assert done.headers["ETag"] == '"2"'
    late = post(bureau, path, {"expected_version": 2, "reason": "r"})
    assert late.status_code == 409
    assert late.json()["code"] == "not-in-this-state"
