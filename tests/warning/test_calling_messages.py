"""What a round sends goes through the outbox: delivery, receipt, failure; worlds; repeats."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.dispatch.guard import Gateways
from anlan.base.dispatch.settling import News
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.base.models.dispatch import Dispatch, OutgoingMessage
from anlan.base.rules.dispatch import Outcome
from anlan.base.worlds import forks
from anlan.exchange.actions.inbox import acknowledge
from anlan.exchange.gateways import LoopbackGateway
from anlan.exchange.queries import inbox_of
from anlan.exchange.sweep import sweep
from anlan.registers.models import Account, AreaContact
from anlan.warning.actions.calling import open_round
from anlan.warning.actions.calling_record import Call, answer
from anlan.warning.actions.calling_sweep import climb_calls, on_outcome
from anlan.warning.models import CallAddressee, CallEvent, CallRound
from tests.registers.small_city import ADMINISTRATOR
from tests.warning.calling_life import NOW, make_contact, make_message, minutes, told


def row_of(contact: Any) -> CallAddressee:
    found: CallAddressee = CallAddressee.objects.get(contact=contact)
    return found


def kinds_of(row: CallAddressee) -> list[str]:
    return list(row.events.values_list("kind", flat=True))


def test_delivery_calls_and_a_reading_receipt_is_no_answer(town: None) -> None:
    contact = make_contact(login="villager")
    open_round(make_message().pk, **told("bureau"))
    sweep(minutes(1))
    assert row_of(contact).state == "called"
    given = told("villager", minutes(2))
    (message,) = inbox_of(given["actor"], minutes(2))
    acknowledge(message.pk, **given)
    sweep(minutes(3))
    row = row_of(contact)
    assert (row.state, row.read_at, row.answered_at) == ("read", minutes(2), None)
    climb_calls(minutes(5.1))
    assert row_of(contact).step == 1
    answer(row.pk, Call(outcome="answered", said="收到"), **told("villager", minutes(6)))
    assert (row_of(contact).state, row_of(contact).is_late) == ("answered", True)
    assert kinds_of(row) == ["call", "delivered", "read", "call", "answer"]


def test_what_cannot_be_delivered_goes_on_at_once(town: None) -> None:
    contact = make_contact(login="villager")
    open_round(make_message().pk, **told("bureau"))
    with recording(action="tests.close", actor=ADMINISTRATOR, now=NOW, request_id="closed") as rec:
        account = rec.lock(Account, Account.objects.get(login="villager").pk)
        account.is_active = False
        rec.save(account)
    sweep(minutes(1))
    row = row_of(contact)
    assert (row.step, row.failures, row.next_step_at) == (1, 1, minutes(6))


@pytest.mark.parametrize("outcome", [Outcome.DELIVERED, Outcome.ACKNOWLEDGED, Outcome.FAILED])
def test_late_and_repeated_reports_are_harmless(town: None, outcome: Outcome) -> None:
    contact = make_contact(login="villager")
    open_round(make_message().pk, **told("bureau"))
    row = row_of(contact)
    answer(row.pk, Call(outcome="answered", said="收到"), **told("villager", minutes(1)))
    before = row_of(contact).to_place()
    dispatch = Dispatch.objects.get()
    news = News(
        dispatch=dispatch.pk,
        outcome=outcome,
        happened_at=minutes(2),
        detail="",
        mode="ACTUAL",
        world="live",
        addressee_kind="person",
        addressee=dispatch.addressee,
        about_model=dispatch.message.about_model,
        about_key=dispatch.message.about_key,
    )
    for number in range(2):
        with recording(
            action="tests.news", actor=ADMINISTRATOR, now=minutes(3), request_id=f"news-{number}"
        ) as rec:
            on_outcome(rec, news)
    assert row_of(contact).to_place() == before
    assert (
        CallEvent.objects.filter(addressee=row).exclude(kind__in=("call", "answer")).count() == 1
    )


def test_one_person_in_two_places_gets_one_message(town: None) -> None:
    first = make_contact(login="villager")
    second = make_contact(region="140825100002")
    with recording(action="tests.same", actor=ADMINISTRATOR, now=NOW, request_id="same") as rec:
        row = rec.lock(AreaContact, second.pk)
        row.person = first.person
        rec.save(row)
    open_round(make_message().pk, **told("bureau"))
    assert OutgoingMessage.objects.get(purpose="warning.call").rows_count == 1
    sweep(minutes(1))
    assert {row.state for row in CallAddressee.objects.all()} == {"called"}


class Outside:
    """A gateway that would leave the program."""

    name, is_real, channels = "outside", True, frozenset({"in-app", "loopback"})

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, rows: Any, now: dt.datetime) -> list[Any]:
        self.sent += rows
        return []


def test_an_exercise_calls_by_its_clock_and_never_leaves_the_program(
    town: None, tmp_path: Path, settings: Any
) -> None:
    settings.ANLAN_HOME = tmp_path / "home"
    contact = make_contact(login="villager")
    message = make_message()
    seal(clock.now())
    soon = clock.now() + dt.timedelta(minutes=1)
    fork = forks.make("汛期", actor=ADMINISTRATOR, now=soon, request_id="make-autumn")
    outside = Outside()
    with forks.inside(fork):
        begun = clock.now()
        result = open_round(message.pk, **told("bureau", begun))
        assert CallRound.objects.get(pk=result["id"]).mode == "EXERCISE"
        sent = OutgoingMessage.objects.get(purpose="warning.call")
        assert (sent.mode, sent.world) == ("EXERCISE", "汛期")
        gateways = Gateways(loopback=LoopbackGateway(), real=(outside,))
        sweep(begun, gateways=gateways)
        assert climb_calls(begun + dt.timedelta(minutes=6)) == 1
        assert row_of(contact).step == 1
    assert outside.sent == []
    assert not CallRound.objects.exists()
    assert not OutgoingMessage.objects.filter(purpose="warning.call").exists()
