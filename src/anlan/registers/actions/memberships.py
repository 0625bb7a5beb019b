"""Membership of body groups: it begins and ends on dates; it is never rewritten.

AlreadyMember      the body is a member on that day already
EndsBeforeStart    an end that is not after the start
"""

import datetime as dt
import uuid
from typing import Any

from django.db.models import Q

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require
from anlan.registers.choices import Mark
from anlan.registers.models import Body, BodyGroup, GroupMembership
from anlan.registers.rules.scope import Capability


class AlreadyMember(Invalid):
    code = "already-member"
    message = gettext_noop("{body} is a member on or after {day} already. End that span first.")


class EndsBeforeStart(Invalid):
    code = "ends-before-start"
    message = gettext_noop("The membership began on {start}: its end must be a later day.")


def add_member(
    group_id: uuid.UUID,
    values: dict[str, Any],
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """A body becomes a member. `values`: body (its id), valid_from, source."""
    require(actor, Capability.KEEP_REGISTERS)
    start: dt.date = values["valid_from"]
    payload = {"group": str(group_id), **{name: str(value) for name, value in values.items()}}
    with recording(
        action="registers.membership.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload,
    ) as rec:
        if rec.repeated:
            return rec.result
        group = BodyGroup.objects.select_for_update().filter(pk=group_id).first()
        body = Body.objects.filter(pk=values["body"]).first()
        if group is None or body is None:
            raise NotFound
        _check_free(group, body, start)
        row = GroupMembership(
            group=group,
            body=body,
            valid_from=start,
            source=values["source"],
            mark=Mark.VERIFIED,
        )
        validate(row)
        rec.add(row)
        rec.result = {"id": str(row.pk)}
    return rec.result


def end_member(
    membership_id: uuid.UUID,
    valid_until: dt.date,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """The membership ends; `valid_until` is the first day on which it no longer holds."""
    require(actor, Capability.KEEP_REGISTERS)
    payload = {
        "membership": str(membership_id),
        "valid_until": valid_until.isoformat(),
        "version": expected_version,
    }
    with recording(
        action="registers.membership.end",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload,
    ) as rec:
        if rec.repeated:
            return rec.result
        row = rec.lock(GroupMembership, membership_id, expected_version=expected_version)
        if valid_until <= row.valid_from:
            raise EndsBeforeStart(field="valid_until", start=row.valid_from.isoformat())
        row.valid_until = valid_until
        validate(row)
        rec.save(row)
        rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def _check_free(group: BodyGroup, body: Body, start: dt.date) -> None:
    later = Q(valid_until__isnull=True) | Q(valid_until__gt=start)
    if GroupMembership.objects.filter(later, group=group, body=body).exists():
        raise AlreadyMember(field="body", body=body.short_name, day=start.isoformat())
