"""Moving older months out of the store into parts. Killed at any moment nothing is lost or double.

In this order: the part is written beside, proven by reading it back, flushed, given its name; the
store notes it, in one commit; then its rows are removed from the store, some thousands a commit.
Killed before the note: a file that nobody knows, removed by the next run. Killed after it: rows
that stand in both, which reads take once and the next run removes.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

from anlan.base.journal.content import plain_digest
from anlan.sensing.store.engine import StoreFailed, reading, writing
from anlan.sensing.store.months import after, begins_us, month_of
from anlan.sensing.store.parts import (
    INDEX,
    NAMES,
    Part,
    all_rows,
    folder,
    group_of,
    index,
    parts,
)

REMOVED_AT_ONCE = 5_000
MOST_IN_GROUP = 100_000
LEAST_LATE = 10_000
"""A month that has a part gets another only for so many late rows: no crumbs."""
DRAFT = "draft.unfinished"
LOCK = ".lock"


def archive_until(month: Any) -> int:
    """Move every month before this one. Returns how many rows were moved; 0 when another process
    is at it."""
    with _alone() as is_alone:
        if not is_alone:
            return 0
        _remove_unknown()
        moved = 0
        first = _oldest()
        while first is not None and first < month:
            moved += _archive(first)
            first = after(first)
        return moved


@contextmanager
def _alone() -> Iterator[bool]:
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _remove_unknown() -> None:
    """Files of runs that were killed before the store knew of them."""
    with reading() as session:
        known = {part.name for part in parts(session)}
    for path in folder().iterdir():
        if path.name not in known and path.name != LOCK:
            path.unlink()


def _oldest() -> Any:
    oldest: list[int] = []
    for stream in _streams():
        with reading() as session:
            found = session.rows(
                "SELECT MIN(at_us) FROM sensing_observation WHERE stream = ?", (stream,)
            )
        oldest += [row[0] for row in found if row[0] is not None]
    return month_of(min(oldest)) if oldest else None


def _streams() -> list[bytes]:
    """Datastreams of the store: a seek each, never a walk over the rows."""
    found: list[bytes] = []
    with reading() as session:
        while True:
            rows = session.rows(
                "SELECT stream FROM sensing_observation WHERE stream > ? ORDER BY stream LIMIT 1",
                (found[-1] if found else b"",),
            )
            if not rows:
                return found
            found.append(rows[0][0])


def _archive(month: Any) -> int:
    first_us, until_us = begins_us(month), begins_us(after(month))
    with reading() as session:
        there = parts(session, first_us, until_us)
    moved = sum(_remove(part) for part in there)
    if there and _count(first_us, until_us) < LEAST_LATE:
        return moved
    draft = folder() / DRAFT
    written = _write(draft, first_us, until_us)
    if not written:
        draft.unlink(missing_ok=True)
        return moved
    part = _name(draft, f"{month:%Y-%m}", written, first_us, until_us)
    _note(part)
    return moved + _remove(part)


def _count(first_us: int, until_us: int) -> int:
    total = 0
    for stream in _streams():
        with reading() as session:
            total += session.rows(
                "SELECT COUNT(*) FROM sensing_observation"
                " WHERE stream = ? AND at_us >= ? AND at_us < ?",
                (stream, first_us, until_us),
            )[0][0]
    return total


def _write(draft: Path, first_us: int, until_us: int) -> int:
    """The rows of a month into a file, proven by reading it back. Returns how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    key = pa.binary(16)
    types = (key, pa.int64(), pa.int32(), pa.float64(), pa.int32(), pa.int64(), key)
    schema = pa.schema(list(zip(NAMES, types, strict=True)))
    told: list[tuple[str, int, int]] = []
    said, count = blake2b(), 0
    with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
        for stream in _streams():
            for rows in _rows(stream, first_us, until_us):
                columns = list(zip(*rows, strict=True))
                arrays = [pa.array(c, t) for c, t in zip(columns, types, strict=True)]
                writer.write_table(pa.table(arrays, schema=schema), row_group_size=len(rows))
                told.append((stream.hex(), rows[0][1], rows[-1][1]))
                said.update(repr(rows).encode())
                count += len(rows)
        writer.add_key_value_metadata({INDEX: json.dumps(told)})
    if count:
        _prove(draft, said.digest())
    return count


def _rows(stream: bytes, first_us: int, until_us: int) -> Iterator[list[Any]]:
    """Rows of a datastream, parted between two instants: revisions of one stay together."""
    names = ", ".join(NAMES)
    start = first_us
    while True:
        with reading() as session:
            rows = session.rows(
                f"SELECT {names} FROM sensing_observation"  # noqa: S608 - names of our columns
                " WHERE stream = ? AND at_us >= ? AND at_us < ?"
                " ORDER BY at_us, revision LIMIT ?",
                (stream, start, until_us, MOST_IN_GROUP),
            )
        if len(rows) == MOST_IN_GROUP and rows[0][1] != rows[-1][1]:
            last = rows[-1][1]
            rows = [row for row in rows if row[1] < last]
            start = last
        else:
            start = until_us
        if rows:
            yield rows
        if start >= until_us:
            return


def _prove(path: Path, said: bytes) -> None:
    index.cache_clear()
    group_of.cache_clear()
    found = blake2b()
    for rows in all_rows(path):
        found.update(repr(rows).encode())
    index.cache_clear()
    group_of.cache_clear()
    if found.digest() != said:
        raise StoreFailed("a part reads back otherwise than it was written")


def _name(draft: Path, month: str, rows: int, first_us: int, until_us: int) -> Part:
    with draft.open("rb+") as file:
        digest = plain_digest(file.read())
        os.fsync(file.fileno())
    part = Part(
        name=f"readings-{month}-{digest[:12]}.parquet",
        month=month,
        first_us=first_us,
        until_us=until_us,
        rows=rows,
        digest=digest,
    )
    draft.replace(part.path)
    descriptor = os.open(folder(), os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return part


def _note(part: Part) -> None:
    with writing() as session:
        row = (part.name, part.month, part.first_us, part.until_us, part.rows, part.digest)
        session.load("sensing_archive", [row])


def _remove(part: Part) -> int:
    """Rows of a part from the store, exactly those; returns how many were still there."""
    removed = 0
    for rows in all_rows(part.path):
        for start in range(0, len(rows), REMOVED_AT_ONCE):
            removed += _remove_some(rows[start : start + REMOVED_AT_ONCE])
    return removed


def _remove_some(rows: list[Any]) -> int:
    first, last = rows[0], rows[-1]
    span = (first[0], first[1], last[1])
    count = (
        "SELECT COUNT(*) FROM sensing_observation WHERE stream = ? AND at_us >= ? AND at_us <= ?"
    )
    with reading() as session:
        if not session.rows(count, span)[0][0]:
            return 0
    with writing() as session:
        before = session.rows(count, span)[0][0]
        session.many(
            "DELETE FROM sensing_observation WHERE stream = ? AND at_us = ? AND revision = ?",
            [row[:3] for row in rows],
        )
        return int(before - session.rows(count, span)[0][0])
