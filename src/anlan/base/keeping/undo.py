"""Undo of an entry: its before-images written back as a new entry, where nobody wrote since."""

import datetime as dt
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps

from anlan.base import upkeep
from anlan.base.actor import Actor
from anlan.base.errors import Conflict, Invalid, NotAllowed, NotFound
from anlan.base.journal.content import canonical, plain_digest
from anlan.base.journal.personal import is_sealed, open_value
from anlan.base.journal.recording import Recording, recording
from anlan.base.keeping.bulk import ReasonMissing
from anlan.base.keeping.declared import keeping_of
from anlan.base.models import ColumnMapping, JournalEntry
from anlan.base.records import Record
from anlan.base.rows import SECRET_MARK, row_image
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.undo import RowUndo, UndoStep, undo_row

UNDOABLE = ("change", "import", "merge", "undo")
ASIDE = frozenset({ColumnMapping._meta.label_lower})
ERASED = "(erased)"


class NotUndoable(Invalid):
    code = "not-undoable"
    message = gettext_noop("Only imports, changes and merges of registers are undone here.")


class NothingToUndo(Invalid):
    code = "nothing-to-undo"
    message = gettext_noop("No record stands as this entry left it: nothing was undone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoLine:
    """What undoing does to one record, and its images; `row` is None when it is not there."""

    model: type[Record]
    key: str
    name: str
    before: dict[str, Any] | None
    current: dict[str, Any] | None
    version: int
    decision: RowUndo


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoPlan:
    """The lines of an entry, in the order in which they are written back."""

    entry: JournalEntry
    register: type[Record]
    lines: tuple[UndoLine, ...]

    @property
    def writable(self) -> list[UndoLine]:
        return [line for line in self.lines if line.decision.step.writes]

    @property
    def refused(self) -> list[UndoLine]:
        return [line for line in self.lines if line.decision.step.is_refused]

    @property
    def seen(self) -> str:
        """Binds an undo to what was looked at."""
        parts = (f"{x.model._meta.label_lower} {x.key} {x.version}" for x in self.writable)
        return plain_digest("\n".join(parts).encode())


def register_of(entry: JournalEntry) -> type[Record] | None:
    """The register whose rows an entry changed; None when it is not undone here."""
    label, _dot, verb = entry.action.rpartition(".")
    if verb not in UNDOABLE:
        return None
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    return model if issubclass(model, Record) and keeping_of(model) is not None else None


def plan_undo(entry: JournalEntry, *, actor: Actor) -> UndoPlan:
    """What undoing would do. Raises NotUndoable, NotAllowed, or NotFound outside the scope."""
    register = register_of(entry)
    if register is None:
        raise NotUndoable
    _require(register, actor)
    images = _collapsed(json.loads(entry.content)["images"])
    rows = _rows_now(label_key for label_key, _images in images)
    entered = [name for name, (before, _after) in images if before is None]
    referred = _referred(entered)
    lines = [
        _line(name, *pair, rows.get(name), is_referred=name in referred) for name, pair in images
    ]
    for model in {line.model for line in lines}:
        _require(model, actor)
        keys = [line.key for line in lines if line.model is model and line.current is not None]
        visible = model._default_manager.visible_to(actor.scope)  # type: ignore[attr-defined]
        if visible.filter(pk__in=keys).count() != len(keys):
            raise NotFound
    return UndoPlan(entry=entry, register=register, lines=tuple(lines))


def undo(
    entry: JournalEntry,
    *,
    seen: str,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """Write back what still stands as the entry left it; the other records are left alone.
    Returns how many were written and how many refused."""
    register = register_of(entry)
    if register is None:
        raise NotUndoable
    _require(register, actor)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    with recording(
        action=f"{register._meta.label_lower}.undo",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"entry": str(entry.id), "seen": seen},
    ) as rec:
        if rec.repeated:
            return rec.result
        plan = plan_undo(entry, actor=actor)
        if plan.seen != seen:
            raise Conflict(expected=0, current=0)
        if not plan.writable:
            raise NothingToUndo
        for line in plan.writable:
            _write(rec, line)
        rec.note(undoes=str(entry.id))
        rec.result = {"rows": len(plan.writable), "refused": len(plan.refused)}
    return rec.result


def _require(model: type[Record], actor: Actor) -> None:
    """Records that go with a register (references of a merge) need no right of their own."""
    kept = keeping_of(model)
    if actor.scope is None:
        raise NotAllowed
    if kept is not None:
        kept.require(actor)


Name = tuple[str, str]
Pair = tuple[dict[str, Any] | None, dict[str, Any] | None]


def _collapsed(images: Iterable[dict[str, Any]]) -> list[tuple[Name, Pair]]:
    """Model and key, first before and last after of each record, the last written first."""
    found: dict[tuple[str, str], tuple[Any, Any]] = {}
    for image in images:
        name = (image["model"], image["key"])
        if image["model"] in ASIDE:
            continue
        first = found.pop(name, (image.get("before"), None))[0]
        found[name] = (first, image.get("after"))
    return list(reversed(found.items()))


def _rows_now(names: Iterable[Name]) -> dict[Name, Record]:
    """The records as they are, one query a model."""
    keys: dict[str, list[str]] = {}
    for label, key in names:
        keys.setdefault(label, []).append(key)
    found: dict[Name, Record] = {}
    for label, wanted in keys.items():
        rows = apps.get_model(label)._default_manager.filter(pk__in=wanted)
        found |= {(label, str(row.pk)): row for row in rows}
    return found


def _referred(entered: list[Name]) -> set[Name]:
    """Those of the entered records to which others point that the entry did not enter."""
    keys: dict[str, list[str]] = {}
    for label, key in entered:
        keys.setdefault(label, []).append(key)
    own, found = set(entered), set()
    for label, wanted in keys.items():
        for relation in apps.get_model(label)._meta.get_fields(include_hidden=True):
            if not (relation.one_to_many or relation.one_to_one) or not relation.auto_created:
                continue
            other, column = relation.related_model, relation.field
            pointing = other._default_manager.filter(**{f"{column.name}__in": wanted})
            for target, key in pointing.values_list(column.attname, "pk"):
                if (other._meta.label_lower, str(key)) not in own:
                    found.add((label, str(target)))
    return found


def _line(
    name: Name,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
    row: Record | None,
    *,
    is_referred: bool,
) -> UndoLine:
    model: type[Record] = apps.get_model(name[0])
    current = None if row is None else _as_entered(row)
    former, left = _opened(before), _opened(after)
    decision = undo_row(
        before=former,
        after=left,
        current=current,
        not_kept=_not_kept(model, former),
        is_referred=is_referred,
    )
    return UndoLine(
        model=model,
        key=name[1],
        name=str(row) if row is not None else _name_in(model, former or left or {}),
        before=former,
        current=current,
        version=row.version if row is not None else (before or {}).get("version", 0),
        decision=decision.known(),
    )


def _name_in(model: type[Record], image: dict[str, Any]) -> str:
    known = {field.attname for field in model._meta.concrete_fields}
    row = model(**{n: v for n, v in image.items() if n in known and v != ERASED})
    try:
        return str(row)
    except model.DoesNotExist:
        return str(model._meta.verbose_name)


def _opened(image: dict[str, Any] | None) -> dict[str, Any] | None:
    """An image of the journal with the personal fields that are still readable."""
    if image is None:
        return None
    opened = dict(image)
    for name, value in image.items():
        if is_sealed(value):
            readable, plain = open_value(value)
            opened[name] = plain if readable else ERASED
    return opened


def _as_entered(row: Record) -> dict[str, Any]:
    """The row as the journal would hold it, personal fields open."""
    image = row_image(row)
    for name in row.SECRET:
        image[name] = SECRET_MARK if image.get(name) else image.get(name)
    for name in row.IMAGE_BY_DIGEST:
        if image.get(name):
            text = image[name] if isinstance(image[name], str) else canonical(image[name])
            image[name] = {"sm3": plain_digest(text.encode()), "chars": len(text)}
    return image


def _not_kept(model: type[Record], former: dict[str, Any] | None) -> frozenset[str]:
    held = former or {}
    digested = {n for n in (*model.IMAGE_BY_DIGEST, *model.SECRET) if held.get(n)}
    return frozenset(digested | {name for name, value in held.items() if value == ERASED})


def _write(rec: Recording, line: UndoLine) -> None:
    step, model = line.decision.step, line.model
    if step is UndoStep.ENTER_AGAIN:
        row = model(**{name: _value(model, name, value) for name, value in _former(line)})
        row.version = line.version + 1
        upkeep.apply_create(rec, row, alone=True)
        return
    key = uuid.UUID(line.key)
    if step is UndoStep.REMOVE:
        upkeep.apply_remove(rec, model, key, expected_version=line.version)
        return
    values = {n: _value(model, n, v) for n, v in _former(line) if n in line.decision.columns}
    upkeep.apply_change(rec, model, key, values, expected_version=line.version, alone=True)


def _former(line: UndoLine) -> list[tuple[str, Any]]:
    known = {field.attname for field in line.model._meta.concrete_fields} - {"version"}
    return [(name, value) for name, value in (line.before or {}).items() if name in known]


def _value(model: type[Record], attname: str, value: Any) -> Any:
    field: Any = next(f for f in model._meta.concrete_fields if f.attname == attname)
    target = field.target_field if field.is_relation else field
    return target.to_python(value)


def entry_by_id(entry_id: uuid.UUID | str) -> JournalEntry:
    found = JournalEntry.objects.filter(id=entry_id).first()
    if found is None:
        raise NotFound
    return found
