"""A vacant post never drops a due."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.due.addressee import (
    Addressee,
    AddresseeMissing,
    Holding,
    Reach,
    reach_of,
)

NAMED = Addressee(body="water", unit="city", post="p1")
WHOLE = Addressee(body="water", unit="city")


@pytest.mark.parametrize(
    ("addressee", "holding", "reach", "doer"),
    [
        (NAMED, Holding(is_held=True, contact="c"), Reach.NAMED, "post:p1"),
        (NAMED, Holding(is_held=False, contact="c"), Reach.CONTACT, "person:c"),
        (NAMED, Holding(is_held=False), Reach.BODY, "body:water"),
        (NAMED, Holding(is_held=False, has_anybody=False), Reach.NOBODY, "body:water"),
        (WHOLE, Holding(is_held=False, contact="c"), Reach.NAMED, "body:water"),
        (WHOLE, Holding(is_held=False, has_anybody=False), Reach.NOBODY, "body:water"),
        (WHOLE, None, Reach.NAMED, "body:water"),
        (NAMED, None, Reach.NAMED, "post:p1"),
        (
            Addressee(unit="xia", person="x"),
            Holding(is_held=False),
            Reach.BODY,
            "unit:xia",
        ),
        (
            Addressee(body="water", account="a"),
            Holding(is_held=True),
            Reach.NAMED,
            "account:a",
        ),
    ],
)
def test_whom_it_reaches(
    addressee: Addressee, holding: Holding | None, reach: Reach, doer: str
) -> None:
    verdict = reach_of(addressee, holding)
    assert (verdict.known().reach, verdict.known().doer) == (reach, doer)
    assert verdict.reasons[0].note is not None


@given(
    st.builds(
        Holding, is_held=st.booleans(), contact=st.text(max_size=3), has_anybody=st.booleans()
    )
)
def test_it_always_reaches_somebody(holding: Holding) -> None:
    assert reach_of(NAMED, holding).known().doer.partition(":")[2]


def test_somebody_has_to_answer() -> None:
    with pytest.raises(AddresseeMissing):
        Addressee(person="x")
    with pytest.raises(ValueError, match="not several"):
        Addressee(body="water", person="x", post="y")
