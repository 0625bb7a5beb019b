"""Bodies that are too large are thrown away while they arrive, before anything keeps them.

Django's ASGI handler writes a whole body to a temporary file before any middleware runs, so the
server must not hand it over. What arrives is read to its end and dropped, up to `DROPPED_AT_MOST`:
a browser shows the answer only after it could send its file. The request then goes on without
that body and `site.middleware.LargeBodies` says what was refused.
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
            return
        guard = _Guard(scope, receive)
        await app(guard.scope, guard.receive, send)

    return guarded


class _Guard:
    """Hands on what arrives until it is too large; then an end, and a size that says so."""

    def __init__(self, scope: Message, receive: Receive) -> None:
        self.scope = {**scope, "headers": list(scope.get("headers", ()))}
        self.arriving = receive
        self.size = declared_size(scope)
        self.arrived = 0
        self.ended = False

    async def receive(self) -> Message:
        if self.ended:
            return await self.arriving()
        if self.size > BODY_AT_MOST:
            return await self.drop()
        message = await self.arriving()
        self.arrived += len(message.get("body", b""))
        if self.arrived > BODY_AT_MOST:
            return await self.drop()
        self.ended = not message.get("more_body", False)
        return message

    async def drop(self) -> Message:
        """Read to the end, keep nothing. A size that was not declared is declared now."""
        more = True
        while more and self.arrived <= DROPPED_AT_MOST:
            message = await self.arriving()
            self.arrived += len(message.get("body", b""))
            more = message["type"] == "http.request" and message.get("more_body", False)
        if not self.size:
            self.scope["headers"].append((b"content-length", str(self.arrived).encode()))
        self.ended = True
        return {"type": "http.request", "body": b"", "more_body": False}
