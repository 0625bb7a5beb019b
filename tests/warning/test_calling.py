"""A round of calls from its opening to the release: who is called, what moves them, what counts."""

import datetime as dt
from typing import Any

import pytest

from anlan.base.errors import Invalid, NotAllowed, NotFound, Refused
from anlan.base.models import Due, JournalEntry
from anlan.base.models.dispatch import Dispatch, OutgoingMessage
from anlan.registers.models import ContactProof
from anlan.warning.actions.calling import (
    NobodyInside,
    NotInForce,
    RoundOpened,
    close_round,
    open_round,
)
from anlan.warning.actions.calling_record import (
    AlreadyAnswered,
    Call,
    CallBeforeRound,
    CallInFuture,
    NothingSaid,
    NotYours,
    answer,
    include_unlocated,
    record_call,
)
from anlan.warning.actions.calling_sweep import climb_calls
from anlan.warning.models import CallAddressee, CallEvent, CallRound, CallUnit
from tests.warning.calling_life import (
    NOW,
    lift,
    make_contact,
    make_message,
    minutes,
    told,
)

DONE = Call(outcome="answered", said="收到", promised="巡查沟道")
NOBODY = Call(outcome="no-answer")


def opened(message: Any, login: str = "bureau", at: dt.datetime = NOW) -> CallRound:
    result = open_round(message.pk, **told(login, at))
    found: CallRound = CallRound.objects.get(pk=result["id"])
    return found


def row_of(contact: Any) -> CallAddressee:
    found: CallAddressee = CallAddressee.objects.filter(contact=contact).latest("round__opened_at")
    return found


def due_of(round_: CallRound, name: str = "due") -> Due:
    unit = CallUnit.objects.get(round=round_, unit__code="xinjiang")
    found: Due = Due.objects.get(pk=getattr(unit, name))
    return found


def test_who_is_inside_is_called_by_the_first_step_that_can_be_tried(town: None) -> None:
    village = make_contact()
    reader = make_contact(login="villager")
    elsewhere = make_contact(unit="xia", region="140828100001")
    round_ = opened(make_message())
    assert (round_.addressees_count, round_.unlocated_count) == (2, 0)
    assert not CallAddressee.objects.filter(contact=elsewhere).exists()
    assert (row_of(village).state, row_of(village).step) == ("waiting", 1)
    assert (row_of(reader).state, row_of(reader).step) == ("waiting", 0)
    message = OutgoingMessage.objects.get(purpose="warning.call")
    assert (message.mode, message.rows_count) == ("ACTUAL", 1)
    assert Dispatch.objects.get(message=message).addressee == str(reader.person_id)
    due = due_of(round_)
    assert due.due_at == minutes(5)
    assert (due.unit, due.rule) == ("xinjiang", "call-ladder")
    assert [level["offset"] for level in due.policy["levels"]] == [0, 5, 10, 15]


def test_leaders_above_are_called_and_other_kinds_only_at_their_level(town: None) -> None:
    village = make_contact()
    duty = make_contact(kind="county-duty", region="140825")
    leader = make_contact(kind="county-chief-leader", region="140825")
    opened(make_message(level="yellow", regions=("140825100001",)))
    assert row_of(duty).found == "above"
    for contact in (village, leader):
        assert not CallAddressee.objects.filter(contact=contact).exists()


def test_a_round_is_opened_once_and_for_what_is_in_force(town: None) -> None:
    make_contact()
    message = make_message()
    opened(message)
    with pytest.raises(RoundOpened):
        open_round(message.pk, **told("bureau"))
    over = make_message(hazard="gale", expires_at=minutes(-1))
    with pytest.raises(NotInForce):
        open_round(over.pk, **told("bureau"))


def test_nobody_inside_is_refused_in_words(town: None) -> None:
    with pytest.raises(NobodyInside):
        open_round(make_message().pk, **told("bureau"))


def test_a_repeat_opens_nothing_more(town: None) -> None:
    make_contact()
    message = make_message()
    given = told("bureau")
    assert open_round(message.pk, **given) == open_round(message.pk, **given)
    assert CallRound.objects.count() == 1


def test_without_an_answer_the_ladder_climbs_to_the_alarm(town: None) -> None:
    contact = make_contact(login="villager")
    duty = make_contact(kind="township-duty", region="140825100", login="township")
    round_ = opened(make_message())
    record_call(row_of(duty).pk, DONE, **told("bureau", minutes(1)))
    steps = []
    for at in (5, 5.1, 5.1, 10.2, 15.3):
        climb_calls(minutes(at))
        row = row_of(contact)
        steps.append((row.state, row.step, row.failures))
    assert steps == [
        ("waiting", 0, 0),
        ("waiting", 1, 1),
        ("waiting", 1, 1),
        ("waiting", 2, 2),
        ("silent", 3, 3),
    ]
    assert row_of(contact).upper_id == duty.pk
    alarm = due_of(round_, "alarm")
    assert alarm.due_at == minutes(20.3)
    told_upper = OutgoingMessage.objects.filter(about_key__endswith="-3").get()
    assert Dispatch.objects.get(message=told_upper).addressee == str(duty.person_id)
    record_call(row_of(contact).pk, DONE, **told("county", minutes(16)))
    row = row_of(contact)
    assert (row.state, row.is_late, row.next_step_at) == ("answered", True, None)
    assert due_of(round_, "alarm").answered_at == minutes(16)
    assert due_of(round_).answered_at == minutes(16)


def test_who_cannot_be_reached_alarms_at_once(town: None) -> None:
    contact = make_contact(mobile="", deputy="")
    round_ = opened(make_message())
    assert row_of(contact).state == "unreachable"
    assert due_of(round_, "alarm").start_at == NOW


def test_a_call_without_an_answer_goes_on_to_the_deputy_and_proves_the_number(town: None) -> None:
    contact = make_contact()
    opened(make_message())
    record_call(row_of(contact).pk, NOBODY, **told("county", minutes(2)))
    row = row_of(contact)
    assert (row.state, row.step, row.failures) == ("called", 2, 1)
    assert row.next_step_at == minutes(7)
    proof = ContactProof.objects.get(person=contact.person)
    assert (proof.outcome, proof.tried_at) == ("no-answer", minutes(2))
    record_call(row.pk, NOBODY, **told("county", minutes(3)))  # the contact again, not the deputy
    assert row_of(contact).step == 2
    given = Call(outcome="answered", whom="deputy", said="转告了")
    record_call(row.pk, given, **told("county", minutes(4)))
    row = row_of(contact)
    assert (row.state, row.is_late, row.answered_by) == ("answered", False, contact.deputy)
    assert ContactProof.objects.get(person=contact.deputy).outcome == "answered"
    kinds = CallEvent.objects.filter(addressee=row).values_list("kind", flat=True)
    assert list(kinds) == ["call", "no-answer", "call", "no-answer", "answer"]


@pytest.mark.parametrize(("at", "is_late"), [(4.999, False), (5, False), (5.001, True)])
def test_the_deadline_itself_is_in_time(town: None, at: float, is_late: bool) -> None:
    contact = make_contact()
    opened(make_message())
    record_call(row_of(contact).pk, DONE, **told("bureau", minutes(at)))
    assert row_of(contact).is_late is is_late


def test_an_answer_that_is_entered_later_counts_by_its_own_time(town: None) -> None:
    contact = make_contact()
    opened(make_message())
    climb_calls(minutes(6))
    given = Call(outcome="answered", said="收到", at=minutes(3))
    record_call(row_of(contact).pk, given, **told("bureau", minutes(20)))
    row = row_of(contact)
    assert (row.answered_at, row.is_late) == (minutes(3), False)


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        (Call(outcome="answered"), NothingSaid),
        (Call(outcome="answered", said="收到", at=minutes(60)), CallInFuture),
        (Call(outcome="answered", said="收到", at=minutes(-60)), CallBeforeRound),
        (Call(outcome="perhaps"), Invalid),
        (Call(outcome="no-answer", whom="deputy"), Invalid),
    ],
)
def test_what_cannot_be_is_refused(town: None, call: Call, refusal: type[Refused]) -> None:
    contact = make_contact(deputy="")
    opened(make_message())
    with pytest.raises(refusal):
        record_call(row_of(contact).pk, call, **told("bureau", minutes(1)))
    assert row_of(contact).state == "waiting"


def test_the_first_answer_counts(town: None) -> None:
    contact = make_contact()
    opened(make_message())
    given = told("bureau", minutes(1))
    record_call(row_of(contact).pk, DONE, **given)
    record_call(row_of(contact).pk, DONE, **given)
    with pytest.raises(AlreadyAnswered):
        record_call(row_of(contact).pk, DONE, **told("county", minutes(2)))
    assert row_of(contact).answered_at == minutes(1)


def test_the_addressee_and_the_deputy_answer_and_nobody_else(town: None) -> None:
    contact = make_contact(login="villager")
    make_contact(login="other-villager", region="140825100002")
    opened(make_message())
    with pytest.raises(NotYours):
        answer(row_of(contact).pk, DONE, **told("other-villager", minutes(1)))
    answer(row_of(contact).pk, DONE, **told("villager", minutes(1)))
    row = row_of(contact)
    assert (row.state, row.answer_way, row.promised) == ("answered", "in-app", "巡查沟道")
    assert not ContactProof.objects.exists()


def test_a_county_calls_its_own_only(town: None) -> None:
    contact = make_contact()
    opened(make_message())
    with pytest.raises(NotFound):
        record_call(row_of(contact).pk, DONE, **told("other", minutes(1)))
    with pytest.raises(NotAllowed):
        open_round(make_message(hazard="gale").pk, **told("county"))
    for login in ("public",):
        with pytest.raises(NotAllowed):
            record_call(row_of(contact).pk, DONE, **told(login, minutes(1)))


def test_after_the_lift_the_rest_is_released_and_never_answered(town: None) -> None:
    answered, silent = make_contact(login="villager"), make_contact()
    message = make_message()
    round_ = opened(message)
    answer(row_of(answered).pk, DONE, **told("villager", minutes(1)))
    lift(message.warning, minutes(8))
    assert climb_calls(minutes(9)) == 1
    assert climb_calls(minutes(9)) == 0
    round_.refresh_from_db()
    assert round_.closed_because == "lifted"
    assert (row_of(answered).state, row_of(silent).state) == ("answered", "released")
    assert due_of(round_).withdrawn_at == minutes(9)
    record_call(row_of(silent).pk, DONE, **told("bureau", minutes(10)))
    row = row_of(silent)
    assert (row.state, row.answered_at, row.said) == ("released", None, "收到")
    assert row.after_release_at == minutes(10)


def test_an_expired_warning_releases_too(town: None) -> None:
    contact = make_contact()
    round_ = opened(make_message(expires_at=minutes(30)))
    climb_calls(minutes(30))
    round_.refresh_from_db()
    assert (round_.closed_because, row_of(contact).state) == ("expired", "released")


@pytest.mark.parametrize(
    ("level", "change", "state"),
    [("orange", "lower", "answered"), ("red", "renew", "answered")],
)
def test_a_renewed_message_keeps_the_answers(
    town: None, level: str, change: str, state: str
) -> None:
    first, second = make_contact(), make_contact()
    message = make_message()
    old = opened(message)
    record_call(row_of(first).pk, DONE, **told("bureau", minutes(1)))
    newer = make_message(warning=message.warning, level=level, change=change, at=minutes(20))
    round_ = opened(newer, at=minutes(21))
    old.refresh_from_db()
    assert (old.closed_because, round_.replaces) == ("replaced", old)
    assert CallAddressee.objects.get(round=old, contact=second).state == "released"
    assert CallAddressee.objects.get(round=old, contact=first).state == "answered"
    row = row_of(first)
    assert (row.state, row.is_carried, row.said) == (state, True, "收到")
    assert row_of(second).state == "waiting"


def test_a_raised_message_calls_everybody_anew(town: None) -> None:
    contact = make_contact()
    message = make_message(level="orange")
    opened(message)
    record_call(row_of(contact).pk, DONE, **told("bureau", minutes(1)))
    newer = make_message(warning=message.warning, change="raise", at=minutes(20))
    round_ = opened(newer, at=minutes(21))
    assert round_.level == "red"
    assert row_of(contact).state == "waiting"


def test_the_unlocated_are_listed_and_called_when_somebody_says_so(town: None) -> None:
    inside = make_contact(point=(111.15, 35.5))
    unplaced = make_contact(unit="xia", region="140828100001")
    outline = {
        "type": "Polygon",
        "coordinates": [[[111.0, 35.4], [111.2, 35.4], [111.2, 35.6], [111.0, 35.4]]],
    }
    round_ = opened(make_message(regions=(), outlines=(outline,)))
    assert round_.unlocated_count == 1
    row = row_of(unplaced)
    assert (row.found, row.step, row.next_step_at) == ("unlocated", -1, None)
    climb_calls(minutes(600))
    assert row_of(unplaced).step == -1
    assert row_of(inside).found == "point"
    with pytest.raises(Invalid):
        include_unlocated(round_.pk, **told("county", minutes(1)))
    include_unlocated(round_.pk, **told("bureau", minutes(1)))
    assert row_of(unplaced).step == 1


def test_a_round_is_closed_by_hand_with_a_reason(town: None) -> None:
    contact = make_contact()
    round_ = opened(make_message())
    with pytest.raises(Invalid):
        close_round(round_.pk, expected_version=1, **told("bureau", reason=" "))
    close_round(round_.pk, expected_version=1, **told("bureau", minutes(2)))
    assert row_of(contact).state == "released"


def test_two_sweeps_and_a_killed_one_do_nothing_twice(
    town: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacts = [make_contact(region="140825100002") for _ in range(5)]
    opened(make_message())
    from anlan.warning.actions import calling_sweep

    def killed(*given: Any) -> None:
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(calling_sweep, "apply_moves", killed)
        with pytest.raises(OSError, match="killed"):
            climb_calls(minutes(6))
    assert {row_of(contact).step for contact in contacts} == {1}
    assert climb_calls(minutes(6)) == 5
    assert climb_calls(minutes(6)) == 0
    events = CallEvent.objects.filter(kind="call", step=2)
    assert events.count() == 5


def test_no_words_and_no_numbers_stand_in_the_journal_in_clear(town: None) -> None:
    contact = make_contact(name="演示·保密")
    opened(make_message())
    record_call(row_of(contact).pk, DONE, **told("bureau", minutes(1)))
    text = "".join(
        JournalEntry.objects.filter(action__startswith="warning.call").values_list(
            "content", flat=True
        )
    )
    for word in ("演示·保密", "19900001000", "收到", "巡查沟道"):
        assert word not in text
