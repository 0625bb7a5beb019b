"""Reads of the store. `known_us` hides what came later: the same page of a past day."""

import uuid
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from anlan.sensing.store.engine import Row, Session, Span, reading
from anlan.sensing.store.parts import Part, best_until, parts, rows_of_batch, span_of
from anlan.sensing.store.tables import COLUMNS
from anlan.sensing.store.values import Batch, Counts, Observation, Rejection, Rows

ALWAYS_US = 2**62
CHUNK = 400
_OBSERVATION = ", ".join(COLUMNS["sensing_observation"][:6])
_BATCH = ", ".join(COLUMNS["sensing_batch"])
_NUMBERS = COLUMNS["sensing_observation"][1:6]
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

_RISING = _SERIES.replace("ORDER BY at_us DESC", "ORDER BY at_us")
_COUNT = (
    "SELECT COUNT(DISTINCT at_us) FROM sensing_observation"
    " WHERE stream = ? AND at_us >= ? AND at_us < ? AND received_us <= ?"
)
_OLDEST = (
    "SELECT at_us FROM sensing_observation WHERE stream = ? AND received_us <= ?"
    " ORDER BY at_us LIMIT 1"
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
        way=row[15],
    )


def newest(
    streams: Iterable[uuid.UUID], *, until_us: int, known_us: int = ALWAYS_US
) -> dict[uuid.UUID, Observation]:
    """The newest reading of each stream, observed until an instant; a seek each."""
    found: dict[uuid.UUID, Observation] = {}
    with reading() as session:
        older = parts(session)
        for stream in streams:
            rows = session.rows(_NEWEST, (stream.bytes, until_us, known_us))
            if older:
                rows += _archived(older, stream, rows, until_us, known_us)
            if rows:
                best = max(rows, key=lambda row: (row[1], row[2]))
                found[stream] = observation(best)
    return found


def _archived(
    older: Sequence[Part], stream: uuid.UUID, rows: list[Row], until_us: int, known_us: int
) -> list[Row]:
    """What a part says of it, where a part could say something newer."""
    beyond_us = rows[0][1] if rows else -ALWAYS_US
    near = [part for part in older if part.until_us > beyond_us]
    best = best_until(near, stream.bytes, until_us, known_us, beyond_us) if near else None
    return [best] if best is not None else []


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
    rows = session.rows(_SERIES, values)
    older = parts(session, from_us, until_us)
    if older:
        rows = _merged(rows, older, stream, from_us, until_us, known_us)[:most]
    return [observation(row) for row in reversed(rows)]


def _merged(
    rows: list[Row],
    older: Sequence[Part],
    stream: uuid.UUID,
    from_us: int,
    until_us: int,
    known_us: int,
) -> list[Row]:
    """The last revision known of each instant, from the store and its parts, the newest first."""
    best = {row[1]: row for row in rows}
    for part in older:
        for row in span_of(part, stream.bytes, from_us, until_us):
            before = best.get(row[1])
            if row[5] <= known_us and (before is None or row[2] > before[2]):
                best[row[1]] = row
    return [best[at_us] for at_us in sorted(best, reverse=True)]


def page_in_order(
    stream: uuid.UUID,
    from_us: int,
    until_us: int,
    *,
    most: int,
    known_us: int = ALWAYS_US,
    newest_first: bool = False,
) -> list[Observation]:
    """The first `most` readings of a span as they are held, from its one end or its other."""
    values = (stream.bytes, from_us, until_us, known_us, known_us, most)
    with reading() as session:
        rows = session.rows(_SERIES if newest_first else _RISING, values)
    return [observation(row) for row in rows]


def count_held(stream: uuid.UUID, from_us: int, until_us: int, *, known_us: int) -> int:
    """How many instants of a span have a reading."""
    values = (stream.bytes, from_us, until_us, known_us)
    with reading() as session:
        return int(session.rows(_COUNT, values)[0][0])


def oldest_us(stream: uuid.UUID, *, known_us: int = ALWAYS_US) -> int | None:
    """When a stream was first heard."""
    with reading() as session:
        rows = session.rows(_OLDEST, (stream.bytes, known_us))
    return int(rows[0][0]) if rows else None


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
    if times_us:
        _add_archived(session, stream, times_us, found)
    return found


def _add_archived(
    session: Session,
    stream: uuid.UUID,
    times_us: Sequence[int],
    found: dict[int, list[Observation]],
) -> None:
    first, last = min(times_us), max(times_us) + 1
    wanted = set(times_us)
    for part in parts(session, first, last):
        for row in span_of(part, stream.bytes, first, last):
            if row[1] in wanted:
                known = found.setdefault(row[1], [])
                if all(each.revision != row[2] for each in known):
                    known.append(observation(row))
                    known.sort(key=lambda each: each.revision)


def known_within(session: Session, spans: Sequence[Span]) -> Rows:
    """All revisions of datastreams inside a span each, in order; `stream` is that of the span."""
    keys = [key for key, _, _ in spans]
    rows = list(session.within(spans)) if spans else []
    older = parts(session, min(s[1] for s in spans), max(s[2] for s in spans)) if spans else []
    if older:
        both = {row[:3]: row for row in (*_within_parts(older, spans), *rows)}
        rows = list(both.values())
    columns = tuple(zip(*rows, strict=True)) or ((),) * 6
    stream, at_us, revision = (np.array(column, dtype=np.int64) for column in columns[:3])
    order = np.lexsort((revision, at_us, stream))
    return Rows(
        keys=keys,
        stream=stream[order],
        at_us=at_us[order],
        revision=revision[order],
        value=np.array(columns[3], dtype=np.float64)[order],
        flags=np.array(columns[4], dtype=np.int64)[order],
        received_us=np.array(columns[5], dtype=np.int64)[order],
    )


def _within_parts(older: Sequence[Part], spans: Sequence[Span]) -> Iterator[Row]:
    for number, (stream, first_us, until_us) in enumerate(spans):
        for part in older:
            if part.first_us < until_us and part.until_us > first_us:
                for row in span_of(part, stream, first_us, until_us):
                    yield (number, *row[1:])


def batch_of_request(session: Session, request_id: str) -> Batch | None:
    statement = f"SELECT {_BATCH} FROM sensing_batch WHERE request_id = ?"  # noqa: S608
    rows = session.rows(statement, (request_id,))
    return batch(rows[0]) if rows else None


def known_messages(session: Session, keys: Sequence[bytes]) -> set[bytes]:
    """Those of the messages that a batch holds already."""
    found: set[bytes] = set()
    for start in range(0, len(keys), CHUNK):
        part = keys[start : start + CHUNK]
        marks = ", ".join("?" * len(part))
        statement = f"SELECT id FROM sensing_message WHERE id IN ({marks})"  # noqa: S608 - marks alone
        found.update(bytes(key) for (key,) in session.rows(statement, tuple(part)))
    return found


def batches_of_message(request: str) -> list[Batch]:
    """The batches that hold the messages of one request."""
    names = ", ".join(f"b.{name}" for name in COLUMNS["sensing_batch"])
    statement = (
        f"SELECT DISTINCT {names} FROM sensing_batch b"  # noqa: S608 - names of our columns
        " JOIN sensing_message m ON m.batch = b.id WHERE m.request = ? ORDER BY b.received_us"
    )
    with reading() as session:
        return [batch(row) for row in session.rows(statement, (request,))]


def batches_without_entry(most: int) -> list[Batch]:
    """Batches of which the journal may know nothing yet, the oldest first."""
    statement = (
        f"SELECT {_BATCH} FROM sensing_batch WHERE journaled = 0"  # noqa: S608
        " ORDER BY received_us, id LIMIT ?"
    )
    with reading() as session:
        return [batch(row) for row in session.rows(statement, (most,))]


def rejections_of(batch_id: uuid.UUID, *, most: int = ALWAYS_US) -> list[Rejection]:
    statement = (
        "SELECT line, why, text FROM sensing_rejection WHERE batch = ? ORDER BY place LIMIT ?"
    )
    with reading() as session:
        rows = session.rows(statement, (batch_id.bytes, most))
    return [Rejection(line=line, why=why, text=text) for line, why, text in rows]


def rows_of(batch_id: uuid.UUID) -> list[Observation]:
    """Every revision that a batch wrote: to prove its digest."""
    statement = f"SELECT {_OBSERVATION} FROM sensing_observation WHERE batch = ?"  # noqa: S608
    with reading() as session:
        rows = session.rows(statement, (batch_id.bytes,))
        older = parts(session)
    keyed = {row[:3]: row for row in (*rows_of_batch(older, batch_id), *rows)}
    return [observation(row) for row in keyed.values()]


def spans(
    streams: Iterable[uuid.UUID], from_us: int, until_us: int
) -> dict[uuid.UUID, list[Observation]]:
    """The readings of a span of many streams as they are held, in order."""
    keys = list(dict.fromkeys(streams))
    with reading() as session:
        known = known_within(session, [(key.bytes, from_us, until_us) for key in keys])
    is_last = np.ones(len(known), dtype=np.bool_)
    is_last[:-1] = (np.diff(known.stream) != 0) | (np.diff(known.at_us) != 0)
    numbers = (known.at_us, known.revision, known.value, known.flags, known.received_us)
    columns = (known.stream, *numbers)
    found: dict[uuid.UUID, list[Observation]] = {}
    for stream, *rest in zip(*(column[is_last].tolist() for column in columns), strict=True):
        row = Observation(**dict(zip(_NUMBERS, rest, strict=True)), stream=keys[stream])
        found.setdefault(row.stream, []).append(row)
    return found
