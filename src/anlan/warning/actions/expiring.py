"""Warnings that end by the time their issuer printed. Silence alone ends none."""

import datetime as dt
import uuid

from anlan.base.actor import Actor
from anlan.base.journal.recording import recording
from anlan.base.parts import Sweep
from anlan.base.rules.labels import gettext_noop
from anlan.warning.actions.bulletins.issuing import expire_bulletins
from anlan.warning.models import IssuedWarning

EVERY_S = 30.0
RAN_OUT = gettext_noop("The time that the issuer gave is over.")
CLOCK = Actor.program("warning")


def end_expired(now: dt.datetime) -> int:
    """End what is over. Returns how many."""
    due = IssuedWarning.objects.filter(ended_at__isnull=True, expires_at__lte=now)
    return sum(_end(key, version, now) for key, version in due.values_list("pk", "version"))


def _end(key: uuid.UUID, version: int, now: dt.datetime) -> int:
    """One warning; the request id is of its version, so that two sweeps end it once."""
    with recording(
        action="warning.warning.expire",
        actor=CLOCK,
        now=now,
        request_id=f"warning-expiry-{key.hex}-{version}",
        reason=RAN_OUT,
        payload={"warning": str(key)},
    ) as rec:
        if rec.repeated:
            return 0
        row = rec.lock(IssuedWarning, key)
        if row.ended_at is not None or row.expires_at is None or row.expires_at > now:
            return 0
        row.ended_at = row.expires_at
        rec.save(row)
        rec.result = {"id": str(key), "version": row.version}
    return 1


SWEEPS = (
    Sweep(name="warning-expiry", every_s=EVERY_S, run=end_expired, in_exercises=True),
    Sweep(name="bulletin-expiry", every_s=EVERY_S, run=expire_bulletins, in_exercises=True),
)
