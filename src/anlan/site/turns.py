"""Requests take turns at the interpreter, in the order in which they came.

Twenty threads that all want to compute at once are slower in sum than three: they hand the
interpreter to and fro. So few requests run at a time and the others wait. Who is not done within
LONG_S (an import, an export, a wait for another's write) no longer counts, so that nobody waits
for what is slow. Threads are used again, and so are their connections to the database.
"""

import asyncio
import weakref
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from asgiref.sync import ThreadSensitiveContext

from anlan.site.body_size import App, Message, Receive, Send

AT_ONCE: Final = 3
"""House rule: one computes, one waits for the database, one reads or sends."""
LONG_S: Final = 0.5
KEPT_THREADS: Final = 8
STREAMS = ("/events",)
"""Open for minutes and idle: they take no turn."""


class _Places:
    """Of one event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.free = asyncio.Semaphore(AT_ONCE)
        self.idle: deque[ThreadPoolExecutor] = deque()

    def thread(self) -> ThreadPoolExecutor:
        if self.idle:
            return self.idle.pop()
        return ThreadPoolExecutor(max_workers=1, thread_name_prefix="request")

    def give_back(self, thread: ThreadPoolExecutor) -> None:
        """Once it has nothing left to do: a reader who went away leaves its work behind."""

        def is_idle(_done: Future[None]) -> None:
            if self.loop.is_closed():
                thread.shutdown(wait=False)
            else:
                self.loop.call_soon_threadsafe(self._keep, thread)

        thread.submit(_nothing).add_done_callback(is_idle)

    def _keep(self, thread: ThreadPoolExecutor) -> None:
        if len(self.idle) < KEPT_THREADS:
            self.idle.append(thread)
        else:
            thread.shutdown(wait=False)


class _Turn:
    """A place that is given back once: at the end, or after LONG_S."""

    def __init__(self, places: _Places) -> None:
        self._places = places
        self._is_held = True
        self._long = places.loop.call_later(LONG_S, self.end)

    def end(self) -> None:
        if self._is_held:
            self._is_held = False
            self._long.cancel()
            self._places.free.release()


def _nothing() -> None:
    pass


def in_turns(app: App) -> App:
    """The same application, whose requests take turns."""
    places: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _Places] = (
        weakref.WeakKeyDictionary()
    )

    async def taking_turns(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(STREAMS):
            await app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        here = places.setdefault(loop, _Places(loop))
        await here.free.acquire()
        turn, thread = _Turn(here), here.thread()
        try:
            async with ThreadSensitiveContext(executor=thread):
                await app(scope, receive, send)
        finally:
            turn.end()
            here.give_back(thread)

    return taking_turns
