"""How a worker is, for whoever looks: a row that it writes every few seconds, in the store."""

import logging
import os
import socket
import time
from collections.abc import Callable

from django.db import Error, close_old_connections, connection

from anlan.base import clock
from anlan.sensing.choices import IntakeWay
from anlan.sensing.store import engine
from anlan.sensing.store.engine import StoreFailed
from anlan.sensing.store.values import to_us
from anlan.sensing.store.ways import Way, forget_worker, note_way

logger = logging.getLogger(__name__)
EVERY_S = 5.0
Backlog = int | None | Callable[[], int | None]


class Beat:
    """Notes of one worker; the store is asked rarely, and at once when its state changes."""

    def __init__(self, way: IntakeWay) -> None:
        self.way = way.value
        self.worker = f"{socket.gethostname()[:20]}-{os.getpid()}"
        self._said: tuple[str, str] | None = None
        self._next = 0.0
        self._message_us: int | None = None

    def note(self, state: str, detail: str, backlog: Backlog, is_message: bool) -> None:
        """`backlog` is a number, or what finds it out when it is written."""
        now_us = to_us(clock.now())
        if is_message:
            self._message_us = now_us
        is_same = self._said == (state, detail)
        if is_same and time.monotonic() < self._next:
            return
        self._said, self._next = (state, detail), time.monotonic() + EVERY_S
        way = Way(
            way=self.way,
            worker=self.worker,
            state=state,
            detail=detail[:200],
            backlog=backlog() if callable(backlog) else backlog,
            beat_us=now_us,
            message_us=self._message_us,
        )
        try:
            close_old_connections()  # one that broke is opened anew
            note_way(way)
        except (StoreFailed, Error, OSError):
            logger.warning("state of a worker not noted", extra={"way": self.way})

    def end(self) -> None:
        """The last that a worker does in its thread."""
        try:
            forget_worker(self.way, self.worker)
        except (StoreFailed, Error, OSError):
            logger.warning("end of a worker not noted", extra={"way": self.way})
        engine.close()
        connection.close()
