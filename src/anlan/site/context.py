"""What the page frame shows on every page."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from anlan.base import clock
from anlan.base.instance_stamp import is_demonstration
from anlan.base.parts import registry
from anlan.base.screens.as_of import past_query, present_url
from anlan.base.worlds.current import current
from anlan.registers import sessions
from anlan.site import preparing

WARN_S = 120
"""House rule: long enough to read a sentence and press a button."""


@lru_cache(maxsize=1)
def _city_name() -> str:
    return str(preparing.profile().meta["name"])


def _left_s(request: HttpRequest) -> int:
    return sessions.left_s(request, clock.now()) if sessions.has_begun(request) else 0


def page(request: HttpRequest) -> dict[str, Any]:
    """`anlan`: demonstration mark, navigation of the actor's scope, time of the data."""
    actor = getattr(request, "actor", None)
    scope = getattr(actor, "scope", None)
    return {
        "anlan": {
            "city": _city_name(),
            "is_demonstration": SimpleLazyObject(lambda: is_demonstration(request)),
            "navigation": SimpleLazyObject(lambda: registry.navigation(scope)),
            "now": clock.now(),
            "actor": actor,
            "scope": scope,
            "world": current(),
            "past": past_query(),
            "present_url": present_url(request) if current().is_past else "",
            "session_left_s": SimpleLazyObject(lambda: _left_s(request)),
            "session_warn_s": WARN_S,
            "session_url": reverse("session-left"),
            "my_account_url": reverse("my-account"),
        }
    }
