"""`/events`: server-sent events to a signed-in reader, within its scope.

    id: 1042
    event: change
    data: {"seq": 1042, "action": "plan.item.correct", "subjects": [{"model": …, "id": …}],
           "count": 1}

A browser that reconnects sends Last-Event-ID and gets what came in between. A connection ends by
itself after ten minutes, so that rights are asked anew; browsers reconnect.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from anlan.base.live.events import (
    READ_AT_ONCE,
    Batch,
    messages,
    place,
    read_after,
    sealed_end,
    too_far_behind,
)
from anlan.base.live.tail import Reader, TooManyReaders, in_thread, tail

HEARTBEAT_S = 15.0
LIFE_S = 600.0
CATCH_UP_ENTRIES = 1_000
RETRY_MS = 3_000
LARGEST_SEQ = 2**62


async def events(request: HttpRequest) -> HttpResponseBase:
    if request.method != "GET":
        return HttpResponse(status=405, headers={"Allow": "GET"})
    scope = request.actor.scope  # type: ignore[attr-defined]
    if scope is None or not scope.may("read-published"):
        return HttpResponse(_("Sign in to be told of changes."), status=401)
    after = place_of(request)
    response = StreamingHttpResponse(stream(scope, after), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


def place_of(request: HttpRequest) -> int | None:
    """The last event that the reader got; None for a new reader, or for a senseless number."""
    text = request.headers.get("Last-Event-ID", "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    return min(int(text), LARGEST_SEQ)


async def stream(scope: Any, after: int | None) -> AsyncIterator[str]:
    try:
        async with tail.reader() as reader:
            await sync_to_async(_close_connection)()  # of the sign-in; a stream holds none
            yield f"retry: {RETRY_MS}\n\n"
            begun = time.monotonic()
            seq = tail.seq
            if after is not None and after < seq:
                async for text in _missed(scope, after, seq):
                    yield text
            told = max(seq, min(after or 0, await in_thread(sealed_end)))
            yield place(seq)
            while (left := LIFE_S - (time.monotonic() - begun)) > 0:
                batch = await _next(reader, min(HEARTBEAT_S, left))
                if batch is None:
                    yield f": {HEARTBEAT_S:g}\n{place(seq)}"
                    continue
                seq = batch.last_seq
                texts = await in_thread(messages, batch, scope, told)
                yield "".join(texts) or place(seq)
    except TooManyReaders:
        yield f"retry: {RETRY_MS * 20}\n\n"


def _close_connection() -> None:
    connection.close()


async def _next(reader: Reader, within_s: float) -> Batch | None:
    try:
        return await asyncio.wait_for(reader.queue.get(), within_s)
    except TimeoutError:
        return None


async def _missed(scope: Any, after: int, until: int) -> AsyncIterator[str]:
    """What came while the reader was away; too much is told in one word."""
    if until - after > CATCH_UP_ENTRIES:
        yield too_far_behind(await in_thread(sealed_end))
        return
    while after < until:
        batch = await in_thread(read_after, after, READ_AT_ONCE)
        if batch is None:
            return
        texts = await in_thread(messages, batch, scope)
        after = batch.last_seq
        yield "".join(texts) or place(after)
