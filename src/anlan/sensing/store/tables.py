"""The tables of readings, in words that both engines understand but for three types.

`sensing_message` are messages of brokers that a batch holds: one that comes again is known.
`sensing_observation` is append-only: a correction, or a later judgement, is a revision of its own
and the first stays. `sensing_batch.journaled` alone is ever updated: it says that the journal has
the entry of the batch. `sensing_batch_order` numbers the batches in the order in which they became
known: writers come one after the other, so a reader who remembers a number misses none, whatever
the clocks say. Instants are microseconds since 1970 in UTC. On PostgreSQL readings stand in a
partition a month (`months.py`).
"""

from typing import Final

TABLES: Final = (
    "sensing_batch",
    "sensing_observation",
    "sensing_rejection",
    "sensing_message",
    "sensing_batch_order",
)
"""What a backup takes as rows, with `sensing_archive` and its files apart. `sensing_way` is how
workers are now, and is left out."""
VERSION: Final = 3
"""Of the file: 1 had neither messages nor ways, 2 no order of batches."""
COLUMNS: Final = {
    "sensing_batch": (
        *("id", "request_id", "payload", "actor", "body", "form", "reason", "received_us"),
        *("stored", "corrected", "suspect", "repeated", "rejected", "digest", "journaled"),
        "way",
    ),
    "sensing_observation": (
        *("stream", "at_us", "revision", "value", "flags", "received_us", "batch"),
    ),
    "sensing_rejection": ("batch", "place", "line", "why", "text"),
    "sensing_message": ("id", "request", "batch", "received_us"),
    "sensing_archive": ("part", "month", "first_us", "until_us", "rows", "digest"),
    "sensing_way": ("way", "worker", "state", "detail", "backlog", "beat_us", "message_us"),
    "sensing_batch_order": ("seq", "batch"),
}
BYTES: Final = frozenset({"id", "batch", "stream"})
"""Keys, kept as their sixteen bytes."""
NUMBER: Final = """INSERT INTO sensing_batch_order (seq, batch)
        SELECT ROW_NUMBER() OVER (ORDER BY received_us, id), id FROM sensing_batch
        WHERE NOT EXISTS (SELECT 1 FROM sensing_batch_order)"""
"""Numbers what an earlier edition of the program kept."""
_CREATE: Final = (
    """CREATE TABLE IF NOT EXISTS sensing_batch (
        id {bytes} PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, payload TEXT NOT NULL,
        actor TEXT NOT NULL, body TEXT NOT NULL, form TEXT NOT NULL, reason TEXT NOT NULL,
        received_us BIGINT NOT NULL, stored INTEGER NOT NULL, corrected INTEGER NOT NULL,
        suspect INTEGER NOT NULL, repeated INTEGER NOT NULL, rejected INTEGER NOT NULL,
        digest TEXT NOT NULL, journaled INTEGER NOT NULL, way TEXT NOT NULL DEFAULT 'http')""",
    """CREATE INDEX IF NOT EXISTS sensing_batch_open ON sensing_batch (received_us)
        WHERE journaled = 0""",
    """CREATE TABLE IF NOT EXISTS sensing_observation (
        stream {bytes} NOT NULL, at_us BIGINT NOT NULL, revision INTEGER NOT NULL,
        value {float} NOT NULL, flags INTEGER NOT NULL, received_us BIGINT NOT NULL,
        batch {bytes} NOT NULL, PRIMARY KEY (stream, at_us, revision)){rowless}{by_month}""",
    """CREATE INDEX IF NOT EXISTS sensing_observation_batch ON sensing_observation (batch)""",
    """CREATE TABLE IF NOT EXISTS sensing_rejection (
        batch {bytes} NOT NULL, place INTEGER NOT NULL, line INTEGER NOT NULL,
        why TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (batch, place)){rowless}""",
    """CREATE TABLE IF NOT EXISTS sensing_message (
        id {bytes} PRIMARY KEY, request TEXT NOT NULL, batch {bytes} NOT NULL,
        received_us BIGINT NOT NULL){rowless}""",
    """CREATE INDEX IF NOT EXISTS sensing_message_request ON sensing_message (request)""",
    """CREATE INDEX IF NOT EXISTS sensing_message_age ON sensing_message (received_us)""",
    """CREATE TABLE IF NOT EXISTS sensing_archive (
        part TEXT PRIMARY KEY, month TEXT NOT NULL, first_us BIGINT NOT NULL,
        until_us BIGINT NOT NULL, rows BIGINT NOT NULL, digest TEXT NOT NULL)""",
    """CREATE TABLE IF NOT EXISTS sensing_way (
        way TEXT NOT NULL, worker TEXT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL,
        backlog BIGINT, beat_us BIGINT NOT NULL, message_us BIGINT,
        PRIMARY KEY (way, worker)){rowless}""",
    """CREATE TABLE IF NOT EXISTS sensing_batch_order (
        seq BIGINT NOT NULL PRIMARY KEY, batch {bytes} NOT NULL UNIQUE)""",
    NUMBER,
)
_TYPES: Final = {
    "sqlite": {"bytes": "BLOB", "float": "REAL", "rowless": " WITHOUT ROWID", "by_month": ""},
    "postgresql": {
        "bytes": "BYTEA",
        "float": "DOUBLE PRECISION",
        "rowless": "",
        "by_month": " PARTITION BY RANGE (at_us)",
    },
}


def statements(vendor: str) -> list[str]:
    """What makes the tables; may be repeated."""
    return [text.format(**_TYPES[vendor]) for text in _CREATE]


def insertion(table: str) -> str:
    names = COLUMNS[table]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
