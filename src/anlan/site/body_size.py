"""Bodies that are too large are thrown away while they arrive, before anything keeps them.

Django's ASGI handler writes a whole body to a temporary file before any middleware runs, so the
server must not hand it over. What arrives is read to its end and dropped, up to `DROPPED_AT_MOST`:
a browser shows the answer only after it could send its file. The request then goes on without
body and `site.middleware.LargeBodies` says what was refused.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]

BODY_AT_MOST: Final = 40 * 1024 * 1024
"""House rule: the largest file that is read (30 MB) and what a form adds to it, with room."""
DROPPED_AT_MOST: Final = 1024 * 1024 * 1024
"""House rule: nobody sends a gigabyte by mistake; beyond it the connection is closed."""


def declared_size(scope: Message) -> int:
    """The size that the request declares; 0 when it declares none."""
    for name, value in scope.get("headers", ()):
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def without_large_bodies(app: App) -> App:
    """The same application, to which no body above BODY_AT_MOST is handed."""

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
        elif declared_size(scope) > BODY_AT_MOST:
            await _drop(receive)
            await app(scope, _nothing, send)
        else:
            await app(scope, _counted(receive), send)

    return guarded


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def _drop(receive: Receive) -> None:
    dropped, more = 0, True
    while more and dropped <= DROPPED_AT_MOST:
        message = await receive()
        dropped += len(message.get("body", b""))
        more = message["type"] == "http.request" and message.get("more_body", False)


def _counted(receive: Receive) -> Receive:
    """Breaks a request off where its body, whose size was not declared, grows too large."""
    size = 0

    async def counted() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        return {"type": "http.disconnect"} if size > BODY_AT_MOST else message

    return counted
