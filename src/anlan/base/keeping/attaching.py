"""Files on a record: kept once under their SM3 digest, named in the journal by it.

A file with a secrecy mark is refused, and so is one that needs a password (涉密不得上传).
"""

import datetime as dt
import re
import uuid
from typing import Any

from django.db import transaction

from anlan.base import upkeep
from anlan.base.actor import Actor
from anlan.base.admin_files import FileRefused, xlsx_lines
from anlan.base.documents.errors import (
    DocumentBomb,
    DocumentRefused,
    EmptyDocument,
    ProtectedDocument,
    SecretDocument,
)
from anlan.base.documents.reader import read_document, refuse_size
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.errors import Invalid, NotFound
from anlan.base.file_store import ATTACHMENTS
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.keeping.remarks import about, require_removal, require_sight
from anlan.base.models import Attachment
from anlan.base.records import Record
from anlan.base.rules.labels import gettext_noop

NAME_CHARS = 200
_SEPARATORS = re.compile(r"[-_.,，、\s()（）\[\]【】]+")
_KINDS = (
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_ANY_KIND = "application/octet-stream"


class FileNotNamed(Invalid):
    code = "file-not-named"
    message = gettext_noop("Choose a file first.")


def attach(
    subject: Record,
    file_name: str,
    content: bytes,
    *,
    note: str = "",
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """Store the bytes, then enter them. A file that is there already lies there once."""
    require_sight(actor, subject)
    name, digest = told_apart(file_name, content)
    with recording(
        action="base.attachment.create",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"subject": str(subject.pk), "sm3": digest, "name": name, "note": note},
    ) as rec:
        if not rec.repeated:
            row = apply_attach(rec, subject, file_name, content, note=note)
            rec.result = {"id": str(row.pk), "sm3": digest}
    return rec.result


def told_apart(file_name: str, content: bytes) -> tuple[str, str]:
    """Plain name and digest of a file that may be kept; refuses one that may not."""
    name = plain_name(file_name)
    refuse_marked(name, content)
    return name, plain_digest(content)


def apply_attach(
    rec: Recording, subject: Record, file_name: str, content: bytes, *, note: str = ""
) -> Attachment:
    """A file on a record, inside a recording that is open already."""
    name, digest = told_apart(file_name, content)
    ATTACHMENTS.keep(content)
    row = Attachment(
        subject_model=subject._meta.label_lower,
        subject_key=subject.pk,
        account=rec.actor.account,
        made_at=rec.now,
        file_name=name,
        digest=digest,
        size_bytes=len(content),
        media_type=kind_of(content),
        note=note.strip(),
    )
    upkeep.validate(row)
    rec.add(row)
    return row


def remove_attachment(
    subject: Record,
    attachment_id: uuid.UUID,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> None:
    """Its place and digest stay; the bytes go when no other record holds the same file."""
    require_sight(actor, subject)
    with recording(
        action="base.attachment.remove",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"attachment": str(attachment_id)},
    ) as rec:
        if rec.repeated:
            return
        present = about(Attachment, subject).filter(removed_at__isnull=True)
        if not present.filter(pk=attachment_id).exists():
            raise NotFound
        row = rec.lock(Attachment, attachment_id)
        require_removal(actor, row, reason)
        row.removed_at, row.removed_by, row.removed_why = now, actor.account, reason.strip()
        rec.save(row)
        digest = row.digest
        transaction.on_commit(lambda: _drop(digest))


def content_of(row: Attachment) -> bytes:
    """The bytes, proven by their digest."""
    return ATTACHMENTS.content(row.digest, name=row.file_name)


def plain_name(file_name: str) -> str:
    """The name without a folder or what no file name has."""
    name = file_name.replace("\\", "/").rpartition("/")[2]
    name = "".join(char for char in name if char.isprintable() and char not in '<>:"|?*').strip()
    if not name.strip("."):
        raise FileNotNamed(field="file")
    stem, dot, ending = name.rpartition(".")
    return name if len(name) <= NAME_CHARS else stem[: NAME_CHARS - 12] + dot + ending[:10]


def refuse_marked(name: str, content: bytes) -> None:
    """Refuse what is empty, too large, secret, or cannot be looked into."""
    refuse_size(len(content))
    if not content:
        raise EmptyDocument(filename=name)
    refuse_secret("\n".join(_SEPARATORS.split(name)))
    try:
        read_document(content, name)
    except (SecretDocument, ProtectedDocument, DocumentBomb):
        raise
    except DocumentRefused:  # a photograph, a drawing, a workbook: not a text that bears a mark
        _refuse_marked_cells(content)


def _refuse_marked_cells(content: bytes) -> None:
    for level in ("秘密★", "机密★", "绝密★"):  # a document of the old formats keeps its text so
        if level.encode("utf-16-le") in content:
            raise SecretDocument(mark=level)
    if not content.startswith(b"PK"):
        return
    try:
        lines = xlsx_lines(content)
    except FileRefused:
        return
    refuse_secret("\n".join(str(cell) for line in lines[:30] for cell in line if cell))


def kind_of(content: bytes) -> str:
    """By the first bytes, never by the name."""
    return next((kind for start, kind in _KINDS if content.startswith(start)), _ANY_KIND)


def _drop(digest: str) -> None:
    if not Attachment.objects.filter(digest=digest, removed_at__isnull=True).exists():
        ATTACHMENTS.drop(digest)
