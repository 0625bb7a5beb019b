"""A post is vacant on the days that no tenure covers."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.registers.rules.post_vacant import Span, post_vacant

DAY = dt.date(2026, 11, 24)
ONE = dt.timedelta(days=1)


def inputs(*spans: Span) -> dict[str, object]:
    return dict(post_vacant(spans, DAY).reasons[0].inputs)


@pytest.mark.parametrize(
    ("start", "end", "vacant"),
    [
        (DAY, None, False),
        (DAY - ONE, DAY + ONE, False),
        (DAY - ONE, DAY, True),
        (DAY + ONE, None, True),
        (DAY, DAY + ONE, False),
    ],
)
def test_the_end_is_excluded(start: dt.date, end: dt.date | None, vacant: bool) -> None:
    assert post_vacant([Span(held_from=start, held_until=end)], DAY).value is vacant


def test_a_post_never_held_is_vacant_since_ever() -> None:
    assert post_vacant([], DAY).value is True
    assert inputs()["since"] is None


def test_since_and_the_next_holder_are_told() -> None:
    found = inputs(
        Span(held_from=DAY - 90 * ONE, held_until=DAY - 60 * ONE),
        Span(held_from=DAY - 50 * ONE, held_until=DAY - 3 * ONE),
        Span(held_from=DAY + 9 * ONE),
    )
    assert found["since"] == DAY - 3 * ONE
    assert found["next_from"] == DAY + 9 * ONE
    assert found["holders"] == 0


def test_two_holders_at_once_are_counted() -> None:
    assert inputs(Span(held_from=DAY), Span(held_from=DAY - ONE))["holders"] == 2


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(1, 50)), max_size=5))
def test_more_tenures_never_make_a_post_vacant(pairs: list[tuple[int, int]]) -> None:
    spans = [Span(held_from=DAY + a * ONE, held_until=DAY + (a + n) * ONE) for a, n in pairs]
    for number in range(len(spans)):
        if post_vacant(spans[:number], DAY).value is False:
            assert post_vacant(spans, DAY).value is False
