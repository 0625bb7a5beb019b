"""Intervals: exact small counts, the plain estimate inside, wider with less, monotone."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.rules.indicators.projection import (
    Model,
    Range,
    dispersion_of,
    exact_interval,
    predict_amount,
    predict_count,
)

NONE = Fraction(0)
counts = st.lists(st.integers(0, 200), max_size=6)


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood 1936, table of exact 95 % limits
    [
        (0, 0.0, 3.689),
        (1, 0.0253, 5.572),
        (2, 0.2422, 7.225),
        (5, 1.623, 11.668),
        (10, 4.795, 18.39),
    ],
)
def test_exact_small_counts(count: int, low: float, high: float) -> None:
    found = exact_interval(count)
    assert found == (pytest.approx(low, abs=5e-4), pytest.approx(high, abs=5e-3))


def test_an_exact_interval_of_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        exact_interval(-1)


def test_zero_deaths_in_two_years_do_not_promise_zero() -> None:
    more = predict_count([0, 0], 0, NONE, Fraction(3)).known()
    assert more.estimate == 0
    assert more.high >= 2


def test_without_any_year_there_is_no_interval() -> None:
    verdict = predict_count([], 0, NONE, Fraction(2))
    assert verdict.value is UNKNOWN
    assert verdict.reasons[0].note is not None


def test_half_a_running_year_is_exposure() -> None:
    more = predict_count([], 3, Fraction(1, 2), Fraction(1, 2)).known()
    assert more.estimate == 3
    assert more.low <= 3 <= more.high


@pytest.mark.parametrize("seen", [0, 1, 40])
def test_a_moment_before_the_end_little_can_happen(seen: int) -> None:
    more = predict_count([seen], 0, NONE, Fraction(1, 10**17)).known()
    assert (more.low, more.high) == (0, 1 if seen else 0)


def test_nothing_remains() -> None:
    more = predict_count([3, 4], 0, NONE, NONE).known()
    assert (more.low, more.estimate, more.high) == (0, 0, 0)


@pytest.mark.parametrize(
    "bad", [([-1], 0, NONE, NONE), ([1], -1, NONE, NONE), ([1], 0, NONE, Fraction(-1))]
)
def test_negative_counts_are_refused(bad: tuple[list[int], int, Fraction, Fraction]) -> None:
    with pytest.raises(ValueError, match="not negative"):
        predict_count(*bad)


@given(counts, st.integers(0, 50), st.fractions(0, 1), st.fractions(0, 5))
def test_the_interval_holds_the_plain_estimate(
    years: list[int], so_far: int, elapsed: Fraction, remaining: Fraction
) -> None:
    so_far = so_far if elapsed else 0
    verdict = predict_count(years, so_far, elapsed, remaining)
    if verdict.value is UNKNOWN:
        assert not years and not elapsed
        return
    more = verdict.known()
    exposure = len(years) + elapsed
    assert more.estimate == Fraction(sum(years) + so_far) / exposure * remaining
    assert 0 <= more.low <= more.estimate <= more.high


@given(st.integers(0, 100), st.integers(1, 5))
def test_more_deaths_never_lower_a_bound(total: int, years: int) -> None:
    fewer = predict_count([], total, Fraction(years) / 5, Fraction(1)).known()
    more = predict_count([], total + 1, Fraction(years) / 5, Fraction(1)).known()
    assert more.low >= fewer.low
    assert more.estimate > fewer.estimate
    assert more.high >= fewer.high


def test_fewer_years_give_wider_bounds_at_the_same_pace() -> None:
    widths = []
    for years in (1, 2, 4, 8):
        more = predict_count([4] * years, 0, NONE, Fraction(4)).known()
        widths.append(more.high - more.low)
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > widths[-1]


def test_years_that_jump_give_wider_bounds_than_steady_ones() -> None:
    steady = predict_count([10, 10, 10, 10], 0, NONE, Fraction(1)).known()
    jumping = predict_count([1, 25, 0, 14], 0, NONE, Fraction(1)).known()
    assert steady.model is Model.NEGATIVE_BINOMIAL
    assert jumping.model is Model.OVERDISPERSED
    assert jumping.high - jumping.low > steady.high - steady.low


@given(st.lists(st.integers(0, 100), max_size=8))
def test_dispersion_is_at_least_one(years: list[int]) -> None:
    assert dispersion_of(years) >= 1
    if len(years) < 3:
        assert dispersion_of(years) == 1


@pytest.mark.parametrize(
    "values", [[], [Fraction(1)], [Fraction(1), Fraction(2)], [Fraction(1), NONE, Fraction(2)]]
)
def test_amounts_with_too_little_behind_them_have_no_interval(values: list[Fraction]) -> None:
    assert predict_amount(values).value is UNKNOWN


def test_negative_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        predict_amount([Fraction(-1)])


@given(st.lists(st.fractions(Fraction(1, 1000), 10**6), min_size=3, max_size=6))
def test_the_interval_of_an_amount_holds_the_mean(values: list[Fraction]) -> None:
    year = predict_amount(values).known()
    assert year.estimate == sum(values, NONE) / len(values)
    assert 0 <= year.low <= year.estimate <= year.high
    assert year.model is Model.LOG_NORMAL


def test_equal_amounts_give_a_point() -> None:
    year = predict_amount([Fraction(2)] * 3).known()
    assert float(year.low) == pytest.approx(2)
    assert float(year.high) == pytest.approx(2)


def test_a_range_that_misses_its_estimate_is_no_range() -> None:
    with pytest.raises(ValueError, match="holds"):
        Range(low=Fraction(2), estimate=Fraction(1), high=Fraction(3), model=Model.LOG_NORMAL)


@pytest.mark.parametrize("model", Model)
def test_every_model_is_said(model: Model) -> None:
    assert model.label
    assert Decimal(1)
