import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.registers.rules.telephone import (
    MAX_CHARS,
    is_landline,
    is_mobile,
    repaired_landline,
    repaired_mobile,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("13800001111", "13800001111"),
        ("１３８ 0000 1111", "13800001111"),
        ("138-0000-1111", "13800001111"),
        ("+86 13800001111", "13800001111"),
        ("008613800001111", "13800001111"),
        ("13800001111.0", "13800001111"),
        ("", ""),
    ],
)
def test_a_mobile_number_is_repaired(typed: str, kept: str) -> None:
    assert repaired_mobile(typed) == kept


@pytest.mark.parametrize(
    ("number", "right"),
    [
        ("13000000000", True),
        ("19999999999", True),
        ("12999999999", False),
        ("23800001111", False),
        ("1380000111", False),
        ("138000011112", False),
        ("1.38E+10", False),
        ("", False),
    ],
)
def test_what_is_a_mobile_number(number: str, right: bool) -> None:
    assert is_mobile(number) is right


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0359-2660000", "0359-2660000"),
        ("（0359）2660000", "0359-2660000"),
        ("0359 2660000转12", "0359-2660000-12"),
        ("2660000 分机 8", "2660000-8"),
        ("2660000ext.8", "2660000-8"),
        ("12345", "12345"),
        ("+86-0359-2660000", "0359-2660000"),
        ("", ""),
    ],
)
def test_an_office_number_is_repaired(typed: str, kept: str) -> None:
    assert repaired_landline(typed) == kept
    assert kept == "" or is_landline(kept)


@pytest.mark.parametrize("number", ["", "abc", "0359-", "12", "1" * (MAX_CHARS + 1)])
def test_what_is_no_office_number(number: str) -> None:
    assert not is_landline(number)


@given(st.text(max_size=40))
def test_repairing_twice_is_repairing_once(typed: str) -> None:
    once = repaired_mobile(typed)
    if is_mobile(once):
        assert repaired_mobile(once) == once
