"""Signing in through another provider, against one on loopback with keys made here."""

import datetime as dt
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse
from joserfc.jwk import RSAKey

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed
from anlan.base.models import JournalEntry
from anlan.registers import queries
from anlan.registers.actions.erasing import erase_person
from anlan.registers.actions.identities import (
    IdentityTaken,
    NoSubject,
    ProviderOff,
    link_identity,
    unlink_identity,
)
from anlan.registers.actions.people import NewColleague, add_colleague
from anlan.registers.actions.second_factor import confirm_codes, new_seed
from anlan.registers.models import Account, Body, LinkedIdentity, Person, SignInSession
from anlan.registers.provider import Identity
from anlan.registers.rules.scope import Role
from anlan.site import instance
from anlan.site.single_sign_on import single_sign_on
from tests.registers.small_city import ADMINISTRATOR, NOW, TODAY, make_small_city
from tests.registers.test_second_factor import code_at
from tests.site.loopback_provider import CLIENT, SECRET, Provider, loopback_provider

Ids = Callable[[], str]
PASSWORD = "tiedao-yanhu-09"
SUBJECT = "u-4711"
ANSWER = "/account/provider/answer/"


@pytest.fixture(autouse=True)
def real(db: None, settings: Any, request_ids: Ids) -> Iterator[None]:
    make_small_city(is_demonstration=False)
    roles = {
        "system": Role.SYSTEM_ADMINISTRATOR,
        "security": Role.SECURITY_ADMINISTRATOR,
        "audit": Role.AUDIT_ADMINISTRATOR,
        "office": Role.BUREAU,
        "desk": Role.BUREAU,
    }
    for login, role in roles.items():
        colleague = NewColleague(
            name=f"某{login}",
            mobile="",
            body=Body.objects.get(code="emergency").pk,
            title=login,
            role=role.value,
            held_from=TODAY,
            login=login,
            password=PASSWORD,
        )
        add_colleague(colleague, actor=ADMINISTRATOR, now=clock.now(), request_id=request_ids())
    instance.mark_ready(NOW)
    settings.ANLAN_SECOND_FACTOR = "offered"
    yield
    instance.forget()


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with loopback_provider() as found:
        settings.ANLAN_OIDC_ISSUER = found.url
        settings.ANLAN_OIDC_CLIENT_ID = CLIENT
        settings.ANLAN_OIDC_CLIENT_SECRET = SECRET
        settings.ANLAN_OIDC_LABEL = "市统一认证"
        yield found


def account(login: str) -> Account:
    found: Account = Account.objects.get(login=login)
    return found


def stated(login: str, request_ids: Ids) -> dict[str, Any]:
    actor = queries.actor_for(account(login), TODAY)
    return {"actor": actor, "now": clock.now(), "request_id": request_ids()}


@pytest.fixture
def linked(provider: Provider, request_ids: Ids) -> Provider:
    """The office was linked by the security administrator."""
    identity = Identity(issuer=provider.url, subject=SUBJECT)
    link_identity(
        account("office").pk, identity, **stated("security", request_ids), reason="当面核实"
    )
    return provider


def begin(client: Client, **more: str) -> str:
    """Press the button; the address that the page goes on to."""
    page = client.post(reverse("provider-begin"), more)
    assert page.status_code == 200, page.content.decode()
    found = re.search(r'content="0;url=([^"]+)"', page.content.decode())
    assert found is not None
    return unescape(found[1])


def come_back(client: Client, answer: dict[str, str]) -> Any:
    return client.get(ANSWER, answer)


def sign_in(client: Client, provider: Provider, subject: str = SUBJECT, **more: str) -> Any:
    return come_back(client, provider.authorize(begin(client, **more), subject))


def is_signed_in(client: Client) -> bool:
    return client.get("/bodies/").status_code == 200


def test_a_linked_identity_signs_in_and_goes_where_it_wanted(linked: Provider) -> None:
    client = Client()
    answer = sign_in(client, linked, next="/bodies/")
    assert answer.headers["Location"] == "/bodies/"
    assert is_signed_in(client)
    assert SignInSession.objects.get().account == account("office")
    assert LinkedIdentity.objects.get().used_at is not None
    entry = JournalEntry.objects.get(action="registers.identity.use")
    assert entry.actor == "office"
    assert SUBJECT not in entry.content
    foreign = sign_in(Client(), linked, next="https://elsewhere.example/")
    assert foreign.headers["Location"] == "/"


def test_the_button_is_there_only_when_the_option_is_on(provider: Provider, settings: Any) -> None:
    assert "市统一认证" in Client().get("/sign-in/").content.decode()
    settings.ANLAN_OIDC_ISSUER = ""
    assert "市统一认证" not in Client().get("/sign-in/").content.decode()
    assert reverse("provider-begin") not in Client().get("/sign-in/").content.decode()
    assert Client().post(reverse("provider-begin")).status_code == 404
    assert Client().get(ANSWER).status_code == 404


WRONG = {
    "another nonce": {"nonce": "other"},
    "no nonce": {"nonce": None},
    "another issuer": {"iss": "https://elsewhere.example"},
    "another audience": {"aud": "somebody-else"},
    "two audiences, made for the other": {"aud": [CLIENT, "other"], "azp": "other"},
    "expired": {"exp": 1_000_000_000},
    "no end": {"exp": None},
    "not yet": {"nbf": 4_000_000_000},
    "made tomorrow": {"iat": 4_000_000_000},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "a subject that is no text": {"sub": 5},
    "a subject without end": {"sub": "x" * 256},
}


@pytest.mark.parametrize("says", WRONG.values(), ids=WRONG)
def test_a_token_that_does_not_hold_signs_nobody_in(linked: Provider, says: Any) -> None:
    linked.says = says
    client = Client()
    answer = sign_in(client, linked)
    assert answer.status_code == 403
    assert "没有确认您的身份" in answer.content.decode()
    assert not is_signed_in(client)
    linked.says = {}
    assert sign_in(client, linked).status_code == 302


@pytest.mark.parametrize(("late_s", "signed_in"), [(59, True), (60, False), (61, False)])
def test_the_end_of_a_token_has_a_minute_of_leeway(
    linked: Provider, late_s: int, signed_in: bool
) -> None:
    client = Client()
    answer = linked.authorize(begin(client), SUBJECT)
    now = clock.now().replace(microsecond=0)
    linked.says = {"exp": int(now.timestamp()) - late_s, "iat": int(now.timestamp()) - 300}
    with clock.at(now):
        assert (come_back(client, answer).status_code == 302) is signed_in


def test_a_signature_of_another_key_or_of_none_is_refused(linked: Provider) -> None:
    linked.signing = RSAKey.generate_key(2048, {"kid": "one"})
    assert sign_in(Client(), linked).status_code == 403
    linked.sign_with_the_public_key_as_secret()
    assert sign_in(Client(), linked).status_code == 403


def test_a_changed_key_of_the_provider_is_known_at_once(linked: Provider) -> None:
    assert sign_in(Client(), linked).status_code == 302
    linked.key = linked.signing = RSAKey.generate_key(2048, {"kid": "one"})
    assert sign_in(Client(), linked).status_code == 302


def test_an_answer_is_taken_once_and_only_where_it_was_asked(linked: Provider) -> None:
    asking, other = Client(), Client()
    answer = linked.authorize(begin(asking), SUBJECT)
    assert come_back(other, answer).status_code == 403, "another browser"
    assert come_back(asking, answer).status_code == 302
    replayed = Client()
    again = linked.authorize(begin(replayed), SUBJECT) | {"code": answer["code"]}
    assert come_back(replayed, again).status_code == 403, "the provider knows the code no more"
    assert not is_signed_in(replayed)
    client = Client()
    answer = linked.authorize(begin(client), SUBJECT)
    assert come_back(client, answer | {"state": "other"}).status_code == 403
    assert come_back(client, answer).status_code == 403, "a question is answered once"
    for bad in ({"error": "access_denied"}, {"iss": "https://elsewhere.example"}, {"code": ""}):
        client = Client()
        answer = linked.authorize(begin(client), SUBJECT) | bad
        assert come_back(client, answer).status_code == 403, bad
    assert come_back(Client(), {}).status_code == 403


@pytest.mark.parametrize(("late_s", "signed_in"), [(599, True), (600, True), (601, False)])
def test_the_answer_is_waited_for_ten_minutes(
    linked: Provider, late_s: int, signed_in: bool
) -> None:
    client, now = Client(), clock.now()
    with clock.at(now):
        url = begin(client)
    answer = linked.authorize(url, SUBJECT)
    with clock.at(now + dt.timedelta(seconds=late_s)):
        linked.says = {"exp": int(now.timestamp()) + 900}
        assert (come_back(client, answer).status_code == 302) is signed_in


def test_a_code_stolen_from_another_browser_needs_its_verifier(linked: Provider) -> None:
    victim, thief = Client(), Client()
    stolen = linked.authorize(begin(victim), SUBJECT)["code"]
    own = linked.authorize(begin(thief), "thief")
    assert come_back(thief, own | {"code": stolen}).status_code == 403


def test_an_unknown_subject_is_told_what_to_do_and_nothing_is_made(linked: Provider) -> None:
    before = Account.objects.count(), LinkedIdentity.objects.count()
    for subject in ("stranger", "office", SUBJECT.upper()):  # never by name
        client = Client()
        answer = sign_in(client, linked, subject)
        text = answer.content.decode()
        assert answer.status_code == 403
        assert subject in text and "安全管理员" in text
        assert not is_signed_in(client)
    assert (Account.objects.count(), LinkedIdentity.objects.count()) == before


def test_a_subject_of_another_issuer_is_another_person(linked: Provider, settings: Any) -> None:
    LinkedIdentity.objects.all()  # linked at the first provider
    with loopback_provider() as other:
        settings.ANLAN_OIDC_ISSUER = other.url
        assert sign_in(Client(), other).status_code == 403


def test_a_closed_sign_in_stays_closed(linked: Provider, request_ids: Ids) -> None:
    from anlan.registers.actions.posts import set_active

    office = account("office")
    said = stated("system", request_ids) | {"reason": "调离"}
    set_active(office.pk, False, expected_version=office.version, **said)
    assert sign_in(Client(), linked).status_code == 403


def test_a_provider_that_is_down_or_odd_leaves_the_password(linked: Provider) -> None:
    client = Client()
    answer = linked.authorize(begin(client), SUBJECT)
    linked.is_down = True
    refused = come_back(client, answer)
    assert refused.status_code == 503
    assert "密码" in refused.content.decode()
    assert client.post(reverse("provider-begin")).status_code == 503
    linked.is_down = False
    for odd in (
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": None},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
    ):
        linked.discovery = odd
        assert client.post(reverse("provider-begin")).status_code == 503, odd
    entered = client.post("/sign-in/", {"login": "office", "password": PASSWORD})
    assert entered.status_code == 302


def test_a_provider_that_is_not_there_at_all(linked: Provider, settings: Any) -> None:
    settings.ANLAN_OIDC_ISSUER = "http://127.0.0.1:9"
    assert Client().post(reverse("provider-begin")).status_code == 503


def test_the_second_proof_is_asked_for_as_after_a_password(
    linked: Provider, request_ids: Ids
) -> None:
    seed, now = new_seed(), clock.now() - dt.timedelta(minutes=2)
    said = {"actor": Actor(account="office"), "now": now, "request_id": request_ids()}
    confirm_codes(seed, code_at(seed, now), **said)
    client = Client()
    answer = sign_in(client, linked, next="/bodies/")
    assert answer.headers["Location"] == reverse("second-step")
    assert not is_signed_in(client)
    right = client.post(reverse("second-step"), {"code": code_at(seed, clock.now())})
    assert right.headers["Location"] == "/bodies/"
    assert is_signed_in(client)


def test_administrators_need_their_second_proof_all_the_same(
    linked: Provider, settings: Any, request_ids: Ids
) -> None:
    settings.ANLAN_SECOND_FACTOR = "administrators"
    identity = Identity(issuer=linked.url, subject="admin-1")
    link_identity(account("system").pk, identity, **stated("security", request_ids))
    client = Client()
    assert sign_in(client, linked, "admin-1").status_code == 302
    assert client.get("/accounts/").headers["Location"] == reverse("my-second-factor")


def test_a_password_that_was_not_used_is_not_asked_to_be_changed(
    linked: Provider, settings: Any
) -> None:
    later = clock.now() + dt.timedelta(days=settings.ANLAN_PASSWORD_AGE_DAYS + 1)
    with clock.at(later):
        by_password, by_provider = Client(), Client()
        by_password.post("/sign-in/", {"login": "office", "password": PASSWORD})
        assert by_password.get("/bodies/").headers["Location"] == reverse("my-password")
        linked.says = {
            "iat": int(later.timestamp()),
            "exp": int(later.timestamp()) + 300,
        }
        sign_in(by_provider, linked)
        assert by_provider.get("/bodies/").status_code == 200


# linking


def signed_in(login: str) -> Client:
    client = Client()
    client.post("/sign-in/", {"login": login, "password": PASSWORD})
    return client


def test_whoever_is_signed_in_links_and_unlinks_the_own_identity(provider: Provider) -> None:
    client = signed_in("desk")
    assert "尚未关联" in client.get(reverse("my-account")).content.decode()
    answer = sign_in(client, provider, "desk-at-provider")
    assert answer.headers["Location"] == reverse("my-account")
    row = LinkedIdentity.objects.get()
    assert (row.account, row.subject) == (account("desk"), "desk-at-provider")
    assert "desk-at-provider" in client.get(reverse("my-account")).content.decode()
    assert sign_in(Client(), provider, "desk-at-provider").status_code == 302
    second = sign_in(signed_in("office"), provider, "desk-at-provider")
    assert second.headers["Location"] == reverse("my-account")
    assert LinkedIdentity.objects.count() == 1, "it belongs to somebody"
    client.post(reverse("my-identity-unlink"))
    assert not LinkedIdentity.objects.exists()
    assert client.get("/bodies/").status_code == 200
    assert sign_in(Client(), provider, "desk-at-provider").status_code == 403
    client.post(reverse("my-identity-unlink"))  # a repeat says so and breaks nothing
    actions = list(
        JournalEntry.objects.filter(action__startswith="registers.identity")
        .order_by("id")
        .values_list("action", flat=True)
    )
    assert actions == [f"registers.identity.{word}" for word in ("link", "use", "unlink")]
    journal = " ".join(JournalEntry.objects.values_list("content", flat=True))
    assert "desk-at-provider" not in journal, "sealed under the person's key"


def test_an_answer_asked_by_another_account_links_nothing(provider: Provider) -> None:
    client = signed_in("desk")
    answer = provider.authorize(begin(client), "x")
    client.post("/sign-out/")
    assert come_back(client, answer).status_code == 403
    client = Client()
    answer = provider.authorize(begin(client), "x")
    client.post("/sign-in/", {"login": "desk", "password": PASSWORD})
    come_back(client, answer)
    assert not LinkedIdentity.objects.exists()


def test_the_security_administrator_links_others_and_nobody_else(
    provider: Provider, request_ids: Ids
) -> None:
    identity = Identity(issuer=provider.url, subject=SUBJECT)
    office = account("office").pk
    for login in ("system", "audit", "desk"):
        with pytest.raises(NotAllowed):
            link_identity(office, identity, **stated(login, request_ids))
    security = signed_in("security")
    page = security.get(reverse("identity-link", args=["office"]))
    request_id = re.findall(r'name="request_id" value="([^"]+)"', page.content.decode())[0]
    typed = {"subject": SUBJECT, "reason": "当面核实", "request_id": request_id}
    assert security.post(reverse("identity-link", args=["office"]), typed).status_code == 302
    assert SUBJECT in security.get(reverse("account", args=["office"])).content.decode()
    for login in ("system", "audit", "desk"):
        client = signed_in(login)
        for name in ("identity-link", "identity-unlink"):
            assert client.get(reverse(name, args=["office"])).status_code in (403, 404)
        with pytest.raises(NotAllowed):
            unlink_identity(office, **stated(login, request_ids))
    desk = account("desk").pk
    with pytest.raises(IdentityTaken):
        link_identity(desk, identity, **stated("security", request_ids))
    for subject in ("", " " * 300, "a\nb"):
        with pytest.raises(NoSubject):
            wrong = Identity(issuer=provider.url, subject=subject)
            link_identity(desk, wrong, **stated("security", request_ids))


def test_unlinking_somebody_signs_that_account_out(linked: Provider, request_ids: Ids) -> None:
    client = Client()
    sign_in(client, linked)
    assert is_signed_in(client)
    said = stated("security", request_ids) | {"reason": "调离"}
    unlink_identity(account("office").pk, **said)
    assert not is_signed_in(client)
    unlink_identity(account("office").pk, **said)  # the same request once more


def test_nothing_is_linked_while_the_option_is_off(settings: Any, request_ids: Ids) -> None:
    identity = Identity(issuer="https://elsewhere.example", subject="x")
    with pytest.raises(ProviderOff):
        link_identity(account("office").pk, identity, **stated("security", request_ids))


def test_erasing_a_person_erases_the_number_at_the_provider(
    linked: Provider, request_ids: Ids
) -> None:
    person = Person.objects.get(account__login="office")
    said = stated("system", request_ids) | {"reason": "本人申请"}
    erase_person(person.pk, expected_version=person.version, **said)
    assert LinkedIdentity.objects.get().subject == ""
    assert sign_in(Client(), linked).status_code == 403


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_accounts_that_link_one_identity_at_once(provider: Provider, request_ids: Ids) -> None:
    from django.db import connection

    results: list[str] = []
    identity = Identity(issuer=provider.url, subject="shared")
    barrier = threading.Barrier(2)
    said = {login: stated(login, request_ids) for login in ("desk", "office")}
    keys = {login: account(login).pk for login in said}

    def link(login: str) -> None:
        try:
            barrier.wait()
            link_identity(keys[login], identity, **said[login])
            results.append("linked")
        except IdentityTaken:
            results.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=link, args=(login,)) for login in said]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["linked", "taken"]


# API


def test_the_api_links_and_unlinks_for_the_security_administrator(provider: Provider) -> None:
    address = f"/api/v1/accounts/{account('office').pk}/identities"
    body = {"subject": SUBJECT, "reason": "当面核实"}
    for login in ("system", "audit", "desk"):
        answer = signed_in(login).post(address, body, content_type="application/json")
        assert answer.status_code == 403, login
    assert signed_in("desk").get(address).status_code == 403
    assert Client().get(address).status_code == 401
    security = signed_in("security")
    made = security.post(address, body, content_type="application/json")
    assert made.status_code == 201, made.content
    assert security.get(address).json()[0]["subject"] == SUBJECT
    again = security.post(address, body, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "identity-taken")
    gone = security.post(f"{address}/unlink", {}, content_type="application/json")
    assert gone.status_code == 204
    assert security.get(address).json() == []
    nothing = security.post(f"{address}/unlink", {}, content_type="application/json")
    assert nothing.status_code == 404


# settings

GOOD = {
    "ANLAN_OIDC_ISSUER": "https://sso.example.gov.cn/realms/city",
    "ANLAN_OIDC_CLIENT_ID": "anlan",
    "ANLAN_OIDC_CLIENT_SECRET_FILE": "",
    "ANLAN_OIDC_LABEL": "市统一认证",
}


def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    good = GOOD | {"ANLAN_OIDC_CLIENT_SECRET_FILE": str(secret)}
    empty = tmp_path / "empty"
    empty.write_text(" \n")

    def read(**changed: str) -> Any:
        for name, value in (good | changed).items():
            monkeypatch.setenv(name, value)
        return single_sign_on()

    assert read().client_secret == "s3cret"
    assert read(ANLAN_OIDC_ISSUER="http://127.0.0.1:8080").issuer
    wrong = [
        ("ANLAN_OIDC_ISSUER", ""),
        ("ANLAN_OIDC_ISSUER", "http://sso.example.gov.cn"),
        ("ANLAN_OIDC_ISSUER", "sso.example.gov.cn"),
        ("ANLAN_OIDC_ISSUER", "https://sso.example.gov.cn/?x=1"),
        ("ANLAN_OIDC_ISSUER", "https://[1"),
        ("ANLAN_OIDC_CLIENT_ID", ""),
        ("ANLAN_OIDC_CLIENT_SECRET_FILE", ""),
        ("ANLAN_OIDC_CLIENT_SECRET_FILE", str(tmp_path / "absent")),
        ("ANLAN_OIDC_CLIENT_SECRET_FILE", str(empty)),
        ("ANLAN_OIDC_LABEL", "x" * 31),
    ]
    for name, value in wrong:
        with pytest.raises(ImproperlyConfigured, match=name):
            read(**{name: value})


def test_the_library_is_loaded_only_when_the_option_is_on() -> None:
    script = (
        "import sys, django; django.setup()\n"
        "import anlan.site.urls\n"
        "sys.exit(any(name in sys.modules for name in ('authlib', 'requests', 'joserfc')))\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
