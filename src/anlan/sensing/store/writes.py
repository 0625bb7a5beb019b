"""Writes of the store: rows are added inside a transaction of `engine.writing`."""

import uuid
from collections.abc import Sequence

from anlan.sensing.store.engine import Session, writing
from anlan.sensing.store.tables import insertion
from anlan.sensing.store.values import Batch, Observation, Rejection


def add_batch(
    session: Session,
    batch: Batch,
    rows: Sequence[Observation],
    rejected: Sequence[Rejection],
) -> None:
    """A batch with all that it holds."""
    key, counts = batch.id.bytes, batch.counts
    session.add(
        "sensing_observation",
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


def note_journaled(batch_id: uuid.UUID) -> None:
    """The journal has the entry of this batch."""
    with writing() as session:
        session.many("UPDATE sensing_batch SET journaled = 1 WHERE id = ?", [(batch_id.bytes,)])
