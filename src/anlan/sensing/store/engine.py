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
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from itertools import repeat
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import Error, connections, transaction

from anlan.base import write_ahead
from anlan.base.prepared import planned_once
from anlan.sensing.store.binary import binary_copy
from anlan.sensing.store.tables import COLUMNS, VERSION, insertion, statements
from anlan.sensing.store.values import Rows

FILE = "observations.sqlite3"
BUSY_S = 20.0
WRITER_LOCK = 7_243_158
FEW = 4
"""Rows for which a COPY asks the server more often than it saves."""
FEW_READINGS = 100
"""The same of readings, which are many in most batches."""
Row = tuple[Any, ...]
Asked = tuple[str, Sequence[Any]]
"""A statement and its values."""
Span = tuple[bytes, int, int]
"""Key of a datastream, the first instant, and that before which it ends."""
_WITHIN = (
    "SELECT at_us, revision, value, flags, received_us FROM sensing_observation"
    " WHERE stream = ? AND at_us >= ? AND at_us < ?"
)
_WITHIN_EACH = (
    "SELECT (wanted.number - 1)::int, o.at_us, o.revision, o.value, o.flags, o.received_us"
    " FROM unnest(?::bytea[], ?::bigint[], ?::bigint[]) WITH ORDINALITY"
    " AS wanted(stream, first_us, until_us, number)"
    " CROSS JOIN LATERAL (SELECT * FROM sensing_observation o WHERE o.stream = wanted.stream"
    " AND o.at_us >= wanted.first_us AND o.at_us < wanted.until_us OFFSET 0) o"
)
"""The OFFSET keeps the planner from reading whole months: a seek for each datastream."""
_ADD_READINGS = (
    f"INSERT INTO sensing_observation ({', '.join(COLUMNS['sensing_observation'])})"  # noqa: S608
    " SELECT *, ?::bytea FROM unnest(?::bytea[], ?::bigint[], ?::int[], ?::float8[], ?::int[],"
    " ?::bigint[])"
)
_local = threading.local()


class StoreFailed(Exception):
    """The engine did not do it: the disk is full, the file is locked, the server is away."""


def is_server() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql")


def store_file() -> Path:
    return _file_in(settings.ANLAN_OBSERVATIONS)


@lru_cache(maxsize=8)
def _file_in(folder: Path | str) -> Path:
    """To join a path takes as long as to read a row."""
    return Path(folder) / FILE


class Session:
    """Statements with `?` for values. Inside `writing()` all of them commit together."""

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        return self.together((statement, values))[0]

    def together(self, *asked: Asked) -> list[list[Row]]:
        """The rows of each of several statements, which come one after the other."""
        raise NotImplementedError

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        raise NotImplementedError

    def load(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """New rows of a table, in the order of its columns, by the engine's fastest way."""
        raise NotImplementedError

    def loading_readings(self, rows: Rows, batch: bytes) -> AbstractContextManager[None]:
        """The same for the readings of a batch, which are there when the block has ended: a server
        takes them while the block does something else, which asks the store nothing."""
        raise NotImplementedError

    def within(self, spans: Sequence[Span]) -> Iterable[Row]:
        """All revisions of datastreams inside a span each: (number of the span, at_us, revision,
        value, flags, received_us), the spans in their order."""
        raise NotImplementedError


class FileSession(Session):
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def together(self, *asked: Asked) -> list[list[Row]]:
        return [self.connection.execute(*one).fetchall() for one in asked]

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        self.connection.executemany(statement, rows)

    def load(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        self.many(insertion(table), rows)

    @contextmanager
    def loading_readings(self, rows: Rows, batch: bytes) -> Iterator[None]:
        streams = map(rows.keys.__getitem__, rows.stream.tolist())
        numbers = (rows.at_us, rows.revision, rows.value, rows.flags, rows.received_us)
        columns = (column.tolist() for column in numbers)
        statement = insertion("sensing_observation")
        self.connection.executemany(statement, zip(streams, *columns, repeat(batch)))
        yield

    def within(self, spans: Sequence[Span]) -> Iterable[Row]:
        execute = self.connection.execute
        for number, span in enumerate(spans):
            for row in execute(_WITHIN, span).fetchall():
                yield (number, *row)


class ServerSession(Session):
    """What `waits` needs no answer, and goes with whatever is asked next, before it: a lock."""

    def __init__(self, *waits: Asked) -> None:
        self._waiting = list(waits)

    def together(self, *asked: Asked) -> list[list[Row]]:
        """Each statement sees what was committed when it begins, so one that waited for a lock
        does not make those after it look back."""
        answers = self._answers(asked)
        return [[tuple(_plain(cell) for cell in row) for row in rows] for rows in answers]

    def many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) < FEW:
            self._answers([(statement, row) for row in rows])
            return
        self.send()
        with connections["default"].cursor() as cursor:
            cursor.executemany(_percent(statement), rows)

    def load(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        if len(rows) < FEW:
            self.many(insertion(table), rows)
            return
        with self._copying(f"COPY {table} ({', '.join(COLUMNS[table])}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)

    @contextmanager
    def loading_readings(self, rows: Rows, batch: bytes) -> Iterator[None]:
        if len(rows) > FEW_READINGS:
            names = ", ".join(COLUMNS["sensing_observation"])
            statement = f"COPY sensing_observation ({names}) FROM STDIN (FORMAT BINARY)"
            with self._copying(statement) as copy:
                copy.write(binary_copy(rows, batch))
                yield
            return
        if len(rows):
            keys = [rows.keys[number] for number in rows.stream.tolist()]
            numbers = (rows.at_us, rows.revision, rows.value, rows.flags, rows.received_us)
            values = [batch, keys, *(column.tolist() for column in numbers)]
            self._waiting.append((_ADD_READINGS, values))
        yield

    def within(self, spans: Sequence[Span]) -> Iterable[Row]:
        columns = [list(column) for column in zip(*spans, strict=True)]
        return self._answers([(_WITHIN_EACH, columns)])[0]

    def send(self) -> None:
        """Now, since nothing else is asked."""
        if self._waiting:
            self._answers([])

    def _answers(self, asked: Sequence[Asked]) -> list[list[Row]]:
        sent = (*self._waiting, *asked)
        self._waiting.clear()
        if not sent:
            return []
        connection = connections["default"]
        if len(sent) > 1 and not connection.in_atomic_block:
            return _in_one_message(sent)[len(sent) - len(asked) :]
        answers = [_asked(connection, *one) for one in sent]
        return answers[len(sent) - len(asked) :]

    @contextmanager
    def _copying(self, statement: str) -> Iterator[Any]:
        self.send()
        connection = connections["default"]
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            yield copy


def _in_one_message(sent: Sequence[Asked]) -> list[list[Row]]:
    """Which is a transaction by itself."""
    text = "; ".join(_percent(statement) for statement, _ in sent)
    answers: list[list[Row]] = []
    with connections["default"].cursor() as cursor:
        cursor.execute(text, [value for _, values in sent for value in values])
        while not answers or cursor.nextset():
            answers.append(_answer(cursor))
    return answers


def _asked(connection: Any, statement: str, values: Sequence[Any]) -> list[Row]:
    cursor = planned_once(connection)
    cursor.execute(_percent(statement), values)
    return _answer(cursor)


def _answer(cursor: Any) -> list[Row]:
    return cursor.fetchall() if cursor.description is not None else []


@lru_cache(maxsize=128)
def _percent(statement: str) -> str:
    """With the marks of the server's library."""
    return statement.replace("?", "%s")


def _plain(cell: Any) -> Any:
    return bytes(cell) if isinstance(cell, memoryview) else cell


@contextmanager
def reading(*, asks_once: bool = False) -> Iterator[Session]:
    """Statements that only read; on the file all of them see the same moment. A single one does
    anyway (`asks_once`)."""
    try:
        if is_server():
            yield ServerSession()
        else:
            yield from _reading_from_file(asks_once=asks_once)
    except (sqlite3.Error, Error) as error:
        raise StoreFailed(str(error)) from error


@contextmanager
def writing(*, is_repeatable: bool = False) -> Iterator[Session]:
    """One transaction, alone: writers come one after the other. Committed when it ends well, and
    on the disk then, unless it `is_repeatable`: what a loss of power may take back, because it is
    found missing and done again."""
    try:
        if is_server():
            with transaction.atomic(using="default"):
                session = ServerSession(_lock(is_repeatable=is_repeatable))
                yield session
                session.send()
        else:
            yield from _writing_to_file(is_repeatable=is_repeatable)
    except (sqlite3.Error, Error) as error:
        raise StoreFailed(str(error)) from error


def write_repeatably(*asked: Asked) -> None:
    """Statements that can be repeated, as one transaction of the same kind. For a server all of
    them are one message, which is a transaction by itself."""
    if not is_server():
        with writing(is_repeatable=True) as session:
            session.together(*asked)
        return
    try:
        ServerSession(_lock(is_repeatable=True)).together(*asked)
    except Error as error:
        raise StoreFailed(str(error)) from error


def _lock(*, is_repeatable: bool) -> Asked:
    syncs = ", set_config('synchronous_commit', 'off', true)" if is_repeatable else ""
    return f"SELECT pg_advisory_xact_lock(?){syncs}", [WRITER_LOCK]


def _reading_from_file(*, asks_once: bool) -> Iterator[Session]:
    connection = _connection()
    if asks_once or connection.in_transaction:  # inside another
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
