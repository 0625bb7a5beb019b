"""Sums of control figures: equal, over, under, a unit missing, rates, refused numbers."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.rules.loop.control_figures import (
    FigureRefused,
    Nature,
    Sum,
    check_figure,
    check_sum,
)

STEP = Decimal("0.000001")


def units(*values: str | None) -> dict[str, Decimal | None]:
    return {f"u{n}": None if v is None else Decimal(v) for n, v in enumerate(values)}


@pytest.mark.parametrize(
    ("city", "given_units", "expected"),
    [
        ("10", ("4", "6"), Sum.EQUAL),
        ("10", ("4", "6.000001"), Sum.OVER),
        ("10", ("4", "5.999999"), Sum.UNDER),
        ("0.3", ("0.1", "0.2"), Sum.EQUAL),
        ("0", ("0", "0"), Sum.EQUAL),
    ],
)
def test_sums(city: str, given_units: tuple[str, ...], expected: Sum) -> None:
    assert check_sum(Decimal(city), units(*given_units), Nature.DECIMAL).known() is expected


def test_a_missing_unit_is_not_determinable_and_named() -> None:
    verdict = check_sum(Decimal(10), units("10", None), Nature.WHOLE)
    assert verdict.value is UNKNOWN
    note = verdict.reasons[0].note
    assert note is not None
    assert "u1" in note.text()
    assert check_sum(None, units("1"), Nature.WHOLE).value is UNKNOWN
    assert check_sum(Decimal(0), {}, Nature.WHOLE).value is UNKNOWN


@pytest.mark.parametrize(
    ("highest", "expected"),
    [("0.03", Sum.EQUAL), ("0.030001", Sum.OVER), ("0.029999", Sum.UNDER)],
)
def test_a_rate_is_not_added_up(highest: str, expected: Sum) -> None:
    verdict = check_sum(Decimal("0.03"), units("0.02", highest), Nature.RATE)
    assert verdict.known() is expected


@pytest.mark.parametrize(
    ("value", "nature"),
    [
        ("-0.000001", Nature.DECIMAL),
        ("1.5", Nature.WHOLE),
        ("0.0000001", Nature.RATE),
        ("NaN", Nature.DECIMAL),
        ("Infinity", Nature.DECIMAL),
    ],
)
def test_refused_numbers(value: str, nature: Nature) -> None:
    with pytest.raises(FigureRefused):
        check_figure(Decimal(value), nature)


def test_accepted_numbers() -> None:
    assert check_figure(Decimal("3.0"), Nature.WHOLE) == 3
    assert check_figure(STEP, Nature.DECIMAL) == STEP
    assert all(member.label for family in (Nature, Sum) for member in family)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=14), st.integers(-2, 2))
def test_the_sum_is_exact_and_order_does_not_matter(values: list[int], off: int) -> None:
    city = Decimal(sum(values) + off)
    found = check_sum(city, units(*map(str, values)), Nature.WHOLE).known()
    assert found is {-1: Sum.OVER, 0: Sum.EQUAL, 1: Sum.UNDER}[(off > 0) - (off < 0)]
    backwards = units(*map(str, reversed(values)))
    assert check_sum(city, backwards, Nature.WHOLE).known() is found
