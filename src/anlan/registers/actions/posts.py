"""Sign-ins and posts, kept apart: one administrator opens a sign-in, another gives the post.

OwnRights    nobody gives posts to himself, or closes his own sign-in
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require
from anlan.registers.actions.people import add_account, check_sign_in, post_of
from anlan.registers.actions.profile import initials
from anlan.registers.actions.tenures import TenureEndsTooEarly
from anlan.registers.models import Account, Person, Tenure
from anlan.registers.queries import has_security_administrator
from anlan.registers.rules.scope import ADMINISTRATORS, Capability, Role


class OwnRights(NotAllowed):
    code = "own-rights"
    message = gettext_noop(
        "Nobody gives posts to himself or takes his own away. Ask another security administrator."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSignIn:
    """Somebody who gets a sign-in; rights come with a post that is given afterwards."""

    name: str
    mobile: str
    login: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPost:
    """A post to be held. `role` is a code of `Role`; `body` the key of a body."""

    body: uuid.UUID
    title: str
    role: str
    held_from: dt.date


def open_account(
    sign_in: NewSignIn, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Person and account in one entry, without any right. Returns their ids."""
    require(actor, Capability.MANAGE_ACCOUNTS)
    with recording(
        action="registers.account.open",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"login": sign_in.login},
    ) as rec:
        if rec.repeated:
            return rec.result
        check_sign_in(sign_in.login, sign_in.password)
        person = Person(
            name=sign_in.name.strip(),
            mobile=sign_in.mobile.strip(),
            initials=initials(sign_in.name)[:30],
        )
        person.is_invented = person.is_invented_row()
        validate(person)
        rec.add(person)
        account = add_account(rec, person, sign_in.login, sign_in.password, is_first=True)
        rec.result = {"person": str(person.id), "account": str(account.id)}
    return rec.result


def give_post(
    account_id: uuid.UUID,
    post: NewPost,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """The person of a sign-in holds a post from a day on."""
    _require_appointer(actor, Role(post.role), now)
    payload = {"account": str(account_id), "body": str(post.body), "title": post.title}
    with recording(
        action="registers.post.give",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload | {"role": post.role, "held_from": post.held_from.isoformat()},
    ) as rec:
        if rec.repeated:
            return rec.result
        account = rec.lock(Account, account_id)
        _refuse_own(actor, account.login)
        found = post_of(rec, post.body, post.title.strip(), post.role)
        tenure = Tenure(person=account.person, post=found, held_from=post.held_from)
        validate(tenure)
        rec.add(tenure)
        rec.result = {"tenure": str(tenure.id)}
    return rec.result


def end_post(
    tenure_id: uuid.UUID,
    until: dt.date,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> None:
    """The post is held until a day (excluded); its rights end with it."""
    require(actor, Capability.ASSIGN_RIGHTS)
    with recording(
        action="registers.post.end",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"tenure": str(tenure_id), "until": until.isoformat()},
    ) as rec:
        if rec.repeated:
            return
        tenure = rec.lock(Tenure, tenure_id, expected_version=expected_version)
        holder = Account.objects.filter(person=tenure.person_id).first()
        _refuse_own(actor, holder.login if holder else "")
        if until <= tenure.held_from:
            raise TenureEndsTooEarly(field="until", start=tenure.held_from.isoformat())
        tenure.held_until = until
        validate(tenure)
        rec.save(tenure)


def set_active(
    account_id: uuid.UUID,
    is_active: bool,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> None:
    """Close a sign-in, or open it again. Closed, it and its tokens stop at once."""
    require(actor, Capability.MANAGE_ACCOUNTS)
    with recording(
        action="registers.account.open_again" if is_active else "registers.account.close",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"account": str(account_id), "is_active": is_active},
    ) as rec:
        if rec.repeated:
            return
        account = rec.lock(Account, account_id, expected_version=expected_version)
        _refuse_own(actor, account.login)
        account.is_active = is_active
        rec.save(account)


def _require_appointer(actor: Actor, role: Role, now: dt.datetime) -> None:
    """The security administrator gives posts. House rule: while there is none (an instance from
    before the three tasks were apart), a system administrator appoints the other two."""
    is_first = role in ADMINISTRATORS and role is not Role.SYSTEM_ADMINISTRATOR
    if is_first and not has_security_administrator(now):
        require(actor, Capability.MANAGE_ACCOUNTS)
    else:
        require(actor, Capability.ASSIGN_RIGHTS)


def _refuse_own(actor: Actor, login: str) -> None:
    if actor.account == login:
        raise OwnRights
