"""Tokens are issued and revoked on a screen; exports of people and sign-ins are seen by audit."""

import datetime as dt
import json
import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.base.models import JournalEntry
from anlan.registers.models import Account, ApiToken
from anlan.site.demo_logins import demo_password

SignIn = Callable[[str], Client]
LOGINS = ("bureau", "department", "county", "public", "admin", "security", "audit")


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def form(request_id: str, **more: str) -> dict[str, str]:
    account = str(Account.objects.get(login="county").pk)
    given = {"account": account, "label": "市气象局接口", "days": "30", "reason": "来函"}
    return given | {"request_id": request_id} | more


def test_a_token_is_issued_shown_once_used_and_revoked(
    client_as: SignIn, request_ids: Callable[[], str]
) -> None:
    client, asked = client_as("security"), form(request_ids())
    page = client.post(reverse("token-issue"), asked)
    secret = re.findall(r"anlan_[\w-]{20,}", page.content.decode())[0]
    assert page["Cache-Control"] == "no-store"
    again = client.post(reverse("token-issue"), asked, follow=True).content.decode()
    listed = client.get(reverse("token-list")).content.decode()
    assert secret not in again + listed
    assert "市气象局接口" in listed
    assert "从未" in listed
    system = Client()
    assert system.get("/api/v1/me", headers=bearer(secret)).json()["account"] == "county"
    assert system.get("/api/v1/accounts", headers=bearer(secret)).status_code == 403
    token = ApiToken.objects.get()
    first_use = token.use.used_at
    with clock.at(first_use + dt.timedelta(seconds=59)):
        system.get("/api/v1/me", headers=bearer(secret))
    assert ApiToken.objects.get().use.used_at == first_use
    with clock.at(first_use + dt.timedelta(seconds=60)):
        system.get("/api/v1/me", headers=bearer(secret))
    assert ApiToken.objects.get().use.used_at > first_use
    with clock.at(clock.now() + dt.timedelta(days=30, seconds=1)):
        assert system.get("/api/v1/me", headers=bearer(secret)).status_code == 401
    revoke = reverse("token-revoke", args=[token.pk])
    given = {"reason": "停用", "request_id": request_ids(), "expected_version": "1"}
    assert client.post(revoke, given).status_code == 302
    assert system.get("/api/v1/me", headers=bearer(secret)).status_code == 401
    assert client.get(revoke).status_code == 404


@pytest.mark.parametrize("days", ["0", "366", "-1", "x", ""])
def test_a_life_outside_its_limits_is_refused(
    client_as: SignIn, request_ids: Callable[[], str], days: str
) -> None:
    answer = client_as("security").post(reverse("token-issue"), form(request_ids(), days=days))
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_who_sees_and_who_issues(client_as: SignIn) -> None:
    for login in LOGINS:
        client = client_as(login)
        lists = client.get(reverse("token-list")).status_code
        issues = client.get(reverse("token-issue")).status_code
        audits = {
            client.get(reverse("audit", args=[v])).status_code
            for v in ("journal", "exports", "sign-ins", "failures")
        }
        assert lists == (200 if login in ("admin", "security", "audit") else 403), login
        assert issues == (200 if login == "security" else 403), login
        assert audits == ({200} if login == "audit" else {403}), login


def test_an_export_of_people_is_in_the_journal_and_one_of_bodies_is_not(
    client_as: SignIn,
) -> None:
    bureau, admin = client_as("bureau"), client_as("admin")
    exports = JournalEntry.objects.filter(action="base.export")
    bureau.get(reverse("body-list"), {"format": "csv"})
    assert not exports.exists()
    bureau.get(reverse("person-list"), {"format": "xlsx", "q": "周"})
    entry = exports.get()
    notes = json.loads(entry.content)["notes"]
    assert (entry.actor, notes["model"], notes["ending"]) == ("bureau", "registers.person", "xlsx")
    assert notes["is_narrowed"] and "周" not in entry.content
    address = reverse("admin:registers_person_export")
    admin.post(address, {"format": "0", "resource": "0"})
    assert exports.count() == 2
    page = client_as("audit").get(reverse("audit", args=["exports"])).content.decode()
    assert "bureau" in page and "XLSX" in page and "部分名单" in page


def test_sign_ins_and_wrong_passwords_are_listed(client_as: SignIn) -> None:
    Client().post("/sign-in/", {"login": "county", "password": demo_password()})
    Client().post("/sign-in/", {"login": "wangxh", "password": "wrong"})
    audit = client_as("audit")
    assert "county" in audit.get(reverse("audit", args=["sign-ins"])).content.decode()
    failures = audit.get(reverse("audit", args=["failures"])).content.decode()
    assert "wangxh" in failures
    mine = audit.get(reverse("audit", args=["journal"]), {"who": "admin", "page": "2"})
    assert mine.status_code == 200
