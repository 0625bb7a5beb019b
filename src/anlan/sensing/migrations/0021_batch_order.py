"""The order in which batches became known, on PostgreSQL. On SQLite the store makes it itself."""

from typing import Any

from django.db import migrations

from anlan.sensing.store.tables import statements


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        for statement in statements("postgresql"):
            schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TABLE IF EXISTS sensing_batch_order")


class Migration(migrations.Migration):
    dependencies = [("sensing", "0020_steady_rate")]
    operations = [migrations.RunPython(make, drop)]
