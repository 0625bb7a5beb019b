"""One register row added or changed: who may, what is checked, one journal entry.

Registers whose rows need no more than a check of their own write through here.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from anlan.base.actor import Actor
from anlan.base.journal.recording import Recording, recording
from anlan.base.records import Record
from anlan.base.upkeep import payload_of, validate

R = TypeVar("R", bound=Record)
Check = Callable[[Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Who asks, when, as which request, why: what every action is told."""

    actor: Actor
    now: dt.datetime
    request_id: str
    reason: str = ""

    def opening(self, action: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of `recording`."""
        return {
            "action": action,
            "actor": self.actor,
            "now": self.now,
            "request_id": self.request_id,
            "reason": self.reason,
            "payload": plain(payload),
        }


def plain(values: Mapping[str, Any]) -> dict[str, str]:
    """Values as texts; a record stands by its key, since two may have one name."""
    return {
        name: str(value.pk if isinstance(value, Record) else value)
        for name, value in values.items()
    }


def _nothing(rec: Recording) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Rows written in the same entry: `write` gives the columns that refer to them, `payload` is
    what was asked for."""

    write: Callable[[Recording], Mapping[str, Any]] = _nothing
    payload: Mapping[str, Any] = field(default_factory=dict)


ALONE = Beside()


def add_row(
    row: Record,
    *,
    action: str,
    check: Check,
    asked: Request,
    beside: Beside = ALONE,
) -> dict[str, Any]:
    """Insert a checked row. Returns its id."""
    with recording(**asked.opening(action, payload_of(row) | plain(beside.payload))) as rec:
        if not rec.repeated:
            check(row)
            for name, value in beside.write(rec).items():
                setattr(row, name, value)
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def change_row(
    model: type[R],
    key: uuid.UUID,
    values: Mapping[str, Any],
    *,
    expected_version: int,
    action: str,
    check: Check,
    asked: Request,
    beside: Beside = ALONE,
) -> dict[str, Any]:
    """Set columns of a row. `check` sees it before (may the actor?) and after (is it right?)."""
    payload = {"key": key, "version": expected_version, **values, **beside.payload}
    with recording(**asked.opening(action, payload)) as rec:
        if not rec.repeated:
            row = rec.lock(model, key, expected_version=expected_version)
            check(row)
            for name, value in {**values, **beside.write(rec)}.items():
                setattr(row, name, value)
            check(row)
            validate(row)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result
