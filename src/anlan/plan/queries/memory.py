"""What the process remembers of the plan: roll-ups and pieces of pages.

A value stays good until an entry of the journal changes a column that was read for it. What was
read is seen at the database while the value is computed: nobody lists it, nobody forgets it. A
value that is made of another one asks for it inside `compute`, so that it knows what that read.
Whoever asks while a value is being computed waits for it and does not compute it again.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from anlan.base.journal.changes import (
    Reads,
    add_reads,
    changes_here,
    forget_changes,
    reading,
)
from anlan.base.journal.recording import is_recording
from anlan.base.worlds.current import current

WAIT_S = 30.0
T = TypeVar("T")
Key = tuple[Any, ...]
Renew = Callable[[T, int], T | None]
"""`renew(value, since)`: the value as it is now, made of the one that stood at the revision
`since`; None: it has to be computed."""


@dataclass(frozen=True, slots=True)
class _Kept:
    value: Any
    reads: Reads
    revision: int

    @property
    def is_good(self) -> bool:
        return not changes_here().have(self.reads, since=self.revision)


class Memory:
    """Values by key, the least used forgotten first."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[Key, _Kept] = OrderedDict()
        self._under_way: dict[Key, threading.Event] = {}
        self._lock = threading.Lock()

    def value(
        self, key: Key, compute: Callable[[], T], *, state: int, renew: Renew[T] | None = None
    ) -> T:
        """`compute()`, or what it gave before when nothing that it read has changed. `state` is
        a revision that the caller looked up: the value is never older."""
        full = (current().token, *key)
        while True:
            with self._lock:
                kept = self._kept.get(full)
                if kept is not None and kept.is_good:
                    self._kept.move_to_end(full)
                    break
                running = self._under_way.get(full)
                if running is None:
                    self._under_way[full] = threading.Event()
            if running is None:
                return self._computed(full, compute, state, renew, kept)
            if not running.wait(WAIT_S):
                return compute()
        add_reads(kept.reads)
        found: T = kept.value
        return found

    def _computed(
        self,
        full: Key,
        compute: Callable[[], T],
        state: int,
        renew: Renew[T] | None,
        old: _Kept | None,
    ) -> T:
        try:
            with reading() as reads:
                value = None if renew is None or old is None else renew(old.value, old.revision)
                if value is None:
                    value = compute()
                elif old is not None:
                    add_reads(old.reads)
            with self._lock:
                self._kept[full] = _Kept(value, reads, state)
                self._kept.move_to_end(full)
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
            return value
        finally:
            with self._lock:
                self._under_way.pop(full).set()

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


_rollups = Memory(64)
_pieces = Memory(160)
"""Pieces of pages are some 100 kB each, one for every reader."""


def journal_state() -> int:
    """Which state of the journal this process knows, having looked."""
    return changes_here().look()


def remembered(
    key: Key,
    compute: Callable[[], T],
    *,
    state: int | None = None,
    renew: Renew[T] | None = None,
) -> T:
    """A roll-up. A page that asks for several reads `journal_state()` once and passes it."""
    return _recalled(_rollups, key, compute, state, renew)


def remembered_piece(key: Key, compute: Callable[[], T], *, state: int) -> T:
    """A piece of a page. `key` holds all that it depends on besides records: the whole scope of
    the reader, the language, the address, the hour."""
    return _recalled(_pieces, key, compute, state)


def _recalled(
    memory: Memory,
    key: Key,
    compute: Callable[[], T],
    state: int | None,
    renew: Renew[T] | None = None,
) -> T:
    """Inside a recording rows are not committed yet: nothing is remembered of them."""
    if is_recording():
        return compute()
    known = journal_state() if state is None else state
    return memory.value(key, compute, state=known, renew=renew)


def forget_rollups() -> None:
    """Drop what is remembered (tests that change databases)."""
    _rollups.forget()
    _pieces.forget()
    forget_changes()
