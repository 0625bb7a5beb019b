"""JSON rows with fresh eyes: names twice, values that are none, lines that are no lines."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.rules.decoding import json_lines, json_rows
from anlan.sensing.rules.decoding.decoded import (
    Decoded,
    NotInThisForm,
    RepeatedName,
    TooManyRows,
    Why,
)

EIGHT = datetime(2026, 11, 24, 0, tzinfo=UTC)
GOOD = '{"station": "A", "property": "rain", "time": "2026-11-24T00:00Z", "value": 1.5}'
ROW = json.loads(GOOD)


def of_list(*rows: str) -> Decoded:
    return json_lines.decode(f"[{', '.join(rows)}]".encode())


def of_document(*rows: str) -> Decoded:
    return json_lines.decode(f'{{"observations": [{", ".join(rows)}]}}'.encode())


def of_lines(*rows: str) -> Decoded:
    return json_lines.decode_lines("\n".join(rows).encode())


WAYS = pytest.mark.parametrize("read", [of_list, of_document, of_lines])
NAMES = ("station", "property", "time", "value", "unit")


def ends(found: Decoded) -> list[tuple[int, str]]:
    rows = [(row.line, "read") for row in found.readings]
    return sorted(rows + [(row.line, row.why.value) for row in found.rejected])


def with_more(more: str) -> str:
    return f"{GOOD[:-1]}, {more}}}"


@WAYS
@pytest.mark.parametrize(
    "more",
    [
        *('"value": 2', '"value": 1.5', '"value": null', '"value": "2"', '"value": {}'),
        *('"station": "B"', '"property": "wind"', '"time": "2026-11-24T00:05Z"'),
        *('"unit": "mm", "unit": "cm"', '"unit": null, "unit": null', '"unit": "", "unit": "mm"'),
        *('"\\u0076alue": 2', '"v\\u0061l\\u0075e": 2', '"value"  : 2', '"value":2'),
        '"note": "value", "value": 2',
    ],
)
def test_a_row_in_which_a_name_stands_twice_is_rejected_alone(read: object, more: str) -> None:
    """Which of the two was meant nobody knows; the last one won, in silence."""
    assert callable(read)
    found = read(GOOD, with_more(more), GOOD, with_more('"note": 1'))
    assert ends(found) == [(1, "read"), (2, "name-twice"), (3, "read"), (4, "read")]
    name = json.loads(f"{{{more}}}").popitem()[0]
    assert found.rejected[0].text.count(f'"{name}": ') == 2


@WAYS
@pytest.mark.parametrize(
    "more",
    [
        *('"note": 1, "note": 2', '"note": {"value": 1, "value": 2}', '"Value": 2'),
        *('"note": "\\"value\\": 2"', '"note": "value"', '"unit": ""', '"unit": null'),
        *(
            '"unit": "mm"',
            '"note": ["value", "value"]',
            '"note": "\\u0061\\u0076"',
            '"\\u00e9": 1',
        ),
        *('"note": "a \\" b"', '"note": "河津，“清涧湾”"', '"value ": 2'),
    ],
)
def test_what_is_not_named_may_stand_as_often_as_it_likes(read: object, more: str) -> None:
    assert callable(read)
    assert ends(read(with_more(more), GOOD)) == [(1, "read"), (2, "read")]


@WAYS
def test_a_name_twice_beside_a_row_that_lacks_it(read: object) -> None:
    """The numbers of the names in the whole are then right, and only there."""
    assert callable(read)
    without = json.dumps({name: ROW[name] for name in NAMES[:3]})
    found = read(with_more('"value": 2'), without, with_more('"unit": "mm", "unit": "mm"'), GOOD)
    assert ends(found) == [(1, "name-twice"), (2, "empty"), (3, "name-twice"), (4, "read")]


@WAYS
def test_a_name_twice_beside_rows_that_are_not_typed(read: object) -> None:
    assert callable(read)
    found = read(GOOD, '{"station": 7}', with_more('"value": 2'), '"x"', GOOD)
    assert ends(found) == [
        *((1, "read"), (2, "columns"), (3, "name-twice"), (4, "columns"), (5, "read"))
    ]


@pytest.mark.parametrize("first", ["[]", f"[{GOOD}]", "[{}]", "null", "7"])
def test_rows_that_stand_twice_refuse_the_whole(first: str) -> None:
    content = f'{{"observations": {first}, "observations": [{GOOD}]}}'
    for text in (content, content.replace('"observations": [{"s', '"observation\\u0073": [{"s')):
        with pytest.raises(RepeatedName):
            json_lines.decode(text.encode())


def test_what_else_stands_beside_the_rows_is_passed_over() -> None:
    content = f'{{"value": 1, "value": 2, "note": "observations", "observations": [{GOOD}]}}'
    assert ends(json_lines.decode(content.encode())) == [(1, "read")]


def test_rows_as_they_should_be_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with units, with words of other languages, and with members that nobody asks for."""
    monkeypatch.setattr(json_lines, "loaded", None)
    for rows in (
        [ROW] * 3,
        [ROW | {"unit": "°C"}, ROW | {"unit": None}, ROW | {"unit": ""}, ROW],
        [ROW | {"station": "清涧湾", "note": 'a "b"', "quality": {"flag": "N"}}] * 2,
    ):
        for is_ascii in (True, False):
            text = json.dumps({"observations": rows}, ensure_ascii=is_ascii)
            assert len(json_lines.decode(text.encode()).readings) == len(rows)


MEMBERS = st.lists(
    st.tuples(
        st.sampled_from(
            ['"station"', '"value"', '"\\u0076alue"', '"time"', '"property"', '"unit"', '"x"']
        ),
        st.sampled_from(
            ['"A"', '"rain"', '"2026-11-24T00:00Z"', "1", "2.5", "null", '""', '"value"', '"\\""']
        ),
    ),
    max_size=7,
)


@given(st.lists(MEMBERS, max_size=4), st.integers(0, 2))
def test_no_name_twice_is_ever_read(rows: list[list[tuple[str, str]]], good: int) -> None:
    texts = [f"{{{', '.join(f'{name}: {value}' for name, value in row)}}}" for row in rows]
    texts += [GOOD] * good
    is_twice = []
    for row in rows:
        names = [json.loads(name) for name, _ in row]
        is_twice.append(any(names.count(name) > 1 for name in NAMES))
    wanted = {line for line, twice in enumerate(is_twice, start=1) if twice}
    for read in (of_list, of_document, of_lines):
        found = read(*texts)
        assert {row.line for row in found.rejected if row.why is Why.NAME_TWICE} == wanted
        assert len(found.readings) + len(found.rejected) == len(texts)


def test_a_line_that_plain_json_does_not_take_is_never_read_unseen() -> None:
    """Python reads no number of so many digits; whether a name stands twice is then not known."""
    long = with_more(f'"note": ["value", {"1" * 5000}]')
    assert ends(of_lines(long, GOOD)) == [(1, "not-readable"), (2, "read")]
    with pytest.raises(NotInThisForm):
        of_list(long, GOOD)


@WAYS
@pytest.mark.parametrize("unit", ["0", "false", "[]", "{}", "1", "true"])
def test_a_unit_that_is_no_text_is_refused(read: object, unit: str) -> None:
    """What is empty in Python was no unit: a reading in a unit that nobody can know."""
    assert callable(read)
    assert ends(read(with_more(f'"unit": {unit}'), GOOD)) == [(1, "unknown-unit"), (2, "read")]


@WAYS
@pytest.mark.parametrize(
    ("value", "why"),
    [
        *(("1e999", "not-a-number"), ("-1e999", "not-a-number"), ("true", "not-a-number")),
        *(("1" + "0" * 400, "not-a-number"), ('"1e999"', "not-a-number"), ("[1]", "not-a-number")),
        *(('{"value": 1}', "not-a-number"), ('"NaN"', "not-a-number"), ('"１２"', "not-a-number")),
        *(('"1,5"', "not-a-number"), ('"1_0"', "not-a-number"), ('"0x1"', "not-a-number")),
        *(('""', "empty"), ('" "', "empty"), ("null", "empty"), ('"--"', "empty")),
        *(("1e-999", "read"), ("12", "read"), ('" 12.5 "', "read"), ("-0", "read")),
    ],
)
def test_values(read: object, value: str, why: str) -> None:
    assert callable(read)
    row = GOOD.replace("1.5", value)
    assert ends(read(row, GOOD)) == [(1, why), (2, "read")]


@WAYS
@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        *(
            ("station", '""', "columns"),
            ("station", "7", "columns"),
            ("station", "null", "columns"),
        ),
        *(("station", '["A"]', "columns"), ("station", '"A\\n"', "columns")),
        *(("property", '""', "columns"), ("property", "true", "columns")),
        *(("time", "1795640527", "not-a-time"), ("time", "1795640527000", "not-a-time")),
        *(("time", '"1795640527"', "not-a-time"), ("time", "null", "not-a-time")),
        *(("time", '"2026-11-24"', "not-a-time"), ("time", '"24/11/2026 8:00"', "not-a-time")),
        *(("time", '"2026/11/24 8:00"', "read"), ("time", '"2026-11-24T08:00+08:00"', "read")),
    ],
)
def test_names_and_times(read: object, name: str, value: str, why: str) -> None:
    assert callable(read)
    row = GOOD.replace(json.dumps(ROW[name]), value)
    assert ends(read(row, GOOD)) == [(1, why), (2, "read")]


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85", "\x7f"])
def test_a_line_ends_at_a_line_feed_alone(char: str) -> None:
    """What some call the end of a line may stand within a text of JSON."""
    row = json.dumps(ROW | {"note": f"a{char}b"}, ensure_ascii=False)
    for end in ("\n", "\r\n", "\r"):
        found = json_lines.decode_lines(end.join([row, "", row, "{", row]).encode())
        assert ends(found) == [(1, "read"), (3, "read"), (4, "not-readable"), (5, "read")]


@pytest.mark.parametrize("row", ["1", "{}", GOOD, "{", "[]"])
def test_rows_beyond_a_batch_are_not_read_at_all(
    row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_lines, "MOST_ROWS", 3)
    with pytest.raises(TooManyRows):
        of_lines(*[row] * 4)
    assert len(ends(of_lines(*[row] * 3))) == 3
    if row == "{":
        with pytest.raises(NotInThisForm):
            of_list(*[row] * 4)
        return
    for read in (of_list, of_document):
        assert len(ends(read(*[row] * 3))) == 3
        with pytest.raises(TooManyRows):
            read(*[row] * 4)


def test_a_row_is_nothing_that_was_not_sent() -> None:
    assert json_rows.row_in("{}") == json_rows.Row()


@pytest.mark.parametrize("depth", [10, 900, 1100, 100_000])
def test_what_is_nested_deeply_fails_nothing(depth: int) -> None:
    row = with_more(f'"note": {"[" * depth}{"]" * depth}')
    assert [line for line, _ in ends(of_lines(row, GOOD))] == [1, 2]
    try:
        assert ends(of_list(row, GOOD)) == [(1, "read"), (2, "read")]
    except NotInThisForm:
        assert depth > 10
