"""Reading a page as of a day: `?as_of=2024-06-30`.

    path("plan/", readable_as_of(Overview.as_view()), name="plan-overview")

The whole page runs in the past world, with the reader's posts of today and without any right to
write, so that no page offers a button that the past would refuse.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from anlan.base import clock
from anlan.base.worlds.current import current
from anlan.base.worlds.past import as_of, day_of, end_of

PARAMETER = "as_of"
Respond = Callable[..., HttpResponseBase]


def readable_as_of(view: Respond) -> Respond:
    @wraps(view)
    def respond(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.present_day = clock.today()  # type: ignore[attr-defined]
        text = request.GET.get(PARAMETER, "").strip()
        if not text or not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        instant = end_of(day_of(text), clock.now())
        actor = request.actor  # type: ignore[attr-defined]
        request.actor = replace(actor, scope=actor.scope.reading())  # type: ignore[attr-defined]
        with as_of(instant):
            return view(request, *args, **kwargs)

    return respond


def past_day() -> dt.date | None:
    """The day whose state is shown; None in the present."""
    world = current()
    return None if world.as_of is None else world.as_of.astimezone(clock.CITY_ZONE).date()


def past_query() -> str:
    """`as_of=…` for addresses inside a past page; empty in the present."""
    day = past_day()
    return "" if day is None else f"{PARAMETER}={day.isoformat()}"


def present_url(request: HttpRequest) -> str:
    """The same page in the present."""
    query = request.GET.copy()
    query.pop(PARAMETER, None)
    text = query.urlencode()
    return f"{request.path}?{text}" if text else request.path


def present_day(request: HttpRequest) -> dt.date:
    day: dt.date = getattr(request, "present_day", None) or clock.today()
    return day
