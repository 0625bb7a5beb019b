"""Observations of datastreams: pages that neither repeat nor lose a reading while others write.

A page is read in the order of a key that no writer changes (datastream and instant, or instant
and datastream), from behind the last key that was given. What is received after the first page
was asked for is not shown on the following ones. Only a few conditions narrow what the store
reads; every condition is evaluated on each reading, by the one evaluation there is.
"""

import datetime as dt
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.sensing.models import Datastream
from anlan.sensing.queries.sensorthings.holdings import (
    Entity,
    Held,
    Holdings,
    as_entities,
    many_of,
)
from anlan.sensing.rules.sensorthings import vocabulary as names
from anlan.sensing.rules.sensorthings.evaluation import is_true, order_key, value_of
from anlan.sensing.rules.sensorthings.expression import Call, Node, Path, paths_of
from anlan.sensing.rules.sensorthings.options import Options
from anlan.sensing.rules.sensorthings.refusals import BadQuery
from anlan.sensing.store.reads import ALWAYS_US, count_held, page_in_order
from anlan.sensing.store.values import to_us

CHUNK: Final = 500
FEW: Final = 50
MOST_MERGED: Final = 2000
A_STREAM_COSTS: Final = 10
BEFORE_ALL_US: Final = 1 - 10**18
TIME: Final = ("phenomenonTime",)
STREAM_ID: Final = ("Datastream", names.ID)
_TOKEN: Final = re.compile(r"(\d{1,18})(?:\.(-?\d{1,18})\.([0-9a-f]{32}))?", re.ASCII)
_MIRRORED: Final = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge", "eq": "eq"}
WIDE: Final = gettext_noop(
    "Too many observations to {what} at once. Narrow phenomenonTime, or ask one Datastream."
)
ORDER = Message.of(gettext_noop("put in the order of time"))
SORT = Message.of(gettext_noop("sort"))
COUNT = Message.of(gettext_noop("count"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`token` and `skip` lead to the next page; both empty at the end."""

    entities: list[Entity]
    token: str = ""
    skip: int = 0
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The span that a filter leaves, in microseconds, the end excluded. `is_all` where the filter
    says nothing but this."""

    from_us: int = -ALWAYS_US
    until_us: int = ALWAYS_US
    stream: str | None = None
    is_all: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last key that was given. `known_us`: what came later is not shown."""

    known_us: int
    at_us: int | None = None
    stream: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """One stream of a scan."""

    stream: Datastream
    from_us: int
    until_us: int


def page_of(holdings: Holdings, streams: Sequence[Datastream], options: Options) -> Page:
    """One page of the observations of some datastreams."""
    cursor = _cursor(options.token, holdings.now)
    window = window_of(options.filter, holdings.now)
    if window.stream is not None:
        streams = [row for row in streams if str(row.pk) == window.stream]
    matches = _matcher(holdings, options.filter)
    by_time = _time_order(options)
    if by_time is None and options.order:
        page = _sorted_page(holdings, streams, options, window, cursor, matches)
    else:
        page = _natural_page(holdings, streams, options, window, cursor, matches)
    if not options.count:
        return page
    return replace(page, count=_count(holdings, streams, window, cursor, matches))


def one_reading(holdings: Holdings, key: str) -> Entity | None:
    """The observation of an id, when its datastream is in view."""
    stream, _, at = key.partition("-")
    match = re.fullmatch(r"[0-9a-f]{32}", stream, re.ASCII)
    if match is None or not re.fullmatch(r"-?\d{1,17}", at, re.ASCII):
        return None
    row = holdings.stream(str(uuid.UUID(stream)))
    if row is None:
        return None
    found = page_in_order(row.pk, int(at), int(at) + 1, most=1)
    return as_entities([Held(found[0], row)])[0] if found else None


def window_of(tree: Node | None, now: dt.datetime) -> Window:
    """What the conditions that all must hold say of instant and datastream."""
    window = Window()
    for part in [] if tree is None else _parts(tree):
        window = _narrowed(window, part, now)
    return window


def _parts(tree: Node) -> Iterator[Node]:
    if isinstance(tree, Call) and tree.name == "and":
        for argument in tree.arguments:
            yield from _parts(argument)
    else:
        yield tree


def _narrowed(window: Window, part: Node, now: dt.datetime) -> Window:
    rest = replace(window, is_all=False)
    if not isinstance(part, Call) or part.name not in _MIRRORED:
        return rest
    name, (left, right) = part.name, part.arguments
    if isinstance(right, Path):
        name, left, right = _MIRRORED[name], right, left
    if not isinstance(left, Path) or paths_of(right):
        return rest
    value = value_of(right, lambda path: None, now)
    if left.names == STREAM_ID and name == "eq" and isinstance(value, str):
        return replace(rest, stream=value) if window.stream in (None, value) else rest
    if left.names != TIME or not isinstance(value, dt.date):
        return rest
    return _within(window, name, _us(value))


def _us(value: dt.date) -> int:
    if not isinstance(value, dt.datetime):
        value = dt.datetime.combine(value, dt.time.min, tzinfo=dt.UTC)
    return to_us(value)


def _within(window: Window, name: str, at_us: int) -> Window:
    first = at_us + 1 if name == "gt" else at_us
    end = at_us if name == "lt" else at_us + 1
    from_us = max(window.from_us, first) if name in ("gt", "ge", "eq") else window.from_us
    until_us = min(window.until_us, end) if name in ("lt", "le", "eq") else window.until_us
    return replace(window, from_us=from_us, until_us=until_us)


def _matcher(holdings: Holdings, tree: Node | None) -> Callable[[Held], bool]:
    if tree is None:
        return lambda row: True
    many = many_of(names.OBSERVATIONS, tree)

    def matches(row: Held) -> bool:
        entity = Entity(names.OBSERVATIONS, "", row)

        def look(path: tuple[str, ...]) -> Any:
            if path == TIME:
                return row.reading.at
            if path == ("result",):
                return row.reading.value
            if path == (names.ID,):
                return as_entities([row])[0].key
            return holdings.look(entity, path)

        if many:
            return holdings.is_meant(tree, as_entities([row])[0], many)
        return is_true(tree, look, holdings.now)

    return matches


def _time_order(options: Options) -> bool | None:
    """Whether times fall, where the order is that of the times alone."""
    if len(options.order) != 1 or options.order[0][0] != Path(TIME):
        return None
    return options.order[0][1]


def _cursor(token: str, now: dt.datetime) -> Cursor:
    if not token:
        return Cursor(known_us=to_us(now))
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise BadQuery(gettext_noop("$skiptoken is not one that was given. Begin again."))
    at, stream = match[2], match[3]
    if at is None:
        return Cursor(known_us=int(match[1]))
    return Cursor(known_us=int(match[1]), at_us=int(at), stream=bytes.fromhex(stream))


def _natural_page(
    holdings: Holdings,
    streams: Sequence[Datastream],
    options: Options,
    window: Window,
    cursor: Cursor,
    matches: Callable[[Held], bool],
) -> Page:
    found: list[Held] = []
    skip, falls = options.skip, _time_order(options)
    for row in _scan(holdings, streams, window, cursor, falls):
        if isinstance(row, Datastream):  # what may be read is spent: the page ends early
            token = _token(cursor, row, falls)
            return Page(entities=as_entities(found), token=token, skip=skip)
        is_match = matches(row)
        if is_match and not skip and len(found) >= options.top:
            token = _token(cursor, row.stream, falls) if options.top else ""
            return Page(entities=as_entities(found), token=token)
        cursor = replace(cursor, at_us=row.reading.at_us, stream=row.stream.pk.bytes)
        if is_match and skip:
            skip -= 1
        elif is_match:
            found.append(row)
    return Page(entities=as_entities(found))


def _token(cursor: Cursor, here: Datastream, falls: bool | None) -> str:
    """Behind what was looked at; in the order of ids before anything of a new datastream."""
    at_us, stream = cursor.at_us, cursor.stream
    if falls is None and stream != here.pk.bytes:
        at_us, stream = BEFORE_ALL_US, here.pk.bytes
    if at_us is None:
        return str(cursor.known_us)
    return f"{cursor.known_us}.{at_us}.{stream.hex()}"


def _scan(
    holdings: Holdings,
    streams: Sequence[Datastream],
    window: Window,
    cursor: Cursor,
    falls: bool | None,
) -> Iterator[Held | Datastream]:
    """Readings in order; the datastream that was next when nothing more may be read."""
    ordered = sorted(streams, key=lambda row: row.pk.bytes, reverse=bool(falls))
    spans = [_span(row, window, cursor, falls) for row in ordered]
    held = [span for span in spans if span is not None]
    if falls is None:
        for span in held:
            if holdings.rows_left <= 0:
                yield span.stream
                return
            holdings.rows_left -= A_STREAM_COSTS
            yield from _rows(holdings, span, cursor.known_us, CHUNK, falls=False)
        return
    if len(held) > MOST_MERGED:
        raise BadQuery(WIDE, what=ORDER)
    size = CHUNK if len(held) < FEW else FEW
    rows = [_rows(holdings, span, cursor.known_us, size, falls=falls) for span in held]
    first = ALWAYS_US if falls else -ALWAYS_US  # the end of what may be read comes at once

    def key(row: Held | Datastream) -> tuple[int, bytes]:
        if isinstance(row, Held):
            return row.reading.at_us, row.stream.pk.bytes
        return first, b""

    yield from merge(*rows, key=key, reverse=falls)


def _span(row: Datastream, window: Window, cursor: Cursor, falls: bool | None) -> _Span | None:
    """What of a stream lies behind the cursor."""
    from_us, until_us, key = window.from_us, window.until_us, row.pk.bytes
    if cursor.at_us is not None:
        at_us = cursor.at_us
        if falls is None:
            if key < cursor.stream:
                return None
            from_us = max(from_us, at_us + 1) if key == cursor.stream else from_us
        elif falls:
            until_us = min(until_us, at_us + (key < cursor.stream))
        else:
            from_us = max(from_us, at_us + (key <= cursor.stream))
    return _Span(stream=row, from_us=from_us, until_us=until_us) if from_us < until_us else None


def _rows(
    holdings: Holdings, span: _Span, known_us: int, size: int, *, falls: bool
) -> Iterator[Held | Datastream]:
    from_us, until_us = span.from_us, span.until_us
    while True:
        if holdings.rows_left <= 0:
            yield span.stream
            return
        page = page_in_order(
            span.stream.pk, from_us, until_us, most=size, known_us=known_us, newest_first=falls
        )
        holdings.rows_left -= len(page)
        for reading in page:
            yield Held(reading, span.stream)
        if len(page) < size:
            return
        if falls:
            until_us = page[-1].at_us
        else:
            from_us = page[-1].at_us + 1


def _everything(
    holdings: Holdings,
    streams: Sequence[Datastream],
    window: Window,
    cursor: Cursor,
    matches: Callable[[Held], bool],
    what: Message,
) -> Iterator[Held]:
    """All matches in the order of their ids; refused when they cannot be read at once."""
    begun = Cursor(known_us=cursor.known_us)
    for row in _scan(holdings, streams, window, begun, None):
        if isinstance(row, Datastream):
            raise BadQuery(WIDE, what=what)
        if matches(row):
            yield row


def _sorted_page(
    holdings: Holdings,
    streams: Sequence[Datastream],
    options: Options,
    window: Window,
    cursor: Cursor,
    matches: Callable[[Held], bool],
) -> Page:
    rows = list(_everything(holdings, streams, window, cursor, matches, SORT))
    entities = in_order(holdings, as_entities(rows), options)
    end = options.skip + options.top
    more = end < len(entities) and options.top > 0
    return Page(
        entities=entities[options.skip : end],
        token=str(cursor.known_us) if more else "",
        skip=end if more else 0,
    )


def in_order(holdings: Holdings, entities: Iterable[Entity], options: Options) -> list[Entity]:
    """Entities in the order that is asked, those that are alike in the order they came."""
    found = list(entities)
    for tree, falls in reversed(options.order):
        keys = {
            id(entity): order_key(
                value_of(tree, lambda path, e=entity: holdings.look(e, path), holdings.now)
            )
            for entity in found
        }
        found.sort(key=lambda entity: keys[id(entity)], reverse=falls)
    return found


def _count(
    holdings: Holdings,
    streams: Sequence[Datastream],
    window: Window,
    cursor: Cursor,
    matches: Callable[[Held], bool],
) -> int:
    if window.is_all:
        holdings.rows_left -= A_STREAM_COSTS * len(streams)
        if holdings.rows_left < 0:
            raise BadQuery(WIDE, what=COUNT)
        span = (window.from_us, window.until_us)
        return sum(count_held(row.pk, *span, known_us=cursor.known_us) for row in streams)
    return sum(1 for _ in _everything(holdings, streams, window, cursor, matches, COUNT))
