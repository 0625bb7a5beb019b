"""Posts change hands: a tenure ends on a day, another may begin; the old one stays on record.

TenureEnded           somebody else ended it before
TenureEndsTooEarly    the end is not after the beginning
"""

import datetime as dt
import uuid
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Invalid
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require
from anlan.registers.models import Person, Post, Tenure
from anlan.registers.rules.scope import CITY_WIDE_ROLES, Capability, Role


class TenureEndsTooEarly(Invalid):
    code = "tenure-ends-too-early"
    message = gettext_noop("The post is held since {start}: the last day must be later.")


class TenureEnded(Invalid):
    code = "tenure-ended"
    message = gettext_noop(
        "This tenure ends on {end} already: somebody handed the post over before you. Look at the "
        "page of the post, then begin a tenure there if it is vacant."
    )


def hand_over(
    tenure_id: uuid.UUID,
    *,
    on: dt.date,
    successor: uuid.UUID | None = None,
    next_post: uuid.UUID | None = None,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """From `on` the post is held by `successor` (None: vacant), and its former holder holds
    `next_post` (None: none). One entry."""
    require(actor, Capability.KEEP_REGISTERS)
    payload = {"tenure": tenure_id, "on": on, "successor": successor, "next_post": next_post}
    with recording(
        action="registers.tenure.hand_over",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={name: str(value) for name, value in payload.items()},
    ) as rec:
        if rec.repeated:
            return rec.result
        tenure = rec.lock(Tenure, tenure_id)
        if tenure.held_until is not None:
            raise TenureEnded(field="on", end=tenure.held_until.isoformat())
        if on <= tenure.held_from:
            raise TenureEndsTooEarly(field="on", start=tenure.held_from.isoformat())
        tenure.held_until = on
        rec.save(tenure)
        rec.result = {"ended": str(tenure.pk)}
        if successor is not None:
            _begin(rec, tenure.post, successor, on, actor)
        if next_post is not None:
            _begin(rec, Post.objects.get(pk=next_post), tenure.person_id, on, actor)
    return rec.result


def _begin(rec: Recording, post: Post, person_id: uuid.UUID, on: dt.date, actor: Actor) -> None:
    if Role(post.role) in CITY_WIDE_ROLES:
        require(actor, Capability.ASSIGN_RIGHTS)
    tenure = Tenure(person=Person.objects.get(pk=person_id), post=post, held_from=on)
    validate(tenure)
    rec.add(tenure)
