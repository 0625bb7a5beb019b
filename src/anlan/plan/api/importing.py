"""Import of a notice over the API: look first, then confirm the very same text."""

import uuid
from dataclasses import replace
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from anlan.base.api.reading import is_fit
from anlan.base.api.writing import Write, stated
from anlan.base.documents.reader import read_document, refuse_size
from anlan.base.errors import Invalid, Refused
from anlan.base.journal.content import plain_digest
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.importing import NoticeText, check_importable, import_notice
from anlan.plan.api.common import scope_for
from anlan.plan.choices import NoticeSource
from anlan.plan.queries import items as plan_items
from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.values import Kind, Mode
from anlan.registers.rules.scope import Capability

router = Router(tags=["plan"])


class AnotherText(Refused):
    code = "another-text"
    status = 409
    message = gettext_noop(
        "This is not the text that was looked at. Look at it again, then confirm its digest."
    )


class BadFileName(Invalid):
    code = "bad-file-name"
    message = gettext_noop("The name of the file holds control characters. Rename the file.")


class ReadTarget(Schema):
    name: str
    operator: str
    value: float
    unit: str


class ReadClause(Schema):
    id: str
    kind: Kind
    number: str
    heading: str
    text: str
    section: str
    deadline_years: list[int]
    mode: Mode
    lead_units: list[str]
    support_units: list[str]
    open_ended: bool
    indicator: ReadTarget | None
    start: int
    end: int
    parent: str | None


class ReadHead(Schema):
    title: str
    number: str
    issuer: str
    date: str | None


class ReadPassage(Schema):
    start: int
    end: int
    text: str


class ReadCoverage(Schema):
    chars: int
    read: int
    unread: list[ReadPassage]


class Preview(Schema):
    """What would be imported; nothing was kept. `text_digest` confirms it. `replaces` is the
    notice of the same number that would get a new edition."""

    text_digest: str
    replaces: uuid.UUID | None
    document: ReadHead
    clauses: list[ReadClause]
    coverage: ReadCoverage


class ImportInput(Write):
    """`text_digest` of the preview: another text is refused. `is_draft`: a new notice that is not
    in force yet, such as a successor before its carry-over."""

    text_digest: Annotated[str, Field(max_length=64)] = ""
    is_draft: bool = False


class Imported(Schema):
    """`unmatched`: printed names that wait for a person."""

    notice: uuid.UUID
    edition: int
    clauses: int
    unread_chars: int
    unmatched: list[str]


@router.post("/notices/preview", response=Preview)
def preview_notice(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    """Read a .txt, .docx or .pdf notice and show what it says. Nothing is kept."""
    scope = scope_for(request, Capability.IMPORT_NOTICE)
    text = _read(file)
    number = text.parsed.document.number
    same = plan_items.notices(scope).filter(number=number).first() if number else None
    return {
        "text_digest": plain_digest(text.text.encode()),
        "replaces": same.pk if same else None,
        **text.parsed.to_json(),
    }


@router.post("/notices/import", response={201: Imported})
def confirm_notice(
    request: HttpRequest, file: File[UploadedFile], said: Form[ImportInput]
) -> Status[dict[str, Any]]:
    """Import a notice, or a new edition of one: all of it in one transaction, or nothing."""
    scope_for(request, Capability.IMPORT_NOTICE)
    text = _read(file)
    if said.text_digest and said.text_digest != plain_digest(text.text.encode()):
        raise AnotherText(field="text_digest")
    text = replace(text, is_draft=said.is_draft)
    return Status(201, import_notice(text, **stated(request, said).kwargs()))


def _read(file: UploadedFile) -> NoticeText:
    name = file.name or ""
    if not is_fit(name):
        raise BadFileName(field="file")
    refuse_size(file.size or 0)
    data = file.read()
    document = read_document(data, name)
    parsed = parse(document.text)
    check_importable(parsed)
    return NoticeText(
        parsed=parsed,
        text=document.text,
        source_kind=NoticeSource.FILE,
        file_name=name,
        file_digest=plain_digest(data),
    )
