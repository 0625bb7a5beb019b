from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.argument import Arguments, BadArgument, Kind, Parameter, parse_pairs


def parameter(kind: Kind, **options: Any) -> Parameter:
    return Parameter(name="x", kind=kind, **options)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.TEXT, " 运城 ", "运城"),
        (Kind.INTEGER, "20", 20),
        (Kind.INTEGER, "-3", -3),
        (Kind.INTEGER, "1e8", 100_000_000),
        (Kind.INTEGER, "2.0", 2),
        (Kind.NUMBER, "1e8", Decimal(100_000_000)),
        (Kind.NUMBER, "+.5", Decimal("0.5")),
        (Kind.NUMBER, "5.", Decimal(5)),
        (Kind.NUMBER, "0e999", Decimal(0)),
        (Kind.BOOLEAN, "TRUE", True),
        (Kind.BOOLEAN, "yes", True),
        (Kind.BOOLEAN, "1", True),
        (Kind.BOOLEAN, "no", False),
        (Kind.BOOLEAN, "0", False),
        (Kind.DATE, "2024-02-29", date(2024, 2, 29)),
        (Kind.DATETIME, "2025-03-03T08:00+08:00", datetime(2025, 3, 3, 0, 0, tzinfo=UTC)),
        (Kind.DATETIME, "2025-03-03T08:00:30Z", datetime(2025, 3, 3, 8, 0, 30, tzinfo=UTC)),
        (Kind.DATETIME, "2025-03-03 08:00", datetime(2025, 3, 3, 0, 0, tzinfo=UTC)),
    ],
)
def test_values_that_are_read(kind: Kind, text: str, value: object) -> None:
    read = parameter(kind).read(text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.TEXT, ""),
        (Kind.INTEGER, ""),
        (Kind.INTEGER, "2.5"),
        (Kind.INTEGER, "1_000"),
        (Kind.INTEGER, "１２"),
        (Kind.INTEGER, "1e999"),
        (Kind.INTEGER, "1e99999999"),
        (Kind.NUMBER, "nan"),
        (Kind.NUMBER, "inf"),
        (Kind.NUMBER, "27,412"),
        (Kind.NUMBER, "1e-31"),
        (Kind.NUMBER, "9" * 61),
        (Kind.NUMBER, "0x10"),
        (Kind.BOOLEAN, "maybe"),
        (Kind.DATE, "2025-02-30"),
        (Kind.DATE, "20250303"),
        (Kind.DATE, "2025-W10-1"),
        (Kind.DATE, "2025-03-03T08:00"),
        (Kind.DATETIME, "2025-03-03"),
        (Kind.DATETIME, "2025-03-03T25:00"),
        (Kind.DATETIME, "0001-01-01T00:00"),
    ],
)
def test_values_that_are_refused_name_the_argument(kind: Kind, text: str) -> None:
    with pytest.raises(BadArgument, match='Argument "x"') as refused:
        parameter(kind).read(text)
    assert refused.value.argument == "x"
    assert parameter(kind).accepted.text() in str(refused.value)


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(BadArgument) as refused:
        parameter(Kind.NUMBER).read("7" * 5000)
    assert len(str(refused.value)) < 250
    assert "…" in str(refused.value)


def test_choices_forgive_case_and_list_what_is_accepted() -> None:
    colour = parameter(Kind.CHOICE, choices=("RED", "BLUE"))
    assert colour.read("red") == "RED"
    with pytest.raises(BadArgument, match="RED, BLUE"):
        colour.read("green")


def test_lists() -> None:
    numbers = parameter(Kind.INTEGER, many=True)
    assert numbers.read("1, 2,3") == (1, 2, 3)
    with pytest.raises(BadArgument, match="comma-separated list, each a whole number"):
        numbers.read("1,,3")
    gaps = parameter(Kind.INTEGER, many=True, gaps=True)
    assert gaps.read("1,,unknown,0") == (1, None, None, 0)
    with pytest.raises(BadArgument, match="at most 3 items"):
        parameter(Kind.INTEGER, many=True, most_items=3).read("1,2,3,4")


@pytest.mark.parametrize(
    ("text", "fits"), [("-1", False), ("0", True), ("9", True), ("10", False)]
)
def test_bounds_are_included(text: str, fits: bool) -> None:
    bounded = parameter(Kind.INTEGER, minimum=0, maximum=9)
    if fits:
        assert bounded.read(text) == int(text)
    else:
        with pytest.raises(BadArgument, match=r"not (below 0|above 9)"):
            bounded.read(text)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (Kind.CHOICE, {}),
        (Kind.TEXT, {"choices": ("a",)}),
        (Kind.TEXT, {"default": "a"}),
        (Kind.TEXT, {"gaps": True}),
    ],
)
def test_parameters_that_contradict_themselves(kind: Kind, options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="x: "):
        parameter(kind, **options)


def test_arguments_are_typed() -> None:
    arguments = Arguments(
        values={"n": 3, "none": None, "many": (Decimal(1), None)}, on=date(2025, 1, 1)
    )
    assert arguments.need("n", int) == 3
    assert arguments.find("none", int) is None
    assert arguments.many("many", Decimal) == (Decimal(1), None)
    assert arguments.many("none", Decimal) is None
    with pytest.raises(TypeError, match="not date"):
        arguments.find("n", date)
    with pytest.raises(TypeError, match="use find"):
        arguments.need("none", int)
    with pytest.raises(TypeError, match="something else"):
        arguments.many("many", date)
    with pytest.raises(TypeError):
        arguments.values["n"] = 4  # type: ignore[index]


def test_pairs() -> None:
    assert parse_pairs(["a=1", "b=x=y", "c="]) == {"a": "1", "b": "x=y", "c": ""}
    for words in (["a"], ["=1"], ["a=1", "a=2"]):
        with pytest.raises(BadArgument):
            parse_pairs(words)


@given(st.sampled_from(Kind), st.text(max_size=40))
def test_any_text_is_read_or_refused(kind: Kind, text: str) -> None:
    choices = ("I1", "I2") if kind is Kind.CHOICE else ()
    try:
        parameter(kind, choices=choices).read(text)
    except BadArgument as refused:
        assert refused.argument == "x"
