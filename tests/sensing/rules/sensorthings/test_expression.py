"""Words of a filter → a tree: precedence, literals, and where a reading stops."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point

from anlan.base.rules.message import RuleRefused
from anlan.sensing.rules.sensorthings.expression import (
    DEEPEST,
    FUNCTIONS,
    LONGEST,
    Call,
    Literal,
    Path,
    Place,
    parse,
    parse_order,
    paths_of,
)
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NotOffered

RESULT = Path(("result",))


def lit(value: Any) -> Literal:
    return Literal(value)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("result gt 1", Call("gt", (RESULT, lit(1.0)))),
        ("result gt -1.5e1", Call("gt", (RESULT, Call("minus", (lit(15.0),))))),
        (
            "result add 2 mul 3 eq 8",
            Call("eq", (Call("add", (RESULT, Call("mul", (lit(2.0), lit(3.0))))), lit(8.0))),
        ),
        (
            "(result sub 2) mod 3 eq 8",
            Call("eq", (Call("mod", (Call("sub", (RESULT, lit(2.0))), lit(3.0))), lit(8.0))),
        ),
        (
            "not true or false and null",
            Call("or", (Call("not", (lit(True),)), Call("and", (lit(False), lit(None))))),
        ),
        ("name eq 'O''Brien'", Call("eq", (Path(("name",)), lit("O'Brien")))),
        (
            "Datastream/@iot.id eq '0A'",
            Call("eq", (Path(("Datastream", "id")), lit("0A"))),
        ),
        (
            "id eq 01A2164E-30DB-7585-98D0-EF8304B1208F",
            Call("eq", (Path(("id",)), lit("01a2164e-30db-7585-98d0-ef8304b1208f"))),
        ),
        ("substring(name,1,2)", Call("substring", (Path(("name",)), lit(1.0), lit(2.0)))),
        ("now()", Call("now", ())),
        ("date(phenomenonTime)", Call("date", (Path(("phenomenonTime",)),))),
        ("2026-11-24", lit(dt.date(2026, 11, 24))),
        ("duration'P1DT2H3M4.5S'", lit(dt.timedelta(days=1, hours=2, minutes=3, seconds=4.5))),
        ("08:30", lit(dt.time(8, 30))),
        ("geography'POINT(111.5 35)'", lit(Place(Point(111.5, 35)))),
        ("geography'SRID=4326; POINT(111.5 35)'", lit(Place(Point(111.5, 35)))),
        ("duration'-PT1H'", lit(dt.timedelta(hours=-1))),
    ],
)
def test_a_filter_becomes_its_tree(text: str, tree: Any) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T08:00:00+08:00",
        "2026-11-24T08:00:00 08:00",  # an address lost its plus
        "2026-11-24T00:00:00Z",
        "2026-11-24T00:00Z",
        "2026-11-24T00:00:00.000000000Z",
    ],
)
def test_a_time_is_one_instant_however_it_is_written(text: str) -> None:
    assert parse(text) == lit(dt.datetime(2026, 11, 24, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    "text",
    [
        *("", "   ", "result gt", "gt 1", "result gt 1 1", "(result gt 1", "result gt 1)"),
        *("result gt 1 and", "not", "result/ eq 1", "result/1 eq 1", "substring()", "#", "'a"),
        *("2026-13-01", "2026-02-30T00:00:00Z", "2026-11-24T00:00:00", "duration'P'"),
        *("geography'POINT(1)'", "geography'POLYGON((1 1, 2 1, 1 2))'", "geography''", "25:00"),
        "geography'POLYGON((0 0, 2 2, 2 0, 0 2, 0 0))'",
        *("geography'POINT Z(1 2 3)'", "geography'POINT M (1 2 3)'", "geography'POINT(nan 1)'"),
        *("geography'POINT(1e400 1)'", "geography'CIRCULARSTRING(0 0,1 1,2 0)'"),
        *("geography'GEOMETRYCOLLECTION(POINT(1 1))'", f"geography'POINT({'9' * 400} 1)'"),
        *("duration'x'", "year(phenomenonTime,", "a,b", "0001-01-01T00:00:00+14:00", "length(,)"),
        *("concat('a')", "now(1)", "-" * (DEEPEST + 2) + "1", "not " * (DEEPEST + 2) + "true"),
        *("(" * (DEEPEST + 2) + "1" + ")" * (DEEPEST + 2), "a " * (LONGEST // 2 + 1)),
        "1 eq 1" + " and 1 eq 1" * 110,
    ],
)
def test_what_is_not_a_filter_is_refused_in_words(text: str) -> None:
    with pytest.raises(BadQuery) as refusal:
        parse(text)
    assert str(refusal.value)


@pytest.mark.parametrize(
    "text", ["geo.buffer(location,1)", "result in (1,2)", "result has 1", "any(1)"]
)
def test_what_is_not_built_is_named(text: str) -> None:
    with pytest.raises(NotOffered):
        parse(text)


def test_an_order_falls_where_it_says_so() -> None:
    found = parse_order("result desc, phenomenonTime asc,id")
    assert [falls for _, falls in found] == [True, False, False]
    with pytest.raises(BadQuery):
        parse_order("result down")


def test_paths_are_found_wherever_they_stand() -> None:
    tree = parse("length(name) gt 1 and not (Datastream/id eq 'x')")
    assert paths_of(tree) == [("name",), ("Datastream", "id")]


WORDS = st.sampled_from(
    [
        *("result", "phenomenonTime", "and", "or", "not", "gt", "eq", "add", "div", "(", ")", ","),
        *("/", "-", "1", "2.5", "'a'", "null", "true", "2026-11-24", "duration'PT1H'", "in"),
        *FUNCTIONS,
    ]
)


@given(st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=40))
def test_any_words_are_a_tree_or_a_refusal(text: str) -> None:
    try:
        assert parse(text) is not None
    except RuleRefused as refusal:
        assert refusal.message.text()
