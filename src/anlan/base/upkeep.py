"""Upkeep: plain create, change and removal of register rows, journaled.

`RegisterAdmin`, import resources and simple forms write through here. Rules of a register that
go beyond its columns live in that stage's own actions.
"""

import datetime as dt
import uuid
from typing import Any

from django.core.exceptions import ValidationError

from anlan.base.actor import Actor
from anlan.base.errors import Invalid
from anlan.base.journal.recording import Recording, recording
from anlan.base.records import Record


def create(
    row: Record, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> Record:
    """Insert a validated new row. Returns the row of the first call when repeated."""
    model = type(row)
    action = f"{model._meta.label_lower}.create"
    payload = {"row": _payload(row)}
    with recording(
        action=action,
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload,
    ) as rec:
        if rec.repeated:
            return model._default_manager.get(pk=rec.result["id"])
        validate(row)
        rec.add(row)
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
    payload = {"key": str(key), "version": expected_version, "values": _texts(values)}
    with recording(
        action=f"{model._meta.label_lower}.change",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=payload,
    ) as rec:
        if rec.repeated:
            return model._default_manager.get(pk=key)
        return apply_change(rec, model, key, values, expected_version=expected_version)


def apply_change(
    rec: Recording,
    model: type[Record],
    key: uuid.UUID,
    values: dict[str, Any],
    *,
    expected_version: int,
) -> Record:
    """The change of one row inside an open recording (bulk edits call it per row)."""
    row = rec.lock(model, key, expected_version=expected_version)
    for name, value in values.items():
        setattr(row, name, value)
    validate(row)
    rec.save(row)
    rec.result = {"id": str(row.pk), "version": row.version}
    return row


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
            rec.remove(rec.lock(model, key, expected_version=expected_version))


def validate(row: Record) -> None:
    """Column and table constraints, as a refusal that names the field."""
    try:
        row.full_clean()
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        raise Invalid("{reason}", field=name, reason="; ".join(messages)) from error


def _payload(row: Record) -> dict[str, Any]:
    skipped = {"id", "owner_centre", "version"}
    return {
        f.attname: str(getattr(row, f.attname))
        for f in row._meta.concrete_fields
        if f.attname not in skipped and f.attname not in row.SECRET
    }


def _texts(values: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
