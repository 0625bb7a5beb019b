"""Appending many rows at once, past the ORM: COPY on PostgreSQL, one prepared statement on SQLite.

Only for the bulk tables of outgoing work, inside the transaction of the caller.
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connections, models

from anlan.base.worlds.current import alias


def here() -> Any:
    """The database of the world that is current: past the ORM no router asks for it."""
    return connections[alias()]


def instant(value: dt.datetime | None) -> Any:
    """An instant as the driver of this database takes it."""
    return None if value is None else here().ops.adapt_datetimefield_value(value)


def key(value: uuid.UUID | None) -> Any:
    """A UUID as the driver of this database takes it."""
    return None if value is None else as_keys([value])[0]


def as_keys(values: Iterable[uuid.UUID]) -> list[Any]:
    """Many UUIDs as the driver of this database takes them."""
    if here().features.has_native_uuid_field:
        return list(values)
    return [value.hex for value in values]


def as_uuid(value: Any) -> uuid.UUID:
    """A UUID as the driver of this database gave it."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(value)


def append(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows whose values are ready for the driver."""
    table, columns = _table(model), _columns(model, names)
    if here().vendor == "postgresql":
        with (
            here().cursor() as cursor,
            cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
        return
    _insert(f"INSERT INTO {table} ({columns})", "", names, rows)


def append_missing(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows that are not there yet, as the unique columns of the table tell."""
    head = f"INSERT INTO {_table(model)} ({_columns(model, names)})"
    if here().vendor != "postgresql":
        _insert(head, " ON CONFLICT DO NOTHING", names, rows)
    elif rows:
        fields = [model._meta.get_field(name) for name in names]
        arrays = ", ".join(f"%s::{field.db_type(here())}[]" for field in fields)
        values = [list(column) for column in zip(*rows, strict=True)]
        with here().cursor() as cursor:
            source = f" SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608
            cursor.execute(head + source, values)


def among(column: str, keys: Iterable[Any]) -> tuple[str, list[Any]]:
    """A condition `column IN keys` with one parameter, however many keys there are (as `key()`
    gives them)."""
    if here().vendor == "postgresql":
        return f"{column} = ANY(%s)", [list(keys)]
    listed = json.dumps(list(keys))
    return f"{column} IN (SELECT value FROM json_each(%s))", [listed]  # noqa: S608


def _insert(head: str, tail: str, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    marks = ", ".join(["%s"] * len(names))
    with here().cursor() as cursor:
        cursor.executemany(f"{head} VALUES ({marks}){tail}", list(rows))


def _table(model: type[models.Model]) -> str:
    return str(here().ops.quote_name(model._meta.db_table))


def _columns(model: type[models.Model], names: Sequence[str]) -> str:
    columns = [str(model._meta.get_field(name).column) for name in names]  # type: ignore[union-attr]
    return ", ".join(here().ops.quote_name(column) for column in columns)
