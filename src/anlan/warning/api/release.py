"""What leaves: the receipt of the national release, and a message as a file."""

import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from anlan.base.api.finding import only
from anlan.base.api.writing import Change, expected_version, stated
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability
from anlan.warning.actions.releasing import NotForThePublic, Receipt, record_receipt
from anlan.warning.api.received import message_row, messages_seen
from anlan.warning.api.received_shapes import Moment, WarningMessageRow
from anlan.warning.queries.release import alert_for, restriction_of, written
from anlan.warning.rules.cap.national_writing import write_national

router = Router(tags=["warnings"])


class ReleaseReceiptInput(Change):
    """The receipt of a message; `expected_version` where one is corrected."""

    number: Annotated[str, Field(min_length=1, max_length=80)]
    received_at: Moment


@router.post("/warnings/messages/{uuid:message_id}/receipt", response=WarningMessageRow)
def post_release_receipt(
    request: HttpRequest, message_id: uuid.UUID, body: ReleaseReceiptInput
) -> dict[str, Any]:
    """The number that the national release gave. Nothing is released by this program."""
    scope = scope_for(request, Capability.RECEIVE_WARNINGS)
    row = only(messages_seen(scope).filter(pk=message_id))
    receipt = Receipt(number=body.number, received_at=body.received_at)
    version = expected_version(request, body) if _is_versioned(request, body) else 0
    record_receipt(row.pk, receipt, expected_version=version, **stated(request, body).kwargs())
    return message_row(only(messages_seen(scope).filter(pk=message_id)))


@router.get("/warnings/messages/{uuid:message_id}/file", include_in_schema=False)
def get_message_file(
    request: HttpRequest, message_id: uuid.UUID, form: Literal["cap", "12379"] = "cap"
) -> HttpResponse:
    """The message as CAP 1.2, or by the draft mapping of the national network."""
    row = only(messages_seen(scope_for(request, Capability.READ_INTERNAL)).filter(pk=message_id))
    whom = restriction_of(row)
    if whom is not None:
        raise NotForThePublic(whom=whom)
    alert = alert_for(row)
    data = written(alert) if form == "cap" else write_national(alert)
    return HttpResponse(data, content_type="application/xml")


def _is_versioned(request: HttpRequest, body: ReleaseReceiptInput) -> bool:
    return body.expected_version is not None or "If-Match" in request.headers
