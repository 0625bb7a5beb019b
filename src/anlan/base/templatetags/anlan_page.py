"""Template tags of the page frame and of the two patterns."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse

from anlan.base.instance_stamp import first_known_at
from anlan.base.parts import NavigationItem
from anlan.base.screens.as_of import past_day, present_day
from anlan.base.screens.cells import Cell, cell_of
from anlan.base.worlds.current import current
from anlan.base.worlds.past import day_in_city

register = template.Library()


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuEntry:
    label: str
    url: str
    is_current: bool
    is_within: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuGroup:
    label: str
    entries: list[MenuEntry]
    is_open: bool


@register.simple_tag
def menu(items: Iterable[NavigationItem], path: str) -> list[MenuGroup]:
    """Groups of the main menu; the entry with the longest path above the page is marked. Open are
    the first group, everybody's work, and the one of this page."""
    entries = [(item, [reverse(name) for name in (item.url_name, *item.covers)]) for item in items]
    above = [url for _, urls in entries for url in urls if path.startswith(url)]
    nearest = max(above, key=len, default="")
    groups: dict[str, list[MenuEntry]] = {}
    for item, urls in entries:
        entry = MenuEntry(
            label=item.label,
            url=urls[0],
            is_current=urls[0] == path,
            is_within=nearest in urls and urls[0] != path,
        )
        groups.setdefault(item.group, []).append(entry)
    return [
        MenuGroup(
            label=label,
            entries=found,
            is_open=not number or any(one.is_current or one.is_within for one in found),
        )
        for number, (label, found) in enumerate(groups.items())
    ]


@register.simple_tag
def cells(columns: Iterable[Any], row: Any) -> list[Cell]:
    """The cells of one row."""
    return [cell_of(column, row) for column in columns]


@register.inclusion_tag("base/as_of.html", takes_context=True)
def as_of_bar(context: Any) -> dict[str, Any]:
    """The choice of a day whose state is shown. None in an exercise: it has no past of its own."""
    request = context["request"]
    has_past = current().is_live or current().is_past
    first = day_in_city(first_known_at(request)) if has_past else None
    last = present_day(request)
    shown = past_day() or last
    return {
        "first": first,
        "last": last,
        "shown": shown,
        "days": (last - first).days if first else 0,
        "at": (shown - first).days if first else 0,
        "path": request.path,
        "kept": [(n, v) for n, v in request.GET.items() if n not in ("as_of", "page", "format")],
    }
