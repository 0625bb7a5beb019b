"""People, posts, sign-ins and tokens."""

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from anlan.base.actor import Actor
from anlan.base.errors import Invalid
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require
from anlan.registers.actions.profile import initials
from anlan.registers.models import Account, ApiToken, Body, Person, Post, Tenure
from anlan.registers.rules.scope import Capability, Role

TOKEN_LIFE = dt.timedelta(days=365)
"""House rule: a system's token is renewed every year."""


class PasswordTooWeak(Invalid):
    code = "password-too-weak"


class LoginTaken(Invalid):
    code = "login-taken"
    message = gettext_noop("The sign-in name {login} is taken. Choose another.")


class PostHasOtherRole(Invalid):
    code = "post-has-other-role"
    message = gettext_noop(
        "The post {title} has the role “{role}” already. Use that role, or another title."
    )


class TokenLifeRefused(Invalid):
    code = "token-life-refused"
    message = gettext_noop("A token lives 1 to {most} days. Choose a number between.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewColleague:
    """Somebody who gets a post and a sign-in. `role` is a code of `Role`."""

    name: str
    mobile: str
    body: uuid.UUID
    title: str
    role: str
    held_from: dt.date
    login: str
    password: str
    is_invented: bool = False
    password_is_first: bool = False


def add_colleague(
    colleague: NewColleague,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Person, post, tenure and account in one entry: what the program itself does at the first
    run and in a demonstration. Two administrators share it otherwise (`posts`). Returns ids."""
    require(actor, Capability.MANAGE_ACCOUNTS)
    require(actor, Capability.ASSIGN_RIGHTS)
    payload = {"login": colleague.login, "body": str(colleague.body), "role": colleague.role}
    with recording(
        action="registers.colleague.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload,
    ) as rec:
        if not rec.repeated:
            _add(rec, colleague)
    return rec.result


def _add(rec: Recording, colleague: NewColleague) -> None:
    check_sign_in(colleague.login, colleague.password)
    person = Person(
        name=colleague.name.strip(),
        mobile=colleague.mobile.strip(),
        initials=initials(colleague.name)[:30],
        is_invented=colleague.is_invented,
    )
    validate(person)
    rec.add(person)
    post = post_of(rec, colleague.body, colleague.title, colleague.role)
    tenure = Tenure(person=person, post=post, held_from=colleague.held_from)
    validate(tenure)
    rec.add(tenure)
    is_first = colleague.password_is_first
    account = add_account(rec, person, colleague.login, colleague.password, is_first=is_first)
    rec.result = {"person": str(person.id), "account": str(account.id)}


def add_account(
    rec: Recording, person: Person, login: str, password: str, *, is_first: bool = False
) -> Account:
    """The sign-in of a person inside an open recording. A first password is one that somebody
    else chose: it is changed at the first sign-in."""
    account = Account(
        login=login,
        person=person,
        password=make_password(password),
        password_set_at=rec.now,
        must_change_password=is_first,
    )
    validate(account)
    rec.add(account)
    return account


def check_sign_in(login: str, password: str) -> None:
    """Refuse a name that is taken and a password that is too weak."""
    if Account.objects.filter(login=login).exists():
        raise LoginTaken(field="login", login=login)
    try:
        validate_password(password, user=Account(login=login))
    except ValidationError as error:
        reason = " ".join(error.messages)
        raise PasswordTooWeak("{reason}", field="password", reason=reason) from error


def post_of(rec: Recording, body_id: uuid.UUID, title: str, role: str) -> Post:
    """The post of that title in a body, made when it is new. Its role never changes silently."""
    Role(role)
    body = Body.objects.get(pk=body_id)
    post = Post.objects.filter(body=body, title=title).first()
    if post is None:
        post = Post(body=body, title=title, role=role)
        validate(post)
        rec.add(post)
    elif post.role != role:
        raise PostHasOtherRole(field="role", title=post.title, role=Role(post.role).label)
    return post


def issue_token(
    account: Account,
    label: str,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    days: int = TOKEN_LIFE.days,
    reason: str = "",
) -> tuple[ApiToken, str]:
    """A token for a system that acts as `account`. The secret is returned once, never kept."""
    require(actor, Capability.ASSIGN_RIGHTS)
    if not 1 <= days <= TOKEN_LIFE.days:
        raise TokenLifeRefused(field="days", most=TOKEN_LIFE.days)
    secret = f"anlan_{secrets.token_urlsafe(32)}"
    with recording(
        action="registers.token.issue",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"account": str(account.id), "label": label},
    ) as rec:
        if rec.repeated:
            return ApiToken.objects.get(pk=rec.result["id"]), ""
        token = ApiToken(
            account=account,
            label=label,
            digest=plain_digest(secret.encode()),
            expires_at=now + dt.timedelta(days=days),
        )
        validate(token)
        rec.add(token)
        rec.result = {"id": str(token.id)}
    return token, secret


def revoke_token(
    token_id: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> None:
    """The token stops working at once."""
    require(actor, Capability.ASSIGN_RIGHTS)
    with recording(
        action="registers.token.revoke",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"token": str(token_id)},
    ) as rec:
        if not rec.repeated:
            token = rec.lock(ApiToken, token_id, expected_version=expected_version)
            token.revoked_at = now
            rec.save(token)
