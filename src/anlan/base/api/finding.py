"""Finding a record at the border, and showing it in passing."""

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from anlan.base.errors import NotFound

M = TypeVar("M", bound=Model)


def only(rows: QuerySet[M]) -> M:
    """The one visible row; NotFound tells nothing about rows outside the scope."""
    row = rows.first()
    if row is None:
        raise NotFound
    return row


def holding(rows: QuerySet[M], given: Mapping[str, Any]) -> QuerySet[M]:
    """The rows that hold what a query gave, by lookup; None was not given and asks nothing."""
    return rows.filter(**{name: value for name, value in given.items() if value is not None})


def by_key(rows: QuerySet[M], key: str, code: str = "code") -> M:
    """A visible row by its id or its code; NotFound when there is none in the scope."""
    found = uuid_or_none(key)
    return only(rows.filter(Q(**{code: key}) if found is None else Q(pk=found)))


def uuid_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def named(row: Any) -> dict[str, Any]:
    """A region, unit, body or group as `shapes.Named`."""
    name = getattr(row, "short_name", None) or row.name
    return {"id": str(row.pk), "code": row.code, "name": name}
