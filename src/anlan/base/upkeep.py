"""Upkeep: plain create, change and removal of register rows, journaled.

`RegisterAdmin`, import resources and simple forms write through here. Rules of a register that
go beyond its columns live in that stage's own actions.
"""

import copy
import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound
from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.journal.recording import Recording, recording
from anlan.base.parts import registry
from anlan.base.records import Record
from anlan.base.rules.labels import gettext_noop

Versions = Iterable[tuple[uuid.UUID, int]]
"""Keys of rows, each with the version that was seen."""


class InventedRefused(Invalid):
    code = "invented-refused"
    message = gettext_noop(
        "“{name}” is demonstration data (a name 演示…, a number 1990000xxxx or the mark X). "
        "A real instance takes no invented people, bodies or facts."
    )


def create(
    row: Record, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> Record:
    """Insert a validated new row. Returns the row of the first call when repeated."""
    model = type(row)
    with recording(
        action=f"{model._meta.label_lower}.create",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"row": payload_of(row)},
    ) as rec:
        if rec.repeated:
            return _still_there(model, rec.result["id"])
        apply_create(rec, row)
        rec.result = {"id": str(row.pk)}
    return row


def change(
    model: type[Record],
    key: uuid.UUID,
    values: dict[str, Any],
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> Record:
    """Set columns of one row. Raises Conflict when its version is not the expected one."""
    payload = {"key": str(key), "version": expected_version, "values": texts_of(values)}
    with recording(
        action=f"{model._meta.label_lower}.change",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload,
    ) as rec:
        if rec.repeated:
            return _still_there(model, key)
        row = apply_change(rec, model, key, values, expected_version=expected_version)
        rec.result = {"id": str(row.pk), "version": row.version}
        return row


def change_many(
    model: type[Record],
    versions: Versions,
    values: dict[str, Any],
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> int:
    """Set the same columns of many rows, all or none, as one entry. Returns how many rows."""
    seen = sorted(versions)
    payload = {"rows": [[str(key), version] for key, version in seen], "values": texts_of(values)}
    with recording(
        action=f"{model._meta.label_lower}.change",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload,
    ) as rec:
        if not rec.repeated:
            for key, version in seen:
                apply_change(rec, model, key, values, expected_version=version)
            rec.result = {"rows": len(seen)}
    return int(rec.result["rows"])


def remove(
    model: type[Record],
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> None:
    """Delete one row that nothing refers to."""
    with recording(
        action=f"{model._meta.label_lower}.remove",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"key": str(key), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            apply_remove(rec, model, key, expected_version=expected_version)


def remove_many(
    model: type[Record],
    versions: Versions,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> int:
    """Delete many rows, all or none, as one entry. Returns how many rows."""
    seen = sorted(versions)
    with recording(
        action=f"{model._meta.label_lower}.remove",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"rows": [[str(key), version] for key, version in seen]},
    ) as rec:
        if not rec.repeated:
            rows = [rec.lock(model, key, expected_version=version) for key, version in seen]
            for row in reversed(rows):  # the younger first: children before their parents
                rec.remove(row)
            rec.result = {"rows": len(seen)}
    return int(rec.result["rows"])


def apply_create(rec: Recording, row: Record, *, alone: bool = False) -> None:
    """The insertion of one row inside an open recording, with what its register writes beside it
    (`alone`: without)."""
    part = None if alone else registry.beside_of(row._meta.label_lower)
    if part is not None:
        part.prepare(rec, row, None)
    validate(row)
    rec.add(row)
    if part is not None:
        part.follow(rec, row, None)


def apply_change(
    rec: Recording,
    model: type[Record],
    key: uuid.UUID,
    values: dict[str, Any],
    *,
    expected_version: int,
    alone: bool = False,
) -> Record:
    """The change of one row inside an open recording, with what its register writes beside it."""
    part = None if alone else registry.beside_of(model._meta.label_lower)
    row = rec.lock(model, key, expected_version=expected_version)
    stored = copy.copy(row)
    for name, value in values.items():
        setattr(row, name, value)
    if part is not None:
        part.prepare(rec, row, stored)
    validate(row)
    rec.save(row)
    if part is not None:
        part.follow(rec, row, stored)
    return row


def apply_remove(
    rec: Recording, model: type[Record], key: uuid.UUID, *, expected_version: int
) -> None:
    """The removal of one row inside an open recording."""
    rec.remove(rec.lock(model, key, expected_version=expected_version))


def validate(row: Record) -> None:
    """Column and table constraints, as a refusal that names the field. A real instance refuses
    what only a demonstration may hold (coverage.md: demonstration and real apart). The key of a
    new row is one that nobody has had."""
    if row.is_invented_row() and is_demonstration_now() is False:
        raise InventedRefused(name=str(row))
    try:
        row.full_clean(exclude={"id"} if row._state.adding else None)
    except ValidationError as error:
        name, found = next(iter(error.error_dict.items()))
        raise Invalid("{reason}", field=name, reason=plain_reason(found)) from error


def plain_reason(errors: Iterable[ValidationError]) -> str:
    """What the framework found wrong, without a word of databases."""
    texts = [
        gettext("This must not be empty.") if error.code in ("null", "blank") else text
        for error in errors
        for text in error.messages
    ]
    return "; ".join(dict.fromkeys(texts))


def payload_of(row: Record) -> dict[str, Any]:
    """What was asked for, to tell a repeat from another request (only its digest is kept)."""
    skipped = {"id", "owner_centre", "version"}
    return {
        f.attname: str(getattr(row, f.attname))
        for f in row._meta.concrete_fields
        if f.attname not in skipped and f.attname not in row.SECRET
    }


def texts_of(values: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _still_there(model: type[Record], key: Any) -> Record:
    row: Record | None = model._default_manager.filter(pk=key).first()
    if row is None:
        raise NotFound
    return row
