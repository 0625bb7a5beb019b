"""Lists: one envelope, pages counted from 1, a page beyond the end is not found."""

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

from django.core.paginator import EmptyPage, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict, Field

from anlan.base.errors import NotFound
from anlan.base.rules.labels import gettext_noop

T = TypeVar("T")
DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 200
MAX_PAGE = 1_000_000


class PageMissing(NotFound):
    code = "page-not-found"
    message = gettext_noop("There is no page {page}; the last one is {last}.")


class Paging(Schema):
    """Parameters of every list. Filters and `sort` are added by the list itself."""

    model_config = ConfigDict(extra="forbid")

    page: Annotated[int, Field(ge=1, le=MAX_PAGE)] = 1
    page_size: Annotated[int, Field(ge=1, le=MAX_PAGE_SIZE)] = DEFAULT_PAGE_SIZE


class Page(Schema, Generic[T]):
    """`next` and `previous` are addresses relative to this server, null at the ends."""

    count: int
    page: int
    page_size: int
    next: str | None
    previous: str | None
    demonstration: bool
    results: list[T]


def page_of(
    request: HttpRequest,
    rows: QuerySet[Any] | list[Any],
    paging: Paging,
    show: Callable[[Any], Any],
) -> dict[str, Any]:
    """One page of rows as the list envelope. `show` turns a row into its schema's values."""
    paginator = Paginator(rows, paging.page_size)
    try:
        page = paginator.page(paging.page)
    except EmptyPage as error:
        raise PageMissing(page=paging.page, last=paginator.num_pages, field="page") from error
    return {
        "count": paginator.count,
        "page": page.number,
        "page_size": paging.page_size,
        "next": _address(request, page.number + 1) if page.has_next() else None,
        "previous": _address(request, page.number - 1) if page.has_previous() else None,
        "demonstration": is_marked(request),
        "results": [show(row) for row in page.object_list],
    }


def is_marked(request: HttpRequest) -> bool:
    """Whether this answer carries the mark of a demonstration instance."""
    return bool(getattr(request, "is_demonstration", False))


def _address(request: HttpRequest, page: int) -> str:
    query = request.GET.copy()
    query["page"] = str(page)
    return f"{request.path}?{query.urlencode()}"
