"""Writes of the store: rows are added inside a transaction of `engine.writing`."""

import uuid
from collections.abc import Sequence

from anlan.sensing.store.engine import Session, writing
from anlan.sensing.store.tables import COLUMNS
from anlan.sensing.store.values import Batch, Observation, Rejection


def insertion(table: str) -> str:
    names = COLUMNS[table]
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"  # noqa: S608


def add_batch(
    session: Session,
    batch: Batch,
    rows: Sequence[Observation],
    rejected: Sequence[Rejection],
) -> None:
    """A batch with all that it holds."""
    key, counts = batch.id.bytes, batch.counts
    session.many(
        insertion("sensing_observation"),
        [
            (r.stream.bytes, r.at_us, r.revision, r.value, r.flags, r.received_us, key)
            for r in rows
        ],
    )
    session.many(
        insertion("sensing_rejection"),
        [(key, place, r.line, r.why, r.text) for place, r in enumerate(rejected)],
    )
    head = (key, batch.request_id, batch.payload, batch.actor, batch.body, batch.form)
    ends = (counts.stored, counts.corrected, counts.suspect, counts.repeated, counts.rejected)
    session.many(
        insertion("sensing_batch"),
        [(*head, batch.reason, batch.received_us, *ends, batch.digest, 0)],
    )
    session.many(
        "INSERT INTO sensing_batch_order (seq, batch)"
        " SELECT COALESCE(MAX(seq), 0) + 1, ? FROM sensing_batch_order",
        [(key,)],
    )


def note_journaled(batch_id: uuid.UUID) -> None:
    """The journal has the entry of this batch."""
    with writing() as session:
        session.many("UPDATE sensing_batch SET journaled = 1 WHERE id = ?", [(batch_id.bytes,)])
