"""Real gateways against real servers on this machine: taken, slow, broken, silent, repeated."""

import base64
import datetime as dt
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from anlan.base.dispatch.writing import Addressee
from anlan.base.identity import new_id
from anlan.base.models.dispatch import Dispatch, DispatchOutcome
from anlan.base.rules.dispatch import FIRST_WAIT_S, GIVEN_BACK_S
from anlan.exchange.gateways import gateways, offered_channels
from anlan.exchange.models import GatewayHealth, SentReference
from anlan.exchange.outward import batch
from anlan.exchange.outward.signing import SIGNATURE, TIMESTAMP, is_signed
from anlan.exchange.sweep import sweep
from anlan.registers.models import Person
from tests.exchange import channel_files as files
from tests.exchange.carrier_server import (
    DRIPS,
    HANGS_UP,
    SAYS_NOTHING,
    Answer,
    Carrier,
    closed_port,
)
from tests.exchange.outgoing import NOW, stamp, write

pytestmark = pytest.mark.django_db
NUMBER = "19900007788"
TAKEN: Answer = (200, b'{"code": 0, "msgid": "C-1"}')


@pytest.fixture(autouse=True)
def _real() -> Iterator[None]:
    stamp(is_demonstration=False)
    yield
    files.forget()


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with Carrier() as one:
        yield one


def person() -> Addressee:
    key = new_id()
    return Addressee("person", str(key), key, NUMBER)


def row() -> Dispatch:
    found: Dispatch = Dispatch.objects.get()
    return found


def test_a_carrier_is_sent_what_its_map_says_and_its_name_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier
) -> None:
    files.configure(monkeypatch, tmp_path, files.SMS, url=carrier.url)
    carrier.answers = [TAKEN]
    write(channel="sms", addressees=[person()])
    sweep(NOW)
    ((headers, body),) = carrier.calls
    fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
    assert fields == {
        "mobile": NUMBER,
        "content": "【安澜】请组织转移",
        "uid": row().pk.hex,
        "pwd": files.SECRET,
    }
    assert headers["X-Account"] == "anlan"
    assert headers["Idempotency-Key"] == row().pk.hex
    assert row().state == "sent"
    assert SentReference.objects.get().reference == "C-1"
    health = GatewayHealth.objects.get()
    assert (health.name, health.succeeded_at, health.failed_at) == ("carrier", NOW, None)


def test_a_signed_call_can_be_checked_and_bears_no_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier
) -> None:
    files.configure(monkeypatch, tmp_path, files.WEBHOOK, url=carrier.url)
    write(channel="webhook", addressees=[Addressee("body", "water")])
    sweep(NOW)
    ((headers, body),) = carrier.calls
    given = (headers[TIMESTAMP], headers[SIGNATURE])
    assert is_signed(files.SECRET, *given, body, NOW)
    assert not is_signed(files.SECRET, *given, body + b" ", NOW)
    assert not is_signed("another-secret-of-it", *given, body, NOW)
    assert not is_signed(files.SECRET, *given, body, NOW + dt.timedelta(minutes=5, seconds=1))
    said = json.loads(body)
    assert (said["addressee"], said["text"], said["mode"]) == ("water", "请组织转移", "ACTUAL")
    assert "number" not in said


@pytest.mark.parametrize(
    ("answer", "state", "detail"),
    [
        ((500, b""), "waiting", "gateway-error"),
        ((503, b"{}"), "waiting", "gateway-error"),
        ((429, b"{}"), "waiting", "gateway-error"),
        ((302, b"{}"), "failed", "gateway-refused"),
        ((401, b"{}"), "failed", "gateway-refused"),
        ((200, b'{"code": 7}'), "failed", "not-accepted"),
        ((200, b"<html>"), "failed", "not-accepted"),
        ((200, b""), "failed", "not-accepted"),
        (HANGS_UP, "waiting", "unreachable"),
        (SAYS_NOTHING, "waiting", "timeout"),
        (DRIPS, "waiting", "timeout"),
    ],
)
def test_what_a_bad_carrier_does_is_said_and_tried_again_where_that_may_help(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    carrier: Carrier,
    answer: Answer,
    state: str,
    detail: str,
) -> None:
    files.configure(monkeypatch, tmp_path, files.SMS, url=carrier.url, timeout=0.2)
    carrier.answers = [answer, TAKEN]
    write(channel="sms", addressees=[person()])
    sweep(NOW)
    assert (row().state, DispatchOutcome.objects.get().detail) == (state, detail)
    assert GatewayHealth.objects.get().failure == detail
    sweep(NOW + dt.timedelta(seconds=FIRST_WAIT_S))
    assert row().state == ("sent" if state == "waiting" else "failed")
    keys = {headers["Idempotency-Key"] for headers, _ in carrier.calls}
    assert keys == {row().pk.hex}


def test_a_carrier_that_is_off_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files.configure(monkeypatch, tmp_path, files.SMS, url=closed_port())
    write(channel="sms", addressees=[person()])
    sweep(NOW)
    assert (row().state, DispatchOutcome.objects.get().detail) == ("waiting", "unreachable")


def test_a_dead_line_gives_back_what_it_did_not_come_to(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Only as many rows as prove the line dead lose an attempt."""
    monkeypatch.setattr(batch, "DEAD_AFTER", 8)
    files.configure(monkeypatch, tmp_path, files.SMS, url=closed_port())
    write(channel="sms", addressees=[person() for _ in range(60)])
    sweep(NOW)
    tried = Dispatch.objects.filter(attempts=1).count()
    assert 8 <= tried <= 16
    back = Dispatch.objects.filter(attempts=0)
    assert back.count() == 60 - tried
    assert {one.next_at for one in back} == {NOW + dt.timedelta(seconds=GIVEN_BACK_S)}
    assert {one.state for one in back} == {"waiting"}
    assert DispatchOutcome.objects.count() == tried


def test_a_row_given_back_many_times_is_never_given_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier
) -> None:
    files.configure(monkeypatch, tmp_path, files.SMS, url=carrier.url)
    monkeypatch.setattr(batch, "BUDGET_S", -1.0)
    write(channel="sms", addressees=[person()])
    now = NOW
    for _ in range(12):
        sweep(now)
        now += dt.timedelta(seconds=GIVEN_BACK_S)
    assert (row().state, row().attempts, carrier.calls) == ("waiting", 0, [])
    monkeypatch.setattr(batch, "BUDGET_S", 25.0)
    carrier.answers = [TAKEN]
    sweep(now)
    assert row().state == "sent"


def test_without_a_number_nothing_is_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier
) -> None:
    files.configure(monkeypatch, tmp_path, files.SMS, url=carrier.url)
    write(channel="sms", addressees=[Addressee("body", "water")])
    sweep(NOW)
    assert (row().state, DispatchOutcome.objects.get().detail) == ("failed", "no-number")
    assert carrier.calls == []


def test_robots_and_mail_go_through_their_library(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier
) -> None:
    files.configure(monkeypatch, tmp_path, files.ROBOTS, url=carrier.url)
    for channel in ("email", "wecom", "dingtalk", "feishu"):
        write(channel=channel, addressees=[Addressee("body", "emergency")])
    write(channel="wecom", addressees=[Addressee("body", "water")])
    sweep(NOW)
    said = [json.loads(body) for _, body in carrier.calls]
    assert [one["message"] for one in said] == ["请组织转移"] * 4
    assert sorted(Dispatch.objects.values_list("state", flat=True)) == ["failed"] + ["sent"] * 4
    carrier.answers = [(500, b"")]
    write(channel="wecom", addressees=[Addressee("body", "emergency")])
    sweep(NOW)
    assert Dispatch.objects.filter(state="waiting").count() == 1


@pytest.mark.parametrize(
    "address",
    [
        "wecombot://0123456789abcdef0123456789abcdef",
        "dingtalk://0123456789abcdef0123456789abcdef",
        "feishu://0123456789abcdef0123456789abcdef",
        "mailtos://someone:password@example.com?to=duty@example.com",
    ],
)
def test_the_library_knows_the_addresses_that_the_documentation_names(address: str) -> None:
    import apprise

    assert apprise.Apprise().add(address)


def test_nothing_of_what_is_sent_stands_in_a_log(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    carrier: Carrier,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    files.configure(monkeypatch, tmp_path, files.SMS, files.ROBOTS, url=carrier.url, timeout=0.2)
    carrier.answers = [HANGS_UP, (500, NUMBER.encode()), TAKEN]
    write(channel="sms", addressees=[person(), person(), person()])
    write(channel="email", addressees=[Addressee("body", "emergency")])
    sweep(NOW)
    for secret in (NUMBER, "请组织转移", files.SECRET, files.TOKEN):
        assert secret not in caplog.text
    assert NUMBER not in repr(gateways().real[0].__dict__)


def test_a_demonstration_has_no_real_gateway_whatever_the_file_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier
) -> None:
    files.configure(monkeypatch, tmp_path, files.SMS, files.VOICE, url=carrier.url)
    assert offered_channels() == {"sms", "voice"}
    stamp(is_demonstration=True)
    assert gateways().real == ()
    assert offered_channels() == frozenset()
    write(channel="sms", addressees=[person()])
    sweep(NOW)
    assert (carrier.calls, row().state) == ([], "delivered")


def test_the_outcome_is_recorded_once_whatever_the_carrier_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier
) -> None:
    """A sweep that is repeated finds nothing to send."""
    files.configure(monkeypatch, tmp_path, files.SMS, url=carrier.url)
    carrier.answers = [TAKEN]
    write(channel="sms", addressees=[person()])
    assert [sweep(NOW), sweep(NOW)] == [1, 0]
    assert len(carrier.calls) == 1
    assert Person.objects.count() == 0


@pytest.fixture
def spare() -> Iterator[Carrier]:
    with Carrier(answers=[(200, b"0,4711")]) as one:
        yield one


MAS = """
[[gateway]]
name = "mas"
kind = "carrier"
channels = ["sms"]
url = "{url}?account=anlan"
secret = "{secret}"
[gateway.request]
encode = "base64"
query = {{ v = "2" }}
fields = {{ mobiles = ["{{number}}"], content = "{{text}}", mac = "{{mac}}" }}
[gateway.request.made.mac]
digest = "sm3"
of = "{{secret}}{{number}}"
[gateway.accepted]
field = "success"
values = ["true"]
reference = "msgGroup"
"""


def test_a_document_in_base64_with_a_digest_and_a_query(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier
) -> None:
    files.configure(monkeypatch, tmp_path, MAS, url=carrier.url)
    carrier.answers = [(200, b'{"success": true, "msgGroup": "G1"}')]
    write(channel="sms", addressees=[person()])
    sweep(NOW)
    ((_, body),) = carrier.calls
    said = json.loads(base64.b64decode(body))
    assert (said["mobiles"], said["content"]) == ([NUMBER], "请组织转移")
    assert len(said["mac"]) == 64
    assert carrier.asked == [("POST", "/send?account=anlan&v=2")]
    assert (row().state, SentReference.objects.get().reference) == ("sent", "G1")


@pytest.mark.parametrize(
    "answer", [(500, b""), (429, b""), (401, b""), (200, b'{"code": 7}'), HANGS_UP]
)
def test_the_spare_steps_in_at_once_where_the_first_does_not_take_it(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    carrier: Carrier,
    spare: Carrier,
    answer: Answer,
) -> None:
    """By a GET in GBK, signed over time and secret, with an answer that is no JSON."""
    files.configure(
        monkeypatch, tmp_path, files.SMS, files.SPARE, url=carrier.url, spare=spare.url
    )
    carrier.answers = [answer]
    write(channel="sms", addressees=[person()])
    sweep(NOW)
    assert (row().state, row().attempts) == ("sent", 1)
    assert len(carrier.calls) == len(spare.calls) == 1
    ((method, path),) = spare.asked
    assert method == "GET"
    fields = parse_qs(path.partition("?")[2], encoding="gbk")
    assert (fields["dst"], fields["msg"]) == ([NUMBER], ["请组织转移"])
    reference = SentReference.objects.get()
    assert (reference.gateway, reference.reference) == ("spare", "4711")
    assert DispatchOutcome.objects.get().gateway == "spare"


def test_the_spare_is_not_asked_where_the_first_takes_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier, spare: Carrier
) -> None:
    files.configure(
        monkeypatch, tmp_path, files.SMS, files.SPARE, url=carrier.url, spare=spare.url
    )
    carrier.answers = [TAKEN]
    write(channel="sms", addressees=[person() for _ in range(5)])
    sweep(NOW)
    assert (len(carrier.calls), len(spare.calls)) == (5, 0)


def test_a_row_without_an_answer_is_not_sent_twice_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier, spare: Carrier
) -> None:
    """It may have arrived. Its next attempt begins with the other gateway."""
    files.configure(
        monkeypatch,
        tmp_path,
        files.SMS,
        files.SPARE,
        url=carrier.url,
        spare=spare.url,
        timeout=0.2,
    )
    carrier.answers = [SAYS_NOTHING]
    write(channel="sms", addressees=[person()])
    sweep(NOW)
    assert (row().state, len(spare.calls)) == ("waiting", 0)
    sweep(NOW + dt.timedelta(seconds=FIRST_WAIT_S))
    assert (row().state, len(carrier.calls), len(spare.calls)) == ("sent", 1, 1)


def test_a_dead_first_line_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spare: Carrier
) -> None:
    files.configure(
        monkeypatch, tmp_path, files.SMS, files.SPARE, url=closed_port(), spare=spare.url
    )
    write(channel="sms", addressees=[person() for _ in range(40)])
    sweep(NOW)
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"sent"}
    assert len(spare.calls) == 40


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ((401, b""), (200, b"-3,x"), "failed"),
        ((500, b""), (200, b"-3,x"), "waiting"),
        ((401, b""), (200, b"-9,x"), "waiting"),
        ((401, b""), (500, b""), "waiting"),
    ],
)
def test_a_row_fails_for_good_only_when_both_refused_it(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    carrier: Carrier,
    spare: Carrier,
    first: Answer,
    second: Answer,
    state: str,
) -> None:
    files.configure(
        monkeypatch, tmp_path, files.SMS, files.SPARE, url=carrier.url, spare=spare.url
    )
    carrier.answers, spare.answers = [first], [second]
    write(channel="sms", addressees=[person()])
    sweep(NOW)
    assert (row().state, row().attempts) == (state, 1)


def test_a_row_without_a_number_fails_at_once_with_two_gateways_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, carrier: Carrier, spare: Carrier
) -> None:
    files.configure(
        monkeypatch, tmp_path, files.SMS, files.SPARE, url=carrier.url, spare=spare.url
    )
    write(channel="sms", addressees=[Addressee("body", "water")])
    sweep(NOW)
    assert (row().state, DispatchOutcome.objects.get().detail) == ("failed", "no-number")
    assert carrier.calls == spare.calls == []


@pytest.mark.parametrize("mode", ["EXERCISE", "TEST"])
def test_no_exercise_reaches_the_spare(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    carrier: Carrier,
    spare: Carrier,
    mode: str,
) -> None:
    files.configure(
        monkeypatch, tmp_path, files.SMS, files.SPARE, url=carrier.url, spare=spare.url
    )
    write(channel="sms", addressees=[person()], mode=mode)
    sweep(NOW)
    assert (carrier.calls, spare.calls, row().state) == ([], [], "delivered")


def test_an_address_with_a_number_stands_in_no_log(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    spare: Carrier,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    files.configure(monkeypatch, tmp_path, files.SPARE, url=closed_port(), spare=spare.url)
    write(channel="sms", addressees=[person()])
    sweep(NOW)
    assert len(spare.asked) == 1
    assert NUMBER not in caplog.text
