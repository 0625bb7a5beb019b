"""Looking after sign-ins: one's own sessions and password, and what the security administrator
does for others."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.writing import Write, actor_of, stated
from anlan.base.errors import NotAllowed
from anlan.base.rules.labels import gettext_noop
from anlan.registers import sessions
from anlan.registers.actions.second_factor import remove_factors
from anlan.registers.actions.sign_ins import (
    change_own_password,
    end_own_session,
    end_sessions,
    unlock,
)
from anlan.registers.api.common import Password, scope_for
from anlan.registers.models import Account, SignInSession
from anlan.registers.rules.scope import Capability

router = Router(tags=["sign-ins"])


class OnlyInPerson(NotAllowed):
    code = "only-in-person"
    message = gettext_noop(
        "A token may not do this: sign in with name and password, then ask again."
    )


class SessionRow(Schema):
    """A browser or program that is signed in. `is_this` is the one that asks."""

    id: str
    began_at: dt.datetime
    seen_at: dt.datetime
    address: str
    agent: str
    is_this: bool


class Ended(Schema):
    """How many sessions ended."""

    sessions: int


class Removed(Schema):
    """How many second proofs were removed, recovery codes included."""

    removed: int


class NewPassword(Write):
    """The rules of passwords are those of the screen; a refusal names the one that was missed."""

    present: Password
    new: Password


class Reasoned(Write):
    """What is done for somebody else has a reason."""

    reason: Annotated[str, Field(min_length=1, max_length=300)]


def _own(request: HttpRequest) -> Account:
    found: Account = Account.objects.get(login=actor_of(request).account)
    return found


def _in_person(request: HttpRequest) -> Account:
    if "Authorization" in request.headers:
        raise OnlyInPerson
    return _own(request)


def _other(request: HttpRequest, account_id: uuid.UUID) -> Account:
    rows = Account.objects.visible_to(scope_for(request, Capability.ASSIGN_RIGHTS))
    return only(rows.filter(pk=account_id))


@router.get("/me/sessions", response=Page[SessionRow])
def list_own_sessions(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """Where this account is signed in now."""
    rows = sessions.live_sessions(_own(request), clock.now())

    def row(found: SignInSession) -> dict[str, Any]:
        return {
            "id": str(found.pk),
            "began_at": found.began_at,
            "seen_at": found.seen_at,
            "address": found.address,
            "agent": found.agent,
            "is_this": found.key == request.session.session_key,
        }

    return page_of(request, rows, query, row)


@router.post("/me/sessions/{uuid:session_id}/end", response={204: None})
def end_one_session(request: HttpRequest, session_id: uuid.UUID, body: Write) -> Status[None]:
    """That browser has to sign in again; it may be this one."""
    _in_person(request)
    end_own_session(session_id, **stated(request, body).kwargs())
    return Status(204, None)


@router.post("/me/sessions/end", response=Ended)
def end_other_sessions(request: HttpRequest, body: Write) -> dict[str, Any]:
    """All others have to sign in again; this session stays."""
    account, said = _in_person(request), stated(request, body).kwargs()
    return {"sessions": end_sessions(account.pk, but=request.session.session_key, **said)}


@router.post("/me/password", response={204: None})
def change_password(request: HttpRequest, body: NewPassword) -> Status[None]:
    """Other sessions end; this one goes on. Open also while the password is due."""
    account, said = _in_person(request), stated(request, body).kwargs()
    said.pop("reason")
    old = request.session.session_key or ""
    change_own_password(body.present, body.new, keep=old, **said)
    update_session_auth_hash(request, Account.objects.get(pk=account.pk))
    sessions.renew_key(request, old)
    return Status(204, None)


@router.post("/accounts/{uuid:account_id}/unlock", response={204: None})
def unlock_account(request: HttpRequest, account_id: uuid.UUID, body: Reasoned) -> Status[None]:
    """A name that was tried too often may be tried again at once."""
    unlock(_other(request, account_id).pk, **stated(request, body).kwargs())
    return Status(204, None)


@router.post("/accounts/{uuid:account_id}/second-proofs/remove", response=Removed)
def remove_second_proofs(
    request: HttpRequest, account_id: uuid.UUID, body: Reasoned
) -> dict[str, Any]:
    """For a lost telephone or key. First make sure who is asking."""
    account = _other(request, account_id)
    return {"removed": remove_factors(account.pk, **stated(request, body).kwargs())}


@router.post("/accounts/{uuid:account_id}/sessions/end", response=Ended)
def end_sessions_of(request: HttpRequest, account_id: uuid.UUID, body: Reasoned) -> dict[str, Any]:
    """All browsers of this account have to sign in again."""
    account = _other(request, account_id)
    return {"sessions": end_sessions(account.pk, **stated(request, body).kwargs())}
