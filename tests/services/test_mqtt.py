"""Real Mosquitto, real workers, signal 9: what was acknowledged is kept, once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from tests.sensing.separate_process_times import at
from tests.services.instance import WAIT_S, Instance
from tests.services.servers import Mosquitto

pytestmark = pytest.mark.services
Make = Callable[..., Instance]


class Sender:
    """A device that keeps each message until it is answered, as docs/operate/mqtt.md tells it."""

    def __init__(self, port: int, name: str = "bureau") -> None:
        self.name, self.answers = name, f"anlan/v1/140800/{name}/answer"
        self.unanswered: dict[bytes, tuple[str, bytes]] = {}
        self.all_answered = threading.Event()
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=f"device-{name}",
            protocol=MQTTProtocolVersion.MQTTv5,
        )
        self.client.username_pw_set(name, f"word-of-{name}")
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = self._on_connect
        self.client.on_message = self._on_answer
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def _on_connect(self, client: Client, *rest: Any) -> None:
        client.subscribe(self.answers, qos=1)

    def _on_answer(self, client: Client, data: Any, message: Any) -> None:
        self.unanswered.pop(bytes(message.properties.CorrelationData), None)
        if not self.unanswered:
            self.all_answered.set()

    def send(self, topic: str, payload: bytes, name: str) -> None:
        self.unanswered[name.encode()] = topic, payload
        self.all_answered.clear()
        self._publish(name.encode())

    def plain(self, topic: str, payload: bytes) -> None:
        """Without an answer: the broker's own acknowledgement is waited for."""
        self.client.publish(f"anlan/v1/140800/{topic}", payload, qos=1).wait_for_publish(20)

    def again(self) -> None:
        for name in list(self.unanswered):
            self._publish(name)

    def wait(self) -> None:
        """Until everything is answered; what is not after a while is sent again."""
        for _ in range(WAIT_S // 2):
            if not self.unanswered or self.all_answered.wait(2):
                return
            self.again()
        raise AssertionError(f"{len(self.unanswered)} messages are not answered")

    def end(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def _publish(self, name: bytes) -> None:
        found = self.unanswered.get(name)
        if found is None:
            return
        properties = Properties(PacketTypes.PUBLISH)
        properties.ResponseTopic, properties.CorrelationData = self.answers, name
        self.client.publish(f"anlan/v1/140800/{found[0]}", found[1], qos=1, properties=properties)


@contextmanager
def sender(broker: Mosquitto, name: str = "bureau") -> Iterator[Sender]:
    device = Sender(broker.port, name)
    try:
        yield device
    finally:
        device.end()


@pytest.fixture
def instance(instance_of: Make, broker: Mosquitto) -> Instance:
    password = broker.folder / "word"
    password.write_text("word-of-anlan\n")
    return instance_of(
        ANLAN_MQTT_URL=f"mqtt://anlan@127.0.0.1:{broker.port}",
        ANLAN_MQTT_PASSWORD_FILE=str(password),
    )


def whole(found: dict[str, Any], instants: int) -> None:
    """Every reading once, in batches that the journal has and whose digests are right."""
    assert found["instants"] == instants
    assert found["stored"] + found["suspect"] == instants
    assert (found["corrected"], found["repeated"], found["rejected"]) == (0, 0, 0)
    assert (found["open"], found["proven"], found["journal"]) == (0, True, True)


def value(n: int) -> tuple[str, bytes]:
    return "bureau/value/YC-R-001/rain", f"{at(n)},{n % 7}".encode()


def test_what_the_broker_acknowledged_survives_workers_that_are_killed(
    instance: Instance, broker: Mosquitto
) -> None:
    first = instance.work("mqtt")
    with sender(broker) as device:
        device.send(*value(0), "first")
        device.wait()  # the session stands: from now on the broker keeps what comes
        for n in range(1, 300):
            device.plain(*value(n))
            if n == 100:
                instance.kill(first)
            if n == 150:
                second = instance.work("mqtt")
            if n == 290:
                instance.kill(second)
    instance.work("mqtt")
    whole(instance.sums_when(300), 300)


def test_a_broker_that_is_killed_loses_nothing_that_was_answered(
    instance: Instance, broker: Mosquitto
) -> None:
    worker = instance.work("mqtt")
    with sender(broker) as device:
        device.send(*value(0), "0")
        device.wait()
        for n in range(1, 400):
            device.send(*value(n), str(n))
            if n == 200:
                broker.kill()
                broker.start()
            if n == 300:
                instance.kill(worker)
                worker = instance.work("mqtt")
        device.wait()
    whole(instance.run("sweep", "sums"), 400)


def test_who_sends_decides_what_is_taken_and_the_rest_is_kept_with_its_reason(
    instance: Instance, broker: Mosquitto
) -> None:
    instance.work("mqtt")
    head = b"station,property,time,value\n"
    with sender(broker) as office, sender(broker, "ghost") as ghost:
        office.send("bureau/csv", head + f"YC-R-001,rain,{at(1)},2".encode(), "batch")
        office.send("bureau/csv", b"no head at all", "damaged")
        office.send("bureau/xml", b"<x/>", "no form")
        office.send("bureau/value/YC-R-001/rain", f"{at(2)},x".encode(), "no number")
        ghost.send("ghost/csv", head + f"YC-R-001,rain,{at(3)},2".encode(), "nobody")
        ghost.plain("bureau/csv", head + f"YC-R-001,rain,{at(4)},2".encode())  # the broker refuses
        office.wait()
        ghost.wait()
    found = instance.run("sweep", "sums")
    assert (found["stored"], found["rejected"]) == (1, 4)
    assert sorted(why for why, _ in found["why"]) == [
        "not-a-number",
        "not-readable",
        "unknown-sender",
        "unknown-topic",
    ]
    assert found["senders"] == ["bureau", "program:mqtt"]
    assert found["ways"] == ["mqtt"]
    assert [row[:2] for row in found["workers"]] == [["mqtt", "connected"]]
