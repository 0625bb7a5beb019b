"""How figures are written."""

from decimal import Decimal

import pytest
from django.utils import translation

from anlan.registers.screens.figures import figure_text
from anlan.registers.screens.people import masked


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("62420000000", "yuan", "624.2 hundred million yuan"),
        ("100000000", "yuan", "1 hundred million yuan"),
        ("99999999", "yuan", "9,999.9999 ten thousand yuan"),
        ("9999", "yuan", "9,999 yuan"),
        ("0.1681", "share", "16.81%"),
        ("4774508", "persons", "4,774,508 persons"),
        (None, "yuan", "unknown"),
    ],
)
def test_figures(value: str | None, unit: str, text: str) -> None:
    with translation.override("en"):
        assert figure_text(None if value is None else Decimal(value), unit) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [("19900000001", "*******0001"), ("1234", "****"), ("", ""), ("12345", "*2345")],
)
def test_only_the_last_four_digits_are_left(number: str, text: str) -> None:
    assert masked(number) == text
