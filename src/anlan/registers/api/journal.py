"""The journal over the API: what was done, whether it is proven, and the history of a record."""

import datetime as dt
import json
import uuid
from typing import Annotated, Any, Literal

from django.apps import apps
from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Query, Router, Schema
from pydantic import Field

from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, is_marked, page_of
from anlan.base.errors import NotFound
from anlan.base.journal.history import HistoryLine, history_of
from anlan.base.journal.verification import LABELS, verify
from anlan.base.models import JournalEntry
from anlan.base.records import Record
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability

router = Router(tags=["journal"])
SUBJECTS_SHOWN = 50
HISTORY_LINES = 200


class JournalQuery(Paging):
    """`action` begins like this, e.g. `registers.membership`; newest first."""

    page_size: Annotated[int, Field(ge=1, le=200)] = 50
    action: Annotated[str, Field(max_length=80)] = ""
    actor: Annotated[str, Field(max_length=80)] = ""
    sort: Literal["-position"] = "-position"


class Subject(Schema):
    """A record that the entry touched."""

    model: str
    id: str


class EntryRow(Schema):
    """`seq` is null until the entry is sealed. `subjects` holds the first of `subject_count`."""

    id: str
    seq: int | None
    action: str
    actor: str
    known_at: dt.datetime
    request_id: str
    reason: str
    subject_count: int
    subjects: list[Subject]


class Verification(Schema):
    """`unproven` counts entries that are not sealed yet; `finding` names what is wrong."""

    ok: bool
    sealed: int
    unproven: int
    anchored_seq: int
    finding: str | None
    finding_text: str
    first_bad_seq: int | None
    detail: str


class ChangedField(Schema):
    """Values as they stand in the journal; — where they are personal or secret."""

    name: str
    before: Any
    after: Any


class HistoryRow(Schema):
    seq: int | None
    action: str
    actor: str
    known_at: dt.datetime
    reason: str
    changes: list[ChangedField]


class History(Schema):
    model: str
    id: str
    version: int
    demonstration: bool
    lines: list[HistoryRow]


@router.get("/journal", response=Page[EntryRow])
def list_journal(request: HttpRequest, query: Query[JournalQuery]) -> dict[str, Any]:
    """Entries, newest first."""
    scope_for(request, Capability.READ_JOURNAL)
    rows = JournalEntry.objects.order_by(query.sort)
    if query.action:
        rows = rows.filter(action__startswith=query.action)
    if query.actor:
        rows = rows.filter(actor=query.actor)
    return page_of(request, rows, query, _entry)


@router.get("/journal/verify", response=Verification)
def verify_journal(request: HttpRequest) -> dict[str, Any]:
    """Recompute the chain and hold it against the newest anchor."""
    scope_for(request, Capability.READ_JOURNAL)
    report = verify()
    found = LABELS[report.finding] if report.finding else ""
    return {**report.to_json(), "finding_text": gettext(found) if found else ""}


@router.get("/journal/history/{model}/{uuid:record_id}", response=History)
def record_history(request: HttpRequest, model: str, record_id: uuid.UUID) -> dict[str, Any]:
    """Who changed a record that the actor may see; `model` is e.g. `registers.body`."""
    scope = scope_for(request, Capability.READ_INTERNAL)
    kind = _record_model(model)
    record = only(kind._default_manager.visible_to(scope).filter(pk=record_id))
    lines = history_of(record, limit=HISTORY_LINES)
    return {
        "model": kind._meta.label_lower,
        "id": str(record.pk),
        "version": record.version,
        "demonstration": is_marked(request),
        "lines": [_line(line) for line in lines],
    }


def _record_model(label: str) -> type[Record]:
    try:
        kind = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise NotFound from error
    if not issubclass(kind, Record):
        raise NotFound
    return kind


def _entry(entry: JournalEntry) -> dict[str, Any]:
    content = json.loads(entry.content)
    subjects = list(dict.fromkeys((i["model"], i["key"]) for i in content["images"]))
    return {
        "id": str(entry.id),
        "seq": entry.seq,
        "action": entry.action,
        "actor": entry.actor,
        "known_at": entry.known_at,
        "request_id": entry.request_id,
        "reason": content["reason"],
        "subject_count": len(subjects),
        "subjects": [{"model": m, "id": key} for m, key in subjects[:SUBJECTS_SHOWN]],
    }


def _line(line: HistoryLine) -> dict[str, Any]:
    return {
        "seq": line.seq,
        "action": line.action,
        "actor": line.actor,
        "known_at": line.known_at,
        "reason": line.reason,
        "changes": [
            {"name": change.name, "before": change.before, "after": change.after}
            for change in line.changes
        ],
    }
