"""Writes over the API: repeats, conflicts, refusals."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base.models import JournalEntry
from anlan.registers.models import Account, ApiToken, GroupMembership, Statistic, Tenure

SignedIn = Callable[[str], Client]
FIGURE = {
    "region": "140802",
    "year": 2024,
    "indicator": "test-figure",
    "value": "12.5",
    "unit_of_measure": "person",
    "state": "known",
    "edition": "bulletin-2025",
    "source": "统计公报",
}


def post(client: Client, path: str, body: Any, key: str = "", **headers: str) -> Any:
    if key:
        headers["Idempotency-Key"] = key
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def membership(client_as: SignedIn) -> dict[str, Any]:
    """A membership without an end."""
    client = client_as("bureau")
    for group in client.get("/api/v1/body-groups").json()["results"]:
        for member in client.get(f"/api/v1/body-groups/{group['code']}").json()["members"]:
            if member["valid_until"] is None:
                found: dict[str, Any] = member
                return found
    raise AssertionError("no open membership in the profile")


def test_a_repeat_returns_the_first_result_and_writes_nothing(client_as: SignedIn) -> None:
    client = client_as("bureau")
    first = post(client, "statistics", FIGURE, "figure-0001")
    before = JournalEntry.objects.count()
    second = post(client, "statistics", FIGURE, "figure-0001")
    in_body = post(client, "statistics", {**FIGURE, "request_id": "figure-0001"})
    assert (first.status_code, second.status_code, in_body.status_code) == (201, 201, 201)
    assert first.json() == second.json() == in_body.json()
    assert Statistic.objects.filter(indicator="test-figure").count() == 1
    assert JournalEntry.objects.count() == before


def test_a_request_id_is_not_used_for_something_else(client_as: SignedIn) -> None:
    client = client_as("bureau")
    post(client, "statistics", FIGURE, "figure-0002")
    other = post(client, "statistics", {**FIGURE, "value": "13"}, "figure-0002")
    assert (other.status_code, other.json()["code"]) == (409, "request-reused")


def test_an_edition_is_never_overwritten(client_as: SignedIn) -> None:
    client = client_as("bureau")
    assert post(client, "statistics", FIGURE).status_code == 201
    same = post(client, "statistics", {**FIGURE, "value": "99"})
    assert (same.status_code, same.json()["code"]) == (422, "edition-exists")
    restated = post(client, "statistics", {**FIGURE, "value": "99", "edition": "bulletin-2026"})
    assert restated.status_code == 201
    values = client.get("/api/v1/statistics?indicator=test-figure").json()["results"]
    assert sorted(row["value"] for row in values) == ["12.5", "99"]


def test_unknown_stays_unknown(client_as: SignedIn) -> None:
    client = client_as("bureau")
    unknown = {**FIGURE, "state": "unknown", "value": None}
    made = post(client, "statistics", unknown)
    assert made.status_code == 201
    assert (made.json()["value"], made.json()["state"]) == (None, "unknown")
    for wrong in ({**FIGURE, "state": "unknown"}, {**FIGURE, "value": None}):
        refused = post(client, "statistics", {**wrong, "edition": "another"})
        assert refused.status_code == 422, refused.content


WRONG_FIGURES: tuple[dict[str, Any], ...] = (
    {"year": 99},
    {"value": "1e400"},
    {"value": "1.23456"},
    {"value": -1},
    {"indicator": "Not a slug"},
    {"state": "maybe"},
    {"edition": ""},
    {"edition": "x" * 81},
    {"published_on": "yesterday"},
    {"mark": "Z"},
)


def test_a_wrong_figure_is_refused_by_name(client_as: SignedIn) -> None:
    client = client_as("bureau")
    for wrong in WRONG_FIGURES:
        refused = post(client, "statistics", {**FIGURE, **wrong})
        assert refused.status_code == 422, (wrong, refused.content)
        assert refused.json()["field"] == next(iter(wrong))


def test_only_keepers_of_registers_write(client_as: SignedIn, membership: dict[str, Any]) -> None:
    end = {"valid_until": "2030-01-01", "expected_version": 1, "reason": "x"}
    for login in ("public", "county", "department"):
        client = client_as(login)
        assert post(client, "statistics", FIGURE).status_code == 403
        assert post(client, f"memberships/{membership['id']}/end", end).status_code == 403
    assert not Statistic.objects.filter(indicator="test-figure").exists()


def test_two_writers_the_second_is_told_and_nothing_is_overwritten(
    client_as: SignedIn, membership: dict[str, Any]
) -> None:
    address = f"memberships/{membership['id']}/end"
    first = post(
        client_as("bureau"),
        address,
        {"valid_until": "2030-01-01", "reason": "first", "expected_version": 1},
    )
    assert first.status_code == 200, first.content
    second = post(
        client_as("admin"),
        address,
        {"valid_until": "2031-01-01", "reason": "second"},
        **{"If-Match": '"1"'},
    )
    assert second.status_code == 409
    body = second.json()
    assert (body["expected_version"], body["current_version"]) == (1, 2)
    assert body["current"]["valid_until"] == "2030-01-01"
    row = GroupMembership.objects.get(pk=membership["id"])
    assert row.valid_until is not None
    assert row.valid_until.isoformat() == "2030-01-01"
    now = client_as("admin").get(f"/api/v1/memberships/{membership['id']}")
    third = post(
        client_as("admin"),
        address,
        {"valid_until": "2031-01-01", "reason": "seen"},
        **{"If-Match": now.headers["ETag"]},
    )
    assert third.status_code == 200


def test_a_change_without_a_version_is_refused(
    client_as: SignedIn, membership: dict[str, Any]
) -> None:
    body = {"valid_until": "2030-01-01", "reason": "x"}
    refused = post(client_as("bureau"), f"memberships/{membership['id']}/end", body)
    assert (refused.status_code, refused.json()["code"]) == (428, "version-required")


def test_a_body_joins_a_group_once(client_as: SignedIn, membership: dict[str, Any]) -> None:
    client = client_as("bureau")
    group, body = membership["group"]["code"], membership["body"]["id"]
    joining = {
        "body": body,
        "valid_from": "2030-06-01",
        "source": "文件",
        "reason": "joins",
    }
    twice = post(client, f"body-groups/{group}/members", joining)
    assert (twice.status_code, twice.json()["code"]) == (422, "already-member")
    end = {"valid_until": "2030-01-01", "reason": "leaves", "expected_version": 1}
    post(client, f"memberships/{membership['id']}/end", end)
    again = post(client, f"body-groups/{group}/members", joining, "join-0001")
    repeated = post(client, f"body-groups/{group}/members", joining, "join-0001")
    assert again.status_code == repeated.status_code == 201
    assert again.json() == repeated.json()
    on = client.get(f"/api/v1/body-groups/{group}?on=2030-03-01").json()
    assert body not in {row["body"]["id"] for row in on["members"]}


def test_an_unknown_body_is_a_refused_value(client_as: SignedIn) -> None:
    client = client_as("bureau")
    group = client.get("/api/v1/body-groups").json()["results"][0]["code"]
    refused = post(
        client,
        f"body-groups/{group}/members",
        {
            "body": "00000000-0000-7000-8000-000000000000",
            "valid_from": "2030-06-01",
            "source": "x",
            "reason": "y",
        },
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "body")


def colleague(**more: Any) -> dict[str, Any]:
    return {
        "name": "演示·新人",
        "mobile": "19900000088",
        "login": "newcomer",
        "password": "a-long-enough-one-1",
        **more,
    }


POST = {"title": "新联络员", "role": "department", "held_from": "2024-01-01"}


def test_an_account_is_made_once_and_gets_its_post_from_somebody_else(
    client_as: SignedIn,
) -> None:
    admin, security = client_as("admin"), client_as("security")
    body = admin.get("/api/v1/bodies/water").json()["id"]
    first = post(admin, "accounts", colleague(), "account-0001")
    second = post(admin, "accounts", colleague(), "account-0001")
    assert first.status_code == second.status_code == 201, first.content
    assert first.json() == second.json()
    assert "password" not in first.json()
    assert Account.objects.filter(login="newcomer").count() == 1
    taken = post(admin, "accounts", colleague())
    assert (taken.status_code, taken.json()["code"]) == (422, "login-taken")
    posts = f"accounts/{first.json()['id']}/posts"
    assert post(admin, posts, {**POST, "body": body}).status_code == 403
    for _ in range(2):
        given = post(security, posts, {**POST, "body": body}, "post-000001")
        assert given.status_code == 201, given.content
    assert Tenure.objects.filter(person=first.json()["person"]).count() == 1


def test_a_wrong_post_is_refused_by_name(client_as: SignedIn) -> None:
    security = client_as("security")
    body = security.get("/api/v1/bodies/water").json()["id"]
    account = Account.objects.get(login="department")
    nobody = "00000000-0000-7000-8000-000000000000"
    for more, field in (
        ({"role": "king"}, "role"),
        ({"held_from": "2024-02-30"}, "held_from"),
        ({"title": " "}, "title"),
        ({"body": nobody}, "body"),
    ):
        refused = post(security, f"accounts/{account.pk}/posts", {**POST, "body": body, **more})
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert post(security, f"accounts/{nobody}/posts", {**POST, "body": body}).status_code == 404


WRONG_COLLEAGUES: tuple[tuple[dict[str, Any], str], ...] = (
    ({"password": "short"}, "password"),
    ({"password": "1234567890123"}, "password"),
    ({"login": "空 格"}, "login"),
    ({"mobile": "abc"}, "mobile"),
    ({"role": "department"}, "role"),
    ({"name": " "}, "name"),
)


def test_a_wrong_account_is_refused_by_name(client_as: SignedIn) -> None:
    admin = client_as("admin")
    for more, field in WRONG_COLLEAGUES:
        refused = post(admin, "accounts", colleague(**more))
        assert (refused.status_code, refused.json()["field"]) == (422, field)
    assert not Account.objects.filter(person__name="演示·新人").exists()


def test_a_repeated_issue_gives_the_same_token_without_its_secret(client_as: SignedIn) -> None:
    admin = client_as("security")
    account = admin.get("/api/v1/accounts?q=county").json()["results"][0]["id"]
    body = {"account": account, "label": "meteorology"}
    first = post(admin, "tokens", body, "token-00001").json()
    second = post(admin, "tokens", body, "token-00001").json()
    assert first["secret"] and second["secret"] is None
    assert first["id"] == second["id"]
    assert ApiToken.objects.count() == 1


def test_a_write_is_in_the_journal_with_its_request_id_and_reason(client_as: SignedIn) -> None:
    client = client_as("bureau")
    post(client, "statistics", {**FIGURE, "reason": "年报"}, "figure-0003")
    entry = client.get("/api/v1/journal?action=registers.statistic").json()["results"][0]
    assert (entry["actor"], entry["request_id"], entry["reason"]) == (
        "bureau",
        "figure-0003",
        "年报",
    )
    assert entry["subjects"][0]["model"] == "registers.statistic"
