"""Roll-ups that the process remembers for one state of the journal.

Any write to the journal makes the next reader compute them anew.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Max

from anlan.base.models import JournalEntry
from anlan.base.worlds.current import current

REMEMBERED = 64
T = TypeVar("T")
_memory: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_lock = threading.Lock()


def journal_state() -> int:
    """The last entry of the journal, 0 when there is none."""
    return JournalEntry.objects.aggregate(last=Max("position"))["last"] or 0


def remembered(key: tuple[Any, ...], compute: Callable[[], T], *, state: int | None = None) -> T:
    """`compute()` for the present state of the journal, or what it gave before in that state.

    A page that asks for several roll-ups reads `journal_state()` once and passes it.
    """
    full = (current().token, *key, journal_state() if state is None else state)
    with _lock:
        if full in _memory:
            _memory.move_to_end(full)
            found: T = _memory[full]
            return found
    value = compute()
    with _lock:
        _memory[full] = value
        while len(_memory) > REMEMBERED:
            _memory.popitem(last=False)
    return value


def forget_rollups() -> None:
    """Drop what is remembered (tests that change databases)."""
    with _lock:
        _memory.clear()
