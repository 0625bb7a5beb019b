"""Rows of the journal as they are stored, and whether each answers for itself.

Values are read as the database holds them: a row that somebody damaged must be named, not stumble
over a conversion.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast

from anlan.base.journal.content import digest_of
from anlan.base.models import JournalEntry, JournalSubject


@dataclass(frozen=True, slots=True)
class Stored:
    """One row; `id` and `known_at` are the stored text."""

    position: Any
    id: Any
    action: Any
    actor: Any
    known_at: Any
    request_id: Any
    content: Any
    digest: Any
    seq: Any
    mac: Any


def rows_of(entries: QuerySet[JournalEntry]) -> list[Stored]:
    """The stored rows of a (limited, ordered) query."""
    found = entries.annotate(
        stored_id=Cast("id", TextField()), stored_known_at=Cast("known_at", TextField())
    ).values_list(
        "position",
        "stored_id",
        "action",
        "actor",
        "stored_known_at",
        "request_id",
        "content",
        "digest",
        "seq",
        "mac",
    )
    return [Stored(*row) for row in found]


def fault_of(key: bytes, row: Stored) -> str | None:
    """The first column that is not what the program wrote, or None."""
    if not isinstance(row.content, str) or digest_of(key, row.content) != row.digest:
        return "content"
    content = json.loads(row.content)
    if str(row.id).replace("-", "") != content["id"]:
        return "id"
    if _instant(row.known_at) != dt.datetime.fromisoformat(content["known_at"]):
        return "known_at"
    plain = {"action": row.action, "actor": row.actor, "request_id": row.request_id}
    return next((name for name, value in plain.items() if content[name] != value), None)


def subjects_of(rows: Iterable[Stored]) -> dict[Any, list[tuple[str, str]]]:
    """The history index of some rows, sorted."""
    positions = [row.position for row in rows]
    found: dict[Any, list[tuple[str, str]]] = {}
    listed = JournalSubject.objects.filter(entry__in=positions)
    for position, model, key in listed.values_list("entry_id", "model", "key"):
        found.setdefault(position, []).append((model, key))
    return {position: sorted(pairs) for position, pairs in found.items()}


def subjects_named_by(content: str) -> list[tuple[str, str]]:
    """The records that a (proven) content names, sorted, each once."""
    images = json.loads(content)["images"]
    return sorted({(image["model"], image["key"]) for image in images})


def _instant(text: Any) -> dt.datetime | None:
    """A stored instant: SQLite keeps it without a zone, PostgreSQL shows the session's (UTC)."""
    try:
        instant = dt.datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=dt.UTC)
