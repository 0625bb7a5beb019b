"""Template tags of the page frame and of the two patterns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse

from anlan.base.parts import NavigationItem
from anlan.base.screens.cells import Cell, cell_of

register = template.Library()


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    label: str
    url: str
    is_current: bool
    is_within: bool


@register.simple_tag
def menu(items: Iterable[NavigationItem], path: str) -> list[tuple[str, list[MenuEntry]]]:
    """Groups of the main menu; the entry with the longest path above the page is marked."""
    entries = [(item, reverse(item.url_name)) for item in items]
    above = [url for _, url in entries if path.startswith(url)]
    nearest = max(above, key=len, default="")
    groups: dict[str, list[MenuEntry]] = {}
    for item, url in entries:
        entry = MenuEntry(
            label=item.label,
            url=url,
            is_current=url == path,
            is_within=url == nearest and url != path,
        )
        groups.setdefault(item.group, []).append(entry)
    return list(groups.items())


@register.simple_tag
def cells(columns: Iterable[Any], row: Any) -> list[Cell]:
    """The cells of one row."""
    return [cell_of(column, row) for column in columns]
