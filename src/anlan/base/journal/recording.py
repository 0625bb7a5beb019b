"""Recording: the only way to write a Record. One transaction, one journal entry.

with recording(action="registers.body.rename", actor=actor, now=now,
               request_id=request_id, reason=reason, payload={...}) as rec:
    if rec.repeated:
        return rec.result
    body = rec.lock(Body, body_id, expected_version=version)
    body.short_name = short_name
    rec.save(body)
    rec.result = {"id": str(body.id), "version": body.version}
return rec.result
"""

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import ProtectedError, RestrictedError

from anlan.base.actor import Actor
from anlan.base.errors import Conflict, Invalid, NotFound, Refused, RequestReused
from anlan.base.identity import new_id
from anlan.base.journal.content import canonical, digest_of, plain_digest
from anlan.base.journal.keys import journal_key
from anlan.base.journal.personal import key_of, seal_value
from anlan.base.journal.statements import enter, hold_request
from anlan.base.prepared import insert
from anlan.base.records import Record, this_centre, writing
from anlan.base.rows import SECRET_MARK, row_image
from anlan.base.rules.labels import gettext_noop
from anlan.base.worlds.current import alias

CONTENT_FORMAT = 1
BATCH_ROWS = 500
REQUEST_ID_CHARS = 64
R = TypeVar("R", bound=Record)
_open: ContextVar[Any] = ContextVar("anlan_open_recording", default=None)


class StillReferred(Refused):
    """A row to which others point is not removed."""

    code = "still-referred"
    status = 409
    message = gettext_noop(
        "“{name}” cannot be removed: {count} other records refer to it. "
        "Remove or change those first, or give it an end date instead."
    )


@dataclass(slots=True, kw_only=True)
class Recording:
    """An open entry. Collects images of what is written; see the module text."""

    action: str
    actor: Actor
    now: dt.datetime
    request_id: str
    reason: str
    payload_digest: str
    entry_id: uuid.UUID = field(default_factory=new_id)
    valid_at: dt.datetime | None = None
    repeated: bool = False
    result: dict[str, Any] = field(default_factory=dict)
    images: list[dict[str, Any]] = field(default_factory=list)
    notes: dict[str, Any] = field(default_factory=dict)
    _before: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def lock(
        self, model: type[R], key: uuid.UUID | str, *, expected_version: int | None = None
    ) -> R:
        """Load one row for change. Raises NotFound, or Conflict when its version moved on."""
        row: R | None = model._default_manager.select_for_update().filter(pk=key).first()
        if row is None:
            raise NotFound
        if expected_version is not None and row.version != expected_version:
            raise Conflict(expected=expected_version, current=row.version, row=_public_image(row))
        self._before[_name(row)] = row_image(row)
        return row

    def add(self, row: Record) -> None:
        """Insert a new row."""
        with _through(self):
            insert(row)
        self._note_image(row, before=None, after=row_image(row))

    def add_many(self, rows: Iterable[Record]) -> int:
        """Insert many new rows of one model as one batch."""
        rows = list(rows)
        if not rows:
            return 0
        with _through(self):
            type(rows[0])._default_manager.bulk_create(rows, batch_size=BATCH_ROWS)
        for row in rows:
            self._note_image(row, before=None, after=row_image(row))
        return len(rows)

    def save(self, row: Record, *, with_parts: bool = False) -> None:
        """Write a row that `lock` returned; its version grows by one. Unchanged rows are left,
        unless rows that belong to it changed (`with_parts`): a stale reader of it must be told.
        """
        before = self._before.get(_name(row))
        if before is None:
            raise ValueError("save() takes a row that lock() returned")
        if row_image(row) == before and not with_parts:
            return
        row.version += 1
        with _through(self):
            row.save(force_update=True)
        after = row_image(row)
        self._note_image(row, before=before, after=after)
        self._before[_name(row)] = after

    def remove(self, row: Record) -> None:
        """Delete a row that `lock` returned. Raises StillReferred when others point to it."""
        before = self._before.pop(_name(row), None)
        if before is None:
            raise ValueError("remove() takes a row that lock() returned")
        model, key = _name(row)
        image = {"model": model, "key": key, "before": _enter(row, before)}  # delete clears the id
        try:
            with _through(self):
                row.delete()
        except ProtectedError as error:
            raise StillReferred(name=row, count=len(error.protected_objects)) from error
        except RestrictedError as error:
            raise StillReferred(name=row, count=len(error.restricted_objects)) from error
        self.images.append(image)

    def note(self, **facts: Any) -> None:
        """Facts of the action that are no row (a file's digest, counts)."""
        self.notes.update(facts)

    def _note_image(
        self, row: Record, *, before: dict[str, Any] | None, after: dict[str, Any]
    ) -> None:
        model, key = _name(row)
        image: dict[str, Any] = {"model": model, "key": key, "after": _enter(row, after)}
        if before is not None:
            image["before"] = _enter(row, before)
        self.images.append(image)

    def content(self) -> dict[str, Any]:
        return {
            "format": CONTENT_FORMAT,
            "id": self.entry_id.hex,
            "action": self.action,
            "actor": self.actor.account,
            "body": self.actor.body,
            "owner_centre": this_centre(),
            "known_at": self.now.astimezone(dt.UTC).isoformat(),
            "valid_at": (self.valid_at or self.now).astimezone(dt.UTC).isoformat(),
            "request_id": self.request_id,
            "payload": self.payload_digest,
            "reason": self.reason,
            "images": self.images,
            "notes": self.notes,
            "result": self.result,
        }


@contextmanager
def recording(
    *,
    action: str,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
    payload: dict[str, Any] | None = None,
    valid_at: dt.datetime | None = None,
    is_new: bool = False,
) -> Iterator[Recording]:
    """Open a transaction and an entry; commit both or neither.

    A request id that was used before yields a recording with `repeated` true and the first
    `result`; the same id with another action, actor or payload raises RequestReused. One that was
    made for this recording (`is_new`) is not looked for.
    """
    if not 1 <= len(request_id) <= REQUEST_ID_CHARS:
        raise Invalid(gettext_noop("A request id has 1 to 64 characters."), field="request_id")
    fingerprint = canonical({"action": action, "actor": actor.account, "payload": payload or {}})
    rec = Recording(
        action=action,
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason.strip(),
        payload_digest=digest_of(journal_key(), fingerprint),
        valid_at=valid_at,
    )
    if _open.get() is not None:
        raise RuntimeError("a recording is already open: one action, one entry")
    with transaction.atomic(using=alias()):
        if not is_new and _repeat_of(rec):
            yield rec
            return
        token = _open.set(rec)
        try:
            yield rec
        finally:
            _open.reset(token)
        if rec.images or rec.notes:
            _write(rec)


def is_recording() -> bool:
    """Whether this context is inside an open recording."""
    return _open.get() is not None


@contextmanager
def _through(rec: Recording) -> Iterator[None]:
    """The guard of `records` is open only while a recording writes: a row that an action saves
    by itself, past its recording, would have no image."""
    if _open.get() is not rec:
        raise RuntimeError("the recording is closed, repeated, or another one")
    token = writing.set(rec)
    try:
        yield
    finally:
        writing.reset(token)


def _repeat_of(rec: Recording) -> bool:
    first = hold_request(rec.request_id)
    if first is None:
        return False
    content = json.loads(first)
    if content["payload"] != rec.payload_digest:
        raise RequestReused
    rec.repeated = True
    rec.result = content["result"]
    return True


def _write(rec: Recording) -> None:
    text = canonical(rec.content())
    entry = {
        "id": rec.entry_id,
        "action": rec.action,
        "actor": rec.actor.account,
        "known_at": rec.now,
        "request_id": rec.request_id,
        "content": text,
        "digest": digest_of(journal_key(), text),
    }
    enter(entry, sorted({(image["model"], image["key"]) for image in rec.images}))


def _name(row: Record) -> tuple[str, str]:
    return row._meta.label_lower, str(row.pk)


def _enter(row: Record, image: dict[str, Any]) -> dict[str, Any]:
    """An image as it may stand in the journal: secrets marked, personal fields sealed."""
    entered = dict(image)
    for name in row.SECRET:
        if entered.get(name):
            entered[name] = SECRET_MARK
    for name in row.IMAGE_BY_DIGEST:
        if entered.get(name):
            text = entered[name] if isinstance(entered[name], str) else canonical(entered[name])
            entered[name] = {"sm3": plain_digest(text.encode()), "chars": len(text)}
    personal = [name for name in row.PERSONAL if entered.get(name) not in (None, "")]
    if not personal:
        return entered
    person = row.person_id_for_key()
    if person is None:
        raise ValueError(f"{type(row).__name__} has personal columns but no person to seal them")
    key = key_of(person)
    return entered | {name: seal_value(person, entered[name], key=key) for name in personal}


def _public_image(row: Record) -> dict[str, Any]:
    image = row_image(row)
    return {k: v for k, v in image.items() if k not in row.SECRET and k not in row.PERSONAL}
