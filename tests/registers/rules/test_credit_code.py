"""GB 32100-2015: the printed example, each kind of fault, and what the check character catches."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from anlan.base.rules.verdict import UNKNOWN, SourceStatus
from anlan.registers.rules.credit_code import (
    CHARACTERS,
    check_character,
    check_credit_code,
    repaired_credit_code,
)

EXAMPLE = "91350100M000100Y43"
FIRST = st.builds(
    lambda head, region, tail: head + region + tail,
    st.text(CHARACTERS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CHARACTERS, min_size=9, max_size=9),
)


def test_the_printed_example_is_right() -> None:
    verdict = check_credit_code(EXAMPLE)
    assert verdict.value is True
    assert verdict.reasons[0].status is SourceStatus.FROM_MEMORY


@pytest.mark.parametrize("text", ["", "   ", "\u3000"])
def test_a_missing_code_is_unknown_not_wrong(text: str) -> None:
    verdict = check_credit_code(text)
    assert verdict.value is UNKNOWN
    assert verdict.reasons[0].note is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EXAMPLE[:-1], "17 characters"),
        (EXAMPLE + "0", "19 characters"),
        (EXAMPLE.replace("Y", "I"), "“I” cannot stand"),
        (EXAMPLE.replace("M", "O"), "“O” cannot stand"),
        ("9135010AM000100Y43", "Characters 3 to 8"),
        (EXAMPLE[:-1] + "4", "should be 3, not 4"),
        ("19350100M000100Y43", "two are exchanged"),
    ],
)
def test_a_fault_is_named(text: str, said: str) -> None:
    verdict = check_credit_code(text)
    assert verdict.value is False
    note = verdict.reasons[0].note
    assert note is not None and said in note.text()


@pytest.mark.parametrize(
    "text",
    ["91350100m000100y43", " 9135 0100 M000 100Y 43 ", "９１３５０１００Ｍ０００１００Ｙ４３"],
)
def test_writing_habits_are_repaired(text: str) -> None:
    assert repaired_credit_code(text) == EXAMPLE
    assert check_credit_code(text).value is True


@given(FIRST)
def test_the_computed_character_always_passes(first: str) -> None:
    assert check_credit_code(first + check_character(first)).value is True


@given(FIRST, st.integers(0, 17), st.sampled_from(CHARACTERS))
def test_one_wrong_character_never_passes(first: str, place: int, other: str) -> None:
    """31 is prime and no weight is a multiple of it, so a single error always shows."""
    code = first + check_character(first)
    assume(code[place] != other)
    assert check_credit_code(code[:place] + other + code[place + 1 :]).value is False
