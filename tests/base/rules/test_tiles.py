"""Tiles of the geographic matrix: the level, the cover, the place in the drawing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.tiles import TILE_MOST, View, level_of, tiles_of


def view(per_longitude: float = 400.0, west: float = 110.0, north: float = 36.0) -> View:
    return View(
        west=west,
        north=north,
        per_longitude=per_longitude,
        per_latitude=per_longitude * 1.2,
        width=860.0,
        height=600.0,
    )


@pytest.mark.parametrize(
    ("per_longitude", "level"),
    [
        (TILE_MOST / 180 * 0.99, 1),
        (TILE_MOST / 180, 1),
        (TILE_MOST / 180 * 1.01, 2),
        (TILE_MOST / 90, 2),
        (1e-6, 1),
        (1e9, 18),
    ],
)
def test_the_coarsest_level_whose_tiles_are_small_enough(per_longitude: float, level: int) -> None:
    assert level_of(view(per_longitude)) == level


def test_level_one_has_two_tiles_beside_each_other() -> None:
    world = View(
        west=-180, north=90, per_longitude=2.2, per_latitude=2.2, width=792.0, height=396.0
    )
    found = list(tiles_of(world))
    assert [(tile.row, tile.column) for tile in found] == [(0, 0), (0, 1)]
    assert [(tile.x, tile.y, tile.width) for tile in found] == [(0, 0, 396), (396, 0, 396)]


def test_a_known_tile() -> None:
    """At level 9 a tile is 0.703125° wide: 111° E, 35° N lies in column 413, row 78."""
    found = {(tile.level, tile.row, tile.column): tile for tile in tiles_of(view())}
    assert found[(9, 78, 413)].x == pytest.approx((-180 + 413 * 0.703125 - 110) * 400, abs=0.01)


@given(
    per_longitude=st.floats(20, 20_000),
    west=st.floats(73, 134),
    north=st.floats(19, 53),
)
def test_the_tiles_cover_the_view_without_gap(
    per_longitude: float, west: float, north: float
) -> None:
    asked = view(per_longitude, west, north)
    found = list(tiles_of(asked))
    assert len(found) == len({(tile.row, tile.column) for tile in found}) <= 60
    assert min(tile.x for tile in found) <= 0.01
    assert min(tile.y for tile in found) <= 0.01
    assert max(tile.x + tile.width for tile in found) >= asked.width - 0.05
    assert max(tile.y + tile.height for tile in found) >= asked.height - 0.05
    for tile in found:
        beside = [other for other in found if other.column == tile.column + 1]
        assert all(math.isclose(other.x, tile.x + tile.width, abs_tol=0.03) for other in beside)


def test_a_view_without_size_is_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        view(0.0)
