"""Drawn areas as lines of text: one corner a line, longitude and latitude; a blank line between.

    111.02, 35.61
    111.10, 35.60
    111.06, 35.52

`read_outlines` makes polygons of the text, `write_outlines` the text of polygons.

House rule: the same field serves without a map and on a telephone. Commas, blanks and full-width
signs part the two numbers; the ring is closed by itself.
Units and valid range: degrees, CGCS2000, longitude first.
Edge cases: empty text is no area; fewer than three corners, more than 500, or what is no pair of
numbers is refused with its line; latitude before longitude is said as such. Only the outer ring of
a polygon is written.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

FEWEST_CORNERS: Final = 3
MOST_CORNERS: Final = 500
_BETWEEN: Final = re.compile(r"[\s,，、;；]+")
_NUMBER: Final = re.compile(r"[-+]?\d{1,3}(\.\d{1,12})?", re.ASCII)
_WIDE: Final = str.maketrans("０１２３４５６７８９．－", "0123456789.-")
_CHINA_LONGITUDE: Final = (73.0, 136.0)
_CHINA_LATITUDE: Final = (3.0, 54.0)
"""Degrees that hold the land of China; only to say that two numbers stand in the wrong order."""
Corner = tuple[float, float]


class OutlineTextRefused(RuleRefused):
    """A line that is no corner, or an area that is none."""


def read_outlines(text: str) -> tuple[dict[str, Any], ...]:
    """GeoJSON polygons. See the module text."""
    areas: list[list[Corner]] = [[]]
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            areas[-1].append(_corner(line, number))
        elif areas[-1]:
            areas.append([])
    return tuple(_polygon(corners, n) for n, corners in enumerate(areas, start=1) if corners)


def write_outlines(outlines: Iterable[Mapping[str, Any]]) -> str:
    blocks = []
    for outline in outlines:
        given = outline["coordinates"]
        for polygon in [given] if outline["type"] == "Polygon" else given:
            ring = polygon[0][:-1]
            blocks.append("\n".join(f"{lon}, {lat}" for lon, lat, *_rest in _plain(ring)))
    return "\n\n".join(blocks)


def _plain(ring: Iterable[Iterable[float]]) -> Iterable[list[float]]:
    for corner in ring:
        yield [round(float(value), 6) for value in corner]


def _corner(line: str, number: int) -> Corner:
    parts = [part for part in _BETWEEN.split(line.translate(_WIDE).strip()) if part]
    if len(parts) != 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        said = gettext_noop(
            "Line {number}: a corner is longitude and latitude in degrees, such as 111.02, 35.61."
        )
        raise OutlineTextRefused(Message.of(said, number=number))
    longitude, latitude = (float(part) for part in parts)
    if _is_within(latitude, _CHINA_LONGITUDE) and _is_within(longitude, _CHINA_LATITUDE):
        said = gettext_noop("Line {number}: longitude comes first. Turn the two numbers around.")
        raise OutlineTextRefused(Message.of(said, number=number))
    in_china = _is_within(longitude, _CHINA_LONGITUDE) and _is_within(latitude, _CHINA_LATITUDE)
    if not in_china:
        said = gettext_noop("Line {number}: this place lies outside the country. Check it.")
        raise OutlineTextRefused(Message.of(said, number=number))
    return longitude, latitude


def _is_within(value: float, span: tuple[float, float]) -> bool:
    return span[0] <= value <= span[1]


def _polygon(corners: list[Corner], number: int) -> dict[str, Any]:
    ring = corners[:-1] if len(corners) > 1 and corners[0] == corners[-1] else corners
    if len(set(ring)) < FEWEST_CORNERS:
        said = gettext_noop("Area {number} has fewer than three corners. Add corners or clear it.")
        raise OutlineTextRefused(Message.of(said, number=number))
    if len(ring) > MOST_CORNERS:
        said = gettext_noop("Area {number} has more than {most} corners. Draw it more simply.")
        raise OutlineTextRefused(Message.of(said, number=number, most=MOST_CORNERS))
    closed = [list(corner) for corner in [*ring, ring[0]]]
    return {"type": "Polygon", "coordinates": [closed]}
