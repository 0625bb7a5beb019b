"""Exercises: people work in a copy; the live world is never touched."""

import datetime as dt
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from anlan.base import clock, upkeep
from anlan.base.errors import NotAllowed, NotFound, RequestReused
from anlan.base.journal import verification
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.base.models import Dispatch, JournalEntry, OutgoingMessage, PersonKey, WorldFork
from anlan.base.worlds import forks
from anlan.base.worlds.current import EXERCISE, current
from anlan.base.worlds.errors import BadName, BeforeTheJournal, NameTaken, OtherWorld
from anlan.registers.models import Account, Person, Region
from anlan.site.cli import main
from tests.base.worlds.conftest import comparable, rows_now

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def fork(city: None, home: Path, keeper: Any, now: dt.datetime) -> WorldFork:
    """The demonstration city as an exercise."""
    seal(now)
    later = dt.datetime.now(dt.UTC) + HOUR
    made = forks.make("演练-1", actor=keeper, now=later, request_id="make-0001")
    seal(now)
    return made


def live_state() -> tuple[Any, ...]:
    return (
        comparable(rows_now()),
        JournalEntry.objects.count(),
        dict(PersonKey.objects.values_list("person", "key")),
    )


def test_a_copy_equals_the_live_world(fork: WorldFork) -> None:
    live = comparable(rows_now())
    assert Dispatch.objects.count() > 0
    with forks.inside(fork) as world:
        assert (world.mode, current().name) == (EXERCISE, "演练-1")
        assert comparable(rows_now()) == live
        assert JournalEntry.objects.count() == 0
        assert Dispatch.objects.count() == 0
        assert all(account.password.startswith("!") for account in Account.objects.all())


def test_a_message_written_inside_stays_inside(fork: WorldFork, actor_as: Any) -> None:
    """Its rows go past the ORM: into the exercise all the same, under the exercise's name."""
    from anlan.exchange.actions.notices import NewNotice, send_notice

    live = Dispatch.objects.count(), OutgoingMessage.objects.count()
    bureau = actor_as("bureau")
    notice = NewNotice(mode="EXERCISE", subject="演示：集结", text="演示数据。", bodies=("water",))
    with forks.inside(fork):
        message = send_notice(
            notice, actor=bureau, now=clock.now(), request_id="notice-0001", reason="演练"
        )
        rows = list(Dispatch.objects.filter(message=message))
        assert [row.world for row in rows] == ["演练-1"]
    assert (Dispatch.objects.count(), OutgoingMessage.objects.count()) == live


def test_writes_stay_inside(
    fork: WorldFork, keeper: Any, now: dt.datetime, request_ids: Callable[[], str]
) -> None:
    before = live_state()
    with forks.inside(fork):
        region = Region.objects.order_by("code").first()
        upkeep.change(
            Region,
            region.pk,
            {"name": "演练改名"},
            expected_version=region.version,
            actor=keeper,
            now=clock.now(),
            request_id="change-0001",
        )
        newcomer = Person(name="演示·演练", mobile="19900009999")
        upkeep.create(
            newcomer, actor=keeper, now=clock.now(), request_id="create-0001", reason="演练"
        )
        assert PersonKey.objects.count() == 1
        assert forks.has_waiting()
        assert seal(clock.now()).seq == 2
        report = verification.verify()
        assert (report.ok, report.sealed, report.finding) == (True, 2, None)
        with pytest.raises(RequestReused):
            upkeep.create(
                Region(code="1", name="x", level="county"),
                actor=keeper,
                now=now,
                request_id="create-0001",
            )
    assert live_state() == before
    assert not Region.objects.filter(name="演练改名").exists()
    assert verification.verify().ok
    with forks.inside(fork):
        assert Region.objects.get(pk=region.pk).name == "演练改名"
        assert Person.objects.get(pk=newcomer.pk).name == "演示·演练"


def test_a_row_of_the_live_world_is_not_written_inside(
    fork: WorldFork, keeper: Any, now: dt.datetime
) -> None:
    live = Region.objects.order_by("code").first()
    before = live_state()
    with (
        forks.inside(fork),
        pytest.raises(OtherWorld),
        recording(action="t.x", actor=keeper, now=now, request_id="mixed-0001") as rec,
    ):
        rec.lock(Region, live.pk)
        live.name = "混"
        rec.save(live)
    assert live_state() == before


def test_the_rules_of_the_tables_hold_inside(fork: WorldFork, keeper: Any) -> None:
    with forks.inside(fork):
        code = Region.objects.values_list("code", flat=True).first()
        with pytest.raises(Exception, match=r"UNIQUE|已存在|exists|code"):
            upkeep.create(
                Region(code=code, name="二", level="county"),
                actor=keeper,
                now=clock.now(),
                request_id="twice-0001",
            )


def test_its_clock_runs_from_its_moment(city: None, home: Path, keeper: Any) -> None:
    real = dt.datetime.now(dt.UTC)
    seal(real)
    past_moment = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)
    made = forks.make("未来", as_of=past_moment, actor=keeper, now=real, request_id="m-000001")
    with forks.inside(made):
        assert dt.timedelta() <= clock.now() - past_moment < HOUR
        first = clock.now()
        assert clock.now() >= first
    assert abs(clock.now() - real) < HOUR


def test_what_is_refused(
    fork: WorldFork, actor_as: Any, keeper: Any, now: dt.datetime, request_ids: Any
) -> None:
    for login in ("bureau", "department", "county", "public"):
        with pytest.raises(NotAllowed):
            forks.make("x", actor=actor_as(login), now=now, request_id=request_ids())
        with pytest.raises(NotAllowed):
            forks.drop("演练-1", actor=actor_as(login), now=now, request_id=request_ids())
    for name in ("", "a b", "../x", "x" * 41, "x\n"):
        with pytest.raises(BadName):
            forks.make(name, actor=keeper, now=now, request_id=request_ids())
    with pytest.raises(NameTaken):
        forks.make("演练-1", actor=keeper, now=now, request_id=request_ids())
    with pytest.raises(BeforeTheJournal):
        old = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
        forks.make("y", as_of=old, actor=keeper, now=now, request_id=request_ids())
    assert WorldFork.objects.count() == 1


def test_a_repeat_makes_one_and_drop_leaves_no_file(
    fork: WorldFork, keeper: Any, now: dt.datetime
) -> None:
    later = dt.datetime.now(dt.UTC) + HOUR
    again = forks.make("演练-1", actor=keeper, now=later, request_id="make-0001")
    assert again.pk == fork.pk
    with forks.inside(fork):
        Region.objects.count()
    forks.drop("演练-1", actor=keeper, now=now, request_id="drop-0001")
    forks.drop("演练-1", actor=keeper, now=now, request_id="drop-0001")
    assert list(forks.path_of(fork).parent.iterdir()) == []
    with pytest.raises(NotFound), forks.inside(fork):
        pass


def test_seal_all(fork: WorldFork, keeper: Any, now: dt.datetime) -> None:
    assert forks.seal_all(now) == 0
    with forks.inside(fork):
        person = Person(name="演示·丙", mobile="19900008888")
        upkeep.create(person, actor=keeper, now=now, request_id="c-000001")
    assert forks.seal_all(now) == 1
    lines = forks.path_of(fork).with_name(f"{forks.alias_of(fork)}.anchor.jsonl").read_text()
    assert json.loads(lines.splitlines()[-1])["seq"] == 1


def test_commands(city: None, home: Path, capsys: Any) -> None:
    assert main(["world", "checkpoint", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["seq"] > 0
    assert main(["world", "checkpoint"]) == 0
    assert main(["world", "fork", "演练", "--reason", "试"]) == 0
    assert main(["world", "fork", "演练"]) == 1
    assert main(["world", "fork", "旧", "--as-of", "1999-01-01"]) == 1
    capsys.readouterr()
    assert main(["world", "list", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)] == ["演练"]
    assert main(["world", "drop", "演练"]) == 0
    assert main(["world", "drop", "演练"]) == 1


def test_an_administrator_enters_works_and_leaves(
    fork: WorldFork, client_as: Any, home: Path
) -> None:
    client = client_as("admin")
    assert "演练-1" in client.get("/worlds/").content.decode()
    assert client.post("/worlds/演练-1/enter/").status_code == 302
    page = client.get("/plan/")
    assert page.headers["X-Anlan-World"].startswith("EXERCISE")
    assert "演练 演练-1" in page.content.decode()
    assert "离开演练" in page.content.decode()
    assert "data-as-of" not in page.content.decode()
    refused = client.get(f"/plan/?as_of={clock.today()}")
    assert (refused.status_code, "离开演练" in refused.content.decode()) == (409, True)
    before = live_state()
    answer = client.post(
        "/api/v1/people", {}, content_type="application/json"
    )  # whatever it answers, it answers inside
    assert answer.headers["X-Anlan-World"].startswith("EXERCISE")
    assert live_state() == before
    assert client.post("/worlds/leave/").status_code == 302
    assert "X-Anlan-World" not in client.get("/plan/").headers


def test_an_exercise_that_is_gone_leads_back(
    fork: WorldFork, client_as: Any, keeper: Any, now: dt.datetime
) -> None:
    client = client_as("admin")
    client.post("/worlds/演练-1/enter/")
    forks.path_of(fork).unlink()
    assert "X-Anlan-World" not in client.get("/plan/").headers
    client.post("/worlds/演练-1/enter/")
    forks.drop("演练-1", actor=keeper, now=now, request_id="drop-0002")
    assert client.get("/plan/").status_code == 200


def test_only_administrators_see_and_enter(fork: WorldFork, client_as: Any) -> None:
    for login in ("bureau", "department", "county", "public"):
        client = client_as(login)
        assert client.get("/worlds/").status_code == 403
        assert client.post("/worlds/演练-1/enter/").status_code == 403
        assert client.get("/api/v1/worlds").status_code == 403
        session = client.session
        session["anlan_exercise"] = "演练-1"
        session.save()
        assert "X-Anlan-World" not in client.get("/plan/").headers


def test_screens_and_api(city: None, home: Path, client_as: Any, now: dt.datetime) -> None:
    seal(now)
    client = client_as("admin")
    assert client.post("/worlds/checkpoint/").status_code == 302
    page = client.get("/worlds/add/").content.decode()
    assert "演练" in page
    form = {"name": "a b", "reason": "试", "request_id": "form-0001", "expected_version": 0}
    assert client.post("/worlds/add/", form).status_code == 422
    assert client.post("/worlds/add/", form | {"name": "甲"}).status_code == 302
    answer = client.post(
        "/api/v1/worlds", {"name": "乙", "as_of": "2040-01-01"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "not-yet")
    answer = client.post("/api/v1/worlds", {"name": "乙"}, content_type="application/json")
    assert (answer.status_code, answer.json()["mode"]) == (201, "EXERCISE")
    listed = client.get("/api/v1/worlds").json()
    assert [row["name"] for row in listed["exercises"]] == ["乙", "甲"]
    assert listed["checkpoints"][0]["fault"] == ""
    assert client.delete("/api/v1/worlds/乙").status_code == 204
    drop = {"reason": "完", "request_id": "form-0002", "expected_version": 0}
    assert client.get("/worlds/甲/drop/").status_code == 200
    assert client.post("/worlds/甲/drop/", drop).status_code == 302
    assert client.get("/worlds/甲/drop/").status_code == 404


def test_a_state_that_breaks_a_rule_is_refused(
    city: None, home: Path, keeper: Any, now: dt.datetime
) -> None:
    """Bodies of the profile became known later than the posts of the invented life."""
    seal(now)
    early = dt.datetime(2022, 3, 1, tzinfo=dt.UTC)
    with pytest.raises(forks.DoesNotFit):
        forks.make("早", as_of=early, actor=keeper, now=now, request_id="early-001")
    assert WorldFork.objects.count() == 0
    assert list((home / "worlds" / "forks").iterdir()) == []
    assert sqlite3.sqlite_version
