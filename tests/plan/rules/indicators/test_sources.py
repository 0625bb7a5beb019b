"""Which figure is taken: newest edition, none from memory, no record is not no death."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.indicators.figures import Figure
from anlan.plan.rules.indicators.sources import Counted, Edition, newest, numerator

D = Decimal
APRIL = dt.date(2026, 4, 2)


def edition(
    value: str | None, on: dt.date | None = APRIL, *, mark: str = "V", entered: str = "1"
) -> Edition:
    return Edition(
        value=None if value is None else D(value),
        edition=f"{value}",
        source="公报",
        mark=mark,
        published_on=on,
        entered=entered,
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([edition("238"), edition("237", dt.date(2026, 12, 19))], "237"),
        ([edition("1", entered="1"), edition("2", entered="2")], "2"),
        ([edition("1", None), edition("2")], "2"),
        ([edition("1"), edition(None, dt.date(2026, 11, 1))], "1"),
        ([edition("1"), edition("9", dt.date(2026, 12, 1), mark="M")], "1"),
    ],
)
def test_the_newest_known_edition_is_taken(rows: list[Edition], expected: str) -> None:
    found = newest(rows)
    assert found.value == D(expected)
    assert found.edition == expected


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "not in the register"),
        ([edition(None)], "looked for"),
        ([edition("1562.9", mark="M")], "from memory"),
        ([edition("2054", mark="?"), edition(None)], "from memory"),
    ],
)
def test_nothing_taken_says_why(rows: list[Edition], said: str) -> None:
    found = newest(rows)
    assert found.value is None
    assert said in found.why_missing.text()


@given(
    st.permutations([edition(str(n), dt.date(2026, 1, n), entered=str(n)) for n in range(1, 6)])
)
def test_the_order_of_entry_does_not_matter(rows: list[Edition]) -> None:
    assert newest(rows).value == 5


THREE = Counted(value=D(3), records=2)
TOTAL = Figure(value=D(5), source="公报", edition="2022")
NONE = Figure()


@pytest.mark.parametrize(
    ("counted", "published", "complete", "running", "expected", "beside"),
    [
        (THREE, NONE, True, False, D(3), None),
        (None, NONE, True, False, D(0), None),
        (THREE, TOTAL, True, False, D(3), D(5)),
        (Counted(value=D(5), records=2), TOTAL, True, False, D(5), None),
        (THREE, TOTAL, False, False, D(5), None),
        (THREE, NONE, False, False, None, None),
        (None, NONE, False, False, None, None),
        (Counted(value=D(3), records=2, silent=1), TOTAL, True, False, None, None),
        (THREE, TOTAL, True, True, D(3), None),
        (THREE, TOTAL, False, True, None, None),
    ],
)
def test_numerator(
    counted: Counted | None,
    published: Figure,
    complete: bool,
    running: bool,
    expected: Decimal | None,
    beside: Decimal | None,
) -> None:
    found = numerator(counted, published, is_complete=complete, is_running=running)
    assert found.value == expected
    assert found.beside == beside
