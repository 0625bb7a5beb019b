"""Writes of the store: rows are added inside a transaction of `engine.writing`."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from anlan.sensing.store.engine import Session, write_repeatably, writing
from anlan.sensing.store.months import month_of, months_of, months_there
from anlan.sensing.store.numbered import remember
from anlan.sensing.store.tables import insertion
from anlan.sensing.store.values import Batch, Counts, Head, Rejection, Rows, digest_of_columns

_NUMBERED = (
    "INSERT INTO sensing_batch_order (seq, batch)"
    " SELECT COALESCE(MAX(seq), 0) + 1, ? FROM sensing_batch_order RETURNING seq"
)


def add_rows(session: Session, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Rows of one table, in bulk; the months of readings are there before them."""
    months = {month_of(row[1]) for row in rows} if table == "sensing_observation" else ()
    with months_there(session, months):
        session.load(table, rows)


def add_batch(
    session: Session,
    head: Head,
    counts: Counts,
    rows: Rows,
    rejected: Sequence[Rejection],
) -> Batch:
    """A batch with all that it holds. Digests are taken while a server takes the readings."""
    key = head.id.bytes
    with months_there(session, months_of(rows.at_us)):
        with session.loading_readings(rows, key):
            digest = digest_of_columns(rows, rejected)
        said = [(key, place, r.line, r.why, r.text) for place, r in enumerate(rejected)]
        session.load("sensing_rejection", said)
        first = (key, head.request_id, head.payload, head.actor, head.body, head.form)
        ends = (counts.stored, counts.corrected, counts.suspect, counts.repeated, counts.rejected)
        row = (*first, head.reason, head.received_us, *ends, digest, 0, head.way)
        numbered = session.together((insertion("sensing_batch"), row), (_NUMBERED, (key,)))[1]
    number = int(numbered[0][0])
    remember(key, number, rows)
    return head.batch(counts, digest, number)


def note_journaled(batch_ids: Sequence[uuid.UUID]) -> None:
    """The journal has the entries of these batches. Where that is lost, the sweep enters them
    again, which changes nothing."""
    said = "UPDATE sensing_batch SET journaled = 1 WHERE id = ?"
    write_repeatably(*((said, (batch_id.bytes,)) for batch_id in batch_ids))


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
