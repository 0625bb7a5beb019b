"""Who is behind a request of the API: a system's token, or the session of a browser."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from anlan.base.actor import Actor
from anlan.base.api.problems import CrossSiteRefused, SignInRequired
from anlan.base.rules.labels import gettext_noop
from anlan.registers.access import account_for_token, actor_of
from anlan.registers.models import Account

SCHEME = "bearer"


class BadToken(SignInRequired):
    code = "bad-token"
    message = gettext_noop(
        "This token is unknown, revoked or expired. Ask the administrator for a new one."
    )


class BearerToken(AuthBase):
    """`Authorization: Bearer anlan_…`. A bad token is refused even beside a valid cookie."""

    openapi_type = "http"
    openapi_scheme = SCHEME

    def __call__(self, request: HttpRequest) -> Any:
        header = request.headers.get("Authorization")
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        account = None
        if scheme.lower() == SCHEME and token.isascii():
            account = account_for_token(token.strip())
        if account is None:
            raise BadToken
        actor = actor_of(account)
        request.actor = actor  # type: ignore[attr-defined]
        return actor


class SessionCookie(AuthBase):
    """The session of a browser; writes need its CSRF token."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any:
        if not isinstance(request.user, Account):
            return None
        if check_csrf(request) is not None:
            raise CrossSiteRefused
        actor = request.actor  # type: ignore[attr-defined]
        return actor if isinstance(actor, Actor) else None
