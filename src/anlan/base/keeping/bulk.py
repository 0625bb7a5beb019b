"""Bulk change: one value of one column for many rows, all or none, as one entry."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from anlan.base import upkeep
from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound, Refused
from anlan.base.keeping.declared import Keeping, said
from anlan.base.rules.labels import gettext_noop

BULK_ROWS = 2000
"""House rule: what a person can still answer for with one reason."""


class TooManyRows(Invalid):
    code = "too-many-rows"
    message = gettext_noop(
        "{count} rows are too many at once: at most {limit}. Narrow the list first."
    )


class NothingChosen(Invalid):
    code = "nothing-chosen"
    message = gettext_noop("Tick the rows that are to be changed, then choose again.")


class ColumnNotTogether(Invalid):
    code = "column-not-together"
    message = gettext_noop("This column is not changed for many rows together.")


class ReasonMissing(Invalid):
    code = "reason-missing"
    message = gettext_noop("Say why: the reason stands in the journal.")


class ValueRefused(Invalid):
    code = "value-refused"
    message = gettext_noop("“{label}”: {reason}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChange:
    """A row before and after. `refusal` is why it cannot take the value."""

    row: Any
    before: str
    after: str
    refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`changes` are written, `refused` are left out, `unchanged` have the value already."""

    changes: tuple[RowChange, ...]
    refused: tuple[RowChange, ...]
    unchanged: int

    @property
    def versions(self) -> list[tuple[uuid.UUID, int]]:
        return [(change.row.pk, change.row.version) for change in self.changes]


def bounded(rows: QuerySet[Any]) -> list[Any]:
    """The rows, or a refusal when they are none or too many."""
    count = rows.count()
    if count > BULK_ROWS:
        raise TooManyRows(count=count, limit=BULK_ROWS)
    if not count:
        raise NothingChosen
    return list(rows)


def value_of(keeping: Keeping, column: str, text: Any) -> Any:
    """The value of what was typed, read like a cell of a file."""
    _require_column(keeping, column)
    try:
        return keeping.widget(column).clean(text)
    except ValueError as error:
        label = keeping.column_label(column)
        raise ValueRefused(field="value", label=label, reason=str(error)) from error


def preview(keeping: Keeping, rows: Sequence[Any], column: str, value: Any) -> Preview:
    """What a change would do to each row. Writes nothing."""
    _require_column(keeping, column)
    widget, changes, refused, unchanged = keeping.widget(column), [], [], 0
    attname = widget.column.attname
    for row in rows:
        before, old = said(widget, row), getattr(row, attname)
        setattr(row, column, value)
        if getattr(row, attname) == old:
            unchanged += 1
            continue
        try:
            upkeep.validate(row)
        except Refused as refusal:
            refused.append(RowChange(row=row, before=before, after="", refusal=refusal.text()))
            continue
        changes.append(RowChange(row=row, before=before, after=said(widget, row)))
    return Preview(changes=tuple(changes), refused=tuple(refused), unchanged=unchanged)


def change_rows(
    keeping: Keeping,
    versions: Iterable[tuple[uuid.UUID, int]],
    column: str,
    value: Any,
    *,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> int:
    """Write the value to all rows, each in the version that was seen. Returns how many."""
    keeping.require(actor)
    _require_column(keeping, column)
    seen = list(versions)
    if not reason.strip():
        raise ReasonMissing(field="reason")
    if not seen:
        raise NothingChosen
    if len(seen) > BULK_ROWS:
        raise TooManyRows(count=len(seen), limit=BULK_ROWS)
    keys = {key for key, _version in seen}
    if keeping.rows(actor.scope).filter(pk__in=keys).count() != len(keys):
        raise NotFound
    attname = keeping.model._meta.get_field(column).attname
    return upkeep.change_many(
        keeping.model,
        seen,
        {attname: getattr(value, "pk", value)},
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
    )


def _require_column(keeping: Keeping, column: str) -> None:
    if column not in keeping.bulk_fields:
        raise ColumnNotTogether(field="column")
