"""Receipts of the national release, and messages as files: who, what is refused, what leaves."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.models import JournalEntry
from anlan.warning.actions.releasing import (
    NotForThePublic,
    NumberMissing,
    NumberNotPlain,
    NumberTooLong,
    Receipt,
    ReceiptInFuture,
    ReceiptThere,
    ReceiptTooEarly,
    record_receipt,
)
from anlan.warning.models import ReleaseReceipt, WarningMessage
from anlan.warning.queries.bulletins import words_of
from anlan.warning.queries.release import alert_for, released
from anlan.warning.rules.cap.national import read_national
from anlan.warning.rules.cap.national_writing import write_national
from anlan.warning.rules.cap.reading import read_cap
from anlan.warning.rules.cap.values import MessageType, Scope, Status
from anlan.warning.rules.cap.writing import write_cap
from tests.registers.kept import said
from tests.registers.small_city import NOW
from tests.warning.bulletin_life import HOUR, give_right, issued
from tests.warning.cap_life import alert, take
from tests.warning.life import AT, MINUTE, change, receive, row

As = Callable[[str], Client]


def record(key: str, login: str = "bureau", **more: Any) -> dict[str, Any]:
    version = more.pop("version", 0)
    request_id = more.pop("request_id", "")
    values: dict[str, Any] = {"number": "GJ-001", "received_at": NOW} | more
    return record_receipt(
        row(key).pk, Receipt(**values), expected_version=version, **said(login, request_id)
    )


@pytest.mark.usefixtures("kept")
class TestReceipt:
    def test_a_receipt_is_kept_once_and_corrected_by_its_version(self) -> None:
        made = receive()
        done = record(made["id"])
        assert released().count() == 1
        with pytest.raises(ReceiptThere):
            record(made["id"], number="GJ-002")
        with pytest.raises(Conflict):
            record(made["id"], number="GJ-002", version=7)
        record(made["id"], number="GJ-002", version=done["version"])
        assert ReleaseReceipt.objects.get().number == "GJ-002"
        assert JournalEntry.objects.filter(action="warning.receipt.record").count() == 2

    def test_a_repeat_gives_the_first_result(self) -> None:
        made = receive()
        first = record(made["id"], request_id="receipt-0001")
        assert record(made["id"], request_id="receipt-0001") == first

    @pytest.mark.parametrize(
        ("more", "refusal"),
        [
            ({"number": " "}, NumberMissing),
            ({"number": "\N{IDEOGRAPHIC SPACE}\t"}, NumberMissing),
            ({"number": "GJ\t001"}, NumberNotPlain),
            ({"number": "GJ-001\nGJ-002"}, NumberNotPlain),
            ({"number": "GJ-001\N{LINE SEPARATOR}1"}, NumberNotPlain),
            ({"number": "GJ-\N{RIGHT-TO-LEFT OVERRIDE}100"}, NumberNotPlain),
            ({"number": "\N{ZERO WIDTH SPACE}"}, NumberNotPlain),
            ({"number": "1" * 81}, NumberTooLong),
            ({"received_at": NOW + 11 * MINUTE}, ReceiptInFuture),
            ({"received_at": AT - 11 * MINUTE}, ReceiptTooEarly),
        ],
    )
    def test_what_is_not_plausible_is_refused(
        self, more: dict[str, Any], refusal: type[Exception]
    ) -> None:
        made = receive()
        with pytest.raises(refusal):
            record(made["id"], **more)
        assert not ReleaseReceipt.objects.exists()

    @pytest.mark.parametrize(
        "number",
        [
            "1" * 80,
            "7",
            "运气 第3号/2026",
            "14080041600000_20261124080000_1",
            "GJ\N{IDEOGRAPHIC SPACE}1",
        ],
    )
    def test_no_form_of_a_number_is_invented(self, number: str) -> None:
        """What the national system gives is known by no source that is held here."""
        record(receive()["id"], number=f" {number} ")
        assert ReleaseReceipt.objects.get().number == number

    @pytest.mark.parametrize("moment", [AT - 10 * MINUTE, AT, NOW, NOW + 10 * MINUTE])
    def test_clocks_may_differ_by_ten_minutes(self, moment: dt.datetime) -> None:
        assert record(receive()["id"], received_at=moment)["version"] == 1

    @pytest.mark.parametrize(
        ("login", "may"),
        [("bureau", True), ("department", True), ("county", False), ("public", False)],
    )
    def test_who_records(self, login: str, may: bool) -> None:
        made = receive()
        if may:
            assert record(made["id"], login)["id"]
            return
        with pytest.raises((NotAllowed, NotFound)):
            record(made["id"], login)

    def test_a_restricted_message_gets_none_and_is_never_released(self) -> None:
        done = take(alert(scope=Scope.RESTRICTED, restriction="防指成员单位"))
        with pytest.raises(NotForThePublic):
            record(done["message"])
        other = receive()
        record(other["id"])
        assert [str(each.pk) for each in released()] == [other["id"]]

    def test_exported_messages_refer_to_those_before(self) -> None:
        first = receive()
        second = change("raise", "red", 5)
        lifted = change("lift", "red", 20)
        found = alert_for(row(lifted["id"]))
        assert found.message_type is MessageType.CANCEL
        assert [each.identifier for each in found.references] == [
            f"anlan-{row(key['id']).pk.hex}" for key in (first, second)
        ]
        nothing = alert_for(row(lifted["id"]), among=WarningMessage.objects.none())
        assert nothing.references == ()
        assert read_cap(write_cap(found)).is_valid

    def test_a_message_that_has_expired_is_not_referred_to(self) -> None:
        """The guide: a change refers to what has not expired."""
        receive(expires_at=AT + 5 * MINUTE)
        later = change("raise", "red", 5)
        assert alert_for(row(later["id"])).references == ()
        again = change("renew", "red", 6)
        assert [each.identifier for each in alert_for(row(again["id"])).references] == [
            f"anlan-{row(later['id']).pk.hex}"
        ]

    def test_what_a_demonstration_exports_is_a_test(self) -> None:
        assert alert_for(row(receive()["id"])).status is Status.TEST


@pytest.mark.usefixtures("town")
def test_a_warning_of_our_own_has_one_name_in_every_file() -> None:
    """The bulletin's file, the export of its message and the public feed are one message."""
    give_right()
    first = issued()
    second = issued(
        at=NOW + HOUR, follows=first.pk, change="raise", level="orange", headline="演示：升级"
    )
    for each in (first, second):
        told = alert_for(WarningMessage.objects.get(pk=each.message_id))
        assert (told.sender, told.identifier) == (each.sender, each.identifier)
        assert write_cap(told).decode() == words_of(each, NOW).cap
    assert [each.identifier for each in told.references] == [first.identifier]
    assert told.infos[0].instruction == second.instruction
    national = read_national(write_national(told))
    assert national.alert is not None
    assert national.alert.identifier == second.identifier


@pytest.fixture
def _now() -> Any:
    with clock.at(NOW):
        yield


@pytest.mark.usefixtures("_now")
def test_the_page_of_a_message_offers_files_and_the_receipt(signed_in: As) -> None:
    made = receive()
    client = signed_in("bureau")
    page = client.get(f"/warnings/messages/{made['id']}/").content.decode()
    assert f"/warnings/messages/{made['id']}/receipt/" in page
    cap = client.get(f"/warnings/messages/{made['id']}/cap/")
    assert cap["Content-Disposition"].startswith("attachment")
    assert read_cap(cap.content).is_valid
    national = client.get(f"/warnings/messages/{made['id']}/12379/")
    assert read_national(national.content).alert is not None
    text = client.get(f"/warnings/messages/{made['id']}/text/")
    assert text.content.decode() == row(made["id"]).text
    form = client.get(f"/warnings/messages/{made['id']}/receipt/")
    sent = {
        "number": "GJ-7",
        "received_at": "2026-11-24T10:00",
        "request_id": form.context["form"].initial["request_id"],
        "expected_version": "0",
    }
    assert client.post(f"/warnings/messages/{made['id']}/receipt/", sent).status_code == 302
    assert "GJ-7" in client.get(f"/warnings/messages/{made['id']}/").content.decode()
    for login in ("county", "public"):
        assert signed_in(login).get(f"/warnings/messages/{made['id']}/receipt/").status_code in (
            200,
            403,
            404,
        )
    assert signed_in("public").get(f"/warnings/messages/{made['id']}/cap/").status_code == 403


@pytest.mark.usefixtures("_now")
def test_a_restricted_message_is_not_passed_on(signed_in: As) -> None:
    done = take(alert(scope=Scope.RESTRICTED, restriction="防指成员单位"))
    client = signed_in("bureau")
    page = client.get(f"/warnings/messages/{done['message']}/").content.decode()
    assert "防指成员单位" in page
    assert "relay-full" not in page
    assert "relay-full" not in client.get(f"/warnings/{done['warning']}/").content.decode()
    for form in ("cap", "12379", "text"):
        path = f"/warnings/messages/{done['message']}/{form}/"
        assert client.get(path).status_code == 422
