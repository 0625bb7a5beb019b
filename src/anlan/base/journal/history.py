"""Reads of the journal: the history of a record, and what changed in each entry."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db import models

from anlan.base.journal.personal import is_sealed, open_value
from anlan.base.models import JournalEntry, JournalSubject
from anlan.base.worlds.current import current

UNREADABLE = "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One entry as a history tab shows it. `seq` is None while it is not sealed yet."""

    seq: int | None
    action: str
    actor: str
    known_at: dt.datetime
    reason: str
    changes: tuple[FieldChange, ...]
    entry_id: str = ""


def history_of(
    record: models.Model, *, limit: int = 50, readable: bool = False
) -> list[HistoryLine]:
    """Newest first. Personal fields are opened only when `readable` is true."""
    label, key = record._meta.label_lower, str(record.pk)
    listed = JournalSubject.objects.filter(model=label, key=key).order_by("-entry")
    world = current()
    if world.is_past:
        listed = listed.filter(entry__seq__isnull=False, entry__known_at__lte=world.as_of)
    newest = list(listed.values_list("entry", flat=True)[:limit])
    entries = JournalEntry.objects.filter(position__in=newest).order_by("-position")
    return [_line(entry, label, key, readable=readable) for entry in entries]


def _line(entry: JournalEntry, label: str, key: str, *, readable: bool) -> HistoryLine:
    content = json.loads(entry.content)
    changes: list[FieldChange] = []
    for image in content["images"]:
        if image["model"] == label and image["key"] == key:
            changes.extend(changes_of(image, readable=readable))
    return HistoryLine(
        seq=entry.seq,
        action=entry.action,
        actor=entry.actor,
        known_at=entry.known_at,
        reason=content["reason"],
        changes=tuple(changes),
        entry_id=str(entry.id),
    )


def changes_of(image: dict[str, Any], *, readable: bool) -> list[FieldChange]:
    """What an image says was changed. Personal fields are opened only when `readable`."""
    before, after = image.get("before") or {}, image.get("after") or {}
    names = [name for name in {**before, **after} if name not in ("id", "version")]
    return [
        FieldChange(
            name=name,
            before=_shown(before.get(name), readable=readable),
            after=_shown(after.get(name), readable=readable),
        )
        for name in names
        if before.get(name) != after.get(name)
    ]


def _shown(value: Any, *, readable: bool) -> Any:
    if not is_sealed(value):
        return value
    opened, plain = open_value(value) if readable else (False, None)
    return plain if opened else UNREADABLE
