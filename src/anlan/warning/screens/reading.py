"""What is read from a text, as a page shows it: field by field, with the characters marked."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from anlan.base.rules.verdict import UNKNOWN
from anlan.base.screens.cells import shown
from anlan.warning.actions.receiving import FIELD_LABELS
from anlan.warning.rules.reading.reading import FIELDS, Reading
from anlan.warning.rules.signal import (
    CHANGE_LABELS,
    HAZARD_LABELS,
    LEVEL_LABELS,
    Change,
    Hazard,
    Level,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A field: what was read, from which words, or why it is left to a person."""

    name: str
    label: str
    value: str
    words: str
    why: str

    @property
    def is_read(self) -> bool:
        return not self.why


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A piece of the text; `label` names the field that was read from it."""

    text: str
    label: str = ""


def lines_of(reading: Reading) -> list[Line]:
    return [_line(name, getattr(reading, name)) for name in FIELDS]


def _line(name: str, field: Any) -> Line:
    return Line(
        name=name,
        label=_(FIELD_LABELS[name]),
        value="" if field.value is UNKNOWN else word_of(field.value),
        words=field.text,
        why=field.why.text(_) if field.why is not None else "",
    )


def word_of(value: Any) -> str:
    """A read value in the reader's language."""
    if isinstance(value, Hazard):
        return _(HAZARD_LABELS[value])
    if isinstance(value, Level):
        return _(LEVEL_LABELS[value])
    if isinstance(value, Change):
        return _(CHANGE_LABELS[value])
    return shown(value) if isinstance(value, dt.datetime) else str(value)


def marks_of(text: str, reading: Reading) -> list[Mark]:
    """The text in pieces, the read ones marked."""
    spans = sorted(
        (field.span.start, field.span.end, _(FIELD_LABELS[name]))
        for name in FIELDS
        for field in (getattr(reading, name),)
        if field.is_read and field.span.end > field.span.start
    )
    found, at = [], 0
    for start, end, label in spans:
        if start < at:
            continue
        found += [Mark(text=text[at:start]), Mark(text=text[start:end], label=label)]
        at = end
    return [mark for mark in (*found, Mark(text=text[at:])) if mark.text]
