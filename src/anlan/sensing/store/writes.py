"""Writes of the store: rows are added inside a transaction of `engine.writing`."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from anlan.sensing.store.engine import Session, writing
from anlan.sensing.store.months import ensure_months, month_of, months_of
from anlan.sensing.store.values import Batch, Rejection, Rows


def add_rows(session: Session, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Rows of one table, in bulk; the months of readings are there before them."""
    if table == "sensing_observation":
        ensure_months(session, {month_of(row[1]) for row in rows})
    session.load(table, rows)


def add_batch(
    session: Session,
    batch: Batch,
    rows: Rows,
    rejected: Sequence[Rejection],
) -> None:
    """A batch with all that it holds."""
    key, counts = batch.id.bytes, batch.counts
    ensure_months(session, months_of(rows.at_us))
    session.load_readings(rows, key)
    add_rows(
        session,
        "sensing_rejection",
        [(key, place, r.line, r.why, r.text) for place, r in enumerate(rejected)],
    )
    head = (key, batch.request_id, batch.payload, batch.actor, batch.body, batch.form)
    ends = (counts.stored, counts.corrected, counts.suspect, counts.repeated, counts.rejected)
    add_rows(
        session,
        "sensing_batch",
        [(*head, batch.reason, batch.received_us, *ends, batch.digest, 0, batch.way)],
    )
    session.many(
        "INSERT INTO sensing_batch_order (seq, batch)"
        " SELECT COALESCE(MAX(seq), 0) + 1, ? FROM sensing_batch_order",
        [(key,)],
    )


def note_journaled(batch_ids: Sequence[uuid.UUID]) -> None:
    """The journal has the entries of these batches. Where that is lost, the sweep enters them
    again, which changes nothing."""
    with writing(is_repeatable=True) as session:
        keys = [(batch_id.bytes,) for batch_id in batch_ids]
        session.many("UPDATE sensing_batch SET journaled = 1 WHERE id = ?", keys)


def add_messages(session: Session, batch: Batch, messages: Iterable[tuple[bytes, str]]) -> None:
    """(id, request) of the messages of brokers that a batch holds."""
    rows = [(key, request, batch.id.bytes, batch.received_us) for key, request in messages]
    session.load("sensing_message", rows)


def forget_messages(before_us: int) -> int:
    """Messages that came so long ago that no broker delivers them again."""
    with writing() as session:
        found = session.rows(
            "SELECT COUNT(*) FROM sensing_message WHERE received_us < ?", (before_us,)
        )
        session.rows("DELETE FROM sensing_message WHERE received_us < ?", (before_us,))
    return int(found[0][0])
