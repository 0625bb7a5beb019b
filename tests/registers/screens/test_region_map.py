"""The drawing of the map: pure geometry."""

import pytest

from anlan.registers.screens import region_map

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[111.0, 35.0], [112.0, 35.0], [112.0, 36.0], [111.0, 36.0], [111.0, 35.0]]],
}


def test_north_is_up_and_east_is_right() -> None:
    projection, _height = region_map.projection_for(region_map.bounds_of([SQUARE]))
    west, south = projection.point(111.0, 35.0)
    east, north = projection.point(112.0, 36.0)
    assert east > west
    assert north < south


def test_lengths_are_true_in_both_directions() -> None:
    projection, _height = region_map.projection_for(region_map.bounds_of([SQUARE]))
    west, south = projection.point(111.0, 35.5)
    east, _y = projection.point(112.0, 35.5)
    _x, north = projection.point(111.0, 36.5)
    assert (east - west) / (south - north) == pytest.approx(0.8141, abs=0.002)  # cos 35.5°


def test_everything_lies_inside_the_drawing() -> None:
    projection, height = region_map.projection_for(region_map.bounds_of([SQUARE]))
    for longitude, latitude in SQUARE["coordinates"][0]:
        x, y = projection.point(longitude, latitude)
        assert 0 < x < region_map.WIDTH
        assert 0 < y < height


def test_polygon_and_multipolygon_draw_the_same() -> None:
    projection, _height = region_map.projection_for(region_map.bounds_of([SQUARE]))
    multi = {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]]}
    assert projection.path(multi) == projection.path(SQUARE)
    assert projection.path(SQUARE).count("M") == 1


def test_the_scale_bar_is_a_round_length_that_fits() -> None:
    projection, _height = region_map.projection_for(region_map.bounds_of([SQUARE]))
    km, length = region_map.scale_bar(projection.factor)
    assert km in region_map.SCALE_STEPS_KM
    assert length <= region_map.WIDTH / 5
    assert length == pytest.approx(km / region_map.KM_PER_DEG * projection.factor, abs=0.1)
