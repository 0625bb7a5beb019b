"""The worker of the device broker: take what came in a moment, keep it, acknowledge it.

Killed at any moment: what was not acknowledged comes again, and what is kept is known by its id.
While the store takes nothing, nothing is acknowledged. One message that fails holds up the
acknowledgements after it for the moment until it is put aside, since they go in order; it does not
hold up the readings.
"""

import threading
from collections.abc import Iterable
from dataclasses import replace

from django.conf import settings

from anlan.sensing.actions.raw_messages import Raw
from anlan.sensing.choices import IntakeWay
from anlan.sensing.gateways.mqtt import Delivery, Mqtt
from anlan.sensing.rules.topics import may_answer, subscription
from anlan.sensing.workers.beating import Beat
from anlan.sensing.workers.keeping import Keeping

AT_ONCE = 500
WAIT_S = 1.0
GATHER_S = 0.2
KEPT = b'{"state":"kept"}'


def is_on() -> bool:
    return bool(settings.ANLAN_MQTT.host)


def run(stop: threading.Event) -> None:
    """Listen until told to stop."""
    centre = settings.ANLAN_CENTRE
    broker = Mqtt(settings.ANLAN_MQTT, client_id=f"anlan-{centre}", topic=subscription(centre))
    beat = Beat(IntakeWay.MQTT)
    keeping = Keeping(IntakeWay.MQTT, beat, stop)
    broker.start()
    line = Line(broker, keeping)
    try:
        while not stop.is_set():
            found = broker.deliveries(AT_ONCE, keeping.wait_s(WAIT_S), GATHER_S)
            beat.note(broker.state, broker.detail, broker.waiting() + len(line), bool(found))
            line.settle(found)
    finally:
        broker.stop()
        beat.end()


class Line:
    """Deliveries in the order in which they came: each is acknowledged after those before it."""

    def __init__(self, broker: Mqtt, keeping: Keeping) -> None:
        self.broker, self.keeping = broker, keeping
        self._held: list[tuple[Delivery, Raw]] = []
        self._done: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._held)

    def settle(self, found: Iterable[Delivery]) -> None:
        """Keep what is not kept yet; acknowledge up to the first that is neither kept nor put
        aside."""
        self._held += [(each, _raw(each)) for each in found]
        left = [raw for _, raw in self._held if raw.key not in self._done]
        self._done |= self.keeping.settled(left)
        first = next(
            (n for n, (_, raw) in enumerate(self._held) if raw.key not in self._done),
            len(self._held),
        )
        centre = settings.ANLAN_CENTRE
        self.broker.settle([_answerable(each, centre) for each, _ in self._held[:first]], KEPT)
        self._held = self._held[first:]
        self._done &= {raw.key for _, raw in self._held}


def _raw(delivery: Delivery) -> Raw:
    """The sender names its message by correlation data; one without a name is its own text."""
    return Raw(
        way=IntakeWay.MQTT,
        topic=delivery.topic,
        name=delivery.given_id,
        content=delivery.payload,
    )


def _answerable(delivery: Delivery, centre: str) -> Delivery:
    """Without the wish to be answered where no answer may go."""
    parts = delivery.topic.split("/")
    sender = parts[3] if len(parts) > 4 else ""
    is_right = may_answer(delivery.answer_to, centre, sender)
    return delivery if is_right else replace(delivery, answer_to="")
