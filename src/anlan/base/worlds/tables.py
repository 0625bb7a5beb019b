"""Tables of a world file: the columns of every record, nothing enforced but the key.

A past state may break a rule that holds today (a name that was given twice, a parent that became
known later); it is shown as it was. An exercise gets the full tables instead.
"""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.sqlite3.base import DatabaseWrapper

from anlan.base.journal.content import plain_digest
from anlan.base.journal.personal import is_sealed
from anlan.base.records import Record
from anlan.base.rows import SECRET_MARK

AS_STORED = {"CharField", "SlugField", "TextField", "DateField", "FloatField", "BooleanField"}
NOT_KEPT = "—"
"""Stands where the journal kept only a digest and the live row says something else by now."""
META = (
    "CREATE TABLE anlan_digest (model TEXT, key TEXT, col TEXT, sm3 TEXT, is_filled INTEGER,"
    " PRIMARY KEY (model, key, col)) WITHOUT ROWID",
)


def wrapper_for(name: str, alias: str) -> DatabaseWrapper:
    """A connection of the framework to an SQLite file, in no list of settings."""
    given = {"ENGINE": "django.db.backends.sqlite3", "NAME": name}
    settings = connections.configure_settings({"default": given})["default"]
    return DatabaseWrapper(settings, alias)


@cache
def unconnected() -> DatabaseWrapper:
    """Knows the types of columns; never connects."""
    return wrapper_for(":memory:", "anlan_types")


def record_models() -> list[type[Record]]:
    return [model for model in apps.get_models() if issubclass(model, Record)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A record's table: how images become rows. `digests` are positions of digest-only columns."""

    model: type[Record]
    name: str
    columns: tuple[str, ...]
    read: tuple[tuple[str, Callable[[Any], Any], Any], ...]
    digests: tuple[tuple[int, str], ...]

    def row(self, key: str, image: dict[str, Any]) -> list[Any]:
        """Values in the order of `columns`. A column that came later has its default."""
        row: list[Any] = []
        for name, convert, default in self.read:
            value = image.get(name, default) if name in image else _value_of(default)
            if value == SECRET_MARK:
                value = f"!{key}"
            row.append(json.dumps(value) if is_sealed(value) else convert(value))
        return row


def table_of(model: type[Record]) -> Table:
    fields = model._meta.concrete_fields
    return Table(
        model=model,
        name=model._meta.db_table,
        columns=tuple(str(field.column) for field in fields),
        read=tuple((field.attname, converter(field), field.get_default) for field in fields),
        digests=tuple(
            (at, field.attname)
            for at, field in enumerate(fields)
            if field.attname in model.IMAGE_BY_DIGEST
        ),
    )


def tables() -> dict[str, Table]:
    """Table by the label that images carry, of every record that the journal can rebuild. Of a
    bulk row it holds only what a person did to it later: some of them would look like all."""
    kept = (model for model in record_models() if not model.IS_BULK)
    return {model._meta.label_lower: table_of(model) for model in kept}


def converter(field: Any) -> Callable[[Any], Any]:
    """JSON value of an image → what SQLite stores for the column."""
    target = field
    while target.is_relation:
        target = target.target_field
    kind = target.get_internal_type()
    if kind in AS_STORED or kind.endswith("IntegerField") or kind.endswith("AutoField"):
        return _same
    if kind == "UUIDField":
        return _uuid
    if kind == "DateTimeField":
        return _instant
    if kind == "JSONField":  # None is stored as no value at all, as a save does
        return lambda value: None if value is None else json.dumps(value, cls=target.encoder)
    return lambda value: target.get_db_prep_save(target.to_python(value), unconnected())


def create_tables(db: sqlite3.Connection) -> None:
    for statement in META:
        db.execute(statement)
    for model in record_models():
        columns = ", ".join(
            f'"{field.column}" {field.db_type(unconnected())}'
            + (" PRIMARY KEY" if field.primary_key else "")
            for field in model._meta.concrete_fields
        )
        db.execute(f'CREATE TABLE "{model._meta.db_table}" ({columns})')


def create_indexes(db: sqlite3.Connection) -> None:
    """What the live tables have, without their being unique."""
    for model in record_models():
        column_of = {field.name: str(field.column) for field in model._meta.concrete_fields}
        wanted: list[tuple[str, ...]] = [
            (str(field.column),)
            for field in model._meta.concrete_fields
            if getattr(field, "db_index", False) or field.unique
        ]
        several = (*model._meta.indexes, *model._meta.constraints)
        for names in filter(None, (tuple(getattr(rule, "fields", ())) for rule in several)):
            wanted.append(tuple(column_of[name.lstrip("-")] for name in names))
        for number, columns in enumerate(dict.fromkeys(wanted)):
            listed = ", ".join(f'"{column}"' for column in columns)
            name = f"{model._meta.db_table}_w{number}"
            db.execute(
                f'CREATE INDEX IF NOT EXISTS "{name}" ON "{model._meta.db_table}" ({listed})'
            )


@cache
def fingerprint() -> str:
    """Of the columns of all records: a file of an older shape is not used."""
    shape = [
        (model._meta.db_table, field.column, field.db_type(unconnected()))
        for model in record_models()
        for field in model._meta.concrete_fields
    ]
    return plain_digest(json.dumps(sorted(shape)).encode())


def personal_models() -> list[type[Record]]:
    return [model for model in record_models() if model.PERSONAL]


def _same(value: Any) -> Any:
    return value


def _uuid(value: Any) -> Any:
    return None if value is None else str(value).replace("-", "")


def _instant(value: Any) -> Any:
    """ISO 8601 in UTC, as images have it, to the text that SQLite keeps."""
    if value is None or isinstance(value, str) is False:
        return None if value is None else value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value.removesuffix("+00:00").replace("T", " ")


def _value_of(default: Any) -> Any:
    value = default() if callable(default) else default
    return value if not isinstance(value, models.Model) else value.pk
