"""The warning desk: what waits, what is open, who is silent, what runs out soon."""

import datetime as dt
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from anlan.warning.models import Bulletin, CallAddressee, CallRound, IssuedWarning
from anlan.warning.queries.bulletins import bulletins
from anlan.warning.rules.bulletin.life import BulletinState
from anlan.warning.rules.call_state import GIVEN_UP

SOON: Final = dt.timedelta(hours=2)
"""House rule: so long before its end a warning is looked at again."""
_STATES: Final = {
    "drafts": (BulletinState.DRAFT, BulletinState.SENT_BACK),
    "waiting": (BulletinState.SUBMITTED,),
    "approved": (BulletinState.APPROVED,),
    "open": (BulletinState.ISSUED,),
    "proposed": (BulletinState.PROPOSED,),
}
QUEUES: Final = (*_STATES, "expiring")


def in_queue(rows: QuerySet[Any], queue: str, now: dt.datetime) -> QuerySet[Any]:
    """The bulletins of one queue of the desk."""
    if queue == "expiring":
        return rows.filter(state=BulletinState.ISSUED.value, expires_at__lte=now + SOON)
    return rows.filter(state__in=[state.value for state in _STATES[queue]])


def queued(scope: Any, queue: str, now: dt.datetime) -> QuerySet[Bulletin]:
    found: QuerySet[Bulletin] = in_queue(bulletins(scope), queue, now)
    return found.order_by("expires_at" if queue == "expiring" else "drafted_at", "pk")


def warnings_expiring(scope: Any, now: dt.datetime) -> QuerySet[IssuedWarning]:
    """Warnings in force of every issuer whose time is over soon."""
    rows: QuerySet[IssuedWarning] = IssuedWarning.objects.visible_to(scope)
    return rows.filter(ended_at__isnull=True, expires_at__lte=now + SOON).order_by(
        "expires_at", "pk"
    )


def silent_rounds(scope: Any) -> QuerySet[CallRound]:
    """Rounds under way in which somebody in view stays silent or cannot be reached."""
    given_up = [state.value for state in GIVEN_UP]
    mine = CallAddressee.objects.visible_to(scope).filter(state__in=given_up).values("pk")
    rows: QuerySet[CallRound] = CallRound.objects.visible_to(scope)
    counted = rows.filter(closed_at__isnull=True).annotate(
        silent=Count("addressees", filter=Q(addressees__in=mine))
    )
    return (
        counted.filter(silent__gt=0)
        .select_related("warning", "unit")
        .order_by("-silent", "opened_at", "pk")
    )
