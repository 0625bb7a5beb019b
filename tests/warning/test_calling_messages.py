"""What a round sends goes through the outbox: delivery, receipt, failure; worlds; repeats."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.dispatch.guard import Gateways, Receipt
from anlan.base.dispatch.settling import News
from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.base.journal.sealing import seal
from anlan.base.models.dispatch import Dispatch, OutgoingMessage
from anlan.base.rules.dispatch import Outcome
from anlan.base.worlds import forks
from anlan.exchange.actions.inbox import acknowledge
from anlan.exchange.gateways import LoopbackGateway
from anlan.exchange.queries import inbox_of
from anlan.exchange.sweep import record, sweep
from anlan.registers.models import Account, AreaContact
from anlan.warning.actions.calling import open_round
from anlan.warning.actions.calling_record import Call, answer
from anlan.warning.actions.calling_sweep import climb_calls, on_outcome
from anlan.warning.models import CallAddressee, CallEvent, CallRound, WarningMessage
from anlan.warning.rules import ladder as ladder_rules
from anlan.warning.rules.signal import Level
from tests.registers.small_city import ADMINISTRATOR
from tests.warning.calling_life import NOW, lift, make_contact, make_message, minutes, told


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


def test_an_sms_names_issuer_and_time_asks_and_is_one_message(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ladder_rules.Step(who=ladder_rules.Who.SELF, way=ladder_rules.Way.SMS, minutes=5)
    _first_step(monkeypatch, first)
    make_contact()
    message = make_message()
    _without_head(message)
    open_round(message.pk, **told("bureau"))
    (sent,) = OutgoingMessage.objects.filter(channel="sms")
    assert sent.text.startswith(f"{message.warning.issuer}2026年")
    assert sent.text.endswith("请回复1确认收到。") and len(sent.text) <= 70


def _first_step(monkeypatch: pytest.MonkeyPatch, step: ladder_rules.Step) -> None:
    house = ladder_rules.house_ladder(Level.RED)
    changed = replace(house, steps=(step, *house.steps))
    monkeypatch.setattr("anlan.warning.queries.calling.house_ladder", lambda level: changed)


def _without_head(message: Any) -> None:
    with recording(action="tests.words", actor=ADMINISTRATOR, now=NOW, request_id="words") as rec:
        row = rec.lock(WarningMessage, message.pk)
        row.text = "沿河村庄立即转移，低洼地带人员撤离到高处，切断室外电源，远离河道和山坡，" * 3
        rec.save(row)


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


PROGRAM_STEPS = [
    {"who": "self", "channel": "sms", "minutes": 5},
    {"who": "self", "channel": "voice", "minutes": 5},
    {"who": "deputy", "channel": "voice", "minutes": 5},
]


def set_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ladder of the level, by SMS and automatic call."""
    table = dict(ladder_rules._table())
    for level in ("red", "orange", "yellow"):
        steps = [{"who": one["who"], "channel": one["channel"]} for one in PROGRAM_STEPS]
        table[level] = {**table[level], "steps": steps}
    monkeypatch.setattr(ladder_rules, "_table", lambda: table)
    ladder_rules.house_ladder.cache_clear()


@pytest.fixture
def by_program(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    set_steps(monkeypatch)
    yield
    monkeypatch.undo()
    ladder_rules.house_ladder.cache_clear()


def report(outcome: Outcome, at: dt.datetime, channel: str, detail: str = "") -> None:
    """What a gateway says of the newest row of a channel."""
    row = Dispatch.objects.filter(channel=channel).latest("pk")
    record([Receipt(key=row.pk, outcome=outcome, gateway="g", detail=detail)], at, new_id().hex)
    sweep(at)


def test_the_program_calls_by_sms_then_by_voice_and_a_key_press_is_the_answer(
    town: None, by_program: None
) -> None:
    contact = make_contact(mobile="19900000001")
    open_round(make_message().pk, **told("bureau"))
    sms = Dispatch.objects.get(channel="sms")
    assert (sms.number, sms.person) == ("19900000001", contact.person_id)
    sweep(minutes(1))
    assert row_of(contact).state == "called"
    climb_calls(minutes(5.1))
    assert row_of(contact).step == 1
    report(Outcome.DELIVERED, minutes(6), "voice", "not-confirmed")
    assert row_of(contact).state == "called"
    report(Outcome.ACKNOWLEDGED, minutes(7), "voice")
    row = row_of(contact)
    assert (row.state, row.answer_way, row.answered_by_id) == (
        "answered",
        "voice",
        contact.person_id,
    )
    assert row.answered_at == minutes(7)
    report(Outcome.ACKNOWLEDGED, minutes(8), "voice")
    assert row_of(contact).answered_at == minutes(7)
    assert kinds_of(row).count("answer") == 1


def test_a_call_that_nobody_took_goes_on_at_once_and_a_late_receipt_is_harmless(
    town: None, by_program: None
) -> None:
    contact = make_contact(mobile="19900000001")
    open_round(make_message().pk, **told("bureau"))
    report(Outcome.FAILED, minutes(1), "sms", "not-delivered")
    assert row_of(contact).step == 1
    report(Outcome.FAILED, minutes(2), "voice", "nobody-answered")
    row = row_of(contact)
    assert (row.failures, row.step, row.is_alarmed) == (2, 2, False)
    report(Outcome.DELIVERED, minutes(30), "sms")
    assert row_of(contact).step == row.step
    report(Outcome.ACKNOWLEDGED, minutes(31), "voice")
    answered = row_of(contact)
    assert (answered.state, answered.is_late) == ("answered", True)
    assert answered.answered_by_id == contact.deputy_id


def test_a_key_pressed_after_the_release_stands_on_record_and_is_no_answer(
    town: None, by_program: None
) -> None:
    contact = make_contact(mobile="19900000001")
    message = make_message()
    open_round(message.pk, **told("bureau"))
    climb_calls(minutes(5.1))
    lift(message.warning, minutes(6))
    climb_calls(minutes(7))
    report(Outcome.ACKNOWLEDGED, minutes(8), "voice")
    row = row_of(contact)
    assert (row.state, row.after_release_at) == ("released", minutes(8))
    assert "after" in kinds_of(row)


def test_who_has_no_number_is_passed_over_by_the_ways_that_need_one(
    town: None, by_program: None
) -> None:
    contact = make_contact(mobile="", deputy="", login="villager")
    open_round(make_message().pk, **told("bureau"))
    assert not Dispatch.objects.filter(channel__in=("sms", "voice")).exists()
    assert row_of(contact).state == "unreachable"
