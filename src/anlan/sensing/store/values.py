"""What goes into the store and comes out of it."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

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
    from another one under the same id."""

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

    @property
    def received_at(self) -> dt.datetime:
        return from_us(self.received_us)


def digest_of_rows(rows: Sequence[Observation], rejected: Sequence[Rejection]) -> str:
    """SM3 over all rows of a batch in their order: what the journal says of them."""
    ordered = sorted(rows, key=lambda row: (row.stream.bytes, row.at_us, row.revision))
    lines = [f"{r.stream.hex}|{r.at_us}|{r.revision}|{r.value!r}|{r.flags}" for r in ordered]
    lines += [f"{r.line}|{r.why}|{r.text}" for r in rejected]
    return plain_digest("\n".join(lines).encode("utf-8", "surrogatepass"))
