"""The tables of readings, in words that both engines understand but for three types.

`sensing_observation` is append-only: a correction, or a later judgement, is a revision of its own
and the first stays. `sensing_batch.journaled` alone is ever updated: it says that the journal has
the entry of the batch. Instants are microseconds since 1970 in UTC.
"""

from typing import Final

TABLES: Final = ("sensing_batch", "sensing_observation", "sensing_rejection")
COLUMNS: Final = {
    "sensing_batch": (
        *("id", "request_id", "payload", "actor", "body", "form", "reason", "received_us"),
        *("stored", "corrected", "suspect", "repeated", "rejected", "digest", "journaled"),
    ),
    "sensing_observation": (
        *("stream", "at_us", "revision", "value", "flags", "received_us", "batch"),
    ),
    "sensing_rejection": ("batch", "place", "line", "why", "text"),
}
BYTES: Final = frozenset({"id", "batch", "stream"})
"""Keys, kept as their sixteen bytes."""
_CREATE: Final = (
    """CREATE TABLE IF NOT EXISTS sensing_batch (
        id {bytes} PRIMARY KEY, request_id TEXT NOT NULL UNIQUE, payload TEXT NOT NULL,
        actor TEXT NOT NULL, body TEXT NOT NULL, form TEXT NOT NULL, reason TEXT NOT NULL,
        received_us BIGINT NOT NULL, stored INTEGER NOT NULL, corrected INTEGER NOT NULL,
        suspect INTEGER NOT NULL, repeated INTEGER NOT NULL, rejected INTEGER NOT NULL,
        digest TEXT NOT NULL, journaled INTEGER NOT NULL)""",
    """CREATE INDEX IF NOT EXISTS sensing_batch_open ON sensing_batch (received_us)
        WHERE journaled = 0""",
    """CREATE TABLE IF NOT EXISTS sensing_observation (
        stream {bytes} NOT NULL, at_us BIGINT NOT NULL, revision INTEGER NOT NULL,
        value {float} NOT NULL, flags INTEGER NOT NULL, received_us BIGINT NOT NULL,
        batch {bytes} NOT NULL, PRIMARY KEY (stream, at_us, revision)){rowless}""",
    """CREATE INDEX IF NOT EXISTS sensing_observation_batch ON sensing_observation (batch)""",
    """CREATE TABLE IF NOT EXISTS sensing_rejection (
        batch {bytes} NOT NULL, place INTEGER NOT NULL, line INTEGER NOT NULL,
        why TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY (batch, place)){rowless}""",
)
_TYPES: Final = {
    "sqlite": {"bytes": "BLOB", "float": "REAL", "rowless": " WITHOUT ROWID"},
    "postgresql": {"bytes": "BYTEA", "float": "DOUBLE PRECISION", "rowless": ""},
}


def statements(vendor: str) -> list[str]:
    """What makes the tables; may be repeated."""
    return [text.format(**_TYPES[vendor]) for text in _CREATE]


def insertion(table: str) -> str:
    names = COLUMNS[table]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608
