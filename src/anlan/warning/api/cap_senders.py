"""The register of CAP senders: list, enter, change, end."""

import uuid
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Named, Text
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.choices import Mark
from anlan.registers.models import Body
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.actions.cap_senders import change_sender, end_sender, enter_sender
from anlan.warning.api.received_shapes import Moment
from anlan.warning.models import CapSender
from anlan.warning.rules.cap.signing import read_certificate, subject_of

router = Router(tags=["warnings"])
VERSION = {"x-states": ["expected_version"]}


class CapSenderRow(Proof):
    """`signed_by` is subject and fingerprint of its certificate; empty: nothing is proven.
    `ended_at` null: in use."""

    id: uuid.UUID
    sender: str
    issuer: str
    body: Named | None
    signed_by: str
    ended_at: Moment | None
    version: int


class CapSenderColumns(Schema):
    """`sender` as it stands in the files, `issuer` the name of its warnings here, `certificate`
    in PEM as the owner gave it."""

    sender: Annotated[str, Field(min_length=1, max_length=200)]
    issuer: Annotated[str, Field(min_length=1, max_length=80)]
    body: Code | None = None
    certificate: Annotated[str, Field(max_length=20_000)] = ""
    source: Text
    mark: Mark = Mark.VERIFIED


class CapSenderInput(Write, CapSenderColumns):
    """A sender that is not in use yet."""


class CapSenderChange(Change, CapSenderColumns):
    """The whole row as it shall be; an empty certificate takes it away."""


class CapSenderEnd(Change):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


@router.get("/warnings/cap/senders", response=Page[CapSenderRow])
def list_cap_senders(request: HttpRequest, query: Query[Paging]) -> dict[str, Any]:
    """Who sends CAP, and whose signatures are proven."""
    rows = CapSender.objects.visible_to(scope_for(request, Capability.READ_INTERNAL))
    return page_of(
        request, rows.select_related("body").order_by("sender", "pk"), query, sender_row
    )


@router.get("/warnings/cap/senders/{uuid:sender_id}", response=CapSenderRow)
def get_cap_sender(
    request: HttpRequest, response: HttpResponse, sender_id: uuid.UUID
) -> dict[str, Any]:
    row = _one(scope_for(request, Capability.READ_INTERNAL), sender_id)
    tagged(response, row.version)
    return sender_row(row)


@router.post("/warnings/cap/senders", response={201: CapSenderRow})
def post_cap_sender(request: HttpRequest, body: CapSenderInput) -> Status[dict[str, Any]]:
    """Compare the fingerprint of its certificate with the owner by telephone."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    row = CapSender(**_columns(body, scope))
    result = enter_sender(row, **stated(request, body).kwargs())
    return Status(201, sender_row(_one(scope, result["id"])))


@router.post(
    "/warnings/cap/senders/{uuid:sender_id}/change",
    response=CapSenderRow,
    openapi_extra=VERSION,
)
def post_cap_sender_change(
    request: HttpRequest, sender_id: uuid.UUID, body: CapSenderChange
) -> dict[str, Any]:
    """One that is in use; an ended one stays as it was."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    version = expected_version(request, body)
    values = _columns(body, scope)
    change_sender(sender_id, values, expected_version=version, **stated(request, body).kwargs())
    return sender_row(_one(scope, sender_id))


@router.post(
    "/warnings/cap/senders/{uuid:sender_id}/end", response=CapSenderRow, openapi_extra=VERSION
)
def post_cap_sender_end(
    request: HttpRequest, sender_id: uuid.UUID, body: CapSenderEnd
) -> dict[str, Any]:
    """Its name and certificate count no more; its files wait for a person from now on."""
    scope = scope_for(request, Capability.KEEP_REGISTERS)
    version = expected_version(request, body)
    end_sender(sender_id, expected_version=version, **stated(request, body).kwargs())
    return sender_row(_one(scope, sender_id))


def _columns(body: CapSenderColumns, scope: Scope) -> dict[str, Any]:
    names = ("sender", "issuer", "certificate", "source")
    found = by_key(Body.objects.visible_to(scope), body.body) if body.body is not None else None
    values = {name: getattr(body, name) for name in names}
    return values | {"mark": body.mark.value, "body": found}


def _one(scope: Scope, key: Any) -> CapSender:
    rows = CapSender.objects.visible_to(scope).select_related("body")
    row: CapSender = only(rows.filter(pk=key))
    return row


def sender_row(row: CapSender) -> dict[str, Any]:
    certificate = row.certificate
    return {
        "id": row.pk,
        "sender": row.sender,
        "issuer": row.issuer,
        "body": named(row.body) if row.body is not None else None,
        "signed_by": subject_of(read_certificate(certificate)) if certificate else "",
        "ended_at": row.ended_at,
        "version": row.version,
        **proof(row),
    }
