"""Identities of another provider: linked by somebody, used to sign in, unlinked.

IdentityTaken       it is linked already, or the account has one
UnknownIdentity     nobody linked it, or the sign-in it belongs to is closed
ProviderOff         the option is not switched on
"""

import datetime as dt
import uuid
from typing import Any

from django.conf import settings
from django.db import IntegrityError

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound, Refused
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.registers import provider
from anlan.registers.access import require
from anlan.registers.actions.sign_ins import end_all_sessions
from anlan.registers.models import Account, LinkedIdentity
from anlan.registers.provider import SUBJECT_CHARS, Identity
from anlan.registers.rules.scope import Capability


class IdentityTaken(Refused):
    code = "identity-taken"
    status = 409
    message = gettext_noop(
        "This identity is linked to an account already, or the account has another one. Unlink "
        "that first. Nothing was changed."
    )


class UnknownIdentity(Refused):
    code = "unknown-identity"
    status = 403
    message = gettext_noop(
        "You were recognised as “{subject}”, but no open sign-in of this program is linked to "
        "that. Sign in with name and password and link it under “My account”, or give this "
        "number to the security administrator."
    )


class ProviderOff(Refused):
    code = "provider-off"
    status = 409
    message = gettext_noop(
        "Signing in through another provider is not switched on here. The operator of this "
        "program can switch it on."
    )


class NoSubject(Invalid):
    code = "no-subject"
    message = gettext_noop(
        "The number at the provider has 1 to 255 characters. It stands on the page that refused "
        "the person, and in the provider's own list."
    )


def identity_of_account(account_id: uuid.UUID) -> LinkedIdentity | None:
    """The identity of an account at the provider that is switched on."""
    rows = LinkedIdentity.objects.filter(account=account_id, issuer=settings.ANLAN_OIDC_ISSUER)
    found: LinkedIdentity | None = rows.exclude(subject="").first()
    return found


def link_identity(
    account_id: uuid.UUID,
    identity: Identity,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> LinkedIdentity:
    """One's own account may do so with a proven identity; for another one it is the security
    administrator's task. Raises IdentityTaken."""
    if not provider.is_on():
        raise ProviderOff
    account = Account.objects.filter(pk=account_id).first()
    if account is None or account.login != actor.account:
        require(actor, Capability.ASSIGN_RIGHTS)
    if not 0 < len(identity.subject) <= SUBJECT_CHARS or not identity.subject.isprintable():
        raise NoSubject(field="subject")
    try:
        return _link(account_id, identity, actor, now, request_id, reason)
    except IntegrityError as error:
        raise IdentityTaken(field="subject") from error


def _link(
    account_id: uuid.UUID,
    identity: Identity,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> LinkedIdentity:
    with recording(
        action="registers.identity.link",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "account": str(account_id),
            "issuer": identity.issuer,
            "subject": identity.subject,
        },
    ) as rec:
        if rec.repeated:
            return LinkedIdentity.objects.get(pk=rec.result["identity"])
        account = rec.lock(Account, account_id)
        here = LinkedIdentity.objects.filter(issuer=identity.issuer)
        if (here.filter(subject=identity.subject) | here.filter(account=account)).exists():
            raise IdentityTaken(field="subject")
        row = LinkedIdentity(
            account=account, issuer=identity.issuer, subject=identity.subject, linked_at=now
        )
        rec.add(row)
        rec.note(account=account.login)
        rec.result = {"identity": str(row.pk)}
    return row


def unlink_identity(
    account_id: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> None:
    """The identity signs in no more. Done for somebody else, that account is signed out."""
    account = Account.objects.filter(pk=account_id).first()
    is_own = account is not None and account.login == actor.account
    if not is_own:
        require(actor, Capability.ASSIGN_RIGHTS)
    with recording(
        action="registers.identity.unlink",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"account": str(account_id)},
    ) as rec:
        if rec.repeated:
            return
        account = rec.lock(Account, account_id)
        keys = LinkedIdentity.objects.filter(account=account).values_list("pk", flat=True)
        if not keys:
            raise NotFound
        for key in list(keys):
            rec.remove(rec.lock(LinkedIdentity, key))
        ended = 0 if is_own else end_all_sessions(account, now)
        rec.note(account=account.login, sessions=ended)


def use_identity(identity: Identity, *, now: dt.datetime, request_id: str) -> Account:
    """The open account that an identity was linked to. Raises UnknownIdentity."""
    refusal = UnknownIdentity(subject=identity.subject)
    rows = LinkedIdentity.objects.filter(issuer=identity.issuer, subject=identity.subject)
    row = rows.select_related("account").filter(account__is_active=True).first()
    if row is None:
        raise refusal
    account: Account = row.account
    payload: dict[str, Any] = {"account": str(account.pk), "identity": str(row.pk)}
    with recording(
        action="registers.identity.use",
        actor=Actor(account=account.login),
        now=now,
        request_id=request_id,
        payload=payload,
    ) as rec:
        if rec.repeated:
            raise refusal
        try:
            row = rec.lock(LinkedIdentity, row.pk)
        except NotFound:  # unlinked a moment ago
            raise refusal from None
        row.used_at = now
        rec.save(row)
    return account
