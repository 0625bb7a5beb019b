"""Outlines of regions: undo the shift, repair, simplify together, measure.

Decides what outline a map may show for a region, and its bounds, label point and area.

Source: WGS 84 ellipsoid as in EPSG:7030; equal-area cylindrical projection with authalic
latitude, Snyder, "Map Projections: A Working Manual" (USGS Professional Paper 1395, 1987),
equations 3-12 and 10-18. House rule: repair before measuring, and simplify neighbours in one
call, so that a shared border stays shared.

Units and valid range: GeoJSON Polygon or MultiPolygon (or a Feature around one), longitude and
latitude in degrees in a named datum; results in WGS 84 (used as CGCS2000) rounded to
`ROUNDING_DIGITS`; tolerance in degrees; area in km². Area is exact for the drawn polygon but for
the curve of its edges, far below 0.5 % at county size; a coarse outline is itself less exact.

Edge cases: a ring that crosses itself is repaired and keeps its polygon parts only; an outline
without any area, with another geometry type or with points that are not degrees is refused by
code. Polygons that do not match their neighbours exactly are simplified as well, but small gaps
between them stay: `count_border_mismatches` says how many regions are concerned.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely  # type: ignore[import-untyped]
from numpy.typing import NDArray

from anlan.base.rules.coordinates import Datum, InvalidCoordinates, to_wgs84

WGS84_SEMI_MAJOR_M: Final = 6_378_137.0
WGS84_FLATTENING: Final = 1.0 / 298.257223563

# House rule: six digits are 0.1 m, finer than any outline we read.
ROUNDING_DIGITS: Final = 6
# House rule: labels need no better place than about 100 m.
LABEL_TOLERANCE_DEG: Final = 0.001

_POLYGON_TYPES = ("Polygon", "MultiPolygon")
_M2_PER_KM2 = 1_000_000.0


class InvalidOutline(ValueError):
    """An outline that cannot be drawn; the message names the region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outline:
    """The outline of one region in WGS 84. `geometry` is a GeoJSON dict; treat it as read-only.

    `bbox_deg` is west, south, east, north; `label_point_deg` is longitude, latitude, inside.
    """

    code: str
    geometry: Mapping[str, Any]
    bbox_deg: tuple[float, float, float, float]
    label_point_deg: tuple[float, float]
    area_km2: float
    points: int

    def __post_init__(self) -> None:
        if not self.code:
            raise InvalidOutline("An outline needs the code of its region.")
        if self.area_km2 <= 0.0:
            raise InvalidOutline(f"The outline of {self.code} has no area.")


def convert_outlines(
    outlines: Mapping[str, Mapping[str, Any]], datum: Datum
) -> dict[str, Outline]:
    """Convert outlines by region code from a named datum to WGS 84, repaired and measured."""
    return {code: _outline(code, _read(code, item, datum)) for code, item in outlines.items()}


def simplify_outlines(
    outlines: Mapping[str, Outline], *, tolerance_deg: float
) -> dict[str, Outline]:
    """Simplify outlines that lie side by side; borders between them stay common.

    `tolerance_deg` is about the side of the smallest detail kept: corners whose triangle is
    smaller than tolerance² go (Visvalingam and Whyatt 1993, in GEOS). Give regions of one level
    only: a city over its counties is not a coverage. Area and label point are those of the
    simplified outline; measure on the full one.
    """
    if tolerance_deg < 0.0:
        raise InvalidOutline(f"The tolerance must not be negative, got {tolerance_deg}°.")
    if not outlines or tolerance_deg == 0.0:
        return dict(outlines)
    shapes = shapely.coverage_simplify(_shapes(outlines.values()), tolerance_deg)
    return {
        code: _outline(code, _polygons(shape))
        for code, shape in zip(outlines, shapes, strict=True)
    }


def merge_outlines(code: str, parts: Mapping[str, Outline]) -> Outline:
    """Make the outline of a region from those of the regions it consists of."""
    if not parts:
        raise InvalidOutline(f"No outlines to make {code} of.")
    return _outline(code, _polygons(shapely.union_all(_shapes(parts.values()))))


def count_border_mismatches(outlines: Mapping[str, Outline]) -> int:
    """Count regions whose border does not match a neighbour's point by point."""
    edges = shapely.coverage_invalid_edges(_shapes(outlines.values()))
    return sum(1 for edge in edges if not shapely.is_empty(edge))


def measure_area_km2(geometry: Mapping[str, Any]) -> float:
    """Area on the ellipsoid of a GeoJSON polygon in WGS 84 (Snyder 3-12 and 10-18)."""
    return _area_km2(_from_geojson("?", geometry))


def _read(code: str, item: Mapping[str, Any], datum: Datum) -> Any:
    shape = _from_geojson(code, item)
    try:
        moved = shapely.transform(shape, lambda xy: np.round(to_wgs84(xy, datum), ROUNDING_DIGITS))
    except InvalidCoordinates as refusal:
        raise InvalidOutline(f"The outline of {code} was refused: {refusal}") from refusal
    return _polygons(moved)


def _from_geojson(code: str, item: Mapping[str, Any]) -> Any:
    geometry = item.get("geometry") if item.get("type") == "Feature" else item
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if geometry is None or kind not in _POLYGON_TYPES:
        raise InvalidOutline(f"The outline of {code} is not a polygon but {kind}.")
    try:
        return shapely.geometry.shape(geometry)
    except (KeyError, TypeError, ValueError, shapely.errors.ShapelyError) as refusal:
        raise InvalidOutline(f"The outline of {code} cannot be read: {refusal}") from refusal


def _polygons(shape: Any) -> Any:
    """Repair a shape and keep what has an area."""
    parts = shapely.get_parts(shapely.make_valid(shape))
    nested = [part for outer in parts for part in shapely.get_parts(outer)]
    return shapely.union_all([part for part in nested if part.geom_type == "Polygon"])


def _outline(code: str, shape: Any) -> Outline:
    if shapely.is_empty(shape):
        raise InvalidOutline(f"The outline of {code} has no area.")
    west, south, east, north = (float(value) for value in shapely.bounds(shape))
    return Outline(
        code=code,
        geometry=shapely.geometry.mapping(shape),
        bbox_deg=(west, south, east, north),
        label_point_deg=_label_point(shape),
        area_km2=_area_km2(shape),
        points=int(shapely.get_num_coordinates(shape)),
    )


def _label_point(shape: Any) -> tuple[float, float]:
    """Centre of the largest circle in the largest part: a label there stays inside."""
    largest = max(shapely.get_parts(shape), key=shapely.area)
    radius = shapely.maximum_inscribed_circle(largest, tolerance=LABEL_TOLERANCE_DEG)
    lon, lat = shapely.get_coordinates(radius)[0]
    return round(float(lon), ROUNDING_DIGITS), round(float(lat), ROUNDING_DIGITS)


def _area_km2(shape: Any) -> float:
    flat = shapely.transform(shape, _equal_area_m)
    return float(shapely.area(flat)) / _M2_PER_KM2


def _equal_area_m(lonlat_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project to a plane on which areas are true (Snyder 10-18 with standard parallel 0°)."""
    squared = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING)
    ecc = math.sqrt(squared)
    sine = np.sin(np.radians(lonlat_deg[:, 1]))
    wave = np.log((1.0 - ecc * sine) / (1.0 + ecc * sine)) / (2.0 * ecc)
    authalic_q = (1.0 - squared) * (sine / (1.0 - squared * sine**2) - wave)
    east_m = WGS84_SEMI_MAJOR_M * np.radians(lonlat_deg[:, 0])
    return np.column_stack((east_m, WGS84_SEMI_MAJOR_M * authalic_q / 2.0))


def _shapes(outlines: Sequence[Outline] | Any) -> list[Any]:
    return [shapely.geometry.shape(outline.geometry) for outline in outlines]
