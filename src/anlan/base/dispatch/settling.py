"""Telling the stages what became of what they sent: each outcome once, in a recording of its own.

The mark that an outcome waits to be told and what its handler writes are one transaction, so a
process that is killed in between tells it again and nothing is done twice.
"""

import datetime as dt
import logging
import uuid
from dataclasses import dataclass

from anlan.base.actor import Actor
from anlan.base.journal.recording import recording
from anlan.base.models.dispatch import DispatchOutcome
from anlan.base.parts import OutcomeHandler, registry
from anlan.base.rules.dispatch import Outcome

logger = logging.getLogger(__name__)
AT_ONCE = 200
AGAIN_AFTER = dt.timedelta(minutes=5)
TELLER = Actor.program("dispatch")


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a handler learns. `about_model` and `about_key` name the record it was about."""

    dispatch: uuid.UUID
    outcome: Outcome
    happened_at: dt.datetime
    detail: str
    mode: str
    world: str
    addressee_kind: str
    addressee: str
    about_model: str
    about_key: str


def settle(now: dt.datetime) -> int:
    """Tell what waits to be told. Returns how many outcomes were told."""
    waiting = DispatchOutcome.objects.filter(handle_after__lte=now).order_by("handle_after", "id")
    told = 0
    for line in list(waiting.select_related("dispatch__message")[:AT_ONCE]):
        handler = registry.outcome_handler(line.dispatch.message.purpose)
        try:
            told += _tell(line, handler, now)
        except Exception:  # the outer edge: the item keeps its place, the others go on
            logger.exception("outcome not handled", extra={"outcome": line.pk})
            DispatchOutcome.objects.filter(pk=line.pk).update(handle_after=now + AGAIN_AFTER)
    return told


def _tell(line: DispatchOutcome, handler: OutcomeHandler | None, now: dt.datetime) -> int:
    with recording(
        action="base.dispatch.tell", actor=TELLER, now=now, request_id=f"dispatch-told-{line.pk}"
    ) as rec:
        waiting = DispatchOutcome.objects.select_for_update().filter(pk=line.pk)
        is_mine = waiting.filter(handle_after__isnull=False).exists()
        if is_mine and handler is not None and not rec.repeated:
            handler.apply(rec, _news(line))
        DispatchOutcome.objects.filter(pk=line.pk).update(handle_after=None)
    return int(is_mine)


def _news(line: DispatchOutcome) -> News:
    row, message = line.dispatch, line.dispatch.message
    return News(
        dispatch=row.pk,
        outcome=Outcome(line.outcome),
        happened_at=line.happened_at,
        detail=line.detail,
        mode=row.mode,
        world=row.world,
        addressee_kind=row.addressee_kind,
        addressee=row.addressee,
        about_model=message.about_model,
        about_key=message.about_key,
    )
