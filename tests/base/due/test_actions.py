"""Dues are opened, stopped, set running, answered and withdrawn: one entry each."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.due import actions
from anlan.base.due.applying import apply_answer, apply_open
from anlan.base.due.errors import (
    BadTerm,
    DayAlreadySet,
    DueClosed,
    DueNotPaused,
    DueNotRunning,
    DueOver,
)
from anlan.base.errors import Conflict, NotAllowed, NotFound, RequestReused
from anlan.base.identity import new_id
from anlan.base.journal.history import history_of
from anlan.base.journal.recording import recording
from anlan.base.models import Due, DuePause, JournalEntry
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY, Policy
from tests.base.due.life import DAY, NEW, NOW, PROGRAM_ACTOR, Life, entries_of, how, opened

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
END = dt.datetime(2026, 12, 8, 16, tzinfo=dt.UTC)  # 24:00 of the tenth working day, 8 December


def test_a_due_opens_with_its_end_and_a_frozen_ladder(life: Life) -> None:
    due = opened()
    assert (due.due_at, due.is_provisional, due.state) == (END, False, "running")
    assert due.to_policy() == HOUSE_POLICY
    assert due.next_level_at == dt.datetime(2026, 12, 2, 16, tzinfo=dt.UTC)  # 3 December 00:00
    assert due.doer == "body:water"
    assert entries_of(due, "base.due.open") == 1


def test_a_later_ladder_does_not_change_a_due_in_flight(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    due = opened()
    other = Policy(name="x", version="2", source="x", levels=HOUSE_POLICY.levels[:1])
    monkeypatch.setattr("anlan.base.due.applying.HOUSE_POLICY", other)
    actions.pause(due.pk, expected_version=1, **how())
    actions.resume(due.pk, expected_version=2, **how(now=NOW + DAY))
    due.refresh_from_db()
    assert due.to_policy() == HOUSE_POLICY


def test_pausing_keeps_what_was_left(life: Life) -> None:
    due = opened(kind=ClockKind.HOURS, amount=48)
    stop, go = NOW + 5 * HOUR, NOW + 100 * HOUR
    first = actions.pause(due.pk, expected_version=1, **how(now=stop))
    assert first["state"] == "paused"
    due.refresh_from_db()
    assert due.next_level_at is None
    actions.resume(due.pk, expected_version=2, **how(now=go))
    due.refresh_from_db()
    assert due.due_at == go + 43 * HOUR
    pause = DuePause.objects.get(due=due)
    assert (pause.from_at, pause.until_at, pause.reason) == (stop, go, "测试")
    assert [line.action for line in history_of(due)][:2] == ["base.due.resume", "base.due.pause"]


def test_a_clock_put_back_takes_nothing(life: Life) -> None:
    due = opened(kind=ClockKind.HOURS, amount=48)
    actions.pause(due.pk, expected_version=1, **how(now=NOW - 30 * DAY))
    actions.resume(due.pk, expected_version=2, **how(now=NOW - 60 * DAY))
    due.refresh_from_db()
    assert due.due_at == NOW + 48 * HOUR
    actions.pause(due.pk, expected_version=3, **how(now=NOW + HOUR))
    actions.resume(due.pk, expected_version=4, **how(now=NOW))
    due.refresh_from_db()
    assert due.due_at == NOW + 48 * HOUR


def test_what_is_over_is_not_paused_away(life: Life) -> None:
    due = opened()
    actions.pause(due.pk, expected_version=1, **how(now=END))  # exactly at the end: in time
    other = opened()
    with pytest.raises(DueOver):
        actions.pause(other.pk, expected_version=1, **how(now=END + dt.timedelta(microseconds=1)))


def test_only_a_running_clock_stops_and_only_a_standing_one_runs_on(life: Life) -> None:
    due = opened()
    with pytest.raises(DueNotPaused):
        actions.resume(due.pk, expected_version=1, **how())
    actions.pause(due.pk, expected_version=1, **how())
    with pytest.raises(DueNotRunning):
        actions.pause(due.pk, expected_version=2, **how())
    unset = opened(kind=ClockKind.NOT_SET, amount=0)
    assert (unset.state, unset.due_at, unset.next_level_at) == ("expected", None, None)
    with pytest.raises(DueNotRunning):
        actions.pause(unset.pk, expected_version=1, **how())


def test_a_day_is_set_once(life: Life) -> None:
    due = opened(kind=ClockKind.NOT_SET, amount=0)
    day = dt.date(2026, 12, 20)
    actions.set_day(due.pk, on=day, expected_version=1, **how())
    due.refresh_from_db()
    assert (due.state, due.due_at) == ("running", dt.datetime(2026, 12, 20, 16, tzinfo=dt.UTC))
    with pytest.raises(DayAlreadySet):
        actions.set_day(due.pk, on=day, expected_version=2, **how())


@pytest.mark.parametrize("first", ["answer", "withdraw"])
def test_a_closed_due_is_not_changed(life: Life, first: str) -> None:
    due = opened()
    if first == "answer":
        actions.answer(due.pk, what="已报送", expected_version=1, **how())
    else:
        actions.withdraw(due.pk, expected_version=1, **how())
    again: list[Any] = [
        lambda: actions.answer(due.pk, what="再报", expected_version=1, **how()),
        lambda: actions.answer(due.pk, what="再报", expected_version=2, **how()),
        lambda: actions.withdraw(due.pk, expected_version=2, **how()),
        lambda: actions.pause(due.pk, expected_version=2, **how()),
        lambda: actions.resume(due.pk, expected_version=2, **how()),
    ]
    for act in again:
        with pytest.raises(DueClosed):
            act()
    due.refresh_from_db()
    assert (due.version, due.next_level_at) == (2, None)


def test_an_answer_ends_a_pause(life: Life) -> None:
    due = opened()
    actions.pause(due.pk, expected_version=1, **how())
    actions.answer(due.pk, what="已报送", expected_version=2, **how(now=NOW + DAY))
    assert DuePause.objects.get(due=due).until_at == NOW + DAY


def test_a_repeat_returns_the_first_result(life: Life) -> None:
    due = opened()
    same = how(request_id="answer-once")
    first = actions.answer(due.pk, what="已报送", expected_version=1, **same)
    before = JournalEntry.objects.count()
    assert actions.answer(due.pk, what="已报送", expected_version=1, **same) == first
    assert JournalEntry.objects.count() == before
    with pytest.raises(RequestReused):
        actions.answer(due.pk, what="别的", expected_version=1, **same)


def test_the_slower_of_two_writers_is_told(life: Life) -> None:
    due = opened()
    actions.pause(due.pk, expected_version=1, **how())
    with pytest.raises(Conflict):
        actions.answer(due.pk, what="已报送", expected_version=1, **how())


def test_who_may_do_what(life: Life) -> None:
    due = opened()
    for login in ("airport", "xia", "reader"):
        actor = life.actor(login)
        with pytest.raises(NotAllowed):
            actions.answer(due.pk, what="x", expected_version=1, **how(actor))
    with pytest.raises(NotAllowed):  # it answers, it does not steer
        actions.pause(due.pk, expected_version=1, **how(life.actor("water")))
    with pytest.raises(NotAllowed):
        actions.withdraw(due.pk, expected_version=1, **how(life.actor("water")))
    with pytest.raises(NotAllowed):
        actions.open_due(NEW, **how(life.actor("water")))
    actions.pause(due.pk, expected_version=1, **how(life.actor("keeper")))
    actions.resume(due.pk, expected_version=2, **how(life.actor("keeper")))
    actions.answer(due.pk, what="已报送", expected_version=3, **how(life.actor("water")))


def test_the_body_that_set_it_steers_it(life: Life) -> None:
    due = opened(issuer="airport")
    actions.pause(due.pk, expected_version=1, **how(life.actor("airport")))
    actions.withdraw(due.pk, expected_version=2, **how(life.actor("airport")))


def test_a_due_that_is_not_there(life: Life) -> None:
    with pytest.raises(NotFound):
        actions.answer(new_id(), what="x", expected_version=1, **how())


def test_a_senseless_term_is_refused_in_words(life: Life) -> None:
    with pytest.raises(BadTerm) as refused:
        opened(amount=10_001)
    assert "10001" in refused.value.text()
    assert not Due.objects.exists()


def test_another_stage_opens_and_answers_inside_its_own_entry(life: Life) -> None:
    with recording(
        action="tests.both", actor=PROGRAM_ACTOR, now=NOW, request_id="both-at-once"
    ) as rec:
        due = apply_open(rec, NEW)
        rec.result = {"due": str(due.pk)}
    with recording(
        action="tests.done", actor=PROGRAM_ACTOR, now=NOW + DAY, request_id="done-at-once"
    ) as rec:
        apply_answer(rec, due.pk, what="已报送")
    due.refresh_from_db()
    assert due.state == "answered"
    actions_of = JournalEntry.objects.filter(subjects__key=str(due.pk))
    assert list(actions_of.values_list("action", flat=True)) == ["tests.both", "tests.done"]
