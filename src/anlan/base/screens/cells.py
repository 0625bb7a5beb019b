"""What stands in a table cell or beside a label, on screen and in an exported file."""

import datetime as dt
import decimal
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE

Text = str | Promise
SHORT_WIDTH = 22  # in halves of a Chinese character


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A short word with a colour and a sign; the sign repeats what the colour says."""

    text: Text
    tone: str = "grey"
    icon: str = ""

    def __str__(self) -> str:
        return str(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list. `value` reads it from a row; `sort` are the order_by fields.

    `align` is "start" or "end" (figures). `missing` is said when the value is None or empty.
    """

    name: str
    label: Text
    value: Callable[[Any], Any]
    link: Callable[[Any], str | None] | None = None
    sort: tuple[str, ...] = ()
    align: str = "start"
    shown: bool = True
    missing: Text = "—"
    is_title: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell as the template draws it."""

    text: str
    label: str
    url: str
    align: str
    badge: Badge | None
    is_missing: bool
    is_title: bool

    @property
    def is_short(self) -> bool:
        """Short words are kept on one line."""
        wide = sum(unicodedata.east_asian_width(char) in "WF" for char in self.text)
        return len(self.text) + wide <= SHORT_WIDTH


def cell_of(column: Column, row: Any) -> Cell:
    value = column.value(row)
    is_missing = value is None or value in ("", [], ())
    return Cell(
        text=str(column.missing) if is_missing else shown(value),
        label=str(column.label),
        url=(column.link(row) or "") if column.link else "",
        align=column.align,
        badge=value if isinstance(value, Badge) else None,
        is_missing=is_missing,
        is_title=column.is_title,
    )


def shown(value: Any) -> str:
    """A value as a reader sees it: dates ISO, figures with thousands marks."""
    match value:
        case bool():
            text = _("Yes") if value else _("No")
        case dt.datetime():
            text = value.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M")
        case dt.date():
            text = value.isoformat()
        case int():
            text = f"{value:,}"
        case decimal.Decimal() | float():
            text = plain_number(value)
        case list() | tuple():
            text = "、".join(shown(part) for part in value)
        case _:
            text = "" if value is None else str(value)
    return text


def plain_number(value: decimal.Decimal | float) -> str:
    """Without trailing zeros: 1,234.5 for Decimal("1234.5000")."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def exported(value: Any) -> str | int | float | decimal.Decimal:
    """A value as a file holds it: figures stay figures, everything else is text."""
    match value:
        case bool():
            return shown(value)
        case int() | float() | decimal.Decimal():
            return value
        case _:
            return shown(value)
