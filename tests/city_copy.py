"""The demonstration city as rows: told once a test process, put back for every further test."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class _Kept:
    """What a table held: its columns, and its rows as values or, of a server, as it copies them."""

    columns: str
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    copied: bytes = b""


_tables: dict[str, _Kept] = {}
_readings: list[bytes] = []
"""The file of readings, where they stand in one."""
_months: set[Any] = set()
"""Months of readings, where a server keeps them in parts."""


def _names() -> list[str]:
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
        for table in _names():
            _tables[table] = _kept(cursor, table)
        if engine.is_server():
            _keep_months(cursor)
    if not engine.is_server():
        engine.close()  # the last one to close it leaves one whole file
        _readings[:] = [engine.store_file().read_bytes()] if engine.store_file().exists() else []
    count_anew()


def _kept(cursor: Any, table: str) -> _Kept:
    from django.db import connection

    quote = connection.ops.quote_name
    is_server = connection.vendor == "postgresql"
    nothing = " LIMIT 0" if is_server else ""
    cursor.execute(f"SELECT * FROM {quote(table)}{nothing}")  # noqa: S608
    columns = ", ".join(quote(column[0]) for column in cursor.description)
    if not is_server:
        return _Kept(columns, cursor.fetchall())
    with cursor.copy(f"COPY (SELECT {columns} FROM {quote(table)}) TO STDOUT") as copy:  # noqa: S608
        return _Kept(columns, copied=b"".join(copy))


def _keep_months(cursor: Any) -> None:
    from anlan.sensing.store.months import month_of

    cursor.execute("SELECT DISTINCT at_us FROM sensing_observation")
    _months.update(month_of(row[0]) for row in cursor.fetchall())


def put_back() -> bool:
    """Whether there was something to put back into the empty tables."""
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection, transaction

    from anlan.sensing.store import engine
    from anlan.sensing.store.months import ensure_months

    if not _tables:
        return False
    for content in _readings:
        engine.close()
        engine.store_file().parent.mkdir(parents=True, exist_ok=True)
        engine.store_file().write_bytes(content)
    with transaction.atomic(), connection.cursor() as cursor:
        if _months:  # a rollback took the months with it
            ensure_months(engine.ServerSession(), _months)
        for table, kept in _tables.items():
            _fill(cursor, table, kept)
        models = [m for m in apps.get_models() if m._meta.db_table in _tables]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
    count_anew()
    return True


def _fill(cursor: Any, table: str, kept: _Kept) -> None:
    from django.db import connection

    name = connection.ops.quote_name(table)
    if kept.copied:
        with cursor.copy(f"COPY {name} ({kept.columns}) FROM STDIN") as copy:
            copy.write(kept.copied)
    elif kept.rows:
        marks = ", ".join(["%s"] * len(kept.rows[0]))
        cursor.executemany(
            f"INSERT INTO {name} ({kept.columns}) VALUES ({marks})",  # noqa: S608
            kept.rows,
        )


def count_anew() -> None:
    """Tell PostgreSQL how many rows there are: a vacuum after the test before saw none, and a
    plan made for empty tables multiplies them out."""
    from django.db import connection

    if connection.vendor == "postgresql":
        names = ", ".join(
            connection.ops.quote_name(t) for t, kept in _tables.items() if kept.copied
        )
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")
