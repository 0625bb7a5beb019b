"""Whether the table constraints of a row plainly hold, told without a query.

The framework asks the database one query a constraint before every write. Almost always the
answer is yes and can be read from the row. This module only ever says "plainly fulfilled": what
is broken, or is not understood here, goes the framework's way and is refused in its words. The
constraint itself stands in the database in any case.

A condition that comes to "unknown" through an empty value is fulfilled, as in SQL.
"""

import datetime as dt
import operator
import uuid
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models

COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
ORDERED: Final = (int, dt.datetime, dt.date)
"""Kinds that every database puts in one order; texts depend on a collation."""
ALIKE: Final = (bool, str, uuid.UUID, *ORDERED)


class NotUnderstood(Exception):
    """The database has to be asked."""


def is_plainly_fulfilled(constraint: models.BaseConstraint, row: models.Model) -> bool:
    """True when the check constraint holds for this row beyond doubt."""
    if not isinstance(constraint, models.CheckConstraint):
        return False
    try:
        return _holds(constraint.condition, row) is not False
    except NotUnderstood:
        return False


def _holds(condition: Any, row: models.Model) -> bool | None:
    """True, False, or None where SQL says "unknown"."""
    if not isinstance(condition, models.Q):
        raise NotUnderstood
    found = [
        _lookup(child[0], child[1], row) if isinstance(child, tuple) else _holds(child, row)
        for child in condition.children
    ]
    joined = _joined(condition.connector, found)
    return (None if joined is None else not joined) if condition.negated else joined


def _joined(connector: str, found: list[bool | None]) -> bool | None:
    """AND, OR of three values."""
    if connector not in (models.Q.AND, models.Q.OR) or not found:
        raise NotUnderstood
    decisive = connector == models.Q.OR
    if decisive in found:
        return decisive
    return None if None in found else not decisive


def _lookup(path: str, wanted: Any, row: models.Model) -> bool | None:
    name, _, lookup = path.partition("__")
    lookup = lookup or "exact"
    value = _value(name, row)
    if isinstance(wanted, models.F):
        wanted = _value(wanted.name, row)
    elif wanted is None:
        raise NotUnderstood
    if lookup == "isnull":
        return (value is None) is bool(wanted)
    if lookup == "in" and isinstance(wanted, list | tuple):
        return _joined(models.Q.OR, [_compared("exact", value, one) for one in wanted])
    return _compared(lookup, value, wanted)


def _compared(lookup: str, value: Any, wanted: Any) -> bool | None:
    if lookup not in COMPARISONS:
        raise NotUnderstood
    if value is None or wanted is None:
        return None
    kind = _kind(value)
    if kind is not _kind(wanted) or (lookup != "exact" and kind not in ORDERED):
        raise NotUnderstood
    try:
        return COMPARISONS[lookup](value, wanted)
    except TypeError as error:  # an instant with a zone beside one without
        raise NotUnderstood from error


def _kind(value: Any) -> type:
    """The kind under which values compare alike here and in every database."""
    for kind in ALIKE:
        if isinstance(value, kind):
            return kind
    raise NotUnderstood


def _value(name: str, row: models.Model) -> Any:
    try:
        field = row._meta.get_field(name)
    except FieldDoesNotExist as error:
        raise NotUnderstood from error
    if not isinstance(field, models.Field) or not field.concrete or field.generated:
        raise NotUnderstood
    return getattr(row, field.attname)
