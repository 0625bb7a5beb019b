"""The two engines behind the seam: a file of its own (SQLite), or the server of the records.

SQLite: `observations/observations.sqlite3` below ANLAN_HOME, write-ahead log, synchronous FULL, a
write lock of its own, so that a batch of readings never waits for somebody who saves a form.
PostgreSQL: tables of the same server, in a transaction of their own.

Why no second database of the framework: docs/decisions/0006-observations.md.
"""

import datetime as dt
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connections, transaction

from anlan.base import write_ahead
from anlan.sensing.store.binary import binary_copy
from anlan.sensing.store.tables import COLUMNS, VERSION, insertion, statements
from anlan.sensing.store.values import Rows

FILE = "observations.sqlite3"
BUSY_S = 20.0
WRITER_LOCK = 7_243_158
FEW = 4
"""Rows for which a COPY asks the server more often than it saves."""
Row = tuple[Any, ...]
Span = tuple[bytes, int, int]
"""Key of a datastream, the first instant, and that before which it ends."""
_WITHIN = (
    "SELECT at_us, revision, value, flags, received_us FROM sensing_observation"
    " WHERE stream = ? AND at_us >= ? AND at_us < ?"
)
_WITHIN_EACH = (
    "SELECT (wanted.number - 1)::int, o.at_us, o.revision, o.value, o.flags, o.received_us"
    " FROM unnest(%s::bytea[], %s::bigint[], %s::bigint[]) WITH ORDINALITY"
    " AS wanted(stream, first_us, until_us, number)"
    " CROSS JOIN LATERAL (SELECT * FROM sensing_observation o WHERE o.stream = wanted.stream"
    " AND o.at_us >= wanted.first_us AND o.at_us < wanted.until_us OFFSET 0) o"
)
"""The OFFSET keeps the planner from reading whole months: a seek for each datastream."""
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

    def load_readings(self, rows: Rows, batch: bytes) -> None:
        """The same for the readings of a batch."""
        raise NotImplementedError

    def within(self, spans: Sequence[Span]) -> Iterable[Row]:
        """All revisions of datastreams inside a span each: (number of the span, at_us, revision,
        value, flags, received_us), the spans in their order."""
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

    def load_readings(self, rows: Rows, batch: bytes) -> None:
        streams = map(rows.keys.__getitem__, rows.stream.tolist())
        numbers = (rows.at_us, rows.revision, rows.value, rows.flags, rows.received_us)
        columns = (column.tolist() for column in numbers)
        statement = insertion("sensing_observation")
        self.connection.executemany(statement, zip(streams, *columns, repeat(batch)))

    def within(self, spans: Sequence[Span]) -> Iterable[Row]:
        execute = self.connection.execute
        for number, span in enumerate(spans):
            for row in execute(_WITHIN, span).fetchall():
                yield (number, *row)


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
        if len(rows) < FEW:
            if rows:
                self.many(insertion(table), rows)
            return
        connection = connections["default"]
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({', '.join(COLUMNS[table])}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def load_readings(self, rows: Rows, batch: bytes) -> None:
        if not len(rows):
            return
        connection = connections["default"]
        names = ", ".join(COLUMNS["sensing_observation"])
        statement = f"COPY sensing_observation ({names}) FROM STDIN (FORMAT BINARY)"
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            copy.write(binary_copy(rows, batch))

    def within(self, spans: Sequence[Span]) -> Iterable[Row]:
        keys, first, until = (list(column) for column in zip(*spans, strict=True))
        with connections["default"].cursor() as cursor:
            cursor.execute(_WITHIN_EACH, [keys, first, until])
            return cursor.fetchall()  # type: ignore[no-any-return]


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
def writing(*, is_repeatable: bool = False) -> Iterator[Session]:
    """One transaction, alone: writers come one after the other. Committed when it ends well, and
    on the disk then, unless it `is_repeatable`: what a loss of power may take back, because it is
    found missing and done again."""
    try:
        if is_server():
            with transaction.atomic(using="default"):
                session = ServerSession()
                syncs = ", set_config('synchronous_commit', 'off', true)" if is_repeatable else ""
                session.rows(f"SELECT pg_advisory_xact_lock(?){syncs}", [WRITER_LOCK])
                yield session
        else:
            yield from _writing_to_file(is_repeatable=is_repeatable)
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


def _writing_to_file(*, is_repeatable: bool) -> Iterator[Session]:
    connection = _connection()
    if is_repeatable:
        connection.execute("PRAGMA synchronous=NORMAL")
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield FileSession(connection)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if is_repeatable:
            connection.execute("PRAGMA synchronous=FULL")


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
    connection.execute(write_ahead.BOUND)
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


def bring_in_log(now: dt.datetime) -> int:
    """The sweep for the file of readings: its write-ahead log, beside the work."""
    if is_server() or not store_file().exists():
        return 0
    connection = _connection()
    return 0 if connection.in_transaction else write_ahead.bring_in_file(connection)


def close() -> None:
    """Close this thread's connection: before the file is put away."""
    known = getattr(_local, "known", None)
    _local.known = None
    if known is not None and known[0][1] == os.getpid():
        known[1].close()
