"""The worker of the device broker: take what came in a moment, keep it, acknowledge it.

Killed at any moment: what was not acknowledged comes again, and what is kept is known by its id.
When the store does not take it, nothing is acknowledged and the same messages are tried again.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings
from django.db import close_old_connections

from anlan.base import clock
from anlan.base.errors import Refused
from anlan.sensing.actions.messages import Sent, message_key, take_messages
from anlan.sensing.choices import IntakeWay
from anlan.sensing.gateways.mqtt import Delivery, Mqtt
from anlan.sensing.rules.topics import heard, may_answer, subscription
from anlan.sensing.workers.beating import Beat

logger = logging.getLogger(__name__)
AT_ONCE = 500
WAIT_S = 1.0
GATHER_S = 0.2
PAUSE_S = 2.0
KEPT = b'{"state":"kept"}'


def is_on() -> bool:
    return bool(settings.ANLAN_MQTT.host)


def run(stop: threading.Event) -> None:
    """Listen until told to stop."""
    centre = settings.ANLAN_CENTRE
    broker = Mqtt(settings.ANLAN_MQTT, client_id=f"anlan-{centre}", topic=subscription(centre))
    beat = Beat(IntakeWay.MQTT)
    broker.start()
    try:
        while not stop.is_set():
            found = broker.deliveries(AT_ONCE, WAIT_S, GATHER_S)
            beat.note(broker.state, broker.detail, broker.waiting(), bool(found))
            if found and _kept(found, centre, beat, stop):
                broker.settle([_answerable(d, centre) for d in found], KEPT)
    finally:
        beat.end()
        broker.stop()


def _kept(found: Sequence[Delivery], centre: str, beat: Beat, stop: threading.Event) -> bool:
    """Keep them, however often it takes; False when told to stop before."""
    messages = [message for delivery in found for message in _sent(delivery, centre)]
    while not stop.is_set():
        try:
            close_old_connections()
            take_messages(messages, now=clock.now(), way=IntakeWay.MQTT)
            return True
        except Refused as refusal:
            beat.note("store-away", refusal.text(), len(found), False)
        except Exception:  # the outer edge: kept by the broker until it works
            logger.exception("messages not taken")
            beat.note("failed", "", len(found), False)
        stop.wait(PAUSE_S)
    return False


def _sent(delivery: Delivery, centre: str) -> list[Sent]:
    """The message as the intake takes it. The sender names its message by correlation data; one
    without a name is its own text."""
    found = heard(delivery.topic, delivery.payload, centre)
    if found is None:
        return []
    name = delivery.given_id or delivery.payload
    key = message_key("mqtt", delivery.topic, name)
    return [
        Sent(
            key=key, request=key.hex(), sender=found.sender, form=found.form, decoded=found.decoded
        )
    ]


def _answerable(delivery: Delivery, centre: str) -> Delivery:
    """Without the wish to be answered where no answer may go."""
    parts = delivery.topic.split("/")
    sender = parts[3] if len(parts) > 4 else ""
    is_right = may_answer(delivery.answer_to, centre, sender)
    return delivery if is_right else replace(delivery, answer_to="")
