"""Sign-ins over the API: one's own sessions and password, and what the security administrator
does for others. The same refusals as on the screens."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.models import JournalEntry
from anlan.registers.actions.second_factor import confirm_codes, new_seed
from anlan.registers.models import Account, SecondFactor, SignInSession
from anlan.site.demo_logins import demo_password
from tests.registers.test_second_factor import code_at

SignedIn = Callable[[str], Client]
NEW = "zhongtiao-shan-11"
OTHERS = ("public", "county", "department", "bureau", "admin", "audit")
"""Everybody but the security administrator."""
FOR_OTHERS = ("unlock", "second-proofs/remove", "sessions/end")


def post(client: Client, path: str, body: Any, **headers: str) -> Any:
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def enter(login: str, password: str | None = None) -> Any:
    client = Client()
    said = {"login": login, "password": password or demo_password()}
    return client, post(client, "session", said)


@pytest.fixture
def county(city: None) -> Account:
    found: Account = Account.objects.get(login="county")
    return found


@pytest.mark.parametrize("verb", FOR_OTHERS)
def test_only_the_security_administrator_does_it_for_others(
    client_as: SignedIn, county: Account, verb: str
) -> None:
    address, body = f"accounts/{county.pk}/{verb}", {"reason": "当面核实"}
    for login in OTHERS:
        refused = post(client_as(login), address, body)
        assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed"), login
    assert post(Client(), address, body).status_code == 401
    security = client_as("security")
    for wrong in ({}, {"reason": ""}, {"reason": "  "}, {"reason": "x" * 301}):
        refused = post(security, address, wrong)
        assert (refused.status_code, refused.json()["field"]) == (422, "reason"), wrong
    nobody = "accounts/00000000-0000-7000-8000-000000000000"
    assert post(security, f"{nobody}/{verb}", body).status_code == 404
    assert post(security, address, body).status_code in (200, 204)


def test_a_locked_name_is_unlocked(client_as: SignedIn, county: Account, settings: Any) -> None:
    for _ in range(settings.AXES_FAILURE_LIMIT):
        enter("county", "wrong")
    _, locked = enter("county")
    assert (locked.status_code, locked.json()["code"]) == (429, "sign-in-locked")
    body = {"reason": "本人来电，已核实", "request_id": "unlock-county-1"}
    address = f"accounts/{county.pk}/unlock"
    assert post(client_as("security"), address, body).status_code == 204
    assert post(client_as("security"), address, body).status_code == 204
    assert enter("county")[1].status_code == 201
    entry = JournalEntry.objects.get(action="registers.account.unlock")
    assert "本人来电" in entry.content


def test_second_proofs_are_removed(
    client_as: SignedIn, county: Account, actor_as: Callable[[str], Any]
) -> None:
    seed, now = new_seed(), clock.now()
    confirm_codes(
        seed, code_at(seed, now), actor=actor_as("county"), now=now, request_id="seed-county-1"
    )
    assert enter("county")[1].json()["code"] == "second-factor-needed"
    address, body = f"accounts/{county.pk}/second-proofs/remove", {"reason": "手机遗失"}
    answer = post(client_as("security"), address, body)
    assert answer.json() == {"removed": 2}, "the codes of the telephone and those for recovery"
    assert not SecondFactor.objects.filter(account=county).exists()
    assert post(client_as("security"), address, body).json() == {"removed": 0}
    assert enter("county")[1].status_code == 201


def test_own_sessions_are_listed_and_ended(client_as: SignedIn, county: Account) -> None:
    (here, _), (there, _), (third, _) = enter("county"), enter("county"), enter("county")
    stranger, _ = enter("bureau")
    rows = here.get("/api/v1/me/sessions").json()["results"]
    assert len(rows) == 3
    assert [row["is_this"] for row in rows].count(True) == 1
    foreign = stranger.get("/api/v1/me/sessions").json()["results"][0]["id"]
    assert post(here, f"me/sessions/{foreign}/end", {}).status_code == 404
    assert stranger.get("/api/v1/me").status_code == 200
    seen = there.get("/api/v1/me/sessions").json()["results"]
    one = next(row["id"] for row in seen if row["is_this"])
    assert post(here, f"me/sessions/{one}/end", {}).status_code == 204
    assert post(here, f"me/sessions/{one}/end", {}).status_code == 404
    assert there.get("/api/v1/me").status_code == 401
    assert third.get("/api/v1/me").status_code == 200
    assert post(here, "me/sessions/end", {}).json() == {"sessions": 1}
    assert third.get("/api/v1/me").status_code == 401
    assert here.get("/api/v1/me").status_code == 200
    assert len(here.get("/api/v1/me/sessions").json()["results"]) == 1
    address = f"accounts/{county.pk}/sessions/end"
    assert post(client_as("security"), address, {"reason": "x"}).json() == {"sessions": 1}
    assert here.get("/api/v1/me").status_code == 401


def test_a_session_whose_time_is_over_is_not_listed(city: None, settings: Any) -> None:
    enter("county")
    later = clock.now() + dt.timedelta(minutes=settings.ANLAN_IDLE_MINUTES + 2)
    with clock.at(later):
        client, _ = enter("county")
        assert len(client.get("/api/v1/me/sessions").json()["results"]) == 1
    assert SignInSession.objects.count() == 2


def test_the_own_password_is_changed_by_the_rules_of_the_screen(county: Account) -> None:
    (client, _), (other, _) = enter("county"), enter("county")
    present = demo_password()
    wrong = [
        ({"present": "not it", "new": NEW}, "wrong-present-password", "present"),
        ({"present": present, "new": "short"}, "password-too-weak", "new"),
        ({"present": present, "new": "1234567890123"}, "password-too-weak", "new"),
        ({"present": present, "new": present}, "password-too-weak", "new"),
    ]
    for body, code, field in wrong:
        refused = post(client, "me/password", body)
        said = refused.json()
        assert (refused.status_code, said["code"], said["field"]) == (422, code, field)
        assert NEW not in refused.content.decode()
    assert post(client, "me/password", {"present": present}).status_code == 422
    body = {"present": present, "new": NEW + " ", "request_id": "password-county-1"}
    assert post(client, "me/password", body).status_code == 204
    assert post(client, "me/password", body).status_code == 204, "a repeat"
    assert client.get("/api/v1/me").status_code == 200
    assert other.get("/api/v1/me").status_code == 401
    assert len(client.get("/api/v1/me/sessions").json()["results"]) == 1
    assert enter("county")[1].status_code == 401
    assert enter("county", NEW)[1].status_code == 401, "a blank is a character"
    assert enter("county", NEW + " ")[1].status_code == 201
    screen = Client().post("/sign-in/", {"login": "county", "password": NEW + " "})
    assert screen.status_code == 302
    journal = " ".join(JournalEntry.objects.values_list("content", flat=True))
    assert NEW not in journal


def test_a_first_password_is_changed_over_the_api_and_nothing_else_is_open(
    county: Account,
) -> None:
    from anlan.base.records import writing

    token = writing.set(object())  # past the journal, on purpose
    Account.objects.filter(pk=county.pk).update(must_change_password=True)
    writing.reset(token)
    client, _ = enter("county")
    refused = client.get("/api/v1/bodies")
    assert (refused.status_code, refused.json()["code"]) == (403, "password-due")
    body = {"present": demo_password(), "new": NEW}
    assert post(client, "me/password", body).status_code == 204
    assert client.get("/api/v1/bodies").status_code == 200


def test_a_token_neither_changes_a_password_nor_ends_sessions(
    client_as: SignedIn, county: Account
) -> None:
    issued = post(client_as("security"), "tokens", {"account": str(county.pk), "label": "x"})
    bearer = {"Authorization": f"Bearer {issued.json()['secret']}"}
    session = "00000000-0000-7000-8000-000000000000"
    for path, body in (
        ("me/password", {"present": demo_password(), "new": NEW}),
        ("me/sessions/end", {}),
        (f"me/sessions/{session}/end", {}),
    ):
        refused = post(Client(), path, body, **bearer)
        assert (refused.status_code, refused.json()["code"]) == (403, "only-in-person"), path
    assert Client().get("/api/v1/me/sessions", headers=bearer).status_code == 200


def test_writes_of_a_session_need_its_csrf_token(city: None) -> None:
    client = Client(enforce_csrf_checks=True)
    said = {"login": "county", "password": demo_password()}
    token = post(client, "session", said).json()["csrf_token"]
    body = {"present": demo_password(), "new": NEW}
    assert post(client, "me/password", body).status_code == 403
    assert post(client, "me/password", body, **{"X-CSRFToken": token}).status_code == 204
