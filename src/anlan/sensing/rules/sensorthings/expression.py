"""`$filter` and `$orderby`: words → a tree, or a refusal that says where it stopped.

Source: OASIS OData 4.01, URL conventions, 5.1.1 (precedence of operators) and OGC 18-088,
clause 9.3.3.5 (operators and functions of SensorThings); from memory. Units and valid range:
at most `LONGEST` characters, `MOST_TOKENS` words, `DEEPEST` parentheses. A time needs its zone; a
blank before it is a `+` that an address lost. A geography is WKT in longitude, latitude. Edge
cases: a function of the standard that is not built is refused by name; keywords are small letters
only; a geography that is not valid (a ring that is not closed, or crosses itself) is refused.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import shapely  # type: ignore[import-untyped]

from anlan.base.rules.labels import gettext_noop
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NotOffered
from anlan.sensing.rules.sensorthings.vocabulary import plain_name

LONGEST: Final = 4000
MOST_TOKENS: Final = 400
DEEPEST: Final = 30


@dataclass(frozen=True, slots=True)
class Place:
    """A geometry on the plane of longitude and latitude; `shape` is one of shapely."""

    shape: Any


Value = None | bool | float | str | datetime | date | time | timedelta | Place


@dataclass(frozen=True, slots=True)
class Literal:
    value: Value


@dataclass(frozen=True, slots=True)
class Path:
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function, or an operator by its name."""

    name: str
    arguments: tuple["Node", ...]


Node = Literal | Path | Call
COMPARING: Final = ("eq", "ne", "gt", "ge", "lt", "le")
ADDING: Final = ("add", "sub")
MULTIPLYING: Final = ("mul", "div", "mod")
FUNCTIONS: Final[dict[str, tuple[int, ...]]] = {
    **dict.fromkeys(("contains", "substringof", "startswith", "endswith"), (2,)),
    **dict.fromkeys(("length", "tolower", "toupper", "trim"), (1,)),
    **dict.fromkeys(("indexof", "concat"), (2,)),
    "substring": (2, 3),
    **dict.fromkeys(("year", "month", "day", "hour", "minute", "second"), (1,)),
    **dict.fromkeys(("fractionalseconds", "date", "time", "totaloffsetminutes"), (1,)),
    **dict.fromkeys(("now", "mindatetime", "maxdatetime"), (0,)),
    **dict.fromkeys(("round", "floor", "ceiling"), (1,)),
    **{"geo.distance": (2,), "geo.length": (1,), "geo.intersects": (2,), "st_relate": (3,)},
    **dict.fromkeys(("st_equals", "st_disjoint", "st_touches", "st_within"), (2,)),
    **dict.fromkeys(("st_overlaps", "st_crosses", "st_intersects", "st_contains"), (2,)),
}
_KEYWORDS: Final = {"and", "or", "not", "in", "has", *COMPARING, *ADDING, *MULTIPLYING}
_WORD: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<duration>duration'[^']*')"
    r"|(?P<geography>geography'[^']*')"
    r"|(?P<string>'(?:[^']|'')*')"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+\- ]\d\d:\d\d))"
    r"|(?P<date>\d{4}-\d\d-\d\d)"
    r"|(?P<hour>\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+\-]?\d{1,3})?)"
    r"|(?P<name>@?[^\W\d][\w.]*)"
    r"|(?P<mark>[(),/\-])"
)
_DURATION: Final = re.compile(
    r"(?P<sign>-?)P(?:(?P<days>\d{1,6})D)?"
    r"(?:T(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,8}(?:\.\d+)?)S)?)?"
)
_WKT: Final = re.compile(
    r"(?!.*\d{20})(MULTI)?(POINT|LINESTRING|POLYGON)\s*\([\d\s.,()+\-]+\)",
    re.ASCII | re.IGNORECASE,
)
"""Points, lines and areas of straight edges, in plain numbers."""
_MICROSECOND_DIGITS: Final = 6
Token = tuple[str, str, int]


def parse(text: str) -> Node:
    """The tree of a filter."""
    reader = _Reader(_tokens(text), text)
    node = reader.either(0)
    reader.end()
    return node


def parse_order(text: str) -> tuple[tuple[Node, bool], ...]:
    """The expressions of an order, each with whether it falls."""
    reader = _Reader(_tokens(text), text)
    found: list[tuple[Node, bool]] = []
    while True:
        node = reader.sum_of(0)
        falls = reader.took("name", "desc")
        if not falls:
            reader.took("name", "asc")
        found.append((node, falls))
        if not reader.took("mark", ","):
            break
    reader.end()
    return tuple(found)


def paths_of(node: Node) -> list[tuple[str, ...]]:
    """Every path in a tree."""
    if isinstance(node, Path):
        return [node.names]
    if isinstance(node, Call):
        return [path for argument in node.arguments for path in paths_of(argument)]
    return []


def _tokens(text: str) -> list[Token]:
    if len(text) > LONGEST:
        raise BadQuery(gettext_noop("At most {most} characters are read."), most=LONGEST)
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _WORD.match(text, place)
        if match is None or match.lastgroup is None:
            raise _unread(text, place)
        if match.lastgroup != "space":
            found.append((match.lastgroup, match[0], place))
        place = match.end()
    if len(found) > MOST_TOKENS:
        raise BadQuery(gettext_noop("At most {most} words are read."), most=MOST_TOKENS)
    return found


def _unread(text: str, place: int) -> BadQuery:
    return BadQuery(
        gettext_noop("This is not understood from here: {rest}. Texts stand in 'quotes'."),
        rest=text[place:] or text,
    )


class _Reader:
    """Descends the precedence of the operators; its place is all that it changes."""

    def __init__(self, tokens: list[Token], text: str) -> None:
        self.tokens, self.text, self.place = tokens, text, 0

    def peek(self) -> Token:
        if self.place < len(self.tokens):
            return self.tokens[self.place]
        return "end", "", len(self.text)

    def took(self, group: str, word: str) -> bool:
        if self.peek()[:2] != (group, word):
            return False
        self.place += 1
        return True

    def end(self) -> None:
        if self.peek()[0] != "end":
            raise _unread(self.text, self.peek()[2])

    def expect(self, mark: str) -> None:
        if not self.took("mark", mark):
            raise _unread(self.text, self.peek()[2])

    def word_of(self, words: tuple[str, ...]) -> str:
        group, word, _ = self.peek()
        if group == "name" and word in words:
            self.place += 1
            return word
        return ""

    def either(self, depth: int) -> Node:
        node = self.both(depth)
        while self.took("name", "or"):
            node = Call("or", (node, self.both(depth)))
        return node

    def both(self, depth: int) -> Node:
        node = self.negated(depth)
        while self.took("name", "and"):
            node = Call("and", (node, self.negated(depth)))
        return node

    def negated(self, depth: int) -> Node:
        self.check_depth(depth)
        if self.took("name", "not"):
            return Call("not", (self.negated(depth + 1),))
        return self.compared(depth)

    def compared(self, depth: int) -> Node:
        node = self.sum_of(depth)
        word = self.word_of(COMPARING)
        if word:
            return Call(word, (node, self.sum_of(depth)))
        if self.peek()[1] in ("in", "has"):
            raise NotOffered(
                gettext_noop("The operator {name} is not built here; write it with eq and or."),
                name=self.peek()[1],
            )
        return node

    def sum_of(self, depth: int) -> Node:
        node = self.product(depth)
        while word := self.word_of(ADDING):
            node = Call(word, (node, self.product(depth)))
        return node

    def product(self, depth: int) -> Node:
        node = self.signed(depth)
        while word := self.word_of(MULTIPLYING):
            node = Call(word, (node, self.signed(depth)))
        return node

    def signed(self, depth: int) -> Node:
        self.check_depth(depth)
        if self.took("mark", "-"):
            return Call("minus", (self.signed(depth + 1),))
        return self.single(depth)

    def single(self, depth: int) -> Node:
        group, word, place = self.peek()
        if self.took("mark", "("):
            node = self.either(depth + 1)
            self.expect(")")
            return node
        if group in ("end", "mark") or word in _KEYWORDS:
            raise _unread(self.text, place)
        self.place += 1
        if group == "name":
            return self.named(word, depth)
        return Literal(_literal(group, word))

    def named(self, word: str, depth: int) -> Node:
        if word in ("true", "false", "null"):
            return Literal({"true": True, "false": False, "null": None}[word])
        if self.peek()[:2] == ("mark", "("):
            return self.called(word, depth)
        names = [plain_name(word)]
        while self.took("mark", "/"):
            group, word, place = self.peek()
            if group != "name":
                raise _unread(self.text, place)
            self.place += 1
            names.append(plain_name(word))
        return Path(tuple(names))

    def called(self, name: str, depth: int) -> Node:
        counts = FUNCTIONS.get(name)
        if counts is None:
            raise NotOffered(
                gettext_noop("The function {name} is not built here. There are: {known}."),
                name=name,
                known=tuple(FUNCTIONS),
            )
        self.expect("(")
        arguments: list[Node] = []
        while not self.took("mark", ")"):
            if arguments:
                self.expect(",")
            arguments.append(self.either(depth + 1))
        if len(arguments) not in counts:
            raise BadQuery(
                gettext_noop("{name} takes {number} values."),
                name=name,
                number=" / ".join(str(count) for count in counts),
            )
        return Call(name, tuple(arguments))

    def check_depth(self, depth: int) -> None:
        if depth > DEEPEST:
            raise BadQuery(gettext_noop("At most {most} levels are read."), most=DEEPEST)


def _literal(group: str, word: str) -> Value:
    return _LITERALS.get(group, str.lower)(word)  # a guid is the text of an id


def instant(word: str) -> datetime:
    """A time with its zone, in UTC; refuses one that is no time."""
    text = word[:-6] + word[-6:].replace(" ", "+")
    head, dot, rest = text.partition(".")
    if dot:
        digits = re.match(r"\d+", rest)
        number = digits[0] if digits else ""
        text = f"{head}.{number[:_MICROSECOND_DIGITS]}{rest[len(number) :]}"
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadQuery(
            gettext_noop("{word} is no time. Write it as 2026-11-24T08:00:00+08:00."), word=word
        ) from error


def _date(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as error:
        raise BadQuery(gettext_noop("{word} is no day."), word=word) from error


def _hour(word: str) -> time:
    try:
        return time.fromisoformat(word)
    except ValueError as error:
        raise BadQuery(gettext_noop("{word} is no time of day."), word=word) from error


def _geography(word: str) -> Place:
    """WKT, maybe with SRID=4326 before it."""
    text = word[len("geography'") : -1].strip()
    head, mark, rest = text.partition(";")
    if mark and head.strip().upper() == "SRID=4326":
        text = rest.strip()
    try:
        found = shapely.from_wkt(text) if _WKT.fullmatch(text) else None
    except (shapely.errors.GEOSException, ValueError):
        found = None
    if found is None or found.is_empty or not found.is_valid:
        raise BadQuery(
            gettext_noop(
                "{word} is no geography. Write it as geography'POINT(111.0 35.0)' or as a closed "
                "POLYGON, longitude first."
            ),
            word=word,
        )
    return Place(found)


def _duration(word: str) -> timedelta:
    match = _DURATION.fullmatch(word[len("duration'") : -1])
    parts = {} if match is None else {k: v for k, v in match.groupdict().items() if v}
    sign = -1 if parts.pop("sign", "") else 1
    if not parts:
        raise BadQuery(
            gettext_noop("{word} is no duration. Write it as duration'PT1H30M'."), word=word
        )
    return sign * timedelta(**{name: float(value) for name, value in parts.items()})


_LITERALS: Final[dict[str, Callable[[str], Value]]] = {
    "string": lambda word: word[1:-1].replace("''", "'"),
    "number": float,
    "time": instant,
    "date": _date,
    "hour": _hour,
    "duration": _duration,
    "geography": _geography,
}
