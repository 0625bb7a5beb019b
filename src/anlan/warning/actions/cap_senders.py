"""Who sends CAP: entered, changed, ended.

SenderEnded     the row is ended; a sender that comes back is entered anew
"""

import datetime as dt
import uuid
from typing import Any

from anlan.base.actor import Actor, permitted
from anlan.base.errors import NotFound, Refused
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import apply_change, apply_create, payload_of, texts_of
from anlan.registers.rules.scope import Capability
from anlan.warning.models import CapSender


class SenderEnded(Refused):
    code = "cap-sender-ended"
    status = 409
    message = gettext_noop(
        "This sender was ended and stays as it was. If it sends again, enter it anew."
    )


def enter_sender(
    row: CapSender, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Enter one; of each sender one row is in use at a time."""
    with recording(
        action="warning.capsender.create",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"row": payload_of(row)},
    ) as rec:
        if not rec.repeated:
            permitted(actor, Capability.KEEP_REGISTERS)
            apply_create(rec, row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def change_sender(
    key: uuid.UUID,
    values: dict[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Set columns of one that is in use."""
    payload = {"key": str(key), "version": expected_version, "values": texts_of(values)}
    with recording(
        action="warning.capsender.change",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload,
    ) as rec:
        if not rec.repeated:
            _change(rec, key, values, expected_version)
    return rec.result


def end_sender(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Its name and its certificate count no more; from now on each of its files waits for a
    person."""
    with recording(
        action="warning.capsender.end",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"key": str(key), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            _change(rec, key, {"ended_at": now}, expected_version)
    return rec.result


def _change(rec: Recording, key: uuid.UUID, values: dict[str, Any], version: int) -> None:
    """Columns of one that is in use."""
    scope = permitted(rec.actor, Capability.KEEP_REGISTERS)
    seen = CapSender.objects.visible_to(scope).filter(pk=key).first()
    if seen is None:
        raise NotFound
    if seen.ended_at is not None and seen.version == version:
        raise SenderEnded
    row = apply_change(rec, CapSender, key, values, expected_version=version)
    rec.result = {"id": str(row.pk), "version": row.version}
