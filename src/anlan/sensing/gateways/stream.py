"""JetStream between intake and workers: what is published is acknowledged by its disk; what is
taken is acknowledged by us, once it is kept.

One stream a centre with a subject a partition; one durable consumer a partition gives one message
at a time, so that the order within a partition holds however many workers there are. The client is
asynchronous and runs in a thread of its own; callers wait.
"""

import asyncio
import contextlib
import logging
import queue
import ssl
import threading
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import nats
from nats.errors import Error as NatsError
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import APIError

from anlan.base.journal.content import plain_digest
from anlan.sensing.rules.packing import PARTITIONS

logger = logging.getLogger(__name__)
ACK_WAIT_S = 10
"""A worker that was silent for so long is gone: its message is given to another."""
SAME_ID_S = 600
REQUESTS_KEPT_S = 24 * 3600
"""House rule: what a request id was used for is known for a day; nobody asks again later."""
STANDS_ALREADY = 10071
"""Of JetStream: the last message of the subject is not the one that was expected."""
CONNECT_S = 3
PUBLISH_S = 5
FETCH_S = 5
RETRY_S = 1.0
WRITES_THROUGH = (2, 10)
"""From this version on a server can write through before it acknowledges."""


class StreamFailed(Exception):
    """Not acknowledged: the stream is away, full, or answered too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message with the id under which it counts once."""

    partition: int
    id: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A message that this worker holds until it is settled."""

    partition: int
    id: str
    content: bytes
    message: Any


class Stream:
    """A connection that comes back by itself, in a thread of its own."""

    def __init__(self, place: Any, centre: str) -> None:
        self.place, self.centre = place, centre
        self.name = f"ANLAN_{centre}"
        self.requests = f"ANLAN_{centre}_REQUESTS"
        self.state, self.detail = "connecting", ""
        self._client: Any = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connecting: asyncio.Lock | None = None
        self._is_made = False

    def claim(self, name: str, said: str) -> bool:
        """Whether a request id says this: from now on, or since it was used first."""
        return bool(self._do(self._claim(name, said), PUBLISH_S + 2 * CONNECT_S))

    def publish(self, messages: Sequence[Outgoing]) -> None:
        """All of them are on the disk of the stream when this returns."""
        self._do(self._publish(messages), PUBLISH_S + 2 * CONNECT_S)

    def backlog(self) -> int:
        """How many messages wait for a worker."""
        return int(self._do(self._waiting(), PUBLISH_S))

    def taking(self) -> "Taking":
        return Taking(self)

    def close(self) -> None:
        with contextlib.suppress(StreamFailed):
            self._do(self._close(), CONNECT_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=CONNECT_S)
        if not self._thread.is_alive():
            self._loop.close()

    def _do(self, work: Coroutine[Any, Any, Any], within_s: float) -> Any:
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, within_s), self._loop)
        try:
            return future.result()
        except (NatsError, OSError, TimeoutError) as error:
            self._is_made = False
            raise StreamFailed(type(error).__name__) from error

    def soon(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def jetstream(self) -> Any:
        """The connection, made now if there is none; stream and consumers are there."""
        if self._connecting is None:
            self._connecting = asyncio.Lock()
        async with self._connecting:
            if (
                self._client is None or self._client.is_closed
            ):  # it gave up: nothing brings it back
                self._is_made = False
                self._client = await nats.connect(**self._options())
            jetstream = self._client.jetstream(timeout=PUBLISH_S)
            if not self._is_made:
                await self._make(jetstream)
                self._is_made = True
        return jetstream

    def heard(self) -> None:
        """The server answered: how the connection is now."""
        found = self._client.connected_server_version
        is_late = (found.major, found.minor) < WRITES_THROUGH
        self.state, self.detail = "connected", "writes-late" if is_late else ""

    def failed(self, error: Exception) -> None:
        """It did not: everything is looked after again at the next call."""
        self._is_made = False
        self.state, self.detail = "unreachable", type(error).__name__

    def _options(self) -> dict[str, Any]:
        place = self.place
        encrypted = {"tls": ssl.create_default_context(cafile=place.authority or None)}
        return {
            "servers": [f"{'tls' if place.is_encrypted else 'nats'}://{place.host}:{place.port}"],
            **({"user": place.user, "password": place.password} if place.user else {}),
            **(encrypted if place.is_encrypted else {}),
            "connect_timeout": CONNECT_S,
            "allow_reconnect": True,
            "max_reconnect_attempts": -1,
            "reconnect_time_wait": 0.5,
            "error_cb": self._ignored,
        }

    async def _ignored(self, error: Exception) -> None:
        """Whoever waits hears of it; connections come back by themselves."""
        logger.info("stream", extra={"cause": type(error).__name__})

    async def _make(self, jetstream: Any) -> None:
        await jetstream.add_stream(
            StreamConfig(
                name=self.name,
                subjects=[f"anlan.readings.{self.centre}.*"],
                retention=RetentionPolicy.WORK_QUEUE,
                storage=StorageType.FILE,
                discard=DiscardPolicy.NEW,
                duplicate_window=SAME_ID_S,
            )
        )
        await jetstream.add_stream(
            StreamConfig(
                name=self.requests,
                subjects=[f"anlan.requests.{self.centre}.*"],
                storage=StorageType.FILE,
                discard=DiscardPolicy.OLD,
                max_msgs_per_subject=1,
                max_age=REQUESTS_KEPT_S,
            )
        )
        for partition in range(PARTITIONS):
            await jetstream.add_consumer(
                self.name,
                ConsumerConfig(
                    durable_name=f"p{partition:02d}",
                    filter_subject=self.subject(partition),
                    ack_policy=AckPolicy.EXPLICIT,
                    ack_wait=ACK_WAIT_S,
                    max_ack_pending=1,
                ),
            )

    def subject(self, partition: int) -> str:
        return f"anlan.readings.{self.centre}.p{partition:02d}"

    async def _claim(self, name: str, said: str) -> bool:
        """Written only where nothing stands; of two at once the server takes one."""
        jetstream = await self.jetstream()
        subject = f"anlan.requests.{self.centre}.{plain_digest(name.encode())[:32]}"
        try:
            await jetstream.publish(
                subject,
                said.encode(),
                stream=self.requests,
                headers={"Nats-Expected-Last-Subject-Sequence": "0"},
            )
        except APIError as error:
            if error.err_code != STANDS_ALREADY:
                raise
            found = await jetstream.get_last_msg(self.requests, subject)
            return bool(found.data == said.encode())
        return True

    async def _publish(self, messages: Sequence[Outgoing]) -> None:
        jetstream = await self.jetstream()
        await asyncio.gather(
            *(
                jetstream.publish(
                    self.subject(message.partition),
                    message.content,
                    stream=self.name,
                    headers={"Nats-Msg-Id": message.id},
                )
                for message in messages
            )
        )

    async def _waiting(self) -> int:
        found = await (await self.jetstream()).stream_info(self.name)
        return int(found.state.messages)

    async def _close(self) -> None:
        if self._client is not None:
            await self._client.close()


class Taking:
    """One worker's hands: a task a partition fetches a message, and the next only once that one
    was settled."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._found: queue.Queue[Taken] = queue.Queue()
        self._settled = {partition: asyncio.Event() for partition in range(PARTITIONS)}
        self._tasks = [stream.soon(self._fetch(partition)) for partition in range(PARTITIONS)]

    def messages(self, wait_s: float, gather_s: float) -> list[Taken]:
        """What the partitions hold: waits for the first, then a moment for the others."""
        try:
            found = [self._found.get(timeout=wait_s)]
        except queue.Empty:
            return []
        with contextlib.suppress(queue.Empty):
            while len(found) < PARTITIONS:
                found.append(self._found.get(timeout=gather_s))
        return found

    def settle(self, taken: Sequence[Taken]) -> None:
        """They are kept. An acknowledgement that is lost brings them again, and does no harm."""
        for each in taken:
            self.stream.soon(self._acknowledge(each))

    def hold(self, taken: Sequence[Taken]) -> None:
        """They take longer: nobody else shall have them."""
        for each in taken:
            self.stream.soon(self._quietly(each.message.in_progress()))

    def end(self, taken: Sequence[Taken] = ()) -> None:
        """Give back what is held."""
        for task in self._tasks:
            task.cancel()
        for each in (*taken, *self._rest()):
            self.stream.soon(self._quietly(each.message.nak()))

    def _rest(self) -> list[Taken]:
        found = []
        with contextlib.suppress(queue.Empty):
            while True:
                found.append(self._found.get_nowait())
        return found

    async def _acknowledge(self, taken: Taken) -> None:
        await self._quietly(taken.message.ack())
        self._settled[taken.partition].set()

    async def _quietly(self, work: Coroutine[Any, Any, Any]) -> None:
        with contextlib.suppress(NatsError, OSError, TimeoutError):
            await work

    async def _fetch(self, partition: int) -> None:
        while True:
            try:
                jetstream = await self.stream.jetstream()
                bound = await jetstream.pull_subscribe_bind(
                    durable=f"p{partition:02d}", stream=self.stream.name
                )
                try:
                    await self._fetch_from(bound, partition)
                finally:
                    await self._quietly(bound.unsubscribe())
            except (NatsError, OSError, TimeoutError) as error:
                self.stream.failed(error)
                await asyncio.sleep(RETRY_S)
            except Exception as error:  # the outer edge: else nobody would fetch it any more
                logger.error("partition not fetched: %s", type(error).__name__)
                self.stream.failed(error)
                await asyncio.sleep(RETRY_S)

    async def _fetch_from(self, bound: Any, partition: int) -> None:
        settled = self._settled[partition]
        while True:
            for message in await _fetched(bound):
                settled.clear()
                self._found.put(_taken(partition, message))
                await settled.wait()
            self.stream.heard()


async def _fetched(bound: Any) -> list[Any]:
    """The next message; none came in this while."""
    try:
        found: list[Any] = await bound.fetch(1, timeout=FETCH_S)
    except nats.errors.TimeoutError:
        return []
    return found


def _taken(partition: int, message: Any) -> Taken:
    headers = message.headers or {}
    return Taken(
        partition=partition,
        id=headers.get("Nats-Msg-Id", ""),
        content=message.data,
        message=message,
    )
