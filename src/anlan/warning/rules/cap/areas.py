"""Where a CAP message holds, in divisions of the register and drawn outlines.

Decides for every `area` what is known of it; what is not is named and left to a person.

Source: OASIS CAP 1.2 §3.2.4: an area is the union of its polygons, circles and geocodes; latitude
comes first. Names of geocodes: `data/cap_geocodes.toml`. House rule: a circle is kept as the
polygon of 64 corners around it, so that nobody inside it is left out (the corners lie 0.12 %
outside); a description that is the name of one place of the register is that place.
Units and valid range: degrees; km on a sphere of 6371.0088 km (mean radius), planar within the
circle, which is true to a percent up to about 100 km.
Edge cases: a code of twelve digits that ends in noughts is that of the division above; a code that
the register does not hold, a circle without radius and a polygon that cannot be kept are named.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.warning.rules.cap.values import Area, Circle, Polygon
from anlan.warning.rules.drawn import MOST_OUTLINES, OutlineRefused, kept_outline
from anlan.warning.rules.thresholds.source import read_table

CORNERS: Final = 64
EARTH_RADIUS_KM: Final = 6371.0088
DIVISION_DIGITS: Final = (12, 9, 6)
NAME_CHARS: Final = 80
MOST_DIVISIONS: Final = 200
"""House rule: as many as a message of the inbox takes."""
MOST_AREAS: Final = 500
MOST_SHAPES: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """A drawn area with the words of its description."""

    name: str
    geometry: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """`codes` of the register and `outlines`; `left` says what could not be placed."""

    codes: tuple[str, ...] = ()
    outlines: tuple[Outline, ...] = ()
    left: tuple[Message, ...] = ()


@lru_cache(maxsize=1)
def geocode_names() -> frozenset[str]:
    return frozenset(read_table("cap_geocodes")["names"])


def places_of(areas: tuple[Area, ...], known: Mapping[str, str]) -> Places:
    """`known` are code → name of the register. See the module text."""
    codes: list[str] = []
    outlines: list[Outline] = []
    left: list[Message] = []
    names = _only_once(known)
    for area in areas[:MOST_AREAS]:
        found, unknown = _codes(area, known)
        drawn, refused = _outlines(area)
        named = names.get(area.description.strip())
        if not found and not drawn and named:
            found = (named,)
        codes += found
        outlines += drawn
        left += refused
        if unknown and not found and not drawn:
            said = gettext_noop("“{area}”: the codes {codes} are not in the register.")
            left.append(Message.of(said, area=area.description, codes=unknown))
        if not (found or drawn or unknown or refused):
            said = gettext_noop("“{area}” has neither code nor outline that is known here.")
            left.append(Message.of(said, area=area.description))
    divisions = tuple(dict.fromkeys(codes))
    left += _too_many(len(areas), MOST_AREAS) + _too_many(len(divisions), MOST_DIVISIONS)
    unique = list({repr(each.geometry): each for each in outlines}.values())
    if len(unique) > MOST_OUTLINES:
        said = gettext_noop("{count} outlines are drawn; at most {most} are kept.")
        left.append(Message.of(said, count=len(unique), most=MOST_OUTLINES))
    return Places(
        codes=divisions[:MOST_DIVISIONS],
        outlines=tuple(unique[:MOST_OUTLINES]),
        left=tuple(left),
    )


def _only_once(known: Mapping[str, str]) -> dict[str, str]:
    names = Counter(known.values())
    return {name: code for code, name in known.items() if names[name] == 1}


def _too_many(count: int, most: int) -> list[Message]:
    said = gettext_noop("The file names {count} areas; at most {most} are looked at.")
    return [Message.of(said, count=count, most=most)] if count > most else []


def _codes(area: Area, known: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes of the register, and those that it does not hold."""
    given = [each.value.strip() for each in area.geocodes if each.name in geocode_names()]
    found = {code: _division(code, known) for code in given if code}
    held = tuple(code for code in found.values() if code is not None)
    return held, tuple(code for code, division in found.items() if division is None)


def _division(code: str, known: Mapping[str, str]) -> str | None:
    if code in known:
        return code
    if len(code) != DIVISION_DIGITS[0] or not code.isdigit():
        return None
    for digits in DIVISION_DIGITS[1:]:
        if code.endswith("0" * (len(code) - digits)) and code[:digits] in known:
            return code[:digits]
    return None


def _outlines(area: Area) -> tuple[list[Outline], list[Message]]:
    drawn: list[Outline] = []
    left: list[Message] = []
    name = area.description.strip()[:NAME_CHARS]
    shapes: list[Polygon | Circle] = [*area.polygons, *area.circles]
    left += _too_many(len(shapes), MOST_SHAPES)
    for shape in shapes[:MOST_SHAPES]:
        ring = _circle(shape) if isinstance(shape, Circle) else _polygon(shape)
        try:
            geometry = kept_outline({"type": "Polygon", "coordinates": [ring]})
        except OutlineRefused as refused:
            said = gettext_noop("“{area}”: {why}")
            left.append(Message.of(said, area=area.description, why=refused.message))
            continue
        drawn.append(Outline(name=name, geometry=geometry))
    return drawn, left


def _polygon(polygon: Polygon) -> list[list[float]]:
    return [[float(each.longitude), float(each.latitude)] for each in polygon]


def _circle(circle: Circle) -> list[list[float]]:
    """The corners around a circle; a circle without radius has none that differ."""
    latitude, longitude = float(circle.centre.latitude), float(circle.centre.longitude)
    outer_km = float(circle.radius_km) / math.cos(math.pi / CORNERS)
    north = math.degrees(outer_km / EARTH_RADIUS_KM)
    east = north / max(math.cos(math.radians(latitude)), 1e-9)
    turns = [2 * math.pi * step / CORNERS for step in range(CORNERS)]
    ring = [
        [longitude + east * math.cos(turn), latitude + north * math.sin(turn)] for turn in turns
    ]
    return [*ring, ring[0]]
