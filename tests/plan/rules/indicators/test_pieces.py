"""Sub-goal, restated figures, Sendai targets."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.rules.indicators.restating import Cause, Frozen, changes
from anlan.plan.rules.indicators.sendai import Target, sendai_value
from anlan.plan.rules.indicators.subgoal import (
    Component,
    Judgement,
    judge_statement,
    statements_improved,
)

D = Decimal


def component(baseline: str | None, value: str | None, *, higher: bool = True) -> Component:
    return Component(
        measure="m",
        higher_is_better=higher,
        baseline=None if baseline is None else D(baseline),
        value=None if value is None else D(value),
    )


@pytest.mark.parametrize(
    ("parts", "signed", "expected"),
    [
        ([], True, Judgement.NOT_DETERMINABLE),
        ([component("50", "50.1")], True, Judgement.IMPROVED),
        ([component("50", "50")], True, Judgement.NOT_IMPROVED),
        ([component("50", "49.9")], True, Judgement.NOT_IMPROVED),
        ([component("50", "49.9", higher=False)], True, Judgement.IMPROVED),
        ([component("50", "50", higher=False)], True, Judgement.NOT_IMPROVED),
        ([component("50", "60")], False, Judgement.NOT_DETERMINABLE),
        ([component("50", "60"), component("50", "40")], True, Judgement.NOT_IMPROVED),
        ([component("50", "60"), component(None, "40")], True, Judgement.NOT_DETERMINABLE),
        ([component("50", "40"), component("50", None)], True, Judgement.NOT_DETERMINABLE),
    ],
)
def test_statement(parts: list[Component], signed: bool, expected: Judgement) -> None:
    verdict = judge_statement(tuple(parts), is_signed=signed)
    assert verdict.known() is expected
    assert verdict.reasons[-1].note is not None
    assert expected.label


def test_no_number_while_a_component_is_missing() -> None:
    good, bad, open_ = Judgement.IMPROVED, Judgement.NOT_IMPROVED, Judgement.NOT_DETERMINABLE
    assert statements_improved((good, bad, good, good)) == 3
    assert statements_improved((good, open_, good, good)) is None
    assert statements_improved((good, good, good)) is None


figures = st.builds(
    Frozen,
    value=st.none() | st.integers(0, 3).map(Decimal),
    numerator=st.none() | st.integers(0, 3).map(Decimal),
    denominator=st.none() | st.integers(0, 3).map(Decimal),
)
editions = st.dictionaries(st.sampled_from("abc"), figures)


@given(editions)
def test_an_edition_held_against_itself_shows_nothing(edition: dict[str, Frozen]) -> None:
    assert changes(edition, edition) == ()


@given(editions, editions)
def test_exactly_the_figures_that_differ_are_shown(
    was: dict[str, Frozen], now: dict[str, Frozen]
) -> None:
    nothing = Frozen(value=None)
    expected = [k for k in "abc" if was.get(k, nothing) != now.get(k, nothing)]
    assert [change.key for change in changes(was, now)] == expected


@pytest.mark.parametrize(
    ("was", "now", "cause"),
    [
        (
            Frozen(value=D("0.5"), numerator=D(1), denominator=D(2)),
            Frozen(value=D("0.25"), numerator=D(1), denominator=D(4)),
            Cause.DENOMINATOR,
        ),
        (
            Frozen(value=D("0.5"), numerator=D(1), denominator=D(2)),
            Frozen(value=D(1), numerator=D(2), denominator=D(2)),
            Cause.MORE,
        ),
        (
            Frozen(value=D(1), numerator=D(2), denominator=D(2)),
            Frozen(value=D("0.5"), numerator=D(1), denominator=D(2)),
            Cause.FEWER,
        ),
        (Frozen(value=D(1)), Frozen(value=None), Cause.OTHER),
        (Frozen(value=None), Frozen(value=D(1), numerator=D(1)), Cause.MORE),
    ],
)
def test_causes(was: Frozen, now: Frozen, cause: Cause) -> None:
    (found,) = changes({"I2": was}, {"I2": now})
    assert found.cause is cause
    assert cause.label


def test_numbers_are_compared_by_value() -> None:
    assert changes({"a": Frozen(value=D("2.50"))}, {"a": Frozen(value=D("2.5"))}) == ()


@pytest.mark.parametrize(
    ("target", "parts", "denominator", "expected"),
    [
        # fact sheet §10.1; the 2021 autumn flood of the province (city sheet §3): 15 dead, 3 missing
        (Target.A1, ("15", "3"), "34915616", "0.0515528"),
        (Target.B1, ("10", "20", "30", "40"), "1000000", "10"),
        (Target.C1, ("50.29",), "25642.59", "0.00196119"),
        (Target.A1, ("0", "0"), "10", "0"),
    ],
)
def test_sendai(target: Target, parts: tuple[str, ...], denominator: str, expected: str) -> None:
    found = sendai_value(target, tuple(map(D, parts)), D(denominator)).known()
    assert found == pytest.approx(D(expected), rel=D("1e-5"))


@pytest.mark.parametrize(
    ("parts", "denominator"), [((D(1), None), D(1)), ((D(1),), None), ((D(1),), D(0))]
)
def test_sendai_of_something_missing(
    parts: tuple[Decimal | None, ...], denominator: Decimal | None
) -> None:
    assert sendai_value(Target.A1, parts, denominator).value is UNKNOWN


@pytest.mark.parametrize(
    ("parts", "denominator"), [((), D(1)), ((D(-1),), D(1)), ((D(1),), D(-1))]
)
def test_sendai_of_nonsense(parts: tuple[Decimal, ...], denominator: Decimal) -> None:
    with pytest.raises(ValueError, match="at least"):
        sendai_value(Target.C1, parts, denominator)


@pytest.mark.parametrize("target", Target)
def test_sendai_targets_are_named(target: Target) -> None:
    assert target.label
