"""Messages that phones wrote back: proven, read, once; nothing without the key of the gateway."""

import datetime as dt
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.models import JournalEntry
from anlan.exchange.actions.replies import instant_of
from anlan.exchange.gateways import configured
from anlan.exchange.outward.signing import SIGNATURE, TIMESTAMP, sign
from anlan.exchange.rules.carrier import BadMap, ReplyMap, read_replies
from anlan.warning.models import CallReply
from tests.exchange import channel_files as files
from tests.exchange.outgoing import NOW, stamp

pytestmark = pytest.mark.django_db
URL = "http://127.0.0.1:9/"
NUMBER, TEXT = "19900003344", "桥断了"
SIGNED_SMS = files.WEBHOOK.replace('channels = ["webhook"]', 'channels = ["sms"]')


@pytest.fixture(autouse=True)
def _ready(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, journal_key: None) -> Iterator[None]:
    from anlan.site import instance

    monkeypatch.setattr(instance, "is_ready", lambda: True)
    stamp(is_demonstration=False)
    files.configure(monkeypatch, tmp_path, files.SMS, files.REPLIES, files.VOICE, url=URL)
    with clock.at(NOW):
        yield
    files.forget()


def line(name: str = "m-1", **more: Any) -> dict[str, Any]:
    given = {"from": NUMBER, "content": TEXT, "id": name, "time": "2026-11-24 10:01:02"}
    return given | more


def post(*lines: Any, token: str = files.REPLY_TOKEN, name: str = "carrier") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = json.dumps({"mo": list(lines)})
    path = f"/api/v1/gateways/{name}/replies"
    return Client().post(path, body, "application/json", headers=headers)


def test_a_gateway_with_its_key_hands_them_over() -> None:
    answer = post(line(), line("m-2"))
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert {row.reference for row in CallReply.objects.all()} == {"m-1", "m-2"}
    assert {row.gateway for row in CallReply.objects.all()} == {"carrier"}


@pytest.mark.parametrize(
    "token", ["", "wrong", files.TOKEN, files.SECRET, files.REPLY_TOKEN + "x"]
)
def test_without_its_key_nothing_is_taken(token: str) -> None:
    answer = post(line(), token=token)
    assert (answer.status_code, answer.json()["code"]) == (401, "bad-proof")
    assert not CallReply.objects.exists()


@pytest.mark.parametrize("name", ["voice", "nobody", "platform"])
def test_a_gateway_without_replies_takes_none(name: str) -> None:
    for token in (files.TOKEN, files.REPLY_TOKEN):
        assert post(line(), token=token, name=name).status_code == 401
    assert not CallReply.objects.exists()


def test_a_demonstration_takes_none() -> None:
    from anlan.base.models import InstanceStamp

    InstanceStamp.objects.all().delete()
    stamp(is_demonstration=True)
    assert post(line()).status_code == 401


def test_the_same_again_and_half_a_batch_are_harmless() -> None:
    post(line())
    entries = JournalEntry.objects.count()
    for _ in range(3):
        assert post(line(), line(content="1")).status_code == 200
    assert (CallReply.objects.count(), JournalEntry.objects.count()) == (1, entries)
    post(line(), line("m-2"), line("m-3"))
    assert CallReply.objects.count() == 3


@pytest.mark.parametrize("missing", ["from", "content", "id"])
def test_what_cannot_be_read_is_counted_and_the_rest_is_taken(missing: str) -> None:
    broken = line("m-9")
    del broken[missing]
    assert post(broken, line()).status_code == 200
    assert [row.reference for row in CallReply.objects.all()] == ["m-1"]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 5000, b"x" * 262_145])
def test_no_json_is_refused(body: bytes) -> None:
    path = f"/api/v1/gateways/carrier/replies?token={files.REPLY_TOKEN}"
    assert Client().post(path, body, "application/json").status_code == 422
    assert not CallReply.objects.exists()


def test_numbers_are_in_no_log_and_no_entry(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        post(line())
        post(line(), token="wrong")
    assert NUMBER not in caplog.text
    assert not JournalEntry.objects.filter(content__contains=NUMBER).exists()


def test_a_system_with_signed_calls_hands_them_over(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files.configure(monkeypatch, tmp_path, SIGNED_SMS, url=URL)
    said = {"replies": [{"number": NUMBER, "text": TEXT, "reference": "r-1"}]}
    body = json.dumps(said).encode()
    path = "/api/v1/gateways/platform/replies"

    def signed(secret: str, at: dt.datetime) -> Any:
        second = str(int(at.timestamp()))
        headers = {TIMESTAMP: second, SIGNATURE: sign(secret, second, body)}
        return Client().post(path, body, "application/json", headers=headers)

    assert signed("another-secret-of-it", NOW).status_code == 401
    assert signed(files.SECRET, NOW - dt.timedelta(minutes=5, seconds=1)).status_code == 401
    assert not CallReply.objects.exists()
    assert signed(files.SECRET, NOW).json() == {"taken": 1, "unread": 0}
    assert signed(files.SECRET, NOW).json() == {"taken": 0, "unread": 0}


def test_a_short_token_or_a_map_without_a_name_leaves_the_gateway_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    short = files.REPLIES.replace("{reply_token}", "short")
    nameless = files.REPLIES.replace('reference = "id"', "")
    for part in (short, nameless):
        files.configure(monkeypatch, tmp_path, files.SMS, part, url=URL)
        assert configured().gateways == ()
        assert len(configured().problems) == 1
    with pytest.raises(BadMap):
        ReplyMap(number="a", text="b", reference="")


LATE = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-24 09:59:00", LATE - dt.timedelta(minutes=1)),
        ("2026-11-24T09:59:00+08:00", LATE - dt.timedelta(minutes=1)),
        ("2026-11-24T01:59:00Z", LATE - dt.timedelta(minutes=1)),
        (str(int(LATE.timestamp()) - 60), LATE - dt.timedelta(minutes=1)),
        (str((int(LATE.timestamp()) - 60) * 1000), LATE - dt.timedelta(minutes=1)),
        ("", LATE),
        ("gestern", LATE),
        ("2027-01-01 00:00:00", LATE),
        ("99999999999999999999", LATE),
    ],
)
def test_when_it_was_written(text: str, at: dt.datetime) -> None:
    assert instant_of(text, LATE) == at


def test_one_message_without_a_list() -> None:
    rule = ReplyMap(number="m", text="t", reference="i")
    found, unread = read_replies(rule, {"m": "1", "t": "", "i": "x"})
    assert ([one.text for one in found], unread) == ([""], 0)
    assert read_replies(rule, {"m": "1", "t": "x", "i": "\x07"})[1] == 1
    assert read_replies(rule, {"m": "1", "t": "x", "i": "y" * 81})[1] == 1
    assert NUMBER not in repr(found)
