"""Files that prove something: content in the store of evidence, a row in the journal. A file with
a secrecy mark is refused: 涉密不得上传."""

from dataclasses import dataclass
from pathlib import Path

from anlan.base.documents.errors import ScannedDocument
from anlan.base.documents.reader import read_document
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.errors import Invalid
from anlan.base.file_store import EVIDENCE
from anlan.base.journal.recording import Recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.models import Deliverable, Evidence, ProgressReport

MOST_BYTES = 30 * 1024 * 1024
"""House rule: 30 MB a file; a film does not belong here."""
MOST_FILES = 20
READABLE = frozenset({".txt", ".csv", ".docx", ".pdf"})
MEDIA_TYPES = {
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""Kinds that are taken, by the end of the name; anything else is refused."""
BEGINS = {
    ".xlsx": b"PK",
    ".jpg": b"\xff\xd8\xff",
    ".jpeg": b"\xff\xd8\xff",
    ".png": b"\x89PNG",
    ".webp": b"RIFF",
}


class EvidenceRefused(Invalid):
    code = "evidence-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that lies in the store; not yet anybody's evidence."""

    digest: str
    file_name: str
    media_type: str
    size_bytes: int


def keep_file(data: bytes, file_name: str) -> KeptFile:
    """Check a file and put it into the store. Nothing is journaled yet."""
    name = Path(file_name.replace("\\", "/")).name[-200:]
    suffix = Path(name).suffix.lower()
    if suffix not in MEDIA_TYPES:
        raise EvidenceRefused(
            gettext_noop("“{name}” was not taken: send {kinds}."),
            field="files",
            name=name,
            kinds="、".join(sorted(MEDIA_TYPES)),
        )
    if not data or len(data) > MOST_BYTES:
        raise EvidenceRefused(
            gettext_noop("“{name}” was not taken: a file has content, and at most {most} MB."),
            field="files",
            name=name,
            most=MOST_BYTES // 1024 // 1024,
        )
    if not data.startswith(BEGINS.get(suffix, b"")):
        raise EvidenceRefused(
            gettext_noop("“{name}” is not what its name says. Save it again and choose it anew."),
            field="files",
            name=name,
        )
    refuse_secret(Path(name).stem)
    if suffix in READABLE:
        _refuse_secret_text(data, name)
    return KeptFile(
        digest=EVIDENCE.keep(data),
        file_name=name,
        media_type=MEDIA_TYPES[suffix],
        size_bytes=len(data),
    )


def add_evidence(
    rec: Recording,
    files: tuple[KeptFile, ...],
    *,
    report: ProgressReport | None = None,
    deliverable: Deliverable | None = None,
) -> list[Evidence]:
    """Rows for files of the store, inside an open recording."""
    rows = []
    for file in files:
        row = Evidence(
            report=report,
            deliverable=deliverable,
            digest=file.digest,
            file_name=file.file_name,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            added_at=rec.now,
            added_by=rec.actor.account,
        )
        validate(row)
        rec.add(row)
        rows.append(row)
    return rows


def content_of(row: Evidence) -> bytes:
    """The file behind a row, proven by its digest; FileLost when the store lost it."""
    return EVIDENCE.content(row.digest, name=row.file_name)


def _refuse_secret_text(data: bytes, name: str) -> None:
    """A readable file is searched for a mark; a scan without text is taken as it is."""
    try:
        text = read_document(data, name).text
    except ScannedDocument:
        return
    refuse_secret(text)
