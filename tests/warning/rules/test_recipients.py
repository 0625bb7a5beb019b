"""Who is inside: against an exact oracle in fractions, over random polygons and contacts."""

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.warning.rules.recipients import Area, Contacts, Divisions, Found, recipients

Ring = Sequence[tuple[float, float]]
NAN = float("nan")
PARENTS = {
    "140802": "140800",
    "140802404": "140802",
    "140802001": "140802",
    "140802001001": "140802001",
    "140825": "140800",
}


def square(west: float, south: float, side: float = 1.0) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [list(ring) for ring in rings]}


YANHU, XINJIANG = polygon(square(110, 35)), polygon(square(111, 35))
PLACES = Divisions(parents=PARENTS, outlines={"140802": YANHU, "140825": XINJIANG})


def found(
    area: Area, *contacts: tuple[str, float, float] | tuple[str, float, float, bool]
) -> list[Found | None]:
    given_contacts = Contacts(
        regions=[one[0] for one in contacts],
        longitude_deg=np.array([one[1] for one in contacts]),
        latitude_deg=np.array([one[2] for one in contacts]),
        is_above=np.array([len(one) > 3 and bool(one[3]) for one in contacts], dtype=bool),
    )
    return recipients(area, given_contacts, PLACES)


def side_of(a: tuple[float, float], b: tuple[float, float], p: tuple[float, float]) -> Fraction:
    ax, ay, bx, by, px, py = (Fraction(v) for v in (*a, *b, *p))
    return (bx - ax) * (py - ay) - (by - ay) * (px - ax)


def on_edge(a: tuple[float, float], b: tuple[float, float], p: tuple[float, float]) -> bool:
    if side_of(a, b, p) != 0:
        return False
    return min(a[0], b[0]) <= p[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= p[1] <= max(
        a[1], b[1]
    )


def in_ring(ring: Ring, p: tuple[float, float]) -> str:
    """Exact: "on", "in" or "out" (even-odd)."""
    inside = False
    for a, b in itertools.pairwise(ring):
        if on_edge(a, b, p):
            return "on"
        if (a[1] > p[1]) != (b[1] > p[1]):
            upward = b[1] > a[1]
            left = side_of(a, b, p) > 0
            inside ^= upward == left
    return "in" if inside else "out"


def covered(rings: Sequence[Ring], p: tuple[float, float]) -> bool:
    outer, holes = rings[0], rings[1:]
    return in_ring(outer, p) != "out" and all(in_ring(hole, p) != "in" for hole in holes)


@pytest.mark.parametrize(
    ("place", "inside"),
    [
        ((110.5, 35.5), True),
        ((110.0, 35.5), True),
        ((110.0, 35.0), True),
        ((np.nextafter(110.0, 0), 35.5), False),
        ((np.nextafter(110.0, 200), 35.5), True),
        ((110.5, 36.0), True),
        ((110.5, np.nextafter(36.0, 90)), False),
        ((110.4, 35.5), True),  # on the boundary of the hole
        ((110.5, 35.45), False),  # in the hole
        ((113.5, 35.5), True),  # the second part
    ],
)
def test_boundary_holes_and_several_parts(place: tuple[float, float], inside: bool) -> None:
    area = {
        "type": "MultiPolygon",
        "coordinates": [
            [
                square(110, 35),
                [[110.4, 35.4], [110.4, 35.49], [110.6, 35.49], [110.6, 35.4], [110.4, 35.4]],
            ],
            [square(113, 35)],
        ],
    }
    if place == (110.4, 35.5):
        place = (110.4, 35.45)
    (value,) = found(Area(outlines=(area,)), ("140899", *place))
    assert (value is Found.POINT) is inside


GRID = st.integers(0, 24).map(lambda number: 110 + number / 8)
LATITUDE = st.integers(0, 16).map(lambda number: 35 + number / 8)
POINT = st.tuples(GRID, LATITUDE)
FREE = st.tuples(st.floats(110, 113), st.floats(35, 37))


@st.composite
def stars(draw: Any) -> list[tuple[float, float]]:
    """Simple polygons of any shape: vertices around a centre in the order of their angle."""
    count = draw(st.integers(3, 12))
    radii = draw(st.lists(st.floats(0.05, 0.9), min_size=count, max_size=count))
    cx, cy = draw(FREE)
    turns = [2 * np.pi * i / count for i in range(count)]
    ring = [
        (float(cx + r * np.cos(t)), float(cy + r * np.sin(t)))
        for r, t in zip(radii, turns, strict=True)
    ]
    return [*ring, ring[0]]


@settings(max_examples=150, deadline=None)
@given(rings=st.lists(stars(), min_size=1, max_size=3), points=st.lists(FREE | POINT, max_size=30))
def test_points_equal_an_exact_oracle(rings: Any, points: Any) -> None:
    """Vertices themselves and points of the grid among them: the boundary counts."""
    points = [*points, *(vertex for ring in rings for vertex in ring)]
    area = Area(outlines=tuple(polygon(ring) for ring in rings))
    values = found(area, *(("140899", x, y) for x, y in points))
    for point, value in zip(points, values, strict=True):
        assert (value is Found.POINT) == any(covered([ring], point) for ring in rings)


@settings(max_examples=100, deadline=None)
@given(corners=st.tuples(POINT, POINT), hole=st.tuples(POINT, POINT), points=st.lists(POINT))
def test_boxes_with_holes_on_a_grid_equal_the_oracle(corners: Any, hole: Any, points: Any) -> None:
    """Everything lies on a grid, so that points on edges and corners are common."""
    box, inner = _box(*corners), _box(*hole)
    if box is None or inner is None or not _within(inner, box):
        return
    outer_ring, inner_ring = _ring(box), list(reversed(_ring(inner)))
    area = Area(outlines=(polygon(outer_ring, inner_ring),))
    values = found(area, *(("140899", x, y) for x, y in points))
    for point, value in zip(points, values, strict=True):
        assert (value is Found.POINT) == covered([outer_ring, inner_ring], point)


def _box(a: Any, b: Any) -> tuple[float, float, float, float] | None:
    west, east, south, north = *sorted((a[0], b[0])), *sorted((a[1], b[1]))
    return None if west == east or south == north else (west, south, east, north)


def _within(inner: Any, box: Any) -> bool:
    west, south = inner[0] > box[0], inner[1] > box[1]
    return west and south and inner[2] < box[2] and inner[3] < box[3]


def _ring(box: Any) -> list[tuple[float, float]]:
    west, south, east, north = box
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


def test_divisions_follow_the_line_above_never_a_prefix() -> None:
    codes = ("140802", "140802404", "140802001001", "140825", "1408020010019", "")
    nowhere = [(code, NAN, NAN) for code in codes]
    inside = Found.DIVISION
    assert found(Area(regions=("140802",)), *nowhere) == [
        inside, inside, inside, None, None, None
    ]  # fmt: skip
    assert found(Area(regions=("140802404",)), *nowhere) == [None, inside, None, None, None, None]
    assert found(Area(regions=("140800",)), *nowhere) == [*([inside] * 4), None, None]


def test_a_point_in_the_division_counts_although_the_region_says_otherwise() -> None:
    area = Area(regions=("140825",))
    assert found(area, ("140802001", 111.5, 35.5)) == [Found.POINT]
    assert found(area, ("140825", 110.5, 35.5)) == [Found.DIVISION]


@pytest.mark.parametrize(
    ("drawn", "value"),
    [
        (polygon(square(109, 34, 3)), Found.DIVISION),
        (polygon(square(110, 35)), Found.DIVISION),
        (polygon(square(110.5, 35.5, 0.1)), Found.UNLOCATED),
        (polygon(square(109, 35)), Found.UNLOCATED),  # one border in common
        (polygon(square(120, 35)), None),
    ],
)
def test_without_a_point_the_division_decides_as_far_as_it_can(drawn: Any, value: Any) -> None:
    assert found(Area(outlines=(drawn,)), ("140802001001", NAN, NAN)) == [value]


def test_without_any_outline_nobody_is_dropped() -> None:
    area = Area(outlines=(polygon(square(120, 35)),))
    assert found(area, ("150000", NAN, NAN)) == [Found.UNLOCATED]


def test_who_answers_for_a_division_that_is_touched_is_called() -> None:
    above = ("140802", NAN, NAN, True)
    elsewhere = ("140825", NAN, NAN, True)
    drawn = Area(outlines=(polygon(square(110.5, 35.5, 0.1)),))
    assert found(drawn, above, elsewhere, ("140800", NAN, NAN, True)) == [
        Found.ABOVE, None, Found.ABOVE
    ]  # fmt: skip
    village = Area(regions=("140802001001",))
    assert found(village, above, elsewhere) == [Found.ABOVE, None]


def test_a_ring_that_crosses_itself_is_repaired() -> None:
    bow = polygon([[110, 35], [111, 36], [111, 35], [110, 36], [110, 35]])
    area = Area(outlines=(bow,))
    assert found(area, ("1", 110.1, 35.5), ("1", 110.5, 35.9)) == [Found.POINT, None]


def test_no_area_reaches_nobody() -> None:
    assert found(Area(), ("140802", 110.5, 35.5)) == [None]


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one entry"):
        Contacts(
            regions=["1"],
            longitude_deg=np.array([]),
            latitude_deg=np.array([]),
            is_above=np.array([True]),
        )


@pytest.mark.long
def test_a_hundred_thousand_equal_the_oracle() -> None:
    generator = np.random.default_rng(20230721)
    count = 100_000
    lons = np.round(generator.uniform(110, 112, count), 3)
    lats = np.round(generator.uniform(35, 37, count), 3)
    angles = np.sort(generator.uniform(0, 2 * np.pi, 40))
    radii = generator.uniform(0.2, 0.9, 40)
    ring = [
        (round(111 + r * float(np.cos(a)), 3), round(36 + r * float(np.sin(a)), 3))
        for r, a in zip(radii.tolist(), angles.tolist(), strict=True)
    ]
    ring.append(ring[0])
    contacts = Contacts(
        regions=["140899"] * count,
        longitude_deg=lons,
        latitude_deg=lats,
        is_above=np.zeros(count, dtype=bool),
    )
    values = recipients(Area(outlines=(polygon(ring),)), contacts, PLACES)
    points = zip(lons.tolist(), lats.tolist(), strict=True)
    expected = [covered([ring], point) for point in points]
    assert [value is Found.POINT for value in values] == expected
    assert 0 < sum(expected) < count
