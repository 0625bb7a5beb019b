"""Opening a world file for this thread.

A past world holds personal columns only sealed. Its connection lays a temporary view over each
table with such columns, which opens them with the keys that still exist: search and sort work,
and nothing readable is ever written to the file. Without a key the reader sees that they were
erased.
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connections
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils.connection import ConnectionDoesNotExist
from django.utils.translation import gettext

from anlan.base.journal.personal import is_sealed, open_with
from anlan.base.models import PersonKey
from anlan.base.rules.labels import gettext_noop
from anlan.base.worlds.current import World, standing_in
from anlan.base.worlds.tables import personal_models, wrapper_for

ERASED = gettext_noop("erased")
LEAD = '{"person"'


class Opener:
    """Opens sealed text with the live keys, which are read once, when the first is needed."""

    def __init__(self) -> None:
        self._keys: dict[str, bytes] | None = None

    def __call__(self, text: Any) -> Any:
        if not isinstance(text, str) or not text.startswith(LEAD):
            return text
        image = json.loads(text)
        if not is_sealed(image):
            return text
        if self._keys is None:
            rows = PersonKey.objects.using("default").values_list("person", "key")
            self._keys = {str(person): bytes(key) for person, key in rows}
        key = self._keys.get(str(uuid.UUID(image["person"])))
        readable, value = open_with(key, image) if key else (False, None)
        return value if readable else gettext(ERASED)


def personal_views() -> list[str]:
    """A view over every table with personal columns, found before the table of that name."""
    views = []
    for model in personal_models():
        table = model._meta.db_table
        columns = ", ".join(
            f'anlan_open("{field.column}") AS "{field.column}"'
            if field.attname in model.PERSONAL
            else f'"{field.column}"'
            for field in model._meta.concrete_fields
        )
        views.append(f'CREATE TEMP VIEW "{table}" AS SELECT {columns} FROM main."{table}"')  # noqa: S608
    return views


@contextmanager
def connected(path_or_address: str, alias: str, **options: Any) -> Iterator[DatabaseWrapper]:
    """A file as the database `alias` of this thread, until the block ends."""
    wrapper = wrapper_for(path_or_address, alias)
    wrapper.settings_dict["OPTIONS"] = options
    try:
        outer = connections[alias]  # a world within itself
    except ConnectionDoesNotExist:
        outer = None
    connections[alias] = wrapper
    try:
        wrapper.ensure_connection()
        yield wrapper
    finally:
        wrapper.close()
        if outer is None:
            del connections[alias]
        else:
            connections[alias] = outer


@contextmanager
def opened(world: World, path: Path) -> Iterator[World]:
    """Read (a past world) or work (an exercise) in a file until the block ends."""
    address = f"file:{quote(str(path))}"
    if not world.is_past:
        options = {"transaction_mode": "IMMEDIATE", "init_command": "PRAGMA secure_delete=ON"}
        with connected(f"{address}?mode=rw", world.alias, **options), standing_in(world):
            yield world
        return
    with connected(f"{address}?mode=ro&immutable=1", world.alias) as wrapper:
        wrapper.connection.create_function("anlan_open", 1, Opener())
        wrapper.connection.execute("PRAGMA temp_store=MEMORY")
        for view in personal_views():
            wrapper.connection.execute(view)
        with standing_in(world):
            yield world
