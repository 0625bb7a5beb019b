"""What the process remembers of the registers for the intake, until an entry of the journal
changes a column that was read for it (docs/walls/remembering.md).

    view = view_of("rain", scope)          # looks at the journal: nothing in it is older than now
    value = view.get(name)                 # or None
    values = view.ask(compute)             # what is read meanwhile is what outdates the view

A view holds values that stay good together; its key holds all that they depend on besides records.
A changed column drops it as a whole. Who uses it then still has what was good when they looked,
and what is computed from rows as they were before is not kept.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from anlan.base.journal.changes import Changes, Reads, changes_here, reading
from anlan.base.journal.recording import is_recording
from anlan.base.worlds.current import current

MOST = 50_000
"""Values in all views together; beyond it the least used views are forgotten."""
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
_views: OrderedDict[Hashable, "View"] = OrderedDict()
_lock = threading.Lock()


class View:
    """Values that stay good together."""

    def __init__(self, changes: Changes, revision: int) -> None:
        self._changes = changes
        self._revision = revision
        self._reads = Reads()
        self._values: dict[Hashable, Any] = {}

    def __len__(self) -> int:
        return len(self._values)

    def get(self, name: Hashable) -> Any:
        return self._values.get(name)

    def ask(
        self, compute: Callable[[], dict[K, V]], is_kept: Callable[[V], bool] = bool
    ) -> dict[K, V]:
        """`compute()`, of which some are kept: all that are not empty, unless it is said."""
        with reading() as reads:
            found = compute()
        with _lock:
            self._reads.columns |= reads.columns
            if self.is_good(self._changes):
                self._values |= {name: value for name, value in found.items() if is_kept(value)}
        return found

    def is_good(self, changes: Changes) -> bool:
        return changes is self._changes and not changes.have(self._reads, since=self._revision)


def view_of(*key: Hashable) -> View:
    """The view of a key as the journal is now. Inside a recording rows are not committed yet:
    there it begins empty, and nobody else gets it."""
    changes = changes_here()
    if is_recording():
        return View(changes, 0)
    revision, full = changes.look(), (current().token, *key)
    with _lock:
        view = _views.get(full)
        if view is None or not view.is_good(changes):
            view = _views[full] = View(changes, revision)
        _views.move_to_end(full)
        _forget_beyond()
    return view


def _forget_beyond() -> None:
    held = sum(map(len, _views.values()))
    while held > MOST:
        _, view = _views.popitem(last=False)
        held -= len(view)
