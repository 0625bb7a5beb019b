"""Passwords, locks, sessions: a real instance of a few bodies."""

import datetime as dt
import itertools
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.base.errors import NotAllowed
from anlan.base.models import JournalEntry
from anlan.registers import queries
from anlan.registers.actions.people import NewColleague, PasswordTooWeak, add_colleague
from anlan.registers.actions.posts import NewSignIn, open_account
from anlan.registers.actions.sign_ins import (
    change_own_password,
    end_sessions,
    locked_until,
    reset_password,
    unlock,
)
from anlan.registers.models import Account, Body, SignInSession
from anlan.registers.rules.scope import Role
from anlan.site import instance
from tests.registers.small_city import ADMINISTRATOR, NOW, TODAY, make_small_city

PASSWORD = "tiedao-yanhu-09"
OTHER = "zhongtiao-shan-11"
Ids = Callable[[], str]


@pytest.fixture(autouse=True)
def real(db: None, settings: Any, request_ids: Ids) -> Any:
    make_small_city(is_demonstration=False)
    roles = {
        "system": Role.SYSTEM_ADMINISTRATOR,
        "security": Role.SECURITY_ADMINISTRATOR,
        "office": Role.BUREAU,
    }
    for login, role in roles.items():
        add_colleague(
            NewColleague(
                name=f"某{login}",
                mobile="",
                body=Body.objects.get(code="emergency").pk,
                title=str(role),
                role=role.value,
                held_from=TODAY,
                login=login,
                password=PASSWORD,
            ),
            actor=ADMINISTRATOR,
            now=clock.now(),
            request_id=request_ids(),
        )
    instance.mark_ready(NOW)
    settings.ANLAN_SECOND_FACTOR = "offered"
    yield
    instance.forget()


def actor(login: str) -> Any:
    return queries.actor_for(Account.objects.get(login=login), TODAY)


def stated(login: str, request_ids: Ids) -> dict[str, Any]:
    return {"actor": actor(login), "now": clock.now(), "request_id": request_ids()}


def enter(client: Client, login: str, password: str, **more: str) -> Any:
    return client.post("/sign-in/", {"login": login, "password": password, **more})


# passwords


def test_the_rules_stand_on_the_page_before_one_types() -> None:
    client = Client()
    assert enter(client, "office", PASSWORD).status_code == 302
    page = client.get(reverse("my-password")).content.decode()
    for words in ("10", "数字", "常见", "最近 5 次"):
        assert words in page


@pytest.mark.parametrize("new", ["short-9", "123456789012", "qwertyuiop", "theoffice1", PASSWORD])
def test_a_password_that_the_rules_refuse_changes_nothing(new: str, request_ids: Ids) -> None:
    before = Account.objects.get(login="office").password
    with pytest.raises(PasswordTooWeak):
        change_own_password(PASSWORD, new, **stated("office", request_ids))
    assert Account.objects.get(login="office").password == before


def test_the_last_five_passwords_are_not_taken_again(request_ids: Ids) -> None:
    used = [PASSWORD, *(f"yanhu-luocun-{n}0" for n in range(1, 6))]
    for present, new in itertools.pairwise(used):
        change_own_password(present, new, **stated("office", request_ids))
    for old in used[1:]:
        with pytest.raises(PasswordTooWeak):
            change_own_password(used[-1], old, **stated("office", request_ids))
    change_own_password(used[-1], used[0], **stated("office", request_ids))
    journal = " ".join(JournalEntry.objects.values_list("content", flat=True))
    assert Account.objects.get(login="office").password not in journal
    assert all(
        digest not in journal
        for digest in Account.objects.get(login="office").past_passwords.splitlines()
    )


def test_a_first_password_is_changed_before_anything_else(request_ids: Ids) -> None:
    new = NewSignIn(name="李四", mobile="", login="lisi", password=PASSWORD)
    open_account(new, reason="x", **stated("system", request_ids))
    client = Client()
    assert enter(client, "lisi", PASSWORD).status_code == 302
    assert client.get("/bodies/").headers["Location"] == reverse("my-password")
    answer = client.get("/api/v1/me")
    assert (answer.status_code, answer.json()["code"]) == (403, "password-due")
    form = {"present": PASSWORD, "new": OTHER, "repeated": OTHER, "request_id": "a" * 32}
    wrong = client.post(reverse("my-password"), form | {"present": "x"})
    assert wrong.status_code == 422
    assert client.post(reverse("my-password"), form).status_code == 302
    assert client.get("/api/v1/me").status_code == 200
    assert enter(Client(), "lisi", PASSWORD).status_code == 403


def test_an_old_password_is_changed_first_in_a_real_instance(settings: Any) -> None:
    client = Client()
    later = clock.now() + dt.timedelta(days=settings.ANLAN_PASSWORD_AGE_DAYS)
    with clock.at(later - dt.timedelta(minutes=1)):
        enter(client, "office", PASSWORD)
        assert client.get("/bodies/").status_code == 200
    with clock.at(later):
        assert client.get("/bodies/").headers["Location"] == reverse("my-password")


def test_a_reset_is_the_system_administrators_and_ends_all_sessions(request_ids: Ids) -> None:
    client = Client()
    enter(client, "office", PASSWORD)
    account = Account.objects.get(login="office")
    with pytest.raises(NotAllowed):
        reset_password(
            account.pk, OTHER, expected_version=1, reason="x", **stated("security", request_ids)
        )
    reset_password(
        account.pk, OTHER, expected_version=1, reason="x", **stated("system", request_ids)
    )
    assert client.get("/bodies/").status_code == 302
    assert enter(Client(), "office", OTHER).status_code == 302
    assert Account.objects.get(login="office").must_change_password


# locks


def fail(login: str, times: int) -> list[int]:
    return [enter(Client(), login, "wrong").status_code for _ in range(times)]


@pytest.mark.parametrize("login", ["office", "nobody"])
def test_a_name_is_locked_at_the_limit_and_not_before(login: str, settings: Any) -> None:
    limit = settings.AXES_FAILURE_LIMIT
    assert set(fail(login, limit - 1)) == {403}
    assert locked_until(login, clock.now()) is None
    fail(login, 1)
    assert locked_until(login, clock.now()) is not None
    refused = enter(Client(), login, PASSWORD)
    assert refused.status_code == 429
    assert "锁定至" in refused.content.decode()
    assert enter(Client(), "system", PASSWORD).status_code == 302, "others are not locked"
    api = Client().post(
        "/api/v1/session", {"login": login, "password": PASSWORD}, content_type="application/json"
    )
    assert (api.status_code, api.json()["code"]) == (429, "sign-in-locked")


def test_a_right_password_before_the_limit_forgets_the_failures(settings: Any) -> None:
    fail("office", settings.AXES_FAILURE_LIMIT - 1)
    assert enter(Client(), "office", PASSWORD).status_code == 302
    fail("office", settings.AXES_FAILURE_LIMIT - 1)
    assert enter(Client(), "office", PASSWORD).status_code == 302


def test_the_security_administrator_unlocks_and_the_journal_knows(
    settings: Any, request_ids: Ids
) -> None:
    fail("office", settings.AXES_FAILURE_LIMIT)
    account = Account.objects.get(login="office")
    for login in ("system", "office"):
        with pytest.raises(NotAllowed):
            unlock(account.pk, reason="x", **stated(login, request_ids))
    assert enter(Client(), "office", PASSWORD).status_code == 429
    client = Client()
    enter(client, "security", PASSWORD)
    assert "解锁" in client.get(reverse("account", args=["office"])).content.decode()
    form = {"reason": "本人来电", "request_id": request_ids()}
    assert client.post(reverse("account-unlock", args=["office"]), form).status_code == 302
    assert enter(Client(), "office", PASSWORD).status_code == 302
    entry = JournalEntry.objects.get(action="registers.account.unlock")
    assert (entry.actor, "本人来电" in entry.content) == ("security", True)


def test_a_lock_opens_by_itself(settings: Any) -> None:
    settings.AXES_COOLOFF_TIME = dt.timedelta(seconds=0)
    fail("office", settings.AXES_FAILURE_LIMIT)
    assert enter(Client(), "office", PASSWORD).status_code == 302


# sessions


def test_an_idle_session_ends_and_says_so(settings: Any) -> None:
    client, start = Client(), clock.now()
    enter(client, "office", PASSWORD)
    idle = dt.timedelta(minutes=settings.ANLAN_IDLE_MINUTES)
    for step in (0.9, 1.8, 2.7):  # each use starts the time anew
        with clock.at(start + idle * step):
            assert client.get("/bodies/").status_code == 200
    with clock.at(start + idle * 3.75):
        ended = client.get("/bodies/?q=x")
        assert ended.status_code == 302
        assert "why=idle" in ended.headers["Location"]
        page = client.get(ended.headers["Location"]).content.decode()
        assert "一段时间没有操作" in page
        assert 'value="/bodies/?q=x"' in page
    assert SignInSession.objects.get().ended_at is not None


def test_asking_how_long_it_lasts_is_not_using_it(settings: Any) -> None:
    client, start = Client(), clock.now()
    enter(client, "office", PASSWORD)
    idle = dt.timedelta(minutes=settings.ANLAN_IDLE_MINUTES)
    with clock.at(start + idle * 0.5):
        left = client.get(reverse("session-left")).json()["left_s"]
        assert abs(left - idle.total_seconds() / 2) <= 2
    with clock.at(start + idle * 0.9):
        client.post(reverse("session-left"))
    with clock.at(start + idle * 1.5):
        assert client.get("/bodies/").status_code == 200
    with clock.at(start + idle * 3):
        assert client.get(reverse("session-left")).json() == {"left_s": 0}


def test_every_session_ends_with_its_day(settings: Any) -> None:
    client, start = Client(), clock.now()
    enter(client, "office", PASSWORD)
    minutes = settings.ANLAN_SESSION_HOURS * 60
    for minute in range(0, minutes, 20):
        with clock.at(start + dt.timedelta(minutes=minute)):
            assert client.get("/api/v1/me").status_code == 200
    with clock.at(start + dt.timedelta(minutes=minutes, seconds=1)):
        assert client.get("/api/v1/me").status_code == 401


def test_signing_out_everywhere_leaves_this_browser(request_ids: Ids) -> None:
    here, there, stranger = Client(), Client(), Client()
    for client in (here, there):
        enter(client, "office", PASSWORD)
    enter(stranger, "system", PASSWORD)
    page = here.get(reverse("my-account")).content.decode()
    assert page.count("网络地址") >= 1
    answer = here.post(reverse("sign-out-everywhere"), {"request_id": request_ids()})
    assert answer.status_code == 302
    assert here.get("/bodies/").status_code == 200
    assert there.get("/bodies/").status_code == 302
    assert stranger.get("/bodies/").status_code == 200
    with pytest.raises(NotAllowed):
        account = Account.objects.get(login="office")
        end_sessions(account.pk, **stated("system", request_ids))
    end_sessions(account.pk, **stated("security", request_ids))
    assert here.get("/bodies/").status_code == 302


def test_pages_bear_who_looks_and_when() -> None:
    client = Client()
    enter(client, "office", PASSWORD)
    page = client.get("/bodies/").content.decode()
    mark = page[page.index('class="watermark"') :]
    assert "office 20" in mark[: mark.index("</svg>")]
