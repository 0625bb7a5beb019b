"""`as_of` of reads: the answer as it was known at the end of a day, by today's scope."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja import Schema

from anlan.base import clock
from anlan.base.api.shapes import Day
from anlan.base.worlds.past import as_of, day_of, end_of

Respond = Callable[..., Any]


class AsOfDay(Schema):
    """`as_of`: the state that was known at the end of that day; the present one when absent."""

    as_of: Day | None = None


def answers_as_of(respond: Respond) -> Respond:
    """For an address whose parameters have `as_of`. What it returns holds values, not queries."""

    @wraps(respond)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        text = request.GET.get("as_of", "")
        if not text:
            return respond(request, *args, **kwargs)
        with as_of(end_of(day_of(text), clock.now())):
            return respond(request, *args, **kwargs)

    return answer
