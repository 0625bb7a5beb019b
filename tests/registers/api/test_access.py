"""Who gets in, and who sees what: sessions, tokens, scopes."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.site.demo_logins import demo_password

SignedIn = Callable[[str], Client]
LISTS = {
    "me": (),
    "me/sessions": (),
    "regions": (),
    "regions.geojson": ("public",),
    "statistics": (),
    "reporting-units": (),
    "bodies": (),
    "body-groups": (),
    "people": ("public", "audit"),
    "posts": ("public", "audit"),
    "enterprises": ("public",),
    "sites": ("public",),
    "installations": ("public",),
    "substances": (),
    "duty-shifts": ("public",),
    "duty-now": ("public",),
    "contacts": ("public", "audit"),
    "post-numbers": ("public",),
    "contact-thresholds": ("public",),
    "area-contacts": ("public", "audit"),
    "call-rounds": ("public", "audit"),
    "call-ladders": ("public",),
    "call-replies": ("public", "audit"),
    "my-calls": (),
    "online-map": ("public",),
    "map-ground.geojson": (),
    "accounts": ("public", "county", "department", "bureau"),
    "tokens": ("public", "county", "department", "bureau"),
    "journal": ("public", "county", "department", "security"),
    "journal/verify": ("public", "county", "department", "security"),
    "notices": (),
    "items": (),
    "corrections": ("public",),
    "rules": (),
    "dues": ("public",),
    "holiday-years": (),
    "messages": (),
    "worlds": ("public", "county", "department", "bureau", "security", "audit"),
    "followers": ("public", "county", "department", "bureau", "security", "audit"),
    "channels": ("public", "county", "department", "bureau", "security", "audit"),
    "dispatches": ("public", "county", "department", "security", "audit"),
    "collections": ("public",),
    "carry-overs": ("public",),
    "carried-items": ("public",),
    "workbooks": ("public",),
    "returned-workbooks": ("public",),
    "mechanism": ("public",),
    "inspections": ("public",),
    "problems": ("public",),
    "evaluations": ("public",),
    "improvements": ("public",),
    "upward-reports": ("public",),
    "assignments": ("public",),
    "deliverables": ("public",),
    "reports": ("public",),
    "obstacles": ("public",),
    "supervision": ("public",),
    "supervision-papers": ("public",),
    "supervision/ladder": ("public",),
    "supervision/issuers": ("public",),
    "control-tables": ("public",),
    "measures": ("public",),
    "item-measures": ("public",),
    "instrument-requirements": ("public",),
    "instruments": ("public",),
    "projects": ("public",),
    "project-checks": ("public",),
    "indicators": ("public",),
    "indicator-choices": ("public",),
    "indicator-editions": ("public",),
    "sub-goal": ("public",),
    "accidents": ("public",),
    "accident-sectors": ("public",),
    "disasters": ("public",),
    "disaster-figures": ("public",),
    "warnings": ("public",),
    "warnings/messages": ("public",),
    "warning-scores": ("public", "department"),
    "warning-scores/records": ("public", "department"),
    "warning-statistics": ("public", "department"),
    "warnings/cap": ("public",),
    "warnings/cap/senders": ("public",),
    "public-release": ("public",),
    "publishing-rights": ("public",),
    "bulletins": ("public",),
    "monitoring/notices": ("public",),
    "monitoring/rules": ("public",),
    "stations": ("public",),
    "stations.geojson": ("public",),
    "intake-ways": ("public", "county", "department", "security", "audit"),
    "datastreams": ("public",),
    "thresholds": ("public",),
}
"""Every list, and the roles that are refused."""


def sign_in(client: Client, login: str, password: str, **headers: str) -> Any:
    return client.post(
        "/api/v1/session",
        {"login": login, "password": password},
        content_type="application/json",
        headers=headers,
    )


@pytest.fixture
def issued(client_as: SignedIn) -> Callable[[str], dict[str, Any]]:
    """A token for a sign-in, issued over the API."""

    def issue(login: str) -> dict[str, Any]:
        admin = client_as("security")
        account = admin.get(f"/api/v1/accounts?q={login}").json()["results"][0]["id"]
        response = admin.post(
            "/api/v1/tokens",
            {"account": account, "label": f"test {login}"},
            content_type="application/json",
        )
        assert response.status_code == 201, response.content
        found: dict[str, Any] = response.json()
        return found

    return issue


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


@pytest.mark.long
def test_every_list_as_every_role(client_as: SignedIn) -> None:
    for login in ("bureau", "department", "county", "public", "admin", "security", "audit"):
        client = client_as(login)
        for path, refused in LISTS.items():
            status = client.get(f"/api/v1/{path}").status_code
            assert status == (403 if login in refused else 200), (login, path)


def test_nobody_gets_in_without_a_sign_in(client: Client, city: None) -> None:
    for path in LISTS:
        response = client.get(f"/api/v1/{path}")
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"].startswith("Bearer")
        assert response.json()["code"] == "sign-in-required"


def test_every_list_of_the_document_is_in_this_table(client_as: SignedIn) -> None:
    paths = client_as("admin").get("/api/openapi.json").json()["paths"]
    plain = {p.removeprefix("/api/v1/") for p, m in paths.items() if "get" in m and "{" not in p}
    assert plain == set(LISTS)


def test_the_public_is_told_why_there_is_no_map(client_as: SignedIn) -> None:
    for path in ("regions.geojson", "regions/140800/outline"):
        body = client_as("public").get(f"/api/v1/{path}").json()
        assert body["code"] == "map-is-internal"


def test_a_county_sees_nothing_internal_of_its_siblings(client_as: SignedIn) -> None:
    county, bureau = client_as("county"), client_as("bureau")
    seen = {unit["code"] for unit in county.get("/api/v1/me").json()["units"]}
    siblings = [
        row
        for row in bureau.get("/api/v1/bodies?page_size=200").json()["results"]
        if row["unit"]["code"] not in seen
    ]
    mine = {row["code"] for row in county.get("/api/v1/bodies?page_size=200").json()["results"]}
    assert siblings
    for body in siblings:
        assert body["code"] not in mine
        for path in (body["code"], body["id"], f"{body['id']}/duties"):
            assert county.get(f"/api/v1/bodies/{path}").status_code == 404
        history = f"/api/v1/journal/history/registers.body/{body['id']}"
        assert county.get(history).status_code == 404
        assert bureau.get(history).status_code == 200
    for path in ("people?page_size=200", "body-groups", "bodies?page_size=200"):
        shown = county.get(f"/api/v1/{path}").content.decode()
        assert not [body["code"] for body in siblings if f'"{body["code"]}"' in shown]


def test_a_county_sees_no_sibling_in_a_group_or_in_the_matrix(client_as: SignedIn) -> None:
    county, bureau = client_as("county"), client_as("bureau")
    for group in bureau.get("/api/v1/body-groups").json()["results"]:
        address = f"/api/v1/body-groups/{group['code']}"
        all_of_them, seen = bureau.get(address).json(), county.get(address).json()
        assert all_of_them["hidden_members"] == 0
        assert len(seen["members"]) + seen["hidden_members"] == len(all_of_them["members"])
        for member in all_of_them["members"]:
            is_seen = member["id"] in {row["id"] for row in seen["members"]}
            status = county.get(f"/api/v1/memberships/{member['id']}").status_code
            assert status == (200 if is_seen else 404)
    for notice in bureau.get("/api/v1/notices").json()["results"]:
        table = county.get(f"/api/v1/notices/{notice['id']}/matrix").json()
        visible = county.get("/api/v1/bodies?page_size=200").json()["results"]
        assert {row["body"]["code"] for row in table["rows"]} <= {row["code"] for row in visible}


def test_a_person_outside_the_scope_is_not_found(client_as: SignedIn) -> None:
    people = client_as("bureau").get("/api/v1/people").json()["results"]
    other = next(p for p in people if p["posts"] and p["posts"][0]["unit"]["code"] == "city")
    assert client_as("county").get(f"/api/v1/people/{other['id']}").status_code == 404
    history = f"/api/v1/journal/history/registers.person/{other['id']}"
    assert client_as("county").get(history).status_code == 404


def test_history_names_no_personal_or_secret_value(client_as: SignedIn) -> None:
    admin = client_as("admin")
    person = admin.get("/api/v1/people").json()["results"][0]
    history = admin.get(f"/api/v1/journal/history/registers.person/{person['id']}")
    assert person["mobile"] not in history.content.decode()
    account = admin.get("/api/v1/accounts").json()["results"][0]
    history = admin.get(f"/api/v1/journal/history/registers.account/{account['id']}")
    password = [c for c in history.json()["lines"][0]["changes"] if c["name"] == "password"]
    assert password[0]["after"] == "(not recorded)"


def test_history_is_of_records_only(client_as: SignedIn) -> None:
    client, nil = client_as("admin"), "00000000-0000-7000-8000-000000000000"
    for model in ("base.journalentry", "sessions.session", "registers.none", "x"):
        assert client.get(f"/api/v1/journal/history/{model}/{nil}").status_code == 404


def test_a_session_signs_in_writes_with_its_csrf_token_and_ends(city: None) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = sign_in(client, "security", demo_password())
    assert answer.status_code == 201, answer.content
    me = answer.json()
    assert me["account"] == "security"
    assert "assign-rights" in me["capabilities"]
    account = client.get("/api/v1/accounts?q=county").json()["results"][0]["id"]
    body = {"account": account, "label": "csrf"}
    refused = client.post("/api/v1/tokens", body, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf-failed")
    with_token = {"X-CSRFToken": me["csrf_token"]}
    kept = client.post("/api/v1/tokens", body, content_type="application/json", headers=with_token)
    assert kept.status_code == 201
    assert client.delete("/api/v1/session").status_code == 403
    assert client.delete("/api/v1/session", headers=with_token).status_code == 204
    assert client.get("/api/v1/me").status_code == 401


def test_a_wrong_password_says_nothing_about_the_name(client: Client, city: None) -> None:
    wrong, nobody = sign_in(client, "admin", "wrong"), sign_in(client, "nobody", "wrong")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "wrong-password")
    assert wrong.content == nobody.content
    assert "anlan_session" not in wrong.cookies


def test_another_site_cannot_sign_a_browser_in(client: Client, city: None) -> None:
    refused = sign_in(client, "admin", demo_password(), Origin="https://elsewhere.example")
    assert refused.status_code == 403
    same = sign_in(client, "admin", demo_password(), Origin="http://testserver")
    assert same.status_code == 201


def test_a_token_acts_as_its_account_without_csrf(
    city: None, issued: Callable[[str], dict[str, Any]]
) -> None:
    client = Client(enforce_csrf_checks=True)
    secret = issued("county")["secret"]
    assert secret.startswith("anlan_")
    me = client.get("/api/v1/me", headers=bearer(secret)).json()
    assert (me["account"], me["roles"]) == ("county", ["county"])
    assert client.get("/api/v1/accounts", headers=bearer(secret)).status_code == 403
    assert client.delete("/api/v1/session", headers=bearer(secret)).status_code == 403


def test_a_token_is_shown_once_and_kept_nowhere(
    client_as: SignedIn, issued: Callable[[str], dict[str, Any]]
) -> None:
    token = issued("county")
    admin = client_as("admin")
    assert token["secret"] not in admin.get("/api/v1/tokens").content.decode()
    history = admin.get(f"/api/v1/journal/history/registers.apitoken/{token['id']}")
    assert token["secret"] not in history.content.decode()


def test_a_wrong_token_is_refused_even_beside_a_session(client_as: SignedIn) -> None:
    client = client_as("admin")
    wrong = ("Bearer anlan_wrong", "Bearer ", "Bearer", "Basic YTpi", "anlan_x", "Bearer é", "")
    for header in wrong:
        answer = client.get("/api/v1/me", headers={"Authorization": header})
        assert (answer.status_code, answer.json()["code"]) == (401, "bad-token"), header


def test_a_revoked_token_stops_at_once(
    client_as: SignedIn, issued: Callable[[str], dict[str, Any]]
) -> None:
    token, admin, system = issued("county"), client_as("security"), Client()
    assert system.get("/api/v1/me", headers=bearer(token["secret"])).status_code == 200
    address, body = f"/api/v1/tokens/{token['id']}/revoke", {"expected_version": 1}
    revoked = admin.post(address, body, content_type="application/json")
    assert revoked.status_code == 200
    assert revoked.json()["revoked_at"] is not None
    assert system.get("/api/v1/me", headers=bearer(token["secret"])).status_code == 401
    again = admin.post(
        address, {"expected_version": revoked.json()["version"]}, content_type="application/json"
    )
    assert (again.status_code, again.json()["code"]) == (422, "already-revoked")


def test_an_expired_token_is_refused(
    client_as: SignedIn, issued: Callable[[str], dict[str, Any]]
) -> None:
    secret = issued("county")["secret"]
    with clock.at(clock.now() + dt.timedelta(days=366)):
        assert Client().get("/api/v1/me", headers=bearer(secret)).status_code == 401


def test_a_token_of_a_closed_account_is_refused(
    client_as: SignedIn, issued: Callable[[str], dict[str, Any]], actor_as: Callable[[str], Any]
) -> None:
    from anlan.base import upkeep
    from anlan.registers.models import Account

    secret = issued("county")["secret"]
    account = Account.objects.get(login="county")
    upkeep.change(
        Account,
        account.pk,
        {"is_active": False},
        expected_version=account.version,
        actor=actor_as("admin"),
        now=clock.now(),
        request_id="close-county-1",
    )
    assert Client().get("/api/v1/me", headers=bearer(secret)).status_code == 401


def test_only_the_security_administrator_issues_tokens(client_as: SignedIn) -> None:
    body = {"account": "00000000-0000-7000-8000-000000000000", "label": "x"}
    for login in ("public", "county", "department", "bureau", "admin", "audit"):
        answer = client_as(login).post("/api/v1/tokens", body, content_type="application/json")
        assert answer.status_code == 403
