"""CSV as Excel, WPS and loggers write it: separators, quotation marks, empty cells, damage."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.rules.decoding import csv_lines, decoded
from anlan.sensing.rules.decoding.csv_lines import SEPARATORS
from anlan.sensing.rules.decoding.decoded import (
    Decoded,
    NotInThisForm,
    TooManyRows,
    Why,
    WorkbookForm,
)

EIGHT = datetime(2026, 11, 24, 0, tzinfo=UTC)
HEAD = "station,property,time,value"
AT = "2026/11/24 8:00"


def read(*lines: str, end: str = "\r\n") -> Decoded:
    return csv_lines.decode("".join(line + end for line in lines).encode())


def found(*lines: str) -> tuple[list[tuple[int, float]], list[tuple[int, Why]]]:
    rows = read(*lines)
    return (
        [(row.line, row.value) for row in rows.readings],
        [(row.line, row.why) for row in rows.rejected],
    )


@pytest.mark.parametrize("separator", SEPARATORS)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_a_separator_is_what_stands_between_the_heads(
    separator: str, end: str, encoding: str
) -> None:
    lines = (
        ("station", "property", "time", "value", "备注"),
        ("A", "rain", AT, "1.5", "正常"),
        ("A", "rain", "2026/11/24 8:05", "", ""),
    )
    text = "".join(separator.join(cells) + end for cells in lines)
    rows = csv_lines.decode(text.encode(encoding))
    assert [(r.line, r.station, r.at, r.value) for r in rows.readings] == [(2, "A", EIGHT, 1.5)]
    assert [(r.line, r.why) for r in rows.rejected] == [(3, Why.EMPTY)]


@pytest.mark.parametrize("head", ["station|property|time|value", "station property time value"])
def test_another_separator_is_refused(head: str) -> None:
    with pytest.raises(NotInThisForm):
        read(head, "A|rain|2026-11-24T00:00Z|1")


def test_a_head_in_which_separators_are_mixed_is_refused() -> None:
    with pytest.raises(NotInThisForm):
        read("station;property,time;value", f"A;rain,{AT};1")


@pytest.mark.parametrize("value", ["1,5", "1,000", "1.000,5", "１.５", "1．5", "12.5mm"])
def test_a_decimal_comma_is_refused(value: str) -> None:
    for separator in ";\t":
        line = separator.join(("A", "rain", AT, value))
        assert found(HEAD.replace(",", separator), line) == ([], [(2, Why.NOT_A_NUMBER)])
    assert found(HEAD, f'A,rain,{AT},"{value}"') == ([], [(2, Why.NOT_A_NUMBER)])


def test_a_decimal_comma_without_quotation_marks_is_a_cell_too_many() -> None:
    line = f"A,rain,{AT},1,5"
    assert found(HEAD, line) == ([], [(2, Why.COLUMNS)])
    assert found(f"{HEAD},", line) == ([], [(2, Why.COLUMNS)])  # a column without a head


def test_quoted_cells() -> None:
    head = '"station","property","time","value","note"'
    rows = read(head, f'"A","rain","{AT}","1.5","said ""dry"", then rain"')
    assert [(r.station, r.value) for r in rows.readings] == [("A", 1.5)]
    assert not rows.rejected


def test_a_cell_of_two_lines_is_one_row() -> None:
    good, bad = found(
        f'{HEAD},"note\n(free)"', f'A,rain,{AT},1,"wet\nand cold"', f"A,rain,{AT},2,"
    )
    assert (good, bad) == ([(4, 1.0), (5, 2.0)], [])


def test_empty_columns_and_rows_at_the_end_are_none() -> None:
    lines = (f"{HEAD},,", f"A,rain,{AT},1,,", ",,,,,", f"A,rain,{AT},2", ",,,", "", " , ")
    assert found(*lines) == ([(2, 1.0), (4, 2.0)], [])
    assert found(HEAD, f"A,rain,{AT},1,,,") == ([(2, 1.0)], [])


def test_a_column_that_is_empty_throughout_may_be_left_out() -> None:
    """Excel leaves empty cells at the end out from the 17th line on."""
    assert found(f"{HEAD},unit", f"A,rain,{AT},1,", f"A,rain,{AT},2") == ([(2, 1.0), (3, 2.0)], [])


def test_a_line_cut_short_is_not_read() -> None:
    lines = (f"{HEAD},unit", f"A,rain,{AT},12.5,mm", f"A,rain,{AT},12", f"A,rain,{AT}")
    assert found(*lines) == ([(2, 12.5)], [(3, Why.COLUMNS), (4, Why.COLUMNS)])


def test_a_quotation_mark_that_does_not_end_takes_no_row_with_it() -> None:
    lines = (
        f"{HEAD},note",
        f"A,rain,{AT},1,",
        f'A,rain,{AT},2,"not closed',
        f"A,rain,{AT},3,",
        f'A,rain,{AT},4,"closed"',
        f"A,rain,{AT},5,",
    )
    assert found(*lines) == ([(2, 1.0), (4, 3.0), (5, 4.0), (6, 5.0)], [(3, Why.NOT_READABLE)])
    assert found(*lines[:4]) == ([(2, 1.0), (4, 3.0)], [(3, Why.NOT_READABLE)])


@pytest.mark.parametrize("value", ['"12', '"1"2', '"12"5'])
def test_a_value_whose_quotation_marks_are_damaged_is_not_read(value: str) -> None:
    assert found(HEAD, f"A,rain,{AT},{value}") == ([], [(2, Why.NOT_READABLE)])


def test_a_very_long_cell_refuses_its_line_alone() -> None:
    long = "x" * 200_000
    lines = (f"{HEAD},note", f"A,rain,{AT},1,{long}", f"A,rain,{AT},2,", f"{long},rain,{AT},3,")
    good, bad = found(*lines)
    assert good == [(3, 2.0)]
    assert bad == [(2, Why.NOT_READABLE), (4, Why.NOT_READABLE)]
    assert all(len(row.text) <= decoded.LONGEST_TEXT for row in read(*lines).rejected)


def test_many_quotation_marks_that_do_not_end_cost_no_more_than_their_length() -> None:
    lines = [f'"A,rain,{AT},{number}' for number in range(50_000)]
    rows = read(HEAD, *lines)
    assert (len(rows.readings), len(rows.rejected)) == (0, 50_000)
    assert [row.line for row in rows.rejected] == list(range(2, 50_002))


def test_heads_twice_are_refused() -> None:
    for head in (f"{HEAD},value", f"{HEAD},unit,unit", f"{HEAD},Unit,unit"):
        with pytest.raises(NotInThisForm):
            read(head, f"A,rain,{AT},1,mm,cm")


@pytest.mark.parametrize(
    "head", ['station,property,time,"value', '"station"x,property,time,value']
)
def test_a_head_whose_quotation_marks_are_damaged_is_refused(head: str) -> None:
    with pytest.raises(NotInThisForm):
        read(head, f"A,rain,{AT},1")


def test_a_mark_written_twice_is_no_part_of_the_first_head() -> None:
    rows = csv_lines.decode(f"\ufeff\ufeff{HEAD}\nA,rain,{AT},1".encode())
    assert len(rows.readings) == 1


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_workbook_is_no_csv(start: bytes) -> None:
    with pytest.raises(WorkbookForm):
        csv_lines.decode(start + b"\0" * 100)


def test_rows_beyond_a_batch_are_not_read_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "MOST_ROWS", 3)
    assert len(read(HEAD, *[f"A,rain,{AT},1"] * 3, "", ",,,").readings) == 3
    with pytest.raises(TooManyRows):
        read(HEAD, *["x"] * 4)


CELLS = st.lists(st.sampled_from(['"', '""', ",", "A", "\n", "\r\n", ";", "1", AT]), max_size=12)


@given(st.lists(CELLS, max_size=8), st.integers(0, 7))
def test_no_damage_before_or_behind_hides_a_whole_line(damage: list[list[str]], at: int) -> None:
    """Each whole line is read, or it is told, or it stands in a quoted cell that is whole."""
    lines = ["".join(cells) for cells in damage]
    lines.insert(at, f"WHOLE,rain,{AT},7")
    text = "\n".join((HEAD, *lines, ""))
    rows = csv_lines.decode(text.encode())
    number = text[: text.index("WHOLE")].count("\n") + 1
    is_read = any(row.station == "WHOLE" for row in rows.readings)
    told = {row.line for row in rows.rejected}
    assert is_read or any(line >= number for line in told)
