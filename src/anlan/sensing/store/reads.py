"""Reads of the store. `known_us` hides what came later: the same page of a past day."""

import uuid
from collections.abc import Iterable, Sequence

from anlan.sensing.store.engine import Row, Session, reading
from anlan.sensing.store.tables import COLUMNS
from anlan.sensing.store.values import Batch, Counts, Observation, Rejection

ALWAYS_US = 2**62
CHUNK = 400
_OBSERVATION = ", ".join(COLUMNS["sensing_observation"][:6])
_BATCH = ", ".join(COLUMNS["sensing_batch"])
_NEWEST = (
    f"SELECT {_OBSERVATION} FROM sensing_observation"  # noqa: S608 - names of our columns
    " WHERE stream = ? AND at_us <= ? AND received_us <= ?"
    " ORDER BY at_us DESC, revision DESC LIMIT 1"
)
_SERIES = (
    f"SELECT {_OBSERVATION} FROM sensing_observation o"  # noqa: S608 - names of our columns
    " WHERE stream = ? AND at_us >= ? AND at_us < ? AND received_us <= ?"
    " AND NOT EXISTS (SELECT 1 FROM sensing_observation later WHERE later.stream = o.stream"
    " AND later.at_us = o.at_us AND later.revision > o.revision AND later.received_us <= ?)"
    " ORDER BY at_us DESC LIMIT ?"
)


def observation(row: Row) -> Observation:
    return Observation(
        stream=uuid.UUID(bytes=row[0]),
        at_us=row[1],
        revision=row[2],
        value=row[3],
        flags=row[4],
        received_us=row[5],
    )


def batch(row: Row) -> Batch:
    return Batch(
        id=uuid.UUID(bytes=row[0]),
        request_id=row[1],
        payload=row[2],
        actor=row[3],
        body=row[4],
        form=row[5],
        reason=row[6],
        received_us=row[7],
        counts=Counts(
            stored=row[8], corrected=row[9], suspect=row[10], repeated=row[11], rejected=row[12]
        ),
        digest=row[13],
        journaled=bool(row[14]),
    )


def newest(
    streams: Iterable[uuid.UUID], *, until_us: int, known_us: int = ALWAYS_US
) -> dict[uuid.UUID, Observation]:
    """The newest reading of each stream, observed until an instant; a seek each."""
    found: dict[uuid.UUID, Observation] = {}
    with reading() as session:
        for stream in streams:
            rows = session.rows(_NEWEST, (stream.bytes, until_us, known_us))
            if rows:
                found[stream] = observation(rows[0])
    return found


def series(
    stream: uuid.UUID, from_us: int, until_us: int, *, most: int, known_us: int = ALWAYS_US
) -> list[Observation]:
    """The readings of a span as they are held (last revision), the newest `most`, in order."""
    with reading() as session:
        return series_in(session, stream, from_us, until_us, most=most, known_us=known_us)


def series_in(
    session: Session,
    stream: uuid.UUID,
    from_us: int,
    until_us: int,
    *,
    most: int = ALWAYS_US,
    known_us: int = ALWAYS_US,
) -> list[Observation]:
    values = (stream.bytes, from_us, until_us, known_us, known_us, most)
    return [observation(row) for row in reversed(session.rows(_SERIES, values))]


def revisions(
    session: Session, stream: uuid.UUID, times_us: Sequence[int]
) -> dict[int, list[Observation]]:
    """All revisions of the readings at some instants, by instant, the first first."""
    found: dict[int, list[Observation]] = {}
    for start in range(0, len(times_us), CHUNK):
        part = times_us[start : start + CHUNK]
        marks = ", ".join("?" * len(part))
        statement = (
            f"SELECT {_OBSERVATION} FROM sensing_observation"  # noqa: S608 - marks alone
            f" WHERE stream = ? AND at_us IN ({marks}) ORDER BY at_us, revision"
        )
        for row in session.rows(statement, (stream.bytes, *part)):
            found.setdefault(row[1], []).append(observation(row))
    return found


def batch_of_request(session: Session, request_id: str) -> Batch | None:
    statement = f"SELECT {_BATCH} FROM sensing_batch WHERE request_id = ?"  # noqa: S608
    rows = session.rows(statement, (request_id,))
    return batch(rows[0]) if rows else None


def batches_without_entry(most: int) -> list[Batch]:
    """Batches of which the journal may know nothing yet, the oldest first."""
    statement = (
        f"SELECT {_BATCH} FROM sensing_batch WHERE journaled = 0"  # noqa: S608
        " ORDER BY received_us, id LIMIT ?"
    )
    with reading() as session:
        return [batch(row) for row in session.rows(statement, (most,))]


def rejections_of(batch_id: uuid.UUID) -> list[Rejection]:
    statement = "SELECT line, why, text FROM sensing_rejection WHERE batch = ? ORDER BY place"
    with reading() as session:
        rows = session.rows(statement, (batch_id.bytes,))
    return [Rejection(line=line, why=why, text=text) for line, why, text in rows]


def rows_of(batch_id: uuid.UUID) -> list[Observation]:
    """Every revision that a batch wrote: to prove its digest."""
    statement = f"SELECT {_OBSERVATION} FROM sensing_observation WHERE batch = ?"  # noqa: S608
    with reading() as session:
        return [observation(row) for row in session.rows(statement, (batch_id.bytes,))]


def newest_number() -> int:
    """Number of the newest batch in the order of being known; 0 before the first."""
    with reading() as session:
        return int(session.rows("SELECT COALESCE(MAX(seq), 0) FROM sensing_batch_order")[0][0])


def rows_known_after(number: int, until: int) -> list[Observation]:
    """Every revision of the batches after one number, up to another one."""
    statement = (
        f"SELECT {', '.join('o.' + name for name in COLUMNS['sensing_observation'][:6])}"  # noqa: S608
        " FROM sensing_batch_order n JOIN sensing_observation o ON o.batch = n.batch"
        " WHERE n.seq > ? AND n.seq <= ?"
    )
    with reading() as session:
        return [observation(row) for row in session.rows(statement, (number, until))]


def spans(
    streams: Iterable[uuid.UUID], from_us: int, until_us: int
) -> dict[uuid.UUID, list[Observation]]:
    """The readings of a span of many streams as they are held, in order."""
    found: dict[uuid.UUID, list[Observation]] = {}
    with reading() as session:
        for stream in streams:
            rows = series_in(session, stream, from_us, until_us)
            if rows:
                found[stream] = rows
    return found
