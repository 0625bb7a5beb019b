"""Whether released warnings are shown without sign-in: set by the system administrator."""

import datetime as dt
from typing import Any

from anlan.base.actor import Actor, permitted
from anlan.base.errors import Conflict
from anlan.base.journal.recording import recording
from anlan.base.upkeep import validate
from anlan.exchange.models import PublicRelease
from anlan.registers.rules.scope import Capability


def set_public_release(
    *,
    is_on: bool,
    map_approval: str,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Show released warnings to the public, or stop. `expected_version` 0 where it was never
    set."""
    with recording(
        action="exchange.public.set",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"is_on": is_on, "map_approval": map_approval, "version": expected_version},
    ) as rec:
        if rec.repeated:
            return rec.result
        permitted(actor, Capability.KEEP_INSTANCE)
        there = PublicRelease.objects.first()
        if there is None and expected_version:
            raise Conflict(expected=expected_version, current=0)
        if there is None:
            row = PublicRelease(is_on=is_on, map_approval=map_approval.strip())
            validate(row)
            rec.add(row)
        else:
            row = rec.lock(PublicRelease, there.pk, expected_version=expected_version)
            row.is_on, row.map_approval = is_on, map_approval.strip()
            validate(row)
            rec.save(row)
        rec.result = {"id": str(row.pk), "is_on": row.is_on, "version": row.version}
    return rec.result
