"""The sweep: claim, hand over through the guard, record. Killed at any point it loses nothing:
before the record the lease runs out and the same rows go again under the same keys."""

import datetime as dt
import os
import secrets
import socket

from anlan.base.actor import Actor
from anlan.base.dispatch import guard
from anlan.base.dispatch.guard import Gateways, Outbound, Receipt
from anlan.base.dispatch.outcomes import apply_outcomes
from anlan.base.dispatch.settling import settle
from anlan.base.dispatch.standing import standing
from anlan.base.identity import new_id
from anlan.base.journal.recording import recording
from anlan.base.rules.dispatch import MOST_ATTEMPTS, Outcome
from anlan.exchange.claiming import claim
from anlan.exchange.gateways import gateways as own_gateways

ROWS_AT_ONCE = 2_000
ROWS_A_RUN = 20_000
SWEEPER = Actor.program("dispatch")


def sweep(now: dt.datetime, *, gateways: Gateways | None = None, request_id: str = "") -> int:
    """Send what is due, at most `ROWS_A_RUN` rows. Returns how many rows were looked at.

    A `request_id` is given by a story that wants exactly one entry; otherwise each batch has one
    of its own.
    """
    done = 0
    while done < ROWS_A_RUN:
        found = sweep_once(now, gateways or own_gateways(), request_id or new_id().hex)
        done += found
        if found < ROWS_AT_ONCE or request_id:
            break
    settle(now)
    return done


def sweep_once(now: dt.datetime, gateways: Gateways, request_id: str) -> int:
    """One batch: claim and record are a transaction each, the gateway stands between them."""
    lease = f"{socket.gethostname()[:20]}-{os.getpid()}-{secrets.token_hex(8)}"
    rows = claim(now, lease, ROWS_AT_ONCE)
    if not rows:
        return 0
    over = [_over(row, now) for row in rows]
    open_rows = [row for row, receipt in zip(rows, over, strict=True) if receipt is None]
    receipts = [receipt for receipt in over if receipt is not None]
    receipts += guard.send(open_rows, gateways, standing(), now)
    record(receipts, now, request_id, lease=lease)
    return len(rows)


def record(receipts: list[Receipt], now: dt.datetime, request_id: str, *, lease: str = "") -> int:
    """Take in what gateways report, now or later: as one entry. Returns how much of it was new."""
    with recording(
        action="exchange.outcomes.record", actor=SWEEPER, now=now, request_id=request_id
    ) as rec:
        return 0 if rec.repeated else apply_outcomes(rec, receipts, lease=lease)


def _over(row: Outbound, now: dt.datetime) -> Receipt | None:
    """A row that is not sent any more."""
    expires = row.message.expires_at
    if expires is not None and expires <= now:
        return Receipt(key=row.key, outcome=Outcome.EXPIRED, detail="expired")
    if row.attempts > MOST_ATTEMPTS:
        return Receipt(key=row.key, outcome=Outcome.FAILED, detail="gave-up")
    return None
