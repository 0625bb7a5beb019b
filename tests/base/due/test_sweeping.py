"""Sweeps: every level once, in order, whatever the clock does; people who come and go."""

import datetime as dt
import random
import threading
from contextlib import closing

import pytest
from django.db import OperationalError, connection, connections

from anlan.base.due import actions, sweeping
from anlan.base.due.queries import my_work
from anlan.base.models import Due, JournalEntry
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY, NO_LADDER
from tests.base.due.life import DAY, NOW, Life, entries_of, how, opened, vacate

pytestmark = pytest.mark.django_db
LEVELS = len(HOUSE_POLICY.levels)


def levels_in_journal(due: Due) -> list[int]:
    import json

    entries = JournalEntry.objects.filter(
        subjects__key=str(due.pk), action="base.due.escalate"
    ).order_by("position")
    return [json.loads(entry.content)["notes"]["level"] for entry in entries]


def test_levels_are_reached_one_by_one(life: Life) -> None:
    due = opened()
    assert sweeping.climb_ladders(NOW) == 0
    for level in range(1, LEVELS + 1):
        due.refresh_from_db()
        assert due.next_level_at is not None
        assert sweeping.climb_ladders(due.next_level_at) == 0  # exactly at it: not yet
        assert sweeping.climb_ladders(due.next_level_at + dt.timedelta(microseconds=1)) == 1
        due.refresh_from_db()
        assert due.level == level
    assert due.next_level_at is None
    assert levels_in_journal(due) == [1, 2, 3, 4]


def test_a_sweep_after_a_long_silence_catches_up_in_order(life: Life) -> None:
    due = opened()
    assert sweeping.climb_ladders(NOW + 400 * DAY) == LEVELS
    assert levels_in_journal(due) == [1, 2, 3, 4]
    assert sweeping.climb_ladders(NOW + 400 * DAY) == 0
    assert sweeping.climb_ladders(NOW - 400 * DAY) == 0


@pytest.mark.parametrize("seed", range(8))
def test_random_clocks_pauses_and_sweeps(life: Life, seed: int) -> None:
    dice = random.Random(seed)
    due, now = opened(amount=dice.randint(0, 20)), NOW
    for _ in range(25):
        now += dt.timedelta(hours=dice.randint(-24 * 20, 24 * 25))
        due.refresh_from_db()
        act = dice.choice(["sweep", "sweep", "pause", "resume"])
        if act == "sweep":
            sweeping.climb_ladders(now)
        elif act == "pause" and due.state == "running" and now <= due.due_at:
            actions.pause(due.pk, expected_version=due.version, **how(now=now))
        elif act == "resume" and due.state == "paused":
            actions.resume(due.pk, expected_version=due.version, **how(now=now))
        found = levels_in_journal(due)
        assert found == list(range(1, len(found) + 1))


def test_what_stands_still_is_closed_or_has_no_ladder_climbs_nothing(life: Life) -> None:
    paused, answered, bare = opened(), opened(), opened(policy=NO_LADDER)
    unset = opened(kind=ClockKind.NOT_SET, amount=0)
    actions.pause(paused.pk, expected_version=1, **how())
    actions.answer(answered.pk, what="x", expected_version=1, **how())
    assert sweeping.climb_ladders(NOW + 400 * DAY) == 0
    assert not any(levels_in_journal(due) for due in (paused, answered, bare, unset))


def test_a_level_cannot_be_taken_out_of_turn(life: Life) -> None:
    due, late = opened(), NOW + 400 * DAY
    one = {"actor": sweeping.PROGRAM, "now": late}
    assert not actions.escalate(due.pk, 2, request_id="level-out-of-turn", **one)
    assert actions.escalate(due.pk, 1, request_id="level-one", **one)
    assert not actions.escalate(due.pk, 1, request_id="level-one", **one)
    assert not actions.escalate(due.pk, 1, request_id="level-one-again", **one)
    assert levels_in_journal(due) == [1]


def _swept() -> bool:
    """One sweep; the loop of the program tries again when the database was locked."""
    try:
        sweeping.climb_ladders(NOW + 400 * DAY)
    except OperationalError:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_sweeps_that_run_at_once_record_each_level_once(life: Life) -> None:
    dues = [opened() for _ in range(5)]
    barrier, failures = threading.Barrier(3), []

    def run() -> None:
        with closing(connections["default"]):
            barrier.wait()
            try:
                while not _swept():
                    pass
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    for due in dues:
        assert levels_in_journal(due) == [1, 2, 3, 4]


def test_a_vacant_post_passes_to_the_contact_then_to_the_body_then_is_kept(life: Life) -> None:
    named = Addressee(body="water", unit="city", post=life.posts["water-2"])
    due = opened(addressee=named)
    assert (due.reach, due.doer) == ("named", f"post:{life.posts['water-2']}")
    assert sweeping.follow_people(NOW) == 0
    vacate(life, "water-2", NOW.date())
    assert sweeping.follow_people(NOW) == 1
    due.refresh_from_db()
    assert (due.reach, due.doer) == ("contact", f"person:{life.people['water']}")
    assert due in my_work(life.actor("water").scope)
    vacate(life, "water", NOW.date())
    assert sweeping.follow_people(NOW) == 1
    due.refresh_from_db()
    assert (due.reach, due.doer) == ("nobody", "body:water")
    assert due in Due.objects.visible_to(life.actor("keeper").scope)
    assert entries_of(due, "base.due.readdress") == 2
    assert sweeping.follow_people(NOW) == 0
    before = NOW - DAY  # the clock is put back: yesterday the post was held
    assert sweeping.follow_people(before) == 1
    due.refresh_from_db()
    assert due.reach == "named"


def test_a_person_and_an_account_that_left(life: Life) -> None:
    person = opened(addressee=Addressee(body="water", person=life.people["water-2"]))
    account = opened(addressee=Addressee(body="water", account="water-2"))
    closed = opened(addressee=Addressee(body="water", account="water-2"))
    actions.answer(closed.pk, what="x", expected_version=1, **how())
    assert {due.pk for due in my_work(life.actor("water-2").scope)} == {person.pk, account.pk}
    vacate(life, "water-2", NOW.date())
    assert sweeping.follow_people(NOW) == 2
    assert {due.pk for due in my_work(life.actor("water").scope)} == {person.pk, account.pk}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="asks the planner of SQLite")
def test_the_work_list_uses_its_index_on_sqlite(life: Life) -> None:
    assert "due_of_doer" in my_work(life.actor("keeper").scope).explain()
    waiting = Due.objects.filter(state="running", next_level_at__lt=NOW)
    assert "due_next_level" in waiting.order_by("next_level_at").explain()
