"""Readings in a partition a month, messages of brokers and ways of intake, on PostgreSQL. On
SQLite the store brings its file up to date when it opens it."""

from typing import Any

from django.db import migrations

from anlan.sensing.store.engine import ServerSession
from anlan.sensing.store.months import ensure_months, month_of
from anlan.sensing.store.tables import COLUMNS, statements


def make(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    session = ServerSession()
    kind = session.rows("SELECT relkind FROM pg_class WHERE relname = 'sensing_observation'")
    is_plain = bool(kind) and _text(kind[0][0]) == "r"
    if is_plain:
        session.rows("ALTER TABLE sensing_observation RENAME TO sensing_observation_before")
        session.rows("ALTER INDEX sensing_observation_pkey RENAME TO sensing_observation_pkey_b")
        session.rows("DROP INDEX IF EXISTS sensing_observation_batch")
    session.rows(
        "ALTER TABLE sensing_batch ADD COLUMN IF NOT EXISTS way TEXT NOT NULL DEFAULT 'http'"
    )
    for statement in statements("postgresql"):
        session.rows(statement)
    if is_plain:
        _move(session)


def _move(session: Any) -> None:
    span = session.rows("SELECT MIN(at_us), MAX(at_us) FROM sensing_observation_before")[0]
    if span[0] is not None:
        days = "SELECT DISTINCT at_us / 86400000000 FROM sensing_observation_before"
        ensure_months(session, {month_of(day * 86_400_000_000) for (day,) in session.rows(days)})
        names = ", ".join(COLUMNS["sensing_observation"])
        session.rows(
            f"INSERT INTO sensing_observation ({names})"
            f" SELECT {names} FROM sensing_observation_before"
        )
    session.rows("DROP TABLE sensing_observation_before")


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def leave(apps: Any, schema_editor: Any) -> None:
    """Going back, the readings stay as they are: the older program reads them too."""


class Migration(migrations.Migration):
    dependencies = [("sensing", "0030_intake_way")]
    operations = [migrations.RunPython(make, leave)]
