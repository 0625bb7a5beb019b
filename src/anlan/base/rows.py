"""Row images: a record as plain JSON values, the form in which the journal keeps it."""

import datetime as dt
import decimal
import uuid
from typing import Any

from django.db import models

SECRET_MARK = "(not recorded)"  # noqa: S105 - a mark that stands where a secret was


def to_json_value(value: Any) -> Any:
    """One column value as JSON: ids and decimals as text, instants ISO 8601 in UTC."""
    match value:
        case None | bool() | int() | float() | str() | list() | dict():
            return value
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date() | dt.time():
            return value.isoformat()
        case uuid.UUID() | decimal.Decimal():
            return str(value)
        case bytes() | memoryview():
            return bytes(value).hex()
        case _:
            raise TypeError(f"no row image for {type(value).__name__}")


def row_image(record: models.Model) -> dict[str, Any]:
    """Every concrete column of a record, by column attribute name, as the database will give it
    back: a form's text "1.5" and a stored 1.5000 are one value and have one image."""
    return {
        field.attname: to_json_value(_as_stored(field, getattr(record, field.attname)))
        for field in record._meta.concrete_fields
    }


def _as_stored(field: Any, value: Any) -> Any:
    target = field.target_field if field.is_relation else field
    value = target.to_python(value)
    if isinstance(value, decimal.Decimal) and isinstance(target, models.DecimalField):
        return round(value, target.decimal_places)
    return value
