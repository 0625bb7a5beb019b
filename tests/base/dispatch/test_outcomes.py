"""Outcomes: once each, in any order, and told to the stage that waits for them."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from anlan.base.dispatch.guard import Receipt
from anlan.base.dispatch.settling import AGAIN_AFTER, News, settle
from anlan.base.errors import Invalid
from anlan.base.identity import new_id
from anlan.base.models import JournalEntry
from anlan.base.models.dispatch import Dispatch, DispatchOutcome, OutgoingMessage
from anlan.base.parts import OutcomeHandler, registry
from anlan.base.rules.dispatch import DispatchState, Outcome
from anlan.exchange.sweep import record, sweep
from tests.exchange.outgoing import NOW, listening, stamp, write

pytestmark = pytest.mark.django_db
LATER = NOW + dt.timedelta(hours=2)


@pytest.fixture(autouse=True)
def _real() -> None:
    stamp(is_demonstration=False)


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Any], None]]:
    """`handler(act)`: the stage behind the purpose of these tests."""
    acts: list[Any] = []
    known = OutcomeHandler(purpose="tests.said", apply=lambda rec, news: acts[-1](rec, news))
    monkeypatch.setattr(
        registry, "outcome_handler", lambda name: known if name == "tests.said" and acts else None
    )
    yield acts.append


def report(row: Dispatch, outcome: Outcome, at: dt.datetime = NOW, name: str = "") -> int:
    receipt = Receipt(key=row.pk, outcome=outcome, gateway="real", report=name, happened_at=at)
    return record([receipt], LATER, new_id().hex)


def sent_row(outcome: Outcome = Outcome.SENT) -> Dispatch:
    write()
    gateways, _, _ = listening(outcome)
    sweep(NOW, gateways=gateways)
    return Dispatch.objects.get()


def test_a_delivery_that_is_reported_twice_counts_once() -> None:
    row = sent_row()
    assert row.state == DispatchState.SENT
    assert report(row, Outcome.DELIVERED) == 1
    entries = JournalEntry.objects.count()
    assert report(row, Outcome.DELIVERED) == 0
    assert JournalEntry.objects.count() == entries
    assert row.outcomes.filter(outcome="delivered").count() == 1
    row.refresh_from_db()
    assert row.state == DispatchState.DELIVERED


def test_reports_with_names_of_their_own_count_by_name() -> None:
    row = sent_row()
    assert report(row, Outcome.FAILED, name="r1") == 1
    assert report(row, Outcome.FAILED, name="r1") == 0
    assert report(row, Outcome.FAILED, name="r2") == 1


def test_a_report_that_comes_late_or_backwards_takes_nothing_back() -> None:
    row = sent_row()
    report(row, Outcome.ACKNOWLEDGED)
    report(row, Outcome.DELIVERED, at=NOW - dt.timedelta(days=1))
    report(row, Outcome.FAILED)
    row.refresh_from_db()
    assert row.state == DispatchState.ACKNOWLEDGED
    assert row.outcomes.count() == 4


def test_a_late_delivery_corrects_a_failure() -> None:
    row = sent_row(Outcome.FAILED)
    assert row.state == DispatchState.FAILED
    report(row, Outcome.DELIVERED)
    row.refresh_from_db()
    assert row.state == DispatchState.DELIVERED


def test_a_report_about_nothing_is_no_entry() -> None:
    write()
    entries = JournalEntry.objects.count()
    assert record([Receipt(key=new_id(), outcome=Outcome.DELIVERED)], NOW, new_id().hex) == 0
    assert JournalEntry.objects.count() == entries


def test_an_entry_holds_counts_and_digest_of_its_outcomes() -> None:
    write(3)
    gateways, _, _ = listening()
    sweep(NOW, gateways=gateways)
    note = json.loads(JournalEntry.objects.latest("position").content)["notes"]
    assert note["dispatch_outcomes"]["counts"] == {"delivered": 3}
    assert len(note["dispatch_outcomes"]["sm3"]) == 64


def test_a_stage_hears_of_each_outcome_once(handler: Callable[[Any], None]) -> None:
    heard: list[News] = []
    handler(lambda rec, news: heard.append(news))
    row = sent_row(Outcome.DELIVERED)
    assert [news.outcome for news in heard] == [Outcome.DELIVERED]
    assert (heard[0].dispatch, heard[0].mode, heard[0].addressee) == (row.pk, "ACTUAL", "a0")
    settle(LATER)
    report(row, Outcome.DELIVERED)
    settle(LATER)
    assert len(heard) == 1
    report(row, Outcome.ACKNOWLEDGED)
    assert settle(LATER) == 1
    assert heard[-1].outcome is Outcome.ACKNOWLEDGED


def test_what_a_handler_writes_is_an_entry(handler: Callable[[Any], None]) -> None:
    handler(lambda rec, news: rec.note(answered=news.outcome.value))
    sent_row(Outcome.DELIVERED)
    entry = JournalEntry.objects.get(action="base.dispatch.tell")
    assert json.loads(entry.content)["notes"] == {"answered": "delivered"}


@pytest.mark.parametrize("failure", [Invalid(), ValueError("x")])
def test_a_handler_that_fails_holds_up_nobody_and_is_tried_again(
    handler: Callable[[Any], None], failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[str] = []

    def act(rec: Any, news: News) -> None:
        if news.addressee == "a0" and len(heard) < 3:
            raise failure
        heard.append(news.addressee)

    handler(act)
    write(3)
    gateways, _, _ = listening()
    sweep(NOW, gateways=gateways)
    assert sorted(heard) == ["a1", "a2"]
    assert settle(NOW) == 0
    heard.append("")
    assert settle(NOW + AGAIN_AFTER) == 1
    assert heard[-1] == "a0"
    assert not DispatchOutcome.objects.filter(handle_after__isnull=False).exists()


def test_a_handler_that_wrote_and_was_killed_before_the_mark_does_it_once(
    handler: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mark and what the handler wrote are one transaction."""
    handler(lambda rec, news: rec.note(done=True))
    write()
    gateways, _, _ = listening()
    with monkeypatch.context() as patch:
        patch.setattr("anlan.exchange.sweep.settle", lambda now: 0)
        sweep(NOW, gateways=gateways)
    with monkeypatch.context() as patch:
        patch.setattr(
            "anlan.base.journal.recording._write",
            lambda rec: (_ for _ in ()).throw(RuntimeError("killed")),
        )
        assert settle(NOW) == 0
    assert not JournalEntry.objects.filter(action="base.dispatch.tell").exists()
    assert settle(NOW + AGAIN_AFTER) == 1
    assert JournalEntry.objects.filter(action="base.dispatch.tell").count() == 1
    assert OutgoingMessage.objects.count() == 1
