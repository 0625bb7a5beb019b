"""How the workers of each way are: written by them, read by the page, never part of a backup."""

import datetime as dt
from dataclasses import astuple, dataclass

from anlan.sensing.store.engine import reading, writing
from anlan.sensing.store.tables import COLUMNS
from anlan.sensing.store.values import from_us, to_us

GONE_S = 60
"""A worker that was not heard of for a minute is gone: it was killed, or its line is cut."""
FORGOTTEN_S = 24 * 3600
_NAMES = ", ".join(COLUMNS["sensing_way"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One worker of one way. `backlog`: what waits before it; None when it cannot know."""

    way: str
    worker: str
    state: str
    detail: str
    backlog: int | None
    beat_us: int
    message_us: int | None

    @property
    def beat_at(self) -> dt.datetime:
        return from_us(self.beat_us)

    def is_gone(self, now: dt.datetime) -> bool:
        return to_us(now) - self.beat_us > GONE_S * 1_000_000


def note_way(way: Way) -> None:
    """The row of a worker as it is now; rows of those long gone are removed."""
    with writing() as session:
        session.rows(
            "DELETE FROM sensing_way WHERE (way = ? AND worker = ?) OR beat_us < ?",
            (way.way, way.worker, way.beat_us - FORGOTTEN_S * 1_000_000),
        )
        session.load("sensing_way", [astuple(way)])


def forget_worker(way: str, worker: str) -> None:
    with writing() as session:
        session.rows("DELETE FROM sensing_way WHERE way = ? AND worker = ?", (way, worker))


def ways() -> list[Way]:
    """Every worker that was heard of within a day, the newest first."""
    statement = f"SELECT {_NAMES} FROM sensing_way ORDER BY way, beat_us DESC"  # noqa: S608
    with reading() as session:
        rows = session.rows(statement)
    return [Way(**dict(zip(COLUMNS["sensing_way"], row, strict=True))) for row in rows]
