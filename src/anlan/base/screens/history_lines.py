"""The history of a record in words: labels for fields, codes and linked records."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from anlan.base.journal.history import FieldChange, HistoryLine, history_of
from anlan.base.parts import registry
from anlan.base.rows import SECRET_MARK
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import shown

VERBS = {
    "create": gettext_noop("Entered"),
    "change": gettext_noop("Changed"),
    "remove": gettext_noop("Removed"),
    "import": gettext_noop("Imported"),
    "load": gettext_noop("Loaded from the profile"),
    "undo": gettext_noop("Undone"),
    "merge": gettext_noop("Merged"),
}
HIDDEN_FIELDS = frozenset({"owner_centre"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownLine:
    """`seq` is None while the entry is not sealed."""

    seq: int | None
    action: str
    actor: str
    known_at: Any
    reason: str
    changes: tuple[ShownChange, ...]
    is_first: bool
    entry_id: str = ""


def lines_of(record: models.Model, *, readable: bool = False) -> list[ShownLine]:
    """Newest first. Personal fields are opened only when `readable` is true."""
    lines = history_of(record, readable=readable)
    names = linked_names(type(record), (c for line in lines for c in line.changes))
    return [_shown_line(type(record), line, names) for line in lines]


def action_label(action: str) -> str:
    """What an action is called: declared by its stage, or known by its verb."""
    declared = registry.action_labels().get(action)
    label = declared or VERBS.get(action.rpartition(".")[2]) or gettext_noop("Recorded")
    return _(label)


def actor_label(actor: str) -> str:
    return _("The program") if actor.startswith("program:") else actor


def _shown_line(model: type[models.Model], line: HistoryLine, names: dict[str, str]) -> ShownLine:
    hidden = HIDDEN_FIELDS | getattr(model, "UNREAD", frozenset())
    changes = [c for c in line.changes if c.name not in hidden]
    is_first = all(change.before is None for change in changes)
    return ShownLine(
        seq=line.seq,
        action=action_label(line.action),
        actor=actor_label(line.actor),
        known_at=line.known_at,
        reason=line.reason,
        changes=_labelled(model, changes, names, is_first=is_first),
        is_first=is_first,
        entry_id=line.entry_id,
    )


def shown_changes(
    model: type[models.Model], changes: Iterable[FieldChange]
) -> tuple[ShownChange, ...]:
    """The changes of one image in words."""
    found = [change for change in changes if change.name not in HIDDEN_FIELDS]
    is_first = all(change.before is None for change in found)
    return _labelled(model, found, linked_names(model, found), is_first=is_first)


def _labelled(
    model: type[models.Model],
    changes: Iterable[FieldChange],
    names: dict[str, str],
    *,
    is_first: bool,
) -> tuple[ShownChange, ...]:
    return tuple(
        ShownChange(
            label=field_label(model, change.name),
            before=field_text(model, change.name, change.before, names),
            after=field_text(model, change.name, change.after, names),
        )
        for change in changes
        if not (is_first and change.after in (None, "", []))
    )


def field_label(model: type[models.Model], name: str) -> str:
    """The label of a column, never its name."""
    field = _field(model, name)
    return str(field.verbose_name) if field is not None else _("another field")


def _field(model: type[models.Model], name: str) -> Any:
    try:
        return model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return None


def field_text(
    model: type[models.Model], name: str, value: Any, names: dict[str, str] | None = None
) -> str:
    """A column value of a row image as a reader sees it; `names` are those of linked records."""
    field = _field(model, name)
    if value in (None, ""):
        return "—"
    if value == SECRET_MARK:
        return _("(not recorded)")
    if isinstance(value, dict) and "sm3" in value:
        return _("{chars} characters, digest {digest}…").format(
            chars=shown(value["chars"]), digest=value["sm3"][:8]
        )
    known = getattr(model, "CODE_LABELS", {}).get(name, {})
    if isinstance(value, str) and value in known:
        return str(known[value])
    return shown(value) if field is None else _coded_text(field, value, names or {})


def _coded_text(field: Any, value: Any, names: dict[str, str]) -> str:
    """Linked records by name, codes by label, instants in the city's time."""
    if field.is_relation:
        return names.get(str(value), _("a record that is no more"))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if hasattr(field, "file_text") and isinstance(value, int):
        return shown(Decimal(field.file_text(value)))
    if isinstance(field, models.DateTimeField) and isinstance(value, str):
        return shown(parse_datetime(value) or value)
    return shown(value)


def linked_names(model: type[models.Model], changes: Iterable[FieldChange]) -> dict[str, str]:
    """The names of all records that the changes point to, one query a model."""
    wanted: dict[type[models.Model], set[uuid.UUID]] = {}
    for change in changes:
        field = _field(model, change.name)
        if field is not None and field.is_relation:
            found = wanted.setdefault(field.related_model, set())
            found.update(uuid.UUID(str(v)) for v in (change.before, change.after) if v)
    names: dict[str, str] = {}
    for target, keys in wanted.items():
        rows = target._default_manager.in_bulk(keys)
        names.update({str(key): str(row) for key, row in rows.items()})
    return names
