"""A person looks at a message that was put aside, sends it again or dismisses it."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed
from anlan.base.models import JournalEntry
from anlan.sensing.actions import aside, raw_messages
from anlan.sensing.actions.aside import DISMISS, SEND_AGAIN, dismiss, put_aside, send_again
from anlan.sensing.actions.errors import DecidedAlready, FailsStill, StoreUnavailable
from anlan.sensing.actions.raw_messages import Raw
from anlan.sensing.choices import AsideState, IntakeWay
from anlan.sensing.models import AsideMessage, Datastream, IntakeBatch
from anlan.site import instance
from tests.registers.kept import NOW, said
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_keeping import raising
from tests.sensing.test_messages import held
from tests.sensing.test_ways import client_of

pytestmark = pytest.mark.usefixtures("kept")
TOPIC = "anlan/v1/140800/bureau/value/YC-R-001/rain"
LATER = NOW + dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _ready(kept: None) -> Iterator[None]:
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


@pytest.fixture
def stream(kept: None) -> Datastream:
    return make_stream(make_station())


@pytest.fixture
def row(stream: Datastream) -> AsideMessage:
    return made(b"2026-11-24T00:00:00Z,2.5")


def made(content: bytes) -> AsideMessage:
    raw = Raw(way=IntakeWay.MQTT, topic=TOPIC, content=content)
    put_aside(raw, why="KeyError", tries=4, now=NOW)
    return AsideMessage.objects.get(message=raw.key.hex())


def test_it_is_called_by_the_time_of_the_city(row: AsideMessage) -> None:
    assert str(row) == f"物联消息 · {NOW.astimezone(clock.CITY_ZONE):%Y-%m-%d %H:%M}"


def entries(action: str) -> int:
    return JournalEntry.objects.filter(action=action).count()


def test_sent_again_it_is_taken_in_with_the_rights_of_its_sender(
    stream: Datastream, row: AsideMessage
) -> None:
    told = said(now=LATER)
    done = send_again(row.pk, expected_version=row.version, **told)
    assert held(stream) == [2.5]
    row.refresh_from_db()
    assert (row.state, row.decided_at, row.decided_by) == (
        AsideState.SENT_AGAIN,
        LATER,
        "bureau",
    )
    (batch,) = IntakeBatch.objects.filter(stored=1)
    assert (batch.sender, batch.way, done["batches"]) == ("bureau", "mqtt", [str(batch.pk)])
    assert entries(SEND_AGAIN) == 1
    assert send_again(row.pk, expected_version=1, **told) == done  # a repeat
    with pytest.raises(Conflict):
        send_again(row.pk, expected_version=1, **said())
    with pytest.raises(DecidedAlready):
        dismiss(row.pk, expected_version=row.version, **said())


def test_killed_after_its_readings_it_is_repeated_without_harm(
    stream: Datastream, row: AsideMessage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(aside, "recording", raising(SystemExit()))
        with pytest.raises(SystemExit):
            send_again(row.pk, expected_version=1, **said())
    send_again(row.pk, expected_version=1, **said())
    assert held(stream) == [2.5]
    assert sum(each.repeated for each in IntakeBatch.objects.all()) == 0


@pytest.mark.parametrize(
    ("error", "refusal"),
    [(KeyError("x"), FailsStill), (StoreUnavailable(reason="x"), StoreUnavailable)],
)
def test_what_fails_again_stays(
    row: AsideMessage, monkeypatch: pytest.MonkeyPatch, error: Exception, refusal: Any
) -> None:
    monkeypatch.setattr(raw_messages, "heard", raising(error))
    with pytest.raises(refusal):
        send_again(row.pk, expected_version=1, **said())
    row.refresh_from_db()
    assert (row.state, entries(SEND_AGAIN)) == (AsideState.WAITING, 0)


def test_dismissed_it_stays_on_record(row: AsideMessage) -> None:
    dismiss(row.pk, expected_version=1, **said())
    row.refresh_from_db()
    assert (row.state, entries(DISMISS)) == (AsideState.DISMISSED, 1)
    assert aside.content_of(row) == b"2026-11-24T00:00:00Z,2.5"
    with pytest.raises(DecidedAlready):
        send_again(row.pk, expected_version=2, **said())


@pytest.mark.parametrize("login", ["county", "public"])
def test_who_may_not(row: AsideMessage, login: str) -> None:
    for action in (send_again, dismiss):
        with pytest.raises(NotAllowed):
            action(row.pk, expected_version=1, **said(login))
    client = client_of(login)
    assert client.get(reverse("station-intake-aside", args=[row.pk])).status_code == 403
    assert client.get(f"/api/v1/intake-ways/aside/{row.pk}").status_code == 403


def test_the_screens(stream: Datastream, row: AsideMessage) -> None:
    other = made(b"\xff<b>2026")
    client = client_of("bureau")
    page = client.get(reverse("station-intake")).content.decode()
    for text in ("KeyError", "已搁置", reverse("station-intake-aside", args=[row.pk])):
        assert text in page, text
    page = client.get(reverse("station-intake-aside", args=[other.pk])).content.decode()
    assert "&lt;b&gt;2026" in page and TOPIC in page
    assert posted(client, "station-intake-aside-send-again", row).status_code == 302
    assert posted(client, "station-intake-aside-dismiss", other).status_code == 302
    assert held(stream) == [2.5]
    assert "KeyError" not in client.get(reverse("station-intake")).content.decode()
    done = client.get(reverse("station-intake-aside", args=[other.pk])).content.decode()
    assert reverse("station-intake-aside-dismiss", args=[other.pk]) not in done


def posted(client: Client, name: str, row: AsideMessage) -> Any:
    url = reverse(name, args=[row.pk])
    shown = client.get(url).context["form"].initial
    sent = {"reason": "测试", "expected_version": 1, "request_id": shown["request_id"]}
    return client.post(url, sent)


def test_the_same_over_the_api(stream: Datastream, row: AsideMessage) -> None:
    client = client_of("bureau")
    found = client.get("/api/v1/intake-ways").json()
    assert {each["way"]: each["aside"] for each in found["ways"]}["mqtt"] == 1
    (waiting,) = found["put_aside"]
    assert (waiting["why"], waiting["topic"], waiting["version"]) == ("KeyError", TOPIC, 1)
    address = f"/api/v1/intake-ways/aside/{row.pk}"
    assert client.get(address).json()["text"] == "2026-11-24T00:00:00Z,2.5"
    body = {"reason": "测试", "expected_version": 1}
    more: dict[str, Any] = {"content_type": "application/json"}
    assert client.post(f"{address}/send-again", body, **more).json()["state"] == "sent-again"
    assert client.post(f"{address}/dismiss", body, **more).status_code == 409
    assert client.get("/api/v1/intake-ways").json()["put_aside"] == []
    assert held(stream) == [2.5]
