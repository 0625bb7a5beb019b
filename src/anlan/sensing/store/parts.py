"""Parts: older months of readings in files of Parquet, one datastream a row group.

A part is written once and never changed; its name holds the beginning of its digest. What is late
for a month that has a part stands in the store as ever, until it is enough for a part of its own.
Reads of the store look into parts by themselves; a row that stands in both (a run was killed while
it removed them) is the same row.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from anlan.sensing.store.engine import Row, Session, is_server, store_file
from anlan.sensing.store.tables import COLUMNS

FOLDER = "archive"
INDEX = b"anlan.index"
NAMES = COLUMNS["sensing_observation"]
_NUMBERS = ("at_us", "revision", "value", "flags", "received_us")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file: which span of observed time it holds, how many rows, what proves it."""

    name: str
    month: str
    first_us: int
    until_us: int
    rows: int
    digest: str

    @property
    def path(self) -> Path:
        return folder() / self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows of one datastream in a part, in the order of their time and revision."""

    stream: bytes
    columns: dict[str, Any]
    batches: tuple[bytes, ...]

    def rows(self, start: int, end: int) -> Iterator[Row]:
        lists = [self.columns[name][start:end].tolist() for name in _NUMBERS]
        for at_us, revision, value, flags, received_us in zip(*lists, strict=True):
            yield (self.stream, at_us, revision, value, flags, received_us)


def folder() -> Path:
    return store_file().parent / FOLDER


def parts(session: Session, from_us: int | None = None, until_us: int | None = None) -> list[Part]:
    """The parts that hold readings of a span, the newest month first; a server has none."""
    if is_server():
        return []
    rows = session.rows(
        "SELECT part, month, first_us, until_us, rows, digest FROM sensing_archive"
        " WHERE (? IS NULL OR until_us > ?) AND (? IS NULL OR first_us < ?)"
        " ORDER BY first_us DESC, part",
        (from_us, from_us, until_us, until_us),
    )
    return [
        Part(
            name=row[0], month=row[1], first_us=row[2], until_us=row[3], rows=row[4], digest=row[5]
        )
        for row in rows
    ]


def span_of(part: Part, stream: bytes, from_us: int, until_us: int) -> list[Row]:
    """All revisions of a datastream in a span."""
    found: list[Row] = []
    for number, first, last in index(part.path).get(stream, ()):
        if first < until_us and last >= from_us:
            group = group_of(part.path, number)
            times = group.columns["at_us"]
            edges = np.searchsorted(times, [from_us, until_us])
            found += group.rows(int(edges[0]), int(edges[1]))
    return found


def best_until(
    found: Sequence[Part], stream: bytes, until_us: int, known_us: int, beyond_us: int
) -> Row | None:
    """The newest reading until an instant, as it was known, unless it lies before `beyond_us`."""
    places = [
        (last, first, part.path, number)
        for part in found
        for number, first, last in index(part.path).get(stream, ())
        if first <= until_us and last >= beyond_us
    ]
    best: Row | None = None
    for last, _, path, number in sorted(places, key=lambda place: place[0], reverse=True):
        if best is not None and last < best[1]:
            break
        group = group_of(path, number)
        times, known = group.columns["at_us"], group.columns["received_us"]
        fits = np.flatnonzero((times <= until_us) & (known <= known_us))
        if len(fits):
            row = next(group.rows(int(fits[-1]), int(fits[-1]) + 1))
            best = row if best is None or row[1:3] > best[1:3] else best
    return best


def rows_of_batch(found: Sequence[Part], batch: uuid.UUID) -> Iterator[Row]:
    """Every row of a batch, wherever its time lies: to prove its digest."""
    import pyarrow.parquet as pq

    for part in found:
        table = pq.read_table(part.path, filters=[("batch", "=", batch.bytes)])
        yield from zip(*(table[name].to_pylist() for name in NAMES[:6]), strict=True)


def all_rows(path: Path) -> Iterator[list[Row]]:
    """Every row of a part with its batch, a datastream at a time."""
    for places in index(path).values():
        for number, _, _ in places:
            group = group_of(path, number)
            rows = group.rows(0, len(group.batches))
            yield [(*row, batch) for row, batch in zip(rows, group.batches, strict=True)]


@lru_cache(maxsize=400)
def index(path: Path) -> dict[bytes, tuple[tuple[int, int, int], ...]]:
    """Which row groups hold a datastream: (number, first, last instant)."""
    import pyarrow.parquet as pq

    found: dict[bytes, list[tuple[int, int, int]]] = {}
    with pq.ParquetFile(path) as file:
        told = json.loads(file.metadata.metadata[INDEX])
    for number, (stream, first, last) in enumerate(told):
        found.setdefault(bytes.fromhex(stream), []).append((number, first, last))
    return {stream: tuple(places) for stream, places in found.items()}


@lru_cache(maxsize=32)
def group_of(path: Path, number: int) -> Group:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        table = file.read_row_group(number)
    return Group(
        stream=table["stream"][0].as_py(),
        columns={name: table[name].to_numpy() for name in _NUMBERS},
        batches=tuple(table["batch"].to_pylist()),
    )
