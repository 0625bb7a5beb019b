"""Identities of another provider of sign-ins: who is linked, link, unlink."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import only
from anlan.base.api.writing import Write, stated
from anlan.registers.actions.identities import link_identity, unlink_identity
from anlan.registers.api.common import scope_for
from anlan.registers.models import Account, LinkedIdentity
from anlan.registers.provider import Identity
from anlan.registers.rules.scope import Capability

router = Router(tags=["accounts"])


class IdentityRow(Schema):
    """`subject` is the person's number at the provider `issuer`."""

    id: str
    issuer: str
    subject: str
    linked_at: dt.datetime
    used_at: dt.datetime | None


class IdentityInput(Write):
    subject: Annotated[str, Field(min_length=1, max_length=255)]


def _row(identity: LinkedIdentity) -> dict[str, Any]:
    return {
        "id": str(identity.pk),
        "issuer": identity.issuer,
        "subject": identity.subject,
        "linked_at": identity.linked_at,
        "used_at": identity.used_at,
    }


def _account(request: HttpRequest, account_id: uuid.UUID, capability: Capability) -> Account:
    rows = Account.objects.visible_to(scope_for(request, capability))
    return only(rows.filter(pk=account_id))


@router.get("/accounts/{uuid:account_id}/identities", response=list[IdentityRow])
def list_identities(request: HttpRequest, account_id: uuid.UUID) -> list[dict[str, Any]]:
    """The identities that sign in as this account."""
    account = _account(request, account_id, Capability.READ_ACCOUNTS)
    return [_row(row) for row in LinkedIdentity.objects.filter(account=account)]


@router.post("/accounts/{uuid:account_id}/identities", response={201: IdentityRow})
def link(
    request: HttpRequest, account_id: uuid.UUID, body: IdentityInput
) -> Status[dict[str, Any]]:
    """Whoever the other provider knows under `subject` signs in as this account."""
    account = _account(request, account_id, Capability.ASSIGN_RIGHTS)
    identity = Identity(issuer=settings.ANLAN_OIDC_ISSUER, subject=body.subject)
    return Status(201, _row(link_identity(account.pk, identity, **stated(request, body).kwargs())))


@router.post("/accounts/{uuid:account_id}/identities/unlink", response={204: None})
def unlink(request: HttpRequest, account_id: uuid.UUID, body: Write) -> Status[None]:
    """Name and password go on; the account is signed out everywhere."""
    account = _account(request, account_id, Capability.ASSIGN_RIGHTS)
    unlink_identity(account.pk, **stated(request, body).kwargs())
    return Status(204, None)
