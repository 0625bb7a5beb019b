"""A column of a register in a file: its text, and the value of a text.

What is written can be read back to the same value in either language. Codes stand as their
labels, linked records as their code, and no cell can be run as a formula.
"""

import datetime as dt
import json
import re
import uuid
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from import_export.widgets import Widget

from anlan.base.clock import CITY_ZONE
from anlan.base.documents.table_file import half_width

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
LIST_MARK = "；"
TRUE_WORDS = frozenset({"是", "yes", "true", "1"})
FALSE_WORDS = frozenset({"否", "no", "false", "0"})
REFERENCES = ("code", "login")
_AROUND = " \t\r\n\v\f\u00a0\u3000\u200b\u200c\u200d\u2060\ufeff"
_WRITTEN_DAY = re.compile(
    r"(\d{4})\s*(?:[-./]|年)\s*(\d{1,2})\s*(?:[-./]|月)\s*(\d{1,2})\s*日?", re.ASCII
)

_FIGURES = re.compile(r"[-+()\d ]*", re.ASCII)


def guarded(text: str) -> str:
    """A text that a spreadsheet would run gets an apostrophe in front; `unguarded` undoes it."""
    return "'" + text if text.lstrip("'").startswith(FORMULA_STARTS) else text


def unguarded(text: str) -> str:
    is_guarded = text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS)
    return text[1:] if is_guarded else text


def reference_of(model: type[models.Model]) -> str:
    """The column by which files point to a record: its code, else its id."""
    names = {field.name for field in model._meta.concrete_fields if field.unique}
    return next((name for name in REFERENCES if name in names), "pk")


class ColumnWidget(Widget):
    """Renders and reads one model column. `clean` raises ValueError in the reader's language."""

    def __init__(self, column: Any) -> None:
        super().__init__()
        self.label = column.model._meta.label
        self.name = column.name
        self.found: dict[str, models.Model] = {}

    @property
    def column(self) -> Any:
        return apps.get_model(self.label)._meta.get_field(self.name)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if value is None or value == "":
            return ""
        native = bool(kwargs.get("force_native_type"))
        return _rendered(self.column, value, native=native)

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        column = self.column
        text = tidied(column, value)
        if text is None or text == "":
            return None if column.null or not _is_text(column) else ""
        if column.is_relation:
            return self._linked(column.related_model, str(text))
        return _read(column, text)

    def _linked(self, model: type[models.Model], text: str) -> models.Model:
        if text not in self.found:
            name = reference_of(model)
            try:
                self.found[text] = model._default_manager.get(**{name: text})
            except (model.DoesNotExist, ValidationError) as error:
                raise ValueError(
                    _("There is no {kind} “{code}”. Enter it first, or correct the code.").format(
                        kind=model._meta.verbose_name, code=text
                    )
                ) from error
        return self.found[text]


def tidied(column: Any, value: Any) -> Any:
    """A cell without what a spreadsheet left around it. Only words keep full-width forms: in
    codes, figures, dates and telephone numbers １ is 1. What is unique is a code when nothing
    but ASCII is left of it, else a name (e.g. of a substance) and a word."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, str):
        return value
    text = unguarded(value.strip(_AROUND)).strip(_AROUND)
    narrow = half_width(text)
    is_code = column.unique and narrow.isascii()
    is_word = _is_text(column) and not is_code and not _FIGURES.fullmatch(narrow)
    return text if is_word or isinstance(column, models.JSONField) else narrow


def _is_text(column: Any) -> bool:
    return isinstance(column, models.CharField | models.TextField)


def _rendered(column: Any, value: Any, *, native: bool) -> Any:
    if column.is_relation:
        return guarded(str(getattr(value, reference_of(type(value)))))
    if column.choices:
        return guarded(str(dict(column.flatchoices).get(value, value)))
    if hasattr(column, "file_text"):  # e.g. money, kept in fen and written in 10 000 yuan
        value = Decimal(column.file_text(value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, dt.datetime):
        return value.astimezone(CITY_ZONE).isoformat(timespec="seconds")
    if isinstance(value, dt.date | int | float | Decimal):
        return value if native else str(value)
    return guarded(_list_text(value) if isinstance(value, list) else str(value))


def _list_text(values: list[Any]) -> str:
    plain = all(isinstance(v, str) and LIST_MARK not in v and v == v.strip() for v in values)
    is_plain = plain and values and not values[0].startswith("[")
    return LIST_MARK.join(values) if is_plain else json.dumps(values, ensure_ascii=False)


def _read(column: Any, value: Any) -> Any:
    if column.choices:
        return _code(column, str(value))
    if hasattr(column, "from_file"):
        return column.from_file(_number(models.DecimalField(), value))
    for kinds, read in READERS:
        if isinstance(column, kinds):
            return read(column, value)
    return str(value)


def _code(column: Any, text: str) -> Any:
    """A choice by code, or by label in any language of the program."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, label in column.flatchoices:
                if half_width(text) in (str(code), half_width(str(label))):
                    return code
    labels = LIST_MARK.join(str(label) for _code_, label in column.flatchoices)
    raise ValueError(_("“{text}” is not one of: {labels}").format(text=text, labels=labels))


def _truth(column: Any, value: Any) -> bool:
    text = str(value).lower()
    if text in TRUE_WORDS or text in FALSE_WORDS:
        return text in TRUE_WORDS
    raise ValueError(_("“{text}” is neither yes nor no.").format(text=value))


def _day(column: Any, value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    written = _WRITTEN_DAY.fullmatch(str(value).removesuffix(" 00:00:00"))
    try:
        if written is None:
            raise ValueError(value)
        return dt.date(*map(int, written.groups()))
    except ValueError as error:
        raise ValueError(
            _("“{text}” is not a date. Write it like 2026-11-24.").format(text=value)
        ) from error


def _instant(column: Any, value: Any) -> dt.datetime:
    try:
        instant = value if isinstance(value, dt.datetime) else parse_datetime(str(value))
    except ValueError:
        instant = None
    if instant is None:
        raise ValueError(_("“{text}” is not a time.").format(text=value))
    return instant if instant.tzinfo else instant.replace(tzinfo=CITY_ZONE)


def _number(column: Any, value: Any) -> int | float | Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    is_whole = isinstance(column, models.IntegerField)
    if not number.is_finite() or abs(number.adjusted()) > 30 or (is_whole and number % 1):
        raise ValueError(_("“{text}” is not a number that fits here.").format(text=value))
    if is_whole:
        return int(number)
    return float(number) if isinstance(column, models.FloatField) else number


def _list(column: Any, value: Any) -> list[Any]:
    text = str(value)
    if not text.startswith("["):
        return [part.strip() for part in text.split(LIST_MARK) if part.strip()]
    try:
        found = json.loads(text)
    except ValueError as error:
        raise ValueError(_("“{text}” is not a list.").format(text=text[:40])) from error
    return list(found)


def _identity(column: Any, value: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError as error:
        raise ValueError(_("“{text}” is not a record id.").format(text=value)) from error


READERS = (
    (models.BooleanField, _truth),
    (models.DateTimeField, _instant),
    (models.DateField, _day),
    ((models.IntegerField, models.FloatField, models.DecimalField), _number),
    (models.JSONField, _list),
    (models.UUIDField, _identity),
)
