"""A tree over values: three truths, null, arithmetic, functions, and what is never compared."""

import datetime as dt
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.rules.sensorthings.evaluation import is_true, order_key, value_of
from anlan.sensing.rules.sensorthings.expression import FUNCTIONS, parse
from anlan.sensing.rules.sensorthings.refusals import BadQuery

NOW = dt.datetime(2026, 11, 24, 8, 30, 15, 250_000, tzinfo=dt.UTC)
VALUES: dict[tuple[str, ...], Any] = {
    ("result",): 2.5,
    ("number",): 7,
    ("name",): " 雨量站 ",
    ("at",): NOW,
    ("nothing",): None,
    ("yes",): True,
    ("object",): {"a": 1},
    ("here",): {"type": "Point", "coordinates": [111.0, 35.0]},
    ("feature",): {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [111.0, 35.0]},
    },
    ("nowhere",): {"type": "Feature", "geometry": None},
}
SQUARE = "geography'POLYGON((110 34, 112 34, 112 36, 110 36, 110 34))'"
EDGE = "geography'POLYGON((111 34, 113 34, 113 36, 111 36, 111 34))'"
LINE = "geography'LINESTRING(110 35, 113 35)'"


def found(text: str) -> Any:
    return value_of(parse(text), lambda path: VALUES.get(path), NOW)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        *(
            (f"result {op} 2.5", wanted)
            for op, wanted in zip(
                ("eq", "ne", "gt", "ge", "lt", "le"),
                (True, False, False, True, False, True),
                strict=True,
            )
        ),
        *(("nothing eq null", True), ("nothing ne null", False), ("result eq null", False)),
        *(("result ne null", True), ("nothing gt 1", False), ("null lt null", False)),
        *(("nothing and true", False), ("nothing or true", True), ("true and yes", True)),
        *(("false and nothing", False), ("false or false", False), ("not yes", False)),
        *(("result add 1", 3.5), ("result sub 1", 1.5), ("result mul 2", 5.0), ("7 div 2", 3.5)),
        *(("7 mod 4", 3.0), ("-result", -2.5), ("1 div 0", None), ("nothing add 1", None)),
        *(("1e300 mul 1e300", None), ("1 mod 0", None), ("object", None), ("number", 7.0)),
        *(("trim(name)", "雨量站"), ("length(trim(name))", 3.0), ("contains(name,'量')", True)),
        *(("substringof('量',name)", True), ("startswith('abc','ab')", True)),
        *(("endswith('abc','ab')", False), ("toupper('ab')", "AB"), ("tolower('AB')", "ab")),
        *(("indexof('abc','c')", 2.0), ("indexof('abc','x')", -1.0), ("concat('a','b')", "ab")),
        *(("substring('abcd',1)", "bcd"), ("substring('abcd',1,2)", "bc")),
        *(("substring('abcd',-1,2)", "ab"), ("length(null)", None)),
        *(("geo.distance(here,geography'POINT(114 39)')", 5.0), (f"geo.length({LINE})", 3.0)),
        *((f"geo.intersects(here,{EDGE})", True), (f"st_intersects(feature,{SQUARE})", True)),
        *((f"st_within(here,{SQUARE})", True), (f"st_within(here,{EDGE})", False)),
        *((f"st_contains({SQUARE},here)", True), (f"st_contains({EDGE},here)", False)),
        *((f"st_touches(here,{EDGE})", True), (f"st_disjoint(here,{EDGE})", False)),
        *((f"st_overlaps({SQUARE},{EDGE})", True), (f"st_crosses({LINE},{SQUARE})", True)),
        *(("st_equals(here,feature)", True), ("st_relate(here,feature,'0FFFFFFF2')", True)),
        *((f"st_within(nowhere,{SQUARE})", None), (f"st_within(nothing,{SQUARE})", None)),
        *(("here eq null", False), ("nowhere eq null", True), ("here ne null", True)),
        *(("time(at) eq 08:30:15.25", True), ("time(at) lt 08:30:16", True)),
        *(("year(at)", 2026.0), ("month(at)", 11.0), ("day(at)", 24.0), ("hour(at)", 8.0)),
        *(("minute(at)", 30.0), ("second(at)", 15.0), ("fractionalseconds(at)", 0.25)),
        *(
            ("date(at) eq 2026-11-24", True),
            ("totaloffsetminutes(at)", 0.0),
            ("now() eq at", True),
        ),
        *(("at gt now() sub duration'PT1S'", True), ("at sub at eq duration'PT0S'", True)),
        *(
            ("at gt 2026-11-24", True),
            ("2026-11-25 gt at", True),
            ("2026-11-24 add duration'P1D' gt at", True),
        ),
        *(("at sub 2026-11-24 lt duration'P1D'", True),),
        *(("mindatetime() lt maxdatetime()", True), ("maxdatetime() add duration'P1D'", None)),
        *(("round(2.5)", 3.0), ("round(-2.5)", -3.0), ("floor(2.7)", 2.0), ("ceiling(2.1)", 3.0)),
        ("floor(1e999)", None),
    ],
)
def test_a_tree_has_its_value(text: str, wanted: Any) -> None:
    value = found(text)
    assert (value is True) is wanted if text.startswith("nothing and") else value == wanted


def test_not_determinable_is_not_meant() -> None:
    for text in (
        "nothing and true",
        "not nothing",
        "nothing or false",
        "nothing",
        "length(nothing) gt 1",
    ):
        assert is_true(parse(text), lambda path: VALUES.get(path), NOW) is False


@pytest.mark.parametrize(
    "text",
    [
        *("result eq 'a'", "name gt 1", "at eq 1", "result and true", "'a' or true", "not 1"),
        *(
            "'a' add 'b'",
            "'a' mul 2",
            "true add 1",
            "length(1)",
            "contains(1,'a')",
            "-'a'",
            "-true",
        ),
        *("year('x')", "startswith(1,'a')", "concat(1,'a')", "substring(1,1)", "indexof(1,'a')"),
        *("duration'PT1H' eq 1", "at add 1", "2026-11-24 add 1", "contains('a',1)"),
        *("time('x')", "geo.length('x')", "geo.distance(here,'x')", "st_relate('x',here,'F')"),
        *("st_relate(here,here,1)", "here eq feature", "time(at) eq 'x'"),
    ],
)
def test_values_of_different_kinds_are_refused(text: str) -> None:
    with pytest.raises(BadQuery):
        found(text)


def test_a_filter_that_is_no_truth_is_refused() -> None:
    with pytest.raises(BadQuery):
        is_true(parse("result"), lambda path: VALUES.get(path), NOW)


def test_an_order_has_every_kind_of_value_and_nothing_first() -> None:
    mixed = ["a", None, 2.0, True, NOW, dt.timedelta(1), dt.date(2026, 1, 1), 1.0, dt.time(8)]
    mixed.append(found(SQUARE))
    ordered = sorted(mixed, key=order_key)
    assert ordered[0] is None
    assert ordered.index(1.0) < ordered.index(2.0)
    assert ordered.index(dt.date(2026, 1, 1)) < ordered.index(NOW)


ANY = st.sampled_from(
    ["result", "name", "at", "nothing", "yes", "object", "1", "'a'", "null", "now()"]
)


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(ANY, min_size=3, max_size=3))
def test_every_function_takes_every_value_or_refuses_it(
    name: str, given_values: list[str]
) -> None:
    for count in FUNCTIONS[name]:
        try:
            value = found(f"{name}({','.join(given_values[:count])})")
        except BadQuery:
            continue
        assert value is None or not (isinstance(value, float) and math.isnan(value))


NUMBERS = st.floats(-1e6, 1e6).map(lambda n: round(n, 3))


@given(NUMBERS, NUMBERS, st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"]))
def test_a_comparison_and_its_denial_share_nothing(a: float, b: float, op: str) -> None:
    text = f"{a!r} {op} {b!r}"
    assert found(text) is not found(f"not ({text})")
