"""Accounts and tokens: for the administrator of accounts."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Day, Search
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.registers.actions.people import issue_token, revoke_token
from anlan.registers.actions.posts import NewPost, NewSignIn, give_post, open_account
from anlan.registers.api.bodies import visible_bodies
from anlan.registers.api.common import Password, scope_for
from anlan.registers.api.groups import NoSuchBody
from anlan.registers.models import Account, ApiToken
from anlan.registers.queries import last_use
from anlan.registers.rules.scope import Capability, Role

router = Router(tags=["accounts"])
Login = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{1,39}$")]


class NoSuchAccount(Invalid):
    code = "no-such-account"
    message = gettext_noop("There is no such account.")


class AlreadyRevoked(Invalid):
    code = "already-revoked"
    message = gettext_noop("This token was revoked before.")


class AccountQuery(Paging):
    q: Search = ""
    sort: Literal["login", "-login"] = "login"


class AccountRow(Schema):
    id: str
    login: str
    person: str
    name: str
    is_active: bool
    language: str
    version: int


class AccountInput(Write):
    """Somebody who gets a sign-in. The post is given by another administrator."""

    name: Annotated[str, Field(min_length=1, max_length=60)]
    mobile: Annotated[str, Field(max_length=20, pattern=r"^[0-9+() -]*$")] = ""
    login: Login
    password: Password


class PostGivenInput(Write):
    """A post of a body, held from a day on."""

    body: uuid.UUID
    title: Annotated[str, Field(min_length=1, max_length=60)]
    role: Role
    held_from: Day


class TokenQuery(Paging):
    account: Login | None = None
    sort: Literal["label", "-label", "expires_at", "-expires_at"] = "label"


class TokenRow(Schema):
    """A token of a system. It works until `expires_at` unless `revoked_at` is set."""

    id: str
    label: str
    account: str
    login: str
    expires_at: dt.datetime
    revoked_at: dt.datetime | None
    last_used_at: dt.datetime | None
    version: int


class IssuedToken(TokenRow):
    """`secret` is shown once: a repeat of the request gives null, for it is not kept."""

    secret: str | None


class TokenInput(Write):
    account: uuid.UUID
    label: Annotated[str, Field(min_length=1, max_length=60)]
    days: Annotated[int, Field(ge=1, le=365)] = 365


def account_row(account: Account) -> dict[str, Any]:
    return {
        "id": str(account.pk),
        "login": account.login,
        "person": str(account.person_id),
        "name": account.person.name,
        "is_active": account.is_active,
        "language": account.language,
        "version": account.version,
    }


def token_row(token: ApiToken) -> dict[str, Any]:
    return {
        "id": str(token.pk),
        "label": token.label,
        "account": str(token.account_id),
        "login": token.account.login,
        "expires_at": token.expires_at,
        "revoked_at": token.revoked_at,
        "last_used_at": last_use(token),
        "version": token.version,
    }


@router.get("/accounts", response=Page[AccountRow])
def list_accounts(request: HttpRequest, query: Query[AccountQuery]) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_ACCOUNTS)
    rows = Account.objects.visible_to(scope).select_related("person")
    if query.q:
        rows = rows.filter(login__icontains=query.q)
    return page_of(request, rows.order_by(query.sort), query, account_row)


@router.get("/accounts/{uuid:account_id}", response=AccountRow)
def get_account(
    request: HttpRequest, response: HttpResponse, account_id: uuid.UUID
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_ACCOUNTS)
    rows = Account.objects.visible_to(scope).select_related("person")
    account = only(rows.filter(pk=account_id))
    tagged(response, account.version)
    return account_row(account)


@router.post("/accounts", response={201: AccountRow})
def create_account(request: HttpRequest, body: AccountInput) -> Status[dict[str, Any]]:
    """Person and sign-in in one step; rights come with a post."""
    scope_for(request, Capability.MANAGE_ACCOUNTS)
    values = body.model_dump(exclude={"request_id", "reason"})
    result = open_account(NewSignIn(**values), **stated(request, body).kwargs())
    account = Account.objects.select_related("person").get(pk=result["account"])
    return Status(201, account_row(account))


@router.post("/accounts/{uuid:account_id}/posts", response={201: AccountRow})
def create_post(
    request: HttpRequest, account_id: uuid.UUID, body: PostGivenInput
) -> Status[dict[str, Any]]:
    """The person of the sign-in holds a post from a day on; for the security administrator."""
    scope = scope_for(request, Capability.READ_ACCOUNTS)
    account = only(
        Account.objects.visible_to(scope).select_related("person").filter(pk=account_id)
    )
    if not visible_bodies(scope).filter(pk=body.body).exists():
        raise NoSuchBody(field="body")
    values = body.model_dump(exclude={"request_id", "reason"})
    post = NewPost(**values | {"role": body.role.value})
    give_post(account.pk, post, **stated(request, body).kwargs())
    return Status(201, account_row(account))


@router.get("/tokens", response=Page[TokenRow])
def list_tokens(request: HttpRequest, query: Query[TokenQuery]) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_ACCOUNTS)
    rows = ApiToken.objects.visible_to(scope).select_related("account", "use")
    if query.account:
        rows = rows.filter(account__login=query.account)
    return page_of(request, rows.order_by(query.sort, "pk"), query, token_row)


@router.post("/tokens", response={201: IssuedToken})
def create_token(
    request: HttpRequest, response: HttpResponse, body: TokenInput
) -> Status[dict[str, Any]]:
    """A token for a system that acts as an account. Keep the secret: it is shown once."""
    scope = scope_for(request, Capability.ASSIGN_RIGHTS)
    account = Account.objects.visible_to(scope).filter(pk=body.account, is_active=True).first()
    if account is None:
        raise NoSuchAccount(field="account")
    said = stated(request, body).kwargs()
    token, secret = issue_token(account, body.label, days=body.days, **said)
    tagged(response, token.version)
    return Status(201, {**token_row(token), "secret": secret or None})


@router.post(
    "/tokens/{uuid:token_id}/revoke",
    response=TokenRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def revoke(
    request: HttpRequest, response: HttpResponse, token_id: uuid.UUID, body: Change
) -> dict[str, Any]:
    """The token stops working at once."""
    scope = scope_for(request, Capability.ASSIGN_RIGHTS)
    version = expected_version(request, body)
    rows = ApiToken.objects.visible_to(scope).select_related("account")
    token = only(rows.filter(pk=token_id))
    if token.revoked_at is not None and token.version == version:
        raise AlreadyRevoked
    said = stated(request, body).kwargs()
    revoke_token(token.pk, expected_version=version, **said)
    token = rows.get(pk=token_id)
    tagged(response, token.version)
    return token_row(token)
