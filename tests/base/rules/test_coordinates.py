"""Coordinates: against converted outlines of others, known points, and round trips."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.coordinates import (
    SHIFTED_RECTANGLE_DEG,
    Datum,
    InvalidCoordinates,
    bd09_to_gcj02,
    bd09_to_wgs84,
    from_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    is_out_of_china,
    to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

ADMIN = Path(__file__).resolve().parents[4] / "shared" / "data" / "admin"
INVERSE_LIMIT_DEG = 1e-7
WEST, SOUTH, EAST, NORTH = SHIFTED_RECTANGLE_DEG

# Worked values printed in the documentation of the open package `coordtransform` for Beijing.
BEIJING = [[116.404, 39.915]]
BEIJING_GCJ02 = [[116.41024449916938, 39.91640428150164]]
BEIJING_GCJ02_TO_BD09 = [[116.41036949371029, 39.92133699351021]]

inside = st.tuples(st.floats(WEST + 0.05, EAST - 0.05), st.floats(SOUTH + 0.05, NORTH - 0.05)).map(
    lambda point: [list(point)]
)
anywhere = st.tuples(st.floats(-179.9, 179.9), st.floats(-89.9, 89.9)).map(
    lambda point: [list(point)]
)


def points_of(path: Path) -> np.ndarray:
    if not path.exists():
        pytest.skip(f"not run: {path.name} is not on this machine")
    found: list[list[float]] = []

    def walk(item: list) -> None:
        if isinstance(item[0], (int, float)):
            found.append(item)
        else:
            for part in item:
                walk(part)

    for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
        walk(feature["geometry"]["coordinates"])
    return np.array(found)


def test_outlines_of_others_come_out_the_same() -> None:
    shifted = points_of(ADMIN / "yuncheng_counties_datav_gcj02.geojson")
    expected = points_of(ADMIN / "yuncheng_counties_wgs84_derived.geojson")
    # The file is rounded to six decimals: half a unit of the last one.
    assert np.abs(gcj02_to_wgs84(shifted) - expected).max() <= 0.5e-6 + 1e-9


def test_known_points() -> None:
    assert wgs84_to_gcj02(BEIJING) == pytest.approx(np.array(BEIJING_GCJ02), abs=1e-9)
    assert gcj02_to_bd09(BEIJING) == pytest.approx(np.array(BEIJING_GCJ02_TO_BD09), abs=1e-9)


def test_the_shift_in_yuncheng_is_about_five_hundred_metres() -> None:
    east_deg, north_deg = (wgs84_to_gcj02([[111.0, 35.0]]) - [[111.0, 35.0]])[0]
    metres = np.hypot(east_deg * 111_320 * np.cos(np.radians(35.0)), north_deg * 110_950)
    assert 400 < metres < 650


@given(inside)
def test_round_trip_gcj02(point: list) -> None:
    assert np.abs(gcj02_to_wgs84(wgs84_to_gcj02(point)) - point).max() < INVERSE_LIMIT_DEG


@given(anywhere)
def test_round_trip_bd09(point: list) -> None:
    assert np.abs(bd09_to_gcj02(gcj02_to_bd09(point)) - point).max() < INVERSE_LIMIT_DEG


@given(inside)
def test_round_trip_both_shifts(point: list) -> None:
    assert np.abs(bd09_to_wgs84(wgs84_to_bd09(point)) - point).max() < INVERSE_LIMIT_DEG


@given(inside, st.sampled_from(Datum))
def test_named_datums_come_back(point: list, datum: Datum) -> None:
    assert np.abs(to_wgs84(from_wgs84(point, datum), datum) - point).max() < INVERSE_LIMIT_DEG


@given(anywhere)
def test_outside_the_rectangle_nothing_moves(point: list) -> None:
    if is_out_of_china(point)[0]:
        assert (wgs84_to_gcj02(point) == np.array(point)).all()
        assert (gcj02_to_wgs84(point) == np.array(point)).all()


@pytest.mark.parametrize(
    ("lon", "lat", "outside"),
    [
        (WEST, 30.0, False),
        (WEST - 1e-9, 30.0, True),
        (WEST + 1e-9, 30.0, False),
        (EAST, 30.0, False),
        (EAST + 1e-9, 30.0, True),
        (100.0, SOUTH, False),
        (100.0, SOUTH - 1e-9, True),
        (100.0, NORTH, False),
        (100.0, NORTH + 1e-9, True),
        (0.0, 0.0, True),
    ],
)
def test_edges_of_the_rectangle(lon: float, lat: float, outside: bool) -> None:
    assert is_out_of_china([[lon, lat]]).tolist() == [outside]


def test_points_are_independent_of_each_other() -> None:
    many = np.array([[111.0, 35.0], [0.0, 0.0], [116.4, 39.9]])
    together = gcj02_to_wgs84(many)
    apart = np.vstack([gcj02_to_wgs84(row[None, :]) for row in many])
    assert together == pytest.approx(apart, abs=1e-9)


def test_input_is_left_alone_and_empty_is_empty() -> None:
    given_points = np.array([[111.0, 35.0]])
    to_wgs84(given_points, Datum.GCJ02)
    to_wgs84(given_points, Datum.WGS84)[0, 0] = 0.0
    assert given_points.tolist() == [[111.0, 35.0]]
    for datum in Datum:
        assert to_wgs84([], datum).shape == (0, 2)


@pytest.mark.parametrize(
    "points",
    [
        [111.0, 35.0],
        [[111.0, 35.0, 400.0]],
        [[float("nan"), 35.0]],
        [[111.0, float("inf")]],
        [[180.1, 35.0]],
        [[111.0, -90.1]],
        [[12_355_000.0, 4_163_000.0]],
    ],
)
def test_what_is_no_degree_is_refused(points: list) -> None:
    with pytest.raises(InvalidCoordinates):
        to_wgs84(points, Datum.GCJ02)


def test_the_refusal_names_the_point() -> None:
    with pytest.raises(InvalidCoordinates, match=r"Point 1 .*longitude comes first"):
        to_wgs84([[111.0, 35.0], [35.0, 111.0]], Datum.GCJ02)
