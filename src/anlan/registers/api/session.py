"""Sign-in over the API, and who one is."""

from typing import Annotated, Any

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.api.finding import named
from anlan.base.api.paging import is_marked
from anlan.base.api.problems import CrossSiteRefused, SignInRequired
from anlan.base.api.shapes import Named
from anlan.base.api.writing import Input, actor_of
from anlan.base.errors import NotAllowed
from anlan.base.identity import new_id
from anlan.base.rules.labels import gettext_noop
from anlan.registers import sessions
from anlan.registers.access import actor_of as actor_of_account
from anlan.registers.actions.second_factor import WrongCode, use_code
from anlan.registers.api.common import Password
from anlan.registers.api.people import HeldPost, held_today, post_row
from anlan.registers.models import Account, Body, ReportingUnit, SecondFactor
from anlan.registers.rules.scope import Capability, Role, Scope

router = Router(tags=["session"])


class WrongPassword(SignInRequired):
    code = "wrong-password"
    message = gettext_noop(
        "Name or password is wrong. After checking both, ask your administrator."
    )


class SecondFactorNeeded(SignInRequired):
    code = "second-factor-needed"
    message = gettext_noop(
        "This account has a second proof. Send the present code of the authenticator as `code`."
    )


class SignInLocked(SignInRequired):
    code = "sign-in-locked"
    status = 429
    message = gettext_noop(
        "Too many wrong passwords for this name. It opens by itself after a while; the security "
        "administrator can open it at once."
    )


class TokenHasNoSession(NotAllowed):
    code = "token-has-no-session"
    message = gettext_noop("A token has no session to end. Ask the administrator to revoke it.")


class SignIn(Input):
    login: Annotated[str, Field(min_length=1, max_length=40)]
    password: Password
    code: Annotated[str, Field(max_length=20)] = ""


class Me(Schema):
    """Who is asking. `units` are the reporting units whose internal records are in view."""

    account: str
    name: str
    language: str
    posts: list[HeldPost]
    roles: list[Role]
    capabilities: list[Capability]
    bodies: list[Named]
    units: list[Named]
    demonstration: bool


class Session(Me):
    """Send `csrf_token` back in the header X-CSRFToken with every write of this session."""

    csrf_token: str


@router.post("/session", auth=None, response={201: Session})
def sign_in(request: HttpRequest, body: SignIn) -> Status[dict[str, Any]]:
    """Sign in with name and password. The answer sets the session cookie."""
    _same_origin(request)
    account = authenticate(request, username=body.login, password=body.password)
    if getattr(request, "axes_locked_out", False):
        raise SignInLocked
    if not isinstance(account, Account):
        raise WrongPassword
    if SecondFactor.objects.filter(account=account).exists():
        if not body.code:
            raise SecondFactorNeeded
        try:
            use_code(account, body.code, now=clock.now(), request_id=new_id().hex)
        except WrongCode:
            sessions.count_failure(request, account)
            raise
    sessions.begin(request, account)
    actor = actor_of_account(account)
    return Status(201, {**_me(request, actor), "csrf_token": get_token(request)})


@router.delete("/session", response={204: None})
def sign_out(request: HttpRequest) -> Status[None]:
    """End the session of the cookie."""
    if "Authorization" in request.headers:
        raise TokenHasNoSession
    sessions.end(request)
    return Status(204, None)


@router.get("/me", response=Me)
def who_am_i(request: HttpRequest) -> dict[str, Any]:
    """Account, posts held today, capabilities, and the units in view."""
    return _me(request, actor_of(request))


def _me(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    account = Account.objects.select_related("person").get(login=actor.account)
    scope = actor.scope if isinstance(actor.scope, Scope) else Scope()
    units = ReportingUnit.objects.filter(code__in=scope.units)
    return {
        "account": account.login,
        "name": account.person.name,
        "language": account.language,
        "posts": [post_row(tenure) for tenure in held_today().filter(person=account.person_id)],
        "roles": sorted(scope.roles),
        "capabilities": sorted(scope.capabilities),
        "bodies": [named(body) for body in Body.objects.filter(code__in=scope.bodies)],
        "units": [named(unit) for unit in units],
        "demonstration": is_marked(request),
    }


def _same_origin(request: HttpRequest) -> None:
    """No other site may sign a visitor's browser in (its JSON would need a preflight as well)."""
    origin = request.headers.get("Origin")
    scheme = "https" if request.is_secure() else "http"
    if origin is not None and origin != f"{scheme}://{request.get_host()}":
        raise CrossSiteRefused
