"""CAP files: import, what became of them, the file itself."""

import datetime as dt
import uuid
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from anlan.base import clock
from anlan.base.api.finding import by_key, holding, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.reading import is_fit
from anlan.base.api.shapes import Code, Named
from anlan.base.api.writing import Write, stated, tagged
from anlan.base.errors import Invalid
from anlan.base.rules.labels import gettext_noop
from anlan.registers.api.common import scope_for
from anlan.registers.models import ReportingUnit
from anlan.registers.rules.scope import Capability
from anlan.warning.actions.receiving import spoken
from anlan.warning.actions.receiving_cap import CapFile, import_cap
from anlan.warning.choices import CapForm, CapState, Signature
from anlan.warning.models import CapDocument
from anlan.warning.queries.cap import content_of, documents
from anlan.warning.rules.cap.labels import KIND_OF_MESSAGE_LABELS, SCOPE_LABELS, STATUS_LABELS
from anlan.warning.rules.cap.safety import LARGEST_BYTES

router = Router(tags=["warnings"])
CAP_TYPE = "application/cap+xml"
StateCode = Literal[tuple(CapState.values)]  # type: ignore[valid-type]
FormCode = Literal[tuple(CapForm.values)]  # type: ignore[valid-type]
SignatureCode = Literal[tuple(Signature.values)]  # type: ignore[valid-type]
StatusWord = Literal[tuple(each.value for each in STATUS_LABELS)]  # type: ignore[valid-type]
KindWord = Literal[tuple(each.value for each in KIND_OF_MESSAGE_LABELS)]  # type: ignore[valid-type]
ScopeWord = Literal[tuple(each.value for each in SCOPE_LABELS)]  # type: ignore[valid-type]


class BadCapName(Invalid):
    code = "bad-file-name"
    message = gettext_noop("The name of the file holds control characters. Rename the file.")


class CapQuery(Paging):
    state: StateCode | None = None
    unit: Code | None = None
    sort: Literal["received_at", "-received_at"] = "-received_at"


class CapDocumentRow(Schema):
    """`status`, `kind` and `scope` are words of the file. `message` null: it is no message of the
    inbox (yet); `state` says why."""

    id: uuid.UUID
    file_name: str
    size_bytes: int
    digest: str
    form: FormCode
    identifier: str
    sender: str
    sent: dt.datetime
    status: StatusWord
    kind: KindWord
    scope: ScopeWord
    restriction: str
    unit: Named
    state: StateCode
    message: uuid.UUID | None
    warning: uuid.UUID | None
    signature: SignatureCode
    signer: str
    received_at: dt.datetime
    recorded_by: str
    why: str
    version: int


class CapDocumentDone(CapDocumentRow):
    """`rules` that the file breaks or that are worth a look, `left` the fields that wait for a
    person, `notes` what was odd. `is_repeated`: it was here before and nothing was written."""

    is_repeated: bool
    rules: list[str]
    left: list[str]
    notes: list[str]


class CapInput(Write):
    """`unit` is the one that the issuer names when it is absent."""

    unit: Code | None = None


@router.get("/warnings/cap", response=Page[CapDocumentRow])
def list_cap_documents(request: HttpRequest, query: Query[CapQuery]) -> dict[str, Any]:
    """CAP files as they came, and what became of each."""
    rows = documents(scope_for(request, Capability.READ_INTERNAL))
    rows = holding(rows, {"state": query.state, "unit__code": query.unit})
    return page_of(request, rows.order_by(query.sort, "pk"), query, document_row)


@router.get("/warnings/cap/{uuid:document_id}", response=CapDocumentRow)
def get_cap_document(
    request: HttpRequest, response: HttpResponse, document_id: uuid.UUID
) -> dict[str, Any]:
    row = one_document(request, document_id)
    tagged(response, row.version)
    return document_row(row)


@router.get("/warnings/cap/{uuid:document_id}/file", include_in_schema=False)
def get_cap_file(request: HttpRequest, document_id: uuid.UUID) -> HttpResponse:
    """The bytes as they came."""
    return HttpResponse(content_of(one_document(request, document_id)), content_type=CAP_TYPE)


@router.post("/warnings/cap", response={201: CapDocumentDone})
def post_cap_document(
    request: HttpRequest, file: File[UploadedFile], said: Form[CapInput]
) -> Status[dict[str, Any]]:
    """A CAP 1.2 file (multipart). What could not be read from it waits for a person."""
    scope = scope_for(request, Capability.RECEIVE_WARNINGS)
    name = file.name or ""
    if not is_fit(name):
        raise BadCapName(field="file")
    unit = None
    if said.unit is not None:
        unit = by_key(ReportingUnit.objects.visible_to(scope), said.unit).pk
    given = CapFile(
        name=name, data=file.read(LARGEST_BYTES + 1), received_at=clock.now(), unit=unit
    )
    result = import_cap(given, **stated(request, said).kwargs())
    return Status(201, cap_done(request, result))


def one_document(request: HttpRequest, key: uuid.UUID) -> CapDocument:
    rows = documents(scope_for(request, Capability.READ_INTERNAL))
    row: CapDocument = only(rows.filter(pk=key))
    return row


def cap_done(request: HttpRequest, result: dict[str, Any]) -> dict[str, Any]:
    row = one_document(request, result["id"])
    said = {name: result[name] for name in ("is_repeated", "rules", "left")}
    return document_row(row) | said | {"notes": [spoken(note) for note in result["notes"]]}


def document_row(row: CapDocument) -> dict[str, Any]:
    plain = (
        *("file_name", "size_bytes", "digest", "form", "identifier", "sender", "sent", "status"),
        *("kind", "scope", "restriction", "state", "signature", "signer", "received_at"),
        *("recorded_by", "why", "version"),
    )
    message = row.message
    return {
        "id": row.pk,
        "unit": named(row.unit),
        "message": row.message_id,
        "warning": message.warning_id if message is not None else None,
        **{name: getattr(row, name) for name in plain},
    }
