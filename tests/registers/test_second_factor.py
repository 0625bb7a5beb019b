"""The second proof: set up, used once, locked by guessing, removed by the security administrator."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from anlan.base import clock, sealed
from anlan.base.errors import NotAllowed
from anlan.base.models import InstanceStamp, JournalEntry
from anlan.registers.actions.second_factor import (
    WrongCode,
    confirm_codes,
    matching_step,
    new_seed,
    remove_factors,
    use_code,
)
from anlan.registers.models import Account, SecondFactor
from anlan.site import instance
from anlan.site.demo_logins import demo_password

SignIn = Callable[[str], Client]
NOW = dt.datetime(2026, 11, 24, 2, 0, 5, tzinfo=dt.UTC)
STEP = dt.timedelta(seconds=30)


def code_at(seed: str, at: dt.datetime) -> str:
    return pyotp.TOTP(seed).at(at)


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B: the SHA-1 rows, cut to six digits."""
    seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for second, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        at = dt.datetime.fromtimestamp(second, dt.UTC)
        assert matching_step(seed, code, at, after=-1) == second // 30


@pytest.mark.parametrize(
    ("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_of_the_neighbouring_step_is_taken(steps: int, accepted: bool) -> None:
    seed = new_seed()
    step = matching_step(seed, code_at(seed, NOW + steps * STEP), NOW, after=-1)
    assert (step is not None) is accepted


@pytest.fixture
def enrolled(actor_as: Callable[[str], Any], request_ids: Callable[[], str]) -> Any:
    seed = new_seed()
    said = {"actor": actor_as("county"), "now": NOW, "request_id": request_ids()}
    with pytest.raises(WrongCode):
        confirm_codes(seed, "000000", **said | {"request_id": request_ids()})
    codes = confirm_codes(seed, code_at(seed, NOW), **said)
    assert confirm_codes(seed, code_at(seed, NOW), **said) == [], "a repeat shows no codes"
    return seed, codes, Account.objects.get(login="county")


def test_a_code_is_good_once(enrolled: Any, request_ids: Callable[[], str]) -> None:
    seed, codes, account = enrolled

    def use(code: str, at: dt.datetime) -> None:
        use_code(account, code, now=at, request_id=request_ids())

    with pytest.raises(WrongCode):
        use(code_at(seed, NOW), NOW)  # confirmed with it
    later = NOW + STEP
    use(code_at(seed, later), later)
    with pytest.raises(WrongCode):
        use(code_at(seed, later), later)
    with pytest.raises(WrongCode):
        use(code_at(seed, NOW), later)
    use(codes[0].upper(), later)
    with pytest.raises(WrongCode):
        use(codes[0], later)
    for wrong in ("", "abc", "１２３４５６", "0" * 20):
        with pytest.raises(WrongCode):
            use(wrong, later)


def test_nothing_stored_reads_as_the_secret(enrolled: Any) -> None:
    seed, codes, account = enrolled
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM registers_secondfactor")
        stored = " ".join(row[0] for row in cursor.fetchall())
    journal = " ".join(JournalEntry.objects.values_list("content", flat=True))
    for secret in (seed, *codes):
        assert secret not in stored + journal
    row = SecondFactor.objects.filter(account=account).first()
    assert row is not None
    assert row.secret not in journal
    with pytest.raises(sealed.Unreadable):
        sealed.open_sealed(row.secret, purpose="other")


def enter(client: Client, login: str) -> Any:
    return client.post(
        "/sign-in/", {"login": login, "password": demo_password(), "next": "/bodies/"}
    )


def test_signing_in_asks_for_it(enrolled: Any) -> None:
    seed, codes, _ = enrolled
    client = Client()
    assert enter(client, "county").headers["Location"] == reverse("second-step")
    assert client.get("/bodies/").status_code == 302, "not signed in yet"
    assert client.post(reverse("second-step"), {"code": "000000"}).status_code == 403
    now = clock.now()
    right = client.post(reverse("second-step"), {"code": code_at(seed, now)})
    assert right.headers["Location"] == "/bodies/"
    assert client.get("/bodies/").status_code == 200
    api, asked = Client(), {"login": "county", "password": demo_password()}
    refused = api.post("/api/v1/session", asked, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (401, "second-factor-needed")
    asked["code"] = codes[3]
    answer = api.post("/api/v1/session", asked, content_type="application/json")
    assert answer.status_code == 201


def test_the_step_waits_five_minutes_and_guessing_locks(enrolled: Any, settings: Any) -> None:
    client = Client()
    enter(client, "county")
    with clock.at(clock.now() + dt.timedelta(minutes=5, seconds=1)):
        assert client.get(reverse("second-step")).headers["Location"] == "/sign-in/"
    for _ in range(settings.AXES_FAILURE_LIMIT):
        client.post(reverse("second-step"), {"code": "000000"})
    locked = client.post(reverse("second-step"), {"code": "000000"})
    assert locked.status_code == 429
    assert enter(Client(), "county").status_code == 429


def test_guessing_codes_over_the_api_locks_as_well(enrolled: Any, settings: Any) -> None:
    asked = {"login": "county", "password": demo_password(), "code": "000000"}
    answers = [
        Client().post("/api/v1/session", asked, content_type="application/json").status_code
        for _ in range(settings.AXES_FAILURE_LIMIT + 1)
    ]
    assert answers == [422] * settings.AXES_FAILURE_LIMIT + [429]


@pytest.mark.parametrize("answer", ["", "x", "{}", "[]", "null", '{"id": "AA"}'])
def test_what_is_no_answer_of_a_key_is_refused(enrolled: Any, answer: str) -> None:
    client = Client()
    enter(client, "county")
    client.post(reverse("passkey-question"))
    assert client.post(reverse("second-step"), {"answer": answer}).status_code == 403
    assert client.get("/bodies/").status_code == 302


def test_the_security_administrator_removes_it_with_a_reason(
    enrolled: Any, actor_as: Callable[[str], Any], request_ids: Callable[[], str]
) -> None:
    _, _, account = enrolled
    said = {"now": NOW, "reason": "手机遗失，已当面核实"}
    for login in ("admin", "county", "bureau", "audit"):
        with pytest.raises(NotAllowed):
            remove_factors(account.pk, actor=actor_as(login), request_id=request_ids(), **said)
    remove_factors(account.pk, actor=actor_as("security"), request_id=request_ids(), **said)
    assert enter(Client(), "county").headers["Location"] == "/bodies/"
    entry = JournalEntry.objects.get(action="registers.second_factor.remove")
    assert "手机遗失" in entry.content


def test_it_is_set_up_on_its_page_and_codes_are_shown_once(client_as: SignIn) -> None:
    client = client_as("department")
    page = client.get(reverse("my-second-factor")).content.decode()
    seed = re.findall(r">([A-Z2-7]{4}(?: [A-Z2-7]{4})+)<", page)[0].replace(" ", "")
    assert client.post(reverse("my-second-factor"), {"code": "123"}).status_code == 422
    shown = client.post(reverse("my-second-factor"), {"code": code_at(seed, clock.now())})
    codes = re.findall(r">([a-z2-9]{10})<", shown.content.decode())
    assert len(codes) == 10
    again = client.get(reverse("my-second-factor")).content.decode()
    assert codes[0] not in again
    assert seed not in again.replace(" ", "")


def test_administrators_of_a_real_instance_need_it(client_as: SignIn, settings: Any) -> None:
    admin, bureau = client_as("admin"), client_as("bureau")
    assert admin.get("/bodies/").status_code == 200, "in a demonstration it is only offered"
    InstanceStamp.objects.update(is_demonstration=False)
    settings.ANLAN_PASSWORD_AGE_DAYS = 0
    instance.forget()
    assert admin.get("/bodies/").headers["Location"] == reverse("my-second-factor")
    answer = admin.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "second-factor-due")
    assert bureau.get("/bodies/").status_code == 200
    settings.ANLAN_SECOND_FACTOR = "offered"
    assert admin.get("/bodies/").status_code == 200
