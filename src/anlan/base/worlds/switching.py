"""An administrator enters and leaves an exercise; until then every request stays in it."""

from collections.abc import Callable
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from anlan.base.errors import NotFound
from anlan.base.models import WorldFork
from anlan.base.worlds import forks

SESSION_NAME = "anlan_exercise"
HEADER = "X-Anlan-World"
LIVE_PATHS = (
    "/worlds/",
    "/sign-in/",
    "/sign-out/",
    "/language/",
    "/static/",
    "/health",
    "/events",
    "/api/v1/session",
    "/api/v1/worlds",
)
"""Of the instance, not of a world."""
Respond = Callable[[HttpRequest], HttpResponse]


def entered(request: HttpRequest) -> WorldFork | None:
    """The exercise that this sign-in is in. A right that ended, or an exercise that was removed,
    leads back to the live world."""
    name = request.session.get(SESSION_NAME, "")
    if not name:
        return None
    scope = request.actor.scope  # type: ignore[attr-defined]
    fork = WorldFork.objects.filter(name=name).first()
    if fork is None or scope is None or not scope.may("keep-instance"):
        del request.session[SESSION_NAME]
        return None
    return fork


class ExerciseSwitch:
    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(LIVE_PATHS) or not request.session.get(SESSION_NAME):
            return self.get_response(request)
        fork = entered(request)
        if fork is None:
            return self.get_response(request)
        try:
            with forks.inside(fork) as world:
                response = self.get_response(request)
        except NotFound:
            del request.session[SESSION_NAME]
            return self.get_response(request)
        response.headers[HEADER] = f"{world.mode} {quote(world.name)}"
        return response
