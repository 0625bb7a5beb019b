"""Shares and ranks: zero totals, ties, what is missing is not zero."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import HOUSE_RULE, SourceStatus
from anlan.plan.rules.indicators.contribution import (
    Part,
    Ranking,
    part_of,
    rank_contributions,
)
from anlan.plan.rules.indicators.sources import Counted

D = Decimal


def part(unit: str, value: str | None, year: int = 2024, **more: int) -> Part:
    return Part(unit=unit, year=year, value=None if value is None else D(value), **more)


def ranked(*parts: Part) -> Ranking:
    return rank_contributions(parts).known()


def ranks(found: Ranking) -> list[tuple[str, int | None]]:
    return [(row.unit, row.rank) for row in found.rows]


def test_greatest_first_with_its_share() -> None:
    found = ranked(part("a", "1"), part("b", "3"))
    assert ranks(found) == [("b", 1), ("a", 2)]
    assert [row.share for row in found.rows] == [Fraction(3, 4), Fraction(1, 4)]
    assert found.total == D(4)
    assert found.is_whole


def test_equal_values_share_a_rank_and_the_next_is_left_out() -> None:
    found = ranked(part("a", "1"), part("b", "2"), part("c", "2"), part("d", "3"))
    assert ranks(found) == [("d", 1), ("b", 2), ("c", 2), ("a", 4)]
    just_more = ranked(part("a", "2.00000001"), part("b", "2"))
    assert ranks(just_more) == [("a", 1), ("b", 2)]


def test_a_total_of_zero_gives_nobody_a_share() -> None:
    found = ranked(part("a", "0"), part("b", "0"))
    assert found.total == 0
    assert [row.share for row in found.rows] == [None, None]
    assert ranks(found) == [("a", 1), ("b", 1)]


def test_what_is_missing_is_last_without_rank_and_never_zero() -> None:
    found = ranked(part("a", None), part("b", "0"), part("c", "5"))
    assert ranks(found) == [("c", 1), ("b", 2), ("a", None)]
    assert found.rows[-1].value is None
    assert found.rows[-1].share is None
    assert found.rows[1].share == 0
    assert not found.is_whole


def test_nothing_known_has_no_total() -> None:
    found = ranked(part("a", None))
    assert found.total is None
    assert ranks(found) == [("a", None)]
    assert ranked() == Ranking(total=None, rows=())


def test_a_year_that_lacks_is_named_beside_what_is_known() -> None:
    row = ranked(part("a", "2", 2023), part("a", None, 2024), part("a", "1", 2022)).rows[0]
    assert row.value == 3
    assert row.lacking == (2024,)
    assert [each.year for each in row.parts] == [2022, 2023, 2024]


@pytest.mark.parametrize(
    ("counted", "is_complete", "expected"),
    [
        (None, False, (None, 0, 0)),
        (None, True, (D(0), 0, 0)),
        (Counted(value=D(0), records=0), False, (None, 0, 0)),
        (Counted(value=D(3), records=2), False, (D(3), 2, 0)),
        (Counted(value=D(3), records=2, silent=1), True, (D(3), 2, 1)),
        (Counted(value=D(0), records=2, silent=2), True, (None, 2, 2)),
        (Counted(value=D(0), records=2), True, (D(0), 2, 0)),
    ],
)
def test_what_a_register_says_of_a_year(
    counted: Counted | None, is_complete: bool, expected: tuple[D | None, int, int]
) -> None:
    found = part_of("a", 2024, counted, is_complete=is_complete)
    assert (found.value, found.records, found.silent) == expected


def test_a_silent_record_leaves_the_ranking_open() -> None:
    assert not ranked(part("a", "3", records=2, silent=1)).is_whole


@pytest.mark.parametrize("value", ["-0.01", "NaN", "Infinity"])
def test_a_contribution_is_a_number_of_at_least_nothing(value: str) -> None:
    with pytest.raises(ValueError, match="at least 0"):
        part("a", value)


def test_more_silent_than_records_and_a_year_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="silent"):
        part("a", "1", records=1, silent=2)
    with pytest.raises(ValueError, match="one part"):
        ranked(part("a", "1"), part("a", "1"))


def test_the_reason_says_that_it_is_ours_and_no_cause() -> None:
    reason = rank_contributions([part("a", "1")]).reasons[0]
    assert reason.source == HOUSE_RULE
    assert reason.status is SourceStatus.HOUSE_DEFAULT
    assert reason.note is not None
    assert "not why" in reason.note.text()


VALUES = st.none() | st.integers(0, 30).map(D)


@given(st.lists(st.tuples(st.sampled_from("abcde"), VALUES), max_size=5, unique_by=lambda x: x[0]))
def test_shares_make_one_and_ranks_follow_the_values(rows: list[tuple[str, D | None]]) -> None:
    parts = [Part(unit=unit, year=2024, value=value) for unit, value in rows]
    found = ranked(*parts)
    shares = [row.share for row in found.rows if row.share is not None]
    assert sum(shares) == (1 if found.total else 0)
    for one in found.rows:
        for other in found.rows:
            if one.value is not None and other.value is not None:
                assert (one.value > other.value) == ((one.rank or 0) < (other.rank or 0))
    assert found == ranked(*sorted(parts, key=lambda each: rows.index((each.unit, each.value))))
