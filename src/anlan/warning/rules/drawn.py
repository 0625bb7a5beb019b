"""Whether a drawn outline can be kept as the area of a message.

Decides the outline as it is kept, or what is wrong with it.

Source: RFC 7946 §3.1.6 for rings (at least four positions, the last being the first; the first
ring is the edge, the others are holes). House rule: at most 2 000 positions in an outline and 20
outlines in a message, so that a map and a list of those called stay quick; every position inside
the rectangle that holds China, which refuses latitude before longitude, the usual mistake.
Units and valid range: longitude and latitude in degrees, CGCS2000 (WGS 84 taken as such).
Edge cases: a ring that crosses itself is kept as it came, whoever asks for those inside repairs
it; a ring without area is refused; heights are dropped; a truth value is no number.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import shapely  # type: ignore[import-untyped]

from anlan.base.rules.coordinates import is_out_of_china
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

MOST_OUTLINES: Final = 20
MOST_POSITIONS: Final = 2_000
FEWEST_POSITIONS: Final = 4
FEWEST_DEGREES: Final = 2
LEAST_AREA_DEG2: Final = 1e-9
"""House rule: about ten square metres; less is a line written with rounded numbers."""
Ring = list[list[float]]


class OutlineRefused(RuleRefused):
    """What is wrong with an outline, and what to do."""


def kept_outline(geometry: Any) -> dict[str, Any]:
    """The outline with its type and positions only. Source, edge cases: see the module."""
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    given = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise _refused(gettext_noop("An outline is a GeoJSON Polygon or MultiPolygon."))
    polygons = [given] if kind == "Polygon" else _filled(given)
    kept = [[_ring(ring) for ring in _filled(polygon)] for polygon in polygons]
    positions = sum(len(ring) for polygon in kept for ring in polygon)
    if positions > MOST_POSITIONS:
        said = gettext_noop(
            "The outline has {count} positions; at most {most} are kept. Simplify it, then send "
            "it again."
        )
        raise _refused(said, count=positions, most=MOST_POSITIONS)
    _require_place([position for polygon in kept for ring in polygon for position in ring])
    coordinates = kept[0] if kind == "Polygon" else kept
    outline = {"type": kind, "coordinates": coordinates}
    _require_area(outline)
    return outline


def _filled(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple) or not value:
        raise _refused(
            gettext_noop("The outline holds no ring; draw it again, or choose regions instead.")
        )
    return value


def _ring(given: Any) -> Ring:
    ring = [_position(each) for each in _filled(given)]
    if len(ring) < FEWEST_POSITIONS:
        said = gettext_noop("A ring has at least four positions, the last being the first.")
        raise _refused(said)
    if ring[0] != ring[-1]:
        said = gettext_noop(
            "A ring does not close: repeat its first position at its end, then send it again."
        )
        raise _refused(said)
    return ring


def _position(given: Any) -> list[float]:
    is_pair = isinstance(given, list | tuple) and len(given) >= FEWEST_DEGREES
    pair = given[:FEWEST_DEGREES] if is_pair else ()
    if not pair or not all(_is_degrees(value) for value in pair):
        said = gettext_noop(
            "A position is a pair of numbers: longitude and latitude in degrees, such as "
            "[111.0, 35.0]."
        )
        raise _refused(said)
    return [float(value) for value in pair]


def _is_degrees(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and abs(value) <= 180 and math.isfinite(value)


def _require_place(positions: list[list[float]]) -> None:
    if any(abs(latitude) > 90 for _longitude, latitude in positions):
        raise _elsewhere()
    if bool(is_out_of_china(positions).any()):
        raise _elsewhere()


def _elsewhere() -> OutlineRefused:
    said = gettext_noop(
        "A position lies outside China: longitude comes first, then latitude, both in degrees."
    )
    return _refused(said)


def _require_area(outline: dict[str, Any]) -> None:
    for polygon in shapely.get_parts(shapely.geometry.shape(outline)):
        for ring in [polygon.exterior, *polygon.interiors]:
            if shapely.area(shapely.make_valid(shapely.Polygon(ring))) < LEAST_AREA_DEG2:
                said = gettext_noop("A ring holds no area: its positions lie on one line.")
                raise _refused(said)


def _refused(said: str, **params: Any) -> OutlineRefused:
    return OutlineRefused(Message.of(said, **params))
