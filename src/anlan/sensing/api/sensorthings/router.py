"""The addresses of SensorThings. The standard describes itself, so OpenAPI does not repeat it."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from anlan.base.api.stage_api import open_query
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability
from anlan.sensing.api.sensorthings.problems import answered
from anlan.sensing.api.sensorthings.reading import read
from anlan.sensing.api.sensorthings.writing import write

router = Router(tags=["sensorthings"])
PREFIX = "/sensorthings/v1.1"


@router.get("", include_in_schema=False)
@router.get("/", include_in_schema=False, url_name="sensorthings")
@open_query
def sensorthings_root(request: HttpRequest) -> HttpResponse:
    return _read(request, "")


@router.get("/{path:path}", include_in_schema=False)
@open_query
def sensorthings_get(request: HttpRequest, path: str) -> HttpResponse:
    return _read(request, path)


@router.post("/{path:path}", include_in_schema=False)
@open_query
def sensorthings_post(request: HttpRequest, path: str) -> HttpResponse:
    scope = scope_for(request, Capability.KEEP_OWN)
    with answered():
        return write(request, scope, path)


def _read(request: HttpRequest, path: str) -> HttpResponse:
    scope = scope_for(request, Capability.READ_INTERNAL)
    with answered():
        return read(request, scope, path)
