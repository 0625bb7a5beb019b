"""SMS replies: a plain word confirms the one call that asked, everything else waits for a person."""

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.base.models import JournalEntry
from anlan.registers.models import AreaContact, ReportingUnit
from anlan.warning.actions.calling import close_round, open_round
from anlan.warning.actions.calling_ladder import set_ladder
from anlan.warning.actions.calling_record import AlreadyAnswered, Call, record_call
from anlan.warning.actions.calling_sweep import climb_calls
from anlan.warning.actions.replies import (
    NotOpenReply,
    NotUnknown,
    Reply,
    dismiss_reply,
    name_reply,
    read_reply,
    take_reply,
)
from anlan.warning.models import CallAddressee, CallEvent, CallReply, CallRound
from tests.registers.small_city import ADMINISTRATOR
from tests.warning.calling_life import NOW, make_contact, make_message, minutes, told

As = Callable[[str], Client]
NUMBER, OTHER = "19900001000", "19900009876"
WORDS = "收到，但村口的桥断了"

pytestmark = pytest.mark.usefixtures("town")


def ladder_with_sms(first: str = "sms") -> None:
    unit = ReportingUnit.objects.get(code="city")
    values = {
        "unit": unit,
        "level": "red",
        "hazard": "",
        "kinds": ["village-contact"],
        "steps": [
            {"who": "self", "channel": first, "minutes": 5},
            {"who": "self", "channel": "sms", "minutes": 5},
            {"who": "deputy", "channel": "sms", "minutes": 5},
        ],
        "answer_within_minutes": 10,
        "alarm_after_failures": 3,
        "valid_from": dt.date(2026, 1, 1),
        "source": "演示",
        "mark": "X",
    }
    set_ladder(values, **told("bureau"))


def called(first: str = "sms", **more: Any) -> CallAddressee:
    ladder_with_sms(first)
    contact = make_contact(**more)
    open_round(make_message().pk, **told("bureau"))
    found: CallAddressee = CallAddressee.objects.get(contact=contact)
    return found


def take(
    text: str = "1",
    number: str = NUMBER,
    at: float = 1,
    name: str = "",
    known: float | None = None,
) -> CallReply:
    reply = Reply(
        gateway="carrier",
        reference=name or new_id().hex,
        number=number,
        text=text,
        said_at=minutes(at),
    )
    result = take_reply(reply, now=minutes(at if known is None else known))
    found: CallReply = CallReply.objects.get(pk=result["id"])
    return found


def again(row: CallAddressee) -> CallAddressee:
    found: CallAddressee = CallAddressee.objects.get(pk=row.pk)
    return found


@pytest.mark.parametrize("text", ["1", "１", "收到", " 收到。"])
@pytest.mark.parametrize("number", [NUMBER, "+86" + NUMBER, "86-199 0000 1000"])
def test_a_plain_word_confirms_the_call(text: str, number: str) -> None:
    row = called()
    reply = take(text, number)
    row = again(row)
    assert (reply.state, reply.addressee_id, reply.person_id) == (
        "confirmed",
        row.pk,
        row.person_id,
    )
    assert (row.state, row.answer_way, row.answered_at) == ("answered", "sms", minutes(1))
    assert (row.said, row.is_late) == (text.strip(), False)
    assert CallEvent.objects.filter(addressee=row, kind="answer", way="sms").count() == 1


@pytest.mark.parametrize(("at", "late"), [(9.99, False), (10, False), (10.01, True)])
def test_after_the_term_it_counts_and_is_late(at: float, late: bool) -> None:
    row = called()
    take(at=at)
    assert (again(row).state, again(row).is_late) == ("answered", late)


def test_when_it_was_written_counts_not_when_it_came() -> None:
    row = called()
    take(at=9, known=14)
    assert (again(row).answered_at, again(row).is_late) == (minutes(9), False)


@pytest.mark.parametrize("text", [WORDS, "2", "", "11", "收到吗"])
def test_anything_else_waits_to_be_read_and_the_call_goes_on(text: str) -> None:
    row = called()
    before = again(row).to_place()
    reply = take(text)
    assert (reply.state, reply.text, reply.addressee_id) == ("unread", text, row.pk)
    assert again(row).to_place() == before
    climb_calls(minutes(5.1))
    assert again(row).step == 1


def test_before_an_sms_step_was_begun_a_word_confirms_nothing() -> None:
    row = called("phone")
    assert take().state == "unread"
    climb_calls(minutes(5.1))
    assert again(row).step == 1
    assert take(at=6).state == "confirmed"
    assert again(row).state == "answered"


def test_the_deputy_answers_once_the_deputy_was_asked() -> None:
    row = called()
    deputy = "19900002000"
    assert take("1", deputy).state == "unread"
    climb_calls(minutes(5.1))
    climb_calls(minutes(10.2))
    assert take("1", deputy, at=11).state == "confirmed"
    assert again(row).answered_by_id == row.deputy_id


def test_two_warnings_wait_for_the_same_number() -> None:
    first = called()
    open_round(make_message(hazard="gale").pk, **told("bureau", minutes(2)))
    reply = take(at=3)
    assert reply.state == "unread"
    assert {row.state for row in CallAddressee.objects.all()} == {"waiting"}
    record_call(first.pk, Call(outcome="answered", said="收到"), **told("bureau", minutes(4)))
    assert take(at=5).state == "confirmed"


def test_one_person_in_two_places_answers_for_both() -> None:
    ladder_with_sms()
    first, second = make_contact(), make_contact(region="140825100002")
    with recording(action="tests.same", actor=ADMINISTRATOR, now=NOW, request_id="same") as rec:
        row = rec.lock(AreaContact, second.pk)
        row.person = first.person
        rec.save(row)
    open_round(make_message().pk, **told("bureau"))
    assert take().state == "confirmed"
    assert {row.state for row in CallAddressee.objects.all()} == {"answered"}


def test_the_same_message_again_is_harmless() -> None:
    row = called()
    first = take(WORDS, name="m-1")
    entries = JournalEntry.objects.count()
    assert take(WORDS, name="m-1").pk == first.pk
    assert take("1", name="m-1").pk == first.pk
    assert (JournalEntry.objects.count(), CallReply.objects.count()) == (entries, 1)
    assert again(row).state == "waiting"
    assert take("1", name="m-2", at=2).state == "confirmed"
    version = again(row).version
    assert take("收到", name="m-3", at=3).state == "confirmed"
    assert again(row).version == version


def test_after_the_round_it_is_only_read() -> None:
    row = called()
    round_ = CallRound.objects.get()
    close_round(round_.pk, expected_version=round_.version, **told("bureau", minutes(2)))
    reply = take(at=3)
    assert (reply.state, reply.addressee_id) == ("unread", row.pk)
    assert again(row).state == "released"


def test_an_unknown_number_is_kept_for_the_plan_office() -> None:
    called()
    reply = take(WORDS, "0086" + OTHER)
    assert (reply.state, reply.other_number, reply.other_text) == ("unknown", OTHER, WORDS)
    assert (reply.person_id, reply.text) == (None, "")
    seen = [CallReply.objects.visible_to(told(who)["actor"].scope).count() for who in LOGINS]
    assert seen == [1, 0, 0]


LOGINS = ("bureau", "county", "public")


@pytest.mark.parametrize("number", [NUMBER, OTHER])
def test_numbers_and_words_are_in_no_entry_and_no_log(
    number: str, caplog: pytest.LogCaptureFixture
) -> None:
    called()
    with caplog.at_level(logging.DEBUG):
        reply = take(WORDS, number)
    entry = JournalEntry.objects.get(action="warning.reply.take")
    assert number not in entry.content
    assert WORDS not in entry.content
    assert number not in caplog.text
    assert WORDS not in caplog.text
    assert str(reply.pk) in entry.content


def settle(act: Any, row: CallReply, login: str = "bureau", **more: Any) -> CallReply:
    version = more.pop("version", None) or CallReply.objects.get(pk=row.pk).version
    act(row.pk, expected_version=version, **more, **told(login, minutes(5)))
    return CallReply.objects.get(pk=row.pk)


def test_a_person_reads_it_and_the_call_goes_on() -> None:
    row = called()
    reply = settle(read_reply, take(WORDS), counts=False)
    assert (reply.state, reply.settled_by, reply.settled_at) == ("read", "bureau", minutes(5))
    assert again(row).state == "waiting"
    with pytest.raises(NotOpenReply):
        settle(read_reply, reply, counts=True)


def test_a_person_takes_its_words_as_the_answer() -> None:
    row = called()
    reply = settle(read_reply, take(WORDS, at=2), "county", counts=True)
    row = again(row)
    assert (reply.state, row.state, row.said) == ("confirmed", "answered", WORDS)
    assert (row.answered_at, row.recorded_by) == (minutes(2), "county")


def test_the_first_answer_counts() -> None:
    row = called()
    reply = take(WORDS)
    record_call(row.pk, Call(outcome="answered", said="在"), **told("bureau", minutes(3)))
    with pytest.raises(AlreadyAnswered):
        settle(read_reply, reply, counts=True)
    assert CallReply.objects.get(pk=reply.pk).state == "unread"
    assert settle(read_reply, reply, counts=False).state == "read"


def test_who_may_look_and_which_version() -> None:
    called()
    reply, other = take(WORDS), take(WORDS, OTHER)
    for login in ("public", "other"):
        with pytest.raises((NotAllowed, NotFound)):
            settle(read_reply, reply, login, counts=True)
    with pytest.raises((NotAllowed, NotFound)):
        settle(dismiss_reply, other, "county")
    with pytest.raises(Conflict):
        settle(read_reply, reply, version=9, counts=True)
    with pytest.raises(NotUnknown):
        settle(dismiss_reply, reply)
    assert set(CallReply.objects.values_list("state", flat=True)) == {"unread", "unknown"}


def test_an_unknown_number_is_named_and_then_read() -> None:
    row = called()
    reply = settle(name_reply, take(WORDS, OTHER), addressee=row.pk)
    assert (reply.state, reply.text, reply.person_id) == ("unread", WORDS, row.person_id)
    assert (reply.other_number, reply.other_text) == ("", "")
    assert settle(read_reply, reply, counts=True).state == "confirmed"
    assert again(row).said == WORDS
    with pytest.raises(NotFound):
        settle(name_reply, take("1", OTHER, at=4), addressee=uuid.uuid4())


def test_who_wrote_it_is_searched_for_in_a_big_round(signed_in: As) -> None:
    for number in range(25):
        make_contact(name=f"演示·多{number:02}", place="汾河堤")
    make_contact(name="演示·少一个", place="铁路桥")
    called()
    other = take(WORDS, OTHER)
    client, path = signed_in("bureau"), f"/calls/replies/{other.pk}/name/"
    with clock.at(minutes(2)):
        page = client.get(path).content.decode()
        assert page.count('type="radio"') == 20
        assert "先显示 20 人" in page
        found = client.get(path, {"q": "铁路桥 少"})
        page = found.content.decode()
        assert page.count('type="radio"') == 1 and "演示·少一个" in page
        assert "没有找到" in client.get(path, {"q": "无此人"}).content.decode()
        row = CallAddressee.objects.get(person__name="演示·少一个")
        sent = dict(found.context["form"].initial) | {"addressee": str(row.pk)}
        assert client.post(f"{path}?q=铁路桥", {"addressee": ""}).status_code == 422
        assert client.post(f"{path}?q=铁路桥", sent).status_code == 302
    other.refresh_from_db()
    assert other.addressee_id == row.pk


def test_dismissing_destroys_number_and_words() -> None:
    called()
    reply = settle(dismiss_reply, take(WORDS, OTHER))
    assert (reply.state, reply.other_number, reply.other_text) == ("dismissed", "", "")
    with pytest.raises(NotOpenReply):
        settle(dismiss_reply, reply)


def test_a_repeated_request_gives_the_first_result() -> None:
    called()
    reply = take(WORDS)
    how = told("bureau", minutes(5))
    first = read_reply(reply.pk, counts=True, expected_version=1, **how)
    assert read_reply(reply.pk, counts=True, expected_version=1, **how) == first


def test_odd_characters_are_left_out() -> None:
    called()
    assert take("\x00收到\x07").state == "confirmed"
    assert len(take("长" * 900, at=2).text) == 300


def test_board_list_and_forms(signed_in: As) -> None:
    row = called()
    reply, other = take(WORDS), take("你是谁", OTHER)
    client = signed_in("bureau")
    with clock.at(minutes(2)):
        board = client.get(f"/calls/{row.round_id}/").content.decode()
        assert WORDS in board
        assert f"/calls/replies/{reply.pk}/read/" in board
        listed = client.get("/calls/replies/").content.decode()
        assert OTHER in listed
        assert WORDS in listed
        county = signed_in("county").get("/calls/replies/").content.decode()
        assert WORDS in county
        assert OTHER not in county
        path = f"/calls/replies/{reply.pk}/read/"
        form = client.get(path)
        sent = dict(form.context["form"].initial)
        assert client.post(path, sent).status_code == 422
        assert client.post(path, sent | {"counts": "answer"}).status_code == 302
        assert client.get(path).status_code == 409
        assert WORDS not in client.get(f"/calls/{row.round_id}/").content.decode().split("rows")[0]
        name = f"/calls/replies/{other.pk}/name/"
        form = client.get(name)
        assert form.status_code == 200
        assert signed_in("county").get(name).status_code in (403, 404)
        drop = f"/calls/replies/{other.pk}/dismiss/"
        sent = dict(client.get(drop).context["form"].initial)
        assert client.post(drop, sent | {"reason": ""}).status_code == 422
        assert client.post(drop, sent | {"reason": "错号"}).status_code == 302
        assert OTHER not in client.get("/calls/replies/").content.decode()


def test_over_the_api(signed_in: As) -> None:
    row = called()
    reply, other = take(WORDS), take("你是谁", OTHER)
    client, api = signed_in("bureau"), "/api/v1/call-replies"

    def post(path: str, login: str = "bureau", **given: Any) -> Any:
        return signed_in(login).post(f"{api}/{path}", given, content_type="application/json")

    with clock.at(minutes(2)):
        found = client.get(f"{api}?state=unread").json()
        assert [each["id"] for each in found["results"]] == [str(reply.pk)]
        assert client.get(f"{api}?round={row.round_id}").json()["count"] == 1
        assert client.get(f"{api}/{other.pk}").json()["number"] == OTHER
        assert signed_in("county").get(f"{api}/{other.pk}").status_code == 404
        assert signed_in("public").get(api).status_code == 403
        assert post(f"{reply.pk}/read", counts=True).status_code == 428
        assert post(f"{reply.pk}/read", counts=True, expected_version=7).status_code == 409
        done = post(f"{reply.pk}/read", "county", counts=True, expected_version=1)
        assert (done.status_code, done.json()["state"]) == (200, "confirmed")
        named = post(f"{other.pk}/name", addressee=str(row.pk), expected_version=1)
        assert (named.json()["state"], named.json()["number"]) == ("unread", "")
        gone = take("？", OTHER, at=2)
        assert post(f"{gone.pk}/dismiss", expected_version=1).status_code == 422
        assert post(f"{gone.pk}/dismiss", expected_version=1, reason="错号").status_code == 200


def test_reading_refuses_what_is_no_choice(signed_in: As) -> None:
    called()
    reply = take(WORDS)
    with pytest.raises((NotFound, Invalid)):
        settle(name_reply, take("1", OTHER), addressee=reply.pk)
