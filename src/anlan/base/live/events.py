"""What a live reader is told: that a record it may see was touched, by which action. No content.

Only sealed entries. Whether a reader sees a record is asked of the record now (`visible_to`), so
one that was removed, or moved out of its view, is not told of.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from anlan.base.models import JournalEntry, JournalHead, JournalSubject
from anlan.base.records import Record

SUBJECTS_TOLD = 50
READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A sealed entry: its number, its action, and the records it touched (model, key)."""

    seq: int
    action: str
    subjects: tuple[tuple[str, str], ...]


@dataclass(slots=True, kw_only=True)
class Batch:
    """Changes read together, and what readers of each scope see of them (asked once a scope)."""

    changes: tuple[Change, ...]
    _seen: dict[Any, dict[int, list[tuple[str, str]]]] = field(default_factory=dict)

    @property
    def last_seq(self) -> int:
        return self.changes[-1].seq

    def seen_by(self, scope: Any) -> dict[int, list[tuple[str, str]]]:
        """Visible subjects by the number of the entry; entries without any are absent."""
        if scope not in self._seen:
            self._seen[scope] = _visible(self.changes, scope)
        return self._seen[scope]


def sealed_end() -> int:
    return JournalHead.objects.filter(id=1).values_list("seq", flat=True).first() or 0


def read_after(seq: int, limit: int = READ_AT_ONCE) -> Batch | None:
    """The next sealed entries, or None when there are none."""
    rows = JournalEntry.objects.filter(seq__gt=seq).order_by("seq")
    entries = list(rows.values_list("position", "seq", "action")[:limit])
    if not entries:
        return None
    touched: dict[int, list[tuple[str, str]]] = defaultdict(list)
    listed = JournalSubject.objects.filter(entry__in=[position for position, _, _ in entries])
    for position, model, key in listed.values_list("entry", "model", "key"):
        touched[position].append((model, key))
    return Batch(
        changes=tuple(
            Change(seq=number, action=action, subjects=tuple(touched[position]))
            for position, number, action in entries
        )
    )


def messages(batch: Batch, scope: Any, after: int = 0) -> list[str]:
    """The events of a batch as a reader of this scope gets them, in the text of the protocol."""
    seen = batch.seen_by(scope)
    return [
        event(change, seen[change.seq])
        for change in batch.changes
        if change.seq > after and change.seq in seen
    ]


def event(change: Change, subjects: Sequence[tuple[str, str]]) -> str:
    told = [{"model": model, "id": key} for model, key in subjects[:SUBJECTS_TOLD]]
    data = {"seq": change.seq, "action": change.action, "subjects": told, "count": len(subjects)}
    return f"id: {change.seq}\nevent: change\ndata: {json.dumps(data)}\n\n"


def place(seq: int) -> str:
    """Moves the reader's place without telling anything (an event without data)."""
    return f"id: {seq}\n\n"


def too_far_behind(seq: int) -> str:
    """The reader was away too long to be told one by one: it reads its page anew."""
    return f"id: {seq}\nevent: reload\ndata: {{}}\n\n"


def _visible(changes: Sequence[Change], scope: Any) -> dict[int, list[tuple[str, str]]]:
    keys: dict[str, set[str]] = defaultdict(set)
    for change in changes:
        for model, key in change.subjects:
            keys[model].add(key)
    visible = {
        (model, key) for model, wanted in keys.items() for key in _seen(model, wanted, scope)
    }
    found = {}
    for change in changes:
        subjects = [subject for subject in change.subjects if subject in visible]
        if subjects:
            found[change.seq] = subjects
    return found


def _seen(label: str, keys: set[str], scope: Any) -> set[str]:
    try:
        model = apps.get_model(label)
    except LookupError:
        return set()
    if not issubclass(model, Record):
        return set()
    wanted = [uuid.UUID(key) for key in keys]
    found: set[str] = set()
    for first in range(0, len(wanted), READ_AT_ONCE):
        rows = model._default_manager.visible_to(scope).order_by()  # type: ignore[attr-defined]
        part = wanted[first : first + READ_AT_ONCE]
        found |= {str(key) for key in rows.filter(pk__in=part).values_list("pk", flat=True)}
    return found
