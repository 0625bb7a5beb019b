"""The database router: records are read and written in the world that the program stands in.

Sessions, keys, stamps and places stay in the live database. An exercise has a journal,
personal keys and reports of delivery of its own.
"""

from typing import Any

from django.db.models import Model

from anlan.base.models import (
    DispatchOutcome,
    JournalEntry,
    JournalHead,
    JournalSubject,
    PersonKey,
)
from anlan.base.records import Record
from anlan.base.worlds.current import LIVE, World, current
from anlan.base.worlds.errors import OtherWorld, PastIsReadOnly

OWN_OF_AN_EXERCISE: tuple[type[Model], ...] = (
    JournalEntry,
    JournalHead,
    JournalSubject,
    PersonKey,
    DispatchOutcome,
)


def lives_in(model: type[Model], world: World) -> bool:
    """Whether a table belongs to worlds at all: records do, the rest is of the instance."""
    if issubclass(model, Record):
        return True
    return not world.is_past and issubclass(model, OWN_OF_AN_EXERCISE)


class WorldRouter:
    def db_for_read(self, model: type[Model], **hints: Any) -> str | None:
        world = current()
        if world is LIVE:
            return None
        loaded_from = _loaded_from(hints)
        if loaded_from:
            return loaded_from
        return world.alias if lives_in(model, world) else LIVE.alias

    def db_for_write(self, model: type[Model], **hints: Any) -> str | None:
        world = current()
        if world is LIVE:
            return None
        if world.is_past and issubclass(model, (Record, *OWN_OF_AN_EXERCISE)):
            raise PastIsReadOnly
        if not lives_in(model, world):
            return LIVE.alias
        if _loaded_from(hints) not in ("", world.alias):
            raise OtherWorld
        return world.alias


def _loaded_from(hints: dict[str, Any]) -> str:
    """Where the row came from whose relation is read, or that is written; empty for a new row."""
    instance = hints.get("instance")
    return (instance._state.db or "") if isinstance(instance, Model) else ""
