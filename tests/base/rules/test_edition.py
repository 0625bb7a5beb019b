from datetime import date

import pytest

from anlan.base.rules.edition import Edition, edition_in_force, superseded_reason

OLD = Edition(name="2016", in_force_from=date(2016, 3, 10), in_force_until=date(2024, 1, 20))
NEW = Edition(name="2024", in_force_from=date(2024, 1, 20))
ALWAYS = Edition(name="first")
STALE = Edition(
    name="2012",
    in_force_from=date(2012, 8, 28),
    in_force_until=date(2025, 10, 11),
    superseded_by="国办函〔2025〕102号",
)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2016, 3, 9), None),
        (date(2016, 3, 10), OLD),
        (date(2024, 1, 19), OLD),
        (date(2024, 1, 20), NEW),
        (date(2030, 1, 1), NEW),
    ],
)
def test_the_newest_begun_edition_is_in_force(on: date, expected: Edition | None) -> None:
    assert edition_in_force((NEW, OLD), on) == expected


def test_an_edition_without_start_always_holds() -> None:
    assert edition_in_force((ALWAYS,), date(1, 1, 1)) == ALWAYS
    assert edition_in_force((), date(2025, 1, 1)) is None


def test_a_held_edition_stays_the_default_after_an_unseen_successor() -> None:
    on = date(2025, 10, 11)
    assert edition_in_force((STALE,), on) == STALE
    reason = superseded_reason("earthquake-grade", "国家地震应急预案", STALE, on)
    assert reason is not None
    row = reason.to_json()
    assert row["superseded"] is True
    assert "国办函〔2025〕102号" in row["note"]
    assert (row["edition"], row["status"]) == ("2012", "M")


@pytest.mark.parametrize(("edition", "on"), [(STALE, date(2025, 10, 10)), (OLD, date(2030, 1, 1))])
def test_nothing_is_said_before_the_end_or_without_an_unseen_successor(
    edition: Edition, on: date
) -> None:
    assert superseded_reason("r", "s", edition, on) is None


def test_impossible_editions_are_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        Edition(name="x", in_force_from=date(2025, 1, 1), in_force_until=date(2025, 1, 1))
    with pytest.raises(ValueError, match="no end"):
        Edition(name="x", superseded_by="y")
