"""What goes into the store and comes out of it."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anlan.base.journal.content import plain_digest

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)


def to_us(instant: dt.datetime) -> int:
    return (instant - EPOCH) // MICROSECOND


def from_us(microseconds: int) -> dt.datetime:
    return EPOCH + microseconds * MICROSECOND


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One revision of one reading. Revision 0 is what came first."""

    stream: uuid.UUID
    at_us: int
    revision: int
    value: float
    flags: int
    received_us: int

    @property
    def at(self) -> dt.datetime:
        return from_us(self.at_us)

    @property
    def received_at(self) -> dt.datetime:
        return from_us(self.received_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Revisions of readings by column, in the order of the store's key: datastream, instant,
    revision. `stream` counts into `keys`; all arrays have one length."""

    keys: Sequence[bytes]
    stream: NDArray[np.int64]
    at_us: NDArray[np.int64]
    revision: NDArray[np.int64]
    value: NDArray[np.float64]
    flags: NDArray[np.int64]
    received_us: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.stream)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """A row that was not taken: where it stood, why, what stood there."""

    line: int
    why: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How the rows of a batch ended; their sum is the number of rows that were sent."""

    stored: int = 0
    corrected: int = 0
    suspect: int = 0
    repeated: int = 0
    rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One batch with its counts and the digest of its rows. `payload` tells a repeated request
    from another one under the same id. `number`, in the order of being known, is said where it is
    written only; else 0."""

    id: uuid.UUID
    request_id: str
    payload: str
    actor: str
    body: str
    form: str
    reason: str
    received_us: int
    counts: Counts
    digest: str
    journaled: bool = False
    way: str = "http"
    number: int = 0

    @property
    def received_at(self) -> dt.datetime:
        return from_us(self.received_us)


@dataclass(frozen=True, kw_only=True)
class Head:
    """A batch before its rows are decided about. `said` is what was sent, told apart by form."""

    id: uuid.UUID
    request_id: str
    said: bytes
    actor: str
    body: str
    form: str
    reason: str
    received_us: int
    way: str

    @cached_property
    def payload(self) -> str:
        """Asked for late, or never: a digest of megabytes takes its time."""
        return plain_digest(self.said)

    def batch(self, counts: Counts, digest: str, number: int) -> Batch:
        return Batch(
            id=self.id,
            request_id=self.request_id,
            payload=self.payload,
            actor=self.actor,
            body=self.body,
            form=self.form,
            reason=self.reason,
            received_us=self.received_us,
            counts=counts,
            digest=digest,
            way=self.way,
            number=number,
        )


def digest_of_rows(rows: Sequence[Observation], rejected: Sequence[Rejection]) -> str:
    """SM3 over all rows of a batch in their order: what the journal says of them."""
    ordered = sorted(rows, key=lambda row: (row.stream.bytes, row.at_us, row.revision))
    said = [(r.stream.hex, r.at_us, r.revision, r.value, r.flags) for r in ordered]
    return _digest(said, rejected)


def digest_of_columns(rows: Rows, rejected: Sequence[Rejection]) -> str:
    """The same of rows that stand in columns."""
    names = [key.hex() for key in rows.keys]
    streams = map(names.__getitem__, rows.stream.tolist())
    numbers = (rows.at_us, rows.revision, rows.value, rows.flags)
    said = zip(streams, *(column.tolist() for column in numbers), strict=True)
    return _digest(said, rejected)


def _digest(
    said: Iterable[tuple[str, int, int, float, int]], rejected: Sequence[Rejection]
) -> str:
    lines = [
        f"{stream}|{at_us}|{revision}|{value!r}|{flags}"
        for stream, at_us, revision, value, flags in said
    ]
    lines += [f"{r.line}|{r.why}|{r.text}" for r in rejected]
    return plain_digest("\n".join(lines).encode("utf-8", "surrogatepass"))
