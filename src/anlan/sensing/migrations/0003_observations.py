"""The tables of readings on PostgreSQL. On SQLite they are in a file of their own, which the
store makes when it is opened."""

from typing import Any

from django.db import migrations

from anlan.sensing.store.tables import TABLES, statements


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements("postgresql"):
            schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TABLE IF EXISTS {table}")


class Migration(migrations.Migration):
    dependencies = [("sensing", "0002_batches")]
    operations = [migrations.RunPython(make, drop)]
