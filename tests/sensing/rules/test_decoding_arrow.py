"""Arrow streams: the same refusals a row as CSV; damaged, cut, huge, compressed ones as a whole."""

import datetime as dt
import io
import random
import struct
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.sensing.rules.decoding import csv_lines
from anlan.sensing.rules.decoding.arrow_frames import MOST_MESSAGES, check_frames
from anlan.sensing.rules.decoding.arrow_stream import ARROW, decode
from anlan.sensing.rules.decoding.decoded import (
    MOST_ROWS,
    CompressedForm,
    NotInThisForm,
    TooManyRows,
    Why,
)

EIGHT = dt.datetime(2026, 11, 24, 0, tzinfo=dt.UTC)
UTC_US = pa.timestamp("us", tz="UTC")
COLUMNS: dict[str, Any] = {
    "station": (["A", "B", None, "A", "A"], pa.string()),
    "property": (["rain", "rain", "rain", "wind", "rain"], pa.string()),
    "time": ([EIGHT, EIGHT, EIGHT, None, EIGHT], UTC_US),
    "value": ([1.5, None, 2.0, 3.0, float("nan")], pa.float64()),
}


def table(**more: Any) -> pa.Table:
    columns = {**COLUMNS, **more}
    return pa.table({name: pa.array(values, kind) for name, (values, kind) in columns.items()})


def stream(of: pa.Table, **options: Any) -> bytes:
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, of.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(of)
    return sink.getvalue()


def test_rows_end_as_those_of_csv() -> None:
    found = decode(stream(table()))
    assert [(r.line, r.station, r.at, r.value) for r in found.readings] == [(1, "A", EIGHT, 1.5)]
    assert [(r.line, r.why) for r in found.rejected] == [
        (2, Why.EMPTY),
        (3, Why.COLUMNS),
        (4, Why.NOT_A_TIME),
        (5, Why.NOT_A_NUMBER),
    ]
    text = "\n".join(
        ["station,property,time,value"]
        + [f"A,rain,{(EIGHT + dt.timedelta(minutes=n)).isoformat()},{n / 3!r}" for n in range(50)]
    )
    rows = csv_lines.decode(text.encode()).readings
    same = table(
        station=([r.station for r in rows], pa.large_string()),
        property=([r.key for r in rows], pa.dictionary(pa.int32(), pa.string())),
        time=([r.at for r in rows], UTC_US),
        value=([r.value for r in rows], pa.float64()),
    )
    read = decode(stream(same)).readings
    assert [(r.station, r.key, r.at, r.value) for r in read] == [
        (r.station, r.key, r.at, r.value) for r in rows
    ]


@pytest.mark.parametrize(
    ("kind", "ticks", "wanted"),
    [
        (pa.timestamp("s", tz="Asia/Shanghai"), 1_795_478_400, EIGHT),
        (pa.timestamp("ms"), 1_795_507_200_000, EIGHT),  # without a zone: as the clock here shows
        (pa.timestamp("us", tz="UTC"), 1_795_478_400_000_000, EIGHT),
        (pa.timestamp("ns", tz="UTC"), 1_795_478_400_000_000_999, EIGHT),
        (pa.timestamp("s", tz="UTC"), 2**62, None),
        (pa.timestamp("s", tz="UTC"), -(2**62), None),
    ],
)
def test_times_of_every_unit(kind: Any, ticks: int, wanted: dt.datetime | None) -> None:
    one = {name: ([values[0]], kind_) for name, (values, kind_) in COLUMNS.items()}
    columns = {name: pa.array(values, kind_) for name, (values, kind_) in one.items()}
    columns["time"] = pa.array([ticks], pa.int64()).cast(kind)
    found = decode(stream(pa.table(columns)))
    assert [r.at for r in found.readings] == ([wanted] if wanted else [])
    assert [r.why for r in found.rejected] == ([] if wanted else [Why.NOT_A_TIME])


def test_units_texts_and_whole_numbers_are_read_and_other_columns_passed_over() -> None:
    found = decode(
        stream(
            table(
                station=(["A"] * 5, pa.string()),
                time=(["2026-11-24T08:00"] * 5, pa.string()),
                value=([1, 2, 3, 4, None], pa.int16()),
                unit=(["cm", None, "", "mm", "mm"], pa.string()),
                extra=([{"a": 1}] * 5, pa.struct([("a", pa.int8())])),
            )
        )
    )
    assert [(r.unit, r.value, r.at) for r in found.readings] == [
        ("cm", 1, EIGHT),
        ("", 2, EIGHT),
        ("", 3, EIGHT),
        ("mm", 4, EIGHT),
    ]
    nothing = decode(stream(table(value=([None] * 5, pa.null()))))
    assert {row.why for row in nothing.rejected} >= {Why.EMPTY}


@pytest.mark.parametrize(
    "more",
    [
        {"value": ([True] * 5, pa.bool_())},
        {"station": ([1] * 5, pa.int32())},
        {"time": ([1] * 5, pa.int64())},
        {"station": (["x" * 300] * 5, pa.dictionary(pa.int32(), pa.string()))},
        {"property": ([1] * 5, pa.dictionary(pa.int32(), pa.int64()))},
        {"station": (["A"] * 5, pa.string_view())},
        {"value": ([["a"]] * 5, pa.list_(pa.string()))},
    ],
)
def test_columns_of_other_types_refuse_the_whole(more: Any) -> None:
    with pytest.raises(NotInThisForm):
        decode(stream(table(**more)))


def test_columns_that_are_missing_or_there_twice_are_named() -> None:
    with pytest.raises(NotInThisForm, match="time"):
        decode(stream(table().drop_columns(["time"])))
    twice = (
        table()
        .append_column("unit", pa.array(["mm"] * 5))
        .append_column("unit", pa.array(["mm"] * 5))
    )
    with pytest.raises(NotInThisForm, match="unit"):
        decode(stream(twice))


@pytest.mark.parametrize("codec", ["lz4", "zstd"])
def test_a_compressed_stream_is_refused_before_it_is_unpacked(codec: str) -> None:
    bomb = table(**{n: (v * 2000, k) for n, (v, k) in COLUMNS.items()})
    with pytest.raises(CompressedForm):
        decode(stream(bomb, compression=codec))
    words = pa.dictionary(pa.int32(), pa.string())
    with pytest.raises(CompressedForm):
        decode(stream(table(property=(["rain"] * 5, words)), compression=codec))


def test_more_rows_than_a_batch_takes_are_refused_before_they_are_read() -> None:
    number = MOST_ROWS + 1
    nulls = pa.table({name: pa.nulls(number) for name in COLUMNS})  # no bytes at all
    content = stream(nulls)
    assert len(content) < 2000
    with pytest.raises(TooManyRows):
        decode(content)
    with pytest.raises(TooManyRows):
        check_frames(stream(table()), 4)
    assert check_frames(stream(table()), 5) == 5


def test_a_stream_without_its_end_mark_is_whole() -> None:
    content = stream(table())
    assert content.endswith(struct.pack("<II", 0xFFFFFFFF, 0))
    assert decode(content[:-8]) == decode(content)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"ARROW1\0\0", b"\xff" * 4, b"\xff" * 8, b"\xff" * 64, b"{}", b"\0" * 64),
        *(b"\xff\xff\xff\xff\x08\0\0\0" + b"\xff" * 8, b"\xff\xff\xff\xff\x07\0\0\0" + b"\0" * 7),
        *(b"\xff\xff\xff\xff\0\0\0\0more", b"station,property,time,value\nA,rain,x,1"),
    ],
)
def test_what_is_no_stream_is_refused(content: bytes) -> None:
    with pytest.raises(NotInThisForm):
        decode(content)


def test_a_second_schema_and_more_messages_than_are_read_are_refused() -> None:
    content = stream(table())
    head = content[: 8 + struct.unpack_from("<I", content, 4)[0]]
    with pytest.raises(NotInThisForm):
        decode(head + content)
    empty = pa.ipc.read_message(pa.BufferReader(content[len(head) :])).serialize().to_pybytes()
    with pytest.raises((TooManyRows, NotInThisForm)):
        check_frames(head + empty * MOST_MESSAGES, 10**9)


def test_a_length_below_nothing_is_refused() -> None:
    content = stream(table())
    head = 8 + struct.unpack_from("<I", content, 4)[0]
    place = content.index(struct.pack("<q", 5), head)
    with pytest.raises(NotInThisForm):
        decode(content[:place] + b"\xff" * 8 + content[place + 8 :])


def test_a_stream_of_no_rows_has_none() -> None:
    assert decode(stream(table().slice(0, 0))).readings == ()
    assert ARROW.name == "arrow"


def test_every_cut_is_refused_or_ends_at_a_message() -> None:
    content = stream(table())
    for length in range(len(content)):
        try:
            found = decode(content[:length])
        except NotInThisForm:
            continue
        assert len(found.readings) + len(found.rejected) in (0, 5)


@given(st.integers(0, 2**32), st.integers(1, 6))
@settings(max_examples=400, deadline=None)
def test_changed_bytes_never_do_more_than_refuse(seed: int, changes: int) -> None:
    chance = random.Random(seed)
    words = pa.dictionary(pa.int8(), pa.string())
    content = bytearray(
        stream(table(property=(["rain"] * 5, words), unit=(["mm"] * 5, pa.large_string())))
    )
    for _ in range(changes):
        place = chance.randrange(len(content))
        content[place] = chance.choice([0, 255, chance.randrange(256), content[place] ^ 1])
    try:
        found = decode(bytes(content))
    except NotInThisForm:
        return
    assert len(found.readings) + len(found.rejected) <= MOST_ROWS


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(content: bytes) -> None:
    for prefix in (b"", b"\xff\xff\xff\xff\x20\0\0\0"):
        try:
            decode(prefix + content)
        except NotInThisForm:
            continue
