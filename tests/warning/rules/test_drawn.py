"""Drawn outlines: what is kept, every boundary of the limits, and refusals in words."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.drawn import MOST_POSITIONS, OutlineRefused, kept_outline

SQUARE = [[111.0, 35.0], [111.1, 35.0], [111.1, 35.1], [111.0, 35.1], [111.0, 35.0]]
HOLE = [[111.02, 35.02], [111.04, 35.02], [111.04, 35.04], [111.02, 35.02]]
FAR = [[each[0] + 1, each[1]] for each in SQUARE]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def wheel(positions: int) -> list[list[float]]:
    """A closed ring of so many positions."""
    turns = [2 * math.pi * step / (positions - 1) for step in range(positions - 1)]
    ring = [[111 + 0.1 * math.cos(turn), 35 + 0.1 * math.sin(turn)] for turn in turns]
    return [*ring, ring[0]]


def test_a_polygon_with_a_hole_and_several_polygons_are_kept_as_they_came() -> None:
    assert kept_outline(polygon(SQUARE, HOLE)) == polygon(SQUARE, HOLE)
    several = {"type": "MultiPolygon", "coordinates": [[SQUARE], [FAR]]}
    assert kept_outline(several) == several


def test_only_type_and_degrees_are_kept() -> None:
    raised = [[*position, 420.0] for position in SQUARE]
    more = polygon(raised) | {"crs": {"type": "name"}, "bbox": [1, 2, 3, 4]}
    assert kept_outline(more) == polygon(SQUARE)


def test_a_ring_that_crosses_itself_is_kept() -> None:
    bow = [[111.0, 35.0], [111.1, 35.1], [111.1, 35.0], [111.0, 35.1], [111.0, 35.0]]
    assert kept_outline(polygon(bow)) == polygon(bow)


@pytest.mark.parametrize(("positions", "is_kept"), [(3, False), (4, True), (5, True)])
def test_the_fewest_positions(positions: int, is_kept: bool) -> None:
    ring = [[111.0, 35.0], [111.1, 35.0], [111.1, 35.1], [111.0, 35.1]][: positions - 1]
    if is_kept:
        assert kept_outline(polygon([*ring, ring[0]]))
        return
    with pytest.raises(OutlineRefused, match="four positions"):
        kept_outline(polygon([*ring, ring[0]]))


@pytest.mark.parametrize(("more", "is_kept"), [(-1, True), (0, True), (1, False)])
def test_the_most_positions(more: int, is_kept: bool) -> None:
    ring = wheel(MOST_POSITIONS + more)
    if is_kept:
        assert len(kept_outline(polygon(ring))["coordinates"][0]) == MOST_POSITIONS + more
        return
    with pytest.raises(OutlineRefused, match="at most 2000"):
        kept_outline(polygon(ring))


@pytest.mark.parametrize(
    ("longitude", "is_kept"), [(72.003, False), (72.004, True), (72.005, True)]
)
def test_the_edge_of_the_rectangle(longitude: float, is_kept: bool) -> None:
    ring = [[longitude, 35.0], [111.1, 35.0], [111.1, 35.1], [longitude, 35.0]]
    if is_kept:
        assert kept_outline(polygon(ring))
        return
    with pytest.raises(OutlineRefused, match="longitude comes first"):
        kept_outline(polygon(ring))


@pytest.mark.parametrize(
    ("geometry", "words"),
    [
        (None, "GeoJSON"),
        ({}, "GeoJSON"),
        ({"type": "Point", "coordinates": [111, 35]}, "GeoJSON"),
        ({"type": "Polygon"}, "no ring"),
        (polygon(), "no ring"),
        ({"type": "MultiPolygon", "coordinates": []}, "no ring"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "no ring"),
        (polygon([]), "no ring"),
        (polygon("abcd"), "no ring"),
        (polygon(SQUARE[:-1]), "does not close"),
        (polygon([[35.0, 111.0], *SQUARE[1:-1], [35.0, 111.0]]), "longitude comes first"),
        (polygon([["111", "35"]] * 4), "pair of numbers"),
        (polygon([[True, True]] * 4), "pair of numbers"),
        (polygon([[111.0]] * 4), "pair of numbers"),
        (polygon([[math.nan, 35.0]] * 4), "pair of numbers"),
        (polygon([[math.inf, 35.0]] * 4), "pair of numbers"),
        (polygon([[10**400, 35]] * 4), "pair of numbers"),
        (polygon([[111.0, 35.0], [111.1, 35.1], [111.2, 35.2], [111.0, 35.0]]), "no area"),
        (polygon(SQUARE, [[111.05, 35.05]] * 4), "no area"),
    ],
)
def test_what_is_no_outline_is_refused_in_words(geometry: Any, words: str) -> None:
    with pytest.raises(OutlineRefused) as refused:
        kept_outline(geometry)
    assert words in str(refused.value)


@pytest.mark.parametrize(("across", "is_kept"), [(0.9e-6, False), (1.1e-6, True)])
def test_the_least_area(across: float, is_kept: bool) -> None:
    ring = [[111.0, 35.0], [111.001, 35.0], [111.001, 35.0 + across], [111.0, 35.0 + across]]
    if is_kept:
        assert kept_outline(polygon([*ring, ring[0]]))
        return
    with pytest.raises(OutlineRefused, match="no area"):
        kept_outline(polygon([*ring, ring[0]]))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
        lambda inner: st.lists(inner, max_size=5),
        max_leaves=30,
    ),
    st.sampled_from(["Polygon", "MultiPolygon"]),
)
def test_anything_is_kept_or_refused(coordinates: Any, kind: str) -> None:
    try:
        kept = kept_outline({"type": kind, "coordinates": coordinates})
    except OutlineRefused:
        return
    assert kept_outline(kept) == kept
