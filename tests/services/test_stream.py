"""Real JetStream, real workers, signal 9: what the stream acknowledged is kept, once, in order."""

import json
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from anlan.sensing.gateways.stream import Outgoing, Stream, StreamFailed
from anlan.sensing.rules.packing import PARTITIONS
from anlan.site.brokers import BrokerPlace
from tests.services.instance import SCRIPT, WAIT_S, Instance
from tests.services.servers import Nats
from tests.services.test_mqtt import whole

pytestmark = pytest.mark.services
Make = Callable[..., Instance]


@pytest.fixture
def instance(instance_of: Make, stream: Nats) -> Instance:
    return instance_of(ANLAN_STREAM_URL=f"nats://127.0.0.1:{stream.port}")


def sending(instance: Instance, verb: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), verb],
        env=instance.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_worker_and_the_node_that_are_killed_lose_nothing_and_double_nothing(
    instance: Instance, stream: Nats
) -> None:
    workers = [instance.work("work"), instance.work("work")]
    sender = sending(instance, "hand_over_many:0")
    instance.wait_for(200)
    instance.kill(workers[0])
    stream.kill()
    stream.start()
    instance.work("work")
    out, err = sender.communicate(timeout=WAIT_S)
    assert json.loads(out) == "sent", err
    found = instance.sums_when(150 * 24)
    whole(found, 150 * 24)
    assert found["ways"] == ["stream"]


def test_the_stream_knows_what_a_request_id_was_used_for(stream: Nats) -> None:
    """Whoever asks, whenever it was, and after it was killed; one that is away says nothing."""
    place = BrokerPlace(host="127.0.0.1", port=stream.port)
    first, second = Stream(place, "140800"), Stream(place, "140800")
    try:
        assert first.claim("bureau:one", "a" * 64)
        assert second.claim("bureau:one", "a" * 64)
        assert not second.claim("bureau:one", "b" * 64)
        assert second.claim("other:one", "b" * 64)
        stream.kill()
        with pytest.raises(StreamFailed):
            first.claim("bureau:one", "a" * 64)
        stream.start()
        wait_until(lambda: not first.claim("bureau:one", "b" * 64))
    finally:
        first.close()
        second.close()


def wait_until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        try:
            if done():
                return
        except StreamFailed:
            time.sleep(0.2)
    raise AssertionError("not in time")


def test_a_bad_message_in_every_partition_holds_nothing_up(
    instance: Instance, stream: Nats
) -> None:
    """Rows that no store takes, before good ones; the worker is killed while it tries."""
    sender = Stream(BrokerPlace(host="127.0.0.1", port=stream.port), "140800")
    head = {"v": 1, "request": "bureau:bad", "sender": "bureau", "form": "csv"}
    bad = json.dumps(head | {"rows": [[2**70, "not-a-time", "x"]]}).encode()
    try:
        sender.publish(
            [Outgoing(partition=n, id=f"bad-{n}", content=bad) for n in range(PARTITIONS)]
        )
    finally:
        sender.close()
    instance.run("hand_over:1", "hand_over:2")
    first = instance.work("work")
    time.sleep(2)
    instance.kill(first)
    instance.work("work")
    found = instance.sums_when(48)
    assert (found["instants"], found["stored"] + found["suspect"]) == (48, 48)
    assert (found["rejected"], found["repeated"]) == (PARTITIONS, 0)


def test_without_a_worker_the_stream_keeps_them(instance: Instance, stream: Nats) -> None:
    instance.run("hand_over:1", "hand_over:1", "hand_over:2")
    stream.kill()
    stream.start()
    assert instance.instants() == 0
    instance.work("work")
    whole(instance.sums_when(48), 48)
