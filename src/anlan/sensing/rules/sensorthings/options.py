"""The options of a query: `$filter`, `$expand` with its own, `$orderby`, `$top` and the others.

Source: OGC 18-088, clause 9.3.3; OASIS OData 4.01, URL conventions 5.1 (from memory). Units and
valid range: **the limits are ours (`D`)**: at most `MOST_TOP` entities a page, `DEEPEST` levels
and `MOST_EXPANDED` expansions. Edge cases: an option twice, an unknown option, an option with
nothing behind it and one that a single entity cannot have are refused; without `$top` a page has
`DEFAULT_TOP`.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.sensing.rules.sensorthings.expression import Node, parse, parse_order, paths_of
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NotOffered
from anlan.sensing.rules.sensorthings.vocabulary import (
    ID,
    KINDS,
    OBSERVATIONS,
    Kind,
    check_path,
    plain_name,
    way_named,
)

DEFAULT_TOP: Final = 100
MOST_TOP: Final = 1000
DEFAULT_EXPANDED: Final = 20
MOST_SKIP: Final = 10_000_000
DEEPEST: Final = 4
MOST_EXPANDED: Final = 12
DATA_ARRAY: Final = "dataArray"
OF_SETS: Final = frozenset({"$filter", "$orderby", "$top", "$skip", "$count", "$skiptoken"})
OF_ALL: Final = frozenset({"$select", "$expand", "$resultFormat"})
_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is asked of one entity set. `expand` pairs a way with what is asked behind it; `raw`
    is what was written, for the link to the next page."""

    filter: Node | None = None
    order: tuple[tuple[Node, bool], ...] = ()
    top: int = DEFAULT_TOP
    skip: int = 0
    count: bool = False
    select: tuple[str, ...] = ()
    expand: tuple[tuple[str, "Options"], ...] = ()
    is_data_array: bool = False
    token: str = ""
    raw: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Reading:
    """How many expansions were read so far: the limit is for the whole query."""

    expanded: int = field(default=0)


def options_of(kind: Kind, pairs: Iterable[tuple[str, str]], *, is_set: bool = True) -> Options:
    """The options of an address; refuses what is unknown, repeated or too much."""
    return _options(kind, pairs, _Reading(), depth=0, is_set=is_set)


def _options(
    kind: Kind, pairs: Iterable[tuple[str, str]], reading: _Reading, *, depth: int, is_set: bool
) -> Options:
    given: dict[str, str] = {}
    for name, text in pairs:
        _check_name(name, given, depth=depth, is_set=is_set)
        given[name] = text.strip()
    found = Options(top=DEFAULT_EXPANDED if depth else DEFAULT_TOP, raw=tuple(given.items()))
    for name, text in given.items():
        if not text:
            raise BadQuery(gettext_noop("{name} has nothing behind it."), name=name)
        found = _with(found, kind, name, text, reading, depth)
    if found.is_data_array and found.expand:
        raise NotOffered(gettext_noop("$resultFormat=dataArray cannot be had with $expand."))
    return found


def _check_name(name: str, given: dict[str, str], *, depth: int, is_set: bool) -> None:
    known = OF_SETS | OF_ALL
    if depth:
        known -= {"$resultFormat", "$skiptoken"}
    if name not in known:
        raise BadQuery(
            gettext_noop("There is no option {name}. There are: {known}."),
            name=name,
            known=tuple(sorted(known - {"$skiptoken"})),
        )
    if name in given:
        raise BadQuery(gettext_noop("{name} stands there twice."), name=name)
    if not is_set and name not in OF_ALL:
        raise BadQuery(gettext_noop("{name} is for sets; this address is one entity."), name=name)


def _with(
    found: Options, kind: Kind, name: str, text: str, reading: _Reading, depth: int
) -> Options:
    readers: dict[str, tuple[str, Callable[[], Any]]] = {
        "$filter": ("filter", lambda: _filter(kind, text)),
        "$orderby": ("order", lambda: _order(kind, text)),
        "$top": ("top", lambda: min(_whole(name, text), MOST_TOP)),
        "$skip": ("skip", lambda: _whole(name, text)),
        "$count": ("count", lambda: _truth(name, text)),
        "$select": ("select", lambda: _selected(kind, text)),
        "$expand": ("expand", lambda: _expanded(kind, text, reading, depth)),
        "$resultFormat": ("is_data_array", lambda: _is_data_array(kind, text)),
        "$skiptoken": ("token", lambda: text),
    }
    column, read = readers[name]
    return replace(found, **{column: read()})


def _filter(kind: Kind, text: str) -> Node:
    tree = parse(text)
    for path in paths_of(tree):
        check_path(kind, path, may_be_many=True)
    return tree


def _order(kind: Kind, text: str) -> tuple[tuple[Node, bool], ...]:
    order = parse_order(text)
    _check_paths(kind, [tree for tree, _ in order])
    return order


def _check_paths(kind: Kind, trees: Iterable[Node]) -> None:
    for tree in trees:
        for path in paths_of(tree):
            check_path(kind, path)


def _whole(name: str, text: str) -> int:
    number = int(text) if _NUMBER.fullmatch(text) else -1
    if not 0 <= number <= MOST_SKIP:
        raise BadQuery(
            gettext_noop("{name} takes a whole number from 0 to {most}, not {text}."),
            name=name,
            most=MOST_SKIP,
            text=text,
        )
    return number


def _truth(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise BadQuery(
            gettext_noop("{name} takes true or false, not {text}."), name=name, text=text
        )
    return text == "true"


def _selected(kind: Kind, text: str) -> tuple[str, ...]:
    names = tuple(plain_name(name.strip()) for name in text.split(","))
    known = {ID, "selfLink", *kind.properties, *kind.ways}
    for name in names:
        if name not in known:
            raise BadQuery(
                gettext_noop("{kind} has no property {name}. It has: {known}."),
                kind=kind.name,
                name=name,
                known=(ID, *kind.properties, *kind.ways),
            )
    return names


def _is_data_array(kind: Kind, text: str) -> bool:
    if text != DATA_ARRAY:
        raise NotOffered(
            gettext_noop("$resultFormat={text} is not built here; dataArray is."), text=text
        )
    if kind.name != OBSERVATIONS:
        raise BadQuery(gettext_noop("$resultFormat=dataArray is for Observations."))
    return True


def _expanded(
    kind: Kind, text: str, reading: _Reading, depth: int
) -> tuple[tuple[str, Options], ...]:
    if depth >= DEEPEST:
        raise BadQuery(gettext_noop("$expand goes at most {most} levels deep."), most=DEEPEST)
    found: dict[str, Options] = {}
    for item in split_outside(text, ","):
        reading.expanded += 1
        if reading.expanded > MOST_EXPANDED:
            raise BadQuery(gettext_noop("At most {most} expansions are read."), most=MOST_EXPANDED)
        name, rest = _head(item.strip())
        way = way_named(kind, name)
        if name in found:
            raise BadQuery(gettext_noop("{name} stands there twice."), name=name)
        target = KINDS[way.kind]
        found[name] = _options(target, _pairs(rest), reading, depth=depth + 1, is_set=way.is_many)
    return tuple(found.items())


def _head(item: str) -> tuple[str, str]:
    """A way and the options behind it; `A/B` is `A($expand=B)`."""
    name = re.match(r"\w*", item)
    head = name[0] if name else ""
    rest = item[len(head) :]
    if rest.startswith("/"):
        return head, f"$expand={rest[1:]}"
    if rest.startswith("(") and rest.endswith(")"):
        return head, rest[1:-1]
    if rest or not head:
        raise BadQuery(gettext_noop("This is not understood from here: {rest}."), rest=item)
    return head, ""


def _pairs(text: str) -> list[tuple[str, str]]:
    if not text.strip():
        return []
    pairs = [part.partition("=") for part in split_outside(text, ";")]
    return [(name.strip(), value) for name, _, value in pairs if name.strip()]


def split_outside(text: str, mark: str) -> list[str]:
    """Parts between marks that stand in no quotes and no parentheses."""
    parts, start, depth, quoted = [], 0, 0, False
    for place, letter in enumerate(text):
        if letter == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth -= 1
        elif letter == mark and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    if depth or quoted:
        raise BadQuery(gettext_noop("A quote or a parenthesis is not closed: {text}"), text=text)
    return [*parts, text[start:]]
