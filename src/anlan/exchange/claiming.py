"""Claiming rows that are due: a lease, so that of many workers one sends a row, and a worker that
was killed loses it again.

PostgreSQL skips rows that another worker holds; SQLite has one writer, and the update repeats the
condition. A clock that jumped back leaves leases and waits in a far future: what lies further
ahead than any lease or wait can reach is due as well.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet

from anlan.base.dispatch import bulk
from anlan.base.dispatch.guard import Outbound
from anlan.base.models.dispatch import Dispatch, OutgoingMessage
from anlan.base.rules.dispatch import LEASE_S, LONGEST_WAIT_S, DispatchState

COLUMNS = (
    *("id", "mode", "world", "channel", "addressee_kind", "addressee", "person", "number"),
    *("seal", "attempts", "message_id"),
)


def claim(now: dt.datetime, lease: str, limit: int) -> list[Outbound]:
    """Lease up to `limit` rows that are due to `lease`, the oldest first."""
    with transaction.atomic():
        keys = _due_keys(now, limit)
        if not keys:
            return []
        condition, params = bulk.among("id", keys)
        mine: QuerySet[Any] = QuerySet(Dispatch).filter(_due(now))
        mine.extra(where=[condition], params=params).update(  # noqa: S610
            state=DispatchState.LEASED,
            lease_by=lease,
            lease_until=now + dt.timedelta(seconds=LEASE_S),
            next_at=now + dt.timedelta(seconds=LEASE_S),
            attempts=F("attempts") + 1,
            version=F("version") + 1,
        )
        return _outbound(lease)


def _conditions(now: dt.datetime) -> Iterator[Q]:
    """Each is one range of the index over state and time."""
    waiting, leased = Q(state=DispatchState.WAITING), Q(state=DispatchState.LEASED)
    yield waiting & Q(next_at__lte=now)
    yield leased & Q(next_at__lte=now)
    yield leased & Q(next_at__gt=now + dt.timedelta(seconds=LEASE_S))
    yield waiting & Q(next_at__gt=now + dt.timedelta(seconds=LONGEST_WAIT_S))


def _due(now: dt.datetime) -> Q:
    due = Q()
    for condition in _conditions(now):
        due |= condition
    return due


def _due_keys(now: dt.datetime, limit: int) -> list[Any]:
    keys: list[Any] = []
    for condition in _conditions(now):
        if len(keys) < limit:
            rows: QuerySet[Any] = QuerySet(Dispatch).filter(condition).order_by("next_at")
            rows = rows.select_for_update(skip_locked=True)
            found = rows.values_list("pk", flat=True)[: limit - len(keys)]
            keys += bulk.as_keys(found)
    return keys


def _outbound(lease: str) -> list[Outbound]:
    """What the claim leased; few rows are leased at a time, the index over the state has them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(COLUMNS)} FROM base_dispatch "  # noqa: S608
            "WHERE state = %s AND lease_by = %s ORDER BY id",
            [DispatchState.LEASED.value, lease],
        )
        rows = cursor.fetchall()
    said = OutgoingMessage.objects.in_bulk({row[-1] for row in rows})
    messages = {bulk.key(key): message for key, message in said.items()}
    return [_as_outbound(row, messages) for row in rows]


def _as_outbound(row: tuple[Any, ...], messages: dict[Any, OutgoingMessage]) -> Outbound:
    key, *said, person, number, seal, attempts, message = row
    mode, world, channel, kind, addressee = said
    return Outbound(
        bulk.as_uuid(key),
        mode,
        world,
        channel,
        kind,
        addressee,
        None if person is None else bulk.as_uuid(person),
        number,
        seal,
        attempts,
        messages[message],
    )
