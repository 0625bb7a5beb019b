"""Tiles of a geographic tile matrix under a drawing: which ones, and where they lie.

Source: OGC 07-057r7, Web Map Tile Service 1.0.0, clause 6.1 (tile matrix); the matrix `c` of the
national platform 天地图: CGCS2000 degrees, origin 180° W 90° N, 256 pixels a tile, 2 × 1 tiles at
level 1, twice as many each way at every further level. House rule: the coarsest level whose tiles
are drawn at no more than `TILE_MOST` units, so that a view takes a few dozen requests.

Units and valid range: degrees, drawing units. A drawing that shows places by longitude and
latitude, each times a constant, is met exactly: every tile is a rectangle in it.

Edge cases: beyond the poles and the date line there is no tile.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

TILE_MOST: Final = 400.0
LEVEL_LEAST, LEVEL_MOST = 1, 18
WORLD_WEST, WORLD_NORTH, WORLD_DEG = -180.0, 90.0, 360.0


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A drawing: its north-west corner in degrees, units a degree each way, and its size."""

    west: float
    north: float
    per_longitude: float
    per_latitude: float
    width: float
    height: float

    def __post_init__(self) -> None:
        if min(self.per_longitude, self.per_latitude, self.width, self.height) <= 0:
            raise ValueError("A view has a size and a scale above zero.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A tile and the rectangle that it fills in the drawing."""

    level: int
    row: int
    column: int
    x: float
    y: float
    width: float
    height: float


def level_of(view: View) -> int:
    """The coarsest level whose tiles are no wider than `TILE_MOST` units."""
    wanted = math.ceil(math.log2(WORLD_DEG * view.per_longitude / TILE_MOST))
    return min(max(wanted, LEVEL_LEAST), LEVEL_MOST)


def tiles_of(view: View) -> Iterator[Tile]:
    """The tiles that cover a view, row by row."""
    level = level_of(view)
    span = WORLD_DEG / 2**level
    east = view.west + view.width / view.per_longitude
    south = view.north - view.height / view.per_latitude
    columns = _range((view.west - WORLD_WEST) / span, (east - WORLD_WEST) / span, 2**level)
    rows = _range((WORLD_NORTH - view.north) / span, (WORLD_NORTH - south) / span, 2**level // 2)
    for row in rows:
        for column in columns:
            yield Tile(
                level=level,
                row=row,
                column=column,
                x=round((WORLD_WEST + column * span - view.west) * view.per_longitude, 2),
                y=round((view.north - WORLD_NORTH + row * span) * view.per_latitude, 2),
                width=round(span * view.per_longitude, 2),
                height=round(span * view.per_latitude, 2),
            )


def _range(first: float, end: float, number: int) -> range:
    return range(max(math.floor(first), 0), min(math.ceil(end), number))
