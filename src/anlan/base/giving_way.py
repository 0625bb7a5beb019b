"""Giving way: work in the background gives way to what somebody waits for, in one process.

    with attended():        # a sender waits for the answer
        ...
    with in_a_pause():      # a piece of work for which nobody waits, of a few milliseconds
        ...

A piece begins when nobody is attended; after `PATIENCE_S` it begins anyway, so that the work is
done under any load. Whoever comes while a piece runs lets it end, where it began less than
`COURTESY_S` ago: to compete with it for the interpreter and for the lock of the database takes
longer.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

TURN_S: Final = 0.0005
"""House rule: after so long a thread lets another one go on."""
PATIENCE_S: Final = 0.05
COURTESY_S: Final = 0.002
_changed = threading.Condition()
_attended: set[int] = set()
"""Threads that somebody waits for."""
_pieces: dict[int, float] = {}
"""Threads that are at a piece of work, and since when."""


@contextmanager
def attended() -> Iterator[None]:
    """Somebody waits for what is done here. Inside another block, or a piece of work, it is part
    of that."""
    me = threading.get_ident()
    if me in _attended or me in _pieces:
        yield
        return
    try:
        with _changed:
            _attended.add(me)  # no other piece begins
            if _pieces:
                soon = max(_pieces.values()) + COURTESY_S - time.monotonic()
                _changed.wait_for(_is_quiet, soon)
        yield
    finally:
        with _changed:
            _attended.discard(me)
            _changed.notify_all()


@contextmanager
def in_a_pause() -> Iterator[None]:
    """A piece of work for which nobody waits. Inside a block that is attended it is part of it."""
    me = threading.get_ident()
    if me in _attended or me in _pieces:
        yield
        return
    with _changed:
        _changed.wait_for(_is_unattended, PATIENCE_S)
        _pieces[me] = time.monotonic()
    try:
        yield
    finally:
        with _changed:
            del _pieces[me]
            _changed.notify_all()


def share_turns() -> None:
    """Threads of a process take turns; ten times as often as the language does by itself, because
    an answer waits for a turn at each of its statements."""
    sys.setswitchinterval(TURN_S)


def _is_quiet() -> bool:
    return not _pieces


def _is_unattended() -> bool:
    return not _attended
