"""Writers in processes of their own: they wait for an order, write, and answer when done.

An order is (side, writes); an empty order ends the writer. Sides do the same change of one row a
transaction: `journal` through `recording`, `plain` with the ORM alone, past the journal's guard.
"""

import multiprocessing as mp
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

ANSWER_S = 120
SIDES = ("journal", "plain")


@contextmanager
def writers(count: int, keys: list[str]) -> Iterator["Writers"]:
    """`count` processes, each with its own share of the rows `keys`."""
    context = mp.get_context("spawn")
    pairs = [context.Pipe() for _ in range(count)]
    shares = [keys[number::count] for number in range(count)]
    processes = [
        context.Process(target=_serve, args=(pair[1], share), daemon=True)
        for pair, share in zip(pairs, shares, strict=True)
    ]
    for process in processes:
        process.start()
    try:
        crew = Writers([pair[0] for pair in pairs])
        crew.hear()
        yield crew
    finally:
        for near, _ in pairs:
            near.send(())
        for process in processes:
            process.join(timeout=10)
            if process.is_alive():
                process.terminate()


class Writers:
    def __init__(self, pipes: list[Connection]) -> None:
        self._pipes = pipes

    def write(self, side: str, writes: int) -> float:
        """Seconds until every writer has committed its `writes` changes."""
        begun = time.perf_counter()
        for pipe in self._pipes:
            pipe.send((side, writes))
        self.hear()
        return time.perf_counter() - begun

    def hear(self) -> None:
        """Wait for one answer of each; a writer that failed says why."""
        for pipe in self._pipes:
            if not pipe.poll(ANSWER_S):
                raise TimeoutError(f"a writer gave no answer within {ANSWER_S} s")
            answer = pipe.recv()
            if answer != "done":
                raise RuntimeError(answer)


def _serve(pipe: Connection, keys: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")
    import django

    django.setup()
    from django.db import connection

    connection.ensure_connection()
    turn = 0
    pipe.send("done")
    while order := pipe.recv():
        side, writes = order
        try:
            for _ in range(writes):
                turn += 1
                changes[side](keys[turn % len(keys)], turn)
            pipe.send("done")
        except Exception as error:
            pipe.send(f"{side}: {type(error).__name__}: {error}")
            raise
    connection.close()


def change_journaled(key: str, turn: int) -> None:
    """One action as the program writes them: lock, change, save, one entry."""
    from anlan.base import clock
    from anlan.base.actor import Actor
    from anlan.base.identity import new_id
    from anlan.base.journal.recording import recording
    from anlan.registers.models import Body

    request_id = new_id().hex
    with recording(
        action="bench.body.change",
        actor=Actor.program("bench"),
        now=clock.now(),
        request_id=request_id,
        payload={"key": key, "turn": turn},
    ) as rec:
        body = rec.lock(Body, key)
        body.note = f"{request_id} {turn}"
        rec.save(body)
        rec.result = {"id": str(body.id), "version": body.version}


def change_plain(key: str, turn: int) -> None:
    """The same lock and the same update in one transaction, without an entry."""
    from django.db import models, transaction

    from anlan.base.identity import new_id
    from anlan.registers.models import Body

    with transaction.atomic():
        body = Body.objects.select_for_update().get(pk=key)
        body.note = f"{new_id().hex} {turn}"
        body.version += 1
        models.Model.save(body, force_update=True)


changes: dict[str, Callable[[str, int], Any]] = {
    "journal": change_journaled,
    "plain": change_plain,
}
