"""People without a sign-in, posts, and tenures that begin and end.

PostGivesRights      a post that gives rights is given by the security administrator
AlreadyHolds         the person holds the post on that day
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import Q

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require
from anlan.registers.actions.keeping import Request, add_row, change_row
from anlan.registers.actions.profile import initials
from anlan.registers.actions.tenures import TenureEndsTooEarly
from anlan.registers.models import Account, Person, Post, Tenure
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import CITY_WIDE_ROLES, Capability, Role
from anlan.registers.rules.telephone import (
    is_landline,
    is_mobile,
    repaired_landline,
    repaired_mobile,
)


class NotAMobile(Invalid):
    code = "not-a-mobile"
    message = gettext_noop("A mobile number has eleven digits and begins with 1.")


class NotALandline(Invalid):
    code = "not-a-landline"
    message = gettext_noop(
        "An office number is area code, number and extension, such as 0359-2060000-8."
    )


class AlreadyHolds(Invalid):
    code = "already-holds"
    message = gettext_noop("{person} holds this post on or after {day} already.")


def add_person(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """A person who needs no sign-in. `values`: name, mobile, landline."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    row = Person(**tidied_person(values))
    return add_row(row, action="registers.person.add", check=_may_keep(actor), asked=asked)


def change_person(
    person_id: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    return change_row(
        Person,
        person_id,
        tidied_person(values),
        expected_version=expected_version,
        action="registers.person.change",
        check=_may_keep(actor),
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def add_post(
    values: Mapping[str, Any], *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """A post of a body. `values`: body, title, role."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    row = Post(**values)

    def check(row: Post) -> None:
        _may_give(actor, row)

    return add_row(row, action="registers.post.add", check=check, asked=asked)


def begin_tenure(
    post_id: uuid.UUID,
    *,
    person: uuid.UUID,
    held_from: dt.date,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """A person takes a post from a day on."""
    asked = Request(actor=actor, now=now, request_id=request_id, reason=reason)
    payload = {"post": post_id, "person": person, "held_from": held_from}
    with recording(**asked.opening("registers.tenure.begin", payload)) as rec:
        if rec.repeated:
            return rec.result
        post = Post.objects.select_for_update().filter(pk=post_id).first()
        holder = Person.objects.filter(pk=person).first()
        if post is None or holder is None:
            raise NotFound
        _may_give(actor, post, holder.pk)
        later = Q(held_until__isnull=True) | Q(held_until__gt=held_from)
        if Tenure.objects.filter(later, post=post, person=holder).exists():
            raise AlreadyHolds(field="person", person=holder.name, day=held_from.isoformat())
        row = Tenure(post=post, person=holder, held_from=held_from)
        validate(row)
        rec.add(row)
        rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def end_tenure(
    tenure_id: uuid.UUID,
    *,
    held_until: dt.date,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """The person leaves the post; without a successor the post is vacant."""

    def check(row: Tenure) -> None:
        _may_give(actor, row.post, row.person_id)
        if held_until <= row.held_from:
            raise TenureEndsTooEarly(field="held_until", start=row.held_from.isoformat())

    return change_row(
        Tenure,
        tenure_id,
        {"held_until": held_until},
        expected_version=expected_version,
        action="registers.tenure.end",
        check=check,
        asked=Request(actor=actor, now=now, request_id=request_id, reason=reason),
    )


def _may_keep(actor: Actor) -> Any:
    return lambda row: require(actor, Capability.KEEP_REGISTERS)


def _may_give(actor: Actor, post: Post, person: uuid.UUID | None = None) -> None:
    """Whoever keeps the registers enters who holds what; a post that gives rights (city-wide, or
    to somebody with a sign-in) is given and ended by the security administrator."""
    signs_in = person is not None and Account.objects.filter(person=person).exists()
    if signs_in or Role(post.role) in CITY_WIDE_ROLES:
        require(actor, Capability.ASSIGN_RIGHTS)
    else:
        require(actor, Capability.KEEP_REGISTERS)


def tidied_person(values: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a person as they are kept; refuses what is no number."""
    name = values["name"].strip()
    mobile = repaired_mobile(values.get("mobile", ""))
    landline = repaired_landline(values.get("landline", ""))
    if mobile and not is_mobile(mobile):
        raise NotAMobile(field="mobile")
    if landline and not is_landline(landline):
        raise NotALandline(field="landline")
    return {
        "name": name,
        "initials": initials(name)[:30],
        "mobile": mobile,
        "landline": landline,
        "is_invented": is_invented(names=(name,), mobile=mobile),
    }
