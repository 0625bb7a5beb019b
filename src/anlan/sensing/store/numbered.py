"""Reads by the order in which batches became known: what is new since a number, and what was held
at one. A number names a state of the store, whatever is written meanwhile.

The last batches that this process wrote are kept in memory (`remember`), so that whoever asks for
what is new reads back only what others wrote. A batch counts once the order of the store has it:
one that was never committed is remembered in vain."""

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from anlan.sensing.store.engine import Row, Session, Span, is_server, reading
from anlan.sensing.store.reads import known_within
from anlan.sensing.store.values import Rows

_COLUMNS = "o.at_us, o.revision, o.value, o.flags, o.received_us"
_ORDER = "SELECT batch FROM sensing_batch_order WHERE seq > ? AND seq <= ? ORDER BY seq"
_RECEIVED = (
    "SELECT b.received_us FROM sensing_batch_order n JOIN sensing_batch b ON b.id = n.batch"
    " ORDER BY n.seq DESC LIMIT 1"
)
_OF_BATCH = f"SELECT o.stream, {_COLUMNS} FROM sensing_observation o WHERE o.batch = ?"  # noqa: S608
_HELD = (
    f"SELECT ?, {_COLUMNS} FROM sensing_observation o"  # noqa: S608 - names of our columns
    " JOIN sensing_batch_order n ON n.batch = o.batch"
    " WHERE o.stream = ? AND o.at_us >= ? AND o.at_us < ? AND n.seq <= ?"
)
_HELD_EACH = (
    f"SELECT (wanted.number - 1)::int, {_COLUMNS}"  # noqa: S608 - names of our columns
    " FROM unnest(?::bytea[], ?::bigint[], ?::bigint[]) WITH ORDINALITY"
    " AS wanted(stream, first_us, until_us, number)"
    " CROSS JOIN LATERAL (SELECT * FROM sensing_observation o WHERE o.stream = wanted.stream"
    " AND o.at_us >= wanted.first_us AND o.at_us < wanted.until_us OFFSET 0) o"
    " JOIN sensing_batch_order n ON n.batch = o.batch WHERE n.seq <= ?"
)


MOST_BATCHES, MOST_ROWS = 32, 200_000
_last: OrderedDict[bytes, tuple[int, Rows]] = OrderedDict()
_guard = threading.Lock()


def remember(batch: bytes, number: int, rows: Rows) -> None:
    """What a batch that is being written holds, and its number once it is committed."""
    with _guard:
        _last[batch] = number, rows
        held = sum(len(each) for _, each in _last.values())
        while len(_last) > 1 and (len(_last) > MOST_BATCHES or held > MOST_ROWS):
            held -= len(_last.popitem(last=False)[1][1])


def newest_number() -> int:
    """Number of the newest batch in the order of being known; 0 before the first."""
    with reading(asks_once=True) as session:
        return int(session.rows("SELECT COALESCE(MAX(seq), 0) FROM sensing_batch_order")[0][0])


def last_received_us() -> int | None:
    """When the newest batch was received; None before the first."""
    with reading(asks_once=True) as session:
        rows = session.rows(_RECEIVED)
    return int(rows[0][0]) if rows else None


def kept_here(numbers: range) -> Rows | None:
    """What the batches of some numbers hold, which this process committed; None when it does not
    remember all of them. A number that was not committed went to another batch later."""
    with _guard:
        known = dict(_last.values())
    parts = [known.get(number) for number in numbers]
    return None if None in parts else _joined([part for part in parts if part is not None])


def arrived(after: int, until: int) -> Rows:
    """Every revision of the batches after one number, up to another one. A datastream may stand
    in the keys once for each batch."""
    with reading(asks_once=True) as session:
        batches = [bytes(batch) for (batch,) in session.rows(_ORDER, (after, until))]
    with _guard:
        known = {batch: _last[batch][1] for batch in batches if batch in _last}
    if len(known) < len(batches):
        with reading() as session:
            unknown = [batch for batch in batches if batch not in known]
            known |= {batch: _of_batch(session, batch) for batch in unknown}
    return _joined([known[batch] for batch in batches])


def _of_batch(session: Session, batch: bytes) -> Rows:
    rows = session.rows(_OF_BATCH, (batch,))
    number: dict[bytes, int] = {}
    streams = [number.setdefault(row[0], len(number)) for row in rows]
    return _columns(list(number), streams, rows)


def _joined(parts: Sequence[Rows]) -> Rows:
    if len(parts) == 1:
        return parts[0]
    begins = np.cumsum([0, *(len(part.keys) for part in parts)])
    nothing = _columns((), (), ())
    streams = [part.stream + begin for part, begin in zip(parts, begins[:-1], strict=True)]
    columns = {
        name: np.concatenate([getattr(nothing, name), *(getattr(part, name) for part in parts)])
        for name in ("at_us", "revision", "value", "flags", "received_us")
    }
    stream = np.concatenate([nothing.stream, *streams])
    return Rows(keys=[key for part in parts for key in part.keys], stream=stream, **columns)


def held_at(number: int, spans: Sequence[Span]) -> Rows:
    """The readings of a span each of many datastreams as they were held at a number: the last
    revision of each instant. Months that are archived are not asked."""
    with reading() as session:
        rows = _within(session, number, spans)
    return _newest_revisions(
        _columns([key for key, _, _ in spans], [row[0] for row in rows], rows)
    )


def held(spans: Sequence[Span]) -> Rows:
    """The same as they are held now, archived months too."""
    with reading() as session:
        return _newest_revisions(known_within(session, spans))


def _newest_revisions(found: Rows) -> Rows:
    """The last revision of each instant, by datastream and instant."""
    order = np.lexsort((found.revision, found.at_us, found.stream))
    stream, at_us = found.stream[order], found.at_us[order]
    is_last = np.ones(len(order), dtype=np.bool_)
    is_last[:-1] = (np.diff(stream) != 0) | (np.diff(at_us) != 0)
    kept = order[is_last]
    return Rows(
        keys=found.keys,
        stream=found.stream[kept],
        at_us=found.at_us[kept],
        revision=found.revision[kept],
        value=found.value[kept],
        flags=found.flags[kept],
        received_us=found.received_us[kept],
    )


def _within(session: Session, number: int, spans: Sequence[Span]) -> list[Row]:
    if not spans:
        return []
    if is_server():
        keys, first, until = (list(column) for column in zip(*spans, strict=True))
        return session.rows(_HELD_EACH, (keys, first, until, number))
    found: list[Row] = []
    for place, span in enumerate(spans):
        found += session.rows(_HELD, (place, *span, number))
    return found


def _columns(keys: Sequence[bytes], streams: Sequence[int], rows: Sequence[Row]) -> Rows:
    columns = tuple(zip(*rows, strict=True)) or ((),) * 6
    at_us, revision, flags, received_us = (
        np.array(columns[place], dtype=np.int64) for place in (1, 2, 4, 5)
    )
    return Rows(
        keys=keys,
        stream=np.array(streams, dtype=np.int64),
        at_us=at_us,
        revision=revision,
        value=np.array(columns[3], dtype=np.float64),
        flags=flags,
        received_us=received_us,
    )
