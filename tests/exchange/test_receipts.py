"""Receipts of carriers and of other systems: proven, read, once, and only of one's own rows."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from anlan.base import clock
from anlan.base.models import JournalEntry
from anlan.base.models.dispatch import Dispatch, DispatchOutcome
from anlan.exchange.outward.signing import SIGNATURE, TIMESTAMP, sign
from anlan.exchange.sweep import sweep
from tests.exchange import channel_files as files
from tests.exchange.carrier_server import Carrier
from tests.exchange.outgoing import NOW, stamp, write
from tests.exchange.test_gateways import TAKEN, person

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@pytest.fixture(autouse=True)
def _sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, journal_key: None) -> Iterator[None]:
    """An SMS, a call and a signed call, each taken by its gateway."""
    from anlan.site import instance

    monkeypatch.setattr(instance, "is_ready", lambda: True)
    stamp(is_demonstration=False)
    with Carrier(answers=[TAKEN]) as carrier, clock.at(NOW):
        parts = (files.SMS, files.VOICE, files.WEBHOOK)
        files.configure(monkeypatch, tmp_path, *parts, url=carrier.url)
        for channel in ("sms", "voice", "webhook"):
            write(channel=channel, addressees=[person()])
        sweep(NOW)
        yield
    files.forget()


def of(channel: str) -> Dispatch:
    found: Dispatch = Dispatch.objects.get(channel=channel)
    return found


def post(
    name: str, body: bytes, kind: str = JSON, *, token: str = files.TOKEN, **headers: str
) -> Any:
    given = {"Authorization": f"Bearer {token}"} if token else {}
    return Client().post(f"/api/v1/gateways/{name}/receipts", body, kind, headers=given | headers)


def call(**values: Any) -> bytes:
    return json.dumps({"calls": [{"callId": of("voice").pk.hex, **values}]}).encode()


def signed(document: Any, *, secret: str = files.SECRET, at: dt.datetime = NOW) -> Any:
    body = json.dumps(document).encode()
    stamp_ = str(int(at.timestamp()))
    headers = {TIMESTAMP: stamp_, SIGNATURE: sign(secret, stamp_, body)}
    return post("platform", body, token="", **headers)


def test_a_receipt_by_our_key_and_by_the_name_of_the_carrier() -> None:
    answer = post("carrier", f"uid={of('sms').pk.hex}&stat=DELIVRD".encode(), FORM)
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert of("sms").state == "delivered"
    assert row_outcomes("sms") == ["sent", "delivered"]
    post("carrier", b"msgid=C-1&stat=DELIVRD", FORM)
    assert row_outcomes("sms") == ["sent", "delivered"]


def test_a_document_that_calls_itself_text_is_read() -> None:
    """As carriers send it whose library sets no kind."""
    assert post("voice", call(dtmf="1"), "text/plain").json() == {"taken": 1, "unread": 0}
    assert of("voice").state == "acknowledged"


def row_outcomes(channel: str) -> list[str]:
    lines = DispatchOutcome.objects.filter(dispatch=of(channel)).order_by("pk")
    return list(lines.values_list("outcome", flat=True))


def test_the_key_that_confirms_is_a_confirmation_and_another_is_not() -> None:
    assert post("voice", call(status="answered", dtmf="2")).json() == {"taken": 1, "unread": 0}
    assert of("voice").state == "delivered"
    assert post("voice", call(status="answered", dtmf="1")).json() == {"taken": 1, "unread": 0}
    assert of("voice").state == "acknowledged"


def test_the_same_receipt_twice_and_an_old_one_replayed_change_nothing() -> None:
    old, new = call(status="answered", reportId="r1"), call(dtmf="1", reportId="r2")
    assert [post("voice", old).json()["taken"] for _ in range(2)] == [1, 0]
    post("voice", new)
    entries = JournalEntry.objects.count()
    before = list(DispatchOutcome.objects.values_list("pk", flat=True))
    for body in (old, new, old, call(status="rejected", reportId="r1")):
        post("voice", body)
    assert of("voice").state == "acknowledged"
    assert JournalEntry.objects.count() == entries + 1  # the rejection was new, and came too late
    assert len(before) == DispatchOutcome.objects.count() - 1


@pytest.mark.parametrize(
    ("status", "detail"), [("busy", "nobody-answered"), ("rejected", "not-delivered")]
)
def test_a_call_that_nobody_took_failed(status: str, detail: str) -> None:
    post("voice", call(status=status))
    assert of("voice").state == "failed"
    assert DispatchOutcome.objects.latest("pk").detail == detail


@pytest.mark.parametrize("token", ["", "wrong", files.TOKEN + "x", files.SECRET, "ключ"])
def test_a_forged_token_is_refused(token: str) -> None:
    answer = post("voice", call(dtmf="1"), token=token)
    assert answer.status_code == 401
    assert of("voice").state == "sent"


def test_the_token_may_stand_in_the_address_as_carriers_want_it() -> None:
    address = f"/api/v1/gateways/voice/receipts?token={files.TOKEN}"
    assert Client().post(address, call(dtmf="1"), JSON).status_code == 200
    assert of("voice").state == "acknowledged"


def test_a_signed_report_counts_and_a_forged_or_stale_one_does_not() -> None:
    said = {"receipts": [{"key": of("webhook").pk.hex, "state": "delivered"}]}
    assert signed(said, secret="another-secret-of-it").status_code == 401
    assert signed(said, at=NOW - dt.timedelta(minutes=5, seconds=1)).status_code == 401
    assert signed(said, at=NOW + dt.timedelta(minutes=6)).status_code == 401
    assert post("platform", json.dumps(said).encode(), token=files.SECRET).status_code == 401
    assert of("webhook").state == "sent"
    assert signed(said, at=NOW - dt.timedelta(minutes=5)).json() == {"taken": 1, "unread": 0}
    assert of("webhook").state == "delivered"


def test_a_gateway_speaks_only_of_rows_of_its_own_channel() -> None:
    body = f"uid={of('voice').pk.hex}&stat=DELIVRD".encode()
    post("carrier", body, FORM)
    stranger = json.dumps({"calls": [{"callId": of("sms").pk.hex, "dtmf": "1"}]}).encode()
    assert post("voice", stranger).json() == {"taken": 0, "unread": 1}
    assert {of("sms").state, of("voice").state} == {"sent"}


def test_a_rehearsal_is_never_confirmed_from_outside() -> None:
    write(mode="EXERCISE", channel="voice", addressees=[person()])
    sweep(NOW)
    drill = Dispatch.objects.get(mode="EXERCISE")
    body = json.dumps({"calls": [{"callId": drill.pk.hex, "dtmf": "1"}]}).encode()
    assert post("voice", body).json() == {"taken": 0, "unread": 1}
    drill.refresh_from_db()
    assert drill.state == "delivered"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", JSON),
        (b"", JSON),
        (b"[" * 100_000, JSON),
        (b"\xff\xfe=1", FORM),
        (b"nothing", FORM),
        (b"{}" + b" " * 262_144, JSON),
    ],
)
def test_what_cannot_be_read_is_refused(body: bytes, kind: str) -> None:
    assert post("voice", body, kind).status_code == 422


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"calls": []},
        {"calls": None},
        {"calls": [1, None, [], {}]},
        {"calls": [{"callId": "x", "dtmf": "1"}]},
        {"calls": [{"callId": {"a": 1}, "status": ["answered"]}]},
    ],
)
def test_what_names_nothing_known_is_counted_as_unread(document: Any) -> None:
    answer = post("voice", json.dumps(document).encode())
    assert answer.status_code == 200
    assert answer.json()["taken"] == 0
    assert of("voice").state == "sent"


def test_an_unknown_gateway_and_a_demonstration_take_none() -> None:
    assert post("nobody", call(dtmf="1")).status_code == 401
    stamp(is_demonstration=True)
    assert post("voice", call(dtmf="1")).status_code == 401
    assert of("voice").state == "sent"


def test_a_receipt_that_comes_before_the_answer_counts() -> None:
    """The carrier reports while our own call is still open: the row is leased then."""
    QuerySet(Dispatch).filter(channel="voice").update(state="leased", lease_by="w")
    post("voice", call(dtmf="1"))
    assert of("voice").state == "acknowledged"
