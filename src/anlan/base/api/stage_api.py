"""StageApi: the API over the routers of all stages, with one border for all of them.

Inside an operation every exception becomes a problem; around it stands `_guarded`, which also
catches what never reaches an operation (unknown address or method) and marks every answer.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.utils import translation
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer
from ninja.router import BoundRouter

from anlan.base.api import problems
from anlan.base.api.answers import problem_for
from anlan.base.api.language import language_for
from anlan.base.api.openapi import completed
from anlan.base.api.reading import BorderParser, check_names, is_fit
from anlan.base.errors import NotFound
from anlan.base.rules.labels import gettext_noop

MARK = "X-Anlan-Demonstration"
OPEN_QUERY = "anlan_open_query"
"""Attribute of a view that reads the query string itself."""


class NoSuchAddress(NotFound):
    code = "no-such-address"
    message = gettext_noop("There is no such address. See /api/openapi.json.")


class Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False, "allow_nan": False}  # noqa: RUF012 - ninja's form


class StageApi(NinjaAPI):
    """`is_demonstration` tells whether this instance holds invented data."""

    def __init__(self, *, is_demonstration: Callable[[HttpRequest], bool], **kwargs: Any) -> None:
        self.is_demonstration = is_demonstration
        super().__init__(parser=BorderParser(), renderer=Renderer(), docs_url=None, **kwargs)

    def set_default_exception_handlers(self) -> None:
        """Everything goes through `problem_for`; ninja's own handlers are not used."""
        self.add_exception_handler(Exception, problem_for)  # type: ignore[arg-type]

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`registers.list_regions`: stage and function, not the file it stands in."""
        stage = operation.view_func.__module__.split(".")[1]
        return f"{stage}.{operation.view_func.__name__}"

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        document: OpenAPISchema = completed(super().get_openapi_schema(**kwargs))
        return document

    def _get_bound_routers(self) -> list[BoundRouter]:
        bound = super()._get_bound_routers()
        for operation in _operations(bound):
            if type(operation) is Operation:  # ninja offers no other way to choose the class
                operation.__class__ = StrictOperation
        return bound

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        patterns: list[Any] = super()._get_urls()
        for pattern in patterns:
            pattern.callback = _guarded(pattern.callback, self.is_demonstration)
        everything_else = _guarded(_no_such_address, self.is_demonstration)
        return [*patterns, re_path(r"", everything_else, name="no-such-address")]


View = Callable[..., HttpResponseBase]


def _guarded(view: View, is_demonstration: Callable[[HttpRequest], bool]) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = language_for(request)
        marked = False
        with translation.override(language):
            try:
                marked = is_demonstration(request)
                request.is_demonstration = marked  # type: ignore[attr-defined]
                response = _answer(view, request, args, kwargs)
            except Exception as error:  # the outer edge: whatever it is, the answer is a problem
                response = problem_for(request, error)
        response.headers["Content-Language"] = language
        response.headers.setdefault("Cache-Control", "no-store")
        if marked:
            response.headers[MARK] = "true"
        return response

    setattr(guarded, "csrf_exempt", True)  # noqa: B010 - the session sign-in checks it
    return guarded


def _answer(
    view: View, request: HttpRequest, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> HttpResponseBase:
    if not all(is_fit(value) for value in kwargs.values() if isinstance(value, str)):
        raise NotFound
    response = view(request, *args, **kwargs)
    if response.status_code == problems.MethodNotAllowed.status:
        allowed = ", ".join(sorted(response.headers.get("Allow", "").split(", ")))
        raise problems.MethodNotAllowed(method=request.method, allowed=allowed)
    return response


def _no_such_address(request: HttpRequest) -> HttpResponse:
    raise NoSuchAddress


def _operations(routers: Iterable[BoundRouter]) -> Iterator[Operation]:
    for router in routers:
        for view in router.path_operations.values():
            yield from view.operations


def open_query(view: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a view that reads the query string itself (its names are not known beforehand)."""
    setattr(view, OPEN_QUERY, True)
    return view


class StrictOperation(Operation):
    """An operation that refuses parameters which nobody reads."""

    def _get_values(self, request: HttpRequest, *args: Any) -> dict[str, Any]:
        if not getattr(self.view_func, OPEN_QUERY, False):
            known: set[str] = set()
            for model in self.models:
                if model.__ninja_param_source__ == "query":
                    known.update(getattr(model, "__ninja_flatten_map__", {}))
            check_names(request, known)
        values: dict[str, Any] = super()._get_values(request, *args)
        return values
