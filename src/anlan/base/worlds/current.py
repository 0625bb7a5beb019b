"""Which world the program reads and writes in now: the live one, a past one, an exercise.

A world is a database. The same queries, screens and actions run in each; the router of
`worlds.routing` asks here where to go.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

ACTUAL, EXERCISE = "ACTUAL", "EXERCISE"


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """`token` tells two worlds apart (memories are kept by it); `mode` is stamped on what leaves
    the program. `as_of` is set for a past world, `name` for an exercise."""

    alias: str = "default"
    token: str = "live"  # noqa: S105 - a name
    mode: str = ACTUAL
    name: str = ""
    as_of: dt.datetime | None = None
    seq: int = 0

    @property
    def is_past(self) -> bool:
        return self.as_of is not None

    @property
    def is_live(self) -> bool:
        return self.alias == "default"


LIVE = World()
_current: ContextVar[World] = ContextVar("anlan_world", default=LIVE)


def current() -> World:
    return _current.get()


def alias() -> str:
    """The database of the world: for `transaction.atomic(using=…)` and raw statements."""
    return _current.get().alias


@contextmanager
def standing_in(world: World) -> Iterator[World]:
    """Let this context read and write in a world whose database is open."""
    token = _current.set(world)
    try:
        yield world
    finally:
        _current.reset(token)
