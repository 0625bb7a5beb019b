"""Files that come back: each is known by its number, kept by digest, and waits for a person."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from anlan.base.actor import Actor
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.documents.workbook_file import read_book
from anlan.base.errors import Invalid, NotFound, Refused
from anlan.base.file_store import EVIDENCE
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.actions.collecting.errors import (
    AlreadyDecided,
    AnotherWorkbook,
    UnknownWorkbook,
)
from anlan.plan.actions.collecting.issuing import require_open
from anlan.plan.actions.loop.common import day_of, why
from anlan.plan.models import CollectionSheet, ReturnedWorkbook
from anlan.plan.queries.collecting.book import addressee
from anlan.plan.queries.collecting.returned import read_returned, rows_in, stamp_in
from anlan.plan.rules.workbook.collection import ReturnState
from anlan.plan.rules.workbook.column import ABSENT, SheetField
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

MOST_FILES = 200
NAME_CHARS = 200


class NoFiles(Invalid):
    code = "no-files"
    message = gettext_noop("No file was chosen. Choose the returned workbooks (.xlsx).")


class TooManyFiles(Invalid):
    code = "too-many-files"
    message = gettext_noop("At most {most} files are read at once. Hand in the rest afterwards.")


class UnknownColumn(Invalid):
    code = "unknown-column"
    message = gettext_noop("“{head}” is no column of this file. Choose one of the list.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedFile:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One file: the row that keeps it, whether it was here before, or why it was refused."""

    name: str
    row: ReturnedWorkbook | None = None
    is_known: bool = False
    refusal: Refused | None = None


def receive_files(
    files: Sequence[ReturnedFile],
    *,
    collection: uuid.UUID | None = None,
    returned_by: str,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> list[Received]:
    """Keep returned files; one entry for all that are new. A refused file hinders no other.

    With `collection` a workbook of another one is refused, and named for what it is.
    """
    require(actor, Capability.STEER_PLAN)
    if not files:
        raise NoFiles(field="files")
    if len(files) > MOST_FILES:
        raise TooManyFiles(field="files", most=MOST_FILES)
    said = why(returned_by, "returned_by")[:120]
    looked = [_look(file, collection) for file in files]
    with recording(
        action="plan.workbook.receive",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={
            "files": [plain_digest(file.data) for file in files],
            "returned_by": said,
            "collection": str(collection),
        },
    ) as rec:
        found = [_receive(rec, file, seen, said) for file, seen in zip(files, looked, strict=True)]
        if not rec.repeated:
            new = [one for one in found if one.row is not None and not one.is_known]
            if new:
                rec.note(files=len(new))
            rec.result = {"received": [str(one.row.pk) for one in new if one.row is not None]}
    return found


def name_columns(
    key: uuid.UUID,
    columns: dict[str, str],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> dict[str, Any]:
    """Say which column of a waiting file is which; `ABSENT`: the file has no such column."""
    require(actor, Capability.STEER_PLAN)
    with recording(
        action="plan.workbook.columns",
        actor=actor,
        now=now,
        request_id=request_id,
        payload={"returned": str(key), "columns": columns},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(ReturnedWorkbook, key, expected_version=expected_version)
            require_waiting(row)
            _check_columns(row, columns)
            row.columns = {**row.columns, **columns}
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def set_aside(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Take nothing of a file, with a reason. The file stays kept."""
    require(actor, Capability.STEER_PLAN)
    said = why(reason)
    with recording(
        action="plan.workbook.set-aside",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=said,
        payload={"returned": str(key), "reason": said},
    ) as rec:
        if not rec.repeated:
            row = rec.lock(ReturnedWorkbook, key, expected_version=expected_version)
            require_waiting(row)
            row.state, row.reason = ReturnState.SET_ASIDE.value, said
            row.decided_at, row.decided_by = now, actor.account
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def require_waiting(row: ReturnedWorkbook) -> None:
    if row.state != ReturnState.WAITING.value:
        day = day_of(row.decided_at).isoformat() if row.decided_at else ""
        raise AlreadyDecided(day=day)


def _look(file: ReturnedFile, collection: uuid.UUID | None) -> CollectionSheet | Refused:
    """Whose file it is, or why it is not taken. Nothing is written."""
    try:
        name = _name(file.name)
        refuse_secret(name)
        book = read_book(file.data, name)
        stamp = stamp_in(book, name)
        sheet = (
            CollectionSheet.objects.select_related("collection", "body", "unit")
            .filter(stamp=stamp)
            .first()
        )
        if sheet is None:
            raise UnknownWorkbook(field="files", file=name, stamp=stamp)
        if collection is not None and sheet.collection_id != collection:
            raise AnotherWorkbook(
                field="files",
                file=name,
                stamp=stamp,
                what=str(sheet.collection),
                body=addressee(sheet),
            )
        rows_in(book, name, {})
    except Refused as refusal:
        return refusal
    return sheet


def _receive(
    rec: Recording, file: ReturnedFile, seen: CollectionSheet | Refused, said: str
) -> Received:
    name = _name(file.name)
    if isinstance(seen, Refused):
        return Received(name=name, refusal=seen)
    digest = plain_digest(file.data)
    known = ReturnedWorkbook.objects.filter(sheet=seen, digest=digest).first()
    if known is not None:
        return Received(name=name, row=known, is_known=True)
    try:
        require_open(seen.collection)
    except Refused as refusal:
        return Received(name=name, refusal=refusal)
    EVIDENCE.keep(file.data)
    row = ReturnedWorkbook(
        sheet=seen,
        unit=seen.unit,
        digest=digest,
        file_name=name,
        size_bytes=len(file.data),
        returned_by=said,
        received_at=rec.now,
        received_by=rec.actor.account,
    )
    validate(row)
    rec.add(row)
    return Received(name=name, row=row)


def _name(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).name[-NAME_CHARS:] or "workbook.xlsx"


def _check_columns(row: ReturnedWorkbook, columns: dict[str, str]) -> None:
    known = {*read_returned(row).unknown, ABSENT}
    fields = {name.value for name in SheetField}
    for name, head in columns.items():
        if name not in fields:
            raise NotFound
        if head not in known:
            raise UnknownColumn(field=name, head=head)
