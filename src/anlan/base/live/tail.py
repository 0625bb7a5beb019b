"""The one tail of the journal of this process, and the readers that wait at it.

It reads the journal only while somebody listens. Each reader has a bounded queue; one that does
not keep up is let go and comes back with the number of the last event it got.
"""

import asyncio
import contextvars
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import DatabaseError, connection

from anlan.base.live.events import Batch, read_after, sealed_end

logger = logging.getLogger(__name__)
READ_EVERY_S = 0.5
QUEUE_BATCHES = 64
READERS_AT_MOST = 500
T = TypeVar("T")


class TooManyReaders(Exception):
    """This process holds as many open connections as it may."""


@dataclass(slots=True, eq=False)
class Reader:
    """A connection that listens. `task` is what sends to it."""

    task: "asyncio.Task[object] | None"
    queue: "asyncio.Queue[Batch]" = field(
        default_factory=lambda: asyncio.Queue(maxsize=QUEUE_BATCHES)
    )

    def let_go(self) -> None:
        """Also when it hangs in a send that nobody reads."""
        if self.task is not None:
            self.task.cancel()


async def in_thread(work: Callable[..., T], *arguments: Any) -> T:
    """Database work in a thread of the pool, which keeps no connection afterwards."""

    def run() -> T:
        try:
            return work(*arguments)
        finally:
            connection.close()

    return await sync_to_async(run, thread_sensitive=False)()


class Tail:
    def __init__(self) -> None:
        self._readers: set[Reader] = set()
        self._task: asyncio.Task[None] | None = None
        self.seq = 0

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[Reader]:
        """Listen from now on. The first reader starts the tail, the last one stops it."""
        if len(self._readers) >= READERS_AT_MOST:
            raise TooManyReaders
        if self._task is None or self._task.done():
            self.seq = await in_thread(sealed_end)
            run = self._run()
            self._task = asyncio.create_task(run, context=contextvars.Context())
        reader = Reader(asyncio.current_task())
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)
            if not self._readers and self._task is not None:
                self._task.cancel()
                self._task = None

    async def _run(self) -> None:
        while True:
            try:
                batch = await in_thread(read_after, self.seq)
            except DatabaseError as error:
                logger.warning("tail postponed", extra={"cause": type(error).__name__})
                batch = None
            if batch is not None:
                self.seq = batch.last_seq
                self._hand_out(batch)
            await asyncio.sleep(READ_EVERY_S if batch is None else 0)

    def _hand_out(self, batch: Batch) -> None:
        for reader in list(self._readers):
            try:
                reader.queue.put_nowait(batch)
            except asyncio.QueueFull:
                self._readers.discard(reader)
                reader.let_go()


tail = Tail()
