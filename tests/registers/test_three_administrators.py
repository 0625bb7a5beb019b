"""Three administrators, three people: every way to a second task is closed."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock, upkeep
from anlan.base.errors import Invalid, NotAllowed
from anlan.base.models import JournalEntry
from anlan.registers import queries
from anlan.registers.actions.people import NewColleague, add_colleague
from anlan.registers.actions.phone_book import import_phone_book
from anlan.registers.actions.phone_book_check import ContactLine
from anlan.registers.actions.posts import (
    NewPost,
    NewSignIn,
    OwnRights,
    end_post,
    give_post,
    open_account,
    set_active,
)
from anlan.registers.actions.tenures import hand_over
from anlan.registers.models import Account, Body, Person, Post, Tenure
from anlan.registers.rules.scope import ADMINISTRATORS, NOTHING, Capability, Role
from tests.registers.small_city import ADMINISTRATOR, NOW, TODAY, make_small_city

SYSTEM, SECURITY, AUDIT = ADMINISTRATORS
PASSWORD = "a-long-enough-pass"


@pytest.fixture(autouse=True)
def small(db: None, request_ids: Callable[[], str]) -> None:
    make_small_city(is_demonstration=False)
    for role, login in ((SYSTEM, "system"), (SECURITY, "security"), (AUDIT, "audit")):
        colleague(login, role, request_ids())


def colleague(login: str, role: Role, request_id: str) -> None:
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
        now=NOW,
        request_id=request_id,
    )


def actor(login: str) -> Any:
    return queries.actor_for(Account.objects.get(login=login), TODAY)


def post_of(role: Role) -> NewPost:
    body = Body.objects.get(code="water").pk
    return NewPost(body=body, title=f"另 {role}", role=role.value, held_from=TODAY)


def said(login: str, request_ids: Callable[[], str]) -> dict[str, Any]:
    return {"actor": actor(login), "now": NOW, "request_id": request_ids(), "reason": "任命文件"}


@pytest.mark.parametrize("login", ["system", "audit"])
@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_no_second_task_is_given(login: str, role: Role, request_ids: Any) -> None:
    colleague("second", SECURITY, request_ids())
    account = Account.objects.get(login=login)
    held = actor(login).scope.roles
    if role in held:
        give_post(account.pk, post_of(role), **said("security", request_ids))
        return
    with pytest.raises(Invalid, match="三人"):
        give_post(account.pk, post_of(role), **said("security", request_ids))
    assert actor(login).scope.roles == held


def test_no_second_task_comes_by_the_side_doors(request_ids: Any) -> None:
    """Upkeep (admin forms and files), hand-over, phone book, and a post that changes its role."""
    system = Person.objects.get(account__login="system")
    audit_post = Post.objects.get(role=AUDIT)
    stated = {"actor": ADMINISTRATOR, "now": NOW, "reason": "x"}
    with pytest.raises(Invalid):
        tenure = Tenure(person=system, post=audit_post, held_from=TODAY)
        upkeep.create(tenure, request_id=request_ids(), **stated)
    held = Tenure.objects.get(post=audit_post)
    with pytest.raises(Invalid):
        hand_over(
            held.pk,
            on=TODAY + dt.timedelta(days=1),
            successor=system.pk,
            request_id=request_ids(),
            **stated,
        )
    give_post(
        Account.objects.get(login="system").pk,
        NewPost(
            body=Body.objects.get(code="water").pk,
            title="联络员",
            role=Role.DEPARTMENT.value,
            held_from=TODAY,
        ),
        **said("security", request_ids),
    )
    ordinary = Post.objects.get(title="联络员")
    with pytest.raises(Invalid):
        upkeep.change(
            Post,
            ordinary.pk,
            {"role": AUDIT.value},
            expected_version=ordinary.version,
            request_id=request_ids(),
            **stated,
        )
    line = ContactLine(
        row=2,
        body="市应急局",
        unit="",
        name="某system",
        title=audit_post.title,
        mobile="",
        landline="",
    )
    with pytest.raises(Invalid):
        import_phone_book([line], today=TODAY, request_id=request_ids(), **stated)
    assert actor("system").scope.roles == {SYSTEM, Role.DEPARTMENT}


def test_rows_put_in_beside_the_program_give_neither_task(request_ids: Any) -> None:
    from django.db import connection

    system, held = (
        Person.objects.get(account__login="system"),
        Tenure.objects.get(post__role=AUDIT),
    )
    before = actor("system").scope
    assert before.may(Capability.MANAGE_ACCOUNTS)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE registers_tenure SET person_id = %s WHERE id = %s",
            [
                system.pk.hex if connection.vendor == "sqlite" else system.pk,
                held.pk.hex if connection.vendor == "sqlite" else held.pk,
            ],
        )
    scope = actor("system").scope
    assert (scope.capabilities, scope.roles) == (frozenset(), frozenset())


def test_one_opens_the_sign_in_another_gives_the_post(request_ids: Any) -> None:
    new = NewSignIn(name="李四", mobile="", login="lisi", password=PASSWORD)
    with pytest.raises(NotAllowed):
        open_account(new, **said("security", request_ids))
    first = said("system", request_ids)
    made = open_account(new, **first)
    assert open_account(new, **first) == made
    assert actor("lisi").scope == NOTHING
    with pytest.raises(NotAllowed):
        give_post(made["account"], post_of(Role.DEPARTMENT), **said("system", request_ids))
    give_post(made["account"], post_of(Role.DEPARTMENT), **said("security", request_ids))
    assert actor("lisi").scope.roles == {Role.DEPARTMENT}
    tenure = Tenure.objects.get(person=made["person"])
    tomorrow = TODAY + dt.timedelta(days=1)
    end_post(tenure.pk, tomorrow, expected_version=1, **said("security", request_ids))
    account = Account.objects.get(login="lisi")
    assert queries.actor_for(account, tomorrow).scope == NOTHING
    set_active(account.pk, False, expected_version=1, **said("system", request_ids))
    assert not Account.objects.get(login="lisi").is_active
    actions = set(JournalEntry.objects.values_list("action", flat=True))
    assert {"registers.account.open", "registers.post.give", "registers.account.close"} <= actions


def test_nobody_gives_himself_a_post_or_closes_himself(request_ids: Any) -> None:
    own = Account.objects.get(login="security")
    with pytest.raises(OwnRights):
        give_post(own.pk, post_of(Role.BUREAU), **said("security", request_ids))
    system = Account.objects.get(login="system")
    with pytest.raises(OwnRights):
        set_active(system.pk, False, expected_version=1, **said("system", request_ids))


def test_without_a_security_administrator_the_system_one_appoints_the_first(
    request_ids: Any,
) -> None:
    new = NewSignIn(name="李四", mobile="", login="lisi", password=PASSWORD)
    made = open_account(new, **said("system", request_ids))
    with pytest.raises(NotAllowed):
        give_post(made["account"], post_of(SECURITY), **said("system", request_ids))
    held = Account.objects.get(login="security")
    set_active(held.pk, False, expected_version=held.version, **said("system", request_ids))
    with pytest.raises(NotAllowed):
        give_post(made["account"], post_of(Role.BUREAU), **said("system", request_ids))
    give_post(made["account"], post_of(SECURITY), **said("system", request_ids))
    assert actor("lisi").scope.may(Capability.ASSIGN_RIGHTS)


@pytest.fixture
def signed_in(settings: Any) -> Callable[[str], Client]:
    from anlan.site import instance

    settings.ANLAN_SECOND_FACTOR = "offered"
    instance.mark_ready(clock.now())
    instance.forget()

    def client(login: str) -> Client:
        found = Client()
        found.force_login(Account.objects.get(login=login))
        return found

    return client


DOORS = {
    "account-list": {"system", "security", "audit"},
    "account-add": {"system"},
    "admin:index": {"system", "security"},
    "admin:registers_post_add": {"security"},
    "admin:registers_tenure_changelist": {"system", "security"},
    "admin:registers_region_changelist": {"system"},
}


@pytest.mark.parametrize("login", ["system", "security", "audit", "office"])
def test_administrators_screens_as_every_role(
    login: str, signed_in: Callable[[str], Client], request_ids: Any
) -> None:
    colleague("office", Role.BUREAU, request_ids())
    with clock.at(NOW):
        client = signed_in(login)
        for name, admitted in DOORS.items():
            status = client.get(reverse(name), follow=True).status_code
            assert status == (200 if login in admitted else 403), (name, login)
        give = reverse("post-give", args=["office"])
        assert client.get(give).status_code == (403 if login == "office" else 200)
