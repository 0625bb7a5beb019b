"""What every register has: changes of many rows, their undo, comments and attachments."""

import datetime as dt
import uuid
from typing import Annotated, Any

from django.apps import apps
from django.http import HttpRequest
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from anlan.base.api.finding import only
from anlan.base.api.reading import is_fit
from anlan.base.api.writing import Input, Version, Write, actor_of, stated
from anlan.base.documents.reader import refuse_size
from anlan.base.errors import NotFound
from anlan.base.keeping import attaching, bulk, remarks
from anlan.base.keeping.attaching import FileNotNamed
from anlan.base.keeping.declared import Keeping, keeping_of
from anlan.base.keeping.merging import Side, merge
from anlan.base.keeping.undo import entry_by_id, plan_undo, undo
from anlan.base.models import Attachment, Comment
from anlan.base.records import Record

router = Router(tags=["records"])


class RowVersion(Input):
    id: uuid.UUID
    version: Version


class BulkInput(Write):
    """`value` as it stands in a file: a label or code, a date, the code of a linked record."""

    rows: Annotated[list[RowVersion], Field(min_length=1, max_length=bulk.BULK_ROWS)]
    column: Annotated[str, Field(min_length=1, max_length=60)]
    value: Annotated[str, Field(max_length=2000)]
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class BulkResult(Schema):
    rows: int


class UndoLineRow(Schema):
    """`step` restore, remove, enter-again, nothing; or why not: changed-since, gone-since,
    referred-since, not-kept."""

    model: str
    id: str
    step: str
    columns: list[str]


class UndoPreview(Schema):
    """`seen` goes back with the undo: what was looked at is what is undone."""

    entry: str
    seen: str
    lines: list[UndoLineRow]


class UndoInput(Write):
    seen: Annotated[str, Field(min_length=1, max_length=64)]
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class UndoResult(Schema):
    rows: int
    refused: int


class MergeInput(Write):
    """`take` are the columns whose value comes from the record that goes."""

    stays: RowVersion
    goes: RowVersion
    take: Annotated[list[Annotated[str, Field(max_length=60)]], Field(max_length=60)] = []  # noqa: RUF012
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class MergeResult(Schema):
    winner: str
    loser: str
    moved: int


class CommentRow(Schema):
    """`text` is empty where the comment was removed."""

    id: str
    account: str
    made_at: dt.datetime
    edited_at: dt.datetime | None
    removed_at: dt.datetime | None
    text: str
    version: int


class CommentInput(Write):
    text: Annotated[str, Field(min_length=1, max_length=4000)]


class AttachmentRow(Schema):
    """`sm3` names the bytes; they are at /attachments/{id}/."""

    id: str
    file_name: str
    sm3: str
    size_bytes: int
    media_type: str
    note: str
    account: str
    made_at: dt.datetime
    removed_at: dt.datetime | None


class AttachInput(Write):
    note: Annotated[str, Field(max_length=200)] = ""


@router.post("/registers/{model}/change", response=BulkResult)
def change_rows(request: HttpRequest, model: str, body: BulkInput) -> dict[str, Any]:
    """One value of one column for many rows, all or none. `model` is e.g. `registers.body`."""
    kept = _keeping(model)
    kept.require(actor_of(request))
    count = bulk.change_rows(
        kept,
        [(row.id, row.version) for row in body.rows],
        body.column,
        bulk.value_of(kept, body.column, body.value),
        **stated(request, body).kwargs(),
    )
    return {"rows": count}


@router.post("/registers/{model}/merge", response=MergeResult)
def merge_rows(request: HttpRequest, model: str, body: MergeInput) -> dict[str, Any]:
    """Two records that are one: what pointed to `goes` points to `stays`, all or nothing."""
    return merge(
        _keeping(model),
        winner=Side(key=body.stays.id, version=body.stays.version),
        loser=Side(key=body.goes.id, version=body.goes.version),
        take=frozenset(body.take),
        **stated(request, body).kwargs(),
    )


@router.get("/journal/entries/{uuid:entry_id}/undo", response=UndoPreview)
def preview_undo(request: HttpRequest, entry_id: uuid.UUID) -> dict[str, Any]:
    """What undoing an import, a change or a merge would do; nothing is written."""
    entry = entry_by_id(entry_id)
    plan = plan_undo(entry, actor=actor_of(request))
    lines = [
        {
            "model": line.model._meta.label_lower,
            "id": line.key,
            "step": line.decision.step.value,
            "columns": list(line.decision.columns),
        }
        for line in plan.lines
    ]
    return {"entry": str(entry.id), "seen": plan.seen, "lines": lines}


@router.post("/journal/entries/{uuid:entry_id}/undo", response=UndoResult)
def undo_entry(request: HttpRequest, entry_id: uuid.UUID, body: UndoInput) -> dict[str, Any]:
    """Write back what stands as the entry left it; what somebody wrote since is left alone."""
    return undo(entry_by_id(entry_id), seen=body.seen, **stated(request, body).kwargs())


@router.get("/records/{model}/{uuid:record_id}/comments", response=list[CommentRow])
def list_comments(request: HttpRequest, model: str, record_id: uuid.UUID) -> list[dict[str, Any]]:
    """The comments on a record that the actor works with."""
    return [_comment(row) for row in remarks.about(Comment, _subject(request, model, record_id))]


@router.post("/records/{model}/{uuid:record_id}/comments", response={201: CommentRow})
def add_comment(
    request: HttpRequest, model: str, record_id: uuid.UUID, body: CommentInput
) -> Status[dict[str, Any]]:
    how = stated(request, body)
    result = remarks.add_comment(
        _subject(request, model, record_id),
        body.text,
        actor=how.actor,
        now=how.now,
        request_id=how.request_id,
    )
    return Status(201, _comment(Comment.objects.get(pk=result["id"])))


@router.get("/records/{model}/{uuid:record_id}/attachments", response=list[AttachmentRow])
def list_attachments(
    request: HttpRequest, model: str, record_id: uuid.UUID
) -> list[dict[str, Any]]:
    """The files on a record that the actor works with."""
    subject = _subject(request, model, record_id)
    return [_attachment(row) for row in remarks.about(Attachment, subject)]


@router.post("/records/{model}/{uuid:record_id}/attachments", response={201: AttachmentRow})
def add_attachment(
    request: HttpRequest,
    model: str,
    record_id: uuid.UUID,
    body: Form[AttachInput],
    file: File[UploadedFile],
) -> Status[dict[str, Any]]:
    """A file up to 30 MB. One that bears a secrecy mark is refused."""
    how, subject = stated(request, body), _subject(request, model, record_id)
    refuse_size(file.size or 0)
    if not is_fit(file.name or ""):
        raise FileNotNamed(field="file")
    result = attaching.attach(
        subject,
        file.name or "",
        file.read(),
        note=body.note,
        actor=how.actor,
        now=how.now,
        request_id=how.request_id,
    )
    return Status(201, _attachment(Attachment.objects.get(pk=result["id"])))


def _model(label: str) -> type[Record]:
    try:
        kind = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise NotFound from error
    if not issubclass(kind, Record):
        raise NotFound
    return kind


def _keeping(label: str) -> Keeping:
    kept = keeping_of(_model(label))
    if kept is None:
        raise NotFound
    return kept


def _subject(request: HttpRequest, label: str, key: uuid.UUID) -> Record:
    actor, model = actor_of(request), _model(label)
    rows = model._default_manager.visible_to(actor.scope)  # type: ignore[attr-defined]
    subject: Record = only(rows.filter(pk=key))
    remarks.require_sight(actor, subject)
    return subject


def _comment(row: Comment) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "account": row.account,
        "made_at": row.made_at,
        "edited_at": row.edited_at,
        "removed_at": row.removed_at,
        "text": "" if row.removed_at else row.text,
        "version": row.version,
    }


def _attachment(row: Attachment) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "file_name": row.file_name,
        "sm3": row.digest,
        "size_bytes": row.size_bytes,
        "media_type": row.media_type,
        "note": row.note,
        "account": row.account,
        "made_at": row.made_at,
        "removed_at": row.removed_at,
    }
