"""Amounts, places of sites, and the table of personal fields."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN
from anlan.registers.rules.amount import MassUnit, in_tonnes
from anlan.registers.rules.personal_data import PERSONAL_FIELDS
from anlan.registers.rules.site_place import OUTSIDE, region_of_point


def square(west: float, south: float) -> dict[str, Any]:
    east, north = west + 1, south + 1
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


OUTLINES = {"b": square(111, 35), "a": square(110, 35)}


@pytest.mark.parametrize(
    ("amount", "unit", "tonnes"),
    [
        ("1500", MassUnit.KILOGRAM, "1.5"),
        ("0.001", MassUnit.KILOGRAM, "0.000001"),
        ("1500", MassUnit.TONNE, "1500"),
        ("0", MassUnit.KILOGRAM, "0"),
    ],
)
def test_amounts_are_kept_in_tonnes(amount: str, unit: MassUnit, tonnes: str) -> None:
    assert in_tonnes(Decimal(amount), unit) == Decimal(tonnes)


@pytest.mark.parametrize("unit", list(MassUnit))
def test_a_missing_amount_stays_missing(unit: MassUnit) -> None:
    assert in_tonnes(None, unit) is None


@given(st.decimals(0, 10**6, places=3))
def test_kilograms_come_back(amount: Decimal) -> None:
    kept = in_tonnes(amount, MassUnit.KILOGRAM)
    assert kept is not None
    assert kept * 1000 == amount


@pytest.mark.parametrize(
    ("longitude", "latitude", "code"),
    [
        (110.5, 35.5, "a"),
        (111.5, 35.5, "b"),
        (111.0, 35.5, "a"),
        (110.0, 35.0, "a"),
        (109.9999999, 35.5, OUTSIDE),
        (35.5, 110.5, OUTSIDE),
    ],
)
def test_the_region_covers_its_border(longitude: float, latitude: float, code: str) -> None:
    assert region_of_point(longitude, latitude, OUTLINES).value == code


def test_without_outlines_the_region_is_unknown() -> None:
    assert region_of_point(110.5, 35.5, {}).value is UNKNOWN


def test_every_personal_column_says_why_it_is_held() -> None:
    from django.apps import apps

    from anlan.base.records import Record

    held = {
        (model._meta.model_name, column)
        for model in apps.get_app_config("registers").get_models()
        if issubclass(model, Record)
        for column in model.PERSONAL
    }
    assert {(field.table, field.column) for field in PERSONAL_FIELDS} == held
    assert all(field.purpose and field.basis and field.retention for field in PERSONAL_FIELDS)
