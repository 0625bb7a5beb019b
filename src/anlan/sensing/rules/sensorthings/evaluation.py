"""A tree over one entity → a value. One meaning for every entity set.

Source: OASIS OData 4.01, Protocol 11.2.6.1.1 and URL conventions 5.1.1.1 (null is less than
nothing and equal to null alone; and, or, not with three truths); OGC 18-088, 9.3.3.5.2 (functions
of places, by the intersection model of OGC 06-103r4); from memory. Units and valid
range: numbers are floats, times aware; parts of times (year, hour …) are those of UTC, in which
times are written. Edge cases: arithmetic
with null, by zero or beyond what a float or the calendar holds is null; distances and lengths are
in degrees of the plane of longitude and latitude, as the reference server counts them; a place
that is not known makes null; comparing a text with a number, or two places, is refused, since it
asks nothing. A time compared with a day is compared with its first instant in UTC.
"""

import math
import operator
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import shapely  # type: ignore[import-untyped]
import shapely.geometry  # type: ignore[import-untyped]

from anlan.base.rules.labels import gettext_noop
from anlan.sensing.rules.sensorthings.expression import (
    ADDING,
    COMPARING,
    MULTIPLYING,
    Call,
    Literal,
    Node,
    Path,
    Place,
    Value,
)
from anlan.sensing.rules.sensorthings.refusals import BadQuery

Look = Callable[[tuple[str, ...]], Any]
EARLIEST: Final = datetime.min.replace(tzinfo=UTC)
LATEST: Final = datetime.max.replace(tzinfo=UTC)
_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    name: getattr(operator, name) for name in COMPARING
}
_SECOND_US: Final = 1_000_000


def is_true(node: Node, look: Look, now: datetime) -> bool:
    """Whether an entity is meant; what is not determinable is not."""
    found = value_of(node, look, now)
    if found is not None and not isinstance(found, bool):
        raise BadQuery(gettext_noop("A filter must be true or false, as result gt 10."))
    return found is True


def value_of(node: Node, look: Look, now: datetime) -> Value:
    """The value of a tree; `look` gives the value at a path."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Path):
        return _plain(look(node.names))
    if node.name in ("and", "or"):
        return _joined(node, look, now)
    values = [value_of(argument, look, now) for argument in node.arguments]
    return _called(node.name, values, now)


def order_key(value: Value) -> tuple[int, Any]:
    """Values of one expression in an order: nothing first, then by kind and size."""
    if value is None:
        return 0, 0
    place, key = next(
        (place, key) for place, (of, key) in enumerate(_KINDS, start=1) if isinstance(value, of)
    )
    return place, key(value)


def _plain(value: Any) -> Value:
    """What stands at a path as a value; an object or a list is none that can be compared."""
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if value is None or isinstance(value, bool | float | str | datetime | date | timedelta):
        return value
    return _place(value) if isinstance(value, dict) and "type" in value else None


def _place(value: dict[str, Any]) -> Place | None:
    """A geometry of GeoJSON, or that of a feature; another object is none."""
    found = value.get("geometry") if value.get("type") == "Feature" else value
    if not isinstance(found, dict) or "coordinates" not in found:
        return None
    return Place(shapely.geometry.shape(found))


def _joined(node: Call, look: Look, now: datetime) -> bool | None:
    ends = node.name == "or"  # the truth that decides by itself
    unknown = False
    for argument in node.arguments:
        value = value_of(argument, look, now)
        if value is not None and not isinstance(value, bool):
            raise _mismatch(node.name)
        if value is ends:
            return ends
        unknown = unknown or value is None
    return None if unknown else not ends


def _called(name: str, values: list[Value], now: datetime) -> Value:
    if name in _COMPARE:
        return _compared(name, values[0], values[1])
    if name in ADDING or name in MULTIPLYING:
        return _counted(name, values[0], values[1])
    if name in ("now", "mindatetime", "maxdatetime"):
        return {"now": now, "mindatetime": EARLIEST, "maxdatetime": LATEST}[name]
    if any(value is None for value in values):
        return None
    try:
        return _FUNCTIONS[name](*values)
    except (TypeError, AttributeError) as error:
        raise _mismatch(name) from error
    except (ValueError, OverflowError):
        return None


def _compared(name: str, left: Value, right: Value) -> bool:
    if left is None or right is None:
        same = left is None and right is None
        return same if name == "eq" else not same if name == "ne" else False
    if isinstance(left, date) and isinstance(right, date):
        left, right = _as_time(left), _as_time(right)
    kinds = [order_key(value)[0] for value in (left, right)]
    if kinds[0] != kinds[1] or isinstance(left, Place):  # places have functions of theirs
        raise _mismatch(name)
    return _COMPARE[name](left, right)


def _as_time(value: date) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.combine(value, time.min, tzinfo=UTC)


def _counted(name: str, left: Any, right: Any) -> Value:
    if left is None or right is None:
        return None
    if isinstance(left, bool) or isinstance(right, bool):
        raise _mismatch(name)
    if isinstance(left, date) and not isinstance(left, datetime):
        left = _as_time(left)
    if isinstance(right, date) and not isinstance(right, datetime):
        right = _as_time(right)
    try:
        found = _ARITHMETIC[name](left, right)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    except TypeError as error:
        raise _mismatch(name) from error
    if isinstance(found, str):  # texts are joined by concat alone
        raise _mismatch(name)
    return None if isinstance(found, float) and not math.isfinite(found) else found


def _mismatch(name: str) -> BadQuery:
    return BadQuery(
        gettext_noop("{name} is used with values of different kinds, as a text and a number."),
        name=name,
    )


def _negated(value: Any) -> Value:
    if not isinstance(value, bool):
        raise TypeError(value)
    return not value


def _minus(value: Any) -> Value:
    if isinstance(value, bool):
        raise TypeError(value)
    found: Value = -value
    return found


def _index(text: Any, part: Any) -> Value:
    return float(text.index(part) if part in text else -1)


def _substring(text: Any, start: Any, length: Any = None) -> Value:
    if not isinstance(text, str):
        raise TypeError(text)
    first = max(0, int(start))
    return text[first:] if length is None else text[first : first + max(0, int(length))]


def _concat(left: Any, right: Any) -> Value:
    if not isinstance(left, str) or not isinstance(right, str):
        raise TypeError(left)
    return left + right


def _length(text: Any) -> Value:
    if not isinstance(text, str):
        raise TypeError(text)
    return float(len(text))


def _within(text: Any, part: Any) -> Value:
    if not isinstance(text, str):
        raise TypeError(text)
    return part in text


def _number(of: Callable[[Any], Any]) -> Callable[[Any], Value]:
    return lambda value: float(of(value))


def _half_away(value: Any) -> Value:
    return math.copysign(math.floor(abs(value) + 0.5), value)


def _hour_of(at: Any) -> Value:
    if not isinstance(at, datetime):
        raise TypeError(at)
    return at.time()


def _of_places(decide: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Value]:
    """A function of two places."""

    def called(left: Any, right: Any) -> Value:
        if not isinstance(left, Place) or not isinstance(right, Place):
            raise TypeError(left, right)
        found = decide(left.shape, right.shape)
        return float(found) if decide is shapely.distance else bool(found)

    return called


def _relate(left: Any, right: Any, pattern: Any) -> Value:
    if not isinstance(left, Place) or not isinstance(right, Place):
        raise TypeError(left, right)
    if not isinstance(pattern, str) or not _PATTERN.fullmatch(pattern):
        raise TypeError(pattern)
    return bool(shapely.relate_pattern(left.shape, right.shape, pattern.upper()))


def _length_of(line: Any) -> Value:
    if not isinstance(line, Place):
        raise TypeError(line)
    return float(shapely.length(line.shape))


def _same(value: Any) -> Any:
    return value


_KINDS: Final[tuple[tuple[Any, Callable[[Any], Any]], ...]] = (
    (bool, _same),
    ((int, float), _same),
    (str, _same),
    (date, _as_time),
    (timedelta, _same),
    (time, _same),
    (Place, lambda place: shapely.to_wkb(place.shape)),
)
_PATTERN: Final = re.compile(r"[TF*012tf]{9}", re.ASCII)
_ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "mod": math.fmod,
}
_FUNCTIONS: Final[dict[str, Callable[..., Value]]] = {
    "not": _negated,
    "minus": _minus,
    "contains": _within,
    "substringof": lambda part, text: _within(text, part),
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
    "length": _length,
    "indexof": _index,
    "substring": _substring,
    "tolower": lambda text: text.lower(),
    "toupper": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "concat": _concat,
    **{
        name: _number(operator.attrgetter(name))
        for name in ("year", "month", "day", "hour", "minute", "second")
    },
    "fractionalseconds": lambda at: at.microsecond / _SECOND_US,
    "date": lambda at: at.date(),
    "time": _hour_of,
    "totaloffsetminutes": lambda at: at.utcoffset().total_seconds() / 60,
    "round": _half_away,
    "floor": _number(math.floor),
    "ceiling": _number(math.ceil),
    "geo.distance": _of_places(shapely.distance),
    "geo.length": _length_of,
    "geo.intersects": _of_places(shapely.intersects),
    "st_equals": _of_places(shapely.equals),
    "st_disjoint": _of_places(shapely.disjoint),
    "st_touches": _of_places(shapely.touches),
    "st_within": _of_places(shapely.within),
    "st_overlaps": _of_places(shapely.overlaps),
    "st_crosses": _of_places(shapely.crosses),
    "st_intersects": _of_places(shapely.intersects),
    "st_contains": _of_places(shapely.contains),
    "st_relate": _relate,
}
