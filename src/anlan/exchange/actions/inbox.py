"""What a reader does with a message: confirm that it was read."""

import datetime as dt
import uuid

from anlan.base.actor import Actor
from anlan.base.dispatch.outcomes import apply_by_hand
from anlan.base.errors import NotFound
from anlan.base.journal.recording import recording
from anlan.base.rules.dispatch import DispatchState, Outcome
from anlan.exchange.models import InboxMessage
from anlan.exchange.queries import inbox_of


def acknowledge(
    key: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> InboxMessage:
    """Confirm receipt. Of several readers of one body the first confirms for it; a later one
    changes nothing. Raises NotFound for a message of somebody else."""
    rows = inbox_of(actor, now)
    if not rows.filter(pk=key).exists():
        raise NotFound
    with recording(
        action="exchange.message.acknowledge",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"row": str(key)},
    ) as rec:
        is_open = not rows.filter(pk=key, dispatch__state=DispatchState.ACKNOWLEDGED).exists()
        if not rec.repeated and is_open:
            apply_by_hand(rec, key, Outcome.ACKNOWLEDGED)
            rec.result = {"id": str(key)}
    return rows.get(pk=key)
