"""The two engines behind the seam: a file of its own (SQLite), or the server of the records.

SQLite: `observations/observations.sqlite3` below ANLAN_HOME, write-ahead log, synchronous FULL, a
write lock of its own, so that a batch of readings never waits for somebody who saves a form.
PostgreSQL: tables of the same server, in a transaction of their own.

Why no second database of the framework: docs/decisions/0006-observations.md.
"""

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections, transaction

from anlan.sensing.store.tables import COLUMNS, VERSION, insertion, statements

FILE = "observations.sqlite3"
BUSY_S = 20.0
WRITER_LOCK = 7_243_158
Row = tuple[Any, ...]
_local = threading.local()


class StoreFailed(Exception):
    """The engine did not do it: the disk is full, the file is locked, the server is away."""


def is_server() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def store_file() -> Path:
    return Path(settings.ANLAN_OBSERVATIONS) / FILE


class Session:
    """Statements with `?` for values. Inside `writing()` all of them commit together."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        raise NotImplementedError

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        raise NotImplementedError

    def load(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """New rows of a table, in the order of its columns, by the engine's fastest way."""
        raise NotImplementedError


class FileSession(Session):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        return self.connection.execute(statement, values).fetchall()

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        self.connection.executemany(statement, rows)

    def load(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        self.many(insertion(table), rows)


class ServerSession(Session):
    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        with connections["default"].cursor() as cursor:
            cursor.execute(statement.replace("?", "%s"), list(values))
            if cursor.description is None:
                return []
            return [tuple(_plain(cell) for cell in row) for row in cursor.fetchall()]

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        with connections["default"].cursor() as cursor:
            cursor.executemany(statement.replace("?", "%s"), rows)

    def load(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        if not rows:
            return
        connection = connections["default"]
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(COLUMNS[table])}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)


def _plain(cell: Any) -> Any:
    return bytes(cell) if isinstance(cell, memoryview) else cell


@contextmanager
def reading() -> Iterator[Session]:
    """Statements that only read; on the file all of them see the same moment."""
    try:
        if is_server():
            yield ServerSession()
        else:
            yield from _reading_from_file()
    except (sqlite3.Error, DatabaseError) as error:
        raise StoreFailed(str(error)) from error


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction, alone: writers come one after the other. Committed when it ends well."""
    try:
        if is_server():
            with transaction.atomic(using="default"):
                session = ServerSession()
                session.rows("SELECT pg_advisory_xact_lock(?)", [WRITER_LOCK])
                yield session
        else:
            yield from _writing_to_file()
    except (sqlite3.Error, DatabaseError) as error:
        raise StoreFailed(str(error)) from error


def _reading_from_file() -> Iterator[Session]:
    connection = _connection()
    if connection.in_transaction:  # inside another
        yield FileSession(connection)
        return
    connection.execute("BEGIN")
    try:
        yield FileSession(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _writing_to_file() -> Iterator[Session]:
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield FileSession(connection)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _connection() -> sqlite3.Connection:
    """The connection of this thread and process to the file as it is now."""
    path = store_file()
    known = getattr(_local, "known", None)
    if known is not None and known[0] == (path, os.getpid()):
        found: sqlite3.Connection = known[1]
        return found
    close()
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = open_file(path)
    _local.known = (path, os.getpid()), connection
    return connection


def open_file(path: Path) -> sqlite3.Connection:
    """A connection that survives a loss of power once it has committed; tables are there."""
    connection = sqlite3.connect(
        path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    if _version(connection) < VERSION:
        _upgrade(connection)
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _upgrade(connection: sqlite3.Connection) -> None:
    """Tables as this program wants them: all or nothing, once, whoever opens the file first."""
    connection.execute("BEGIN IMMEDIATE")
    if _version(connection) < VERSION:
        names = {row[1] for row in connection.execute("PRAGMA table_info(sensing_batch)")}
        if names and "way" not in names:
            added = "ALTER TABLE sensing_batch ADD COLUMN way TEXT NOT NULL DEFAULT 'http'"
            connection.execute(added)
        for statement in statements("sqlite"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def close() -> None:
    """Close this thread's connection: before the file is put away."""
    known = getattr(_local, "known", None)
    _local.known = None
    if known is not None and known[0][1] == os.getpid():
        known[1].close()
