"""The broker of a site's devices, over MQTT 5: messages in, acknowledgements out.

Source: MQTT 5.0 (OASIS). Delivery is QoS 1 in a session that the broker keeps while we are away
(Clean Start 0, Session Expiry); a message is acknowledged by hand, and in the order in which it
came (4.6.0-2). An acknowledgement belongs to the connection that brought its message: after a
reconnection the broker delivers anew, and an old packet number may mean another message.
"""

import contextlib
import logging
import queue
import ssl
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

logger = logging.getLogger(__name__)
SESSION_S = 7 * 24 * 3600
KEEPALIVE_S = 30
MOST_OPEN = 1000
"""Messages that the broker sends before it waits for an acknowledgement."""
LONGEST_WAIT_S = 30
FULL_S = 0.5
"""How often one who waits for room in the queue looks whether it is still wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message as it came, and on which connection."""

    connection: int
    mid: int
    qos: int
    topic: str
    payload: bytes
    given_id: bytes
    answer_to: str


class Mqtt:
    """One connection that comes back by itself. `deliveries()` and `settle()` are called by one
    worker; what the library calls comes from its own thread."""

    def __init__(self, place: Any, *, client_id: str, topic: str) -> None:
        self.topic = topic
        self.state, self.detail = "connecting", ""
        self.place = place
        self._connection = 0
        self._lock = threading.Lock()
        self._waiting: queue.Queue[Delivery] = queue.Queue(maxsize=2 * MOST_OPEN)
        self._is_ending = threading.Event()
        self._client = self._made(client_id)

    def _made(self, client_id: str) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            manual_ack=True,
        )
        if self.place.user:
            client.username_pw_set(self.place.user, self.place.password or None)
        if self.place.is_encrypted:
            client.tls_set(
                ca_certs=self.place.authority or None, tls_version=ssl.PROTOCOL_TLS_CLIENT
            )
        client.max_inflight_messages_set(MOST_OPEN)
        client.reconnect_delay_set(1, LONGEST_WAIT_S)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_connect_fail = self._on_connect_fail
        client.on_message = self._on_message
        client.on_subscribe = self._on_subscribe
        return client

    def start(self) -> None:
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = SESSION_S
        properties.ReceiveMaximum = MOST_OPEN
        self._client.connect_async(
            self.place.host,
            self.place.port,
            keepalive=KEEPALIVE_S,
            clean_start=False,
            properties=properties,
        )
        self._client.loop_start()

    def stop(self) -> None:
        """What was not acknowledged comes again, so whatever waits for room is dropped."""
        self._is_ending.set()
        self._client.disconnect()
        self._client.loop_stop()

    def deliveries(self, most: int, wait_s: float, gather_s: float) -> list[Delivery]:
        """What came: waits for the first, then a moment for more."""
        try:
            found = [self._waiting.get(timeout=wait_s)]
        except queue.Empty:
            return []
        gathered = threading.Event()
        timer = threading.Timer(gather_s, gathered.set)
        timer.start()
        with contextlib.suppress(queue.Empty):
            while len(found) < most and not gathered.is_set():
                found.append(self._waiting.get(timeout=gather_s))
        timer.cancel()
        return found

    def settle(self, deliveries: Sequence[Delivery], answer: bytes) -> None:
        """Answer the senders who asked for it, then acknowledge, in order."""
        for delivery in deliveries:
            with self._lock:
                if delivery.connection != self._connection:
                    continue  # it comes again
                if delivery.answer_to:
                    self._answer(delivery, answer)
                if delivery.qos:
                    self._client.ack(delivery.mid, delivery.qos)

    def waiting(self) -> int:
        return self._waiting.qsize()

    def _answer(self, delivery: Delivery, answer: bytes) -> None:
        properties = Properties(PacketTypes.PUBLISH)
        if delivery.given_id:
            properties.CorrelationData = delivery.given_id
        self._client.publish(delivery.answer_to, answer, qos=1, properties=properties)

    def _on_connect(self, client: Client, data: Any, flags: Any, code: Any, more: Any) -> None:
        if code.is_failure:
            self.state, self.detail = "refused", str(code)
            return
        with self._lock:
            self._connection += 1
        self.state, self.detail = "connected", ""
        options = SubscribeOptions(qos=1, noLocal=True, retainHandling=1)
        client.subscribe(self.topic, options=options)

    def _on_subscribe(self, client: Client, data: Any, mid: int, codes: Any, more: Any) -> None:
        """A broker that lets us in may still refuse the topic: then nothing ever comes."""
        for code in codes:
            if code.is_failure:
                self.state, self.detail = "refused", str(code)

    def _on_disconnect(self, client: Client, data: Any, flags: Any, code: Any, more: Any) -> None:
        with self._lock:
            self._connection += 1
        self.state, self.detail = "connecting", str(code)

    def _on_connect_fail(self, client: Client, data: Any) -> None:
        self.state, self.detail = "unreachable", ""

    def _on_message(self, client: Client, data: Any, message: MQTTMessage) -> None:
        found = message.properties
        correlation = getattr(found, "CorrelationData", b"") or b""
        try:
            topic = message.topic
        except UnicodeDecodeError:  # no broker lets it through
            return
        self._put(
            Delivery(
                connection=self._connection,
                mid=message.mid,
                qos=message.qos,
                topic=topic,
                payload=message.payload,
                given_id=bytes(correlation),
                answer_to=getattr(found, "ResponseTopic", "") or "",
            )
        )

    def _put(self, delivery: Delivery) -> None:
        """Waits for room: the broker then waits too. Not for ever, for `stop` waits for this."""
        while not self._is_ending.is_set():
            try:
                self._waiting.put(delivery, timeout=FULL_S)
            except queue.Full:
                continue
            return
