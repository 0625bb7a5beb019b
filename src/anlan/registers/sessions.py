"""A browser that is signed in: where its session begins, what is remembered, when it ends."""

import datetime as dt

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.signals import user_login_failed
from django.db import models
from django.http import HttpRequest

from anlan.base import clock
from anlan.base.instance_stamp import is_demonstration
from anlan.registers.models import Account
from anlan.registers.models.sessions import SignInSession
from anlan.registers.rules.sign_in import (
    PasswordState,
    SessionState,
    password_state,
    seconds_left,
    session_state,
)

BACKEND = "anlan.registers.access.AccountBackend"
BEGAN, SEEN, BY_PROVIDER = "began_at", "seen_at", "by_provider"
NOTED_EVERY = dt.timedelta(minutes=1)


def begin(request: HttpRequest, account: Account, *, by_provider: bool = False) -> None:
    """Sign a browser in as an account whose proofs were all given; `by_provider` without its
    password."""
    login(request, account, backend=BACKEND)
    now = clock.now()
    if request.session.session_key is None:
        request.session.create()
    request.session[BEGAN] = request.session[SEEN] = now.isoformat()
    request.session[BY_PROVIDER] = by_provider
    SignInSession.objects.create(
        account=account,
        key=request.session.session_key or "",
        began_at=now,
        seen_at=now,
        address=str(request.META.get("REMOTE_ADDR", ""))[:60],
        agent=request.headers.get("User-Agent", "")[:200],
    )


def count_failure(request: HttpRequest, account: Account) -> None:
    """A wrong second proof counts like a wrong password: it locks the name in the end."""
    credentials = {"username": account.login}
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)


def live_sessions(account: Account, now: dt.datetime) -> models.QuerySet[SignInSession]:
    """Sessions that were not ended and whose time is not over, newest use first."""
    idle = dt.timedelta(minutes=settings.ANLAN_IDLE_MINUTES) + NOTED_EVERY
    longest = dt.timedelta(hours=settings.ANLAN_SESSION_HOURS)
    return SignInSession.objects.filter(
        account=account,
        ended_at__isnull=True,
        began_at__gt=now - longest,
        seen_at__gt=now - idle,
    )


def renew_key(request: HttpRequest, old: str) -> None:
    """The session goes on under another key (after a change of password)."""
    new = request.session.session_key or ""
    SignInSession.objects.filter(key=old, ended_at__isnull=True).update(key=new)


def end(request: HttpRequest) -> None:
    """Sign this browser out."""
    key = request.session.session_key
    SignInSession.objects.filter(key=key, ended_at__isnull=True).update(ended_at=clock.now())
    logout(request)


def state_of(request: HttpRequest, now: dt.datetime) -> SessionState:
    """Whether the session may still be used; one without a beginning begins now."""
    session = request.session
    if BEGAN not in session:
        session[BEGAN] = session[SEEN] = now.isoformat()
    return session_state(
        began_at=_time(session[BEGAN]),
        seen_at=_time(session[SEEN]),
        now=now,
        idle_minutes=settings.ANLAN_IDLE_MINUTES,
        longest_hours=settings.ANLAN_SESSION_HOURS,
    )


def has_begun(request: HttpRequest) -> bool:
    return BEGAN in request.session


def note_use(request: HttpRequest, now: dt.datetime) -> None:
    """Remember that the session was used, at most once a minute."""
    if now - _time(request.session[SEEN]) < NOTED_EVERY:
        return
    request.session[SEEN] = now.isoformat()
    rows = SignInSession.objects.filter(key=request.session.session_key, ended_at__isnull=True)
    rows.update(seen_at=now)


def left_s(request: HttpRequest, now: dt.datetime) -> int:
    return seconds_left(
        began_at=_time(request.session[BEGAN]),
        seen_at=_time(request.session[SEEN]),
        now=now,
        idle_minutes=settings.ANLAN_IDLE_MINUTES,
        longest_hours=settings.ANLAN_SESSION_HOURS,
    )


def password_due(request: HttpRequest, account: Account, now: dt.datetime) -> PasswordState:
    """Whether the password has to be changed before the work; one that was not used to sign in
    is asked for when it is used again."""
    if request.session.get(BY_PROVIDER, False):
        return PasswordState.GOOD
    return password_state_of(request, account, now)


def password_state_of(request: HttpRequest, account: Account, now: dt.datetime) -> PasswordState:
    """A demonstration's passwords are printed on its sign-in page and never grow old."""
    return password_state(
        set_at=account.password_set_at,
        is_first=account.must_change_password,
        now=now,
        age_days=0 if is_demonstration(request) else settings.ANLAN_PASSWORD_AGE_DAYS,
    )


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
