"""Decoders: what is read, what is rejected with its line and reason, what is no such form."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.rules.decoding import csv_lines, hj212, json_lines
from anlan.sensing.rules.decoding.decoded import (
    WHY_LABELS,
    NotInThisForm,
    Why,
    instant_of,
    number_of,
)
from anlan.sensing.rules.decoding.forms import DECODERS, decoder_for

EIGHT = datetime(2026, 11, 24, 0, tzinfo=UTC)
HEAD = "station,property,time,value"


def lines(*rows: str, head: str = HEAD) -> bytes:
    return "\n".join((head, *rows)).encode()


def test_csv_reads_and_rejects_line_by_line() -> None:
    found = csv_lines.decode(
        lines(
            "A,rain,2026-11-24T08:00:00+08:00,1.5",
            "A,rain,2026-11-24 08:00,0",
            "",
            "A,rain,2026-11-24T08:05:00+08:00,",
            "A,rain,gestern,1",
            "A,rain,2026-11-24T08:05:00Z,1;5",
            "A,rain,2026-11-24T08:05:00Z,NaN",
            ",rain,2026-11-24T08:05:00Z,1",
            "A,rain,2026-11-24T08:05:00Z",
        )
    )
    assert [(r.line, r.value, r.at) for r in found.readings] == [(2, 1.5, EIGHT), (3, 0, EIGHT)]
    assert [(r.line, r.why) for r in found.rejected] == [
        (5, Why.EMPTY),
        (6, Why.NOT_A_TIME),
        (7, Why.NOT_A_NUMBER),
        (8, Why.NOT_A_NUMBER),
        (9, Why.COLUMNS),
        (10, Why.COLUMNS),
    ]


def test_an_empty_sample_is_never_zero() -> None:
    for text in ("", " ", "null", "--", "/", "None"):
        assert number_of(text) is Why.EMPTY
    assert number_of(None) is Why.EMPTY
    assert number_of("0") == 0
    assert number_of(0) == 0


@pytest.mark.parametrize("value", ["inf", "1e999", "0x10", "１", "1_000", True, [], 10**400])
def test_what_is_no_finite_number(value: object) -> None:
    assert number_of(value) is Why.NOT_A_NUMBER


SEVEN_PAST_FIVE = datetime(2026, 11, 26, 21, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "second"),
    [
        *(("2026/11/27 5:02:07", 7), ("2026/11/27 5:02", 0), ("2026-11-27 5:02", 0)),
        *(("2026/11/27  5:02:07", 7), ("2026/11/27T05:02:07", 7), ("2026-11-27T5:02:07", 7)),
        *(("2026/11/27 5:02:07+08:00", 7), ("2026/11/26 21:02:07Z", 7)),
        *(("2026-11-27 05:02:07 +08:00", 7), ("20261127T050207", 7), ("20261127 050207", 7)),
        *(("2026-11-26T21:02:07Z", 7), ("2026-11-26T21:02:07+00:00", 7)),
        *(("2026-11-27T05:02:07.0", 7), ("\u3000 2026/11/27 5:02:07\u00a0", 7)),
    ],
)
def test_times_as_programs_of_tables_write_them(text: str, second: int) -> None:
    """Excel and WPS write no zeros before a digit, and slashes; the year comes first."""
    assert instant_of(text) == SEVEN_PAST_FIVE.replace(second=second)


def test_a_time_of_one_digit_in_every_place() -> None:
    assert instant_of("2026/1/2 3:04") == datetime(2026, 1, 1, 19, 4, tzinfo=UTC)
    assert instant_of("2024/2/29 0:00") == datetime(2024, 2, 28, 16, tzinfo=UTC)
    assert instant_of("2026/2/29 0:00") is None


@pytest.mark.parametrize(
    "text",
    [
        *("27/11/2026 5:02", "11/27/2026 5:02", "26/11/27 5:02", "1/2/2026 5:02"),
        *("2026/11-27 5:02", "2026/13/1 5:02", "2026/11/31 5:02", "2026/11/27 5:2"),
        *("2026/11/27", "2026-11-27", "20261127", "2026/11/27 下午 5:02", "2026/11/27 5:02 PM"),
        *("2026-11-27下05:02", "2026-11-27_05:02", "2026112710502", "２０２６/11/27 5:02"),
        *("2026/11/27 24:00", "2026-11-27T24:00", "20261127T240000", "2026-11-27T23:59:60"),
        *("2026/11/27 25:00", "2026/11/27 5:60", "2026/11/27 5:02:60", "0000/1/1 0:00"),
        *("0000-01-01T00:00", "9999-12-31T23:59-08:00", "46353.2097", "1795640527"),
        *(
            "1795640527000",
            "1801121230405",
            "2026/11/27 5:02+24:00",
            "",
            "now",
            "2026/11/27 5:02\n3",
        ),
    ],
)
def test_times_that_could_be_two_or_none(text: str) -> None:
    """A day alone is no moment: the rain of a day would stand as that of midnight."""
    assert instant_of(text) is None
    assert instant_of(text + "0" * 1_000_000) is None


@pytest.mark.parametrize("value", [1795640527, 1795640527000, 1.5e9, True, None, [], {}])
def test_a_number_is_no_time(value: object) -> None:
    assert instant_of(value) is None


def test_the_last_instant_that_has_a_name() -> None:
    assert instant_of("9999-12-31T23:59:59Z") == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    assert instant_of("0001-01-01T08:00") == datetime(1, 1, 1, tzinfo=UTC)


def test_csv_columns_in_any_order_with_a_unit_and_in_an_old_code_page() -> None:
    content = lines("cm,12,A,rain,2026-11-24T00:00Z", head="unit,value,station,property,time")
    assert csv_lines.decode(content).readings[0].unit == "cm"
    old = f"{HEAD},备注\nA,rain,2026-11-24T00:00Z,1,正常\n".encode("gb18030")
    assert len(csv_lines.decode(old).readings) == 1
    marked = b"\xef\xbb\xbf" + lines("A,rain,2026-11-24T00:00Z,1")
    assert len(csv_lines.decode(marked).readings) == 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "gb18030"])
def test_text_in_the_encodings_of_offices(encoding: str) -> None:
    """Excel saves UTF-8 with a mark, “Unicode text” (UTF-16) or the code page of China."""
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    table = f"{mark}{HEAD},备注\r\n清涧湾,rain,2026/11/24 8:00,1.5,正常\r\n".encode(encoding)
    row = json.dumps(ROW | {"station": "清涧湾", "备注": "正常"}, ensure_ascii=False)
    found = (
        csv_lines.decode(table),
        json_lines.decode(f"{mark}[{row}]".encode(encoding)),
        json_lines.decode_lines(f"{mark}{row}\r\n{row}\r\n".encode(encoding)),
    )
    for each in found:
        assert not each.rejected
        reading = each.readings[-1]
        assert (reading.station, reading.at, reading.value) == ("清涧湾", EIGHT, 1.5)


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2", b"\xff\xff\xff", b"value,value,time"])
def test_csv_without_its_heads_is_none(content: bytes) -> None:
    with pytest.raises(NotInThisForm):
        csv_lines.decode(content)


ROW = {"station": "A", "property": "rain", "time": "2026-11-24T00:00:00Z", "value": 1.5}


def test_json_document_and_list() -> None:
    rows = [ROW, ROW | {"value": None}, 7, ROW | {"unit": 3}, ROW | {"value": "x"}]
    for content in (rows, {"observations": rows}):
        found = json_lines.decode(json.dumps(content).encode())
        assert [(r.line, r.at) for r in found.readings] == [(1, EIGHT)]
        whys = [r.why for r in found.rejected]
        assert whys == [Why.EMPTY, Why.COLUMNS, Why.UNKNOWN_UNIT, Why.NOT_A_NUMBER]


@pytest.mark.parametrize("content", [b"{", b"7", b'{"a": 1}', b"[NaN]", b"[" * 100_000])
def test_what_is_no_document(content: bytes) -> None:
    with pytest.raises(NotInThisForm):
        json_lines.decode(content)


def test_ndjson_rejects_the_line_alone() -> None:
    good = json.dumps(ROW)
    found = json_lines.decode_lines(f"{good}\n\n{{\n{good}\n".encode())
    assert [r.line for r in found.readings] == [1, 4]
    assert [(r.line, r.why) for r in found.rejected] == [(3, Why.NOT_READABLE)]


STANDARD = (
    "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    "CP=&&RtdInterval=30&&"
)
AIR = (
    "QN=20261124080000001;ST=22;CN=2011;PW=123456;MN=YC-P-1;Flag=5;CP=&&"
    "DataTime=20261124080000;a01001-Rtd=21.5,a01001-Flag=N;a01007-Rtd=,a01007-Flag=N;"
    "a01006-Rtd=96.5,a01006-Flag=D;a99999-Rtd=1,a99999-Flag=N&&"
)


def test_crc_of_the_example_of_the_standard() -> None:
    assert hj212.crc(STANDARD.encode()) == 0x1C80
    assert hj212.packet(STANDARD).endswith(b"1C80\r\n")


def test_hj212_values_flags_and_codes() -> None:
    found = hj212.decode(hj212.packet(AIR))
    (reading,) = found.readings
    assert (reading.station, reading.key, reading.value) == ("YC-P-1", "temperature", 21.5)
    assert (reading.at, reading.unit) == (EIGHT, "°C")
    assert [r.why for r in found.rejected] == [Why.EMPTY, Why.DEVICE_FLAG, Why.UNKNOWN_CODE]


def test_hj212_a_heartbeat_holds_no_reading() -> None:
    found = hj212.decode(hj212.packet(STANDARD))
    assert (found.readings, found.rejected) == ((), ())


def test_hj212_a_wrong_time_is_rejected() -> None:
    found = hj212.decode(hj212.packet(AIR.replace("20261124080000;a", "20261399080000;a")))
    assert Why.NOT_A_TIME in [r.why for r in found.rejected]
    assert not found.readings


def test_hj212_is_no_other_form() -> None:
    with pytest.raises(NotInThisForm):
        hj212.decode(b"station,property")


@given(st.integers(0, len(hj212.packet(AIR)) - 3), st.integers(1, 255))
def test_a_damaged_packet_is_never_read(place: int, change: int) -> None:
    raw = bytearray(hj212.packet(AIR))
    raw[place] ^= change
    try:
        found = hj212.decode(bytes(raw))
    except NotInThisForm:
        return
    case_of_a_crc_digit = bytes(raw).lower() == hj212.packet(AIR).lower()
    assert case_of_a_crc_digit or not found.readings


@given(st.integers(0, len(hj212.packet(AIR)) - 1), st.booleans())
def test_hj212_a_packet_cut_short_takes_no_other_with_it(length: int, is_ended: bool) -> None:
    whole = hj212.packet(AIR)
    cut_short = whole[:length] + (b"\r\n" if is_ended else b"")
    found = hj212.decode(whole + cut_short + whole)
    is_whole = length >= len(whole) - len(b"\r\n")
    assert [reading.value for reading in found.readings] == [21.5] * (3 if is_whole else 2)
    damaged = [row for row in found.rejected if row.why is Why.CHECKSUM]
    assert len(damaged) == (1 if length > 0 and not is_whole else 0)
    answers = hj212.answers_to(whole + cut_short + whole)
    assert answers.count(b"CN=9014") == answers.count(b"##") >= 2


def test_hj212_marks_within_a_damaged_packet_are_told_once() -> None:
    raw = hj212.packet(AIR).replace(b"a01007-Rtd=", b"a01007-Rtd=##0012")
    found = hj212.decode(raw + hj212.packet(AIR))
    assert [reading.value for reading in found.readings] == [21.5]
    assert [row.why for row in found.rejected].count(Why.CHECKSUM) >= 1


@given(st.binary(max_size=200))
def test_no_decoder_fails_on_any_bytes(content: bytes) -> None:
    for decoder in DECODERS:
        for start in (b"", b"##", HEAD.encode() + b"\n", b"["):
            try:
                decoder.decode(start + content)
            except NotInThisForm:
                continue


def test_media_types() -> None:
    assert decoder_for("text/csv; charset=utf-8") is csv_lines.CSV
    assert decoder_for("application/json") is json_lines.JSON
    assert decoder_for("text/plain") is None
    assert set(WHY_LABELS) == set(Why)


@pytest.mark.parametrize("why", [why for why in Why if why not in (Why.EMPTY, Why.DEVICE_FLAG)])
def test_a_reason_says_what_to_do(why: Why) -> None:
    _what, mark, next_step = why.label.partition(";")
    assert mark and next_step.strip()


def part_of(number: int, data: str, *, parts: int = 2, flag: int = 7) -> bytes:
    head = f"QN=20261124080000001;ST=22;CN=2011;PW=654321;MN=YC-P-1;Flag={flag};"
    return hj212.packet(f"{head}PNUM={parts};PNO={number};CP=&&{data}&&")


FIRST = "DataTime=20261124080000;a01001-Rtd=21.5,a01001-Flag=N"
SECOND = "a01007-Rtd=3,a01007-Flag=N"


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (1, 2, 2)])
def test_hj212_parts_of_one_message_share_its_time(order: tuple[int, ...]) -> None:
    data = {1: FIRST, 2: SECOND}
    found = hj212.decode(b"".join(part_of(number, data[number]) for number in order))
    assert {(r.key, r.value, r.at) for r in found.readings} == {
        ("temperature", 21.5, EIGHT),
        ("wind", 3.0, EIGHT),
    }
    assert found.rejected == ()


def test_hj212_a_part_that_did_not_come_is_told() -> None:
    first = hj212.decode(part_of(1, FIRST, parts=3) + part_of(3, SECOND, parts=3))
    assert {r.key for r in first.readings} == {"temperature", "wind"}
    assert [r.why for r in first.rejected] == [Why.PART_MISSING]
    assert "2/3" in first.rejected[0].text
    second = hj212.decode(part_of(2, SECOND))
    assert second.readings == ()
    assert [r.why for r in second.rejected] == [Why.PART_MISSING, Why.PART_MISSING]
    assert "a01007-Rtd=3" in second.rejected[1].text


@pytest.mark.parametrize(("number", "parts"), [(0, 2), (3, 2), (1, 0), (1, 10_000)])
def test_hj212_numbers_of_parts_that_cannot_be(number: int, parts: int) -> None:
    found = hj212.decode(part_of(number, FIRST, parts=parts))
    assert (found.readings, [r.why for r in found.rejected]) == ((), [Why.NOT_READABLE])


def test_hj212_what_was_cut_within_a_word_is_not_passed_over() -> None:
    found = hj212.decode(part_of(1, f"{FIRST};a01007-R") + part_of(2, "td=3,a01007-Flag=N"))
    assert {r.key for r in found.readings} == {"temperature"}
    assert [r.why for r in found.rejected] == [Why.NOT_READABLE]


@pytest.mark.parametrize(
    ("command", "key"),
    [
        *(("2011", "temperature"), ("2051", "temperature.2051")),
        *(("2061", "temperature.2061"), ("2031", "temperature.2031")),
    ],
)
def test_hj212_a_mean_is_no_value_of_now(command: str, key: str) -> None:
    """Else the mean of a day would stand as a correction of the value of that moment."""
    part = "Rtd" if command == "2011" else "Avg"
    data = AIR.split("CP=")[0].replace("CN=2011", f"CN={command}")
    values = f"CP=&&DataTime=20261124080000;a01001-Min=1,a01001-{part}=21.5,a01001-Flag=N&&"
    (reading,) = hj212.decode(hj212.packet(data + values)).readings
    assert (reading.key, reading.value) == (key, 21.5)


@pytest.mark.parametrize("flag", ["F", "M", "S", "D", "C", "T", "B"])
def test_hj212_the_flag_of_a_value_that_is_not_taken_is_told(flag: str) -> None:
    found = hj212.decode(hj212.packet(AIR.replace("a01006-Flag=D", f"a01006-Flag={flag}")))
    told = [r.text for r in found.rejected if r.why is Why.DEVICE_FLAG]
    assert told == [f"YC-P-1 a01006-Rtd=96.5 Flag={flag}"]


def test_hj212_the_password_of_a_device_is_never_told() -> None:
    damaged = hj212.packet(AIR).replace(b"21.5", b"31.5")
    (row,) = hj212.decode(damaged).rejected
    assert row.why is Why.CHECKSUM
    assert "123456" not in row.text
    assert "PW=******" in row.text


def test_hj212_who_asks_is_answered() -> None:
    answers = hj212.answers_to(hj212.packet(AIR))
    assert answers == hj212.packet(
        "QN=20261124080000001;ST=91;CN=9014;PW=123456;MN=YC-P-1;Flag=4;CP=&&&&"
    )
    two = part_of(1, FIRST) + part_of(2, SECOND)
    assert hj212.answers_to(two).count(b"CN=9014") == 2
    assert b"PNO=1" in hj212.answers_to(two)
    quiet = hj212.packet(AIR.replace("Flag=5", "Flag=4"))
    damaged = hj212.packet(AIR).replace(b"21.5", b"31.5")
    for content in (quiet, damaged, hj212.packet(STANDARD), b"", b"x"):
        assert hj212.answers_to(content) == b""


def test_hj212_knows_no_letters_but_ascii() -> None:
    found = hj212.decode(hj212.packet("CN=2011;MN=甲;CP=&&&&"))
    assert [r.why for r in found.rejected] == [Why.CHECKSUM]


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        ("DataTime=20261124080000;a01001-Rtd=21.5,a01001-Flag=D;a01001-Flag=N", Why.DEVICE_FLAG),
        ("DataTime=20261124080000;a01001-Rtd=21.5,a01001-Flag=N;a01001-Flag=D", Why.DEVICE_FLAG),
        ("DataTime=20261124080000;DataTime=20261124090000;a01001-Rtd=21.5", Why.NAME_TWICE),
        ("DataTime=20261124080000;a01001-Rtd=21.5;DataTime=", Why.NAME_TWICE),
    ],
)
def test_hj212_what_contradicts_itself_is_not_read(data: str, wanted: Why) -> None:
    """The last flag or time won: a fault was a measurement, a value stood an hour off."""
    found = hj212.decode(hj212.packet(f"CN=2011;MN=YC-P-1;CP=&&{data}&&"))
    assert (found.readings, [row.why for row in found.rejected]) == ((), [wanted])


def test_hj212_what_is_said_twice_alike_is_said_once() -> None:
    data = "DataTime=20261124080000;DataTime=20261124080000;a01001-Flag=N,a01001-Rtd=21.5"
    found = hj212.decode(hj212.packet(f"CN=2011;MN=YC-P-1;CP=&&{data};a01001-Flag=N&&"))
    assert [row.value for row in found.readings] == [21.5]
    assert not found.rejected


@pytest.mark.parametrize("name", ["MN=A;MN=B", "MN=A;MN=A;CN=2051", "MN=;MN=A"])
def test_hj212_a_head_that_contradicts_itself_names_no_device(name: str) -> None:
    data = f"CN=2011;PW=123456;{name};Flag=5;CP=&&{FIRST}&&"
    found = hj212.decode(hj212.packet(data) + hj212.packet(AIR))
    assert [row.station for row in found.readings] == ["YC-P-1"]
    (row,) = (row for row in found.rejected if row.why is Why.NAME_TWICE)
    assert "123456" not in row.text
    assert hj212.answers_to(hj212.packet(data)) == b""


@pytest.mark.parametrize(
    "time", ["20261124240000", "20261124236000", "20261124", "1795640527000", ""]
)
def test_hj212_times_that_are_none(time: str) -> None:
    data = f"CN=2011;MN=YC-P-1;CP=&&DataTime={time};a01001-Rtd=21.5&&"
    found = hj212.decode(hj212.packet(data))
    assert (found.readings, [row.why for row in found.rejected]) == ((), [Why.NOT_A_TIME])
