"""Turns: few at a time, in order; what is slow gives its place back; threads are used again."""

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from anlan.site import turns
from anlan.site.turns import AT_ONCE, in_turns

HTTP = {"type": "http", "path": "/plan/"}


async def ask(app: Any, path: str = "/plan/", **more: Any) -> None:
    await app({**HTTP, "path": path, **more}, None, None)


def test_no_more_than_some_at_once_and_in_order() -> None:
    begun: list[int] = []
    running, most = 0, 0

    async def app(scope: Any, receive: Any, send: Any) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        begun.append(scope["number"])
        await asyncio.sleep(0)
        running -= 1

    async def main() -> None:
        guarded = in_turns(app)
        await asyncio.gather(*(ask(guarded, number=n) for n in range(20)))

    asyncio.run(main())
    assert most == AT_ONCE
    assert begun == list(range(20))


def test_a_slow_request_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "LONG_S", 0.0)

    async def main() -> None:
        go_on = asyncio.Event()
        answered = asyncio.Event()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] == "/slow":
                await go_on.wait()
            else:
                answered.set()

        guarded = in_turns(app)
        slow = [asyncio.create_task(ask(guarded, "/slow")) for _ in range(AT_ONCE + 2)]
        await asyncio.wait_for(ask(guarded), 5)
        assert answered.is_set()
        go_on.set()
        await asyncio.gather(*slow)
        await asyncio.gather(*(ask(guarded) for _ in range(20)))  # places were given back once

    asyncio.run(main())


def test_a_failing_request_gives_its_place_back() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError

    async def main() -> None:
        guarded = in_turns(app)
        for _ in range(3 * AT_ONCE):
            with pytest.raises(LookupError):
                await asyncio.wait_for(ask(guarded), 5)

    asyncio.run(main())


def test_a_stream_takes_no_turn() -> None:
    async def main() -> None:
        end = asyncio.Event()

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] == "/events":
                await end.wait()

        guarded = in_turns(app)
        streams = [asyncio.create_task(ask(guarded, "/events")) for _ in range(20)]
        await asyncio.wait_for(ask(guarded), 5)
        end.set()
        await asyncio.gather(*streams)

    asyncio.run(main())


def test_threads_are_used_again_and_never_by_two() -> None:
    names: list[str] = []
    busy: set[str] = set()
    lock = threading.Lock()

    def work() -> None:
        name = threading.current_thread().name
        with lock:
            assert name not in busy
            busy.add(name)
            names.append(name)
        with lock:
            busy.remove(name)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await sync_to_async(work)()
        await sync_to_async(work)()

    async def main() -> None:
        guarded = in_turns(app)
        await asyncio.gather(*(ask(guarded) for _ in range(40)))
        for _ in range(10):
            await ask(guarded)

    asyncio.run(main())
    assert len(names) == 100
    assert len(set(names)) < 40
    assert all(name.startswith("request") for name in names)


def test_work_that_a_reader_left_behind_holds_its_thread() -> None:
    """The next request gets another thread and does not wait for it."""
    release = threading.Event()

    async def main() -> None:
        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["path"] == "/left":
                task = asyncio.ensure_future(sync_to_async(release.wait)(5))
                await asyncio.sleep(0.01)
                task.cancel()
                raise asyncio.CancelledError
            await sync_to_async(threading.get_ident)()

        guarded = in_turns(app)
        with pytest.raises(asyncio.CancelledError):
            await ask(guarded, "/left")
        await asyncio.wait_for(ask(guarded), 2)
        release.set()

    asyncio.run(main())
