"""Where a CAP message holds: codes, polygons, circles, names; what cannot be placed is named."""

import math
from decimal import Decimal
from typing import Any

import pytest
import shapely  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from anlan.warning.rules.cap.areas import EARTH_RADIUS_KM, Places, places_of
from anlan.warning.rules.cap.values import Area, Circle, Named, Position
from tests.warning.rules.cap.messages import SQUARE, position

KNOWN = {"140800": "运城市", "140802": "盐湖区", "140825": "新绛县", "140825100": "演示镇"}


def area(**more: Any) -> Area:
    values: dict[str, Any] = {"description": "某处"} | more
    return Area(**values)


def codes(*values: str, name: str = "GB/T 2260") -> tuple[Named, ...]:
    return tuple(Named(name=name, value=value) for value in values)


@pytest.mark.parametrize(
    ("code", "division"),
    [
        ("140800", "140800"),
        ("140800000000", "140800"),
        ("140825100000", "140825100"),
        ("140825100", "140825100"),
        (" 140825 ", "140825"),
        ("140826", None),
        ("140825200000", None),
        ("140825100001", None),
        ("14", None),
    ],
)
def test_codes_are_found_in_the_register_or_named(code: str, division: str | None) -> None:
    found = places_of((area(geocodes=codes(code)),), KNOWN)
    assert found.codes == ((division,) if division else ())
    assert bool(found.left) is (division is None)


def test_a_code_under_another_name_is_left_to_a_person() -> None:
    found = places_of((area(geocodes=codes("140800", name="SAME")),), KNOWN)
    assert (found.codes, len(found.left)) == ((), 1)


def test_a_description_that_is_a_name_of_one_place_is_that_place() -> None:
    assert places_of((area(description="新绛县"),), KNOWN).codes == ("140825",)
    twice = KNOWN | {"1": "新绛县"}
    assert places_of((area(description="新绛县"),), twice).codes == ()


def test_codes_and_outlines_are_a_union_and_each_stands_once() -> None:
    both = area(geocodes=codes("140802", "140802"), polygons=(SQUARE, SQUARE))
    found = places_of((both, both), KNOWN)
    assert (found.codes, len(found.outlines), found.left) == (("140802",), 1, ())
    assert found.outlines[0].name == "某处"
    ring = found.outlines[0].geometry["coordinates"][0]
    assert ring[0] == [110.9, 35.0]


def test_what_cannot_be_placed_is_named() -> None:
    open_ring = (*SQUARE[:-1], position("35.05", "110.95"))
    for wrong in (
        area(),
        area(polygons=(open_ring,)),
        area(circles=(Circle(centre=position("35", "111"), radius_km=Decimal(0)),)),
        area(circles=(Circle(centre=position("39", "-120"), radius_km=Decimal(5)),)),
    ):
        found = places_of((wrong,), KNOWN)
        assert (found.codes, found.outlines) == ((), ())
        assert len(found.left) == 1
        assert found.left[0].text()
    assert places_of((), KNOWN) == Places()


def test_more_outlines_than_are_kept_are_named() -> None:
    def square(step: int) -> tuple[Position, ...]:
        east = Decimal(step) / 10
        return tuple(
            Position(latitude=each.latitude, longitude=each.longitude + east) for each in SQUARE
        )

    found = places_of((area(polygons=tuple(square(step) for step in range(21))),), KNOWN)
    assert (len(found.outlines), len(found.left)) == (20, 1)


@given(
    st.floats(0.5, 100),
    st.floats(20, 50),
    st.floats(80, 130),
    st.floats(0, 2 * math.pi),
    st.floats(0, 1),
)
def test_nobody_inside_a_circle_is_left_out(
    radius_km: float, latitude: float, longitude: float, turn: float, share: float
) -> None:
    centre = position(f"{latitude:.5f}", f"{longitude:.5f}")
    circle = Circle(centre=centre, radius_km=Decimal(f"{radius_km:.3f}"))
    found = places_of((area(circles=(circle,)),), KNOWN)
    distance_km = float(circle.radius_km) * share
    north = math.degrees(distance_km / EARTH_RADIUS_KM)
    east = north / math.cos(math.radians(float(centre.latitude)))
    point = shapely.Point(
        float(centre.longitude) + east * math.cos(turn),
        float(centre.latitude) + north * math.sin(turn),
    )
    shape = shapely.geometry.shape(found.outlines[0].geometry)
    assert shape.buffer(1e-9).covers(point)
