"""Notices between upload and decision: a file outside the database, bound to the account.

The text waits in `settings.ANLAN_UPLOADS` under a random token for a day. Cancel deletes it and
leaves nothing; a confirmed upload keeps only its result, so that a second click gives the first
answer. Nothing here writes a record: `importing.import_notice` does.
"""

import datetime as dt
import json
import os
import re
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from anlan.base.actor import Actor
from anlan.base.documents.reader import read_document, refuse_size
from anlan.base.errors import NotFound
from anlan.base.journal.content import plain_digest
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.importing import NoticeText, check_importable, import_notice
from anlan.plan.choices import NoticeSource
from anlan.plan.rules.notice.parse import parse
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

KEPT_FOR = dt.timedelta(hours=24)
"""House rule: long enough for a working day, short enough that a forgotten file goes."""
KEPT_AT_MOST = 20
"""House rule: uploads of one account that may wait at a time; the oldest gives way."""
TOKEN = re.compile(r"[0-9a-f]{48}")


class UploadGone(NotFound):
    code = "upload-gone"
    message = gettext_noop(
        "This upload is no longer waiting: it was cancelled, or a day has passed. "
        "Upload the file again."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingUpload:
    """A text that waits. `result` is set once it was imported; `text` is then empty."""

    token: str
    account: str
    file_name: str
    file_digest: str
    kind: str
    kept_at: str
    text: str = ""
    title: str = ""
    result: dict[str, Any] | None = None

    @property
    def request_id(self) -> str:
        return f"upload-{self.token}"

    def kept_until(self) -> dt.datetime:
        return dt.datetime.fromisoformat(self.kept_at) + KEPT_FOR


def keep_upload(data: bytes, file_name: str, *, actor: Actor, now: dt.datetime) -> PendingUpload:
    """Read a file and let its text wait for the decision. Refuses what is no notice."""
    require(actor, Capability.IMPORT_NOTICE)
    sweep_uploads(now)
    refuse_size(len(data))
    document = read_document(data, file_name)
    parsed = parse(document.text)
    check_importable(parsed)
    upload = PendingUpload(
        token=secrets.token_hex(24),
        account=actor.account,
        file_name=file_name[:200],
        file_digest=plain_digest(data),
        kind=document.kind,
        kept_at=now.isoformat(),
        text=document.text,
        title=parsed.document.title or file_name,
    )
    for oldest in waiting_uploads(actor=actor, now=now)[KEPT_AT_MOST - 1 :]:
        _path(oldest.token).unlink(missing_ok=True)
    _write(upload)
    return upload


def find_upload(token: str, *, actor: Actor, now: dt.datetime) -> PendingUpload:
    """The upload of this account, or UploadGone."""
    require(actor, Capability.IMPORT_NOTICE)
    if not TOKEN.fullmatch(token):
        raise UploadGone
    upload = _read(_path(token))
    if upload is None or upload.account != actor.account or upload.kept_until() <= now:
        raise UploadGone
    return upload


def waiting_uploads(*, actor: Actor, now: dt.datetime) -> list[PendingUpload]:
    """What this account has uploaded and not decided, newest first."""
    found = [_read(path) for path in _folder().glob("*.json")]
    mine = [
        upload
        for upload in found
        if upload is not None
        and upload.account == actor.account
        and upload.result is None
        and upload.kept_until() > now
    ]
    return sorted(mine, key=lambda upload: upload.kept_at, reverse=True)


def confirm_upload(
    token: str, *, reason: str, actor: Actor, now: dt.datetime, is_draft: bool = False
) -> dict[str, Any]:
    """Import what waits, as a draft when it is not to be in force yet. A second confirmation
    gives the first result."""
    upload = find_upload(token, actor=actor, now=now)
    if upload.result is not None:
        return upload.result
    result = import_notice(
        NoticeText(
            parsed=parse(upload.text),
            text=upload.text,
            source_kind=NoticeSource.FILE,
            file_name=upload.file_name,
            file_digest=upload.file_digest,
            is_draft=is_draft,
        ),
        actor=actor,
        now=now,
        request_id=upload.request_id,
        reason=reason,
    )
    _write(replace(upload, text="", result=result))
    return result


def cancel_upload(token: str, *, actor: Actor, now: dt.datetime) -> None:
    """Delete what waits. Nothing is left; a second cancel is quiet."""
    try:
        upload = find_upload(token, actor=actor, now=now)
    except UploadGone:
        return
    _path(upload.token).unlink(missing_ok=True)


def sweep_uploads(now: dt.datetime) -> int:
    """Delete uploads older than a day, and unfinished files. Returns how many went."""
    gone = 0
    for path in _folder().glob("*.*"):
        upload = _read(path) if path.suffix == ".json" else None
        if upload is None:
            age = now.timestamp() - path.stat().st_mtime
            is_old = age > KEPT_FOR.total_seconds()
        else:
            is_old = upload.kept_until() <= now
        if is_old:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder() -> Path:
    folder = Path(settings.ANLAN_UPLOADS)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _path(token: str) -> Path:
    return _folder() / f"{token}.json"


def _read(path: Path) -> PendingUpload | None:
    try:
        return PendingUpload(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _write(upload: PendingUpload) -> None:
    """A whole file or none, readable by the program only."""
    half = _path(upload.token).with_suffix(".half")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(upload), file, ensure_ascii=False)
    half.replace(_path(upload.token))
