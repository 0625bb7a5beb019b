"""How a stage says what points at records of a register: column, words, and the page of a row."""

import uuid
from collections.abc import Callable
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse

from anlan.base.parts import Reference

Address = Callable[[Any], str]
_ANY_ID: Final = uuid.UUID(int=0)
NOTHING_OPEN: Final = Q(pk__in=())
"""Rows that say what was so in their time: none of them goes over on a merge."""


def page(url_name: str, path: str = "pk") -> Address:
    """The address of a page by a value that a row leads to, e.g. "body.code"."""

    def address(row: Any) -> str:
        for name in path.split("."):
            row = getattr(row, name)
        return reverse(url_name, args=[row])

    return address


def pages(url_name: str, *outer: Any) -> Address:
    """The address of a page by the last part of it, for lists of thousands: looked up once."""
    before, after = reverse(url_name, args=[*outer, _ANY_ID]).split(str(_ANY_ID))
    return lambda key: f"{before}{key}{after}"


def no_page(row: Any) -> str:
    """Rows that have no page of their own."""
    return ""


def points(model: Any, field: str, label: str, url: Address, **more: Any) -> Reference:
    """A column that points to a record; its register is the one that the column names."""
    subject = model._meta.get_field(field).related_model._meta.label_lower
    return Reference(subject=subject, model=model, field=field, label=label, url=url, **more)
