"""Handing over to the stream, without one: what it would have is what workers keep."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.registers.models import Account
from anlan.sensing.actions import streaming
from anlan.sensing.actions.messages import take_messages
from anlan.sensing.actions.raw_messages import read
from anlan.sensing.choices import IntakeWay
from anlan.sensing.gateways.stream import Outgoing, StreamFailed, Taken
from anlan.sensing.models import Datastream, IntakeBatch
from anlan.sensing.workers.stream import _raw
from anlan.site import instance
from anlan.site.brokers import BrokerPlace
from tests.registers.kept import NOW
from tests.sensing.stations import make_station, make_stream

ADDRESS = "/api/v1/observations"
ROWS = "station,property,time,value\nYC-R-001,rain,2026-11-24T00:00:00Z,1\nYC-R-001,rain,x,1\n"
OTHER_ROWS = ROWS.replace("00:00:00Z,1", "00:05:00Z,2")


class Fake:
    """A stream in memory that keeps the first message of an id, and may be away."""

    def __init__(self) -> None:
        self.held: dict[str, Outgoing] = {}
        self.claims: dict[str, str] = {}
        self.is_away = False

    def claim(self, name: str, said: str) -> bool:
        if self.is_away:
            raise StreamFailed("TimeoutError")
        return self.claims.setdefault(name, said) == said

    def publish(self, messages: list[Outgoing]) -> None:
        if self.is_away:
            raise StreamFailed("TimeoutError")
        for message in messages:
            self.held.setdefault(message.id, message)

    def work(self) -> None:
        taken = [
            Taken(partition=0, id=m.id, content=m.content, message=None)
            for m in self.held.values()
        ]
        take_messages([read(_raw(each)) for each in taken], now=NOW, way=IntakeWay.STREAM)


@pytest.fixture
def stream(kept: None) -> Datastream:
    return make_stream(make_station())


@pytest.fixture
def fake(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    settings.ANLAN_STREAM = BrokerPlace(host="127.0.0.1", port=1)
    made = Fake()
    monkeypatch.setattr(streaming, "_stream", lambda: made)
    yield made
    instance.forget()


def client_of(login: str) -> Client:
    instance.mark_ready(NOW)
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def post(client: Client, name: str = "request-1", rows: str = ROWS) -> Any:
    return client.post(ADDRESS, rows, content_type="text/csv", headers={"Idempotency-Key": name})


@pytest.mark.usefixtures("kept")
def test_a_batch_is_acknowledged_by_the_stream_and_told_when_it_is_kept(
    stream: Datastream, fake: Fake
) -> None:
    with clock.at(NOW):
        client = client_of("bureau")
        answer = post(client)
        assert answer.status_code == 202, answer.content
        assert answer.json()["rows"] == 2
        assert [row["why"] for row in answer.json()["rejected"]] == ["not-a-time"]
        assert not IntakeBatch.objects.exists()
        assert client.get(f"{ADDRESS}/requests/request-1").status_code == 404
        assert post(client).status_code == 202  # the same ids: the stream has it once
        fake.work()
        fake.work()
        found = client.get(f"{ADDRESS}/requests/request-1").json()
        assert found["rows"] == 2
        assert [batch["counts"]["stored"] for batch in found["batches"]] == [1]
        assert client_of("other").get(f"{ADDRESS}/requests/request-1").status_code == 404
        assert client.get(f"{ADDRESS}/requests/a%00b-and-more").status_code == 404


@pytest.mark.usefixtures("kept")
def test_a_request_id_with_other_content_is_refused_as_without_a_stream(
    stream: Datastream, fake: Fake
) -> None:
    with clock.at(NOW):
        client = client_of("bureau")
        post(client)
        answer = post(client, rows=OTHER_ROWS)
        assert (answer.status_code, answer.json()["code"]) == (409, "request-reused")
        assert post(client).status_code == 202  # what it was used for is harmless
        assert post(client_of("other")).status_code == 202  # the id of another account
        fake.work()
        assert post(client, rows=OTHER_ROWS).status_code == 409
        assert post(client, "request-2", rows=OTHER_ROWS).status_code == 202
        fake.work()
    assert sum(row.stored for row in IntakeBatch.objects.all()) == 2


@pytest.mark.usefixtures("kept")
def test_a_stream_that_is_away_acknowledges_nothing(stream: Datastream, fake: Fake) -> None:
    with clock.at(NOW):
        fake.is_away = True
        answer = post(client_of("bureau"))
        assert (answer.status_code, answer.json()["code"]) == (503, "stream-unavailable")
        fake.is_away = False
        assert post(client_of("bureau")).status_code == 202


@pytest.mark.usefixtures("kept")
def test_what_cannot_be_read_is_refused_before_the_stream(fake: Fake) -> None:
    with clock.at(NOW):
        assert post(client_of("bureau"), rows="no head").status_code == 422
    assert not fake.held


def test_a_message_that_nobody_can_read_is_kept_as_rejected(kept: None) -> None:
    taken = Taken(partition=0, id="", content=b"\xff{", message=None)
    take_messages([read(_raw(taken))], now=NOW + dt.timedelta(0), way=IntakeWay.STREAM)
    assert IntakeBatch.objects.get().rejected == 1
