"""Months of readings, by observed time in UTC: partitions on PostgreSQL, files of older ones.

A partition is made beside the table and attached, so that nobody who reads waits for it. The month
of a late reading is made in the transaction that brings it; coming ones by the sweep, ahead.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial

import numpy as np
from django.db import DatabaseError, transaction
from numpy.typing import NDArray

from anlan.sensing.store.engine import Session, StoreFailed, is_server, writing
from anlan.sensing.store.values import to_us

OLD = dt.date(2020, 1, 1)
"""What was observed before stands in one partition: few have so long a series."""
AHEAD = 2
_known: set[str] = set()
"""Partitions that this process has seen committed: they are not asked for again."""
TABLE = "sensing_observation"


def month_of(at_us: int) -> dt.date:
    """The first day of the month of an instant."""
    instant = dt.datetime.fromtimestamp(at_us / 1_000_000, dt.UTC)
    return dt.date(instant.year, instant.month, 1)


def months_of(at_us: NDArray[np.int64]) -> set[dt.date]:
    """The months of many instants."""
    return set(np.unique(at_us.astype("datetime64[us]").astype("datetime64[M]")).tolist())


def after(month: dt.date, count: int = 1) -> dt.date:
    """The month so many months later (or earlier)."""
    number = month.year * 12 + month.month - 1 + count
    return dt.date(number // 12, number % 12 + 1, 1)


def begins_us(month: dt.date) -> int:
    return to_us(dt.datetime(month.year, month.month, 1, tzinfo=dt.UTC))


def partition_of(month: dt.date) -> str:
    return f"{TABLE}_old" if month < OLD else f"{TABLE}_{month:%Y_%m}"


def ensure_months(session: Session, months: Iterable[dt.date]) -> int:
    """Make the partitions that are not there. Returns how many were made; a file has none."""
    if not is_server():
        return 0
    wanted = {partition_of(month): month for month in months}
    unknown = wanted.keys() - _known
    missing = sorted(unknown - _found(session, unknown)) if unknown else []
    for name in missing:
        month = wanted[name]
        first = "MINVALUE" if month < OLD else str(begins_us(month))
        until = begins_us(OLD if month < OLD else after(month))
        session.rows(
            f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
        )
        session.rows(
            f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({until})"
        )
    if unknown:
        transaction.on_commit(partial(_known.update, unknown), using="default")
    return len(missing)


@contextmanager
def months_there(session: Session, months: Iterable[dt.date]) -> Iterator[None]:
    """Around what is written into these months. When it fails, all are asked for anew: somebody
    may have taken a partition away. So what relied on memory alone failed for now, not for good:
    the rows may be right."""
    names = {partition_of(month): month for month in months}
    are_remembered = bool(names) and names.keys() <= _known
    ensure_months(session, names.values())
    try:
        yield
    except DatabaseError as error:
        _known.clear()
        if are_remembered:
            raise StoreFailed(str(error)) from None
        raise


def _found(session: Session, names: Collection[str]) -> set[str]:
    marks = ", ".join("?" * len(names))
    rows = session.rows(
        f"SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"  # noqa: S608
        f" WHERE i.inhparent = '{TABLE}'::regclass AND c.relname IN ({marks})",
        tuple(names),
    )
    return {name for (name,) in rows}


def make_ahead(now: dt.datetime) -> int:
    """The sweep: this month and the coming ones have their partitions before readings come."""
    if not is_server():
        return 0
    first = now.astimezone(dt.UTC).date().replace(day=1)
    with writing() as session:
        return ensure_months(session, [after(first, n) for n in range(AHEAD + 1)])
