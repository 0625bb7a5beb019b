"""Rows of every table as lines of text that either database engine takes back.

A line is a JSON object of one row; every value is the text that the column itself makes of it, so
that times keep their microseconds and decimals their digits. What belongs to a running program
only (signed-in browsers, counters of wrong passwords) and what migrations make is left out.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from anlan.site.backup.contents import FORGOTTEN, LEFT_TABLES

BATCH_ROWS = 500


def tables() -> list[type[models.Model]]:
    """What a backup holds, in a fixed order: everything that was not left out on purpose."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.label_lower not in LEFT_TABLES and model._meta.managed
    ]
    return sorted(found, key=lambda model: model._meta.label_lower)


def shape() -> dict[str, str]:
    """The last migration of every app: two programs with the same shape have the same tables."""
    applied = MigrationRecorder(connection).applied_migrations()
    return {app: max(n for a, n in applied if a == app) for app, _ in sorted(applied)}


def shape_of_the_program() -> dict[str, str]:
    """What `shape` will be once this program has migrated, without asking the database."""
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    return {app: max(n for a, n in known if a == app) for app, _ in sorted(known)}


def lines_of(model: type[models.Model]) -> Iterator[str]:
    fields = model._meta.concrete_fields
    rows = models.QuerySet(model).order_by("pk")
    for row in rows.iterator(chunk_size=BATCH_ROWS):
        values = {field.attname: _text(field, row) for field in fields}
        yield json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def clear() -> None:
    """Empty every table of a backup, and those that it leaves out but would contradict; foreign
    keys are checked at the end of the transaction."""
    with connection.cursor() as cursor:
        for model in (*(apps.get_model(label) for label in FORGOTTEN), *tables()):
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


def take_in(model: type[models.Model], lines: Iterable[str]) -> int:
    """Insert the rows of one table, past every guard: they were written once before."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    rows = models.QuerySet(model)
    batch: list[models.Model] = []
    count = 0
    for line in lines:
        values = json.loads(line)
        read = {name: _value(fields[name], text) for name, text in values.items()}
        batch.append(model(**read))
        if len(batch) >= BATCH_ROWS:
            count += len(rows.bulk_create(batch))
            batch = []
    return count + len(rows.bulk_create(batch))


def reset_sequences() -> None:
    """PostgreSQL counts on behind the highest number that was taken in."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


def learn_sizes() -> None:
    """PostgreSQL plans a query by what it knows of its tables, and knows nothing of tables that
    were filled a moment ago: its own look may be minutes away."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in tables():
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def _text(field: Any, row: models.Model) -> Any:
    value = field.value_from_object(row)
    if value is None or isinstance(field, models.JSONField):
        return value
    return field.value_to_string(row)


def _value(field: Any, text: Any) -> Any:
    return text if text is None or isinstance(field, models.JSONField) else field.to_python(text)
