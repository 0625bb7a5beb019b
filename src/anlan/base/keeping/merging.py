"""Merge of duplicates: one record stays, what pointed to the other is pointed to it, the other
stays as a tombstone that leads to it, with what was settled in its own time. One entry, which can
be undone."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from anlan.base import upkeep
from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.keeping.bulk import ReasonMissing
from anlan.base.keeping.declared import Keeping, said
from anlan.base.models import Merger
from anlan.base.parts import Reference, registry
from anlan.base.records import Record
from anlan.base.rules.labels import gettext_noop


class NotMergeable(Invalid):
    code = "not-mergeable"
    message = gettext_noop("Rows of this register are not merged.")


class TwoRowsNeeded(Invalid):
    code = "two-rows-needed"
    message = gettext_noop("Tick exactly two rows that are one and the same, then choose again.")


class MergedAlready(Invalid):
    code = "merged-already"
    message = gettext_noop("“{name}” was merged into another record already.")


class HiddenReferences(Invalid):
    code = "hidden-references"
    message = gettext_noop(
        "{count} records outside what your post may see point to “{name}” ({label}). "
        "Somebody who sees them must merge."
    )


class MergeClash(Invalid):
    code = "merge-clash"
    message = gettext_noop(
        "“{row}” ({label}) stands with both records: {reason} Settle that first, then merge."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A record and the version that was seen."""

    key: uuid.UUID
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnDifference:
    """A column in which both records differ and from either of which it may be taken."""

    name: str
    label: str
    first: str
    second: str


def can_merge(model: type[Model]) -> bool:
    return registry.merge_of(model._meta.label_lower) is not None


def merged_keys(model: type[Model]) -> QuerySet[Any]:
    """Keys of the tombstones of a register."""
    return Merger.objects.filter(register=model._meta.label_lower).values("loser")


def winner_of(row: Record) -> Any:
    """The record into which this one was merged; None when it stands for itself."""
    model = type(row)
    found = Merger.objects.filter(register=model._meta.label_lower, loser=row.pk).first()
    return model._default_manager.filter(pk=found.winner).first() if found else None


def standing_for(row: Any) -> Any:
    """The record that a row is today: itself, or the one at the end of its merges."""
    while (winner := winner_of(row)) is not None:
        row = winner
    return row


def differences(keeping: Keeping, first: Any, second: Any) -> list[ColumnDifference]:
    """What has to be chosen. Columns that are unique stay with their record."""
    bound = _unique_columns(keeping.model)
    found = []
    for name in keeping.columns:
        widget = keeping.widget(name)
        attname = widget.column.attname
        if name in bound or getattr(first, attname) == getattr(second, attname):
            continue
        found.append(
            ColumnDifference(
                name=name,
                label=keeping.column_label(name),
                first=said(widget, first),
                second=said(widget, second),
            )
        )
    return found


def referring(row: Record) -> list[tuple[Reference, QuerySet[Any]]]:
    """What points to a record, stage by stage, whoever may see it."""
    references = registry.references(row._meta.label_lower)
    return [
        (r, r.model._default_manager.filter(**{r.field: row}).select_related(*r.joins))
        for r in references
    ]


def open_among(reference: Reference, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of the rows that a merge points to the record that stays."""
    return rows if reference.open_rows is None else rows.filter(reference.open_rows)


def merge(
    keeping: Keeping,
    *,
    winner: Side,
    loser: Side,
    take: frozenset[str],
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """`take` are the columns whose value comes from the loser."""
    keeping.require(actor)
    part = registry.merge_of(keeping.label)
    if part is None:
        raise NotMergeable
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if winner.key == loser.key:
        raise TwoRowsNeeded
    with recording(
        action=f"{keeping.label}.merge",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "winner": [str(winner.key), winner.version],
            "loser": [str(loser.key), loser.version],
            "take": sorted(take),
        },
    ) as rec:
        if rec.repeated:
            return rec.result
        stays, goes = (_locked(rec, keeping, side, actor) for side in (winner, loser))
        moved = sum(_move(rec, *found, stays, goes, actor) for found in referring(goes))
        _take(keeping, stays, goes, take)
        upkeep.validate(stays)
        part.absorb(rec, stays, goes, now)
        rec.save(stays, with_parts=True)
        rec.add(Merger(register=keeping.label, loser=goes.pk, winner=stays.pk, merged_at=now))
        rec.result = {"winner": str(stays.pk), "loser": str(goes.pk), "moved": moved}
    return rec.result


def _locked(rec: Recording, keeping: Keeping, side: Side, actor: Actor) -> Any:
    if not keeping.rows(actor.scope).filter(pk=side.key).exists():
        raise NotFound
    row = rec.lock(keeping.model, side.key, expected_version=side.version)
    if winner_of(row) is not None:
        raise MergedAlready(name=str(row))
    return row


def _move(
    rec: Recording,
    reference: Reference,
    rows: QuerySet[Any],
    stays: Record,
    goes: Record,
    actor: Actor,
) -> int:
    """Point what is open to the record that stays. Returns how many."""
    rows, moved = open_among(reference, rows), 0
    keys = list(rows.values_list("pk", flat=True))
    seen = rows.visible_to(actor.scope).count()  # type: ignore[attr-defined]
    if seen != len(keys):
        raise HiddenReferences(count=len(keys) - seen, name=str(goes), label=reference.label)
    for key in keys:
        row = rec.lock(reference.model, key)
        setattr(row, reference.field, stays)
        clash = _clash(row)
        if clash and reference.settle_twin is not None:
            reference.settle_twin(rec, rec.lock(reference.model, key))
            continue
        if clash and reference.drops_duplicates:
            rec.remove(row)
        elif clash:
            raise MergeClash(row=str(row), label=reference.label, reason=clash)
        else:
            rec.save(row)
        moved += 1
    return moved


def _clash(row: Record) -> str:
    """Why a row cannot stand beside those of the record that stays; empty when it can."""
    try:
        row.validate_unique()
        row.validate_constraints()
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def _take(keeping: Keeping, stays: Any, goes: Any, take: frozenset[str]) -> None:
    offered = {each.name for each in differences(keeping, stays, goes)}
    for name in take & offered:
        setattr(stays, name, getattr(goes, name))


def _unique_columns(model: type[Model]) -> set[str]:
    together = {
        name
        for constraint in model._meta.constraints
        for name in getattr(constraint, "fields", ())
    }
    return together | {f.name for f in model._meta.concrete_fields if f.unique}
