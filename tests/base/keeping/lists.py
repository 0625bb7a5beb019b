"""Every list screen that needs no argument, found in the paths of the program."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver

from anlan.base.keeping.declared import keeping_of
from anlan.base.screens.register_list import RegisterList


def list_screens() -> list[tuple[str, type[RegisterList]]]:
    """(address, screen) of every list."""
    return sorted(_walk(get_resolver().url_patterns, "/"), key=lambda found: found[0])


def kept_screens() -> list[tuple[str, type[RegisterList]]]:
    """Those of registers into which files come."""
    return [(url, screen) for url, screen in list_screens() if keeping_of(screen.model)]


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, type[RegisterList]]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if not isinstance(pattern, URLPattern):
            yield from _walk(pattern.url_patterns, path)
            continue
        screen = getattr(pattern.callback, "view_class", None)
        is_list = isinstance(screen, type) and issubclass(screen, RegisterList)
        if is_list and "<" not in path:
            yield path, screen
