"""The state of a list, as its address says it: search, filters, sort, page, columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Self
from urllib.parse import urlencode

from django.http import QueryDict

PAGE_SIZES = (20, 50, 100, 200)
DEFAULT_PAGE_SIZE = 50
MOST_ROWS = 2000
"""A list of what is overdue is opened whole: turning pages is no way to find who is late."""
WHOLE: Final[dict[str, str]] = {"per": str(MOST_ROWS)}
OWN_NAMES = frozenset({"q", "sort", "page", "per", "cols", "format", "view"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ListState:
    """`sort` is a column name, with "-" in front for descending; `columns` empty: the defaults."""

    search: str = ""
    sort: str = ""
    page: int = 1
    per: int = DEFAULT_PAGE_SIZE
    columns: tuple[str, ...] = ()
    filters: Mapping[str, str]

    @classmethod
    def read(cls, query: QueryDict, filter_names: Iterable[str]) -> Self:
        """Parse an address. Unknown names and senseless numbers fall back to the default."""
        per = _number(query.get("per", ""), DEFAULT_PAGE_SIZE)
        names = [name for part in query.getlist("cols") for name in part.split(",") if name]
        filters = {name: query.get(name, "").strip() for name in filter_names}
        return cls(
            search=query.get("q", "").replace("\x00", "").strip()[:100],
            sort=query.get("sort", "").strip(),
            page=_number(query.get("page", ""), 1),
            per=per if per in (*PAGE_SIZES, MOST_ROWS) else DEFAULT_PAGE_SIZE,
            columns=tuple(dict.fromkeys(names)),
            filters={n: v.replace("\x00", "")[:200] for n, v in filters.items() if v},
        )

    def pairs(self) -> list[tuple[str, Any]]:
        """Name and value of everything that is not the default."""
        pairs: list[tuple[str, Any]] = []
        if self.search:
            pairs.append(("q", self.search))
        pairs.extend(self.filters.items())
        if self.sort:
            pairs.append(("sort", self.sort))
        if self.columns:
            pairs.append(("cols", ",".join(self.columns)))
        if self.per != DEFAULT_PAGE_SIZE:
            pairs.append(("per", self.per))
        if self.page > 1:
            pairs.append(("page", self.page))
        return pairs

    def address(self, **more: str) -> str:
        """The query part of the address, "?" included."""
        return "?" + urlencode([*self.pairs(), *more.items()])

    def with_page(self, page: int) -> Self:
        return replace(self, page=page)

    def with_per(self, per: int) -> Self:
        return replace(self, per=per, page=1)

    def with_sort(self, sort: str) -> Self:
        return replace(self, sort=sort, page=1)

    def without(self, name: str) -> Self:
        """Without one filter ("q" is the search)."""
        filters = {n: v for n, v in self.filters.items() if n != name}
        return replace(self, filters=filters, search="" if name == "q" else self.search, page=1)

    def sorted_by(self) -> tuple[str, bool]:
        """Column name, and whether descending."""
        return self.sort.removeprefix("-"), self.sort.startswith("-")


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else default
