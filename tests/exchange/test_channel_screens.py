"""Channels on screen and over the API: for the system administrator alone, numbers masked."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.base.identity import new_id
from anlan.base.models.dispatch import Dispatch
from anlan.exchange.sweep import sweep
from anlan.registers.models import Account, Person
from tests.exchange import channel_files as files
from tests.exchange.carrier_server import Carrier, closed_port
from tests.exchange.outgoing import stamp

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
ROLES = ("bureau", "department", "county", "public", "admin", "security", "audit")


@pytest.fixture(autouse=True)
def _city(city: None) -> Iterator[None]:
    """The demonstration."""
    yield
    files.forget()


def as_real_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stamped as real; whoever signs in has chosen a password and needs no second proof."""
    monkeypatch.setattr(settings, "ANLAN_SECOND_FACTOR", "offered")
    monkeypatch.setattr(settings, "ANLAN_PASSWORD_AGE_DAYS", 0)
    QuerySet(Account).update(must_change_password=False)
    stamp(is_demonstration=False)


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Carrier]:
    """The same city as a real instance with an SMS gateway, for the channels alone."""
    as_real_instance(monkeypatch)
    with Carrier() as carrier:
        files.configure(monkeypatch, tmp_path, files.SMS, files.ROBOTS, url=carrier.url)
        yield carrier


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("role", ROLES)
def test_who_may_what(client_as: SignIn, role: str) -> None:
    client, may = client_as(role), role == "admin"
    wanted = 200 if may else 403
    assert client.get(reverse("channels")).status_code == wanted
    assert client.get(reverse("reached-people")).status_code == wanted
    assert client.get(reverse("channel-check", args=["sms"])).status_code == wanted
    assert client.get("/api/v1/channels").status_code == wanted
    answer = client.post("/api/v1/channels/in-app/check", {}, content_type="application/json")
    assert answer.status_code == (201 if may else 403)


def test_a_demonstration_says_that_nothing_leaves(client_as: SignIn) -> None:
    page = text_of(client_as("admin").get(reverse("channels")))
    assert "任何消息都不会发出系统" in page
    assert page.count("仅回环（演示）") == 7
    rows = client_as("admin").get("/api/v1/channels").json()["results"]
    assert {row["condition"] for row in rows} == {"inside", "rehearsed"}


def test_a_real_instance_shows_what_is_set_and_how_it_fared(
    client_as: SignIn, real: Carrier
) -> None:
    client = client_as("admin")
    page = text_of(client.get(reverse("channels")))
    assert page.count("未启用：未配置网关") == 2
    assert page.count("已配置，尚未发送") == 5
    assert files.SECRET not in page
    assert real.url not in page


def test_both_gateways_of_a_channel_are_shown(
    client_as: SignIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, real: Carrier
) -> None:
    files.configure(
        monkeypatch, tmp_path, files.SMS, files.SPARE, url=real.url, spare=closed_port()
    )
    client = client_as("admin")
    page = text_of(client.get(reverse("channels")))
    assert page.count("备用") == 1
    assert page.count(reverse("channel-check", args=["sms"])) == 1
    rows = client.get("/api/v1/channels").json()["results"]
    found = [(row["gateway"], row["is_spare"]) for row in rows if row["channel"] == "sms"]
    assert found == [("carrier", False), ("spare", True)]


def check(client: Client, channel: str, **values: Any) -> Any:
    data = {"reason": "月度自检", "request_id": new_id().hex} | values
    return client.post(reverse("channel-check", args=[channel]), data)


def own_number() -> str:
    person = Account.objects.get(login="admin").person
    assert person is not None
    return str(person.mobile)


def test_a_check_goes_to_oneself_and_leads_to_the_outbox(client_as: SignIn, real: Carrier) -> None:
    client = client_as("admin")
    number, request_id = own_number(), new_id().hex
    assert number
    answers = [check(client, "sms", request_id=request_id) for _ in range(2)]
    assert {answer.status_code for answer in answers} == {302}
    row = Dispatch.objects.get(channel="sms", message__purpose="exchange.check", state="waiting")
    assert (row.number, row.mode) == (number, "ACTUAL")
    sweep(clock.now())
    row.refresh_from_db()
    assert row.state == "sent"
    page = text_of(client.get(answers[0].url))
    assert number not in page
    assert number[-4:] in page
    assert "最近一次成功" in text_of(client.get(reverse("channels")))
    assert "无须采取任何行动" in row.message.text


def test_a_channel_that_is_off_is_not_checked(client_as: SignIn, real: Carrier) -> None:
    client = client_as("admin")
    assert check(client, "voice").status_code == 422
    assert check(client, "smoke").status_code == 404
    answer = client.post("/api/v1/channels/voice/check", {}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "channel-not-usable")


def test_without_an_own_number_the_check_says_what_to_do(client_as: SignIn, real: Carrier) -> None:
    client = client_as("admin")
    QuerySet(Person).filter(account__login="admin").update(mobile="")
    answer = check(client, "sms")
    assert answer.status_code == 422
    assert "尚未登记您的手机号" in text_of(answer)


def test_wrong_settings_are_said_on_the_page(
    client_as: SignIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    as_real_instance(monkeypatch)
    wrong = files.SMS.replace("{url}", "http://sms.example.cn/")
    files.configure(monkeypatch, tmp_path, wrong, url="http://127.0.0.1:9/")
    page = text_of(client_as("admin").get(reverse("channels")))
    assert "必须以 https:// 开头" in page


def test_who_has_which_channel_with_masked_numbers(client_as: SignIn) -> None:
    client = client_as("admin")
    numbers = set(Person.objects.exclude(mobile="").values_list("mobile", flat=True))
    for query in ({}, {"only": "number"}, {"only": "sign-in"}, {"only": "none"}, {"page": "2"}):
        page = text_of(client.get(reverse("reached-people"), query))
        assert not numbers & set(re.findall(r"\d{11}", page))
    name = Person.objects.exclude(mobile="").exclude(name="").first()
    assert name is not None
    found = text_of(client.get(reverse("reached-people"), {"q": name.name}))
    assert name.name in found
    assert "此处无人" in text_of(client.get(reverse("reached-people"), {"q": "查无此人"}))


def test_a_message_to_bodies_by_a_channel_that_is_set(client_as: SignIn, real: Carrier) -> None:
    client = client_as("bureau")
    data = {
        "mode": "ACTUAL",
        "channel": "wecom",
        "subject": "值守",
        "text": "请加强值守",
        "bodies": ["emergency"],
        "reason": "调度",
        "request_id": new_id().hex,
    }
    assert client.post(reverse("message-write"), data).status_code == 302
    sweep(clock.now())
    assert Dispatch.objects.get(channel="wecom").state == "sent"
    refused = client.post(reverse("message-write"), data | {"channel": "sms"})
    assert refused.status_code == 422
    body = {"mode": "TEST", "channel": "sms", "subject": "s", "text": "t", "bodies": ["water"]}
    answer = client.post("/api/v1/messages", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-channel")
