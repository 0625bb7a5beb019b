"""Lines of rivers from the packed table: cut at the edge, told apart by named points."""

import struct

import pytest

from anlan.registers.rules.river_lines import (
    NEAR_DEG,
    Box,
    InvalidRivers,
    NamedPoint,
    river_lines,
)

BOX = Box(west=110.0, south=34.0, east=112.0, north=36.0)
HUANG = NamedPoint(name="黄河", longitude_deg=111.0, latitude_deg=34.8)
FEN = NamedPoint(name="汾河", longitude_deg=111.0, latitude_deg=35.6)


def packed(*lines: list[tuple[float, float]]) -> tuple[str, bytes]:
    rows, content = [], b""
    for number, line in enumerate(lines):
        data = b"".join(struct.pack("<2f", *point) for point in line)
        souths = [y for _x, y in line]
        rows.append(
            f"-1 -1 {len(line)} {min(souths)} {max(souths)} {len(content)} {len(data)} {number}"
        )
        content += data
    return "\n".join(rows), content


def test_a_line_is_the_river_of_the_nearest_point() -> None:
    table, content = packed(
        [(110.5, 34.8), (111.5, 34.8)],
        [(110.5, 35.6), (111.5, 35.6)],
        [(110.5, 34.85), (111.2, 34.85)],
    )
    found = river_lines(table, content, box=BOX, points=[HUANG, FEN])
    assert list(found) == ["黄河", "汾河"]
    assert found["汾河"] == (((110.5, 35.6), (111.5, 35.6)),)
    assert len(found["黄河"]) == 2


@pytest.mark.parametrize(
    ("apart_deg", "is_drawn"), [(NEAR_DEG - 0.01, True), (NEAR_DEG + 0.01, False)]
)
def test_a_line_that_no_point_is_near_to_is_not_drawn(apart_deg: float, is_drawn: bool) -> None:
    latitude = HUANG.latitude_deg + apart_deg
    table, content = packed([(110.5, latitude), (111.5, latitude)])
    assert bool(river_lines(table, content, box=BOX, points=[HUANG])) is is_drawn


def test_a_line_is_cut_one_point_beyond_the_edge() -> None:
    line = [
        (109.0, 34.8),
        (109.9, 34.8),
        (110.5, 34.8),
        (111.9, 34.8),
        (112.1, 34.8),
        (113.0, 34.8),
    ]
    found = river_lines(*packed(line), box=BOX, points=[HUANG])
    assert found["黄河"] == (((109.9, 34.8), (110.5, 34.8), (111.9, 34.8), (112.1, 34.8)),)


def test_a_line_that_leaves_and_comes_back_is_two() -> None:
    line = [(111.2, 34.8), (109.9, 34.8), (109.0, 34.8), (109.9, 34.9), (111.2, 34.9)]
    assert len(river_lines(*packed(line), box=BOX, points=[HUANG])["黄河"]) == 2


def test_what_lies_outside_and_single_points_are_left_out() -> None:
    table, content = packed([(110.5, 37.0), (111.5, 37.0)], [(111.0, 34.8)])
    assert river_lines(table, content, box=BOX, points=[HUANG]) == {}
    assert river_lines("", b"", box=BOX, points=[HUANG]) == {}
    assert river_lines(*packed([(110.5, 34.8), (111.5, 34.8)]), box=BOX, points=[]) == {}


@pytest.mark.parametrize(
    "row", ["-1 -1 2 34 35 0 17 0", "-1 -1 2 34 35 0 8000 0", "-1 -1 2", "-1 -1 2 34 35 -8 8 0"]
)
def test_a_table_that_does_not_fit_its_bytes_is_refused(row: str) -> None:
    _table, content = packed([(110.5, 34.8), (111.5, 34.8)])
    with pytest.raises(InvalidRivers):
        river_lines(row, content, box=BOX, points=[HUANG])
