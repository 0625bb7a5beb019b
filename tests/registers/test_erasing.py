"""Erasing a person: no readable trace in rows, journal, past states, checkpoints, exercises."""

import datetime as dt
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from anlan.base import following
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.journal import verification
from anlan.base.journal.history import history_of
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.base.models import FollowerPlace, JournalEntry, PersonKey
from anlan.base.parts import registry
from anlan.base.worlds import checkpoints, forks, past
from anlan.registers.access import account_for_token
from anlan.registers.actions.erasing import OnlyLive, OwnErasure, ReasonNeeded, erase_person
from anlan.registers.actions.people import issue_token
from anlan.registers.models import Account, Person
from tests.base.worlds.conftest import home, keeper

__all__ = ["home", "keeper"]
NAME, MOBILE = "演示·申请删除", "19900004321"
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def later() -> dt.datetime:
    return dt.datetime.now(dt.UTC) + HOUR


@pytest.fixture
def person(city: None, home: Path, keeper: Any, now: dt.datetime) -> Person:
    """Somebody with an account, under a name that nobody else has."""
    found = Account.objects.get(login="department").person
    with recording(action="t.rename", actor=keeper, now=now, request_id="rename-0001") as rec:
        row = rec.lock(Person, found.pk)
        row.name, row.mobile = NAME, MOBILE
        rec.save(row)
    seal(now)
    return Person.objects.get(pk=found.pk)


@pytest.fixture
def erase(person: Person, actor_as: Any, later: dt.datetime) -> Callable[..., Any]:
    def act(login: str = "admin", request_id: str = "erase-0001", **more: Any) -> Any:
        words = {"expected_version": person.version, "reason": "本人申请 2026-11-20"} | more
        return erase_person(
            person.pk, actor=actor_as(login), now=later, request_id=request_id, **words
        )

    return act


def run_follower(now: dt.datetime) -> int:
    follower = next(f for f in registry.followers() if f.name == "erase-in-exercises")
    seal(now)
    return following.follow(follower, now)


def traces(folder: Path) -> list[str]:
    """Files in which the name or the number can be read."""
    words = (NAME.encode(), MOBILE.encode(), NAME.encode("unicode_escape"))
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file() and any(word in path.read_bytes() for word in words)
    ]


def test_nothing_readable_is_left(
    person: Person, erase: Any, keeper: Any, home: Path, later: dt.datetime
) -> None:
    checkpoint = checkpoints.make(later)
    exercise = forks.make("演练", actor=keeper, now=later, request_id="fork-00001")
    with forks.inside(exercise):
        row = Person.objects.get(pk=person.pk)
        assert row.name == NAME
        with recording(action="t.touch", actor=keeper, now=later, request_id="touch-0001") as rec:
            row = rec.lock(Person, row.pk)
            row.landline = "0359-1234567"
            rec.save(row)
    with past.as_of(later):
        assert Person.objects.get(pk=person.pk).name == NAME
    assert traces(home) != []
    assert verification.verify().ok

    result = erase()
    assert run_follower(later) == 1

    assert result["person"] == str(person.pk)
    assert not PersonKey.objects.filter(person=person.pk).exists()
    row = Person.objects.get(pk=person.pk)
    assert (row.name, row.mobile, row.landline, row.initials) == ("", "", "", "")
    assert row.erased_at == later
    assert str(row) == "已删除"
    report = verification.verify()
    assert (report.ok, report.finding) == (True, None)
    with past.as_of(later - HOUR / 2):
        then = Person.objects.get(pk=person.pk)
        assert (then.name, then.mobile) == ("已删除", "已删除")
        assert not Person.objects.filter(name__contains="申请删除").exists()
    with forks.inside(exercise):
        inside = Person.objects.get(pk=person.pk)
        assert (inside.name, inside.mobile, inside.landline) == ("", "", "")
        assert not PersonKey.objects.filter(person=person.pk).exists()
        assert verification.verify().finding is None
    assert traces(home) == []
    assert checkpoints.is_proven(checkpoint)
    shown = [(c.before, c.after) for line in history_of(row, readable=True) for c in line.changes]
    assert not any(NAME in str(pair) or MOBILE in str(pair) for pair in shown)
    for entry in JournalEntry.objects.all():
        assert NAME not in entry.content
        assert MOBILE not in entry.content


def test_others_keep_theirs(person: Person, erase: Any, later: dt.datetime) -> None:
    keys = PersonKey.objects.count()
    others = set(Person.objects.exclude(pk=person.pk).values_list("pk", "name"))
    erase()
    seal(later)
    assert PersonKey.objects.count() == keys - 1
    assert set(Person.objects.exclude(pk=person.pk).values_list("pk", "name")) == others
    with past.as_of(later):
        assert set(Person.objects.exclude(pk=person.pk).values_list("pk", "name")) == others


def test_a_repeat_is_harmless(person: Person, erase: Any, later: dt.datetime) -> None:
    first = erase()
    entries = JournalEntry.objects.count()
    assert erase() == first
    assert erase(request_id="erase-0002")["erased_at"] == first["erased_at"]
    assert JournalEntry.objects.count() == entries
    assert run_follower(later) == 1
    FollowerPlace.objects.filter(name="erase-in-exercises").update(seq=0)
    assert run_follower(later) == 1
    assert verification.verify().ok


def test_the_sign_in_is_closed(
    person: Person, erase: Any, actor_as: Any, now: dt.datetime, client_as: Any
) -> None:
    account = Account.objects.get(person=person)
    _, secret = issue_token(
        account, "系统", actor=actor_as("security"), now=now, request_id="token-0001"
    )
    client = client_as("department")
    assert client.get("/plan/").status_code == 200
    erase()
    assert client.get("/plan/").status_code == 302
    assert account_for_token(secret) is None


def test_what_is_refused(
    person: Person, erase: Any, actor_as: Any, later: dt.datetime, keeper: Any
) -> None:
    for login in ("bureau", "department", "county", "public"):
        with pytest.raises(NotAllowed):
            erase(login)
    for reason in ("", "  "):
        with pytest.raises(ReasonNeeded):
            erase(reason=reason)
    with pytest.raises(Conflict):
        erase(expected_version=person.version + 1)
    with pytest.raises(NotFound):
        erase_person(
            uuid.uuid4(),
            expected_version=1,
            actor=actor_as("admin"),
            now=later,
            request_id="erase-0009",
            reason="x",
        )
    own = Account.objects.get(login="admin").person
    with pytest.raises(OwnErasure):
        erase_person(
            own.pk,
            expected_version=own.version,
            actor=actor_as("admin"),
            now=later,
            request_id="erase-0010",
            reason="x",
        )
    exercise = forks.make("演练", actor=keeper, now=later, request_id="fork-00002")
    admin = actor_as("admin")
    with forks.inside(exercise), pytest.raises(OnlyLive):
        erase_person(
            person.pk,
            expected_version=1,
            actor=admin,
            now=later,
            request_id="erase-0011",
            reason="x",
        )
    assert Person.objects.get(pk=person.pk).name == NAME
    assert PersonKey.objects.filter(person=person.pk).exists()


def test_an_edit_does_not_bring_it_back(person: Person, erase: Any) -> None:
    erase()
    row = Person.objects.get(pk=person.pk)
    row.name = NAME
    with pytest.raises(ValidationError, match="已删除"):
        row.full_clean()


def test_screen(person: Person, client_as: Any, later: dt.datetime) -> None:
    client = client_as("admin")
    page = f"/people/{person.pk}/"
    assert "erase/" in client.get(page).content.decode()
    form = client.get(f"{page}erase/")
    assert "无法恢复" in form.content.decode()
    given = {"reason": "本人申请", "request_id": "form-0001", "expected_version": person.version}
    refused = client.post(f"{page}erase/", given)
    assert refused.status_code == 422
    assert "本人申请" in refused.content.decode()
    assert Person.objects.get(pk=person.pk).name == NAME
    assert client.post(f"{page}erase/", given | {"confirmed": "on"}).status_code == 302
    text = client.get(page).content.decode()
    assert NAME not in text
    assert "个人信息已删除" in text
    assert "erase/" not in text
    assert client.get("/people/").status_code == 200
    assert client_as("bureau").get(f"{page}erase/").status_code == 403


def test_api(person: Person, client_as: Any) -> None:
    client = client_as("admin")
    url = f"/api/v1/people/{person.pk}/erase"
    given = {"reason": "本人申请", "expected_version": person.version, "request_id": "api-00001"}
    kind = "application/json"
    assert client.post(url, given, content_type=kind).status_code == 422
    said = given | {"confirmed": True}
    assert client_as("bureau").post(url, said, content_type=kind).status_code == 403
    first = client.post(url, said, content_type=kind)
    assert first.status_code == 200
    assert client.post(url, said, content_type=kind).json() == first.json()
    row = client.get(f"/api/v1/people/{person.pk}").json()
    assert (row["name"], row["mobile"]) == ("", "")
    assert row["erased_at"] is not None
