"""Sweeps of an exercise: its own dues climb with its own clock, and nothing of it gets out."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from anlan.base import clock, sweeping
from anlan.base.due import actions
from anlan.base.due.applying import NewDue
from anlan.base.journal import verification
from anlan.base.journal.sealing import seal
from anlan.base.models import Dispatch, Due, JournalEntry, OutgoingMessage, WorldFork
from anlan.base.parts import Sweep, registry
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.worlds import forks
from anlan.base.worlds.current import current
from anlan.exchange import sweep as outbox
from anlan.exchange.gateways import gateways

DAY = dt.timedelta(days=1)
REHEARSED = {
    "due-ladder",
    "due-addressee",
    "mechanism",
    "call-ladder",
    "warning-expiry",
    "bulletin-expiry",
}


@pytest.fixture(autouse=True)
def _one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "close_old_connections", lambda: None)


@pytest.fixture
def term(city: None, home: Path, keeper: Any) -> Due:
    """Something that the live world expects in twenty days; no level of it is reached yet."""
    start = clock.now()
    made = actions.open_due(
        NewDue(
            subject_model="plan.planitem",
            subject_key="x",
            title="演示：报送演练情况",
            rule="tests",
            source="演示",
            addressee=Addressee(body="water"),
            kind=ClockKind.FIXED_DAY,
            start_at=start,
            fixed_on=start.date() + 20 * DAY,
        ),
        actor=keeper,
        now=start,
        request_id="open-0001",
    )
    seal(clock.now())
    return Due.objects.get(pk=made["id"])


def exercise(name: str, keeper: Any, *, ahead: dt.timedelta = dt.timedelta()) -> WorldFork:
    """An exercise whose clock runs ahead of the live one."""
    made = forks.make(
        name, actor=keeper, now=clock.now() + dt.timedelta(minutes=1), request_id=f"make-{name}"
    )
    WorldFork.objects.filter(pk=made.pk).update(starts_at=made.made_at + ahead)
    seal(clock.now())
    return forks.fork_named(name)


def run(*names: str) -> int:
    return sum(sweeping.run_once(s) for s in registry.sweeps() if s.name in names)


def level(term: Due) -> int:
    return Due.objects.get(pk=term.pk).level


def live_state() -> tuple[Any, ...]:
    return (
        {str(d.pk): (d.version, d.level) for d in Due.objects.all()},
        JournalEntry.objects.count(),
        Dispatch.objects.count(),
        OutgoingMessage.objects.count(),
    )


def test_levels_climb_with_the_clock_of_the_exercise(term: Due, keeper: Any) -> None:
    run(*REHEARSED)
    today, later = exercise("今日", keeper), exercise("四十天后", keeper, ahead=40 * DAY)
    before = live_state()
    assert run("due-ladder") > 0
    assert live_state() == before, "the live world has its own clock"
    with forks.inside(today):
        assert level(term) == 0
    with forks.inside(later):
        due = Due.objects.get(pk=term.pk)
        assert due.level > 0
        entries = list(JournalEntry.objects.filter(action="base.due.escalate"))
        assert {entry.actor for entry in entries} == {"program:due"}
        assert all(entry.known_at > term.due_at for entry in entries), "by its own clock"
        reached = due.level
    assert run("due-ladder") == 0, "a level is reached once"
    assert forks.seal_all(clock.now()) > 0
    with forks.inside(later):
        assert verification.verify().ok
        assert level(term) == reached
    assert verification.verify().ok
    assert live_state() == before


@pytest.mark.parametrize(("hours", "climbs"), [(-1, False), (1, True)])
def test_just_before_and_after_a_level(term: Due, keeper: Any, hours: int, climbs: bool) -> None:
    run(*REHEARSED)
    assert term.next_level_at is not None
    ahead = term.next_level_at - clock.now() + dt.timedelta(hours=hours)
    fork = exercise("临界", keeper, ahead=ahead)
    run("due-ladder")
    with forks.inside(fork):
        assert (clock.now() > term.next_level_at) is climbs
        assert level(term) == int(climbs)


def test_people_who_left_in_the_exercise_are_followed_there(
    term: Due, keeper: Any, request_ids: Callable[[], str]
) -> None:
    from anlan.base import upkeep
    from anlan.registers.models import Body

    fork = exercise("撤并", keeper)
    with forks.inside(fork):
        body = Body.objects.get(code="water")
        upkeep.change(
            Body,
            body.pk,
            {"valid_until": clock.today()},
            expected_version=body.version,
            actor=keeper,
            now=clock.now(),
            request_id=request_ids(),
            reason="演练：撤并",
        )
    run("due-addressee")
    assert Due.objects.get(pk=term.pk).reach == "named"
    with forks.inside(fork):
        assert Due.objects.get(pk=term.pk).reach == "nobody"


def test_an_exercise_that_fails_holds_up_neither_the_live_world_nor_the_others(
    term: Due, keeper: Any
) -> None:
    for name in ("甲", "乙"):
        exercise(name, keeper)
    seen: list[str] = []

    def work(now: dt.datetime) -> int:
        seen.append(current().name)
        if current().name == "甲":
            raise ValueError("broken")
        return 1

    assert sweeping.run_once(Sweep(name="x", every_s=1, run=work, in_exercises=True)) == 2
    assert sorted(seen) == ["", "乙", "甲"]
    assert current().is_live
    forks.path_of(forks.fork_named("甲")).unlink()
    seen.clear()
    assert sweeping.run_once(Sweep(name="x", every_s=1, run=work, in_exercises=True)) == 2
    seen.clear()
    assert sweeping.run_once(Sweep(name="x", every_s=1, run=work)) == 1
    assert seen == [""]


def test_only_work_that_sends_nothing_runs_in_exercises() -> None:
    assert {s.name for s in registry.sweeps() if s.in_exercises} == REHEARSED


def test_nothing_leaves_an_exercise(term: Due, keeper: Any, actor_as: Any) -> None:
    """A message that somebody writes in the exercise, every sweep run, a gateway to the outside."""
    from anlan.base.dispatch.guard import Gateways
    from anlan.exchange.actions.notices import NewNotice, send_notice

    class Outside:
        name = "outside"
        channels = frozenset({"inbox", "sms", "voice", "cap", "webhook"})
        sent: list[Any] = []  # noqa: RUF012

        def send(self, rows: Any, now: dt.datetime) -> list[Any]:
            self.sent += list(rows)
            return []

    fork, outside = exercise("汛期", keeper, ahead=30 * DAY), Outside()
    with forks.inside(fork):
        notice = NewNotice(mode="EXERCISE", subject="演示：集结", text="演示。", bodies=("water",))
        send_notice(
            notice,
            actor=actor_as("bureau"),
            now=clock.now(),
            request_id="notice-01",
            reason="演练",
        )
        written = Dispatch.objects.count()
        assert written > 0
    run(*REHEARSED)
    real = Gateways(loopback=gateways().loopback, real=(outside,))
    outbox.sweep(clock.now(), gateways=real)
    with forks.inside(fork):
        outbox.sweep(clock.now(), gateways=real)
        assert {row.world for row in Dispatch.objects.all()} == {"汛期"}
        assert {row.mode for row in Dispatch.objects.all()} == {"EXERCISE"}
        assert Dispatch.objects.count() == written
    assert outside.sent == []
    assert not Dispatch.objects.filter(world="汛期").exists()
