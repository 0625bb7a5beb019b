"""Rows by column say what rows one by one say, whatever is sent."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from anlan.sensing.rules.decoding import json_lines
from anlan.sensing.rules.decoding.columns import Columns, columns_of
from anlan.sensing.rules.decoding.decoded import Decoded, NotInThisForm, Reading, Why

EIGHT = datetime(2026, 11, 24, tzinfo=UTC)
ROW = {"station": "A", "property": "rain", "time": "2026-11-24T00:00:00Z", "value": 1.5}
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.floats(),
    st.integers(-(10**25), 10**25),
    st.sampled_from([None, "", "1.5", "x", True, [], {}, 0, -0.0, 10**400]),
)
NAMES = st.sampled_from(["A", "YC-R-001", "", "a\tb", "雨量", "\ud800", None, 7])
TIMES = st.sampled_from(
    ["2026-11-24T08:00", "2026-11-24T00:00:00.5Z", "20261124", "", "gestern", None, 5]
)
UNITS = st.sampled_from(["", "mm", "cm", None, 3, []])
ROWS = st.one_of(
    st.fixed_dictionaries(
        {"station": NAMES, "property": NAMES, "time": TIMES, "value": VALUES},
        optional={"unit": UNITS, "更多": VALUES},
    ),
    st.sampled_from([7, None, [], "x", {}, ROW, ROW, ROW]),
)


def told(found: Decoded) -> tuple[list[Reading], Sequence[Any]]:
    return list(found.readings), found.rejected


def one_by_one(rows: list[Any]) -> tuple[list[Reading], Sequence[Any]]:
    """As plain JSON reads them, each by itself."""
    text = json.dumps(rows)
    found = [json_lines._read(n, row) for n, row in enumerate(json_lines._plain(text), start=1)]
    readings = [row for row in found if isinstance(row, Reading)]
    return readings, tuple(row for row in found if not isinstance(row, Reading))


@given(st.lists(ROWS, max_size=8))
@example([ROW, ROW | {"value": None}, ROW | {"value": "2"}, ROW])
@example([ROW | {"value": 10**400}])
def test_a_document_is_read_as_its_rows_are(rows: list[Any]) -> None:
    for content in (rows, {"observations": rows}):
        text = json.dumps(content)
        try:
            expected = one_by_one(rows)
        except NotInThisForm:  # NaN and Infinity are no JSON
            with pytest.raises(NotInThisForm):
                json_lines.decode(text.encode())
            continue
        assert told(json_lines.decode(text.encode())) == expected


@given(st.lists(ROWS, max_size=8))
def test_lines_are_read_as_their_rows_are(rows: list[Any]) -> None:
    lines = [json.dumps(row) for row in rows]
    found = json_lines.decode_lines("\n".join(lines).encode())
    each = [json_lines._line(number, line) for number, line in enumerate(lines, start=1)]
    assert list(found.readings) == [row for row in each if isinstance(row, Reading)]
    assert list(found.rejected) == [row for row in each if not isinstance(row, Reading)]


@pytest.mark.parametrize(
    "text",
    [
        '[{"x": "\\q"}]',
        '[{"x": 01}]',
        '[{"x": Infinity}]',
        "[{}] x",
        '{"observations": null}',
        '{"observations": {}}',
        '{"a": []}',
    ],
)
def test_what_is_no_document_is_none_in_what_is_passed_over_either(text: str) -> None:
    with pytest.raises(NotInThisForm):
        json_lines.decode(text.encode())


def test_a_row_that_is_not_as_it_should_be_is_read_by_itself() -> None:
    rows = [ROW, ROW | {"value": " 2 "}, ROW | {"value": None}, ROW | {"unit": None}]
    found = json_lines.decode(json.dumps(rows).encode())
    assert [(r.line, r.value, r.unit) for r in found.readings] == [
        (1, 1.5, ""),
        (2, 2.0, ""),
        (4, 1.5, ""),
    ]
    assert [(r.line, r.why) for r in found.rejected] == [(3, Why.EMPTY)]
    assert json.loads(found.rejected[0].text) == rows[2]


def test_columns_are_a_sequence_of_readings() -> None:
    rows = [Reading(n, "A", "rain", EIGHT.replace(microsecond=n), n / 2, "mm") for n in range(4)]
    columns = columns_of(rows)
    assert list(columns) == rows
    assert columns[-1] == rows[-1]
    assert columns[1:3] == tuple(rows[1:3])
    assert columns_of(columns) is columns
    assert isinstance(json_lines.decode(json.dumps([ROW]).encode()).readings, Columns)
    assert len(columns_of(())) == 0
