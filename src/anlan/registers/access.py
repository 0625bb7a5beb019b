"""Who is asking: sign-in, the acting account of a request, and what its posts permit."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.errors import NotAllowed
from anlan.base.journal.content import plain_digest
from anlan.registers import queries
from anlan.registers.models import Account
from anlan.registers.rules.scope import NOTHING, Capability, Scope

NOBODY = Actor(account="anonymous", scope=NOTHING)
_DUMMY_HASH = make_password(secrets.token_hex(8))


class AccountBackend(BaseBackend):
    """Password sign-in. A wrong name costs as long as a wrong password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Account | None:
        account = Account.objects.filter(login=username or "", is_active=True).first()
        matches = check_password(password or "", account.password if account else _DUMMY_HASH)
        return account if account is not None and matches else None

    def get_user(self, user_id: Any) -> Account | None:
        """With the person, whose name stands on every page."""
        known = Account.objects.select_related("person")
        return known.filter(pk=user_id, is_active=True).first()


class ActorMiddleware:
    """Sets `request.actor`. Its scope is read once a request, for today."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = actor_of(request.user)  # type: ignore[attr-defined]
        return self.get_response(request)


def actor_of(user: Account | AnonymousUser) -> Actor:
    """The actor that an account is today; NOBODY when it is not signed in."""
    if not isinstance(user, Account):
        return NOBODY
    return queries.actor_for(user, clock.today())


def account_for_token(token: str) -> Account | None:
    """The account a system's token acts as; None when unknown, revoked or expired."""
    return queries.account_of_token(plain_digest(token.encode()), clock.now())


def require(actor: Actor, capability: Capability) -> Scope:
    """The actor's scope, or NotAllowed."""
    scope = actor.scope
    if not isinstance(scope, Scope) or not scope.may(capability):
        raise NotAllowed
    return scope
