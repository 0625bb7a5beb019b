"""The demonstration city as rows: told once a test process, put back for every further test."""

from typing import Any

_rows: dict[str, tuple[list[str], list[tuple[Any, ...]]]] = {}
_readings: list[bytes] = []
"""The file of readings, where they stand in one."""


def _tables() -> list[str]:
    from django.apps import apps

    from anlan.sensing.store import engine
    from anlan.sensing.store.tables import TABLES

    models = apps.get_models(include_auto_created=True)
    names = [m._meta.db_table for m in models if m.__module__.startswith("anlan.")]
    return [*names, *TABLES] if engine.is_server() else names


def keep() -> None:
    """Remember every row of the program's tables, and the readings."""
    from django.db import connection

    from anlan.sensing.store import engine

    with connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            _rows[table] = names, cursor.fetchall()
    if not engine.is_server():
        engine.close()  # the last one to close it leaves one whole file
        _readings[:] = [engine.store_file().read_bytes()] if engine.store_file().exists() else []
    count_anew()


def put_back() -> bool:
    """Whether there was something to put back into the empty tables."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection, transaction

    from anlan.sensing.store import engine
    from anlan.sensing.store.months import ensure_months, month_of

    if not _rows:
        return False
    for content in _readings:
        engine.close()
        engine.store_file().parent.mkdir(parents=True, exist_ok=True)
        engine.store_file().write_bytes(content)
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (names, rows) in _rows.items():
            if table == "sensing_observation":  # a rollback took the months with it
                at = names.index("at_us")
                ensure_months(engine.ServerSession(), {month_of(row[at]) for row in rows})
            if rows:
                quoted = ", ".join(connection.ops.quote_name(name) for name in names)
                marks = ", ".join(["%s"] * len(names))
                name = connection.ops.quote_name(table)
                cursor.executemany(
                    f"INSERT INTO {name} ({quoted}) VALUES ({marks})",  # noqa: S608
                    rows,
                )
        models = [m for m in apps.get_models() if m._meta.db_table in _rows]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    count_anew()
    return True


def count_anew() -> None:
    """Tell PostgreSQL how many rows there are: a vacuum after the test before saw none, and a
    plan made for empty tables multiplies them out."""
    from django.db import connection

    if connection.vendor == "postgresql":
        names = ", ".join(connection.ops.quote_name(t) for t, (_, rows) in _rows.items() if rows)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")
