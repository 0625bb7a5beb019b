"""Outlines: conversion, repair, common borders, area and labels."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.coordinates import Datum, wgs84_to_gcj02
from anlan.registers.rules.outline import (
    InvalidOutline,
    Outline,
    convert_outlines,
    count_border_mismatches,
    measure_area_km2,
    merge_outlines,
    simplify_outlines,
)

ADMIN = Path(__file__).resolve().parents[4] / "shared" / "data" / "admin"
CITY = "140800"
# Snyder, Professional Paper 1395: the WGS 84 ellipsoid has about 510,065,622 km².
ELLIPSOID_KM2 = 510_065_621.7
AREA_SHARE = 0.005


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def convert_one(geometry: Any, datum: Datum = Datum.WGS84) -> Outline:
    return convert_outlines({"x": geometry}, datum)["x"]


def amap() -> dict[str, Any]:
    path = ADMIN / "yuncheng_cnmaps_amap.geojson"
    if not path.exists():
        pytest.skip(f"not run: {path.name} is not on this machine")
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {str(item["properties"]["adcode"]): item for item in features}


def test_the_whole_ellipsoid() -> None:
    assert measure_area_km2(box(-180, -90, 180, 90)) == pytest.approx(ELLIPSOID_KM2, rel=1e-9)


def test_a_small_cell_against_the_radii_of_curvature() -> None:
    # M · N · cos φ · dφ · dλ at φ = 35° with M = 6 356 450 m, N = 6 385 171 m (to five digits).
    lat, size = np.radians(35.0), np.radians(0.1)
    expected_km2 = 6_356.45 * 6_385.17 * np.cos(lat) * size * size
    assert measure_area_km2(box(111, 34.95, 111.1, 35.05)) == pytest.approx(expected_km2, rel=1e-3)


def test_the_shift_is_undone() -> None:
    true = np.array(box(111, 35, 111.2, 35.2)["coordinates"][0])
    shifted = {"type": "Polygon", "coordinates": [wgs84_to_gcj02(true).tolist()]}
    outline = convert_one(shifted, Datum.GCJ02)
    assert outline.bbox_deg == pytest.approx((111, 35, 111.2, 35.2), abs=1e-6)
    assert outline.area_km2 == pytest.approx(measure_area_km2(box(111, 35, 111.2, 35.2)), rel=1e-4)


def test_a_crossing_ring_is_repaired() -> None:
    bow_tie = [[111, 35], [111.2, 35.2], [111.2, 35], [111, 35.2], [111, 35]]
    outline = convert_one({"type": "Polygon", "coordinates": [bow_tie]})
    assert shapely.is_valid(shapely.geometry.shape(outline.geometry))
    assert outline.geometry["type"] == "MultiPolygon"
    half = measure_area_km2(box(111, 35, 111.2, 35.2)) / 2
    assert outline.area_km2 == pytest.approx(half, rel=AREA_SHARE)


def test_a_hole_and_a_second_part_are_kept() -> None:
    outer, hole = box(111, 35, 111.4, 35.4), box(111.1, 35.1, 111.2, 35.2)
    far = box(112, 35, 112.1, 35.1)
    parts = [[outer["coordinates"][0], hole["coordinates"][0]], far["coordinates"]]
    outline = convert_one({"type": "MultiPolygon", "coordinates": parts})
    expected = measure_area_km2(outer) - measure_area_km2(hole) + measure_area_km2(far)
    assert outline.area_km2 == pytest.approx(expected, rel=1e-9)
    assert outline.label_point_deg[0] < 111.4


def test_a_feature_is_read_like_its_geometry() -> None:
    plain = convert_one(box(111, 35, 112, 36))
    feature = {"type": "Feature", "properties": {}, "geometry": box(111, 35, 112, 36)}
    assert convert_one(feature) == plain


@pytest.mark.parametrize(
    "geometry",
    [
        {"type": "Point", "coordinates": [111, 35]},
        {"type": "Feature", "geometry": None},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": [[[111, 35], [112, 35]]]},
        {"type": "Polygon", "coordinates": [[[111, 35], [112, 35], [111, 35]]]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": "111 35"},
        box(12_355_000, 4_163_000, 12_356_000, 4_164_000),
        {},
    ],
)
def test_what_is_no_outline_is_refused_by_code(geometry: dict[str, Any]) -> None:
    with pytest.raises(InvalidOutline, match="x"):
        convert_one(geometry)


def test_an_outline_checks_itself() -> None:
    values: dict[str, Any] = {
        "geometry": box(111, 35, 112, 36),
        "bbox_deg": (111.0, 35.0, 112.0, 36.0),
        "label_point_deg": (111.5, 35.5),
        "points": 5,
    }
    with pytest.raises(InvalidOutline):
        Outline(code="", area_km2=1.0, **values)
    with pytest.raises(InvalidOutline):
        Outline(code="x", area_km2=0.0, **values)


def test_tolerance_zero_changes_nothing_and_less_is_refused() -> None:
    outlines = convert_outlines({"x": box(111, 35, 112, 36)}, Datum.WGS84)
    assert simplify_outlines(outlines, tolerance_deg=0.0) == outlines
    assert simplify_outlines({}, tolerance_deg=0.1) == {}
    with pytest.raises(InvalidOutline):
        simplify_outlines(outlines, tolerance_deg=-0.1)
    with pytest.raises(InvalidOutline):
        merge_outlines("140800", {})


@given(st.lists(st.floats(-0.05, 0.05), min_size=3, max_size=20), st.floats(0.0, 0.05))
def test_a_shared_border_stays_shared(wiggles: list[float], tolerance_deg: float) -> None:
    border = [
        [111.5 + round(east, 6), 35 + (row + 1) / (len(wiggles) + 1)]
        for row, east in enumerate(wiggles)
    ]
    line = [[111.5, 35.0], *border, [111.5, 36.0]]
    west = [[111.0, 35.0], *line, [111.0, 36.0], [111.0, 35.0]]
    east = [[112.0, 36.0], *reversed(line), [112.0, 35.0], [112.0, 36.0]]
    outlines = convert_outlines(
        {
            "west": {"type": "Polygon", "coordinates": [west]},
            "east": {"type": "Polygon", "coordinates": [east]},
        },
        Datum.WGS84,
    )
    simple = simplify_outlines(outlines, tolerance_deg=tolerance_deg)
    assert count_border_mismatches(simple) == 0
    total = merge_outlines("both", simple).area_km2
    assert total == pytest.approx(sum(item.area_km2 for item in simple.values()), rel=1e-9)


def test_neighbours_that_do_not_match_are_counted() -> None:
    outlines = convert_outlines(
        {"a": box(111, 35, 112, 36), "b": box(111.9, 35, 113, 36)}, Datum.WGS84
    )
    assert count_border_mismatches(outlines) == 2


def test_yuncheng_outlines() -> None:
    outlines = convert_outlines(amap(), Datum.GCJ02)
    city = outlines.pop(CITY)
    assert len(outlines) == 13
    assert count_border_mismatches(outlines) == 0
    total = sum(item.area_km2 for item in outlines.values())
    assert total == pytest.approx(city.area_km2, rel=1e-6)
    # 14,182.88 km² by the city's geological-hazard plan; these outlines are drawn, not surveyed.
    assert total == pytest.approx(14_182.88, rel=AREA_SHARE)
    # 1,205 km² in newer sources.
    assert outlines["140802"].area_km2 == pytest.approx(1_205, rel=AREA_SHARE)
    for item in outlines.values():
        shape = shapely.geometry.shape(item.geometry)
        assert shapely.is_valid(shape)
        assert shape.contains(shapely.Point(item.label_point_deg))


def test_yuncheng_outlines_simplified_for_screens() -> None:
    outlines = convert_outlines(amap(), Datum.GCJ02)
    outlines.pop(CITY)
    simple = simplify_outlines(outlines, tolerance_deg=0.001)
    assert count_border_mismatches(simple) == 0
    assert list(simple) == list(outlines)
    for code, item in simple.items():
        assert item.points < outlines[code].points
        assert item.area_km2 == pytest.approx(outlines[code].area_km2, rel=0.0005)
