"""Reports to the level above: owed, sent, received with a receipt, returned, withdrawn."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from anlan.base import clock
from anlan.base.api.finding import by_key, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.reading import is_fit
from anlan.base.api.shapes import Code, Day
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.base.screens.sheets import demonstration_mark
from anlan.plan.actions.loop.evidence import MOST_BYTES, keep_file
from anlan.plan.actions.upward.asking import NewUpward, ask_upward, withdraw_upward
from anlan.plan.actions.upward.sending import NewSending, send_upward
from anlan.plan.actions.upward.settling import Receipt, receive_upward, return_upward
from anlan.plan.api.common import scope_for
from anlan.plan.api.importing import BadFileName
from anlan.plan.choices import UpwardContent, UpwardWay
from anlan.plan.models import UpwardReport
from anlan.plan.queries.upward import in_state, reports, state_of
from anlan.plan.rules.upward import UpwardState
from anlan.registers.models import Body
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan"])
Line = Annotated[str, Field(min_length=1, max_length=120)]
Number = Annotated[str, Field(min_length=1, max_length=60)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=300)]
VERSION = {"x-states": ["expected_version"]}


class UpwardQuery(Paging):
    """`state` is decided for today."""

    state: UpwardState | None = None
    sort: Literal["due_on", "-due_on"] = "due_on"


class SendingRow(Schema):
    """One sending; received only with a receipt."""

    id: uuid.UUID
    number: int
    document_number: str
    sent_on: dt.date
    way: UpwardWay
    handed_by: str
    facts: dict[str, Any]
    file_digest: str
    receipt_number: str
    received_on: dt.date | None
    received_by: str
    receipt_digest: str
    returned_on: dt.date | None
    returned_why: str


class UpwardRow(Schema):
    """`reporter` and `to_body` are codes; `to_body` is null for a receiver outside."""

    id: uuid.UUID
    notice: uuid.UUID
    reporter: str
    to_body: str | None
    to_name: str
    content: UpwardContent
    evaluation: uuid.UUID | None
    title: str
    basis: str
    due_on: dt.date
    state: UpwardState
    sendings: list[SendingRow]
    version: int


class UpwardInput(Write):
    """`reporter` and `to_body` are codes of bodies; without `to_body` a name outside. Without
    `evaluation` a summary of progress is reported."""

    notice: uuid.UUID
    reporter: Code
    to_body: Code | None = None
    to_name: Annotated[str, Field(max_length=120)] = ""
    evaluation: uuid.UUID | None = None
    title: Title
    basis: Title
    due_on: Day


class SendingInput(Change):
    document_number: Number
    sent_on: Day
    way: UpwardWay
    handed_by: Line


class ReceiptInput(Change):
    number: Number
    received_on: Day
    received_by: Line


class UpwardReturnInput(Change):
    returned_on: Day
    reason: Reason


class UpwardWithdrawInput(Change):
    reason: Reason


class UpwardMade(Schema):
    id: uuid.UUID
    version: int


@router.get("/upward-reports", response=Page[UpwardRow])
def list_upward(request: HttpRequest, query: Query[UpwardQuery]) -> dict[str, Any]:
    """Reports to the level above with every sending."""
    rows = reports(scope_for(request, Capability.READ_INTERNAL))
    if query.state is not None:
        rows = in_state(rows, query.state, clock.today())
    return page_of(request, rows.order_by(query.sort, "pk"), query, _row)


@router.get("/upward-reports/{uuid:report_id}", response=UpwardRow)
def get_upward(
    request: HttpRequest, response: HttpResponse, report_id: uuid.UUID
) -> dict[str, Any]:
    row = only(reports(scope_for(request, Capability.READ_INTERNAL)).filter(pk=report_id))
    tagged(response, row.version)
    return _row(row)


@router.post("/upward-reports", response={201: UpwardMade})
def post_upward(request: HttpRequest, body: UpwardInput) -> Status[dict[str, Any]]:
    """Enter that a report is owed; the reporting body gets a term."""
    scope = scope_for(request, Capability.WORK_IN_PLAN)
    seen = Body.objects.visible_to(scope)
    said = body.model_dump(exclude={"request_id", "reason", "reporter", "to_body"})
    new = NewUpward(
        reporter=by_key(seen, body.reporter).pk,
        to_body=by_key(seen, body.to_body).pk if body.to_body is not None else None,
        **said,
    )
    return Status(201, ask_upward(new, **stated(request, body).kwargs()))


@router.post("/upward-reports/{uuid:report_id}/send", response=UpwardMade, openapi_extra=VERSION)
def post_sending(request: HttpRequest, report_id: uuid.UUID, body: SendingInput) -> dict[str, Any]:
    """Enter how it left; the paper is kept and its figures are frozen."""
    version = expected_version(request, body)
    said = body.model_dump(exclude={"request_id", "reason", "expected_version", "way"})
    new = NewSending(**said, way=body.way.value, mark=demonstration_mark())
    return send_upward(report_id, new, expected_version=version, **stated(request, body).kwargs())


@router.post(
    "/upward-reports/{uuid:report_id}/receipt", response=UpwardMade, openapi_extra=VERSION
)
def post_receipt(
    request: HttpRequest,
    report_id: uuid.UUID,
    file: File[UploadedFile],
    body: Form[ReceiptInput],
) -> dict[str, Any]:
    """The receipt with its file: only then it is received."""
    scope_for(request, Capability.WORK_IN_PLAN)
    version = expected_version(request, body)
    if not is_fit(file.name or ""):
        raise BadFileName(field="file")
    receipt = Receipt(
        number=body.number,
        received_on=body.received_on,
        received_by=body.received_by,
        file=keep_file(file.read(MOST_BYTES + 1), file.name or ""),
    )
    return receive_upward(
        report_id, receipt, expected_version=version, **stated(request, body).kwargs()
    )


@router.post("/upward-reports/{uuid:report_id}/return", response=UpwardMade, openapi_extra=VERSION)
def post_return(
    request: HttpRequest, report_id: uuid.UUID, body: UpwardReturnInput
) -> dict[str, Any]:
    """Returned for correction; the reporting body gets a term to send it again."""
    version = expected_version(request, body)
    return return_upward(
        report_id,
        body.returned_on,
        expected_version=version,
        **stated(request, body).kwargs(),
    )


@router.post(
    "/upward-reports/{uuid:report_id}/withdraw", response=UpwardMade, openapi_extra=VERSION
)
def post_upward_withdraw(
    request: HttpRequest, report_id: uuid.UUID, body: UpwardWithdrawInput
) -> dict[str, Any]:
    """It is no longer asked for; the reason stays on record."""
    version = expected_version(request, body)
    return withdraw_upward(report_id, expected_version=version, **stated(request, body).kwargs())


def _row(row: UpwardReport) -> dict[str, Any]:
    names = ("to_name", "content", "title", "basis", "due_on", "version")
    sendings = sorted(row.sendings.all(), key=lambda sending: sending.number)
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk,
        "notice": row.notice_id,
        "reporter": row.reporter.code,
        "to_body": row.to_body.code if row.to_body is not None else None,
        "evaluation": row.evaluation_id,
        "state": state_of(row, clock.today()),
        "sendings": [_sending(sending) for sending in sendings],
    }


def _sending(row: Any) -> dict[str, Any]:
    names = (
        *("number", "document_number", "sent_on", "way", "handed_by", "facts", "file_digest"),
        *("receipt_number", "received_on", "received_by", "receipt_digest"),
        *("returned_on", "returned_why"),
    )
    return {"id": row.pk} | {name: getattr(row, name) for name in names}
