"""Whether an improvement had an effect: boundaries, what is missing, properties."""

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.review.rules.effect import Effect, Reading, Wanted, effect_of, is_at_best

START, CHECK = dt.date(2026, 9, 16), dt.date(2026, 10, 12)
E, N, U = Effect.EFFECTIVE, Effect.NOT_EFFECTIVE, Effect.NOT_DETERMINABLE


def at(part: int, whole: int, day: dt.date = CHECK, silent: int = 0) -> Reading:
    return Reading(part=part, whole=whole, day=day, silent=silent)


def verdict(before: tuple[int, int], after: Reading | None, up: bool, percent: str = "") -> Effect:
    wanted = Wanted(is_up=up, percent=Decimal(percent) if percent else None)
    return effect_of(at(*before, START), after, wanted).known()


@pytest.mark.parametrize(
    ("before", "after", "up", "percent", "effect"),
    [
        ((1, 7), (2, 7), True, "", E),
        ((1, 7), (1, 7), True, "", N),
        ((1, 7), (2, 14), True, "", N),
        ((2, 7), (1, 7), True, "", N),
        ((2, 7), (1, 7), False, "", E),
        ((2, 7), (2, 7), False, "", N),
        ((1, 7), (2, 7), True, "50", N),
        ((10, 100), (49, 100), True, "50", N),
        ((10, 100), (50, 100), True, "50", E),
        ((10, 100), (51, 100), True, "50", E),
        ((1, 3), (2, 3), True, "66.66", E),
        ((1, 3), (2, 3), True, "66.67", N),
        ((90, 100), (51, 100), False, "50", N),
        ((90, 100), (50, 100), False, "50", E),
        ((90, 100), (49, 100), False, "50", E),
        ((90, 100), (80, 100), True, "50", N),
        ((90, 100), (90, 100), True, "90", E),
        ((0, 5), (0, 5), True, "0", E),
        ((0, 0), (5, 5), True, "", U),
        ((0, 0), (5, 5), True, "50", U),
        ((1, 2), (0, 0), True, "", U),
    ],
)
def test_the_verdict_follows_from_the_figures(
    before: tuple[int, int], after: tuple[int, int], up: bool, percent: str, effect: Effect
) -> None:
    assert verdict(before, at(*after), up, percent) is effect


def test_what_is_missing_is_not_an_effect() -> None:
    assert verdict((1, 7), None, True) is U
    assert verdict((1, 7), at(2, 7, START), True) is U
    assert verdict((1, 7), at(2, 7, silent=1), True) is U
    assert verdict((2, 7), at(1, 7, silent=1), True) is N
    with pytest.raises(ValueError, match="below zero"):
        at(-1, 2)


def test_every_verdict_says_why() -> None:
    for after in (None, at(2, 7), at(1, 7), at(0, 7), at(2, 7, START), at(2, 7, silent=3)):
        for percent in (None, Decimal(50), Decimal(20)):
            found = effect_of(at(1, 7, START), after, Wanted(is_up=True, percent=percent))
            assert found.reasons[0].note is not None
            assert found.to_json()["reasons"][0]["inputs"]["before"] == "1/7"


@pytest.mark.parametrize(
    ("part", "whole", "up", "best"),
    [
        *((4, 4, True, True), (3, 4, True, False), (0, 4, True, False), (0, 0, True, False)),
        *((0, 4, False, True), (1, 4, False, False), (0, 0, False, False)),
    ],
)
def test_what_cannot_get_better(part: int, whole: int, up: bool, best: bool) -> None:
    assert is_at_best(at(part, whole), is_up=up) is best


counts = st.integers(min_value=0, max_value=50)


@given(counts, counts, counts, counts, st.booleans())
def test_better_is_better_and_never_both_ways(a: int, b: int, c: int, d: int, up: bool) -> None:
    before, after = at(a, b, START), at(c, d)
    there = effect_of(before, after, Wanted(is_up=up)).known()
    back = effect_of(at(c, d, START), at(a, b), Wanted(is_up=up)).known()
    if not b or not d:
        assert there is back is U
        return
    gain = Fraction(c, d) - Fraction(a, b)
    assert (there is E) is (gain > 0 if up else gain < 0)
    assert not (there is E and back is E)


@given(counts, st.integers(1, 50), counts, st.integers(1, 50), st.integers(0, 100))
def test_a_wanted_figure_never_makes_it_easier_to_get_worse(
    a: int, b: int, c: int, d: int, percent: int
) -> None:
    found = effect_of(
        at(a, b, START), at(c, d), Wanted(is_up=True, percent=Decimal(percent))
    ).known()
    if Fraction(c, d) < Fraction(a, b):
        assert found is N
