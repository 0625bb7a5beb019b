"""Followers: in order, once, with the place moved in the same transaction; failures are seen."""

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError

from anlan.base import following
from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.base.models import FollowerPlace, JournalEntry
from anlan.base.parts import Followed, Follower, Parts, registry
from anlan.registers.models import Region

MINUTE = dt.timedelta(minutes=1)
Write = Callable[[str], None]


@pytest.fixture
def write(db: None, anchor: Any, now: dt.datetime, request_ids: Callable[[], str]) -> Write:
    """`write(code)`: one entry `t.add` that adds a region, not sealed yet."""

    def add(code: str, action: str = "t.add") -> None:
        keeper = Actor(account="keeper")
        with recording(action=action, actor=keeper, now=now, request_id=request_ids()) as rec:
            rec.add(Region(code=code, name=f"县{code}", level="county"))

    return add


def mirror(entry: Followed, now: dt.datetime) -> None:
    """Adds a region for each followed one, as the action of a stage would."""
    code = entry.content["images"][0]["after"]["code"]
    with recording(
        action="t.mirror",
        actor=Actor.program("mirror"),
        now=now,
        request_id=entry.request_id,
        payload={"code": code},
    ) as rec:
        if not rec.repeated:
            rec.add(Region(code=f"m{code}", name=code, level="county"))


def a_follower(handle: Any = mirror, **more: Any) -> Follower:
    wanted = {"actions": frozenset({"t.add"}), "from_beginning": True} | more
    return Follower(name="mirror", handle=handle, **wanted)


def mirrored() -> list[str]:
    rows = Region.objects.filter(code__startswith="m").order_by("code")
    return list(rows.values_list("code", flat=True))


def test_only_sealed_entries_in_order_and_once(write: Write, now: dt.datetime) -> None:
    follower, seen = a_follower(), []
    recorder = a_follower(lambda entry, now: (seen.append(entry.seq), mirror(entry, now)))
    write("a1")
    assert following.follow(recorder, now) == 0
    seal(now)
    write("a2")
    seal(now)
    assert following.follow(recorder, now) == 2
    assert (seen, mirrored()) == ([1, 2], ["ma1", "ma2"])
    assert following.follow(follower, now) == 0
    assert JournalEntry.objects.filter(action="t.mirror").count() == 2


def test_an_entry_that_comes_again_gives_the_first_result(write: Write, now: dt.datetime) -> None:
    """A place that was set back (a restore of one table) does nothing twice."""
    write("a1")
    seal(now)
    following.follow(a_follower(), now)
    FollowerPlace.objects.update(seq=0)
    assert following.follow(a_follower(), now) == 1
    assert mirrored() == ["ma1"]


def test_models_are_followed_too_and_others_are_passed_over(
    write: Write, now: dt.datetime
) -> None:
    write("a1", "t.other")
    seal(now)
    assert following.follow(a_follower(), now) == 0
    assert FollowerPlace.objects.get().seq == 1
    by_model = a_follower(actions=frozenset(), models=frozenset({"registers.region"}))
    FollowerPlace.objects.all().delete()
    assert following.follow(by_model, now) == 1


def test_a_new_follower_begins_with_what_comes(write: Write, now: dt.datetime) -> None:
    write("a1")
    seal(now)
    follower = a_follower(from_beginning=False)
    assert following.follow(follower, now) == 0
    write("a2")
    seal(now)
    assert following.follow(follower, now) == 1
    assert mirrored() == ["ma2"]


def test_a_failure_keeps_the_place_and_what_was_half_done(write: Write, now: dt.datetime) -> None:
    broken = [True]

    def fails(entry: Followed, at: dt.datetime) -> None:
        mirror(entry, at)
        if broken[0]:
            raise ValueError("a name that must not be kept")

    write("a1")
    write("a2")
    seal(now)
    assert following.follow(a_follower(fails), now) == 0
    place = FollowerPlace.objects.get()
    assert (place.seq, place.attempts, place.last_error) == (0, 1, "ValueError")
    assert mirrored() == []
    broken[0] = False
    assert following.follow(a_follower(fails), now + MINUTE - dt.timedelta(seconds=1)) == 0
    assert following.follow(a_follower(fails), now + MINUTE) == 2
    place.refresh_from_db()
    assert (place.seq, place.attempts, place.last_error) == (2, 0, "")
    assert mirrored() == ["ma1", "ma2"]


def test_a_busy_database_is_no_fault_of_the_entry(write: Write, now: dt.datetime) -> None:
    def busy(entry: Followed, at: dt.datetime) -> None:
        raise OperationalError("locked")

    write("a1")
    seal(now)
    with pytest.raises(OperationalError):
        following.follow(a_follower(busy), now)
    assert FollowerPlace.objects.get().attempts == 0


@pytest.fixture
def declared() -> Iterator[Follower]:
    def fails(entry: Followed, now: dt.datetime) -> None:
        raise KeyError("x")

    follower = a_follower(fails)
    parts = Parts(stage="t", followers=(follower,))
    registry._parts.append(parts)
    yield follower
    registry._parts.remove(parts)


def test_administrators_see_the_failure_and_let_it_try_again(
    declared: Follower, write: Write, now: dt.datetime, client_as: Any, actor_as: Any
) -> None:
    write("a1")
    seal(now)
    following.follow(declared, now)
    client = client_as("admin")
    page = client.get("/followers/").content.decode()
    assert "KeyError" in page
    assert "失败" in page
    assert client.get("/api/v1/followers").json()[-1]["state"] == "failing"
    answer = client.post("/followers/mirror/retry/", {"request_id": "retry-0001"})
    assert answer.status_code == 302
    assert FollowerPlace.objects.get(name="mirror").next_attempt_at is None
    assert JournalEntry.objects.filter(action="base.follower.retry").count() == 1
    for login in ("bureau", "county", "public"):
        other = client_as(login)
        assert other.get("/followers/").status_code == 403
        assert other.post("/followers/mirror/retry/").status_code == 403
        assert other.get("/api/v1/followers").status_code == 403
        with pytest.raises(NotAllowed):
            following.try_again(
                [declared], "mirror", actor=actor_as(login), now=now, request_id="retry-0002"
            )
    assert client.post("/followers/unknown/retry/").status_code == 404
