"""Passwords, locks and sessions of a sign-in.

WrongPresentPassword    the present password was asked and is not this one
PasswordTooWeak         the rules of passwords refuse it; says which (see `people`)
"""

import datetime as dt
import uuid

from axes.models import AccessAttempt
from axes.utils import reset as forget_failures
from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db.models import Sum

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotAllowed, NotFound
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.registers.access import require
from anlan.registers.actions.people import PasswordTooWeak
from anlan.registers.models import Account
from anlan.registers.models.sessions import SignInSession
from anlan.registers.rules.scope import Capability


class WrongPresentPassword(Invalid):
    code = "wrong-present-password"
    message = gettext_noop("This is not your present password. Nothing was changed.")


def change_own_password(
    present: str,
    new: str,
    *,
    keep: str | None = None,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> None:
    """The account of the actor gets a new password; its sessions end, except the one with the
    key `keep`."""
    account = Account.objects.get(login=actor.account)
    with recording(
        action="registers.password.change",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"account": str(account.pk)},
    ) as rec:
        if rec.repeated:
            return
        account = rec.lock(Account, account.pk)
        if not check_password(present, account.password):
            raise WrongPresentPassword(field="present")
        set_password(account, new, now, field="new")
        account.must_change_password = False
        rec.save(account)
        _end_sessions(account, now, but=keep)


def reset_password(
    account_id: uuid.UUID,
    new: str,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> None:
    """A first password again, chosen by an administrator and changed at the next sign-in."""
    require(actor, Capability.MANAGE_ACCOUNTS)
    with recording(
        action="registers.password.reset",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"account": str(account_id)},
    ) as rec:
        if rec.repeated:
            return
        account = rec.lock(Account, account_id, expected_version=expected_version)
        if account.login == actor.account:
            raise NotAllowed(gettext_noop("Change your own password under “My account”."))
        set_password(account, new, now, field="password")
        account.must_change_password = True
        rec.save(account)
        _end_sessions(account, now, but=None)


def set_password(account: Account, new: str, now: dt.datetime, *, field: str) -> None:
    """Refuse what the rules of passwords refuse; keep the digest of the old one."""
    try:
        validate_password(new, user=account)
    except ValidationError as error:
        raise PasswordTooWeak("{reason}", field=field, reason=" ".join(error.messages)) from error
    kept = settings.ANLAN_PASSWORD_HISTORY - 1
    past = [account.password, *account.past_passwords.splitlines()]
    account.past_passwords = "\n".join(past[:kept])
    account.password = make_password(new)
    account.password_set_at = now


def locked_until(login: str, now: dt.datetime) -> dt.datetime | None:
    """When a name that was tried too often opens by itself; None when it is not locked."""
    since = now - settings.AXES_COOLOFF_TIME
    tries = AccessAttempt.objects.filter(username=login, attempt_time__gt=since)
    counted = tries.aggregate(failures=Sum("failures_since_start"))["failures"] or 0
    if counted < settings.AXES_FAILURE_LIMIT:
        return None
    newest = tries.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    return newest + settings.AXES_COOLOFF_TIME if newest else None


def unlock(
    account_id: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> None:
    """A name that was locked by wrong passwords may be tried again at once."""
    require(actor, Capability.ASSIGN_RIGHTS)
    with recording(
        action="registers.account.unlock",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"account": str(account_id)},
    ) as rec:
        if rec.repeated:
            return
        account = rec.lock(Account, account_id)
        rec.note(account=account.login, failures=forget_failures(username=account.login))


def end_sessions(
    account_id: uuid.UUID,
    *,
    but: str | None = None,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> int:
    """Sign an account out everywhere, except the session with the key `but`. Its own account
    may do so; for another one it is the security administrator's task."""
    account = Account.objects.get(pk=account_id)
    if account.login != actor.account:
        require(actor, Capability.ASSIGN_RIGHTS)
    with recording(
        action="registers.sessions.end",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"account": str(account_id)},
    ) as rec:
        if not rec.repeated:
            ended = _end_sessions(account, now, but=but)
            rec.note(account=account.login, sessions=ended)
            rec.result = {"sessions": ended}
    return int(rec.result["sessions"])


def end_own_session(
    session_id: uuid.UUID, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> None:
    """Sign one browser of the actor's account out. NotFound for anybody else's."""
    with recording(
        action="registers.sessions.end",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"session": str(session_id)},
    ) as rec:
        if rec.repeated:
            return
        rows = SignInSession.objects.filter(account__login=actor.account, ended_at__isnull=True)
        row = rows.filter(pk=session_id).first()
        if row is None:
            raise NotFound
        Session.objects.filter(session_key=row.key).delete()
        row.ended_at = now
        row.save()
        rec.note(account=actor.account, sessions=1)


def end_all_sessions(account: Account, now: dt.datetime) -> int:
    """Inside a recording of somebody else."""
    return _end_sessions(account, now, but=None)


def _end_sessions(account: Account, now: dt.datetime, *, but: str | None) -> int:
    live = SignInSession.objects.filter(account=account, ended_at__isnull=True)
    keys = [key for key in live.values_list("key", flat=True) if key != but]
    Session.objects.filter(session_key__in=keys).delete()
    return live.filter(key__in=keys).update(ended_at=now)
