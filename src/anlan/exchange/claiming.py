"""Claiming rows that are due: a lease, so that of many workers one sends a row, and a worker that
was killed loses it again.

One statement chooses and leases. PostgreSQL skips rows that another worker holds; SQLite has one
writer. A clock that jumped back leaves leases and waits in a far future: what lies further ahead
than any lease or wait can reach is due as well.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from django.db import transaction

from anlan.base.dispatch import bulk
from anlan.base.dispatch.guard import Outbound
from anlan.base.models.dispatch import OutgoingMessage
from anlan.base.rules.dispatch import LEASE_S, LONGEST_WAIT_S, DispatchState
from anlan.base.worlds.current import alias

COLUMNS = (
    *("id", "mode", "world", "channel", "addressee_kind", "addressee", "person", "number"),
    *("seal", "attempts", "message_id"),
)
LEASE: Final = (
    "UPDATE base_dispatch SET state = %s, lease_by = %s, lease_until = %s, next_at = %s, "
    "attempts = attempts + 1, version = version + 1 "
)
CHOSEN: Final = {
    "postgresql": "WHERE id = ANY(ARRAY(SELECT id FROM base_dispatch WHERE {} "
    "ORDER BY next_at LIMIT %s FOR UPDATE SKIP LOCKED))",
    "sqlite": "WHERE rowid IN (SELECT rowid FROM base_dispatch WHERE {} "
    "ORDER BY next_at LIMIT %s)",
}


def claim(now: dt.datetime, lease: str, limit: int) -> list[Outbound]:
    """Lease up to `limit` rows that are due to `lease`, the oldest first."""
    until = bulk.instant(now + dt.timedelta(seconds=LEASE_S))
    head, chosen = [DispatchState.LEASED.value, lease, until, until], CHOSEN[bulk.here().vendor]
    left = limit
    with transaction.atomic(using=alias()), bulk.here().cursor() as cursor:
        for condition, state, instant in _ranges(now):
            if left > 0:
                given = [*head, state.value, bulk.instant(instant), left]
                cursor.execute(LEASE + chosen.format(condition), given)
                left -= cursor.rowcount
        return _outbound(lease) if left < limit else []


def _ranges(now: dt.datetime) -> Iterator[tuple[str, DispatchState, dt.datetime]]:
    """Each is one range of the index over state and time: due, or further ahead than can be."""
    due, ahead = "state = %s AND next_at <= %s", "state = %s AND next_at > %s"
    yield due, DispatchState.WAITING, now
    yield due, DispatchState.LEASED, now
    yield ahead, DispatchState.LEASED, now + dt.timedelta(seconds=LEASE_S)
    yield ahead, DispatchState.WAITING, now + dt.timedelta(seconds=LONGEST_WAIT_S)


def _outbound(lease: str) -> list[Outbound]:
    """What the claim leased; few rows are leased at a time, the index over the state has them."""
    with bulk.here().cursor() as cursor:
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
    key, mode, world, channel, kind, addressee, person, number, seal, attempts, message = row
    holder = None if person is None else bulk.as_uuid(person)
    head = (bulk.as_uuid(key), mode, world, channel, kind, addressee, holder)
    return Outbound(*head, number, seal, attempts, messages[message])
