"""Connections to brokers, without one: what they do when something goes wrong."""

import asyncio
import threading
import time
from types import SimpleNamespace
from typing import Any

import nats
import pytest
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.reasoncodes import ReasonCode

from anlan.sensing.gateways import mqtt as gateway
from anlan.sensing.gateways import stream as stream_gateway
from anlan.sensing.gateways.mqtt import Mqtt
from anlan.sensing.gateways.stream import Stream
from anlan.site.brokers import BrokerPlace

PLACE = BrokerPlace(host="127.0.0.1", port=1, user="anlan", password="secret-word")


def test_a_password_does_not_stand_in_a_log() -> None:
    assert "secret-word" not in repr(PLACE)
    assert "secret-word" not in str(PLACE)


def test_it_stops_although_nobody_takes_what_came(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the store is away the queue fills; the thread of the connection must not wait for
    ever, for whoever stops waits for it."""
    monkeypatch.setattr(gateway, "MOST_OPEN", 1)
    broker = Mqtt(PLACE, client_id="test", topic="anlan/#")
    came: Any = SimpleNamespace(properties=None, topic="a", mid=1, qos=1, payload=b"")

    def deliver() -> None:
        for _ in range(5):
            broker._on_message(broker._client, None, came)

    thread = threading.Thread(target=deliver, daemon=True)
    thread.start()
    thread.join(timeout=0.3)
    assert thread.is_alive()  # back-pressure
    broker.stop()
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_a_subscription_that_the_broker_refuses_is_said() -> None:
    broker = Mqtt(PLACE, client_id="test", topic="anlan/#")
    suback = PacketTypes.SUBACK
    assert broker._client.on_subscribe is not None
    broker.state = "connected"
    granted, refused = ReasonCode(suback, "Granted QoS 1"), ReasonCode(suback, "Not authorized")
    broker._client.on_subscribe(broker._client, None, 1, [granted], None)  # type: ignore[call-arg, arg-type]
    assert broker.state == "connected"
    broker._client.on_subscribe(broker._client, None, 1, [refused], None)  # type: ignore[call-arg, arg-type]
    assert broker.state == "refused"


class Client:
    """A connection of the library, which gives itself up when the server refuses the sign-in."""

    def __init__(self, jetstream: Any) -> None:
        self.is_closed = False
        self.made = jetstream
        self.connected_server_version = SimpleNamespace(major=2, minor=11)

    def jetstream(self, **_: Any) -> Any:
        return self.made

    async def close(self) -> None:
        self.is_closed = True


class JetStream:
    def __init__(self, errors: list[Exception]) -> None:
        self.errors = errors
        self.fetched = self.left = 0

    async def add_stream(self, *_: Any) -> None: ...

    async def add_consumer(self, *_: Any) -> None: ...

    async def pull_subscribe_bind(self, **_: Any) -> Any:
        return self

    async def unsubscribe(self) -> None:
        self.left += 1

    async def fetch(self, *_: Any, **__: Any) -> list[Any]:
        if self.errors:
            raise self.errors.pop()
        self.fetched += 1
        await asyncio.sleep(0.05)
        return []


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Client]:
    made: list[Client] = []
    jetstream = JetStream([])

    async def connect(**_: Any) -> Client:
        made.append(Client(jetstream))
        return made[-1]

    monkeypatch.setattr(nats, "connect", connect)
    return made


def test_a_connection_that_gave_itself_up_is_made_anew(connections: list[Client]) -> None:
    """The library does so when the server refuses the password for a moment, and never comes
    back by itself."""
    stream = Stream(PLACE, "140800")
    try:
        stream._do(stream.jetstream(), 5)
        stream._do(stream.jetstream(), 5)
        assert len(connections) == 1
        connections[0].is_closed = True
        stream._do(stream.jetstream(), 5)
        assert len(connections) == 2
    finally:
        stream.close()


def test_a_partition_is_fetched_on_after_an_error_that_nobody_expected(
    connections: list[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream_gateway, "RETRY_S", 0.2)
    stream = Stream(PLACE, "140800")
    try:
        jetstream = stream._do(stream.jetstream(), 5)
        jetstream.errors[:] = [RuntimeError("nobody expects it") for _ in range(40)]
        taking = stream.taking()
        seen = set()
        deadline = time.monotonic() + 15
        while (jetstream.errors or not jetstream.fetched) and time.monotonic() < deadline:
            seen.add(stream.state)
            time.sleep(0.05)
        assert jetstream.fetched
        assert "unreachable" in seen
        assert jetstream.left >= 40  # no subscription is left behind
        taking.end()
    finally:
        stream.close()
